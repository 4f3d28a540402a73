"""Which branches a procedure has, and which of them a kiosk's journal took."""

from __future__ import annotations

from config.procedures import PROCEDURES, load_procedure
from kiosk.desk.desk import Desk

Branch = tuple[str, str, str]
"""Procedure, step, outcome."""


def branches_of(slug: str) -> set[Branch]:
    """Every branch that a procedure's file has."""
    procedure = load_procedure(PROCEDURES / f"{slug}.toml")
    return {(slug, step.id, outcome.id) for step in procedure.steps for outcome in step.outcomes}


def branches_in(desk: Desk) -> set[Branch]:
    """What a kiosk's journal says; an outcome out of order moved nothing and does not count."""
    taken: set[Branch] = set()
    for placed in list(desk.core.journal.all_placed()):
        if placed.entry.act != "hasil":
            continue
        state = desk.core.folded(placed.entry.case)
        spot = placed.spot
        ref = f"{spot.kiosk}/{spot.epoch}/{spot.seq}"
        line = next((one for one in state.lines if one.ref == ref), None) if state else None
        if state and line and not line.flag:
            taken.add((state.procedure, line.step, placed.entry.data["hasil"]))
    return taken
