"""A link that is cut: all arrives, once, and the bytes stay bounded."""

from __future__ import annotations

import time
from random import Random

import pytest

from tests.desk.world import World
from tests.faults.books import all_agree, log_of, numbers_once, size_of
from tests.faults.conftest import CASES
from tests.faults.link import Fate, Gate, Line, at_first, pass_on
from tests.faults.town import impatient, lead, meet_until_done, pushed_body, until


@pytest.mark.parametrize("abrupt", [False, True], ids=["closed", "reset"])
@pytest.mark.parametrize("size", [3500, 5000])
def test_cut_after_every_so_many_bytes(busy: World, line: Line, size: int, abrupt: bool) -> None:
    whole = len(pushed_body(busy, "RSA"))
    line.fates = lambda _: Fate(up=size, abrupt=abrupt)
    meet_until_done(busy, "RSA")
    # A cut costs a probe, a head, the frame on the wire and what central was still writing down.
    assert line.up < whole + line.connections * 0.8 * size
    assert line.up < 3 * whole
    assert len(numbers_once(busy, "RSA")) == CASES
    line.fates = lambda _: Fate()
    all_agree(busy, "RSA")


@pytest.mark.parametrize("abrupt", [False, True], ids=["closed", "reset"])
def test_cut_anywhere_in_a_request_or_an_answer(world: World, dice: Random, abrupt: bool) -> None:
    """In the probe, in the head, in a frame, between request and answer, in the answer."""
    assert world.central is not None
    with Line(world.central.port) as line:
        lead(world, line.port, "RSA")
        places = [("up", at) for at in sorted(dice.sample(range(1, 1600), 7))]
        places += [("down", at) for at in sorted(dice.sample(range(1, 900), 5))]
        for n, (way, at) in enumerate(places):
            world.take_in(n)
            world.line("RSA").close()
            line.forget()
            line.fates = at_first(1, Fate(**{way: at}, abrupt=abrupt))
            meet_until_done(world, "RSA", 4)
            assert line.up < 6000, (way, at)
            (acked,) = (
                world.desk("RSA").core.db.execute("SELECT max(acked) FROM receipts").fetchone()
            )
            assert acked == size_of(world.home / "pusat", "RSA"), (way, at)
        assert len(numbers_once(world, "RSA")) == len(places)
        line.fates = lambda _: Fate()
        all_agree(world, "RSA")


def whole_items(body: bytes, size: int) -> int:
    """How many entries are in whole frames within the first ``size`` bytes of a push."""
    at = 2 + int.from_bytes(body[:2])
    items = 0
    while at < size:
        count, packed = int.from_bytes(body[at : at + 2]), int.from_bytes(body[at + 2 : at + 6])
        at += 6 + 64 * count + packed
        items += count if at <= size else 0
    return items


def test_a_cut_loses_no_frame_that_was_whole(busy: World, line: Line) -> None:
    body = pushed_body(busy, "RSA")
    fate = Fate(up=len(body) - 100)  # of which the probe and the requests' lines take some
    ends = {whole_items(body, size) for size in range(len(body))}
    at_least = whole_items(body, len(body) - 700)
    held: list[int] = []
    pusat = busy.home / "pusat"

    def reconnected(n: int) -> Fate:
        if n == 0:
            return fate
        until(lambda: len(held) > 0 or size_of(pusat, "RSA") >= at_least, "frames before the cut")
        held.append(size_of(pusat, "RSA"))
        return Fate()

    line.fates = reconnected
    meet_until_done(busy, "RSA", 2)
    assert 0 < at_least <= held[0] and held[0] in ends
    assert line.up < 2 * len(body)
    all_agree(busy, "RSA")


@pytest.mark.parametrize("way", ["up", "down"])
def test_a_line_that_falls_silent(world: World, way: str) -> None:
    """Nobody says goodbye: the kiosk gives up by itself, and says so; then all arrives."""
    assert world.central is not None
    with Line(world.central.port) as line:
        lead(world, line.port, "RSA")
        world.take_in(1, 2)
        impatient(world, "RSA")
        fates = {"up": Fate(up=700, silent=True), "down": Fate(down=500, silent=True)}
        line.fates = lambda _: fates[way]
        before = time.monotonic()
        for _ in range(2):
            done = world.line("RSA").run()
            if way == "down" and size_of(world.home / "pusat", "RSA"):
                break  # the answer was lost, and the next probe told that all is there
            assert "tidak menjawab pada waktunya" in done.trouble
        assert time.monotonic() - before < 20
        line.cut()
        line.fates = lambda _: Fate()
        meet_until_done(world, "RSA", 1)
        all_agree(world, "RSA")


def test_a_buffering_proxy_that_cuts_makes_pushes_small_enough(busy: World) -> None:
    """Central sees nothing of a request until all of it is there: only size helps."""
    assert busy.central is not None
    whole = len(pushed_body(busy, "RSA"))
    bound = 5000
    assert whole > bound
    with Gate(pass_on(busy.central.port)) as gate, Line(gate.port) as line:
        lead(busy, line.port, "RSA")
        line.fates = lambda _: Fate(up=bound)
        tried = meet_until_done(busy, "RSA", 12)
        assert len(tried) > 2
        sizes = [len(one.body) for one in gate.requests if one.what == "push"]
        assert len(sizes) > 1 and max(sizes) < bound
        line.fates = lambda _: Fate()
        all_agree(busy, "RSA")


def test_the_receiving_side_is_cut_too(busy: World) -> None:
    """The dinas takes in what the ward sent, over a line that is cut in the answers."""
    meet_until_done(busy, "RSA")
    assert busy.central is not None
    with Line(busy.central.port) as second:
        lead(busy, second.port, "DKP")
        for at in (100, 600, 2000):
            second.fates = lambda _, at=at: Fate(down=at)
            assert busy.line("DKP").run().trouble
            assert busy.desk("DKP").link.cursor() == 0
        second.fates = lambda _: Fate()
        meet_until_done(busy, "DKP")
        assert len(numbers_once(busy, "DKP")) == CASES
        all_agree(busy, "RSA", "DKP")
    assert len(log_of(busy.home / "pusat")) == size_of(busy.home / "pusat", "RSA") + sum(
        size_of(busy.home / "pusat", code) for code in ("DKP", "U10", "V10", "PUSAT")
    )
