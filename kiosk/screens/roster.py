"""The list of names of a kegiatan MAS RAPID: looked up, verified many at once, led to its end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from kiosk.cases.card_words import paper_name
from kiosk.cases.masks import mask_nik
from kiosk.desk.roster import VIEWS, NameRow
from kiosk.desk.views import FormRefused
from kiosk.screens.base import FormScreen, ListScreen
from kiosk.screens.forms import spoken_field
from kiosk.screens.outcome import OutcomeScreen
from kiosk.screens.reason import ReasonDialog
from kiosk.screens.routes import open_case
from kiosk.texts import said, say
from kiosk.widgets.dialogs import Choose
from kiosk.widgets.form_view import FormDone, FormView
from kiosk.widgets.record_list import Column, RecordChosen, RecordList, Row

if TYPE_CHECKING:
    from config.procedures import Outcome
    from kiosk.app import KioskApp
    from kiosk.cases.state import CaseState

PAPERS = ("daftar-nama", "spt", "lembar-tutup")


def view_word(view: str) -> str:
    """What the office calls a way to look at a roster."""
    return {
        "semua": say("Semua"),
        "periksa": say("Belum diperiksa"),
        "tunda": say("Tertunda"),
        "tugas": say("Menunggu SPT"),
        "belum": say("Belum direkam"),
        "tanpa": say("Tidak terekam"),
        "kartu": say("Direkam"),
        "tutup": say("Selesai"),
        "bentrok": say("Bentrok"),
    }[view]


def name_state(row: NameRow) -> str:
    """How it stands with a name, in a narrow column: what does not agree first."""
    words = row.state + (f": {row.note}" if row.note else "")
    return f"! {row.conflict}" if row.conflict else words


class NameSource:
    """A view of a roster, read window by window."""

    def __init__(self, kiosk: KioskApp, parent: str, view: str, wanted: str = ""):
        self._kiosk = kiosk
        self._kegiatan = parent
        self._view = view
        self._wanted = wanted

    async def count(self) -> int:
        """How many names."""
        roster = self._kiosk.desk.roster
        return await self._kiosk.ask(roster.count, self._kegiatan, self._view, self._wanted)

    async def rows(self, offset: int, limit: int) -> Sequence[Row]:
        """A window of names."""
        roster = self._kiosk.desk.roster
        names = await self._kiosk.ask(
            roster.names, self._kegiatan, self._view, self._wanted, offset, limit
        )
        return [Row(one.number, self.cells(one)) for one in names]

    @staticmethod
    def cells(row: NameRow) -> tuple[str, ...]:
        """A name as a line: name, NIK masked, block, how it stands."""
        return (row.name, mask_nik(row.nik) or "-", row.block, name_state(row))

    async def position(self, key: str) -> int | None:
        """Names move from view to view; the bar stays on its line."""
        del key
        return None


class RosterScreen(ListScreen):
    """The names, view by view; Space marks, Enter records one outcome for all that are marked."""

    BINDINGS: list[BindingType] = [
        Binding("escape", "back", show=False),
        Binding("left", "view(-1)", show=False),
        Binding("right", "view(1)", show=False),
        Binding("a,A", "mark_all", show=False),
        Binding("i,I", "import", show=False),
        Binding("h,H", "day", show=False),
        Binding("c,C", "print", show=False),
        Binding("k,K", "card", show=False),
        Binding("s,S", "rest", show=False),
    ]
    DEFAULT_CSS = """
    RosterScreen #views { height: 1; padding: 0 1; }
    RosterScreen #keys { height: 2; padding: 0 1; }
    """

    def __init__(self, parent: str):
        super().__init__(
            say("Daftar nama {nomor}", nomor=parent),
            say("Spasi memilih, Enter mencatat hasil, panah kiri/kanan ganti daftar."),
        )
        self._kegiatan = parent
        self._view = "semua"

    def body(self) -> list[Widget]:
        """The views, the keys, the names."""
        columns = [
            Column(say("Nama")),
            Column(say("NIK"), 16),
            Column(say("Blok"), 8),
            Column(say("Keadaan"), 26),
        ]
        keys = say(
            "I masukkan daftar, A pilih semua, H hari perekaman, K kartu satu nama,\n"
            "C cetak, S akhiri sisa nama kegiatan yang sudah ditutup."
        )
        return [
            Static("", id="views", markup=False),
            Static(keys, id="keys", markup=False),
            RecordList(
                columns,
                NameSource(self.kiosk, self._kegiatan, self._view),
                marks=True,
                empty=say("Tidak ada nama di sini. Tekan I untuk memasukkan daftar."),
            ),
        ]

    async def reload(self) -> None:
        """Read the view anew."""
        await self.records.reload(NameSource(self.kiosk, self._kegiatan, self._view))
        counts = await self.kiosk.ask(self.desk.roster.counts, self._kegiatan)
        shown = [
            f"[{view_word(view)}: {n}]" if view == self._view else f"{view_word(view)} {n}"
            for view, n in counts.items()
            if n or view == self._view
        ]
        self.put("#views", "  ".join(shown))

    async def action_view(self, step: int) -> None:
        """Left and right: another view; its marks are its own."""
        counts = await self.kiosk.ask(self.desk.roster.counts, self._kegiatan)
        views = [view for view in VIEWS if counts[view] or view in ("semua", self._view)]
        self._view = views[(views.index(self._view) + step) % len(views)]
        self.records.marked = set()
        self.records.cursor = 0
        await self.reload()

    async def action_mark_all(self) -> None:
        """A: every name of this view, or none when all are marked."""
        names = await self.kiosk.ask(self.desk.roster.names, self._kegiatan, self._view)
        numbers = {one.number for one in names}
        self.records.marked = set() if numbers <= self.records.marked else numbers
        self.records.refresh()
        self.say_next(say("{n} nama dipilih. Enter mencatat hasil.", n=len(self.records.marked)))

    # -- recording ---------------------------------------------------------------------------

    @work
    async def on_record_chosen(self, chosen: RecordChosen) -> None:
        """Enter: one outcome for the marked names, or for the one under the bar."""
        chosen.stop()
        wanted = self.records.marked or {chosen.key}
        names = await self.kiosk.ask(self.desk.roster.names, self._kegiatan, "semua")
        rows = [one for one in names if one.number in wanted]
        steps = {one.step for one in rows}
        if len(steps) != 1:
            self.say_next(say("Yang dipilih tidak di langkah yang sama. Pilih lagi."), "tolak")
            return
        numbers = [one.number for one in rows]
        with self.telling():
            outcome = await self._choose(rows)
            if outcome is None:
                return
            if outcome.fields:
                await self._ask_more(numbers, rows[0].step, outcome)
                return
            await self.kiosk.ask(self.desk.roster.record, numbers, outcome.id, {})
            await self._again(recorded_words(outcome, len(numbers)))

    async def _ask_more(self, numbers: list[str], step: str, outcome: Outcome) -> None:
        """What the outcome asks for: of one name as on its case, of many once for all."""
        if len(numbers) == 1:
            state = await self.kiosk.ask(self.desk.core.known, numbers[0])
            self.kiosk.show_above(OutcomeScreen(numbers[0], outcome, step, state))
            return
        event = await self.kiosk.ask(self.desk.core.known, self._kegiatan)
        done = self.records.marked.clear
        self.kiosk.show_above(ManyScreen(self._kegiatan, numbers, outcome, event, done))

    async def _choose(self, rows: Sequence[NameRow]) -> Outcome | None:
        outcomes = [
            one
            for one in await self.kiosk.ask(self.desk.roster.offered, rows[0].number)
            if len(rows) == 1 or not (one.uses or one.spoils)
        ]
        options = [(one.id, said(one.label)) for one in outcomes]
        who = rows[0].name if len(rows) == 1 else say("{n} nama", n=len(rows))
        answer = await self.kiosk.push_screen_wait(
            Choose(say("Hasil untuk {nama}", nama=who), options)
        )
        outcome = next((one for one in outcomes if one.id == answer), None)
        if outcome is not None and outcome.batch:
            self.say_next(say("Diserahkan bersama yang lain: tekan F4."))
            return None
        return outcome

    async def _again(self, done: str) -> None:
        """After an act: the view as it is now, and what was done; nothing once it was left."""
        if self in self.kiosk.screen_stack:
            self.records.marked = set()
            await self.reload()
            self.say_next(done)

    # -- other keys --------------------------------------------------------------------------

    def action_import(self) -> None:
        """I: the prison's list."""
        from kiosk.screens.roster_import import RosterImportScreen

        self.kiosk.show_above(RosterImportScreen(self._kegiatan))

    def action_day(self) -> None:
        """H: the field day."""
        from kiosk.screens.roster_day import RosterDayScreen

        self.kiosk.show_above(RosterDayScreen(self._kegiatan))

    def action_card(self) -> None:
        """K: the case of the name under the bar."""
        if self.records.current is not None:
            open_case(self.kiosk, self.records.current.key)

    @work
    async def action_print(self) -> None:
        """C: a paper of the kegiatan as it stands now."""
        kind = await self.kiosk.push_screen_wait(
            Choose(say("Cetak yang mana?"), [(kind, paper_name(kind)) for kind in PAPERS])
        )
        if kind is None:
            return
        with self.telling():
            await self.kiosk.ask(self.desk.roster.print_paper, self._kegiatan, kind)
            self.say_next(say("Masuk antrean cetak."))

    @work
    async def action_rest(self) -> None:
        """S: what is left of a kegiatan that ended early."""
        with self.telling():
            await self.kiosk.ask(self.desk.roster.demand_ended, self._kegiatan)
            reason = await self.kiosk.push_screen_wait(
                ReasonDialog(say("Semua nama yang belum selesai diakhiri. Apa sebabnya?"))
            )
            if reason is None:
                return
            ended = await self.kiosk.ask(self.desk.roster.dismiss_rest, self._kegiatan, reason)
            await self._again(say("{n} nama diakhiri.", n=ended))


