"""HID report descriptors: where in its reports a bar code scanner puts what it read.

From the USB "Device Class Definition for HID" 1.11, section 6.2.2 (the descriptor), and the "HID
Point of Sale Usage Tables" 1.02, section 3 (usage page 0x8C).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

_SCANNER_PAGE = 0x8C
_SYMBOLOGY = (0x8C00FB, 0x8C00FC, 0x8C00FD)
_DECODED = 0x8C00FE
_CONTINUED = 0x8C00FF
_COUNT = 0x01003B

_INPUT, _COLLECTION = 0x80, 0xA0
_GLOBAL_NAMES = {0x04: "page", 0x74: "size", 0x84: "number", 0x94: "count"}
_PUSH, _POP = 0xA4, 0xB4
_USAGE, _USAGE_MINIMUM = 0x08, 0x18
_MAIN_TYPE, _LOCAL_TYPE = 0x00, 0x08
_LONG = 0xFE
_MOST_BITS = 65_536


@dataclass(frozen=True, slots=True)
class Piece:
    """What one report holds of a scan. ``more`` is None when the unit does not tell."""

    data: bytes
    more: bool | None


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things are in a report, in bytes from its start, the report's number included.

    ``number`` is 0 when the unit's reports have none. ``data`` is first byte and length, ``count``
    the byte that says how much of the data is valid, ``more`` the bit (from the start of the
    report) that says that another report belongs to the same scan.
    """

    number: int
    data: tuple[int, int]
    count: int | None = None
    more: int | None = None

    def piece(self, report: bytes) -> Piece | None:
        """What a report holds, however short it is; None for a report of another number."""
        if self.number and (not report or report[0] != self.number):
            return None
        first, length = self.data
        data = report[first : first + length]
        if self.count is not None and self.count < len(report):
            data = data[: report[self.count]]
        else:
            data = data.rstrip(b"\x00")
        return Piece(data, self._more(report))

    def _more(self, report: bytes) -> bool | None:
        if self.more is None:
            return None
        byte, bit = divmod(self.more, 8)
        return byte < len(report) and bool(report[byte] >> bit & 1)


USUAL = Layout(number=2, data=(5, 56), count=1, more=63 * 8)
"""Report 2: length, AIM identifier (3), data (56), maker's identifier, reserved, more (bit 0).

So in the manuals of many makers; used where a descriptor speaks of a scanner but not of its data.
"""


def layout(descriptor: bytes) -> Layout | None:
    """Where the decoded data is; None if this is no bar code scanner. Never raises."""
    is_scanner = False
    places: dict[int, dict[int, tuple[int, int]]] = {}
    for usage, number, bit, bits in _inputs(descriptor):
        if bits == 0:
            is_scanner = is_scanner or usage >> 16 == _SCANNER_PAGE
        elif usage not in (known := places.setdefault(number, {})):
            known[usage] = (bit, bits)
    for number, known in places.items():
        if _DECODED in known and is_scanner:
            bit, bits = known[_DECODED]
            count = known.get(_COUNT)
            more = known.get(_CONTINUED)
            return Layout(
                number,
                (bit // 8, bits // 8),
                count[0] // 8 if count else None,
                more[0] if more else None,
            )
    return USUAL if is_scanner and places else None


@dataclass(slots=True)
class _Globals:
    page: int = 0
    size: int = 0
    count: int = 0
    number: int = 0


@dataclass(slots=True)
class _Walk:
    now: _Globals = field(default_factory=_Globals)
    stack: list[_Globals] = field(default_factory=list[_Globals])
    usages: list[int] = field(default_factory=list[int])
    used: dict[int, int] = field(default_factory=dict[int, int])

    def set_global(self, tag: int, value: int) -> None:
        if name := _GLOBAL_NAMES.get(tag):
            setattr(self.now, name, value)
        elif tag == _PUSH:
            self.stack.append(replace(self.now))
        elif tag == _POP and self.stack:
            self.now = self.stack.pop()

    def inputs(self) -> Iterator[tuple[int, int, int, int]]:
        """The usages of one Input item; the last one holds for all that is left."""
        now = self.now
        # A numbered report begins with its number: one byte that no item declares.
        start = self.used.get(now.number, 8 if now.number else 0)
        total = min(now.size * now.count, _MOST_BITS)
        self.used[now.number] = min(start + total, _MOST_BITS)
        if not self.usages or not now.size:
            return
        last = len(self.usages) - 1
        for place, usage in enumerate(self.usages):
            bit = start + place * now.size
            bits = now.size if place < last else start + total - bit
            if bits > 0:
                yield usage, now.number, bit, bits


def _inputs(descriptor: bytes) -> Iterator[tuple[int, int, int, int]]:
    """(usage, report number, first bit, bits) of every input, and (usage, 0, 0, 0) of collections.

    A usage is its page shifted by 16, and its number.
    """
    walk = _Walk()
    for tag, value, size in _items(descriptor):
        kind = tag & 0x0C
        if kind == _MAIN_TYPE:
            if tag == _INPUT:
                yield from walk.inputs()
            elif tag == _COLLECTION:
                yield from ((usage, 0, 0, 0) for usage in walk.usages)
            walk.usages.clear()
        elif kind == _LOCAL_TYPE:
            if tag in (_USAGE, _USAGE_MINIMUM) and len(walk.usages) < _MOST_BITS:
                page = 0 if size == 4 else walk.now.page << 16
                walk.usages.append(page | value)
        else:
            walk.set_global(tag, value)


def _items(descriptor: bytes) -> Iterator[tuple[int, int, int]]:
    """(tag and type, value, bytes of the value) of each short item; a torn last one is left out."""
    at = 0
    while at < len(descriptor):
        prefix = descriptor[at]
        if prefix == _LONG:
            at += 3 + (descriptor[at + 1] if at + 1 < len(descriptor) else 0)
            continue
        size = (0, 1, 2, 4)[prefix & 3]
        if at + 1 + size > len(descriptor):
            return
        yield prefix & 0xFC, int.from_bytes(descriptor[at + 1 : at + 1 + size], "little"), size
        at += 1 + size
