"""The login screen against a bare Textual app: first paint, CPU and memory."""

from __future__ import annotations

import sys

from bench.bare_app import SIGN
from bench.figure import Figure, against, in_turn
from bench.fill import FIRST, PIN, Filled
from bench.probe import Probe, measure_start
from tests.terminal.console_keys import code
from tests.terminal.desk_process import kiosk

BARE = [sys.executable, "-m", "bench.bare_app"]


def measure(filled: Filled, runs: int) -> list[Figure]:
    """First paint 1.35x, CPU 1.5x, memory 1.4x a bare app, whatever the store holds."""
    command = kiosk("--data", str(filled.folder))
    ours, base = in_turn(
        runs,
        lambda: measure_start(command, FIRST.name),
        lambda: measure_start(BARE, SIGN),
    )
    return [
        against("login first paint", [s.paint for s in ours], [s.paint for s in base], 1.35),
        against("login CPU, best", [s.cpu for s in ours], [s.cpu for s in base], 1.5, one=min),
        against("login memory", [s.rss for s in ours], [s.rss for s in base], 1.4, unit="MiB"),
        against(
            f"worklist memory, {filled.cases:,} cases in it",
            [_worklist(command)],
            [s.rss for s in base],
            1.4,
            unit="MiB",
        ),
    ]


def _worklist(command: list[str]) -> float:
    """Resident MiB with an officer logged in and every case of the store in the list."""
    with Probe(command) as probe:
        probe.until(FIRST.name)
        for name in ("1", "Enter", *PIN, "Enter"):
            probe.press(code(name))
        probe.until("Daftar kerja")
        probe.press(code("Left"))
        probe.until("Semua: ")
        return probe.rss()
