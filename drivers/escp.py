"""Builds the bytes of one paper for a dot-matrix printer (ESC/P, Epson's command set).

For 2-ply paper, which does not fade and makes its own copy: 80 columns of 10 characters per inch,
6 lines per inch, on continuous forms. Only commands that the oldest 9-pin printers and their
clones understand as well. A letter that the code page lacks is folded: these printers draw a line
of dots too coarsely for small accents.

Source: Epson ESC/P Reference Manual, 9-pin and 24-pin (ESC *, ESC 3, ESC C, ESC U, ESC w).
"""

from __future__ import annotations

from dataclasses import dataclass

from drivers.escpos import qr_modules
from drivers.letters import at_both_edges, fold, wrap
from drivers.profiles import Profile

_ESC = b"\x1b"
_NEW_LINE = b"\r\n"
_FORM_FEED = b"\x0c"

_INIT = _ESC + b"@"
_TEN_PER_INCH = _ESC + b"P\x12"
"""And condensed off: the panel's own setting outlives ESC @ on some printers."""
_SIX_LINES_PER_INCH = _ESC + b"2"
_PC437 = _ESC + b"R\x00" + _ESC + b"t\x01" + _ESC + b"6"
"""American signs, the graphic table instead of italics, and letters also from 0x80 to 0x9f."""

_QUIET_LINES = 1
"""A line of 1/6 inch is 4 modules of the 9-pin code and 5 of the 24-pin one: its quiet zone."""


@dataclass(frozen=True, slots=True)
class _Dots:
    """How a head prints pictures. A module is ``across`` dots by ``down`` dots, and square."""

    mode: int
    per_inch: int
    band: int
    across: int
    down: int
    line: int
    band_feed: int = 24
    """The rows of a band, in the units of ESC 3 of which ``line`` make 1/6 inch."""


_HEADS = {
    9: _Dots(mode=1, per_inch=120, band=8, across=5, down=3, line=36),
    24: _Dots(mode=39, per_inch=180, band=24, across=6, down=6, line=30),
}
"""9 pins: 120 x 72 dots per inch, module 5/120 = 3/72 inch = 1.06 mm. 24 pins: 180 x 180,
module 6/180 inch = 0.85 mm. The ribbon's blur and the second ply need modules this large."""


