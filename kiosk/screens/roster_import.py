"""A prison's list before it becomes cases: every row with what is wrong, corrected or left out."""

from __future__ import annotations

from pathlib import Path

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from config.forms import Form
from kiosk.cases.findings import Finding
from kiosk.cases.masks import mask_nik
from kiosk.cases.roster import RosterLine
from kiosk.desk.roster_import import ImportDraft
from kiosk.desk.views import Refusal
from kiosk.screens.base import FormScreen, ListScreen
from kiosk.screens.chat import ChatText
from kiosk.screens.forms import spoken_form
from kiosk.screens.help import form_lookups
from kiosk.screens.reason import ReasonDialog
from kiosk.texts import say
from kiosk.widgets.dialogs import Ask, Choose
from kiosk.widgets.form_view import FormDone, FormView
from kiosk.widgets.record_list import (
    Column,
    ListSource,
    RecordChosen,
    RecordHighlighted,
    RecordList,
    Row,
)

PASTE, TYPE_IT = "tempel", "ketik"
LOOKS = ("semua", "tolak", "peringatan", "tinggal")


class RosterImportScreen(ListScreen):
    """The rows of the list. Nothing is a case before S; then all that can be taken are."""

    BINDINGS: list[BindingType] = [
        Binding("escape", "back", show=False),
        Binding("left", "look(-1)", show=False),
        Binding("right", "look(1)", show=False),
        Binding("b,B", "read", show=False),
        Binding("l,L", "leave_out", show=False),
        Binding("s,S", "save", show=False),
        Binding("x,X", "drop", show=False),
    ]
    DEFAULT_CSS = """
    RosterImportScreen #facts { height: 4; padding: 0 1; }
    """

    def __init__(self, parent: str):
        super().__init__(say("Masukkan daftar {nomor}", nomor=parent), _first_words())
        self._kegiatan = parent
        self._draft: ImportDraft | None = None
        self._look = "semua"
        self._asked = False

    def body(self) -> list[Widget]:
        """What was read, and its rows."""
        columns = [
            Column(say("Baris"), 5, "right"),
            Column(say("Nama"), 22),
            Column(say("NIK"), 16),
            Column(say("Yang perlu dilihat")),
        ]
        empty = say("Tidak ada baris di sini. B membaca berkas atau menempel daftar.")
        return [
            Static("", id="facts", markup=False),
            RecordList(columns, ListSource([]), marks=True, empty=empty),
        ]

    async def reload(self) -> None:
        """Show the draft; without one ask where the list is."""
        with self.telling():
            self._draft = await self.kiosk.ask(self.desk.roster.importing.draft, self._kegiatan)
        await self._show()
        if self._draft is None and not self._asked:
            self._asked = True
            self.action_read()

    async def _show(self) -> None:
        if self not in self.kiosk.screen_stack:
            return
        draft = self._draft
        lines = draft.lines if draft else ()
        rows = [Row(str(one.at), _cells(one)) for one in lines if _is_in(one, self._look)]
        await self.records.reload(ListSource(rows))
        self.put("#facts", "\n".join(_facts(draft, self._look)) if draft else "")

    async def action_look(self, step: int) -> None:
        """Left and right: all rows, those refused, doubtful, left out."""
        self._look = LOOKS[(LOOKS.index(self._look) + step) % len(LOOKS)]
        self.records.cursor = 0
        self.records.marked = set()
        await self._show()

    # -- reading -----------------------------------------------------------------------------

    @work(exclusive=True, group="read")
    async def action_read(self) -> None:
        """B: a file of a stick, one by its name, or what is pasted."""
        importing = self.desk.roster.importing
        if self._draft is not None and not await self.kiosk.push_screen_wait(
            Ask(say("Ganti daftar yang sedang diperiksa?"))
        ):
            return
        files = await self.kiosk.ask(importing.found_files)
        options = [(str(one.path), f"{one.path.name}  ({one.path.parent})") for one in files]
        answer = await self.kiosk.push_screen_wait(
            Choose(
                say("Daftar nama dari mana?"),
                [
                    (PASTE, say("Tempel atau ketik daftarnya")),
                    (TYPE_IT, say("Ketik nama berkasnya")),
                    *options,
                ],
            )
        )
        if answer == TYPE_IT:
            answer = await self.kiosk.push_screen_wait(
                ReasonDialog(say("Nama berkas dengan foldernya, misalnya /media/usb/daftar.csv"))
            )
        if answer == PASTE:
            self.kiosk.show_above(PasteScreen(self._kegiatan))
        elif answer is not None:
            await self._read_file(Path(answer.strip().strip("'\"")))

    async def _read_file(self, path: Path) -> None:
        with self.telling():
            self._draft = await self.kiosk.ask(
                self.desk.roster.importing.read_file, self._kegiatan, path
            )
            await self._show()
            self._say_result()

    def _say_result(self) -> None:
        draft = self._draft
        if draft is None:
            return
        if draft.refused:
            says = say(
                "{n} baris ditolak: Enter membetulkan, L meninggalkan.", n=len(draft.refused)
            )
            self.say_next(says, "peringatan")
        else:
            self.say_next(say("Tekan S untuk menyimpan {n} nama.", n=len(draft.taken)))

    # -- rows --------------------------------------------------------------------------------

    def on_record_highlighted(self, lit: RecordHighlighted) -> None:
        """All that is to say of the row under the bar: the column has no room for it."""
        lit.stop()
        line = self._line(lit.key)
        if line is None:
            self._say_result()
        elif line.left_out or not line.findings:
            self.say_next(_first_words())
        else:
            grave = "tolak" if line.refused else "peringatan" if line.doubtful else "info"
            self.say_next(" ".join(one.says for one in _gravest(line)), grave)

    def on_record_chosen(self, chosen: RecordChosen) -> None:
        """Enter: correct this row."""
        chosen.stop()
        line = self._line(chosen.key)
        if line is not None:
            self._correct(line)

    @work(exclusive=True, group="rows")
    async def _correct(self, line: RosterLine) -> None:
        form = spoken_form(await self.kiosk.ask(self.desk.roster.importing.form))
        self.kiosk.show_above(CorrectScreen(self._kegiatan, line, form))

    def _line(self, key: str) -> RosterLine | None:
        lines = self._draft.lines if self._draft else ()
        return next((one for one in lines if str(one.at) == key), None)

    @work(exclusive=True, group="rows")
    async def action_leave_out(self) -> None:
        """L: the marked rows (or the one under the bar) are not taken; a left-out one is again."""
        keys = self.records.marked or (
            {self.records.current.key} if self.records.current else set()
        )
        lines = [line for key in keys if (line := self._line(key)) is not None]
        if not lines:
            return
        reason = ""
        if not all(line.left_out for line in lines):
            answer = await self.kiosk.push_screen_wait(
                ReasonDialog(say("{n} baris tidak diterima. Apa sebabnya?", n=len(lines)))
            )
            if answer is None:
                return
            reason = answer
        with self.telling():
            rows = [line.at for line in lines]
            leave_out = self.desk.roster.importing.leave_out
            self._draft = await self.kiosk.ask(leave_out, self._kegiatan, rows, reason)
            self.records.marked = set()
            await self._show()
            self._say_result()

    @work(exclusive=True, group="rows")
    async def action_save(self) -> None:
        """S: every row that can be taken becomes a name of the roster, all or none."""
        draft = self._draft
        if draft is None:
            self.say_next(say("Belum ada daftar. Tekan B untuk membaca."), "peringatan")
            return
        details = [
            say("{n} nama disimpan.", n=len(draft.taken)),
            say("{n} baris ditinggal dan dicetak dengan sebabnya.", n=len(draft.left_out)),
            say("{n} baris ditolak menunggu dibetulkan.", n=len(draft.refused)),
        ]
        if not await self.kiosk.push_screen_wait(Ask(say("Simpan daftar ini?"), details)):
            return
        try:
            done = await self.kiosk.ask(self.desk.roster.importing.import_rows, self._kegiatan)
        except Refusal as error:
            self.say_next(str(error), "tolak")
            return
        self.kiosk.exchange_soon()
        if not done.waiting:
            self.dismiss()
            return
        self._look = "semua"
        await self.reload()
        self.say_next(
            say("{n} nama tersimpan; {sisa} baris belum.", n=done.taken, sisa=done.waiting),
            "peringatan",
        )

    @work(exclusive=True, group="rows")
    async def action_drop(self) -> None:
        """X: throw the list away; nothing of it was taken."""
        if self._draft is None or not await self.kiosk.push_screen_wait(
            Ask(say("Buang daftar ini? Belum ada yang disimpan darinya."))
        ):
            return
        with self.telling():
            await self.kiosk.ask(self.desk.roster.importing.drop, self._kegiatan)
            self.dismiss()


