"""Reads ESC/POS bytes the way a printer does, and refuses what a good job never holds.

Written apart from the encoder, from Epson's command reference, so that a mistake in one is not
repeated in the other. An unknown byte is an error, never a guess.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

Align = Literal["left", "center", "right"]

_ALIGNS: dict[int, Align] = {0: "left", 1: "center", 2: "right"}
_TABLES = {0: "cp437", 2: "cp850", 16: "cp1252", 19: "cp858"}
_LEVELS = {48: "L", 49: "M", 50: "Q", 51: "H"}


class DecodeError(ValueError):
    """The bytes are no clean ESC/POS job; ``offset`` is the byte at which it was seen."""

    def __init__(self, offset: int, says: str) -> None:
        super().__init__(f"byte {offset}: {says}")
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Style:
    """How characters look; ``wide`` and ``tall`` are factors of the normal size."""

    bold: bool = False
    wide: int = 1
    tall: int = 1


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one style."""

    text: str
    style: Style


@dataclass(frozen=True, slots=True)
class Line:
    """One line ended by LF, as sent: it may be wider than the paper."""

    runs: tuple[Run, ...]
    align: Align

    @property
    def text(self) -> str:
        """Its characters without their style."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Feed:
    """Blank lines."""

    lines: int


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code that the printer draws itself; ``module`` in dots."""

    text: str
    level: str
    module: int
    align: Align


@dataclass(frozen=True, slots=True)
class Raster:
    """A picture: ``rows`` of ``width`` bytes, eight dots each, highest bit leftmost, 1 black."""

    width: int
    rows: tuple[bytes, ...]
    align: Align


@dataclass(frozen=True, slots=True)
class Cut:
    """The knife."""


Element = Line | Feed | Qr | Raster | Cut


