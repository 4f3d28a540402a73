"""One case: what it is, its kartu kendali, and what this officer may do next."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from config.roles import ROLES
from kiosk.cases.card import CLOSED, describe
from kiosk.cases.masks import mask_nik, mask_phone
from kiosk.desk.views import CaseView
from kiosk.papers.dates import written_day
from kiosk.screens.base import ListScreen
from kiosk.screens.words import exception_word, place_word, short_stamp, status_word
from kiosk.texts import said, say
from kiosk.widgets.dialogs import Choose, TextPanel
from kiosk.widgets.record_list import Column, ListSource, RecordChosen, RecordList, Row

if TYPE_CHECKING:
    from config.procedures import Outcome
    from kiosk.cases.engine import Offer
    from kiosk.cases.state import CaseState

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
    ]
    DEFAULT_CSS = """
    CaseScreen #facts { height: 6; padding: 0 1; }
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
        people = await self.kiosk.ask(self.desk.cards.initials)
        unfinished = await self.kiosk.ask(self.desk.attachments.unfinished)
        self._unattached = unfinished.get(self.number, 0)
        self.put("#facts", "\n".join(self._facts(view)))
        self.put("#acts", "\n".join(self._acts(view)))
        lines = view.state.lines if view.state else []
        rows = [
            Row(
                str(at),
                (
                    short_stamp(line.time),
                    line.step,
                    describe(line, place_word),
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
            if view.offers:
                self.say_next(say("Pilih dengan angka. F6 kertas dan pindaian, Esc kembali."))
            else:
                self.say_next(self._taken or view.why_not, "peringatan" if self._taken else "info")
        self._shown_acts, self._told = acts, ""

    def _facts(self, view: CaseView) -> list[str]:
        state = view.state
        if state is None:
            return [
                say("Data kasus ini belum tiba di kiosk ini."),
                say("Berkas yang sudah di tangan tetap dapat diterima dan diparaf."),
            ]

        def value(key: str) -> str:
            return str(state.values.get(key, "") or "-")

        pusat = (
            say("sudah di pusat")
            if view.synced
            else say("{n} baris hanya di kiosk ini", n=view.waiting_entries)
        )
        lines = [
            say(
                "Anak  : {name}  ({sex}) lahir {born}",
                name=value("anak_nama"),
                sex=value("anak_jk"),
                born=written_day(value("anak_tgl_lahir")),
            ),
            say(
                "Ibu   : {name}  NIK {nik}", name=value("ibu_nama"), nik=mask_nik(value("ibu_nik"))
            ),
            say(
                "Ayah  : {name}   Telp {phone}",
                name=value("ayah_nama"),
                phone=mask_phone(value("telepon")),
            ),
            _standing(state),
            say("Kiosk : tercatat   Pusat: {pusat}", pusat=pusat),
        ]
        if state.note:
            lines.append(say("Catatan: {note}", note=state.note))
        elif view.exceptions:
            lines.append(
                say("! Pengecualian: {kind} (F9)", kind=exception_word(view.exceptions[0].kind))
            )
        return lines

    def _acts(self, view: CaseView) -> list[str]:
        lines = self._offered(view)
        if self._unattached and len(lines) < ACTS_SHOWN:
            lines.append(say("! {n} halaman pindaian belum dilampirkan (F6)", n=self._unattached))
        return lines

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
        state = self._view.state if self._view else None
        procedure = self.desk.core.procedures.get(state.procedure) if state else None
        step = procedure.find(state.step) if state and procedure else None
        if procedure is None or step is None:
            return []
        roles = ", ".join(said(ROLES.get(role, role)) for role in step.roles)
        lines = [
            f"{procedure.number}  " + say("langkah {step}", step=step.sop or step.id),
            said(step.activity),
            say("Oleh: {roles}", roles=roles),
            say("Hasil: {output}", output=said(step.output)),
        ]
        if step.minutes:
            lines.append(say("Waktu baku: {n} menit kerja", n=step.minutes))
        if step.requires:
            lines.append(say("Kelengkapan: {papers}", papers="; ".join(map(said, step.requires))))
        lines += ["", *(_outcome_help(outcome) for outcome in step.outcomes)]
        return lines

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

            self.kiosk.show_above(
                CollectScreen(self.number, await self.kiosk.ask(self.desk.cards.relations))
            )
        elif outcome.fields:
            state = self._view.state if self._view else None
            from kiosk.screens.outcome import OutcomeScreen

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
        answer = await self.kiosk.push_screen_wait(
            Choose(
                say("Kertas kasus ini"),
                [
                    ("kartu", say("Cetak kartu kendali sekarang")),
                    ("resi", say("Cetak ulang resi (SALINAN)")),
                    ("lihat", say("Lihat kartu kendali di layar")),
                    ("antrean", say("Antrean cetak")),
                    ("pindai", say("Pindai surat untuk kasus ini")),
                    *([("pindaian", say("Lihat {n} pindaian", n=len(scans)))] if scans else ()),
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
        elif answer in ("kartu", "resi"):
            await self._print(answer)

    async def _print(self, paper: str) -> None:
        reason = ""
        if paper == "resi":
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


def _outcome_help(outcome: Outcome) -> str:
    text = f"- {said(outcome.label)}"
    return f"{text}: {said(outcome.help)}" if outcome.help else text


def _offer_words(view: CaseView, offer: Offer) -> str:
    """An act's name; with its step where the case's own step is not known here."""
    label = said(offer.label)
    if offer.step and not (view.state and view.state.step):
        return say("{label} (langkah {step})", label=label, step=offer.step)
    return label


def _standing(state: CaseState) -> str:
    """Status, step, and who has the file now, in one line."""
    status, step = status_word(state.status), state.step or "-"
    if state.status == CLOSED:
        return say("Status: {status}", status=status)
    return say(
        "Status: {status}, langkah {step}   {where}", status=status, step=step, where=_where(state)
    )


def _where(state: CaseState) -> str:
    """Where the file is now, in words."""
    if state.transit is not None:
        role, place = state.transit.role, place_word(state.transit.to)
        if role:
            return say("menuju {role} ({place})", role=said(ROLES.get(role, role)), place=place)
        return say("menuju {place}", place=place)
    if not state.holder_place:
        return ""
    role, place = state.holder_role, place_word(state.holder_place)
    if role:
        return say("pada {role} ({place})", role=said(ROLES.get(role, role)), place=place)
    return say("di {place}", place=place)
