"""A small Textual program that says each key it is told, for the test of the test terminal."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.events import Key
from textual.widgets import Static


class KeyTeller(App[None]):
    """Shows every key's name in order; Ctrl+Q ends it with code 7."""

    BINDINGS = [("ctrl+q", "leave", "leave")]
    ENABLE_COMMAND_PALETTE = False

    def compose(self) -> ComposeResult:
        yield Static("siap")

    def on_key(self, event: Key) -> None:
        shown = self.query_one(Static)
        shown.update(f"{shown.content} {event.key}")

    def action_leave(self) -> None:
        self.exit(return_code=7)


if __name__ == "__main__":
    app = KeyTeller()
    app.run()
    raise SystemExit(app.return_code)
