"""The bench's link: its rate, its delay, its cuts to the byte, and what it counts."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Generator
from contextlib import closing

import pytest

from bench.sync.link import Conditions, Link, kbit

ANSWER = b"y" * 100


class Taker(threading.Thread):
    """Takes what comes on every connection; answers each piece that ends a line."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        self.came = 0

    def run(self) -> None:
        while True:
            guest, _ = self._door.accept()
            threading.Thread(target=self._take, args=(guest,), daemon=True).start()

    def _take(self, guest: socket.socket) -> None:
        with closing(guest):
            try:
                while piece := guest.recv(65536):
                    self.came += len(piece)
                    if piece.endswith(b"\n"):
                        guest.sendall(ANSWER)
            except OSError:
                return


@pytest.fixture
def taker() -> Taker:
    one = Taker()
    one.start()
    return one


@pytest.fixture
def link(taker: Taker) -> Generator[Link]:
    with Link(taker.port) as one:
        yield one


def _ask(port: int, question: bytes, answer: int = len(ANSWER)) -> float:
    """Seconds from the connection to the last byte of the answer."""
    began = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port)) as guest:
        guest.sendall(question)
        got = 0
        while got < answer:
            piece = guest.recv(65536)
            if not piece:
                raise ConnectionResetError
            got += len(piece)
    return time.perf_counter() - began


def test_bytes_take_the_time_that_rate_and_delay_say(link: Link) -> None:
    link.set(kbit(80, 200))  # 10,000 bytes a second
    seconds = _ask(link.port, b"x" * 9_999 + b"\n")
    # A round trip to connect, the bytes, a round trip, and the answer's 100 bytes.
    assert seconds == pytest.approx(0.2 + 1.0 + 0.2 + 0.01, rel=0.05, abs=0.02)
    counts = link.counts()
    assert (counts.up, counts.down, counts.connections) == (10_000, 100, 1)


def test_connections_share_the_rate(link: Link) -> None:
    link.set(kbit(80, 0))
    both = [threading.Thread(target=_ask, args=(link.port, b"x" * 4_999 + b"\n")) for _ in "ab"]
    began = time.perf_counter()
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert time.perf_counter() - began == pytest.approx(1.0, rel=0.08, abs=0.03)


def test_a_cut_lets_exactly_so_many_bytes_through(link: Link, taker: Taker) -> None:
    link.set(Conditions(rate=200_000, cut=5_000))
    with pytest.raises(ConnectionError):
        _ask(link.port, b"x" * 20_000, answer=1)
    time.sleep(0.1)
    counts = link.counts()
    assert (counts.up, counts.cuts, taker.came) == (5_000, 1, 5_000)
    # The next connection is accepted, and has as many bytes before it is cut.
    assert _ask(link.port, b"x" * 99 + b"\n") > 0
    assert link.counts().passed == 5_200


def test_requests_are_counted_once_each_however_they_are_cut(link: Link) -> None:
    link.set(Conditions())
    with socket.create_connection(("127.0.0.1", link.port)) as guest:
        for piece in (b"GET /v2/pro", b"be?a=b HTTP/1.1\r\nHost: x\r\n\r\n", b"POST /v2/push HT"):
            guest.sendall(piece)
            time.sleep(0.05)
        guest.sendall(b"TP/1.1\r\n\r\nbody GET / body")
        time.sleep(0.1)
    assert link.counts().requests == 2


def test_new_conditions_count_anew(link: Link) -> None:
    link.set(Conditions())
    _ask(link.port, b"\n")
    assert link.counts().passed == 101
    link.set(Conditions())
    assert link.counts().passed == 0
