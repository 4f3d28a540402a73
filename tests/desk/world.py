"""Kiosks with officers, and a real pusat on loopback: what the desk's tests walk through."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from config.settings import Settings, load, save
from kiosk.cases.state import CaseState
from kiosk.clock import Clock, DeviceClock, day_of
from kiosk.desk.checkup import fingerprint, rebuild
from kiosk.desk.desk import Desk
from kiosk.desk.lives import IDENTITY
from kiosk.desk.setup import found
from kiosk.desk.views import Officer
from kiosk.exchange import Exchange, Exchanged
from kiosk.keys import OfficerCard
from kiosk.store.database import connect
from kiosk.store.marks import HIGH_WATER, identity
from kiosk.training import PLACES, Place, found_places, sample_birth
from sync.central.admit import admit
from sync.central.serve import Running, run_in_thread

SECOND_UPTD = Place(
    "V10",
    "uptd",
    "uptd:14.71.10",
    "UPTD Tenayan Raya, loket 2",
    (OfficerCard("zul", "Zul Fahmi", "ZF", ("petugas-uptd",), "4141"),),
)
"""A second kiosk at the same UPTD: two desks that can both hand out one card."""

ALL = (*PLACES, SECOND_UPTD)
PINS = {card.officer: card.hint for place in ALL for card in place.officers}
DESK_OF = {card.officer: place.code for place in ALL for card in place.officers}
TODAY = day_of(DeviceClock.of_this_machine().now())


@dataclass
class ShiftedClock:
    """The machine's clock moved by ``shift``, its uptime by ``slept`` (milliseconds)."""

    shift: int = 0
    slept: int = 0
    boot: bytes = DeviceClock.of_this_machine().boot

    def now(self) -> int:
        return max(0, DeviceClock(self.boot).now() + self.shift)

    def uptime(self) -> int:
        return DeviceClock(self.boot).uptime() + self.slept


def found_template(folder: Path) -> None:
    """Every kiosk's folder and pusat's, with officers enrolled; to be copied, not used."""
    found_places(folder, "http://127.0.0.1:9")
    home = folder / SECOND_UPTD.code.lower()
    like = load(folder / "u10")
    place = SECOND_UPTD
    found(home, replace(like, code=place.code, name=place.name, address=place.address))
    desk = Desk.open(home)
    admit(folder / "pusat", place.code, place.name, place.address, desk.front.keys.device().public)
    for card in place.officers:
        desk.session.enrol(card, card.hint)
    desk.close()


def adopt(folder: Path) -> None:
    """Make a copied folder the kiosk's own: by itself it would begin a new epoch."""
    connection = connect(folder)
    connection.execute("UPDATE meta SET value=? WHERE key=?", (identity(folder), IDENTITY))
    connection.close()
    (folder / HIGH_WATER).unlink(missing_ok=True)


def birth(n: int, today: date = TODAY, **changes: str) -> dict[str, str]:
    """The n-th made-up birth, with other answers where ``changes`` say so."""
    return sample_birth(n, today) | changes


def out_of_town(n: int) -> dict[str, str]:
    """A birth whose parents live in another city."""
    values = birth(n, domisili="luar", kota_luar="KAMPAR")
    del values["kelurahan"]
    return values


