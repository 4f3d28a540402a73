"""What the blanko ledger gives to its screens."""

from __future__ import annotations

from typing import NamedTuple

from kiosk.cases.blanko_moves import Move


class MoveRow(NamedTuple):
    """A line of the ledger, and the number of the case it was for (empty: none)."""

    move: Move
    case: str


class Difference(NamedTuple):
    """A count that did not agree. ``about`` names it: the entry of the counting, or the transfer's
    number; of a transfer ``source`` is who sent it. ``now`` is what it comes to by all that is
    known today (below zero: missing)."""

    about: str
    kind: str
    place: str
    time: int
    book: int
    counted: int
    now: int = 0
    source: str = ""
