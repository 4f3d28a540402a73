"""What is looked up and kept beside the log: chains, kiosks, the keys of their officers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sync.central.database import Session
from sync.central.moment import now_ms
from sync.central.tree import keep_tree, tree_now
from sync.chain import Head
from sync.entry import BRANCH, GENESIS, Entry, Spot, signed_epoch
from sync.merkle import entry_leaf
from sync.trust import NO_CASE, Key, TrustList, device_key


@dataclass(frozen=True, slots=True)
class Kiosk:
    """An admitted kiosk, its device key (32 bytes), when that was revoked (ms UTC, 0: not)."""

    code: str
    name: str
    address: str
    public: bytes
    revoked: int


@dataclass(frozen=True, slots=True)
class Line:
    """What is to stand in the log: an entry that was verified, or a hole in its place.

    A hole has no ``entry`` and no ``raw`` but its seal. ``key`` is what the entry announces.
    """

    spot: Spot
    prev: bytes
    hash: bytes
    raw: bytes = b""
    entry: Entry | None = None
    hole: bytes = b""
    key: Key | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """What the log has at a place: its index, its hash, and whether it is still a hole."""

    index: int
    hash: bytes
    is_hole: bool


def head_of(db: Session, kiosk: str, epoch: int, first: int = 1) -> Head:
    """The end of a chain as central has it.

    A branch of which nothing is here yet ends where it will leave its chain: before ``first``.
    """
    row = db.one("SELECT seq, hash FROM heads WHERE kiosk = ? AND epoch = ?", kiosk, epoch)
    if row:
        return Head(epoch, *row)
    if epoch >= BRANCH and first > 1:
        base = head_of(db, kiosk, signed_epoch(epoch))
        seq = min(first - 1, base.seq)
        return Head(epoch, seq, hash_at(db, Spot(kiosk, base.epoch, seq)) or GENESIS)
    return Head(epoch, 0, GENESIS)


def hash_at(db: Session, spot: Spot) -> bytes | None:
    """The hash of an entry in the log, None when it has no such entry."""
    row = db.one(
        "SELECT hash FROM entries WHERE kiosk = ? AND epoch = ? AND seq = ?",
        spot.kiosk,
        spot.epoch,
        spot.seq,
    )
    return row[0] if row else None


def hash_before(db: Session, spot: Spot) -> bytes:
    """The hash that the entry at ``spot`` has to name; a branch begins on its chain."""
    before = Spot(spot.kiosk, spot.epoch, spot.seq - 1)
    base = Spot(spot.kiosk, signed_epoch(spot.epoch), spot.seq - 1)
    return hash_at(db, before) or hash_at(db, base) or GENESIS


def stored_in(db: Session, kiosk: str, epoch: int, first: int, last: int) -> dict[int, Stored]:
    """What a chain has from seq ``first`` to ``last``, by seq."""
    rows = db.all(
        "SELECT seq, idx, hash, length(raw) = 0 FROM entries"
        " WHERE kiosk = ? AND epoch = ? AND seq >= ? AND seq <= ?",
        kiosk,
        epoch,
        first,
        last,
    )
    return {seq: Stored(index, digest, bool(hole)) for seq, index, digest, hole in rows}


def raws_before(db: Session, first: Spot, count: int) -> list[bytes] | None:
    """The stored bytes of the ``count`` entries right before a place; None when one is not here."""
    rows = db.all(
        "SELECT raw FROM entries WHERE kiosk = ? AND epoch = ? AND seq >= ? AND seq < ?"
        " AND length(raw) > 0 ORDER BY seq",
        first.kiosk,
        first.epoch,
        first.seq - count,
        first.seq,
    )
    return [row[0] for row in rows] if len(rows) == count else None


def chains_of(db: Session, kiosk: str) -> tuple[tuple[int, int], ...]:
    """The end of every chain of a kiosk: epoch and seq."""
    rows = db.all("SELECT epoch, seq FROM heads WHERE kiosk = ? ORDER BY epoch", kiosk)
    return tuple((epoch, seq) for epoch, seq in rows)


def append(db: Session, lines: Sequence[Line]) -> int:
    """Add lines at the end of their chains, of the log and of its tree; gives the first's index.

    The rest follow without gaps. The caller has seen to it that they fit, in this transaction.
    """
    tree = tree_now(db)
    first = tree.size + 1
    arrived = now_ms()
    rows: list[tuple[object, ...]] = []
    heads: dict[tuple[str, int], Line] = {}
    for index, line in enumerate(lines, first):
        spot = line.spot
        tree.add(entry_leaf(spot, line.hash))
        rows.append(
            (
                *(index, spot.kiosk, spot.epoch, spot.seq, line.hash, line.prev),
                *_told(line.entry),
                *(arrived, line.raw, line.hole),
            )
        )
        heads[spot.kiosk, spot.epoch] = line
    db.many(
        "INSERT INTO entries(idx, kiosk, epoch, seq, hash, prev, case_id, officer, line, time,"
        " arrived, raw, hole) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    db.many(
        "INSERT INTO heads(kiosk, epoch, seq, hash) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (kiosk, epoch) DO UPDATE SET seq = excluded.seq, hash = excluded.hash",
        [(*chain, line.spot.seq, line.hash) for chain, line in heads.items()],
    )
    keep_tree(db, tree)
    return first


def fill(db: Session, index: int, line: Line) -> None:
    """Put the entry into its hole; its place, hash and leaf stay as they were."""
    db.run(
        "UPDATE entries SET case_id = ?, officer = ?, line = ?, time = ?, raw = ? WHERE idx = ?",
        *_told(line.entry),
        line.raw,
        index,
    )


def _told(entry: Entry | None) -> tuple[object, ...]:
    """What is looked up about an entry: case, officer, line, time."""
    if entry is None:
        return NO_CASE, "", 0, 0
    return entry.case, entry.officer, entry.line, entry.time


def kiosk_of(db: Session, code: str) -> Kiosk | None:
    """An admitted kiosk by its code."""
    row = db.one("SELECT code, name, address, public, revoked FROM kiosks WHERE code = ?", code)
    return Kiosk(*row) if row else None


def trust_of(db: Session, kiosk: Kiosk) -> TrustList:
    """Who may sign a kiosk's chain: its device key and the officers it announced."""
    trust = TrustList((device_key(kiosk.public, kiosk.code, kiosk.name, kiosk.address),))
    rows = db.all(
        "SELECT kid, public, owner, name, initials, roles, place FROM keys WHERE kiosk = ?",
        kiosk.code,
    )
    for kid, public, owner, name, initials, roles, place in rows:
        said = tuple(json.loads(roles))
        trust.add(Key(kid, public, owner, "petugas", kiosk.code, name, initials, said, place))
    return trust


def put_key(db: Session, key: Key) -> None:
    """Remember an officer's key as announced; a later announcement renews it."""
    db.run(
        "INSERT INTO keys(kid, kiosk, public, owner, name, initials, roles, place)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (kid, kiosk) DO UPDATE SET"
        " public = excluded.public, owner = excluded.owner, name = excluded.name,"
        " initials = excluded.initials, roles = excluded.roles, place = excluded.place",
        key.kid,
        key.kiosk,
        key.public,
        key.owner,
        key.name,
        key.initials,
        json.dumps(key.roles),
        key.place,
    )
