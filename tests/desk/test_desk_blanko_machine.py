"""Any acts on blanko at any desk, merged in any order: the places agree, and it all adds up."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from kiosk.cases.blanko import total
from kiosk.desk.blanko import Blanko
from kiosk.desk.views import Officer, Refusal
from kiosk.papers.pemusnahan import Destruction, Witness
from tests.desk.world import World, same_after_rebuild

KEEPERS = {"doni": "DKP", "bayu": "DKP", "yuni": "U10", "eko": "U10", "zul": "V10"}
SEEN = Destruction("Halaman", "dibakar", (Witness("A", "Satpol PP"), Witness("B", "Kasi")))
keepers = st.sampled_from(sorted(KEEPERS))
kinds = st.sampled_from(["kia", "ktp"])
counts = st.integers(0, 40)
serials = st.sampled_from(["", "K1", "K2", "K3"])
seats: dict[str, Officer] = {}


class Shelves(RuleBasedStateMachine):
    """The dinas, and two desks at one UPTD."""

    def __init__(self, template: Path, ground: Path):
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(dir=ground)
        self.world = World.copy_of(template, Path(self._folder.name) / "dunia")
        self.world.seats = seats
        self.parcels: list[tuple[str, str, int, str]] = []

    @initialize()
    def open_the_doors(self) -> None:
        self.world.start()
        for code in ("DKP", "U10", "V10"):
            self.world.desk(code)
        self.world.meet()

    def at(self, officer: str) -> Blanko:
        return self.world.sit(officer).blanko

    @rule(officer=keepers, kind=kinds, count=counts, letter=st.sampled_from("abc"))
    def receive(self, officer: str, kind: str, count: int, letter: str) -> None:
        with suppress(Refusal):
            self.at(officer).receive(kind, count, "Ditjen Dukcapil", letter)

    @rule(officer=keepers, kind=kinds, count=counts, to=st.integers(0, 9))
    def transfer(self, officer: str, kind: str, count: int, to: int) -> None:
        desk = self.at(officer)
        places = desk.targets()
        here = self.world.desk(KEEPERS[officer]).settings.address
        with suppress(Refusal):
            number = desk.transfer(kind, places[to % len(places)][0], count)
            self.parcels.append((number, kind, count, here))

    @rule(officer=keepers, which=st.integers(0), off=st.sampled_from([0, 0, -1, 2]))
    def count_in(self, officer: str, which: int, off: int) -> None:
        """By its letter: whether the news has come, the desk knows."""
        if self.parcels:
            number, kind, sent, source = self.parcels[which % len(self.parcels)]
            with suppress(Refusal):
                self.at(officer).count_in(number, max(0, sent + off), kind, sent, source)

    @rule(officer=keepers, kind=kinds, serial=serials, count=st.integers(1, 3))
    def spoil(self, officer: str, kind: str, serial: str, count: int) -> None:
        with suppress(Refusal):
            self.at(officer).spoil(kind, "macet", serial, 1 if serial else count)

    @rule(officer=keepers, kind=kinds)
    def destroy(self, officer: str, kind: str) -> None:
        desk = self.at(officer)
        pile = desk.pile(kind)
        with suppress(Refusal):
            refs = [one.refs[0] for one in pile]
            desk.destroy(kind, refs, sum(one.count for one in pile), SEEN)

    @rule(officer=keepers, kind=kinds, count=counts)
    def count(self, officer: str, kind: str, count: int) -> None:
        self.at(officer).count(kind, count)

    @rule(
        officer=st.sampled_from(["bayu", "eko"]),
        way=st.sampled_from(["pengirim", "penerima", "jalan"]),
    )
    def settle(self, officer: str, way: str) -> None:
        desk = self.at(officer)
        for one in desk.differences()[:2]:
            with suppress(Refusal):
                desk.settle(one.about, "dihitung ulang", way)

    @rule(codes=st.permutations(["DKP", "U10", "V10"]))
    def meet(self, codes: list[str]) -> None:
        self.world.meet(*codes[:2], rounds=1)

    @rule(chance=st.randoms(use_true_random=False))
    def a_busy_day(self, chance: Any) -> None:
        """Everybody does a little of everything."""
        for _ in range(15):
            self.some_act(chance)

    def some_act(self, chance: Any) -> None:
        officer, kind = chance.choice(sorted(KEEPERS)), chance.choice(["kia", "ktp"])
        boss, way = chance.choice(["bayu", "eko"]), chance.choice(["jalan", "penerima"])
        acts = (
            lambda: self.receive(officer, kind, chance.randint(1, 40), "d"),
            lambda: self.transfer(officer, kind, chance.randint(1, 40), chance.randint(0, 9)),
            lambda: self.count_in(officer, chance.randint(0, 9), 0),
            lambda: self.count_what_comes(officer, chance.choice([0, -1, 2])),
            lambda: self.spoil(officer, kind, chance.choice(["", "K1", "K2"]), 2),
            lambda: self.destroy(officer, kind),
            lambda: self.count(officer, kind, chance.randint(0, 40)),
            lambda: self.settle(boss, way),
            lambda: self.meet(chance.sample(["DKP", "U10", "V10"], 3)),
        )
        chance.choice(acts)()

    def count_what_comes(self, officer: str, off: int) -> None:
        desk = self.at(officer)
        for one in desk.incoming():
            desk.count_in(one.number, max(0, one.sent + off))

    def teardown(self) -> None:
        try:
            if self.world.central is not None:
                self.world.meet(rounds=3)
                self.all_agree()
        finally:
            self.world.close()
            self._folder.cleanup()

    def all_agree(self) -> None:
        dinas = {(one.kind, one.place): one for one in self.at("bayu").balances()}
        own: dict[Any, Any] = {}
        for officer, code in (("eko", "U10"), ("zul", "V10")):
            lines = {(one.kind, one.place): one for one in self.at(officer).balances()}
            assert own in ({}, lines), code
            own = lines
        for key, line in own.items():
            assert key not in dinas or dinas[key] == line
            assert key in dinas or not any((line.left, line.spoiled, line.coming))
        for kind in ("kia", "ktp"):
            assert total(dinas.values(), kind).holds
        for code in ("DKP", "U10"):
            desk = self.world.desk(code)
            assert same_after_rebuild(desk), code
        self.everything_can_be_settled()

    def everything_can_be_settled(self) -> None:
        boss = self.at("bayu")
        for one in boss.differences():
            boss.settle(one.about, "selesai", "pengirim")
        assert not boss.differences()
        cards = self.world.desk("DKP").cards
        for note in cards.exceptions():
            cards.resolve(note.ref, "kiriman ini dihitung dua kali")


def test_blanko_at_any_desk_in_any_order(template: Path, ground: Path) -> None:
    run_state_machine_as_test(
        lambda: Shelves(template, ground),
        settings=settings(
            max_examples=12,
            stateful_step_count=15,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.generate, Phase.shrink),
        ),
    )
