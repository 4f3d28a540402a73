"""A page as a picture on the console: sixteen colours, blocks, and a window that can be moved.

With half blocks every cell shows two dots; without them (the console's usual fonts) one, in eight
greys made of blocks and shades. It shows whether a page is upright and whole; what a word says is
read after enlarging.
"""

from __future__ import annotations

import asyncio
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from kiosk.console_font import HALF_BLOCKS, has_half_blocks
from kiosk.texts import say

if TYPE_CHECKING:
    from drivers.documents.page import Page, Window

LARGEST = 32
"""How many times the whole page's size the largest view is."""

_UPPER, _LOWER = HALF_BLOCKS
_FULL, _LIGHT, _MEDIUM = "█", "░", "▒"


class Ink(NamedTuple):
    """What one cell is drawn with."""

    sign: str
    style: Style


def _ink(sign: str, front: str, back: str) -> Ink:
    return Ink(sign, Style(color=front, bgcolor=back))


_GREYS = (
    (0, _ink(" ", "white", "black")),
    (42, _ink(_MEDIUM, "bright_black", "black")),
    (85, _ink(_FULL, "bright_black", "black")),
    (127, _ink(_MEDIUM, "bright_black", "white")),
    (170, _ink(" ", "black", "white")),
    (191, _ink(_LIGHT, "bright_white", "white")),
    (212, _ink(_MEDIUM, "bright_white", "white")),
    (255, _ink(_FULL, "bright_white", "white")),
)
"""The greys of a console, as its palette makes them; no background is ever a bright one."""

_ONE = [min(_GREYS, key=lambda grey: abs(grey[0] - shade))[1] for shade in range(256)]
"""The ink of a cell for each shade of one dot."""

_NAMES = ("black", "bright_black", "white")
_LEVELS = [0] * 70 + [1] * 90 + [2] * 96
"""Black, grey or white for each shade of half a cell."""


def _halves(upper: int, lower: int) -> Ink:
    if upper == lower:
        return _ink(_FULL, _NAMES[1], "black") if upper == 1 else _ink(" ", "black", _NAMES[upper])
    if lower != 1:
        return _ink(_UPPER, _NAMES[upper], _NAMES[lower])
    return _ink(_LOWER, _NAMES[lower], _NAMES[upper])


_TWO = [[_halves(upper, lower) for lower in range(3)] for upper in range(3)]


class View(NamedTuple):
    """Which part of a page is shown in how many cells."""

    window: Window
    columns: int
    rows: int
    gain: float


def view_of(
    page: tuple[int, int], cells: tuple[int, int], zoom: int, centre: tuple[float, float]
) -> View:
    """The part of a page that fits into the cells, ``zoom`` times as large as the whole page would
    be shown; a cell is as high as two dots that are as wide as it. ``centre`` is where to look, in
    parts of the page; the window never leaves it."""
    from drivers.documents.page import Window

    width, height = page
    columns, rows = cells
    dots = max(width / columns, height / (2 * rows)) / zoom
    across = min(columns, max(1, round(width / dots)))
    down = min(rows, max(1, round(height / dots / 2)))
    wide, high = min(1.0, across * dots / width), min(1.0, down * 2 * dots / height)
    left = min(max(centre[0] - wide / 2, 0.0), 1.0 - wide)
    top = min(max(centre[1] - high / 2, 0.0), 1.0 - high)
    # Letters that are smaller than a dot leave only a breath of grey: it is made stronger.
    gain = 2.5 if dots > 8 else 1.6 if dots > 3 else 1.0
    return View(Window(left, top, left + wide, top + high), across, down, gain)


