"""The print queue in the kiosk's database. Printed means printed: a state is committed before the
act it names (states and their order: drivers/printing/feeder.py).

QUEUED -> SENDING -> SENT -> PRINTED, with PAUSED while paper or cover holds it up. LOOK: all of it
was sent to a printer that cannot tell, and the officer is asked. UNKNOWN: it was cut off, and only
the officer can say what came out. TROUBLE: this printer cannot print it. CANCELLED by the officer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from kiosk.desk.core import Core
from kiosk.desk.views import JobRow, Refusal
from kiosk.texts import say

if TYPE_CHECKING:
    from kiosk.papers.model import Paper

PREVIEW_COLUMNS = 48
BEGUN = ("SENDING", "PAUSED", "SENT")
"""Of these the kiosk cannot say what came out once it has stopped."""
ASKED = ("UNKNOWN", "TROUBLE", "LOOK")
"""These wait for the officer's word."""
_ROW = "SELECT id, name, paper, number, copy, state, says, created, device FROM jobs"


class Waiting(NamedTuple):
    """The next paper for a printer: not yet marked, nothing of it sent."""

    id: int
    name: str
    document: str


def _nobody() -> None:
    """Nobody prints: a command without a screen."""


class Spool:
    """The table ``jobs``."""

    def __init__(self, core: Core):
        self._core = core
        self.on_queued: Callable[[], None] = _nobody
        """Called on the desk's thread when a paper begins to wait. The press hears of it here and
        not from a screen, which may be left before the act is done."""

    def add(self, paper: Paper, copy: int = 0, device: str = "") -> int:
        """Queue a paper, inside the transaction of its act. ``device`` binds it to one printer;
        else it goes where its kind of paper goes when its turn comes."""
        from kiosk.papers.stored import to_stored

        core = self._core
        now = core.clock.now()
        suffix = f"-salinan{copy}" if copy else ""
        self.on_queued()
        cursor = core.db.execute(
            "INSERT INTO jobs(name, paper, number, copy, state, officer, created, updated,"
            " document, device) VALUES (?,?,?,?,'QUEUED',?,?,?,?,?)",
            (
                f"{paper.kind}-{paper.number}{suffix}",
                paper.kind,
                paper.number,
                copy,
                core.acting().id,
                now,
                now,
                to_stored(paper),
                device,
            ),
        )
        return int(cursor.lastrowid or 0)

    def next_for(self, address: str, papers: list[str]) -> Waiting | None:
        """The oldest paper that waits for this printer, to which these kinds of paper go."""
        kinds = ",".join("?" * len(papers))
        row = self._core.db.execute(
            "SELECT id, name, document FROM jobs WHERE state='QUEUED'"
            f" AND (device=? OR (device='' AND paper IN ({kinds}))) ORDER BY id LIMIT 1",
            (address, *papers),
        ).fetchone()
        return Waiting(*row) if row else None

    def begin(self, job: int, address: str, data: bytes) -> None:
        """Write down that this paper goes to this printer now, as these bytes.

        Raises Refusal when it is no longer queued, or the disk is full.
        """
        with self._core.ledger.transaction():
            changed = self._core.db.execute(
                "UPDATE jobs SET state='SENDING', device=?, bytes=?, sent=0, says='', updated=?"
                " WHERE id=? AND state='QUEUED'",
                (address, data, self._core.clock.now(), job),
            ).rowcount
            if not changed:
                raise Refusal(say("Kertas itu tidak lagi menunggu dicetak."))

    def mark(self, job: int, state: str, says: str = "", sent: int | None = None) -> None:
        """Write down what became of a paper; ``sent`` is how many of its bytes the printer took.
        Raises Refusal when the disk is full."""
        with self._core.ledger.transaction():
            self._core.db.execute(
                "UPDATE jobs SET state=?, says=?, sent=coalesce(?, sent), updated=? WHERE id=?",
                (state, says, sent, self._core.clock.now(), job),
            )

    def recover(self) -> int:
        """At start: what was under way when the kiosk stopped is UNKNOWN. Gives how many."""
        marks = ",".join("?" * len(BEGUN))
        cursor = self._core.db.execute(
            f"UPDATE jobs SET state='UNKNOWN', says='', updated=? WHERE state IN ({marks})",
            (self._core.clock.now(), *BEGUN),
        )
        return cursor.rowcount

    def find(self, job: int) -> JobRow | None:
        """One paper of the queue."""
        row = self._core.db.execute(_ROW + " WHERE id=?", (job,)).fetchone()
        return JobRow(*row) if row else None

    def newest(self, limit: int) -> list[JobRow]:
        """The newest papers; those that wait for an answer first."""
        marks = ",".join("?" * len(ASKED))
        rows = self._core.db.execute(
            _ROW + f" ORDER BY state NOT IN ({marks}), id DESC LIMIT ?", (*ASKED, limit)
        ).fetchall()
        return [JobRow(*row) for row in rows]

    def in_states(self, *states: str) -> list[JobRow]:
        """The papers in these states, oldest first."""
        marks = ",".join("?" * len(states))
        rows = self._core.db.execute(
            _ROW + f" WHERE state IN ({marks}) ORDER BY id", states
        ).fetchall()
        return [JobRow(*row) for row in rows]

    def held_up(self) -> list[JobRow]:
        """The papers that a printer has begun and cannot go on with; ``says`` tells why."""
        return [one for one in self.in_states("PAUSED", "SENT") if one.says]

    def copies(self, paper: str, number: str) -> int:
        """How many of this paper were asked for so far, the original included."""
        return int(
            self._core.db.execute(
                "SELECT count(*) FROM jobs WHERE paper=? AND number=?", (paper, number)
            ).fetchone()[0]
        )

    def document(self, job: int) -> Paper | None:
        """A paper as it was queued; None when it cannot be read."""
        from kiosk.papers.stored import from_stored

        row = self._core.db.execute("SELECT document FROM jobs WHERE id=?", (job,)).fetchone()
        try:
            return from_stored(row[0]) if row else None
        except ValueError:
            return None

    def preview(self, job: int) -> str:
        """A paper as text, as it was queued; empty when it cannot be read."""
        from kiosk.papers.preview import to_text

        paper = self.document(job)
        return "\n".join(to_text(paper, PREVIEW_COLUMNS)) if paper else ""
