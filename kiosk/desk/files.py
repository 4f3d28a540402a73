"""The file on its way: receiving, recording a step, handing on. The kartu kendali's two parafs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from config.forms import Field
from config.procedures import Outcome, Procedure, Step
from kiosk.cases.blanko_moves import taken_by
from kiosk.cases.checks import check_field, normalise
from kiosk.cases.engine import Offer, offers, tries_left, why_not
from kiosk.cases.places import place_word
from kiosk.cases.resi import case_id
from kiosk.cases.state import CaseState
from kiosk.cases.working_time import MINUTE
from kiosk.clock import day_of, local
from kiosk.desk.blanko_checks import refuse_double
from kiosk.desk.core import CENTRE, Core
from kiosk.desk.ledger import Act
from kiosk.desk.views import FormRefused, Refusal
from kiosk.texts import say

Recorded = Callable[[str, Step, Outcome, Mapping[str, str]], None]
"""Takes a case's number, its step, the outcome just recorded, and what was filled in with it."""


class Files:
    """Acts on one file."""

    def __init__(self, core: Core):
        self._core = core
        self.on_recorded: list[Recorded] = []
        """What else follows of an outcome; called in its transaction, which a Refusal undoes."""

    def receive(self, number: str, batch: str = "", procedure: str = "") -> str:
        """Terima: this officer takes the file (or card) and puts his paraf.

        Works for a case whose data has not arrived: the number on its card is enough. Gives a
        plain warning, empty when all is as expected. Raises Refusal when it is already his.
        """
        core = self._core
        with core.ledger.transaction():
            state = core.state(number)
            warning = self._receivable(state, number)
            core.ledger.write(core.hand(), self._terima(number, state, batch, procedure))
        return warning

    def _receivable(self, state: CaseState | None, number: str) -> str:
        officer = self._core.acting()
        if state is None:
            return say("Data {number} belum tiba. Paraf terima dicatat.", number=number)
        if state.status == "tutup":
            raise Refusal(say("Kasus {number} sudah selesai.", number=number))
        if state.transit is None:
            if state.holder_place == officer.place and state.holder_officer == officer.id:
                raise Refusal(say("Berkas {number} sudah Anda terima.", number=number))
            return say("Paraf serah untuk {number} belum tercatat.", number=number)
        if state.transit.to != officer.place:
            return say(
                "Perhatian: berkas ini dialamatkan ke {to}.", to=place_word(state.transit.to)
            )
        return ""

    def _terima(self, number: str, state: CaseState | None, batch: str, procedure: str) -> Act:
        core = self._core
        transit = state.transit if state else None
        # The paper in hand may be for a role this officer does not have; then it is with him.
        role = transit.role if transit else ""
        roles = core.acting().card.roles
        if role not in roles and "supervisor" not in roles:
            role = roles[0]
        return Act(
            case_id(number),
            "terima",
            state.step if state else "",
            to=self.addresses(state),
            data={
                "batch": batch or (transit.batch if transit else ""),
                "barang": transit.item if transit else "berkas",
                "peran": role,
                "nomor": number,
                "prosedur": state.procedure if state else procedure,
            },
        )

    def addresses(self, state: CaseState | None, *more: str) -> tuple[str, ...]:
        """Who gets the next entry of a case: here, the dinas, where it began, and ``more``."""
        origin = (state.origin,) if state and state.origin else ()
        return tuple(dict.fromkeys((self._core.settings.address, CENTRE, *origin, *more)))

    def record(
        self, number: str, outcome_id: str, values: Mapping[str, str], seen: str = ""
    ) -> None:
        """Record the present step's outcome, and hand the file on where the next step is with
        someone else. ``seen``: see Core.step_of. Raises Refusal, FormRefused."""
        core = self._core
        with core.ledger.transaction():
            state = core.known(number)
            procedure, step = core.step_of(state, seen)
            core.demand_turn(state, step)
            outcome = self._outcome(step, outcome_id)
            if not outcome.fits(state.values):
                raise Refusal(say("Hasil itu tidak berlaku untuk kasus ini."))
            if left := tries_left(state, step, outcome):
                raise Refusal(say("Coba {n} kali lagi dahulu, dan catat hasilnya.", n=left))
            if outcome.batch:
                raise Refusal(say("Langkah ini lewat batch. Tekan F4 untuk menyerahkan."))
            if outcome.claim:
                raise Refusal(say("Penyerahan kartu lewat layar pengambilan."))
            acts = self._recording(state, procedure, step, outcome, values)
            for act in acts:
                core.ledger.write(core.hand(), act)
            for call in self.on_recorded:
                call(number, step, outcome, acts[0].data.get("isi", {}))

    def _recording(
        self,
        state: CaseState,
        procedure: Procedure,
        step: Step,
        outcome: Outcome,
        values: Mapping[str, str],
    ) -> list[Act]:
        """The outcome, and the handing on where the next step is with someone else."""
        filled = self.checked(outcome, values)
        refuse_double(self._core, state, outcome, filled)
        following = procedure.find(outcome.to)
        if following is None:
            return [self.hasil(state, step, outcome, filled)]
        to = self._core.address_for(following.place, state, filled)
        if not procedure.berkas:
            return [self.hasil(state, step, outcome, filled, to, ke=to)]
        acts = [self.hasil(state, step, outcome, filled)]
        if (to, self.holder_at(following, to)) != (state.holder_place, state.holder_role):
            acts.append(self.serah(state, following, to))
        return acts

    def record_many(
        self, numbers: Sequence[str], outcome_id: str, values: Mapping[str, str]
    ) -> int:
        """Record the same outcome for many cases, all or none; gives how many.

        Raises Refusal for the first that is not this officer's turn, FormRefused.
        """
        with self._core.ledger.transaction():
            for number in numbers:
                self.record(number, outcome_id, values)
        return len(numbers)

    @staticmethod
    def _outcome(step: Step, outcome_id: str) -> Outcome:
        outcome = step.outcome(outcome_id)
        if outcome is not None:
            return outcome
        raise Refusal(say("Langkah {step} tidak punya hasil itu.", step=step.id))

    def checked(self, outcome: Outcome, values: Mapping[str, str]) -> dict[str, str]:
        """An outcome's fields in their stored form. Raises FormRefused."""
        today = day_of(self._core.clock.now())
        filled = {
            field.key: normalise(field, values.get(field.key, "")) for field in outcome.fields
        }
        findings = [
            finding
            for field in outcome.fields
            for finding in check_field(field, filled[field.key], filled, today)
            if finding.level == "tolak"
        ]
        if findings:
            raise FormRefused(findings)
        return {key: value for key, value in filled.items() if value}

    def suggested(self, field: Field, state: CaseState) -> str:
        """What an outcome's field starts with: the case's own value of that name, else its default;
        of a time now, or so many minutes later as its default says ("+30")."""
        if field.type == "time":
            later = int(field.default[1:]) if field.default[1:].isdecimal() else 0
            return f"{local(self._core.clock.now() + later * MINUTE):%H:%M}"
        return str(state.values.get(field.key, "") or field.default)

    def hasil(
        self,
        state: CaseState,
        step: Step,
        outcome: Outcome,
        filled: Mapping[str, Any],
        *more: str,
        ke: str = "",
    ) -> Act:
        """The act of a step's outcome; ``ke``: where it moves a case without paper."""
        claim = f"{outcome.claim}:{state.number}" if outcome.claim else ""
        data: dict[str, Any] = {"hasil": outcome.id}
        if filled:
            data["isi"] = dict(filled)
        if ke:
            data["ke"] = ke
        if blanko := taken_by(outcome):
            data["blanko"] = blanko
        return Act(
            case_id(state.number),
            "hasil",
            step.id,
            to=self.addresses(state, *more),
            claim=claim,
            data=data,
        )

    def serah(self, state: CaseState, following: Step, to: str, batch: str = "") -> Act:
        """The act of handing the file on to whoever does the following step."""
        return Act(
            case_id(state.number),
            "serah",
            following.id,
            to=self.addresses(state, to),
            data={
                "ke": to,
                "peran": self.holder_at(following, to),
                "batch": batch,
                "barang": following.item,
            },
        )

    @staticmethod
    def holder_at(following: Step, to: str) -> str:
        """The role that holds the file at an address. A family of another city has no UPTD: its
        card goes back to the facility (SOP step 7), where the facility's operator holds it."""
        profile = to.partition(":")[0]
        facility = "operator-fasilitas"
        if profile == "rs" and following.place != "rs" and facility in following.recorders:
            return facility
        return following.holder

    def offers_for(self, state: CaseState | None) -> tuple[Any, ...]:
        """What this officer may do with a case."""
        officer = self._core.acting()
        procedure = self._core.procedures.get(state.procedure) if state else None
        found = offers(state, procedure, officer.card.roles, officer.place)
        return tuple(one for one in found if not self._leads_here(state, procedure, one))

    def _leads_here(
        self, state: CaseState | None, procedure: Procedure | None, offer: Offer
    ) -> bool:
        """Whether a batch would bring it to where it is: a card at its own UPTD is not sent on."""
        outcome = offer.outcome
        if state is None or procedure is None or outcome is None or not outcome.batch:
            return False
        following = procedure.find(outcome.to)
        try:
            target = self._core.address_for(following.place, state) if following else ""
        except Refusal:
            return False
        return target == self._core.settings.address

    def why_nothing(self, state: CaseState | None) -> str:
        """Why this officer can do nothing with a case, and who can."""
        officer = self._core.acting()
        procedure = self._core.procedures.get(state.procedure) if state else None
        now = self._core.clock.now()
        return why_not(state, procedure, officer.card.roles, officer.place, now)
