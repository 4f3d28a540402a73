"""Bodies as they arrive: in pieces, torn, damaged, or made to harm."""

from __future__ import annotations

import os
from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from scripts.train_dictionary import Made
from sync.entry import EntryError, Spot, dumps, entry_hash, kid_of, sign1, unseal
from sync.frames import (
    CUT_LINK_ENTRIES,
    FRAME_ENTRIES,
    MAX_FRAME_BYTES,
    FrameReader,
    FrameWriter,
    in_frames,
)
from sync.hole import Hole, hole_holds, seal_hole
from sync.push import PushHead, PushReader, PushWriter, pack_push
from sync.receipt import Receipt, seal_receipt
from sync.signing import public_of, signer_of
from sync.squeeze import UnknownDictionary
from sync.wire import (
    Delivered,
    PullPage,
    SealError,
    State,
    pack_answer,
    pack_page,
    pack_state,
    read_answer,
    read_page,
    read_state,
)

SEED = b"\x07" * 32
PUBLIC = public_of(SEED)
KEY = kid_of(PUBLIC), signer_of(SEED)
RAWS = [sign1(dumps({1: n, 11: "isi" * (n % 7)}), *KEY) for n in range(60)]
ITEMS = [*RAWS[:20], seal_hole(Spot("RSA", 1, 21), b"h" * 32, *KEY), *RAWS[21:]]


def device_of(kiosk: str) -> bytes | None:
    return PUBLIC if kiosk == "RSA" else None


def read(pieces: list[bytes]) -> list[Any]:
    reader = PushReader(device_of)
    found = [item for piece in pieces for frame in reader.feed(piece) for item in frame]
    reader.done()
    return found


@pytest.mark.parametrize("dictionary", [0, 1])
@given(cuts=st.lists(st.integers(0, 6000), max_size=12))
def test_however_the_body_is_cut_the_items_are_the_same(dictionary: int, cuts: list[int]) -> None:
    body = pack_push(PushHead("RSA", 1, 1, dictionary=dictionary), ITEMS, *KEY)
    ends = sorted({min(cut, len(body)) for cut in cuts} | {0, len(body)})
    pieces = [body[a:b] for a, b in pairwise(ends)]
    assert read(pieces) == ITEMS


@given(st.integers(0, 6000))
def test_a_torn_body_gives_its_whole_frames(end: int) -> None:
    body = pack_push(PushHead("RSA", 1, 1), ITEMS, *KEY)
    end = min(end, len(body))
    reader = PushReader(device_of)
    found = [item for frame in reader.feed(body[:end]) for item in frame]
    assert found == ITEMS[: len(found)]
    assert len(found) % FRAME_ENTRIES in (0, len(ITEMS) % FRAME_ENTRIES)
    assert (len(found) == len(ITEMS)) == (end == len(body))


@given(st.integers(0, 6000), st.integers(1, 255))
def test_a_changed_byte_never_passes_for_an_entry(at: int, flip: int) -> None:
    body = bytearray(pack_push(PushHead("RSA", 1, 1), ITEMS, *KEY))
    body[at % len(body)] ^= flip
    try:
        found = read([bytes(body)])
    except EntryError:
        return
    # What the frames themselves do not notice is for the signatures to find.
    for item in found:
        raw = item.raw if isinstance(item, Hole) else item
        assert raw in RAWS or raw == ITEMS[20].raw or not unseal(raw).holds(PUBLIC)


def test_good_frames_before_damage_come_first() -> None:
    writer = FrameWriter(0)
    good, bad = writer.frame(RAWS[:8]), bytearray(writer.frame(RAWS[8:16]))
    bad[-1] ^= 0xFF
    bad[0] = 0xFF
    reader = FrameReader(0)
    assert reader.feed(good + bytes(bad)) == [RAWS[:8]]
    with pytest.raises(EntryError):
        reader.feed(b"")
    with pytest.raises(EntryError):
        reader.done()


def test_a_bomb_is_not_unpacked() -> None:
    packed = zstd.compress(bytes(50_000_000))
    frame = (1).to_bytes(2) + len(packed).to_bytes(4) + bytes(64) + packed
    with pytest.raises(EntryError):
        FrameReader(0).feed(frame)
    with pytest.raises(EntryError):
        FrameReader(0).feed((1).to_bytes(2) + (MAX_FRAME_BYTES + 1).to_bytes(4))
    one = zstd.ZstdCompressor(options={zstd.CompressionParameter.window_log: 27})
    # It asks the reader for a window of 128 MB.
    far = one.compress(os.urandom(3_000_000), one.FLUSH_BLOCK)[:900_000]
    with pytest.raises(EntryError):
        FrameReader(0).feed((1).to_bytes(2) + len(far).to_bytes(4) + bytes(64) + far)


@given(st.binary(max_size=400))
def test_garbage_is_refused_and_nothing_else(data: bytes) -> None:
    for read_it in (FrameReader(0).feed, PushReader(device_of).feed):
        with suppress(EntryError):
            assert all(frame for frame in read_it(data))


