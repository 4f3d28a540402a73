"""One line of a control card: what an entry says, and the bytes that are stored and signed.

An entry is a COSE_Sign1 message (RFC 9052) with Ed25519 over deterministic CBOR (RFC 8949 4.2).
Where it stands in its kiosk's chain (kiosk, epoch, seq and the hash of the entry before) is the
message's ``external_aad``: it is bound by the signature but never travels inside the entry.
The stored bytes are what is hashed and signed; nothing is ever encoded a second time.

Every message has exactly one form: a byte that the signature does not cover could otherwise be
changed on the way, and the same entry would look like a fork of its chain.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Never, cast

from sync.signing import SIGNATURE_BYTES, verifies

# cbor2 is imported inside the functions: the login screen needs some names of this module, and
# must not wait for it.

GENESIS = bytes(32)
"""The hash before the first entry of a kiosk."""

COSE_SIGN1_TAG = 18
ALG_EDDSA = -8
KID_BYTES = 8
MAX_ENTRY_BYTES = 256 * 1024
"""The longest payload of one entry; scans travel apart, an entry only names their sha256."""
MAX_TEXT = 200
"""The longest act, step, officer, place, address or claim, in characters."""
MAX_ADDRESSES = 50
MAX_DEPTH = 16
"""How deep CBOR may be nested, data of an entry included."""
MAX_INT = 2**63 - 1
BRANCH = 4096
"""Epochs of a kiosk's life are below; see ``signed_epoch``."""

Signer = Callable[[bytes], bytes]
"""Takes the bytes to be signed, gives the 64 bytes of an Ed25519 signature."""


class EntryError(ValueError):
    """The bytes are no well-formed entry, or the signature does not hold."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an entry stands: the key by which it is known everywhere."""

    kiosk: str
    epoch: int
    seq: int


@dataclass(frozen=True, slots=True)
class Entry:
    """What one line of a control card says.

    ``time`` is milliseconds since 1970 UTC by the device's clock, ``uptime`` milliseconds since
    boot (so that a moved clock can be told), ``line`` the card's line counter by which entries
    of several kiosks are put in order, ``claim`` an exclusive key such as ``kia:<number>``.
    """

    case: bytes
    act: str
    officer: str
    place: str
    time: int
    boot: bytes
    uptime: int
    line: int
    step: str = ""
    to: tuple[str, ...] = ()
    claim: str = ""
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])


_KEYS: dict[int, str] = {
    1: "case",
    2: "act",
    3: "step",
    4: "officer",
    5: "place",
    6: "time",
    7: "boot",
    8: "uptime",
    9: "to",
    10: "claim",
    11: "data",
    12: "line",
}
_OPTIONAL = frozenset({"step", "to", "claim", "data"})
_TEXTS = ("act", "step", "officer", "place", "claim")
_NUMBERS = ("time", "uptime", "line")

# Every tag that cbor2 would turn into an object of its own: huge numbers, shared (even cyclic)
# references, regular expressions, MIME. None belongs into what we exchange; as map keys, crafted
# huge numbers alone keep the decoder busy for minutes.
_FOREIGN_TAGS = (
    *range(6), 25, 28, 29, 30, 35, 36, 37, 52, 54, 100, 256, 258, 260, 261, 1004, 43000, 55799,
)  # fmt: skip


def _refuse_tag(*_: object) -> Never:
    raise EntryError("a tag that is not used here")


_REFUSALS = dict.fromkeys(_FOREIGN_TAGS, _refuse_tag)


def dumps(value: object) -> bytes:
    """Deterministic CBOR of a value."""
    import cbor2

    return cbor2.dumps(value, canonical=True)


def loads(raw: bytes) -> Any:
    """Decode CBOR that must be exactly one item of plain values. Raises EntryError.

    Nothing may follow the item; indefinite lengths, double keys, foreign tags and nesting deeper
    than MAX_DEPTH are refused.
    """
    import cbor2

    stream = BytesIO(raw)
    try:
        value = cbor2.CBORDecoder(
            stream,
            semantic_decoders=_REFUSALS,
            max_depth=MAX_DEPTH,
            allow_indefinite=False,
            allow_duplicate_keys=False,
        ).decode()
    except Exception as error:  # cbor2 raises many kinds on hostile bytes
        raise EntryError("not CBOR") from error
    if stream.tell() != len(raw):
        raise EntryError("bytes after the end")
    return value


