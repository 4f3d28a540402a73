"""The tree over central's log: RFC 9162, section 2.1, with SHA-256.

Its root stands in every receipt. With two short lists of hashes anybody proves that an entry is in
the log, and that a later log holds all of an earlier one, unchanged.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from sync.entry import Spot, dumps

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of a log without entries."""

Subtree = Callable[[int, int], bytes]
"""The hash over the leaves from the first index to before the second; always a whole power of two
of leaves, and beginning at a multiple of their number."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of one leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over its two halves."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def entry_leaf(spot: Spot, digest: bytes) -> bytes:
    """The leaf hash of the entry at ``spot`` whose own hash is ``digest``."""
    return leaf_hash(dumps([spot.kiosk, spot.epoch, spot.seq, digest]))


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes that are all at hand."""

    def subtree(start: int, end: int) -> bytes:
        if end - start == 1:
            return leaves[start]
        middle = (start + end) // 2
        return node_hash(subtree(start, middle), subtree(middle, end))

    return tree_root(len(leaves), subtree)


def tree_root(size: int, subtree: Subtree) -> bytes:
    """The root of the tree over the first ``size`` leaves."""
    return _hash(0, size, subtree) if size else EMPTY_ROOT


def _hash(start: int, end: int, subtree: Subtree) -> bytes:
    size = end - start
    if size & (size - 1) == 0:
        return subtree(start, end)
    middle = start + _split(size)
    return node_hash(subtree(start, middle), _hash(middle, end, subtree))


def _split(size: int) -> int:
    """The largest power of two below ``size``."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_path(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """The path (RFC 9162, 2.1.3.1) from leaf ``index`` to the root of the first ``size`` leaves."""
    if not 0 <= index < size:
        raise ValueError("no such leaf in a tree of that size")
    start, end = 0, size
    path: list[bytes] = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_hash(middle, end, subtree))
            end = middle
        else:
            path.append(_hash(start, middle, subtree))
            start = middle
    return path[::-1]


def growth_path(first: int, second: int, subtree: Subtree) -> list[bytes]:
    """The proof (RFC 9162, 2.1.4.1) that the first ``second`` leaves begin with the ``first``."""
    if not 0 < first <= second:
        raise ValueError("a log only grows")
    start, end = 0, second
    whole = True  # whether the part looked at begins the first tree and is all of it
    path: list[bytes] = []
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            path.append(_hash(middle, end, subtree))
            end = middle
        else:
            path.append(_hash(start, middle, subtree))
            start, whole = middle, False
    if not whole:
        path.append(_hash(start, end, subtree))
    return path[::-1]


def verify_inclusion(
    index: int, size: int, leaf: bytes, path: Sequence[bytes], root: bytes
) -> bool:
    """Whether ``path`` leads from the leaf to the root (RFC 9162, 2.1.3.2). Never raises."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(step, found)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, step)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def verify_growth(
    first: int, second: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]
) -> bool:
    """Whether ``path`` shows that the second log begins with the first (RFC 9162, 2.1.4.2).

    Never raises. An empty first log is the beginning of every log.
    """
    if first == second:
        return first_root == second_root and not path
    if first == 0:
        return first_root == EMPTY_ROOT and not path
    if not 0 < first < second:
        return False
    steps = list(path)
    if first & (first - 1) == 0:
        steps.insert(0, first_root)
    if not steps:
        return False
    at, last = first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, step)
        at, last = at >> 1, last >> 1
    return last == 0 and (old, new) == (first_root, second_root)