def test_a_strangers_head_and_a_strange_dictionary() -> None:
    other = bytes(32)
    body = pack_push(PushHead("RSA", 1, 1), RAWS, kid_of(public_of(other)), signer_of(other))
    with pytest.raises(SealError):
        read([body])
    with pytest.raises(SealError):
        read([pack_push(PushHead("XXX", 1, 1), RAWS, *KEY)])
    sealed = PushWriter(PushHead("RSA", 1, 1, dictionary=0), *KEY)
    assert sealed.size == len(sealed.body())
    with pytest.raises(UnknownDictionary):
        PushWriter(PushHead("RSA", 1, 1, dictionary=9), *KEY)
    with pytest.raises(EntryError):
        read([pack_push(PushHead("RSA", 0, 1), RAWS, *KEY)])


def test_frames_are_small_enough_to_lose() -> None:
    big = [sign1(bytes(9_000), *KEY) for _ in range(5)]
    assert [len(one) for one in in_frames(big)] == [2, 2, 1]
    assert [len(one) for one in in_frames(RAWS)] == [16] * 3 + [12]
    assert [len(one) for one in in_frames(RAWS, CUT_LINK_ENTRIES)] == [8] * 7 + [4]
    with pytest.raises(EntryError):
        FrameWriter().frame([])
    with pytest.raises(EntryError):
        FrameWriter().frame([b"no entry"])


def test_a_hole_holds_for_its_place_and_key_alone() -> None:
    spot = Spot("RSA", 1, 21)
    hole = seal_hole(spot, b"h" * 32, *KEY)
    assert hole_holds(hole, spot, PUBLIC)
    assert not hole_holds(hole, Spot("RSA", 1, 22), PUBLIC)
    assert not hole_holds(hole, spot, public_of(bytes(32)))
    assert hole == Hole(spot, b"h" * 32)


@pytest.mark.parametrize("dictionary", [0, 1])
def test_a_page_says_the_hash_before_only_where_it_must(dictionary: int) -> None:
    request = b"r" * 32
    items = [
        Delivered(5, Spot("RSA", 1, 4), b"p" * 32, RAWS[0], 10),
        Delivered(6, Spot("RSA", 1, 5), entry_hash(RAWS[0]), RAWS[1], 11),
        Delivered(9, Spot("U10", 1, 5), b"q" * 32, RAWS[2], 12),
        Delivered(10, Spot("RSA", 1, 6), entry_hash(RAWS[1]), RAWS[3], 13),
    ]
    page = PullPage(items, 10, True, 99)
    raw = pack_page(page, request, *KEY, dictionary)
    assert read_page(raw, request, PUBLIC) == page
    assert len(raw) < len(pack_page(page, request, *KEY, dictionary)) + 64
    with pytest.raises(SealError):
        read_page(raw, b"x" * 32, PUBLIC)


def test_state_and_answer() -> None:
    state = State("RSA", 1, 5, b"h" * 32, 3, b"", ((1, 5), (4097, 8)), 99, b"r" * 32, 7, 250)
    nonce = b"n" * 16
    raw = pack_state(state, nonce, *KEY)
    assert read_state(raw, nonce, PUBLIC) == state
    with pytest.raises(SealError):
        read_state(raw, b"m" * 16, PUBLIC)
    receipt = seal_receipt(Receipt("RSA", 1, 5, b"h" * 32, 99, b"r" * 32, 7), *KEY)
    assert read_answer(pack_answer(receipt, b"page")) == (receipt.raw, b"page")


def test_what_dictionary_and_primer_are_worth() -> None:
    """One filled-in form: about half by the one, less still by both (docs/protocol.md)."""
    made = Made(1)
    before = [sign1(made.card()[0], *KEY) for _ in range(64)]
    case = sign1(made.card()[0], *KEY)
    small, plain = (
        len(pack_push(PushHead("RSA", 1, 1, dictionary=number), [case], *KEY)) for number in (1, 0)
    )
    assert small < 0.65 * plain
    writer = PushWriter(PushHead("RSA", 1, 65, primed=64), *KEY, before)
    writer.add([case])
    assert writer.size < 0.95 * small  # people made up apart share less than a ward's own


def test_a_primed_push_needs_what_primed_it() -> None:
    head = PushHead("RSA", 1, 21, primed=20)
    writer = PushWriter(head, *KEY, before=RAWS[:20])
    writer.add(RAWS[20:])
    asked: list[PushHead] = []

    def before_of(head: PushHead) -> list[bytes]:
        asked.append(head)
        return RAWS[:20]

    reader = PushReader(device_of, before_of)
    assert [item for frame in reader.feed(writer.body()) for item in frame] == RAWS[20:]
    assert asked == [head]
    for missing in (None, lambda _: None, lambda _: [bytes(300_000)]):
        with pytest.raises(UnknownDictionary):
            PushReader(device_of, missing).feed(writer.body())
    with pytest.raises(EntryError):
        PushWriter(head, *KEY)
    for first, primed in ((20, 20), (100, 65)):
        few = PushWriter(PushHead("RSA", 1, first, primed=primed), *KEY, before=RAWS[:1] * primed)
        with pytest.raises(EntryError):
            read([few.body()])
