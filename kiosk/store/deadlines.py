"""What is due when: columns ``clock`` and ``due`` of the cases, by the office's calendar.

They are a function of a case's entries and of the calendar alone, never of the time of day: lists
put what is late first by comparing ``due`` with the clock on the wall.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from config.procedures import Procedure, Step
from kiosk.cases.standard import standing
from sync.entry import EntryError

if TYPE_CHECKING:
    from kiosk.cases.state import CaseState
    from kiosk.cases.working_time import WorkingTime


class Deadlines:
    """Counts standard times for the read tables. The caller holds the transaction."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        procedures: Mapping[str, Procedure],
        working: Callable[[], WorkingTime],
    ):
        self._db = connection
        self._procedures = procedures
        self._working = working

    def of(self, state: CaseState) -> tuple[str, int]:
        """The present step's clock ('' for none) and when its standard is used up (ms, 0: not)."""
        if self._step(state.procedure, state.step) is None:
            return "", 0
        procedure = self._procedures[state.procedure]
        return standing(state, procedure, self._working(), self.persons(state))

    def persons(self, state: CaseState) -> int:
        """How many a standard time is for where it is for each person: the cases that belong to
        this one, such as the names of an activity."""
        if not self.for_each(state):
            return 1
        count = "SELECT count(*) FROM cases WHERE parent=?"
        return max(1, self._db.execute(count, (state.number,)).fetchone()[0])

    def for_each(self, state: CaseState) -> bool:
        """Whether a case's procedure has standard times for each person."""
        procedure = self._procedures.get(state.procedure)
        steps = procedure.steps if procedure and state.number else ()
        return any(step.per == "orang" for step in steps)

    def renew(self, state_of: Callable[[bytes], CaseState | None]) -> None:
        """Count anew, by another calendar, what is due of every case whose time counts. Raises
        ConfigError, also when there is none, for a calendar that cannot be read."""
        self._working()
        rows = self._db.execute(
            "SELECT case_id, procedure, step, due FROM cases WHERE clock IN ('jalan', 'berhenti')"
        ).fetchall()
        for case, slug, step_id, due in rows:
            step = self._step(slug, step_id)
            if step is None or not step.minutes:
                continue
            with suppress(EntryError):  # kiosk verify tells of it
                state = state_of(case)
                new = self.of(state)[1] if state else due
                if new != due:
                    self._db.execute("UPDATE cases SET due=? WHERE case_id=?", (new, case))

    def _step(self, slug: str, step_id: str) -> Step | None:
        procedure = self._procedures.get(slug)
        return procedure.find(step_id) if procedure else None
