"""F4: what can go out together, and what is on its way here."""

from __future__ import annotations

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from kiosk.desk.batches import batch_title
from kiosk.desk.views import BatchGroup
from kiosk.screens.base import ListScreen
from kiosk.screens.reason import ReasonDialog
from kiosk.screens.routes import open_case
from kiosk.screens.words import place_word, since_word
from kiosk.texts import say
from kiosk.widgets.record_list import Column, ListSource, RecordChosen, RecordList, Row


class CustodyScreen(ListScreen):
    """Choose what to hand over or what to count in; a scan of a list or card works here too. N
    receives one thing by its number: a card that came alone bears no code of ours."""

    BINDINGS: list[BindingType] = [
        Binding("escape", "back", show=False),
        Binding("n", "number", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(
            say("Serah dan terima"),
            say("Enter memilih, N: terima satu nomor. Atau pindai QR daftar untuk menghitung."),
        )
        self._groups: dict[str, BatchGroup] = {}

    def body(self) -> list[Widget]:
        """One list for both ways."""
        columns = [
            Column(say("Arah"), 7),
            Column(say("Apa")),
            Column(say("Dari/ke"), 14),
            Column(say("Jumlah"), 6, "right"),
            Column(say("Sejak"), 7),
        ]
        return [
            RecordList(
                columns,
                ListSource([]),
                empty=say("Tidak ada yang siap diserahkan dan tidak ada yang datang."),
            )
        ]

    async def reload(self) -> None:
        """Read both ways anew."""
        groups = await self.kiosk.ask(self.desk.batches.ready)
        incoming = await self.kiosk.ask(self.desk.batches.incoming)
        now = self.desk.core.clock.now()
        rows: list[Row] = []
        self._groups = {}
        for group in groups:
            key = f"serah {group.kind} {group.target}"
            self._groups[key] = group
            rows.append(
                Row(
                    key,
                    (
                        say("SERAH"),
                        group.title,
                        place_word(group.target),
                        str(len(group.rows)),
                        since_word(group.rows[0].since, now),
                    ),
                )
            )
        for batch in incoming:
            rows.append(
                Row(
                    batch.number,
                    (
                        say("TERIMA"),
                        f"{batch_title(batch.kind)} {batch.number}",
                        place_word(batch.source),
                        f"{batch.received}/{batch.count}",
                        since_word(batch.created, now),
                    ),
                )
            )
        await self.records.reload(ListSource(rows))

    @work
    async def action_number(self) -> None:
        """N: one file or card in hand, with no list; its case opens with what is to be said."""
        typed = await self.kiosk.push_screen_wait(
            ReasonDialog(say("Nomor resi yang ada di tangan Anda?"), most=24)
        )
        if typed is None:
            return
        with self.telling():
            number = self.desk.core.number(typed)
            warning = await self.kiosk.ask(self.desk.files.receive, number)
            open_case(self.kiosk, number, told=f"{say('Paraf terima tercatat.')} {warning}".strip())

    async def on_record_chosen(self, chosen: RecordChosen) -> None:
        """Hand over, or count in."""
        chosen.stop()
        group = self._groups.get(chosen.key)
        if group is not None:
            from kiosk.screens.sending import SendingScreen

            self.kiosk.show_above(SendingScreen(group))
        else:
            from kiosk.screens.counting import CountingScreen

            self.kiosk.show_above(CountingScreen(chosen.key))
