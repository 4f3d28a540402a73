"""What kiosk and central say to each other: the bodies of push and pull.

Every body is a COSE_Sign1 over a CBOR list. Requests are sealed by the kiosk's device key;
answers by central's key, bound to the very request (its SHA-256, and so its nonce), so that an
answer can neither be made up nor be kept and shown again.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from sync.entry import (
    MAX_INT,
    EntryError,
    Sealed,
    Signer,
    Spot,
    dumps,
    kid_of,
    loads,
    members,
    sign1,
    unseal,
)
from sync.receipt import Receipt, read_receipt

CONTENT_TYPE = "application/cose"
MAX_BODY = 4 * 1024 * 1024
"""The largest request central reads, in bytes."""
MAX_ENTRIES = 5_000
"""The most entries in one push."""
MAX_PULL = 1_000
"""The most entries in one page of a pull."""
MAX_PAGE = 1024 * 1024
"""A page is closed after the entry with which its entries exceed this many bytes."""
MAX_ANSWER = 2 * MAX_BODY
"""The largest answer a kiosk reads, in bytes."""
NONCE_BYTES = 16

PUSH_PATH = "/v1/push"
PULL_PATH = "/v1/pull"

_PUSH = b"loket-luring push 1"
_PULL = b"loket-luring pull 1"
_PAGE = b"loket-luring page 1"
_PROBLEM = b"loket-luring problem 1"

UNBOUND = bytes(32)
"""Stands for the request in a problem about a request that was not read to its end."""


class SealError(EntryError):
    """A body whose seal does not hold, or by a key that is not known."""


def _nonce() -> bytes:
    return secrets.token_bytes(NONCE_BYTES)


@dataclass(frozen=True, slots=True)
class Push:
    """Entries of one chain, ``first`` being the seq of the first; none asks for the receipt."""

    kiosk: str
    epoch: int
    first: int
    raws: tuple[bytes, ...]
    nonce: bytes = field(default_factory=_nonce)


@dataclass(frozen=True, slots=True)
class Pull:
    """Asks for at most ``limit`` deliveries after ``cursor``."""

    kiosk: str
    cursor: int
    limit: int
    nonce: bytes = field(default_factory=_nonce)


@dataclass(frozen=True, slots=True)
class Delivered:
    """An entry as central hands it on. ``index`` counts central's whole log from 1, ``arrived``
    is central's clock (ms UTC); with ``prev`` the receiver can verify the signature."""

    index: int
    spot: Spot
    prev: bytes
    raw: bytes
    arrived: int


@dataclass(frozen=True, slots=True)
class PullPage:
    """Deliveries in central's order, where to go on, whether more waits, central's clock (ms)."""

    items: list[Delivered]
    cursor: int
    more: bool
    time: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why central refuses a request: ``code`` for programs, ``says`` (Indonesian) for people.

    ``seq`` is the entry meant, ``expected`` the seq central wants next (0: does not apply);
    ``receipt`` the sealed receipt of what was kept before the refused entry (b"": none).
    """

    code: str
    says: str
    seq: int = 0
    expected: int = 0
    receipt: bytes = b""


DeviceOf = Callable[[str], bytes | None]
"""The 32 bytes of a kiosk's device key by the kiosk's code; None when it is not admitted."""


def _check_seal(sealed: Sealed, context: bytes, public: bytes | None) -> None:
    if public is None or sealed.kid != kid_of(public) or not sealed.holds(public, context):
        raise SealError("sealed by another key, or for something else")


def _open_answer(raw: bytes, context: bytes, central_public: bytes) -> bytes:
    sealed = unseal(raw)
    _check_seal(sealed, context, central_public)
    return sealed.payload


def request_hash(body: bytes) -> bytes:
    """What an answer is bound to."""
    return hashlib.sha256(body).digest()


def pack_push(push: Push, kid: bytes, signer: Signer) -> bytes:
    """The body of a push, sealed by the device key. The same bytes may travel by stick."""
    said = [push.kiosk, push.epoch, push.first, list(push.raws), push.nonce]
    return sign1(dumps(said), kid, signer, _PUSH)


def read_push(raw: bytes, device_of: DeviceOf) -> Push:
    """The push in a body. Raises EntryError; SealError when the kiosk's seal does not hold."""
    sealed = unseal(raw)
    types = (str, int, int, list, bytes)
    kiosk, epoch, first, raws, nonce = members(loads(sealed.payload), types)
    if not all(isinstance(one, bytes) for one in raws):
        raise EntryError("an entry is no bytes")
    if epoch < 1 or first < 1 or first + len(raws) > MAX_INT:
        raise EntryError("epoch and seq count from 1")
    _check_seal(sealed, _PUSH, device_of(kiosk))
    return Push(kiosk, epoch, first, tuple(raws), nonce)


def pack_pull(pull: Pull, kid: bytes, signer: Signer) -> bytes:
    """The body of a pull, sealed by the device key."""
    return sign1(dumps([pull.kiosk, pull.cursor, pull.limit, pull.nonce]), kid, signer, _PULL)


def read_pull(raw: bytes, device_of: DeviceOf) -> Pull:
    """The pull in a body. Raises EntryError; SealError when the kiosk's seal does not hold."""
    sealed = unseal(raw)
    pull = Pull(*members(loads(sealed.payload), (str, int, int, bytes)))
    if not 1 <= pull.limit <= MAX_PULL:
        raise EntryError("limit out of range")
    _check_seal(sealed, _PULL, device_of(pull.kiosk))
    return pull


def pack_page(page: PullPage, request: bytes, kid: bytes, signer: Signer) -> bytes:
    """The answer to the pull whose hash is ``request``, sealed by central."""
    items = [
        [one.index, one.spot.kiosk, one.spot.epoch, one.spot.seq, one.prev, one.raw, one.arrived]
        for one in page.items
    ]
    said = dumps([items, page.cursor, page.more, page.time])
    return sign1(said, kid, signer, _PAGE + request)


def read_page(raw: bytes, request: bytes, central_public: bytes) -> PullPage:
    """The page in an answer. Raises EntryError; SealError when central's seal does not hold."""
    payload = _open_answer(raw, _PAGE + request, central_public)
    items, cursor, more, time = members(loads(payload), (list, int, bool, int))
    return PullPage([_read_item(one) for one in items], cursor, more, time)


def _read_item(item: object) -> Delivered:
    types = (int, str, int, int, bytes, bytes, int)
    index, kiosk, epoch, seq, prev, raw, arrived = members(item, types)
    return Delivered(index, Spot(kiosk, epoch, seq), prev, raw, arrived)


def pack_problem(trouble: Trouble, request: bytes, kid: bytes, signer: Signer) -> bytes:
    """Central's sealed word that it refuses the request whose hash is ``request``."""
    said = [trouble.code, trouble.says, trouble.seq, trouble.expected, trouble.receipt]
    return sign1(dumps(said), kid, signer, _PROBLEM + request)


def read_problem(raw: bytes, request: bytes, central_public: bytes) -> Trouble:
    """The refusal in ``raw``. Raises EntryError; SealError when central's seal does not hold."""
    payload = _open_answer(raw, _PROBLEM + request, central_public)
    return Trouble(*members(loads(payload), (str, str, int, int, bytes)))


def read_kept(trouble: Trouble, central_public: bytes) -> Receipt | None:
    """The receipt that came with a refusal. Raises EntryError when it is not central's."""
    return read_receipt(trouble.receipt, central_public) if trouble.receipt else None
