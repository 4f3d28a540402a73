"""A decoded dot-matrix paper as plain text, for looking at it in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from drivers.virtual.decode_escp import INCH, Bits, Element, PageEnd, Text

COLUMNS = 80
"""Characters of a line at 10 to the inch."""

_LINE = INCH // 6


def render_escp_text(elements: Sequence[Element]) -> str:
    """The paper as text, a picture as ``[gambar WxH]`` in dots, a page end as a dashed line.

    Letters stand in the column of their own pitch; empty lines are counted as six to the inch.
    """
    lines: list[str] = []
    y = 0
    for row in _rows(elements):
        top = row[0].y
        if isinstance(row[0], PageEnd):
            lines.append("- halaman ".ljust(COLUMNS, "-"))
            y = top
            continue
        lines += [""] * max(0, round((top - y) / _LINE))
        y = top + _LINE
        if letters := _written([one for one in row if isinstance(one, Text)]):
            lines.append(letters)
        if bits := [one for one in row if isinstance(one, Bits)]:
            lines.append(_named(bits))
            y = max(y, _bottom(bits))
    return "".join(line.rstrip() + "\n" for line in lines)


def _rows(elements: Sequence[Element]) -> list[list[Element]]:
    """Elements by their height on the paper; the bands of one picture are one row."""
    rows: list[list[Element]] = []
    for element in elements:
        last = rows[-1] if rows else None
        alone = isinstance(element, PageEnd) or not last or isinstance(last[0], PageEnd)
        if last and not alone and (element.y == last[0].y or _goes_on(last, element)):
            last.append(element)
        else:
            rows.append([element])
    return rows


def _goes_on(row: list[Element], element: Element) -> bool:
    """Whether ``element`` is the next band of the picture that ``row`` ends with."""
    last = row[-1]
    return (
        isinstance(element, Bits)
        and isinstance(last, Bits)
        and element.y <= last.y + _height(last)
        and last.y <= element.y
    )


def _height(bits: Bits) -> int:
    return len(bits.columns[0]) * 8 * INCH // bits.dpi_y


def _bottom(bits: Sequence[Bits]) -> int:
    return max(one.y + _height(one) for one in bits)


def _named(bits: Sequence[Bits]) -> str:
    wide = max(len(one.columns) for one in bits)
    high = (_bottom(bits) - min(one.y for one in bits)) * bits[0].dpi_y // INCH
    return f"[gambar {wide}x{high}]"


def _written(pieces: Sequence[Text]) -> str:
    """The letters of one line; what is printed over a letter takes its place."""
    styles = {piece.style for piece in pieces}
    pitches = {style.pitch for style in styles}
    even = len(pitches) == 1 and not any(style.wide for style in styles)
    column = pitches.pop() if even else INCH // 10
    cells: dict[int, str] = {}
    free = right = 0
    for piece in pieces:
        if piece.x < right:
            free = 0
        at = max(free, round(piece.x / column))
        for place, letter in enumerate(piece.text, at):
            if letter != " " or place not in cells:
                cells[place] = letter
        free, right = at + len(piece.text), piece.x + piece.width
    return "".join(cells.get(place, " ") for place in range(max(cells, default=-1) + 1))
