"""Entries as they travel: a stream of frames, each of which central commits when it is whole.

The content knows nothing of its transport: the same frames stand in the body of a push and in a
file on a stick. A frame is::

    count       2 bytes, big-endian: its items, 1..64
    length      4 bytes, big-endian: of ``packed``
    signatures  64 bytes for each item: random, so they stay outside the compression
    packed      one flushed block of the body's Zstandard stream

``packed`` holds a CBOR array of count items ``[kind, kid, payload]``. The stored bytes of an entry
have exactly one form (sync.entry), so kid, payload and signature give them back as they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sync.entry import KID_BYTES, EntryError, dumps, framed, loads, members, unseal
from sync.hole import Hole, read_hole
from sync.signing import SIGNATURE_BYTES
from sync.squeeze import DEFAULT, Squeezer, Unsqueezer

FRAME_ENTRIES = 16
"""Items a writer puts into one frame: what a cut link loses at most."""
CUT_LINK_ENTRIES = 8
"""The same on a link that was cut lately."""
MOST_PRIMED = 64
"""Entries before the first that may prime a stream."""
MOST_PRIMED_BYTES = 256 * 1024
"""Bytes of them that a reader takes."""
FRAME_BYTES = 16 * 1024
"""A writer closes a frame after the item with which its items exceed this."""
MAX_FRAME_ENTRIES = 64
"""Items a reader takes in one frame."""
MAX_FRAME_BYTES = 1024 * 1024
"""The largest packed block, and the most that it may hold."""

_ENTRY, _HOLE = 0, 1
_COUNT, _LENGTH = 2, 4
_FRONT = _COUNT + _LENGTH

Item = bytes | Hole
"""An entry's stored bytes, or the hole that stands for it."""


class FrameWriter:
    """Writes the frames of one stream. ``before``: the entries that prime it."""

    def __init__(self, dictionary: int = DEFAULT, before: Sequence[bytes] = ()) -> None:
        self._squeezer = Squeezer(dictionary, primer_of(before))

    def frame(self, items: Sequence[Item]) -> bytes:
        """One frame. Raises EntryError on bytes that are no entry, and on too many of them."""
        if not 1 <= len(items) <= MAX_FRAME_ENTRIES:
            raise EntryError("a frame has 1 to 64 items")
        listed: list[list[object]] = []
        signatures: list[bytes] = []
        for item in items:
            is_hole = isinstance(item, Hole)
            sealed = unseal(item.raw if isinstance(item, Hole) else item)
            listed.append([_HOLE if is_hole else _ENTRY, sealed.kid, sealed.payload])
            signatures.append(sealed.signature)
        packed = self._squeezer.block(dumps(listed))
        front = len(items).to_bytes(_COUNT) + len(packed).to_bytes(_LENGTH)
        return front + b"".join(signatures) + packed


def primer_of(entries: Sequence[bytes]) -> bytes:
    """What a stream is primed with: these entries (stored bytes), as a frame would say them.

    A kiosk and central both have what stands before in the chain. Names, places and officers of
    the last entries are the best dictionary for the next. Raises EntryError.
    """
    parts = [unseal(raw) for raw in entries]
    return b"".join(dumps([_ENTRY, one.kid, one.payload]) for one in parts)


def in_frames(items: Iterable[Item], most: int = FRAME_ENTRIES) -> Iterable[list[Item]]:
    """``items`` in the portions a writer makes frames of, ``most`` of them in each."""
    portion: list[Item] = []
    size = 0
    for item in items:
        portion.append(item)
        size += len(item.raw if isinstance(item, Hole) else item)
        if len(portion) == most or size > FRAME_BYTES:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion


@dataclass(frozen=True, slots=True)
class _Front:
    """What a frame says of its own size."""

    count: int
    packed: int

    @property
    def size(self) -> int:
        return _FRONT + self.count * SIGNATURE_BYTES + self.packed


class FrameReader:
    """Reads a stream of frames as its bytes arrive, however they are cut.

    ``before``: the entries that prime it. Raises UnknownDictionary.
    """

    def __init__(self, dictionary: int, before: Sequence[bytes] = ()) -> None:
        self._stream = Unsqueezer(dictionary, primer_of(before))
        self._left = bytearray()
        self._damage: EntryError | None = None

    def feed(self, data: bytes) -> list[list[Item]]:
        """The frames that are complete now.

        Raises EntryError at a damaged one, and from then on; the good frames before it are given
        first, the error comes with the next call.
        """
        if self._damage:
            raise self._damage
        self._left += data
        frames: list[list[Item]] = []
        try:
            while (front := self._front()) and len(self._left) >= front.size:
                body = bytes(self._left[_FRONT : front.size])
                del self._left[: front.size]
                frames.append(self._read(front, body))
        except EntryError as damage:
            self._damage = damage
            if not frames:
                raise
        return frames

    def done(self) -> None:
        """Says that nothing more comes. Raises EntryError when a frame is damaged or torn."""
        if self._damage:
            raise self._damage
        if self._left:
            raise EntryError("the last frame is torn")

    def _front(self) -> _Front | None:
        if len(self._left) < _FRONT:
            return None
        front = _Front(
            int.from_bytes(self._left[:_COUNT]), int.from_bytes(self._left[_COUNT:_FRONT])
        )
        if not 1 <= front.count <= MAX_FRAME_ENTRIES or front.packed > MAX_FRAME_BYTES:
            raise EntryError("a frame is too large, or empty")
        return front

    def _read(self, front: _Front, body: bytes) -> list[Item]:
        at = front.count * SIGNATURE_BYTES
        listed = loads(self._stream.block(body[at:], MAX_FRAME_BYTES))
        if not isinstance(listed, list) or len(cast("list[Any]", listed)) != front.count:
            raise EntryError("a frame holds other than it says")
        return [
            _item(one, body[n * SIGNATURE_BYTES : (n + 1) * SIGNATURE_BYTES])
            for n, one in enumerate(cast("list[object]", listed))
        ]


def _item(said: object, signature: bytes) -> Item:
    kind, kid, payload = members(said, (int, bytes, bytes))
    if len(kid) != KID_BYTES or kind not in (_ENTRY, _HOLE):
        raise EntryError("an item of an unknown kind")
    raw = framed(kid, payload, signature)
    return raw if kind == _ENTRY else read_hole(raw)
