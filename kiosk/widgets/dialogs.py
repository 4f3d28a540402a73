"""Small windows over the screen: a question, a choice, a text, a PIN."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import ClassVar, TypeVar

from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.geometry import Offset
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widget import Widget
from typing_extensions import override

from kiosk.texts import say
from kiosk.widgets.paint import BOLD, PLAIN, app_of, fit, strip_of

R = TypeVar("R")

INSIDE = 70
"""Cells of text in a dialog of full width."""


class Lines(Widget):
    """Still lines of text, each as long as it is; scrolls when there are more than fit."""

    DEFAULT_CSS = """
    Lines { width: 1fr; height: auto; }
    """
    ALLOW_SELECT = False

    def __init__(self, lines: Sequence[str], *, bold_first: bool = False) -> None:
        super().__init__()
        self.lines = list(lines)
        self.top = 0
        self._bold_first = bold_first

    @override
    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """One row for each line."""
        return len(self.lines)

    @override
    def render_line(self, y: int) -> Strip:
        """One line."""
        at = self.top + y
        text = self.lines[at] if at < len(self.lines) else ""
        style = BOLD if self._bold_first and at == 0 else PLAIN
        return strip_of(self.size.width, self.rich_style, (fit(text, self.size.width), style))

    def scroll_by(self, step: int) -> bool:
        """Move the text; false when it was at its end already."""
        highest = max(0, len(self.lines) - self.size.height)
        top = max(0, min(self.top + step, highest))
        if top == self.top:
            return False
        self.top = top
        self.refresh()
        return True


class Dialog(ModalScreen[R]):
    """A window with a single line around it, clear of title, status and keys; Esc closes it
    without an answer, F10 locks the desk also from here."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f10", "app.go('kunci')", show=False)]
    DEFAULT_CSS = """
    Dialog { align: center middle; background: transparent; }
    Dialog > .window {
        width: 76; height: auto; max-height: 22; padding: 0 2; margin: 0 0 1 0;
        border: solid ansi_white; background: ansi_black; color: ansi_white;
    }
    Dialog .gap { height: 1; }
    """
    ALLOW_SELECT = False

    def on_key(self, event: events.Key) -> None:
        """Esc closes; every other key stays in the window."""
        if event.key == "escape":
            event.stop()
            self.dismiss(None)


class Ask(Dialog[bool | None]):
    """A yes or no question, answered by one key: Y (ya) or T (tidak). Esc gives None."""

    def __init__(self, question: str, details: Sequence[str] = ()) -> None:
        super().__init__()
        self._lines = [*wrap(question, INSIDE), *details]

    def compose(self) -> ComposeResult:
        """Question and keys."""
        with Vertical(classes="window"):
            yield Lines([*self._lines, "", say("Y = ya, T = tidak")])

    def on_key(self, event: events.Key) -> None:
        """The answer."""
        answer = {"y": True, "t": False}.get((event.character or "").casefold())
        if answer is not None:
            event.stop()
            self.dismiss(answer)


