"""One measured figure, and how many runs become one number."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured: ``ours`` and ``base`` in ``unit``, and the most that is allowed.

    The bound is one of the ratio; without a baseline it is one of ``ours`` itself.
    """

    name: str
    ours: float
    base: float | None = None
    ratio: float | None = None
    bound: float = math.inf
    unit: str = "ms"

    @property
    def ok(self) -> bool:
        """Whether the figure is within its bound."""
        return (self.ours if self.ratio is None else self.ratio) <= self.bound


def against(
    name: str,
    ours: Sequence[float],
    base: Sequence[float],
    bound: float,
    *,
    unit: str = "ms",
    one: Callable[[Sequence[float]], float] = statistics.median,
) -> Figure:
    """A figure with a baseline: ``one`` makes one number of each side's runs."""
    mine, bare = one(ours), one(base)
    return Figure(name, mine, bare, mine / bare, bound, unit)


def p95(values: Sequence[float]) -> float:
    """The value that 95 of 100 do not exceed. At least one value."""
    return sorted(values)[math.ceil(len(values) * 0.95) - 1]


def in_turn(runs: int, ours: Callable[[], A], base: Callable[[], B]) -> tuple[list[A], list[B]]:
    """Run both in turn, ``runs`` times each, the other first every second time.

    One run of each goes before and does not count: it fills the caches of the disk.
    """
    ours()
    base()
    mine: list[A] = []
    bare: list[B] = []
    for n in range(runs):
        if n % 2:
            bare.append(base())
            mine.append(ours())
        else:
            mine.append(ours())
            bare.append(base())
    return mine, bare
