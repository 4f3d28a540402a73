"""Is this birth, or this person's request, here already? Likely duplicates, with the reasons.

Nothing is ever refused or merged by this: an officer looks at both and decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kiosk.cases.names import near_name
from kiosk.cases.plain import iso_day
from kiosk.cases.subject import Subject
from kiosk.texts import say

MONTHS_NINE = 270
"""Days; two births of one mother nearer than this are one birth, twins, or a wrong date."""

SAME_DATE_SLIP = 3
"""Days by which dates of one birth are found to differ (midnight, a slip of one key)."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case that may be the same; ``birth`` is ISO 8601, ``sex`` "L" or "P", ``nik`` that of the
    person it is about, ``ended`` whether it is closed."""

    number: str
    mother_nik: str
    mother_name: str
    birth: str
    child_name: str = ""
    sex: str = ""
    nik: str = ""
    procedure: str = ""
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A likely duplicate: ``score`` from 1 to 100, and why, in the officer's words."""

    candidate: Candidate
    score: int
    reasons: tuple[str, ...]


def likely(values: Mapping[str, str], candidates: Iterable[Candidate]) -> list[Match]:
    """The candidates that may be the birth these answers report, likeliest first.

    Same mother (by NIK, or by a near name as long as the NIKs do not differ or the babies' names
    are near too) and the same date or nearly; and the same mother within nine months.
    """
    found = (_match(values, candidate) for candidate in candidates)
    matches = [match for match in found if match is not None]
    return sorted(matches, key=lambda match: (-match.score, match.candidate.number))


def same_person(who: Subject, candidates: Iterable[Candidate]) -> list[Match]:
    """The candidates that may be about this same person, likeliest first.

    The same NIK; or, as long as one of the two NIK is missing or mistyped, a near name and the
    same date of birth.
    """
    found = (_same_person(who, candidate) for candidate in candidates)
    matches = [match for match in found if match is not None]
    return sorted(matches, key=lambda match: (-match.score, match.candidate.number))


def _same_person(who: Subject, other: Candidate) -> Match | None:
    same_nik = bool(who.nik) and who.nik == other.nik
    near = near_name(who.name, other.child_name)
    same_day = bool(who.birth) and who.birth == other.birth
    if not same_nik and not (near and same_day):
        return None
    reasons = [
        words
        for holds, words in (
            (same_nik, say("NIK sama")),
            (near, say("nama hampir sama")),
            (same_day, say("tanggal lahir sama")),
            (not same_nik and bool(who.nik and other.nik), say("NIK berbeda")),
            (other.ended, say("selesai kurang dari setahun lalu")),
            (not other.ended, say("masih berjalan")),
        )
        if holds
    ]
    score = 60 * same_nik + 20 * near + 20 * same_day - 10 * other.ended
    return Match(other, max(1, score), tuple(reasons))


def _match(values: Mapping[str, str], other: Candidate) -> Match | None:
    apart = _days_apart(values.get("anak_tgl_lahir", ""), other.birth)
    nik = values.get("ibu_nik", "")
    same_nik = bool(nik) and nik == other.mother_nik
    near_mother = near_name(values.get("ibu_nama", ""), other.mother_name)
    near_child = near_name(values.get("anak_nama", ""), other.child_name)
    if apart is None or apart >= MONTHS_NINE or not (same_nik or near_mother):
        return None
    other_nik = bool(nik and other.mother_nik) and not same_nik
    if not same_nik and (apart > SAME_DATE_SLIP or (other_nik and not near_child)):
        return None
    score, reasons = _mother(same_nik, other_nik)
    if apart == 0:
        score += 30
        reasons.append(say("tanggal lahir sama"))
    elif apart <= SAME_DATE_SLIP:
        score += 20
        reasons.append(say("tanggal lahir berselisih {hari} hari", hari=apart))
    else:
        reasons.append(say("ibu yang sama melahirkan {hari} hari sebelum/sesudahnya", hari=apart))
    if near_child:
        score += 20
        reasons.append(say("nama bayi hampir sama"))
    sexes = {values.get("anak_jk", ""), other.sex} - {""}
    if len(sexes) > 1:
        score -= 15
        reasons.append(say("jenis kelamin berbeda, mungkin kembar"))
    elif not near_child and values.get("anak_kembar", "1") not in ("", "1"):
        score -= 10
        reasons.append(say("dilaporkan sebagai kembar"))
    return Match(other, max(1, min(100, score)), tuple(reasons))


def _mother(same_nik: bool, other_nik: bool) -> tuple[int, list[str]]:
    if same_nik:
        return 50, [say("NIK ibu sama")]
    if other_nik:
        return 20, [say("nama ibu hampir sama, NIK berbeda")]
    return 35, [say("nama ibu hampir sama")]


def _days_apart(one: str, other: str) -> int | None:
    first, second = iso_day(one), iso_day(other)
    return abs((first - second).days) if first and second else None
