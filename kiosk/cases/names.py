"""Names of persons: the rules for a new one, and whether two of them are the same.

Permendagri 73/2022 binds the name that is being recorded, so a baby's. A name that already
stands on a KTP-el is copied as it stands, whatever the rules say today.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from kiosk.cases.findings import Finding
from kiosk.texts import say

LONGEST_NAME = 60

TITLES = frozenset(
    (
        *("PROF", "DR", "DRS", "DRA", "DRG", "DRH", "IR", "H", "HJ", "KH", "HAJJAH", "USTADZ"),
        *("SH", "ST", "SST", "STR", "SPD", "SKM", "SKOM", "SSOS", "SPSI", "SKED", "SKEP", "SPOG"),
        *("MM", "MH", "MT", "MPD", "MSI", "MKES", "MKOM", "MSC", "PHD", "LC", "AMD", "AMDKEB"),
    )
)
PERHAPS_TITLES = frozenset(("HAJI", "SE", "MA", "SAG", "MAG", "SIP", "SSI", "SPA"))
"""Titles that are somebody's name as well, unless written with full stops."""

ABBREVIATIONS = frozenset(("MUH", "MUHD", "MHD", "MHMD", "MOH", "MOHD", "MOCH", "ABD", "ABDR"))

_MUHAMMAD = (
    *("M", "MUH", "MUHD", "MHD", "MHMD", "MOH", "MOHD", "MOCH", "MUHAMMAD", "MUHAMMED"),
    *("MOHAMAD", "MOHAMMAD", "MOHAMED", "MOHAMMED", "MOCHAMAD", "MOCHAMMAD", "MUCHAMMAD"),
)
_SPELLINGS = dict.fromkeys(_MUHAMMAD, "MUHAMAD")
_OLD_LETTERS = (("OE", "U"), ("DJ", "J"), ("TJ", "C"), ("CH", "H"), ("PH", "F"), ("V", "F"))


def check_new_name(key: str, name: str) -> list[Finding]:
    """What Permendagri 73/2022 says of a name to be recorded.

    Article 5: Latin letters; no digits, punctuation, abbreviations or titles: refused. At least
    two words is a rule that practice does not enforce: a warning.
    """
    findings = [
        Finding("tolak", key, says)
        for wrong, says in (
            (any(sign.isdigit() for sign in name), say("Nama tidak boleh memuat angka.")),
            (_has_titles(name), say("Gelar tidak ditulis pada nama di akta. Hapus gelarnya.")),
            (_has_abbreviations(name), say("Nama tidak boleh disingkat. Tulis lengkap.")),
            (
                _has_punctuation(name),
                say("Nama tidak boleh memuat tanda baca. Tulis huruf dan spasi saja."),
            ),
            (_has_foreign_letters(name), say("Nama ditulis dengan huruf Latin saja.")),
        )
        if wrong
    ]
    if findings:
        return findings
    if PERHAPS_TITLES.intersection(name.split()):
        says = say("Nama memuat kata yang mungkin gelar. Pastikan itu benar nama.")
        findings.append(Finding("peringatan", key, says))
    if not name.replace(" ", "").isascii():
        says = say("Nama memuat huruf beraksen. Pastikan SIAK dapat menulisnya.")
        findings.append(Finding("peringatan", key, says))
    if len(name.split()) < 2:
        says = say("Nama hanya satu kata. Pastikan orang tua memang menghendakinya.")
        findings.append(Finding("peringatan", key, says))
    return findings


def check_known_name(key: str, name: str) -> list[Finding]:
    """What to say of a name copied from a KTP-el: only what looks like a slip, as a warning."""
    if any(sign.isdigit() for sign in name) or _has_foreign_letters(name):
        says = say("Nama memuat angka atau huruf asing. Cocokkan dengan KTP-el.")
        return [Finding("peringatan", key, says)]
    if _has_titles(name):
        says = say("Nama ini memuat gelar. Salin nama seperti pada KTP-el.")
        return [Finding("peringatan", key, says)]
    return []


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same but for titles, blanks, accents and punctuation."""
    letters = _letters(one)
    return bool(letters) and letters == _letters(other)


def near_name(one: str, other: str) -> bool:
    """Whether two names may be one person's: other spellings and slips of the hand allowed."""
    first, second = _sound(one), _sound(other)
    if not first or not second:
        return False
    allowed = min(3, min(len(first), len(second)) // 5)
    return _distance(first, second, allowed) <= allowed


def _words(name: str) -> list[str]:
    return ["".join(sign for sign in word if sign.isalpha()) for word in name.upper().split()]


def _has_titles(name: str) -> bool:
    for word in name.upper().replace(",", " ").split():
        bare = word.replace(".", "")
        if bare in TITLES or (bare in PERHAPS_TITLES and bare != word):
            return True
    return False


def _has_abbreviations(name: str) -> bool:
    words = [word for word in _words(name) if word]
    return any((len(word) == 1 and word not in TITLES) or word in ABBREVIATIONS for word in words)


def _has_punctuation(name: str) -> bool:
    return any(not sign.isalnum() and sign != " " and not _is_mark(sign) for sign in name)


def _has_foreign_letters(name: str) -> bool:
    return any(
        sign.isalpha() and not unicodedata.name(sign, "").startswith("LATIN") for sign in name
    )


def _is_mark(sign: str) -> bool:
    return unicodedata.category(sign).startswith("M")


@lru_cache(maxsize=4096)
def _letters(name: str) -> str:
    bare = unicodedata.normalize("NFKD", name.upper())
    words = [word for word in _words(bare) if word and word not in TITLES]
    return "".join(words)


@lru_cache(maxsize=4096)
def _sound(name: str) -> str:
    bare = unicodedata.normalize("NFKD", name.upper())
    words = [_SPELLINGS.get(word, word) for word in _words(bare) if word and word not in TITLES]
    sound = "".join(words)
    for old, new in _OLD_LETTERS:
        sound = sound.replace(old, new)
    return "".join(sign for at, sign in enumerate(sound) if at == 0 or sign != sound[at - 1])


def _distance(one: str, other: str, enough: int) -> int:
    """Levenshtein's distance of two texts; any number above ``enough`` once it is more."""
    if abs(len(one) - len(other)) > enough:
        return enough + 1
    row = list(range(len(other) + 1))
    for at, sign in enumerate(one, 1):
        above, row[0] = row[0], at
        for place, against in enumerate(other, 1):
            cost = above + (sign != against)
            above = row[place]
            row[place] = min(cost, above + 1, row[place - 1] + 1)
        if min(row) > enough:
            return enough + 1
    return row[-1]
