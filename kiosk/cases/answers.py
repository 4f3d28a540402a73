"""One answer of a form by its type: its stored form, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from kiosk.cases.findings import Finding
from kiosk.cases.identity import check_kk, check_nik
from kiosk.cases.names import LONGEST_NAME, check_known_name, check_new_name
from kiosk.cases.plain import iso_day
from kiosk.texts import said, say

if TYPE_CHECKING:
    from config.forms import Field

_DATE = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})|(\d{2})(\d{2})(\d{4})", re.ASCII)
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})|(\d{1,2})(\d{2})", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(\.\d{3})+", re.ASCII)
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;.]+(\.[^@\s,;.]+)+")
_YESNO = {"y": "ya", "yes": "ya", "t": "tidak", "n": "tidak", "no": "tidak"}
_OLDEST = 120


def normalise(field: Field, value: str) -> str:
    """An answer as it is stored; one that cannot be understood stays as it was typed.

    Dates become ISO 8601 (from 21112026, 21-11-2026, 21/11/2026), times HH:MM, phone numbers
    begin with the country code (62), names are in capitals with single blanks.
    """
    printable = "".join(sign if sign.isprintable() else " " for sign in value)
    kept = " ".join(printable.split())
    change = _NORMAL.get(field.type)
    return change(kept) if change else kept


def check_answer(field: Field, value: str, today: date, *, new_name: bool = False) -> list[Finding]:
    """What is wrong with one answer (in its stored form) by itself.

    ``new_name``: a name that is recorded for the first time, not copied from a document.
    """
    if not value:
        if not field.required:
            return []
        return [Finding("tolak", field.key, say("{isian} belum diisi.", isian=said(field.label)))]
    longest = field.max or (LONGEST_NAME if field.type == "name" else 0)
    if longest and len(value) > longest:
        says = say(
            "{isian} terlalu panjang: {jumlah} huruf, paling banyak {batas}.",
            isian=said(field.label),
            jumlah=len(value),
            batas=longest,
        )
        return [Finding("tolak", field.key, says)]
    if new_name and field.type == "name":
        return check_new_name(field.key, value)
    check = _CHECKS.get(field.type)
    return check(field, value, today) if check else []


def _digits(value: str) -> str:
    return re.sub(r"[ .\-]", "", value)


def _name(value: str) -> str:
    return value.replace("’", "'").replace("‘", "'").replace("`", "'").upper()


def _date(value: str) -> str:
    found = _DATE.fullmatch(value)
    if found is None:
        return value
    day, month, year = (found.group(at) or found.group(at + 3) for at in (1, 2, 3))
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return value


def _time(value: str) -> str:
    found = _TIME.fullmatch(value)
    if found is None:
        return value
    hour, minute = found.group(1) or found.group(3), found.group(2) or found.group(4)
    return f"{int(hour):02d}:{minute}"


def _phone(value: str) -> str:
    bare = re.sub(r"[ .\-()]", "", value)
    for start, instead in (("+", ""), ("00", ""), ("0", "62"), ("8", "628")):
        if bare.startswith(start):
            return instead + bare[len(start) :]
    return bare


def _number(value: str) -> str:
    bare = value.replace(" ", "")
    return bare.replace(".", "") if _GROUPED.fullmatch(bare) else bare


def _yesno(value: str) -> str:
    lower = value.lower()
    return _YESNO.get(lower, lower)


_NORMAL: dict[str, Callable[[str], str]] = {
    "name": _name,
    "nik": _digits,
    "kk": _digits,
    "date": _date,
    "time": _time,
    "phone": _phone,
    "email": str.lower,
    "number": _number,
    "yesno": _yesno,
}


def _check_name(field: Field, value: str, _: date) -> list[Finding]:
    return check_known_name(field.key, value)


def _check_date(field: Field, value: str, today: date) -> list[Finding]:
    given = iso_day(value)
    if given is None:
        says = say("{isian}: tulis tanggal seperti 21-11-2026.", isian=said(field.label))
        return [Finding("tolak", field.key, says)]
    if field.ahead:
        says = say("{isian} sudah lewat. Periksa tanggalnya.", isian=said(field.label))
        return [Finding("peringatan", field.key, says)] if given < today else []
    if given > today:
        says = say("{isian} ada di masa depan. Periksa tahunnya.", isian=said(field.label))
        # A date of birth in the future is impossible; another date may be a plan.
        birth = field.key.endswith("tgl_lahir")
        return [Finding("tolak" if birth else "peringatan", field.key, says)]
    if given.year < today.year - _OLDEST:
        says = say("{isian} lebih dari 120 tahun lalu. Periksa tahunnya.", isian=said(field.label))
        return [Finding("peringatan", field.key, says)]
    return []


def _check_time(field: Field, value: str, _: date) -> list[Finding]:
    if re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value):
        return []
    return [
        Finding(
            "tolak", field.key, say("{isian}: tulis jam seperti 14:05.", isian=said(field.label))
        )
    ]


def _check_phone(field: Field, value: str, _: date) -> list[Finding]:
    if not re.fullmatch(r"[0-9]{8,15}", value):
        says = say("Nomor telepon tidak lengkap. Tulis seperti 0812 3456 7890.")
        return [Finding("tolak", field.key, says)]
    if not value.startswith("628") or len(value) < 11:
        says = say("Ini bukan nomor HP Indonesia. Pastikan pemohon dapat dihubungi.")
        return [Finding("peringatan", field.key, says)]
    return []


def _check_email(field: Field, value: str, _: date) -> list[Finding]:
    if _EMAIL.fullmatch(value):
        return []
    says = say("Alamat email tidak lengkap. Tulis seperti nama@contoh.id, atau kosongkan.")
    return [Finding("tolak", field.key, says)]


def _check_number(field: Field, value: str, _: date) -> list[Finding]:
    if re.fullmatch(r"[0-9]+", value):
        return []
    return [Finding("tolak", field.key, say("{isian}: tulis angka saja.", isian=said(field.label)))]


def _check_choice(field: Field, value: str, _: date) -> list[Finding]:
    options = dict(field.options)
    if value in options:
        return []
    says = say(
        "{isian}: pilih salah satu: {pilihan}.",
        isian=said(field.label),
        pilihan=", ".join(options.values()),
    )
    return [Finding("tolak", field.key, says)]


def _check_nik(field: Field, value: str, _: date) -> list[Finding]:
    return check_nik(field.key, value)


def _check_kk(field: Field, value: str, _: date) -> list[Finding]:
    return check_kk(field.key, value)


_CHECKS: dict[str, Callable[[Field, str, date], list[Finding]]] = {
    "name": _check_name,
    "nik": _check_nik,
    "kk": _check_kk,
    "date": _check_date,
    "time": _check_time,
    "phone": _check_phone,
    "email": _check_email,
    "number": _check_number,
    "choice": _check_choice,
    "yesno": _check_choice,
}
