"""The lives of a kiosk: a copy that was restored begins a new epoch, so nothing is written twice.

What a copy wrote before it learnt that central holds another continuation of its chain becomes a
*branch* (``sync.entry.signed_epoch``): the same bytes under another number. Nothing here commits.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from sync.entry import BRANCH, GENESIS
from sync.journal_errors import JournalError

FIRST_EPOCH = 1
LEAP = 30
"""A new epoch is one of so many after the last. Copies of one backup that begin anew without
knowing of each other shall not choose the same: numbers (one of 36 signs each) tell them apart."""


@dataclass(frozen=True, slots=True)
class Chain:
    """One own chain as it is here: seqs ``first`` to ``last`` (a branch begins later than 1)."""

    epoch: int
    first: int
    last: int


def chains_of(conn: sqlite3.Connection, kiosk: str) -> list[Chain]:
    """The chains of a kiosk, by epoch. Steps from one to the next: does not read their entries."""
    chains: list[Chain] = []
    epoch = -1
    while True:
        (found,) = conn.execute(
            "SELECT min(epoch) FROM entries WHERE kiosk = ? AND epoch > ?", (kiosk, epoch)
        ).fetchone()
        if found is None:
            return chains
        epoch = found
        first, last = (
            conn.execute(
                f"SELECT {end}(seq) FROM entries WHERE kiosk = ? AND epoch = ?", (kiosk, epoch)
            ).fetchone()[0]
            for end in ("min", "max")
        )
        chains.append(Chain(epoch, first, last))


def leap() -> int:
    """How far the next epoch lies beyond the last, by chance: 1 to LEAP."""
    import secrets

    return 1 + secrets.randbelow(LEAP)


class Epochs:
    """The own chains of ``kiosk`` by their epochs."""

    def __init__(self, conn: sqlite3.Connection, kiosk: str) -> None:
        self._db = conn
        self._kiosk = kiosk

    def chains(self) -> list[Chain]:
        """Every own chain, branches too."""
        return chains_of(self._db, self._kiosk)

    def begin(self, known: Iterable[int] = ()) -> int:
        """Begin a new chain, above every epoch that is here and in ``known``; pull from the
        beginning, for what was lost comes back that way. Gives the epoch.

        Raises JournalError outside a transaction, and when the epochs are used up.
        """
        self._inside()
        row = self._db.execute(
            "SELECT epoch FROM heads WHERE kiosk = ? AND own = 1", (self._kiosk,)
        ).fetchone()
        taken = [chain.epoch for chain in self.chains()] + list(known) + [row[0] if row else 0]
        last = max(one % BRANCH for one in taken)
        if last + 1 >= BRANCH:
            raise JournalError("no epoch is left")
        epoch = min(last + leap(), BRANCH - 1)
        self._db.execute(
            "INSERT OR REPLACE INTO heads(kiosk, own, epoch, seq, hash) VALUES (?,1,?,0,?)",
            (self._kiosk, epoch, GENESIS),
        )
        self._db.execute("INSERT OR REPLACE INTO cursor(one, value) VALUES (1, 0)")
        return epoch

    def branch_off(self, epoch: int, after: int, known: Iterable[int] = ()) -> int:
        """Renumber the own entries of ``epoch`` after seq ``after`` as a branch that is neither
        here nor in ``known``; gives its number. They wait to be sent. If it was the present
        chain, ``begin`` must follow in the same transaction."""
        self._inside()
        taken = {chain.epoch for chain in self.chains()} | set(known)
        branch = epoch % BRANCH + BRANCH
        while branch in taken:
            branch += BRANCH
        self._db.execute(
            "UPDATE entries SET epoch = ?, arrived = NULL, central_index = NULL"
            " WHERE kiosk = ? AND epoch = ? AND seq > ?",
            (branch, self._kiosk, epoch, after),
        )
        self._db.execute(
            "UPDATE stuck SET epoch = ?, tries = 0, hole = 0 WHERE epoch = ? AND seq > ?",
            (branch, epoch, after),
        )
        self._db.execute(
            "UPDATE receipts SET acked = ? WHERE kiosk = ? AND epoch = ? AND acked > ?",
            (after, self._kiosk, epoch, after),
        )
        return branch

    def _inside(self) -> None:
        if not self._db.in_transaction:
            raise JournalError("the caller holds the transaction")
