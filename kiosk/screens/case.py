"""One case: what it is, its kartu kendali, and what this officer may do next."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from kiosk.cases.card_words import paper_name
from kiosk.cases.margins import margins
from kiosk.cases.sworn import sworn
from kiosk.desk.printing import CASE_PAPERS
from kiosk.desk.views import CaseView
from kiosk.screens.base import ListScreen
from kiosk.screens.case_facts import case_facts, step_words, told_line
from kiosk.screens.routes import open_case
from kiosk.screens.words import link_word, place_word, short_stamp
from kiosk.texts import said, say
from kiosk.widgets.dialogs import Choose, TextPanel
from kiosk.widgets.paint import fit
from kiosk.widgets.record_list import Column, ListSource, RecordChosen, RecordList, Row

if TYPE_CHECKING:
    from config.procedures import Procedure
    from kiosk.cases.engine import Offer

PAPER_FIRST = 0.06
"""Seconds in which a paper gets to its printer before the screen is drawn anew."""
ACTS_SHOWN = 6
"""Lines for the acts; when there are more, the last one says how to see them all."""


class CaseScreen(ListScreen):
    """The acts stand first, numbered; below them the lines of the control card."""

    BINDINGS: list[BindingType] = [
        Binding("escape", "back", show=False),
        Binding("enter", "choose", show=False),
        *(Binding(str(n), f"offer({n})", show=False) for n in range(1, 10)),
        Binding("0", "more", show=False),
        Binding("t,T", "related", show=False),
        Binding("d,D", "roster", show=False),
    ]
    DEFAULT_CSS = """
    CaseScreen #facts { height: auto; max-height: 9; padding: 0 1; }
    CaseScreen #acts { height: auto; max-height: 6; padding: 0 1; }
    """

    def __init__(
        self, number: str, procedure: str = "", told: str = "", *, paper_in_hand: bool = False
    ):
        super().__init__(say("Kasus {number}", number=number), told)
        self.number = number
        self._procedure = procedure
        self._told = told
        self._paper_in_hand = paper_in_hand
        self._taken = ""
        self._unattached = 0
        self._view: CaseView | None = None
        self._shown_acts: list[str] = []

    def body(self) -> list[Widget]:
        """Facts, acts, card lines."""
        columns = [
            Column(say("Waktu"), 11),
            Column(say("Lkh"), 3),
            Column(say("Yang dilakukan")),
            Column(say("Paraf"), 6),
            Column(say("Di"), 13),
        ]
        return [
            Static("", id="facts", markup=False),
            Static("", id="acts", markup=False),
            RecordList(columns, ListSource([]), empty=say("Kartu kendali masih kosong.")),
        ]

    async def reload(self) -> None:
        """Read the case anew."""
        view = await self.kiosk.ask(
            self.desk.work.open, self.number, paper_in_hand=self._paper_in_hand
        )
        self._view = view
        self._taken = await self.kiosk.ask(self.desk.cards.already, self.number)
        astray = await self.kiosk.ask(self.desk.cards.astray, self.number)
        people = await self.kiosk.ask(self.desk.cards.initials)
        unfinished = await self.kiosk.ask(self.desk.attachments.unfinished)
        self._unattached = unfinished.get(self.number, 0)
        self.put("#facts", self._facts(view))
        self.put("#acts", "\n".join(self._acts(view)))
        lines = view.state.lines if view.state else []
        marks = margins(view.state, view.times) if view.state else {}
        procedure = self._procedure_of(view)
        rows = [
            Row(
                str(at),
                (
                    short_stamp(line.time),
                    line.step,
                    _marked(marks.get(line.ref, ""), told_line(line, procedure)),
                    people.get(line.officer, line.officer[:6]),
                    place_word(line.place),
                ),
            )
            for at, line in enumerate(lines)
        ]
        records = self.records
        await records.reload(ListSource(list(reversed(rows))))
        acts = self._acts(view)
        if acts != self._shown_acts and not self._told:
            if astray:
                self.say_next(astray, "peringatan")
            elif view.offers:
                self.say_next(
                    say("Pilih dengan angka. 0 lainnya, F6 kertas dan pindaian, Esc kembali.")
                )
            else:
                self.say_next(self._taken or view.why_not, "peringatan" if self._taken else "info")
        self._shown_acts, self._told = acts, ""

    def _facts(self, view: CaseView) -> str:
        """One line for each fact, none of them folded: below them stand the acts and the card."""
        room = max(20, self.size.width - 2)
        return "\n".join(fit(line, room) for line in case_facts(view, self._procedure_of(view)))

    def _procedure_of(self, view: CaseView | None) -> Procedure | None:
        state = view.state if view else None
        return self.desk.core.procedures.get(state.procedure) if state else None

    def _acts(self, view: CaseView) -> list[str]:
        lines = self._offered(view)
        if self._has_list(view):
            lines.append(say(" D  Daftar nama"))
        if self._unattached and len(lines) < ACTS_SHOWN:
            lines.append(say("! {n} halaman pindaian belum dilampirkan (F6)", n=self._unattached))
        return lines

    def _has_list(self, view: CaseView) -> bool:
        """Whether cases of another procedure belong to this one."""
        slug = view.state.procedure if view.state else ""
        return any(one.parent == slug for one in self.desk.core.procedures.values() if slug)

    def _offered(self, view: CaseView) -> list[str]:
        if not view.offers:
            return ["> " + view.why_not, *(["! " + self._taken] if self._taken else [])]
        lines = [f" {at}  {_offer_words(view, offer)}" for at, offer in enumerate(view.offers, 1)]
        if len(lines) > ACTS_SHOWN:
            lines[ACTS_SHOWN - 1 :] = [
                say("Enter: semua {n} pilihan", n=len(lines)),
            ]
        return lines

    def step_help(self) -> list[str]:
        """What the SOP says of the step this case is at; empty when it is not known here."""
        view = self._view
        procedure = self._procedure_of(view)
        step = procedure.find(view.state.step) if view and view.state and procedure else None
        if view is None or procedure is None or step is None:
            return []
        return step_words(procedure, step, view)

    # -- acts --------------------------------------------------------------------------------

    async def action_offer(self, number: int) -> None:
        """A digit: the act of that number."""
        if self._view is not None and number <= len(self._view.offers):
            await self._do(self._view.offers[number - 1])

    def on_record_chosen(self, chosen: RecordChosen) -> None:
        """Enter, on whatever line."""
        chosen.stop()
        self.action_choose()

    @work
    async def action_choose(self) -> None:
        """Enter: the one act there is, or a choice when there are several."""
        view = self._view
        if view is None or not view.offers:
            return
        if len(view.offers) == 1:
            await self._do(view.offers[0])
            return
        answer = await self.kiosk.push_screen_wait(
            Choose(
                say("Apa yang dilakukan?"),
                [(str(at), _offer_words(view, offer)) for at, offer in enumerate(view.offers)],
            )
        )
        if answer is not None:
            await self._do(view.offers[int(answer)])

    def action_more(self) -> None:
        """0: what else may be done with this case, whoever has its file."""
        from kiosk.screens.correction import open_more

        open_more(self)

    async def action_roster(self) -> None:
        """D: the list of names of a kegiatan MAS RAPID, also from one of its names."""
        parent = await self.kiosk.ask(self.desk.roster.event_of, self.number)
        if parent:
            from kiosk.screens.roster import RosterScreen

            self.kiosk.show_above(RosterScreen(parent))

    @work
    async def action_related(self) -> None:
        """T: open a case that belongs together with this one."""
        related = self._view.related if self._view else ()
        if not related:
            return
        choices = [
            (one.number, f"{link_word(one.kind)}  {one.number}  {one.name}") for one in related
        ]
        answer = await self.kiosk.push_screen_wait(Choose(say("Buka kasus yang mana?"), choices))
        if answer is not None:
            open_case(self.kiosk, answer)

    async def _do(self, offer: Offer) -> None:
        if offer.kind == "terima":
            with self.telling():
                warning = await self.kiosk.ask(
                    self.desk.files.receive, self.number, "", self._procedure
                )
                await self.reload()
                done = say("Paraf terima tercatat.")
                self.say_next(f"{done} {warning}", "peringatan" if warning else "info")
            return
        outcome = offer.outcome
        if outcome is None:
            return
        if outcome.batch:
            self.say_next(say("Diserahkan bersama yang lain: tekan F4."))
        elif outcome.claim:
            from kiosk.screens.collect import CollectScreen

            with self.telling():
                card = await self.kiosk.ask(self.desk.cards.collection, self.number)
                self.kiosk.show_above(CollectScreen(self.number, card))
        elif outcome.fields:
            state = self._view.state if self._view else None
            from kiosk.screens.outcome import OutcomeScreen

            self._shown_acts = []  # what to do next is said anew when the officer is back
            self.kiosk.show_above(OutcomeScreen(self.number, outcome, offer.step, state))
        else:
            with self.telling():
                await self.kiosk.ask(
                    self.desk.files.record, self.number, outcome.id, {}, offer.step
                )
                await self.reload()
                self.say_next(say("Tercatat: {label}.", label=said(outcome.label)))

    def show_papers(self) -> None:
        """F6 on a case: which of its papers."""
        self._papers()

    @work
    async def _papers(self) -> None:
        scans = self._view.state.attachments if self._view and self._view.state else ()
        state = self._view.state if self._view else None
        declarations = sworn(state.values) if state else ()
        again = await self._is_copy("resi")
        answer = await self.kiosk.push_screen_wait(
            Choose(
                say("Kertas kasus ini"),
                [
                    ("kartu", say("Cetak kartu kendali sekarang")),
                    ("resi", say("Cetak ulang resi (SALINAN)") if again else say("Cetak resi")),
                    *(
                        (kind, say("Cetak {kertas}", kertas=paper_name(kind)))
                        for kind in declarations
                    ),
                    *self._sheet(),
                    ("lihat", say("Lihat kartu kendali di layar")),
                    ("antrean", say("Antrean cetak")),
                    ("pindai", say("Pindai surat untuk kasus ini")),
                    *([("pindaian", say("Lihat {n} pindaian", n=len(scans)))] if scans else ()),
                    ("kirim", say("Simpan resi untuk WhatsApp (PDF dan gambar)")),
                ],
            )
        )
        if answer == "antrean":
            from kiosk.screens.printing import PrintScreen

            self.kiosk.switch_to(PrintScreen())
        elif answer == "lihat":
            with self.telling():
                lines = await self.kiosk.ask(self.desk.printing.card_text, self.number)
                await self.kiosk.push_screen_wait(
                    TextPanel(say("Kartu kendali"), lines, folded=False)
                )
        elif answer == "pindai":
            from kiosk.screens.scanning import ScanScreen

            self.kiosk.show_above(ScanScreen(self.number))
        elif answer == "pindaian":
            from kiosk.screens.scanned import ScannedScreen

            self.kiosk.show_above(ScannedScreen(self.number, scans))
        elif answer == "kirim":
            from kiosk.screens.saved_resi import save_resi

            with self.telling():
                await save_resi(self)
        elif answer in CASE_PAPERS:
            await self._print(answer)

    async def _is_copy(self, paper: str) -> bool:
        if self._view is None or self._view.state is None:
            return False
        return await self.kiosk.ask(self.desk.printing.is_copy, paper, self.number)

    def _sheet(self) -> list[tuple[str, str]]:
        """The paper that a telephone call has instead of a control card (AKAPELA)."""
        state = self._view.state if self._view else None
        if state is None or state.procedure != "akapela":
            return []
        return [("lembar-laporan", say("Cetak Lembar Laporan"))]

    async def _print(self, paper: str) -> None:
        reason = ""
        if paper == "resi" and await self._is_copy(paper):
            from kiosk.screens.reason import ReasonDialog

            reason = await self.kiosk.push_screen_wait(ReasonDialog(say("Alasan cetak ulang resi")))
            if not reason:
                return
        with self.telling():
            await self.kiosk.ask(self.desk.printing.print_again, paper, self.number, reason)
            self.say_next(say("Masuk antrean cetak."))
            # The paper first: somebody waits for it at the counter, nobody for the new line.
            await asyncio.sleep(PAPER_FIRST)
            await self.reload()


def _marked(mark: str, words: str) -> str:
    """A card line with what is wrong about it first: there is little room."""
    return f"! {mark}: {words}" if mark else words


def _offer_words(view: CaseView, offer: Offer) -> str:
    """An act's name; with its step where the case's own step is not known here."""
    label = said(offer.label)
    if offer.step and not (view.state and view.state.step):
        return say("{label} (langkah {step})", label=label, step=offer.step)
    return label
