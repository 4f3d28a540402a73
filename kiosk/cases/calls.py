"""What a complaint's card tells of a call: when it began, by which path it went, who answered it,
how often its caller was called back in vain. AKAPELA, SOP 060/Dukcapil-PDIP/702/2020.

The SOP asks for a Lembar Laporan and does not say what stands on it; what is here are its registers
(telephone number, kind of complaint, consultation) and the times it sets. Times are milliseconds
since 1970 UTC, 0 when there is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from kiosk.cases.card import CLOSED, CardLine
from kiosk.cases.masks import mask_phone
from kiosk.cases.reporting import (
    Case,
    Column,
    Deed,
    Facts,
    Kind,
    Told,
    answers_in,
    deeds,
    in_order,
    kind_of,
)
from kiosk.cases.standard import step_times
from kiosk.cases.subject import subject_of
from kiosk.cases.working_time import MINUTE
from kiosk.clock import WIB, stamp
from kiosk.texts import said, say

if TYPE_CHECKING:
    from config.procedures import Procedure
    from kiosk.cases.state import CaseState
    from kiosk.cases.working_time import WorkingTime

PROCEDURE = "akapela"
ANSWER = "8"
CALL_BACK = "P"
"""The steps at which the caller gets his answer, and at which he is called back."""

UNREACHED = "berhenti"
"""The outcome by which a complaint is closed though its caller was never reached."""

AGAIN = "coba_lagi"
"""The answer that says at what time a caller is tried again."""


class Attempt(NamedTuple):
    """A call back in vain: what came of it, what the officer noted, when it is tried ``again``."""

    time: int
    result: str
    note: str
    officer: str
    again: int


class Call(NamedTuple):
    """A complaint as the Lembar Laporan shows it.

    ``began`` is when its first key was typed, ``answered`` when the caller had his answer.
    ``used`` and ``standard`` are working minutes, from the first key and over the steps of its
    path; ``path`` are those steps as the SOP numbers them, ``answered_by`` is an officer's id.
    """

    began: int
    answered: int
    path: str
    answered_by: str
    outcome: str
    used: int
    standard: int

    @property
    def late(self) -> bool:
        """Whether more was used than the SOP allows."""
        return 0 < self.standard < self.used


def began(state: CaseState) -> int:
    """When the call began: its first key, by the officer's kiosk."""
    first = next((line for line in state.lines if line.act == "permohonan" and line.isi), None)
    text = first.isi.get("mulai", "") if first else ""
    return int(text) if text.isdecimal() else state.created


def further(state: CaseState) -> list[CardLine]:
    """The further calls about the same complaint."""
    return [line for line in state.lines if line.act == "panggilan"]


def newest_phone(state: CaseState) -> str:
    """The number that the caller used last."""
    phones = [phone for line in further(state) if (phone := line.isi.get("telepon", ""))]
    return phones[-1] if phones else subject_of(state.values).phone


def attempts(state: CaseState, procedure: Procedure) -> list[Attempt]:
    """The calls back in vain of a complaint, oldest first."""
    step = procedure.find(CALL_BACK)
    in_vain = {one.label for one in step.outcomes if one.kind == "ulang"} if step else set[str]()
    return [
        Attempt(
            line.time, line.text, answers_in(line, procedure, AGAIN), line.officer, _again(line)
        )
        for line in state.lines
        if line.act == "hasil" and not line.flag and line.step == CALL_BACK
        if line.text in in_vain
    ]


def _again(line: CardLine) -> int:
    """The next instant, after an attempt, at which the clock shows the time that was agreed."""
    hour, _, minute = line.isi.get(AGAIN, "").partition(":")
    if not (hour.isdecimal() and minute.isdecimal() and int(hour) < 24 and int(minute) < 60):
        return 0
    tried = datetime.fromtimestamp(line.time / 1000, WIB)
    agreed = tried.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
    if agreed <= tried:
        agreed += timedelta(days=1)
    return int(agreed.timestamp() * 1000)


def call_of(case: Case, now: int, working: WorkingTime) -> Call:
    """What the Lembar Laporan shows of a complaint."""
    state, procedure = case.state, case.procedure
    done = list(deeds(case))
    closing = done[-1] if done and state.status == CLOSED else None
    reached = closing is not None and closing.outcome.id != UNREACHED
    times = step_times(state, procedure, now, working)
    start = began(state)
    return Call(
        began=start,
        answered=state.closed if reached else 0,
        path=_path(case, done),
        answered_by=closing.line.officer if closing and reached else "",
        outcome=closing.outcome.label if closing else "",
        used=working.between(start, state.created) // MINUTE + sum(one.used for one in times),
        standard=_intake_minutes(procedure) + sum(one.standard for one in times),
    )


def _intake_minutes(procedure: Procedure) -> int:
    """What the SOP allows for the steps that taking the call in does (1 and 2)."""
    at = procedure.steps.index(procedure.begin)
    return sum(step.minutes for step in procedure.steps[:at])


def _path(case: Case, done: list[Deed]) -> str:
    """The steps gone, each as the SOP numbers it: ``3-4-8``."""
    steps = [deed.step for deed in done]
    if (now := case.procedure.find(case.state.step)) is not None:
        steps.append(now)
    return "-".join(dict.fromkeys(step.sop or step.id for step in steps))


# -- the day's list ------------------------------------------------------------------------------


def _columns() -> tuple[Column, ...]:
    return (
        Column("no", say("No"), 3),
        Column("nomor", say("Nomor"), 18),
        Column("waktu", say("Waktu"), 16, below=True),
        Column("nama", say("Nama"), 0),
        Column("telepon", say("Telepon"), 13, below=True),
        Column("jenis", say("Jenis"), 12, screen=False),
        Column("jalur", say("Jalur"), 8, below=True, screen=False),
        Column("dijawab", say("Dijawab"), 10, screen=False),
        Column("menit", say("Menit"), 6),
        Column("hasil", say("Hasil"), 12, screen=False),
    )


def _told(case: Case, facts: Facts) -> Iterator[Told]:
    """A call on the day it began; its minutes stand beside those the SOP allows."""
    state = case.state
    start = began(state)
    if not facts.period.holds(start):
        return
    call = call_of(case, facts.now, facts.working)
    who = subject_of(state.values)
    yield Told(
        start,
        (
            state.number,
            stamp(start),
            who.name,
            mask_phone(who.phone),
            kind_of(case),
            call.path,
            facts.officer(call.answered_by) if call.answered_by else "-",
            minutes_word(call),
            said(call.outcome) or say("belum"),
        ),
    )


def minutes_word(call: Call) -> str:
    """Used against allowed: ``12/9``; the used alone where the SOP allows nothing."""
    return f"{call.used}/{call.standard}" if call.standard else str(call.used)


CALLS = Kind("panggilan", _columns, _told, in_order)
"""Lembar Laporan of a day: every call with its number, kind, path, answer and minutes."""
