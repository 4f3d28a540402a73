"""One cell of a prison's list as an answer of the form, and what a spreadsheet did to it.

A sheet keeps fifteen digits of a number: of a NIK stored as one the last is gone, and shown short
it is a power of ten. Days and zeros in front are lost in the same way. What is lost is not made
up: the officer copies it from the paper.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from kiosk.cases.findings import Finding
from kiosk.cases.tables import Cell, text_of_cell
from kiosk.texts import say

_POWER = re.compile(r"[0-9][.,]?[0-9]*E\+?[0-9]{1,2}", re.IGNORECASE)
_POINT = re.compile(r"([0-9]+)[.,]0{1,2}")
_NUMBERS = re.compile(r"(\d{1,4})\D{1,3}(\d{1,2})\D{1,3}(\d{2,4})", re.ASCII)
_WRITTEN = re.compile(r"(\d{1,2})[\s.,/-]*([A-Za-z]{3,10})[\s.,/-]*(\d{4}|\d{2})", re.ASCII)
_EMPTY = frozenset(("", "-", "--", "---", ".", "0", "x", "n/a", "nihil", "tidak ada", "belum ada"))

_MONTHS = {
    name: at
    for at, names in enumerate(
        (
            "januari|jan|january",
            "februari|pebruari|feb|peb|february",
            "maret|mar|mrt|march",
            "april|apr",
            "mei|may",
            "juni|jun|june",
            "juli|jul|july",
            "agustus|agust|agu|ags|agt|aug|august",
            "september|sept|sep",
            "oktober|okt|oct|october",
            "november|nopember|nov|nop",
            "desember|des|dec|december",
        ),
        1,
    )
    for name in names.split("|")
}
_SEXES = {
    word: sex
    for sex, words in (
        ("L", "l|lk|laki|laki laki|lakilaki|pria|male|m|lk lk"),
        ("P", "p|pr|perempuan|wanita|female|f|w|prp"),
    )
    for word in words.split("|")
}
_FIRST_SERIAL, _DAY_ZERO = 3_653, date(1899, 12, 30)
"""Excel's number of 1-1-1910, and its day 0."""
_ADULT = 16


def read_number(key: str, label: str, cell: Cell) -> tuple[str, list[Finding]]:
    """A NIK or KK number as its digits, with what a spreadsheet did to it."""
    text = _bare(cell)
    if text.casefold() in _EMPTY:
        return "", []
    if _POWER.fullmatch(text):
        says = say(
            "{isian} disingkat Excel menjadi {teks}; angka aslinya hilang. Ketik ulang.",
            isian=label,
            teks=text,
        )
        return "", [Finding("tolak", key, says)]
    found = _POINT.fullmatch(text)
    if found:
        says = say("{isian}: akhiran {teks} dari Excel dibuang.", isian=label, teks=text[-2:])
        return found[1], [Finding("info", key, says)]
    digits = re.sub(r"[ .\-/_]", "", text)
    if isinstance(cell, str) or not digits.isdecimal():
        return digits, _short(key, label, digits)
    if len(digits) == 16 and digits.endswith("0"):
        says = say("{isian}: Excel mengganti angka ke-16 dengan 0. Ketik ulang.", isian=label)
        return digits, [Finding("tolak", key, says)]
    says = say("{isian} disimpan sebagai bilangan. Cocokkan dengan kertasnya.", isian=label)
    return digits, [Finding("peringatan", key, says), *_short(key, label, digits)]


def _short(key: str, label: str, digits: str) -> list[Finding]:
    if not digits.isdecimal() or not 12 < len(digits) < 16:
        return []
    says = say(
        "{isian} hanya {n} angka; mungkin nol hilang di Excel. Ketik ulang.",
        isian=label,
        n=len(digits),
    )
    return [Finding("tolak", key, says)]


def read_words(cell: Cell) -> str:
    """A cell of plain words; empty for the dashes that lists put where nothing is known."""
    text = text_of_cell(cell).lstrip("'").strip()
    return "" if text.casefold() in _EMPTY else text


