"""The tables of a kiosk besides the journal's own: described here, made by sqlite-utils.

Read tables are derived from the journal and can be dropped and made again at any time. Local
tables (drafts, print jobs, key slots) never travel and are never dropped.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class Table:
    """A table's columns with their types; all are NOT NULL but those in ``optional``."""

    columns: Mapping[str, type]
    key: str | tuple[str, ...] = ()
    unique: tuple[str, ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    optional: frozenset[str] = field(default_factory=frozenset[str])


_TYPES: dict[str, type] = {"": str, "int": int, "bytes": bytes}


def _columns(text: str) -> dict[str, type]:
    """Columns in their order: ``name`` is text, ``name:int`` and ``name:bytes`` are what they say.

    The order counts: short inserts give their values by position.
    """
    pairs = (word.partition(":") for word in text.split())
    return {name: _TYPES[kind] for name, _, kind in pairs}


_BLANKO_MOVE = (
    "ref time:int kind place move count:int book:int serial case_id:bytes number other about"
    " reason officer"
)

READ_TABLES: dict[str, Table] = {
    "cases": Table(
        _columns(
            "case_id:bytes number code procedure step status name mother mother_nik father sex"
            " birth nik kk phone kelurahan origin holder_place transit_to wait_place wait_roles"
            " since:int created:int updated:int daftar parent outcome clock due:int own:int"
        ),
        unique=("case_id",),
        indexes=(
            ("number",),
            ("code",),
            ("created", "number"),
            ("birth",),
            ("mother_nik",),
            ("nik",),
            ("kk",),
            ("phone",),
            ("parent",),
        ),
    ),
    "batches": Table(
        _columns(
            "number kind source target count:int created:int officer counted:int closed:int"
            " closed_by"
        ),
        key="number",
        indexes=(("target",), ("created",)),
        optional=frozenset(("counted", "closed", "closed_by")),
    ),
    "batch_items": Table(_columns("batch number item"), key=("batch", "number")),
    "batch_received": Table(_columns("batch number time:int officer"), key=("batch", "number")),
    "exceptions": Table(
        _columns("ref case_id:bytes kind facts:bytes opened:int"),
        key="ref",
        indexes=(("case_id",),),
    ),
    "resolutions": Table(_columns("ref note officer time:int"), key="ref"),
    "claims": Table(
        _columns("claim kiosk epoch:int seq:int case_id:bytes officer place time:int"),
        key=("claim", "kiosk", "epoch", "seq"),
    ),
    "serials": Table(_columns("day kind last:int"), key=("day", "kind")),
    "blanko_moves": Table(
        _columns(_BLANKO_MOVE),
        key="ref",
        indexes=(
            ("kind", "serial", "move", "count", "time", "place"),
            ("kind", "time"),
            ("case_id",),
        ),
    ),
    "trust": Table(
        _columns("kid:bytes public:bytes owner kind kiosk name initials roles place"),
        key=("kid", "kiosk"),
        indexes=(("owner",), ("place",)),
    ),
}
"""What is derived from the journal."""

LOCAL_TABLES: dict[str, Table] = {
    "meta": Table(_columns("key value"), key="key"),
    "officers": Table(
        _columns(
            "officer name initials roles public:bytes salt:bytes wrapped:bytes hint fails:int"
            " barred_boot:bytes barred_until:int"
        ),
        key="officer",
        optional=frozenset(("barred_boot", "barred_until")),
    ),
    "drafts": Table(_columns("officer form body saved:int"), key=("officer", "form")),
    "jobs": Table(
        _columns(
            "id:int name paper number copy:int state says officer created:int updated:int"
            " document device sent:int bytes:bytes"
        ),
        key="id",
        indexes=(("state",), ("number",)),
    ),
    "purged": Table(
        _columns(
            "case_id:bytes number code created:int closed:int entries:int hash:bytes received"
            " own:int at:int"
        ),
        unique=("case_id",),
    ),
    "blanko_kept": Table(_columns(_BLANKO_MOVE), key="ref"),
    "strange": Table(
        _columns("id:int kiosk epoch:int seq:int says raw:bytes arrived:int"), key="id"
    ),
}
"""What this kiosk keeps for itself."""

DEFAULTS = {"fails": 0, "says": "", "hint": "", "device": "", "sent": 0, "bytes": b""}
"""What a column holds when an insert does not name it."""

REBUILD = "rebuild"
"""The note (table ``meta``) that the read tables are empty and are to be made again."""

WORDS = "case_words"
_TURN_SQL = (
    "CREATE INDEX cases_turn ON cases"
    "(wait_place, due = 0, due, since, number, procedure, step, clock, transit_to, wait_roles)"
    " WHERE status <> 'tutup'"
)
"""The worklists, in their order: by it alone they are counted and found (kiosk.desk.worklist)."""
_WORDS_SQL = f"CREATE VIRTUAL TABLE {WORDS} USING fts5(words, tokenize='trigram')"


def create(connection: sqlite3.Connection, tables: Mapping[str, Table]) -> None:
    """Make the tables, empty. The caller holds the transaction."""
    from sqlite_utils import Database

    db = Database(connection)
    for name, table in tables.items():
        _create(db, name, table)
    if "cases" in tables:
        connection.execute(_WORDS_SQL)
        connection.execute(_TURN_SQL)


def _create(db: Database, name: str, table: Table) -> None:
    required = set(table.columns) - table.optional - {"id"}
    made = db.table(name).create(
        dict(table.columns),
        pk=table.key or None,
        not_null=required,
        defaults={k: v for k, v in DEFAULTS.items() if k in table.columns},
    )
    for column in table.unique:
        made.create_index([column], unique=True)
    for columns in table.indexes:
        made.create_index(list(columns))


def drop_read_tables(connection: sqlite3.Connection) -> None:
    """Drop every read table. The caller holds the transaction."""
    for name in (*READ_TABLES, WORDS):
        connection.execute(f"DROP TABLE IF EXISTS {name}")


def jobs_of_schema_2(connection: sqlite3.Connection) -> None:
    """From schema 1: a print job keeps what the paper says, not a picture of it for one printer.

    Papers that were still queued are asked about. The caller holds the transaction.
    """
    old = "_jobs_1"
    kept = "id, name, paper, number, copy, state, says, officer, created, updated"
    connection.execute(f"ALTER TABLE jobs RENAME TO {old}")
    for (index,) in connection.execute(
        "SELECT name FROM sqlite_master WHERE type='index' AND tbl_name=? AND sql IS NOT NULL",
        (old,),
    ).fetchall():
        connection.execute(f'DROP INDEX "{index}"')
    create(connection, {"jobs": LOCAL_TABLES["jobs"]})
    connection.execute(f"INSERT INTO jobs({kept}, document) SELECT {kept}, '' FROM {old}")
    connection.execute("UPDATE jobs SET state='TROUBLE' WHERE state='QUEUED'")
    connection.execute(f"DROP TABLE {old}")


def tables_of_schema_3(connection: sqlite3.Connection) -> None:
    """From schema 2: receipts name the root of central's log, so the old ones are asked for anew;
    read tables know of purged cases. The caller holds the transaction, and rebuilds."""
    drop_read_tables(connection)
    new = {name: LOCAL_TABLES[name] for name in ("purged", "blanko_kept")}
    create(connection, {**READ_TABLES, **new})
    there = {
        name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
    }
    if "receipts" in there:
        connection.execute("DROP TABLE receipts")
        connection.execute(
            "UPDATE entries SET arrived = NULL"
            " WHERE kiosk = (SELECT kiosk FROM heads WHERE own = 1)"
        )
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, '1')", (REBUILD,))


def tables_of_schema_4(connection: sqlite3.Connection) -> None:
    """From schema 3: cases of every procedure. The caller holds the transaction, and rebuilds."""
    drop_read_tables(connection)
    create(connection, {**READ_TABLES, "blanko_kept": LOCAL_TABLES["blanko_kept"]})
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, '1')", (REBUILD,))
