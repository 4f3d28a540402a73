"""Working time: nights, breaks, days off and the applicant's waiting do not count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import settings as run
from hypothesis import strategies as st

from config.calendar import CALENDARS, Calendar, Range, Window, load_calendar
from kiosk.cases.working_time import (
    DAY,
    EARLIEST,
    FIRST_DAY,
    LAST_DAY,
    LATEST,
    MINUTE,
    WorkingTime,
)
from kiosk.clock import WIB, stamp

OFFICE = WorkingTime(load_calendar())


def at(text: str) -> int:
    """``2026-11-23 10.00`` in WIB as milliseconds."""
    when = datetime.strptime(text, "%Y-%m-%d %H.%M").replace(tzinfo=WIB)
    return int(when.timestamp()) * 1000


def minutes(start: str, end: str, *without: tuple[str, str], office: WorkingTime = OFFICE) -> int:
    spans = [(at(begin), at(stop)) for begin, stop in without]
    worked = office.between(at(start), at(end), spans)
    assert worked % MINUTE == 0
    return worked // MINUTE


def office(tmp_path: Path, change: Callable[[str], str]) -> WorkingTime:
    """The shipped calendar with other words in it."""
    path = tmp_path / "kantor.toml"
    path.write_text(change((CALENDARS / "kantor.toml").read_text("utf-8")), "utf-8")
    return WorkingTime(load_calendar(path))


# -- how long ------------------------------------------------------------------------------------

# 2026: 23-11 is a Monday, 27-11 a Friday; 24-12 is cuti bersama, 25-12 Christmas.
LENGTHS = [
    ("within a morning", "2026-11-23 10.00", "2026-11-23 10.25", 25),
    ("before the office opens", "2026-11-23 05.00", "2026-11-23 08.00", 30),
    ("wholly before it opens", "2026-11-23 05.00", "2026-11-23 07.30", 0),
    ("after it closes", "2026-11-23 15.50", "2026-11-23 22.00", 10),
    ("over the break", "2026-11-23 11.50", "2026-11-23 13.10", 20),
    ("within the break", "2026-11-23 12.05", "2026-11-23 12.55", 0),
    ("over Friday's longer break", "2026-11-27 11.20", "2026-11-27 13.10", 20),
    ("Friday closes later", "2026-11-27 16.00", "2026-11-27 18.00", 30),
    ("one whole day", "2026-11-23 00.00", "2026-11-24 00.00", 450),
    ("one whole Friday", "2026-11-27 00.00", "2026-11-28 00.00", 450),
    ("over a night", "2026-11-23 15.30", "2026-11-24 08.00", 60),
    ("over midnight and nothing else", "2026-11-23 23.00", "2026-11-24 01.00", 0),
    ("over a weekend", "2026-11-27 16.00", "2026-11-30 07.45", 45),
    ("within a weekend", "2026-11-28 09.00", "2026-11-29 15.00", 0),
    ("a whole week", "2026-11-23 00.00", "2026-11-30 00.00", 2250),
    ("over Christmas", "2026-12-23 15.00", "2026-12-28 08.30", 120),
    ("Independence Day, a Monday", "2026-08-14 16.00", "2026-08-18 07.40", 40),
    ("a week of Ramadan", "2026-02-23 00.00", "2026-03-02 00.00", 1950),
    ("a Friday of Ramadan", "2026-02-27 00.00", "2026-02-28 00.00", 390),
    ("Ramadan opens later", "2026-02-23 07.30", "2026-02-23 08.10", 10),
    ("Ramadan's short break", "2026-02-23 11.50", "2026-02-23 12.40", 20),
    ("into Ramadan, a Thursday", "2026-02-18 15.00", "2026-02-19 09.00", 120),
    ("over Nyepi and Idul Fitri", "2026-03-17 14.00", "2026-03-25 08.30", 120),
    ("nothing at all", "2026-11-23 10.00", "2026-11-23 10.00", 0),
    ("a clock gone back", "2026-11-23 10.30", "2026-11-23 10.00", 0),
]


@pytest.mark.parametrize(
    ("start", "end", "expected"), [row[1:] for row in LENGTHS], ids=[row[0] for row in LENGTHS]
)
def test_how_long_was_worked(start: str, end: str, expected: int):
    assert minutes(start, end) == expected


WAITS = [
    ("a wait at work", [("2026-11-23 10.00", "2026-11-23 11.00")], 390),
    ("a wait over the break", [("2026-11-23 11.00", "2026-11-23 14.00")], 330),
    ("a wait at night", [("2026-11-23 19.00", "2026-11-23 23.00")], 450),
    ("from before the start", [("2026-11-20 10.00", "2026-11-23 08.30")], 390),
    ("to after the end", [("2026-11-23 15.00", "2026-11-26 08.30")], 390),
    ("all of it", [("2026-11-22 15.00", "2026-11-26 08.30")], 0),
    (
        "two that overlap, the later one first",
        [("2026-11-23 10.30", "2026-11-23 11.30"), ("2026-11-23 10.00", "2026-11-23 11.00")],
        360,
    ),
    (
        "one inside another",
        [("2026-11-23 10.00", "2026-11-23 11.30"), ("2026-11-23 10.10", "2026-11-23 10.20")],
        360,
    ),
    ("one that ends before it begins", [("2026-11-23 11.00", "2026-11-23 10.00")], 450),
]


@pytest.mark.parametrize(
    ("without", "expected"), [row[1:] for row in WAITS], ids=[row[0] for row in WAITS]
)
def test_the_applicants_time_is_left_out(without: list[tuple[str, str]], expected: int):
    assert minutes("2026-11-23 00.00", "2026-11-24 00.00", *without) == expected


# -- when it is due --------------------------------------------------------------------------------

DUES = [
    ("at once", "2026-11-23 10.00", 2, "2026-11-23 10.02"),
    ("over the break", "2026-11-23 11.30", 60, "2026-11-23 13.30"),
    ("up to the break", "2026-11-23 11.30", 30, "2026-11-23 12.00"),
    ("received in the break", "2026-11-23 12.30", 5, "2026-11-23 13.05"),
    ("up to closing time", "2026-11-23 15.00", 60, "2026-11-23 16.00"),
    ("over the night", "2026-11-23 15.58", 5, "2026-11-24 07.33"),
    ("received at night", "2026-11-23 20.00", 5, "2026-11-24 07.35"),
    ("received on Saturday", "2026-11-28 09.00", 60, "2026-11-30 08.30"),
    ("over Christmas", "2026-12-23 15.30", 60, "2026-12-28 08.00"),
    ("in Ramadan", "2026-02-23 14.30", 60, "2026-02-24 08.30"),
    ("nothing to do", "2026-11-28 09.00", 0, "2026-11-28 09.00"),
]


@pytest.mark.parametrize(
    ("start", "amount", "due"), [row[1:] for row in DUES], ids=[row[0] for row in DUES]
)
def test_when_so_much_has_been_worked(start: str, amount: int, due: str):
    assert stamp(OFFICE.after(at(start), amount * MINUTE)) == stamp(at(due))


def test_what_is_due_is_put_off_by_the_applicants_time():
    start, hour = at("2026-11-23 10.00"), 60 * MINUTE
    waited = [(at("2026-11-23 10.30"), at("2026-11-24 09.00"))]
    assert stamp(OFFICE.after(start, hour, waited)) == "24-11-2026 09.30"
    later = [(at("2026-11-23 11.00"), at("2026-11-24 09.00"))]
    assert stamp(OFFICE.after(start, hour, later)) == "23-11-2026 11.00"
    at_once = [(at("2026-11-23 09.00"), at("2026-11-23 10.20"))]
    assert stamp(OFFICE.after(start, hour, at_once)) == "23-11-2026 11.20"
    twice = [*waited, (at("2026-11-24 09.10"), at("2026-11-24 10.10"))]
    assert stamp(OFFICE.after(start, hour, reversed(twice))) == "24-11-2026 10.30"


DAYS = [  # start, days, "pukul", "tutup"
    ("2026-11-23 10.00", 1, "2026-11-24 10.00", "2026-11-24 16.00"),
    ("2026-11-23 10.00", 5, "2026-11-30 10.00", "2026-11-30 16.00"),
    ("2026-11-26 10.00", 1, "2026-11-27 10.00", "2026-11-27 16.30"),
    ("2026-11-27 10.00", 1, "2026-11-30 10.00", "2026-11-30 16.00"),
    ("2026-11-27 16.20", 1, "2026-11-30 16.00", "2026-11-30 16.00"),
    ("2026-11-28 10.00", 1, "2026-12-01 07.30", "2026-12-01 16.00"),
    ("2026-11-23 20.00", 1, "2026-11-25 07.30", "2026-11-25 16.00"),
    ("2026-11-23 16.00", 1, "2026-11-25 07.30", "2026-11-25 16.00"),
    ("2026-11-23 12.30", 1, "2026-11-24 13.00", "2026-11-24 16.00"),
    ("2026-12-23 10.00", 1, "2026-12-28 10.00", "2026-12-28 16.00"),
    ("2026-02-18 15.45", 1, "2026-02-19 15.00", "2026-02-19 15.00"),
    ("2026-02-18 07.40", 1, "2026-02-19 08.00", "2026-02-19 15.00"),
    ("2026-11-23 10.00", 0, "2026-11-23 10.00", "2026-11-23 10.00"),
]


@pytest.mark.parametrize(("start", "days", "same_time", "closing"), DAYS)
def test_working_days_end_as_the_office_says(
    tmp_path: Path, start: str, days: int, same_time: str, closing: str
):
    closes = office(tmp_path, lambda text: text.replace('day_ends = "pukul"', 'day_ends = "tutup"'))
    assert stamp(OFFICE.after_days(at(start), days)) == stamp(at(same_time))
    assert stamp(closes.after_days(at(start), days)) == stamp(at(closing))


def test_a_day_is_put_off_by_the_applicants_time():
    waited = [(at("2026-11-23 14.00"), at("2026-11-25 09.00"))]
    due = OFFICE.after_days(at("2026-11-23 10.00"), 1, waited)
    assert stamp(due) == "25-11-2026 14.30"  # 180 minutes on Monday, 270 on Wednesday
    used = OFFICE.between(at("2026-11-23 10.00"), due, waited)
    assert used == 450 * MINUTE


def test_an_extra_day_counts_and_an_own_closed_day_does_not(tmp_path: Path):
    more = (
        '\n[[open]]\nday = 2026-11-28\nopen = "08.00-12.00"\nname = "Layanan Sabtu"\n'
        '[[open]]\nday = 2026-12-25\nopen = "09.00-10.00"\nname = "Piket"\n'
        '[[closed]]\nfrom = 2026-11-30\nto = 2026-12-01\nname = "Pindah gedung"\n'
    )
    own = office(tmp_path, lambda text: text + more)
    assert minutes("2026-11-27 16.00", "2026-12-02 07.40", office=own) == 30 + 240 + 10
    assert minutes("2026-12-23 16.00", "2026-12-28 07.30", office=own) == 60
    assert stamp(own.after_days(at("2026-11-27 10.00"), 1)) == "28-11-2026 10.00"


def test_joint_leave_is_worked_where_the_office_stays_open(tmp_path: Path):
    own = office(tmp_path, lambda text: text.replace("cuti_bersama = true", "cuti_bersama = false"))
    assert minutes("2026-12-23 16.00", "2026-12-28 07.30", office=own) == 450


# -- any calendar, any instants --------------------------------------------------------------------


def naive(calendar: Calendar, start: int, end: int, without: list[tuple[int, int]]) -> int:
    """Working minutes counted one by one; everything on whole minutes."""
    count = 0
    for instant in range(start, end, MINUTE):
        when = datetime.fromtimestamp(instant / 1000, WIB)
        clock = when.hour * 60 + when.minute
        working = any(begin <= clock < stop for begin, stop in calendar.windows(when.date()))
        waiting = any(begin <= instant < stop for begin, stop in without)
        count += working and not waiting
    return count


BASE = at("2026-03-01 00.00")


@st.composite
def days(draw: st.DrawFn) -> tuple[Window, ...]:
    """Up to three windows of one day."""
    edges = sorted(draw(st.sets(st.integers(0, 24 * 60), max_size=6)))
    return tuple(Window(*edges[at : at + 2]) for at in range(0, len(edges) - 1, 2))


weeks = st.tuples(*[days()] * 7)
near = st.integers(0, 20).map(lambda offset: date(2026, 3, 1) + timedelta(offset))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """An office with any hours, around March 2026."""
    return Calendar(
        title="uji",
        day_ends=draw(st.sampled_from(["pukul", "tutup"])),
        week=draw(weeks),
        ramadan_week=draw(weeks),
        ramadans=draw(st.sampled_from([(), (Range(date(2026, 3, 3), date(2026, 3, 12)),)])),
        opened=draw(st.dictionaries(near, days().filter(bool), max_size=3)),
        closed=draw(st.dictionaries(near, st.just("libur"), max_size=6)),
        estimates=frozenset(),
        years=frozenset({2026}),
    )


instants = st.integers(0, 20 * 24 * 60).map(lambda minute: BASE + minute * MINUTE)
fine = st.integers(BASE - DAY, BASE + 20 * DAY)
spans = st.lists(st.tuples(fine, fine), max_size=4)
minute_spans = st.lists(st.tuples(instants, instants), max_size=3)


@run(deadline=None, max_examples=60)
@given(calendar=calendars(), pair=st.tuples(instants, instants), without=minute_spans)
def test_it_is_what_counting_minutes_gives(
    calendar: Calendar, pair: tuple[int, int], without: list[tuple[int, int]]
):
    start, end = sorted(pair)
    end = min(end, start + 4 * DAY)
    worked = WorkingTime(calendar).between(start, end, without)
    assert worked == naive(calendar, start, end, without) * MINUTE


@run(deadline=None)
@given(calendar=calendars(), points=st.tuples(fine, fine, fine), without=spans)
def test_parts_add_up_and_more_time_is_never_less_work(
    calendar: Calendar, points: tuple[int, int, int], without: list[tuple[int, int]]
):
    working = WorkingTime(calendar)
    first, second, third = sorted(points)
    begin = working.between(first, second, without)
    rest = working.between(second, third, without)
    whole = working.between(first, third, without)
    assert begin + rest == whole
    assert 0 <= begin <= whole <= third - first
    assert whole <= working.between(first, third)


@run(deadline=None)
@given(
    calendar=calendars(),
    start=fine,
    amount=st.integers(1, 30 * 450 * MINUTE),
    without=spans,
)
def test_what_is_due_is_the_first_instant_with_so_much_work(
    calendar: Calendar, start: int, amount: int, without: list[tuple[int, int]]
):
    working = WorkingTime(calendar)
    due = working.after(start, amount, without)
    assert due >= start
    if due == LATEST:
        assert working.between(start, LATEST, without) < amount
        return
    assert working.between(start, due, without) == amount
    assert working.between(start, due - 1, without) == amount - 1


@run(deadline=None)
@given(calendar=calendars(), pair=st.tuples(fine, fine), without=spans)
def test_the_work_up_to_an_instant_is_due_by_then(
    calendar: Calendar, pair: tuple[int, int], without: list[tuple[int, int]]
):
    working = WorkingTime(calendar)
    start, end = sorted(pair)
    due = working.after(start, working.between(start, end, without), without)
    assert start <= due <= end
    assert working.between(due, end, without) == 0


@run(deadline=None)
@given(
    calendar=calendars(),
    pair=st.tuples(fine, fine),
    amount=st.integers(0, 5000 * MINUTE),
    count=st.integers(0, 12),
)
def test_who_comes_later_is_never_due_earlier(
    calendar: Calendar, pair: tuple[int, int], amount: int, count: int
):
    working = WorkingTime(calendar)
    earlier, later = sorted(pair)
    assert working.after(earlier, amount) <= working.after(later, amount)
    assert working.after_days(earlier, count) <= working.after_days(later, count)
    assert working.after_days(later, count) <= working.after_days(later, count + 1)
    assert working.opening(earlier) <= working.opening(later)


@run(deadline=None)
@given(
    start=st.integers(-(10**17), 10**17),
    end=st.integers(-(10**17), 10**17),
    amount=st.integers(-(10**9), 10**12),
)
def test_no_clock_is_too_wrong(start: int, end: int, amount: int):
    assert OFFICE.between(start, end, [(end, start), (start, end)]) == 0
    assert OFFICE.between(start, end) >= 0
    assert OFFICE.after(start, amount) >= start
    assert OFFICE.after_days(start, amount) >= start
    assert OFFICE.opening(start) >= start
    assert OFFICE.is_sure(start, end) in (True, False)


def test_broken_clocks_count_from_the_first_day_and_to_the_last():
    assert stamp(EARLIEST) == f"{FIRST_DAY:%d-%m-%Y} 00.00"
    assert stamp(LATEST) == f"{LAST_DAY:%d-%m-%Y} 00.00"
    since_1970 = OFFICE.between(0, at("2026-11-23 10.00"))
    assert since_1970 == OFFICE.between(EARLIEST, at("2026-11-23 10.00"))
    assert OFFICE.between(LATEST, LATEST + 10 * DAY) == 0
    assert OFFICE.after(LATEST + DAY, MINUTE) == LATEST + DAY


def test_an_office_that_never_opens_is_never_due():
    working = WorkingTime(replace(OFFICE.calendar, week=((),) * 7, ramadan_week=((),) * 7))
    start = at("2026-11-23 10.00")
    assert working.after(start, MINUTE) == LATEST
    assert working.after_days(start, 1) == LATEST
    assert working.opening(start) == LATEST


# -- speed -----------------------------------------------------------------------------------------


def test_a_list_of_cases_is_counted_fast():
    """Years of it in well under a millisecond; the best of a few tries, for a busy machine."""
    start, end = at("2021-12-31 10.00"), at("2027-11-23 15.00")
    wait = [(at("2026-11-23 10.00"), at("2026-11-24 10.00"))]

    def count_a_list() -> float:
        begin = perf_counter()
        for step in range(200):
            OFFICE.between(start + step * MINUTE, end, wait)
            OFFICE.after(start + step * MINUTE, 450 * MINUTE, wait)
        return (perf_counter() - begin) / 400

    assert min(count_a_list() for _ in range(5)) < 0.000_3


def test_a_calendar_is_ready_at_once():
    """The first count looks up every day since FIRST_DAY."""

    def first_count() -> float:
        working = WorkingTime(OFFICE.calendar)
        begin = perf_counter()
        working.between(at("2026-11-23 10.00"), at("2026-11-23 15.00"))
        return perf_counter() - begin

    assert min(first_count() for _ in range(5)) < 0.1