def read_sex(key: str, cell: Cell) -> tuple[str, list[Finding]]:
    """ "L" or "P" of the many ways to write it."""
    text = read_words(cell)
    word = " ".join(re.findall(r"[a-z]+", text.casefold()))
    if not text or word in _SEXES:
        return _SEXES.get(word, ""), []
    says = say("Jenis kelamin '{teks}' tidak dikenal. Tulis L atau P.", teks=text[:20])
    return "", [Finding("tolak", key, says)]


def read_day(key: str, cell: Cell, today: date) -> tuple[str, list[Finding]]:
    """A day as YYYY-MM-DD; as it stood, and refused, when it is none."""
    if isinstance(cell, date):
        return text_of_cell(cell), []
    text = _bare(cell)
    if text.casefold() in _EMPTY:
        return "", []
    day, doubt = _day(text, today)
    if day is None:
        says = say(
            "Tanggal lahir '{teks}' tidak terbaca. Tulis seperti 21-11-1990.", teks=text[:20]
        )
        return text[:20], [Finding("tolak", key, says)]
    return day.isoformat(), [Finding("peringatan", key, doubt)] if doubt else []


def split_birth(cell: Cell) -> tuple[str, Cell]:
    """Place and day of a cell that holds both: ``Pekanbaru, 21-11-1990``."""
    if isinstance(cell, date):
        return "", cell
    text = read_words(cell)
    found = re.search(r"\d", text)
    if found is None:
        return text, ""
    place, day = text[: found.start()], text[found.start() :]
    return place.strip(" ,./;:-"), day


def _bare(cell: Cell) -> str:
    """A cell without what keeps a spreadsheet from changing it: '123 and ="123"."""
    text = text_of_cell(cell)
    found = re.fullmatch(r'="?([^"]*)"?', text)
    return (found[1] if found else text.lstrip("'’`")).strip()


def _day(text: str, today: date) -> tuple[date | None, str]:
    if text.isdecimal():
        return _of_digits(text, today)
    found = _NUMBERS.match(text)
    if found:
        return _of_numbers(found[1], found[2], found[3], today)
    found = _WRITTEN.match(text)
    month = _MONTHS.get(found[2].casefold(), 0) if found else 0
    return _made(int(found[1]), month, found[3], today) if found and month else (None, "")


def _of_digits(text: str, today: date) -> tuple[date | None, str]:
    """ddmmyyyy, also with its first zero lost; or the number by which Excel counts days."""
    if len(text) in (7, 8):
        full = text.zfill(8)
        day, doubt = _made(int(full[:2]), int(full[2:4]), full[4:], today)
        lost = say("Nol di depan tanggal hilang di Excel. Cocokkan dengan kertasnya.")
        return day, doubt or (lost if day and len(text) == 7 else "")
    if len(text) == 5 and int(text) >= _FIRST_SERIAL:
        day = _DAY_ZERO + timedelta(days=int(text))
        if day <= today:
            return day, say("Tanggal lahir dihitung dari bilangan Excel. Cocokkan.")
    return None, ""


def _of_numbers(one: str, two: str, three: str, today: date) -> tuple[date | None, str]:
    if len(one) > 2:
        return _made(int(three), int(two), one, today) if len(three) <= 2 else (None, "")
    first, second = int(one), int(two)
    if second > 12 >= first:
        day, _ = _made(second, first, three, today)
        return day, say("Tanggal tertulis bulan dahulu ({teks}). Cocokkan.", teks=f"{one}/{two}")
    return _made(first, second, three, today)


def _made(day: int, month: int, year: str, today: date) -> tuple[date | None, str]:
    """The day, the year of two digits being that of a person old enough for a KTP-el."""
    number, doubt = int(year), ""
    if len(year) == 3:
        return None, ""
    if len(year) == 2:
        number += 2000 if 2000 + number <= today.year - _ADULT else 1900
        doubt = say("Tahun lahir hanya dua angka, dibaca {tahun}. Cocokkan.", tahun=number)
    try:
        return date(number, month, day), doubt
    except ValueError:
        return None, ""
