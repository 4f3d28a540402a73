"""Who sits at the desk: login by PIN, locking, enrolling officers."""

from __future__ import annotations

from dataclasses import replace

from kiosk.desk.core import Core
from kiosk.desk.ledger import Act
from kiosk.desk.views import Officer
from kiosk.keys import OfficerCard

NO_CASE = bytes(16)


class Session:
    """Login and enrolment."""

    def __init__(self, core: Core):
        self._core = core

    def login(self, officer: str, pin: str) -> Officer:
        """Open an officer's key by PIN and seat him. Raises WrongPin."""
        core = self._core
        key = core.front.keys.unlock(officer, pin)
        card = next(c for c in core.front.officers() if c.officer == officer)
        core.officer = Officer(card, core.settings.address, key)
        return core.officer

    def logout(self) -> None:
        """Lock the desk; the key leaves memory."""
        self._core.officer = None

    def enrol(self, card: OfficerCard, pin: str) -> None:
        """Make an officer's key and announce it to everyone, signed by the kiosk.

        Raises BadPin, or sqlite3.IntegrityError when the id is taken.
        """
        core = self._core
        if not core.settings.training:
            card = replace(card, hint="")  # no PIN lies on a disk in clear
        with core.ledger.transaction():
            public = core.front.keys.new_officer(card, pin)
            core.ledger.write(
                core.device_hand(),
                Act(
                    NO_CASE,
                    "kunci",
                    to=("*",),
                    data={
                        "petugas": card.officer,
                        "nama": card.name,
                        "inisial": card.initials,
                        "peran": list(card.roles),
                        "tempat": core.settings.address,
                        "kunci": public,
                    },
                ),
            )
