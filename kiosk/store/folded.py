"""What no entry says by itself: the fold of a case finds it between its entries.

Two applications under one number, two corrections of one answer, a file that its card's two paraf
say was received. Which entries belong together depends on all of them, so these rows of a case are
written anew whenever an entry came before others.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from kiosk.cases.card import CLASHING, SAME_NUMBER, ExceptionNote
from kiosk.cases.state import CaseState
from sync.entry import dumps

FOLDED = (SAME_NUMBER, CLASHING)
"""The exceptions that are found so."""

FOUND_IN = ("permohonan", "ralat")
"""The acts among which they are found."""

RECEIVED = (
    "INSERT INTO batch_received VALUES (?,?,?,?) ON CONFLICT(batch, number)"
    " DO UPDATE SET time=excluded.time, officer=excluded.officer WHERE excluded.time < time"
)
"""A file of a batch and who received it first."""


def write_folded(db: sqlite3.Connection, case: bytes, notes: Iterable[ExceptionNote]) -> None:
    """Bring the exceptions that the fold of a case found into the read table. The caller holds
    the transaction."""
    marks = ",".join("?" * len(FOLDED))
    db.execute(f"DELETE FROM exceptions WHERE case_id=? AND kind IN ({marks})", (case, *FOLDED))
    db.executemany(
        "INSERT OR IGNORE INTO exceptions VALUES (?,?,?,?,?)",
        [
            (one.ref, case, one.kind, dumps(dict(one.facts)), one.opened)
            for one in notes
            if one.kind in FOLDED
        ],
    )


def write_received(db: sqlite3.Connection, state: CaseState, *, anew: bool) -> None:
    """A file taken over by its card, before the list it travels with was known, is received in
    that list all the same: the card's two paraf say so. ``anew``: they may pair otherwise now."""
    rows = [
        (line.batch, state.number, line.received_at, line.received_by)
        for line in state.lines
        if line.act == "serah" and line.batch and line.received_by
    ]
    if anew:
        taken = [one for one in state.lines if one.act == "terima" and one.batch]
        rows += [(one.batch, state.number, one.time, one.officer) for one in taken]
        batches = {one.batch for one in state.lines if one.batch}
        db.executemany(
            "DELETE FROM batch_received WHERE batch=? AND number=?",
            [(batch, state.number) for batch in sorted(batches)],
        )
    db.executemany(RECEIVED, rows)
