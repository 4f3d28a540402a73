"""The least a Textual program can be: ``bare_app.py`` one text, ``bare_app.py input`` one entry."""

from __future__ import annotations

import sys

from textual.app import App, ComposeResult
from textual.widget import Widget

SIGN = "bare app ready"


class BareApp(App[None]):
    """Shows the sign, and an entry if asked."""

    def __init__(self, *more: Widget) -> None:
        super().__init__()
        self._more = more

    def compose(self) -> ComposeResult:
        from textual.widgets import Static

        yield Static(SIGN)
        yield from self._more

    def on_mount(self) -> None:
        for widget in self._more:
            widget.focus()


def main() -> None:
    """Run the app that the argument names."""
    if sys.argv[1:] == ["input"]:
        from textual.widgets import Input

        entry = Input()
        # A blinking cursor would be counted as the answer to a key.
        entry.cursor_blink = False
        BareApp(entry).run()
    else:
        BareApp().run()


if __name__ == "__main__":
    main()
