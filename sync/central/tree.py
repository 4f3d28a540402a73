"""The tree over central's log (RFC 9162), kept as it grows.

Of the nodes only those over 256, 65536 ... leaves are stored: beside them, any root or proof of
any past size takes reading at most a few hundred rows. The hashes from which the next root is
made, the *peaks*, stand in one row and are carried along.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sync.central.database import Session
from sync.entry import Spot
from sync.merkle import EMPTY_ROOT, HASH_BYTES, Subtree, entry_leaf, node_hash, root_of

STEP = 8
"""Nodes are stored whose level is a multiple of this."""


@dataclass(slots=True)
class Tree:
    """The first ``size`` leaves as their peaks: the whole subtrees they fall into, largest first.

    ``grown`` are the nodes to be stored that came to be since: level, number, hash.
    """

    size: int = 0
    peaks: list[bytes] = field(default_factory=list[bytes])
    grown: list[tuple[int, int, bytes]] = field(default_factory=list[tuple[int, int, bytes]])

    def add(self, leaf: bytes) -> None:
        """One more leaf, by its hash."""
        found, level = leaf, 0
        while self.size >> level & 1:
            found = node_hash(self.peaks.pop(), found)
            level += 1
            if level % STEP == 0:
                self.grown.append((level, self.size >> level, found))
        self.peaks.append(found)
        self.size += 1

    def root(self) -> bytes:
        """The root over all leaves."""
        if not self.peaks:
            return EMPTY_ROOT
        found = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            found = node_hash(peak, found)
        return found


def tree_now(db: Session) -> Tree:
    """The tree over the log as it is."""
    row = db.one("SELECT size, peaks FROM log")
    if row is None:
        return Tree()
    size, peaks = row
    cut = range(0, len(peaks), HASH_BYTES)
    return Tree(size, [peaks[at : at + HASH_BYTES] for at in cut])


def keep_tree(db: Session, tree: Tree) -> None:
    """Store what the tree has grown by, in the transaction that added the entries."""
    db.many("INSERT INTO tree(level, n, hash) VALUES (?, ?, ?)", tree.grown)
    tree.grown.clear()
    db.run(
        "INSERT INTO log(one, size, peaks) VALUES (1, ?, ?)"
        " ON CONFLICT (one) DO UPDATE SET size = excluded.size, peaks = excluded.peaks",
        tree.size,
        b"".join(tree.peaks),
    )


def subtree_in(db: Session) -> Subtree:
    """What ``sync.merkle`` asks for to make roots and proofs of any size the log ever had."""

    def subtree(start: int, end: int) -> bytes:
        level = (end - start).bit_length() - 1
        level -= level % STEP
        if level == 0:
            return root_of(_leaves(db, start, end))
        rows = db.all(
            "SELECT hash FROM tree WHERE level = ? AND n >= ? AND n < ? ORDER BY n",
            level,
            start >> level,
            end >> level,
        )
        return root_of([row[0] for row in rows])

    return subtree


def _leaves(db: Session, start: int, end: int) -> list[bytes]:
    rows = db.all(
        "SELECT kiosk, epoch, seq, hash FROM entries WHERE idx > ? AND idx <= ? ORDER BY idx",
        start,
        end,
    )
    return [entry_leaf(Spot(kiosk, epoch, seq), digest) for kiosk, epoch, seq, digest in rows]
