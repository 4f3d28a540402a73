"""The standard times of one case, by the office's calendar and the clock of this kiosk."""

from __future__ import annotations

from typing import NamedTuple

from kiosk.cases.standard import CaseTime, StepTime, case_time, step_times
from kiosk.cases.state import CaseState
from kiosk.desk.core import Core


class Times(NamedTuple):
    """Every stay at a step in the card's order, and the whole case; none of a procedure that is not
    known here."""

    steps: tuple[StepTime, ...] = ()
    whole: CaseTime | None = None


def times_of(core: Core, state: CaseState | None) -> Times:
    """How a case's time stands now."""
    procedure = core.procedures.get(state.procedure) if state else None
    if state is None or procedure is None:
        return Times()
    now, persons = core.clock.now(), core.projection.deadlines.persons(state)
    steps = step_times(state, procedure, now, core.working, persons)
    return Times(tuple(steps), case_time(state, procedure, now, core.working))
