"""From a key to its last byte on the screen: the form's longest page against a bare entry."""

from __future__ import annotations

from bench.bare_app import SIGN
from bench.figure import Figure, against, in_turn, p95
from bench.fill import FIRST, PIN, Filled
from bench.probe import Probe
from bench.start import BARE
from config.forms import load_form
from config.procedures import FORMS
from tests.terminal.console_keys import code
from tests.terminal.desk_process import kiosk

FORM = FORMS / "kelahiran.toml"
TYPED = "MUHAMMAD RIZKY ADITYA PUTRA"


def measure(filled: Filled, runs: int) -> list[Figure]:
    """The p95 of a run's keys, the median over the runs: at most 2x a bare Input."""
    ours, base = in_turn(runs, lambda: _in_form(filled), _in_bare)
    return [against("key in the longest form page, p95", ours, base, 2)]


def _in_form(filled: Filled) -> float:
    pages = load_form(FORM).pages
    longest = max(pages, key=lambda page: len(page.fields))
    with Probe(kiosk("--data", str(filled.folder))) as probe:
        probe.until(FIRST.name)
        for name in ("1", "Enter", *PIN, "Enter"):
            probe.press(code(name))
        probe.until("Daftar kerja")
        probe.send(code("F2"))
        probe.until(pages[0].title)
        for page in pages[1 : pages.index(longest) + 1]:
            probe.send(code("PageDown"))
            probe.until(page.title)
        return _typing(probe)


def _in_bare() -> float:
    with Probe([*BARE, "input"]) as probe:
        probe.until(SIGN)
        return _typing(probe)


def _typing(probe: Probe) -> float:
    """The p95 in ms of the keys of a name; its first three only warm the program up."""
    return p95([probe.press(letter.encode()) for letter in TYPED][3:])
