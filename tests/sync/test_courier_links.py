"""Whatever answers in central's place: plain words, and not a byte of it is believed."""

from __future__ import annotations

import base64
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from sync.courier import Courier, LinkDown, Refused
from sync.entry import dumps, sign1
from sync.receipt import Receipt, seal_receipt
from sync.wire import CONTENT_TYPE, PullPage, Trouble, pack_page, pack_problem, request_hash

Answer = tuple[int, str, bytes]


@contextmanager
def answering(make: Callable[[bytes], Answer]) -> Iterator[str]:
    """A server on loopback that answers each POST with what ``make`` gives for its body."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status, kind, answer = make(body)
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(answer)))
            self.send_header("location", "http://login.example/")
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Keep the tests' output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def central(new_pen):
    return new_pen()


@pytest.fixture
def desk(new_desk):
    return new_desk("RSA", "rs:RSA")


@pytest.fixture
def courier(central, desk):
    def make(url: str, timeout: float = 5.0) -> Courier:
        return Courier(
            url, "RSA", central.public, desk.device.kid, desk.device.sign, timeout=timeout
        )

    return make


def down(courier: Courier, raws: list[bytes] | None = None) -> list[str]:
    """Both ways find the link down; gives what the officer reads."""
    said = []
    for ask in (lambda: courier.push(1, 1, raws or []), lambda: courier.pull(0)):
        with pytest.raises(LinkDown) as caught:
            ask()
        said.append(caught.value.says)
    return said


def test_nobody_listens(courier):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for says in down(courier(f"http://127.0.0.1:{port}")):
        assert "tidak dapat dihubungi" in says
        assert "tetap aman" in says


def test_the_name_is_not_known(courier):
    assert "tidak dapat dihubungi" in down(courier("http://pusat.invalid"))[0]


def test_somebody_listens_and_never_answers(courier):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        for says in down(courier(f"http://127.0.0.1:{port}", timeout=0.2)):
            assert "tidak menjawab pada waktunya" in says


def test_the_line_is_cut(courier):
    def hang_up(server: socket.socket) -> None:
        for _ in range(2):
            server.accept()[0].close()

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=hang_up, args=(server,))
        thread.start()
        says = down(courier(f"http://127.0.0.1:{server.getsockname()[1]}"))
        thread.join()
    assert "tidak dapat dihubungi" in says[0]


def test_tls_against_something_else(courier):
    with answering(lambda _: (200, "text/html", b"")) as url:
        assert "tanggal dan jam" in down(courier(url.replace("http:", "https:")))[0]


@pytest.mark.parametrize("url", ["", "pusat", "ftp://x", "http://"])
def test_an_address_that_is_none(courier, url):
    for says in down(courier(url)):
        assert "Alamat pusat" in says


@pytest.mark.parametrize(
    "url", ["http://[", "http://127.0.0.1:99999", "http://x y/", "http://\x00"]
)
def test_an_address_that_cannot_be_reached(courier, url):
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
def test_a_captive_portal_is_not_believed(courier, status, kind, answer):
    with answering(lambda _: (status, kind, answer)) as url:
        for says in down(courier(url)):
            expected = "terganggu" if status >= 500 else "bukan pusat"
            assert expected in says


def test_another_central_is_not_believed(courier, new_pen):
    other = new_pen()
    receipt = seal_receipt(Receipt("RSA", 1, 0, bytes(32), 0, 1), other.kid, other.sign)

    def page(body: bytes) -> Answer:
        sealed = pack_page(PullPage([], 0, False, 1), request_hash(body), other.kid, other.sign)
        return 200, CONTENT_TYPE, sealed

    def problem(body: bytes) -> Answer:
        seal = pack_problem(Trouble("cabang", "x"), request_hash(body), other.kid, other.sign)
        said = {"kode": "cabang", "segel": base64.b64encode(seal).decode()}
        return 409, "application/json", json.dumps(said).encode()

    for make in (lambda _: (200, CONTENT_TYPE, receipt.raw), page, problem):
        with answering(make) as url:
            assert "bukan pusat" in down(courier(url))[0]


def test_a_page_shown_again_is_not_believed(courier, central):
    shown: list[bytes] = []

    def once(body: bytes) -> Answer:
        if not shown:
            page = PullPage([], 9, False, 1)
            shown.append(pack_page(page, request_hash(body), central.kid, central.sign))
        return 200, CONTENT_TYPE, shown[0]

    with answering(once) as url:
        carrier = courier(url)
        assert carrier.pull(0).cursor == 9
        with pytest.raises(LinkDown):
            carrier.pull(0)


def test_a_refusal_shown_again_is_not_believed(courier, central):
    shown: list[bytes] = []

    def once(body: bytes) -> Answer:
        if not shown:
            trouble = Trouble("loncat", "Kirim dari 4.", 9, 4)
            seal = pack_problem(trouble, request_hash(body), central.kid, central.sign)
            shown.append(json.dumps({"segel": base64.b64encode(seal).decode()}).encode())
        return 409, "application/json", shown[0]

    with answering(once) as url:
        carrier = courier(url)
        with pytest.raises(Refused) as caught:
            carrier.push(1, 9, [b"x"])
        refused = caught.value
        assert (refused.code, refused.says, refused.seq, refused.expected, refused.receipt) == (
            "loncat",
            "Kirim dari 4.",
            9,
            4,
            None,
        )
        with pytest.raises(LinkDown):
            carrier.push(1, 9, [b"x"])


@pytest.mark.parametrize(
    "receipt",
    [
        Receipt("RSB", 1, 1, bytes(32), 1, 1),
        Receipt("RSA", 2, 1, bytes(32), 1, 1),
        Receipt("RSA", 1, 0, bytes(32), 1, 1),  # an old one: it does not cover this push
        Receipt("RSA", 1, 1, bytes(32), 1, 1),  # for another entry
    ],
)
def test_a_receipt_for_something_else_is_not_believed(courier, central, desk, receipt):
    desk.write()
    sealed = seal_receipt(receipt, central.kid, central.sign).raw
    with answering(lambda _: (200, CONTENT_TYPE, sealed)) as url, pytest.raises(LinkDown):
        courier(url).push(1, 1, desk.raws)


def test_a_sealed_page_with_nonsense_in_it_is_not_believed(courier, central):
    for said in ([], [[[1]], 0, False, 1], [[], 0, 0, 1], {"a": 1}, [[], -1, False, 1]):

        def page(body: bytes, said: object = said) -> Answer:
            context = b"loket-luring page 1" + request_hash(body)
            return 200, CONTENT_TYPE, sign1(dumps(said), central.kid, central.sign, context)

        with answering(page) as url, pytest.raises(LinkDown):
            courier(url).pull(0)


def test_a_courier_recovers_when_central_comes_back(centre):
    desk = centre.desk()
    courier = centre.courier(desk)
    assert courier.push(1, 1, desk.raws).seq == 1
    courier.close()
    desk.write()
    assert courier.push(1, 2, desk.raws[1:]).seq == 2