class _Options(Widget, can_focus=True):
    """The lines of a choice."""

    DEFAULT_CSS = """
    _Options { height: auto; max-height: 15; width: 1fr; }
    """
    ALLOW_SELECT = False

    def __init__(self, options: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.options = list(options)
        self.at = 0
        self.top = 0

    @override
    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """One row for each option."""
        return max(1, len(self.options))

    @override
    def render_line(self, y: int) -> Strip:
        """One option."""
        at, width = self.top + y, self.size.width
        if at >= len(self.options):
            return strip_of(width, self.rich_style)
        number = str(at + 1) if at < 9 else " "
        here = at == self.at
        text = fit(f"{'>' if here else ' '} {number} {self.options[at][1]}", width)
        return strip_of(width, self.rich_style, (text, Style(reverse=here)))

    def move(self, at: int) -> None:
        """Put the bar on another option."""
        self.at = max(0, min(at, len(self.options) - 1))
        height = max(1, self.size.height)
        self.top = max(min(self.top, self.at), self.at - height + 1)
        self.refresh()
        self.point()

    def on_focus(self) -> None:
        """Begin at the first."""
        self.point()

    def point(self) -> None:
        """Leave the console's cursor on the row."""
        region = self.content_region
        app_of(self).cursor_position = Offset(region.x, region.y + self.at - self.top)


class Choose(Dialog[str | None]):
    """One of a few: by its number, or by the arrows and Enter. Esc gives None."""

    def __init__(
        self, title: str, options: Sequence[tuple[str, str]], details: Sequence[str] = ()
    ) -> None:
        super().__init__()
        self._heading = [*wrap(title, INSIDE), *details, ""]
        self._options = _Options(options)

    def compose(self) -> ComposeResult:
        """Title, options, keys."""
        with Vertical(classes="window"):
            yield Lines(self._heading, bold_first=True)
            yield self._options
            yield Lines(["", say("Angka, atau panah lalu Enter, memilih. Esc kembali.")])

    def on_key(self, event: events.Key) -> None:
        """Move, choose."""
        options = self._options.options
        steps = {"up": -1, "down": 1, "pageup": -9, "pagedown": 9, "home": -999, "end": 999}
        if event.key in steps:
            event.stop()
            self._options.move(self._options.at + steps[event.key])
        elif event.key == "enter" and options:
            event.stop()
            self.dismiss(options[self._options.at][0])
        elif (digit := event.character or "").isdecimal() and 0 < int(digit) <= len(options):
            event.stop()
            self.dismiss(options[int(digit) - 1][0])


class TextPanel(Dialog[None]):
    """Lines to read: help, or a paper before it is printed. Arrows and pages scroll, Esc closes."""

    DEFAULT_CSS = """
    TextPanel .text { height: auto; max-height: 16; }
    """

    def __init__(self, title: str, lines: Sequence[str], *, folded: bool = True) -> None:
        super().__init__()
        self._heading = title
        if folded:
            lines = [part for line in lines for part in (wrap(line, INSIDE) or [""])]
        self._text = Lines(lines)
        self._text.add_class("text")

    def compose(self) -> ComposeResult:
        """Title, text, keys."""
        with Vertical(classes="window"):
            yield Lines([self._heading, ""], bold_first=True)
            yield self._text
            yield Lines(["", say("Panah dan PgUp/PgDn menggulung, Enter atau Esc menutup")])

    def on_key(self, event: events.Key) -> None:
        """Scroll, close."""
        page = max(1, self._text.size.height)
        steps = {
            "up": -1, "down": 1, "pageup": -page, "pagedown": page, "space": page,
            "home": -10**6, "end": 10**6,
        }  # fmt: skip
        if event.key in steps:
            event.stop()
            self._text.scroll_by(steps[event.key])
        elif event.key in ("enter", "f1"):
            event.stop()
            self.dismiss(None)


class PinDialog(Dialog[str | None]):
    """Asks for a PIN, shown as stars; `reason` says what it is for. Esc gives None."""

    DEFAULT_CSS = """
    PinDialog LineInput { width: 20; }
    """

    def __init__(self, reason: str, *, longest: int = 32) -> None:
        super().__init__()
        self._reason = reason
        self._longest = longest

    def compose(self) -> ComposeResult:
        """Reason, entry, keys."""
        from kiosk.widgets.line_input import LineInput

        with Vertical(classes="window"):
            yield Lines([*wrap(self._reason, INSIDE), ""])
            yield Lines([say("PIN:")])
            yield LineInput(password=True, max_length=self._longest, id="pin")
            yield Lines(["", say("Enter melanjutkan, Esc membatalkan")])

    def on_key(self, event: events.Key) -> None:
        """Enter hands over what was typed."""
        if event.key == "enter":
            from kiosk.widgets.line_input import LineInput

            event.stop()
            event.prevent_default()
            entry = self.query_one(LineInput)
            pin, entry.value = entry.value, ""
            self.dismiss(pin)
