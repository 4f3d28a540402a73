"""The kiosk's journal: its own chains, and what came from others.

Nothing here commits: the caller holds the transaction, so that an act's entries and everything
derived from them are one. ``append`` reads the head inside that transaction, so two processes on
one folder cannot fork the chain. What central has of it stands in ``sync.receipts_kept``, what is
to be sent in ``sync.outgoing``, the beginning of a new life after a restore in ``sync.epochs``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sync.chain import Head, Row
from sync.entry import (
    GENESIS,
    Entry,
    Placed,
    Signer,
    Spot,
    entry_hash,
    read_entry,
    seal_entry,
)
from sync.epochs import FIRST_EPOCH, Epochs
from sync.journal_errors import ForkError, JournalError
from sync.outgoing import Outgoing
from sync.receipts_kept import ReceiptsKept
from sync.trust import KEY_ACT, KIOSK_ACT, NO_CASE

if TYPE_CHECKING:
    from sync.wire import Delivered

__all__ = ["ForkError", "Journal", "JournalError", "Placed"]

_TABLES = (
    """CREATE TABLE IF NOT EXISTS entries (
        kiosk TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
        hash BLOB NOT NULL, prev BLOB NOT NULL, case_id BLOB NOT NULL, act TEXT NOT NULL,
        line INTEGER NOT NULL, time INTEGER NOT NULL,
        central_index INTEGER, arrived INTEGER, raw BLOB NOT NULL,
        PRIMARY KEY (kiosk, epoch, seq))""",
    "CREATE INDEX IF NOT EXISTS entries_case ON entries(case_id)",
    f"""CREATE INDEX IF NOT EXISTS entries_keys ON entries(act)
        WHERE act IN ('{KEY_ACT}', '{KIOSK_ACT}')""",
    # An own entry that central has not acknowledged has no time of arrival.
    "CREATE INDEX IF NOT EXISTS entries_waiting ON entries(case_id) WHERE arrived IS NULL",
    """CREATE TABLE IF NOT EXISTS heads (
        kiosk TEXT PRIMARY KEY, own INTEGER NOT NULL, epoch INTEGER NOT NULL,
        seq INTEGER NOT NULL, hash BLOB NOT NULL)""",
    "CREATE TABLE IF NOT EXISTS cursor (one INTEGER PRIMARY KEY CHECK (one = 1), value INTEGER)",
)
_PLACED = "SELECT kiosk, epoch, seq, prev, hash, raw FROM entries"
_INSERT = (
    "INSERT INTO entries(kiosk, epoch, seq, hash, prev, case_id, act, line, time,"
    " central_index, arrived, raw) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"
)


class Journal:
    """The journal in the kiosk's database. ``kiosk`` is this kiosk's code; without it the
    journal is that of the kiosk which wrote in this database before, or read-only.

    An entry whose content was purged has no bytes any more (``raw`` is empty): its place, hash
    and times stay, and nothing here gives it as an entry.
    """

    def __init__(self, conn: sqlite3.Connection, kiosk: str = "") -> None:
        self._db = conn
        for table in _TABLES:
            conn.execute(table)
        if not kiosk:
            row = conn.execute("SELECT kiosk FROM heads WHERE own = 1").fetchone()
            kiosk = row[0] if row else ""
        self.kiosk = kiosk
        self.receipts = ReceiptsKept(conn, kiosk)
        self.outgoing = Outgoing(conn, kiosk, self.receipts)
        self.epochs = Epochs(conn, kiosk)

    # -- the own chain ---------------------------------------------------------------------

    def head(self) -> Head:
        """The end of the own chain, read afresh."""
        row = self._db.execute(
            "SELECT epoch, seq, hash FROM heads WHERE kiosk = ? AND own = 1", (self.kiosk,)
        ).fetchone()
        return Head(*row) if row else Head(FIRST_EPOCH, 0, GENESIS)

    @property
    def epoch(self) -> int:
        """The epoch of the own chain: 1, and more after each restore from a copy."""
        return self.head().epoch

    def append(self, entry: Entry, kid: bytes, signer: Signer) -> Placed:
        """Sign an entry at the end of the own chain and store it. Raises EntryError.

        The caller holds the transaction, best begun with BEGIN IMMEDIATE.
        """
        self._inside()
        if not self.kiosk:
            raise JournalError("the journal does not know its kiosk")
        head = self.head()
        spot = Spot(self.kiosk, head.epoch, head.seq + 1)
        raw = seal_entry(entry, spot, head.hash, kid, signer)
        placed = Placed(spot, head.hash, raw, entry, entry_hash(raw))
        self._insert(placed, None, None)
        self._db.execute(
            "INSERT OR REPLACE INTO heads(kiosk, own, epoch, seq, hash) VALUES (?,1,?,?,?)",
            (self.kiosk, spot.epoch, spot.seq, placed.hash),
        )
        return placed

    # -- reading ---------------------------------------------------------------------------

    def of_case(self, case_id: bytes) -> list[Placed]:
        """Every entry of a case, in the order of its card: line, time, kiosk, epoch, seq."""
        rows = self._db.execute(
            _PLACED + " WHERE case_id = ? AND raw <> x'' ORDER BY line, time, kiosk, epoch, seq",
            (case_id,),
        )
        return [_placed(row) for row in rows]

    def all_placed(self) -> Iterator[Placed]:
        """Every entry, in the order in which it was written or arrived here.

        Raises EntryError at one whose bytes are damaged; ``all_rows`` does not look inside.
        """
        for row in self._db.execute(_PLACED + " WHERE raw <> x'' ORDER BY rowid"):
            yield _placed(row)

    def all_rows(self) -> Iterator[Row]:
        """Every entry's place, hash before, bytes and hash, unread: what
        ``sync.chain.check_chain`` takes, in the order in which it was written or arrived here."""
        for kiosk, epoch, seq, prev, raw, digest in self._db.execute(
            "SELECT kiosk, epoch, seq, prev, CAST(raw AS BLOB), hash FROM entries ORDER BY rowid"
        ):
            yield Spot(kiosk, epoch, seq), prev, raw, digest

    def announcements(self) -> Iterator[Placed]:
        """The entries that make keys known, in the order in which they were written or arrived."""
        acts = f"'{KEY_ACT}', '{KIOSK_ACT}'"
        for row in self._db.execute(f"{_PLACED} WHERE act IN ({acts}) ORDER BY rowid"):
            yield _placed(row)

    def get(self, spot: Spot) -> Placed | None:
        """The entry at a place, None when it is not here, or no longer."""
        row = self._db.execute(
            _PLACED + " WHERE kiosk = ? AND epoch = ? AND seq = ? AND raw <> x''",
            (spot.kiosk, spot.epoch, spot.seq),
        ).fetchone()
        return _placed(row) if row else None

    def hash_at(self, spot: Spot) -> bytes | None:
        """The hash of the entry at a place, GENESIS before the first; None when it is not here."""
        if spot.seq == 0:
            return GENESIS
        row = self._db.execute(
            "SELECT hash FROM entries WHERE kiosk = ? AND epoch = ? AND seq = ?",
            (spot.kiosk, spot.epoch, spot.seq),
        ).fetchone()
        return row[0] if row else None

    def only_here(self) -> int:
        """Cases with an own entry that central has not acknowledged."""
        return self._db.execute(
            "SELECT count(DISTINCT case_id) FROM entries WHERE arrived IS NULL AND case_id <> ?",
            (NO_CASE,),
        ).fetchone()[0]

    def waiting(self) -> int:
        """Own entries that central has not acknowledged."""
        return self._db.execute("SELECT count(*) FROM entries WHERE arrived IS NULL").fetchone()[0]

    def waiting_of(self, case_id: bytes) -> int:
        """Own entries of a case that central has not acknowledged."""
        return self._db.execute(
            "SELECT count(*) FROM entries WHERE arrived IS NULL AND case_id = ?", (case_id,)
        ).fetchone()[0]

    # -- the traffic with central ----------------------------------------------------------

    def receive(self, delivered: Delivered) -> bool:
        """Store a verified entry (``sync.chain.verify``) that central handed on.

        False when it is here already. Raises ForkError when another entry has its place, or when
        it does not join the entries beside it; EntryError when it cannot be read.
        """
        self._inside()
        spot, digest = delivered.spot, entry_hash(delivered.raw)
        mine = self.hash_at(spot)
        if mine is not None:
            if mine != digest:
                raise ForkError(spot)
            return False
        self._check_joins(delivered, digest)
        entry = read_entry(delivered.raw)
        placed = Placed(spot, delivered.prev, delivered.raw, entry, digest)
        self._insert(placed, delivered.index, delivered.arrived)
        return True

    def _check_joins(self, delivered: Delivered, digest: bytes) -> None:
        spot = delivered.spot
        before = self.hash_at(Spot(spot.kiosk, spot.epoch, spot.seq - 1))
        after = self._db.execute(
            "SELECT prev FROM entries WHERE kiosk = ? AND epoch = ? AND seq = ?",
            (spot.kiosk, spot.epoch, spot.seq + 1),
        ).fetchone()
        if before not in (None, delivered.prev) or (after and after[0] != digest):
            raise ForkError(spot)

    @property
    def cursor(self) -> int:
        """How far central's deliveries have been taken."""
        row = self._db.execute("SELECT value FROM cursor").fetchone()
        return row[0] if row else 0

    @cursor.setter
    def cursor(self, value: int) -> None:
        self._inside()
        self._db.execute("INSERT OR REPLACE INTO cursor(one, value) VALUES (1, ?)", (value,))

    # -- inside ----------------------------------------------------------------------------

    def _inside(self) -> None:
        if not self._db.in_transaction:
            raise JournalError("the caller holds the transaction")

    def _insert(self, placed: Placed, index: int | None, arrived: int | None) -> None:
        spot, entry = placed.spot, placed.entry
        self._db.execute(
            _INSERT,
            (
                spot.kiosk,
                spot.epoch,
                spot.seq,
                placed.hash,
                placed.prev,
                entry.case,
                entry.act,
                entry.line,
                entry.time,
                index,
                arrived,
                placed.raw,
            ),
        )


def _placed(row: tuple[str, int, int, bytes, bytes, bytes]) -> Placed:
    kiosk, epoch, seq, prev, digest, raw = row
    return Placed(Spot(kiosk, epoch, seq), prev, raw, read_entry(raw), digest)