def _check_value(value: object, depth: int) -> None:
    """Refuse what is not a plain value: text, bytes, number, yes/no, nothing, list or map."""
    if value is None or isinstance(value, str | bytes | bool | float):
        return
    if isinstance(value, int):
        if not -MAX_INT <= value <= MAX_INT:
            raise EntryError("a number is too large")
        return
    if depth == 0:
        raise EntryError("data is nested too deep")
    if isinstance(value, list | tuple):
        for one in cast("list[object]", value):
            _check_value(one, depth - 1)
    elif isinstance(value, Mapping):
        for key, one in cast("Mapping[object, object]", value).items():
            if not isinstance(key, str):
                raise EntryError("the names of data are texts")
            _check_value(one, depth - 1)
    else:
        raise EntryError("data holds a value that cannot be written down")


def _is_bytes(value: object, least: int, most: int) -> bool:
    return isinstance(value, bytes) and least <= len(value) <= most


def _is_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= MAX_TEXT


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_INT


def _check(entry: Entry) -> None:
    """The same rules for writing and reading, so that no kiosk writes what others refuse."""
    if not _is_bytes(entry.case, 16, 16):
        raise EntryError("case is 16 bytes")
    if not _is_bytes(entry.boot, 0, 32):
        raise EntryError("boot has the wrong type or length")
    for name in _TEXTS:
        if not _is_text(getattr(entry, name)):
            raise EntryError(f"{name} is no text, or too long")
    for name in _NUMBERS:
        if not _is_count(getattr(entry, name)):
            raise EntryError(f"{name} is no number from 0 on")
    to, data = cast("tuple[object, object]", (entry.to, entry.data))
    if (
        not isinstance(to, tuple)
        or len(entry.to) > MAX_ADDRESSES
        or not all(one and _is_text(one) for one in entry.to)
    ):
        raise EntryError("addresses are texts")
    if not entry.act or not isinstance(data, Mapping):
        raise EntryError("act is missing, or data is no map")
    _check_value(entry.data, MAX_DEPTH - 2)  # less the payload's own map and COSE's frame


def _write(entry: Entry) -> bytes:
    full: dict[int, Any] = {}
    for key, name in _KEYS.items():
        value = getattr(entry, name)
        if name in _OPTIONAL and not value:
            continue
        if name == "to":
            value = list(entry.to)
        elif name == "data":
            value = dict(entry.data)
        full[key] = value
    try:
        payload = dumps(full)
    except Exception as error:  # a lone surrogate in a text, a type cbor2 does not know
        raise EntryError("this cannot be written as CBOR") from error
    if len(payload) > MAX_ENTRY_BYTES:
        raise EntryError("the entry is too long")
    return payload


def members(value: object, types: tuple[type, ...]) -> list[Any]:
    """The members of a list decoded from CBOR, of exactly these types. Raises EntryError.

    An int has to be from 0 to MAX_INT.
    """
    listed = cast("list[Any]", value) if isinstance(value, list) else []
    if len(listed) != len(types):
        raise EntryError("wrong number of members")
    for one, kind in zip(listed, types, strict=True):
        if not (_is_count(one) if kind is int else type(one) is kind):
            raise EntryError(f"a member is no {kind.__name__}")
    return listed


def encode(entry: Entry) -> bytes:
    """The payload bytes of an entry: a CBOR map with integer keys, empty members left out.

    Raises EntryError on an entry that ``decode`` would refuse.
    """
    _check(entry)
    return _write(entry)


def _read(payload: bytes) -> Entry:
    raw = loads(payload)
    if not isinstance(raw, dict):
        raise EntryError("an entry is a map")
    fields: dict[str, Any] = {}
    for key, value in cast("dict[Any, Any]", raw).items():
        name = _KEYS.get(key) if type(key) is int else None
        if name is None:
            raise EntryError("unknown member")
        is_list = isinstance(value, list)
        fields[name] = tuple(cast("list[Any]", value)) if name == "to" and is_list else value
    missing = [n for n in _KEYS.values() if n not in fields and n not in _OPTIONAL]
    if missing:
        raise EntryError(f"{missing[0]} is missing")
    entry = Entry(**fields)
    _check(entry)
    return entry


def decode(payload: bytes) -> Entry:
    """The entry a payload says. Raises EntryError on anything but the one form ``encode`` gives."""
    entry = _read(payload)
    if _write(entry) != payload:
        raise EntryError("not in deterministic form")
    return entry


