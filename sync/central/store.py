"""Central's database: the log of all entries, and what is looked up beside it.

WAL with synchronous=FULL: what was committed survives a power cut. Several processes may open
one folder; every write begins with BEGIN IMMEDIATE and reads the head it builds on afresh.
"""

from __future__ import annotations

import json
import queue
import sqlite3
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sync.central.moment import now_ms
from sync.chain import Head
from sync.entry import GENESIS, Placed, Spot
from sync.trust import Key, TrustList, device_key

DATABASE = "pusat.db"
BUSY_MS = 10_000

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    idx INTEGER PRIMARY KEY AUTOINCREMENT,
    kiosk TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
    hash BLOB NOT NULL, prev BLOB NOT NULL, case_id BLOB NOT NULL, officer TEXT NOT NULL,
    line INTEGER NOT NULL, time INTEGER NOT NULL, arrived INTEGER NOT NULL, raw BLOB NOT NULL,
    UNIQUE (kiosk, epoch, seq));
CREATE INDEX IF NOT EXISTS entries_case ON entries(case_id, line);
CREATE TABLE IF NOT EXISTS heads (
    kiosk TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL,
    PRIMARY KEY (kiosk, epoch)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS kiosks (
    code TEXT PRIMARY KEY, name TEXT NOT NULL, address TEXT NOT NULL, public BLOB NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS keys (
    kid BLOB NOT NULL, kiosk TEXT NOT NULL, public BLOB NOT NULL, owner TEXT NOT NULL,
    name TEXT NOT NULL, initials TEXT NOT NULL, roles TEXT NOT NULL, place TEXT NOT NULL,
    PRIMARY KEY (kid, kiosk));
CREATE INDEX IF NOT EXISTS keys_kiosk ON keys(kiosk);
CREATE TABLE IF NOT EXISTS claims (claim TEXT PRIMARY KEY, idx INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS case_addresses (
    case_id BLOB NOT NULL, address TEXT NOT NULL,
    PRIMARY KEY (case_id, address)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS deliveries (
    n INTEGER PRIMARY KEY AUTOINCREMENT, address TEXT NOT NULL, idx INTEGER NOT NULL,
    UNIQUE (address, idx));
CREATE INDEX IF NOT EXISTS deliveries_address ON deliveries(address, n);
"""


@dataclass(frozen=True, slots=True)
class Kiosk:
    """An admitted kiosk and its device key (32 bytes)."""

    code: str
    name: str
    address: str
    public: bytes


class Store:
    """Opens central's database in ``folder`` and lends connections to it."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / DATABASE
        self._idle: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()
        # SQLite's own waiting for a lock is by polling; within one process we queue instead.
        self._writing = threading.Lock()
        with self._borrow() as db:
            db.execute("PRAGMA journal_mode=WAL")
            db.executescript(_SCHEMA)

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(
            self._path, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False
        )
        db.execute("PRAGMA synchronous=FULL")
        db.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        return db

    @contextmanager
    def _borrow(self) -> Generator[sqlite3.Connection, None, None]:
        try:
            db = self._idle.get_nowait()
        except queue.Empty:
            db = self._open()
        try:
            yield db
        finally:
            self._idle.put(db)

    @contextmanager
    def write(self) -> Generator[sqlite3.Connection, None, None]:
        """A transaction that alone writes: committed at the end, undone on an exception."""
        with self._writing, self._borrow() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    @contextmanager
    def read(self) -> Generator[sqlite3.Connection, None, None]:
        """A transaction that sees one state throughout."""
        with self._borrow() as db:
            db.execute("BEGIN")
            try:
                yield db
            finally:
                db.execute("ROLLBACK")

    def close(self) -> None:
        """Close the connections that nobody has borrowed."""
        while True:
            try:
                self._idle.get_nowait().close()
            except queue.Empty:
                return


def head_of(db: sqlite3.Connection, kiosk: str, epoch: int) -> Head:
    """The end of a chain as central has it."""
    row = db.execute(
        "SELECT seq, hash FROM heads WHERE kiosk = ? AND epoch = ?", (kiosk, epoch)
    ).fetchone()
    return Head(epoch, *row) if row else Head(epoch, 0, GENESIS)


def hash_at(db: sqlite3.Connection, spot: Spot) -> bytes:
    """The hash of an entry in the log; GENESIS for seq 0."""
    row = db.execute(
        "SELECT hash FROM entries WHERE kiosk = ? AND epoch = ? AND seq = ?",
        (spot.kiosk, spot.epoch, spot.seq),
    ).fetchone()
    return row[0] if row else GENESIS


def log_size(db: sqlite3.Connection) -> int:
    """How many entries the log has."""
    return db.execute("SELECT coalesce(max(idx), 0) FROM entries").fetchone()[0]


def put_entry(db: sqlite3.Connection, placed: Placed) -> int:
    """Add a verified entry at the end of its chain and of the log; gives its index."""
    spot, entry = placed.spot, placed.entry
    added = db.execute(
        "INSERT INTO entries(kiosk, epoch, seq, hash, prev, case_id, officer, line, time, arrived,"
        " raw) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
        (
            spot.kiosk,
            spot.epoch,
            spot.seq,
            placed.hash,
            placed.prev,
            entry.case,
            entry.officer,
            entry.line,
            entry.time,
            now_ms(),
            placed.raw,
        ),
    )
    db.execute(
        "INSERT OR REPLACE INTO heads(kiosk, epoch, seq, hash) VALUES (?,?,?,?)",
        (spot.kiosk, spot.epoch, spot.seq, placed.hash),
    )
    return int(added.lastrowid or 0)


def kiosk_of(db: sqlite3.Connection, code: str) -> Kiosk | None:
    """An admitted kiosk by its code."""
    row = db.execute(
        "SELECT code, name, address, public FROM kiosks WHERE code = ?", (code,)
    ).fetchone()
    return Kiosk(*row) if row else None


def trust_of(db: sqlite3.Connection, kiosk: Kiosk) -> TrustList:
    """Who may sign a kiosk's chain: its device key and the officers it announced."""
    trust = TrustList((device_key(kiosk.public, kiosk.code, kiosk.name, kiosk.address),))
    rows = db.execute(
        "SELECT kid, public, owner, name, initials, roles, place FROM keys WHERE kiosk = ?",
        (kiosk.code,),
    )
    for kid, public, owner, name, initials, roles, place in rows:
        trust.add(
            Key(
                kid,
                public,
                owner,
                "petugas",
                kiosk.code,
                name,
                initials,
                tuple(json.loads(roles)),
                place,
            )
        )
    return trust


def put_key(db: sqlite3.Connection, key: Key) -> None:
    """Remember an officer's key as announced; a later announcement renews it."""
    db.execute(
        "INSERT OR REPLACE INTO keys(kid, kiosk, public, owner, name, initials, roles, place)"
        " VALUES (?,?,?,?,?,?,?,?)",
        (
            key.kid,
            key.kiosk,
            key.public,
            key.owner,
            key.name,
            key.initials,
            json.dumps(key.roles),
            key.place,
        ),
    )
