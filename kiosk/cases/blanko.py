"""The blanko ledger: every unprinted card from its arrival to its end, by kind and place.

What is on a shelf is what came, less what was used, spoiled and sent on (Disdukcapil counts so:
received = used + spoiled + transferred + left). The balance is a function of the set of moves
alone, whatever the order of their arrival.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property

from kiosk.cases.blanko_moves import (
    COUNTED,
    COUNTED_IN,
    DESTROYED,
    RECEIVED,
    SENT,
    SETTLED,
    SPOILED,
    USED,
    Move,
)

AT_SENDER, AT_RECEIVER, ON_THE_WAY = "pengirim", "penerima", "jalan"
"""Where a difference of a transfer lies, once a supervisor has found out."""

LOW_STOCK = 50
"""With fewer left than this a place is marked: new ones take days to come."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One blanko (or ``count`` whose serial nobody could read) that left the good ones.

    ``refs`` are the entries that speak of it, ``time`` that of the first.
    """

    refs: tuple[str, ...]
    time: int
    kind: str
    place: str
    count: int
    spoiled: bool
    serial: str = ""
    case: bytes = b""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Transfer:
    """Blanko on their way between two places. ``counted`` is None until they were counted in,
    ``settled`` where a supervisor found the difference (empty: not yet)."""

    number: str
    kind: str
    source: str
    target: str
    sent: int
    time: int
    counted: int | None = None
    settled: str = ""
    known: bool = True
    """Whether the sending itself is here; else it is what the paper said when it was counted."""

    @property
    def difference(self) -> int:
        """How many are missing (below zero: too many), as long as nobody has settled it."""
        if self.counted is None or self.settled:
            return 0
        return self.sent - self.counted

    @property
    def out(self) -> int:
        """How many left the sender."""
        if self.settled == AT_SENDER and self.counted is not None:
            return self.counted
        return self.sent

    @property
    def arrived(self) -> int:
        """How many came onto the receiver's shelf."""
        if self.counted is None:
            return 0
        return self.sent if self.settled == AT_RECEIVER else self.counted

    @property
    def lost(self) -> int:
        """How many a supervisor wrote off as lost on the way."""
        if self.settled != ON_THE_WAY or self.counted is None:
            return 0
        return self.sent - self.counted


@dataclass(frozen=True, slots=True)
class Balance:
    """How the blanko of one kind stand at one place ("" of a sum over places).

    ``spoiled`` holds those destroyed since. ``in_transit``, ``missing`` and ``lost`` are of what
    was sent from here: not yet counted in, counted short (below zero: over), written off.
    ``adjusted`` is what supervisors added or took off after counting the shelf.
    """

    kind: str
    place: str
    received: int = 0
    transferred_in: int = 0
    used: int = 0
    spoiled: int = 0
    destroyed: int = 0
    transferred_out: int = 0
    adjusted: int = 0
    in_transit: int = 0
    missing: int = 0
    lost: int = 0
    coming: int = 0

    @property
    def left(self) -> int:
        """Good ones on the shelf by the book."""
        came = self.received + self.transferred_in + self.adjusted
        return came - self.used - self.spoiled - self.transferred_out

    @property
    def spoiled_here(self) -> int:
        """Spoiled ones that lie apart until they are destroyed."""
        return self.spoiled - self.destroyed

    @property
    def kept(self) -> bool:
        """Whether the place keeps the book at all: that anything ever came."""
        return bool(self.received or self.transferred_in or self.adjusted)

    @property
    def low(self) -> bool:
        """Whether it is time to ask for more."""
        return self.left < LOW_STOCK

    @property
    def holds(self) -> bool:
        """The identity over all places: what came is used, spoiled, lost, on its way or left."""
        gone = self.used + self.spoiled + self.in_transit + self.missing + self.lost
        return self.received + self.adjusted == gone + self.left


def total(balances: Iterable[Balance], kind: str) -> Balance:
    """The sum of one kind over places."""
    sums: Counter[str] = Counter()
    for one in balances:
        if one.kind == kind:
            sums.update({name: getattr(one, name) for name in _NUMBERS})
    return Balance(kind, "", **sums)


_NUMBERS = tuple(one.name for one in fields(Balance) if one.name not in ("kind", "place"))


