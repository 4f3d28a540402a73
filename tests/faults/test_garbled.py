"""A link that changes bytes, sends things twice, late or out of order."""

from __future__ import annotations

import socket
from random import Random

import pytest

from tests.desk.world import World
from tests.faults.books import all_agree, log_is_whole, log_of, numbers_once, size_of
from tests.faults.conftest import CASES
from tests.faults.link import HOST, Answer, Fate, Gate, Line, Request, at_first, pass_on
from tests.faults.town import impatient, lead, meet_until_done, pushed_body, until

TRIES = 12


@pytest.mark.parametrize("way", ["garble_up", "garble_down"])
def test_a_changed_byte_is_never_believed(world: World, dice: Random, way: str) -> None:
    assert world.central is not None
    pusat = world.home / "pusat"
    with Line(world.central.port) as line:
        lead(world, line.port, "RSA")
        for n in range(TRIES):
            world.take_in(n)
            world.line("RSA").close()
            at = dice.randrange(1500 if way == "garble_up" else 900)
            line.fates = at_first(line.connections + 1, Fate(**{way: at}))
            impatient(world, "RSA")
            first = world.line("RSA").run()
            log_is_whole(pusat)  # nothing false came in
            world.line("RSA").close()
            again = world.line("RSA").run()
            assert not again.trouble, (at, first, again)
            assert world.desk("RSA").link.state().waiting == 0
        assert len(numbers_once(world, "RSA")) == TRIES
        all_agree(world, "RSA")


@pytest.mark.parametrize("bad", ["first", "every"])
def test_changed_signatures_make_no_holes_for_good(busy: World, line: Line, bad: str) -> None:
    """A line that changes a byte of the second entry's signature: central refuses it by its seq.
    Once the line is good, the entry itself is at central."""
    whole = pushed_body(busy, "RSA")
    head = int.from_bytes(whole[:2]) + 2
    seen = Line(line.target)
    lead(busy, seen.port, "RSA")
    assert busy.line("RSA").courier().probe(1).seq == 0
    before = seen.up
    seen.close()
    lead(busy, line.port, "RSA")
    at = before + len(_push_front(len(whole), line.port)) + head + 6 + 64 + 10
    line.fates = at_first(1 if bad == "first" else 99, Fate(garble_up=at))
    refused = [busy.line("RSA").run().trouble for _ in range(1 if bad == "first" else 3)]
    assert any(refused)
    line.cut()
    line.fates = lambda _: Fate()
    meet_until_done(busy, "RSA")
    stuck = busy.desk("RSA").link.state().stuck
    assert len(stuck) <= 1
    assert size_of(busy.home / "pusat", "RSA") == CASES + 2
    if not stuck:
        all_agree(busy, "RSA")


def _push_front(length: int, port: int) -> bytes:
    """What our kiosk's HTTP puts before a push."""
    return (
        f"POST /v2/push HTTP/1.1\r\nHost: {HOST}:{port}\r\n"
        f"content-type: application/cose\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


@pytest.mark.parametrize("which", [0, 1], ids=["first-answer", "second-answer"])
def test_every_request_sent_twice(busy: World, which: int) -> None:
    """Pushes come twice, and either answer may be the one that the kiosk sees; a pull's second
    answer is a refusal, so of those it sees the first."""
    assert busy.central is not None
    onward = pass_on(busy.central.port)

    def twice(request: Request) -> Answer:
        answers = onward(request), onward(request)
        assert all(one.status < 500 for one in answers)
        return answers[which if request.what == "push" else 0]

    with Gate(twice) as gate:
        lead(busy, gate.port, "RSA", "DKP")
        meet_until_done(busy, "RSA", 2)
        meet_until_done(busy, "DKP", 2)
        busy.take_in(90, 91)
        for code in ("RSA", "DKP"):
            meet_until_done(busy, code, 2)
        # Where a page got lost with the answer that nobody saw, it comes the next time.
        for code in ("DKP", "RSA"):
            meet_until_done(busy, code, 2)
        assert len(numbers_once(busy, "RSA", "DKP")) == CASES + 2
        all_agree(busy, "RSA", "DKP")


def test_old_requests_that_come_again_late_and_in_any_order(world: World, dice: Random) -> None:
    assert world.central is not None
    pusat = world.home / "pusat"
    onward = pass_on(world.central.port)
    with Gate(onward) as gate:
        lead(world, gate.port)
        for n in range(6):
            world.take_in(3 * n, 3 * n + 1)
            world.meet("RSA", "DKP", rounds=1)
        before = log_of(pusat)
        old = [one for one in gate.requests if one.what in ("push", "pull")]
        dice.shuffle(old)
        for request in old:
            answer = onward(request)
            assert answer.status in (200, 409), (request.what, answer)
            if request.what == "pull":
                assert answer.status == 409, "what is at central is not for who repeats a pull"
        assert log_of(pusat) == before
        world.take_in(50)
        for code in ("RSA", "DKP"):
            meet_until_done(world, code, 1)
        assert world.desk("RSA").cards.exceptions() == []
        all_agree(world, "RSA", "DKP")


def test_the_rest_of_a_stale_connection_comes_after_all_was_sent_anew(busy: World) -> None:
    """A: head and half the frames, then silence; B delivers all and more; then A's rest."""
    assert busy.central is not None
    port, pusat = busy.central.port, busy.home / "pusat"
    body = pushed_body(busy, "RSA")
    with socket.create_connection((HOST, port), timeout=20) as stale:
        half = len(body) // 2
        stale.sendall(_push_front(len(body), port) + body[:half])
        until(lambda: size_of(pusat, "RSA") > 0, "the first frames of A")
        busy.take_in(80, 81, 82)
        meet_until_done(busy, "RSA", 1)
        log = log_of(pusat)
        assert size_of(pusat, "RSA") == CASES + 5
        stale.sendall(body[half:])
        answer = stale.recv(65536)
    assert answer.startswith(b"HTTP/1.1 200 "), answer[:300]
    assert log_of(pusat) == log
    busy.take_in(83)
    meet_until_done(busy, "RSA", 1)
    assert busy.desk("RSA").cards.exceptions() == []
    assert len(numbers_once(busy, "RSA")) == CASES + 4
    all_agree(busy, "RSA")


def test_slow_bodies_keep_nobody_waiting(busy: World) -> None:
    """Sixty that send a byte now and then, more than central likes to work on at once."""
    assert busy.central is not None
    port = busy.central.port
    body = pushed_body(busy, "RSA")
    slow = [socket.create_connection((HOST, port), timeout=20) for _ in range(60)]
    try:
        for n, one in enumerate(slow):
            one.sendall(_push_front(len(body), port) + body[: 40 + n * 4])
        courier = busy.line("RSA").courier()
        for at in range(3):
            for one in slow:
                one.sendall(body[40 + at : 41 + at])
            # Those that only wait for bytes are no crowd.
            until(lambda: courier.probe(1).wait == 0, "nobody has to wait", 2)
        done = meet_until_done(busy, "RSA", 1)
        assert done[0].pushed == CASES + 2
    finally:
        for one in slow:
            one.close()
    all_agree(busy, "RSA")
