"""Standard times of any card, by clocks right and wrong: they can be, and they follow the fold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import settings as run
from hypothesis import strategies as st

from config.calendar import load_calendar
from config.procedures import load_all
from kiosk.cases.resi import case_id, make_number
from kiosk.cases.standard import case_time, current, step_times, visits
from kiosk.cases.state import fold
from kiosk.cases.working_time import MINUTE, WorkingTime
from sync.entry import Entry, Spot

PROCEDURES = load_all()
KADO = PROCEDURES["kado-camer"]
OFFICE = WorkingTime(load_calendar())
START = 1_795_395_600_000
"""Monday 23 November 2026, 08.00 WIB."""

NUMBER = make_number("RSA", 1, date(2026, 11, 23), 1)


@dataclass(frozen=True)
class Placed:
    """An entry in its place, as the journal gives it."""

    spot: Spot
    entry: Entry


def _data(act: str, outcome: str, place: str, role: str) -> dict[str, Any]:
    return {
        "permohonan": {"nomor": NUMBER, "prosedur": "kado-camer", "isi": {}},
        "hasil": {"hasil": outcome, "isi": {}},
        "serah": {"ke": place, "peran": role, "barang": "berkas"},
        "terima": {"nomor": NUMBER, "prosedur": "kado-camer", "peran": role},
    }.get(act, {})


@st.composite
def cards(draw: st.DrawFn) -> list[Placed]:
    """Acts of three kiosks in any order, some by clocks that are wrong."""
    places = st.sampled_from(["rs:RSA", "dinas", "uptd:14.71.10"])
    near = st.integers(0, 60 * 24 * 60).map(lambda minute: START + minute * MINUTE)
    clocks = near if draw(st.booleans()) else st.integers(0, 10**14)
    ways = [(step.id, one.id) for step in KADO.steps for one in step.outcomes]
    entries: list[Placed] = []
    for seq in range(draw(st.integers(1, 25))):
        act = draw(st.sampled_from(["permohonan", "hasil", "hasil", "serah", "terima", "cetak"]))
        step, outcome = draw(st.sampled_from([*ways, ("", "x")]))
        role = draw(st.sampled_from(["", "operator", "kepala-seksi", "petugas-uptd"]))
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
            data=_data(act, outcome, draw(st.one_of(places, st.just(""))), role),
        )
        entries.append(Placed(Spot(draw(st.sampled_from(["RSA", "DIN"])), 1, seq), entry))
    return entries


@run(deadline=None, max_examples=300)
@given(card=cards(), now=st.integers(-(10**15), 10**15))
def test_any_card_has_times_that_can_be(card: list[Placed], now: int):
    state = fold(card, PROCEDURES)
    found = step_times(state, KADO, now, OFFICE)
    for one in found:
        assert 0 <= one.used <= one.wall
        assert one.standard >= 0 and one.waited >= 0
        assert one.late == (one.left < 0)
        assert not one.due or one.due >= one.since
        assert not one.late or one.due
    assert all(one.end or one.clock != "selesai" for one in found)
    assert [one.clock for one in found[:-1]] == ["selesai"] * (len(found) - 1)
    whole = case_time(state, KADO, now, OFFICE)
    assert 0 <= whole.used <= whole.wall


@run(deadline=None, max_examples=300)
@given(card=cards())
def test_a_steps_time_runs_while_the_fold_says_its_officer_has_the_file(card: list[Placed]):
    state = fold(card, PROCEDURES)
    step = KADO.find(state.step)
    found = visits(state, KADO)
    if step is None or not found:
        return
    roles = (step.holder, *step.roles, "supervisor", "")
    there = state.transit is None and state.holder_officer != "" and state.holder_role in roles
    assert (found[-1].clock in ("jalan", "pemohon")) == (there or step.clock_stops)
    assert (found[-1].clock == "pemohon") == (there and step.clock_stops)


@run(deadline=None, max_examples=100)
@given(card=cards(), minute=st.integers(0, 10**5), more=st.integers(0, 10**4))
def test_time_at_a_step_never_goes_back(card: list[Placed], minute: int, more: int):
    state = fold(card, PROCEDURES)
    now = START + minute * MINUTE
    earlier, later = (current(state, KADO, at, OFFICE) for at in (now, now + more * MINUTE))
    if earlier is not None and later is not None:
        assert earlier.used <= later.used
        assert earlier.wall <= later.wall
        assert earlier.late <= later.late
