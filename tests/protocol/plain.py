"""The protocol read from its description (docs/protocol.md), sharing no code with ``sync``."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cbor2
from backports import zstd
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

DICTIONARY = Path(__file__).resolve().parents[2] / "sync" / "dictionaries" / "1.zdict"


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


@dataclass
class Message:
    """A COSE_Sign1 message."""

    protected: bytes
    payload: bytes
    signature: bytes

    def signed_by(self, public: bytes, aad: bytes) -> bool:
        head = cbor2.loads(self.protected)
        assert head == {1: -8, 4: sha256(public)[:8]}
        said = cbor2.dumps(["Signature1", self.protected, aad, self.payload])
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(self.signature, said)
        except InvalidSignature:
            return False
        return True


def message(raw: bytes) -> Message:
    tag = cbor2.loads(raw)
    assert tag.tag == 18
    protected, unprotected, payload, signature = tag.value
    assert unprotected == {}
    return Message(protected, payload, signature)


def opened(raw: bytes, public: bytes, aad: bytes) -> Any:
    """The value in a sealed message whose seal holds."""
    one = message(raw)
    assert one.signed_by(public, aad)
    return cbor2.loads(one.payload)


@dataclass
class Body:
    """A push taken apart: its head's value, and its items as (kind, raw bytes)."""

    head: list[Any]
    head_hash: bytes
    items: list[tuple[int, bytes]]


def primer(entries: list[bytes]) -> bytes:
    """The CBOR [0, kid, payload] of each entry."""
    parts = [message(raw) for raw in entries]
    return b"".join(cbor2.dumps([0, cbor2.loads(one.protected)[4], one.payload]) for one in parts)


def push(body: bytes, public: bytes, before: list[bytes] | None = None) -> Body:
    (length,) = struct.unpack(">H", body[:2])
    sealed = body[2 : 2 + length]
    head = opened(sealed, public, b"loket-luring push 2")
    content = DICTIONARY.read_bytes() if head[5] == 1 else b""
    assert head[6] == len(before or [])
    if before:
        dictionary = zstd.ZstdDict(content + primer(before), is_raw=True)
    else:
        dictionary = zstd.ZstdDict(content) if content else None
    stream = zstd.ZstdDecompressor(zstd_dict=dictionary)
    at = 2 + length
    items: list[tuple[int, bytes]] = []
    while at < len(body):
        count, packed = struct.unpack(">HI", body[at : at + 6])
        at += 6
        signatures = [body[at + n * 64 : at + n * 64 + 64] for n in range(count)]
        at += 64 * count
        listed = cbor2.loads(stream.decompress(body[at : at + packed]))
        at += packed
        assert len(listed) == count
        for (kind, kid, payload), signature in zip(listed, signatures, strict=True):
            protected = cbor2.dumps({1: -8, 4: kid}, canonical=True)
            whole = cbor2.CBORTag(18, [protected, {}, payload, signature])
            items.append((kind, cbor2.dumps(whole)))
    return Body(head, sha256(sealed), items)


def page(raw: bytes, public: bytes, request: bytes) -> list[Any]:
    """[items, cursor, more, time] of a page, each item with its hash before."""
    dictionary, packed = opened(raw, public, b"loket-luring page 2" + request)
    assert dictionary == 0
    listed, cursor, more, time = cbor2.loads(zstd.ZstdDecompressor().decompress(packed))
    before = b""
    for item in listed:
        item[4] = item[4] or before
        before = sha256(item[5])
    return [listed, cursor, more, time]


def root(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word for word."""
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + root(leaves[:k]) + root(leaves[k:]))


def leaf(spot: list[Any], digest: bytes) -> bytes:
    return sha256(b"\x00" + cbor2.dumps([*spot, digest]))
