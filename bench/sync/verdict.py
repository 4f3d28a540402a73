"""What was asked for and what was measured: a table of bounds, and tables of what was seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Bound:
    """One demand: ``measured`` is at least, or at most, ``bound``.

    ``how`` says what was compared with what.
    """

    name: str
    measured: float
    bound: float
    how: str
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether the demand is met."""
        return self.measured >= self.bound if self.at_least else self.measured <= self.bound


@dataclass(slots=True)
class Section:
    """A part of the page of results: tables with a line above each, and the bounds."""

    title: str
    lines: list[str] = field(default_factory=list[str])
    bounds: list[Bound] = field(default_factory=list[Bound])

    def say(self, text: str) -> None:
        """Add a paragraph."""
        self.lines += [text, ""]

    def table(self, head: Row, rows: Sequence[Row]) -> None:
        """Add a table, first column words, the others numbers."""
        self.lines += [*markdown(head, rows), ""]

    def text(self) -> str:
        """The section as markdown, its heading included."""
        parts = [f"## {self.title}", "", *self.lines]
        if self.bounds:
            rows = [
                (
                    one.name,
                    f"{one.measured:.3g}",
                    f"{'>=' if one.at_least else '<='} {one.bound:g}",
                    "met" if one.met else "**NOT met**",
                    one.how,
                )
                for one in self.bounds
            ]
            parts += [*markdown(("bound", "measured", "asked", "", "of"), rows), ""]
        return "\n".join(parts).rstrip() + "\n"

    @property
    def met(self) -> bool:
        """Whether every bound of it is met."""
        return all(one.met for one in self.bounds)


def markdown(head: Row, rows: Sequence[Row]) -> list[str]:
    """The lines of a table, its columns lined up; all but the first are set to the right."""
    every = [head, *rows]
    widths = [max(len(row[at]) for row in every) for at in range(len(head))]
    lines = [
        "| "
        + " | ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        + " |"
        for row in every
    ]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return [lines[0], "| " + " | ".join(rule) + " |", *lines[1:]]