class Book:
    """The ledger over a set of moves, each given once or many times, in any order.

    With ``until`` only what happened up to that move counts, as the book stood then; what
    supervisors settled counts for the move it is about.
    """

    def __init__(self, moves: Iterable[Move], until: Move | None = None):
        known = {move.ref: move for move in moves}
        ordered = sorted(known.values(), key=lambda move: move.key)
        self.settled: Mapping[str, Move] = {}
        for move in ordered:
            if move.move == SETTLED:
                for about in move.about:
                    self.settled.setdefault(about, move)
        self.moves = [one for one in ordered if until is None or one.key <= until.key]

    @cached_property
    def transfers(self) -> dict[str, Transfer]:
        """Every transfer by its number. Of two countings-in the first one holds."""
        found: dict[str, Transfer] = {}
        for move in self.moves:
            if move.move == SENT and move.number and not _known(found, move.number):
                sent = Transfer(
                    *(move.number, move.kind, move.place, move.other, move.count, move.time)
                )
                found[move.number] = _both(sent, found.get(move.number))
            elif move.move == COUNTED_IN and move.number:
                came = Transfer(
                    *(move.number, move.kind, move.other, move.place, move.book, move.time),
                    counted=move.count,
                    known=False,
                )
                before = found.get(move.number)
                if before is None or before.counted is None:
                    found[move.number] = _both(before, came)
        return {number: self._settle(one) for number, one in found.items()}

    def _settle(self, transfer: Transfer) -> Transfer:
        move = self.settled.get(transfer.number)
        if move is None or move.other not in (AT_SENDER, AT_RECEIVER, ON_THE_WAY):
            return transfer
        return replace(transfer, settled=move.other)

    @cached_property
    def pieces(self) -> list[Piece]:
        """All that was used or spoiled, each blanko once.

        A serial names one blanko of a case however often and wherever it was written down: it left
        the shelf where it was printed, and is spoiled when any line says so. A spoiled one found
        on a shelf is the one that a case has used there, if any; else one of its own.
        """
        named: dict[tuple[str, str], list[Move]] = defaultdict(list)
        found: list[Piece] = []
        for move in self.moves:
            if move.move not in (USED, SPOILED):
                continue
            if move.serial and move.count == 1:
                named[move.kind, move.serial].append(move)
            else:
                found.append(_piece([move]))
        for lines in named.values():
            found += map(_piece, _one_by_one(lines))
        return found

    @cached_property
    def _destroyed(self) -> frozenset[str]:
        return frozenset(ref for move in self.moves if move.move == DESTROYED for ref in move.about)

    def spoiled_here(self, kind: str, place: str) -> list[Piece]:
        """The spoiled ones of a place that are not yet destroyed, oldest first."""
        here = [one for one in self.pieces if one.spoiled and not self._is_destroyed(one)]
        mine = [one for one in here if (one.kind, one.place) == (kind, place)]
        return sorted(mine, key=lambda one: (one.time, one.refs))

    def _is_destroyed(self, piece: Piece) -> bool:
        return not self._destroyed.isdisjoint(piece.refs)

    def balances(self) -> dict[tuple[str, str], Balance]:
        """Every balance by kind and place, in their order."""
        sums: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for move in self.moves:
            if move.move == RECEIVED:
                sums[move.kind, move.place]["received"] += move.count
            elif move.move == COUNTED and move.ref in self.settled:
                sums[move.kind, move.place]["adjusted"] += self.settled[move.ref].count
        for one in self.pieces:
            line = sums[one.kind, one.place]
            line["spoiled" if one.spoiled else "used"] += one.count
            if one.spoiled and self._is_destroyed(one):
                line["destroyed"] += one.count
        for one in self.transfers.values():
            waiting = one.sent if one.counted is None else 0
            line = sums[one.kind, one.source]
            line["transferred_out"] += one.out
            line["in_transit"] += waiting
            line["missing"] += one.difference
            line["lost"] += one.lost
            sums[one.kind, one.target]["transferred_in"] += one.arrived
            sums[one.kind, one.target]["coming"] += waiting
        return {
            (kind, place): Balance(kind, place, **sums[kind, place]) for kind, place in sorted(sums)
        }


def balance(moves: Iterable[Move], kind: str, place: str) -> Balance:
    """How the blanko of one kind stand at one place."""
    return Book(moves).balances().get((kind, place), Balance(kind, place))


def shelf_difference(count: Move, moves: Iterable[Move]) -> int:
    """What a counting of the shelf differs from the book as it is known now: below zero when
    cards are missing. 0 once it was settled, or when what came later explains it."""
    book = Book(moves, until=count)
    line = book.balances().get((count.kind, count.place), Balance(count.kind, count.place))
    return 0 if count.ref in book.settled else count.count - line.left


def _known(found: Mapping[str, Transfer], number: str) -> bool:
    return number in found and found[number].known


def _both(sent: Transfer | None, came: Transfer | None) -> Transfer:
    """A transfer as the sending says it, and counted in as the other side says."""
    if sent is None or came is None:
        one = sent or came
        assert one is not None
        return one
    return replace(sent, counted=came.counted, target=came.target)


def _one_by_one(lines: list[Move]) -> list[list[Move]]:
    """The lines of one serial by the blanko they speak of."""
    of_cases: dict[bytes, list[Move]] = defaultdict(list)
    of_shelves: dict[str, list[Move]] = defaultdict(list)
    for move in lines:
        if move.case:
            of_cases[move.case].append(move)
        else:
            of_shelves[move.place].append(move)
    cards = [of_cases[case] for case in sorted(of_cases)]
    apart: list[list[Move]] = []
    for place, shelf in of_shelves.items():
        here = [card for card in cards if _printed_by(card).place == place]
        spoiled = [card for card in here if any(one.move == SPOILED for one in card)]
        if here:
            (spoiled or here)[0].extend(shelf)
        else:
            apart.append(shelf)
    return cards + apart


def _printed_by(lines: list[Move]) -> Move:
    """The line by which a blanko left its shelf: where it was printed, if that is known."""
    return min(lines, key=lambda move: (not move.case, move.move != USED, move.key))


def _piece(lines: list[Move]) -> Piece:
    ordered = sorted(lines, key=lambda move: move.key)
    first = ordered[0]
    reasons = [move.reason for move in ordered if move.move == SPOILED and move.reason]
    return Piece(
        refs=tuple(move.ref for move in ordered),
        time=first.time,
        kind=first.kind,
        place=_printed_by(lines).place,
        count=first.count,
        spoiled=any(move.move == SPOILED for move in ordered),
        serial=first.serial,
        case=next((move.case for move in ordered if move.case), b""),
        reason=reasons[0] if reasons else "",
    )
