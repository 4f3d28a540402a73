"""What ``kiosk doctor`` says of the office's calendar: whether next year's days off are in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from config.calendar import CALENDAR_FILE, HOLIDAY_FILE, Calendar, calendar_files, load_calendar
from config.errors import ConfigError
from kiosk.texts import say

DECREED_FROM = 9
"""The month from which on the joint decree (SKB) on next year's holidays may be there."""


def calendar_hints(folder: Path, today: date) -> list[str]:
    """What is to be mended in the calendar of a data folder, in plain words."""
    try:
        calendar = load_calendar(*calendar_files(folder))
    except (ConfigError, OSError) as error:
        return [say("Kalender kantor tidak terbaca: {sebab}", sebab=error)]
    years = [today.year, today.year + 1] if today.month >= DECREED_FROM else [today.year]
    return [hint for year in years for hint in _of_year(calendar, year, today)]


def _of_year(calendar: Calendar, year: int, today: date) -> Iterator[str]:
    if year not in calendar.years:
        yield say(
            "Hari libur {tahun} belum ada. Tulis menurut SKB di {berkas} dalam folder data.",
            tahun=year,
            berkas=HOLIDAY_FILE,
        )
    elif any(day.year == year and day >= today for day in calendar.estimates):
        yield say(
            "Hari libur {tahun} sebagian masih perkiraan. Cocokkan {berkas} dengan SKB.",
            tahun=year,
            berkas=HOLIDAY_FILE,
        )
    if not any(one.first.year <= year <= one.last.year for one in calendar.ramadans):
        yield say(
            "Ramadan {tahun} belum ada. Tulis tanggalnya di {berkas} dalam folder data.",
            tahun=year,
            berkas=CALENDAR_FILE,
        )
