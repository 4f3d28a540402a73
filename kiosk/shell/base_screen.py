"""The frame of one screen: title above, message, status and keys below, the work in between."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.containers import Container
from textual.screen import Screen
from textual.widget import Widget

from kiosk.widgets.bars import KeyBar, Level, MessageLine, StatusLine, TitleBar
from kiosk.widgets.paint import app_of

if TYPE_CHECKING:
    from kiosk.shell.base_app import ShellApp
    from kiosk.widgets.form_view import FormNote, HelpWanted


class ShellScreen(Screen[None]):
    """Subclass this and override `body`; `title` is shown above, `first_words` in the message line.

    `shell` is the application; `say_next` is the only way to talk to the officer.
    """

    hears_scans = True
    """False: what comes as fast as from a scanner is a text that the console pastes."""

    def __init__(self, title: str = "", first_words: str = "") -> None:
        super().__init__()
        self.title = title
        self._first_words = first_words

    @property
    def shell(self) -> ShellApp:
        """The application this screen runs in."""
        return cast("ShellApp", app_of(self))

    def compose(self) -> ComposeResult:
        """The frame; subclasses override `body`."""
        shell = self.shell
        yield TitleBar(shell.office, self.title or "", training=shell.training)
        yield Container(*self.body(), id="body")
        yield MessageLine(self._first_words)
        yield StatusLine(shell.facts)
        yield KeyBar()

    def body(self) -> list[Widget]:
        """Override: the widgets between the bars (20 lines of 80 columns)."""
        return []

    def say_next(self, text: str, level: Level = "info") -> None:
        """Tell the officer what to do next, or what is in the way.

        A form that waits after its last field is opened again by anything above "info".
        """
        for line in self.query(MessageLine):  # none any more on a screen that was left meanwhile
            line.show(text, level)
        if level != "info":
            self._unlock_forms()

    def on_screen_resume(self) -> None:
        """What the status line said may be old by the time the screen comes back."""
        for line in self.query(StatusLine):
            line.facts = self.shell.facts
        for bar in self.query(TitleBar):
            bar.heading = self.title or ""
        self._unlock_forms()

    def on_form_note(self, note: FormNote) -> None:
        """A field has something to say; when it has not, the screen says what to do."""
        note.stop()
        self.query_one(MessageLine).show(note.text or self._first_words, note.level)

    def on_help_wanted(self, wanted: HelpWanted) -> None:
        """F1 on a field."""
        from kiosk.widgets.dialogs import TextPanel

        wanted.stop()
        self.shell.push_screen(TextPanel(wanted.title, wanted.lines))

    def _unlock_forms(self) -> None:
        for widget in self.query(".form-view"):
            unlock = cast("Callable[[], None] | None", getattr(widget, "unlock", None))
            if unlock is not None:
                unlock()