class PasteScreen(FormScreen):
    """Room for a list that is pasted; F2 reads it."""

    hears_scans = False
    BINDINGS: list[BindingType] = [Binding("f2", "read", show=False)]

    def __init__(self, parent: str):
        super().__init__(
            say("Tempel daftar {nomor}", nomor=parent),
            say("Tempel daftar dengan judul kolomnya, lalu F2. Esc kembali."),
        )
        self._kegiatan = parent

    def body(self) -> list[Widget]:
        """The text."""
        return [ChatText("")]

    def on_mount(self) -> None:
        """Ready for the paste."""
        self.query_one(ChatText).focus()

    def unsaved(self) -> bool:
        """Whether leaving would lose a text."""
        return bool(self.query_one(ChatText).text.strip())

    @work
    async def action_read(self) -> None:
        """F2: into rows; a text that is no list stays here, and is told."""
        text = self.query_one(ChatText).text
        with self.telling():
            await self.kiosk.ask(self.desk.roster.importing.read_pasted, self._kegiatan, text)
            self.dismiss()


class CorrectScreen(FormScreen):
    """One row as a form; the cursor stands at what is wrong first."""

    def __init__(self, parent: str, line: RosterLine, form: Form):
        super().__init__(
            say("Baris {n}", n=line.at), say("Betulkan, Enter sampai isian terakhir. Esc kembali.")
        )
        self._kegiatan = parent
        self._line = line
        self._form = form

    def body(self) -> list[Widget]:
        """The form of one name."""
        intake, form = self.desk.intake, self._form
        self.begun = {field.key: self._line.values.get(field.key, "") for field in form.fields}
        return [
            FormView(
                form.pages,
                self.begun,
                check=lambda field, value, values: intake.check(form, field.key, value, values),
                normalise=lambda field, value: intake.normalise(form, field.key, value),
                lookups=form_lookups(self.kiosk),
            )
        ]

    async def on_mount(self) -> None:
        """At the first thing that is wrong, which is said."""
        wrong = sorted(self._line.findings, key=lambda one: one.level != "tolak")
        if wrong:
            await self.query_one(FormView).go_to(wrong[0].key)
            self.say_next(wrong[0].says, "tolak" if wrong[0].level == "tolak" else "peringatan")

    async def on_form_done(self, done: FormDone) -> None:
        """The row says this now."""
        done.stop()
        with self.telling():
            await self.kiosk.ask(
                self.desk.roster.importing.correct, self._kegiatan, self._line.at, done.values
            )
            self.dismiss()


