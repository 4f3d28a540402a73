"""The tree over the log, against the definition and against Certificate Transparency's own data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.merkle import (
    EMPTY_ROOT,
    growth_path,
    inclusion_path,
    leaf_hash,
    root_of,
    verify_growth,
    verify_inclusion,
)
from tests.protocol import plain

CT_LEAVES = (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
)  # fmt: skip
CT_ROOT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
LEAVES = [leaf_hash(n.to_bytes(2)) for n in range(80)]


def subtree(start: int, end: int) -> bytes:
    return plain.root(LEAVES[start:end])


def test_the_root_of_certificate_transparencys_reference_tree() -> None:
    assert root_of([leaf_hash(bytes.fromhex(one)) for one in CT_LEAVES]).hex() == CT_ROOT


@pytest.mark.parametrize("size", range(80))
def test_roots_and_every_inclusion(size: int) -> None:
    root = root_of(LEAVES[:size])
    assert root == plain.root(LEAVES[:size])
    for index in range(size):
        path = inclusion_path(index, size, subtree)
        assert verify_inclusion(index, size, LEAVES[index], path, root)
        assert not verify_inclusion(index, size, LEAVES[index - 1], path, root) or size == 1
        if path:
            assert not verify_inclusion(index, size, LEAVES[index], path[:-1], root)
            assert not verify_inclusion(index, size, LEAVES[index], [*path, root], root)


@given(st.integers(1, 80), st.integers(1, 80), st.data())
def test_growth_is_proven_and_nothing_else_is(one: int, two: int, data: st.DataObject) -> None:
    first, second = sorted((one, two))
    old, new = plain.root(LEAVES[:first]), plain.root(LEAVES[:second])
    path = growth_path(first, second, subtree)
    assert verify_growth(first, second, old, new, path)
    assert not verify_growth(first, second, leaf_hash(b"x"), new, path)
    if first < second:
        assert not verify_growth(first, second, old, leaf_hash(b"x"), path)
        assert not verify_growth(first, second, old, new, path[:-1])
        at = data.draw(st.integers(0, len(path) - 1))
        broken = [*path[:at], leaf_hash(b"x"), *path[at + 1 :]]
        assert not verify_growth(first, second, old, new, broken)


def test_an_empty_log_begins_every_log() -> None:
    assert verify_growth(0, 5, EMPTY_ROOT, plain.root(LEAVES[:5]), [])
    assert not verify_growth(5, 2, LEAVES[0], LEAVES[1], [])
    with pytest.raises(ValueError):
        inclusion_path(5, 5, subtree)
    with pytest.raises(ValueError):
        growth_path(0, 5, subtree)
