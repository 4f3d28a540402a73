"""A decoded dot-matrix paper as a picture, every dot where the pins would strike it."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from drivers.virtual.decode_escp import INCH, Bits, Element, PageEnd, Style, Text

DPI = 360
"""Pixels of an inch, both ways: a square on the paper is a square in the picture."""

MARGIN = 36
"""Pixels of bare paper around what the head can reach."""

LETTER_HEIGHT = DPI // 8
"""Pixels of a letter: nine pins at 72 to the inch."""

_REACH = 8 * DPI
_UNIT = INCH // DPI
_FONT_SIZE, _BASELINE = 36, 36
_BOLD_STROKE = 1.5
_STRUCK_BELOW = 140
_WHITE, _BLACK = 255, 0
_SIDES = {"LEFT": "l", "RIGHT": "r", "UP": "u", "DOWN": "d", "HORIZONTAL": "lr", "VERTICAL": "ud"}


def render_escp_png(elements: Sequence[Element]) -> bytes:
    """The paper, 8 inches printable, as a black-and-white PNG of 360 dots per inch.

    A page end shows as a dashed line.
    """
    height = max((_bottom(element) for element in elements), default=0)
    paper = Image.new("L", (_REACH + 2 * MARGIN, height + 2 * MARGIN), _WHITE)
    for element in elements:
        match element:
            case Text():
                _strike_text(paper, element)
            case Bits():
                _strike_bits(paper, element)
            case PageEnd(y):
                _perforation(paper, y // _UNIT + MARGIN)
    out = io.BytesIO()
    paper.convert("1").save(out, "PNG", dpi=(DPI, DPI))
    return out.getvalue()


def _bottom(element: Element) -> int:
    match element:
        case Text():
            return element.y // _UNIT + LETTER_HEIGHT
        case Bits():
            return (element.y + len(element.columns[0]) * 8 * INCH // element.dpi_y) // _UNIT
        case PageEnd():
            return element.y // _UNIT


# -- letters -----------------------------------------------------------------------------------


def _strike_text(paper: Image.Image, text: Text) -> None:
    for at, letter in enumerate(text.text):
        x, after = ((text.x + n * text.style.pitch) // _UNIT for n in (at, at + 1))
        glyph = _glyph(letter, text.style, after - x)
        top = text.y // _UNIT - (LETTER_HEIGHT if text.style.tall else 0)
        # What is white in a letter leaves the paper as it is: two may be struck over each other.
        paper.paste(_BLACK, (x + MARGIN, top + MARGIN), glyph)


@cache
def _glyph(letter: str, style: Style, width: int) -> Image.Image:
    """A letter as a mask, 255 where it is struck, squeezed into its cell."""
    if unicodedata.name(letter, "").startswith("BOX DRAWINGS"):
        drawn = _box_piece(letter, width)
    else:
        drawn = _letter(letter, style, width)
    if style.underlined:
        line = (0, LETTER_HEIGHT - 3, width, LETTER_HEIGHT)
        ImageDraw.Draw(drawn).rectangle(line, fill=_WHITE)
    return _resized(drawn, (width, LETTER_HEIGHT * 2)) if style.tall else drawn


def _letter(letter: str, style: Style, width: int) -> Image.Image:
    """Pillow's own font is not monospaced and holds ASCII only: an accent is left away."""
    font = ImageFont.load_default(_FONT_SIZE)
    base = unicodedata.normalize("NFKD", letter)[0]
    letter = base if base.isascii() else letter
    cell = width // 2 if style.wide else width
    natural = round(font.getlength(letter))
    drawn = Image.new("L", (max(natural, cell), LETTER_HEIGHT), 0)
    ImageDraw.Draw(drawn).text(
        (max(0, cell - natural) / 2, _BASELINE),
        letter,
        fill=_WHITE,
        font=font,
        anchor="ls",
        stroke_width=_BOLD_STROKE if style.bold else 0,
    )
    shades = _resized(drawn, (width, LETTER_HEIGHT)).tobytes()
    struck = bytes(_WHITE if shade > _STRUCK_BELOW else 0 for shade in shades)
    return Image.frombytes("L", (width, LETTER_HEIGHT), struck)


def _box_piece(letter: str, width: int) -> Image.Image:
    """A piece of a frame, from its name: BOX DRAWINGS LIGHT DOWN AND RIGHT."""
    name = unicodedata.name(letter)
    sides = "".join(drawn for word, drawn in _SIDES.items() if word in name.split())
    piece = Image.new("L", (width, LETTER_HEIGHT), 0)
    draw = ImageDraw.Draw(piece)
    middle, centre, thick = width // 2, LETTER_HEIGHT // 2, 5 if "DOUBLE" in name else 3
    ends = {"l": (0, centre), "r": (width, centre), "u": (middle, 0), "d": (middle, LETTER_HEIGHT)}
    for side in sides:
        draw.line((middle, centre, *ends[side]), fill=_WHITE, width=thick)
    return piece


def _resized(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    # Pillow's own types name numpy, which is no part of this program.
    return picture.resize(size, Image.Resampling.LANCZOS)  # pyright: ignore[reportUnknownMemberType]


# -- pictures ----------------------------------------------------------------------------------


def _strike_bits(paper: Image.Image, bits: Bits) -> None:
    dot = _dot(bits.dpi_y)
    pins = len(bits.columns[0]) * 8
    for across, column in enumerate(bits.columns):
        struck = int.from_bytes(column, "big")
        x = (bits.x + across * INCH // bits.dpi_x) // _UNIT + MARGIN
        for pin in range(pins):
            if struck >> (pins - 1 - pin) & 1:
                y = (bits.y + pin * INCH // bits.dpi_y) // _UNIT + MARGIN
                paper.paste(_BLACK, (x, y), dot)


@cache
def _dot(dpi_y: int) -> Image.Image:
    """What one pin strikes: round, as wide as the pins stand apart; finer pins overlap."""
    size = max(DPI // dpi_y, 3)
    dot = Image.new("L", (size, size), 0)
    ImageDraw.Draw(dot).ellipse((-0.5, -0.5, size - 0.5, size - 0.5), fill=_WHITE)
    return dot


def _perforation(paper: Image.Image, y: int) -> None:
    draw = ImageDraw.Draw(paper)
    for x in range(MARGIN, _REACH + MARGIN, 24):
        draw.line((x, y, x + 11, y), fill=_BLACK)
