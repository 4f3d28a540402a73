"""One line of text that an act must not go without: a reason, a note."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical

from kiosk.texts import say
from kiosk.widgets.dialogs import Dialog, Lines
from kiosk.widgets.fields import LineInput


class ReasonDialog(Dialog[str | None]):
    """Gives what was typed; None on Esc. An empty line is not taken."""

    DEFAULT_CSS = """
    ReasonDialog LineInput { width: 68; }
    """

    def __init__(
        self, question: str, details: Sequence[str] = (), *, digits: bool = False, most: int = 200
    ):
        super().__init__()
        self._lines = [question, *details, ""]
        self._entry = LineInput(restrict=r"\d*" if digits else None, max_length=most)

    def compose(self) -> ComposeResult:
        """Question and entry."""
        with Vertical(classes="window"):
            yield Lines(self._lines, bold_first=True)
            yield self._entry
            yield Lines(["", say("Enter melanjutkan, Esc membatalkan")])

    def on_key(self, event: events.Key) -> None:
        """Enter takes a line that is not empty."""
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            if self._entry.value.strip():
                self.dismiss(self._entry.value.strip())
