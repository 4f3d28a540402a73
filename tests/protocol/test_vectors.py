"""The published vectors: what a city's own central will be held against."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import cbor2
import pytest

from scripts.make_vectors import TARGET, vectors
from sync.receipt import read_receipt
from tests.protocol import plain

DICTIONARY_1 = "5f577f88715bf1d907c8f89fcf1f0e06a22e4bf1a1ef9fcfd6cebc18487ab8d3"


@pytest.fixture(scope="module")
def said() -> dict[str, Any]:
    return json.loads(Path(TARGET).read_text())


def hexed(said: dict[str, Any], name: str) -> bytes:
    return bytes.fromhex(said[name])


def key(said: dict[str, Any], name: str) -> bytes:
    return bytes.fromhex(said["public"][name])


def test_a_published_dictionary_never_changes() -> None:
    assert hashlib.sha256(plain.DICTIONARY.read_bytes()).hexdigest() == DICTIONARY_1


def test_the_vectors_are_what_this_version_writes(said: dict[str, Any]) -> None:
    # Packed bytes may differ with the compressor's version: what they hold is checked below.
    packed = {"push", "push_dictionary_1", "push_primed", "push_with_hole", "page", "answer"}
    written = vectors()
    assert {name: said[name] for name in said if name not in packed} == {
        name: written[name] for name in written if name not in packed
    }


@pytest.mark.parametrize("name", ["push", "push_dictionary_1"])
def test_a_push_is_read_by_its_description(said: dict[str, Any], name: str) -> None:
    body = plain.push(hexed(said, name), key(said, "kiosk"))
    dictionary = 1 if name.endswith("1") else 0
    assert body.head == ["RSA", 1, 1, 7, 4096, dictionary, 0, hexed(said, "nonce")]
    assert body.items == [(0, bytes.fromhex(one["raw"])) for one in said["entries"]]
    if not dictionary:
        assert body.head_hash == hexed(said, "push_head_hash")


def test_a_primed_push_is_read_by_its_description(said: dict[str, Any]) -> None:
    raws = [bytes.fromhex(one["raw"]) for one in said["entries"]]
    body = plain.push(hexed(said, "push_primed"), key(said, "kiosk"), raws[:2])
    assert body.head == ["RSA", 1, 3, 7, 4096, 1, 2, hexed(said, "nonce")]
    assert body.items == [(0, raws[2])]


def test_entries_are_signed_at_their_place(said: dict[str, Any]) -> None:
    before = bytes(32)
    for one in said["entries"]:
        raw = bytes.fromhex(one["raw"])
        aad = cbor2.dumps([*one["spot"], bytes.fromhex(one["prev"])])
        assert plain.message(raw).signed_by(key(said, "petugas"), aad)
        assert bytes.fromhex(one["prev"]) == before
        before = plain.sha256(raw)
        assert one["hash"] == before.hex()
        assert one["leaf"] == plain.leaf(one["spot"], before).hex()


def test_a_hole_stands_for_an_entry(said: dict[str, Any]) -> None:
    body = plain.push(hexed(said, "push_with_hole"), key(said, "kiosk"))
    assert [kind for kind, _ in body.items] == [0, 1, 0]
    hole = plain.opened(body.items[1][1], key(said, "kiosk"), b"loket-luring hole 2")
    assert hole == ["RSA", 1, 2, bytes.fromhex(said["entries"][1]["hash"])]


def test_answer_page_state_and_problem(said: dict[str, Any]) -> None:
    pusat = key(said, "pusat")
    receipt, page = cbor2.loads(hexed(said, "answer"))
    value = plain.opened(receipt, pusat, b"loket-luring receipt 2")
    last = bytes.fromhex(said["entries"][2]["hash"])
    assert value[:6] == ["RSA", 1, 3, last, 3, hexed(said, "root")]
    assert read_receipt(receipt, pusat).root == hexed(said, "root")
    by_push = plain.page(page, pusat, hexed(said, "push_head_hash"))
    request = plain.sha256(hexed(said, "pull"))
    by_pull = plain.page(hexed(said, "page"), pusat, request)
    for items, cursor, more, _ in (by_push, by_pull):
        assert (cursor, more) == (3, False)
        assert [one[5].hex() for one in items] == [one["raw"] for one in said["entries"]]
        assert [one[4].hex() for one in items] == [one["prev"] for one in said["entries"]]
    pull = plain.opened(hexed(said, "pull"), key(said, "kiosk"), b"loket-luring pull 2")
    assert pull == ["DKP", 0, 65536, 0, hexed(said, "nonce")]
    state = plain.opened(
        hexed(said, "state"), pusat, b"loket-luring state 2" + hexed(said, "nonce")
    )
    first = bytes.fromhex(said["entries"][0]["hash"])
    assert state[:7] == ["RSA", 1, 3, last, 1, first, [[1, 3]]]
    assert state[7:9] == [3, hexed(said, "root")]
    problem = plain.opened(hexed(said, "problem"), pusat, b"loket-luring problem 2" + request)
    assert problem[0] == "loncat" and problem[2:] == [9, 4, b""]


def test_the_tree(said: dict[str, Any]) -> None:
    leaves = [bytes.fromhex(one["leaf"]) for one in said["entries"]]
    assert plain.root(leaves) == hexed(said, "root")
    assert said["inclusion_of_2_in_3"] == [leaves[0].hex(), leaves[2].hex()]
    assert said["growth_from_2_to_3"] == [leaves[2].hex()]
