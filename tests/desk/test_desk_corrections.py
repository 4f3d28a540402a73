"""Ralat and tautan: who may correct what, what stays on the card, and who belongs to whom."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.cases.card import CaseLink
from kiosk.desk.views import FormRefused, Refusal
from kiosk.papers.preview import to_text
from tests.desk.kia import kia
from tests.desk.world import TODAY, ShiftedClock, World, birth, living, same_after_rebuild

WHY = "salah ketik"


def answers(desk, number, **changes):
    """The whole form as the screen gives it, with other answers where ``changes`` say so."""
    return {**desk.core.known(number).values, **changes}


def correct(desk, number, why=WHY, **changes):
    return desk.corrections.correct(number, answers(desk, number, **changes), why)


# -- ralat -------------------------------------------------------------------------------------


def test_a_correction_keeps_the_old_value_the_new_one_and_the_reason(offline: World):
    (number,) = offline.take_in(1)
    ward = offline.sit("siti")
    done = correct(ward, number, ibu_nama="sari  wulandari", telepon="0812 3456 7890")
    state = ward.core.known(number)
    assert state.values["ibu_nama"] == "SARI WULANDARI"
    assert state.values["telepon"] == "6281234567890"
    assert {one.field.key for one in done.changes} == {"ibu_nama", "telepon"}
    phone, mother = ward.corrections.history(number)
    assert mother.label == "Nama ibu" and mother.new == "SARI WULANDARI" and mother.reason == WHY
    assert mother.officer == "Siti Rahmawati" and mother.time == state.lines[-1].time
    assert phone.new == "6281******890" and "12555" not in phone.old
    assert state.lines[-1].act == "ralat" and state.step == "1"
    found = ward.work.search("SARI WULANDARI")
    assert [row.number for row in found] == [number]


def test_only_what_differs_is_written_and_nothing_is_refused(offline: World):
    (number,) = offline.take_in(1)
    ward = offline.sit("siti")
    with pytest.raises(Refusal, match="Tidak ada isian yang berubah"):
        correct(ward, number)
    with pytest.raises(Refusal, match="Tidak ada isian yang berubah"):
        correct(ward, number, email=ward.core.known(number).values["email"].upper())
    with pytest.raises(Refusal, match="Tulis alasan"):
        correct(ward, number, " ", ibu_nama="LAIN NAMA")
    with pytest.raises(Refusal, match="warna tidak ada"):
        correct(ward, number, warna="merah")
    assert ward.core.known(number).corrections == ()


def test_the_forms_own_rules_refuse_on_the_field(offline: World):
    (number,) = offline.take_in(1)
    ward = offline.sit("siti")
    for changes, key in (
        ({"ibu_nik": "123"}, "ibu_nik"),
        ({"anak_nama": ""}, "anak_nama"),
        ({"ibu_tgl_lahir": "2026-11-20"}, "ibu_tgl_lahir"),
        ({"bukti_nikah": "sptjm", "saksi2_nik": ""}, "saksi2_nik"),
    ):
        with pytest.raises(FormRefused) as refused:
            correct(ward, number, **changes)
        assert key in [one.key for one in refused.value.findings]
    assert ward.core.known(number).corrections == ()


def test_what_has_become_wrong_with_time_does_not_hold_up_another_correction(offline: World):
    """A child who has turned seventeen since his application, and whose telephone was wrong."""
    clock = offline.clocks["DKP"] = ShiftedClock()
    desk = offline.sit("mega")
    born = (TODAY + timedelta(days=10)).replace(year=TODAY.year - 17)
    (made,) = desk.intake.submit("kia-whatsapp", kia(1, TODAY, anak_tgl_lahir=born.isoformat()))
    clock.shift = 20 * 24 * 3600 * 1000
    correct(desk, made.number, telepon="081122334455")
    assert desk.core.known(made.number).values["telepon"] == "6281122334455"
    older = (born - timedelta(days=1)).isoformat()
    with pytest.raises(FormRefused, match="17 tahun"):
        correct(desk, made.number, anak_tgl_lahir=older)


def test_an_answer_that_is_no_longer_asked_becomes_empty(offline: World):
    (number,) = offline.take_in(1)
    ward = offline.sit("siti")
    correct(ward, number, ayah_dicatat="tidak", bukti_nikah="tidak_ada", pelapor_hubungan="ibu")
    state = ward.core.known(number)
    assert state.values["ayah_nama"] == "" and state.values["ayah_nik"] == ""
    assert ("ayah_nama", birth(1)["ayah_nama"], "") in [one[:3] for one in state.corrections]
    correct(ward, number, ayah_dicatat="ya", ayah_nama="JOKO SUSILO", ayah_wn="WNI",
            ayah_nik=birth(1)["ayah_nik"], ayah_tempat_lahir="PEKANBARU",
            ayah_tgl_lahir=birth(1)["ayah_tgl_lahir"], ayah_pekerjaan="88",
            bukti_nikah="buku_nikah")  # fmt: skip
    assert ward.core.known(number).values["ayah_nama"] == "JOKO SUSILO"


def test_who_may_correct(world: World):
    (number,) = world.take_in(1)
    assert world.sit("siti").corrections.why_not(number) == ""
    world.to_dinas(number)
    world.meet("RSA", "DKP")
    ward = world.sit("siti")
    assert "Berkas masih pada" in ward.corrections.why_not(number)
    with pytest.raises(Refusal, match="Berkas masih pada"):
        correct(ward, number, ibu_nama="LAIN NAMA")
    assert world.sit("murni").corrections.why_not(number) == ""  # supervisor of the ward
    for officer, may in (("andi", True), ("edo", True), ("bayu", True), ("doni", False)):
        assert (world.sit(officer).corrections.why_not(number) == "") is may, officer
    world.to_printed(number)
    rekap = world.send("wati", "rekap", [number])
    world.meet("DKP", "U10")
    uptd = world.sit("yuni")
    assert "Terima dahulu" in uptd.corrections.why_not(number)
    uptd.batches.receive_rest(rekap, 1)
    assert uptd.corrections.why_not(number) == ""
    assert world.sit("andi").corrections.why_not(number) == ""  # the dinas answers for the data
    world.collect("yuni", number)
    assert "hanya diralat oleh supervisor" in world.sit("yuni").corrections.why_not(number)
    assert world.sit("eko").corrections.why_not(number) == ""
    correct(world.sit("eko"), number, "nomor lama", telepon="081122334455")


def test_a_case_whose_data_has_not_arrived_cannot_be_corrected(offline: World):
    (number,) = offline.take_in(1)
    dinas = offline.sit("andi")
    dinas.files.receive(number)
    assert "belum tiba" in dinas.corrections.why_not(number)
    with pytest.raises(Refusal, match="belum tiba"):
        dinas.corrections.correct(number, {"ibu_nama": "LAIN NAMA"}, WHY)


def test_papers_that_say_something_else_are_offered_again(offline: World):
    (number,) = offline.take_in(1)
    ward = offline.sit("siti")
    assert correct(ward, number, anak_berat="3333").again == ("kartu",)
    assert correct(ward, number, telepon="081122334455").again == ("resi", "kartu")
    ward.printing.print_again("resi", number, f"ralat: {WHY}")
    assert ward.core.known(number).lines[-1].note == f"ralat: {WHY}"
    done = correct(ward, number, bukti_lahir="sptjm")
    assert done.again == ("resi", "sptjm-lahir", "kartu")
    witness = birth(2)["saksi1_nama"]
    assert "sptjm-lahir" in correct(ward, number, saksi1_nama=witness).again
    assert not done.stale


def test_a_card_printed_before_the_correction_is_held_back_by_an_exception(world: World):
    (number,) = world.take_in(1)
    world.to_dinas(number)
    world.to_printed(number)
    dinas = world.sit("andi")
    assert not correct(dinas, number, telepon="081122334455").stale
    done = correct(dinas, number, "pindah alamat", kelurahan="14.71.08.1008")
    assert done.stale
    (note,) = dinas.core.known(number).open_exceptions
    assert note.kind == "kartu-lama"
    assert note.facts["tujuan lama"] == "uptd:14.71.10"
    assert note.facts["tujuan"] == dinas.core.card_goes_to(dinas.core.known(number))
    assert dinas.corrections.facts(number, note.facts) == [
        "Isian: Kelurahan",
        "Kartu dahulu untuk UPTD 14.71.10, sekarang untuk UPTD 14.71.08.",
    ]


# -- merging -----------------------------------------------------------------------------------


@pytest.fixture
def at_dinas(world: World) -> Iterator[tuple[World, str]]:
    (number,) = world.take_in(1)
    world.to_dinas(number)
    world.meet("RSA", "DKP", "V10")
    yield world, number


def test_a_correction_made_on_an_old_value_opens_an_exception(at_dinas: tuple[World, str]):
    world, number = at_dinas
    correct(world.sit("andi"), number, "dari KK", ibu_nama="SARI DINAS")
    correct(
        world.sit("murni"), number, "dari ibu", ibu_nama="SARI RUMAH SAKIT", alamat="JL. BARU 1"
    )
    world.meet("RSA", "DKP")
    ward, dinas = (world.desk(code).core.known(number) for code in ("RSA", "DKP"))
    assert ward == dinas
    assert ward.values["alamat"] != "JL. BARU 1" or ward.values["ibu_nama"] == "SARI RUMAH SAKIT"
    assert [note.kind for note in ward.open_exceptions] == ["ralat-bentrok"]
    assert len({one.reason for one in ward.corrections}) == 1, "one of the two stands, whole"
    (row,) = world.sit("andi").cards.exceptions()
    world.sit("andi").cards.resolve(row.ref, "KK dilihat lagi")
    correct(world.sit("andi"), number, "dari KK", ibu_nama="SARI BENAR")
    world.meet("RSA", "DKP")
    assert world.desk("RSA").core.known(number).values["ibu_nama"] == "SARI BENAR"


@pytest.mark.parametrize("order", list(itertools.permutations(("RSA", "DKP", "U10"))))
def test_merges_in_any_order_give_the_same(
    template: Path, place: Path, seats, order: tuple[str, ...]
):
    with living(template, place / "".join(order)) as world:
        world.seats = seats
        (number,) = world.take_in(1)
        world.to_uptd(number)
        world.meet("RSA", "DKP", "U10")
        correct(world.sit("murni"), number, "a", ibu_nama="SARI A", email="a@contoh.id")
        correct(world.sit("andi"), number, "b", email="b@contoh.id")
        correct(world.sit("yuni"), number, "c", telepon="081122334455")
        world.sit("yuni").corrections.link(number, number_of("RSA1-261121-0009"), "keluarga")
        for _ in range(3):
            world.meet(*order, rounds=1)
        states = world.states(number)
        assert len(states) == 3 and all(state == states[0] for state in states)
        assert states[0].values["telepon"] == "6281122334455"
        assert len(states[0].open_exceptions) == 1
        for desk in world.desks:
            assert same_after_rebuild(desk)


def number_of(stem: str) -> str:
    """A number with its check letter, of a case that nobody has."""
    from kiosk.cases.resi import BadNumber, parse

    for letter in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        try:
            return parse(f"{stem}-{letter}").text
        except BadNumber:
            continue
    raise AssertionError(stem)


# -- tautan ------------------------------------------------------------------------------------


def test_two_cases_are_tied_on_the_cards_of_both(offline: World):
    one, other = offline.take_in(1, 2)
    ward = offline.sit("siti")
    ward.corrections.link(one, other.lower(), "ganti")
    assert ward.core.known(one).links == (CaseLink(other, "ganti"),)
    assert ward.core.known(other).links == (CaseLink(one, "diganti"),)
    (row,) = ward.corrections.linked(one)
    assert (row.number, row.kind, row.name) == (other, "ganti", birth(2)["anak_nama"])
    assert (row.procedure, row.step) == ("kado-camer", "1")


def test_what_cannot_be_tied(offline: World):
    one, other = offline.take_in(1, 2)
    ward = offline.sit("siti")
    batch = offline.send("siti", "daftar", [other])
    ward.corrections.link(one, other, "terkait")
    for wrong, kind, says in (
        (one, "terkait", "nomor kasus ini sendiri"),
        (other, "terkait", "sudah ditautkan"),
        (other, "musuh", "Pilih jenis"),
        (other[:-1], "terkait", "bukan nomor resi"),
        ("RSA1-261121-0001-!", "terkait", "bukan nomor resi"),
        (batch, "terkait", "nomor daftar"),
    ):
        with pytest.raises(Refusal, match=says):
            ward.corrections.link(one, wrong, kind)
    assert len(ward.core.known(one).links) == 1


def test_a_case_that_is_not_here_is_tied_by_its_number(world: World):
    (one,) = world.take_in(1)
    uptd = world.sit("yuni")
    mine = number_of("DKP1-261121-0007")
    uptd.files.receive(one)
    uptd.corrections.link(one, mine, "keluarga")
    (row,) = uptd.corrections.linked(one)
    assert (row.number, row.name) == (mine, "")
    assert uptd.core.known(mine).status == "menunggu-data"
    world.meet("RSA", "U10", "DKP")
    assert world.desk("RSA").core.known(one).links == (CaseLink(mine, "keluarga"),)


def test_one_familys_cases_are_suggested_and_never_tied_by_themselves(offline: World):
    ward = offline.sit("siti")
    family = {key: birth(1)[key] for key in ("no_kk", "ibu_nik", "ibu_nama", "ibu_tgl_lahir")}
    (first, other, third) = [
        ward.intake.submit("kado-camer", values)[0].number
        for values in (birth(1), birth(2, no_kk=birth(1)["no_kk"]), birth(3, **family))
    ]
    offline.take_in(4)
    rows = {row.number: row.why for row in ward.corrections.family(first)}
    assert rows == {other: "nomor KK sama", third: "nomor KK sama, NIK ibu sama"}
    assert ward.core.known(first).links == ()
    ward.corrections.link(first, other, "keluarga")
    assert [row.number for row in ward.corrections.family(first)] == [third]


def test_twins_are_shown_as_tied(offline: World):
    ward = offline.sit("siti")
    one, other = ward.intake.submit("kado-camer", birth(1), [{"anak_nama": "ADIK KEMBAR"}])
    assert [(row.number, row.kind) for row in ward.corrections.linked(one.number)] == [
        (other.number, "kembar")
    ]
    assert ward.corrections.family(one.number) == []


# -- SPTJM -------------------------------------------------------------------------------------


def test_declarations_are_printed_with_the_intake_and_again_without_a_reason(offline: World):
    ward = offline.sit("siti")
    (made,) = ward.intake.submit(
        "kado-camer", birth(1, bukti_lahir="sptjm", bukti_nikah="sptjm", bukti_lahir_nomor="")
    )
    jobs = {job.paper: job for job in ward.printing.jobs()}
    assert {"resi", "kartu", "sptjm-lahir", "sptjm-nikah"} == set(jobs)
    paper = ward.printing.spool.document(jobs["sptjm-nikah"].id)
    assert paper is not None
    text = "\n".join(to_text(paper, 80))
    for key in ("ibu_nama", "ibu_nik", "ayah_nik", "saksi1_nama", "saksi2_nik", "no_kk"):
        assert birth(1)[key] in text, key
    ward.printing.print_again("sptjm-lahir", made.number, "")
    ward.printing.print_again("sptjm-lahir", made.number, "")


def test_a_declaration_without_a_witness_is_refused_plainly(offline: World):
    (number,) = offline.take_in(1)
    ward = offline.sit("siti")
    assert "sptjm-lahir" not in {job.paper for job in ward.printing.jobs()}
    correct(ward, number, saksi2_nama="", saksi2_nik="")
    with pytest.raises(Refusal, match=r"F-2\.03 belum dapat dicetak.*Nama saksi 2, NIK saksi 2"):
        ward.printing.print_again("sptjm-lahir", number, "")
