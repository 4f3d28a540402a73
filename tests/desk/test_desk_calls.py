"""The telephone desk behind its screen: AKAPELA, SOP 060/Dukcapil-PDIP/702/2020."""

from __future__ import annotations

import pytest

from kiosk.cases.calls import began
from kiosk.cases.resi import parse
from kiosk.desk.calls import still_open
from kiosk.desk.purge import _purge_case
from kiosk.desk.views import FormRefused, Refusal
from tests.desk.telephone import NOTE, NOW, PATHS, PHONE, answered, call, ring
from tests.desk.world import birth

# -- taking a call in -------------------------------------------------------------------------


def test_a_call_gets_a_number_and_stands_at_registration(world):
    desk = world.sit("tari")
    made = desk.calls.take_in(call(), desk.calls.now())
    state = desk.core.known(made.number)
    assert parse(made.number)
    assert made.name == "IBU RATNA"
    assert (state.procedure, state.step) == ("akapela", "2")
    assert (state.holder_place, state.holder_role) == ("pengaduan:01", "operator")
    assert state.values["telepon"] == PHONE


def test_no_paper_is_printed_for_a_call(world):
    desk = world.sit("tari")
    ring(desk)
    assert desk.printing.jobs() == []


def test_a_call_knows_when_its_first_key_was_typed(world):
    desk = world.sit("tari")
    first = desk.calls.now() - 42_000
    made = desk.calls.take_in(call(), first)
    assert began(desk.core.known(made.number)) == first


@pytest.mark.parametrize("key", ["telepon", "nama", "jenis", "isi"])
def test_what_the_sop_has_registered_is_asked_for(world, key):
    desk = world.sit("tari")
    with pytest.raises(FormRefused) as refused:
        desk.calls.take_in(call(**{key: ""}), desk.calls.now())
    assert refused.value.findings[0].key == key


def test_a_mistyped_resi_is_refused_on_its_field_and_the_call_stays(world):
    desk = world.sit("tari")
    began = desk.calls.now()
    desk.calls.keep("tari", began, call(), "isi")
    with pytest.raises(FormRefused) as refused:
        desk.calls.take_in(call(resi_terkait="RSA1-261121-0001-X"), began)
    assert refused.value.findings[0].key == "resi_terkait"
    assert [one.began for one in desk.calls.underway()] == [began]


def test_a_call_about_a_case_stands_on_both_cards(world):
    desk = world.sit("tari")
    first = ring(desk)
    second = ring(desk, resi_terkait=first.lower())
    assert [link.number for link in desk.core.known(second).links] == [first]
    assert [link.number for link in desk.core.known(first).links] == [second]


def test_a_case_that_is_not_here_comes_by_its_number(world):
    """Whoever names his resi on the telephone: the desk asks pusat for that case."""
    (number,) = world.take_in(3)
    desk = world.sit("tari")
    assert desk.core.state(number) is None
    complaint = ring(desk, resi_terkait=number)
    world.meet("RSA", "PGD", "DKP")
    assert desk.core.known(number).values["anak_nama"] == birth(3)["anak_nama"]
    assert [link.number for link in desk.core.known(number).links] == [complaint]


def test_a_case_that_a_call_names_is_known_by_its_number_before_it_comes(world):
    (number,) = world.take_in(3)
    desk = world.sit("tari")
    ring(desk, resi_terkait=number)
    assert desk.core.known(number).number == number
    assert [row.number for row in desk.work.search(number)] == [number]


def test_a_call_about_a_case_whose_content_was_purged_is_taken_in(world):
    desk = world.sit("tari")
    first = ring(desk)
    with desk.core.ledger.transaction():
        _purge_case(desk.core, desk.core.case_key(first), desk.core.known(first))
    second = ring(desk, resi_terkait=first)
    assert [link.number for link in desk.core.known(second).links] == [first]
    assert desk.core.state(first) is None


def test_the_number_of_a_list_is_no_case_a_call_can_be_about(world):
    world.take_in(3)
    batch = world.send("siti", "daftar")
    desk = world.sit("tari")
    with pytest.raises(FormRefused) as refused:
        ring(desk, resi_terkait=batch)
    assert refused.value.findings[0].key == "resi_terkait"


