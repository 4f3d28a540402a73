"""The kiosk's input of one line."""

from __future__ import annotations

from rich.text import Text
from textual import events
from textual.geometry import Size
from textual.reactive import Reactive
from textual.widgets import Input

from kiosk.widgets.paint import clean


class LineInput(Input):
    """An input of one line that costs little and takes nothing it should not.

    Textual's own gives its whole screen a new layout at every key, because its virtual size is
    declared to need one; a line that scrolls sideways does not.
    """

    DEFAULT_CSS = """
    LineInput, LineInput:focus, LineInput:ansi, LineInput.-textual-compact {
        background: $field-background; color: $field-foreground; background-tint: transparent;
        border: none; padding: 0; height: 1;
    }
    LineInput:focus { background: $field-focus-background; color: $field-focus-foreground; }
    LineInput:ansi > .input--cursor {
        background: $input-cursor-background; color: $input-cursor-foreground; text-style: none;
    }
    LineInput > .input--selection {
        background: $input-selection-background; color: $input-selection-foreground;
    }
    """

    virtual_size: Reactive[Size] = Reactive(Size(0, 0), layout=False)

    def __init__(
        self,
        value: str = "",
        *,
        restrict: str | None = None,
        max_length: int = 0,
        password: bool = False,
        id: str | None = None,
    ) -> None:
        super().__init__(
            clean(value),
            restrict=restrict,
            max_length=max_length,
            password=password,
            validate_on=(),
            compact=True,
            id=id,
        )
        self.cursor_blink = False

    @property
    def _value(self) -> Text:
        # The bullet of a hidden value is no glyph of the console.
        shown = "*" * len(self.value) if self.password else self.value
        return Text(shown, no_wrap=True, overflow="ignore", end="")

    async def _on_key(self, event: events.Key) -> None:
        # Textual runs an input's key bindings only after the key went round by the application,
        # behind letters that were typed after it. Here "backspace, x" stays in that order.
        if event.is_printable or event.key == "enter":
            return
        for binding in self._bindings.key_to_bindings.get(event.key, ()):
            if not binding.action.startswith(("scroll", "page")):
                event.stop()
                event.prevent_default()
                await self.run_action(binding.action)
                return

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        first = next((line for line in event.text.splitlines() if line.strip()), "")
        text = "".join(c for c in first.strip() if c.isprintable())
        start, end = sorted(self.selection)
        if self.max_length:
            text = text[: max(0, self.max_length - len(self.value) + (end - start))]
        if text:
            self.replace(text, start, end)
