"""AKAPELA at the desk: the caller is called back; the Lembar Laporan."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiosk.cases.calls import Attempt, call_of
from kiosk.cases.card import CLOSED
from kiosk.cases.period import Period
from kiosk.cases.reporting import Case
from kiosk.clock import local
from kiosk.desk.views import Refusal
from tests.desk.telephone import NOTE, NOW, PATHS, PHONE, answered, call, cut_off, in_vain, ring
from tests.desk.world import TODAY

# -- called back ------------------------------------------------------------------------------


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
    assert (tried.result, tried.note, tried.officer) == ("Belum tersambung", "Sibuk; nada", "TA")
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


def test_the_case_itself_does_not_close_it_as_not_delivered_any_sooner(world):
    desk = world.sit("tari")
    number = cut_off(desk)
    for _ in range(3):
        assert "berhenti" not in [one.outcome.id for one in desk.work.open(number).offers]
        with pytest.raises(Refusal, match="kali"):
            desk.files.record(number, "berhenti", {"alasan": "tidak mau"})
        in_vain(desk, number)
    assert "berhenti" in [one.outcome.id for one in desk.work.open(number).offers]


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
    assert (one["Jenis"], one["Jalur"]) == ("Informasi", "2-3-8")
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
