"""The training city as it is founded: empty, every kiosk admitted; each day walks in a copy."""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from kiosk.training import found_places
from tests.days.walk import Day
from tests.screens.counter import at_counter

MEMORY = Path("/dev/shm")

DayMaker = Callable[[], AbstractAsyncContextManager[Day]]


@pytest.fixture(scope="session")
def founded() -> Iterator[Path]:
    """The folder of the city before its first case."""
    base = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="loket-hari-", dir=base) as name:
        folder = Path(name) / "kota"
        found_places(folder, "http://127.0.0.1:9")
        yield folder


@pytest.fixture
def begin_day(founded: Path) -> Iterator[DayMaker]:
    """``async with begin_day() as day:`` a day of the whole city, with pusat, behind one screen."""
    with tempfile.TemporaryDirectory(dir=founded.parent) as home:

        @asynccontextmanager
        async def begin() -> AsyncIterator[Day]:
            async with at_counter(founded, Path(home) / "kota", central=True) as at:
                await at.app.warm()
                yield Day(at)

        yield begin
