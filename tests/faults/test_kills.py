"""SIGKILL of the kiosk and of central at any frame: what a receipt named is there, and once."""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random

from tests.desk.world import World
from tests.faults.books import (
    all_agree,
    log_is_whole,
    numbers_once,
    receipts_hold,
    size_of,
)
from tests.faults.conftest import CASES
from tests.faults.link import Fate, Line, at_first
from tests.faults.town import Pusat, Run, lead, meet_until_done, proven, pushed_body, sync

KIOSK_KILLS = 6
CENTRAL_KILLS = 6


def soon(dice: Random, kill: Callable[[], None]) -> Callable[[], None]:
    """Kill within a moment: before, while or after what just arrived is written down."""
    pause = dice.choice((0.0, dice.uniform(0, 0.03)))

    def then() -> None:
        time.sleep(pause)
        kill()

    return then


def test_the_kiosk_is_killed_while_it_sends(busy: World, line: Line, dice: Random) -> None:
    folder, pusat = busy.folder("RSA"), busy.home / "pusat"
    whole = len(pushed_body(busy, "RSA")) + 600
    busy.shut("RSA")
    places = [Fate(up=at) for at in sorted(dice.sample(range(200, whole), KIOSK_KILLS))]
    places.append(Fate(down=dice.randrange(500, 700)))  # in the answer to the push, about
    killed = 0
    for fate in places:
        run = Run.start(folder)
        line.fates = at_first(line.connections + 1, Fate(fate.up, fate.down, soon(dice, run.kill)))
        killed += run.end() == {}
        receipts_hold(folder, pusat, log_is_whole(pusat))
    line.fates = lambda _: Fate()
    assert killed >= 2
    assert not sync(folder)["kendala"]
    assert len(numbers_once(busy, "RSA")) == CASES
    all_agree(busy, "RSA")
    assert proven(folder) == CASES + 2


def test_the_kiosk_is_killed_while_it_receives(busy: World, line: Line, dice: Random) -> None:
    meet_until_done(busy, "RSA")
    lead(busy, line.port, "DKP")
    folder, pusat = busy.folder("DKP"), busy.home / "pusat"
    for _ in range(5):
        run = Run.start(folder)
        # All of the page has arrived, or nearly; it is applied in several transactions.
        fate = Fate(down=dice.randrange(600, 6000), then=soon(dice, run.kill))
        line.fates = at_first(line.connections + 1, fate)
        run.end()
        receipts_hold(folder, pusat, log_is_whole(pusat))
        assert busy.desk("DKP").core.db.execute("SELECT count(*) FROM strange").fetchone() == (0,)
        busy.shut("DKP")
    line.fates = lambda _: Fate()
    assert not sync(folder)["kendala"]
    assert len(numbers_once(busy, "DKP")) == CASES
    all_agree(busy, "RSA", "DKP")


def test_central_is_killed_while_it_takes(cut_off: World, pusat: Pusat, dice: Random) -> None:
    folder = cut_off.home / "pusat"
    whole = len(pushed_body(cut_off, "RSA"))
    with Line(pusat.port) as line:
        lead(cut_off, line.port, "RSA")
        held = 0
        for at in sorted(dice.sample(range(400, whole), CENTRAL_KILLS - 1)):
            line.fates = at_first(
                line.connections + 1, Fate(up=at, then=soon(dice, pusat.killer()))
            )
            cut_off.line("RSA").run()
            pusat.again()
            receipts_hold(cut_off.folder("RSA"), folder, log_is_whole(folder))
            assert size_of(folder, "RSA") >= held
            held = size_of(folder, "RSA")
        # In the middle of its answer, all is there already.
        line.fates = at_first(line.connections + 1, Fate(down=500, then=pusat.killer()))
        cut_off.line("RSA").run()
        pusat.again()
        line.fates = lambda _: Fate()
        meet_until_done(cut_off, "RSA", 2)
        assert len(numbers_once(cut_off, "RSA")) == CASES
        meet_until_done(cut_off, "DKP", 2)
        assert len(numbers_once(cut_off, "DKP")) == CASES
        all_agree(cut_off, "RSA", "DKP")
        assert proven(cut_off.folder("RSA")) == CASES + 2
