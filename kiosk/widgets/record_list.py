"""A list of any length, one record on a line, that costs what the screen shows of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from rich.style import Style
from textual import events
from textual.geometry import Offset, Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from kiosk.texts import say
from kiosk.widgets.paint import BOLD, PLAIN, app_of, fit, strip_of

AHEAD = 2
"""Screens fetched before and after the one that is shown."""


class Row(NamedTuple):
    """One record: its key, and its cells in the order of the columns."""

    key: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of fixed width in cells; one column may have width 0 and take what is left."""

    title: str
    width: int = 0
    align: Literal["left", "right"] = "left"


class RowSource(Protocol):
    """Where the records come from. Each call may wait for the desk thread."""

    async def count(self) -> int:
        """How many records there are."""
        ...

    async def rows(self, offset: int, limit: int) -> Sequence[Row]:
        """The records from `offset` on, `limit` at most."""
        ...

    async def position(self, key: str) -> int | None:
        """Where the record of this key is now; None when it is gone."""
        ...


class ListSource:
    """A source over records that are in memory already."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = list(rows)

    async def count(self) -> int:
        """How many records there are."""
        return len(self._rows)

    async def rows(self, offset: int, limit: int) -> Sequence[Row]:
        """The records from `offset` on."""
        return self._rows[offset : offset + limit]

    async def position(self, key: str) -> int | None:
        """Where the record of this key is."""
        return next((at for at, row in enumerate(self._rows) if row.key == key), None)


class RecordChosen(Message):
    """Enter on a record."""

    def __init__(self, records: RecordList, key: str) -> None:
        super().__init__()
        self.records = records
        self.key = key


class RecordHighlighted(Message):
    """The cursor came to rest on another record ("" when the list is empty)."""

    def __init__(self, records: RecordList, key: str) -> None:
        super().__init__()
        self.records = records
        self.key = key


class RecordList(Widget):
    """The list. Arrows, PgUp, PgDn, Home, End move; Enter chooses; Space marks (`marks=True`)."""

    can_focus = True
    ALLOW_SELECT = False
    DEFAULT_CSS = """
    RecordList { height: 1fr; width: 1fr; }
    """

    def __init__(
        self,
        columns: Sequence[Column],
        source: RowSource,
        *,
        marks: bool = False,
        empty: str = "",
        solid: bool = False,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.columns = tuple(columns)
        self.source = source
        self.marks = marks
        self.empty = empty
        self._solid = solid
        self.marked: set[str] = set()
        self.total = 0
        self.cursor = 0
        self._top = 0
        self._at = 0
        self._rows: list[Row] = []
        self._loaded = False
        self._reloading = asyncio.Lock()
        self._fetches = 0

    # Doors

    @property
    def current(self) -> Row | None:
        """The record under the cursor, None while it is being fetched or when there is none."""
        at = self.cursor - self._at
        return self._rows[at] if 0 <= at < len(self._rows) else None

    async def reload(self, source: RowSource | None = None) -> None:
        """Read anew, keeping the cursor on its record where that still exists."""
        if source is not None:
            self.source = source
        async with self._reloading:
            source = self.source
            key = self.current.key if self.current is not None else None
            self.total = await source.count()
            at = await source.position(key) if key is not None else None
            self.cursor = max(0, min(self.cursor if at is None else at, self.total - 1))
            self._rows = []
            self._scroll()
            await self._fetch()
            self._loaded = True
        self.refresh()
        self._point()
        self._announce(key)

    async def move_to(self, key: str) -> bool:
        """Put the cursor on a record; false when there is none of this key."""
        at = await self.source.position(key)
        if at is None:
            return False
        await self._go(at)
        return True

    # Drawing

    @property
    def _page(self) -> int:
        return max(1, self.size.height - 1)

    def render_line(self, y: int) -> Strip:
        """Column titles, then the records."""
        width, base = self.size.width, self.rich_style
        if y == 0:
            titles = tuple(column.title for column in self.columns)
            return strip_of(width, base, (self._line(titles, "  ", width), BOLD))
        at = self._top + y - 1
        if at >= self.total:
            return strip_of(width, base, (self._nothing(y), PLAIN))
        row = self._row_at(at)
        here = at == self.cursor
        lead = (">" if here else " ") + ("*" if row and row.key in self.marked else " ")
        cells = row.cells if row else ("..",)
        style = Style(reverse=True) if here and self._lit else BOLD if here else PLAIN
        return strip_of(width, base, (self._line(cells, lead, width), style))

    @property
    def _lit(self) -> bool:
        """Whether the cursor is drawn as a bar: with the focus, or always (`solid`)."""
        return self.has_focus or self._solid

    def _nothing(self, y: int) -> str:
        if y > 1 or self.total:
            return ""
        if not self._loaded:
            return say("  Memuat ...")
        return "  " + (self.empty or say("Belum ada data."))

    def _line(self, cells: tuple[str, ...], lead: str, width: int) -> str:
        fixed = sum(column.width for column in self.columns) + len(self.columns) - 1
        rest = max(0, width - len(lead) - fixed)
        parts = [
            fit(cells[n] if n < len(cells) else "", column.width or rest, column.align)
            for n, column in enumerate(self.columns)
        ]
        return lead + " ".join(parts)

    def _row_at(self, at: int) -> Row | None:
        index = at - self._at
        return self._rows[index] if 0 <= index < len(self._rows) else None

    # Moving

    def on_mount(self) -> None:
        """Fetch the first screen."""
        self.run_worker(self.reload(), exclusive=True, group="records")

    def on_resize(self) -> None:
        """Another height shows other rows."""
        if self._loaded:
            self._scroll()
            self.run_worker(self._fetch(), exclusive=True, group="records")

    def on_focus(self) -> None:
        """The bar becomes solid."""
        self.refresh()
        self._point()

    def on_blur(self) -> None:
        """The bar becomes bold."""
        self.refresh()

    async def on_key(self, event: events.Key) -> None:
        """Every key of the list."""
        if await self.handle_list_key(event.key):
            event.stop()
            event.prevent_default()

    async def handle_list_key(self, key: str) -> bool:
        """Do what this key means here; false when it means nothing. Another widget (a filter
        above the list) may hand its keys on."""
        steps = {
            "up": -1,
            "down": 1,
            "pageup": -self._page,
            "pagedown": self._page,
            "home": -self.total,
            "end": self.total,
        }
        if key in steps:
            await self._go(self.cursor + steps[key])
        elif key == "enter":
            if self.current is None:
                return False
            self.post_message(RecordChosen(self, self.current.key))
        elif key == "space" and self.marks:
            if self.current is not None:
                self.marked ^= {self.current.key}
                self._redraw(self.cursor)
                await self._go(self.cursor + 1)
        else:
            return False
        return True

    async def _go(self, at: int) -> None:
        at = max(0, min(at, self.total - 1))
        before, top = self.cursor, self._top
        key = self.current.key if self.current is not None else None
        self.cursor = at
        self._scroll()
        if self._row_at(self._top) is None or self._row_at(self._bottom()) is None:
            await self._fetch()
        if self._top != top:
            self.refresh()
        else:
            self._redraw(before)
            self._redraw(at)
        self._point()
        self._announce(key)

    def _bottom(self) -> int:
        return max(0, min(self._top + self._page, self.total) - 1)

    def _scroll(self) -> None:
        page = self._page
        if self.cursor < self._top:
            self._top = self.cursor
        elif self.cursor >= self._top + page:
            self._top = self.cursor - page + 1
        self._top = max(0, min(self._top, self.total - page))

    async def _fetch(self) -> None:
        """Read what is shown, and as much around it as the next page keys will want."""
        page = self._page
        first = max(0, self._top - AHEAD * page)
        self._fetches += 1
        this = self._fetches
        rows = list(await self.source.rows(first, (2 * AHEAD + 1) * page))
        if this != self._fetches:
            return  # a later one knows better
        self._at, self._rows = first, rows
        self.refresh()

    def _redraw(self, at: int) -> None:
        if self._top <= at < self._top + self._page:
            self.refresh(Region(0, at - self._top + 1, self.size.width, 1))

    def _point(self) -> None:
        """Leave the console's cursor on the row, where a braille display looks for it."""
        if self.has_focus:
            region = self.content_region
            app_of(self).cursor_position = Offset(region.x, region.y + 1 + self.cursor - self._top)

    def _announce(self, before: str | None) -> None:
        key = self.current.key if self.current is not None else ""
        if key != (before or ""):
            self.post_message(RecordHighlighted(self, key))
