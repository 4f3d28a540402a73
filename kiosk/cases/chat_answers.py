"""What people write in a chat, as the answers of a form: dates in words, numbers with dots.

Each reader gives '' for what it is not sure of; it never chooses between two meanings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from config.table_files import fold

if TYPE_CHECKING:
    from config.forms import Field
    from config.lookups import Lookup
    from config.regions import Place, Regions

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januari january",
            "feb febr februari pebruari february peb",
            "mar mart maret march mrt",
            "apr april",
            "mei may",
            "jun juni june",
            "jul juli july",
            "agu ags agt agus agst agustus august aug",
            "sep sept september",
            "okt oct oktober october",
            "nov nop november nopember",
            "des dec desember december",
        ),
        1,
    )
    for name in names.split()
}
_DAYS = r"(?:senin|selasa|rabu|kamis|jum'?at|sabtu|minggu|ahad)"
_DATE = re.compile(
    rf"(?:\b{_DAYS}\b[\s,]*)?(?<!\d)(?:"
    r"(?P<y1>\d{4})[-/.](?P<m1>\d{1,2})[-/.](?P<d1>\d{1,2})"
    r"|(?P<d2>\d{1,2})\s?[-/. ]\s?(?P<m2>\d{1,2})\s?[-/. ]\s?(?P<y2>\d{4}|\d{2})"
    r"|(?P<d3>\d{1,2})\s*[-/., ]?\s*(?P<m3>[a-z]{3,9})\.?\s*[-/., ]?\s*(?P<y3>\d{4}|\d{2})"
    r"|(?P<d4>\d{2})(?P<m4>\d{2})(?P<y4>(?:19|20)\d{2}))(?!\d)",
    re.IGNORECASE | re.ASCII,
)
_SIXTEEN = re.compile(r"(?<!\d)\d(?:[ .\-]{0,2}\d){15}(?![ .\-]{0,2}\d)", re.ASCII)
_DIGITS = re.compile(r"\d", re.ASCII)
_PHONE = re.compile(r"(?<![\d+])(?:\+?62|0|8)[\d ().\-]{7,18}\d(?!\d)", re.ASCII)
_EMAIL = re.compile(r"[^@\s,;:<>()]+@[^@\s,;:<>()]+\.[A-Za-z]{2,}")
_NOTHING = frozenset(
    ("", "tidakada", "tdkada", "ga ada", "gakada", "belumada", "blmada", "belum", "kosong", "nihil")
)
_AROUND_PLACE = re.compile(r"^di\s+|\b(?:tgl|tanggal|pada)\b", re.IGNORECASE)
_NO_NAME = re.compile(r"[()/:;=@\d]")
_THANKS = frozenset(
    ("terimakasih", "trimakasih", "makasih", "trims", "thanks", "tks", "ok", "oke", "baik", "siap")
)
_SEXES = {
    **dict.fromkeys(("l", "lk", "laki", "lakilaki", "lakilk", "pria", "cowok", "male"), "L"),
    **dict.fromkeys(("p", "pr", "perempuan", "perempua", "wanita", "cewek", "female"), "P"),
}
_RELATIONS = {
    **dict.fromkeys(("ayah", "ayahkandung", "bapak", "bapakkandung", "papa"), "ayah"),
    **dict.fromkeys(("ibu", "ibukandung", "mama", "bunda", "mamak"), "ibu"),
    **dict.fromkeys(("om", "paman"), "paman"),
    **dict.fromkeys(("tante", "bibi"), "bibi"),
    **dict.fromkeys(("kakek", "opa", "atuk"), "kakek"),
    **dict.fromkeys(("nenek", "oma"), "nenek"),
    **dict.fromkeys(("kakak", "kakakkandung", "abang"), "kakak"),
}


def says_nothing(text: str) -> bool:
    """Whether an answer only says that there is none: "-", "belum ada"."""
    return fold(text) in _NOTHING


def sixteen_digits(text: str) -> str:
    """The one number of 16 digits in a text, blanks, dots and dashes in it or not; else ''."""
    found = _SIXTEEN.findall(text)
    digits = re.sub(r"\D", "", found[0]) if len(found) == 1 else ""
    return digits if digits and len(_DIGITS.findall(text)) == len(digits) else ""


def day_in(text: str, today: date) -> tuple[str, str]:
    """The one date in a text as ISO 8601, and what stands before it; ('', text) when unsure.

    The day comes first, as everywhere in Indonesia. A year of two digits is of this century
    unless that were in the future.
    """
    found = list(_DATE.finditer(text))
    day = _day(found[0], today) if len(found) == 1 else None
    if day is None:
        return "", text
    rest = text[: found[0].start()] + text[found[0].end() :]
    return day.isoformat(), rest.strip(" ,;./-")


def _day(found: re.Match[str], today: date) -> date | None:
    parts = next(
        (
            (found[f"d{at}"], found[f"m{at}"], found[f"y{at}"])
            for at in range(1, 5)
            if found[f"d{at}"]
        ),
        None,
    )
    if parts is None:
        return None
    day, month, year = parts
    number = int(month) if month.isdigit() else _MONTHS.get(month.casefold(), 0)
    whole = int(year)
    if len(year) == 2:
        whole += 2000 if 2000 + whole <= today.year else 1900
    try:
        return date(whole, number, int(day))
    except ValueError:
        return None


def place_in(text: str) -> str:
    """A town as it is written, without the words around it: "di Pekanbaru tgl"."""
    return _AROUND_PLACE.sub("", text).strip(" ,./-")


def name_in(text: str) -> str:
    """A name as it is written; '' for thanks, and for what holds more than a name."""
    if fold(text) in _THANKS or _NO_NAME.search(text):
        return ""
    return text.rstrip(".,")


def phone_in(text: str) -> str:
    """The one telephone number in a text as it was written; '' for none or several."""
    found = _PHONE.findall(text)
    return found[0].strip() if len(found) == 1 else ""


def email_in(text: str) -> str:
    """The one e-mail address in a text; '' for none or several."""
    found = _EMAIL.findall(text)
    return found[0] if len(found) == 1 else ""


def choice_in(field: Field, text: str) -> str:
    """The code of the one answer of a choice that a text names; '' when it names none or two."""
    said = fold(text)
    codes = [code for code, _ in field.options]
    if {"L", "P"} == set(codes) and said in _SEXES:
        return _SEXES[said]
    for code, label in field.options:
        if said in (fold(code), fold(label)):
            return code
    named = [code for code, label in field.options if _names(said, label)]
    return named[0] if len(named) == 1 else ""


def _names(said: str, label: str) -> bool:
    """Whether the words hold an answer's label, or at least its first word of some length."""
    first = fold(label.split(maxsplit=1)[0]) if label.split() else ""
    return (len(first) > 3 and first in said) or (len(said) > 3 and said in fold(label))