class ManyScreen(FormScreen):
    """What an outcome asks for, once for all the names it is recorded for; ``done`` is called when
    it was."""

    def __init__(
        self,
        parent: str,
        numbers: Sequence[str],
        outcome: Outcome,
        event: CaseState,
        done: Callable[[], None],
    ):
        super().__init__(
            say("Daftar nama {nomor}", nomor=parent),
            say("Berlaku untuk {n} nama. Isi lalu Enter. Esc membatalkan.", n=len(numbers)),
        )
        self._numbers = tuple(numbers)
        self._outcome = outcome
        self._event = event
        self._done = done

    def body(self) -> list[Widget]:
        """The form."""
        fields = tuple(map(spoken_field, self._outcome.fields))
        self.begun = {one.key: self.desk.files.suggested(one, self._event) for one in fields}
        return [self.page_of(said(self._outcome.label), fields)]

    async def on_form_done(self, done: FormDone) -> None:
        """Record it for all of them, or for none."""
        done.stop()
        with self.telling():
            try:
                await self.kiosk.ask(
                    self.desk.roster.record, self._numbers, self._outcome.id, done.values
                )
            except FormRefused as error:
                finding = error.findings[0]
                await self.query_one(FormView).refuse(finding.key, finding.says)
                return
            self._done()
            self.dismiss()


def recorded_words(outcome: Outcome, count: int) -> str:
    """That an outcome was recorded, and for how many."""
    return say("Tercatat: {label} ({n} nama).", label=said(outcome.label), n=count)
