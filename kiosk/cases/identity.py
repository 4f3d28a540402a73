"""NIK and KK numbers: what makes one impossible, and what only makes it doubtful.

A NIK is PPKKCC DDMMYY SSSS: where its bearer was first registered, the date of birth (day + 40
for women) and a serial. It never changes, not even when its date of birth is wrong (PP 40/2019
articles 30 and 33), so only its form can be refused: all else is for the officer to confirm.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from kiosk.cases.findings import Finding
from kiosk.cases.plain import iso_day
from kiosk.texts import say

Values = Mapping[str, str]

BIRTH = "tgl_lahir"
"""What the key of a date of birth is, or ends with."""

_SEX = {"ibu_": "P", "ayah_": "L"}

LENGTH = 16

PROVINCES = frozenset(
    str(code)
    for codes in (
        (*range(11, 20), 21),
        (*range(31, 37), *range(51, 55), *range(61, 66)),
        (*range(71, 77), 81, 82, *range(91, 97)),
    )
    for code in codes
)
"""Kemendagri codes of provinces, former ones included: a NIK keeps its first place."""

_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def check_nik(key: str, nik: str) -> list[Finding]:
    """Refusals for length, signs, month, day and serial; warnings for all else."""
    wrong = _wrong_digits(nik, say("NIK"))
    if wrong:
        return [Finding("tolak", key, wrong)]
    day, month = int(nik[6:8]), int(nik[8:10])
    refused: list[str] = []
    if not 1 <= month <= 12:
        refused.append(say("Bulan pada NIK (angka 9-10) tidak ada. Salin ulang dari KTP-el."))
    if not (1 <= day <= 31 or 41 <= day <= 71):
        refused.append(say("Tanggal pada NIK (angka 7-8) tidak ada. Salin ulang dari KTP-el."))
    if nik[12:] == "0000":
        refused.append(say("Empat angka terakhir NIK tidak boleh 0000. Salin ulang dari KTP-el."))
    if refused:
        return [Finding("tolak", key, says) for says in refused]
    doubtful: list[str] = []
    if _strange_region(nik):
        doubtful.append(say("Kode wilayah pada NIK tidak dikenal. Cocokkan dengan KTP-el."))
    if day % 40 > _DAYS[month - 1] or (day % 40 == 29 and month == 2 and int(nik[10:12]) % 4):
        doubtful.append(say("Tanggal lahir pada NIK tidak ada di kalender. Cocokkan KTP-el."))
    return [Finding("peringatan", key, says) for says in doubtful]


def check_kk(key: str, kk: str) -> list[Finding]:
    """Refusals for length and signs; warnings for all else."""
    wrong = _wrong_digits(kk, say("Nomor KK"))
    if wrong:
        return [Finding("tolak", key, wrong)]
    doubtful: list[str] = []
    if _strange_region(kk):
        doubtful.append(say("Kode wilayah pada nomor KK tidak dikenal. Cocokkan dengan KK."))
    if not (1 <= int(kk[6:8]) <= 31 and 1 <= int(kk[8:10]) <= 12) or kk[12:] == "0000":
        doubtful.append(say("Bentuk nomor KK tidak lazim. Cocokkan dengan lembar KK."))
    return [Finding("peringatan", key, says) for says in doubtful]


def check_nik_against(key: str, nik: str, birth: date | None, sex: str) -> list[Finding]:
    """Warnings where a NIK differs from the date of birth or the sex ("L", "P", "" unknown)."""
    if any(finding.level == "tolak" for finding in check_nik(key, nik)):
        return []
    findings: list[Finding] = []
    day = int(nik[6:8])
    if birth and (day % 40, nik[8:12]) != (birth.day, f"{birth:%m%y}"):
        says = say("Tanggal lahir berbeda dari NIK. Cocokkan keduanya dengan KTP-el.")
        findings.append(Finding("peringatan", key, says))
    if sex in ("L", "P") and (day > 40) != (sex == "P"):
        whose = say("perempuan") if day > 40 else say("laki-laki")
        says = say("Menurut angkanya NIK ini milik {jenis}. Cocokkan KTP-el.", jenis=whose)
        findings.append(Finding("peringatan", key, says))
    return findings


def check_nik_of(prefix: str, values: Values, key: str) -> list[Finding]:
    """Warnings, on the field ``key``, where a person's NIK differs from his other answers.

    ``prefix`` begins his keys: "ibu_", "anak_", or "" in a form about one person.
    """
    nik = values.get(f"{prefix}nik", "")
    birth = iso_day(values.get(f"{prefix}{BIRTH}", ""))
    sex = _SEX.get(prefix, values.get(f"{prefix}jk", ""))
    return check_nik_against(key, nik, birth, sex) if nik else []


def check_niks(values: Values) -> Iterator[Finding]:
    """Warnings on every NIK among the answers."""
    for key in values:
        if key == "nik" or key.endswith("_nik"):
            yield from check_nik_of(key.removesuffix("nik"), values, key)
            if values[key] and values[key] == values.get("no_kk"):
                says = say("NIK sama dengan nomor KK. Salin ulang dari KTP-el.")
                yield Finding("peringatan", key, says)


def _wrong_digits(text: str, name: str) -> str:
    if not (text.isascii() and text.isdigit()):
        return say("{nama} hanya berisi angka. Salin ulang dari dokumennya.", nama=name)
    if len(text) != LENGTH:
        return say(
            "{nama} harus 16 angka, yang diketik {jumlah}. Salin ulang dari dokumennya.",
            nama=name,
            jumlah=len(text),
        )
    return ""


def _strange_region(number: str) -> bool:
    return number[:2] not in PROVINCES or "00" in (number[2:4], number[4:6])
