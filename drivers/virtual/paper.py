"""A decoded paper as a picture, dot for dot as a 203 dpi thermal printer would burn it."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from functools import cache

from PIL import Image, ImageDraw, ImageFont
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.exceptions import DataOverflowError
from qrcode.image.pil import PilImage
from qrcode.main import QRCode

from drivers.virtual.decode import Align, Cut, Element, Feed, Line, Qr, Raster, Style
from drivers.virtual.plain import Cell, indent, rows, width

CELL_WIDTH, CELL_HEIGHT = 12, 24
"""Dots of a character of font A."""

LINE_HEIGHT = 30
"""Dots from line to line, the printers' default."""

MARGIN = 24
"""Dots of bare paper around what can be printed on."""

_FONT_SIZE, _BASELINE = 19, 19
_BOLD_STROKE = 0.5
_BURNT_BELOW = 140
_QUIET_MODULES = 4
_LEVELS = {"L": ERROR_CORRECT_L, "M": ERROR_CORRECT_M, "Q": ERROR_CORRECT_Q, "H": ERROR_CORRECT_H}
_WHITE, _BLACK = 255, 0


class PaperError(ValueError):
    """Something on the paper is wider than the paper."""


def render_png(elements: Sequence[Element], columns: int) -> bytes:
    """The paper, ``columns`` characters wide, as a black-and-white PNG. Raises PaperError."""
    dots = columns * CELL_WIDTH
    strips = [strip for element in elements for strip in _strips(element, columns, dots)]
    height = sum(strip.height for strip in strips)
    paper = Image.new("L", (dots + 2 * MARGIN, height + 2 * MARGIN), _WHITE)
    y = MARGIN
    for strip in strips:
        paper.paste(strip, (MARGIN, y))
        y += strip.height
    out = io.BytesIO()
    paper.convert("1").save(out, "PNG", dpi=(203, 203))
    return out.getvalue()


def _strips(element: Element, columns: int, dots: int) -> list[Image.Image]:
    match element:
        case Line():
            return [_line(cells, element.align, columns) for cells in rows(element, columns)]
        case Feed(count):
            return [Image.new("L", (dots, LINE_HEIGHT * count), _WHITE)] if count else []
        case Qr():
            return [_placed(_qr(element), element.align, dots)]
        case Raster():
            return [_placed(_raster(element), element.align, dots)]
        case Cut():
            return [_cut_line(dots)]


def _line(cells: list[Cell], align: Align, columns: int) -> Image.Image:
    tallest = max((cell.style.tall for cell in cells), default=1)
    strip = Image.new("L", (columns * CELL_WIDTH, max(LINE_HEIGHT, CELL_HEIGHT * tallest)), _WHITE)
    x = indent(align, width(cells), columns) * CELL_WIDTH
    for cell in cells:
        glyph = _glyph(cell.character, cell.style)
        strip.paste(glyph, (x, CELL_HEIGHT * tallest - glyph.height))
        x += glyph.width
    return strip


@cache
def _glyph(character: str, style: Style) -> Image.Image:
    """A character in its cell; Pillow's own font is not monospaced, so wide ones are squeezed."""
    font = ImageFont.load_default(_FONT_SIZE)
    character = _drawable(character)
    natural = round(font.getlength(character))
    drawn = Image.new("L", (max(natural, CELL_WIDTH), CELL_HEIGHT), _WHITE)
    ImageDraw.Draw(drawn).text(
        (max(0, CELL_WIDTH - natural) / 2, _BASELINE),
        character,
        fill=_BLACK,
        font=font,
        anchor="ls",
        stroke_width=_BOLD_STROKE if style.bold else 0,
    )
    cell = _resized(drawn, (CELL_WIDTH, CELL_HEIGHT), Image.Resampling.LANCZOS)
    return _enlarged(_burnt(cell), style.wide, style.tall)


def _drawable(character: str) -> str:
    """Pillow's font holds ASCII only: a letter with an accent shows as the one without."""
    base = unicodedata.normalize("NFKD", character)[0]
    return base if base.isascii() else character


def _burnt(picture: Image.Image) -> Image.Image:
    """Only black and white: a dot is burnt or it is not."""
    shades = bytes(_BLACK if shade < _BURNT_BELOW else _WHITE for shade in picture.tobytes())
    return Image.frombytes("L", picture.size, shades)


def _enlarged(picture: Image.Image, across: int, down: int) -> Image.Image:
    size = (picture.width * across, picture.height * down)
    return _resized(picture, size, Image.Resampling.NEAREST)


def _resized(picture: Image.Image, size: tuple[int, int], how: Image.Resampling) -> Image.Image:
    # Pillow's own types name numpy, which is no part of this program.
    return picture.resize(size, how)  # pyright: ignore[reportUnknownMemberType]


def _qr(code: Qr) -> Image.Image:
    drawn = QRCode(
        error_correction=_LEVELS[code.level], border=_QUIET_MODULES, image_factory=PilImage
    )
    drawn.add_data(code.text)
    try:
        drawn.make()
    except (DataOverflowError, ValueError) as error:
        raise PaperError(f"{len(code.text)} characters fit in no QR code") from error
    side = drawn.modules_count + 2 * _QUIET_MODULES
    picture = Image.new("L", (side, side), _WHITE)
    for y, row in enumerate(drawn.modules, _QUIET_MODULES):
        for x, dark in enumerate(row, _QUIET_MODULES):
            if dark:
                picture.putpixel((x, y), _BLACK)
    return _enlarged(picture, code.module, code.module)


def _raster(raster: Raster) -> Image.Image:
    size = (raster.width * 8, len(raster.rows))
    return Image.frombytes("1", size, b"".join(raster.rows), "raw", "1;I").convert("L")


def _placed(picture: Image.Image, align: Align, dots: int) -> Image.Image:
    if picture.width > dots:
        raise PaperError(f"a picture of {picture.width} dots on paper of {dots}")
    strip = Image.new("L", (dots, picture.height), _WHITE)
    strip.paste(picture, (indent(align, picture.width, dots), 0))
    return strip


def _cut_line(dots: int) -> Image.Image:
    strip = Image.new("L", (dots, LINE_HEIGHT), _WHITE)
    draw = ImageDraw.Draw(strip)
    for x in range(0, dots, 16):
        draw.line((x, LINE_HEIGHT // 2, x + 7, LINE_HEIGHT // 2), fill=_BLACK)
    return strip
