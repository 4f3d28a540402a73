"""Standard times: how long a case has been at a step, against what its SOP allows (waktu baku).

The control card is what the SOPs watch the time by: a step's time runs while its officer holds the
file, from *terima* until its outcome (or until the file is handed on). A file on its way is in
nobody's hands and no step's time runs. Where the procedure says that the clock stops for the
applicant (``clock_stops``), it is the other way round: the SOP's time is for bringing the file or
card there, and once it is there the applicant is waited for ("Waktu Pemohon"). A step that comes
straight back from waiting for the applicant goes on where it stopped. Where no paper travels
(``berkas = false``) a step's time runs from when the case came to it.

Instants are milliseconds since 1970 UTC, lengths whole minutes (a minute counts once it is over).
A paraf that is missing is never made up: a step whose receiving was not recorded has no time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from kiosk.cases.card import INCOMPLETE, OUT_OF_ORDER, CardLine
from kiosk.cases.engine import SUPERVISOR
from kiosk.cases.working_time import EARLIEST, MINUTE, Span, WorkingTime

if TYPE_CHECKING:
    from config.procedures import Procedure, Step
    from kiosk.cases.state import CaseState

WORKING_DAY = 450
"""Minutes of a working day in a step's ``minutes``: 37 h 30 min in five days (Perpres 21/2023
article 4). A step in days is counted in days all the same, whose length the calendar knows."""

Clock = Literal["belum", "jalan", "pemohon", "berhenti", "selesai"]
"""Of a step: "belum" its officer has not received the file yet, "jalan" its time runs, "pemohon"
the applicant is waited for, "berhenti" the file is on its way elsewhere, "selesai" it is over."""

WAITED = "*"
"""In the place of who holds the file: the applicant is waited for at another step."""

Moves = list[tuple[int, str | None]]
"""Since when whoever of this role holds the file ("" an officer whose role is not known); None:
it is in nobody's hands."""


class Visit(NamedTuple):
    """One stay of a case at a step, as its card tells; an ``end`` of 0 is not yet.

    ``came`` is when the case came to the step, ``since`` when the step's time began to run (0: it
    did not), ``stops`` when it stood still after that, ``waits`` when the applicant was waited for,
    ``doubtful`` that by the card's times something ended before it began.
    """

    step: Step
    came: int
    since: int
    end: int
    stops: tuple[Span, ...]
    waits: tuple[Span, ...]
    clock: Clock
    doubtful: bool


@dataclass(frozen=True, slots=True)
class StepTime:
    """The time of one stay at a step.

    ``standard`` is what the SOP allows and ``used`` what was used, in working minutes; a standard
    of 0 is none. ``wall`` are the minutes on the wall clock from ``since`` to ``end`` (or now),
    ``waited`` those of them in which the applicant was waited for. ``due`` is when the standard is
    used up; 0 when there is none, or while it cannot be known because the time stands still.
    ``gap``: the step was done and no receiving is on the card. ``doubtful``: the clocks disagree.
    ``sure``: no holiday up to ``due`` can still move. ``due`` does not depend on the time of day.
    """

    step: str
    clock: Clock
    came: int
    since: int
    end: int
    standard: int
    used: int
    wall: int
    waited: int
    due: int
    gap: bool
    doubtful: bool
    sure: bool

    @property
    def late(self) -> bool:
        """Whether more was used than the SOP allows."""
        return 0 < self.standard < self.used

    @property
    def left(self) -> int:
        """Working minutes that are left, negative when late; of a step without a standard 0."""
        return self.standard - self.used if self.standard else 0


@dataclass(frozen=True, slots=True)
class CaseTime:
    """The time of a whole case from its application to its end (or now), in minutes: ``used`` in
    working time without the waiting for the applicant, ``wall`` on the wall clock, ``waited`` the
    part of that in which the applicant was waited for."""

    used: int
    wall: int
    waited: int


def step_times(
    state: CaseState, procedure: Procedure | None, now: int, working: WorkingTime, persons: int = 1
) -> list[StepTime]:
    """The time of every stay at a step, in the card's order; the last may still be going on.
    ``persons``: how many the case is for, where the SOP's time is for each (``per = "orang"``). A
    time for a batch is the same whatever the batch holds."""
    found = visits(state, procedure)
    return [measure(visit, now, working, persons) for visit in found]


