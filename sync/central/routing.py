"""Who gets which entry: deliveries by address, in the order of their number.

An entry goes to the addresses it names, to those its case has, and to the place that wrote it
(which from then on reads the card it wrote on). A place newly on a case gets everything before.
"""

from __future__ import annotations

import sqlite3

from sync.entry import Entry, Spot
from sync.trust import EVERYONE, NO_CASE
from sync.wire import MAX_PAGE, Delivered


def route(db: sqlite3.Connection, index: int, entry: Entry, author: str) -> None:
    """Queue a new entry of the log; ``author`` is the address of the kiosk that wrote it."""
    named = set(entry.to)
    everyone = EVERYONE in named
    named.discard(EVERYONE)
    if everyone:
        _deliver(db, EVERYONE, index)
    if entry.case == NO_CASE:
        if not everyone:
            for address in sorted(named):
                _deliver(db, address, index)
        return
    if author:
        named.add(author)
    known = {
        row[0]
        for row in db.execute("SELECT address FROM case_addresses WHERE case_id = ?", (entry.case,))
    }
    for address in sorted(named - known):
        db.execute("INSERT INTO case_addresses VALUES (?, ?)", (entry.case, address))
        _deliver_case(db, address, entry.case)
    if not everyone:
        for address in sorted(known):
            _deliver(db, address, index)


def _deliver(db: sqlite3.Connection, address: str, index: int) -> None:
    db.execute("INSERT OR IGNORE INTO deliveries(address, idx) VALUES (?, ?)", (address, index))


def _deliver_case(db: sqlite3.Connection, address: str, case: bytes) -> None:
    """Everything the log has of a case, the newest entry included, unless everyone gets it."""
    db.execute(
        "INSERT OR IGNORE INTO deliveries(address, idx) SELECT ?, idx FROM entries"
        " WHERE case_id = ? AND NOT EXISTS (SELECT 1 FROM deliveries AS d"
        " WHERE d.address = ? AND d.idx = entries.idx) ORDER BY idx",
        (address, case, EVERYONE),
    )


def page(
    db: sqlite3.Connection, kiosk: str, address: str, cursor: int, limit: int
) -> tuple[list[Delivered], int, bool]:
    """The next deliveries for a kiosk, the new cursor, whether more wait. Not its own entries."""
    # Two ordered look-ups merged: asked as one, SQLite would sort all that waits for each page.
    one = (
        "SELECT * FROM (SELECT d.n, d.idx FROM deliveries AS d JOIN entries AS e ON e.idx = d.idx"
        " WHERE d.address = ? AND d.n > ? AND e.kiosk <> ? ORDER BY d.n LIMIT ?)"
    )
    last = db.execute("SELECT coalesce(max(n), 0) FROM deliveries").fetchone()[0]
    waiting = db.execute(
        f"{one} UNION ALL {one} ORDER BY 1 LIMIT ?",
        (address, cursor, kiosk, limit + 1, EVERYONE, cursor, kiosk, limit + 1, limit + 1),
    ).fetchall()
    items: list[Delivered] = []
    size = 0
    reached = cursor
    for number, index in waiting:
        if len(items) == limit or size > MAX_PAGE:
            return items, reached, True
        items.append(_delivered(db, index))
        size += len(items[-1].raw)
        reached = number
    # Nothing more for this kiosk: go past its own entries too, instead of reading them each time.
    return items, max(reached, last), False


def _delivered(db: sqlite3.Connection, index: int) -> Delivered:
    kiosk, epoch, seq, prev, raw, arrived = db.execute(
        "SELECT kiosk, epoch, seq, prev, raw, arrived FROM entries WHERE idx = ?", (index,)
    ).fetchone()
    return Delivered(index, Spot(kiosk, epoch, seq), prev, raw, arrived)
