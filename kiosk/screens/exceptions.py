"""F9: what does not agree, with the facts of both sides, until an officer settles it."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import wrap
from typing import Any

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from kiosk.cases.blanko_moves import DIFFERENCE
from kiosk.cases.card import CLASHING, STALE_CARD
from kiosk.cases.card_words import exception_word
from kiosk.clock import stamp
from kiosk.desk.views import ExceptionRow
from kiosk.screens.base import ListScreen
from kiosk.screens.reason import ReasonDialog
from kiosk.screens.words import exception_says
from kiosk.texts import say
from kiosk.widgets.dialogs import INSIDE, Choose, TextPanel
from kiosk.widgets.record_list import Column, ListSource, RecordChosen, RecordList, Row


def fact_lines(facts: Mapping[str, Any]) -> list[str]:
    """The facts of an exception, a line each."""
    lines: list[str] = []
    for key, value in facts.items():
        if isinstance(value, Mapping):
            side: Mapping[str, Any] = value  # pyright: ignore[reportUnknownVariableType]
            when = side.get("waktu")
            lines.append(
                say(
                    "{side}: {officer}, kiosk {kiosk}, {when}",
                    side=_fact_word(key),
                    officer=side.get("petugas", "-"),
                    kiosk=side.get("kiosk", "-"),
                    when=stamp(when) if isinstance(when, int) else "-",
                )
            )
        elif isinstance(value, list | tuple):
            lines.append(f"{_fact_word(key)}: {', '.join(map(str, value)) or '-'}")  # pyright: ignore[reportUnknownArgumentType]
        else:
            lines.append(f"{_fact_word(key)}: {value}")
    return lines


def _fact_word(key: str) -> str:
    """What the office calls a fact of an exception."""
    return {
        "batch": say("batch"),
        "di daftar": say("di daftar"),
        "terhitung": say("terhitung"),
        "kurang": say("kurang"),
        "lebih": say("lebih"),
        "pemenang": say("pemenang"),
        "kalah": say("kalah"),
        "claim": say("kartu"),
        "blanko": say("blanko"),
        "di buku": say("di buku"),
        "di surat": say("di surat"),
        "tentang": say("catatan jurnal"),
    }.get(key, key)


class ExceptionScreen(ListScreen):
    """Open exceptions; Enter shows the facts and takes the note that settles it."""

    BINDINGS: list[BindingType] = [Binding("escape", "back", show=False)]

    def __init__(self) -> None:
        super().__init__(say("Kelola: pengecualian"), say("Enter melihat dan menyelesaikan."))
        self._rows: dict[str, ExceptionRow] = {}

    def body(self) -> list[Widget]:
        """The list."""
        columns = [
            Column(say("Sejak"), 16),
            Column(say("Jenis"), 24),
            Column(say("Nomor")),
        ]
        return [RecordList(columns, ListSource([]), empty=say("Tidak ada pengecualian."))]

    async def reload(self) -> None:
        """Read anew."""
        rows = await self.kiosk.ask(self.desk.cards.exceptions)
        self._rows = {row.ref: row for row in rows}
        await self.records.reload(
            ListSource(
                [
                    Row(row.ref, (stamp(row.opened), exception_word(row.kind), row.number))
                    for row in rows
                ]
            )
        )

    async def _facts(self, row: ExceptionRow) -> list[str]:
        lines = fact_lines(row.facts)
        if row.kind in (CLASHING, STALE_CARD):
            with self.telling():
                lines = await self.kiosk.ask(self.desk.corrections.facts, row.number, row.facts)
        return [part for line in lines for part in wrap(line, INSIDE)]

    @work
    async def on_record_chosen(self, chosen: RecordChosen) -> None:
        """Both sides' facts, and the acts that resolve it."""
        chosen.stop()
        row = self._rows[chosen.key]
        facts = [*wrap(exception_says(row.kind), INSIDE), *await self._facts(row)]
        answer = await self.kiosk.push_screen_wait(
            Choose(
                exception_word(row.kind) + " " + row.number,
                [
                    *([("blanko", say("Buka Blanko"))] if row.kind == DIFFERENCE else ()),
                    ("selesai", say("Selesaikan dengan catatan")),
                    ("lihat", say("Lihat semua fakta")),
                    ("nanti", say("Nanti")),
                ],
                facts,
            )
        )
        if answer == "lihat":
            await self.kiosk.push_screen_wait(TextPanel(exception_word(row.kind), facts))
        elif answer == "blanko":
            from kiosk.screens.blanko import BlankoScreen

            self.kiosk.show_above(BlankoScreen())
        elif answer == "selesai":
            note = await self.kiosk.push_screen_wait(
                ReasonDialog(say("Bagaimana diselesaikan? (siapa, apa, kapan)"))
            )
            if note:
                with self.telling():
                    await self.kiosk.ask(self.desk.cards.resolve, row.ref, note)
                    self.say_next(say("Selesai. Catatan tersimpan di kartu kendali."))
                    await self.reload()
