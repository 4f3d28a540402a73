"""What the journal cannot do, and what it finds that cannot be."""

from __future__ import annotations

from sync.entry import Spot


class JournalError(RuntimeError):
    """The journal was used against its rules: a fault in the program, not in the data."""


class ForkError(RuntimeError):
    """Two different entries claim one place of a chain: a copied disk, or a forgery.

    ``spot`` is the place. Nothing is changed.
    """

    def __init__(self, spot: Spot) -> None:
        super().__init__(f"fork at {spot.kiosk}/{spot.epoch}/{spot.seq}")
        self.spot = spot
