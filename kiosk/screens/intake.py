"""F2: taking a birth in, page by page; the likely duplicates come before the resi."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from config.forms import Form
from config.forms import Page as FormPage
from kiosk.cases.checks import Finding, check_form
from kiosk.desk.intake import TWIN_FIELDS
from kiosk.desk.views import Draft, FormRefused, Refusal, Submitted
from kiosk.screens.base import DeskScreen
from kiosk.screens.forms import spoken_form
from kiosk.screens.help import form_lookups
from kiosk.screens.reason import ReasonDialog
from kiosk.texts import say
from kiosk.widgets.dialogs import Ask, Choose, TextPanel
from kiosk.widgets.form_view import FieldLeft, FormDone, FormView

if TYPE_CHECKING:
    from kiosk.app import KioskApp
    from kiosk.cases.duplicates import Match

PROCEDURE = "kado-camer"
MOST_CHILDREN = 9
OTHER_BIRTH = "5"
"""The form's answer for more children than it names (F-2.01: 5 lainnya)."""


async def begin_intake(kiosk: KioskApp) -> None:
    """Open the form; a draft left by a crash is offered first."""
    from kiosk.screens.base import DeskScreen as Base

    desk = kiosk.desk
    officer = desk.core.acting()
    first = desk.core.procedures[PROCEDURE].first
    if (
        not {first.actor, "supervisor"} & set(officer.card.roles)
        or first.place != desk.settings.profile
    ):
        if isinstance(kiosk.screen, Base):
            kiosk.screen.say_next(
                say("Permohonan baru dibuat oleh operator fasilitas di RS/RB/Puskesmas."),
                "peringatan",
            )
        return
    form = spoken_form(await kiosk.ask(desk.intake.form, PROCEDURE))
    draft = await kiosk.ask(desk.intake.draft, form.slug)
    carried = await kiosk.ask(desk.intake.carried, PROCEDURE)
    kiosk.switch_to(IntakeScreen(form, carried, draft))


class IntakeScreen(DeskScreen):
    """The form of one birth, then the others of the same birth, then the duplicates' question."""

    BINDINGS: list[BindingType] = [Binding("escape", "leave", show=False)]

    def __init__(self, form: Form, carried: Mapping[str, str], draft: Draft | None):
        words = say("Enter ke isian berikutnya. Esc berhenti.")
        if carried:
            words += " " + say("Tanda < dari kasus sebelumnya.")
        super().__init__(say("Permohonan baru"), words)
        self._form = form
        self._carried = dict(carried)
        self._draft = draft
        self._left = ""
        self._children: list[dict[str, str]] = []
        self._born = 0
        defaults = {field.key: field.default for field in form.fields if field.default}
        self._start = {**defaults, **self._carried}

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

    def on_mount(self) -> None:
        """Offer the draft."""
        if self._draft is not None:
            self._offer_draft(self._draft)

    @work
    async def _offer_draft(self, draft: Draft) -> None:
        first = draft.before[0] if draft.before else draft.values
        name = first.get("anak_nama") or say("(belum bernama)")
        go_on = await self.kiosk.push_screen_wait(
            Ask(say("Ada isian yang belum selesai: {name}. Lanjutkan?", name=name))
        )
        if go_on:
            if draft.before:
                self._children = [dict(child) for child in draft.before]
                await self._ask_next_child()
            form = self.query_one(FormView)
            await form.put(draft.values)
            await form.go_to(draft.field)
            self._left = draft.field
            self.say_next(say("Isian dilanjutkan. PgUp dan PgDn berpindah halaman."))
        elif go_on is False:
            await self.kiosk.ask(self.desk.intake.drop_draft, self._form.slug)
        else:
            self.kiosk.home()

    async def on_field_left(self, left: FieldLeft) -> None:
        """Keep what was typed."""
        left.stop()
        self._left = left.key
        with self.telling():
            await self._save(left.values)

    async def _save(self, values: Mapping[str, str]) -> None:
        """Keep this child's answers, and those of the children before it."""
        await self.kiosk.ask(
            self.desk.intake.save_draft, self._form.slug, values, self._left, self._children
        )

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
                self.desk.intake.submit, PROCEDURE, self._children[0], self._children[1:], decisions
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
        kind = self._children[0].get("anak_kembar", "1")
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
        return next((one for one in found if one.level == "tolak"), None)

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
        matches: dict[str, tuple[Mapping[str, str], Match]] = {}
        for child in self._children:
            whole = {**self._children[0], **child}
            for match in await self.kiosk.ask(self.desk.intake.duplicates, whole):
                matches.setdefault(match.candidate.number, (whole, match))
        decisions: list[dict[str, str]] = []
        for number, (whole, match) in matches.items():
            from kiosk.screens.duplicates import DuplicateDialog

            reason = await self.kiosk.push_screen_wait(DuplicateDialog(whole, match))
            if reason is None:
                return None
            decisions.append({"nomor": number, "keputusan": "bukan", "alasan": reason})
        return decisions

    async def _show_result(self, made: list[Submitted]) -> None:
        lines = [
            say("Resi {number}   kode {code}   {child}", number=m.number, code=m.code, child=m.name)
            for m in made
        ]
        lines += ["", say("Resi dan kartu kendali dicetak. Tempelkan kartu kendali pada berkas.")]
        await self.kiosk.push_screen_wait(TextPanel(say("Permohonan tersimpan"), lines))
        self.kiosk.home()

    def _touched(self) -> bool:
        """Whether there is anything here that the form did not begin with."""
        answers = self.query_one(FormView).collect()
        return bool(self._children) or any(
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
