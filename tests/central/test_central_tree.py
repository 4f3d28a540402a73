"""The tree over the log: kept as it grows, equal to one made from scratch, proofs of any size."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.central.database import Database
from sync.central.tree import Tree, keep_tree, subtree_in, tree_now
from sync.entry import Spot, entry_hash
from sync.merkle import (
    EMPTY_ROOT,
    entry_leaf,
    growth_path,
    inclusion_path,
    leaf_hash,
    root_of,
    tree_root,
    verify_growth,
    verify_inclusion,
)
from tests.central.desks import Refused

LEAVES = [leaf_hash(n.to_bytes(4)) for n in range(70_000)]


def fill_log(folder, url: str, leaves: int) -> Database:
    """A log of made-up entries whose leaves are ``entry_leaf`` of their place."""
    store = Database(folder, url)
    with store.write() as db:
        tree = Tree()
        rows = []
        for n in range(leaves):
            spot, digest = Spot("K", 1, n + 1), entry_hash(n.to_bytes(4))
            tree.add(entry_leaf(spot, digest))
            rows.append((n + 1, "K", 1, n + 1, digest, b"", bytes(16), "", 0, 0, 0, b"", b""))
        db.many(f"INSERT INTO entries VALUES ({','.join('?' * 13)})", rows)
        keep_tree(db, tree)
    return store


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1100), st.integers(0, 1100))
def test_the_root_is_that_of_a_tree_made_from_scratch(first, more):
    tree = Tree()
    for leaf in LEAVES[:first]:
        tree.add(leaf)
    again = Tree(tree.size, list(tree.peaks))
    for leaf in LEAVES[first : first + more]:
        again.add(leaf)
    assert again.root() == root_of(LEAVES[: first + more])


def test_nodes_are_kept_every_eight_levels():
    tree = Tree()
    for leaf in LEAVES:
        tree.add(leaf)
    assert tree.root() == root_of(LEAVES)
    kept = {(level, n): found for level, n, found in tree.grown}
    assert len(kept) == 70_000 // 256 + 1
    assert kept[8, 5] == root_of(LEAVES[5 * 256 : 6 * 256])
    assert kept[16, 0] == root_of(LEAVES[:65536])


def test_every_size_the_log_ever_had_can_be_proven(tmp_path, database):
    size = 1700
    store = fill_log(tmp_path, database, size)
    leaves = [entry_leaf(Spot("K", 1, n + 1), entry_hash(n.to_bytes(4))) for n in range(size)]
    choose = random.Random(4)
    with store.read() as db:
        subtree = subtree_in(db)
        assert tree_now(db).root() == root_of(leaves)
        sizes = [1, 2, 255, 256, 257, 511, 512, 768, 1024, 1025, 1535, 1536, size]
        roots = {one: tree_root(one, subtree) for one in sizes}
        for one in sizes:
            assert roots[one] == root_of(leaves[:one])
            index = choose.randrange(one)
            path = inclusion_path(index, one, subtree)
            assert verify_inclusion(index, one, leaves[index], path, roots[one])
            grown = growth_path(one, size, subtree)
            assert verify_growth(one, size, roots[one], roots[size], grown)
    store.close()


def test_an_empty_log_has_the_root_of_nothing(tmp_path, database):
    store = Database(tmp_path, database)
    with store.read() as db:
        assert (tree_now(db).size, tree_now(db).root()) == (0, EMPTY_ROOT)
    store.close()


def test_receipts_prove_what_they_say(centre):
    desk = centre.desk()
    for n in range(300):
        desk.write(case=f"M{n}", to=())
    line = centre.line(desk)
    old = line.push(desk.raws[:40])
    new = line.push(desk.raws[40:], first=41)
    state = line.probe()
    assert (state.size, state.root) == (new.size, new.root)
    for receipt, seqs in ((old, (1, 17, 40)), (new, (1, 41, 256, 301))):
        for seq in seqs:
            spot = Spot(desk.code, 1, seq)
            index, path = line.proof(spot, receipt.size)
            leaf = entry_leaf(spot, entry_hash(desk.raws[seq - 1]))
            assert verify_inclusion(index, receipt.size, leaf, path, receipt.root)
    path = line.growth(old.size, new.size)
    assert verify_growth(old.size, new.size, old.root, new.root, path)
    assert line.growth(0, new.size) == line.growth(new.size, new.size) == []


def test_there_is_no_proof_of_what_is_not_there(centre):
    desk = centre.desk()
    line = centre.line(desk)
    size = line.push().size
    spot = Spot(desk.code, 1, 1)
    index, _ = line.proof(spot, size)
    asked = [
        lambda: line.proof(spot, size + 1_000_000),
        lambda: line.proof(Spot(desk.code, 1, 2), size),
        lambda: line.proof(spot, index),  # the log before this entry
        lambda: line.growth(1, size + 1_000_000),
        lambda: line.growth(2, 1),
    ]
    for ask in asked:
        with pytest.raises(Refused) as caught:
            ask()
        if caught.value.status != 400:  # size 0 is no size to ask for
            assert (caught.value.status, caught.value.code) == (404, "tidak-ada")
