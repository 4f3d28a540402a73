"""From entries to read tables: each entry, in whatever order it arrives, finds its row.

Everything written here is a function of the set of entries alone, so the tables can be dropped
and rebuilt to the same content (``kiosk rebuild``).
"""

from __future__ import annotations

import json
import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Mapping
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from config.procedures import Procedure
from kiosk.cases.plain import texts_in
from kiosk.cases.resi import BadNumber, case_id, kode_permohonan, parse
from kiosk.cases.state import CLOSED, WAITING, CaseState, apply, fold, order_key
from kiosk.cases.subject import search_words, subject_of, words_of
from kiosk.store.blanko import put_kept_moves_back, write_move
from kiosk.store.deadlines import Deadlines
from kiosk.store.folded import FOUND_IN, RECEIVED, write_folded, write_received
from sync.entry import Placed, dumps
from sync.journal import Journal

if TYPE_CHECKING:
    from kiosk.cases.working_time import WorkingTime

PURGED = "dihapus"
"""The status of a case whose content was purged."""

KEPT_IN_MEMORY = 64
"""How many folded cases are kept, so that an officer's act on an open case need not refold it."""

_said = "number code procedure name mother mother_nik father sex birth nik kk phone kelurahan"
SAID = (*_said.split(), "origin", "created", "daftar", "parent")
"""Columns of a case that its application fills, and after it only a correction."""

_moved = "step status holder_place transit_to wait_place wait_roles since updated outcome clock due"
MOVED = (*_moved.split(), "own")
"""Columns that every act may move."""

_UPSERT = (
    f"INSERT INTO cases({', '.join(['case_id', *SAID, *MOVED])})"
    f" VALUES ({', '.join('?' * (1 + len(SAID) + len(MOVED)))}) ON CONFLICT(case_id) DO UPDATE SET "
    + ", ".join(f"{column}=excluded.{column}" for column in (*SAID, *MOVED))
)
_MOVE = f"UPDATE cases SET {', '.join(f'{column}=?' for column in MOVED)} WHERE case_id=?"


def spot_ref(placed: Placed) -> str:
    """``KIOSK/epoch/seq``: how one entry names another."""
    return f"{placed.spot.kiosk}/{placed.spot.epoch}/{placed.spot.seq}"


