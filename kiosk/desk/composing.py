"""What each paper of a case or a batch says, from what the desk knows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from config.procedures import Procedure
from config.settings import Settings
from kiosk.cases.qr import QrClaim, encode
from kiosk.cases.resi import case_id, kode_permohonan, parse
from kiosk.cases.state import CaseState
from kiosk.desk.core import Core
from kiosk.desk.views import Refusal
from kiosk.papers.daftar import DaftarRow, daftar_permohonan
from kiosk.papers.dates import day_and_time
from kiosk.papers.facts import Office, Person, kop
from kiosk.papers.kartu_kendali import kartu_kendali
from kiosk.papers.model import Block, Heading, Line, Pair, Paper, Qr, Rule
from kiosk.papers.rekap import RekapRow, rekap_distribusi
from kiosk.papers.resi import resi
from kiosk.texts import say

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
        )

    def intake_hash(self, number: str) -> bytes:
        """The hash of the entry that took the case in: the short paraf on its resi."""
        placed = self._core.journal.of_case(case_id(number))
        return next((p.hash for p in placed if p.entry.act == "permohonan"), b"")

    def _collect_at(self, state: CaseState) -> str:
        """Where the card will be collected, in words."""
        uptd = self._core.regions.uptd_for(str(state.values.get("kelurahan", "") or ""))
        return uptd.name if uptd else self._core.settings.name

    def batch_list(self, batch: str, kind: str, target: str, numbers: Sequence[str]) -> Paper:
        """The list that goes with a batch of files or cards."""
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
        office = Office(settings.office, settings.name, settings.address, settings.training)
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
