"""Builds the bytes of one small paper for a thermal printer (ESC/POS, Epson's command set).

About ten commands, the ones that cheap clones understand as well: initialise, code page, bold,
double height, alignment, feed, QR code and cut. Text never carries a command: control characters
in it become spaces, so that a name typed with an escape character cannot steer the printer.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from drivers.letters import at_both_edges, fold, has, wrap
from drivers.profiles import PROFILES, Profile

__all__ = ["PROFILES", "Profile", "Ticket", "fold", "qr_modules", "wrap"]

_ESC = b"\x1b"
_GS = b"\x1d"
_QR = _GS + b"(k"

_INIT = _ESC + b"@"
_FEED_AND_CUT = _GS + b"V\x42\x00"
_QR_MODEL_2 = _QR + b"\x04\x001A2\x00"
_QR_LEVEL_M = _QR + b"\x03\x001E1"
_QR_PRINT = _QR + b"\x03\x001Q0"

_CODE_TABLES = {"ascii": 0, "cp437": 0, "cp850": 2, "cp1252": 16, "cp858": 19}
"""Number by which ESC t selects the code page that Python knows under this name."""

_QR_QUIET = 4
_QR_SMALLEST, _QR_LARGEST = 3, 6
"""Dots a QR module may have at 203 dpi: under 3 cheap scanners miss it, over 6 wastes paper."""

_QR_CAPACITY_M = (
    *(14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331),
    *(362, 412, 450, 504, 560, 624, 666, 711, 779, 857, 911, 997),
)
"""Bytes that QR versions 1..25 hold at level M in byte mode (ISO/IEC 18004 table 7)."""

_RASTER_SLICE = 128
"""Rows per picture command: small printers have small buffers."""

_REAL_TIME = re.compile(rb"\x10(?=[\x04\x05\x14])")
"""DLE EOT, DLE ENQ and DLE DC4: some printers obey them even in the middle of a picture."""


class Ticket:
    """One paper under way: each call adds to its end, the cut is the last.

    Raises ValueError when something is added after the cut, or when a QR code does not fit.
    """

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self._closed = False
        self._out = bytearray(_INIT + _ESC + b"t" + bytes([_CODE_TABLES[profile.codepage]]))

    def text(
        self, text: str, *, bold: bool = False, center: bool = False, tall: bool = False
    ) -> None:
        """Adds ``text``, wrapped at the paper's columns; line ends in it are kept.

        A line with a letter that the code page lacks goes out as a picture of the line.
        """
        with_style = [
            (bold, _ESC + b"E\x01", _ESC + b"E\x00"),
            (tall, _GS + b"!\x01", _GS + b"!\x00"),
            (center, _ESC + b"a\x01", _ESC + b"a\x00"),
        ]
        for wanted, start, _ in with_style:
            if wanted:
                self._add(start)
        for line in self._lines(text):
            self._line(line, bold=bold, tall=tall)
        for wanted, _, stop in reversed(with_style):
            if wanted:
                self._add(stop)

    def rule(self) -> None:
        """Adds a line of dashes across the paper."""
        self._line("-" * self.profile.columns)

    def columns(self, left: str, right: str) -> None:
        """Adds ``left`` at the left edge and ``right`` at the right one.

        On one line if both fit with a space between, else ``right`` goes on lines of its own.
        """
        width = self.profile.columns
        for line in at_both_edges(self._lines(left), self._lines(right), width):
            self._line(line)

    def qr(self, text: str) -> None:
        """Adds a QR code of ASCII ``text``, level M, centred, with a blank line on both sides.

        Drawn by the printer itself, or sent as a picture where the profile has no native QR.
        Raises ValueError when the text is empty, is not ASCII, or does not fit on the paper.
        """
        if not text or not text.isascii():
            raise ValueError("a QR code on paper takes ASCII text, at least one character")
        if len(text) > _QR_CAPACITY_M[-1]:
            raise ValueError(f"{len(text)} characters are too many for a QR code on paper")
        symbol = self._native_qr(text) if self.profile.native_qr else self._picture_qr(text)
        self.feed(1)
        self._add(_ESC + b"a\x01" + symbol + _ESC + b"a\x00")
        self.feed(1)

    def feed(self, lines: int = 1) -> None:
        """Moves the paper on by ``lines`` blank lines (0 to 255)."""
        if lines:
            self._add(_ESC + b"d" + bytes([lines]))

    def cut(self) -> None:
        """Ends the paper: moves its last line past the tear edge, and cuts where a cutter is."""
        self.feed(3)
        if self.profile.cutter:
            self._add(_FEED_AND_CUT)
        self._closed = True

    def bytes(self) -> _Bytes:
        """All that goes to the printer for this paper."""
        return bytes(self._out)

    def _add(self, raw: _Bytes) -> None:
        if self._closed:
            raise ValueError("this paper is cut already: the cut is the last thing on it")
        self._out += raw

    def _lines(self, text: str) -> list[str]:
        return wrap(fold(text, self.profile.codepage, drawn=True), self.profile.columns)

    def _line(self, line: str, *, bold: bool = False, tall: bool = False) -> None:
        if has(self.profile.codepage, line):
            self._add(line.encode(self.profile.codepage) + b"\n")
        else:
            from drivers.drawn_line import draw_line

            self._add(_picture(draw_line(line, bold=bold, tall=tall)))

    def _native_qr(self, text: str) -> _Bytes:
        # Some clones encode every text in byte mode, so the size is chosen for the larger symbol.
        version = 1 + bisect_left(_QR_CAPACITY_M, len(text))
        module = self._module_dots(17 + 4 * version)
        size = (len(text) + 3).to_bytes(2, "little")
        return b"".join(
            (
                _QR_MODEL_2,
                _QR + b"\x03\x001C" + bytes([module]),
                _QR_LEVEL_M,
                _QR + size + b"1P0" + text.encode("ascii"),
                _QR_PRINT,
            )
        )

    def _picture_qr(self, text: str) -> _Bytes:
        rows = qr_modules(text)
        module = self._module_dots(len(rows))
        return _picture([_pack(row, module) for row in rows for _ in range(module)])

    def _module_dots(self, modules: int) -> int:
        """Dots per module so that ``modules`` and their quiet zone fit across the paper."""
        module = min(_QR_LARGEST, self.profile.dots // (modules + 2 * _QR_QUIET))
        if module < _QR_SMALLEST:
            raise ValueError(f"a QR code of {modules} modules is too wide for this paper")
        return module


_Bytes = bytes  # inside Ticket, `bytes` names its method


def _picture(rows: Sequence[bytes]) -> bytes:
    """A picture of ``rows`` of dots, eight to a byte, in slices that a small printer can hold."""
    wide = len(rows[0]).to_bytes(2, "little")
    slices = [rows[at : at + _RASTER_SLICE] for at in range(0, len(rows), _RASTER_SLICE)]
    whole = b"".join(
        _GS + b"v0\x00" + wide + len(part).to_bytes(2, "little") + b"".join(part) for part in slices
    )
    # Only one dot alone in its byte can begin a real-time command; its neighbour makes it none.
    return _REAL_TIME.sub(b"\x18", whole)


def qr_modules(text: str) -> list[list[bool]]:
    """The rows of the QR code of ``text``, level M, dark is True, without its quiet zone."""
    from qrcode.constants import ERROR_CORRECT_M
    from qrcode.image.base import BaseImage
    from qrcode.main import QRCode

    code = QRCode(error_correction=ERROR_CORRECT_M, border=0, image_factory=BaseImage)
    code.add_data(text)
    code.make()
    return [[bool(dark) for dark in row] for row in code.modules]


def _pack(row: list[bool], module: int) -> bytes:
    """One row of dots, eight to a byte, the leftmost in the highest bit."""
    wide = -(-len(row) * module // 8)
    bits = "".join(("1" if dark else "0") * module for dark in row).ljust(wide * 8, "0")
    return int(bits, 2).to_bytes(wide, "big")
