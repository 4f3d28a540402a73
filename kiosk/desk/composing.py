"""What each paper of a case or a batch says, from what the desk knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from config.blanko import BLANKO
from config.letters import load_letter
from config.lookups import REGIONS
from config.procedures import Procedure
from config.settings import Settings
from kiosk.cases.blanko_moves import Move
from kiosk.cases.calls import call_of
from kiosk.cases.card import RETURNED, describe
from kiosk.cases.masks import mask_nik
from kiosk.cases.qr import QrClaim, encode
from kiosk.cases.reporting import Case, Report, answers_in
from kiosk.cases.resi import case_id, kode_permohonan, parse
from kiosk.cases.state import CaseState
from kiosk.cases.subject import subject_of
from kiosk.cases.sworn import lacking
from kiosk.clock import local
from kiosk.desk.core import Core
from kiosk.desk.timing import times_of
from kiosk.desk.views import Refusal
from kiosk.papers.bast import BastRow, berita_acara
from kiosk.papers.daftar import DaftarRow, daftar_permohonan
from kiosk.papers.dates import day_and_time
from kiosk.papers.facts import Office, Person, kop, office_of
from kiosk.papers.kartu_kendali import kartu_kendali
from kiosk.papers.laporan import laporan
from kiosk.papers.lembar_laporan import Done, complaint_of, lembar_laporan
from kiosk.papers.model import Block, Heading, Line, Pair, Paper, PaperKind, Qr, Rule
from kiosk.papers.pemusnahan import (
    Destruction,
    SpoiledRow,
    berita_acara_pemusnahan,
    surat_kirim_blanko,
)
from kiosk.papers.rekap import RekapRow, rekap_distribusi
from kiosk.papers.resi import resi
from kiosk.papers.sptjm import sptjm
from kiosk.texts import said, say

TEST_MARK = "UJI-"
"""How the QR code of a test page begins; what follows is the kiosk's code."""


