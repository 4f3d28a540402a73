"""The blanko ledger's moves in their read table, and what a purge keeps of them.

A desk makes a few moves a day itself, but each card that is printed is one too: a blanko of which
only one line speaks is counted by SQLite, and the book gets them as one move.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from kiosk.cases.blanko_moves import USED, Move, move_of
from sync.entry import Placed

_COLUMNS = (
    "ref, time, kind, place, move, count, book, serial, case_id, number, other, about, reason,"
    " officer"
)
_ONE = "(move IN ('terpakai', 'rusak') AND count = 1 AND serial <> '')"
_SERIALS = f"FROM blanko_moves WHERE {_ONE} AND kind = :kind AND time <= :until GROUP BY serial"
_LONE = (
    "SELECT place, count(*), max(time) FROM (SELECT min(place) AS place, max(time) AS time"
    f" {_SERIALS} HAVING count(*) = 1 AND min(move) = 'terpakai')"
    " WHERE :place IN ('', place) GROUP BY place"
)
_SHARED = (
    f"SELECT {_COLUMNS} FROM blanko_moves WHERE {_ONE} AND kind = :kind AND time <= :until AND"
    f" serial IN (SELECT serial {_SERIALS} HAVING count(*) > 1 OR min(move) = 'rusak')"
)
_OTHERS = (
    f"SELECT {_COLUMNS} FROM blanko_moves WHERE NOT {_ONE} AND (move = 'beres' OR time <= :until)"
)
_FOREVER = 2**62


def write_move(db: sqlite3.Connection, placed: Placed) -> Move | None:
    """Bring an entry's move, if it makes one, into the read table."""
    move = move_of(placed)
    if move is not None:
        marks = ",".join("?" * 14)
        row = (
            *(move.ref, move.time, move.kind, move.place, move.move, move.count, move.book),
            *(move.serial, move.case, move.number, move.other, json.dumps(move.about)),
            *(move.reason, move.officer),
        )
        db.execute(f"INSERT OR IGNORE INTO blanko_moves({_COLUMNS}) VALUES ({marks})", row)
    return move


def keep_moves(db: sqlite3.Connection, case: bytes) -> None:
    """Before the entries of a case are purged: what they took off the shelf stays so, but for the
    officer's note, which may name a child."""
    db.execute("UPDATE blanko_moves SET reason = '' WHERE case_id = ?", (case,))
    db.execute(
        f"INSERT OR IGNORE INTO blanko_kept({_COLUMNS})"
        f" SELECT {_COLUMNS} FROM blanko_moves WHERE case_id = ?",
        (case,),
    )


def put_kept_moves_back(db: sqlite3.Connection) -> None:
    """What purged cases took off the shelf, when the tables are made anew."""
    db.execute(f"INSERT OR IGNORE INTO blanko_moves({_COLUMNS}) SELECT {_COLUMNS} FROM blanko_kept")


def moves_for_book(
    db: sqlite3.Connection, kind: str, place: str = "", until: int = _FOREVER
) -> Iterator[Move]:
    """All moves a book of one kind needs, up to a time (ms); with ``place`` the cards used
    elsewhere are left out. Those used ones of which nothing else is said come summed up.

    What desks write themselves comes of every kind: who counts a parcel in by its letter may have
    taken it for another kind.
    """
    asked = {"kind": kind, "place": place, "until": until}
    for at, (where, count, time) in enumerate(db.execute(_LONE, asked)):
        yield Move(f"{kind}/0/{at}", time, kind, where, USED, count)
    for query in (_SHARED, _OTHERS):
        for row in db.execute(query, asked):
            yield _move(row)


def newest_moves(db: sqlite3.Connection, kind: str, place: str, limit: int) -> list[Move]:
    """The latest moves of one kind, at one place or everywhere (empty), newest first."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM blanko_moves WHERE kind = ?1 AND (?2 = '' OR place = ?2"
        " OR (other = ?2 AND move IN ('kirim', 'terima-kiriman')))"
        " ORDER BY time DESC, ref DESC LIMIT ?3",
        (kind, place, limit),
    )
    return [_move(row) for row in rows]


def moves_of_serial(db: sqlite3.Connection, kind: str, serial: str) -> list[Move]:
    """What was written down of the blanko with this serial, oldest first."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM blanko_moves WHERE kind = ? AND serial = ?"
        " AND move IN ('terpakai', 'rusak') ORDER BY time, ref",
        (kind, serial),
    )
    return [_move(row) for row in rows]


def printed_for(db: sqlite3.Connection, kind: str, case: bytes) -> list[str]:
    """The serials on which a case's card was printed, those that went bad left out."""
    rows = db.execute(
        "SELECT serial FROM blanko_moves WHERE kind = ? AND case_id = ? AND serial <> ''"
        " GROUP BY serial HAVING min(move) = 'terpakai' ORDER BY serial",
        (kind, case),
    )
    return [serial for (serial,) in rows]


def _move(row: tuple[Any, ...]) -> Move:
    about, reason, officer = row[11:]
    before: tuple[Any, ...] = row[:11]
    return Move(*before, about=tuple(json.loads(about)), reason=reason, officer=officer)
