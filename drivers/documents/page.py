"""A scanned page: read with suspicion, brought upright, cut to its paper, and stored small.

AVIF at quality 30 in grey keeps a dense A4 page readable in about 100 KB; JPEG at quality 50 is for
whoever cannot read AVIF. A stored page holds nothing but the picture: no EXIF, no comment, no
colour profile. The same page is always stored as the same bytes.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from drivers.documents.dots import resized
from drivers.documents.edges import paper_box
from drivers.documents.upright import is_upside_down, slope_of
from drivers.trouble import DeviceTrouble
from drivers.words import words

if TYPE_CHECKING:
    from PIL import Image

ScanFormat = Literal["avif", "jpeg"]
"""How pages are stored."""

SUFFIXES: dict[ScanFormat, str] = {"avif": "avif", "jpeg": "jpg"}
MEDIA: dict[str, str] = {"avif": "image/avif", "jpg": "image/jpeg"}
"""The media type of a stored page by its suffix."""

MOST_DOTS = 40_000_000
"""What is read at most: F4 at 600 dots per inch. 120 MB in colour while it is read."""

KEPT_DOTS = 12_000_000
"""What is kept at most; finer scans are halved. F4 at 300 dots per inch is 10 million."""

BAND = 64
"""Rows that are straightened at a time."""

_RAW = ("PNG", "JPEG", "TIFF", "PPM")
_STORED = ("AVIF", "JPEG")
_AVIF: dict[str, Any] = {"quality": 30, "speed": 8, "max_threads": 1}
"""Speed 6 is three times as slow for half the bytes. The number of threads changes the bytes, so it
is fixed; one leaves the other core to the screen."""

_JPEG: dict[str, Any] = {"quality": 50, "optimize": True}


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page as it is kept: ``suffix`` is "avif" or "jpg", width and height are dots."""

    data: bytes
    suffix: str
    width: int
    height: int

    @property
    def media(self) -> str:
        """Its media type."""
        return MEDIA[self.suffix]


@dataclass(frozen=True, slots=True)
class Righting:
    """What was done to a page that ``came`` from a scanner in so many dots: ``turned`` by quarters
    and straightened by ``skew``, both in degrees clockwise, and ``cut`` to its paper."""

    came: tuple[int, int] = (0, 0)
    turned: int = 0
    skew: float = 0.0
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a page, in parts of its width and height from 0 to 1."""

    left: float = 0.0
    top: float = 0.0
    right: float = 1.0
    bottom: float = 1.0


WHOLE = Window()


class Page:
    """A page in memory, never changed. Everything here takes tens to hundreds of milliseconds."""

    def __init__(self, picture: Image.Image, righting: Righting | None = None) -> None:
        self._picture = picture
        self.righting = righting or Righting()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in dots."""
        return self._picture.size

    def turned(self, degrees: Literal[90, 180, 270]) -> Page:
        """The page turned clockwise, without loss."""
        return Page(_turned(self._picture, degrees))

    def stored(self, form: ScanFormat = "avif") -> StoredPage:
        """The page as it is kept."""
        plain = _without_notes(self._picture)
        data = BytesIO()
        plain.save(data, form.upper(), **(_AVIF if form == "avif" else _JPEG))
        return StoredPage(data.getvalue(), SUFFIXES[form], *plain.size)

    def png(self) -> bytes:
        """The page as a PNG, which every picture viewer shows."""
        data = BytesIO()
        _without_notes(self._picture).save(data, "PNG", compress_level=1)
        return data.getvalue()

    def shades(self, window: Window, columns: int, rows: int) -> bytes:
        """A part of the page in grey, ``rows`` of ``columns`` shades, each the mean of its area."""
        width, height = self.size
        box = (
            window.left * width,
            window.top * height,
            window.right * width,
            window.bottom * height,
        )
        return resized(_grey(self._picture), (columns, rows), box).tobytes()


def open_raw(path: Path, *, colour: bool | None = False) -> Page:
    """A page as it came from a scanner (PNG, JPEG, TIFF or PNM), brought upright and cut.
    ``colour`` None keeps what colour it came with.

    Raises DeviceTrouble when the file is no whole picture, or larger than MOST_DOTS.
    """
    picture = _read(path, _RAW)
    if colour is not None:
        picture = picture.convert("RGB") if colour else _grey(picture)
    return _upright(picture)


def open_stored(data: bytes) -> Page:
    """A page that was stored. Raises DeviceTrouble when it is none."""
    return Page(_read(BytesIO(data), _STORED))


# -- reading ---------------------------------------------------------------------------------------


