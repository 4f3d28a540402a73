"""What is asked of Pillow's pictures in more than one place, each with the type it gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL import Image

Area = tuple[float, float, float, float]
"""Left, top, right, bottom in dots."""

# Pillow's own types name numpy, which is no part of this program.


def resized(
    picture: Image.Image,
    size: tuple[int, int],
    box: tuple[float, float, float, float] | None = None,
) -> Image.Image:
    """The picture, or the part of it in ``box``, in another size; each dot the mean of its area."""
    from PIL import Image

    how = Image.Resampling.BOX
    return picture.resize(size, how, box)  # pyright: ignore[reportUnknownMemberType]


def scaled(picture: Image.Image, longest: int) -> Image.Image:
    """The picture with no side longer than ``longest`` dots; never enlarged."""
    most = max(picture.size)
    if most <= longest:
        return picture
    width, height = picture.size
    return resized(picture, (max(1, width * longest // most), max(1, height * longest // most)))


def mapped(grey: Image.Image, table: Sequence[int]) -> Image.Image:
    """The grey picture with each of the 256 shades changed to what ``table`` says."""
    return grey.point(table)  # pyright: ignore[reportUnknownMemberType]


def at_least(grey: Image.Image, shade: int) -> Image.Image:
    """White where the picture is as light as ``shade`` or lighter, black elsewhere."""
    return mapped(grey, [0] * shade + [255] * (256 - shade))


def darker_than(grey: Image.Image, shade: int) -> Image.Image:
    """White where the picture is darker than ``shade``, black elsewhere."""
    return mapped(grey, [255] * shade + [0] * (256 - shade))


def row_means(grey: Image.Image) -> list[float]:
    """The mean shade of each row, 0 to 255, from top to bottom."""
    return _numbers(resized(grey.convert("F"), (1, grey.height)))


def column_means(grey: Image.Image) -> list[float]:
    """The mean shade of each column, 0 to 255, from left to right."""
    return _numbers(resized(grey.convert("F"), (grey.width, 1)))


def _numbers(picture: Image.Image) -> list[float]:
    return cast("list[float]", list(picture.get_flattened_data()))
