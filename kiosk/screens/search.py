"""F3: any fragment of a name or number finds the case."""

from __future__ import annotations

from textual import events, work
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from kiosk.screens.base import DeskScreen
from kiosk.screens.routes import open_case
from kiosk.screens.words import row_cells
from kiosk.screens.work import case_columns
from kiosk.texts import say
from kiosk.widgets.fields import LineInput
from kiosk.widgets.record_list import ListSource, RecordChosen, RecordList, Row

FOUND_AT_MOST = 100
"""More than that is not looked through: the officer types another letter."""


class SearchScreen(DeskScreen):
    """What is typed narrows the list below."""

    BINDINGS: list[BindingType] = [Binding("escape", "back", show=False)]

    def __init__(self) -> None:
        super().__init__(
            say("Cari"), say("Ketik nama, nomor, kode, NIK, KK, atau telepon. Enter membuka.")
        )
        self._shown = ""
        self._key = ""

    def body(self) -> list[Widget]:
        """The entry and what it finds."""
        records = RecordList(case_columns(), ListSource([]), empty=" ")
        records.can_focus = False
        return [LineInput(max_length=60, id="text"), records]

    def on_mount(self) -> None:
        """Ready to type."""
        self.query_one("#text", LineInput).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search while typing; only the newest answer is shown."""
        event.stop()
        self._search(event.value)

    @work(exclusive=True, group="search")
    async def _search(self, text: str) -> None:
        rows = await self.kiosk.ask(self.desk.work.search, text, FOUND_AT_MOST)
        now = self.desk.core.clock.now()
        records = self.query_one(RecordList)
        # Before anything is typed nothing was looked for.
        records.empty = say("Tidak ditemukan. Ketik potongan lain.") if text.strip() else " "
        await records.reload(ListSource([Row(row.number, row_cells(row, now)) for row in rows]))
        self._shown, key = text, self._key
        self._key = ""
        if key:
            await records.handle_list_key(key)

    async def on_key(self, event: events.Key) -> None:
        """Arrows and Enter are the list's: that of what is typed, not of what was shown before."""
        if event.key in ("up", "down", "pageup", "pagedown", "enter"):
            event.stop()
            event.prevent_default()
            if self.query_one("#text", LineInput).value != self._shown:
                self._key = event.key  # until its answer is here
            else:
                await self.query_one(RecordList).handle_list_key(event.key)

    async def on_record_chosen(self, chosen: RecordChosen) -> None:
        """Open the case."""
        chosen.stop()
        open_case(self.kiosk, chosen.key)
