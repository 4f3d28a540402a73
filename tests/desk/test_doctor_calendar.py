"""``kiosk doctor`` warns before a year begins whose days off nobody wrote down."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from config.calendar import CALENDAR_FILE, HOLIDAY_FILE
from kiosk.doctor_calendar import calendar_hints

HEAD = "tanggal,jenis,nama,perkiraan,dasar\n"
SURE = "2027-01-01,libur,Tahun Baru,tidak,tetap\n2026-01-01,libur,Tahun Baru,tidak,tetap\n"


@pytest.mark.parametrize(
    ("holidays", "today", "hints"),
    [
        (SURE, date(2026, 11, 21), []),
        (SURE, date(2027, 8, 31), []),
        (SURE, date(2027, 9, 1), ["Hari libur 2028 belum ada.", "Ramadan 2028 belum ada."]),
        (SURE, date(2028, 1, 1), ["Hari libur 2028 belum ada.", "Ramadan 2028 belum ada."]),
        (
            SURE + "2027-05-17,libur,Idul Adha,ya,hisab\n",
            date(2026, 11, 21),
            ["Hari libur 2027 sebagian masih perkiraan."],
        ),
        ("2027-13-01,libur,X,tidak,x\n", date(2026, 11, 21), ["Kalender kantor tidak terbaca:"]),
    ],
)
def test_what_is_missing_is_told_in_time(
    tmp_path: Path, holidays: str, today: date, hints: list[str]
) -> None:
    (tmp_path / HOLIDAY_FILE).write_text(HEAD + holidays, "utf-8")
    (tmp_path / CALENDAR_FILE).write_text(
        """title = "Kantor"
[[hours]]
days = ["senin"]
open = "08.00-16.00"
[[ramadan.hours]]
days = ["senin"]
open = "08.00-15.00"
[[ramadan.range]]
from = 2026-02-19
to = 2026-03-20
[[ramadan.range]]
from = 2027-02-08
to = 2027-03-09
""",
        "utf-8",
    )
    found = calendar_hints(tmp_path, today)
    assert [one[: len(said)] for one, said in zip(found, hints, strict=True)] == hints


def test_the_calendar_that_comes_along_is_looked_at_where_there_is_no_other(tmp_path: Path) -> None:
    assert calendar_hints(tmp_path, date(2026, 3, 1)) == []
