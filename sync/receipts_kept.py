"""Central's receipts as a kiosk keeps them: the newest of each own chain, and the log's roots.

The roots are what a kiosk holds central to: a log that only grew can prove that it begins with
each of them (``sync.merkle``). Nothing here commits.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from sync.entry import Spot
from sync.journal_errors import ForkError, JournalError
from sync.receipt import Receipt

ROOTS_KEPT = 64
"""How many of the newest roots are kept, besides the very first."""

_TABLES = (
    """CREATE TABLE IF NOT EXISTS receipts (
        kiosk TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL,
        size INTEGER NOT NULL, root BLOB NOT NULL, time INTEGER NOT NULL, raw BLOB NOT NULL,
        acked INTEGER NOT NULL,
        PRIMARY KEY (kiosk, epoch))""",
    """CREATE TABLE IF NOT EXISTS roots (
        size INTEGER NOT NULL, root BLOB NOT NULL, time INTEGER NOT NULL, raw BLOB NOT NULL,
        broken INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (size, root))""",
)
_RECEIPT = "SELECT kiosk, epoch, seq, hash, size, root, time, raw FROM receipts"


@dataclass(frozen=True, slots=True)
class Root:
    """The root of central's log when it had ``size`` entries; ``raw`` the receipt that says so
    (empty: it was told in a probe). ``broken``: central's log no longer begins with it."""

    size: int
    root: bytes
    time: int
    raw: bytes
    broken: bool


class ReceiptsKept:
    """What central signed for the chains of ``kiosk``."""

    def __init__(self, conn: sqlite3.Connection, kiosk: str) -> None:
        self._db = conn
        self._kiosk = kiosk
        for table in _TABLES:
            conn.execute(table)

    def of(self, epoch: int) -> Receipt | None:
        """Central's newest receipt for an own chain."""
        row = self._db.execute(
            f"{_RECEIPT} WHERE kiosk = ? AND epoch = ?", (self._kiosk, epoch)
        ).fetchone()
        return Receipt(*row) if row else None

    def all(self) -> list[Receipt]:
        """The newest receipt of each own chain."""
        rows = self._db.execute(f"{_RECEIPT} WHERE kiosk = ? ORDER BY epoch", (self._kiosk,))
        return [Receipt(*row) for row in rows]

    def acked(self, epoch: int) -> int:
        """The last seq of an own chain that central has, by all that is known."""
        row = self._db.execute(
            "SELECT acked FROM receipts WHERE kiosk = ? AND epoch = ?", (self._kiosk, epoch)
        ).fetchone()
        return row[0] if row else 0

    def keep(self, receipt: Receipt, present_epoch: int, most: int = 1 << 60) -> bool:
        """Keep a verified receipt, unless a newer one is here; what it covers has arrived.

        At most ``most`` entries are noted as arrived; False when there are more, and the receipt
        itself is still to be kept: call it again, in a transaction of its own. Raises ForkError
        when central holds another chain than this one: this database is an old copy, or there are
        two of it. Of an earlier epoch central may have more than is here.
        """
        if not self._db.in_transaction:
            raise JournalError("the caller holds the transaction")
        if receipt.kiosk != self._kiosk:
            raise JournalError("a receipt of another kiosk")
        spot = Spot(self._kiosk, receipt.epoch, receipt.seq)
        mine = self._hash_at(spot) if receipt.seq else receipt.hash
        if mine != receipt.hash and (mine is not None or receipt.epoch == present_epoch):
            raise ForkError(spot)
        known, acked = self.of(receipt.epoch), self.acked(receipt.epoch)
        if known and receipt.seq <= acked and receipt.time <= known.time:
            return True
        if self._arrived(receipt.epoch, min(acked, receipt.seq), receipt, most) >= most:
            return False
        self._db.execute(
            "INSERT OR REPLACE INTO receipts(kiosk, epoch, seq, hash, size, root, time, raw, acked)"
            " VALUES (?,?,?,?,?,?,?,?,?)",
            (
                receipt.kiosk,
                receipt.epoch,
                receipt.seq,
                receipt.hash,
                receipt.size,
                receipt.root,
                receipt.time,
                receipt.raw,
                receipt.seq,
            ),
        )
        self.keep_root(receipt.size, receipt.root, receipt.time, receipt.raw)
        if receipt.seq < acked:
            self._not_arrived(receipt.epoch, receipt.seq)
        return True

    def rewind(self, epoch: int, seq: int) -> None:
        """Central has an own chain only up to ``seq`` (any more): the rest waits again.

        The receipt that says otherwise is kept, as the proof.
        """
        self._db.execute(
            "UPDATE receipts SET acked = ? WHERE kiosk = ? AND epoch = ? AND acked > ?",
            (seq, self._kiosk, epoch, seq),
        )
        self._not_arrived(epoch, seq)

    def roots(self) -> list[Root]:
        """The kept roots of central's log, smallest log first."""
        rows = self._db.execute(
            "SELECT size, root, time, raw, broken FROM roots ORDER BY size, time"
        )
        return [Root(size, root, time, raw, bool(broken)) for size, root, time, raw, broken in rows]

    def break_roots(self, roots: Iterable[Root]) -> None:
        """Central's log no longer begins with these: they are kept as the proof of it."""
        self._db.executemany(
            "UPDATE roots SET broken = 1 WHERE size = ? AND root = ?",
            [(one.size, one.root) for one in roots],
        )

    def keep_root(self, size: int, root: bytes, time: int, raw: bytes = b"") -> None:
        """Keep a root that central signed, to hold it to."""
        self._db.execute(
            "INSERT OR IGNORE INTO roots(size, root, time, raw) VALUES (?,?,?,?)",
            (size, root, time, raw),
        )
        self._db.execute(
            "DELETE FROM roots WHERE rowid IN (SELECT rowid FROM roots"
            " WHERE NOT broken ORDER BY time DESC, size DESC LIMIT -1 OFFSET ?)"
            " AND rowid <> (SELECT min(rowid) FROM roots)",
            (ROOTS_KEPT,),
        )

    def _arrived(self, epoch: int, after: int, receipt: Receipt, most: int) -> int:
        """Note at most ``most`` entries as arrived; gives how many. Not what a hole stands for."""
        return self._db.execute(
            "UPDATE entries SET arrived = ?1 WHERE rowid IN (SELECT e.rowid FROM entries AS e"
            " WHERE e.kiosk = ?2 AND e.epoch = ?3 AND e.seq > ?4 AND e.seq <= ?5"
            " AND e.arrived IS NULL AND NOT EXISTS (SELECT 1 FROM stuck AS s"
            " WHERE s.epoch = e.epoch AND s.seq = e.seq AND s.hole) ORDER BY e.seq LIMIT ?6)",
            (receipt.time, self._kiosk, epoch, after, receipt.seq, most),
        ).rowcount

    def _not_arrived(self, epoch: int, after: int) -> None:
        self._db.execute(
            "UPDATE entries SET arrived = NULL WHERE kiosk = ? AND epoch = ? AND seq > ?",
            (self._kiosk, epoch, after),
        )

    def _hash_at(self, spot: Spot) -> bytes | None:
        row = self._db.execute(
            "SELECT hash FROM entries WHERE kiosk = ? AND epoch = ? AND seq = ?",
            (spot.kiosk, spot.epoch, spot.seq),
        ).fetchone()
        return row[0] if row else None
