"""The roster of a kegiatan MAS RAPID: its names, from the check in SIAK to the closing sheet.

The kegiatan is one case with a paper file, every name on its list a case without one. What happens
to the kegiatan carries its names along: the SPT sends those who passed to the field team, and the
closing sheet ends those who were not recorded. Several kiosks may work one roster offline.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from config.procedures import Outcome, Step
from kiosk.cases import roster_result as on
from kiosk.cases.findings import Finding
from kiosk.cases.roster_result import EVENT, NAME, conflict_of, is_waiting, result_of
from kiosk.cases.state import CLOSED, CaseState
from kiosk.cases.subject import subject_of
from kiosk.desk.core import TEAM, Core
from kiosk.desk.files import Files
from kiosk.desk.intake import Intake
from kiosk.desk.printing import Printing
from kiosk.desk.views import FormRefused, Refusal
from kiosk.papers.model import Paper
from kiosk.texts import say

if TYPE_CHECKING:
    from kiosk.desk.roster_import import RosterImport
    from kiosk.desk.roster_papers import RosterPapers

_OPEN = f"step='{on.RECORD}' AND outcome IN ('{on.LEAVE}','{on.TAKEN_BACK}')"
_DONE = f"step='{on.RECORD}' AND outcome NOT IN ('{on.LEAVE}','{on.TAKEN_BACK}')"

VIEWS: Mapping[str, str] = {
    "semua": "1",
    "periksa": f"step='{on.CHECK}'",
    "tunda": f"step='{on.WAIT}'",
    "tugas": f"step='{on.DUTY}'",
    "belum": _OPEN,
    "tanpa": _DONE,
    "kartu": f"step IN ('{on.PRINT}','{on.HAND}')",
    "tutup": f"step='{CLOSED}'",
}
"""The ways to look at a roster, each with its condition on the table ``cases``."""

RECORDERS = frozenset(("petugas-perekaman", "supervisor"))
_TEAM = re.compile(r"lapangan:[A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class NameRow:
    """One name as a list shows it. ``nik`` is full: whoever shows it masks it. ``state`` is how it
    stands with it in words, ``conflict`` what another kiosk wrote of it ('' when they agree)."""

    number: str
    name: str
    nik: str
    block: str
    registration: str
    step: str
    state: str
    note: str
    conflict: str


class Roster:
    """F5 of a kegiatan: its list of names."""

    def __init__(self, core: Core, files: Files, intake: Intake, printing: Printing):
        self._core = core
        self._files = files
        self._intake = intake
        self._printing = printing

    @cached_property
    def importing(self) -> RosterImport:
        """Taking a prison's list in; loaded when one is."""
        from kiosk.desk.roster_import import RosterImport

        return RosterImport(self._core, self._intake, self._printing, self._papers)

    @cached_property
    def _papers(self) -> RosterPapers:
        from kiosk.desk.roster_papers import RosterPapers

        return RosterPapers(self._core)

    # -- looking -----------------------------------------------------------------------------

    def event_of(self, number: str) -> str:
        """The kegiatan that a case is, or to whose roster it belongs; '' when it is neither."""
        state = self._core.state(number)
        if state is None:
            return ""
        if state.procedure == EVENT:
            return number
        return state.parent if state.procedure == NAME else ""

    def counts(self, parent: str) -> dict[str, int]:
        """How many names each view has."""
        sums = ", ".join(f"coalesce(sum({condition}), 0)" for condition in VIEWS.values())
        row = self._core.db.execute(
            f"SELECT {sums} FROM cases WHERE parent=?", (parent,)
        ).fetchone()
        return dict(zip(VIEWS, row, strict=True))

    def count(self, parent: str, view: str = "semua", wanted: str = "") -> int:
        """How many names a view has, of those that ``wanted`` finds."""
        sql, args = self._where(parent, view, wanted)
        return int(self._core.db.execute(f"SELECT count(*) {sql}", args).fetchone()[0])

    def names(
        self, parent: str, view: str = "semua", wanted: str = "", offset: int = 0, limit: int = -1
    ) -> list[NameRow]:
        """A window of a view in the order of the list; ``wanted`` are fragments of a name, a
        registration number or a NIK."""
        sql, args = self._where(parent, view, wanted)
        rows = self._core.db.execute(
            f"SELECT cases.number {sql} ORDER BY created, cases.number LIMIT ? OFFSET ?",
            (*args, limit, offset),
        ).fetchall()
        return [self._row(self._core.known(number)) for (number,) in rows]

    def _where(self, parent: str, view: str, wanted: str) -> tuple[str, tuple[str, ...]]:
        words = wanted.upper().split()
        found = " AND words LIKE ? ESCAPE '\\'" * len(words)
        sql = (
            "FROM cases JOIN case_words ON case_words.rowid = cases.rowid"
            f" WHERE parent=? AND {VIEWS[view]}{found}"
        )
        return sql, (parent, *(f"%{_literal(word)}%" for word in words))

    def _row(self, state: CaseState) -> NameRow:
        who = subject_of(state.values)
        procedure = self._core.procedures[state.procedure]
        result = result_of(state, procedure)
        return NameRow(
            state.number,
            who.name,
            who.nik,
            state.values.get("blok", ""),
            state.values.get("nomor_registrasi", ""),
            state.step,
            result.label or on.waiting_word(state.step),
            result.note,
            conflict_of(state),
        )

    def disputed(self, parent: str) -> list[NameRow]:
        """The names of which two kiosks wrote what cannot both be."""
        return [self._row(self._core.known(number)) for number in self.conflicts(parent)]

    def conflicts(self, parent: str) -> dict[str, str]:
        """The names of which two kiosks wrote what cannot both be, and what the other wrote."""
        # Two who did not know of each other have written some line of the card twice, though it
        # need not be the line of their outcomes.
        rows = self._core.db.execute(
            "SELECT DISTINCT number FROM cases JOIN entries USING (case_id)"
            " WHERE parent=? GROUP BY case_id, line HAVING count(*) > 1",
            (parent,),
        ).fetchall()
        found = {number: conflict_of(self._core.known(number)) for (number,) in rows}
        return {number: says for number, says in found.items() if says}

    def outcomes(self, step: str) -> tuple[Outcome, ...]:
        """What may come of a step of a name, less what only the closing sheet writes."""
        found = self._core.procedures[NAME].find(step)
        return tuple(one for one in (found.outcomes if found else ()) if one.id != on.CLOSE)

    def offered(self, number: str) -> list[Outcome]:
        """What this officer may record of a name now. Raises Refusal: nothing, and who may."""
        state = self._core.known(number)
        found = [one.outcome for one in self._files.offers_for(state)]
        if outcomes := [one for one in found if one is not None and one.id != on.CLOSE]:
            return outcomes
        raise Refusal(self._files.why_nothing(state) or say("Nama ini menunggu lembar penutup."))

    # -- recording ---------------------------------------------------------------------------

    def record(self, numbers: Sequence[str], outcome_id: str, values: Mapping[str, str]) -> int:
        """The same outcome for all these names, or for none; gives how many. Raises Refusal,
        FormRefused."""
        return self._files.record_many(numbers, outcome_id, values)

    def record_day(self, number: str, outcome_id: str, note: str = "") -> None:
        """An outcome of the field day for one name. Raises Refusal: it has a final one already,
        or is not with this team."""
        state = self._core.known(number)
        if state.step != on.RECORD:
            row = self._row(state)
            raise Refusal(say("{nama} sudah: {keadaan}.", nama=row.name, keadaan=row.state))
        outcome = self._core.procedures[NAME].step(on.RECORD).outcome(outcome_id)
        values = {"catatan": note} if note and outcome and outcome.fields else {}
        self._files.record(number, outcome_id, values)

    def take_back(self, number: str, reason: str) -> None:
        """A name was recorded by a slip of the key: it goes back to the field team, with the
        reason, and what was written stays on its card. Raises Refusal when it was not written
        here, or its card is printed."""
        core = self._core
        officer = core.acting()
        with core.ledger.transaction():
            state = core.known(number)
            last = next((one for one in reversed(state.lines) if one.act == "hasil"), None)
            if state.step != on.PRINT or last is None or last.outcome not in on.RECORDED:
                raise Refusal(say("Hasil ini tidak dapat ditarik lagi. Hubungi Dinas."))
            if last.place != officer.place or not RECORDERS & set(officer.card.roles):
                raise Refusal(say("Hanya tim yang mencatatnya dapat menariknya kembali."))
            self._write(state, on.PRINT, on.TAKEN_BACK, {"alasan": reason}, officer.place)

    def dismiss_rest(self, parent: str, reason: str) -> int:
        """Names of a kegiatan that ended before its day are ended too; gives how many. Raises
        Refusal while the kegiatan goes on, FormRefused without a reason."""
        core = self._core
        with core.ledger.transaction():
            self.demand_ended(parent)
            open_steps = (on.CHECK, on.DUTY, on.WAIT)
            states = [one for one in self.states(parent) if one.step in open_steps]
            for state in states:
                why = {"alasan": reason}
                if state.step == on.CHECK:
                    self._files.record(state.number, on.FAILED, why)
                elif state.step == on.DUTY:
                    self._files.record(state.number, on.STRIKE, why)
                self._files.record(state.number, on.STAY, why)
        return len(states)

    def demand_ended(self, parent: str) -> None:
        """That a kegiatan is over. Raises Refusal."""
        if self._core.known(parent).status != CLOSED:
            raise Refusal(say("Kegiatan ini masih berjalan. Tutup lewat lembar penutup."))

    def states(self, parent: str) -> list[CaseState]:
        """Every name of a roster, in the order of the list."""
        rows = self._core.db.execute(
            "SELECT number FROM cases WHERE parent=? ORDER BY created, number", (parent,)
        ).fetchall()
        return [self._core.known(number) for (number,) in rows]

    def _passed(self, parent: str) -> list[CaseState]:
        """The names that passed verification and were not struck off since."""
        passed = [one for one in self.states(parent) if one.outcomes.get(on.CHECK) == on.PASSED]
        out = (on.CHECK, on.WAIT)
        return [one for one in passed if one.step not in out and one.last_outcome != on.STAY]

    def _write(
        self, state: CaseState, step_id: str, outcome_id: str, filled: Mapping[str, str], ke: str
    ) -> None:
        """An outcome where the one who writes it is not where the case is: taking a slip back,
        and the closing sheet."""
        step = self._core.procedures[NAME].step(step_id)
        outcome = step.outcome(outcome_id)
        if outcome is None:
            raise Refusal(say("Langkah {step} tidak punya hasil itu.", step=step_id))
        checked = self._files.checked(outcome, filled)
        more = filter(None, (ke, state.holder_place))
        act = self._files.hasil(state, step, outcome, checked, *more, ke=ke)
        self._core.ledger.write(self._core.hand(), act)

    # -- what follows of the kegiatan's own outcomes --------------------------------------------

    def follow(self, number: str, step: Step, outcome: Outcome, filled: Mapping[str, str]) -> None:
        """What an outcome just recorded means for the roster; in its transaction. Raises Refusal
        or FormRefused, which undoes it, when the roster is not ready for it."""
        procedure = self._core.known(number).procedure
        if procedure == NAME and outcome.id == on.LEAVE:
            self._demand_spt(number)
            self._demand_team(filled.get(TEAM, ""))
        if procedure != EVENT:
            return
        follow: dict[tuple[str, str], Callable[[str, Mapping[str, str]], None]] = {
            ("2", "diverifikasi"): self._verified,
            ("4", "disetujui"): self._approved,
            ("4S", "spt"): self._sent_out,
            ("T", "ditutup"): self._closed,
        }
        act = follow.get((step.id, outcome.id))
        if act is not None:
            act(number, filled)

    def _verified(self, parent: str, _: Mapping[str, str]) -> None:
        """SOP steps 2 and 3: every name was looked up; the list of those who passed goes on."""
        counts = self.counts(parent)
        if not counts["semua"]:
            raise Refusal(say("Daftar nama masih kosong. Masukkan daftarnya dahulu (D)."))
        if waiting := self.importing.waiting(parent):
            raise Refusal(say("{n} baris daftar belum dibetulkan. Tekan D, lalu I.", n=waiting))
        if counts["periksa"]:
            raise Refusal(say("{n} nama belum diperiksa. Tekan D.", n=counts["periksa"]))
        self._printing.spool.add(self.paper(parent, "daftar-nama"))

    def _approved(self, parent: str, _: Mapping[str, str]) -> None:
        if not self._passed(parent):
            raise Refusal(say("Tidak ada nama yang lulus. Kembalikan, atau tolak kegiatannya."))

    def _sent_out(self, parent: str, filled: Mapping[str, str]) -> None:
        """SOP step 4: with the SPT all who passed move to the field team."""
        team = filled.get(TEAM, "")
        self._demand_team(team)  # with no name on the list, too: the file goes there
        numbers = [one.number for one in self.states(parent) if one.step == on.DUTY]
        self._files.record_many(numbers, on.LEAVE, {TEAM: team})
        self._printing.spool.add(self._papers.duty(parent, len(numbers)))
        self._printing.spool.add(self.paper(parent, "daftar-nama"))

    def _demand_spt(self, number: str) -> None:
        """That a name's kegiatan was approved and has its SPT (SOP step 4). Raises Refusal."""
        event = self._core.state(self._core.known(number).parent)
        if event is None or event.outcomes.get("4S") != "spt":
            raise Refusal(say("SPT kegiatan ini belum ada. Nama yang lulus ikut dengan SPT-nya."))

    def _demand_team(self, team: str) -> None:
        """That names are sent to a kiosk that there is. Raises FormRefused."""
        known = self._core.places("lapangan")
        if team in known or (not known and _TEAM.fullmatch(team)):
            return
        says = say(
            "Kiosk tim '{tim}' belum dikenal. Yang ada: {ada}.", tim=team, ada=", ".join(known)
        )
        raise FormRefused([Finding("tolak", TEAM, says)])

    # -- the closing sheet ----------------------------------------------------------------------

    def lacking(self, parent: str) -> list[NameRow]:
        """The names that keep the closing sheet open: they have no outcome yet. When the day
        itself was called off, those who went with the team need none."""
        called_off = self._called_off(parent)
        return [
            self._row(state)
            for state in self.states(parent)
            if state.step in (on.CHECK, on.DUTY) or (is_waiting(state) and not called_off)
        ]

    def _closed(self, parent: str, _: Mapping[str, str]) -> None:
        """Every name has its outcome: what is not recorded ends with it, what is recorded goes on
        to its card."""
        open_names = self.lacking(parent)
        if open_names:
            shown = ", ".join(one.name for one in open_names[:3])
            raise Refusal(
                say("{n} nama belum ada hasilnya: {nama}. Tekan D.", n=len(open_names), nama=shown)
            )
        why = self._called_off(parent)
        for state in self.states(parent):
            if state.step == on.WAIT:
                self._files.record(state.number, on.STAY, {})
            elif state.step == on.RECORD:
                self._end_unrecorded(state, why)
        self._printing.spool.add(self.paper(parent, "lembar-tutup"))

    def _end_unrecorded(self, state: CaseState, called_off: str) -> None:
        final, note = state.last_outcome, state.note
        if is_waiting(state):
            final, note = on.OTHER, called_off
        self._write(state, on.RECORD, on.CLOSE, {on.FINAL: final, "catatan": note}, "")

    def _called_off(self, parent: str) -> str:
        """Why the field day was called off; empty when it was not."""
        state = self._core.known(parent)
        if state.outcomes.get("5") != "dibatalkan":
            return ""
        told = (one.note for one in reversed(state.lines) if one.outcome == "dibatalkan")
        return next(told, "") or say("Kegiatan batal")

    # -- papers ------------------------------------------------------------------------------

    def paper(self, parent: str, kind: str) -> Paper:
        """A paper of the kegiatan as it stands now: "daftar-nama" (who passed), "spt",
        "lembar-tutup". Raises Refusal for any other."""
        match kind:
            case "daftar-nama":
                return self._papers.passed(parent, self._passed(parent))
            case "spt":
                names = self.states(parent)
                went = [one for one in names if one.outcomes.get(on.DUTY) == on.LEAVE]
                return self._papers.duty(parent, len(went))
            case "lembar-tutup":
                return self._papers.closing(parent, self.states(parent))
            case _:
                raise Refusal(say("Kertas ini tidak dapat dicetak dari sini."))

    def print_paper(self, parent: str, kind: str) -> None:
        """Queue a paper of the kegiatan as it stands now. Raises Refusal."""
        with self._core.ledger.transaction():
            self._printing.spool.add(self.paper(parent, kind))


def _literal(word: str) -> str:
    """A fragment for LIKE in which no sign has a meaning of its own."""
    return re.sub(r"([%_\\])", r"\\\1", word)
