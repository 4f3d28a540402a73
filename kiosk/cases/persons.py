"""What every form may ask of a person: his NIK against his other answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kiosk.cases.findings import Finding
from kiosk.cases.identity import check_nik_against
from kiosk.cases.plain import iso_day
from kiosk.texts import say

Values = Mapping[str, str]

BIRTH = "tgl_lahir"
"""What the key of a date of birth is, or ends with."""

_SEX = {"ibu_": "P", "ayah_": "L"}


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
