"""A world of kiosks for each test, and a link between them and central that may fail."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random, SystemRandom

import pytest

from kiosk.desk.views import Officer
from tests.desk.conftest import ground, offline, place, seats, template, world
from tests.desk.world import World, living
from tests.faults.link import Line
from tests.faults.town import Pusat, lead

__all__ = ["ground", "offline", "place", "seats", "template", "world"]

CASES = 40
"""Cases that a stocked ward took in and has not sent."""


@pytest.fixture
def dice() -> Random:
    """A test's dice; their seed is told when it fails."""
    seed = SystemRandom().randrange(10**6)
    print(f"seed={seed}")
    return Random(seed)


@pytest.fixture(scope="session")
def stocked(template: Path, ground: Path, seats: dict[str, Officer]) -> Path:
    """Folders as founded, and a ward that took CASES in while it had no link."""
    home = ground / "penuh"
    with living(template, home, online=False) as one:
        one.seats = seats
        one.take_in(*range(1, CASES + 1))
    return home


@pytest.fixture
def busy(stocked: Path, place: Path, seats: dict[str, Officer]) -> Iterator[World]:
    """A stocked world, and a pusat that answers."""
    with living(stocked, place / "dunia") as one:
        one.seats = seats
        yield one


@pytest.fixture
def cut_off(stocked: Path, place: Path, seats: dict[str, Officer]) -> Iterator[World]:
    """A stocked world, no pusat."""
    with living(stocked, place / "dunia", online=False) as one:
        one.seats = seats
        yield one


@pytest.fixture
def line(busy: World) -> Iterator[Line]:
    """The only way from the stocked ward (RSA) to central."""
    assert busy.central is not None
    with Line(busy.central.port) as one:
        lead(busy, one.port, "RSA")
        yield one


@pytest.fixture
def pusat(cut_off: World) -> Iterator[Pusat]:
    """Central as a process, for the stocked world; every kiosk knows its port."""
    with Pusat(cut_off.home / "pusat") as one:
        lead(cut_off, one.port)
        yield one


def backup(folder: Path, to: Path) -> Path:
    """A copy of a data folder, as an office makes it."""
    shutil.copytree(folder, to)
    return to
