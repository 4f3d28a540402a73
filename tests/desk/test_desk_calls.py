"""The telephone desk behind its screen: AKAPELA, SOP 060/Dukcapil-PDIP/702/2020."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiosk.cases.calls import Attempt, began, call_of
from kiosk.cases.card import CLOSED
from kiosk.cases.period import Period
from kiosk.cases.register import Case
from kiosk.cases.resi import parse
from kiosk.clock import local
from kiosk.desk.calls import still_open
from kiosk.desk.views import FormRefused, Refusal
from tests.desk.world import TODAY, birth

PHONE = "6281255512345"
NOW = 1_795_000_000_000


def call(kind="kebijakan", **changes):
    return {
        "telepon": "0812 5551 2345",
        "nama": "Ibu Ratna",
        "jenis": kind,
        "isi": "KK belum berubah sesudah pindah",
    } | changes


def ring(desk, kind="kebijakan", **changes):
    """A call from its first key to its number."""
    return desk.calls.take_in(call(kind, **changes), desk.calls.now()).number


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
    assert found.what == "Informasi/pengaduan layanan"
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


def answered(world, number, *acts):
    """Officers at the dinas act on a complaint, which travels there and back."""
    world.meet("PGD", "DKP")
    for officer, outcome, values in acts:
        world.sit(officer).files.record(number, outcome, values)
    world.meet("DKP", "PGD")
    return world.sit("tari").core.known(number)


NOTE = {"catatan": "Sudah kami periksa"}
PATHS = {
    "kebijakan": ("kebijakan", {"tunggu": "menunggu"}, [("rina", "dijawab", NOTE)]),
    "ragu": (
        "kebijakan",
        {"tunggu": "kembali"},
        [("rina", "ragu", NOTE), ("hendra", "dijawab", NOTE)],
    ),
    "data": ("data", {}, [("edo", "diperbaiki", NOTE | {"dokumen_ref": "SIAK-77"})]),
    "belum-terbit": ("belum-terbit", {}, [("rina", "terbit", NOTE)]),
    "kabid": ("belum-terbit", {}, [("hendra", "terbit", NOTE)]),
    "pengambilan": ("pengambilan", {}, [("puja", "siap", NOTE)]),
}


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
    assert [one.note for one in told] == [NOTE["catatan"]] * len(acts)
    assert told[-1].who == {"rina": "RK", "hendra": "HK", "edo": "EE", "puja": "PP"}[acts[-1][0]]


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


# -- called back ------------------------------------------------------------------------------


def cut_off(desk):
    number = ring(desk, "informasi")
    desk.files.record(number, "terputus", {})
    return number


def in_vain(desk, number, again="16:30"):
    desk.files.record(number, "belum", {"sebab": "sibuk", "coba_lagi": again, "catatan": "nada"})


def test_a_call_back_shows_the_whole_number_to_whose_turn_it_is(world):
    desk = world.sit("tari")
    number = cut_off(desk)
    assert desk.calls.call_back(number).phone == PHONE
    (waiting,) = desk.calls.waiting()
    assert waiting.phone == "6281******345"
    world.meet("PGD", "DKP")
    with pytest.raises(Refusal):
        world.sit("andi").calls.call_back(number)


def test_the_newest_number_is_dialled(world):
    desk = world.sit("tari")
    number = cut_off(desk)
    desk.calls.add(number, call(telepon="6281377700000"), NOW)
    assert desk.calls.call_back(number).phone == "6281377700000"


def test_each_try_is_kept_with_its_result_and_the_next_time(world):
    desk = world.sit("tari")
    number = cut_off(desk)
    in_vain(desk, number)
    tried: Attempt
    (tried,) = desk.calls.call_back(number).attempts
    assert (tried.result, tried.note, tried.officer) == ("Belum tersambung", "nada", "tari")
    assert 0 < tried.again - tried.time <= 24 * 3600 * 1000
    (waiting,) = desk.calls.waiting()
    assert (waiting.attempts, waiting.due) == (1, tried.again)


def test_the_next_try_is_offered_in_half_an_hour(world):
    desk = world.sit("tari")
    state = desk.core.known(cut_off(desk))
    belum = desk.calls.rules.step("P").outcome("belum")
    again = next(one for one in belum.fields if one.key == "coba_lagi")
    now = local(desk.calls.now())
    suggested = desk.files.suggested(again, state)
    assert suggested in {f"{now + timedelta(minutes=late):%H:%M}" for late in (30, 31)}


def test_only_after_three_tries_it_may_be_closed_as_not_delivered(world):
    desk = world.sit("tari")
    number = cut_off(desk)

    def offered():
        return [one.outcome.id for one in desk.calls.call_back(number).offers]

    for _ in range(3):
        assert offered() == ["tersampaikan", "belum", "lanjut"]
        in_vain(desk, number)
    assert "berhenti" in offered()
    desk.files.record(number, "berhenti", {"alasan": "tiga kali tidak diangkat"})
    state = desk.core.known(number)
    assert state.status == CLOSED
    case = Case(state, desk.calls.rules, desk.calls.form())
    call = call_of(case, desk.calls.now(), desk.core.working)
    assert (call.answered, call.answered_by, call.outcome) == (0, "", "Tidak tersampaikan")


# -- Lembar Laporan ---------------------------------------------------------------------------


def test_the_sheet_of_a_complaint_says_what_was_done_and_hides_the_numbers(world):
    desk = world.sit("tari")
    number = ring(desk, "data", nik="1471104506920001")
    desk.files.record(number, "data", {})
    answered(world, number, ("edo", "diperbaiki", NOTE))
    desk.files.record(number, "tersampaikan", {})
    desk.printing.print_again("lembar-laporan", number, "")
    (job,) = desk.printing.jobs()
    sheet = " ".join(desk.printing.preview(job.id).split())
    for words in ("LEMBAR LAPORAN", number, "IBU RATNA", "Diperbaiki, diterbitkan", "Edo Editor"):
        assert words in sheet
    assert NOTE["catatan"] in sheet
    assert "Tersampaikan" in sheet
    assert "menurut SOP 9" in sheet
    assert PHONE not in sheet
    assert "1471104506920001" not in sheet


def test_the_days_sheet_lists_every_call_with_its_minutes(world):
    """F8: Lembar Laporan pelayanan pengaduan."""
    desk = world.sit("tari")
    today = Period(TODAY, TODAY)
    offered = next(
        one for one in desk.reports.offered("akapela") if one.title.startswith("Lembar Laporan")
    )
    assert offered.kind == "panggilan"
    first, second = ring(desk, "informasi"), ring(desk, "data", nama="Dua")
    desk.files.record(first, "informasi", {})
    desk.files.record(first, "dijawab", NOTE)
    desk.files.record(first, "tersampaikan", {})
    made = desk.reports.make(offered, today)
    titles = [column.title for column in made.columns]
    one, other = (dict(zip(titles, row, strict=True)) for row in made.rows)
    assert (one["Nomor"], one["Nama"]) == (first, "IBU RATNA")
    assert one["Telepon"] == "6281******345"
    assert (one["Jenis"], one["Jalur"]) == ("Informasi/pengaduan layanan", "2-3-8")
    assert (one["Dijawab"], one["Hasil"]) == ("Tari Anggraini", "Tersampaikan")
    assert one["Menit"].endswith("/9")  # 1 + 1 + 5 + 2
    assert (other["Nomor"], other["Dijawab"], other["Hasil"]) == (second, "-", "belum")


@pytest.mark.parametrize(("path", "minutes"), [("kebijakan", 9), ("ragu", 14), ("data", 9)])
def test_a_path_has_the_minutes_of_the_sop(world, path, minutes):
    kind, values, acts = PATHS[path]
    desk = world.sit("tari")
    number = ring(desk, kind)
    desk.files.record(number, kind, values)
    answered(world, number, *acts)
    desk.files.record(number, "tersampaikan", {})
    state = desk.core.known(number)
    case = Case(state, desk.calls.rules, desk.calls.form())
    call = call_of(case, desk.calls.now(), desk.core.working)
    assert call.standard == minutes
    assert (call.answered, call.answered_by) == (state.closed, "tari")
