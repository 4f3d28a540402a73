"""Removing the content of old closed cases: the line stays (number, dates, hash), the rest goes.

Nothing goes without pusat's receipt for every entry of the case, and before the time that the
office set (``retention_days``). The journal's chain stays provable: of a purged entry the hash and
the links are kept.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.cases.resi import kode_permohonan
from kiosk.cases.state import CLOSED, CaseState, fold
from kiosk.desk.attachments import DRAFTS, SHELF
from kiosk.desk.reports import drop_saved
from kiosk.desk.sending_resi import drop_sent
from kiosk.desk.views import Refusal
from kiosk.store.blanko import keep_moves
from kiosk.store.schema import WORDS
from kiosk.texts import say
from sync.entry import EntryError
from sync.receipt import read_receipt

if TYPE_CHECKING:
    from kiosk.desk.core import Core
    from kiosk.desk.desk import Desk

DAY_MS = 24 * 60 * 60 * 1000

_NUMBER = re.compile(r"[A-Z0-9]{4}-[0-9]{6}-[0-9]{4}-[A-Z0-9]")


@dataclass(frozen=True, slots=True)
class Line:
    """What is left of a case: its number, when it began and ended (ms), how many entries it has,
    and the SHA-256 over their hashes."""

    number: str
    created: int
    closed: int
    entries: int
    hash: bytes


def purge(desk: Desk, *, dry_run: bool = False) -> list[Line]:
    """Purge every case that may go, or only say which (``dry_run``). Raises Refusal when the
    journal or a receipt is damaged, or the disk is full."""
    core = desk.core
    days = core.settings.retention_days
    today = _signed_now(core)
    if not days or today is None:
        return []
    lines: list[Line] = []
    pages: set[str] = set()
    for case in list(_candidates(core, today - days * DAY_MS)):
        state = core.folded(case)
        if state is None or state.status != CLOSED or state.open_exceptions:
            continue
        if dry_run:
            lines.append(_line(core, case, state))
            continue
        with core.ledger.transaction():
            lines.append(_purge_case(core, case, state))
        pages |= {page.name for one in state.attachments for page in one.pages}
        for left in (core.front.folder / DRAFTS).glob(f"{state.number}.*"):
            shutil.rmtree(left, ignore_errors=True)
        drop_sent(core.front.folder, state.number)
    if not dry_run:
        _drop_pages(core, pages)
        _drop_papers(core)
        _sweep(core)
    return lines


def _signed_now(core: Core) -> int | None:
    """The time of central's newest receipt (ms): no clock of this machine, which may be years
    off, decides what is old. None without a receipt. Raises Refusal."""
    public = bytes.fromhex(core.settings.central_key)
    times: list[int] = []
    for kept in core.journal.receipts.all():
        try:
            good = read_receipt(kept.raw, public) == kept
        except (EntryError, ValueError):
            good = False
        if not good:
            raise Refusal(say("Tanda terima pusat ini bukan dari pusat."))
        times.append(kept.time)
    return max(times, default=None)


def _candidates(core: Core, before: int) -> Iterator[bytes]:
    """Closed cases of which every entry is at central, the last of them before that time."""
    rows = core.db.execute(
        "SELECT c.case_id FROM cases AS c WHERE c.status = ?1 AND NOT EXISTS (SELECT 1"
        " FROM entries AS e WHERE e.case_id = c.case_id AND (e.arrived IS NULL OR e.arrived >= ?2"
        " OR e.time >= ?2)) ORDER BY c.created",
        (CLOSED, before),
    )
    for (case,) in rows:
        yield case


def _line(core: Core, case: bytes, state: CaseState) -> Line:
    digest, count = hashlib.sha256(), 0
    for (one,) in core.db.execute(
        "SELECT hash FROM entries WHERE case_id=? ORDER BY kiosk, epoch, seq", (case,)
    ):
        digest.update(one)
        count += 1
    return Line(state.number, state.created, state.closed, count, digest.digest())


def _purge_case(core: Core, case: bytes, state: CaseState) -> Line:
    db, line = core.db, _line(core, case, state)
    received = db.execute(
        "SELECT batch, time, officer FROM batch_received WHERE number=? ORDER BY batch",
        (line.number,),
    ).fetchall()
    own = db.execute("SELECT own FROM cases WHERE case_id=?", (case,)).fetchone()[0]
    db.execute(
        "INSERT INTO purged(case_id, number, code, created, closed, entries, hash, received, own,"
        " at) VALUES (?,?,?,?,?,?,?,?,?,?)",
        (
            case,
            line.number,
            kode_permohonan(line.number),
            line.created,
            line.closed,
            line.entries,
            line.hash,
            json.dumps(received),
            own,
            core.clock.now(),
        ),
    )
    keep_moves(db, case)
    db.execute("UPDATE entries SET raw=x'' WHERE case_id=?", (case,))
    db.execute(
        "DELETE FROM resolutions WHERE ref IN (SELECT ref FROM exceptions WHERE case_id=?)", (case,)
    )
    for table in ("exceptions", "claims"):
        db.execute(f"DELETE FROM {table} WHERE case_id=?", (case,))
    core.projection.write_purged(case)
    return line


def _drop_pages(core: Core, pages: set[str]) -> None:
    """Scans of the purged cases, unless another case has the very same page."""
    rows = core.db.execute(
        "SELECT DISTINCT case_id FROM entries WHERE act='lampiran' AND raw <> x''"
    ).fetchall()
    for (case,) in rows if pages else ():
        state = fold(core.journal.of_case(case), core.procedures)
        pages -= {page.name for one in state.attachments for page in one.pages}
    for name in pages:
        with suppress(OSError):
            (core.front.folder / SHELF / name[:2] / name).unlink(missing_ok=True)


def _drop_papers(core: Core) -> None:
    """Papers kept for printing that name a purged case: its own, and lists it stood on; and the
    reports that were saved as files."""
    gone = {number for (number,) in core.db.execute("SELECT number FROM purged")}
    named = core.db.execute("SELECT id, number, document FROM jobs").fetchall() if gone else []
    ids = [
        (job,)
        for job, number, document in named
        if not gone.isdisjoint((number, *_NUMBER.findall(document)))
    ]
    with core.ledger.transaction():
        core.db.executemany("DELETE FROM jobs WHERE id=?", ids)
    drop_saved(core.front.folder, gone)


def _sweep(core: Core) -> None:
    """What the search index and the write-ahead log still hold of what was deleted."""
    with core.ledger.transaction():
        core.db.execute(f"INSERT INTO {WORDS}({WORDS}) VALUES('optimize')")
    core.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
