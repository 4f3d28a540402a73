"""F5: the worklist, where every officer begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from kiosk.screens.base import ListScreen
from kiosk.screens.routes import open_case
from kiosk.screens.words import row_cells
from kiosk.texts import say
from kiosk.widgets.record_list import Column, RecordChosen, RecordList, Row

if TYPE_CHECKING:
    from kiosk.app import KioskApp


def case_columns() -> list[Column]:
    """The columns of every list of cases."""
    return [
        Column(say("Nomor"), 18),
        Column(say("Anak")),
        Column(say("Lkh"), 3),
        Column(say("Berkas di"), 14),
        Column(say("Sejak"), 7),
        Column(say("Pusat"), 5),
    ]


class WorkSource:
    """A worklist, read window by window."""

    def __init__(self, kiosk: KioskApp, view: str):
        self._kiosk = kiosk
        self._view = view

    async def count(self) -> int:
        """How many cases."""
        return await self._kiosk.ask(self._kiosk.desk.work.count, self._view)

    async def rows(self, offset: int, limit: int) -> Sequence[Row]:
        """A window of cases."""
        desk = self._kiosk.desk
        rows = await self._kiosk.ask(desk.work.rows, self._view, offset, limit)
        now = desk.core.clock.now()
        return [Row(row.number, row_cells(row, now)) for row in rows]

    async def position(self, key: str) -> int | None:
        """Worklists change under the officer; the bar stays on its line."""
        del key
        return None


class WorkScreen(ListScreen):
    """Three views of the same cases: mine, on their way, all. Left and right change the view."""

    BINDINGS: list[BindingType] = [
        Binding("left", "view(-1)", show=False),
        Binding("right", "view(1)", show=False),
    ]
    DEFAULT_CSS = """
    WorkScreen #views { height: 1; padding: 0 1; }
    """

    def __init__(self) -> None:
        super().__init__(
            say("Daftar kerja"), say("Enter membuka, panah kiri/kanan ganti daftar, atau pindai.")
        )
        self._view = 0

    def body(self) -> list[Widget]:
        """The names of the views, and the list."""
        return [
            Static("", id="views", markup=False),
            RecordList(
                case_columns(),
                WorkSource(self.kiosk, "kerja"),
                empty=say("Tidak ada yang menunggu Anda. F2 permohonan baru, F3 cari."),
            ),
        ]

    async def reload(self) -> None:
        """Read the list anew."""
        await self.records.reload()
        await self._name_views()

    async def action_view(self, step: int) -> None:
        """Show another view."""
        from kiosk.desk.worklist import VIEWS

        self._view = (self._view + step) % len(VIEWS)
        records = self.records
        records.cursor = 0
        await records.reload(WorkSource(self.kiosk, VIEWS[self._view]))
        await self._name_views()

    async def _name_views(self) -> None:
        names = (say("Menunggu saya"), say("Sedang di luar"), say("Semua"))
        total = self.records.total
        shown = [
            f"[{name}: {total}]" if at == self._view else f" {name} "
            for at, name in enumerate(names)
        ]
        exceptions = await self.kiosk.ask(self.desk.link.state)
        note = say("  ! perlu tindakan: {n} (F9, F6)", n=exceptions.attention)
        self.put("#views", "  ".join(shown) + (note if exceptions.attention else ""))

    async def on_record_chosen(self, chosen: RecordChosen) -> None:
        """Open the case."""
        chosen.stop()
        open_case(self.kiosk, chosen.key)