@dataclass
class World:
    """Desks by kiosk code, opened when first used, and pusat while it runs."""

    home: Path
    clocks: dict[str, Clock] = field(default_factory=dict[str, Clock])
    central: Running | None = None
    seats: dict[str, Officer] | None = None
    """Officers who have shown their PIN in another copy of this world: keys are the same."""
    _desks: dict[str, Desk] = field(default_factory=dict[str, Desk])
    _lines: dict[str, Exchange] = field(default_factory=dict[str, Exchange])

    @classmethod
    def copy_of(cls, template: Path, home: Path) -> World:
        shutil.copytree(template, home)
        for place in ALL:
            adopt(home / place.code.lower())
        return cls(home)

    # -- pusat -----------------------------------------------------------------------------

    def start(self) -> Running:
        """Pusat begins to answer."""
        self.central = run_in_thread(self.home / "pusat")
        for place in ALL:
            folder = self.folder(place.code)
            url = f"http://127.0.0.1:{self.central.port}"
            save(folder, replace(load(folder), central_url=url))
        return self.central

    def settings(self, code: str) -> Settings:
        return load(self.folder(code))

    def meet(self, *codes: str, rounds: int = 2) -> list[Exchanged]:
        """These kiosks (all, unless named) exchange with pusat, by turns."""
        return [self.line(code).run() for _ in range(rounds) for code in codes or list(self._desks)]

    def line(self, code: str) -> Exchange:
        if code not in self._lines:
            self._lines[code] = Exchange(self.desk(code))
        return self._lines[code]

    # -- desks -----------------------------------------------------------------------------

    def folder(self, code: str) -> Path:
        return self.home / code.lower()

    def desk(self, code: str) -> Desk:
        if code not in self._desks:
            self._desks[code] = Desk.open(self.folder(code), self.clocks.get(code))
        return self._desks[code]

    @property
    def desks(self) -> list[Desk]:
        return list(self._desks.values())

    def sit(self, officer: str, code: str = "") -> Desk:
        """An officer takes the seat at the desk where he works."""
        desk = self.desk(code or DESK_OF[officer])
        if desk.core.officer is None or desk.core.officer.id != officer:
            known = (self.seats or {}).get(officer)
            if known is None:
                known = desk.session.login(officer, PINS[officer])
            desk.core.officer = known
            if self.seats is not None:
                self.seats[officer] = known
        return desk

    def shut(self, code: str) -> None:
        """The kiosk is switched off; ``desk`` switches it on again."""
        if code in self._lines:
            self._lines.pop(code).close()
        if code in self._desks:
            self._desks.pop(code).close()

    def close(self) -> None:
        for code in list(self._desks):
            self.shut(code)
        if self.central is not None:
            self.central.stop()

    # -- the usual way ----------------------------------------------------------------------

    def take_in(self, *ns: int) -> list[str]:
        """The ward takes made-up births in; gives their numbers."""
        ward = self.sit("siti")
        made = [ward.intake.submit("kado-camer", birth(n)) for n in ns]
        return [one.number for several in made for one in several]

    def send(self, officer: str, kind: str, numbers: Sequence[str] = ()) -> str:
        """What is ready of a kind (or just ``numbers``) leaves in one batch; gives its number."""
        desk = self.sit(officer)
        (group,) = [one for one in desk.batches.ready() if one.kind == kind]
        chosen = [row.number for row in group.rows if not numbers or row.number in numbers]
        return desk.batches.hand_over(kind, group.target, chosen, len(chosen))

    def count_in(self, officer: str, batch: str, numbers: Sequence[str]) -> int:
        """Each file of a batch is received, and the batch counted in; gives the difference."""
        desk = self.sit(officer)
        for number in numbers:
            desk.files.receive(number, batch)
        return desk.batches.close(batch, len(numbers))

    def do(self, officer: str, number: str, outcome: str, **values: str) -> None:
        """An officer receives a file that is on its way to him, and records an outcome."""
        desk = self.sit(officer)
        if desk.core.known(number).transit is not None:
            desk.files.receive(number)
        desk.files.record(number, outcome, values)

    def to_dinas(self, *numbers: str) -> None:
        """From the ward's table to the dinas's, with the exchange in between."""
        batch = self.send("siti", "daftar", numbers)
        self.meet("RSA", "DKP")
        self.count_in("andi", batch, numbers)

    def to_printed(self, *numbers: str) -> None:
        """Every step at the dinas, up to the card lying with distribution."""
        for number in numbers:
            self.do("andi", number, "dientri", siak_ref="S-1")
            self.do("rina", number, "diparaf")
            self.do("hendra", number, "diparaf")
            self.do("andi", number, "ditandatangani", tte_ref="T-1")
            self.do("andi", number, "dikirim", email="orang@contoh.id")
            self.do("doni", number, "dicetak", blanko=f"K{number[-6:-2]}")
            self.sit("wati").files.receive(number)

    def to_uptd(self, *numbers: str) -> str:
        """The whole way until the cards lie at the UPTD; gives the rekap's number."""
        self.to_dinas(*numbers)
        self.to_printed(*numbers)
        rekap = self.send("wati", "rekap", numbers)
        self.meet("DKP", "U10")
        uptd = self.sit("yuni")
        uptd.batches.receive_rest(rekap, len(numbers))
        uptd.batches.close(rekap, len(numbers))
        return rekap

    def collect(self, officer: str, number: str, code: str = "") -> None:
        """The mother collects the card, with every paper."""
        desk = self.sit(officer, code)
        relation = desk.core.policy.default
        mother = desk.cards.parents(number)[0]
        desk.cards.hand_over(
            number, relation.key, {"nama": mother, "nik": "1471104506920001"}, relation.papers
        )

    def states(self, number: str) -> list[CaseState]:
        """The case as every open desk that knows it folds it."""
        return [state for desk in self.desks if (state := desk.core.state(number)) is not None]


@contextmanager
def living(template: Path, home: Path, *, online: bool = True) -> Iterator[World]:
    """A world of its own for one test."""
    world = World.copy_of(template, home)
    try:
        if online:
            world.start()
        yield world
    finally:
        world.close()


def same_after_rebuild(desk: Desk) -> bool:
    """Whether the read tables are what the journal alone makes of them."""
    before = fingerprint(desk)
    rebuild(desk)
    return fingerprint(desk) == before
