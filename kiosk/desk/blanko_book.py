"""How the blanko of a place stand, and of all places at the dinas, which gets every line."""

from __future__ import annotations

from collections.abc import Mapping

from config.blanko import BLANKO
from config.procedures import Outcome
from kiosk.cases.blanko import Balance, Book, Piece, Transfer, balance, shelf_difference, total
from kiosk.cases.blanko_moves import COUNTED, KEEPERS, Move
from kiosk.cases.findings import Finding
from kiosk.cases.places import place_word
from kiosk.desk.blanko_checks import number_of_case, serial_findings
from kiosk.desk.blanko_views import Difference, MoveRow
from kiosk.desk.core import CENTRE, Core
from kiosk.desk.worklist import exception_rows
from kiosk.store.blanko import moves_for_book, newest_moves
from kiosk.texts import said, say


class BlankoBook:
    """The ledger to look into. A kiosk shows only what it knows wholly."""

    def __init__(self, core: Core):
        self._core = core

    def balances(self) -> list[Balance]:
        """A line for each kind and place that this kiosk knows wholly: its own, and at the dinas
        every one. A kind of which nothing is here yet has its empty line."""
        here = self._core.settings.address
        known = self.book().balances()
        own = [known.get((kind, here), Balance(kind, here)) for kind in BLANKO]
        if here != CENTRE:
            return own
        others = [one for one in known.values() if one.place not in ("", here)]
        return [*own, *(one for one in others if one.kind in BLANKO)]

    def totals(self) -> list[Balance]:
        """At the dinas the sum of each kind over all places, where there is more than one."""
        lines = self.balances()
        if len(lines) == len(BLANKO):
            return []
        return [total(lines, kind) for kind in BLANKO]

    def left(self, kind: str) -> int:
        """How many good ones are here by the book."""
        return self._line(kind).left

    def _line(self, kind: str) -> Balance:
        here = self._core.settings.address
        return balance(moves_for_book(self._core.db, kind, here), kind, here)

    def low(self) -> list[str]:
        """The kinds of which few are left here, by name; none where nobody keeps the book."""
        here = self._core.settings.address
        lines = [one for one in self.balances() if one.place == here]
        return [said(BLANKO[one.kind]) for one in lines if one.kept and one.low]

    def moves(self, kind: str, place: str, limit: int = 200) -> list[MoveRow]:
        """The latest lines of one kind at one place, newest first."""
        core = self._core
        return [
            MoveRow(move, number_of_case(core, move.case))
            for move in newest_moves(core.db, kind, place, limit)
        ]

    def pile(self, kind: str) -> list[Piece]:
        """The spoiled ones that lie here and are not yet destroyed, oldest first."""
        here = self._core.settings.address
        return Book(moves_for_book(self._core.db, kind, here)).spoiled_here(kind, here)

    def incoming(self) -> list[Transfer]:
        """What is on its way here and not yet counted in, oldest first."""
        here = self._core.settings.address
        found = [
            one
            for one in self.book().transfers.values()
            if one.target == here and one.counted is None
        ]
        return sorted(found, key=lambda one: (one.time, one.number))

    def differences(self) -> list[Difference]:
        """What a supervisor must still settle: shelves and transfers that did not agree."""
        book, here = self.book(), self._core.settings.address
        found = [
            self._shelf(move)
            for move in book.moves
            if move.move == COUNTED
            and move.count != move.book
            and move.ref not in book.settled
            and here in (move.place, CENTRE)
        ]
        found += [
            Difference(
                *(one.number, one.kind, one.target, one.time, one.sent, one.counted or 0),
                now=-one.difference,
                source=one.source,
            )
            for one in book.transfers.values()
            if one.difference and here in (one.source, one.target, CENTRE)
        ]
        return sorted(found, key=lambda one: one.time)

    def is_open(self, ref: str, case: bytes) -> bool:
        """Whether what an exception of this case tells of is still to be settled. It is not when
        another desk has settled it meanwhile, or has counted the parcel first."""
        rows = exception_rows(self._core, True, case)
        about = next((row.facts.get("tentang") for row in rows if row.ref == ref), None)
        return any(one.about == about for one in self.differences())

    def targets(self) -> list[tuple[str, str]]:
        """Places to which blanko can be sent, with their names."""
        rows = self._core.db.execute(
            "SELECT place, min(name) FROM trust WHERE kind='kiosk' AND place NOT IN (?, '')"
            " GROUP BY place ORDER BY place <> ?, place",
            (self._core.settings.address, CENTRE),
        )
        return [(place, name or place_word(place)) for place, name in rows]

    def findings(self, number: str, outcome: Outcome, values: Mapping[str, str]) -> list[Finding]:
        """What is known already of the blanko that this outcome of a case takes."""
        return serial_findings(self._core, number, outcome, values)

    def warning(self, outcome: Outcome) -> str:
        """That by the book no blanko is left here to print on; empty when there is, and where
        nobody keeps the book. The paper is right: it is no reason not to write the outcome down."""
        if not outcome.uses:
            return ""
        line = self._line(outcome.uses)
        if line.left > 0 or not line.kept:
            return ""
        return say("Menurut buku, blanko di sini sudah habis. Hitung rak: F9, Blanko.")

    def may(self) -> bool:
        """Whether this officer keeps blanko."""
        return bool(set(KEEPERS) & set(self._core.acting().card.roles))

    def book(self) -> Book:
        """The ledger as it is known here."""
        return Book(move for kind in BLANKO for move in moves_for_book(self._core.db, kind))

    def _shelf(self, move: Move) -> Difference:
        seen = moves_for_book(self._core.db, move.kind, move.place, move.time)
        return Difference(
            *(move.ref, move.kind, move.place, move.time, move.book, move.count),
            now=shelf_difference(move, seen),
        )
