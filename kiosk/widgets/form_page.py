"""One page of a form on the screen: its entries, its lines, and which of them the officer is in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget
from typing_extensions import override

from kiosk.texts import say
from kiosk.widgets.fields import ChoiceEntry, Entry, TextEntry, make_entry
from kiosk.widgets.form_answers import Answers
from kiosk.widgets.form_codes import Codes
from kiosk.widgets.form_drawing import FIRST_ROW, draw_hint, draw_row, draw_title, fold_hint
from kiosk.widgets.paint import app_of

if TYPE_CHECKING:
    from config.forms import Field, Page


class FormPage(Widget):
    """The page of a form that is shown. Needs 17 lines of 80 columns when it is full."""

    DEFAULT_CSS = """
    FormPage { layout: vertical; height: 1fr; width: 1fr; overflow: hidden hidden; }
    FormPage > .entry { margin: 0 0 0 27; }
    FormPage > #form-top { height: 2; width: 1; visibility: hidden; }
    """
    ALLOW_SELECT = False

    def __init__(
        self, pages: Sequence[Page], answers: Answers, codes: Codes, id: str | None = None
    ) -> None:
        super().__init__(id=id, classes="form-view")
        self.pages = tuple(pages)
        self.page = 0
        self._answers = answers
        self._codes = codes
        self._entries: list[Entry] = []
        self._current: Entry | None = None

    def compose(self) -> ComposeResult:
        """The entries of the first page; the labels are drawn by the form itself."""
        yield Widget(id="form-top")
        self._entries = self._make_entries()
        yield from self._entries

    def on_mount(self) -> None:
        """Begin at the first field."""
        self._go_to(next(iter(self._rows()), None))
        self._find_meanings()

    def type_ahead(self, event: events.Key) -> None:
        """A key typed into an entry that was already left."""
        raise NotImplementedError

    def _make_entries(self) -> list[Entry]:
        entries: list[Entry] = []
        for field in self.pages[self.page].fields:
            value = self._answers.values.get(field.key, "")
            entry = make_entry(field, self.type_ahead, value)
            entry.display = self._answers.asks(field)
            entries.append(entry)
        return entries

    def _rows(self) -> list[Entry]:
        return [entry for entry in self._entries if entry.display]

    # How it looks

    @override
    def render_line(self, y: int) -> Strip:
        """Title, labels with their marks, what a code means, and the hint below."""
        width, base = self.size.width, self.rich_style
        rows = self._rows()
        if y == 0:
            return draw_title(self.pages[self.page].title, self.page, len(self.pages), width, base)
        if FIRST_ROW <= y < FIRST_ROW + len(rows):
            entry = rows[y - FIRST_ROW]
            mark = self._answers.mark(entry.field.key)
            meaning = self._codes.meaning(entry)
            if not meaning and entry.field.key in self._answers.carried:
                meaning = say("(dari kasus sebelumnya)")
            here = entry is self._current
            return draw_row(entry, here=here, mark=mark, meaning=meaning, width=width, base=base)
        hints = self._hints(self._current.field, width - 2) if self._current else []
        return draw_hint(hints, y - FIRST_ROW - len(rows) - 1, width, base)

    def _hints(self, field: Field, width: int) -> list[str]:
        return [part for text in self._answers.hints(field) for part in fold_hint(text, width)]

    def _redraw(self, *entries: Entry | None) -> None:
        """Draw anew the rows of these entries and what stands below the last row."""
        rows = self._rows()
        width = self.size.width
        regions = [
            Region(0, FIRST_ROW + rows.index(entry), width, 1) for entry in entries if entry in rows
        ]
        below = FIRST_ROW + len(rows)
        regions.append(Region(0, below, width, 5))
        self.refresh(*regions)

    def _show_asked(self) -> None:
        """Let conditional fields come and go."""
        changed = False
        for entry in self._entries:
            asked = self._answers.asks(entry.field)
            if entry.display != asked:
                entry.display = asked
                changed = True
        if changed:
            self.refresh()

    def _find_meanings(self) -> None:
        """Find in the background what the codes on this page mean."""
        entries = [entry for entry in self._entries if self._codes.unexplained(entry)]
        if entries:
            self.run_worker(self._explain(entries), exclusive=True, group="meanings")

    async def _explain(self, entries: list[Entry]) -> None:
        for entry in entries:
            await self._codes.explain(entry)
            self._redraw(entry)

    # Where the officer is

    def _go_to(self, entry: Entry | None) -> bool:
        if entry is None:
            return False
        entry.closed = False
        before, self._current = self._current, entry
        self.screen.set_focus(entry)
        self._redraw(before, entry)
        return True

    async def _go_to_key(self, key: str) -> None:
        for number, page in enumerate(self.pages):
            if any(field.key == key for field in page.fields):
                await self._show_page(number)
        for entry in self._rows():
            if entry.field.key == key:
                self._go_to(entry)
        self.refresh()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The focus came another way (a dialog closed, a mouse)."""
        widget = event.widget
        if isinstance(widget, TextEntry | ChoiceEntry) and widget is not self._current:
            before, self._current = self._current, widget
            widget.closed = False
            self._redraw(before, widget)

    async def _show_page(self, number: int, *, last: bool = False) -> bool:
        if not 0 <= number < len(self.pages) or number == self.page:
            return False
        if not any(map(self._answers.asks, self.pages[number].fields)):
            return await self._show_page(number + (1 if number > self.page else -1), last=last)
        old = self._entries
        with app_of(self).batch_update():
            self.page = number
            self._entries = self._make_entries()
            await self.mount(*self._entries)
            rows = self._rows()
            self._go_to(rows[-1] if last else rows[0])
            await self._drop(old)
        self._find_meanings()
        self.refresh()
        return True

    async def _drop(self, entries: list[Entry]) -> None:
        for entry in entries:
            entry.display = False
        await self.remove_children(entries)
