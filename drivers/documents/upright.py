"""How a page lies: by which quarter it is turned, how far it is skewed, whether it is upside down.

All is told from ink. Lines of text make sharp steps in the sums of the rows when they lie level,
so the angle with the sharpest steps is the page's own. Which side is up is told by Latin small
letters: more of them rise above their line (b d f h k l t, i with its dot) than hang below it
(g j p q y). Where the evidence is weak a page is left as it came.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from drivers.documents.dots import at_least, darker_than, mapped, row_means, scaled

if TYPE_CHECKING:
    from PIL import Image

SLOPE_SIDE = 1300
"""Dots of the longer side of the copy by which turn and skew are measured."""

LETTER_SIDE = 2000
"""Dots of the longer side where letters are looked at: small ones are then 8 to 14 dots high."""

WIDEST_SKEW = 5
"""Degrees; more is not straightened: it is a page laid askew on purpose, or no page of text."""

LEAST_SKEW = 0.2
"""Degrees; less is not seen, and straightening softens the letters."""

_DARK = 90
"""Grey of 255 below which an area is no ink: the lid of a black scanner, a photograph."""

_INK = 28
"""How much darker than the paper around it a dot of ink is."""

_FULL_ROW = 90.0
"""A row's mean ink, of 255, above which more says nothing: a ruling must not outweigh letters."""

_CLEARLY = 1.3
"""How much sharper the steps must be the one way than the other before a page has lines at all."""

_STRIPS = 4
"""Columns in which lines are looked for, so that two lines side by side do not blur each other."""

_SPARSE_ROW = 2.0
"""A row's mean ink, of 255, up to which it lies between two lines."""

_VOTES = 12
"""Pieces of lines that must hang down before a page is turned upside down."""

_LEAN = 0.02
"""What part of a line's ink is more on the one side of its small letters than on the other."""


@dataclass(frozen=True, slots=True)
class Slope:
    """What brings a page's lines level: first ``turn`` (0 or 90 degrees), then ``skew`` degrees,
    both clockwise."""

    turn: int
    skew: float


def slope_of(grey: Image.Image) -> Slope:
    """How the lines of a grey picture run; no turn and no skew where it has none."""
    from PIL import Image

    ink = at_least(_ink(scaled(grey, SLOPE_SIDE)), 1)
    level, skew = _sharpest(ink)
    upended, upended_skew = _sharpest(ink.transpose(Image.Transpose.ROTATE_270))
    if upended > level * _CLEARLY:
        return Slope(90, _worth(upended_skew))
    if level > upended * _CLEARLY:
        return Slope(0, _worth(skew))
    return Slope(0, 0.0)


def is_upside_down(grey: Image.Image) -> bool:
    """Whether the level lines of a grey picture clearly stand on their heads."""
    ink = _ink(scaled(grey, LETTER_SIDE))
    up = down = 0
    for at in range(_STRIPS):
        edges = (at * ink.width // _STRIPS, (at + 1) * ink.width // _STRIPS)
        for line in _lines(row_means(ink.crop((edges[0], 0, edges[1], ink.height)))):
            lean = _lean(line)
            up += lean > _LEAN
            down += lean < -_LEAN
    return down >= _VOTES and down >= 3 * up


def _worth(skew: float) -> float:
    return skew if abs(skew) >= LEAST_SKEW else 0.0


# -- ink -----------------------------------------------------------------------------------------


def _ink(grey: Image.Image) -> Image.Image:
    """How much darker each dot is than the paper around it; 0 where there is no ink, and in large
    dark areas."""
    from PIL import Image, ImageChops, ImageFilter

    around = grey.filter(ImageFilter.BoxBlur(14))
    ink = mapped(ImageChops.subtract(around, grey), [0] * _INK + list(range(_INK, 256)))
    areas = darker_than(grey.reduce(6), _DARK).filter(ImageFilter.MaxFilter(3))
    spread = areas.transform(ink.size, Image.Transform.EXTENT, (0, 0, *areas.size))
    return ImageChops.subtract(ink, spread)


# -- lines that run level ------------------------------------------------------------------------


def _sharpest(ink: Image.Image) -> tuple[float, float]:
    """The sharpest steps that a small turn gives, and its angle in degrees clockwise."""

    @cache
    def sharpness(angle: float) -> float:
        rows = row_means(ink.rotate(-angle) if angle else ink)
        capped = (min(row, _FULL_ROW) for row in rows)
        return sum((below - above) ** 2 for above, below in pairwise(capped)) / len(rows)

    best = max(map(float, range(-WIDEST_SKEW, WIDEST_SKEW + 1)), key=sharpness)
    for step in (0.5, 0.25, 0.125, 0.0625):
        best = max((best, best - step, best + step), key=sharpness)
    return sharpness(best), best


# -- letters that stand upright --------------------------------------------------------------------


def _lines(rows: list[float]) -> list[list[float]]:
    """The runs of rows with ink: one for each line of text."""
    found: list[list[float]] = [[]]
    for row in rows:
        if row > _SPARSE_ROW:
            found[-1].append(row)
        elif found[-1]:
            found.append([])
    return found


def _lean(line: list[float]) -> float:
    """What part of a line's ink rises above the band of its small letters, less what hangs below;
    0 for what is no line of text (a ruling, a stamp)."""
    if not 9 <= len(line) <= 80:
        return 0.0
    full = max(line) * 0.5
    band = [at for at, row in enumerate(line) if row >= full]
    if len(band) < 4:
        return 0.0
    return (sum(line[: band[0]]) - sum(line[band[-1] + 1 :])) / sum(line)
