"""What kiosk and central say to each other (docs/protocol.md); sync/push.py has the push.

Requests are sealed by the kiosk's device key, answers by central's key and bound to the very
request (its SHA-256, and so its nonce), so that an answer can neither be made up nor be kept and
shown again. The entries of a push carry their own signatures and need no seal of the body.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from sync.entry import (
    EntryError,
    Sealed,
    Signer,
    Spot,
    dumps,
    entry_hash,
    kid_of,
    loads,
    members,
    sign1,
    unseal,
)
from sync.receipt import Receipt, read_receipt
from sync.squeeze import DEFAULT, squeeze, unsqueeze

CONTENT_TYPE = "application/cose"
MAX_BODY = 4 * 1024 * 1024
"""The largest request central reads, in bytes."""
MAX_PAGE = 1024 * 1024
"""A page is closed after the entry with which its entries exceed this many bytes."""
MAX_ANSWER = 2 * MAX_BODY
"""The largest answer a kiosk reads, in bytes."""
NONCE_BYTES = 16

PROBE_PATH = "/v2/probe"
PUSH_PATH = "/v2/push"
PULL_PATH = "/v2/pull"
PROOF_PATH = "/v2/proof"
GROWTH_PATH = "/v2/growth"

_PULL = b"loket-luring pull 2"
_PAGE = b"loket-luring page 2"
_STATE = b"loket-luring state 2"
_PROBLEM = b"loket-luring problem 2"

UNBOUND = bytes(32)
"""Stands for the request in a problem about a request that could not be read."""


class SealError(EntryError):
    """A body whose seal does not hold, or by a key that is not known."""


def make_nonce() -> bytes:
    """NONCE_BYTES that nobody has said before."""
    return secrets.token_bytes(NONCE_BYTES)


@dataclass(frozen=True, slots=True)
class Pull:
    """Asks for the deliveries after ``cursor``, about ``room`` bytes of them."""

    kiosk: str
    cursor: int
    room: int = MAX_PAGE
    dictionary: int = DEFAULT
    nonce: bytes = field(default_factory=make_nonce)


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
class State:
    """What central has of a kiosk: the answer to a probe.

    ``seq`` and ``hash`` are the end of the chain asked for, ``at_hash`` the hash at seq ``at``
    (b"": no such entry), ``epochs`` the end of every chain of the kiosk as (epoch, seq), branches
    among them. ``size`` and ``root`` are those of the whole log, ``time`` is central's clock (ms
    UTC), ``wait`` how many ms central asks to wait before a push.
    """

    kiosk: str
    epoch: int
    seq: int
    hash: bytes
    at: int
    at_hash: bytes
    epochs: tuple[tuple[int, int], ...]
    size: int
    root: bytes
    time: int
    wait: int = 0


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


def check_seal(sealed: Sealed, context: bytes, public: bytes | None) -> None:
    """Raises SealError unless the key (32 bytes; None: not known) sealed this, for ``context``."""
    if public is None or sealed.kid != kid_of(public) or not sealed.holds(public, context):
        raise SealError("sealed by another key, or for something else")


def _open_answer(raw: bytes, context: bytes, central_public: bytes) -> bytes:
    sealed = unseal(raw)
    check_seal(sealed, context, central_public)
    return sealed.payload


def request_hash(sealed: bytes) -> bytes:
    """What an answer is bound to: of a pull its body, of a push its head."""
    return hashlib.sha256(sealed).digest()


# -- probe ---------------------------------------------------------------------------------------


def pack_state(state: State, nonce: bytes, kid: bytes, signer: Signer) -> bytes:
    """The answer to the probe with that nonce, sealed by central."""
    said = [
        state.kiosk,
        state.epoch,
        state.seq,
        state.hash,
        state.at,
        state.at_hash,
        [list(one) for one in state.epochs],
        state.size,
        state.root,
        state.time,
        state.wait,
    ]
    return sign1(dumps(said), kid, signer, _STATE + nonce)


def read_state(raw: bytes, nonce: bytes, central_public: bytes) -> State:
    """The state in an answer. Raises EntryError; SealError when central's seal does not hold."""
    payload = _open_answer(raw, _STATE + nonce, central_public)
    types = (str, int, int, bytes, int, bytes, list, int, bytes, int, int)
    kiosk, epoch, seq, digest, at, at_hash, listed, size, root, time, wait = members(
        loads(payload), types
    )
    chains = [members(one, (int, int)) for one in cast("list[object]", listed)]
    epochs = tuple((one[0], one[1]) for one in chains)
    return State(kiosk, epoch, seq, digest, at, at_hash, epochs, size, root, time, wait)


