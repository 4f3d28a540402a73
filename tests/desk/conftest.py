"""A world of kiosks for each test, copied from one that is founded once."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.desk.views import Officer
from tests.desk.field import add_second_team
from tests.desk.world import World, found_template, living

_MEMORY = Path("/dev/shm")


@pytest.fixture(scope="session")
def ground() -> Iterator[Path]:
    """A folder in memory where there is one: every act of a desk waits for its disk."""
    base = _MEMORY if os.access(_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="loket-uji-", dir=base) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def template(ground: Path) -> Path:
    """Folders of every kiosk and of pusat, founded but never used."""
    folder = ground / "asal"
    found_template(folder)
    return folder


@pytest.fixture
def place(ground: Path) -> Iterator[Path]:
    """A folder for one test."""
    with tempfile.TemporaryDirectory(dir=ground) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def seats() -> dict[str, Officer]:
    """Officers who have shown their PIN once; all worlds are copies of one, keys and all."""
    return {}


@pytest.fixture
def world(template: Path, place: Path, seats: dict[str, Officer]) -> Iterator[World]:
    """Every kiosk and a pusat that answers."""
    with living(template, place / "dunia") as one:
        one.seats = seats
        yield one


@pytest.fixture
def offline(template: Path, place: Path, seats: dict[str, Officer]) -> Iterator[World]:
    """Every kiosk, no pusat."""
    with living(template, place / "dunia", online=False) as one:
        one.seats = seats
        yield one


@pytest.fixture
def field(world: World) -> World:
    """Every kiosk, and a second one of the field team."""
    add_second_team(world)
    return world
