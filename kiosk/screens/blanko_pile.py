"""The spoiled ones that lie apart, and their destruction before witnesses."""

from __future__ import annotations

from textual.binding import Binding, BindingType
from textual.widget import Widget

from config.blanko import BLANKO
from kiosk.cases.blanko import Piece
from kiosk.screens.base import ListScreen
from kiosk.screens.blanko_forms import Answers, BlankoForm, destroy_fields
from kiosk.screens.words import short_stamp
from kiosk.texts import said, say
from kiosk.widgets.record_list import Column, ListSource, RecordChosen, RecordList, Row


class PileScreen(ListScreen):
    """All are chosen at first; Space leaves one for another day, Enter goes on."""

    BINDINGS: list[BindingType] = [Binding("escape", "back", show=False)]

    def __init__(self, kind: str):
        super().__init__(
            say("Pemusnahan blanko {kind}", kind=said(BLANKO[kind])),
            say("Spasi memilih/melepas (*). Enter bila yang bertanda ada di tangan Anda."),
        )
        self._kind = kind
        self._pile: dict[str, Piece] = {}

    def body(self) -> list[Widget]:
        """What lies there."""
        columns = [
            Column(say("Dicatat"), 11),
            Column(say("Nomor seri"), 20),
            Column(say("Keping"), 6, "right"),
            Column(say("Sebab rusak")),
        ]
        empty = say("Tidak ada blanko rusak yang menunggu pemusnahan. Esc kembali.")
        return [RecordList(columns, ListSource([]), marks=True, empty=empty)]

    async def reload(self) -> None:
        """Read the pile anew; what was left out stays so."""
        pile = await self.kiosk.ask(self.desk.blanko.pile, self._kind)
        left_out = set(self._pile) - self.records.marked
        self._pile = {one.refs[0]: one for one in pile}
        self.records.marked = set(self._pile) - left_out
        rows = [
            Row(
                key,
                (
                    short_stamp(one.time),
                    one.serial or say("(tak terbaca)"),
                    str(one.count),
                    one.reason,
                ),
            )
            for key, one in self._pile.items()
        ]
        await self.records.reload(ListSource(rows))

    def on_record_chosen(self, chosen: RecordChosen) -> None:
        """Enter: where, how and before whom."""
        chosen.stop()
        refs = [key for key in self._pile if key in self.records.marked]
        if not refs:
            self.say_next(
                say("Pilih dahulu blanko rusak yang dimusnahkan (tombol spasi)."), "tolak"
            )
            return

        async def destroy(values: Answers) -> list[str]:
            from kiosk.papers.pemusnahan import Destruction, Witness

            pairs = (("saksi1", "jabatan1"), ("saksi2", "jabatan2"))
            witnesses = tuple(Witness(values[name], values[as_what]) for name, as_what in pairs)
            seen = Destruction(values["tempat"], values["cara"], witnesses)
            number = await self.kiosk.ask(
                self.desk.blanko.destroy, self._kind, refs, int(values["jumlah"]), seen
            )
            return [
                say("Berita acara {number} dicetak.", number=number),
                say("Minta tanda tangan kedua saksi, lalu arsipkan."),
            ]

        self.kiosk.show_above(
            BlankoForm(
                say("Pemusnahan: {n} keping terpilih", n=sum(self._pile[r].count for r in refs)),
                destroy_fields(),
                {"cara": say("dibakar")},
                destroy,
            )
        )
