"""What happens to blanko (unprinted cards), read from the entries that say so.

A move stands for what happened to the cards in an officer's hands, so it counts even where the
case it was done for did not move (two kiosks printed one card: two blanko are gone).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.cases.plain import count_of, plain_map, text_of, texts_in, texts_of

if TYPE_CHECKING:
    from config.procedures import Outcome
    from kiosk.cases.state import HasPlace

RECEIVED = "terima"
SENT = "kirim"
COUNTED_IN = "terima-kiriman"
USED = "terpakai"
SPOILED = "rusak"
DESTROYED = "musnah"
COUNTED = "opname"
SETTLED = "beres"
"""What may happen to blanko."""

DIFFERENCE = "selisih-blanko"
"""The kind of exception that a count opens which does not agree with the book."""

PARCEL, RECORD = "T", "M"
"""The letters in the numbers of a transfer and of a berita acara of destruction."""

KEEPERS = (
    *("operator-cetak", "petugas-perekaman", "administrasi-distribusi"),
    *("petugas-uptd", "kepala-uptd", "supervisor"),
)
"""Roles that keep blanko: those who print on them, send cards out, or answer for a place."""

_SERIAL = re.compile(r"([A-Z0-9./-]*?)([0-9]+)")
_LARGEST = 10**9

Key = tuple[int, str, int, int]


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that happened to blanko of a ``kind`` at a ``place``; ``ref`` is its entry,
    ``KIOSK/epoch/seq``, and ``time`` milliseconds since 1970 UTC.

    ``count`` is how many (of a settlement what is added to the shelf), ``book`` what was expected
    when they were counted, ``serial`` the number on a single one (of several "first - last"),
    ``case`` the case it was printed for (empty: none), ``number`` the transfer's, the letter's or
    the berita acara's, ``other`` the other place or the supplier, of a settlement where the
    difference lay. ``about`` are the entries or the transfer that it speaks of.
    """

    ref: str
    time: int
    kind: str
    place: str
    move: str
    count: int
    book: int = 0
    serial: str = ""
    case: bytes = b""
    number: str = ""
    other: str = ""
    about: tuple[str, ...] = ()
    reason: str = ""
    officer: str = ""

    @property
    def key(self) -> Key:
        """What moves are put in order by."""
        kiosk, _, rest = self.ref.partition("/")
        epoch, _, seq = rest.partition("/")
        return (self.time, kiosk, int(epoch), int(seq))


def taken_by(outcome: Outcome) -> dict[str, str]:
    """What an entry's data says of the blanko that an outcome takes from the shelf (``uses``,
    ``spoils``); empty when it takes none."""
    kind = outcome.uses or outcome.spoils
    return {"gerak": USED if outcome.uses else SPOILED, "jenis": kind} if kind else {}


def move_of(placed: HasPlace) -> Move | None:
    """The move that an entry makes, None when it makes none. Never raises.

    An outcome that uses a blanko up names the kind itself: what a shelf lost may not change when
    a procedure is edited, nor wait for the application to arrive.
    """
    entry, spot = placed.entry, placed.spot
    own = entry.act == "blanko"
    if not own and entry.act != "hasil":
        return None
    data = plain_map(entry.data if own else entry.data.get("blanko"))
    move, kind = text_of(data.get("gerak")), text_of(data.get("jenis"))
    if not kind or move not in (_OF_DESK if own else (USED, SPOILED)):
        return None
    filled = texts_in(entry.data.get("isi"))
    return Move(
        ref=f"{spot.kiosk}/{spot.epoch}/{spot.seq}",
        time=entry.time,
        kind=kind,
        place=entry.place,
        move=move,
        count=_whole(data.get("jumlah"), signed=move == SETTLED) if own else 1,
        book=_whole(data.get("buku"), signed=move == COUNTED),
        serial=normal_serial(text_of(data.get("seri")) if own else filled.get("blanko", "")),
        case=b"" if own else entry.case,
        number=text_of(data.get("nomor")),
        other=text_of(data.get("lain")),
        about=tuple(texts_of(data.get("tentang"))),
        reason=text_of(data.get("alasan")) if own else _why(filled),
        officer=entry.officer,
    )


_OF_DESK = (RECEIVED, SENT, COUNTED_IN, SPOILED, DESTROYED, COUNTED, SETTLED)


def _why(filled: Mapping[str, str]) -> str:
    return filled.get("alasan", "") or filled.get("catatan", "")


def _whole(value: object, *, signed: bool = False) -> int:
    if signed and type(value) is int and -_LARGEST < value < 0:
        return value
    count = count_of(value)
    return count if count < _LARGEST else 0


def normal_serial(text: str) -> str:
    """A serial as it is compared: capitals, no blanks."""
    return "".join(text.split()).upper()


def serials(first: str, last: str) -> int | None:
    """How many cards a range of serials has, both ends counted; None when it is no range."""
    ends = [_SERIAL.fullmatch(normal_serial(text)) for text in (first, last)]
    if ends[0] is None or ends[1] is None or ends[0][1] != ends[1][1]:
        return None
    low, high = ends[0][2], ends[1][2]
    padded = low.startswith("0") or high.startswith("0")
    if int(high) < int(low) or (padded and len(low) != len(high)):
        return None
    return int(high) - int(low) + 1
