"""A thousand schedules of faults: printed means printed."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.printing.feeder import State
from drivers.printing.unit import Proof
from drivers.virtual.decode import Cut, decode
from tests.printing.fault_bench import Bench, Fault, FileLedger, Kind, Schedule, paper


def in_a_row(faults: list[Fault]) -> tuple[Fault, ...]:
    """Faults drawn with their distance from the one before: the worst come close together."""
    places = accumulate(fault.at for fault in faults)
    return tuple(replace(fault, at=at) for fault, at in zip(faults, places, strict=True))


FAULTS = st.builds(
    Fault,
    kind=st.sampled_from(get_args(Kind)),
    at=st.one_of(st.integers(1, 40), st.integers(1, 400), st.integers(1, 6000)),
    # Beside any time at all: just under and over the feeder's own patience.
    lasts=st.one_of(st.floats(0.01, 30), st.sampled_from([0.3, 0.49, 1, 3.1, 4.1, 21, 41, 100])),
)

SCHEDULES = st.builds(
    Schedule,
    jobs=st.lists(st.integers(90, 900), min_size=1, max_size=4).map(tuple),
    faults=st.lists(FAULTS, min_size=1, max_size=8).map(in_a_row),
    proof=st.sampled_from(["process", "process", "status", "status", "officer"]),
    line=st.sampled_from(["usb", "usb", "serial"]),
    size=st.sampled_from([8, 32, 64, 256, 1024, 4096, 65536]),
    asb=st.booleans(),
    dle_eot=st.booleans(),
    side=st.booleans(),
    keep_port=st.booleans(),
    look_at_once=st.booleans(),
    again=st.booleans(),
    seed=st.integers(0, 1000),
)

QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=1000, deadline=None, suppress_health_check=QUIET)
@given(SCHEDULES)
def test_what_came_out_is_what_the_spool_says(schedule: Schedule) -> None:
    Bench(schedule).play()


@settings(max_examples=25, deadline=None, suppress_health_check=QUIET)
@given(SCHEDULES)
def test_the_same_with_the_states_in_a_file(
    tmp_path_factory: pytest.TempPathFactory, schedule: Schedule
) -> None:
    folder: Path = tmp_path_factory.mktemp("spool")
    Bench(schedule, FileLedger(folder / "spool.db")).play()


@pytest.mark.parametrize(
    ("proof", "asked"), [("process", 60), ("process", 0), ("status", 60)], ids=str
)
def test_a_kill_at_every_byte_of_a_paper(proof: Proof, asked: int) -> None:
    """``asked``: bytes of the questions before the paper, to a printer that can answer them."""
    size = len(paper(1, 150, 7))
    able = asked > 0
    for at in range(1, size + asked):
        kill = Fault("kill", at, 1)
        bench = Bench(Schedule((150, 150), (kill,), proof, asb=able, dle_eot=able, seed=7))
        bench.play()
        states = bench.ledger.all()
        assert states[2] == State.PRINTED, f"the next paper suffers at {at}: {states}"


@pytest.mark.parametrize("fault", ["unplug", "power", "paper", "cover", "stall"])
def test_a_fault_at_every_byte_of_a_paper(fault: str) -> None:
    size = len(paper(1, 150, 7))
    for at in range(1, size + 60):
        Bench(Schedule((150, 150), (Fault(fault, at, 5),), "process", size=40, seed=7)).play()


def test_the_papers_of_the_bench_are_clean() -> None:
    for seed in range(30):
        data = paper(1, 600, seed)
        # The decoder wants a QR code's size and level set before; the bench's papers leave it out.
        if b"\x1d(k" not in data:
            assert isinstance(decode(data)[-1], Cut)
