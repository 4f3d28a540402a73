"""A form on the screen: label and entry, line under line, filled in without looking at the keys.

Enter (or Down, Tab) moves on and checks the field that is left; Up or Shift+Tab goes back and
checks nothing that would hold the officer up; PgDn and PgUp turn the pages. The last field's Enter
checks the whole form and says `FormDone`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from typing_extensions import override

from kiosk.texts import say
from kiosk.widgets.bars import Level
from kiosk.widgets.fields import Entry, EntryChanged, EntryMove, Way, hint, shown, stored
from kiosk.widgets.form_answers import Answers
from kiosk.widgets.form_codes import Codes
from kiosk.widgets.form_messages import (
    Check,
    FieldLeft,
    Find,
    Finding,
    FormDone,
    FormNote,
    HelpWanted,
)
from kiosk.widgets.form_page import FormPage
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


class FormView(FormPage):
    """Pages of fields that an officer walks through.

    `check` judges one field when it is left (None: only `required` is judged); `normalise` turns
    what was typed into what is kept; `lookups` finds codes by `Field.lookup`; `carried` are the
    keys whose value comes from the case before and is marked so until it is changed.
    """

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
        answers = Answers(pages, values or {}, check, normalise or stored, carried)
        super().__init__(pages, answers, Codes(lookups or {}), id)
        self._busy = False
        self._locked = False
        self._ahead: list[events.Key] = []

    @property
    def values(self) -> dict[str, str]:
        """The answers as they are kept; of the fields that are not asked, too."""
        return self._answers.values

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
        return self._answers.collected()

    async def put(self, values: Mapping[str, str], carried: Collection[str] = ()) -> None:
        """Fill in answers from elsewhere (the case before, a draft)."""
        self._answers.put(values, carried)
        for entry in self._entries:
            if entry.field.key in values:
                entry.typed = values[entry.field.key]
        self._show_asked()
        self._find_meanings()

    def doubt(self, doubts: Sequence[Finding]) -> None:
        """Mark fields whose answer the officer must look at; each until he has left it."""
        self._answers.doubts = {one.key: one for one in doubts}
        self.refresh()

    async def go_on(self) -> None:
        """Leave the field as by Enter, for the next that still wants an answer or a look; when
        none does, the form is done."""
        entry = self._current
        if entry is None or entry.closed or self._busy or self._locked:
            return
        if not await self._resolve(entry) or not self._accept(entry, forward=True):
            return
        if not await self.next_open():
            await self._finish()

    async def next_open(self, *, from_first: bool = False) -> bool:
        """Go to the next field that is refused, doubted, or empty though it must not be; after the
        last one to the first. False when there is none."""
        here = self._current.field.key if self._current and not from_first else ""
        field = self._answers.next_open(here)
        if field is not None:
            await self._go_to_key(field.key)
        return field is not None

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
            self.type_ahead(event)

    @override
    def type_ahead(self, event: events.Key) -> None:
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
        return self._accept(entry, forward=forward) and await self._turn(entry, way)

    def _accept(self, entry: Entry, *, forward: bool) -> bool:
        """Keep and judge the answer that is left, and tell the screen; false when it is refused,
        which holds up only who goes forward."""
        value = self._keep(entry)
        refused = self._judge(entry, forward)
        self._show_asked()
        self._redraw(entry)
        self.post_message(FieldLeft(self, entry.field.key, value, dict(self.values)))
        if forward and not refused:
            self._answers.doubts.pop(entry.field.key, None)
        return not (forward and refused)

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
        refused = self._answers.first_refused()
        if refused is not None:
            field, finding = refused
            await self._go_to_key(field.key)
            self.post_message(FormNote(finding.says, "tolak"))
            return True
        self._locked = True
        self.post_message(FormDone(self, values))
        return True

    # Answers

    def _keep(self, entry: Entry) -> str:
        value = self._answers.keep(entry.field, entry.typed)
        if entry.typed != shown(entry.field, value):
            entry.typed = value
        return value

    def _judge(self, entry: Entry, speak: bool) -> bool:
        """Check the field; true when it is refused."""
        worst = self._answers.judge(entry.field)
        if speak:
            if worst is None:
                self.post_message(FormNote("", "info"))
            else:
                self.post_message(FormNote(worst.says, _level(worst.level)))
        return worst is not None and worst.level == "tolak"

    def on_entry_changed(self, change: EntryChanged) -> None:
        """An answer is being changed: what the old one meant no longer holds."""
        change.stop()
        entry = change.entry
        if entry.typed != shown(entry.field, self.values.get(entry.field.key, "")):
            self._locked = False  # else it is the form itself that wrote the answer as it is kept
        if entry.field.type == "lookup":
            self._redraw(entry)

    # Codes

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


def _level(level: str) -> Level:
    return "tolak" if level == "tolak" else "peringatan" if level == "peringatan" else "info"


def _again(event: events.Key) -> events.Key:
    """The same key as a new event that goes to one widget and bubbles from there."""
    key = events.Key(event.key, event.character)
    key.time = event.time
    key._set_forwarded()  # pyright: ignore[reportPrivateUsage]
    return key
