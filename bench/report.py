"""Figures as a markdown table, and the page that keeps the last full run."""

from __future__ import annotations

import math
import os
import platform
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

from bench.figure import Figure

RESULTS = Path(__file__).with_name("RESULTS.md")
_HEAD = ("figure", "ours", "baseline", "ratio", "bound", "ok")


def table(figures: Sequence[Figure]) -> str:
    """A markdown table, its columns lined up."""
    rows = [_HEAD, *(_cells(figure) for figure in figures)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(_HEAD))]
    lines = ["| " + " | ".join(_padded(row, widths)) + " |" for row in rows]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:-1]), "-" * widths[-1]]
    return "\n".join([lines[0], "| " + " | ".join(rule) + " |", *lines[1:]])


def _padded(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    """Numbers to the right, words to the left."""
    numbers = [cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:-1], strict=True)]
    return [row[0].ljust(widths[0]), *numbers, row[-1].ljust(widths[-1])]


def _cells(figure: Figure) -> tuple[str, ...]:
    base = "" if figure.base is None else f"{figure.base:.1f} {figure.unit}"
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}x"
    bound = f"{figure.bound:g} {figure.unit}" if figure.ratio is None else f"{figure.bound:g}x"
    if math.isinf(figure.bound):
        bound = ""
    ours = f"{figure.ours:.1f} {figure.unit}"
    return figure.name, ours, base, ratio, bound, "yes" if figure.ok else "NO"


def write(figures: Sequence[Figure], cases: int, runs: int) -> Path:
    """Write the page of results; gives its path."""
    machine = f"{os.cpu_count()} CPUs, Linux {platform.release().split('-')[0]}"
    software = f"Python {platform.python_version()}, Textual {version('textual')}"
    RESULTS.write_text(
        "# Measured\n\n"
        f"Written by `python -m bench` on {date.today():%Y-%m-%d}: {cases:,} cases in the store,"
        f" {runs} runs of each side in turn; {machine}; {software}.\n"
        "A ratio is the kiosk against the baseline on the same machine at the same time;"
        " milliseconds differ from machine to machine.\n\n"
        f"{table(figures)}\n"
    )
    return RESULTS
