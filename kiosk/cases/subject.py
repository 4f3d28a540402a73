"""Whom a case is about, whatever its form: what lists, search, resi and reports show of it.

A form that uses these keys needs no code of its own (docs/procedures.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from kiosk.cases.resi import kode_permohonan

if TYPE_CHECKING:
    from kiosk.cases.state import CaseState

_WORDS = ("nama", "nik", "no_kk", "telepon", "email", "nomor", "registrasi", "ref", "blanko")
"""What the key of an answer is, or ends with, by which a case is searched for."""


class Subject(NamedTuple):
    """The person a case is about, and how to reach the family. Empty where the form asks not."""

    name: str
    nik: str
    birth: str
    sex: str
    mother: str
    mother_nik: str
    father: str
    kk: str
    phone: str
    kelurahan: str
    email: str


def subject_of(values: Mapping[str, str]) -> Subject:
    """The subject by the keys that forms share: a child's own answers before an adult's."""

    def first(*keys: str) -> str:
        return next((values[key] for key in keys if values.get(key)), "")

    return Subject(
        name=first("anak_nama", "nama"),
        nik=first("anak_nik", "nik"),
        birth=first("anak_tgl_lahir", "tgl_lahir"),
        sex=first("anak_jk", "jk"),
        mother=first("ibu_nama"),
        mother_nik=first("ibu_nik"),
        father=first("ayah_nama"),
        kk=first("no_kk"),
        phone=first("telepon"),
        kelurahan=first("kelurahan"),
        email=first("email"),
    )


def search_words(values: Mapping[str, str]) -> list[str]:
    """The answers by which a case may be asked for: names, numbers, telephone, references."""
    return [
        value
        for key, value in values.items()
        if value and (key in _WORDS or key.rpartition("_")[2] in (*_WORDS, "kk"))
    ]


def words_of(state: CaseState) -> str:
    """What the search finds a case by, in capitals: its numbers, what the application says, and
    what officers wrote down that other systems call it (SIAK, an akta, a card's serial number)."""
    noted = (word for line in state.lines if line.act == "hasil" for word in search_words(line.isi))
    words = (state.number, kode_permohonan(state.number), *search_words(state.values), *noted)
    return " ".join(dict.fromkeys(words)).upper()
