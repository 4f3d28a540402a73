"""The papers of one kegiatan MAS RAPID, from what the desk knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kiosk.cases.roster_result import conflict_of, result_of
from kiosk.cases.state import CaseState
from kiosk.cases.subject import subject_of
from kiosk.desk.core import Core
from kiosk.papers.dates import written_day
from kiosk.papers.facts import Office, Person, office_of
from kiosk.papers.lembar_tutup import (
    Event,
    LeftOut,
    NameRow,
    daftar_ditinggal,
    daftar_lulus,
    lembar_tutup,
)
from kiosk.papers.model import Paper
from kiosk.papers.spt import Duty, surat_perintah_tugas
from kiosk.texts import say


class RosterPapers:
    """Makes papers; prints and writes nothing."""

    def __init__(self, core: Core):
        self._core = core

    def passed(self, parent: str, names: Sequence[CaseState]) -> Paper:
        """The list of those who passed verification (SOP step 3)."""
        rows = [self._row(state) for state in names]
        return daftar_lulus(
            self._event(parent),
            office=self._office(),
            section=self._passed_on(parent, "3", "diteruskan"),
            division=self._passed_on(parent, "4", "disetujui"),
            rows=rows,
            time=self._core.clock.now(),
        )

    def left_out(self, parent: str, rows: Sequence[LeftOut]) -> Paper:
        """The rows of the prison's list that are not taken."""
        return daftar_ditinggal(
            self._event(parent),
            office=self._office(),
            officer=self._officer(),
            rows=rows,
            time=self._core.clock.now(),
        )

    def closing(self, parent: str, names: Sequence[CaseState], copy: int = 0) -> Paper:
        """The closing sheet, every name with its outcome."""
        rows = [self._row(state) for state in names]
        return lembar_tutup(
            self._event(parent),
            office=self._office(),
            officer=self._officer(),
            rows=rows,
            time=self._core.clock.now(),
            copy=copy,
        )

    def duty(self, parent: str, names: int) -> Paper:
        """The SPT (SOP step 4), from the kegiatan's application and what was filled in since."""
        state = self._core.known(parent)
        told = _told(state)
        values = state.values
        letter = values.get("surat_nomor", "")
        ground = [
            say("Permohonan {lapas}", lapas=values.get("nama", ""))
            + (f" {letter}" if letter else "")
            + (f", {written_day(day)}" if (day := values.get("surat_tanggal", "")) else ""),
            say("SOP MAS RAPID nomor {nomor}", nomor=self._core.procedures[state.procedure].number),
            say("Daftar nama yang lulus verifikasi, kegiatan {nomor}", nomor=parent),
        ]
        place = ", ".join(filter(None, (values.get("nama", ""), values.get("alamat", ""))))
        officers = [one.strip() for one in told.get("petugas", "").split(",")]
        duty = Duty(
            number=told.get("spt_nomor", ""),
            ground=ground,
            officers=[one for one in officers if one],
            place=place,
            day=told.get("tgl_pelaksanaan", ""),
            hours="",
            names=names,
        )
        return surat_perintah_tugas(
            parent, office=self._office(), duty=duty, time=self._core.clock.now()
        )

    def _event(self, parent: str) -> Event:
        state = self._core.known(parent)
        told = _told(state)
        return Event(
            parent,
            state.values.get("nama", ""),
            told.get("tgl_pelaksanaan", "") or state.values.get("tgl_rencana", ""),
            told.get("spt_nomor", ""),
        )

    def _row(self, state: CaseState) -> NameRow:
        who = subject_of(state.values)
        result = result_of(state, self._core.procedures[state.procedure])
        return NameRow(
            state.number,
            who.name,
            who.nik,
            who.birth,
            state.values.get("blok", ""),
            state.values.get("nomor_registrasi", ""),
            result.label,
            "; ".join(filter(None, (result.note, conflict_of(state)))),
        )

    def _passed_on(self, parent: str, step: str, outcome: str) -> str:
        """Who passed the list on at a step; '' as long as nobody has."""
        state = self._core.known(parent)
        if state.outcomes.get(step) != outcome:
            return ""
        done = (one for one in reversed(state.lines) if (one.step, one.outcome) == (step, outcome))
        line = next((one for one in done if not one.flag), None)
        return self._core.officer_name(line.officer) if line else ""

    def _office(self) -> Office:
        return office_of(self._core.settings)

    def _officer(self) -> Person:
        card = self._core.acting().card
        return Person(card.name, card.initials)


def _told(state: CaseState) -> dict[str, str]:
    """What officers filled in with the outcomes of a case; of one key the last word."""
    found: dict[str, str] = {}
    lines: Iterable[dict[str, str]] = (
        dict(line.isi) for line in state.lines if line.act == "hasil" and not line.flag
    )
    for isi in lines:
        found.update(isi)
    return found
