"""Figures as a markdown table, and the page that keeps each bench's last full run."""

from __future__ import annotations

import math
import os
import platform
import re
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

from bench.figure import Figure

RESULTS = Path(__file__).with_name("RESULTS.md")
KIOSK = "The kiosk"
PARTS = (
    KIOSK,
    "Paper",
    "Sync: push",
    "Sync: ingest",
    "Sync: growth",
    "Sync: memory",
)
"""The parts of the page, in their order."""
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
    """Write the kiosk's part of the page of results; gives the page's path."""
    return put(
        f"## {KIOSK}\n\n"
        f"{origin('python -m bench')}; Textual {version('textual')};"
        f" {cases:,} cases in the store, {runs} runs of each side in turn.\n"
        "A ratio is the kiosk against the baseline on the same machine at the same time;"
        " milliseconds differ from machine to machine.\n\n"
        f"{table(figures)}\n"
    )


def origin(command: str) -> str:
    """By which command, when and on what a part was measured."""
    machine = f"{os.cpu_count()} CPUs, Linux {platform.release().split('-')[0]}"
    return (
        f"Written by `{command}` on {date.today():%Y-%m-%d}; {machine};"
        f" Python {platform.python_version()}"
    )


def put(part: str) -> Path:
    """Put one part, which begins with its ``## `` heading, in the place of the one before it.

    The others stay as they are; gives the page's path.
    """
    text = RESULTS.read_text() if RESULTS.exists() else ""
    parts = {_title(one): one for one in re.split(r"(?m)^(?=## )", text) if one.startswith("## ")}
    parts[_title(part)] = part
    places = {title: at for at, title in enumerate(PARTS)}
    ordered = sorted(parts, key=lambda title: places.get(title, len(places)))
    body = "\n".join(parts[title].rstrip() + "\n" for title in ordered)
    RESULTS.write_text(f"# Measured\n\n{body}")
    return RESULTS


def _title(part: str) -> str:
    return part.partition("\n")[0].removeprefix("## ").strip()
