"""Handing a card to the one who collects it: once, to the right person, with papers seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.forms import Field
from config.procedures import CARDS, Outcome, Step
from config.roles import ROLES
from kiosk.cases.blanko_moves import DIFFERENCE
from kiosk.cases.card import STALE_CARD
from kiosk.cases.checks import check_field, normalise, same_name
from kiosk.cases.places import place_word
from kiosk.cases.state import CaseState
from kiosk.cases.subject import subject_of
from kiosk.clock import day_of
from kiosk.desk.claims import already_out, card_word
from kiosk.desk.core import Core
from kiosk.desk.files import Files
from kiosk.desk.ledger import Act
from kiosk.desk.views import ExceptionRow, FormRefused, Refusal
from kiosk.desk.worklist import exception_rows
from kiosk.keys import OfficerCard
from kiosk.texts import said, say

if TYPE_CHECKING:
    from config.policy import CollectorPolicy, Relation

COLLECTOR_NIK = Field("nik", "NIK pengambil", "nik", required=True)
"""Judged like every NIK; only its last digits are kept."""
COLLECTOR_PHONE = Field("telepon", "Telepon", "phone")


class NeedsApproval(Refusal):
    """The act waits for the word of another officer, by his PIN."""


@dataclass(frozen=True, slots=True)
class Approval:
    """That an officer who may agree has agreed to one hand-over, by his PIN."""

    number: str
    officer: str


@dataclass(frozen=True, slots=True)
class Departure:
    """Something about a hand-over that the rule does not foresee: ``short`` as it is written down,
    ``says`` in a sentence; ``reason`` when the officer must write why."""

    short: str
    says: str
    reason: bool = True


@dataclass(frozen=True, slots=True)
class Collection:
    """What the officer compares before he hands a card over. ``item`` is what the card is called,
    ``taken`` who has it already, ``astray`` that it belongs to another office, ``stale`` that it
    shows old data (plain words, empty when all is well), ``withdrawn`` the papers that the
    collector gives back."""

    policy: CollectorPolicy
    item: str
    name: str
    parents: tuple[str, ...]
    taken: str
    astray: str
    stale: str
    withdrawn: tuple[str, ...]


class Cards:
    """The collector check and the hand-over. SOP 001 step 5, Permendagri 2/2016 pasal 13."""

    def __init__(self, core: Core, files: Files):
        self._core = core
        self._files = files

    def relations(self) -> tuple[Relation, ...]:
        """Who may collect, and with which papers."""
        return self._core.policy.relations

    def parents(self, number: str) -> tuple[str, ...]:
        """The parents' names on the case, against which a parent is compared."""
        subject = subject_of(self._core.known(number).values)
        return tuple(name for name in (subject.mother, subject.father) if name)

    def collection(self, number: str) -> Collection:
        """What to compare before this card goes out. Raises Refusal."""
        state = self._core.known(number)
        outcome = self._collecting(state)[1]
        return Collection(
            self._core.policy,
            card_word(outcome.claim) if outcome else "",
            subject_of(state.values).name,
            self.parents(number),
            self.already(number),
            self.astray(number),
            self._stale(state),
            self._core.policy.withdrawn(state.values),
        )

    def already(self, number: str) -> str:
        """Who handed this card out, in plain words; empty when it is still here."""
        return already_out(self._core, number)

    def astray(self, number: str) -> str:
        """Where a card is and where it belongs, when it lies at an office that it is not for;
        empty when all is well, or not yet known. Says so at every office that has the entries."""
        core = self._core
        state = core.state(number)
        target = self._belongs(state) if state else ""
        if state is None or not target or target == state.holder_place:
            return ""
        here = core.settings.address
        if state.holder_place == here:
            return say("Kartu ini untuk {target}. Kirim ke sana lewat F4.", target=self._at(target))
        return say(
            "Kartu ini ada di {place}, seharusnya di {target}. Minta dikirim.",
            place=self._at(state.holder_place),
            target=self._at(target),
        )

    def _stale(self, state: CaseState) -> str:
        """That the card was printed before a correction, and not since; empty when all is well."""
        open_notes = {one.ref for one in state.open_exceptions if one.kind == STALE_CARD}
        procedure = self._core.procedures.get(state.procedure)
        stale = False
        for line in state.lines if open_notes else ():
            step = procedure.find(line.step) if procedure else None
            done = step.outcome(line.outcome) if step and line.outcome and not line.flag else None
            stale = line.ref in open_notes or (stale and not (done and done.uses))
        return say("Data diralat sesudah kartu ini dicetak.") if stale else ""

    def _belongs(self, state: CaseState) -> str:
        """Where the card that waits for its collector is to be collected; empty when it does not
        wait at an office, or when that is not known here."""
        procedure = self._core.procedures.get(state.procedure)
        step = procedure.find(state.step) if procedure else None
        waits = step is not None and step.item in CARDS and state.holder_place
        if step is None or not waits or not any(outcome.claim for outcome in step.outcomes):
            return ""
        try:
            return self._core.address_for(step.place, state)
        except Refusal:
            return ""

    def _at(self, address: str) -> str:
        """An office by its name, or its address in words."""
        uptd = self._core.regions.uptd_at(address)
        return uptd.name if uptd else place_word(address)

    def initials(self) -> dict[str, str]:
        """The initials (paraf) of every officer known here, by id."""
        rows = self._core.db.execute("SELECT owner, initials FROM trust WHERE kind='petugas'")
        return dict(rows.fetchall())

    def name_differs(self, number: str, relation: Relation, name: str) -> bool:
        """Whether one who says he is a parent bears another name than the parents on the case."""
        if relation.key != self._core.policy.default.key:
            return False
        return not any(same_name(name, parent) for parent in self.parents(number))

    def hand_over(
        self,
        number: str,
        relation_key: str,
        collector: Mapping[str, str],
        papers: Sequence[str],
        approval: Approval | None = None,
    ) -> None:
        """The card goes out. ``collector``: nama, nik, telepon, alasan; ``papers``: those shown,
        a substitute and an old card given back among them.

        Raises Refusal: already handed over, papers missing, or a departure from the rule without
        a reason and the word of the role that the policy names. What is kept: name, relation,
        papers shown and taken back, telephone, the last digits of the id, and what departed.
        """
        core = self._core
        with core.ledger.transaction():
            taken = self.already(number)
            if taken:
                raise Refusal(taken)
            state = core.known(number)
            filled = self._checked(state, relation_key, collector, papers, approval)
            step, outcome = self._collecting(state)
            core.demand_turn(state, step)
            if outcome is None:
                raise Refusal(say("Kartu {number} belum siap diserahkan.", number=number))
            core.ledger.write(core.hand(), self._files.hasil(state, step, outcome, filled))

    def _collecting(self, state: CaseState) -> tuple[Step, Outcome | None]:
        """The present step, and its outcome by which a card goes to who collects it."""
        _, step = self._core.step_of(state)
        fits = (o for o in step.outcomes if o.claim and not o.batch and o.fits(state.values))
        return step, next(fits, None)

    def _checked(
        self,
        state: CaseState,
        relation_key: str,
        collector: Mapping[str, str],
        papers: Sequence[str],
        approval: Approval | None,
    ) -> dict[str, str]:
        """What is written down of a collector whom the policy lets have the card."""
        relation = next((r for r in self.relations() if r.key == relation_key), None)
        if relation is None:
            raise Refusal(say("Pilih hubungan pengambil dengan anak."))
        name = " ".join(collector.get("nama", "").upper().split())
        if not name:
            raise Refusal(say("Ketik nama pengambil."))
        policy = self._core.policy
        self._demand_papers(relation, papers)
        reason = collector.get("alasan", "").strip()
        departures = self._departures(state, relation, name, papers)
        for one in departures:
            if one.reason and not reason:
                raise Refusal(one.says + " " + say("Tulis alasannya."))
        if relation.needs_reason and not reason:
            raise Refusal(say("Tulis alasan mengapa bukan orang tua yang mengambil."))
        short = "; ".join(one.short for one in departures)
        if departures and (approval is None or approval.number != state.number):
            role = said(ROLES[policy.mismatch_role])
            raise NeedsApproval(say("{why}: perlu PIN {role}.", why=short, role=role))
        nik, phone = self._identity(collector)
        withdrawn = [paper for paper in policy.withdrawn(state.values) if paper in papers]
        shown = [paper for paper in papers if paper not in withdrawn]
        filled = {
            "nama": name,
            "hubungan": relation.key,
            "dokumen": "; ".join(shown),
            "identitas": next((paper for paper in shown if "KTP" in paper), ""),
            "ditarik": "; ".join(withdrawn),
            "nik_akhir": nik[-4:],
            "telepon": phone,
            "alasan": reason,
            "penyimpangan": short,
            "disetujui": approval.officer if departures and approval else "",
        }
        return {key: value for key, value in filled.items() if value}

    def _demand_papers(self, relation: Relation, papers: Sequence[str]) -> None:
        """That every paper of this relation was shown, or its substitute. Raises Refusal."""
        missing = [
            paper
            for paper in relation.papers
            if paper not in papers and self._core.policy.instead_of(paper) not in papers
        ]
        if missing:
            raise Refusal(
                say("Belum diperlihatkan: {papers}.", papers=", ".join(map(said, missing)))
            )

    def _departures(
        self, state: CaseState, relation: Relation, name: str, papers: Sequence[str]
    ) -> list[Departure]:
        """What about this hand-over another officer must agree to."""
        policy = self._core.policy
        found: list[Departure] = []
        if self.name_differs(state.number, relation, name):
            says = say("Nama pengambil berbeda dari nama orang tua.")
            found.append(Departure(say("Nama berbeda"), says))
        for paper in relation.papers:
            if paper not in papers:
                # The paper shown instead says why.
                short = say("{paper} diganti", paper=said(paper))
                found.append(Departure(short, short, reason=False))
        for paper in policy.withdrawn(state.values):
            if paper not in papers:
                short = say("{paper} tidak dibawa", paper=said(paper))
                found.append(Departure(short, short + "."))
        stale = self._stale(state)
        if stale:
            found.append(Departure(say("Kartu dengan data lama"), stale))
        target = self._belongs(state)
        if target and target != self._core.settings.address:
            says = say("Kartu ini untuk {target}.", target=self._at(target))
            found.append(Departure(say("Bukan tempat pengambilannya"), says))
        return found

    def _identity(self, collector: Mapping[str, str]) -> tuple[str, str]:
        """The collector's NIK and telephone as they are kept. Raises FormRefused."""
        today = day_of(self._core.clock.now())
        kept: list[str] = []
        for field in (COLLECTOR_NIK, COLLECTOR_PHONE):
            value = normalise(field, collector.get(field.key, ""))
            wrong = [f for f in check_field(field, value, {}, today) if f.level == "tolak"]
            if wrong:
                raise FormRefused(wrong)
            kept.append(value)
        return kept[0], kept[1]

    def approvers(self) -> list[OfficerCard]:
        """Who may agree to a hand-over that departs from the rule."""
        role = self._core.policy.mismatch_role
        return [card for card in self._core.front.officers() if role in card.roles]

    def approve(self, number: str, officer: str, pin: str) -> Approval:
        """An approver's word on one card, given by his PIN. Raises WrongPin, Refusal."""
        if officer not in {card.officer for card in self.approvers()}:
            raise Refusal(say("Petugas ini tidak berhak menyetujui."))
        self._core.front.keys.unlock(officer, pin)
        return Approval(number, officer)

    # -- exceptions --------------------------------------------------------------------------

    def exceptions(self, open_only: bool = True) -> list[ExceptionRow]:
        """Pengecualian, newest first."""
        return exception_rows(self._core, open_only)

    def resolve(self, ref: str, note: str) -> None:
        """Close an exception with a note of how it was settled. Raises Refusal."""
        core = self._core
        if not note.strip():
            raise Refusal(say("Tulis dahulu bagaimana pengecualian ini diselesaikan."))
        with core.ledger.transaction():
            row = core.db.execute(
                "SELECT e.case_id, e.kind, r.ref FROM exceptions e"
                " LEFT JOIN resolutions r USING (ref) WHERE ref=?",
                (ref,),
            ).fetchone()
            if row is None:
                raise Refusal(say("Pengecualian itu tidak ada."))
            case, kind, settled = row
            if settled is not None:
                raise Refusal(say("Pengecualian itu sudah diselesaikan."))
            if kind == DIFFERENCE and _is_open_difference(core, ref, case):
                raise Refusal(say("Selisih blanko diselesaikan supervisor lewat F9, Blanko."))
            core.ledger.write(
                core.hand(),
                Act(
                    case,
                    "selesai",
                    to=self._files.addresses(core.folded(case)),
                    data={"tentang": ref, "catatan": note.strip()},
                ),
            )


def _is_open_difference(core: Core, ref: str, case: bytes) -> bool:
    from kiosk.desk.blanko_book import BlankoBook

    return BlankoBook(core).is_open(ref, case)
