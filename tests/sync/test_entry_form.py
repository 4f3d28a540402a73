"""Entries have one form, go round unchanged, and an independent COSE reader agrees with ours."""

from __future__ import annotations

import dataclasses

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycose.keys import OKPKey
from pycose.keys.curves import Ed25519
from pycose.messages import Sign1Message

from sync.entry import (
    GENESIS,
    MAX_INT,
    Entry,
    EntryError,
    Spot,
    chain_aad,
    decode,
    dumps,
    encode,
    kid_of,
    loads,
    read_entry,
    seal_entry,
    sign1,
    unseal,
)

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
counts = st.integers(0, MAX_INT)
plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-MAX_INT, MAX_INT)
    | words
    | st.binary(max_size=40)
    | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)
entries = st.builds(
    Entry,
    case=st.binary(min_size=16, max_size=16),
    act=words.filter(bool),
    officer=words,
    place=words,
    time=counts,
    boot=st.binary(max_size=32),
    uptime=counts,
    line=counts,
    step=words,
    to=st.lists(words.filter(bool), max_size=5).map(tuple),
    claim=words,
    data=st.dictionaries(words, plain, max_size=5),
)
spots = st.builds(Spot, kiosk=words, epoch=counts, seq=counts)


@pytest.fixture(scope="module")
def simple() -> Entry:
    return Entry(bytes(16), "terima", "siti", "dinas", 1, b"boot", 2, 3, data={"nomor": "RSA1"})


@given(entries)
def test_an_entry_comes_back_as_it_was(entry):
    assert decode(encode(entry)) == entry


@given(entries, spots, st.binary(min_size=32, max_size=32))
def test_pycose_verifies_what_we_sign(entry, spot, prev):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = key.public_key().public_bytes_raw()
    raw = seal_entry(entry, spot, prev, kid_of(public), key.sign)
    tagged = cbor2.loads(raw)
    assert tagged.tag == 18
    protected, unprotected, payload, signature = tagged.value
    # pycose's own decode() wants the list and dict that cbor2 6 no longer gives inside a tag.
    parts = [protected, dict(unprotected), payload, signature]
    message = Sign1Message.from_cose_obj(parts, True)
    message.key = OKPKey(crv=Ed25519, x=public)
    message.external_aad = cbor2.dumps([spot.kiosk, spot.epoch % 4096, spot.seq, prev])
    assert message.verify_signature()
    said = cbor2.loads(message.payload)
    assert said[1] == entry.case
    assert said[2] == entry.act
    assert said.get(11, {}) == entry.data
    message.external_aad = cbor2.dumps([spot.kiosk, spot.epoch, spot.seq, b"other"])
    assert not message.verify_signature()
    assert read_entry(raw) == entry


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_plainly(raw):
    for reader in (unseal, decode, read_entry):
        with pytest.raises(EntryError):
            reader(raw)


@given(plain)
def test_cbor_that_is_no_entry_is_refused_plainly(value):
    for reader in (unseal, decode):
        with pytest.raises(EntryError):
            reader(dumps(value))


@given(st.data())
def test_one_changed_byte_never_leaves_a_valid_message(data):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = key.public_key().public_bytes_raw()
    entry = Entry(bytes(16), "terima", "siti", "dinas", 1, b"boot", 2, 3)
    spot = Spot("RSA", 1, 1)
    raw = bytearray(seal_entry(entry, spot, GENESIS, kid_of(public), key.sign))
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    try:
        sealed = unseal(bytes(raw))
    except EntryError:
        return
    assert sealed.kid != kid_of(public) or not sealed.holds(public, chain_aad(spot, GENESIS))


def _message(new_pen, simple) -> bytes:
    pen = new_pen()
    return seal_entry(simple, Spot("RSA", 1, 1), GENESIS, pen.kid, pen.sign)


def test_bytes_that_the_signature_does_not_cover_cannot_be_added(new_pen, simple):
    raw = _message(new_pen, simple)
    parts = list(cbor2.loads(raw).value)
    with_header = dumps(cbor2.CBORTag(18, [parts[0], {4: b"x"}, parts[2], parts[3]]))
    longer_length = raw.replace(b"\x58\x40", b"\x59\x00\x40", 1)
    for other in (with_header, longer_length, raw + b"\x00", raw[:-1], raw[1:]):
        assert other != raw
        with pytest.raises(EntryError):
            unseal(other)


def test_nothing_may_follow_the_item():
    with pytest.raises(EntryError):
        loads(b"\x01\x02")


def test_deep_nesting_is_refused():
    with pytest.raises(EntryError):
        loads(b"\x81" * 3_000_000 + b"\x00")
    data: dict = {}
    for _ in range(40):
        data = {"a": data}
    with pytest.raises(EntryError):
        encode(Entry(bytes(16), "x", "o", "p", 1, b"", 1, 1, data=data))


@pytest.mark.parametrize(
    "raw",
    [
        "c249010000000000000000",  # a huge number
        "d81c81d81d00",  # a list that holds itself
        "c074323031332d30332d32315432303a30343a30305a",  # a date object
        "d8236328612b",  # a regular expression
        "5f4101ff",  # indefinite length
        "a201020103",  # a key twice
        "9bffffffffffffffff",  # a list that announces more than there is
    ],
)
def test_what_only_hostile_cbor_holds_is_refused(raw):
    with pytest.raises(EntryError):
        loads(bytes.fromhex(raw))


def test_crafted_keys_do_not_keep_the_decoder_busy():
    prime = 2**61 - 1  # Python's numbers hash modulo this
    keys = (b"\xc2\x4c" + (i * prime).to_bytes(12, "big") + b"\x00" for i in range(1, 200_000))
    raw = b"\xba" + (199_999).to_bytes(4, "big") + b"".join(keys)
    with pytest.raises(EntryError):  # at once; decoding them takes minutes
        loads(raw)


@pytest.mark.parametrize(
    "change",
    [
        {"case": b"short"},
        {"act": ""},
        {"act": "x" * 1000},
        {"time": -1},
        {"time": 2**63},
        {"line": True},
        {"officer": "\ud800"},
        {"to": ("",)},
        {"to": ["dinas"]},
        {"to": ("a",) * 1000},
        {"data": {"x": object()}},
        {"data": {1: "x"}},
        {"data": {"x": 2**70}},
        {"data": {"x": "a" * 300_000}},
    ],
)
def test_no_entry_is_written_that_others_would_refuse(simple, change):
    with pytest.raises(EntryError):
        encode(dataclasses.replace(simple, **change))


def test_a_payload_has_one_form_only(simple):
    said = cbor2.loads(encode(simple))
    reordered = cbor2.dumps(dict(reversed(said.items())))
    with_empty = dumps(said | {3: ""})
    for payload in (reordered, with_empty, dumps(said | {13: 1}), dumps(said | {6: True})):
        with pytest.raises(EntryError):
            decode(payload)


def test_only_ed25519_under_an_eight_byte_name(new_pen):
    pen = new_pen()
    signature = pen.sign(b"")
    for head in ({1: -7, 4: pen.kid}, {1: -8, 4: b"short"}, {1: -8}, {1: -8, 4: pen.kid, 3: 0}):
        raw = dumps(cbor2.CBORTag(18, [dumps(head), {}, b"", signature]))
        with pytest.raises(EntryError):
            unseal(raw)
    assert unseal(sign1(b"", pen.kid, pen.sign)).holds(pen.public)
