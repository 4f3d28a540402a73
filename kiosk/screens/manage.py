"""F9: what a desk looks after besides its cases: exceptions, blanko, and the devices."""

from __future__ import annotations

from textual.binding import Binding, BindingType
from textual.widget import Widget

from kiosk.screens.base import ListScreen
from kiosk.texts import say
from kiosk.widgets.record_list import Column, ListSource, RecordChosen, RecordList, Row


class ManageScreen(ListScreen):
    """Three ways to go, each with a word on how things stand."""

    BINDINGS: list[BindingType] = [Binding("escape", "back", show=False)]

    def __init__(self) -> None:
        super().__init__(say("Kelola"), say("Enter membuka."))

    def body(self) -> list[Widget]:
        """The ways."""
        columns = [Column(say("Bagian"), 24), Column(say("Keadaan"))]
        return [RecordList(columns, ListSource([]))]

    async def reload(self) -> None:
        """Count anew."""
        open_ones = len(await self.kiosk.ask(self.desk.cards.exceptions))
        low = await self.kiosk.ask(self.desk.blanko.low)
        devices = (await self.kiosk.ask(self.desk.devices.now)).devices
        troubled = [one.name for one in devices if self.kiosk.backroom.trouble(one)]
        rows = [
            Row(
                "pengecualian",
                (
                    say("Pengecualian"),
                    say("{n} menunggu keputusan", n=open_ones) if open_ones else say("tidak ada"),
                ),
            ),
            Row(
                "blanko",
                (
                    say("Blanko"),
                    say("tinggal sedikit: {jenis}", jenis=", ".join(low)) if low else say("cukup"),
                ),
            ),
            Row(
                "perangkat",
                (
                    say("Perangkat"),
                    say("periksa: {nama}", nama=", ".join(troubled))
                    if troubled
                    else say("{n} terpasang", n=len(devices)),
                ),
            ),
        ]
        await self.records.reload(ListSource(rows))

    async def on_record_chosen(self, chosen: RecordChosen) -> None:
        """Enter."""
        chosen.stop()
        if chosen.key == "perangkat":
            from kiosk.screens.devices import DevicesScreen

            self.kiosk.show_above(DevicesScreen())
        elif chosen.key == "blanko":
            from kiosk.screens.blanko import BlankoScreen

            self.kiosk.show_above(BlankoScreen())
        else:
            from kiosk.screens.exceptions import ExceptionScreen

            self.kiosk.show_above(ExceptionScreen())
