"""Numbers and days in words, against an oracle that reads them back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.clock import UNKNOWN_DAY
from kiosk.papers.dates import day_and_time, long_day, written_day
from kiosk.papers.words import terbilang

DIGITS = {
    "satu": 1,
    "dua": 2,
    "tiga": 3,
    "empat": 4,
    "lima": 5,
    "enam": 6,
    "tujuh": 7,
    "delapan": 8,
    "sembilan": 9,
}


def read_back(words: str) -> int:
    """The number that Indonesian words say, read from left to right."""
    for short, full in (("sepuluh", "satu puluh"), ("sebelas", "satu belas")):
        words = words.replace(short, full)
    words = words.replace("seratus", "satu ratus").replace("seribu", "satu ribu")
    total = group = digit = 0
    for word in words.split():
        if word == "ribu":
            total, group, digit = (group + digit) * 1000, 0, 0
        elif word == "ratus":
            group, digit = group + digit * 100, 0
        elif word == "puluh":
            group, digit = group + digit * 10, 0
        elif word == "belas":
            group, digit = group + digit + 10, 0
        elif word != "nol":
            digit = DIGITS[word]
    return total + group + digit


@given(st.integers(0, 999_999))
def test_terbilang_reads_back_as_the_number(number: int) -> None:
    assert read_back(terbilang(number)) == number


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "nol"),
        (10, "sepuluh"),
        (11, "sebelas"),
        (17, "tujuh belas"),
        (20, "dua puluh"),
        (100, "seratus"),
        (111, "seratus sebelas"),
        (1000, "seribu"),
        (1_100, "seribu seratus"),
        (11_000, "sebelas ribu"),
        (100_001, "seratus ribu satu"),
        (
            999_999,
            "sembilan ratus sembilan puluh sembilan ribu sembilan ratus sembilan puluh sembilan",
        ),
    ],
)
def test_terbilang_as_it_is_spoken(number: int, words: str) -> None:
    assert terbilang(number) == words


@pytest.mark.parametrize("number", [-1, 1_000_000])
def test_terbilang_refuses_what_it_cannot_say(number: int) -> None:
    with pytest.raises(ValueError, match="terbilang"):
        terbilang(number)


def test_days_are_those_of_western_indonesia() -> None:
    # 2026-11-20 17:30 UTC is already the next day in WIB.
    ms = 1_795_195_800_000
    assert day_and_time(ms) == "21-11-2026 00.30"
    assert long_day(ms) == "Sabtu, 21 November 2026"


def test_a_time_no_calendar_holds_does_not_stop_the_paper() -> None:
    assert day_and_time(10**20) == UNKNOWN_DAY
    assert long_day(-(10**20)) == UNKNOWN_DAY


def test_a_stored_date_is_written_the_indonesian_way() -> None:
    assert written_day("2026-11-05") == "05-11-2026"
    assert written_day("bukan tanggal") == "bukan tanggal"