def _first_words() -> str:
    return say("Enter betulkan, Spasi pilih, L tinggalkan, S simpan, B baca lagi, X buang.")


def _is_in(line: RosterLine, look: str) -> bool:
    match look:
        case "tolak":
            return line.refused and not line.left_out
        case "peringatan":
            return line.doubtful and not line.refused and not line.left_out
        case "tinggal":
            return bool(line.left_out)
        case _:
            return True


def _cells(line: RosterLine) -> tuple[str, ...]:
    name, nik = line.values.get("nama", "") or "-", mask_nik(line.values.get("nik", "")) or "-"
    return (str(line.at), name, nik, _remark(line))


def _remark(line: RosterLine) -> str:
    """What is to say of a row, the gravest first, short."""
    if line.left_out:
        return say("ditinggal: {sebab}", sebab=line.left_out)
    worst = _gravest(line)
    if not worst:
        return say("siap")
    mark = {"tolak": "!!", "peringatan": "?", "info": ""}[worst[0].level]
    return f"{mark} {worst[0].says}".strip()


def _gravest(line: RosterLine) -> list[Finding]:
    order = {"tolak": 0, "peringatan": 1, "info": 2}
    return sorted(line.findings, key=lambda one: order[one.level])


def _facts(draft: ImportDraft, look: str) -> list[str]:
    doubtful = sum(_is_in(line, "peringatan") for line in draft.lines)
    counts = {
        "semua": say("Semua {n}", n=len(draft.lines)),
        "tolak": say("ditolak {n}", n=len(draft.refused)),
        "peringatan": say("perlu dilihat {n}", n=doubtful),
        "tinggal": say("ditinggal {n}", n=len(draft.left_out)),
    }
    shown = [f"[{words}]" if key == look else f" {words} " for key, words in counts.items()]
    head = say("{nama}: {n} nama siap disimpan.", nama=draft.source, n=len(draft.taken))
    return [head, " ".join(shown), *draft.remarks[:2]]
