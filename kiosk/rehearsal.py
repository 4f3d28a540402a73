"""Walks made-up cases through the first three training kiosks, so that every state has a few."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from config.blanko import BLANKO
from kiosk.clock import day_of
from kiosk.desk.desk import Desk
from kiosk.exchange import Exchange
from kiosk.press import Press
from kiosk.training import PLACES, sample_birth

Walk = Callable[["Rehearsal"], None]


class Rehearsal:
    """Three desks and who sits at them."""

    def __init__(self, folders: list[Path]):
        self.ward, self.dinas, self.uptd = (Desk.open(folder) for folder in folders[:3])
        self._exchanges = [Exchange(desk) for desk in (self.ward, self.dinas, self.uptd)]
        self._pins = {card.officer: card.hint for place in PLACES for card in place.officers}
        self.numbers: list[str] = []

    def sit(self, desk: Desk, officer: str) -> None:
        """An officer takes his seat."""
        desk.session.login(officer, self._pins[officer])

    def meet(self) -> None:
        """Every kiosk exchanges with pusat, twice, so that all have seen all."""
        for line in self._exchanges * 2:
            line.run()

    def take_in(self, count: int) -> None:
        """The ward takes cases in."""
        self.sit(self.ward, "siti")
        today = day_of(self.ward.core.clock.now())
        for n in range(len(self.numbers), len(self.numbers) + count):
            made = self.ward.intake.submit("kado-camer", sample_birth(n, today))
            self.numbers += [one.number for one in made]

    def send(self, desk: Desk, kind: str) -> list[str]:
        """Everything of one kind that can leave, leaves; gives the batch numbers."""
        return [
            desk.batches.hand_over(
                group.kind, group.target, [row.number for row in group.rows], len(group.rows)
            )
            for group in desk.batches.ready()
            if group.kind == kind
        ]

    def do(self, officer: str, numbers: list[str], outcome: str, **values: str) -> None:
        """An officer of the dinas receives each file and records an outcome."""
        self.sit(self.dinas, officer)
        for number in numbers:
            state = self.dinas.core.known(number)
            if state.transit is not None:
                self.dinas.files.receive(number)
            self.dinas.files.record(number, outcome, values)

    def stock(self, officer: str, count: int) -> None:
        """Blanko of every kind come to the dinas."""
        self.sit(self.dinas, officer)
        for kind in BLANKO:
            self.dinas.blanko.receive(kind, count, "Ditjen Dukcapil", "LATIHAN-1")

    def close(self) -> None:
        """Print what was queued and go home."""
        for desk in (self.ward, self.dinas, self.uptd):
            Press(desk).run()
        for line in self._exchanges:
            line.close()
        for desk in (self.ward, self.dinas, self.uptd):
            desk.close()


def rehearse(folders: list[Path]) -> list[str]:
    """Twelve cases, from just taken in to collected; gives their numbers, furthest first."""
    world = Rehearsal(folders)
    try:
        world.meet()
        world.take_in(10)
        (batch,) = world.send(world.ward, "daftar")
        world.meet()
        world.sit(world.dinas, "andi")
        for number in world.numbers:
            world.dinas.files.receive(number, batch)
        world.dinas.batches.close(batch, len(world.numbers))
        n = world.numbers
        world.do("andi", n[:8], "dientri", siak_ref="LATIHAN-1")
        world.do("andi", n[8:9], "kembali", catatan="FC buku nikah tidak terbaca")
        world.do("rina", n[:7], "diparaf")
        world.do("hendra", n[:6], "diparaf")
        world.do("andi", n[:5], "ditandatangani", tte_ref="TTE-LATIHAN")
        world.do("andi", n[:4], "dikirim", email="latihan@contoh.id")
        world.stock("doni", 500)
        for at, number in enumerate(n[:3], 1):
            world.do("doni", [number], "dicetak", blanko=f"K{at:04}")
        world.sit(world.dinas, "wati")
        for number in n[:2]:
            world.dinas.files.receive(number)
        (rekap,) = world.send(world.dinas, "rekap")
        world.meet()
        world.sit(world.uptd, "yuni")
        world.uptd.batches.receive_rest(rekap, 2)
        world.uptd.batches.close(rekap, 2)
        relation = world.uptd.core.policy.default
        mother = world.uptd.cards.parents(n[0])[0]
        world.uptd.cards.hand_over(
            n[0], relation.key, {"nama": mother, "nik": "1471104506920001"}, relation.papers
        )
        world.take_in(2)
        world.meet()
        return list(world.numbers)
    finally:
        world.close()
