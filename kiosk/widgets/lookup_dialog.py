"""A list of codes to choose from: type to narrow it, arrows and Enter to choose."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from kiosk.texts import say
from kiosk.widgets.dialogs import Dialog, Lines
from kiosk.widgets.line_input import LineInput
from kiosk.widgets.record_list import Column, ListSource, RecordChosen, RecordList, Row

Find = Callable[[str], Awaitable[Sequence[tuple[str, str]]]]

_LIST_KEYS = ("up", "down", "pageup", "pagedown", "enter")


class LookupDialog(Dialog[tuple[str, str] | None]):
    """Gives the chosen (code, label), or None on Esc.

    `find` is asked anew at every change of the filter, "" included.
    """

    DEFAULT_CSS = """
    LookupDialog RecordList { height: 13; }
    LookupDialog LineInput { width: 40; }
    """

    def __init__(self, title: str, find: Find, text: str = "") -> None:
        super().__init__()
        self._heading = title
        self._find = find
        self._filter = LineInput(text, max_length=40)
        self._labels: dict[str, str] = {}
        columns = (Column(say("Kode"), 14), Column(say("Nama")))
        self._records = RecordList(
            columns, ListSource([]), empty=say("Tidak ada yang cocok."), solid=True
        )
        self._records.can_focus = False

    def compose(self) -> ComposeResult:
        """Title, filter, list, keys."""
        with Vertical(classes="window"):
            yield Lines([self._heading], bold_first=True)
            yield self._filter
            yield Lines([""])
            yield self._records
            yield Lines([say("Ketik untuk menyaring, panah lalu Enter memilih, Esc kembali")])

    def on_mount(self) -> None:
        """Show what fits the text that was already typed."""
        self._filter.select_on_focus = False
        self._filter.focus()
        self._refill()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        event.stop()
        self._refill()

    def _refill(self) -> None:
        self.run_worker(self._fill(self._filter.value), exclusive=True, group="fill")

    async def _fill(self, text: str) -> None:
        rows = await self._find(text)
        self._labels = dict(rows)
        await self._records.reload(ListSource([Row(code, (code, label)) for code, label in rows]))

    def on_key(self, event: events.Key) -> None:
        """The arrows belong to the list, whatever has the focus."""
        if event.key in _LIST_KEYS:
            event.stop()
            event.prevent_default()
            self.call_later(self._records.handle_list_key, event.key)

    def on_record_chosen(self, chosen: RecordChosen) -> None:
        """Enter on a row."""
        chosen.stop()
        self.dismiss((chosen.key, self._labels[chosen.key]))
