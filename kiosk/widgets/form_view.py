"""A form on the screen: label and entry, line under line, filled in without looking at the keys.

Enter (or Down, Tab) moves on and checks the field that is left; Up or Shift+Tab goes back and
checks nothing that would hold the officer up; PgDn and PgUp turn the pages. The last field's Enter
checks the whole form and says `FormDone`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget
from typing_extensions import override

from kiosk.texts import say
from kiosk.widgets.bars import Level
from kiosk.widgets.fields import (
    ChoiceEntry,
    Entry,
    EntryChanged,
    EntryMove,
    TextEntry,
    Way,
    hint,
    make_entry,
    shown,
    stored,
)
from kiosk.widgets.form_codes import Codes
from kiosk.widgets.form_drawing import FIRST_ROW, draw_hint, draw_row, draw_title
from kiosk.widgets.form_messages import (
    Check,
    FieldLeft,
    Find,
    Finding,
    FormDone,
    FormNote,
    HelpWanted,
    Missing,
)
from kiosk.widgets.paint import app_of

if TYPE_CHECKING:
    from config.forms import Field, Page

__all__ = [
    "Check",
    "FieldLeft",
    "Find",
    "Finding",
    "FormDone",
    "FormNote",
    "FormView",
    "HelpWanted",
]


class FormView(Widget):
    """Pages of fields. Needs 17 lines of 80 columns for a full page.

    `check` judges one field when it is left (None: only `required` is judged); `normalise` turns
    what was typed into what is kept; `lookups` finds codes by `Field.lookup`; `carried` are the
    keys whose value comes from the case before and is marked so until it is changed.
    """

    DEFAULT_CSS = """
    FormView { layout: vertical; height: 1fr; width: 1fr; overflow: hidden hidden; }
    FormView > .entry { margin: 0 0 0 27; }
    FormView > #form-top { height: 2; width: 1; visibility: hidden; }
    """
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f1", "field_help", show=False)]

    def __init__(
        self,
        pages: Sequence[Page],
        values: Mapping[str, str] | None = None,
        *,
        check: Check | None = None,
        normalise: Callable[[Field, str], str] | None = None,
        lookups: Mapping[str, Find] | None = None,
        carried: Collection[str] = (),
        id: str | None = None,
    ) -> None:
        from config.forms import visible

        super().__init__(id=id, classes="form-view")
        self.pages = tuple(pages)
        self.page = 0
        self.values: dict[str, str] = dict(values or {})
        self.carried = set(carried)
        self._asked = visible
        self._check = check
        self._normalise = normalise or stored
        self._codes = Codes(lookups or {})
        self._findings: dict[str, list[Finding]] = {}
        self._doubts: dict[str, Finding] = {}
        self._entries: list[Entry] = []
        self._current: Entry | None = None
        self._busy = False
        self._locked = False
        self._ahead: list[events.Key] = []

    # What it shows

    def compose(self) -> ComposeResult:
        """The entries of the first page; the labels are drawn by the form itself."""
        yield Widget(id="form-top")
        self._entries = self._make_entries()
        yield from self._entries

    def on_mount(self) -> None:
        """Begin at the first field."""
        self._go_to(self._first_entry())
        self._find_meanings()

    def _make_entries(self) -> list[Entry]:
        entries: list[Entry] = []
        for field in self.pages[self.page].fields:
            value = self.values.get(field.key, "")
            entry = make_entry(field, self._type_ahead, value)
            entry.display = self._asked(field, self.values)
            entries.append(entry)
        return entries

    def _rows(self) -> list[Entry]:
        return [entry for entry in self._entries if entry.display]

    @override
    def render_line(self, y: int) -> Strip:
        """Title, labels with their marks, what a code means, and the hint below."""
        width, base = self.size.width, self.rich_style
        rows = self._rows()
        if y == 0:
            return draw_title(self.pages[self.page].title, self.page, len(self.pages), width, base)
        if FIRST_ROW <= y < FIRST_ROW + len(rows):
            entry = rows[y - FIRST_ROW]
            mark = self._mark(entry.field.key)
            meaning = self._codes.meaning(entry)
            if not meaning and entry.field.key in self.carried:
                meaning = say("(dari kasus sebelumnya)")
            here = entry is self._current
            return draw_row(entry, here=here, mark=mark, meaning=meaning, width=width, base=base)
        return draw_hint(self._hints(), y - FIRST_ROW - len(rows) - 1, width, base)

    def _mark(self, key: str) -> str:
        levels = {one.level for found in self._findings.values() for one in found if one.key == key}
        if key in self._doubts:
            levels.add("peringatan")
        if "tolak" in levels:
            return "X"
        if "peringatan" in levels:
            return "!"
        return "<" if key in self.carried else " "

    def _hints(self) -> list[str]:
        entry = self._current
        if entry is None:
            return []
        field = entry.field
        lines = [field.help, hint(field)]
        if field.key in self._doubts:
            lines = [f"! {self._doubts[field.key].says}", *lines]
        if field.key in self.carried:
            lines.append(say("(dari kasus sebelumnya)"))
        return [line for line in lines if line]

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

    # Doors for the screen

    def unlock(self) -> None:
        """After `FormDone`: let the officer go on in this form."""
        self._locked = False
        if self._current is not None:
            self._current.closed = False

    def collect(self) -> dict[str, str]:
        """The answers of all fields that are asked, as they are kept, the one under the cursor
        included."""
        for entry in self._entries:
            self._keep(entry)
        return {
            field.key: self.values.get(field.key, "")
            for page in self.pages
            for field in page.fields
            if self._asked(field, self.values)
        }

    async def put(self, values: Mapping[str, str], carried: Collection[str] = ()) -> None:
        """Fill in answers from elsewhere (the case before, a draft)."""
        self.carried -= {key for key, value in values.items() if value != self.values.get(key)}
        self.values.update(values)
        self.carried.update(carried)
        for entry in self._entries:
            if entry.field.key in values:
                entry.typed = values[entry.field.key]
        self._show_asked()
        self._find_meanings()

    def doubt(self, doubts: Sequence[Finding]) -> None:
        """Mark fields whose answer the officer must look at; each until he has left it."""
        self._doubts = {one.key: one for one in doubts}
        self.refresh()

    async def go_on(self) -> None:
        """Leave the field as by Enter, for the next that still wants an answer or a look; when
        none does, the form is done."""
        entry = self._current
        if entry is None or entry.closed or self._busy or self._locked:
            return
        if not await self._resolve(entry):
            return
        value = self._keep(entry)
        refused = self._judge(entry, True)
        self._show_asked()
        self._redraw(entry)
        self.post_message(FieldLeft(self, entry.field.key, value, dict(self.values)))
        if refused:
            return
        self._doubts.pop(entry.field.key, None)
        if not await self.next_open():
            await self._finish()

    async def next_open(self, *, from_first: bool = False) -> bool:
        """Go to the next field that is refused, doubted, or empty though it must not be; after the
        last one to the first. False when there is none."""
        asked = [
            field for page in self.pages for field in page.fields if self._asked(field, self.values)
        ]
        here = self._current.field.key if self._current and not from_first else ""
        at = next((n for n, field in enumerate(asked, 1) if field.key == here), 0)
        for field in asked[at:] + asked[:at]:
            empty = field.required and not self.values.get(field.key)
            if empty or field.key in self._doubts or self._mark(field.key) == "X":
                await self._go_to_key(field.key)
                return True
        return False

    async def go_to(self, key: str) -> None:
        """Bring the officer to a field; he stays where he is when it is not asked."""
        await self._go_to_key(key)

    async def refuse(self, key: str, says: str) -> None:
        """Bring the officer to a field and tell what is wrong with it."""
        self.unlock()
        await self._go_to_key(key)
        self.post_message(FormNote(says, "tolak"))

    def action_field_help(self) -> None:
        """F1: what this field wants."""
        entry = self._current
        if entry is None:
            return
        field = entry.field
        lines = [line for line in (field.help, hint(field)) if line]
        if field.required:
            lines.append(say("Wajib diisi."))
        self.post_message(HelpWanted(field.key, field.label, lines))

    # Moving

    async def on_entry_move(self, move: EntryMove) -> None:
        """The officer leaves an entry."""
        move.stop()
        if self._locked:
            return
        moved = False
        if move.entry is self._current:
            self._busy = True
            try:
                moved = await self._leave(move.entry, move.way)
            finally:
                self._busy = False
        ahead, self._ahead = self._ahead, []
        if not moved:
            # What was typed for the next field is not for this one.
            move.entry.closed = False
            return
        for event in ahead:
            self._type_ahead(event)

    def _type_ahead(self, event: events.Key) -> None:
        """A key typed into an entry that was already left: for the one the officer is in next."""
        entry = self._current
        if self._locked:
            if entry is None or event.key in _AGAIN:
                return
            self.unlock()
        if entry is None or self._busy or entry.closed:
            self._ahead.append(event)
        else:
            entry.post_message(_again(event))

    async def _leave(self, entry: Entry, way: Way) -> bool:
        """Whether the officer is now somewhere else."""
        forward = way in ("confirm", "next")
        if way == "lookup":
            self._open_lookup(entry, "")
            return False
        if forward and not await self._resolve(entry):
            return False
        value = self._keep(entry)
        refused = self._judge(entry, forward)
        self._show_asked()
        self._redraw(entry)
        self.post_message(FieldLeft(self, entry.field.key, value, dict(self.values)))
        if forward and refused:
            return False
        if forward:
            self._doubts.pop(entry.field.key, None)
        return await self._turn(entry, way)

    async def _turn(self, entry: Entry, way: Way) -> bool:
        rows = self._rows()
        at = rows.index(entry) if entry in rows else 0
        if way in ("page-next", "page-back"):
            step = 1 if way == "page-next" else -1
            return await self._show_page(self.page + step)
        if way == "back":
            if at > 0:
                return self._go_to(rows[at - 1])
            return await self._show_page(self.page - 1, last=True)
        if at + 1 < len(rows):
            return self._go_to(rows[at + 1])
        if await self._show_page(self.page + 1):
            return True
        return await self._finish() if way == "confirm" else False

    async def _finish(self) -> bool:
        values = self.collect()
        for page in self.pages:
            for field in page.fields:
                if not self._asked(field, self.values):
                    continue
                found = self._found(field)
                self._findings[field.key] = found
                refused = next((one for one in found if one.level == "tolak"), None)
                if refused is not None:
                    await self._go_to_key(field.key)
                    self.post_message(FormNote(refused.says, "tolak"))
                    return True
        self._locked = True
        self.post_message(FormDone(self, values))
        return True

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
        asked = [self._asked(field, self.values) for field in self.pages[number].fields]
        if not any(asked):
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

    def _first_entry(self) -> Entry | None:
        return next(iter(self._rows()), None)

    # Answers

    def _keep(self, entry: Entry) -> str:
        field = entry.field
        before = self.values.get(field.key, "")
        value = self._normalise(field, entry.typed) if entry.typed.strip() else ""
        if value != before:
            self.values[field.key] = value
            self.carried.discard(field.key)
        if entry.typed != shown(field, value):
            entry.typed = value
        return value

    def _found(self, field: Field) -> list[Finding]:
        value = self.values.get(field.key, "")
        if self._check is not None:
            return list(self._check(field, value, dict(self.values)))
        if field.required and not value:
            return [Missing(field.key)]
        return []

    def _judge(self, entry: Entry, speak: bool) -> bool:
        """Check the field; true when it is refused."""
        found = self._found(entry.field)
        self._findings[entry.field.key] = found
        worst = min(found, key=lambda one: _GRAVITY.get(one.level, 9), default=None)
        if speak:
            if worst is None:
                self.post_message(FormNote("", "info"))
            else:
                self.post_message(FormNote(worst.says, _level(worst.level)))
        return worst is not None and worst.level == "tolak"

    def _show_asked(self) -> None:
        """Let conditional fields come and go."""
        changed = False
        for entry in self._entries:
            asked = self._asked(entry.field, self.values)
            if entry.display != asked:
                entry.display = asked
                changed = True
        if changed:
            self.refresh()

    def on_entry_changed(self, change: EntryChanged) -> None:
        """An answer is being changed: what the old one meant no longer holds."""
        change.stop()
        entry = change.entry
        if entry.typed != shown(entry.field, self.values.get(entry.field.key, "")):
            self._locked = False  # else it is the form itself that wrote the answer as it is kept
        if entry.field.type == "lookup":
            self._redraw(entry)

    # Codes

    def _find_meanings(self) -> None:
        """Find in the background what the codes on this page mean."""
        entries = [entry for entry in self._entries if self._codes.unexplained(entry)]
        if entries:
            self.run_worker(self._explain(entries), exclusive=True, group="meanings")

    async def _explain(self, entries: list[Entry]) -> None:
        for entry in entries:
            await self._codes.explain(entry)
            self._redraw(entry)

    async def _resolve(self, entry: Entry) -> bool:
        """Make a code of what was typed; false when the officer must choose or correct."""
        if not self._codes.unexplained(entry):
            return True
        text = entry.typed.strip()
        fits = await self._codes.find(entry, text)
        if len(fits) == 1:
            self._take(entry, *fits[0])
            return True
        if fits:
            self._open_lookup(entry, text)
        else:
            says = say("'{teks}' tidak ada dalam daftar. Tekan ? untuk memilih.", teks=text)
            self.post_message(FormNote(says, "tolak"))
        return False

    def _take(self, entry: Entry, code: str, label: str) -> None:
        self._codes.take(entry, code, label)
        self._redraw(entry)

    def _open_lookup(self, entry: Entry, text: str) -> None:
        find = self._codes.source(entry)
        if find is None:
            return
        from kiosk.widgets.lookup_dialog import LookupDialog

        def chosen(row: tuple[str, str] | None) -> None:
            entry.closed = False
            if row is not None:
                self._take(entry, *row)
                entry.closed = True
                self.post_message(EntryMove(entry, "next"))

        app_of(self).push_screen(LookupDialog(entry.field.label, find, text), chosen)


_AGAIN = ("enter", "tab", "down")  # what a second Enter on the last field may look like


_GRAVITY = {"tolak": 0, "peringatan": 1, "info": 2}


def _level(level: str) -> Level:
    return "tolak" if level == "tolak" else "peringatan" if level == "peringatan" else "info"


def _again(event: events.Key) -> events.Key:
    """The same key as a new event that goes to one widget and bubbles from there."""
    key = events.Key(event.key, event.character)
    key.time = event.time
    key._set_forwarded()  # pyright: ignore[reportPrivateUsage]
    return key
