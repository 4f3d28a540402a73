"""Making every read table anew from the journal."""

from __future__ import annotations

import sqlite3

from kiosk.store.projection import Projection
from kiosk.store.schema import READ_TABLES, REBUILD, create, drop_read_tables
from sync.journal import Journal


def rebuild_tables(db: sqlite3.Connection, journal: Journal, projection: Projection) -> int:
    """Drop every read table and make it again from the journal; gives the entries read.

    The caller holds the transaction. Raises EntryError when an entry is damaged.
    """
    projection.forget()
    drop_read_tables(db)
    create(db, READ_TABLES)
    projection.write_all_purged()
    count = 0
    for placed in journal.all_placed():
        projection.apply(placed)
        count += 1
    projection.forget()
    db.execute("DELETE FROM meta WHERE key = ?", (REBUILD,))
    return count
