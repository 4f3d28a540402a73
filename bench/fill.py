"""A kiosk's data folder with many synthetic cases, written through the real journal."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from config.settings import SETTINGS_FILE, Settings
from kiosk.keys import OfficerCard

if TYPE_CHECKING:
    from kiosk.desk.desk import Desk

SETTINGS = Settings(code="RSA", name="RSUD Ukur", profile="rs", address="rs:RSA")
FIRST = OfficerCard("siti", "Siti Rahmawati", "SR", ("operator-fasilitas",))
SECOND = OfficerCard("murni", "Murni Lestari", "ML", ("operator-fasilitas",))
PROCEDURE = "kado-camer"
PIN = "1111"
"""Of both."""

AT_ONCE = 1000
"""Cases in one transaction while filling; an officer's act is one by itself."""

BETWEEN_CASES_MS = 6 * 60_000
"""240 cases a day: the serial of a resi has four digits a day."""


@dataclass(frozen=True, slots=True)
class Filled:
    """The folder and how many cases it has, all taken in by FIRST."""

    folder: Path
    cases: int


class PastClock:
    """A device clock that stands at a moment of the past and is moved on case by case."""

    def __init__(self, now: int) -> None:
        self.boot = bytes(8)
        self._now = now

    def now(self) -> int:
        """Milliseconds since 1970 UTC."""
        return self._now

    def uptime(self) -> int:
        """Milliseconds since boot."""
        return 0

    def pass_by(self, ms: int) -> None:
        """Let time go by."""
        self._now += ms


def fill(folder: Path, cases: int) -> Filled:
    """Found a ward's kiosk in ``folder`` and take ``cases`` births in.

    A folder that this filled before is used as it is, with as many cases as it has.
    """
    import time

    from kiosk.desk.desk import Desk
    from kiosk.desk.setup import found

    clock = PastClock(time.time_ns() // 1_000_000 - (cases + 1) * BETWEEN_CASES_MS)
    fresh = not (folder / SETTINGS_FILE).exists()
    if fresh:
        found(folder, SETTINGS, clock)
    desk = Desk.open(folder, clock)
    try:
        if fresh:
            _take_all_in(desk, clock, cases)
        return Filled(folder, desk.work.count("semua"))
    finally:
        desk.close()


def _take_all_in(desk: Desk, clock: PastClock, cases: int) -> None:
    for card in (FIRST, SECOND):
        desk.session.enrol(card, PIN)
    desk.session.login(FIRST.officer, PIN)
    # Nobody was promised anything yet, so the disk need not confirm each case.
    desk.core.db.execute("PRAGMA synchronous=OFF")
    for start in range(0, cases, AT_ONCE):
        with desk.core.ledger.transaction():
            for n in range(start, min(start + AT_ONCE, cases)):
                clock.pass_by(BETWEEN_CASES_MS)
                _take_in(desk, n)


def _take_in(desk: Desk, n: int) -> None:
    """One case as the intake writes it, its papers left out."""
    from kiosk.cases.resi import case_id
    from kiosk.clock import day_of
    from kiosk.desk.ledger import Act
    from kiosk.training import sample_birth

    core = desk.core
    (number,) = core.next_numbers(1)
    data = {
        "nomor": number,
        "prosedur": PROCEDURE,
        "isi": sample_birth(n, day_of(core.clock.now())),
        "daftar": number.rsplit("-", 2)[0],
    }
    first = core.procedures[PROCEDURE].first.id
    act = Act(case_id(number), "permohonan", first, to=(SETTINGS.address, "dinas"), data=data)
    core.ledger.write(core.hand(), act)
