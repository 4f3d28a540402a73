"""Reads ESC/P bytes the way a dot-matrix printer does, and refuses what a good job never holds.

Written apart from the encoder, from the "EPSON ESC/P Reference Manual" (December 1997), so that a
mistake in one is not repeated in the other. What would depend on the switches of a printer, or be
dropped by its head, is an error too: the same job must look the same on every printer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from drivers.virtual.decode import DecodeError

Pins = Literal[9, 24]

INCH = 2160
"""Units of an inch: both ways, every dot of every mode falls on a whole one."""

_PRINTABLE_INCHES = 8
_CPI_10, _CPI_12 = INCH // 10, INCH // 12
_CONDENSED = {_CPI_10: 126, _CPI_12: 108}  # 17.14 and 20 characters to the inch
_LONGEST_PAGE = 22

_DENSITIES: dict[Pins, dict[int, int]] = {
    9: {0: 60, 1: 120, 2: 120, 3: 240, 4: 80, 5: 72, 6: 90, 7: 144},
    24: {0: 60, 1: 120, 2: 120, 3: 240, 4: 80, 6: 90, 32: 60, 33: 120, 38: 90, 39: 180, 40: 360},
}
_EVERY_OTHER_DOT = (2, 3)
_OLD_MODES = {b"\x1bK": 0, b"\x1bL": 1, b"\x1bY": 2, b"\x1bZ": 3}

_ELITE, _SMALL, _BOLD, _TWICE, _WIDE, _UNDERLINED = 0x01, 0x04, 0x08, 0x10, 0x20, 0x80
_KNOWN_MODES = _ELITE | _SMALL | _BOLD | _TWICE | _WIDE | _UNDERLINED


@dataclass(frozen=True, slots=True)
class Style:
    """How characters look; ``pitch`` is the width of one in units of 1/2160 inch."""

    pitch: int = _CPI_10
    bold: bool = False
    underlined: bool = False
    wide: bool = False
    tall: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """Characters of one style, the top left of the first at (x, y) in units of 1/2160 inch.

    ``y`` runs on over the pages. A tall one reaches as far above ``y`` as another below it.
    """

    x: int
    y: int
    text: str
    style: Style

    @property
    def width(self) -> int:
        """Units from its left to its right."""
        return len(self.text) * self.style.pitch


@dataclass(frozen=True, slots=True)
class Bits:
    """One pass of the head over a picture, its top left dot at (x, y).

    Each of ``columns`` is one byte for 8 pins or three for 24, the highest bit uppermost, 1 black;
    dots stand ``dpi_x`` and ``dpi_y`` to the inch.
    """

    x: int
    y: int
    dpi_x: int
    dpi_y: int
    columns: tuple[bytes, ...]

    @property
    def width(self) -> int:
        """Units from its left to its right."""
        return len(self.columns) * INCH // self.dpi_x


@dataclass(frozen=True, slots=True)
class PageEnd:
    """A form feed: ``y`` is the top of the page that begins."""

    y: int


Element = Text | Bits | PageEnd


def decode_escp(data: bytes, pins: Pins = 9) -> list[Element]:
    """What ``data`` puts on the paper of a printer with ``pins``, in order. Raises DecodeError."""
    return _Reader(data, pins).read()


class _Reader:
    def __init__(self, data: bytes, pins: Pins) -> None:
        self._data = data
        self._pins: Pins = pins
        self._step = INCH // (216 if pins == 9 else 180)
        self._coarse = INCH // (72 if pins == 9 else 60)
        self._at = self._start = 0
        self._elements: list[Element] = []
        self._y = 0
        self._reset()
        self._controls: dict[int, Callable[[], None]] = {
            0x0A: self._line_feed,
            0x0C: self._form_feed,
            0x0D: self._flush,
            0x0F: lambda: self._condense(True),
            0x12: lambda: self._condense(False),
            0x1B: self._command,
        }
        self._commands: dict[bytes, Callable[[], None]] = {
            b"\x1b@": self._initialise,
            b"\x1bE": lambda: self._restyle(emphasised=True),
            b"\x1bF": lambda: self._restyle(emphasised=False),
            b"\x1bG": lambda: self._restyle(twice=True),
            b"\x1bH": lambda: self._restyle(twice=False),
            b"\x1bP": lambda: self._restyle(cpi=_CPI_10),
            b"\x1bM": lambda: self._restyle(cpi=_CPI_12),
            b"\x1bW": lambda: self._restyle(wide=self._switch()),
            b"\x1bw": lambda: self._restyle(tall=self._switch()),
            b"\x1b-": lambda: self._restyle(underlined=self._switch()),
            b"\x1b!": self._master,
            b"\x1bU": lambda: self._ignore(self._switch()),
            b"\x1bR": self._nation,
            b"\x1bt": self._table,
            b"\x1b6": lambda: self._upper(True),
            b"\x1b7": lambda: self._upper(False),
            b"\x1ba": self._justify,
            b"\x1b0": lambda: self._space(INCH // 8),
            b"\x1b1": self._seven_dots,
            b"\x1b2": lambda: self._space(INCH // 6),
            b"\x1b3": lambda: self._space(self._byte() * self._step),
            b"\x1bA": self._coarse_space,
            b"\x1bC": self._page_length,
            b"\x1bN": self._skip_perforation,
            b"\x1bO": self._no_skip,
            b"\x1bJ": self._advance_once,
            b"\x1b*": lambda: self._bits(self._byte()),
            **{name: self._old_bits(mode) for name, mode in _OLD_MODES.items()},
        }

    def read(self) -> list[Element]:
        while self._at < len(self._data):
            self._start = self._at
            first = self._byte()
            if first in self._controls:
                self._controls[first]()
            elif first < 0x20 or first == 0x7F:
                raise self._wrong(f"control byte 0x{first:02x}")
            else:
                self._character(first)
        self._start = self._at
        self._at_line_start("end of the job")
        return self._elements

    # -- characters ------------------------------------------------------------------------------

    def _character(self, code: int) -> None:
        if code >= 0x80 and not self._graphic_table:
            raise self._wrong("a letter above 0x7f while no character table is selected (ESC t 1)")
        if 0x80 <= code < 0xA0 and not self._upper_letters:
            raise self._wrong(f"control byte 0x{code:02x} (no letter after ESC 7)")
        letter = bytes([code]).decode("cp437")
        style = self._style()
        self._room_for(style.pitch)
        last = self._line[-1] if self._line else None
        if isinstance(last, Text) and last.style == style and last.x + last.width == self._x:
            self._line[-1] = replace(last, text=last.text + letter)
        else:
            self._line.append(Text(self._x, self._y, letter, style))
        self._x += style.pitch

    def _style(self) -> Style:
        """The first line of a page is never of double height: there is no room above it."""
        pitch = _CONDENSED[self._cpi] if self._condensed else self._cpi
        top = (self._y - self._page_top) % self._page == 0 if self._page else self._y == 0
        return Style(
            pitch * 2 if self._wide else pitch,
            self._emphasised or self._twice,
            self._underlined,
            self._wide,
            self._tall and not top,
        )

    def _restyle(
        self,
        *,
        cpi: int | None = None,
        emphasised: bool | None = None,
        twice: bool | None = None,
        wide: bool | None = None,
        tall: bool | None = None,
        underlined: bool | None = None,
    ) -> None:
        self._cpi = self._cpi if cpi is None else cpi
        self._emphasised = self._emphasised if emphasised is None else emphasised
        self._twice = self._twice if twice is None else twice
        self._wide = self._wide if wide is None else wide
        self._tall = self._tall if tall is None else tall
        self._underlined = self._underlined if underlined is None else underlined

    def _condense(self, on: bool) -> None:
        self._condensed = on

    def _master(self) -> None:
        mode = self._byte()
        if mode & ~_KNOWN_MODES:
            raise self._wrong(f"master select 0x{mode:02x}: proportional or italic")
        self._condensed = bool(mode & _SMALL)
        self._restyle(
            cpi=_CPI_12 if mode & _ELITE else _CPI_10,
            emphasised=bool(mode & _BOLD),
            twice=bool(mode & _TWICE),
            wide=bool(mode & _WIDE),
            underlined=bool(mode & _UNDERLINED),
        )

    def _nation(self) -> None:
        if number := self._byte():
            raise self._wrong(f"character set of nation {number}: it changes letters of ASCII")

    def _table(self) -> None:
        number = self._byte()
        if number not in (0, 1, 48, 49):
            raise self._wrong(f"character table {number}")
        self._graphic_table = number in (1, 49)

    def _upper(self, on: bool) -> None:
        self._upper_letters = on

    # -- pictures --------------------------------------------------------------------------------

    def _old_bits(self, mode: int) -> Callable[[], None]:
        return lambda: self._bits(mode)

    def _bits(self, mode: int) -> None:
        density = _DENSITIES[self._pins].get(mode)
        if density is None:
            raise self._wrong(f"picture mode {mode} on a head of {self._pins} pins")
        if self._align:
            raise self._wrong("a picture on a line that is not set left")
        count = int.from_bytes(self._take(2), "little")
        if not count:
            raise self._wrong("an empty picture")
        high = 3 if mode >= 32 else 1
        raw = self._take(count * high)
        columns = tuple(raw[at : at + high] for at in range(0, len(raw), high))
        if mode in _EVERY_OTHER_DOT and any(one[0] & other[0] for one, other in pairwise(columns)):
            raise self._wrong(f"dots side by side in mode {mode}, which drops the second")
        down = 180 if high == 3 else 72 if self._pins == 9 else 60
        drawn = Bits(self._x, self._y, density, down, columns)
        self._room_for(drawn.width)
        self._line.append(drawn)
        self._x += drawn.width

    # -- where the head stands -------------------------------------------------------------------

    def _initialise(self) -> None:
        self._at_line_start("ESC @")
        self._reset()

    def _reset(self) -> None:
        self._cpi = _CPI_10
        self._condensed = self._emphasised = self._twice = False
        self._wide = self._tall = self._underlined = False
        self._graphic_table = False
        self._upper_letters = True
        self._align = 0
        self._spacing = INCH // 6
        self._page = self._skip = 0
        self._page_top = self._y
        self._x = 0
        self._line: list[Text | Bits] = []

    def _line_feed(self) -> None:
        self._flush()
        self._advance(self._spacing)

    def _advance_once(self) -> None:
        if self._align:
            self._at_line_start("ESC J")
        x = self._x
        self._flush()
        self._x = x
        self._advance(self._byte() * self._step)

    def _form_feed(self) -> None:
        self._flush()
        if not self._page:
            raise self._wrong("form feed before the length of a page is set (ESC C)")
        self._next_page()
        self._elements.append(PageEnd(self._y))

    def _flush(self) -> None:
        """Prints the line: only now is it known where a centred one begins."""
        room = INCH * _PRINTABLE_INCHES - self._x
        shift = {0: 0, 1: room // 2, 2: room}[self._align]
        self._elements += [replace(one, x=one.x + shift) for one in self._line]
        self._line = []
        self._x = 0

    def _advance(self, units: int) -> None:
        self._y += units
        on_page = (self._y - self._page_top) % self._page if self._page else 0
        if self._skip and on_page >= self._page - self._skip:
            self._next_page()

    def _next_page(self) -> None:
        pages = (self._y - self._page_top) // self._page + 1
        self._y = self._page_top + pages * self._page

    def _justify(self) -> None:
        self._at_line_start("ESC a")
        number = self._byte()
        if number not in (0, 1, 2, 48, 49, 50):
            raise self._wrong(f"justification {number}")
        self._align = number % 48

    def _space(self, units: int) -> None:
        self._spacing = units

    def _seven_dots(self) -> None:
        if self._pins != 9:
            raise self._wrong("ESC 1 on a head of 24 pins")
        self._space(7 * INCH // 72)

    def _coarse_space(self) -> None:
        number = self._byte()
        if number > (85 if self._pins == 9 else 127):
            raise self._wrong(f"line spacing {number}")
        self._space(number * self._coarse)

    def _page_length(self) -> None:
        self._at_line_start("ESC C")
        number = self._byte()
        if number:
            length = number * self._spacing
        else:
            number = self._byte()
            length = number * INCH
        if number > 127 or not 0 < length <= _LONGEST_PAGE * INCH:
            raise self._wrong(f"a page of {length / INCH:g} inches")
        self._page, self._page_top, self._skip = length, self._y, 0

    def _skip_perforation(self) -> None:
        number = self._byte()
        if not 0 < number <= 127 or not self._page or number * self._spacing >= self._page:
            raise self._wrong(f"{number} lines left bare at the end of a page")
        self._skip = number * self._spacing

    def _no_skip(self) -> None:
        self._skip = 0

    def _room_for(self, width: int) -> None:
        if self._x + width > INCH * _PRINTABLE_INCHES:
            raise self._wrong(f"wider than {_PRINTABLE_INCHES} inches")

    # -- bytes -----------------------------------------------------------------------------------

    def _command(self) -> None:
        name = b"\x1b" + self._take(1)
        act = self._commands.get(name)
        if act is None:
            raise self._wrong(f"unknown command {name!r}")
        act()

    def _switch(self) -> bool:
        number = self._byte()
        if number not in (0, 1, 48, 49):
            raise self._wrong(f"{number} where only 0 or 1 may be")
        return number in (1, 49)

    def _ignore(self, _value: bool) -> None:
        """Both directions or one: nothing that is seen on the paper."""

    def _at_line_start(self, what: str) -> None:
        if self._line:
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