# -- the answer to a push -----------------------------------------------------------------------


def pack_answer(receipt: Receipt, page: bytes = b"") -> bytes:
    """The answer to a push: the sealed receipt and, if the kiosk gave room, a sealed page."""
    return dumps([receipt.raw, page])


def read_answer(raw: bytes) -> tuple[bytes, bytes]:
    """The sealed receipt and the sealed page (b"": none) in an answer. Raises EntryError.

    The two are sealed one by one: read them with ``read_receipt`` and ``read_page``.
    """
    receipt, page = members(loads(raw), (bytes, bytes))
    return receipt, page


# -- pull ----------------------------------------------------------------------------------------


def pack_pull(pull: Pull, kid: bytes, signer: Signer) -> bytes:
    """The body of a pull, sealed by the device key."""
    said = [pull.kiosk, pull.cursor, pull.room, pull.dictionary, pull.nonce]
    return sign1(dumps(said), kid, signer, _PULL)


def read_pull(raw: bytes, device_of: DeviceOf) -> Pull:
    """The pull in a body. Raises EntryError; SealError when the kiosk's seal does not hold."""
    sealed = unseal(raw)
    pull = Pull(*members(loads(sealed.payload), (str, int, int, int, bytes)))
    check_seal(sealed, _PULL, device_of(pull.kiosk))
    return pull


def pack_page(
    page: PullPage, request: bytes, kid: bytes, signer: Signer, dictionary: int = DEFAULT
) -> bytes:
    """The answer to the request whose hash is ``request``, sealed by central."""
    listed: list[list[object]] = []
    before: tuple[Spot, bytes] | None = None
    for one in page.items:
        spot = one.spot
        # What the receiver can work out for itself does not travel.
        follows = before == (Spot(spot.kiosk, spot.epoch, spot.seq - 1), one.prev)
        prev = b"" if follows else one.prev
        listed.append([one.index, spot.kiosk, spot.epoch, spot.seq, prev, one.raw, one.arrived])
        before = spot, entry_hash(one.raw)
    packed = squeeze(dumps([listed, page.cursor, page.more, page.time]), dictionary)
    return sign1(dumps([dictionary, packed]), kid, signer, _PAGE + request)


def read_page(raw: bytes, request: bytes, central_public: bytes) -> PullPage:
    """The page in an answer. Raises EntryError; SealError when central's seal does not hold."""
    payload = _open_answer(raw, _PAGE + request, central_public)
    dictionary, packed = members(loads(payload), (int, bytes))
    listed, cursor, more, time = members(
        loads(unsqueeze(packed, dictionary, MAX_ANSWER)), (list, int, bool, int)
    )
    items: list[Delivered] = []
    for said in cast("list[object]", listed):
        items.append(_read_item(said, items[-1] if items else None))
    return PullPage(items, cursor, more, time)


def _read_item(said: object, before: Delivered | None) -> Delivered:
    types = (int, str, int, int, bytes, bytes, int)
    index, kiosk, epoch, seq, prev, raw, arrived = members(said, types)
    spot = Spot(kiosk, epoch, seq)
    if not prev:
        if before is None or before.spot != Spot(kiosk, epoch, seq - 1):
            raise EntryError("an entry without the hash before it")
        prev = entry_hash(before.raw)
    return Delivered(index, spot, prev, raw, arrived)


# -- refusals ------------------------------------------------------------------------------------


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