# -- calls under way --------------------------------------------------------------------------


def test_calls_on_hold_are_kept_apart_and_survive_the_kiosk(world):
    desk = world.sit("tari")
    desk.calls.keep("tari", NOW, {"telepon": "0812"}, "telepon")
    desk.calls.keep("tari", NOW + 1, {"telepon": "0813", "nama": "BUDI"}, "nama")
    desk.calls.keep("tari", NOW, {"telepon": "08121"}, "telepon")
    world.shut("PGD")
    desk = world.sit("tari")
    first, second = desk.calls.underway()
    assert (first.began, first.values, first.field) == (NOW, {"telepon": "08121"}, "telepon")
    assert second.values == {"telepon": "0813", "nama": "BUDI"}


def test_a_call_taken_in_is_no_longer_under_way(world):
    desk = world.sit("tari")
    desk.calls.keep("tari", NOW, call(), "isi")
    desk.calls.keep("tari", NOW + 1, call(nama="Lain"), "isi")
    desk.calls.take_in(call(), NOW)
    assert [one.began for one in desk.calls.underway()] == [NOW + 1]
    desk.calls.drop("tari", NOW + 1)
    assert desk.calls.underway() == []


def test_the_last_keys_are_kept_though_the_desk_was_locked(world):
    desk = world.sit("tari")
    desk.session.logout()
    desk.calls.keep("tari", NOW, {"telepon": "0812"}, "telepon")
    assert len(world.sit("tari").calls.underway()) == 1


# -- who is calling ---------------------------------------------------------------------------


def test_earlier_calls_are_known_by_number_nik_and_kk(world):
    desk = world.sit("tari")
    number = ring(desk, nik="1471104506920001", no_kk="1471100101180001")
    for phone, nik, kk in (
        (PHONE, "", ""),
        ("", "1471104506920001", ""),
        ("", "", "1471100101180001"),
    ):
        (found,) = desk.calls.earlier(phone, nik, kk)
        assert found.number == number
    assert desk.calls.earlier("6281200000000") == []
    assert desk.calls.earlier("") == []


def test_an_earlier_call_tells_its_kind_its_time_and_how_it_stands(world):
    desk = world.sit("tari")
    number = ring(desk, "informasi")
    (found,) = desk.calls.earlier(PHONE)
    assert found.what == "Informasi"
    assert found.open and found.kind == "informasi"
    assert found.when == desk.core.known(number).created
    desk.files.record(number, "informasi", {})
    desk.files.record(number, "dijawab", {"catatan": "Bawa KK lama"})
    desk.files.record(number, "tersampaikan", {})
    (found,) = desk.calls.earlier(PHONE)
    assert (found.open, found.outcome) == (False, "Tersampaikan")


def test_the_callers_cases_of_other_procedures_appear(world):
    world.sit("tari")
    world.meet("PGD", "RSA")
    (number,) = world.take_in(4)
    world.meet("RSA", "DKP", "PGD")
    desk = world.sit("tari")
    values = birth(4)
    phone = "62" + values["telepon"][1:]
    (found,) = desk.calls.earlier(phone)
    assert (found.number, found.what, found.kind) == (number, "Kado Camer", "")
    assert found.name == values["anak_nama"]
    for key in ("ibu_nik", "ayah_nik"):
        assert [one.number for one in desk.calls.earlier("", values[key])] == [number]
    assert [one.number for one in desk.calls.earlier("", "", values["no_kk"])] == [number]


# -- called again -----------------------------------------------------------------------------


def test_a_further_call_is_noted_on_the_open_complaint(world):
    desk = world.sit("tari")
    number = ring(desk, "data")
    same = still_open(desk.calls.earlier(PHONE), "data")
    assert [one.number for one in same] == [number]
    assert still_open(desk.calls.earlier(PHONE), "informasi") == []
    desk.calls.add(number, call("data", isi="Masih salah", telepon="6281377700000"), NOW)
    (found,) = desk.calls.earlier(PHONE)
    assert (found.number, found.calls) == (number, 2)
    line = desk.core.known(number).lines[-1]
    assert (line.act, line.note, line.flag) == ("panggilan", "Masih salah", "")
    assert desk.core.known(number).step == "2"


