"""Any acts of all procedures, by any officers at any kiosks, in any order, merged in any order.

Once all have met, all agree: same entries, same state. No step was recorded but by one of its
actors; no card went out twice without an exception; the blanko ledger balances at every place.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from config.blanko import BLANKO
from config.procedures import load_all
from kiosk.cases.state import fold
from kiosk.desk.checkup import verify
from kiosk.desk.desk import Desk
from tests.desk.every_office import (
    CARD_KINDS,
    CODES,
    SUPERVISORS,
    WORKERS,
    Hands,
    city_template,
    open_city,
    quietly,
)
from tests.desk.world import DESK_OF, ShiftedClock, same_after_rebuild

PROCEDURES = load_all()
STEPS = [(step, one) for rules in PROCEDURES.values() for step in rules.steps
         for one in step.outcomes]  # fmt: skip
DAY = 24 * 3600 * 1000
CORRECTORS = ("siti", "andi", "edo", "mega", "tari", "dafa", "riko", "yuni", *SUPERVISORS)
KEEPERS = ("doni", "wati", "yuni", "zul", *SUPERVISORS)
KINDS = ("births", "twins", "out of town", "kia", "jambi", "call", "prison")

anything = st.randoms(use_true_random=True)
some_desks = st.sets(st.sampled_from(CODES), min_size=1).map(sorted)


class City(RuleBasedStateMachine):
    """Every kiosk of the city and a pusat."""

    def __init__(self, template: Path, ground: Path):
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(dir=ground)
        self.world = open_city(template, Path(self._folder.name) / "kota")
        self.clocks = {code: ShiftedClock() for code in CODES}
        self.world.clocks.update(self.clocks)
        self.hands = Hands(self.world)

    @initialize(mornings=st.sampled_from((0, 3, 6, 9)), chance=anything)
    def a_week_begins(self, mornings: int, chance: Random) -> None:
        """One application of every procedure, and so many days of ordinary work."""
        for code in CODES:
            self.world.desk(code)
        for kind in CARD_KINDS:
            self.world.sit("doni").blanko.receive(kind, 100, "PUSAT", self.hands.letter())
        for kind in KINDS:
            self.hands.begin(kind, chance)
        self.hands.list_names(self.hands.events[0], chance)
        for _ in range(mornings):
            self.everybody_works(chance)
            self.meet(CODES)

    # -- what officers do --------------------------------------------------------------------

    @rule(kind=st.sampled_from(KINDS), chance=anything)
    def begin(self, kind: str, chance: Random) -> None:
        self.hands.begin(kind, chance)

    @rule(chance=anything)
    def everybody_works(self, chance: Random) -> None:
        """Everybody does what is offered with every case he can lay hands on; mostly forward."""
        for officer in chance.sample(WORKERS, len(WORKERS)):
            desk = self.world.sit(officer)
            self.hands.count_in(desk, chance)
            for number in self.hands.numbers:
                for _ in range(2):  # what is received is done at once
                    if desk.core.state(number) is not None:
                        self.hands.one_act(desk, number, chance)
            self.hands.send(desk, chance)

    @rule(chance=anything)
    def some_meddle(self, chance: Random) -> None:
        """Officers do what is offered with cases they know only by number, and try what is not
        offered at all; those who think they have a card hand it out."""
        for officer in chance.sample(WORKERS, 4):
            desk, number = self.world.sit(officer), chance.choice(self.hands.numbers)
            if chance.random() < 0.3:
                self.hands.one_act(desk, number, chance, 0.4)
            self.hands.force(desk, number, *chance.choice(STEPS), chance)
        for officer in ("yuni", "zul", "eko", "siti"):
            desk = self.world.sit(officer)
            for number in chance.sample(self.hands.numbers, 3):
                quietly(self.hands.hand_out, desk, number)

    @rule(chance=anything)
    def the_books_are_kept(self, chance: Random) -> None:
        """Corrections, links, blanko, a prison's list, exceptions that are settled."""
        for officer in chance.sample(CORRECTORS, 4):
            desk = self.world.sit(officer)
            for number in chance.sample(self.hands.numbers, 3):
                self.hands.correct(desk, number, chance)
        for officer in chance.sample(KEEPERS, 4):
            self.hands.blanko(self.world.sit(officer), chance)
        for officer in ("dafa", "riko", "umar"):
            self.hands.roster(self.world.sit(officer), chance)
        desk = self.world.sit(chance.choice(SUPERVISORS))
        for note in desk.cards.exceptions()[:1]:
            quietly(desk.cards.resolve, note.ref, "sudah dilihat")

    @rule(code=st.sampled_from(CODES), days=st.integers(-30, 30))
    def move_the_clock(self, code: str, days: int) -> None:
        if code not in ("RSA", "DKP", "PGD"):  # where a birth would lie in the future
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
            if self.hands.numbers:
                self.agree()
        finally:
            self.world.close()
            self._folder.cleanup()

    def agree(self) -> None:
        for done in self.world.meet(*CODES, rounds=3):
            assert done.trouble == ""
        desks = [self.world.desk(code) for code in CODES]
        for number in self.hands.numbers:
            self.same_state_everywhere(desks, number)
        for desk in desks:
            self.every_step_has_its_actor(desk)
            assert verify(desk).bad == ""
            assert desk.core.db.execute("SELECT count(*) FROM strange").fetchone() == (0,)
            assert same_after_rebuild(desk), desk.settings.code
        self.no_card_is_handed_over_twice()
        self.the_ledger_balances(desks)

    @staticmethod
    def same_state_everywhere(desks: list[Desk], number: str) -> None:
        """Kiosks with the same entries of a case fold the same state, in whatever order they
        came; and all that have its application have all its entries."""
        states = {}
        for desk in desks:
            placed = desk.core.journal.of_case(desk.core.case_key(number))
            if any(one.entry.act == "permohonan" for one in placed):
                states[desk.settings.code] = desk.core.state(number)
                shuffled = sorted(placed, key=lambda one: one.hash)
                assert fold(shuffled, desk.core.procedures) == states[desk.settings.code]
        first = states["DKP"]
        assert first is not None and first.number == number
        for code, state in states.items():
            assert state == first, (number, code)

    @staticmethod
    def every_step_has_its_actor(desk: Desk) -> None:
        """Who signed an outcome has, as his kiosk announced him, a role that may record it."""
        trusted = {
            (owner, kiosk): set(roles.split("|"))
            for owner, kiosk, roles in desk.core.db.execute(
                "SELECT owner, kiosk, roles FROM trust WHERE kind='petugas'"
            )
        }
        for placed in desk.core.journal.all_placed():
            entry = placed.entry
            if entry.act != "hasil":
                continue
            assert DESK_OF[entry.officer] == placed.spot.kiosk
            mine = trusted[entry.officer, placed.spot.kiosk]
            state = desk.core.folded(entry.case)
            rules = PROCEDURES.get(state.procedure) if state else None
            if rules is not None:
                step = rules.step(entry.step)
                assert mine & {*step.roles, "supervisor"}, (entry.officer, rules.slug, step.id)

    def no_card_is_handed_over_twice(self) -> None:
        """Of one claim made more than once all but one have lost, and the case says so."""
        desk = self.world.desk("DKP")
        made: dict[str, list[str]] = defaultdict(list)
        for placed in desk.core.journal.all_placed():
            if placed.entry.claim:
                made[placed.entry.claim].append(placed.spot.kiosk)
        for claim, kiosks in made.items():
            kind, _, number = claim.partition(":")
            assert kind in BLANKO
            state = desk.core.known(number)
            assert len(state.claims) == len(kiosks)
            doubles = [note for note in state.exceptions if note.kind == "ganda"]
            assert len(doubles) >= len(kiosks) - 1, claim
            assert len(set(kiosks)) == len(kiosks), "one kiosk refuses a second one at once"

    @staticmethod
    def the_ledger_balances(desks: list[Desk]) -> None:
        """Received = used + spoiled + transferred + left, at every place; over all places what came
        is used, spoiled, on its way or left; and the dinas, which gets every line, has the very
        balance that each place has of itself."""
        (dinas,) = [desk for desk in desks if desk.settings.code == "DKP"]
        book = dinas.blanko.book().balances()
        for total in dinas.blanko.totals():
            assert total.holds, total
        for desk in desks:
            for balance in desk.blanko.balances():
                came = balance.received + balance.transferred_in + balance.adjusted
                gone = balance.used + balance.spoiled + balance.transferred_out
                assert came == gone + balance.left
                known = book.get((balance.kind, balance.place))
                if known is not None and balance.place == desk.settings.address:
                    assert known == balance, desk.settings.code


def test_whatever_happens_in_any_procedure_all_kiosks_agree(template: Path, ground: Path) -> None:
    city = city_template(template, ground / "kota-lengkap")
    run_state_machine_as_test(
        lambda: City(city, ground),
        settings=settings(
            max_examples=6,
            stateful_step_count=15,
            deadline=None,
            phases=(Phase.explicit, Phase.reuse, Phase.generate),  # to shrink takes minutes
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
