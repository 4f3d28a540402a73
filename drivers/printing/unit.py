"""One printer as it was set up: where it is, what it can do, how it proves that a paper is out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from drivers.escpos import Profile

Proof = Literal["process", "status", "officer"]
"""How a unit proves that a paper is out: ``process`` (it answers GS ( H function 48 with our four
bytes when the paper is printed), ``status`` (it answers GS r 1, queued behind the data, and DLE EOT
finds no fault), ``officer`` (it cannot tell: the officer is asked)."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A printer. ``address`` is stable over unplugging (see drivers/ports/addresses.py)."""

    address: str
    profile: Profile
    proof: Proof = "officer"
    baud: int = 9600
