"""0 on a case: correcting what it says, and tying it to others. Whoever has its file."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import wrap
from typing import TYPE_CHECKING

from textual import work
from textual.widget import Widget

from config.forms import Field, Form, Page
from kiosk.cases.card_words import paper_name
from kiosk.clock import stamp
from kiosk.desk.corrections import KINDS, Corrected, LinkRow
from kiosk.desk.views import FormRefused, Refusal, ScanView
from kiosk.screens.base import FormScreen
from kiosk.screens.forms import spoken_form
from kiosk.screens.help import form_lookups
from kiosk.screens.reason import ReasonDialog
from kiosk.screens.routes import open_case
from kiosk.screens.words import link_word, short_title, status_word
from kiosk.texts import said, say
from kiosk.widgets.dialogs import INSIDE, Choose, TextPanel
from kiosk.widgets.form_view import FormDone, FormView

if TYPE_CHECKING:
    from kiosk.desk.corrections import Change
    from kiosk.screens.case import CaseScreen

CHANGES_SHOWN = 12
"""Lines of changes above the question for the reason; more do not fit on 25 lines."""
OTHER = "lain"
"""The choice to type a number."""


def open_more(case: CaseScreen) -> None:
    """Ask what else to do with this case."""
    case.run_worker(_more(case), exclusive=True, group="more")


async def _more(case: CaseScreen) -> None:
    kiosk, number = case.kiosk, case.number
    parts = case.desk.corrections
    with case.telling():
        corrected = await kiosk.ask(parts.history, number)
        linked = await kiosk.ask(parts.linked, number)
        answer = await kiosk.push_screen_wait(
            Choose(
                say("Lainnya"),
                [
                    ("ralat", say("Ralat isian")),
                    ("tautkan", say("Tautkan kasus lain")),
                    ("riwayat", say("Lihat ralat ({n})", n=len(corrected))),
                    ("tautan", say("Lihat tautan ({n})", n=len(linked))),
                ],
            )
        )
        match answer:
            case "ralat":
                await _correct(case)
            case "tautkan":
                await _tie(case)
            case "riwayat":
                await _history(case)
            case "tautan":
                await _linked(case, linked)
            case _:
                pass


async def _correct(case: CaseScreen) -> None:
    kiosk, parts = case.kiosk, case.desk.corrections
    why = await kiosk.ask(parts.why_not, case.number)
    if why:
        case.say_next(why, "peringatan")
        return
    form = await kiosk.ask(parts.form, case.number)
    state = await kiosk.ask(case.desk.core.known, case.number)
    kiosk.show_above(CorrectionScreen(case.number, form, dict(state.values)))


async def _history(case: CaseScreen) -> None:
    rows = await case.kiosk.ask(case.desk.corrections.history, case.number)
    lines: list[str] = []
    for row in rows:
        lines += [
            f"{row.label}: {row.old or '-'} -> {row.new or '-'}",
            say("  {waktu}, {petugas}: {alasan}", waktu=stamp(row.time), petugas=row.officer,
                alasan=row.reason),
            "",
        ]  # fmt: skip
    empty = [say("Belum ada ralat pada kasus ini.")]
    await case.kiosk.push_screen_wait(TextPanel(say("Ralat kasus ini"), lines or empty))


async def _linked(case: CaseScreen, rows: list[LinkRow]) -> None:
    if not rows:
        case.say_next(say("Belum ada kasus yang ditautkan."))
        return
    choices = [(row.number, f"{link_word(row.kind)}  {_words(case, row)}") for row in rows]
    answer = await case.kiosk.push_screen_wait(Choose(say("Buka kasus yang mana?"), choices))
    if answer is not None:
        open_case(case.kiosk, answer)


def _words(case: CaseScreen, row: LinkRow) -> str:
    """A case in one line: number, name, service, status, and why it is offered."""
    rules = case.desk.core.procedures.get(row.procedure)
    service = short_title(rules.title) if rules else ""
    status = status_word(row.status) if row.status else say("(data belum tiba)")
    return "  ".join(part for part in (row.number, row.name, service, row.why or status) if part)


async def _tie(case: CaseScreen) -> None:
    family = await case.kiosk.ask(case.desk.corrections.family, case.number)
    answer: str | None = OTHER
    if family:
        choices = [(row.number, _words(case, row)) for row in family]
        answer = await case.kiosk.push_screen_wait(
            Choose(
                say("Mungkin satu keluarga. Tautkan yang mana?"),
                [*choices, (OTHER, say("Ketik nomor lain"))],
            )
        )
    if answer is not None:
        case.kiosk.show_above(TieScreen(case.number, "" if answer == OTHER else answer))


class CorrectionScreen(FormScreen):
    """The form with what the case says now; after its last field the changes and their reason."""

    def __init__(self, number: str, form: Form, values: Mapping[str, str]):
        super().__init__(
            say("Ralat {number}", number=number),
            say("Betulkan isian, lalu Enter sampai isian terakhir. PgDn halaman berikut."),
        )
        self._number = number
        self._form = form
        self.begun = values

    def body(self) -> list[Widget]:
        """The form."""
        intake, form = self.desk.intake, self._form
        return [
            FormView(
                spoken_form(form).pages,
                self.begun,
                check=lambda field, value, values: intake.check(form, field.key, value, values),
                normalise=lambda field, value: intake.normalise(form, field.key, value),
                lookups=form_lookups(self.kiosk),
            )
        ]

    def on_form_done(self, done: FormDone) -> None:
        """Show what changes, ask why, and write it."""
        done.stop()
        self._write(dict(done.values))

    @work
    async def _write(self, values: dict[str, str]) -> None:
        parts, view = self.desk.corrections, self.query_one(FormView)
        try:
            changes = await self.kiosk.ask(parts.changes, self._number, values)
            reason = await self.kiosk.push_screen_wait(
                ReasonDialog(say("Apa alasan ralat ini?"), self._listed(changes))
            )
            if reason is None:
                view.unlock()
                self.say_next(say("Belum diralat. Perbaiki isian atau tekan Esc."))
                return
            done = await self.kiosk.ask(parts.correct, self._number, values, reason)
        except FormRefused as error:
            finding = error.findings[0]
            await view.refuse(finding.key, finding.says)
            return
        except Refusal as error:
            self.say_next(str(error), "tolak")
            return
        await self._offer_papers(done, reason)
        self.dismiss()

    def _listed(self, changes: list[Change]) -> list[str]:
        lines: list[str] = []
        for one in changes:
            old, new = (self._shown(one.field, value) for value in (one.old, one.new))
            lines += wrap(
                f"{said(one.field.label)}: {old} -> {new}", INSIDE, subsequent_indent="  "
            )
        if len(lines) > CHANGES_SHOWN:
            more = say("dan {n} baris lagi", n=len(lines) - CHANGES_SHOWN + 1)
            lines[CHANGES_SHOWN - 1 :] = [more]
        return ["", *lines]

    @staticmethod
    def _shown(field: Field, value: str) -> str:
        """Whole, so that the officer can compare what he typed."""
        from kiosk.widgets.fields import shown

        return said(field.label_of(shown(field, value))) or "-"

    async def _offer_papers(self, done: Corrected, reason: str) -> None:
        """What says something else now may be printed anew."""
        warning = [say("Kartu sudah dicetak dengan data lama: selesaikan di F9.")]
        papers = list(done.again)
        while papers:
            answer = await self.kiosk.push_screen_wait(
                Choose(
                    say("Ralat tercatat. Cetak ulang?"),
                    [
                        *((paper, paper_name(paper)) for paper in papers),
                        ("", say("Tidak, selesai")),
                    ],
                    warning if done.stale else (),
                )
            )
            if not answer:
                return
            papers.remove(answer)
            with self.telling():
                why = say("ralat: {alasan}", alasan=reason)
                await self.kiosk.ask(self.desk.printing.print_again, answer, self._number, why)


class TieScreen(FormScreen):
    """The other case's number, typed or scanned, and how it belongs to this one."""

    def __init__(self, number: str, other: str = ""):
        super().__init__(
            say("Tautan {number}", number=number),
            say("Ketik atau pindai nomor kasus lain, lalu pilih hubungannya."),
        )
        self._number = number
        self.begun = {"nomor": other, "jenis": "keluarga" if other else ""}

    def body(self) -> list[Widget]:
        """Two questions."""
        kinds = tuple((kind, link_word(kind)) for kind in KINDS)
        fields = (
            Field("nomor", say("Nomor kasus lain"), "text", required=True, max=30),
            Field("jenis", say("Hubungannya"), "choice", required=True, choices=kinds),
        )
        return [FormView([Page(say("Tautkan kasus lain"), fields)], self.begun)]

    async def take_scan(self, seen: ScanView) -> None:
        """A scan is the other case's number."""
        if seen.state == "tidak-sah" or not seen.number:
            self.say_next(seen.says, "tolak")
            return
        await self.query_one(FormView).put({"nomor": seen.number})

    async def on_form_done(self, done: FormDone) -> None:
        """Tie them."""
        done.stop()
        number, kind = done.values["nomor"], done.values["jenis"]
        try:
            await self.kiosk.ask(self.desk.corrections.link, self._number, number, kind)
        except Refusal as error:
            await self.query_one(FormView).refuse("nomor", str(error))
            return
        self.dismiss()