def current(
    state: CaseState, procedure: Procedure | None, now: int, working: WorkingTime, persons: int = 1
) -> StepTime | None:
    """The time of the step that the case is at; None when it is closed or its step not known."""
    found = visits(state, procedure)
    if not found or found[-1].end:
        return None
    return measure(found[-1], now, working, persons)


def standing(
    state: CaseState, procedure: Procedure | None, working: WorkingTime, persons: int = 1
) -> tuple[Clock | Literal[""], int]:
    """How lists know the step that the case is at: its clock ("" when there is none) and when its
    standard is used up (0: not known, none, or the applicant is waited for)."""
    found = visits(state, procedure)
    if not found or found[-1].end:
        return "", 0
    visit = found[-1]
    if visit.clock == "pemohon" or not visit.since:
        return visit.clock, 0
    return visit.clock, _due(visit, _promised(visit.step, visit.since, working, persons), working)


def case_time(
    state: CaseState, procedure: Procedure | None, now: int, working: WorkingTime
) -> CaseTime:
    """The time of the whole case. Until its application is here, from the first line known."""
    start = state.created or (state.lines[0].time if state.lines else 0)
    end = state.closed or now
    if not start or end <= start:
        return CaseTime(0, 0, 0)
    stays = [visit for visit in visits(state, procedure) if visit.step.clock_stops]
    waits = [span for visit in stays for span in _closed(visit.waits, end)]
    used = working.between(start, end, waits)
    return CaseTime(used // MINUTE, (end - start) // MINUTE, _minutes(waits))


def measure(visit: Visit, now: int, working: WorkingTime, persons: int = 1) -> StepTime:
    """The time of one stay, by the clock ``now`` while it goes on."""
    step, since = visit.step, visit.since
    end = visit.end or now
    used = standard = due = 0
    stops = _closed(visit.stops, end)
    if since:
        used = working.between(since, end, stops) // MINUTE
        promised = _promised(step, since, working, persons)
        standard = working.between(since, promised) // MINUTE
        due = _due(visit, promised, working)
    elif step.minutes:
        standard = step.minutes * (persons if step.per == "orang" else 1)
    return StepTime(
        step=step.id,
        clock=visit.clock,
        came=visit.came,
        since=since,
        end=visit.end,
        standard=standard,
        used=used,
        wall=max(0, end - since) // MINUTE if since else 0,
        waited=_minutes(_closed(visit.waits, end)),
        due=due,
        gap=visit.clock == "selesai" and not since and not step.clock_stops,
        doubtful=visit.doubtful or end < max(visit.came, since),
        sure=working.is_sure(since or end, max(due, end)),
    )


def _promised(step: Step, since: int, working: WorkingTime, persons: int) -> int:
    """When the standard time is used up if nothing stops it."""
    minutes = step.minutes * (persons if step.per == "orang" else 1)
    days, rest = divmod(minutes, WORKING_DAY) if step.unit == "hari" else (0, minutes)
    return working.after(working.after_days(since, days), rest * MINUTE)


def _due(visit: Visit, promised: int, working: WorkingTime) -> int:
    """When the standard is used up; 0 when there is none, or when the time stands still before."""
    if promised <= visit.since:
        return 0
    stops, still = visit.stops, 0
    if stops and stops[-1][1] == visit.end:
        still, stops = stops[-1][0], stops[:-1]
    due = working.put_off(promised, visit.since, stops)
    return 0 if 0 < still < due else due


def _closed(spans: tuple[Span, ...], end: int) -> list[Span]:
    """The spans with an end, which is ``end`` where there is none yet."""
    return [(at, to or end) for at, to in spans]


def _minutes(spans: list[Span]) -> int:
    return sum(max(0, to - at) for at, to in spans) // MINUTE


# -- from the card ---------------------------------------------------------------------------------


def visits(state: CaseState, procedure: Procedure | None) -> list[Visit]:
    """Every stay of a case at a step, in the card's order; the last has no end unless the case is
    closed. Nothing for an unknown procedure. Never raises, whatever the card says."""
    if procedure is None:
        return []
    walk = _Walk(procedure)
    for line in state.lines:
        walk.take(line)
    step = procedure.find(state.step)
    if step is not None and walk.moves:
        walk.stays.append(_Stay(step, walk.moves, 0))
    return [_visit(*stay) for stay in walk.stays]


class _Stay(NamedTuple):
    """A stay at a step as the card tells it: who held the file when, and when it ended."""

    step: Step
    moves: Moves
    end: int


class _Walk:
    """Goes over the lines of a card, as the fold does, and notes who held the file when.

    ``stays`` are those that are over, ``moves`` those of the present step.
    """

    def __init__(self, procedure: Procedure) -> None:
        self.stays: list[_Stay] = []
        self.moves: Moves = []
        self._procedure = procedure
        self._step: Step | None = None
        self._given_to = ""
        self._taken: set[tuple[str, int]] = set()

    def take(self, line: CardLine) -> None:
        """Go over the next line."""
        at = max(line.time, 1)  # 0 is "not yet"; only a broken clock says it
        match line.act:
            case "permohonan" if line.flag not in (OUT_OF_ORDER, INCOMPLETE):
                self._step = self._step or self._procedure.begin
                if not self.moves:
                    self.moves.append((at, self._step.holder))
            case "terima":
                self._step = self._step or self._procedure.find(line.step)
                usual = self._step.holder if self._step else ""
                given = "" if line.flag else self._given_to
                self.moves.append((at, line.role or given or usual))
                self._given_to = ""
                self._taken.add((line.officer, line.time))
            case "serah" if line.flag != INCOMPLETE:
                if (line.received_by, line.received_at) not in self._taken:
                    self.moves.append((at, None))
                    # Nobody received it: the next paraf answers another hand-over.
                    self._given_to = line.role if line.received_by else ""
            case "hasil" if not line.flag:
                self._outcome(line, at)
            case _:
                pass

    def _outcome(self, line: CardLine, at: int) -> None:
        step = self._procedure.find(line.step)
        outcome = step.outcome(line.outcome) if step else None
        if step is None or outcome is None or outcome.to == step.id:
            return  # done again at the same step, as after a spoiled card: its time goes on
        following = self._step = self._procedure.find(outcome.to)
        if not self.moves:
            return
        holder = self.moves[-1][1]
        if following is not None and not self._procedure.berkas:
            holder = following.holder
        self.stays.append(_Stay(step, self.moves, at))
        self.moves = [*(self._gone_before(following) if following else ()), (at, holder)]

    def _gone_before(self, step: Step) -> Moves:
        """The moves of the stay that goes on: at this step, with nothing since then but waiting for
        the applicant. None for a stay that is new."""
        if len(self.stays) < 2 or step.clock_stops:
            return []
        before, waiting = self.stays[-2:]
        if before.step.id != step.id or not waiting.step.clock_stops:
            return []
        del self.stays[-2]
        there = _roles(waiting.step)
        waited = [(at, WAITED if role in there else None) for at, role in waiting.moves]
        return [*before.moves, *waited]


def _roles(step: Step) -> set[str | None]:
    """Whose hands the file is in when it is at this step."""
    return {step.holder, *step.roles, SUPERVISOR, ""}


def _visit(step: Step, moves: Moves, end: int) -> Visit:
    """The stay at a step from who held the file when."""
    roles = _roles(step)
    since = 0
    runs = there = False
    stops: list[Span] = []
    waits: list[Span] = []
    ends = [*(at for at, _ in moves[1:]), end]
    for (at, role), to in zip(moves, ends, strict=True):
        there = role in roles
        runs = there != step.clock_stops
        if runs:
            since = since or at
        elif since:
            stops.append((at, to))
        if (there and step.clock_stops) or role == WAITED:
            waits.append((at, to))
    clock: Clock = "berhenti" if since else "belum"
    if end:
        clock = "selesai"
    elif runs:
        clock = "jalan"
    elif there:
        clock = "pemohon"
    times = [at for at, _ in moves]
    if end:
        times.append(end)
    doubtful = times[0] < EARLIEST or times != sorted(times)
    return Visit(step, times[0], since, end, tuple(stops), tuple(waits), clock, doubtful)