def code_in(field: Field, text: str, lookups: Mapping[str, Lookup]) -> str:
    """The code of a code list's item that a text names exactly; '' otherwise."""
    said = fold(text)
    table = lookups.get(field.lookup)
    if table is None:
        return ""
    if said in _RELATIONS and table.get(_RELATIONS[said]):
        return _RELATIONS[said]
    exact = [one.code for one in table.items if said in (fold(one.code), fold(one.name))]
    return exact[0] if len(exact) == 1 else ""


# -- addresses ---------------------------------------------------------------------------------

_STOP = (
    r"(?=\s*(?:[,;()]|$|\b(?:kec|kecamatan|kel|kelurahan|kab|kabupaten|rt|rw|prov|provinsi)\b"
    r"|\bkota\s+(?!kota\b)[a-z]))"
)
_PARTS = {
    "rt": re.compile(r"\bRT\s*[.:/]?\s*(\d{1,3})\b", re.IGNORECASE | re.ASCII),
    "rw": re.compile(r"\bRW\s*[.:/]?\s*(\d{1,3})\b", re.IGNORECASE | re.ASCII),
    "kelurahan": re.compile(
        rf"\b(?:kel|kelurahan|ds|desa)\b(?:\s*/\s*desa)?[.:\s]\s*([a-z][a-z ]*?){_STOP}",
        re.IGNORECASE,
    ),
    "kecamatan": re.compile(
        rf"\b(?:kec|kecamatan)\b[.:\s]\s*([a-z][a-z ]*?){_STOP}", re.IGNORECASE
    ),
}
_PAIR = re.compile(
    r"\bRT\s*[./]?\s*RW\s*[.:]?\s*(\d{1,3})\s*[/\-]\s*(\d{1,3})\b"
    r"|\bRT\s*[.:]?\s*(\d{1,3})\s*/\s*(\d{1,3})\b"
    r"|^\s*(\d{1,3})\s*/\s*(\d{1,3})\s*$",
    re.IGNORECASE | re.ASCII,
)

_CITY = re.compile(r"\b(?:kota|prov|provinsi)\b\.?\s+[a-z ]+(?=[,;]|$)", re.IGNORECASE)
"""After the kecamatan it says nothing that the kelurahan does not."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address taken apart; ``street`` is what is left, the names are as they were written."""

    street: str
    parts: Mapping[str, str]


def address_in(text: str) -> Address:
    """RT, RW, kelurahan and kecamatan of an address, and the street with its number."""
    parts: dict[str, str] = {}
    pair = _PAIR.search(text)
    if pair is not None:
        first, second = (one for one in pair.groups() if one is not None)
        parts |= {"rt": first, "rw": second}
        text = _without(text, pair)
    for key, pattern in _PARTS.items():
        found = pattern.search(text)
        if found is not None and key not in parts:
            parts[key] = found[1].strip()
            text = _without(text, found)
    if "kecamatan" in parts:
        text = _CITY.sub(", ", text)
    street = re.sub(r"\s*(?:[,;/]\s*)+", ", ", text).strip(" ,;/-")
    return Address(" ".join(street.split()), parts)


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()].rstrip(' ,;/')}, {text[found.end() :].lstrip(' ,;/.')}"


def kelurahan_in(regions: Regions, name: str, kecamatan: str) -> tuple[Place, ...]:
    """The kelurahan of exactly this name; where a kecamatan is named, under its present name or
    the one it had before 2021."""
    wanted, within = fold(name), fold(kecamatan)
    return tuple(
        place
        for place in regions.places
        if fold(place.kelurahan) == wanted
        and (not within or within in (fold(place.kecamatan), fold(place.was)))
    )