class Projection:
    """Keeps the read tables true to the journal. The caller holds the transaction."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        journal: Journal,
        procedures: Mapping[str, Procedure],
        kiosk: str,
        working: Callable[[], WorkingTime],
    ):
        self._db = connection
        self._journal = journal
        self._procedures = procedures
        self._kiosk = kiosk
        self.deadlines = Deadlines(connection, procedures, working)
        self._states: OrderedDict[bytes, CaseState] = OrderedDict()
        self._own: set[bytes] = set()
        self._special: dict[str, Callable[[Placed], None]] = {
            "kunci": self._key,
            "kiosk": self._key,
            "batch": self._batch,
            "batch-terima": self._batch_closed,
        }

    def forget(self) -> None:
        """Drop the folded cases in memory: after a rollback, or when another process wrote."""
        self._states.clear()
        self._own.clear()

    def state(self, case: bytes) -> CaseState | None:
        """The folded case, None when no entry of it is here."""
        known = self._states.get(case)
        if known is None:
            entries = self._journal.of_case(case)
            if not entries:
                return None
            known = fold(entries, self._procedures)
            if any(one.spot.kiosk == self._kiosk for one in entries):
                self._own.add(case)
            self._keep(case, known)
        else:
            self._states.move_to_end(case)
        return known

    def _keep(self, case: bytes, state: CaseState) -> None:
        self._states[case] = state
        while len(self._states) > KEPT_IN_MEMORY:
            old, _ = self._states.popitem(last=False)
            self._own.discard(old)

    def apply(self, placed: Placed) -> None:
        """Bring one entry, already in the journal, into the read tables."""
        entry = placed.entry
        special = self._special.get(entry.act)
        if special is not None:
            special(placed)
        else:
            self._case(placed)
        if entry.act in ("pengecualian", "putusan"):
            self._exception(placed)
        elif entry.act == "selesai":
            self._resolution(placed)
        blanko = write_move(self._db, placed)
        if blanko is not None and blanko.number and placed.spot.kiosk == self._kiosk:
            self._serial(blanko.number)
        if entry.claim:
            self._db.execute(
                "INSERT OR IGNORE INTO claims VALUES (?,?,?,?,?,?,?,?)",
                (
                    entry.claim,
                    placed.spot.kiosk,
                    placed.spot.epoch,
                    placed.spot.seq,
                    entry.case,
                    entry.officer,
                    entry.place,
                    entry.time,
                ),
            )

    # -- one case ------------------------------------------------------------------------------

    def _case(self, placed: Placed) -> None:
        case = placed.entry.case
        known = self._states.get(case)
        if known is None and self.is_purged(case):
            return  # what comes late is kept in the journal, until it is purged too
        if placed.entry.act == "terima":
            self._received(placed)
        in_order = known is not None and order_key(placed) > known.last_key
        if known is not None and in_order:
            apply(known, placed, self._procedures)
            if placed.spot.kiosk == self._kiosk:
                self._own.add(case)
        else:
            self._states.pop(case, None)
            known = self.state(case)
        if known is None or not known.number:
            return
        if placed.entry.act in FOUND_IN or not in_order:
            write_folded(self._db, case, known.exceptions)
        # An index is written for each column named, changed or not: only what moved is named.
        whole = placed.entry.act in ("permohonan", "ralat") or known.status == WAITING
        if whole or not self._move(case, known):
            self._write_case(case, known)
        elif placed.entry.act == "hasil" and search_words(texts_in(placed.entry.data.get("isi"))):
            self._write_words(case, words_of(known))
        if placed.entry.act in ("serah", "terima") or not in_order:
            write_received(self._db, known, anew=not in_order)
        if placed.entry.act == "permohonan" and placed.spot.kiosk == self._kiosk:
            self._serial(known.number)
        if placed.entry.act == "permohonan" and known.parent:
            self._counted_for(case_id(known.parent))

    def _counted_for(self, parent: bytes) -> None:
        """More or fewer cases belong to another, whose time may be counted for each of them."""
        state = None if self.is_purged(parent) else self.state(parent)
        if state is not None and self.deadlines.for_each(state):
            self._move(parent, state)

    # -- what was purged -----------------------------------------------------------------------

    def is_purged(self, case: bytes) -> bool:
        """Whether the content of a case was purged."""
        return (
            self._db.execute("SELECT 1 FROM purged WHERE case_id=?", (case,)).fetchone() is not None
        )

    def write_purged(self, case: bytes) -> None:
        """The line of a case whose content was purged: number and dates, nothing of a person."""
        self._states.pop(case, None)
        number, code, created, closed, received, own = self._db.execute(
            "SELECT number, code, created, closed, received, own FROM purged WHERE case_id=?",
            (case,),
        ).fetchone()
        said = dict.fromkeys(SAID, "") | {"number": number, "code": code, "created": created}
        moved = dict.fromkeys(MOVED, "") | {
            "step": CLOSED,
            "status": PURGED,
            "since": closed,
            "updated": closed,
            "due": 0,
            "own": own,
        }
        row = self._db.execute("SELECT parent FROM cases WHERE case_id=?", (case,)).fetchone()
        self._db.execute(_UPSERT, (case, *said.values(), *moved.values()))
        self._write_words(case, f"{number} {code}")
        if row and row[0]:
            self._counted_for(case_id(row[0]))
        self._db.executemany(
            RECEIVED, [(batch, number, *when) for batch, *when in json.loads(received)]
        )
        if number.startswith(self._kiosk):
            self._serial(number)

    def write_all_purged(self) -> None:
        """The lines of every case whose content was purged: when the tables are made anew."""
        for (case,) in self._db.execute("SELECT case_id FROM purged").fetchall():
            self.write_purged(case)
        put_kept_moves_back(self._db)

    def _move(self, case: bytes, state: CaseState) -> bool:
        """Bring a row that is there to where the case is now; false when there is none."""
        return self._db.execute(_MOVE, (*self._position(case, state), case)).rowcount > 0

    def _write_case(self, case: bytes, state: CaseState) -> None:
        """The whole row and its words: when the application arrives, or before it has."""
        code = kode_permohonan(state.number)
        who = subject_of(state.values)
        said = (
            *(state.number, code, state.procedure, who.name, who.mother, who.mother_nik),
            *(who.father, who.sex, who.birth, who.nik, who.kk, who.phone, who.kelurahan),
            *(state.origin, state.created, state.daftar, state.parent),
        )
        self._db.execute(_UPSERT, (case, *said, *self._position(case, state)))
        self._write_words(case, words_of(state))

    def _position(self, case: bytes, state: CaseState) -> tuple[str | int, ...]:
        """What an act moves, in the order of MOVED."""
        place, roles, since = self._waiting(state)
        to = state.transit.to if state.transit else ""
        at = (state.step, state.status, state.holder_place, to, place, roles, since)
        time = self.deadlines.of(state)
        return (*at, state.updated, state.last_outcome, *time, int(case in self._own))

    def _write_words(self, case: bytes, words: str) -> None:
        """What the search finds a case by."""
        (rowid,) = self._db.execute("SELECT rowid FROM cases WHERE case_id=?", (case,)).fetchone()
        stored = self._db.execute("SELECT words FROM case_words WHERE rowid=?", (rowid,)).fetchone()
        if stored is None:
            self._db.execute("INSERT INTO case_words(rowid, words) VALUES (?,?)", (rowid, words))
        elif stored[0] != words:
            self._db.execute("UPDATE case_words SET words=? WHERE rowid=?", (words, rowid))

    def _waiting(self, state: CaseState) -> tuple[str, str, int]:
        """Whose turn it is: the place, the roles as ``|a|b|``, and since when."""
        if state.status == "tutup":
            return "", "", state.updated
        if state.transit is not None:
            return state.transit.to, f"|{state.transit.role}|", state.transit.since
        procedure = self._procedures.get(state.procedure)
        step = procedure.find(state.step) if procedure else None
        roles = (step.actor, *step.recorders) if step else (state.holder_role,)
        return state.holder_place, "|" + "|".join(roles) + "|", state.updated

    def _serial(self, number: str) -> None:
        try:
            parsed = parse(number)
        except BadNumber:
            return
        self._db.execute(
            "INSERT INTO serials VALUES (?,?,?) ON CONFLICT(day, kind) "
            "DO UPDATE SET last=max(last, excluded.last)",
            (parsed.day.isoformat(), parsed.kind, parsed.serial),
        )

    # -- batches, exceptions, keys -------------------------------------------------------------

    def _batch(self, placed: Placed) -> None:
        data = placed.entry.data
        number = str(data.get("nomor", ""))
        items = [str(one) for one in _list(data.get("isi"))]
        things = [str(one) for one in _list(data.get("barang"))]
        self._db.execute(
            "INSERT INTO batches(number, kind, source, target, count, created, officer)"
            " VALUES (?,?,?,?,?,?,?) ON CONFLICT(number) DO UPDATE SET kind=excluded.kind,"
            " source=excluded.source, target=excluded.target, count=excluded.count,"
            " created=excluded.created, officer=excluded.officer",
            (
                number,
                str(data.get("jenis", "")),
                str(data.get("dari", "")),
                str(data.get("ke", "")),
                len(items),
                placed.entry.time,
                placed.entry.officer,
            ),
        )
        self._db.executemany(
            "INSERT OR IGNORE INTO batch_items VALUES (?,?,?)",
            [
                (number, one, thing)
                for one, thing in zip_longest(items, things[: len(items)], fillvalue="")
            ],
        )
        if placed.spot.kiosk == self._kiosk:
            self._serial(number)

    def _batch_closed(self, placed: Placed) -> None:
        data = placed.entry.data
        number = str(data.get("nomor", ""))
        self._db.execute(
            "INSERT INTO batches(number, kind, source, target, count, created, officer,"
            " counted, closed, closed_by) VALUES (?,'','',?,0,0,'',?,?,?)"
            " ON CONFLICT(number) DO UPDATE SET counted=excluded.counted,"
            " closed=excluded.closed, closed_by=excluded.closed_by"
            " WHERE closed IS NULL OR closed > excluded.closed",
            (
                number,
                placed.entry.place,
                _int(data.get("terhitung")),
                placed.entry.time,
                placed.entry.officer,
            ),
        )

    def _received(self, placed: Placed) -> None:
        data = placed.entry.data
        batch, number = str(data.get("batch", "") or ""), str(data.get("nomor", "") or "")
        if batch and number and case_id(number) == placed.entry.case:
            self._db.execute(RECEIVED, (batch, number, placed.entry.time, placed.entry.officer))

    def _exception(self, placed: Placed) -> None:
        entry = placed.entry
        kind = "ganda" if entry.act == "putusan" else str(entry.data.get("jenis", ""))
        facts: Any = entry.data if entry.act == "putusan" else entry.data.get("fakta", {})
        self._db.execute(
            "INSERT OR IGNORE INTO exceptions VALUES (?,?,?,?,?)",
            (spot_ref(placed), entry.case, kind, dumps(facts), entry.time),
        )

    def _resolution(self, placed: Placed) -> None:
        entry = placed.entry
        self._db.execute(
            "INSERT INTO resolutions VALUES (?,?,?,?) ON CONFLICT(ref) DO UPDATE SET"
            " note=excluded.note, officer=excluded.officer, time=excluded.time"
            " WHERE excluded.time < time",
            (
                str(entry.data.get("tentang", "")),
                str(entry.data.get("catatan", "")),
                entry.officer,
                entry.time,
            ),
        )

    def _key(self, placed: Placed) -> None:
        from sync.trust import key_of_entry

        key = key_of_entry(placed.entry, placed.spot)
        if key is None:
            return
        self._db.execute(
            "INSERT OR IGNORE INTO trust VALUES (?,?,?,?,?,?,?,?,?)",
            (
                key.kid,
                key.public,
                key.owner,
                key.kind,
                key.kiosk,
                key.name,
                key.initials,
                "|".join(key.roles),
                key.place,
            ),
        )


def _list(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType]


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0