def decode(data: bytes) -> list[Element]:
    """What ``data`` puts on paper, in order. Raises DecodeError."""
    return _Reader(data).read()


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._start = 0
        self._elements: list[Element] = []
        self._reset()
        self._commands: dict[bytes, Callable[[], None]] = {
            b"\x1b@": self._initialise,
            b"\x1bt": self._code_table,
            b"\x1ba": self._justify,
            b"\x1bE": self._embolden,
            b"\x1b!": self._print_mode,
            b"\x1bd": self._feed,
            b"\x1d!": self._size,
            b"\x1dV": self._cut,
            b"\x1d(": self._graphics,
            b"\x1dv": self._raster,
        }

    def read(self) -> list[Element]:
        while self._at < len(self._data):
            self._start = self._at
            first = self._byte()
            if first in (0x1B, 0x1D):
                self._command(bytes([first, self._byte()]))
            elif first == 0x0A:
                self._elements.append(Line(tuple(self._runs), self._align))
                self._runs = []
            elif first < 0x20 or first == 0x7F:
                raise self._wrong(f"control byte 0x{first:02x}")
            else:
                self._character(first)
        self._start = self._at
        self._at_line_start("end of the job")
        return self._elements

    def _command(self, name: bytes) -> None:
        act = self._commands.get(name)
        if act is None:
            raise self._wrong(f"unknown command {name!r}")
        act()

    def _character(self, code: int) -> None:
        try:
            character = bytes([code]).decode(self._codec)
        except UnicodeDecodeError as error:
            raise self._wrong(f"0x{code:02x} is no letter of {self._codec}") from error
        if self._runs and self._runs[-1].style == self._style:
            character = self._runs.pop().text + character
        self._runs.append(Run(character, self._style))

    def _initialise(self) -> None:
        self._at_line_start("ESC @")
        self._reset()

    def _reset(self) -> None:
        self._codec = "cp437"
        self._style = Style()
        self._align: Align = "left"
        self._runs: list[Run] = []
        self._qr_module: int | None = None
        self._qr_level: str | None = None
        self._qr_text: str | None = None

    def _code_table(self) -> None:
        number = self._byte()
        if number not in _TABLES:
            raise self._wrong(f"code table {number}")
        self._codec = _TABLES[number]

    def _justify(self) -> None:
        self._at_line_start("ESC a")
        number = self._byte()
        if number not in _ALIGNS:
            raise self._wrong(f"justification {number}")
        self._align = _ALIGNS[number]

    def _embolden(self) -> None:
        number = self._byte()
        if number > 1:
            raise self._wrong(f"emphasis {number}")
        self._style = replace(self._style, bold=bool(number))

    def _print_mode(self) -> None:
        mode = self._byte()
        if mode & ~0x38:
            raise self._wrong(f"print mode 0x{mode:02x}")
        self._style = Style(bool(mode & 0x08), 2 if mode & 0x20 else 1, 2 if mode & 0x10 else 1)

    def _size(self) -> None:
        size = self._byte()
        if size & 0x88:
            raise self._wrong(f"character size 0x{size:02x}")
        self._style = replace(self._style, wide=(size >> 4) + 1, tall=(size & 7) + 1)

    def _feed(self) -> None:
        self._at_line_start("ESC d")
        self._elements.append(Feed(self._byte()))

    def _cut(self) -> None:
        self._at_line_start("GS V")
        how = self._byte()
        if how in (65, 66):
            feed = self._byte()
            if feed:
                raise self._wrong(f"cut with {feed} dots more feed")
        elif how not in (0, 1, 48, 49):
            raise self._wrong(f"cut mode {how}")
        self._elements.append(Cut())

    def _graphics(self) -> None:
        if self._byte() != ord("k"):
            raise self._wrong("GS ( of another kind than k")
        body = self._take(int.from_bytes(self._take(2), "little"))
        if body[:1] != b"1" or len(body) < 3:
            raise self._wrong("a two-dimensional code other than QR")
        function, rest = body[1], body[2:]
        if function == 65:
            if rest != b"2\x00":
                raise self._wrong(f"QR model {rest!r}")
        elif function == 67 and len(rest) == 1 and 1 <= rest[0] <= 16:
            self._qr_module = rest[0]
        elif function == 69 and len(rest) == 1 and rest[0] in _LEVELS:
            self._qr_level = _LEVELS[rest[0]]
        elif function == 80 and rest[:1] == b"0":
            self._qr_text = self._ascii(rest[1:])
        elif function == 81 and rest == b"0":
            self._draw_qr()
        else:
            raise self._wrong(f"QR function {function} with {rest!r}")

    def _ascii(self, raw: bytes) -> str:
        if not raw or not raw.isascii():
            raise self._wrong("QR text is empty or not ASCII")
        return raw.decode("ascii")

    def _draw_qr(self) -> None:
        self._at_line_start("QR print")
        if self._qr_text is None or self._qr_level is None or self._qr_module is None:
            raise self._wrong("QR printed before its text, level and size were set")
        self._elements.append(Qr(self._qr_text, self._qr_level, self._qr_module, self._align))

    def _raster(self) -> None:
        self._at_line_start("GS v")
        if self._take(2) != b"0\x00":
            raise self._wrong("a picture in another mode than normal")
        width = int.from_bytes(self._take(2), "little")
        height = int.from_bytes(self._take(2), "little")
        if not width or not height:
            raise self._wrong("an empty picture")
        rows = tuple(self._take(width) for _ in range(height))
        self._elements.append(Raster(width, rows, self._align))

    def _at_line_start(self, what: str) -> None:
        if self._runs:
            raise self._wrong(f"{what} in the middle of a line")

    def _byte(self) -> int:
        return self._take(1)[0]

    def _take(self, count: int) -> bytes:
        taken = self._data[self._at : self._at + count]
        if len(taken) < count:
            raise self._wrong("the job ends inside a command")
        self._at += count
        return taken

    def _wrong(self, says: str) -> DecodeError:
        return DecodeError(self._start, says)
