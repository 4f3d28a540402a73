"""IPP as bytes: written as RFC 8010 shows it, read strictly, and servers that are none survived."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.printing.cups import IppSender
from drivers.printing.feeder import Patience, State
from drivers.printing.ipp import IppError, Operation, decode, encode
from drivers.printing.ipp_address import parse_target
from drivers.trouble import DeviceTrouble

HEAD = b"\x01\x01\x00\x00\x00\x00\x00\x01"
CHARSET = b"\x47\x00\x12attributes-charset\x00\x05utf-8"


def field(tag: int, name: bytes, value: bytes) -> bytes:
    """One attribute, by hand."""
    return (
        bytes([tag]) + struct.pack(">H", len(name)) + name + struct.pack(">H", len(value)) + value
    )


def test_a_request_is_written_as_the_rfc_shows_it() -> None:
    attributes = {
        "printer-uri": "ipp://printer.example.com/ipp/print",
        "job-id": 147,
        "my-jobs": True,
        "requested-attributes": ("job-id", "job-state"),
    }
    assert encode(Operation.GET_JOBS, 123, attributes) == (
        b"\x01\x01\x00\x0a\x00\x00\x00\x7b\x01"
        + CHARSET
        + b"\x48\x00\x1battributes-natural-language\x00\x02id"
        + b"\x45\x00\x0bprinter-uri\x00\x23ipp://printer.example.com/ipp/print"
        + b"\x21\x00\x06job-id\x00\x04\x00\x00\x00\x93"
        + b"\x22\x00\x07my-jobs\x00\x01\x01"
        + b"\x44\x00\x14requested-attributes\x00\x06job-id\x44\x00\x00\x00\x09job-state\x03"
    )


def test_an_answer_is_read() -> None:
    collection = field(0x34, b"media-col", b"") + field(0x4A, b"", b"media-size")
    collection += field(0x34, b"", b"") + field(0x4A, b"", b"x") + field(0x21, b"", bytes(4))
    collection += field(0x37, b"", b"") + field(0x37, b"", b"")
    answer = decode(
        b"\x02\x00\x00\x01\x00\x00\x00\x09\x01"
        + CHARSET
        + b"\x02"
        + field(0x21, b"job-id", b"\x00\x00\x00\x93")
        + field(0x23, b"job-state", b"\x00\x00\x00\x03")
        + field(0x44, b"job-state-reasons", b"none")
        + field(0x44, b"", b"job-incoming")
        + collection
        + field(0x22, b"flag", b"\x01")
        + field(0x33, b"range", b"\x00\x00\x00\x01\x00\x00\x00\x05")
        + field(0x35, b"said", b"\x00\x02id\x00\x03oke")
        + field(0x10, b"unsupported", b"")
        + field(0x31, b"when", b"\x07\xea")
        + b"\x02"
        + field(0x21, b"job-id", b"\x00\x00\x00\x94")
        + b"\x03",
        9,
    )
    assert answer.good
    assert [tag for tag, _ in answer.groups] == [1, 2, 2]
    assert answer.first(2) == {
        "job-id": (147,),
        "job-state": (3,),
        "job-state-reasons": ("none", "job-incoming"),
        "media-col": (None,),
        "flag": (True,),
        "range": ((1, 5),),
        "said": ("oke",),
        "unsupported": (None,),
        "when": (b"\x07\xea",),
    }
    assert answer.every(2)[1] == {"job-id": (148,)}
    assert answer.first(4) == {}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x01",
        b"\x01" + CHARSET,
        b"\x00\x03",
        b"\x44\x00\x01a\x00\x01b\x03",
        b"\x01" + field(0x44, b"", b"no name") + b"\x03",
        b"\x01" + field(0x21, b"a", b"\x00") + b"\x03",
        b"\x01" + field(0x22, b"a", b"") + b"\x03",
        b"\x01" + field(0x33, b"a", bytes(7)) + b"\x03",
        b"\x01" + field(0x35, b"a", b"\x00\x09id") + b"\x03",
        b"\x01" + field(0x37, b"a", b"") + b"\x03",
        b"\x01" + field(0x34, b"a", b"") + b"\x03",
        b"\x01" + field(0x34, b"a", b"") + field(0x4A, b"", b"b") + b"\x02\x03",
        b"\x01" + field(0x44, b"\xff", b"x") + b"\x03",
        b"\x01\x44\xff\xffa",
    ],
)
def test_what_is_no_answer_is_refused(body: bytes) -> None:
    with pytest.raises(IppError):
        decode(HEAD + body, 1)


def test_an_answer_to_another_request_is_refused() -> None:
    assert decode(HEAD + b"\x03", 1).groups == ()
    with pytest.raises(IppError):
        decode(HEAD + b"\x03", 2)
    with pytest.raises(IppError):
        decode(b"\x09" + HEAD[1:] + b"\x03", 1)


values = st.one_of(
    st.binary(max_size=8),
    st.sampled_from([b"\0\0\0\x03", b"\0\0\0\x05", b"\0\0\0\x09", b"\0\0\0\x08", b"none"]),
)
names = st.sampled_from(
    [b"", b"job-id", b"job-state", b"job-name", b"printer-state", b"job-state-reasons", b"x"]
)
bodies = st.lists(
    st.one_of(
        st.sampled_from([b"\x01", b"\x02", b"\x04", b"\x03"]),
        st.builds(
            field, st.sampled_from([0x10, 0x21, 0x22, 0x23, 0x34, 0x37, 0x44]), names, values
        ),
        st.builds(field, st.just(0x21), st.sampled_from([b"job-id", b"job-state"]), values),
        st.binary(max_size=5),
    ),
    max_size=10,
).map(b"".join)


@settings(max_examples=500, deadline=None)
@given(st.sampled_from([b"", HEAD, HEAD + b"\x01" + CHARSET]), bodies)
def test_any_bytes_are_read_or_refused(head: bytes, body: bytes) -> None:
    with suppress(IppError):
        decode(head + body, 1)


@pytest.mark.parametrize(
    ("address", "uri", "url"),
    [
        ("ipp://laser", "ipp://laser:631/ipp/print", "http://laser:631/ipp/print"),
        ("ipp://laser:8631/", "ipp://laser:8631/ipp/print", "http://laser:8631/ipp/print"),
        ("ipps://[fe80::1]/p", "ipps://[fe80::1]:631/p", "https://[fe80::1]:631/p"),
        ("cups:A4", "ipp://localhost:631/printers/A4", "http://localhost:631/printers/A4"),
    ],
)
def test_addresses(address: str, uri: str, url: str) -> None:
    target = parse_target(address)
    assert (target.uri, target.url) == (uri, url)


@pytest.mark.parametrize(
    "address", ["", "ipp:", "ipp://", "cups:", "cups:a/b", "http://x", "ipp://x:99999", "usb:1:2"]
)
def test_what_is_no_address_is_said(address: str) -> None:
    with pytest.raises(DeviceTrouble, match="tidak dikenal"):
        IppSender(address)


# -- servers that are no printers ----------------------------------------------------------------


class Hostile(threading.Thread):
    """Answers every request by ``answer``, which writes to the connection as it likes."""

    def __init__(self, answer: Callable[[socket.socket, bytes], None]) -> None:
        super().__init__(daemon=True)
        self.line = socket.create_server(("127.0.0.1", 0))
        self.uri = f"ipp://127.0.0.1:{self.line.getsockname()[1]}/ipp/print"
        self.answer = answer
        self.operations: list[int] = []
        self.start()

    def __enter__(self) -> Hostile:
        return self

    def __exit__(self, *_: object) -> None:
        self.line.close()

    def run(self) -> None:
        with suppress(OSError):
            while True:
                client = self.line.accept()[0]
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError), client:
            client.settimeout(5)
            data = b""
            while b"\r\n\r\n" not in data:
                data += client.recv(65536)
            head, _, body = data.partition(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            while len(body) < length:
                body += client.recv(65536)
            self.operations.append(int.from_bytes(body[2:4], "big"))
            self.answer(client, body)


def http(body: bytes, status: bytes = b"200 OK") -> bytes:
    head = b"HTTP/1.1 " + status + b"\r\nContent-Type: application/ipp\r\nContent-Length: "
    return head + str(len(body)).encode() + b"\r\n\r\n" + body


def ready() -> bytes:
    """A printer that is idle."""
    return http(HEAD + b"\x04" + field(0x23, b"printer-state", b"\0\0\0\x03") + b"\x03")


IMPATIENT = Patience(stall=0.3, pause=0.3, proof=0.3)
PAPER = b"%PDF" + bytes(20_000)


def send(server: Hostile) -> tuple[State, list[State]]:
    told: list[State] = []
    sender = IppSender(server.uri, patience=IMPATIENT, look_every=0.01)
    state = sender.send(PAPER, 1, lambda state, *_: told.append(state), threading.Event())
    return state, told


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=30),
            bodies.map(lambda body: http(HEAD + body)),
            bodies.map(lambda body: http(HEAD + b"\x02" + body + b"\x03")),
            st.builds(
                http, st.binary(max_size=20), st.sampled_from([b"503 x", b"204 x", b"301 x"])
            ),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_no_answer_of_a_server_hangs_or_breaks_it(answers: list[bytes]) -> None:
    turns = iter(range(10**6))

    def answer(client: socket.socket, _: bytes) -> None:
        turn = next(turns)
        client.sendall(ready() if turn == 0 else answers[turn % len(answers)])

    with Hostile(answer) as server:
        state, told = send(server)
        assert state in (State.QUEUED, State.SENT, State.UNKNOWN, State.PRINTED)
        assert told[-1] == state
        assert server.operations.count(Operation.PRINT_JOB) <= 1


def trickle(client: socket.socket, _: bytes) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nX: " + b"a" * 10_000:
        client.sendall(bytes([byte]))
        time.sleep(0.02)


def flood(client: socket.socket, _: bytes) -> None:
    client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n" + HEAD)
    while True:
        client.sendall(bytes(65536))


def silent(client: socket.socket, _: bytes) -> None:
    client.recv(1)


@pytest.mark.parametrize("answer", [trickle, flood, silent])
def test_a_server_without_end_is_left_with_nothing_sent(
    answer: Callable[[socket.socket, bytes], None],
) -> None:
    with Hostile(answer) as server:
        assert send(server) == (State.QUEUED, [State.QUEUED])
        assert server.operations == [Operation.GET_PRINTER_ATTRIBUTES]


@pytest.mark.parametrize("answer", [trickle, flood, silent])
def test_a_printer_that_never_answers_the_paper_is_asked_about(
    answer: Callable[[socket.socket, bytes], None],
) -> None:
    def first_ready(client: socket.socket, body: bytes) -> None:
        if body[2:4] == b"\x00\x0b":
            client.sendall(ready())
        else:
            answer(client, body)

    with Hostile(first_ready) as server:
        assert send(server) == (State.UNKNOWN, [State.SENDING, State.UNKNOWN])
        assert server.operations.count(Operation.PRINT_JOB) == 1


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (b"\x04\x03", State.QUEUED),
        (b"\x04\x0a", State.QUEUED),
        (b"\x05\x06", State.QUEUED),
        (b"\x05\x07", State.QUEUED),
        (b"\x05\x00", State.UNKNOWN),
        (b"\x05\x04", State.UNKNOWN),
    ],
)
def test_a_refused_paper_is_queued_only_when_surely_nothing_was_taken(
    status: bytes, state: State
) -> None:
    def refuse(client: socket.socket, body: bytes) -> None:
        if body[2:4] == b"\x00\x0b":
            client.sendall(ready())
        else:
            client.sendall(http(b"\x01\x01" + status + b"\0\0\0\x01\x03"))

    with Hostile(refuse) as server:
        assert send(server)[0] == state
        assert server.operations.count(Operation.PRINT_JOB) == 1


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (b"401 x", "tidak diizinkan"),
        (b"404 x", "tidak benar lagi"),
        (b"426 x", "ipps://"),
        (b"500 x", "tidak diterima"),
    ],
)
def test_a_refusal_over_http_is_said(status: bytes, words: str) -> None:
    said: list[str] = []
    with Hostile(lambda client, _: client.sendall(http(b"", status))) as server:
        sender = IppSender(server.uri, patience=IMPATIENT)
        state = sender.send(PAPER, 1, lambda _, __, says: said.append(str(says)), threading.Event())
    assert state == State.QUEUED
    assert words in said[-1]