def test_a_further_call_on_a_closed_complaint_is_refused(world):
    desk = world.sit("tari")
    number = ring(desk, "informasi")
    desk.files.record(number, "informasi", {})
    desk.files.record(number, "dijawab", {"catatan": "x"})
    desk.files.record(number, "tersampaikan", {})
    with pytest.raises(Refusal):
        desk.calls.add(number, call(), NOW)


# -- the five paths ---------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
def test_a_task_at_the_dinas_comes_back_with_its_answer(world, path):
    kind, values, acts = PATHS[path]
    desk = world.sit("tari")
    number = ring(desk, kind)
    desk.files.record(number, kind, values)
    assert desk.core.known(number).holder_place == "dinas"
    assert desk.calls.waiting() == []
    state = answered(world, number, *acts)
    assert (state.step, state.holder_place, state.holder_role) == ("8", "pengaduan:01", "operator")
    (waiting,) = desk.calls.waiting()
    assert (waiting.number, waiting.what, waiting.rank) == (number, "Jawaban siap", 0)
    told = desk.calls.call_back(number).answers
    assert [NOTE["catatan"] in one.note for one in told] == [True] * len(acts)
    assert told[-1].who == {"rina": "RK", "hendra": "HK", "edo": "EE", "puja": "PP"}[acts[-1][0]]


def test_all_that_was_found_out_reaches_who_tells_the_caller(world):
    """A day that was promised, or the number of a new document, is half of the answer."""
    desk = world.sit("tari")
    late, mended = ring(desk, "belum-terbit"), ring(desk, "data", nama="Dua")
    desk.files.record(late, "belum-terbit", {})
    desk.files.record(mended, "data", {})
    answered(world, late, ("rina", "dijadwalkan", {"tanggal_terbit": "2030-12-24"} | NOTE))
    answered(world, mended, ("edo", "diperbaiki", {"dokumen_ref": "SIAK-77"} | NOTE))
    (told,) = desk.calls.call_back(late).answers
    assert told.note == f"Perkiraan terbit 24-12-2030; {NOTE['catatan']}"
    (told,) = desk.calls.call_back(mended).answers
    assert told.note == f"{NOTE['catatan']}; Nomor dokumen baru SIAK-77"
    desk.printing.print_again("lembar-laporan", late, "")
    (job,) = desk.printing.jobs()
    assert "24-12-2030" in " ".join(desk.printing.preview(job.id).split())


def test_what_was_agreed_with_the_caller_is_seen_when_the_answer_is_there(world):
    desk = world.sit("tari")
    number = ring(desk)
    desk.files.record(number, "kebijakan", {"tunggu": "dipanggil"})
    answered(world, number, ("rina", "dijawab", NOTE))
    call = desk.calls.call_back(number)
    assert call.agreed == "Minta dipanggil balik"
    assert [one.what for one in call.answers] == ["Kasi menjawab"]


def test_only_the_outcome_of_the_calls_kind_is_offered(world):
    desk = world.sit("tari")
    for kind in ("informasi", "kebijakan", "data", "belum-terbit", "pengambilan"):
        number = ring(desk, kind, nama=f"Nama {kind.partition('-')[0]}")
        offered = [one.outcome.id for one in desk.work.open(number).offers]
        assert offered == [kind, "terputus"]


def test_what_waits_is_answers_first_then_call_backs(world):
    desk = world.sit("tari")
    first = ring(desk, "informasi")
    back = ring(desk, "informasi", nama="Dua")
    ready = ring(desk, "informasi", nama="Tiga")
    desk.files.record(back, "terputus", {})
    desk.files.record(ready, "informasi", {})
    desk.files.record(ready, "dijawab", NOTE)
    assert [one.number for one in desk.calls.waiting()] == [ready, back, first]
