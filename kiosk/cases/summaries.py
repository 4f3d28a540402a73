"""Reports that count: what came in, and the time it took against what the SOP allows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from kiosk.cases.card import CLOSED, RETURNED
from kiosk.cases.places import place_word
from kiosk.cases.reporting import Case, Column, Facts, Kind, Row, shown_day
from kiosk.cases.standard import step_times
from kiosk.clock import day_of
from kiosk.texts import said, say

if TYPE_CHECKING:
    from config.procedures import Step

_TOTAL = "~"
"""Sorts the line of the sums behind every day."""


def _incoming_columns() -> tuple[Column, ...]:
    return (
        Column("tanggal", say("Tanggal"), 10),
        Column("tempat", say("Tempat"), 0),
        Column("masuk", say("Masuk"), 6),
        Column("selesai", say("Selesai"), 8),
        Column("berjalan", say("Berjalan"), 8),
        Column("dikembalikan", say("Dikembalikan"), 12),
    )


class _Came(NamedTuple):
    day: str
    place: str
    status: str


def _incoming(case: Case, facts: Facts) -> Iterator[_Came]:
    state = case.state
    if facts.period.holds(state.created):
        yield _Came(day_of(state.created).isoformat(), state.origin, state.status)


def _incoming_rows(told: list[_Came], _: Facts) -> list[Row]:
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in told:
        groups[one.day, one.place].append(one.status)
        groups[_TOTAL, ""].append(one.status)
    return [_counted(day, place, groups[day, place]) for day, place in sorted(groups)]


def _counted(day: str, place: str, statuses: list[str]) -> Row:
    ended, back = statuses.count(CLOSED), statuses.count(RETURNED)
    heads = (say("Jumlah"), "") if day == _TOTAL else (shown_day(day), place_word(place))
    numbers = (len(statuses), ended, len(statuses) - ended - back, back)
    return (*heads, *map(str, numbers))


def _time_columns() -> tuple[Column, ...]:
    return (
        Column("langkah", say("Lkh"), 3),
        Column("kegiatan", say("Kegiatan"), 0),
        Column("baku", say("Baku"), 6),
        Column("kali", say("Kali"), 5),
        Column("rata_rata", say("Rata-rata"), 9),
        Column("terlama", say("Terlama"), 7),
        Column("terlambat", say("Terlambat"), 9),
        Column("tanpa_paraf", say("Tanpa paraf"), 11),
    )


class _Stay(NamedTuple):
    order: int
    step: Step
    standard: int
    used: int
    late: bool
    gap: bool


def _stays(case: Case, facts: Facts) -> Iterator[_Stay]:
    """The stays at a step that ended in the period."""
    order = {step.id: at for at, step in enumerate(case.procedure.steps)}
    state, rules = case.state, case.procedure
    for time in step_times(state, rules, facts.now, facts.working, facts.persons(state)):
        if time.end and facts.period.holds(time.end):
            step = case.procedure.step(time.step)
            yield _Stay(order[step.id], step, time.standard, time.used, time.late, time.gap)


def _time_rows(told: list[_Stay], _: Facts) -> list[Row]:
    groups: dict[int, list[_Stay]] = defaultdict(list)
    for one in told:
        groups[one.order].append(one)
    return [_timed(stays) for _, stays in sorted(groups.items())]


def _timed(stays: list[_Stay]) -> Row:
    step = stays[0].step
    known = [one.used for one in stays if not one.gap]
    return (
        step.id,
        said(step.activity),
        str(max(one.standard for one in stays) or "-"),
        str(len(stays)),
        str(round(sum(known) / len(known))) if known else "-",
        str(max(known)) if known else "-",
        str(sum(one.late for one in stays)),
        str(sum(one.gap for one in stays)),
    )


INCOMING = Kind("masuk", _incoming_columns, _incoming, _incoming_rows)
TIMES = Kind("waktu", _time_columns, _stays, _time_rows)
