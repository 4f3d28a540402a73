"""A paper to print, real printers to print it on, and somebody who notes what is told."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from drivers.printing.feeder import State
from drivers.words import Words
from tests.a4.real_printers import CupsServer, EvePrinter
from tests.papers.conftest import corrected, world

__all__ = ["corrected", "world"]


@dataclass
class Told:
    """What a sender told, in order; ``at`` maps a state to what is done when it is told."""

    states: list[tuple[State, int, str]] = field(default_factory=list)
    at: dict[State, Callable[[], object]] = field(default_factory=dict)

    def __call__(self, state: State, taken: int, says: Words | None) -> None:
        self.states.append((state, taken, str(says or "")))
        self.at.get(state, lambda: None)()

    @property
    def names(self) -> list[State]:
        """The states without their words, one for each change."""
        names = [state for state, _, _ in self.states]
        return [name for at, name in enumerate(names) if at == 0 or names[at - 1] != name]

    def said(self, state: State) -> str:
        """The words told with ``state``, the last ones first."""
        return " | ".join(says for told, _, says in reversed(self.states) if told == state)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder with a short name, which a socket's path and another user's program can bear."""
    folder = Path(tempfile.mkdtemp(prefix="a4-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def eve(place: Path) -> Iterator[Callable[..., EvePrinter]]:
    """Starts the IPP printer."""
    started: list[EvePrinter] = []

    def start(*script: str) -> EvePrinter:
        started.append(EvePrinter(place, *script))
        return started[-1]

    yield start
    for one in started:
        one.end()


@pytest.fixture
def cups(place: Path) -> Iterator[Callable[..., CupsServer]]:
    """Starts a CUPS of its own."""
    started: list[CupsServer] = []

    def start(*script: str) -> CupsServer:
        started.append(CupsServer(place, *script))
        return started[-1]

    yield start
    for one in started:
        one.end()
