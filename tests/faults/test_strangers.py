"""Not pusat that answers, or a pusat without time: nothing of the citizens' goes to strangers."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Iterator

import pytest

from kiosk.training import sample_birth
from tests.desk.world import TODAY, World
from tests.faults.books import all_agree, size_of
from tests.faults.conftest import CASES
from tests.faults.link import Answer, Gate, Line, Office, Request, pass_on
from tests.faults.town import lead, meet_until_done

LOGIN = b"<html><body>Silakan login untuk memakai Wi-Fi gratis</body></html>"
HTML = {"content-type": "text/html; charset=utf-8"}
COSE = {"content-type": "application/cose"}
PORTALS: dict[str, Answer] = {
    "200-html": Answer(200, LOGIN, HTML),
    "200-claims-to-be-cose": Answer(200, LOGIN, COSE),
    "200-empty": Answer(200, b"", COSE),
    "204": Answer(204),
    "302": Answer(302, b"", {"location": "http://10.0.0.1/login"}),
    "307": Answer(307, b"", {"location": "/v2/push"}),
    "403-html": Answer(403, LOGIN, HTML),
    "404-json": Answer(404, b'{"kode": "x", "pesan": "x"}', {"content-type": "application/json"}),
    "511": Answer(511, LOGIN, HTML),
}


def nothing_left(world: World, line: Line) -> None:
    """Not one byte of an entry went over the line, and nothing counts as delivered."""
    seen = bytes(line.seen)
    assert b"POST" not in seen and b"/v2/push" not in seen and b"/v2/pull" not in seen
    birth = sample_birth(1, TODAY)
    for word in (birth["anak_nama"], birth["ibu_nik"], birth["no_kk"], birth["telepon"]):
        assert word.encode() not in seen
    assert len(seen) < 600 * max(line.connections, 1)
    state = world.desk("RSA").link.state()
    assert (state.waiting, state.only_here) == (CASES + 2, CASES)
    assert state.last_receipt is None and state.last_try is not None
    arrived = "SELECT count(*) FROM entries WHERE arrived IS NOT NULL"
    assert world.desk("RSA").core.db.execute(arrived).fetchone() == (0,)


@pytest.fixture
def portal(busy: World) -> Iterator[tuple[Gate, Line]]:
    """A gate between the ward and central, and all bytes that the ward sends it."""
    assert busy.central is not None
    with Gate(pass_on(busy.central.port)) as gate, Line(gate.port) as line:
        lead(busy, line.port, "RSA")
        yield gate, line


@pytest.mark.parametrize("kind", PORTALS)
def test_a_captive_portal_gets_nothing(busy: World, portal: tuple[Gate, Line], kind: str) -> None:
    gate, line = portal
    genuine, gate.office = gate.office, lambda _: PORTALS[kind]
    for _ in range(3):
        done = busy.line("RSA").run()
        assert (done.pushed, done.pulled) == (0, 0)
        assert "bukan pusat" in done.trouble, done.trouble
        assert busy.desk("RSA").link.state().trouble == done.trouble
        nothing_left(busy, line)
    gate.office = genuine
    meet_until_done(busy, "RSA", 1)
    assert size_of(busy.home / "pusat", "RSA") == CASES + 2
    all_agree(busy, "RSA")


def test_a_portal_that_shows_an_old_answer_of_central(
    busy: World, portal: tuple[Gate, Line]
) -> None:
    """The replayed answer to a probe is genuine, signed, and was for another question."""
    gate, line = portal
    assert busy.central is not None
    onward = pass_on(busy.central.port)
    kept: list[Answer] = []

    def recording(request: Request) -> Answer:
        kept.append(onward(request))
        return Answer(200, LOGIN, HTML)

    gate.office = recording
    assert busy.line("RSA").run().trouble
    assert kept[0].status == 200 and kept[0].headers["content-type"] == "application/cose"
    gate.office = lambda _: kept[0]
    for _ in range(3):
        assert "bukan pusat" in busy.line("RSA").run().trouble
    nothing_left(busy, line)


def test_a_portal_that_lets_the_probe_through_and_makes_up_the_rest(
    busy: World, portal: tuple[Gate, Line]
) -> None:
    """Older receipts and pages of central, shown again as the answer to a push or a pull."""
    gate, _ = portal
    assert busy.central is not None
    onward = pass_on(busy.central.port)
    old: dict[str, Answer] = {}

    def learning(request: Request) -> Answer:
        answer = onward(request)
        old.setdefault(request.what, answer)
        return answer

    gate.office = learning
    meet_until_done(busy, "RSA", 1)
    busy.line("RSA").courier().pull(0, 4096)
    held = size_of(busy.home / "pusat", "RSA")
    busy.take_in(60, 61)
    for passed in ({"probe"}, set[str]()):

        def replaying(request: Request, passed: set[str] = passed) -> Answer:
            return onward(request) if request.what in passed else old[request.what]

        gate.office = replaying
        for _ in range(2):
            assert busy.line("RSA").run().trouble
            assert busy.desk("RSA").link.state().waiting == 2
    assert size_of(busy.home / "pusat", "RSA") == held
    gate.office = onward
    meet_until_done(busy, "RSA", 1)
    all_agree(busy, "RSA")


# -- central is busy -------------------------------------------------------------------------------


def busy_with(status: int, retry_after: str, port: int) -> Office:
    onward = pass_on(port)

    def office(request: Request) -> Answer:
        if request.what == "push":
            headers = {"retry-after": retry_after} if retry_after else {}
            return Answer(status, b"", headers)
        return onward(request)

    return office


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_obeyed(
    busy: World, portal: tuple[Gate, Line], status: int, form: str
) -> None:
    gate, _ = portal
    assert busy.central is not None
    asked = "300" if form == "seconds" else email.utils.formatdate(time.time() + 301, usegmt=True)
    gate.office = busy_with(status, asked, busy.central.port)
    line = busy.line("RSA")
    done = line.run()
    assert "sibuk" in done.trouble and done.pushed == 0
    assert 298 <= line.schedule.wait <= 310
    line.schedule.acted()
    assert line.schedule.wait >= 298, "a new act does not come before the time asked for"
    line.schedule.at_once()
    assert line.schedule.wait == 0, "the officer may"
    gate.office = pass_on(busy.central.port)
    meet_until_done(busy, "RSA", 1)
    all_agree(busy, "RSA")


def test_without_retry_after_the_pauses_grow(busy: World, portal: tuple[Gate, Line]) -> None:
    gate, _ = portal
    assert busy.central is not None
    gate.office = busy_with(503, "", busy.central.port)
    line = busy.line("RSA")
    for _ in range(4):
        assert "terganggu" in line.run().trouble
        assert 5 <= line.schedule.wait <= 15 * 60
    assert line.schedule.failures == 4
    assert busy.desk("RSA").link.state().waiting == CASES + 2
