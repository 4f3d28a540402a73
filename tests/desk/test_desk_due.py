"""Columns ``clock`` and ``due``: what the fold and the calendar say, in whatever order it came."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from config.calendar import load_calendar
from config.procedures import load_all
from kiosk.cases.resi import case_id, make_number
from kiosk.cases.standard import standing
from kiosk.cases.state import fold
from kiosk.cases.working_time import MINUTE, WorkingTime
from kiosk.store.projection import Projection
from kiosk.store.schema import LOCAL_TABLES, READ_TABLES, create
from sync.entry import Entry, Spot

PROCEDURES = load_all()
OFFICE = WorkingTime(load_calendar())
START = 1_795_395_600_000
"""Monday 23 November 2026, 08.00 WIB."""

NUMBERS = [make_number("RSA", 1, date(2026, 11, 23), n) for n in (1, 2, 3)]
PLACES = ("rs:RSA", "dinas", "uptd:14.71.10")


@dataclass(frozen=True)
class Placed:
    spot: Spot
    entry: Entry


@dataclass
class Told:
    """A journal of what was told so far."""

    entries: list[Placed] = field(default_factory=list["Placed"])

    def of_case(self, case: bytes) -> list[Placed]:
        return [one for one in self.entries if one.entry.case == case]


def tables(entries: Iterable[Placed]) -> tuple[sqlite3.Connection, Told]:
    """Read tables after these entries came in this order."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    create(db, {**READ_TABLES, **LOCAL_TABLES})
    journal: Any = Told()
    projection = Projection(db, journal, PROCEDURES, "RSA", lambda: OFFICE)
    for one in entries:
        journal.entries.append(one)
        placed: Any = one
        projection.apply(placed)
    return db, journal


@st.composite
def told(draw: st.DrawFn) -> list[Placed]:
    """Acts of three cases, the second and third belonging to the first."""
    slug = draw(st.sampled_from(sorted(PROCEDURES)))
    entries: list[Placed] = []
    for seq in range(draw(st.integers(1, 18))):
        at = draw(st.sampled_from([0, 0, 0, 1, 2]))
        mine = PROCEDURES[slug if at == 0 else "mas-rapid-nama"]
        act = draw(
            st.sampled_from(["permohonan", "permohonan", "hasil", "hasil", "serah", "terima"])
        )
        step = draw(st.sampled_from(mine.steps))
        role = draw(st.sampled_from(["", step.holder]))
        place = draw(st.sampled_from(PLACES))
        says: dict[str, dict[str, Any]] = {
            "permohonan": {
                "nomor": NUMBERS[at],
                "prosedur": mine.slug,
                "isi": {},
                "induk": NUMBERS[0] if at else "",
            },
            "hasil": {"hasil": draw(st.sampled_from(step.outcomes)).id, "isi": {}, "ke": place},
            "serah": {"ke": place, "peran": role, "barang": "berkas"},
            "terima": {"nomor": NUMBERS[at], "prosedur": mine.slug, "peran": role},
        }
        minute = draw(st.integers(0, 60 * 24 * 40))
        entry = Entry(
            case=case_id(NUMBERS[at]),
            act=act,
            officer="ani",
            place=draw(st.sampled_from(PLACES)),
            time=START + minute * MINUTE,
            boot=b"boot",
            uptime=seq,
            line=draw(st.integers(1, 80)),
            step="" if act == "permohonan" else step.id,
            data=says[act],
        )
        entries.append(Placed(Spot(draw(st.sampled_from(["RSA", "DIN"])), 1, seq), entry))
    return entries


def rows(db: sqlite3.Connection) -> list[tuple[Any, ...]]:
    return db.execute("SELECT number, step, clock, due FROM cases ORDER BY number").fetchall()


@settings(deadline=None, max_examples=150)
@given(entries=told(), seed=st.integers(0, 10**6))
def test_the_table_says_what_the_fold_and_the_calendar_say(entries: list[Placed], seed: int):
    db, journal = tables(entries)
    (family,) = db.execute("SELECT count(*) FROM cases WHERE parent=?", (NUMBERS[0],)).fetchone()
    for number, step, clock, due in rows(db):
        state = fold(journal.of_case(case_id(number)), PROCEDURES)
        persons = max(1, family) if number == NUMBERS[0] else 1
        procedure = PROCEDURES.get(state.procedure)
        assert (step, clock, due) == (state.step, *standing(state, procedure, OFFICE, persons))
        assert type(due) is int and (due == 0 or clock in ("jalan", "berhenti"))
    shuffled = list(entries)
    random.Random(seed).shuffle(shuffled)
    assert rows(tables(shuffled)[0]) == rows(db)
