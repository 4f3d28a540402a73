"""F6: what prints, what has printed, what nobody knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from kiosk.cases.resi import case_id
from kiosk.cases.state import CaseState
from kiosk.cases.sworn import SPTJM, lacking, sworn
from kiosk.desk.core import Core
from kiosk.desk.devices import DeviceSettings
from kiosk.desk.ledger import Act
from kiosk.desk.spool import ASKED, Spool
from kiosk.desk.views import JobRow, Refusal
from kiosk.texts import say
from sync.entry import Placed

if TYPE_CHECKING:
    from kiosk.cases.blanko_moves import Move
    from kiosk.desk.composing import Composing
    from kiosk.papers.model import Paper
    from kiosk.papers.pemusnahan import Destruction, SpoiledRow

CARD_COLUMNS = 68
CASE_PAPERS = ("resi", "kartu", "lembar-laporan", *SPTJM)
"""The papers of one case; a batch's list is printed with its batch."""
FREE = ("kartu", "lembar-laporan", *SPTJM)
"""Papers that give no right to anything: printed again without a reason, and not as a copy."""


class Printing:
    """What officers do with papers: queue, print again, answer what came out."""

    def __init__(self, core: Core, devices: DeviceSettings):
        self._core = core
        self._devices = devices
        self.spool = Spool(core)

    @cached_property
    def _composing(self) -> Composing:
        """What papers say; loaded with the first one, for it brings every kind of paper."""
        from kiosk.desk.composing import Composing

        return Composing(self._core)

    # -- queueing, inside the transaction of the act -------------------------------------------

    def queue_intake(self, number: str, placed: Placed) -> None:
        """The resi and the control card of a case just taken in, and the declarations that its
        answers call for."""
        state = self._core.known(number)
        rules = self._composing.rules(state)
        if not rules.chat:  # who applies by chat gets a picture of it
            self.spool.add(self._composing.resi(number, placed.hash))
        if rules.control_card:
            self.spool.add(self._composing.kartu(number))
        values = state.values
        for kind in sworn(values):
            if not lacking(kind, values):
                self.spool.add(self._composing.sptjm(kind, number))

    def queue_batch(
        self, batch: str, kind: str, target: str, things: Mapping[str, str], outside: bool
    ) -> None:
        """The list that goes with a batch; ``things`` is what is handed over, by number,
        ``outside`` that the receiver is no office of ours."""
        self.spool.add(self._composing.batch_list(batch, kind, target, things, outside))

    def queue_destruction(self, move: Move, rows: Sequence[SpoiledRow], seen: Destruction) -> None:
        """The berita acara of destroyed blanko."""
        self.spool.add(self._composing.destruction(move, rows, seen))

    def queue_transfer(self, move: Move) -> None:
        """The letter that goes with blanko to another place."""
        self.spool.add(self._composing.transfer(move))

    def queue_test(self, address: str) -> str:
        """A test page for one printer; gives what a scanner reads from it. Raises Refusal."""
        device = self._devices.now().find(address)
        if device is None or device.kind != "printer":
            raise Refusal(say("Printer itu belum dipasang di daftar perangkat."))
        paper = self._composing.test_page(device.name, device.profile)
        with self._core.ledger.transaction():
            self.spool.add(paper, device=address)
        return paper.number

    # -- printing again ------------------------------------------------------------------------

    def copies(self, paper: str, number: str) -> int:
        """How many of this paper were asked for so far, the original included."""
        return self.spool.copies(paper, number)

    def print_again(self, paper: str, number: str, reason: str) -> int:
        """Print a paper of a case again, as SALINAN n with its reason; gives n (0 = original).

        A control card shows the case as it stands now and is no copy of a right, so it needs no
        reason; nor does a declaration that is still to be signed. Raises Refusal.
        """
        if paper not in CASE_PAPERS:
            raise Refusal(say("Kertas ini tidak dapat dicetak ulang dari sini."))
        with self._core.ledger.transaction():
            state = self._core.known(number)
            self._composing.rules(state)
            copy = self._copy(paper, state)
            if copy and paper not in FREE and not reason.strip():
                raise Refusal(say("Tulis alasan cetak ulang."))
            self._note_copy(number, paper, copy, reason)
            self.spool.add(self._case_paper(paper, number, copy), copy)
        return copy

    def is_copy(self, paper: str, number: str) -> bool:
        """Whether this paper of a case came out before, so that the next one is a SALINAN."""
        return bool(self._copy(paper, self._core.known(number)))

    def _copy(self, paper: str, state: CaseState) -> int:
        """How many of this paper came out, as far as it is known here. The original of a resi is
        printed where the case was taken in, and of an application by chat when it is asked for."""
        elsewhere = state.origin != self._core.settings.address
        first = paper == "resi" and (elsewhere or not self._composing.rules(state).chat)
        return max(self.copies(paper, state.number), state.prints.get(paper, 0), int(first))

    def _case_paper(self, paper: str, number: str, copy: int) -> Paper:
        if paper == "kartu":
            return self._composing.kartu(number)
        if paper == "lembar-laporan":
            return self._composing.lembar_laporan(number, copy)
        for kind in SPTJM:
            if paper == kind:
                return self._composing.sptjm(kind, number)
        return self._composing.resi(number, self._composing.intake_hash(number), copy)

    def _note_copy(self, number: str, paper: str, copy: int, reason: str, of: str = "") -> None:
        """Write on the case's card that this paper (``of`` a batch) is printed again, and why."""
        core = self._core
        data = {"kertas": paper, "salinan": copy, "alasan": reason.strip()}
        core.ledger.write(
            core.hand(),
            Act(
                case_id(number),
                "cetak",
                core.known(number).step,
                to=(core.settings.address, "dinas"),
                data={**data, "batch": of} if of else data,
            ),
        )

    def _list_again(self, job: JobRow, reason: str) -> None:
        """A batch's list as SALINAN n; the reason stands on the card of its first file."""
        paper = self.spool.document(job.id)
        if paper is None:
            raise Refusal(say("Kertas ini tidak terbaca lagi. Hubungi pengelola kiosk."))
        row = self._core.db.execute(
            "SELECT number FROM batch_items WHERE batch=? ORDER BY number", (job.number,)
        ).fetchone()
        copy = self.copies(job.paper, job.number)
        if row is not None:
            self._note_copy(row[0], job.paper, copy, reason, job.number)
        self.spool.add(replace(paper, copy=copy), copy)

    # -- on the screen -------------------------------------------------------------------------

    def qr_of(self, kind: str, number: str) -> str:
        """The signed text of a paper's QR (what a scanner reads from it)."""
        return self._composing.qr_of(kind, number)

    def card_text(self, number: str) -> list[str]:
        """The control card as it stands, as lines for the screen."""
        from kiosk.papers.preview import to_text

        return to_text(self._composing.kartu(number), CARD_COLUMNS)

    def jobs(self, limit: int = 100) -> list[JobRow]:
        """The newest papers; those that wait for an answer first."""
        return self.spool.newest(limit)

    def unanswered(self) -> list[JobRow]:
        """Papers that wait for the officer's word."""
        return self.spool.in_states(*ASKED)

    def paused(self) -> list[JobRow]:
        """Papers that a printer has begun and cannot go on with."""
        return self.spool.held_up()

    def preview(self, job: int) -> str:
        """A paper as text, as it was queued."""
        return self.spool.preview(job)

    def pending(self) -> int:
        """How many papers are still to come out."""
        return len(self.spool.in_states("QUEUED", "SENDING", "PAUSED", "SENT"))

    # -- the officer's word --------------------------------------------------------------------

    def recover(self) -> int:
        """At start: what was under way when the kiosk stopped is UNKNOWN. Gives how many."""
        return self.spool.recover()

    def decide(self, job: int, verdict: str, reason: str = "") -> None:
        """The officer's word on a paper of unknown fate, in trouble, or not begun.

        ``verdict``: "tercetak" (it came out), "ulang" (send it again; once it was begun as SALINAN
        with its reason), "batal". Raises Refusal.
        """
        self._core.acting()
        with self._core.ledger.transaction():
            row = self.spool.find(job)
            if row is None or row.state not in (*ASKED, "QUEUED"):
                raise Refusal(say("Kertas itu tidak menunggu jawaban."))
            if row.state == "QUEUED" and verdict != "batal":
                raise Refusal(say("Kertas itu masih menunggu dicetak."))
            self._decide(row, verdict, reason)

    def _decide(self, job: JobRow, verdict: str, reason: str) -> None:
        mark = self.spool.mark
        if verdict == "tercetak":
            mark(job.id, "PRINTED", say("dipastikan petugas"))
        elif verdict == "batal":
            mark(job.id, "CANCELLED")
        elif job.state == "TROUBLE":
            self._renew(job)
            mark(job.id, "QUEUED")
            self.spool.on_queued()
        elif job.paper == "uji":
            self.queue_test(job.device)
            mark(job.id, "CANCELLED")
        else:
            why = reason or say("hasil cetak pertama tidak diketahui")
            if job.paper in CASE_PAPERS:
                self.print_again(job.paper, job.number, why)
            else:
                self._list_again(job, why)
            mark(job.id, "CANCELLED", say("diganti salinan"))

    def _renew(self, job: JobRow) -> None:
        """A case's paper that cannot be read any more is composed anew; nothing of it came out."""
        from kiosk.papers.stored import to_stored

        if self.spool.document(job.id) is None and job.paper in CASE_PAPERS:
            paper = self._case_paper(job.paper, job.number, job.copy)
            self._core.db.execute(
                "UPDATE jobs SET document=? WHERE id=?", (to_stored(paper), job.id)
            )
