"""F8: today's numbers, the batches, and every register and report that a SOP asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from kiosk.screens.base import ListScreen
from kiosk.screens.words import short_title
from kiosk.texts import said, say
from kiosk.widgets.record_list import Column, ListSource, RecordChosen, RecordList, Row

if TYPE_CHECKING:
    from kiosk.desk.reports import Offered

BATCHES = "batch"
"""The line that opens the batches."""


class ReportScreen(ListScreen):
    """What can be looked at; Enter opens it for today."""

    BINDINGS: list[BindingType] = [Binding("escape", "back", show=False)]
    DEFAULT_CSS = """
    ReportScreen #today { height: 2; padding: 0 1; }
    """

    def __init__(self) -> None:
        super().__init__(say("Laporan"), say("Enter membuka untuk hari ini. Esc kembali."))
        self._offered: list[Offered] = []

    def body(self) -> list[Widget]:
        """Today's numbers, and what there is."""
        columns = [Column(say("Register atau laporan")), Column(say("Layanan"), 26)]
        return [
            Static("", id="today", markup=False),
            RecordList(columns, ListSource([])),
        ]

    async def reload(self) -> None:
        """Read anew."""
        day, waiting = await self.kiosk.ask(self.desk.work.today)
        self.put(
            "#today",
            say(
                "Daftar permohonan hari ini: {day} masuk, {waiting} belum diserahkan.",
                day=day,
                waiting=waiting,
            ),
        )
        self._offered = await self.kiosk.ask(self.desk.reports.offered)
        rows = [Row(BATCHES, (say("Batch yang dikirim dan diterima"), say("semua")))]
        rows += [
            Row(str(at), (said(one.title), short_title(one.service)))
            for at, one in enumerate(self._offered)
        ]
        await self.records.reload(ListSource(rows))

    async def on_record_chosen(self, chosen: RecordChosen) -> None:
        """Open it."""
        chosen.stop()
        if chosen.key == BATCHES:
            from kiosk.screens.batch_list import BatchListScreen

            self.kiosk.show_above(BatchListScreen())
        else:
            from kiosk.screens.report import ReportTableScreen

            self.kiosk.show_above(ReportTableScreen(self._offered[int(chosen.key)]))