def signed_epoch(epoch: int) -> int:
    """The epoch under which the entries of ``epoch`` were signed.

    Numbers from BRANCH on name a branch of a chain (``epoch + BRANCH * n``): what a restored copy
    of a kiosk wrote before it learnt that central holds another continuation. A branch begins
    after an entry of the chain itself, keeps its seqs, and its bytes are as they were signed.
    """
    return epoch % BRANCH


def chain_aad(spot: Spot, prev: bytes) -> bytes:
    """The external_aad that binds an entry to its place in the chain."""
    return dumps([spot.kiosk, signed_epoch(spot.epoch), spot.seq, prev])


def kid_of(public: bytes) -> bytes:
    """The 8-byte name of an Ed25519 public key (32 bytes)."""
    return hashlib.sha256(public).digest()[:KID_BYTES]


def entry_hash(raw: bytes) -> bytes:
    """SHA-256 of the stored bytes: what the next entry's chain_aad names."""
    return hashlib.sha256(raw).digest()


def _to_sign(protected: bytes, aad: bytes, payload: bytes) -> bytes:
    return dumps(["Signature1", protected, aad, payload])


def sign1(payload: bytes, kid: bytes, signer: Signer, aad: bytes = b"") -> bytes:
    """A tagged COSE_Sign1 message over ``payload``, signed by the key named ``kid``."""
    protected = dumps({1: ALG_EDDSA, 4: kid})
    return _frame(protected, payload, signer(_to_sign(protected, aad, payload)))


def framed(kid: bytes, payload: bytes, signature: bytes) -> bytes:
    """The one form of a COSE_Sign1 message with these parts: what ``unseal`` took apart."""
    return _frame(dumps({1: ALG_EDDSA, 4: kid}), payload, signature)


def _frame(protected: bytes, payload: bytes, signature: bytes) -> bytes:
    import cbor2

    return dumps(cbor2.CBORTag(COSE_SIGN1_TAG, [protected, {}, payload, signature]))


@dataclass(frozen=True, slots=True)
class Sealed:
    """A COSE_Sign1 message taken apart, its signature not yet checked."""

    kid: bytes
    payload: bytes
    signature: bytes
    protected: bytes

    def holds(self, public: bytes, aad: bytes = b"") -> bool:
        """Whether the 32-byte Ed25519 key made this signature over payload and aad."""
        return verifies(public, self.signature, _to_sign(self.protected, aad, self.payload))


def unseal(raw: bytes) -> Sealed:
    """Take a COSE_Sign1 message apart. Raises EntryError on any other bytes.

    Only the form that ``sign1`` writes is taken: an empty unprotected header, no spare bytes.
    """
    import cbor2

    tagged = loads(raw)
    if not isinstance(tagged, cbor2.CBORTag) or tagged.tag != COSE_SIGN1_TAG:
        raise EntryError("not a COSE_Sign1 message")
    parts: object = tagged.value
    if not isinstance(parts, list | tuple) or len(cast("list[Any]", parts)) != 4:
        raise EntryError("COSE_Sign1 has four parts")
    protected, _, payload, signature = cast("list[Any]", parts)
    if not (
        isinstance(protected, bytes) and isinstance(payload, bytes) and isinstance(signature, bytes)
    ):
        raise EntryError("COSE_Sign1 parts are byte strings")
    head = loads(protected)
    if not isinstance(head, dict):
        raise EntryError("protected header is a map")
    kid = cast("dict[Any, Any]", head).get(4)
    if not _is_bytes(kid, KID_BYTES, KID_BYTES) or len(signature) != SIGNATURE_BYTES:
        raise EntryError("kid or signature has the wrong length")
    if protected != dumps({1: ALG_EDDSA, 4: kid}):
        raise EntryError("signed by an unknown algorithm")
    if raw != _frame(protected, payload, signature):
        raise EntryError("not in deterministic form")
    return Sealed(cast("bytes", kid), payload, signature, protected)


def seal_entry(entry: Entry, spot: Spot, prev: bytes, kid: bytes, signer: Signer) -> bytes:
    """The bytes of an entry as stored: signed, and bound to its place in the chain."""
    return sign1(encode(entry), kid, signer, chain_aad(spot, prev))


def read_entry(raw: bytes) -> Entry:
    """The entry inside stored bytes, without checking its signature. Raises EntryError.

    For bytes that have been verified on their way in (see ``sync.chain.verify``).
    """
    return _read(unseal(raw).payload)


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry with its place in a chain, and its bytes as they are stored.

    ``hash`` is the entry's own, ``prev`` that of the entry before.
    """

    spot: Spot
    prev: bytes
    raw: bytes
    entry: Entry
    hash: bytes