class EscpTicket:
    """One paper under way: each call adds to its end, the form feed is the last.

    Raises ValueError when something is added after it, or for a profile of another language.
    """

    def __init__(self, profile: Profile) -> None:
        if profile.language != "escp":
            raise ValueError(f"profile {profile.name} is no ESC/P printer")
        self.profile = profile
        self._closed = False
        self._line_now = 0
        self._out = bytearray(_INIT + _TEN_PER_INCH + _SIX_LINES_PER_INCH)
        self._out += _ESC + b"C" + bytes([profile.form_lines]) + _PC437

    def text(
        self, text: str, *, bold: bool = False, center: bool = False, tall: bool = False
    ) -> None:
        """Adds ``text``, wrapped at the paper's columns; line ends in it are kept.

        ``tall`` is also wide where the line has room for it.
        """
        for line in self._lines(text):
            self._styled(line, bold=bold, center=center, tall=tall)

    def rule(self) -> None:
        """Adds a line of dashes across the paper."""
        self._line("-" * self.profile.columns)

    def columns(self, left: str, right: str) -> None:
        """Adds ``left`` at the left edge and ``right`` at the right one.

        On one line if both fit with a space between, else ``right`` goes on lines of its own.
        """
        for line in at_both_edges(self._lines(left), self._lines(right), self.profile.columns):
            self._line(line)

    def qr(self, text: str) -> None:
        """Adds a QR code of ASCII ``text``, level M, centred, with a blank line on both sides.

        One that would be torn by the perforation begins on the next form. Raises ValueError when
        the text is empty, is not ASCII, or does not fit on the paper.
        """
        if not text or not text.isascii():
            raise ValueError("a QR code on paper takes ASCII text, at least one character")
        dots = _HEADS[self.profile.pins]
        rows = qr_modules(text)
        inches = len(rows) * dots.across / dots.per_inch
        if inches > self.profile.columns / 10:
            raise ValueError(f"a QR code of {len(rows)} modules is too wide for this paper")
        bands = _bands(rows, dots)
        lines = -(-len(bands) * dots.band_feed // dots.line)
        self._keep_together(lines + 2 * _QUIET_LINES)
        self.feed(_QUIET_LINES)
        self._add(_ESC + b"U\x01")
        rest = lines * dots.line - (len(bands) - 1) * dots.band_feed
        indent = b" " * round((self.profile.columns - inches * 10) / 2)
        for at, band in enumerate(bands, 1):
            feed = rest if at == len(bands) else dots.band_feed
            count = (len(band) // (dots.band // 8)).to_bytes(2, "little")
            self._add(_ESC + b"3" + bytes([feed]) + indent)
            self._add(_ESC + b"*" + bytes([dots.mode]) + count + band + _NEW_LINE)
        self._add(_SIX_LINES_PER_INCH + _ESC + b"U\x00")
        self._line_now += lines
        self.feed(_QUIET_LINES)

    def feed(self, lines: int = 1) -> None:
        """Moves the paper on by ``lines`` blank lines."""
        for _ in range(lines):
            self._line("")

    def cut(self) -> None:
        """Ends the paper: moves on to the perforation, where it is torn off."""
        self._add(_FORM_FEED)
        self._closed = True

    def bytes(self) -> _Bytes:
        """All that goes to the printer for this paper."""
        return bytes(self._out)

    def _lines(self, text: str) -> list[str]:
        return wrap(fold(text, self.profile.codepage), self.profile.columns)

    def _styled(self, line: str, *, bold: bool, center: bool, tall: bool) -> None:
        wide = tall and 2 * len(line) <= self.profile.columns
        if tall:
            self._room_above()
        if center:
            room = self.profile.columns // (2 if wide else 1)
            line = line.center(room).rstrip()
        styles = [
            (bold, _ESC + b"E", _ESC + b"F"),
            (tall, _ESC + b"w\x01", _ESC + b"w\x00"),
            (wide, _ESC + b"W\x01", _ESC + b"W\x00"),
        ]
        for wanted, start, _ in styles:
            if wanted:
                self._add(start)
        self._add(line.encode(self.profile.codepage))
        for wanted, _, stop in reversed(styles):
            if wanted:
                self._add(stop)
        self._line("")

    def _room_above(self) -> None:
        """A tall line grows upwards from its baseline; on the first line of a form it does not."""
        self._line("")
        if self._line_now % self.profile.form_lines == 0:
            self._line("")

    def _line(self, line: str) -> None:
        self._add(line.encode(self.profile.codepage) + _NEW_LINE)
        self._line_now += 1

    def _keep_together(self, lines: int) -> None:
        """Goes on to the next form if ``lines`` more do not fit on this one, but fit on one."""
        form = self.profile.form_lines
        if self._line_now % form + lines > form >= lines:
            self._add(_FORM_FEED)
            self._line_now = 0

    def _add(self, raw: _Bytes) -> None:
        if self._closed:
            raise ValueError("this paper is at its end already: the form feed is the last")
        self._out += raw


_Bytes = bytes  # inside EscpTicket, `bytes` names its method


def _bands(rows: list[list[bool]], dots: _Dots) -> list[bytes]:
    """The code in strips as high as the head, column by column, the top dot in the top bit."""
    picture = [row for row in rows for _ in range(dots.down)]
    picture += [[False] * len(rows)] * (-len(picture) % dots.band)
    strips = (picture[at : at + dots.band] for at in range(0, len(picture), dots.band))
    return [
        b"".join(_column(column, dots) * dots.across for column in zip(*strip, strict=True))
        for strip in strips
    ]


def _column(column: tuple[bool, ...], dots: _Dots) -> bytes:
    bits = "".join("1" if dark else "0" for dark in column)
    return int(bits, 2).to_bytes(dots.band // 8, "big")
