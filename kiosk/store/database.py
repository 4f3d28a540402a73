"""The one place where the kiosk's database is opened. Encryption at rest will enter here."""

from __future__ import annotations

import sqlite3
from pathlib import Path

DATABASE = "kiosk.db"
SCHEMA = 4


def connect(folder: Path) -> sqlite3.Connection:
    """The kiosk's database in ``folder``, made if it is not there.

    WAL with ``synchronous=FULL``: what was confirmed to an officer survives a power cut.
    Transactions are begun by hand. Raises sqlite3.DatabaseError when the file is no database.
    """
    connection = sqlite3.connect(
        folder / DATABASE, isolation_level=None, check_same_thread=False, timeout=10
    )
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA cache_size=-1000")
        # What is deleted is overwritten: nothing of a person lies on in free space.
        connection.execute("PRAGMA secure_delete=ON")
        if connection.execute("PRAGMA user_version").fetchone()[0] != SCHEMA:
            _bring_up(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _bring_up(connection: sqlite3.Connection) -> None:
    """Make the tables of a new kiosk, or bring an older kiosk's to this shape."""
    from kiosk.store.schema import (
        LOCAL_TABLES,
        READ_TABLES,
        create,
        jobs_of_schema_2,
        tables_of_schema_3,
        tables_of_schema_4,
    )

    connection.execute("BEGIN IMMEDIATE")
    shape = connection.execute("PRAGMA user_version").fetchone()[0]
    if shape == 0:
        create(connection, {**READ_TABLES, **LOCAL_TABLES})
    if shape == 1:
        jobs_of_schema_2(connection)
    if shape in (1, 2):
        tables_of_schema_3(connection)
    if shape == 3:
        tables_of_schema_4(connection)
    if shape < SCHEMA:
        connection.execute(f"PRAGMA user_version={SCHEMA}")
    connection.execute("COMMIT")
