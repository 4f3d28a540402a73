"""F5: the worklists, where every officer begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from kiosk.desk.views import WorkView
from kiosk.screens.base import ListScreen
from kiosk.screens.routes import open_waiting
from kiosk.screens.words import own_cells, row_cells
from kiosk.texts import say
from kiosk.widgets.record_list import Column, RecordChosen, RecordList, Row

if TYPE_CHECKING:
    from kiosk.app import KioskApp

MINUTE = 60.0

ELSEWHERE = ("keluar", "semua")
"""The worklists whose cases may be at other places."""


def case_columns() -> list[Column]:
    """The columns of lists whose cases may be anywhere."""
    return [
        *_first_columns(),
        Column(say("Berkas di"), 14),
        Column(say("Waktu"), 10),
        Column(say("Pusat"), 5),
    ]


def own_columns() -> list[Column]:
    """The columns of lists whose cases are all at this place."""
    return [
        *_first_columns(),
        Column(say("Waktu"), 16),
        Column(say("Sejak"), 7),
        Column(say("Pusat"), 5),
    ]


def _first_columns() -> list[Column]:
    return [Column(say("Nomor"), 18), Column(say("Nama")), Column(say("Lkh"), 3)]


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
        cells = row_cells if self._view in ELSEWHERE else own_cells
        return [Row(row.number, cells(row, now)) for row in rows]

    async def position(self, key: str) -> int | None:
        """Worklists change under the officer; the bar stays on its line."""
        del key
        return None


class WorkScreen(ListScreen):
    """What waits for this officer, a list for each kind of step that has one, what is on its way,
    all. Left and right change the list; what is late stands first."""

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
        self._views: list[WorkView] = []
        self._view = 0
        self._nothing = say("Tidak ada yang menunggu Anda. F2 permohonan baru, F3 cari.")

    def body(self) -> list[Widget]:
        """The names of the views, and the list."""
        return [
            Static("", id="views", markup=False),
            RecordList(
                own_columns(),
                WorkSource(self.kiosk, "kerja"),
                empty=self._nothing,
            ),
        ]

    async def on_mount(self) -> None:
        """Ready; what is left of the time is told anew by the minute."""
        await super().on_mount()
        self.set_interval(MINUTE, self._by_the_minute)

    async def _by_the_minute(self) -> None:
        if self.is_current and self.kiosk.seated:
            await self.reload()

    async def reload(self) -> None:
        """Read the list anew."""
        self._views = await self.kiosk.ask(self.desk.work.views)
        await self.records.reload()
        await self._name_views()

    async def action_view(self, step: int) -> None:
        """Show another view."""
        self._view = (self._view + step) % max(1, len(self._views))
        view = self._views[self._view].key if self._views else "kerja"
        records = self.records
        records.cursor = 0
        records.columns = tuple(case_columns() if view in ELSEWHERE else own_columns())
        records.empty = self._nothing if view == "kerja" else say("Daftar ini kosong.")
        await records.reload(WorkSource(self.kiosk, view))
        await self._name_views()

    async def _name_views(self) -> None:
        attention = (await self.kiosk.ask(self.desk.link.state)).attention
        note = say("  ! perlu tindakan: {n} (F9, F6)", n=attention) if attention else ""
        names = [view.title for view in self._views]
        room = self.size.width - 2 - len(note)
        self.put("#views", names_line(names, self._view, self.records.total, room) + note)

    async def on_record_chosen(self, chosen: RecordChosen) -> None:
        """Open the case."""
        chosen.stop()
        await open_waiting(self.kiosk, chosen.key)


def names_line(names: Sequence[str], at: int, total: int, room: int) -> str:
    """The names of the lists in one line, the one shown in brackets with its count; where there is
    no room for all, those beside it, and ``<`` and ``>`` for more."""
    here = f"[{names[at]}: {total}]"
    shown, first, last = here, at, at
    while first > 0 or last < len(names) - 1:
        after = last < len(names) - 1 and (last - at <= at - first or first == 0)
        name = names[last + 1] if after else names[first - 1]
        wider = f"{shown}   {name}" if after else f"{name}   {shown}"
        if len(wider) + 4 > room:
            break
        shown, first, last = wider, first - (not after), last + after
    return ("< " if first > 0 else "") + shown + (" >" if last < len(names) - 1 else "")
