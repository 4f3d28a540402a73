"""The body of a push: a sealed head, and entries in frames. The same bytes may travel by stick."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sync.entry import MAX_INT, EntryError, Signer, dumps, loads, members, sign1, unseal
from sync.frames import (
    FRAME_ENTRIES,
    MOST_PRIMED,
    MOST_PRIMED_BYTES,
    FrameReader,
    FrameWriter,
    Item,
    in_frames,
)
from sync.squeeze import DEFAULT, UnknownDictionary
from sync.wire import UNBOUND, DeviceOf, check_seal, make_nonce, request_hash

HEAD_LENGTH = 2
"""Bytes at the beginning of a push that say how long its head is."""
MAX_HEAD = 1024
"""The longest sealed head of a push, in bytes."""

_PUSH = b"loket-luring push 2"


@dataclass(frozen=True, slots=True)
class PushHead:
    """What stands before the entries of a push: ``first`` is the seq of the first.

    ``cursor`` is how far the kiosk has pulled, ``room`` how many bytes of deliveries it takes in
    the answer (0: none), ``dictionary`` the number of that by which frames and page are packed,
    ``primed`` how many entries right before ``first`` prime the frames (``sync.frames.primer_of``).
    """

    kiosk: str
    epoch: int
    first: int
    cursor: int = 0
    room: int = 0
    dictionary: int = DEFAULT
    primed: int = 0
    nonce: bytes = field(default_factory=make_nonce)


BeforeOf = Callable[[PushHead], Sequence[bytes] | None]
"""The ``primed`` entries that stand before the first of a push; None when one is not at hand."""


def pack_head(head: PushHead, kid: bytes, signer: Signer) -> bytes:
    """The sealed head of a push, without its length."""
    said = [
        head.kiosk,
        head.epoch,
        head.first,
        head.cursor,
        head.room,
        head.dictionary,
        head.primed,
        head.nonce,
    ]
    return sign1(dumps(said), kid, signer, _PUSH)


def read_head(raw: bytes, device_of: DeviceOf) -> PushHead:
    """The head in ``raw``. Raises EntryError; SealError when the kiosk's seal does not hold."""
    sealed = unseal(raw)
    head = PushHead(*members(loads(sealed.payload), (str, int, int, int, int, int, int, bytes)))
    if head.epoch < 1 or not 1 <= head.first < MAX_INT:
        raise EntryError("epoch and seq count from 1")
    if head.primed > MOST_PRIMED or head.primed >= head.first:
        raise EntryError("primed with more than may stand before")
    check_seal(sealed, _PUSH, device_of(head.kiosk))
    return head


class PushWriter:
    """The body of a push, made to measure: add items until ``size`` is what the link bears.

    ``before`` are the ``primed`` entries of the head, ``most`` the items in one frame; ``request``
    is what the answer will be bound to.
    """

    def __init__(
        self,
        head: PushHead,
        kid: bytes,
        signer: Signer,
        before: Sequence[bytes] = (),
        most: int = FRAME_ENTRIES,
    ) -> None:
        if len(before) != head.primed:
            raise EntryError("the head says otherwise how the stream is primed")
        sealed = pack_head(head, kid, signer)
        self.request = request_hash(sealed)
        self._parts = [len(sealed).to_bytes(HEAD_LENGTH), sealed]
        self._frames = FrameWriter(head.dictionary, before)
        self._most = most
        self.size = HEAD_LENGTH + len(sealed)

    def add(self, items: Sequence[Item]) -> None:
        """Adds ``items`` in frames. Raises EntryError on bytes that are no entry."""
        for portion in in_frames(items, self._most):
            frame = self._frames.frame(portion)
            self._parts.append(frame)
            self.size += len(frame)

    def body(self) -> bytes:
        """The whole body, ``size`` bytes. The same bytes may travel by stick."""
        return b"".join(self._parts)


def pack_push(head: PushHead, items: Sequence[Item], kid: bytes, signer: Signer) -> bytes:
    """The whole body of a push."""
    writer = PushWriter(head, kid, signer)
    writer.add(items)
    return writer.body()


class PushReader:
    """Reads the body of a push as it arrives. ``head`` is None until it is whole."""

    def __init__(self, device_of: DeviceOf, before_of: BeforeOf | None = None) -> None:
        self.head: PushHead | None = None
        self.request_hash = UNBOUND
        self._device_of = device_of
        self._before_of = before_of
        self._front = bytearray()
        self._frames: FrameReader | None = None

    def feed(self, data: bytes) -> list[list[Item]]:
        """The frames that are complete now, in order. Raises EntryError, SealError and
        UnknownDictionary; good frames before damage are given first."""
        if self._frames is None:
            self._front += data
            length = int.from_bytes(self._front[:HEAD_LENGTH])
            if len(self._front) < HEAD_LENGTH:
                return []
            if not 0 < length <= MAX_HEAD:
                raise EntryError("no head of a push")
            end = HEAD_LENGTH + length
            if len(self._front) < end:
                return []
            data = self._begin(bytes(self._front[HEAD_LENGTH:end]), bytes(self._front[end:]))
        assert self._frames is not None
        return self._frames.feed(data)

    def _begin(self, sealed: bytes, rest: bytes) -> bytes:
        head = read_head(sealed, self._device_of)
        # Only now: what is refused by its dictionary is refused to a known kiosk.
        self.request_hash = request_hash(sealed)
        self._frames = FrameReader(head.dictionary, self._before(head))
        self.head = head
        return rest

    def _before(self, head: PushHead) -> Sequence[bytes]:
        if not head.primed:
            return ()
        before = self._before_of(head) if self._before_of else None
        if before is None or sum(map(len, before)) > MOST_PRIMED_BYTES:
            raise UnknownDictionary("what primes the stream is not at hand")
        return before

    def done(self) -> None:
        """Says that nothing more comes. Raises EntryError when head or last frame are torn."""
        if self._frames is None:
            raise EntryError("no head of a push")
        self._frames.done()
