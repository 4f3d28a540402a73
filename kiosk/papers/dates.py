"""Days and times as an office of western Indonesia writes them on paper."""

from __future__ import annotations

from datetime import date

from kiosk.clock import UNKNOWN_DAY, day_of, stamp

DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)


def day_and_time(ms: int) -> str:
    """``21-11-2026 08.15`` (WIB) of milliseconds since 1970."""
    return stamp(ms)


def long_day(ms: int) -> str:
    """``Sabtu, 21 November 2026`` (WIB) of milliseconds since 1970."""
    try:
        day = day_of(ms)
    except (OverflowError, ValueError, OSError):
        return UNKNOWN_DAY
    return f"{DAYS[day.weekday()]}, {day.day} {MONTHS[day.month - 1]} {day.year}"


def written_day(text: str) -> str:
    """A stored ISO date as ``21-11-2026``; any other text as it stands."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day:%d-%m-%Y}"
