"""The batches of this place, both ways, with both counts."""

from __future__ import annotations

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from kiosk.clock import stamp
from kiosk.desk.batches import batch_title
from kiosk.screens.base import ListScreen
from kiosk.screens.words import place_word
from kiosk.texts import say
from kiosk.widgets.dialogs import TextPanel
from kiosk.widgets.record_list import Column, ListSource, RecordChosen, RecordList, Row


class BatchListScreen(ListScreen):
    """Every batch; Enter shows its files."""

    BINDINGS: list[BindingType] = [Binding("escape", "back", show=False)]

    def __init__(self) -> None:
        super().__init__(say("Batch"), say("Enter melihat isi batch. Esc kembali."))

    def body(self) -> list[Widget]:
        """The batches."""
        columns = [
            Column(say("Batch"), 20),
            Column(say("Apa")),
            Column(say("Dari"), 10),
            Column(say("Ke"), 14),
            Column(say("Hitung"), 9, "right"),
        ]
        return [RecordList(columns, ListSource([]), empty=say("Belum ada batch."))]

    async def reload(self) -> None:
        """Read anew."""
        rows = [
            Row(
                batch.number,
                (
                    batch.number,
                    batch_title(batch.kind),
                    place_word(batch.source),
                    place_word(batch.target),
                    f"{batch.received}/{batch.count}",
                ),
            )
            for batch in await self.kiosk.ask(self.desk.batches.recent)
        ]
        await self.records.reload(ListSource(rows))

    @work
    async def on_record_chosen(self, chosen: RecordChosen) -> None:
        """The files of a batch."""
        chosen.stop()
        batch = await self.kiosk.ask(self.desk.batches.one, chosen.key)
        items = await self.kiosk.ask(self.desk.batches.items, chosen.key)
        lines = [
            say("Diserahkan {when}", when=stamp(batch.created) if batch.created else "-"),
            "",
            *(
                f"{item.number}  {item.name:32.32} "
                + (say("diterima") if item.received else say("belum"))
                for item in items
            ),
        ]
        await self.kiosk.push_screen_wait(TextPanel(batch.number, lines, folded=False))
