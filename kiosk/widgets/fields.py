"""The entries of a form: one widget, one line, one answer.

`TextEntry` takes what is typed, `ChoiceEntry` one of a few answers by its number or letter. Both
hand the keys that leave a field (Enter, arrows, Tab, page keys) to the form as `EntryMove`, and
what is typed after such a key, while the form is still at work, is kept for the next field.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Literal

from rich.style import Style
from textual import events
from textual.geometry import Offset
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input
from typing_extensions import override

from kiosk.texts import said, say
from kiosk.widgets.line_input import LineInput
from kiosk.widgets.paint import app_of, clean, strip_of
from kiosk.widgets.scan_marks import ScanMark, ScanUndo, TakesBack

if TYPE_CHECKING:
    from config.forms import Field

    _MixedIn = Widget
else:
    _MixedIn = object  # a second Widget base would hide the Input's own component styles

__all__ = [
    "ChoiceEntry",
    "Entry",
    "EntryChanged",
    "EntryMove",
    "LineInput",
    "TextEntry",
    "Way",
    "hint",
    "make_entry",
    "shown",
    "stored",
]

Way = Literal["confirm", "next", "back", "page-next", "page-back", "lookup"]

_WAYS: dict[str, Way] = {
    "enter": "confirm",
    "down": "next",
    "tab": "next",
    "up": "back",
    "shift+tab": "back",
    "pagedown": "page-next",
    "pageup": "page-back",
    "ctrl+l": "lookup",
}

# Per type: the longest answer, the width of the entry in cells (0: all there is), allowed typing.
_SHAPES: dict[str, tuple[int, int, str | None]] = {
    "text": (100, 0, None),
    "name": (60, 0, None),
    "nik": (16, 17, r"\d*"),
    "kk": (16, 17, r"\d*"),
    "date": (10, 11, r"[\d./ -]*"),
    "time": (5, 6, r"[\d:.]*"),
    "phone": (18, 19, r"[\d+ -]*"),
    "email": (100, 0, r"\S*"),
    "lookup": (40, 14, None),
    "number": (9, 10, r"\d*"),
    "note": (500, 0, None),
}


class EntryMove(Message):
    """The officer leaves the entry, in which way."""

    def __init__(self, entry: Entry, way: Way) -> None:
        super().__init__()
        self.entry = entry
        self.way: Way = way


class EntryChanged(Message):
    """What is in the entry is another answer than before."""

    def __init__(self, entry: Entry) -> None:
        super().__init__()
        self.entry = entry


class EntryKeys(TakesBack, _MixedIn):
    """What both kinds of entry do with keys."""

    field: Field
    closed: bool = False
    """Whether the officer has left and the form has not yet decided where to."""
    ahead: Callable[[events.Key], None]
    """Takes the keys typed while closed."""

    async def _on_key(self, event: events.Key) -> None:
        way = self._way_of(event)
        if not self.closed and way is None:
            return
        event.stop()
        event.prevent_default()
        if self.closed:
            self.ahead(event)
        elif way is not None:
            self.closed = True
            self.post_message(EntryMove(self._me(), way))

    def _way_of(self, event: events.Key) -> Way | None:
        way = _WAYS.get(event.key)
        if way == "lookup" or event.character == "?":
            return "lookup" if self.field.type == "lookup" else None
        return way

    def _me(self) -> Entry:
        assert isinstance(self, TextEntry | ChoiceEntry)
        return self


class TextEntry(EntryKeys, LineInput):
    """An answer that is typed: every type but choice and yesno."""

    def __init__(self, field: Field, ahead: Callable[[events.Key], None], value: str = "") -> None:
        longest, width, allowed = _SHAPES.get(field.type, _SHAPES["text"])
        if field.max and field.type not in ("date", "lookup"):
            longest = field.max
        super().__init__(shown(field, value), restrict=allowed, max_length=longest)
        self.field = field
        self.ahead = ahead
        self.cells = width or min(longest + 1, WIDEST)
        self.styles.width = self.cells
        self.add_class("entry")
        self._before_scan: tuple[str, int] | None = None

    @property
    def typed(self) -> str:
        """What stands in the entry."""
        return self.value

    @typed.setter
    def typed(self, value: str) -> None:
        value = shown(self.field, value)
        if value != self.value:
            self.value = value

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell the form in its own words."""
        event.stop()
        self.post_message(EntryChanged(self))

    def on_scan_mark(self, _: ScanMark) -> None:
        """Remember what stands here."""
        self._before_scan = (self.value, self.cursor_position)

    def on_scan_undo(self, _: ScanUndo) -> None:
        """Put it back."""
        if self._before_scan is not None:
            self.value, self.cursor_position = self._before_scan
            self._before_scan = None


