"""What a kiosk has to send: its own chains as far as central has not acknowledged them.

Also what central will not take: an entry refused too often is stuck, and a hole goes in its place
so that all that comes after it is not held back. Nothing here commits.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from sync.entry import entry_hash
from sync.epochs import chains_of
from sync.frames import MOST_PRIMED
from sync.receipts_kept import ReceiptsKept

PRIMED_BYTES = 64 * 1024
"""About how many bytes of the entries before prime a push."""

_STUCK = """CREATE TABLE IF NOT EXISTS stuck (
    epoch INTEGER NOT NULL, seq INTEGER NOT NULL, tries INTEGER NOT NULL, code TEXT NOT NULL,
    says TEXT NOT NULL, since INTEGER NOT NULL, tried INTEGER NOT NULL, hole INTEGER NOT NULL,
    PRIMARY KEY (epoch, seq))"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An own chain with entries that central has not: ``first`` is the seq of the first of them,
    ``last`` that of the last."""

    epoch: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Sendable:
    """One own entry to be sent; ``hole``: something else goes in its place."""

    seq: int
    hash: bytes
    raw: bytes
    hole: bool


@dataclass(frozen=True, slots=True)
class Stuck:
    """An own entry that central refuses: how often, why (Indonesian), since when, when last tried
    (ms), and whether a hole stands for it."""

    epoch: int
    seq: int
    tries: int
    code: str
    says: str
    since: int
    tried: int
    hole: bool
    case_id: bytes
    act: str


class Outgoing:
    """The own chains of ``kiosk`` from the sending side."""

    def __init__(self, conn: sqlite3.Connection, kiosk: str, receipts: ReceiptsKept) -> None:
        self._db = conn
        self._kiosk = kiosk
        self._receipts = receipts
        conn.execute(_STUCK)

    def chains(self) -> list[Waiting]:
        """The own chains with unsent entries; the one whose first was written first comes first:
        its announcements of keys are wanted by those after it."""
        found: list[tuple[int, Waiting]] = []
        for chain in chains_of(self._db, self._kiosk):
            first = max(self._receipts.acked(chain.epoch) + 1, chain.first)
            if first > chain.last:
                continue
            rowid = self._db.execute(
                "SELECT min(rowid) FROM entries WHERE kiosk = ? AND epoch = ? AND seq = ?",
                (self._kiosk, chain.epoch, first),
            ).fetchone()[0]
            found.append((rowid or 0, Waiting(chain.epoch, first, chain.last)))
        return [waiting for _, waiting in sorted(found, key=lambda one: one[0])]

    def items(self, epoch: int, first: int, limit: int, size: int) -> list[Sendable]:
        """Own entries from seq ``first`` on without a gap: at most ``limit``, and about ``size``
        bytes of them. Never empty while there are any."""
        rows = self._db.execute(
            "SELECT e.seq, e.hash, CAST(e.raw AS BLOB), coalesce(s.hole, 0) FROM entries AS e"
            " LEFT JOIN stuck AS s ON s.epoch = e.epoch AND s.seq = e.seq"
            " WHERE e.kiosk = ? AND e.epoch = ? AND e.seq >= ? ORDER BY e.seq LIMIT ?",
            (self._kiosk, epoch, first, limit),
        )
        items: list[Sendable] = []
        held = 0
        for seq, digest, raw, hole in rows:
            if seq != first + len(items):
                break
            items.append(Sendable(seq, digest, raw, bool(hole)))
            held += len(raw)
            if held > size:
                break
        return items

    def before(self, epoch: int, first: int) -> list[bytes]:
        """Own entries right before ``first`` that central has as they are: at most MOST_PRIMED of
        them and PRIMED_BYTES, by which the stream of a push is primed. None beyond a hole, one
        that was purged, or one that is damaged."""
        rows = self._db.execute(
            "SELECT e.seq, e.hash, CAST(e.raw AS BLOB), coalesce(s.hole, 0) FROM entries AS e"
            " LEFT JOIN stuck AS s ON s.epoch = e.epoch AND s.seq = e.seq"
            " WHERE e.kiosk = ? AND e.epoch = ? AND e.seq < ? ORDER BY e.seq DESC LIMIT ?",
            (self._kiosk, epoch, first, MOST_PRIMED),
        )
        raws: list[bytes] = []
        size = 0
        for seq, digest, raw, hole in rows:
            size += len(raw)
            gap = seq != first - len(raws) - 1
            if gap or hole or size > PRIMED_BYTES or entry_hash(raw) != digest:
                break
            raws.append(raw)
        return raws[::-1]

    # -- what central will not take ----------------------------------------------------------

    def refused(self, epoch: int, seq: int, code: str, says: str, now: int) -> int:
        """Count a refusal of an entry; gives how often it was refused by now."""
        self._db.execute(
            "INSERT INTO stuck(epoch, seq, tries, code, says, since, tried, hole)"
            " VALUES (?,?,1,?,?,?,?,0) ON CONFLICT(epoch, seq) DO UPDATE SET tries = tries + 1,"
            " code = excluded.code, says = excluded.says, tried = excluded.tried",
            (epoch, seq, code, says, now, now),
        )
        return self._db.execute(
            "SELECT tries FROM stuck WHERE epoch = ? AND seq = ?", (epoch, seq)
        ).fetchone()[0]

    def make_hole(self, epoch: int, seq: int) -> None:
        """From now on a hole is sent in this entry's place."""
        self._db.execute("UPDATE stuck SET hole = 1 WHERE epoch = ? AND seq = ?", (epoch, seq))

    def filled(self, epoch: int, seq: int, time: int) -> None:
        """Central took the entry after all."""
        self._db.execute("DELETE FROM stuck WHERE epoch = ? AND seq = ?", (epoch, seq))
        self._db.execute(
            "UPDATE entries SET arrived = ? WHERE kiosk = ? AND epoch = ? AND seq = ?",
            (time, self._kiosk, epoch, seq),
        )

    def forgive(self, epoch: int, upto: int) -> None:
        """Entries that central has taken are stuck no more, unless a hole stands for them."""
        self._db.execute(
            "DELETE FROM stuck WHERE epoch = ? AND seq <= ? AND NOT hole", (epoch, upto)
        )

    def stuck(self) -> list[Stuck]:
        """Own entries that central refuses, oldest first."""
        rows = self._db.execute(
            "SELECT s.epoch, s.seq, s.tries, s.code, s.says, s.since, s.tried, s.hole,"
            " e.case_id, e.act FROM stuck AS s JOIN entries AS e"
            " ON e.kiosk = ? AND e.epoch = s.epoch AND e.seq = s.seq ORDER BY s.since, s.seq",
            (self._kiosk,),
        )
        return [Stuck(*row[:7], hole=bool(row[7]), case_id=row[8], act=row[9]) for row in rows]
