"""The telephone desk: calls under way, what is known of a caller, calls taken in. AKAPELA 1-2, 8.

A call is kept from its first key on as a draft, named by the time of that key: whether it was put
on hold for the next one or the kiosk stopped, it is found again among the calls under way.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from config.forms import Form
from config.procedures import Procedure, Step
from kiosk.cases.calls import (
    ANSWER,
    CALL_BACK,
    PROCEDURE,
    UNREACHED,
    Attempt,
    attempts,
    further,
    newest_phone,
)
from kiosk.cases.checks import Finding
from kiosk.cases.engine import tries_left
from kiosk.cases.masks import mask_phone
from kiosk.cases.reporting import answers_in
from kiosk.cases.resi import case_id, kode_permohonan
from kiosk.cases.state import CLOSED, CaseState
from kiosk.cases.subject import subject_of
from kiosk.desk.call_views import CallBack, Earlier, Told, Underway, Waiting
from kiosk.desk.cards import Cards
from kiosk.desk.core import CENTRE, Core
from kiosk.desk.files import Files
from kiosk.desk.intake import Intake
from kiosk.desk.ledger import Act
from kiosk.desk.views import FormRefused, Refusal, Submitted
from kiosk.texts import said, say

KIND = "jenis"
RELATED = "resi_terkait"
AGREED = "tunggu"
LINK = "terkait"
"""What a link between a complaint and the case it is about is called."""

MOST_EARLIER = 30
"""Earlier calls and cases of one caller that are shown."""

_DRAFT = "panggilan:"


class Calls:
    """What is done at the telephone."""

    def __init__(self, core: Core, intake: Intake, files: Files, cards: Cards):
        self._core = core
        self._intake = intake
        self._files = files
        self._cards = cards

    @property
    def rules(self) -> Procedure:
        """The procedure of the telephone desk."""
        return self._core.procedures[PROCEDURE]

    def form(self) -> Form:
        """The form of a call."""
        return self._intake.form(PROCEDURE)

    def now(self) -> int:
        """The time by this kiosk's clock, milliseconds since 1970 UTC."""
        return self._core.clock.now()

    # -- calls under way -----------------------------------------------------------------------

    def keep(self, officer: str, began: int, values: Mapping[str, str], field: str) -> None:
        """Keep what was typed so far of the call that began then; ``field`` is where it stands.

        The officer is named: the last keys before the desk is locked are kept after it is.
        """
        core = self._core
        body = json.dumps({"values": dict(values), "field": field})
        with core.ledger.transaction():
            core.db.execute(
                "INSERT OR REPLACE INTO drafts VALUES (?,?,?,?)",
                (officer, f"{_DRAFT}{began}", body, core.clock.now()),
            )

    def underway(self) -> list[Underway]:
        """The calls this officer has on hold, or had typed when the kiosk stopped; oldest first."""
        rows = self._core.db.execute(
            "SELECT form, body FROM drafts WHERE officer=? AND form LIKE ? || '%' ORDER BY form",
            (self._core.acting().id, _DRAFT),
        ).fetchall()
        found: list[Underway] = []
        for form, body in rows:
            kept = json.loads(body)
            found.append(Underway(int(form.removeprefix(_DRAFT)), kept["values"], kept["field"]))
        return found

    def drop(self, officer: str, began: int) -> None:
        """The call that began then is done with."""
        with self._core.ledger.transaction():
            self._core.db.execute(
                "DELETE FROM drafts WHERE officer=? AND form=?", (officer, f"{_DRAFT}{began}")
            )

    # -- who is calling ------------------------------------------------------------------------

    def earlier(self, phone: str, nik: str = "", kk: str = "") -> list[Earlier]:
        """Earlier calls and cases, of whatever procedure, with this telephone number, NIK or KK
        (in their stored form); newest first."""
        core = self._core
        given = [(column, value) for column, value in _asked(phone, nik, kk) if value]
        if not given:
            return []
        where = " OR ".join(f"{column}=?" for column, _ in given)
        args: list[Any] = [value for _, value in given]
        if nik:
            # A father's or a reporter's NIK has no column of its own.
            where += " OR rowid IN (SELECT rowid FROM case_words WHERE case_words MATCH ?)"
            args.append(f'"{nik}"')
        rows = core.db.execute(
            f"SELECT case_id FROM cases WHERE {where} ORDER BY created DESC, number LIMIT ?",
            (*args, MOST_EARLIER),
        ).fetchall()
        states = [state for (case,) in rows if (state := core.folded(case)) is not None]
        return [self._earlier(state) for state in states]

    def _earlier(self, state: CaseState) -> Earlier:
        who = subject_of(state.values)
        complaint = state.procedure == PROCEDURE
        return Earlier(
            number=state.number,
            when=state.created,
            what=self.kind_word(state) if complaint else self._title(state.procedure),
            outcome=self._standing(state),
            name=who.name or who.mother,
            kind=state.values.get(KIND, "") if complaint else "",
            calls=1 + len(further(state)) if complaint else 0,
            open=state.status != CLOSED,
        )

    def kind_word(self, state: CaseState) -> str:
        """The kind of a complaint in the form's own words."""
        kind = state.values.get(KIND, "")
        form = self.form()
        return said(form.field(KIND).label_of(kind)) if form.has(KIND) else kind

    def _title(self, slug: str) -> str:
        """A procedure's short name: what stands in brackets at the end of its title."""
        procedure = self._core.procedures.get(slug)
        if procedure is None:
            return slug
        return said(procedure.title).rpartition("(")[2].rstrip(")")

    def _standing(self, state: CaseState) -> str:
        """How a case ended, or at what it is."""
        procedure = self._core.procedures.get(state.procedure)
        if state.status == CLOSED:
            last = [line.text for line in state.lines if line.act == "hasil" and not line.flag]
            return said(last[-1]) if last else say("selesai")
        step = procedure.find(state.step) if procedure else None
        return said(step.activity) if step else say("data belum tiba")

    # -- the call is taken in ------------------------------------------------------------------

    def take_in(self, values: Mapping[str, str], began: int) -> Submitted:
        """Register a call: one transaction gives its number, its entry, and the link to the case
        that it is about (``resi_terkait``). AKAPELA step 2. Raises FormRefused, Refusal."""
        core = self._core
        hand = core.hand()
        answers = self._related(values)
        about = answers.get(RELATED, "")
        data: dict[str, Any] = {"panggilan": {"mulai": began}}
        if about:
            data["tautan"] = [[about, LINK]]
        with core.ledger.transaction():
            number = self._intake.take_in(hand, PROCEDURE, answers, data=data)
            if about and not core.projection.is_purged(case_id(about)):
                tie = {"ke": number, "jenis": LINK, "nomor": about}
                core.ledger.write(hand, self._act(about, "tautan", tie))
            self.drop(hand.officer, began)
        name = subject_of(core.known(number).values).name
        return Submitted(number, kode_permohonan(number), name)

    def _related(self, values: Mapping[str, str]) -> dict[str, str]:
        """The answers with the related case's number in its full form. Raises FormRefused."""
        answers = dict(values)
        if answers.get(RELATED):
            try:
                answers[RELATED] = self._core.case_number(answers[RELATED])
            except Refusal as error:
                raise FormRefused([Finding("tolak", RELATED, str(error))]) from error
        return answers

    def add(self, number: str, values: Mapping[str, str], began: int) -> None:
        """Note a further call on a complaint that is still open, instead of a new one. Raises
        Refusal when it was closed meanwhile."""
        core = self._core
        hand = core.hand()
        said_now = {key: values[key] for key in ("telepon", "nama", "isi") if values.get(key)}
        with core.ledger.transaction():
            state = core.known(number)
            if state.status == CLOSED or state.procedure != PROCEDURE:
                raise Refusal(say("Pengaduan {number} sudah selesai.", number=number))
            core.ledger.write(hand, self._act(number, "panggilan", {"mulai": began, **said_now}))
            self.drop(hand.officer, began)

    def _act(self, number: str, act: str, data: Mapping[str, Any]) -> Act:
        """An act on any case, known here or not; its place is told, too."""
        core = self._core
        state = core.state(number)
        origin = (state.origin,) if state and state.origin else ()
        to = tuple(dict.fromkeys((core.settings.address, CENTRE, *origin)))
        return Act(case_id(number), act, state.step if state else "", to=to, data=data)

    # -- what waits ----------------------------------------------------------------------------

    def waiting(self) -> list[Waiting]:
        """The complaints that wait for this officer here: answers that have come first, then
        those to be called back by the time agreed, then the rest; oldest first."""
        core = self._core
        officer = core.acting()
        rows = core.db.execute(
            "SELECT case_id FROM cases WHERE procedure=? AND wait_place=? AND status <> 'tutup'"
            " ORDER BY since, number",
            (PROCEDURE, core.settings.address),
        ).fetchall()
        found: list[Waiting] = []
        for (case,) in rows:
            state = core.folded(case)
            step = self.rules.find(state.step) if state else None
            if state and step and set(officer.card.roles) & {*step.roles, "supervisor"}:
                found.append(self._waiting(state, step))
        return sorted(found, key=lambda one: (one.rank, one.due or one.since))

    def _waiting(self, state: CaseState, step: Step) -> Waiting:
        tried = attempts(state, self.rules)
        answered = step.id == ANSWER and len(state.outcomes) > 1
        return Waiting(
            number=state.number,
            step=step.id,
            what=said(step.list or step.activity) if not answered else say("Jawaban siap"),
            name=subject_of(state.values).name,
            phone=mask_phone(subject_of(state.values).phone),
            since=state.updated,
            rank=0 if answered else 1 if step.id == CALL_BACK else 2,
            attempts=len(tried),
            due=tried[-1].again if tried else 0,
        )

    # -- the caller is told ----------------------------------------------------------------------

    def call_back(self, number: str) -> CallBack:
        """A complaint whose caller is to be told: the number to dial, the answer, the tries.

        Raises Refusal when it is not this officer's turn: the number stands in full.
        """
        core = self._core
        state = core.known(number)
        if state.status == CLOSED:
            raise Refusal(say("Pengaduan {number} sudah selesai.", number=number))
        _, step = core.step_of(state)
        core.demand_turn(state, step)
        stop = step.outcome(UNREACHED)
        return CallBack(
            number=number,
            phone=newest_phone(state),
            name=subject_of(state.values).name,
            agreed=self._agreed(state),
            kind=self.kind_word(state),
            complaint=state.values.get("isi", ""),
            answers=tuple(self.told(state)),
            attempts=tuple(self._tried(state)),
            tries_left=tries_left(state, step, stop) if stop else 0,
            offers=self._files.offers_for(state),
        )

    def _tried(self, state: CaseState) -> list[Attempt]:
        """The calls back in vain, each with the initials of who made it."""
        initials = self._cards.initials()
        tried = attempts(state, self.rules)
        return [one._replace(officer=initials.get(one.officer, one.officer)) for one in tried]

    def _agreed(self, state: CaseState) -> str:
        """Whether the caller waits, calls again or is called back, as was last agreed with him."""
        lines = (line for line in reversed(state.lines) if not line.flag and line.isi.get(AGREED))
        return next((answers_in(line, self.rules) for line in lines), "")

    def told(self, state: CaseState) -> list[Told]:
        """What the officers at the dinas found out about a complaint, oldest first."""
        initials = self._cards.initials()
        own = (ANSWER, CALL_BACK)
        return [
            Told(line.time, line.step, line.text, note, initials.get(line.officer, ""))
            for line in state.lines
            if line.act == "hasil" and not line.flag and line.step not in own
            if line.note and (note := answers_in(line, self.rules))
        ]


def still_open(earlier: Sequence[Earlier], kind: str) -> list[Earlier]:
    """The complaints of this kind that are still open: a further call is likely about them."""
    return [one for one in earlier if one.open and kind and one.kind == kind]


def _asked(phone: str, nik: str, kk: str) -> tuple[tuple[str, str], ...]:
    return ("phone", phone), ("kk", kk), ("nik", nik), ("mother_nik", nik)
