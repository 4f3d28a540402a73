"""Resi numbers: made with no network, unique, and able to tell that they were mistyped.

``RSA1-261121-0001-K``: the kiosk's code and its epoch (one base-36 digit, raised when a kiosk is
set up anew), the day, the serial of that day, and a check character by ISO/IEC 7064 MOD 37,36
over all that stands before it. Lists are numbered the same way with a letter in front of their
serial: ``RSA1-261121-D001-X``.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from dataclasses import dataclass
from datetime import date

from kiosk.texts import say

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
EPOCH_DIGITS = len(ALPHABET)
"""A number has one sign for its epoch; the epoch after the last begins with the first again."""
LARGEST_SERIAL = 9999
LARGEST_LIST_SERIAL = 999

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CASES = uuid.UUID("5a6f7c1e-8d3b-4c55-9e0a-6b1f2d7c4e90")
_SHAPE = re.compile(r"([A-Z0-9]{3})([A-Z0-9])([0-9]{6})([A-Z]?)([0-9]{3,4})([A-Z0-9])")
_BETWEEN = re.compile(r"[\s\-_./\u2010-\u2015\u2212]+")
_LENGTH = 15


class BadNumber(ValueError):
    """No resi number; its text says to the officer what is wrong."""


@dataclass(frozen=True, slots=True)
class Number:
    """A resi or list number taken apart. ``kind`` is empty for a resi, a letter for a list."""

    text: str
    kiosk: str
    day: date
    serial: int
    kind: str
    epoch: int


def make_number(code: str, epoch: int, day: date, serial: int, kind: str = "") -> str:
    """The number of the ``serial``-th resi (or list of ``kind``) of a kiosk's day.

    Raises ValueError for a code that is not three of A-Z 0-9, an epoch outside 0..35, a year
    outside 2000..2099 or a serial that no longer fits (9999 resi, 999 lists of a kind a day).
    """
    largest = LARGEST_LIST_SERIAL if kind else LARGEST_SERIAL
    if not re.fullmatch(r"[A-Z0-9]{3}", code):
        raise ValueError(f"kiosk code {code!r} is not three of A-Z 0-9")
    if not re.fullmatch(r"[A-Z]?", kind):
        raise ValueError(f"kind {kind!r} is not one letter")
    if not 0 <= epoch < len(ALPHABET):
        raise ValueError(f"epoch {epoch} is outside 0..35")
    if not 2000 <= day.year <= 2099:
        raise ValueError(f"year {day.year} is outside 2000..2099")
    if not 1 <= serial <= largest:
        raise ValueError(f"serial {serial} is outside 1..{largest}")
    counted = f"{kind}{serial:03d}" if kind else f"{serial:04d}"
    body = f"{code}{ALPHABET[epoch]}{day:%y%m%d}{counted}"
    return _dashed(body + check_character(body))


def check_character(body: str) -> str:
    """The ISO/IEC 7064 MOD 37,36 check character of letters A-Z and digits."""
    product = 36
    for sign in body:
        product = ((product + ALPHABET.index(sign)) % 36 or 36) * 2 % 37
    return ALPHABET[(1 - product) % 36]


def parse(text: str) -> Number:
    """Take a number apart; dashes may be missing, letters small, spaces anywhere.

    Raises BadNumber, with words for the officer, for anything that is no such number or whose
    check character does not fit.
    """
    compact = _compact(text[:100])
    found = _SHAPE.fullmatch(compact) if len(compact) == _LENGTH else None
    if found is None:
        raise BadNumber(
            say("Ini bukan nomor resi. Nomor resi berbentuk seperti RSA1-261121-0001-K.")
        )
    code, epoch, day_text, kind, serial, check = found.groups()
    if check_character(compact[:-1]) != check:
        raise BadNumber(
            say("Nomor {nomor} salah ketik. Ketik ulang atau pindai QR.", nomor=_dashed(compact))
        )
    try:
        day = date(2000 + int(day_text[:2]), int(day_text[2:4]), int(day_text[4:]))
    except ValueError:
        raise BadNumber(
            say("Nomor {nomor} memuat tanggal yang tidak ada.", nomor=_dashed(compact))
        ) from None
    return Number(_dashed(compact), code, day, int(serial), kind, ALPHABET.index(epoch))


def case_id(number: str) -> bytes:
    """The 16 bytes that name a case everywhere: a UUID version 5 of its number.

    A number alone is enough to find the case on any kiosk. The text is not judged; dashes,
    spaces and small letters make no difference.
    """
    return uuid.uuid5(_CASES, _compact(number)).bytes


def kode_permohonan(number: str) -> str:
    """The second identifier of SOP 060/Dukcapil-PDIP/1250/2021: six Crockford base-32 signs.

    Short enough to be read out on the telephone. Not unique by itself (one in a thousand million
    pairs agree), so a search by it may find more than one case.
    """
    bits = int.from_bytes(hashlib.sha256(_compact(number).encode()).digest()[:4], "big") >> 2
    return "".join(_CROCKFORD[bits >> shift & 31] for shift in range(25, -1, -5))


def _compact(text: str) -> str:
    # A terminal may give half characters (surrogates), which no encoding takes.
    return _BETWEEN.sub("", text).upper().encode("utf-8", "replace").decode()


def _dashed(compact: str) -> str:
    return f"{compact[:4]}-{compact[4:10]}-{compact[10:14]}-{compact[14:]}"
