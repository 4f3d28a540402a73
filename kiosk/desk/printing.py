"""Papers and the print queue. Printed means printed: a state is written before the act it names.

QUEUED -> SENDING -> PRINTED, or TROUBLE (nothing came out, tried again by the officer), or
UNKNOWN (the kiosk stopped after the first byte: only the officer can say what came out).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from config.procedures import Procedure
from drivers.escpos import PROFILES
from kiosk.cases.qr import QrClaim, encode
from kiosk.cases.resi import case_id, kode_permohonan, parse
from kiosk.cases.state import CaseState
from kiosk.desk.core import Core
from kiosk.desk.ledger import Act
from kiosk.desk.views import JobRow, Refusal
from kiosk.papers.daftar import DaftarRow, daftar_permohonan
from kiosk.papers.facts import Office, Person
from kiosk.papers.kartu_kendali import kartu_kendali
from kiosk.papers.model import Paper
from kiosk.papers.rekap import RekapRow, rekap_distribusi
from kiosk.papers.render import to_escpos, to_text
from kiosk.papers.resi import resi
from kiosk.texts import say
from sync.entry import Placed

PREVIEW_COLUMNS = 48
CARD_COLUMNS = 68
CASE_PAPERS = ("resi", "kartu")
"""The papers of one case; a batch's list is printed with its batch."""
_JOB = "SELECT id, name, paper, number, copy, state, says, created FROM jobs"


def paper_name(paper: str) -> str:
    """What the office calls a kind of paper."""
    return {
        "resi": say("Resi"),
        "kartu": say("Kartu kendali"),
        "daftar": say("Daftar permohonan"),
        "kembali": say("Daftar pengembalian"),
        "rekap": say("Rekap distribusi KIA"),
    }.get(paper, paper)


