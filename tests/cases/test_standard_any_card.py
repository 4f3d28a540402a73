"""Standard times of any card, by clocks right and wrong: they can be, and they follow the fold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import settings as run
from hypothesis import strategies as st

from config.calendar import load_calendar
from config.procedures import Procedure, load_all
from kiosk.cases.resi import case_id, make_number
from kiosk.cases.standard import case_time, current, standing, step_times, visits
from kiosk.cases.state import fold
from kiosk.cases.working_time import MINUTE, WorkingTime
from sync.entry import Entry, Spot

PROCEDURES = load_all()
OFFICE = WorkingTime(load_calendar())
START = 1_795_395_600_000
"""Monday 23 November 2026, 08.00 WIB."""

NUMBER = make_number("RSA", 1, date(2026, 11, 23), 1)


@dataclass(frozen=True)
class Placed:
    """An entry in its place, as the journal gives it."""

    spot: Spot
    entry: Entry


def _data(act: str, slug: str, outcome: str, place: str, role: str) -> dict[str, Any]:
    says: dict[str, dict[str, Any]] = {
        "permohonan": {"nomor": NUMBER, "prosedur": slug, "isi": {}, "ke": place},
        "hasil": {"hasil": outcome, "isi": {}, "ke": place},
        "serah": {"ke": place, "peran": role, "barang": "berkas"},
        "terima": {"nomor": NUMBER, "prosedur": slug, "peran": role},
    }
    return says.get(act, {})


Drawn = tuple[Procedure, list[Placed]]


@st.composite
def cards(draw: st.DrawFn) -> Drawn:
    """A procedure, and acts of three kiosks in any order, some by clocks that are wrong."""
    procedure = PROCEDURES[draw(st.sampled_from(["kado-camer", *sorted(PROCEDURES)]))]
    places = st.sampled_from(["rs:RSA", "dinas", "uptd:14.71.10"])
    near = st.integers(0, 60 * 24 * 60).map(lambda minute: START + minute * MINUTE)
    clocks = near if draw(st.booleans()) else st.integers(0, 10**14)
    # Nobody hands over what has no paper.
    moved = ["serah", "terima"] if procedure.berkas else []
    acts = ["permohonan", "hasil", "hasil", "cetak", *moved]
    ways = [(step.id, one.id) for step in procedure.steps for one in step.outcomes]
    entries: list[Placed] = []
    for seq in range(draw(st.integers(1, 25))):
        act = draw(st.sampled_from(acts))
        step, outcome = draw(st.sampled_from([*ways, ("", "x")]))
        roles = [step.holder for step in procedure.steps]
        role = draw(st.sampled_from(["", "operator", "kepala-seksi", "petugas-uptd", *roles]))
        entry = Entry(
            case=case_id(NUMBER),
            act=act,
            officer="ani",
            place=draw(places),
            time=draw(clocks),
            boot=b"boot",
            uptime=seq,
            line=draw(st.integers(1, 80)),
            step=draw(st.sampled_from(["", step])),
            data=_data(act, procedure.slug, outcome, draw(st.one_of(places, st.just(""))), role),
        )
        entries.append(Placed(Spot(draw(st.sampled_from(["RSA", "DIN"])), 1, seq), entry))
    return procedure, entries


@run(deadline=None, max_examples=300)
@given(drawn=cards(), now=st.integers(-(10**15), 10**15))
def test_any_card_has_times_that_can_be(drawn: Drawn, now: int):
    procedure, card = drawn
    state = fold(card, PROCEDURES)
    found = step_times(state, procedure, now, OFFICE)
    for one in found:
        assert 0 <= one.used <= one.wall
        assert one.standard >= 0 and one.waited >= 0
        assert one.late == (one.left < 0)
        assert not one.due or one.due >= one.since
        assert not one.late or one.due
    assert all(one.end or one.clock != "selesai" for one in found)
    assert [one.clock for one in found[:-1]] == ["selesai"] * (len(found) - 1)
    whole = case_time(state, procedure, now, OFFICE)
    assert 0 <= whole.used <= whole.wall
    clock, due = standing(state, procedure, OFFICE)
    if found and not found[-1].end:
        assert (clock, due) == (found[-1].clock, 0 if clock == "pemohon" else found[-1].due)


@run(deadline=None, max_examples=300)
@given(drawn=cards())
def test_a_steps_time_runs_while_the_fold_says_its_officer_has_the_file(drawn: Drawn):
    procedure, card = drawn
    state = fold(card, PROCEDURES)
    step = procedure.find(state.step)
    found = visits(state, procedure)
    if step is None or not found:
        return
    roles = (step.holder, *step.roles, "supervisor", "")
    held = state.holder_officer != "" or (not procedure.berkas and state.holder_place != "")
    there = state.transit is None and held and state.holder_role in roles
    assert (found[-1].clock in ("jalan", "pemohon")) == (there or step.clock_stops)
    assert (found[-1].clock == "pemohon") == (there and step.clock_stops)


@run(deadline=None, max_examples=100)
@given(drawn=cards(), minute=st.integers(0, 10**5), more=st.integers(0, 10**4))
def test_time_at_a_step_never_goes_back(drawn: Drawn, minute: int, more: int):
    procedure, card = drawn
    state = fold(card, PROCEDURES)
    now = START + minute * MINUTE
    earlier, later = (current(state, procedure, at, OFFICE) for at in (now, now + more * MINUTE))
    if earlier is not None and later is not None:
        assert earlier.used <= later.used
        assert earlier.wall <= later.wall
        assert earlier.late <= later.late