class Composing:
    """Makes papers; prints and writes nothing."""

    def __init__(self, core: Core):
        self._core = core

    def rules(self, state: CaseState) -> Procedure:
        """The procedure of a case. Raises Refusal as long as it is not known here."""
        procedure = self._core.procedures.get(state.procedure)
        if procedure is None or not state.number:
            raise Refusal(say("Data kasus ini belum tiba. Tekan F7, lalu ulangi."))
        return procedure

    def _office(self) -> Office:
        return office_of(self._core.settings)

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

    def resi(self, number: str, paraf: bytes, copy: int = 0) -> Paper:
        """The receipt of a case; ``paraf`` is the hash of the entry that took it in."""
        state = self._core.known(number)
        procedure = self.rules(state)
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

    def kartu(self, number: str) -> Paper:
        """The control card of a case as it stands now."""
        state = self._core.known(number)
        procedure = self.rules(state)
        return kartu_kendali(
            state,
            office=self._office(),
            procedure=procedure,
            person=self._person,
            qr=self.qr_of("K", number),
            origin=self._core.place_name(state.origin),
            form=self._core.form(procedure.form),
            relations=self._core.policy.relations,
            times=times_of(self._core, state),
        )

    def intake_hash(self, number: str) -> bytes:
        """The hash of the entry that took the case in: the short paraf on its resi."""
        placed = self._core.journal.of_case(case_id(number))
        return next((p.hash for p in placed if p.entry.act == "permohonan"), b"")

    def _collect_at(self, state: CaseState) -> str:
        """Where the card will be collected, in words."""
        uptd = self._core.regions.uptd_for(str(state.values.get("kelurahan", "") or ""))
        return uptd.name if uptd else self._core.settings.name

    def batch_list(
        self, batch: str, kind: str, target: str, things: Mapping[str, str], outside: bool
    ) -> Paper:
        """The list that goes with a batch of files or cards: ``things`` is what is handed over
        (Step.item) by number, ``outside`` that ``target`` is no office of ours."""
        core = self._core
        states = [core.known(number) for number in things]
        officer = self._person(core.acting().id)
        qr = self._qr("D", batch, "", parse(batch).day, len(things))
        if kind == "bast":
            return berita_acara(
                batch,
                office=self._office(),
                officer=officer,
                position=core.acting().card.roles[0],
                target=core.place_name(target),
                rows=[self._bast_row(state, things[state.number]) for state in states],
                time=core.clock.now(),
                qr=qr,
                outside=outside,
            )
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
                DaftarRow(state.number, who.name, who.mother, state.note)
                for state in states
                for who in (subject_of(state.values),)
            ],
            time=core.clock.now(),
            qr=qr,
            returned=kind == "kembali",
        )

    @staticmethod
    def _bast_row(state: CaseState, item: str) -> BastRow:
        subject = subject_of(state.values)
        nik = mask_nik(subject.nik) if subject.nik else ""
        note = state.note if item == "berkas" or state.status == RETURNED else nik
        return BastRow(state.number, subject.name, item, note)

    def _kecamatan(self, state: CaseState) -> str:
        place = self._core.regions.get(str(state.values.get("kelurahan", "") or ""))
        return place.kecamatan if place else ""

    def _rekap_row(self, state: CaseState) -> RekapRow:
        subject = subject_of(state.values)
        place = self._core.regions.get(subject.kelurahan)
        parents = (subject.mother, subject.father)
        return RekapRow(
            state.number,
            subject.name,
            " / ".join(name for name in parents if name),
            place.kelurahan if place else str(state.values.get("kota_luar", "") or "-"),
            subject.nik,
        )

    def sptjm(self, kind: PaperKind, number: str) -> Paper:
        """A declaration of a case, for signing. Raises Refusal when a witness is missing."""
        state = self._core.known(number)
        form = self._core.form(self.rules(state).form)
        letter = load_letter(kind)
        wanted = [said(form.field(key).label) for key in lacking(kind, state.values)]
        if wanted:
            raise Refusal(
                say(
                    "SPTJM {kode} belum dapat dicetak. Belum diisi: {isian}. Tekan 0, Ralat isian.",
                    kode=letter.code,
                    isian=", ".join(wanted),
                )
            )
        return sptjm(
            kind,
            state,
            letter=letter,
            office=self._office(),
            named=self.named,
            time=self._core.clock.now(),
        )

    def lembar_laporan(self, number: str, copy: int = 0) -> Paper:
        """The Lembar Laporan of a complaint as it stands now."""
        core = self._core
        state = core.known(number)
        rules = self.rules(state)
        case = Case(state, rules, core.form(rules.form))
        call = call_of(case, core.clock.now(), core.working)
        return lembar_laporan(
            complaint_of(case),
            call,
            [
                Done(
                    line.time,
                    describe(line._replace(note=answers_in(line, rules))),
                    self._person(line.officer).name,
                )
                for line in state.lines
            ],
            office=self._office(),
            officer=self._person(core.acting().id),
            answered_by=self._person(call.answered_by).name if call.answered_by else "",
            copy=copy,
        )

    def named(self, codes: str, code: str) -> str:
        """The name of a code by its list; the code itself when the list has it not."""
        if codes == REGIONS:
            place = self._core.regions.get(code)
            return f"{place.kelurahan}, {place.kecamatan}" if place else code
        item = self._core.lookup(codes).get(code)
        return item.name if item else code

    def report(self, report: Report) -> Paper:
        """A register or report."""
        core = self._core
        now = core.clock.now()
        return laporan(
            f"LAP-{core.settings.code}-{local(now):%y%m%d-%H%M%S}",
            office=self._office(),
            officer=self._person(core.acting().id),
            report=report,
            time=now,
        )

    def destruction(self, move: Move, rows: Sequence[SpoiledRow], seen: Destruction) -> Paper:
        """The berita acara of destroyed blanko."""
        return berita_acara_pemusnahan(
            move.number,
            office=self._office(),
            officer=self._person(move.officer),
            position=self._core.acting().card.roles[0],
            kind=said(BLANKO[move.kind]),
            rows=rows,
            seen=seen,
            time=move.time,
        )

    def transfer(self, move: Move) -> Paper:
        """The letter that goes with blanko to another place; its QR code says which and how many,
        so that they can be counted in before the news of them arrives."""
        day = parse(move.number).day
        return surat_kirim_blanko(
            move.number,
            office=self._office(),
            officer=self._person(move.officer),
            target=self._core.place_name(move.other),
            kind=said(BLANKO[move.kind]),
            count=move.count,
            serials=move.serial,
            note=move.reason,
            time=move.time,
            qr=self._qr("D", move.number, move.kind, day, move.count),
        )

    def test_page(self, printer: str, profile: str) -> Paper:
        """A test page, in the name of this desk's office."""
        return test_page(self._core.settings, printer, profile, self._core.clock.now())


def test_page(
    settings: Settings | None, printer: str, profile: str, now: int | None = None
) -> Paper:
    """A page by which one sees whether a printer is right: all letters, a QR code.

    ``now`` are milliseconds since 1970 UTC; without it the page bears no time.
    """
    mark = f"{TEST_MARK}{settings.code if settings else 'KIOSK'}"
    title = say("HALAMAN UJI")
    head: tuple[Block, ...] = (Heading(title),)
    if settings is not None:
        office = office_of(settings)
        head = tuple(kop(office, title))
    blocks: tuple[Block, ...] = (
        *head,
        Pair(say("Printer"), printer),
        Pair(say("Profil"), profile),
        *((Pair(say("Waktu"), say("{waktu} WIB", waktu=day_and_time(now))),) if now else ()),
        Rule(),
        Line("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        Line("abcdefghijklmnopqrstuvwxyz"),
        Line("0123456789 .,:;-/()'\"+*%&"),
        Line(say("Baris ini tebal."), bold=True),
        Line(say("Baris ini di tengah."), center=True),
        Qr(mark, say("Pindai untuk menguji pemindai")),
    )
    return Paper("uji", mark, title, blocks)