def _read(source: Path | BytesIO, formats: tuple[str, ...]) -> Image.Image:
    """A whole picture of one of the formats, as grey or colour, in the size that is kept."""
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            # Pillow warns on stderr, in the middle of the screen, before its size can be asked.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(source, formats=formats)
        with picture:
            if picture.width * picture.height > MOST_DOTS:
                raise DeviceTrouble(
                    words("Gambar pindaian terlalu besar. Pindai lagi dengan resolusi 200 dpi.")
                )
            picture.load()
            read = ImageOps.exif_transpose(_on_white(picture))
    except DeviceTrouble:
        raise
    except Exception as error:  # Pillow raises many kinds on torn or hostile bytes
        raise DeviceTrouble(
            words("Gambar pindaian rusak atau tidak utuh. Pindai lagi halaman ini.")
        ) from error
    while read.width * read.height > KEPT_DOTS:
        read = read.reduce(2)
    return read


def _on_white(picture: Image.Image) -> Image.Image:
    """Grey or colour, whatever it came as; what is transparent lies on white."""
    from PIL import Image

    if picture.mode.startswith("I"):
        return _eight_bits(picture)
    if picture.mode in ("1", "L"):
        return picture.convert("L")
    if picture.has_transparency_data:
        clear = picture.convert("RGBA")
        ground = Image.new("RGBA", clear.size, "white")
        ground.alpha_composite(clear)
        return ground.convert("RGB")
    return picture.convert("RGB")


def _eight_bits(deep: Image.Image) -> Image.Image:
    """Of 16 bits of grey the upper 8."""
    upper = deep.convert("I").point(  # pyright: ignore[reportUnknownMemberType]
        lambda shade: shade * (1 / 256) + 0
    )
    return upper.convert("L")


def _grey(picture: Image.Image) -> Image.Image:
    return picture if picture.mode == "L" else picture.convert("L")


def _without_notes(picture: Image.Image) -> Image.Image:
    """The dots alone: what else a file said is not passed on."""
    from PIL import Image

    plain = Image.new(picture.mode, picture.size)
    plain.paste(picture)
    return plain


# -- upright ---------------------------------------------------------------------------------------


def _upright(picture: Image.Image) -> Page:
    came = picture.size
    slope = slope_of(_grey(picture))
    picture = _turned(picture, slope.turn)
    if slope.skew:
        picture = _straightened(picture, slope.skew)
    box = paper_box(_grey(picture))
    cut = box != (0, 0, *picture.size)
    picture = picture.crop(box)
    over = 180 if is_upside_down(_grey(picture)) else 0
    return Page(_turned(picture, over), Righting(came, slope.turn + over, slope.skew, cut))


def _turned(picture: Image.Image, degrees: int) -> Image.Image:
    from PIL import Image

    match degrees:
        case 90:
            return picture.transpose(Image.Transpose.ROTATE_270)
        case 180:
            return picture.transpose(Image.Transpose.ROTATE_180)
        case 270:
            return picture.transpose(Image.Transpose.ROTATE_90)
        case _:
            return picture


def _straightened(picture: Image.Image, skew: float) -> Image.Image:
    """Turned clockwise by a few degrees; the corners get the colour of the picture's edge.

    Band by band: Pillow lets no other thread run while it turns, and the screen must not wait.
    """
    from PIL import Image

    cos, sin = math.cos(math.radians(skew)), math.sin(math.radians(skew))
    width, height = picture.size
    across = math.ceil(width * cos + height * abs(sin))
    along = math.ceil(height * cos + width * abs(sin))
    ground = _edge_colour(picture)
    # Where a dot of the new picture comes from: x = cos x' + sin y' + left, and so on.
    left = (width - across * cos - along * sin) / 2
    top = (height + across * sin - along * cos) / 2
    straight = Image.new(picture.mode, (across, along))
    for y in range(0, along, BAND):
        band = picture.transform(
            (across, min(BAND, along - y)),
            Image.Transform.AFFINE,
            (cos, sin, left + sin * y, -sin, cos, top + cos * y),
            Image.Resampling.BICUBIC,
            fillcolor=ground,
        )
        straight.paste(band, (0, y))
    return straight


def _edge_colour(picture: Image.Image) -> Any:
    """Black inside a black lid, else white."""
    grey = _grey(picture)
    corners = [grey.getpixel((x, y)) for x in (0, grey.width - 1) for y in (0, grey.height - 1)]
    dark = sum(1 for shade in corners if isinstance(shade, int | float) and shade < 70)
    return "black" if dark > 2 else "white"
