"""The training city, walked once; each test works in a copy of it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.rehearsal import rehearse
from kiosk.training import found_places
from sync.central.admit import found as found_central
from sync.central.serve import run_in_thread
from tests.screens.counter import Counter, at_counter

MEMORY = Path("/dev/shm")


@dataclass(frozen=True)
class City:
    """The folder of the walked city, and its cases, furthest first."""

    folder: Path
    numbers: list[str]


@pytest.fixture(scope="session")
def city() -> Iterator[City]:
    base = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="loket-layar-", dir=base) as name:
        folder = Path(name) / "kota"
        found_central(folder / "pusat")
        central = run_in_thread(folder / "pusat")
        try:
            numbers = rehearse(found_places(folder, f"http://127.0.0.1:{central.port}"))
        finally:
            central.stop()
        yield City(folder, numbers)


CounterMaker = Callable[..., AbstractAsyncContextManager[Counter]]


@pytest.fixture
def counter(city: City) -> Iterator[CounterMaker]:
    """``async with counter("siti") as at:`` an officer of the city at the kiosk."""
    with tempfile.TemporaryDirectory(dir=city.folder.parent) as home:

        def make(officer: str = "", **wishes: object) -> AbstractAsyncContextManager[Counter]:
            return at_counter(city.folder, Path(home), officer=officer, **wishes)

        yield make
