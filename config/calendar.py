"""When the office works: ``calendars/kantor.toml``, and the holidays in ``libur.csv`` beside it.

Perpres 21/2023 article 4 gives the hours of a week (37 h 30 min without breaks; 32 h 30 min in
Ramadan), article 6 lets national holidays and cuti bersama change them, article 7 lets a unit that
serves people directly keep other hours. So every time of day is the office's to edit. Days and
times are those of the office's wall clock.

Most holidays of a year are fixed by a joint decree (SKB) in the year before; what stands here
without one is marked ``perkiraan``, and the office mends it once the decree is there.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal, NamedTuple, cast

from config.document import Table, open_toml
from config.errors import ConfigError
from config.table_files import read_rows

CALENDARS = Path(__file__).parent / "calendars"
CALENDAR_FILE = "kantor.toml"
HOLIDAY_FILE = "libur.csv"

WEEKDAYS = ("senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu")
HOLIDAY_COLUMNS = ("tanggal", "jenis", "nama", "perkiraan", "dasar")
LONGEST_RANGE = 366
"""Days that one range may have; a longer one is a slip of the pen."""

DayEnds = Literal["pukul", "tutup"]

_WINDOW = re.compile(r"\s*([0-9]{1,2})[.:]([0-9]{2})\s*-\s*([0-9]{1,2})[.:]([0-9]{2})\s*")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Window(NamedTuple):
    """A stretch of work within one day, in minutes since midnight; ``end`` is outside of it."""

    begin: int
    end: int


Week = tuple[tuple[Window, ...], ...]
"""The windows of each weekday, Monday first; empty on a day without work."""


class Range(NamedTuple):
    """A range of days, the last one included."""

    first: date
    last: date


class Holiday(NamedTuple):
    """A national holiday (``libur``) or a day of joint leave (``cuti-bersama``). ``basis`` says
    where the date is from, ``estimate`` that no decree was at hand."""

    day: date
    kind: str
    name: str
    estimate: bool
    basis: str


@dataclass(frozen=True)
class Calendar:
    """The days and hours of one office.

    ``opened`` are extra working days with their own windows, which win over everything else;
    ``closed`` holidays and the office's own closed days with their names. ``day_ends`` says when
    "1 hari" is over: at the same time of the next working day ("pukul") or when that day closes
    ("tutup"). ``estimates`` are days that may still move, ``years`` those whose holidays are known.
    """

    title: str
    day_ends: DayEnds
    week: Week
    ramadan_week: Week
    ramadans: tuple[Range, ...]
    opened: Mapping[date, tuple[Window, ...]]
    closed: Mapping[date, str]
    estimates: frozenset[date]
    years: frozenset[int]

    def windows(self, day: date) -> tuple[Window, ...]:
        """When work goes on that day, in order and without the breaks; empty on a day off."""
        if day in self.opened:
            return self.opened[day]
        if day in self.closed:
            return ()
        week = self.ramadan_week if self.is_ramadan(day) else self.week
        return week[day.weekday()]

    def is_ramadan(self, day: date) -> bool:
        """Whether the hours of Ramadan hold that day."""
        return any(first <= day <= last for first, last in self.ramadans)

    def is_sure(self, first: date, last: date) -> bool:
        """Whether nothing from ``first`` to ``last`` (included) can still move: the holidays of
        each year are known, and none of those days is an estimate."""
        known = self.years.issuperset(range(first.year, last.year + 1))
        return known and not any(first <= day <= last for day in self.estimates)


def calendar_files(folder: Path) -> tuple[Path, Path]:
    """The hours and the holidays that hold for a kiosk: those of its data folder, and what is not
    there as it comes with this software."""
    hours, holidays = (
        own if (own := folder / name).exists() else CALENDARS / name
        for name in (CALENDAR_FILE, HOLIDAY_FILE)
    )
    return hours, holidays


def calendar_digest(folder: Path) -> str:
    """A hash of both files, by which a change is known. Raises OSError."""
    digest = hashlib.sha256()
    for path in calendar_files(folder):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def load_calendar(path: Path | None = None, holidays: Path | None = None) -> Calendar:
    """Read an office's calendar with its holidays: those given, or else ``libur.csv`` beside it or
    the one that comes with this software. Raises ConfigError with file, key and line."""
    path = path or CALENDARS / CALENDAR_FILE
    top = open_toml(path).only(
        *("title", "day_ends", "cuti_bersama", "hours", "ramadan", "open", "closed")
    )
    free = load_holidays(holidays or calendar_files(path.parent)[1])
    joint_leave = top.flag("cuti_bersama", True)
    week = _week(top)
    if not any(week):
        raise top.error("hours", "tulis paling sedikit satu hari kerja.")
    ramadan = top.table("ramadan").only("hours", "range")
    ramadans, unsure = _ramadans(ramadan)
    ramadan_week = _week(ramadan)
    if ramadans and not any(ramadan_week):
        raise ramadan.error("hours", "tulis jam kerja bulan Ramadan.")
    kept = [one for one in free if one.kind == "libur" or joint_leave]
    own = _closed(top)
    return Calendar(
        title=top.filled("title"),
        day_ends=cast("DayEnds", top.one_of("day_ends", ("pukul", "tutup"), "pukul")),
        week=week,
        ramadan_week=ramadan_week,
        ramadans=ramadans,
        opened=_opened(top, own),
        closed={one.day: one.name for one in kept} | own,
        estimates=frozenset(one.day for one in kept if one.estimate) | unsure,
        years=frozenset(one.day.year for one in free),
    )


def load_holidays(path: Path | None = None) -> tuple[Holiday, ...]:
    """Read the national holidays. Raises ConfigError with file and line."""
    path = path or CALENDARS / HOLIDAY_FILE
    found: list[Holiday] = []
    for line, (day, kind, name, estimate, basis) in read_rows(path, HOLIDAY_COLUMNS):
        when = _iso_day(day)
        if when is None:
            raise ConfigError(str(path), day, line, "tulis tanggal seperti 2026-08-17.")
        if kind not in ("libur", "cuti-bersama"):
            raise ConfigError(str(path), day, line, "jenis: libur atau cuti-bersama.")
        if not name:
            raise ConfigError(str(path), day, line, "nama hari libur belum ditulis.")
        if estimate not in ("ya", "tidak"):
            raise ConfigError(str(path), day, line, "perkiraan: ya atau tidak.")
        found.append(Holiday(when, kind, name, estimate == "ya", basis))
    return tuple(found)


def _iso_day(text: str) -> date | None:
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _week(owner: Table) -> Week:
    """The windows of a week from ``[[hours]]``."""
    week: dict[str, tuple[Window, ...]] = {}
    for table in owner.tables("hours"):
        table.only("days", "open", "breaks")
        days = table.texts("days")
        if not days:
            raise table.error("days", f"tulis hari kerjanya: {', '.join(WEEKDAYS)}.")
        windows = _windows(table)
        for name in days:
            table.check("days", name, WEEKDAYS)
            if name in week:
                raise table.error("days", f"jam hari '{name}' sudah ditulis lebih dahulu.")
            week[name] = windows
    return tuple(week.get(name, ()) for name in WEEKDAYS)


def _windows(table: Table) -> tuple[Window, ...]:
    """What is left of ``open`` without ``breaks``."""
    begin, end = _window(table, "open", table.filled("open"))
    windows: list[Window] = []
    for pause in sorted(_window(table, "breaks", text) for text in table.texts("breaks")):
        if not begin < pause.begin < pause.end < end:
            says = "istirahat harus di dalam jam buka dan tidak bertumpuk."
            raise table.error("breaks", says)
        windows.append(Window(begin, pause.begin))
        begin = pause.end
    return (*windows, Window(begin, end))


def _window(table: Table, key: str, text: str) -> Window:
    found = _WINDOW.fullmatch(text)
    if found is None:
        raise table.error(key, f"tulis jam seperti 07.30-16.00, bukan '{text}'.")
    hour, minute, to_hour, to_minute = map(int, found.groups())
    begin, end = hour * 60 + minute, to_hour * 60 + to_minute
    if minute > 59 or to_minute > 59 or not begin < end <= 24 * 60:
        says = f"'{text}': jam awal harus sebelum jam akhir, dan jam akhir paling lambat 24.00."
        raise table.error(key, says)
    return Window(begin, end)


def _ramadans(table: Table) -> tuple[tuple[Range, ...], frozenset[date]]:
    """The ranges of Ramadan, and the days at which an estimated one may begin or end."""
    ranges: list[Range] = []
    unsure: set[date] = set()
    for one in table.tables("range"):
        one.only("from", "to", "perkiraan")
        found = _range(one)
        if any(found.first <= other.last and other.first <= found.last for other in ranges):
            raise one.error("from", "bertumpuk dengan Ramadan yang sudah ditulis.")
        ranges.append(found)
        if one.flag("perkiraan", False):
            unsure.update(found)
    return tuple(ranges), frozenset(unsure)


def _closed(top: Table) -> dict[date, str]:
    """The office's own closed days with their names."""
    closed: dict[date, str] = {}
    for table in top.tables("closed"):
        table.only("from", "to", "name")
        name = table.filled("name")
        first, last = _range(table)
        for offset in range((last - first).days + 1):
            closed[first + timedelta(offset)] = name
    return closed


def _opened(top: Table, closed: Mapping[date, str]) -> dict[date, tuple[Window, ...]]:
    """The extra working days with their windows."""
    opened: dict[date, tuple[Window, ...]] = {}
    for table in top.tables("open"):
        table.only("day", "open", "breaks", "name")
        table.filled("name")
        day = _day(table, "day")
        if day in opened:
            raise table.error("day", f"hari buka {day} sudah ditulis lebih dahulu.")
        if day in closed:
            raise table.error("day", f"{day} juga ditulis sebagai hari tutup; hapus salah satu.")
        opened[day] = _windows(table)
    return opened


def _range(table: Table) -> Range:
    """``from`` and ``to``; one day when ``to`` is not written."""
    first = _day(table, "from")
    last = _day(table, "to") if table.has("to") else first
    if not 0 <= (last - first).days < LONGEST_RANGE:
        says = f"harus pada atau sesudah 'from', paling lama {LONGEST_RANGE} hari."
        raise table.error("to", says)
    return Range(first, last)


def _day(table: Table, key: str) -> date:
    day = table.day(key)
    if day is None:
        raise table.error(key, "kunci ini wajib ada tetapi belum ditulis.")
    return day
