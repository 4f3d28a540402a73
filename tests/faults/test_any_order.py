"""Three kiosks and pusat in any order of work, cuts, repeats, restarts and restores.

In the end all is at pusat, all journals agree with it, and the same entries make the same cases.
A failure prints the steps that lead to it; they can be pasted as a test.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import ClassVar

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kiosk.cases.resi import case_id
from kiosk.desk.views import Officer, Refusal
from sync.central.serve import run_in_thread
from sync.push import PushHead, pack_push
from sync.wire import PUSH_PATH
from tests.desk.world import World, birth
from tests.faults.books import all_agree, log_is_whole, log_of, receipts_hold
from tests.faults.link import Fate, Line, Request, pass_on
from tests.faults.town import lead

CODES = ("RSA", "DKP", "U10")
ROUNDS = 12
EXAMPLES = int(os.environ.get("FAULTS_EXAMPLES", "8"))
"""Runs of the city; more of them for a longer search."""

fates = st.one_of(
    st.just(Fate()),
    st.builds(Fate, up=st.integers(1, 4000), abrupt=st.booleans()),
    st.builds(Fate, down=st.integers(1, 3000)),
    st.builds(Fate, garble_up=st.integers(300, 3000)),
    st.builds(Fate, garble_down=st.integers(200, 2000)),
)


class City(RuleBasedStateMachine):
    """One run of it."""

    template: ClassVar[Path]
    ground: ClassVar[Path]
    seats: ClassVar[dict[str, Officer]]

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp(dir=self.ground))
        self.world = World.copy_of(self.template, self.home / "dunia")
        self.world.seats = self.seats
        self.central = run_in_thread(self.pusat)
        self.lines = {code: Line(self.central.port) for code in CODES}
        self.backups: dict[str, Path] = {}
        self.born = 0
        self.receipted: set[tuple[str, int, int, bytes]] = set()

    @property
    def pusat(self) -> Path:
        return self.world.home / "pusat"

    @initialize()
    def open(self) -> None:
        for code, line in self.lines.items():
            lead(self.world, line.port, code)
            self.world.desk(code)

    # -- work ------------------------------------------------------------------------------------

    @rule(count=st.integers(1, 12))
    def the_ward_takes_in(self, count: int) -> None:
        ward = self.world.sit("siti")
        for _ in range(count):
            self.born += 1
            ward.intake.submit("kado-camer", birth(self.born))

    @rule()
    def the_ward_hands_over(self) -> None:
        ward = self.world.sit("siti")
        for group in ward.batches.ready():
            numbers = [row.number for row in group.rows]
            ward.batches.hand_over(group.kind, group.target, numbers, len(numbers))

    @rule()
    def the_dinas_receives(self) -> None:
        dinas = self.world.sit("andi")
        for row in list(dinas.work.everything())[:5]:
            if dinas.core.known(row.number).transit is not None:
                try:
                    dinas.files.receive(row.number)
                except Refusal:
                    continue

    # -- the link --------------------------------------------------------------------------------

    @rule(code=st.sampled_from(CODES), fate=fates)
    def a_kiosk_meets_pusat(self, code: str, fate: Fate) -> None:
        line = self.lines[code]
        line.cut()
        exchange = self.world.line(code)
        exchange.close()
        exchange.courier()._timeout = 1.0
        line.fates = lambda _: fate
        done = exchange.run()
        if fate == Fate():
            assert not done.trouble, done
        self._note_receipts(code)

    @rule(code=st.sampled_from(CODES), place=st.floats(0, 1), count=st.integers(1, 30))
    def a_push_comes_that_nobody_waits_for(self, code: str, place: float, count: int) -> None:
        """Sent long ago, or its answer was lost: some entries from anywhere in a chain."""
        desk = self.world.desk(code)
        chains = desk.core.journal.epochs.chains()
        if not chains:
            return
        chain = chains[int(place * 0.999 * len(chains))]
        first = chain.first + int(place * 0.999 * (chain.last - chain.first + 1))
        items = desk.link.items(chain.epoch, first, count, 1 << 20)
        device = desk.front.keys.device()
        head = PushHead(code, chain.epoch, first)
        body = pack_push(head, [one.item for one in items], device.kid, device.sign)
        headers = {"content-type": "application/cose"}
        answer = pass_on(self.central.port)(Request("POST", PUSH_PATH, headers, body))
        assert answer.status in (200, 409), answer

    @rule()
    def pusat_is_started_again(self) -> None:
        for code, line in self.lines.items():
            line.cut()
            self.world.line(code).close()
        self.central.stop()
        self.central = run_in_thread(self.pusat)
        for line in self.lines.values():
            line.target = self.central.port

    # -- backups ---------------------------------------------------------------------------------

    @rule(code=st.sampled_from(CODES))
    def a_backup_is_made(self, code: str) -> None:
        self.world.shut(code)
        to = self.home / f"cadangan-{code}"
        shutil.rmtree(to, ignore_errors=True)
        shutil.copytree(self.world.folder(code), to)
        self.backups[code] = to

    @precondition(lambda self: self.backups)
    @rule(data=st.data())
    def a_backup_is_put_back(self, data: st.DataObject) -> None:
        code = data.draw(st.sampled_from(sorted(self.backups)))
        self.world.shut(code)
        shutil.rmtree(self.world.folder(code))
        shutil.copytree(self.backups[code], self.world.folder(code))
        self.world.desk(code)

    # -- what must hold --------------------------------------------------------------------------

    def _note_receipts(self, code: str) -> None:
        """What was acknowledged once is at pusat for ever."""
        db = self.world.desk(code).core.db
        query = "SELECT kiosk, epoch, seq, hash FROM receipts WHERE seq > 0"
        self.receipted |= set(db.execute(query))

    def teardown(self) -> None:
        try:
            if self.world.desks:
                self._in_the_end()
        finally:
            for line in self.lines.values():
                line.close()
            self.world.close()
            self.central.stop()
            shutil.rmtree(self.home, ignore_errors=True)

    def _in_the_end(self) -> None:
        for line in self.lines.values():
            line.cut()
            line.fates = lambda _: Fate()
        for _ in range(ROUNDS):
            for code in CODES:
                self.world.line(code).close()
            done = self.world.meet(*CODES, rounds=1)
            if not any(one.trouble or one.pushed or one.pulled for one in done):
                break
        else:
            raise AssertionError(f"it never comes to rest: {done}")
        all_agree(self.world, *CODES)
        leaves = log_is_whole(self.pusat)
        for code in CODES:
            receipts_hold(self.world.folder(code), self.pusat, leaves)
        assert self.receipted <= {(*one.spot, one.hash) for one in log_of(self.pusat)}
        self._same_cases()

    def _same_cases(self) -> None:
        desks = [self.world.desk(code) for code in CODES]
        for row in self.world.desk("DKP").work.everything():
            case = case_id(row.number)
            seen = [
                (frozenset(one.hash for one in desk.core.journal.of_case(case)), state)
                for desk in desks
                if (state := desk.core.state(row.number)) is not None
            ]
            for entries, state in seen:
                if entries == seen[0][0]:
                    assert state == seen[0][1]


def test_any_order_of_work_and_faults(
    template: Path,
    ground: Path,
    seats: dict[str, Officer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The worst case, and the same each time: restored copies choose the same epoch.
    monkeypatch.setattr("sync.epochs.leap", lambda: 1)
    City.template, City.ground, City.seats = template, ground, seats
    run_state_machine_as_test(
        City,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
            phases=(Phase.generate,),
        ),
    )
