"""Taking a case in, page by page; the likely duplicates come before the resi."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from config.forms import Form
from config.forms import Page as FormPage
from kiosk.cases.birth import named_as
from kiosk.cases.checks import Finding, check_form
from kiosk.cases.subject import subject_of
from kiosk.desk.intake import TWIN_FIELDS, TWINS
from kiosk.desk.views import Draft, FormRefused, Refusal, Submitted
from kiosk.screens.base import DeskScreen
from kiosk.screens.help import form_lookups
from kiosk.screens.reason import ReasonDialog
from kiosk.texts import say
from kiosk.widgets.dialogs import Ask, Choose, TextPanel
from kiosk.widgets.form_view import FieldLeft, FormDone, FormView

if TYPE_CHECKING:
    from config.procedures import Procedure
    from kiosk.cases.chat import ChatReading
    from kiosk.cases.duplicates import Match

MOST_CHILDREN = 9
OTHER_BIRTH = "5"
"""The form's answer for more children than it names (F-2.01: 5 lainnya)."""


class IntakeScreen(DeskScreen):
    """The form of one case, then the others of the same birth, then the duplicates' question."""

    BINDINGS: list[BindingType] = [
        Binding("escape", "leave", show=False),
        Binding("f2", "go_on", show=False),
        Binding("ctrl+o", "chat", show=False),
    ]

    def __init__(
        self,
        procedure: Procedure,
        form: Form,
        carried: Mapping[str, str],
        draft: Draft | None = None,
        chat: str = "",
        reading: ChatReading | None = None,
    ):
        words = say("Enter lanjut, F2 ke yang kosong, Esc berhenti.")
        if chat:
            words += " " + say("Ctrl+O: obrolan.")
        elif carried:
            words += " " + say("Tanda < dari kasus sebelumnya.")
        super().__init__(say("Permohonan baru"), words)
        self._procedure = procedure
        self._form = form
        self._draft = draft
        self._chat = chat
        self._reading = reading
        self._left = ""
        self._children: list[dict[str, str]] = []
        self._born = 0
        self.else_chat = False
        """Whether room for a chat opens when the draft is declined."""
        read: Mapping[str, str] = reading.values if reading else {}
        self._carried = {key: value for key, value in carried.items() if key not in read}
        self._start = {**form.defaults(), **self._carried, **read}

    def body(self) -> list[Widget]:
        """The form."""
        return [self._view(self._form.pages, self._start, set(self._carried))]

    def _view(
        self, pages: tuple[FormPage, ...], values: Mapping[str, str], carried: set[str]
    ) -> FormView:
        intake, form = self.desk.intake, self._form
        return FormView(
            pages,
            values,
            check=lambda field, value, all_values: intake.check(form, field.key, value, all_values),
            normalise=lambda field, value: intake.normalise(form, field.key, value),
            lookups=form_lookups(self.kiosk),
            carried=carried,
        )

    async def on_mount(self) -> None:
        """Offer the draft; or begin where the chat said nothing, or nothing sure."""
        if self._draft is not None:
            self._offer_draft(self._draft)
        elif self._reading is not None:
            with self.telling():
                await self._save(self._start)
            self.call_after_refresh(self._show_doubts, self._reading)

    async def _show_doubts(self, reading: ChatReading) -> None:
        form = self.query_one(FormView)
        form.doubt(reading.doubts)
        await form.next_open(from_first=True)

    @work
    async def _offer_draft(self, draft: Draft) -> None:
        first = draft.before[0] if draft.before else draft.values
        name = subject_of(first).name or say("(belum bernama)")
        go_on = await self.kiosk.push_screen_wait(
            Ask(say("Ada isian yang belum selesai: {name}. Lanjutkan?", name=name))
        )
        if go_on:
            await self._take_up(draft)
        elif go_on is False:
            await self.kiosk.ask(self.desk.intake.drop_draft, self._form.slug)
            if self.else_chat:
                from kiosk.screens.chat import ChatScreen

                self.kiosk.switch_to(ChatScreen(self._procedure.slug))
        else:
            self.kiosk.home()

    async def _take_up(self, draft: Draft) -> None:
        self._chat = draft.chat
        if draft.before:
            self._children = [dict(child) for child in draft.before]
            await self._ask_next_child()
        form = self.query_one(FormView)
        await form.put(draft.values)
        if draft.chat:
            read = await self.kiosk.ask(
                self.desk.intake.read_chat, self._procedure.slug, draft.chat
            )
            same = [one for one in read.doubts if _as_read(one, read, draft.values)]
            form.doubt(same)
        await form.go_to(draft.field)
        self._left = draft.field
        self.say_next(say("Isian dilanjutkan. PgUp dan PgDn berpindah halaman."))

    async def on_field_left(self, left: FieldLeft) -> None:
        """Keep what was typed."""
        left.stop()
        self._left = left.key
        with self.telling():
            await self._save(left.values)

    async def _save(self, values: Mapping[str, str]) -> None:
        """Keep this child's answers, those of the children before it, and the chat."""
        await self.kiosk.ask(
            self.desk.intake.save_draft,
            self._form.slug,
            values,
            self._left,
            self._children,
            self._chat,
        )

    async def action_go_on(self) -> None:
        """F2: the next answer that is still wanted; when none is, the end of the form."""
        await self.query_one(FormView).go_on()

    def action_chat(self) -> None:
        """Ctrl+O: the chat as it was pasted."""
        if self._chat:
            self.kiosk.push_screen(TextPanel(say("Obrolan"), self._chat.splitlines()))

    def on_form_done(self, done: FormDone) -> None:
        """All pages are filled in."""
        done.stop()
        self._finish(dict(done.values))

    @work
    async def _finish(self, values: dict[str, str]) -> None:
        refused = self._refused(values)
        if refused is not None:
            await self.query_one(FormView).refuse(refused.key, refused.says)
            return
        self._children.append(values)
        if len(self._children) < await self._wanted():
            await self._ask_next_child()
            return
        try:
            decisions = await self._decide_duplicates()
            if decisions is None:
                self._children.pop()
                self.query_one(FormView).unlock()
                self.say_next(say("Belum disimpan. Perbaiki isian atau tekan Esc."))
                return
            made = await self.kiosk.ask(
                self.desk.intake.submit,
                self._procedure.slug,
                self._children[0],
                self._children[1:],
                decisions,
            )
        except FormRefused as error:
            self._children.pop()
            finding = error.findings[0]
            await self.query_one(FormView).refuse(finding.key, finding.says)
            return
        except Refusal as error:
            self._children.pop()
            self.say_next(str(error), "tolak")
            return
        await self._show_result(made)

    async def _wanted(self) -> int:
        """How many children this birth has; asked where the form's answers do not say."""
        kind = self._children[0].get(TWINS, "1")
        if kind != OTHER_BIRTH:
            return int(kind) if kind.isdigit() else 1
        while not 1 <= self._born <= MOST_CHILDREN:
            count = await self.kiosk.push_screen_wait(
                ReasonDialog(say("Berapa anak yang lahir?"), digits=True, most=1)
            )
            self._born = int(count or 0)
        return self._born

    def _refused(self, values: Mapping[str, str]) -> Finding | None:
        """What the answers of this child, seen together, cannot be taken with."""
        first = self._children[0] if self._children else {}
        found = check_form(self._form, {**first, **values}, self.desk.intake.today())
        refused = next((one for one in found if one.level == "tolak"), None)
        return refused or named_as(values, self._children)

    async def _ask_next_child(self) -> None:
        """Twins: only what differs is asked; the rest is the first child's."""
        number = len(self._children) + 1
        fields = tuple(field for field in self._form.fields if field.key in TWIN_FIELDS)
        start = {**self._children[0], "anak_nama": "", "anak_berat": "", "anak_panjang": ""}
        page = FormPage(say("Anak ke-{n} dari kelahiran yang sama", n=number), fields)
        old = self.query_one(FormView)
        fresh = self._view((page,), start, {f.key for f in fields if start.get(f.key)})
        await old.parent.mount(fresh) if isinstance(old.parent, Widget) else None
        await old.remove()
        self.say_next(say("Isi data anak ke-{n}. Yang lain diambil dari anak pertama.", n=number))

    async def _decide_duplicates(self) -> list[dict[str, str]] | None:
        """The officer's word on each likely duplicate; None when he stops."""
        slug, duplicates = self._procedure.slug, self.desk.intake.duplicates
        matches: dict[str, tuple[Mapping[str, str], Match]] = {}
        for child in self._children:
            whole = {**self._children[0], **child}
            for match in await self.kiosk.ask(duplicates, slug, whole):
                matches.setdefault(match.candidate.number, (whole, match))
        decisions: list[dict[str, str]] = []
        for number, (whole, match) in matches.items():
            from kiosk.screens.duplicates import DuplicateDialog

            reason = await self.kiosk.push_screen_wait(DuplicateDialog(whole, match))
            if reason is None:
                return None
            decision = "tetap" if subject_of(whole).nik else "bukan"
            decisions.append({"nomor": number, "keputusan": decision, "alasan": reason})
        return decisions

    async def _show_result(self, made: list[Submitted]) -> None:
        lines = [
            say("Resi {number}   kode {code}   {name}", number=m.number, code=m.code, name=m.name)
            for m in made
        ]
        slug, chat = self._procedure.slug, self._procedure.chat
        if chat:
            lines += ["", say("Periksa berkas, lalu kirim resi lewat WhatsApp: F6 di kasusnya.")]
        else:
            lines += ["", _printed(self._procedure)]
        await self.kiosk.push_screen_wait(TextPanel(say("Permohonan tersimpan"), lines))
        # Verifying, or the list of names that belongs to it, comes next: at the case itself.
        if chat or any(one.parent == slug for one in self.desk.core.procedures.values()):
            from kiosk.screens.case import CaseScreen

            self.kiosk.switch_to(CaseScreen(made[0].number))
        else:
            self.kiosk.home()

    def _touched(self) -> bool:
        """Whether there is anything here that the form did not begin with."""
        answers = self.query_one(FormView).collect()
        return bool(self._children or self._chat) or any(
            value != self._start.get(key, "") for key, value in answers.items()
        )

    @work
    async def action_leave(self) -> None:
        """Esc: what was typed stays as a draft unless it is thrown away."""
        if not self._touched():
            if self._left:
                await self.kiosk.ask(self.desk.intake.drop_draft, self._form.slug)
            self.kiosk.home()
            return
        answer = await self.kiosk.push_screen_wait(
            Choose(
                say("Berhenti mengisi?"),
                [
                    ("terus", say("Terus mengisi")),
                    ("simpan", say("Simpan dahulu, lanjutkan nanti")),
                    ("buang", say("Buang isian ini")),
                ],
            )
        )
        if answer == "simpan":
            await self._save(self.query_one(FormView).collect())
            self.kiosk.home()
        elif answer == "buang":
            await self.kiosk.ask(self.desk.intake.drop_draft, self._form.slug)
            self.kiosk.home()


def _printed(procedure: Procedure) -> str:
    if procedure.control_card:
        return say("Resi dan kartu kendali dicetak. Tempelkan kartu kendali pada berkas.")
    return say("Resi dicetak. Berikan kepada pemohon.")


def _as_read(doubt: Finding, read: ChatReading, values: Mapping[str, str]) -> bool:
    """Whether a doubtful answer still is what the chat said, or nothing."""
    return values.get(doubt.key, "") in ("", read.values.get(doubt.key, ""))
