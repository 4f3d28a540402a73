"""The kiosk's journal: its own chain, what came from others, and how far central has it.

Nothing here commits: the caller holds the transaction, so that an act's entries and everything
derived from them are one. ``append`` reads the head inside that transaction, so two processes on
one folder cannot fork the chain.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

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
from sync.receipt import Receipt
from sync.trust import KEY_ACT, KIOSK_ACT
from sync.wire import Delivered

__all__ = ["ForkError", "Journal", "JournalError", "Placed"]

FIRST_EPOCH = 1
PUSH_BYTES = 1024 * 1024
"""``own_after`` stops after the entry with which its entries exceed this many bytes."""

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
    """CREATE TABLE IF NOT EXISTS heads (
        kiosk TEXT PRIMARY KEY, own INTEGER NOT NULL, epoch INTEGER NOT NULL,
        seq INTEGER NOT NULL, hash BLOB NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS receipts (
        kiosk TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL,
        log_size INTEGER NOT NULL, time INTEGER NOT NULL, raw BLOB NOT NULL,
        PRIMARY KEY (kiosk, epoch))""",
    "CREATE TABLE IF NOT EXISTS cursor (one INTEGER PRIMARY KEY CHECK (one = 1), value INTEGER)",
)
_PLACED = "SELECT kiosk, epoch, seq, prev, hash, raw FROM entries"
_INSERT = (
    "INSERT INTO entries(kiosk, epoch, seq, hash, prev, case_id, act, line, time,"
    " central_index, arrived, raw) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"
)


class JournalError(RuntimeError):
    """The journal was used against its rules: a fault in the program, not in the data."""


class ForkError(RuntimeError):
    """Two different entries claim one place of a chain: a copied disk, or a forgery.

    ``spot`` is the place. Nothing is changed; an officer has to look into it.
    """

    def __init__(self, spot: Spot) -> None:
        super().__init__(f"fork at {spot.kiosk}/{spot.epoch}/{spot.seq}")
        self.spot = spot


class Journal:
    """The journal in the kiosk's database. ``kiosk`` is this kiosk's code; without it the
    journal is that of the kiosk which wrote in this database before, or read-only."""

    def __init__(self, conn: sqlite3.Connection, kiosk: str = "") -> None:
        self._db = conn
        for table in _TABLES:
            conn.execute(table)
        if not kiosk:
            row = conn.execute("SELECT kiosk FROM heads WHERE own = 1").fetchone()
            kiosk = row[0] if row else ""
        self.kiosk = kiosk

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

    def start_epoch(self, epoch: int) -> None:
        """Begin a new chain, after a restore from a copy. Raises JournalError unless higher."""
        self._inside()
        row = self._db.execute(
            "SELECT max(epoch) FROM entries WHERE kiosk = ?", (self.kiosk,)
        ).fetchone()
        if not self.kiosk or epoch <= max(self.head().epoch, row[0] or 0):
            raise JournalError("an epoch begins after all before it")
        self._keep_head(Head(epoch, 0, GENESIS))

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
        self._keep_head(Head(spot.epoch, spot.seq, placed.hash))
        return placed

    def own_after(self, seq: int, limit: int, epoch: int = 0) -> list[bytes]:
        """The stored bytes of own entries after ``seq``, at most ``limit`` and about PUSH_BYTES.

        Never empty while there are any. ``epoch`` 0: the present one.
        """
        rows = self._db.execute(
            "SELECT raw FROM entries WHERE kiosk = ? AND epoch = ? AND seq > ?"
            " ORDER BY seq LIMIT ?",
            (self.kiosk, epoch or self.epoch, seq, limit),
        )
        raws: list[bytes] = []
        size = 0
        for (raw,) in rows:
            raws.append(raw)
            size += len(raw)
            if size > PUSH_BYTES:
                break
        return raws

    # -- reading ---------------------------------------------------------------------------

    def of_case(self, case_id: bytes) -> list[Placed]:
        """Every entry of a case, in the order of its card: line, time, kiosk, epoch, seq."""
        rows = self._db.execute(
            _PLACED + " WHERE case_id = ? ORDER BY line, time, kiosk, epoch, seq", (case_id,)
        )
        return [_placed(row) for row in rows]

    def all_placed(self) -> Iterator[Placed]:
        """Every entry, in the order in which it was written or arrived here.

        Raises EntryError at one whose bytes are damaged; ``all_rows`` does not look inside.
        """
        for row in self._db.execute(_PLACED + " ORDER BY rowid"):
            yield _placed(row)

    def all_rows(self) -> Iterator[Row]:
        """Every entry's place, hash before and bytes, unread: what ``sync.chain.check_chain``
        takes, in the order in which it was written or arrived here."""
        for kiosk, epoch, seq, prev, raw in self._db.execute(
            "SELECT kiosk, epoch, seq, prev, raw FROM entries ORDER BY rowid"
        ):
            yield Spot(kiosk, epoch, seq), prev, raw

    def announcements(self) -> Iterator[Placed]:
        """The entries that make keys known, in the order in which they were written or arrived."""
        acts = f"'{KEY_ACT}', '{KIOSK_ACT}'"
        for row in self._db.execute(f"{_PLACED} WHERE act IN ({acts}) ORDER BY rowid"):
            yield _placed(row)

    def get(self, spot: Spot) -> Placed | None:
        """The entry at a place, None when it is not here."""
        row = self._db.execute(
            _PLACED + " WHERE kiosk = ? AND epoch = ? AND seq = ?",
            (spot.kiosk, spot.epoch, spot.seq),
        ).fetchone()
        return _placed(row) if row else None

    # -- the traffic with central ----------------------------------------------------------

    def receive(self, delivered: Delivered) -> bool:
        """Store a verified entry (``sync.chain.verify``) that central handed on.

        False when it is here already. Raises ForkError when another entry has its place, or when
        it does not join the entries beside it; EntryError when it cannot be read.
        """
        self._inside()
        spot, digest = delivered.spot, entry_hash(delivered.raw)
        mine = self._hash_at(spot.kiosk, spot.epoch, spot.seq)
        if mine is not None:
            if mine != digest:
                raise ForkError(spot)
            return False
        before = self._hash_at(spot.kiosk, spot.epoch, spot.seq - 1)
        after = self._db.execute(
            "SELECT prev FROM entries WHERE kiosk = ? AND epoch = ? AND seq = ?",
            (spot.kiosk, spot.epoch, spot.seq + 1),
        ).fetchone()
        if before not in (None, delivered.prev) or (after and after[0] != digest):
            raise ForkError(spot)
        entry = read_entry(delivered.raw)
        placed = Placed(spot, delivered.prev, delivered.raw, entry, digest)
        self._insert(placed, delivered.index, delivered.arrived)
        return True

    def acked_seq(self, epoch: int = 0) -> int:
        """The last own entry for which central gave its receipt. ``epoch`` 0: the present one."""
        receipt = self.receipt(epoch)
        return receipt.seq if receipt else 0

    def receipt(self, epoch: int = 0) -> Receipt | None:
        """Central's newest receipt for the own chain. ``epoch`` 0: the present one."""
        row = self._db.execute(
            "SELECT kiosk, epoch, seq, hash, log_size, time, raw FROM receipts"
            " WHERE kiosk = ? AND epoch = ?",
            (self.kiosk, epoch or self.epoch),
        ).fetchone()
        return Receipt(*row) if row else None

    def keep_receipt(self, receipt: Receipt) -> None:
        """Keep a verified receipt, unless a newer one is here; what it covers has arrived.

        Raises ForkError when central holds another chain than this one: this database is an old
        copy, or there are two of it.
        """
        self._inside()
        if receipt.kiosk != self.kiosk:
            raise JournalError("a receipt of another kiosk")
        if receipt.seq and self._hash_at(self.kiosk, receipt.epoch, receipt.seq) != receipt.hash:
            raise ForkError(Spot(self.kiosk, receipt.epoch, receipt.seq))
        known = self.receipt(receipt.epoch)
        if known and (known.seq, known.time) >= (receipt.seq, receipt.time):
            return
        self._db.execute(
            "INSERT OR REPLACE INTO receipts(kiosk, epoch, seq, hash, log_size, time, raw)"
            " VALUES (?,?,?,?,?,?,?)",
            (
                receipt.kiosk,
                receipt.epoch,
                receipt.seq,
                receipt.hash,
                receipt.log_size,
                receipt.time,
                receipt.raw,
            ),
        )
        self._db.execute(
            "UPDATE entries SET arrived = ? WHERE kiosk = ? AND epoch = ?"
            " AND seq > ? AND seq <= ? AND arrived IS NULL",
            (receipt.time, self.kiosk, receipt.epoch, known.seq if known else 0, receipt.seq),
        )

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

    def _hash_at(self, kiosk: str, epoch: int, seq: int) -> bytes | None:
        row = self._db.execute(
            "SELECT hash FROM entries WHERE kiosk = ? AND epoch = ? AND seq = ?",
            (kiosk, epoch, seq),
        ).fetchone()
        return row[0] if row else None

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

    def _keep_head(self, head: Head) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO heads(kiosk, own, epoch, seq, hash) VALUES (?,1,?,?,?)",
            (self.kiosk, head.epoch, head.seq, head.hash),
        )


def _placed(row: tuple[str, int, int, bytes, bytes, bytes]) -> Placed:
    kiosk, epoch, seq, prev, digest, raw = row
    return Placed(Spot(kiosk, epoch, seq), prev, raw, read_entry(raw), digest)
