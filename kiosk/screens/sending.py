"""Serah: choose the files that leave together, count them, put the paraf."""

from __future__ import annotations

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from kiosk.desk.batches import counted_word
from kiosk.desk.views import BatchGroup, ScanView
from kiosk.papers.bast import item_word
from kiosk.screens.base import DeskScreen
from kiosk.screens.reason import ReasonDialog
from kiosk.screens.routes import open_scan
from kiosk.screens.words import place_word, since_word
from kiosk.texts import say
from kiosk.widgets.dialogs import TextPanel
from kiosk.widgets.record_list import Column, ListSource, RecordChosen, RecordList, Row


class SendingScreen(DeskScreen):
    """All are chosen at first; Space takes one out, Enter goes on to the count."""

    BINDINGS: list[BindingType] = [Binding("escape", "back", show=False)]

    def __init__(self, group: BatchGroup):
        super().__init__(
            say("Serah: {title} ke {place}", title=group.title, place=place_word(group.target)),
            say("Spasi memilih/melepas (*). Enter bila yang bertanda ada di tangan Anda."),
        )
        self._group = group

    def body(self) -> list[Widget]:
        """The files, all marked."""
        now = self.desk.core.clock.now()
        columns = [
            Column(say("Nomor"), 18),
            Column(say("Nama")),
            Column(say("Barang"), 8),
            Column(say("Sejak"), 7),
        ]
        rows = [
            Row(
                row.number,
                (row.number, row.name, item_word(item), since_word(row.since, now)),
            )
            for row, item in zip(self._group.rows, self._group.items, strict=True)
        ]
        records = RecordList(columns, ListSource(rows), marks=True)
        records.marked = {row.key for row in rows}
        return [records]

    def on_mount(self) -> None:
        """Ready."""
        self.query_one(RecordList).focus()

    async def take_scan(self, seen: ScanView) -> None:
        """A card scanned here marks its file."""
        records = self.query_one(RecordList)
        if seen.state not in ("sah", "nomor") or seen.kind == "D":
            open_scan(self, seen)
        elif seen.number in {row.number for row in self._group.rows}:
            records.marked |= {seen.number}
            await records.move_to(seen.number)
            self.say_next(
                say("{number} dipilih. Enter bila semua bertanda (*).", number=seen.number)
            )
        else:
            self.say_next(say("{number} tidak ada di daftar ini.", number=seen.number), "tolak")

    def on_record_chosen(self, chosen: RecordChosen) -> None:
        """Enter: count."""
        chosen.stop()
        self._count()

    @work
    async def _count(self) -> None:
        marked = self.query_one(RecordList).marked
        numbers = [row.number for row in self._group.rows if row.number in marked]
        if not numbers:
            self.say_next(say("Pilih dahulu berkas yang diserahkan (tombol spasi)."), "tolak")
            return
        counted = await self.kiosk.push_screen_wait(
            ReasonDialog(say("Hitung di tangan Anda: berapa yang diserahkan?"), digits=True, most=4)
        )
        if counted is None:
            return
        with self.telling():
            batch = await self.kiosk.ask(
                self.desk.batches.hand_over,
                self._group.kind,
                self._group.target,
                numbers,
                int(counted),
            )
            self.kiosk.exchange_soon()
            await self.kiosk.push_screen_wait(
                TextPanel(
                    say("Diserahkan"),
                    [
                        say(
                            "Batch {batch}: {things}.",
                            batch=batch,
                            things=counted_word(self._group.kind, len(numbers)),
                        ),
                        say("Daftarnya dicetak; ikutkan, dan minta tanda tangan penerima."),
                    ],
                )
            )
            self.dismiss()
