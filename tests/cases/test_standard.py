"""Standard times: what a case used of them at each step, told from its card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from config.calendar import load_calendar
from config.procedures import Procedure, load_all
from kiosk.cases.standard import (
    StepTime,
    case_time,
    current,
    measure,
    standing,
    step_times,
    visits,
)
from kiosk.cases.state import CaseState, fold
from kiosk.cases.working_time import WorkingTime
from kiosk.clock import WIB, stamp

PROCEDURES = load_all()
KADO = PROCEDURES["kado-camer"]
OFFICE = WorkingTime(load_calendar())
MONDAY = "2026-11-23 "

DINAS: Mapping[str, Any] = {"kiosk": "DIN", "place": "dinas", "officer": "budi"}
UPTD: Mapping[str, Any] = {"kiosk": "UPT", "place": "uptd:14.71.10", "officer": "eka"}


def at(text: str) -> int:
    """``2026-11-23 10.00`` in WIB as milliseconds."""
    when = datetime.strptime(text, "%Y-%m-%d %H.%M").replace(tzinfo=WIB)
    return int(when.timestamp()) * 1000


def monday(clock: str) -> int:
    return at(MONDAY + clock)


def times(card: Any, now: int) -> list[StepTime]:
    return step_times(fold(card.entries, PROCEDURES), KADO, now, OFFICE)


def now_at(card: Any, now: int) -> StepTime:
    found = current(fold(card.entries, PROCEDURES), KADO, now, OFFICE)
    assert found is not None
    return found


def taken_in(card: Any, clock: str = "08.00") -> None:
    first = card.permohonan()
    card.entries[-1] = replace(first, entry=replace(first.entry, time=monday(clock)))


def to_step_3(card: Any) -> None:
    """Taken in at 08.00, at the dinas at 09.00, given to the Kasi 09.04, with him at 09.30."""
    taken_in(card)
    card.hasil("1", "diajukan", time=monday("08.02"))
    card.serah("2", "dinas", "operator", time=monday("08.03"))
    card.terima(step="2", time=monday("09.00"), **DINAS)
    card.hasil("2", "dientri", time=monday("09.04"), **DINAS)
    card.serah("3", "dinas", "kepala-seksi", time=monday("09.05"), **DINAS)
    card.terima(step="3", time=monday("09.30"), **DINAS)


def to_step_9(card: Any) -> None:
    """The card is grouped at 14.00 and on its way to the UPTD at 14.05."""
    to_step_3(card)
    hops = [("3", "diparaf", "4", "kepala-bidang"), ("4", "diparaf", "5", "operator")]
    for step, outcome, following, role in hops:
        card.hasil(step, outcome, time=monday("10.00"), **DINAS)
        card.serah(following, "dinas", role, time=monday("10.00"), **DINAS)
        card.terima(step=following, time=monday("10.00"), **DINAS)
    card.hasil("5", "ditandatangani", time=monday("10.10"), **DINAS)
    card.hasil("6", "dikirim", time=monday("10.11"), **DINAS)
    card.serah("7", "dinas", "operator-cetak", time=monday("10.20"), **DINAS)
    card.terima(step="7", time=monday("11.30"), **DINAS)
    card.hasil("7", "dicetak", time=monday("13.45"), **DINAS)
    card.serah("8", "dinas", "administrasi-distribusi", time=monday("13.45"), **DINAS)
    card.terima(step="8", time=monday("13.50"), **DINAS)
    card.hasil("8", "direkap", time=monday("14.00"), **DINAS)
    card.serah("9", "uptd:14.71.10", "petugas-uptd", time=monday("14.05"), **DINAS)


# -- one step --------------------------------------------------------------------------------------


def test_time_runs_from_receiving(card: Any):
    to_step_3(card)
    found = now_at(card, monday("09.34"))
    assert (found.step, found.clock, found.standard) == ("3", "jalan", 5)
    assert (found.came, found.since) == (monday("09.04"), monday("09.30"))
    assert (found.used, found.wall, found.waited, found.left) == (4, 4, 0, 1)
    assert stamp(found.due) == "23-11-2026 09.35"
    assert not found.late and not found.gap and not found.doubtful and found.sure


def test_a_minute_counts_once_it_is_over(card: Any):
    to_step_3(card)
    assert not now_at(card, monday("09.35")).late
    assert not now_at(card, monday("09.36") - 1).late
    late = now_at(card, monday("09.36"))
    assert late.late and late.left == -1


def test_nights_and_breaks_are_wall_time_only(card: Any):
    to_step_3(card)
    found = now_at(card, at("2026-11-24 07.40"))
    assert found.used == (2 * 60 + 30) + 3 * 60 + 10
    assert found.wall == 22 * 60 + 10
    assert found.late and stamp(found.due) == "23-11-2026 09.35"


def test_nobodys_time_runs_while_the_file_lies_or_travels(card: Any):
    to_step_3(card)
    card.hasil("3", "diparaf", time=monday("09.33"), **DINAS)
    lies = now_at(card, monday("15.00"))
    assert (lies.step, lies.clock, lies.since, lies.used, lies.due) == ("4", "belum", 0, 0, 0)
    assert lies.standard == 5 and not lies.late
    card.serah("4", "dinas", "kepala-bidang", time=monday("15.00"), **DINAS)
    assert now_at(card, monday("15.30")).clock == "belum"
    card.terima(step="4", time=monday("15.50"), **DINAS)
    assert now_at(card, monday("15.52")).used == 2


def test_every_step_of_the_card_has_its_time(card: Any):
    to_step_9(card)
    found = times(card, monday("15.00"))
    assert [(one.step, one.used, one.standard, one.late) for one in found] == [
        ("1", 2, 2, False),
        ("2", 4, 5, False),
        ("3", 30, 5, True),
        ("4", 0, 5, False),
        ("5", 10, 2, True),
        ("6", 1, 2, False),
        ("7", 75, 60, True),  # the break is not counted
        ("8", 10, 60, False),
        ("9", 60, 450, False),
    ]
    assert [one.clock for one in found] == [*["selesai"] * 8, "jalan"]
    assert found[6].wall == 135


def test_a_file_that_stays_on_the_desk_goes_on_at_the_next_step(card: Any):
    to_step_9(card)
    signing, sending = times(card, monday("15.00"))[4:6]
    assert signing.end == sending.since == sending.came == monday("10.10")


def test_a_step_handed_to_a_colleague_stands_still_on_the_way(card: Any):
    to_step_3(card)
    card.serah("3", "dinas", "kepala-seksi", time=monday("09.32"), **DINAS)
    away = now_at(card, monday("10.00"))
    assert (away.clock, away.used, away.due) == ("berhenti", 2, 0)
    card.terima(step="3", time=monday("10.30"), **DINAS)
    back = now_at(card, monday("10.32"))
    assert (back.clock, back.used, back.wall) == ("jalan", 4, 62)
    assert stamp(back.due) == "23-11-2026 10.33"


def test_a_spoiled_card_does_not_start_the_time_anew(card: Any):
    to_step_9(card)
    del card.entries[-5:]  # back to before the printing
    card.hasil("7", "rusak", time=monday("12.30"), **DINAS)
    found = now_at(card, monday("13.50"))
    assert (found.step, found.since, found.used) == ("7", monday("11.30"), 80)


def test_a_file_sent_back_begins_a_new_stay(card: Any):
    to_step_3(card)
    card.hasil("3", "koreksi", isi={"catatan": "nama"}, time=monday("09.40"), **DINAS)
    card.serah("2", "dinas", "operator", time=monday("09.40"), **DINAS)
    card.terima(step="2", time=monday("10.00"), **DINAS)
    assert [one.step for one in times(card, monday("10.01"))] == ["1", "2", "3", "2"]
    assert now_at(card, monday("10.04")).used == 4


# -- Waktu Pemohon ---------------------------------------------------------------------------------


def test_a_day_to_the_uptd_and_then_the_applicant_is_waited_for(card: Any):
    to_step_9(card)
    going = now_at(card, at("2026-11-24 10.00"))
    assert (going.clock, going.standard, going.waited) == ("jalan", 450, 0)
    assert stamp(going.due) == "24-11-2026 14.00"
    assert not going.late and now_at(card, at("2026-11-24 14.01")).late
    card.terima(step="9", barang="kia", time=at("2026-11-24 09.00"), **UPTD)
    there = now_at(card, at("2026-12-14 09.00"))
    assert (there.clock, there.used, there.due) == ("pemohon", 120 + 90, 0)
    assert there.waited == 20 * 24 * 60 and not there.late
    card.hasil("9", "diserahkan", time=at("2026-12-14 09.10"), **UPTD)
    done = times(card, at("2027-06-01 09.00"))[-1]
    assert (done.clock, done.used, done.late) == ("selesai", 210, False)
    assert current(fold(card.entries, PROCEDURES), KADO, monday("10.00"), OFFICE) is None


def test_a_card_that_came_late_to_the_uptd_stays_late(card: Any):
    to_step_9(card)
    card.terima(step="9", barang="kia", time=at("2026-11-26 09.00"), **UPTD)
    found = now_at(card, at("2026-12-14 09.00"))
    assert found.late and found.clock == "pemohon"
    assert stamp(found.due) == "24-11-2026 14.00"


def test_the_whole_case_leaves_the_applicants_time_out(card: Any):
    to_step_9(card)
    card.terima(step="9", barang="kia", time=at("2026-11-24 09.00"), **UPTD)
    card.hasil("9", "diserahkan", time=at("2026-12-14 09.00"), **UPTD)
    state = fold(card.entries, PROCEDURES)
    found = case_time(state, KADO, at("2027-06-01 09.00"), OFFICE)
    assert found.used == 420 + 90
    assert found.wall == 21 * 24 * 60 + 60
    assert found.waited == 20 * 24 * 60


def test_a_returned_file_waits_for_the_applicant_at_the_ward(card: Any):
    taken_in(card)
    card.hasil("1", "diajukan", time=monday("08.02"))
    card.serah("2", "dinas", "operator", time=monday("08.03"))
    card.terima(step="2", time=monday("09.00"), **DINAS)
    card.hasil("2", "kembali", isi={"catatan": "KK"}, time=monday("09.04"), **DINAS)
    card.hasil("K", "dikembalikan", time=monday("09.10"), **DINAS)
    card.serah("L", "rs:RSA", "operator-fasilitas", time=monday("09.10"), **DINAS)
    on_its_way = now_at(card, monday("10.00"))
    assert (on_its_way.step, on_its_way.clock, on_its_way.standard) == ("L", "jalan", 0)
    card.terima(step="L", time=monday("13.30"))
    found = now_at(card, at("2026-11-25 13.30"))
    assert (found.clock, found.waited, found.late, found.due) == ("pemohon", 2880, False, 0)
    state = fold(card.entries, PROCEDURES)
    whole = case_time(state, KADO, at("2026-11-25 13.30"), OFFICE)
    assert whole.used == 240 + 30
    card.hasil("L", "dilengkapi", isi={"catatan": "ada"}, time=at("2026-11-25 13.30"))
    assert now_at(card, at("2026-11-25 13.31")).step == "1"
    assert now_at(card, at("2026-11-25 13.31")).used == 1


# -- what is not on the card -----------------------------------------------------------------------


def test_a_missing_receiving_is_not_made_up(card: Any):
    to_step_3(card)
    del card.entries[-1]
    card.hasil("3", "diparaf", time=monday("11.00"), **DINAS)
    third = times(card, monday("12.00"))[2]
    assert (third.step, third.used, third.gap, third.late) == ("3", 0, True, False)


def test_a_receiving_without_a_handing_over_is_enough(card: Any):
    to_step_3(card)
    del card.entries[-2]
    found = now_at(card, monday("09.33"))
    assert (found.clock, found.used) == ("jalan", 3)


def test_a_case_without_its_application_has_time_from_its_receiving(card: Any):
    card.terima(step="2", line=65, time=monday("09.00"), **DINAS)
    found = now_at(card, monday("09.03"))
    assert (found.step, found.clock, found.used) == ("2", "jalan", 3)
    state = fold(card.entries, PROCEDURES)
    assert case_time(state, KADO, monday("09.03"), OFFICE).used == 3
    card.hasil("2", "dientri", time=monday("09.04"), **DINAS)
    assert now_at(card, monday("10.00")).clock == "belum"  # it lies with the operator


def test_clocks_that_disagree_are_said(card: Any):
    to_step_3(card)
    behind = now_at(card, monday("09.00"))
    assert (behind.used, behind.wall, behind.doubtful) == (0, 0, True)
    card.hasil("3", "diparaf", time=monday("09.20"), **DINAS)
    third = times(card, monday("12.00"))[2]
    assert (third.used, third.wall, third.late, third.doubtful) == (0, 0, False, True)


def test_a_handing_over_that_arrives_late_changes_nothing_in_the_hand(card: Any):
    taken_in(card)
    card.hasil("1", "diajukan", time=monday("08.02"))
    card.terima(step="2", line=65, time=monday("09.00"), **DINAS)
    card.serah("2", "dinas", "operator", line=66, time=monday("08.03"))
    state = fold(card.entries, PROCEDURES)
    assert state.transit is None and not state.flags
    assert now_at(card, monday("09.03")).used == 3


def test_a_supervisor_holds_the_file_for_any_step(card: Any):
    to_step_3(card)
    del card.entries[-1]
    card.terima(step="3", role="supervisor", time=monday("09.30"), **DINAS)
    assert now_at(card, monday("09.33")).used == 3


def test_a_receiving_before_its_handing_over_is_doubtful(card: Any):
    to_step_3(card)
    card.serah("3", "dinas", "kepala-seksi", time=monday("09.32"), **DINAS)
    card.terima(step="3", time=monday("09.31"), **DINAS)
    found = now_at(card, monday("09.34"))
    assert (found.used, found.doubtful) == (4, True)


def test_only_what_an_officer_should_receive_can_miss_its_receiving(card: Any):
    to_step_3(card)
    first, _, third = visits(fold(card.entries, PROCEDURES), KADO)
    assert (first.stops, third.stops, third.came < third.since) == ((), (), True)
    never = first._replace(since=0, clock="selesai")
    assert measure(never, monday("10.00"), OFFICE).gap
    waiting = never._replace(step=replace(never.step, clock_stops=True))
    assert not measure(waiting, monday("10.00"), OFFICE).gap


def test_an_unknown_procedure_or_step_has_no_time(card: Any):
    to_step_3(card)
    state = fold(card.entries, PROCEDURES)
    assert current(state, None, monday("10.00"), OFFICE) is None
    assert current(CaseState(), KADO, monday("10.00"), OFFICE) is None
    assert case_time(CaseState(), KADO, monday("10.00"), OFFICE).used == 0
    assert step_times(state, None, monday("10.00"), OFFICE) == []


def test_a_time_for_each_person_is_many_times_as_long(card: Any):
    to_step_3(card)
    visit = visits(fold(card.entries, PROCEDURES), KADO)[-1]
    each = visit._replace(step=replace(visit.step, per="orang"))
    assert measure(each, monday("09.40"), OFFICE, persons=12).standard == 60
    assert measure(visit, monday("09.40"), OFFICE, persons=12).standard == 5


def test_a_day_and_a_half_is_a_day_and_then_hours(card: Any):
    to_step_3(card)
    visit = visits(fold(card.entries, PROCEDURES), KADO)[-1]
    longer = visit._replace(step=replace(visit.step, minutes=675, unit="hari"))
    assert stamp(measure(longer, monday("09.40"), OFFICE).due) == "24-11-2026 14.15"


def test_an_estimated_holiday_is_said(card: Any):
    to_step_3(card)
    visit = visits(fold(card.entries, PROCEDURES), KADO)[-1]
    assert measure(visit, at("2026-12-31 10.00"), OFFICE).sure
    assert not measure(visit, at("2027-01-05 10.00"), OFFICE).sure


def test_when_it_is_due_does_not_depend_on_the_time_of_day(card: Any):
    to_step_3(card)
    state = fold(card.entries, PROCEDURES)
    dues = {now_at(card, at(day)).due for day in ("2026-11-23 09.31", "2027-03-01 10.00")}
    assert dues == {standing(state, KADO, OFFICE)[1]}
    card.serah("3", "dinas", "kepala-seksi", time=monday("09.50"), **DINAS)
    late = fold(card.entries, PROCEDURES)
    assert standing(late, KADO, OFFICE) == ("berhenti", monday("09.35"))
    card.entries[-1] = replace(
        card.entries[-1], entry=replace(card.entries[-1].entry, time=monday("09.32"))
    )
    assert standing(fold(card.entries, PROCEDURES), KADO, OFFICE) == ("berhenti", 0)
    assert standing(CaseState(), KADO, OFFICE) == ("", 0)


def test_a_card_that_waits_for_its_child_is_never_due(card: Any):
    to_step_9(card)
    assert standing(fold(card.entries, PROCEDURES), KADO, OFFICE)[0] == "jalan"
    card.terima(step="9", barang="kia", time=at("2026-11-26 09.00"), **UPTD)
    assert standing(fold(card.entries, PROCEDURES), KADO, OFFICE) == ("pemohon", 0)


# -- other procedures ------------------------------------------------------------------------------

KIA = PROCEDURES["kia-whatsapp"]
JAMBI = PROCEDURES["akta-jambi"]


def of(procedure: Procedure, card: Any, now: int) -> list[StepTime]:
    return step_times(fold(card.entries, PROCEDURES), procedure, now, OFFICE)


def begun(card: Any, procedure: Procedure, clock: str) -> None:
    card.permohonan(prosedur=procedure.slug, isi={})
    card.entries[-1] = replace(
        card.entries[-1], entry=replace(card.entries[-1].entry, step="", time=monday(clock))
    )


def test_asking_the_applicant_stops_the_clock_of_the_step_that_asks(card: Any):
    begun(card, KIA, "08.00")
    card.hasil("2", "bermasalah", time=monday("08.50"))
    found = of(KIA, card, monday("15.00"))
    assert [(one.step, one.clock) for one in found] == [("2", "selesai"), ("2P", "pemohon")]
    card.hasil("2P", "dilengkapi", time=at("2026-11-25 09.00"))
    waiting, checking = of(KIA, card, at("2026-11-25 09.05"))
    assert (waiting.step, waiting.waited, waiting.used) == ("2P", 2 * 1440 + 10, 0)
    assert (checking.step, checking.clock, checking.used, checking.left) == ("2", "jalan", 55, 5)
    assert (checking.came, checking.waited) == (monday("08.00"), waiting.waited)
    assert stamp(checking.due) == "25-11-2026 09.10"
    # Asked a second time: both waits are left out.
    card.hasil("2", "bermasalah", time=at("2026-11-25 09.05"))
    card.hasil("2P", "dilengkapi", time=at("2026-11-25 13.00"))
    assert [one.step for one in of(KIA, card, at("2026-11-25 13.06"))] == ["2P", "2P", "2"]
    late = of(KIA, card, at("2026-11-25 13.06"))[-1]
    assert (late.used, late.late) == (61, True)
    whole = case_time(fold(card.entries, PROCEDURES), KIA, at("2026-11-25 13.06"), OFFICE)
    assert whole.waited == late.waited == 2 * 1440 + 10 + 235


def test_without_paper_a_steps_time_runs_from_when_the_case_came_there(card: Any):
    begun(card, JAMBI, "08.00")
    sent, *_ = JAMBI.step("2").outcomes
    card.hasil("2", sent.id, time=monday("08.10"))
    first, there = of(JAMBI, card, monday("08.13"))
    assert (first.clock, first.used) == ("selesai", 10)
    assert (there.step, there.clock, there.since) == (sent.to, "jalan", monday("08.10"))
    assert (there.standard, there.used, there.left) == (5, 3, 2)


def test_a_case_begins_at_the_step_after_its_intake(card: Any):
    begun(card, KIA, "08.00")
    (only,) = of(KIA, card, monday("08.30"))
    assert (only.step, only.clock, only.standard, only.used) == ("2", "jalan", 60, 30)