def drawn(page: Page, view: View, *, halves: bool) -> list[list[Ink]]:
    """The cells of a view, row by row. Takes tens of milliseconds: not for the screen's thread."""
    columns, rows = view.columns, view.rows
    shades = page.shades(view.window, columns, rows * 2 if halves else rows)
    stronger = bytes(max(0, round(255 - (255 - shade) * view.gain)) for shade in range(256))
    shades = shades.translate(stronger)
    if not halves:
        inks = [_ONE[shade] for shade in shades]
        return [inks[at : at + columns] for at in range(0, len(inks), columns)]
    levels = [_LEVELS[shade] for shade in shades]
    lines = [levels[at : at + columns] for at in range(0, len(levels), columns)]
    return [
        [_TWO[one][other] for one, other in zip(upper, lower, strict=True)]
        for upper, lower in zip(lines[::2], lines[1::2], strict=True)
    ]


class Looked(Message):
    """A page is shown in another way than before."""


class Picture(Widget, can_focus=True):
    """One page. + and - enlarge and shrink, arrows move, 0 shows the whole page again."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Picture { height: 1fr; width: 1fr; }
    """

    def __init__(self, *, halves: bool | None = None) -> None:
        super().__init__()
        self._halves = has_half_blocks() if halves is None else halves
        self._page: Page | None = None
        self._zoom = 1
        self._centre = (0.5, 0.5)
        self._view: View | None = None
        self._cells: list[list[Ink]] = []

    async def show(self, page: Page | None) -> None:
        """Show another page, whole; None shows nothing."""
        self._page = page
        self._zoom, self._centre = 1, (0.5, 0.5)
        await self._draw()

    @property
    def zoom(self) -> int:
        """How many times the whole page's size it is shown."""
        return self._zoom

    async def _draw(self) -> None:
        page = self._page
        if page is None or self.size.width < 2 or not self.size.height:
            self._cells, self._view = [], None
        else:
            cells = (self.size.width, self.size.height)
            view = view_of(page.size, cells, self._zoom, self._centre)
            made = await asyncio.to_thread(drawn, page, view, halves=self._halves)
            if page is not self._page:
                return  # another one is shown meanwhile
            self._view, self._cells = view, made
        self.refresh()
        self.post_message(Looked())

    def render_line(self, y: int) -> Strip:
        """One row of cells, in the middle of what room there is."""
        width, base = self.size.width, self.rich_style
        top = (self.size.height - len(self._cells)) // 2
        if not 0 <= y - top < len(self._cells):
            return Strip.blank(width, base)
        row = self._cells[y - top]
        left = (width - len(row)) // 2
        segments = [Segment(" " * left, base)]
        for ink, run in groupby(row):
            segments.append(Segment(ink.sign * len(list(run)), ink.style))
        return Strip(segments).adjust_cell_length(width, base)

    def on_resize(self) -> None:
        """Another size shows another part."""
        self.run_worker(self._draw(), exclusive=True, group="picture")

    def on_key(self, event: events.Key) -> None:
        """Look closer, look elsewhere."""
        if self._page is None:
            return
        sign = event.character or ""
        moves = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
        if sign in ("+", "="):
            self._zoom = min(LARGEST, self._zoom * 2)
        elif sign == "-":
            self._zoom = max(1, self._zoom // 2)
        elif sign == "0":
            self._zoom, self._centre = 1, (0.5, 0.5)
        elif event.key in moves and self._view is not None:
            self._centre = _moved(self._view.window, *moves[event.key])
        else:
            return
        event.stop()
        self.run_worker(self._draw(), exclusive=True, group="picture")

    def looking(self) -> str:
        """In words, how large the page is shown."""
        if self._zoom == 1:
            return say("seluruh halaman")
        return say("diperbesar {n} kali", n=self._zoom)


def _moved(window: Window, right: int, down: int) -> tuple[float, float]:
    """The middle of the window after half a step; the window itself keeps inside the page."""
    wide, high = window.right - window.left, window.bottom - window.top
    across = window.left + wide / 2 + right * wide / 2
    along = window.top + high / 2 + down * high / 2
    return (
        min(max(across, wide / 2), 1 - wide / 2),
        min(max(along, high / 2), 1 - high / 2),
    )
