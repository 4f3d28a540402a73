"""The field day: a name found by any fragment, its outcome by one key, how far the day is.

Every table of the team has the whole roster; what another table writes offline is shown as soon
as it arrives, and where two say what cannot both be, both are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import events, work
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from kiosk.cases import roster_result as on
from kiosk.desk.roster import NameRow
from kiosk.screens.base import DeskScreen, News
from kiosk.screens.reason import ReasonDialog
from kiosk.screens.roster import NameSource, name_state, view_word
from kiosk.texts import said, say
from kiosk.widgets.line_input import LineInput
from kiosk.widgets.record_list import (
    Column,
    ListSource,
    RecordChosen,
    RecordList,
    Row,
    RowSource,
)

if TYPE_CHECKING:
    from config.procedures import Outcome

LOOKS = ("belum", "semua", "bentrok")
MOST_KEYS = 9
ABREAST = 3


class DaySource(NameSource):
    """The roster as the field day shows it."""

    @staticmethod
    def cells(row: NameRow) -> tuple[str, ...]:
        """A name as a line: name, registration number, block, how it stands."""
        return (row.name, row.registration, row.block, name_state(row))


class Fragment(LineInput):
    """The entry for a fragment. From Enter on, what is typed is no longer its own: an officer
    types name, Enter and digit in one go, faster than the list is narrowed."""

    class Given(Message):
        """Enter: this is what to look for."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Pressed(Message):
        """A key typed after Enter."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    given = False

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            self.given = True
            self.post_message(self.Given(self.value))
        elif self.given and event.is_printable:
            self.post_message(self.Pressed((event.character or "").casefold()))
        else:
            await super()._on_key(event)
            return
        event.stop()
        event.prevent_default()


class RosterDayScreen(DeskScreen):
    """Type a fragment, Enter, and the digit of the outcome; then the next name.

    While the text is typed the digits belong to it; after Enter they record.
    """

    BINDINGS: list[BindingType] = [
        Binding("escape", "step_back", show=False),
        Binding("tab", "look", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    RosterDayScreen #progress { height: 1; padding: 0 1; }
    RosterDayScreen #legend { height: 4; padding: 0 1; }
    """

    def __init__(self, parent: str):
        super().__init__(say("Hari perekaman {nomor}", nomor=parent), _typing_words())
        self._kegiatan = parent
        self._outcomes: Sequence[Outcome] = ()
        self._look = "belum"
        self._picking = False
        self._note = ""

    def body(self) -> list[Widget]:
        """How far the day is, the outcomes with their keys, the entry, the names."""
        columns = [
            Column(say("Nama")),
            Column(say("No. reg"), 13),
            Column(say("Blok"), 7),
            Column(say("Keadaan"), 28),
        ]
        records = RecordList(columns, ListSource([]), empty=say("Tidak ditemukan."), solid=True)
        return [
            Static("", id="progress", markup=False),
            Static("", id="legend", markup=False),
            Fragment(max_length=40, id="text"),
            records,
        ]

    @property
    def records(self) -> RecordList:
        """The names."""
        return self.query_one(RecordList)

    @property
    def entry(self) -> Fragment:
        """Where the fragment is typed."""
        return self.query_one(Fragment)

    async def on_mount(self) -> None:
        """Ready to type."""
        found = await self.kiosk.ask(self.desk.roster.outcomes, on.RECORD)
        self._outcomes = found[:MOST_KEYS]
        keys = [f"{at} {said(one.label)}" for at, one in enumerate(self._outcomes, 1)]
        legend = "\n".join(_in_columns(keys, ABREAST))
        more = say("C catatan untuk hasil berikut, U tarik kembali 'direkam', Tab ganti daftar")
        self.put("#legend", f"{legend}\n{more}")
        self.set_focus(self.entry)
        await self.reload()

    async def on_news(self, news: News) -> None:
        """Another table's entries came in; the list stands still while an outcome is chosen."""
        news.stop()
        if not self._picking:
            await self.reload()

    async def reload(self) -> None:
        """Read the names and the counts anew."""
        await self._show_names()
        counts = await self.kiosk.ask(self.desk.roster.counts, self._kegiatan)
        clashes = await self.kiosk.ask(self.desk.roster.conflicts, self._kegiatan)
        parts = [f"{view_word(view)} {counts[view]}" for view in ("belum", "kartu", "tanpa")]
        if clashes:
            parts.append("! " + say("{n} bentrok (Tab)", n=len(clashes)))
        self.put("#progress", f"[{view_word(self._look)}]  " + "  ".join(parts))

    async def _show_names(self) -> None:
        text = self.entry.value
        source = await self._source(text)
        if self in self.kiosk.screen_stack:
            still_to_come = self._look == "belum" and not text.strip()
            self.records.empty = _all_done_words() if still_to_come else say("Tidak ditemukan.")
            await self.records.reload(source)

    async def _source(self, text: str) -> RowSource:
        """What is typed looks among all names; without it those still to come are shown."""
        if self._look == "bentrok":
            rows = await self.kiosk.ask(self.desk.roster.disputed, self._kegiatan)
            return ListSource([Row(one.number, DaySource.cells(one)) for one in rows])
        view = "semua" if text.strip() else self._look
        return DaySource(self.kiosk, self._kegiatan, view, text)

    # -- keys --------------------------------------------------------------------------------

    def on_input_changed(self, event: Input.Changed) -> None:
        """What is typed narrows the list."""
        event.stop()
        self._narrow()

    @work(exclusive=True, group="narrow")
    async def _narrow(self) -> None:
        await self._show_names()

    async def on_key(self, event: events.Key) -> None:
        """Arrows are the list's; once a name is chosen every sign is an outcome's key."""
        if event.key in ("up", "down", "pageup", "pagedown"):
            await self.records.handle_list_key(event.key)
        elif self._picking and event.is_printable:
            self._pressed((event.character or "").casefold())
        else:
            return
        event.stop()
        event.prevent_default()

    def on_record_chosen(self, chosen: RecordChosen) -> None:
        """Enter in the list changes nothing: the outcome has a key of its own."""
        chosen.stop()

    async def on_fragment_given(self, given: Fragment.Given) -> None:
        """Enter: the first name that is found, and then its outcome."""
        given.stop()
        await self.records.reload(await self._source(given.text))
        row = self.records.current
        if row is None:
            self._to_typing()
            self.say_next(say("Tidak ditemukan. Ketik potongan lain."), "peringatan")
            return
        self._picking = True
        self.set_focus(self.records)
        if self.records.total > 1:
            says = say("{n} nama cocok: pilih dengan panah, lalu angka.", n=self.records.total)
            self.say_next(says, "peringatan")
        else:
            self.say_next(
                say("{nama}: tekan angka hasilnya. Esc kembali mencari.", nama=row.cells[0])
            )

    def on_fragment_pressed(self, pressed: Fragment.Pressed) -> None:
        """A key that was typed before the list had the focus. It counts only where one single name
        was found: of several nobody has seen yet which stands first."""
        pressed.stop()
        if self._picking and self.records.total == 1:
            self._pressed(pressed.key)

    def _pressed(self, key: str) -> None:
        row = self.records.current
        if row is None:
            return
        if key.isdecimal() and 0 < int(key) <= len(self._outcomes):
            note, self._note = self._note, ""
            self._clear()  # at once: the next name may be typed already
            self._record(row, self._outcomes[int(key) - 1], note)
        elif key == "c":
            self._ask_note()
        elif key == "u":
            self._take_back(row)
        else:
            self.say_next(say("Tekan angka hasilnya, atau Esc untuk mencari lagi."), "peringatan")

    @work(group="record")
    async def _record(self, row: Row, outcome: Outcome, note: str) -> None:
        with self.telling():
            await self.kiosk.ask(self.desk.roster.record_day, row.key, outcome.id, note)
            done = say(
                "{nama}: {hasil}. Nama berikutnya?", nama=row.cells[0], hasil=said(outcome.label)
            )
            await self._again(done)

    @work(exclusive=True, group="dialog")
    async def _ask_note(self) -> None:
        note = await self.kiosk.push_screen_wait(
            ReasonDialog(say("Catatan untuk hasil berikutnya (boleh Esc)"))
        )
        self._note = note or ""
        self.records.focus()
        self.say_next(say("Catatan: {note}. Tekan angka hasilnya.", note=self._note or "-"))

    @work(exclusive=True, group="dialog")
    async def _take_back(self, row: Row) -> None:
        reason = await self.kiosk.push_screen_wait(
            ReasonDialog(say("{nama} ternyata belum direkam. Apa sebabnya?", nama=row.cells[0]))
        )
        if reason is None:
            return
        with self.telling():
            await self.kiosk.ask(self.desk.roster.take_back, row.key, reason)
            self._clear()
            await self._again(say("{nama} kembali ke daftar tim.", nama=row.cells[0]))

    async def _again(self, done: str) -> None:
        """The names as they are now, and what was done; nothing once the screen was left, nor
        while the next name waits for its outcome."""
        if self in self.kiosk.screen_stack and not self._picking:
            await self.reload()
            self.say_next(done)

    def _clear(self) -> None:
        """Back to an empty entry."""
        self._to_typing()
        with self.prevent(Input.Changed):
            self.entry.value = ""

    def _to_typing(self) -> None:
        self._picking = self.entry.given = False
        self.set_focus(self.entry)

    async def action_look(self) -> None:
        """Tab: who is still to come, all, or what does not agree."""
        self._look = LOOKS[(LOOKS.index(self._look) + 1) % len(LOOKS)]
        self.records.cursor = 0
        await self.reload()

    async def action_step_back(self) -> None:
        """Esc: from the outcomes to the entry, from a text to none, then to the roster."""
        entry = self.entry
        if self._picking:
            self._note = ""
            self._to_typing()
            self.say_next(_typing_words())
        elif entry.value:
            entry.value = ""
        else:
            self.dismiss()


def _in_columns(words: Sequence[str], count: int) -> list[str]:
    """Words side by side, each column as wide as it must be."""
    widths = [max(map(len, words[at::count]), default=0) for at in range(count)]
    return [
        "   ".join(word.ljust(width) for word, width in zip(words[at:], widths, strict=False))
        for at in range(0, len(words), count)
    ]


def _all_done_words() -> str:
    return say("Semua nama sudah ada hasilnya. Esc kembali, lalu catat kegiatannya selesai.")


def _typing_words() -> str:
    return say("Ketik nama, nomor registrasi, atau NIK; Enter, lalu angka hasilnya.")
