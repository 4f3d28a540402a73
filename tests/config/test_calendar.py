"""The office's calendar and the national holidays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from config.calendar import (
    CALENDARS,
    HOLIDAY_FILE,
    WEEKDAYS,
    Calendar,
    Holiday,
    Window,
    load_calendar,
    load_holidays,
)
from config.errors import ConfigError


@pytest.fixture(scope="module")
def office() -> Calendar:
    return load_calendar()


def minutes(windows: tuple[Window, ...]) -> int:
    return sum(end - begin for begin, end in windows)


# -- what is shipped -------------------------------------------------------------------------------


def test_a_week_has_the_hours_of_the_regulation(office: Calendar):
    """Perpres 21/2023 article 4: 37 h 30 min and 32 h 30 min, from 07.30 and 08.00, without breaks
    of 60 (Friday 90) and 30 (Friday 60) minutes."""
    assert sum(map(minutes, office.week)) == 37 * 60 + 30
    assert sum(map(minutes, office.ramadan_week)) == 32 * 60 + 30
    for week, opens, breaks in ((office.week, 450, (60, 90)), (office.ramadan_week, 480, (30, 60))):
        for at, name in enumerate(WEEKDAYS):
            if name in ("sabtu", "minggu"):
                assert week[at] == ()
                continue
            morning, afternoon = week[at]
            assert morning.begin == opens
            assert afternoon.begin - morning.end == breaks[name == "jumat"]


def test_days_have_their_hours(office: Calendar):
    assert office.windows(date(2026, 11, 23)) == ((450, 720), (780, 960))
    assert office.windows(date(2026, 11, 27)) == ((450, 690), (780, 990))
    assert office.windows(date(2026, 11, 28)) == ()
    assert office.windows(date(2026, 2, 19)) == ((480, 720), (750, 900))  # 1 Ramadan 1447 H
    assert office.windows(date(2026, 2, 18)) == ((450, 720), (780, 960))
    assert office.windows(date(2026, 12, 24)) == office.windows(date(2026, 12, 25)) == ()
    assert office.closed[date(2026, 12, 25)] == "Hari Raya Natal"
    assert not office.opened
    ramadan = [office.is_ramadan(date(2026, *day)) for day in ((2, 18), (2, 19), (3, 20), (3, 21))]
    assert ramadan == [False, True, True, False]


def test_the_decree_of_2026_is_whole():
    """SKB 1497/2025, 2/2025, 5/2025: 17 holidays and 8 days of joint leave."""
    of_2026 = [one for one in load_holidays() if one.day.year == 2026]
    assert sum(one.kind == "libur" for one in of_2026) == 17
    assert sum(one.kind == "cuti-bersama" for one in of_2026) == 8
    assert not any(one.estimate for one in of_2026)
    assert {one.basis for one in of_2026} == {"tetap", "SKB 1497/2025 2/2025 5/2025"}


def test_what_no_decree_said_is_an_estimate():
    """Of 2027 only what the law fixes or the moon and Easter give is sure here."""
    of_2027 = {one.day: one for one in load_holidays() if one.day.year == 2027}
    assert len(of_2027) == 26
    sure = {day for day, one in of_2027.items() if not one.estimate}
    easter = easter_of(2027)
    by_easter = {easter + timedelta(days) for days in (-2, 0, 39)}
    fixed = {date(2027, *day) for day in ((1, 1), (5, 1), (6, 1), (8, 17), (12, 25))}
    assert sure == by_easter | fixed | {date(2027, 2, 6)}
    assert all("SKB 2027" in of_2027[day].basis for day in set(of_2027) - sure)


def test_feasts_stand_where_they_are_computed():
    by_day = {one.day: one.name for one in load_holidays()}
    for year in (2026, 2027):
        easter = easter_of(year)
        assert by_day[easter - timedelta(2)] == "Wafat Yesus Kristus"
        assert by_day[easter] == "Kebangkitan Yesus Kristus"
        assert by_day[easter + timedelta(39)] == "Kenaikan Yesus Kristus"
        fixed = ((1, 1), (5, 1), (6, 1), (8, 17), (12, 25))
        assert {date(year, *day) for day in fixed} <= set(by_day)


def easter_of(year: int) -> date:
    """The Gregorian computus (Meeus, Jones, Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    h = (19 * a + b - d - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    rest = (32 + 2 * e + 2 * i - h - k) % 7
    month, day = divmod(h + rest - 7 * ((a + 11 * h + 22 * rest) // 451) + 114, 31)
    return date(year, month, day + 1)


def test_joint_leave_is_next_to_its_feast_or_a_weekend_away():
    holidays = load_holidays()
    off = {one.day for one in holidays}
    for one in holidays:
        if one.kind == "cuti-bersama":
            assert one.day.weekday() < 5
            days = (one.day + timedelta(step) for step in (-3, -1, 1, 3))
            assert off.intersection(days), one


def test_ramadan_ends_before_the_feast():
    feasts = [one.day for one in load_holidays() if one.name == "Hari Raya Idul Fitri"]
    assert [last + timedelta(1) for _, last in load_calendar().ramadans] == feasts
    assert all(28 < (last - first).days + 1 < 31 for first, last in load_calendar().ramadans)


def test_what_may_still_move_is_said(office: Calendar):
    assert office.is_sure(date(2026, 1, 1), date(2027, 1, 4))
    assert not office.is_sure(date(2026, 12, 1), date(2027, 1, 5))
    assert office.is_sure(date(2027, 1, 6), date(2027, 2, 4))
    assert not office.is_sure(date(2027, 2, 8), date(2027, 2, 8))  # Ramadan may begin then
    assert office.is_sure(date(2027, 2, 9), date(2027, 3, 7))
    assert not office.is_sure(date(2027, 12, 31), date(2028, 1, 1))
    assert office.years == {2026, 2027}


# -- an office's own -------------------------------------------------------------------------------


def write(folder: Path, change: Callable[[str], str]) -> Path:
    path = folder / "kantor.toml"
    path.write_text(change((CALENDARS / "kantor.toml").read_text("utf-8")), "utf-8")
    return path


def test_an_office_brings_its_own_file(tmp_path: Path):
    own = load_calendar(write(tmp_path, lambda text: text.replace("07.30-16.00", "08:00 - 15:00")))
    assert own.week[0] == ((480, 720), (780, 900))
    assert own.closed == load_calendar().closed
    (tmp_path / HOLIDAY_FILE).write_text(
        "tanggal;jenis;nama;perkiraan;dasar\r\n2028-01-01;libur;Tahun Baru;tidak;tetap\r\n;;;;\r\n"
    )
    mine = load_calendar(tmp_path / "kantor.toml")
    assert dict(mine.closed) == {date(2028, 1, 1): "Tahun Baru"}
    assert mine.years == {2028}
    assert load_holidays(tmp_path / HOLIDAY_FILE) == (
        Holiday(date(2028, 1, 1), "libur", "Tahun Baru", False, "tetap"),
    )


def test_open_days_win_over_all_others(tmp_path: Path):
    more = (
        '[[open]]\nday = 2026-12-25\nopen = "22.00-24.00"\nname = "Piket"\n'
        '[[closed]]\nfrom = 2026-11-23\nto = 2026-11-24\nname = "Pindah"\n'
        '[[closed]]\nfrom = 2026-11-26\nname = "Hari jadi"\n'
    )
    own = load_calendar(write(tmp_path, lambda text: text + more))
    assert own.windows(date(2026, 12, 25)) == ((1320, 1440),)
    assert [bool(own.windows(date(2026, 11, day))) for day in range(23, 28)] == [
        *(False, False, True, False, True)
    ]
    assert own.closed[date(2026, 11, 26)] == "Hari jadi"


def test_joint_leave_may_be_worked(tmp_path: Path):
    own = load_calendar(
        write(tmp_path, lambda text: text.replace("cuti_bersama = true", "cuti_bersama = false"))
    )
    assert own.windows(date(2026, 12, 24)) and not own.windows(date(2026, 12, 25))
    assert own.is_sure(date(2027, 2, 5), date(2027, 2, 5))


def test_several_breaks_leave_several_windows(tmp_path: Path):
    breaks = '["15.00-15.15", "12.00-13.00"]'
    own = load_calendar(write(tmp_path, lambda text: text.replace('["12.00-13.00"]', breaks, 1)))
    assert own.week[0] == ((450, 720), (780, 900), (915, 960))


TOP = 'title = "Kantor"\n'
HOURS = '[[hours]]\ndays = ["senin"]\nopen = "07.30-16.00"\n'
RAMADAN = '[[ramadan.hours]]\ndays = ["senin"]\nopen = "08.00-15.00"\n'
RANGE = "[[ramadan.range]]\nfrom = 2026-02-19\nto = 2026-03-20\n"
OPEN = '[[open]]\nday = 2026-12-05\nopen = "08.00-12.00"\nname = "Sabtu"\n'
CLOSED = '[[closed]]\nfrom = 2026-12-05\nname = "Tutup"\n'


@pytest.mark.parametrize(
    ("text", "key", "line", "says"),
    [
        (TOP, "hours", 1, "paling sedikit satu hari kerja"),
        (HOURS, "title", 1, "wajib ada"),
        (TOP + 'hari = "x"\n' + HOURS, "hari", 2, "tidak dikenal"),
        (TOP + 'day_ends = "tutp"\n' + HOURS, "day_ends", 2, "maksudnya 'tutup'?"),
        (TOP + 'cuti_bersama = "ya"\n' + HOURS, "cuti_bersama", 2, "true atau false"),
        (TOP + HOURS + 'break = "x"\n', "hours[1].break", 5, "maksudnya 'breaks'?"),
        (TOP + HOURS.replace("senin", "senen"), "hours[1].days", 3, "maksudnya 'senin'?"),
        (TOP + HOURS.replace('"senin"', ""), "hours[1].days", 3, "tulis hari kerjanya"),
        (TOP + HOURS + HOURS, "hours[2].days", 6, "sudah ditulis"),
        (TOP + HOURS.replace("07.30-16.00", "7.30"), "hours[1].open", 4, "seperti 07.30-16.00"),
        (TOP + HOURS.replace("16.00", "16.60"), "hours[1].open", 4, "'07.30-16.60'"),
        (TOP + HOURS.replace("16.00", "07.30"), "hours[1].open", 4, "jam awal harus sebelum"),
        (TOP + HOURS.replace("16.00", "24.01"), "hours[1].open", 4, "paling lambat 24.00"),
        (TOP + HOURS + 'breaks = ["siang"]\n', "hours[1].breaks", 5, "bukan 'siang'"),
        (TOP + HOURS + 'breaks = ["07.30-08.00"]\n', "hours[1].breaks", 5, "di dalam jam buka"),
        (TOP + HOURS + 'breaks = ["15.30-16.00"]\n', "hours[1].breaks", 5, "di dalam jam buka"),
        (
            TOP + HOURS + 'breaks = ["12.00-13.00", "12.30-14.00"]\n',
            *("hours[1].breaks", 5, "tidak bertumpuk"),
        ),
        (TOP + HOURS + RANGE, "ramadan.hours", 5, "jam kerja bulan Ramadan"),
        (TOP + HOURS + RAMADAN + RANGE + "end = 1\n", "ramadan.range[1].end", 11, "tidak dikenal"),
        (TOP + HOURS + RAMADAN + RANGE + RANGE, "ramadan.range[2].from", 12, "bertumpuk"),
        (
            TOP + HOURS + RAMADAN + RANGE.replace("2026-03-20", "2026-01-20"),
            *("ramadan.range[1].to", 10, "sesudah 'from'"),
        ),
        (
            TOP + HOURS + RAMADAN + RANGE.replace("2026-03-20", "2036-03-20"),
            *("ramadan.range[1].to", 10, "paling lama 366 hari"),
        ),
        (TOP + HOURS + "[[closed]]\nname = 'x'\n", "closed[1].from", 5, "wajib ada"),
        (TOP + HOURS + "[[closed]]\nfrom = 2026-01-01\n", "closed[1].name", 5, "wajib ada"),
        (TOP + HOURS + "[[open]]\nname = 'x'\n", "open[1].day", 5, "wajib ada"),
        (
            TOP + HOURS + OPEN.replace("2026-12-05", '"2026-12-05"'),
            *("open[1].day", 6, "harus tanggal"),
        ),
        (TOP + HOURS + OPEN + OPEN, "open[2].day", 10, "sudah ditulis"),
        (TOP + HOURS + CLOSED + OPEN, "open[1].day", 9, "hari tutup"),
    ],
)
def test_a_wrong_calendar_is_said_with_its_line(
    tmp_path: Path, text: str, key: str, line: int, says: str
):
    path = tmp_path / "kantor.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_calendar(path)
    assert (caught.value.file, caught.value.key, caught.value.line) == (str(path), key, line)
    assert says in caught.value.says


HEADING = "tanggal,jenis,nama,perkiraan,dasar\n"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "judul kolom harus: tanggal,jenis"),
        (HEADING + "17-08-2026,libur,HUT RI,tidak,tetap\n", 2, "seperti 2026-08-17"),
        (HEADING + "2026-02-30,libur,X,tidak,tetap\n", 2, "seperti 2026-08-17"),
        (HEADING + "2026-08-17,libur,HUT RI,tidak\n", 2, "harus 5 kolom"),
        (HEADING + "2026-08-17,cuti,HUT RI,tidak,tetap\n", 2, "cuti-bersama"),
        (HEADING + "2026-08-17,libur,,tidak,tetap\n", 2, "nama hari libur"),
        (HEADING + "2026-08-17,libur,HUT RI,,tetap\n", 2, "ya atau tidak"),
        (HEADING + "2026-08-17,libur,A,ya,\n\n2026-08-17,libur,B,ya,\n", 4, "sudah ada di baris 2"),
    ],
)
def test_wrong_holidays_are_said_with_their_line(tmp_path: Path, text: str, line: int, says: str):
    write(tmp_path, str)
    path = tmp_path / HOLIDAY_FILE
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_calendar(tmp_path / "kantor.toml")
    assert (caught.value.file, caught.value.line) == (str(path), line)
    assert says in caught.value.says
