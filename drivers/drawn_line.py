"""A line of text as a picture, for a name that the printer's own letters cannot write.

Pillow carries one small font inside itself, with the plain Latin letters; the marks on them are
drawn here. Each letter stands in the cell that the printer's own would have, so that columns stay
columns.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from drivers.letters import MARKS_ABOVE, STRUCK, fold

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

CELL_WIDTH, CELL_HEIGHT = 12, 24
"""Dots of a character of font A."""

LINE_HEIGHT = 30
"""Dots from line to line, the printers' default."""

_FINE = 4
"""Everything is drawn this much larger first, for clean edges."""

_FONT_SIZE, _BASELINE = 18, 19
_X_HEIGHT_TOP = 9
_ABOVE_LOW, _ABOVE_HIGH, _BELOW = 4, 1, 20
_MARK_HEIGHT = 4
_INK, _INK_BOLD = 1.6, 2.0
_DARK = 110

_Stroke = tuple[tuple[float, float], ...]
_STROKES: dict[str, tuple[_Stroke, ...]] = {
    "\u0300": (((4, 0), (7, 3)),),
    "\u0301": (((8, 0), (5, 3)),),
    "\u0302": (((3, 3), (6, 0), (9, 3)),),
    "\u0303": (((2, 3), (4, 1), (8, 3), (10, 1)),),
    "\u0304": (((2, 1), (10, 1)),),
    "\u0306": (((3, 0), (4, 2.5), (6, 3), (8, 2.5), (9, 0)),),
    "\u0307": (((6, 1), (6, 2)),),
    "\u0308": (((3, 1), (3, 2)), ((9, 1), (9, 2))),
    "\u0309": (((4, 0), (7, 0), (7, 2), (6, 3)),),
    "\u030a": (((6, 0), (8, 1.5), (6, 3), (4, 1.5), (6, 0)),),
    "\u030b": (((5, 0), (3, 3)), ((9, 0), (7, 3))),
    "\u030c": (((3, 0), (6, 3), (9, 0)),),
    "\u0323": (((6, 2), (6, 3)),),
    "\u0326": (((7, 1), (5, 4)),),
    "\u0327": (((6, 0), (8, 2), (6, 4), (4, 4)),),
    "\u0328": (((7, 0), (6, 3), (8, 4)),),
    "\u0331": (((2, 3), (10, 3)),),
    "đ": (((5, 6), (11, 6)),),
    "Đ": (((0, 12.5), (6, 12.5)),),
    "ħ": (((0, 8), (7, 8)),),
    "Ħ": (((0, 9), (12, 9)),),
    "ł": (((3, 14), (9, 10)),),
    "Ł": (((0, 14), (7, 10)),),
    "ø": (((2, 19), (10, 9)),),
    "Ø": (((1, 20), (11, 5)),),
    "ı": (),
}
"""Lines of each mark in a box 12 dots wide and 4 high; of a struck letter in its whole cell."""


def draw_line(line: str, *, bold: bool = False, tall: bool = False) -> list[bytes]:
    """The rows of dots of ``line``, eight to a byte, leftmost in the highest bit, 1 is black.

    It is 12 dots a character wide, and as high as the same line in the printer's own letters. A
    letter that cannot be drawn is folded to ASCII.
    """
    from PIL import Image

    times = 2 if tall else 1
    height = max(LINE_HEIGHT, CELL_HEIGHT * times)
    paper = Image.new("1", (-(-len(line) * CELL_WIDTH // 8) * 8, height))
    for at, character in enumerate(line):
        cell = _cell(fold(character, drawn=True)[:1] or " ", bold)
        if tall:
            cell = _resized(cell, (CELL_WIDTH, CELL_HEIGHT * times))
        paper.paste(cell, (at * CELL_WIDTH, 0))
    packed, wide = paper.tobytes(), paper.width // 8
    return [packed[row : row + wide] for row in range(0, len(packed), wide)]


@cache
def _cell(character: str, bold: bool) -> Image:
    from PIL import ImageDraw

    base, *marks = unicodedata.normalize("NFD", STRUCK.get(character, character))
    picture = _letter(base, bold)
    draw = ImageDraw.Draw(picture)
    ink = _INK_BOLD if bold else _INK
    above = [mark for mark in marks if mark in MARKS_ABOVE]
    if base in "ij" and (above or character in STRUCK):
        draw.rectangle((0, 0, picture.width, (_X_HEIGHT_TOP - 1) * _FINE), fill=0)
    if character in STRUCK:
        _stroke(draw, character, 0, ink)
    top = _ABOVE_LOW if base in "acegijmnopqrsuvwxyz" else _ABOVE_HIGH
    for mark in above:
        _stroke(draw, mark, top, ink)
        top = max(0, top - _MARK_HEIGHT)
    for mark in marks:
        if mark not in above:
            _stroke(draw, mark, _BELOW, ink)
    return _burnt(_resized(picture, (CELL_WIDTH, CELL_HEIGHT)))


def _letter(base: str, bold: bool) -> Image:
    """A plain letter, white on black and fine; one wider than its cell is squeezed into it."""
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.load_default(_FONT_SIZE * _FINE)
    width = max(round(font.getlength(base)), CELL_WIDTH * _FINE)
    picture = Image.new("L", (width, CELL_HEIGHT * _FINE))
    ImageDraw.Draw(picture).text(
        (width / 2, _BASELINE * _FINE),
        base,
        fill=255,
        font=font,
        anchor="ms",
        stroke_width=0.5 * _FINE if bold else 0,
    )
    return _resized(picture, (CELL_WIDTH * _FINE, CELL_HEIGHT * _FINE))


def _burnt(picture: Image) -> Image:
    """Only black and white: a dot is burnt or it is not."""
    from PIL import Image

    shades = bytes(255 if shade >= _DARK else 0 for shade in picture.tobytes())
    return Image.frombytes("L", picture.size, shades).convert("1")


def _stroke(draw: ImageDraw, sign: str, top: float, ink: float) -> None:
    for line in _STROKES[sign]:
        points = [(x * _FINE, (y + top) * _FINE) for x, y in line]
        draw.line(points, fill=255, width=round(ink * _FINE), joint="curve")


def _resized(picture: Image, size: tuple[int, int]) -> Image:
    from PIL.Image import Resampling

    how = Resampling.NEAREST if picture.mode == "1" else Resampling.LANCZOS
    # Pillow's own types name numpy, which is no part of this program.
    return picture.resize(size, how)  # pyright: ignore[reportUnknownMemberType]
