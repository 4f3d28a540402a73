"""Working time: how long an office worked between two instants, and when so much will be worked.

Standard times of public services are said in working time (*jam kerja*, *hari kerja*): nights,
breaks, days off and holidays do not count. Instants are milliseconds since 1970 UTC, lengths are
milliseconds, so that parts add up to the whole; who shows minutes divides by MINUTE.

Time that the applicant is waited for ("Waktu Pemohon" on a kartu kendali) is left out by giving
its spans as ``without``.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from config.calendar import Calendar, Window
from kiosk.clock import WIB

MINUTE = 60_000
DAY = 24 * 60 * MINUTE

FIRST_DAY = date(2020, 1, 1)
LAST_DAY = date(2100, 1, 1)
"""No working time is counted before FIRST_DAY or from LAST_DAY on: only a broken clock says so."""

EARLIEST, LATEST = (
    int(datetime(day.year, day.month, day.day, tzinfo=WIB).timestamp()) * 1000
    for day in (FIRST_DAY, LAST_DAY)
)
"""The midnights at which those two days begin."""

_DAYS = (LAST_DAY - FIRST_DAY).days
_AT_ONCE = 366

Span = tuple[int, int]
"""From one instant to another; a span that ends before it begins holds nothing."""


class WorkingTime:
    """Counts working time under one calendar. Nothing here raises, whatever the instants.

    A day's windows are looked up once: they stand in a row from FIRST_DAY on, each with the
    working time before it, so that a count is two look-ups, over however many years. The row
    grows with the days that are asked for. For use by one thread at a time.
    """

    def __init__(self, calendar: Calendar):
        self.calendar = calendar
        self._days: list[Sequence[Window]] = []
        self._before: list[int] = [0]

    def between(self, start: int, end: int, without: Iterable[Span] = ()) -> int:
        """Working time from ``start`` to ``end``, less what of it falls into ``without``; 0 when
        ``end`` is before ``start``, as clocks that disagree may say."""
        if end <= start:
            return 0
        left_out = sum(self.between(*span) for span in _merged(without, start, end))
        return self._worked(end) - self._worked(start) - left_out

    def after(self, start: int, amount: int, without: Iterable[Span] = ()) -> int:
        """The first instant at which ``amount`` of working time has passed since ``start``, what
        falls into ``without`` not counted; LATEST when the calendar has not so much work left."""
        if amount <= 0:
            return start
        return self.put_off(self._instant(self._worked(start) + amount, start), start, without)

    def after_days(self, start: int, days: int, without: Iterable[Span] = ()) -> int:
        """The instant that is so many working days later, as the calendar's ``day_ends`` says.

        A start outside of working hours is the next opening, as for a letter in the box. "pukul":
        at the same time of day, or as near to it as that day's hours allow; "tutup": when that
        day closes.
        """
        if days <= 0:
            return start
        day, clock = _split(self.opening(start))
        while days and day < _DAYS - 1:
            day += 1
            if self._windows(day):
                days -= 1
        if days:
            return max(start, LATEST)
        windows = self._windows(day)
        opens, closes = windows[0].begin * MINUTE, windows[-1].end * MINUTE
        if self.calendar.day_ends == "pukul":
            closes = min(max(clock, opens), closes)
        return self.put_off(EARLIEST + day * DAY + closes, start, without)

    def put_off(self, due: int, start: int, without: Iterable[Span]) -> int:
        """``due`` put off by the working time since ``start`` that does not count."""
        for begin, end in _merged(without, start, LATEST):
            if begin >= due:
                break
            due = self.after(due, self.between(begin, end))
        return due

    def opening(self, at: int) -> int:
        """``at`` itself while work goes on, or else the next instant at which it begins."""
        day, clock = _split(at)
        while day < _DAYS:
            for begin, end in self._windows(day):
                if clock < end * MINUTE:
                    return EARLIEST + day * DAY + max(clock, begin * MINUTE)
            day, clock = day + 1, 0
        return max(at, LATEST)

    def is_sure(self, start: int, end: int) -> bool:
        """Whether no holiday between the two can still move; see Calendar.is_sure."""
        first, last = _split(start)[0], _split(max(start, end))[0]
        return self.calendar.is_sure(_date(first), _date(last))

    def _worked(self, at: int) -> int:
        """Working time from EARLIEST to an instant."""
        day, clock = _split(at)
        worked = sum(
            min(clock, end * MINUTE) - begin * MINUTE
            for begin, end in self._windows(day)
            if begin * MINUTE < clock
        )
        return self._before[day] + worked

    def _instant(self, worked: int, start: int) -> int:
        """The first instant at which so much (more than 0) has been worked since EARLIEST."""
        while self._before[-1] < worked and len(self._days) < _DAYS:
            self._windows(min(len(self._days) + _AT_ONCE, _DAYS - 1))
        if self._before[-1] < worked:
            return max(start, LATEST)
        day = bisect_left(self._before, worked) - 1
        left = worked - self._before[day]
        for begin, end in self._days[day]:
            if left <= (end - begin) * MINUTE:
                return EARLIEST + day * DAY + begin * MINUTE + left
            left -= (end - begin) * MINUTE
        raise AssertionError("a day's windows do not add up to its working time")

    def _windows(self, day: int) -> Sequence[Window]:
        """The windows of a day, counted from FIRST_DAY; the row is grown up to it."""
        while len(self._days) <= day:
            windows = self.calendar.windows(_date(len(self._days)))
            self._days.append(windows)
            length = sum(end - begin for begin, end in windows) * MINUTE
            self._before.append(self._before[-1] + length)
        return self._days[day]


def _split(at: int) -> tuple[int, int]:
    """An instant as the day since FIRST_DAY and the milliseconds since its midnight."""
    return divmod(min(max(at, EARLIEST), LATEST - 1) - EARLIEST, DAY)


def _date(day: int) -> date:
    return date.fromordinal(FIRST_DAY.toordinal() + day)


def _merged(spans: Iterable[Span], start: int, end: int) -> list[Span]:
    """The spans in order, each instant from ``start`` to ``end`` in one of them at most."""
    merged: list[Span] = []
    for span in sorted(spans):
        begin, stop = max(span[0], start), min(span[1], end)
        if merged:
            begin = max(begin, merged[-1][1])
        if begin < stop:
            merged.append((begin, stop))
    return merged
