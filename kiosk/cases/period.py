"""A stretch of whole days that a register or report is made for, by the office's own calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from kiosk.clock import WIB

DAY = 24 * 60 * 60 * 1000
"""Milliseconds: the office's clock is never put forward or back."""

PRESETS = ("hari-ini", "kemarin", "minggu-ini", "bulan-ini")
"""The periods that an office asks for most."""


class Period(NamedTuple):
    """From the first day to the last, both included."""

    first: date
    last: date

    @property
    def start(self) -> int:
        """The first instant, milliseconds since 1970 UTC."""
        return _midnight(self.first)

    @property
    def end(self) -> int:
        """The first instant after it."""
        return _midnight(self.last) + DAY

    def holds(self, ms: int) -> bool:
        """Whether an instant falls into it."""
        return self.start <= ms < self.end

    @property
    def words(self) -> str:
        """``21-11-2026``, or ``01-11-2026 s.d. 21-11-2026``."""
        if self.first == self.last:
            return f"{self.first:%d-%m-%Y}"
        return f"{self.first:%d-%m-%Y} s.d. {self.last:%d-%m-%Y}"


def preset(name: str, today: date) -> Period:
    """One of PRESETS as seen from ``today``: a week begins on Monday, and neither week nor month
    reaches beyond today. Raises KeyError for another name."""
    return {
        "hari-ini": Period(today, today),
        "kemarin": Period(today - timedelta(days=1), today - timedelta(days=1)),
        "minggu-ini": Period(today - timedelta(days=today.weekday()), today),
        "bulan-ini": Period(today.replace(day=1), today),
    }[name]


def _midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=WIB).timestamp()) * 1000