class Printing:
    """F6: what prints, what has printed, what nobody knows."""

    def __init__(self, core: Core):
        self._core = core

    # -- queueing, inside the transaction of the act -------------------------------------------

    def queue_intake(self, number: str, placed: Placed) -> None:
        """The resi and the control card of a case just taken in."""
        self._queue("resi", number, self._resi(number, placed.hash), 0)
        self._queue("kartu", number, self._kartu(number), 0)

    def queue_batch(self, batch: str, kind: str, target: str, numbers: Sequence[str]) -> None:
        """The list that goes with a batch."""
        self._queue(kind, batch, self._batch_paper(batch, kind, target, numbers), 0)

    def _queue(self, paper: str, number: str, what: Paper, copy: int) -> None:
        core = self._core
        now = core.clock.now()
        suffix = f"-salinan{copy}" if copy else ""
        core.db.execute(
            "INSERT INTO jobs(name, paper, number, copy, state, officer, created, updated,"
            " bytes, preview) VALUES (?,?,?,?,'QUEUED',?,?,?,?,?)",
            (
                f"{paper}-{number}{suffix}",
                paper,
                number,
                copy,
                core.acting().id,
                now,
                now,
                to_escpos(what, PROFILES[core.settings.paper]),
                "\n".join(to_text(what, PREVIEW_COLUMNS)),
            ),
        )

    def copies(self, paper: str, number: str) -> int:
        """How many of this paper were asked for so far, the original included."""
        return int(
            self._core.db.execute(
                "SELECT count(*) FROM jobs WHERE paper=? AND number=?", (paper, number)
            ).fetchone()[0]
        )

    def print_again(self, paper: str, number: str, reason: str) -> int:
        """Print a paper of a case again, as SALINAN n with its reason; gives n (0 = original).

        A control card shows the case as it stands now and is no copy of a right, so it needs no
        reason. Raises Refusal.
        """
        core = self._core
        if paper not in CASE_PAPERS:
            raise Refusal(say("Kertas ini tidak dapat dicetak ulang dari sini."))
        with core.ledger.transaction():
            state = core.known(number)
            self._rules(state)
            copy = max(self.copies(paper, number), state.prints.get(paper, 0))
            if copy and paper != "kartu" and not reason.strip():
                raise Refusal(say("Tulis alasan cetak ulang."))
            core.ledger.write(
                core.hand(),
                Act(
                    case_id(number),
                    "cetak",
                    state.step,
                    to=(core.settings.address, "dinas"),
                    data={"kertas": paper, "salinan": copy, "alasan": reason.strip()},
                ),
            )
            what = (
                self._resi(number, self._intake_hash(number), copy)
                if paper == "resi"
                else self._kartu(number, copy)
            )
            self._queue(paper, number, what, copy)
        return copy

    # -- papers --------------------------------------------------------------------------------

    def _rules(self, state: CaseState) -> Procedure:
        """The procedure of a case. Raises Refusal as long as it is not known here."""
        procedure = self._core.procedures.get(state.procedure)
        if procedure is None or not state.number:
            raise Refusal(say("Data kasus ini belum tiba. Tekan F7, lalu ulangi."))
        return procedure

    def _office(self) -> Office:
        settings = self._core.settings
        return Office(settings.office, settings.name, settings.address, settings.training)

    def _person(self, officer: str) -> Person:
        row = self._core.db.execute(
            "SELECT name, initials FROM trust WHERE owner=?", (officer,)
        ).fetchone()
        return Person(*row) if row else Person(officer, officer[:3].upper())

    def _qr(self, kind: str, number: str, procedure: str, day: date, count: int = 0) -> str:
        key = self._core.front.keys.device()
        claim = QrClaim(kind, number, procedure, day, self._core.settings.address, count)
        return encode(claim, key.kid, key.sign)

    def qr_of(self, kind: str, number: str) -> str:
        """The signed text of a paper's QR (what a scanner reads from it)."""
        state = self._core.state(number)
        procedure = state.procedure if state else ""
        count = 0
        if kind == "D":
            row = self._core.db.execute(
                "SELECT count FROM batches WHERE number=?", (number,)
            ).fetchone()
            count = row[0] if row else 0
        return self._qr(kind, number, procedure, parse(number).day, count)

    def _resi(self, number: str, paraf: bytes, copy: int = 0) -> Paper:
        state = self._core.known(number)
        procedure = self._rules(state)
        return resi(
            state,
            office=self._office(),
            officer=self._person(state.lines[0].officer if state.lines else ""),
            procedure=procedure,
            code=kode_permohonan(number),
            paraf=paraf.hex()[:8],
            qr=self.qr_of("R", number),
            form=self._core.form(procedure.form),
            relations=self._core.policy.relations,
            collect_at=self._collect_at(state),
            copy=copy,
        )

    def _kartu(self, number: str, copy: int = 0) -> Paper:
        del copy  # a control card always shows the present state
        state = self._core.known(number)
        procedure = self._rules(state)
        return kartu_kendali(
            state,
            office=self._office(),
            procedure=procedure,
            person=self._person,
            qr=self.qr_of("K", number),
            origin=self._core.place_name(state.origin),
            form=self._core.form(procedure.form),
            relations=self._core.policy.relations,
        )

    def _intake_hash(self, number: str) -> bytes:
        """The hash of the entry that took the case in: the short paraf on its resi."""
        placed = self._core.journal.of_case(case_id(number))
        return next((p.hash for p in placed if p.entry.act == "permohonan"), b"")

    def _collect_at(self, state: CaseState) -> str:
        """Where the card will be collected, in words."""
        uptd = self._core.regions.uptd_for(str(state.values.get("kelurahan", "") or ""))
        return uptd.name if uptd else self._core.settings.name

    def _batch_paper(self, batch: str, kind: str, target: str, numbers: Sequence[str]) -> Paper:
        core = self._core
        states = [core.known(number) for number in numbers]
        officer = self._person(core.acting().id)
        qr = self._qr("D", batch, "", parse(batch).day, len(numbers))
        if kind == "rekap":
            uptd = core.regions.uptd_at(target)
            return rekap_distribusi(
                batch,
                office=self._office(),
                officer=officer,
                target=uptd.name if uptd else core.place_name(target),
                kecamatan=self._kecamatan(states[0]),
                rows=[self._rekap_row(state) for state in states],
                time=core.clock.now(),
                qr=qr,
            )
        return daftar_permohonan(
            batch,
            office=self._office(),
            officer=officer,
            target=core.place_name(target),
            rows=[
                DaftarRow(
                    state.number,
                    str(state.values.get("anak_nama", "")),
                    str(state.values.get("ibu_nama", "")),
                    state.note,
                )
                for state in states
            ],
            time=core.clock.now(),
            qr=qr,
            returned=kind == "kembali",
        )

    def _kecamatan(self, state: CaseState) -> str:
        place = self._core.regions.get(str(state.values.get("kelurahan", "") or ""))
        return place.kecamatan if place else ""

    def _rekap_row(self, state: CaseState) -> RekapRow:
        values = state.values
        place = self._core.regions.get(str(values.get("kelurahan", "") or ""))
        parents = [str(values.get(k, "") or "") for k in ("ibu_nama", "ayah_nama")]
        return RekapRow(
            state.number,
            str(values.get("anak_nama", "")),
            " / ".join(name for name in parents if name),
            place.kelurahan if place else str(values.get("kota_luar", "") or "-"),
        )

    def card_text(self, number: str) -> list[str]:
        """The control card as it stands, as lines for the screen."""
        return to_text(self._kartu(number), CARD_COLUMNS)

    # -- the queue -----------------------------------------------------------------------------

    def recover(self) -> int:
        """At start: what was being sent when the kiosk stopped is UNKNOWN. Gives how many."""
        cursor = self._core.db.execute(
            "UPDATE jobs SET state='UNKNOWN', updated=? WHERE state='SENDING'",
            (self._core.clock.now(),),
        )
        return cursor.rowcount

    def take(self) -> tuple[int, str, bytes] | None:
        """The next paper to send, marked SENDING before its first byte leaves."""
        with self._core.ledger.transaction():
            row = self._core.db.execute(
                "SELECT id, name, bytes FROM jobs WHERE state='QUEUED' ORDER BY id LIMIT 1"
            ).fetchone()
            if row is not None:
                self.mark(row[0], "SENDING")
        return row

    def mark(self, job: int, state: str, says: str = "") -> None:
        """Write down what became of a paper. Raises Refusal when the disk is full."""
        with self._core.ledger.transaction():
            self._core.db.execute(
                "UPDATE jobs SET state=?, says=?, updated=? WHERE id=?",
                (state, says, self._core.clock.now(), job),
            )

    def decide(self, job: int, verdict: str, reason: str = "") -> None:
        """The officer's word on a paper of unknown fate or in trouble.

        ``verdict``: "tercetak" (it came out), "ulang" (send it again; from UNKNOWN as SALINAN
        with its reason), "batal". Raises Refusal.
        """
        self._core.acting()
        with self._core.ledger.transaction():
            self._decide(job, verdict, reason)

    def _decide(self, job: int, verdict: str, reason: str) -> None:
        row = self._core.db.execute(
            "SELECT state, paper, number FROM jobs WHERE id=?", (job,)
        ).fetchone()
        if row is None or row[0] not in ("UNKNOWN", "TROUBLE"):
            raise Refusal(say("Kertas itu tidak menunggu jawaban."))
        state, paper, number = row
        if verdict == "tercetak":
            self.mark(job, "PRINTED", say("dipastikan petugas"))
        elif verdict == "batal":
            self.mark(job, "CANCELLED")
        elif state == "TROUBLE" or paper not in CASE_PAPERS:
            self.mark(job, "QUEUED")
        else:
            self.print_again(paper, number, reason or say("hasil cetak pertama tidak diketahui"))
            self.mark(job, "CANCELLED", say("diganti salinan"))

    def jobs(self, limit: int = 100) -> list[JobRow]:
        """The newest papers; those that wait for an answer first."""
        rows = self._core.db.execute(
            _JOB + " ORDER BY state NOT IN ('UNKNOWN','TROUBLE'), id DESC LIMIT ?", (limit,)
        ).fetchall()
        return [JobRow(*row) for row in rows]

    def unanswered(self) -> list[JobRow]:
        """Papers that wait for the officer's word."""
        rows = self._core.db.execute(
            _JOB + " WHERE state IN ('UNKNOWN','TROUBLE') ORDER BY id"
        ).fetchall()
        return [JobRow(*row) for row in rows]

    def preview(self, job: int) -> str:
        """A paper as text, as it was queued."""
        row = self._core.db.execute("SELECT preview FROM jobs WHERE id=?", (job,)).fetchone()
        return str(row[0]) if row else ""

    def pending(self) -> int:
        """How many papers are still to come out."""
        return int(
            self._core.db.execute(
                "SELECT count(*) FROM jobs WHERE state IN ('QUEUED','SENDING')"
            ).fetchone()[0]
        )
