"""Whatever answers in central's place: plain words, and not a byte of it is believed."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable

import pytest

from sync.courier import Courier, LinkDown
from sync.entry import Spot
from sync.retry_after import seconds_of
from sync.wire import CONTENT_TYPE
from tests.sync.doors import answering


@pytest.fixture
def down(push):
    """Every way finds the link down; gives what the officer reads."""
    return lambda courier: find_down(courier, push)


def find_down(courier: Courier, push: Callable[[Courier], object]) -> list[str]:
    said = []
    spot = Spot("RSA", 1, 1)
    for ask in (
        lambda: push(courier),
        lambda: courier.pull(0, 1000),
        lambda: courier.probe(1, 7),
        lambda: courier.proof(spot, 1),
        lambda: courier.growth(1, 2),
    ):
        with pytest.raises(LinkDown) as caught:
            ask()
        said.append(caught.value.says)
    return said


def test_nobody_listens(down, courier):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for says in down(courier(f"http://127.0.0.1:{port}")):
        assert "tidak dapat dihubungi" in says
        assert "tetap aman" in says


def test_the_name_is_not_known(down, courier):
    assert "tidak dapat dihubungi" in down(courier("http://pusat.invalid"))[0]


def test_somebody_listens_and_never_answers(down, courier):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        for says in down(courier(f"http://127.0.0.1:{port}", timeout=0.2)):
            assert "tidak menjawab pada waktunya" in says


def test_the_line_is_cut(down, courier):
    def hang_up(server: socket.socket) -> None:
        for _ in range(5):
            server.accept()[0].close()

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=hang_up, args=(server,))
        thread.start()
        says = down(courier(f"http://127.0.0.1:{server.getsockname()[1]}"))
        thread.join()
    assert "tidak dapat dihubungi" in says[0]


def test_tls_against_something_else(down, courier):
    with answering(lambda _: (200, "text/html", b"")) as url:
        assert "tanggal dan jam" in down(courier(url.replace("http:", "https:")))[0]


@pytest.mark.parametrize("url", ["", "pusat", "ftp://x", "http://"])
def test_an_address_that_is_none(down, courier, url):
    for says in down(courier(url)):
        assert "Alamat pusat" in says


@pytest.mark.parametrize(
    "url", ["http://[", "http://127.0.0.1:99999", "http://x y/", "http://\x00"]
)
def test_an_address_that_cannot_be_reached(down, courier, url):
    down(courier(url))


@pytest.mark.parametrize(
    ("status", "kind", "answer"),
    [
        (200, "text/html", b"<html>Selamat datang, silakan login</html>"),
        (200, CONTENT_TYPE, b"<html>Selamat datang, silakan login</html>"),
        (200, CONTENT_TYPE, b""),
        (200, CONTENT_TYPE, b"\x81" * 100_000),
        (200, CONTENT_TYPE, b"x" * (9 * 1024 * 1024)),
        (302, "text/html", b""),
        (403, "text/html", b"<html>blokir</html>"),
        (404, "application/json", b"{}"),
        (404, "application/json", b"[" * 100_000),
        (409, "application/json", json.dumps({"kode": "cabang", "pesan": "x"}).encode()),
        (409, "application/json", json.dumps({"segel": 5}).encode()),
        (511, "text/html", b"login"),
        (503, "text/html", b"nginx"),
    ],
)
def test_a_captive_portal_is_not_believed(down, courier, status, kind, answer):
    with answering(lambda _: (status, kind, answer)) as url:
        for says in down(courier(url)):
            expected = "terganggu" if status == 503 else "bukan pusat"
            assert expected in says


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("asked", "seconds"), [("90", 90), ("999999", 3600), ("0", 0), ("bald", None), ("", None)]
)
def test_a_server_may_ask_to_be_left_alone(courier, status, asked, seconds):
    door = answering(lambda _: (status, "text/plain", b""), retry_after=asked)
    with door as url, pytest.raises(LinkDown) as caught:
        courier(url).probe(1)
    assert caught.value.retry_after == seconds
    assert ("sibuk" in caught.value.says) == (seconds is not None or status == 429)


@pytest.mark.parametrize(
    ("asked", "date", "seconds"),
    [
        ("Fri, 07 Nov 2036 10:01:30 GMT", "Fri, 07 Nov 2036 10:00:00 GMT", 90),
        ("Fri, 07 Nov 2036 09:00:00 GMT", "Fri, 07 Nov 2036 10:00:00 GMT", 0),
        ("Fri, 07 Nov 2086 09:00:00 GMT", "Fri, 07 Nov 2036 10:00:00 GMT", 3600),
        ("Fri, 07 Nov 2086 09:00:00 GMT", "", 3600),
        ("kemarin", "", None),
    ],
)
def test_a_point_in_time_is_measured_by_the_servers_own_clock(asked, date, seconds):
    assert seconds_of(asked, date) == seconds


def test_a_request_carries_no_header_that_it_does_not_need(courier):
    """Bytes on the wire are what it is about."""
    heads: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            for _ in range(2):
                link = server.accept()[0]
                heads.append(link.recv(65536))
                link.close()

        thread = threading.Thread(target=listen)
        thread.start()
        carrier = courier(f"http://127.0.0.1:{server.getsockname()[1]}")
        for ask in (lambda: carrier.probe(1), lambda: carrier.pull(0, 100)):
            with pytest.raises(LinkDown):
                ask()
        thread.join()
    names = [
        sorted(
            line.split(b":")[0].lower() for line in head.split(b"\r\n\r\n")[0].split(b"\r\n")[1:]
        )
        for head in heads
    ]
    assert names == [[b"host"], [b"content-length", b"content-type", b"host"]]
