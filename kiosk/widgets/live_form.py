"""A form that tells of every key, for a screen that keeps and looks up what is being typed."""

from __future__ import annotations

import asyncio

from textual.message import Message

from kiosk.widgets.fields import EntryChanged
from kiosk.widgets.form_view import FormView


class LiveForm(FormView):
    """A `FormView` that says `Typed` whenever something else stands in a field."""

    class Typed(Message):
        """Something else stands in a field of ``form`` now."""

        def __init__(self, form: LiveForm) -> None:
            super().__init__()
            self.form = form

    def on_entry_changed(self, change: EntryChanged) -> None:
        """Besides what every form does with it."""
        del change
        self.post_message(self.Typed(self))

    @property
    def typed(self) -> dict[str, str]:
        """What stands in the form, as it was typed: nothing is brought into its stored form under
        the officer's hands."""
        return {**self.values, **{entry.field.key: entry.typed for entry in self._entries}}

    async def settled(self) -> None:
        """Wait until every key that came so far stands where it belongs. Not from a handler of
        the form's own."""
        for widget in (self._current, self, self._current, self):
            if widget is not None and widget.is_running:
                done = asyncio.Event()
                widget.call_later(done.set)
                await done.wait()

    @property
    def here(self) -> str:
        """The key of the field the officer is in, "" before the first."""
        return self._current.field.key if self._current is not None else ""
