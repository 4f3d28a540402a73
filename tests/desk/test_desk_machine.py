"""Any acts by any officers at any desk in any order: once all have met, all agree."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from config.procedures import load_all
from kiosk.cases.engine import Offer
from kiosk.desk.checkup import verify
from kiosk.desk.desk import Desk
from kiosk.desk.views import Officer, Refusal
from kiosk.training import PLACES
from tests.desk.world import (
    ALL,
    DESK_OF,
    SECOND_UPTD,
    ShiftedClock,
    World,
    birth,
    out_of_town,
    same_after_rebuild,
)

CODES = [place.code for place in (*PLACES[:3], SECOND_UPTD)]
ROLES = {card.officer: card.roles for place in ALL for card in place.officers}
WORKERS = ["siti", "andi", "rina", "hendra", "doni", "wati", "bayu", "yuni", "eko", "zul"]
PROCEDURES = load_all()
FILLED = {"email": "orang@contoh.id", "waktu": "10:15", "catatan": "kurang"}
DAY = 24 * 3600 * 1000

officers = st.sampled_from(WORKERS)
some_desks = st.sets(st.sampled_from(CODES), min_size=1).map(sorted)
anything = st.randoms(use_true_random=False)

seats: dict[str, Officer] = {}
"""Officers already seated once: all worlds are copies of one, so their keys are the same."""


class Office(RuleBasedStateMachine):
    """Four desks and a pusat."""

    def __init__(self, template: Path, ground: Path):
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(dir=ground)
        self.world = World.copy_of(template, Path(self._folder.name) / "dunia")
        self.clocks = {code: ShiftedClock() for code in CODES}
        self.world.clocks.update(self.clocks)
        self.world.seats = seats
        self.numbers: list[str] = []
        self.batches: list[str] = []

    @initialize(begun=st.sampled_from(["ward", "dinas", "printed", "uptd", "uptd"]))
    def open_the_doors(self, begun: str) -> None:
        """The day begins with three files that have come this far."""
        self.world.start()
        for code in CODES:
            self.world.desk(code)
        for kind in ("plain", "out of town", "plain"):
            self.take_in(kind)
        here = [number for n, number in enumerate(self.numbers) if n != 1]
        if begun in ("dinas", "printed"):
            self.world.to_dinas(*self.numbers)
        if begun == "printed":
            self.world.to_printed(*self.numbers)
        if begun == "uptd":
            self.batches.append(self.world.to_uptd(*here))
            self.world.meet("V10")

    def seat(self, officer: str) -> Desk:
        return self.world.sit(officer)

    # -- what officers do --------------------------------------------------------------------

    @rule(kind=st.sampled_from(["plain", "twins", "out of town"]))
    def take_in(self, kind: str) -> None:
        n = len(self.numbers)
        values = out_of_town(n) if kind == "out of town" else birth(n)
        twins = [{"anak_nama": "ADIK KEMBAR"}] if kind == "twins" else []
        made = self.seat("siti").intake.submit("kado-camer", values, twins)
        self.numbers += [one.number for one in made]

    @rule(officer=officers, chance=anything)
    def work(self, officer: str, chance: Any) -> None:
        """Some officer takes some file and does what the desk offers him."""
        desk = self.seat(officer)
        self.one_act(desk, chance.choice(self.numbers), chance)

    @rule(officer=st.sampled_from(["yuni", "zul", "eko", "siti"]), number=st.integers(0))
    def hand_out(self, officer: str, number: int) -> None:
        """Whoever has the card, or thinks so, hands it out."""
        desk = self.seat(officer)
        relation = desk.cards.relations()[1]
        wanted = self.numbers[number % len(self.numbers)]
        with suppress(Refusal):
            desk.cards.hand_over(wanted, relation.key, {"nama": "WALI"}, relation.papers)

    @rule(chance=anything)
    def a_busy_morning(self, chance: Any) -> None:
        """Everybody does what is offered, on every file he can lay hands on."""
        for officer in chance.sample(WORKERS, len(WORKERS)):
            desk = self.seat(officer)
            for number in self.numbers:
                state = desk.core.state(number)
                if state is not None:
                    self.one_act(desk, number, chance)
            self.send(officer, chance)

    def one_act(self, desk: Desk, number: str, chance: Any) -> None:
        offers = desk.work.open(number).offers
        if not offers:
            return
        # Mostly forward: a good outcome comes first in its step.
        offer: Offer = offers[0] if chance.random() < 0.7 else chance.choice(offers)
        try:
            if offer.kind == "terima":
                desk.files.receive(number, "", "kado-camer")
            elif offer.outcome is not None and offer.outcome.claim:
                relation = desk.cards.relations()[1]
                desk.cards.hand_over(number, relation.key, {"nama": "WALI"}, relation.papers)
            elif offer.kind == "hasil" and offer.outcome is not None:
                card = f"K{chance.randint(1, 10**9)}"
                values = {f.key: FILLED.get(f.key, card) for f in offer.outcome.fields}
                desk.files.record(number, offer.outcome.id, values, seen=offer.step)
        except Refusal:
            pass

    @rule(officer=officers, number=st.integers(0), step=st.sampled_from(list("123456789KL")))
    def force(self, officer: str, number: int, step: str) -> None:
        """What is not offered is refused, or kept without moving anything it may not."""
        desk = self.seat(officer)
        wanted = PROCEDURES["kado-camer"].step(step)
        head = desk.core.journal.head().seq
        try:
            desk.files.record(
                self.numbers[number % len(self.numbers)],
                wanted.outcomes[0].id,
                {f.key: FILLED.get(f.key, "X-1") for f in wanted.outcomes[0].fields},
                seen=step,
            )
        except Refusal:
            assert desk.core.journal.head().seq == head

    @rule(officer=officers, chance=anything)
    def send(self, officer: str, chance: Any) -> None:
        desk = self.seat(officer)
        for group in desk.batches.ready():
            numbers = [row.number for row in group.rows]
            chosen = chance.sample(numbers, chance.randint(1, len(numbers)))
            self.batches.append(
                desk.batches.hand_over(group.kind, group.target, chosen, len(chosen))
            )

    @rule(officer=officers, chance=anything)
    def count_in(self, officer: str, chance: Any) -> None:
        desk = self.seat(officer)
        waiting = [row.number for row in desk.batches.incoming()]
        if chance.random() < 0.3:  # its paper came before its data
            waiting += self.batches
        for batch in waiting:
            try:
                items = desk.batches.items(batch)
                if chance.random() < 0.7:
                    desk.batches.receive_rest(batch, len(items))
                received = sum(1 for item in desk.batches.items(batch) if item.received)
                desk.batches.close(batch, received, chance.randint(0, 3))
            except Refusal:
                pass

    @rule(officer=officers)
    def settle(self, officer: str) -> None:
        desk = self.seat(officer)
        for note in desk.cards.exceptions()[:2]:
            desk.cards.resolve(note.ref, f"dilihat {officer}")

    @rule(officer=officers, number=st.integers(0))
    def reprint(self, officer: str, number: int) -> None:
        desk = self.seat(officer)
        with suppress(Refusal):
            desk.printing.print_again("resi", self.numbers[number % len(self.numbers)], "hilang")

    @rule(code=st.sampled_from(CODES), days=st.integers(-900, 900))
    def move_the_clock(self, code: str, days: int) -> None:
        if code != "RSA":  # where children are registered, a birth would lie in the future
            self.clocks[code].shift = days * DAY

    @rule(codes=some_desks)
    def meet(self, codes: list[str]) -> None:
        for done in self.world.meet(*codes, rounds=1):
            assert done.trouble == ""

    @rule(code=st.sampled_from(CODES))
    def switch_off(self, code: str) -> None:
        self.world.shut(code)

    # -- at last everybody meets -------------------------------------------------------------

    def teardown(self) -> None:
        try:
            if self.numbers:
                self.agree()
        finally:
            self.world.close()
            self._folder.cleanup()

    def agree(self) -> None:
        for done in self.world.meet(*CODES, rounds=3):
            assert done.trouble == ""
        desks = [self.world.desk(code) for code in CODES]
        for number in self.numbers:
            states = [state for desk in desks if (state := desk.core.state(number)) is not None]
            assert len(states) >= 2  # the ward and the dinas
            assert all(state == states[0] for state in states)
            assert states[0].number == number and states[0].status != "menunggu-data"
        for desk in desks:
            self.every_step_has_its_actor(desk)
            assert verify(desk).bad == ""
            link = desk.link.state()
            assert (link.waiting, link.only_here) == (0, 0)
            assert desk.core.db.execute("SELECT count(*) FROM strange").fetchone() == (0,)
            assert same_after_rebuild(desk)
        self.no_card_is_won_twice()

    def every_step_has_its_actor(self, desk: Desk) -> None:
        for placed in desk.core.journal.all_placed():
            entry = placed.entry
            if entry.act == "hasil":
                step = PROCEDURES["kado-camer"].step(entry.step)
                mine = {*ROLES[entry.officer]}
                assert mine & {*step.roles, "supervisor"}, (entry.officer, entry.step)
                assert DESK_OF[entry.officer] == placed.spot.kiosk

    def no_card_is_won_twice(self) -> None:
        claimed: dict[str, set[str]] = defaultdict(set)
        winners: dict[str, set[str]] = defaultdict(set)
        losers: dict[str, set[str]] = defaultdict(set)

        def party(data: Any) -> str:
            return f"{data['kiosk']}/{data['epoch']}/{data['seq']}"

        for placed in self.world.desk("DKP").core.journal.all_placed():
            entry, spot = placed.entry, placed.spot
            if entry.claim:
                claimed[entry.claim].add(f"{spot.kiosk}/{spot.epoch}/{spot.seq}")
            if entry.act == "putusan":
                claim = str(entry.data["claim"])
                winners[claim].add(party(entry.data["pemenang"]))
                losers[claim].add(party(entry.data["kalah"]))
        for claim, spots in claimed.items():
            assert len(spots - losers[claim]) == 1
            assert winners[claim] <= spots - losers[claim]


def machine(template: Path, ground: Path) -> Callable[[], Office]:
    return lambda: Office(template, ground)


def test_whatever_happens_all_desks_agree(template: Path, ground: Path) -> None:
    run_state_machine_as_test(
        machine(template, ground),
        settings=settings(
            max_examples=8,
            stateful_step_count=25,
            deadline=None,
            phases=(Phase.explicit, Phase.reuse, Phase.generate),  # to shrink takes minutes
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
