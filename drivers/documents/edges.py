"""Where the paper ends: the box of a straightened picture that holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.documents.dots import at_least, column_means, darker_than, row_means, scaled

if TYPE_CHECKING:
    from PIL import Image

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in dots; right and bottom lie outside."""

SIDE = 600
"""Dots of the longer side of the copy that is measured."""

_LIGHT = 110
"""Grey of 255 above which a dot is paper and below which it is a black lid."""

_BLACK = 70
"""Mean grey of 255 of an edge that is a black lid, not a dark margin of the paper."""

_MARK = 40
"""How much darker than white a dot is that means something on a white glass."""

_SMALL = 0.6
"""What is less than this part of a white glass both ways is a card laid on it."""

_MARGIN = 0.03
"""White left around a card, as a part of the longer side."""


def paper_box(grey: Image.Image) -> Box:
    """The box of the paper: inside a black border, or around a card on a white glass. The whole
    picture where neither is seen: a page is rather left with a border than cut."""
    small = scaled(grey, SIDE)
    box = _inside_black(small)
    box = _around_card(small, box)
    across, down = grey.width / small.width, grey.height / small.height
    return (
        round(box[0] * across),
        round(box[1] * down),
        round(box[2] * across),
        round(box[3] * down),
    )


def _inside_black(small: Image.Image) -> Box:
    light = at_least(small, _LIGHT)
    columns, rows = column_means(light), row_means(light)
    left, right = _light_run(columns)
    top, bottom = _light_run(rows)
    # Once more inside: what lies beside the paper no longer darkens its rows.
    left, right = _within(left, right, column_means(light.crop((0, top, light.width, bottom))))
    top, bottom = _within(top, bottom, row_means(light.crop((left, 0, right, light.height))))
    shades_across, shades_down = column_means(small), row_means(small)
    left = left if shades_across[0] < _BLACK else 0
    right = right if shades_across[-1] < _BLACK else small.width
    top = top if shades_down[0] < _BLACK else 0
    bottom = bottom if shades_down[-1] < _BLACK else small.height
    return (left, top, right, bottom)


def _light_run(means: list[float]) -> tuple[int, int]:
    """From the first to behind the last that is at least half as light as the lightest."""
    enough = max(means) * 0.5
    light = [at for at, mean in enumerate(means) if mean >= enough]
    return light[0], light[-1] + 1


def _within(first: int, last: int, means: list[float]) -> tuple[int, int]:
    begin, end = _light_run(means)
    return max(first, begin), min(last, end)


def _around_card(small: Image.Image, box: Box) -> Box:
    marks = darker_than(small.crop(box), 256 - _MARK)
    found = marks.getbbox()
    width, height = box[2] - box[0], box[3] - box[1]
    if (
        found is None
        or found[2] - found[0] > width * _SMALL
        or found[3] - found[1] > height * _SMALL
    ):
        return box
    room = round(max(width, height) * _MARGIN)
    return (
        max(box[0], box[0] + found[0] - room),
        max(box[1], box[1] + found[1] - room),
        min(box[2], box[0] + found[2] + room),
        min(box[3], box[1] + found[3] + room),
    )