class ChoiceEntry(EntryKeys, Widget):
    """One answer of a few, shown as ``1 Laki-laki``: its number, its letter, or the arrows."""

    can_focus = True
    DEFAULT_CSS = """
    ChoiceEntry {
        height: 1; background: $field-background; color: $field-foreground;
    }
    ChoiceEntry:focus { background: $field-focus-background; color: $field-focus-foreground; }
    """
    ALLOW_SELECT = False
    code: reactive[str] = reactive("")

    def __init__(self, field: Field, ahead: Callable[[events.Key], None], value: str = "") -> None:
        super().__init__()
        self.field = field
        self.ahead = ahead
        self.choices = options_of(field)
        self.set_reactive(ChoiceEntry.code, value)
        widest = max((len(text) for text in self.options()), default=10)
        self.cells = min(max(widest + 1, 10), WIDEST)
        self.styles.width = self.cells
        self.add_class("entry")
        self._before_scan = value
        self._digits = ""

    @property
    def typed(self) -> str:
        """The code of the answer, "" for none yet."""
        return self.code

    @typed.setter
    def typed(self, value: str) -> None:
        self.code = value

    def options(self) -> list[str]:
        """Every answer as it is shown, in order."""
        return [
            f"{mark} {label}"
            for mark, (_, label) in zip(_marks(self.choices), self.choices, strict=True)
        ]

    def watch_code(self) -> None:
        """Tell the form."""
        if self.is_mounted:
            self.post_message(EntryChanged(self))

    @override
    def render_line(self, y: int) -> Strip:
        """The chosen answer."""
        codes = [code for code, _ in self.choices]
        text = self.options()[codes.index(self.code)] if self.code in codes else ""
        cursor = Style(reverse=True) if self.has_focus else Style.null()
        first, rest = (text[:1] or " "), text[1:]
        return strip_of(self.size.width, self.rich_style, (first, cursor), (rest, Style.null()))

    def on_focus(self) -> None:
        """Leave the console's cursor where a braille display looks for it."""
        self._digits = ""
        region = self.content_region
        app_of(self).cursor_position = Offset(region.x, region.y)

    def on_key(self, event: events.Key) -> None:
        """Choose."""
        if self.closed:
            return
        codes = [code for code, _ in self.choices]
        if event.key in ("left", "right") and codes:
            event.stop()
            step = 1 if event.key == "right" else -1
            now = codes.index(self.code) if self.code in codes else (-1 if step == 1 else 0)
            self.code = codes[(now + step) % len(codes)]
        elif event.key in ("backspace", "delete"):
            event.stop()
            self.code = ""
        elif event.is_printable and event.character:
            event.stop()
            self._choose(event.character)

    def _choose(self, character: str) -> None:
        marks = _marks(self.choices)
        for typed in (self._digits + character, character):
            if typed in marks:
                self._digits = typed
                self.code = self.choices[marks.index(typed)][0]
                return
        self._digits = ""
        letter = character.casefold()
        fits = [
            code
            for code, label in self.choices
            if code.casefold() == letter or label.casefold().startswith(letter)
        ]
        exact = [code for code in fits if code.casefold() == letter]
        if exact or len(fits) == 1:
            self.code = (exact or fits)[0]
        elif fits:
            after = fits.index(self.code) + 1 if self.code in fits else 0
            self.code = fits[after % len(fits)]
        else:
            app_of(self).bell()

    def on_scan_mark(self, _: ScanMark) -> None:
        """Remember the answer."""
        self._before_scan = self.code

    def on_scan_undo(self, _: ScanUndo) -> None:
        """Put it back."""
        self.code = self._before_scan


Entry = TextEntry | ChoiceEntry

WIDEST = 52
"""Cells: what is left of 80 columns beside label and marks."""


def make_entry(field: Field, ahead: Callable[[events.Key], None], value: str) -> Entry:
    """The widget that asks for this field."""
    if field.type in ("choice", "yesno"):
        return ChoiceEntry(field, ahead, value)
    return TextEntry(field, ahead, value)


def options_of(field: Field) -> tuple[tuple[str, str], ...]:
    """The answers of a choice or yesno as (code, label), in the language of this kiosk."""
    return tuple((code, said(label)) for code, label in field.options)


def _marks(choices: tuple[tuple[str, str], ...]) -> list[str]:
    """What is typed for each answer: its code where all codes are short digits, else its place."""
    codes = [code for code, _ in choices]
    if all(code.isdigit() and len(code) <= 2 for code in codes):
        return codes
    return [str(n) for n in range(1, len(codes) + 1)]


_DATE_TYPED = re.compile(r"(\d{1,2})[ ./-](\d{1,2})[ ./-](\d{4})|(\d{2})(\d{2})(\d{4})")


def stored(field: Field, typed: str) -> str:
    """What was typed as it is kept: a date as ISO 8601, the rest without blanks around it.

    What is no date stays as it was typed, for the check to refuse.
    """
    text = typed.strip()
    if field.type == "date" and (found := _DATE_TYPED.fullmatch(text)):
        day, month, year = (part for part in found.groups() if part)
        try:
            return date(int(year), int(month), int(day)).isoformat()
        except ValueError:
            return text
    return text


def shown(field: Field, value: str) -> str:
    """What is kept as it is read: an ISO date as dd-mm-yyyy."""
    if field.type == "date" and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return f"{value[8:]}-{value[5:7]}-{value[:4]}"
    return clean(value)


def hint(field: Field) -> str:
    """How this field is filled in, for the line below the form."""
    if field.type in ("choice", "yesno"):
        choices = options_of(field)
        marks = _marks(choices)
        return "  ".join(f"{mark} {label}" for mark, (_, label) in zip(marks, choices, strict=True))
    return {
        "date": say("Tanggal: hari-bulan-tahun, boleh tanpa tanda, misalnya 21112026."),
        "time": say("Jam: misalnya 14:05 atau 1405."),
        "nik": say("16 angka."),
        "kk": say("16 angka."),
        "lookup": say("Kode atau sebagian nama; ? atau Ctrl+L membuka daftar."),
    }.get(field.type, "")
