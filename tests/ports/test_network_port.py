"""The network way to a printer, over real TCP on the loopback."""

from __future__ import annotations

import errno
import os
import socket
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.ports import network
from drivers.ports.addresses import open_port
from drivers.ports.network import NetworkPort
from drivers.trouble import DeviceGone

SECONDS = 10.0
"""How long anything here may take before it counts as waiting for ever."""


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.socket() as listening:
        # Small, so that a stall is reached soon.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        listening.bind(("127.0.0.1", 0))
        listening.listen(4)
        listening.settimeout(SECONDS)
        yield listening


def joined(server: socket.socket) -> tuple[NetworkPort, socket.socket]:
    port = open_port(f"tcp:127.0.0.1:{server.getsockname()[1]}")
    assert isinstance(port, NetworkPort)
    printer, _ = server.accept()
    printer.settimeout(SECONDS)
    return port, printer


def received(printer: socket.socket) -> bytes:
    """All that comes until the other side is done."""
    got = bytearray()
    while piece := printer.recv(65536):
        got += piece
    return bytes(got)


def reset(printer: socket.socket) -> None:
    printer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    printer.close()


def until_gone(port: NetworkPort, data: bytes) -> tuple[int, DeviceGone]:
    """Writes until the loss of the printer is seen; the bytes counted and what was raised."""
    sent, until = 0, time.monotonic() + SECONDS
    while time.monotonic() < until:
        try:
            sent += port.write(data, 0.05)
        except DeviceGone as gone:
            return sent, gone
    raise AssertionError("the loss was never seen")


def test_bytes_go_both_ways_unchanged(server: socket.socket) -> None:
    port, printer = joined(server)
    paper = os.urandom(600)
    assert port.write(paper, 2.0) == 600
    printer.sendall(b"\x12\x00\xff")
    assert port.read(2.0) == b"\x12\x00\xff"
    assert port.read(0.01) == b""
    assert port.status() is None
    port.close()
    port.close()
    assert received(printer) == paper
    printer.close()


def test_a_printer_that_stalls_is_seen_after_a_few_kilobytes(server: socket.socket) -> None:
    port, printer = joined(server)
    data = os.urandom(400_000)
    sent = port.write(data, 0.2)
    assert 0 < sent < 100_000
    began = time.monotonic()
    assert port.write(data[sent:], 0.2) < 50_000
    assert port.write(b"", 0.0) == 0
    assert time.monotonic() - began < 2.0
    port.close()
    printer.close()


def test_a_slow_reader_gets_every_byte_once(server: socket.socket) -> None:
    port, printer = joined(server)
    data = os.urandom(150_000)
    got = bytearray()

    def read_slowly() -> None:
        while piece := printer.recv(3000):
            got.extend(piece)
            time.sleep(0.001)

    reader = threading.Thread(target=read_slowly, daemon=True)
    reader.start()
    sent, until = 0, time.monotonic() + SECONDS
    while sent < len(data) and time.monotonic() < until:
        sent += port.write(data[sent : sent + 10_000], 0.05)
        assert len(got) <= sent
    port.close()
    reader.join(SECONDS)
    assert bytes(got) == data
    printer.close()


def test_a_reset_is_a_printer_gone(server: socket.socket) -> None:
    port, printer = joined(server)
    assert port.write(b"abc", 1.0) == 3
    reset(printer)
    sent, gone = until_gone(port, b"x")
    assert not gone.maybe_taken
    assert sent <= 1
    with pytest.raises(DeviceGone):
        port.read(0.1)
    port.close()


def test_a_reset_amid_a_write_says_that_bytes_may_have_arrived(server: socket.socket) -> None:
    port, printer = joined(server)
    threading.Timer(0.2, reset, (printer,)).start()
    with pytest.raises(DeviceGone) as failed:
        port.write(bytes(500_000), SECONDS)
    assert failed.value.maybe_taken
    port.close()


def test_a_printer_that_closed_its_side_is_offered_nothing(server: socket.socket) -> None:
    port, printer = joined(server)
    printer.sendall(b"last words")
    printer.shutdown(socket.SHUT_WR)
    assert port.read(2.0) == b"last words"
    with pytest.raises(DeviceGone):
        port.read(2.0)
    sent, gone = until_gone(port, b"x")
    assert sent == 0
    assert not gone.maybe_taken
    port.close()
    assert received(printer) == b""
    printer.close()


def test_answers_nobody_read_do_not_cut_off_the_end_of_a_paper(server: socket.socket) -> None:
    """Closing with unread bytes resets a connection, and many a printer then drops its buffer."""
    port, printer = joined(server)
    paper = os.urandom(1500)
    printer.sendall(b"\x14\x00\x00\x0f" * 50)
    assert port.write(paper, 2.0) == len(paper)
    port.close()
    assert printer.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0
    assert received(printer) == paper
    printer.close()


def test_what_a_stalled_printer_did_not_take_does_not_come_out_later(
    server: socket.socket,
) -> None:
    port, printer = joined(server)
    sent = port.write(bytes(400_000), 0.2)
    began = time.monotonic()
    port.close()
    assert time.monotonic() - began < network.LONGEST_STILLSTAND + 1.0
    got = 0
    with pytest.raises(ConnectionResetError):
        while piece := printer.recv(65536):
            got += len(piece)
    assert got < sent
    printer.close()


def test_a_printer_that_never_stops_talking_can_be_closed(server: socket.socket) -> None:
    port, printer = joined(server)
    stop = threading.Event()

    def talk() -> None:
        try:
            while not stop.is_set():
                printer.sendall(bytes(8192))
        except OSError:
            pass

    talker = threading.Thread(target=talk, daemon=True)
    talker.start()
    assert port.write(b"x", 1.0) == 1
    assert port.read(1.0)
    began = time.monotonic()
    port.close()
    assert time.monotonic() - began < 3.0
    stop.set()
    talker.join(SECONDS)
    assert not talker.is_alive()
    printer.close()


def test_nobody_listening_is_said_in_words(server: socket.socket) -> None:
    number = server.getsockname()[1]
    server.close()
    with pytest.raises(DeviceGone, match="menolak sambungan"):
        NetworkPort("127.0.0.1", number)


def test_a_printer_that_does_not_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A listener whose queue is full answers nothing, like a printer without power."""
    monkeypatch.setattr(network, "CONNECT_SECONDS", 0.3)
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        place = full.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for caller in waiting:
            caller.setblocking(False)
            caller.connect_ex(place)
        began = time.monotonic()
        with pytest.raises(DeviceGone, match="tidak menjawab"):
            NetworkPort(*place)
        assert time.monotonic() - began < 2.0
        for caller in waiting:
            caller.close()


def test_a_name_that_nobody_answers_for_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "CONNECT_SECONDS", 0.2)
    release = threading.Event()

    def hang(*_: object, flags: int = 0, **__: object) -> list[object]:
        if not flags:
            release.wait(SECONDS)
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    began = time.monotonic()
    with pytest.raises(DeviceGone, match="tidak ditemukan di jaringan"):
        NetworkPort("printer.invalid", 9100)
    assert time.monotonic() - began < 2.0
    release.set()


@pytest.mark.parametrize("host", ["999.1.1.1", "a..b", "x" * 300, "-", "nama.invalid"])
def test_a_name_that_is_none_is_said_in_words(host: str) -> None:
    with pytest.raises(DeviceGone, match="tidak ditemukan"):
        NetworkPort(host, 9100)


def test_whatever_errno_the_socket_gives_the_officer_gets_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def failing(number: int) -> object:
        def connect(*_: object) -> None:
            raise OSError(number, "from the kernel")

        return connect

    class Plug(socket.socket):
        pass

    monkeypatch.setattr(socket, "socket", Plug)
    for number in errno.errorcode:
        monkeypatch.setattr(Plug, "connect", failing(number), raising=False)
        with pytest.raises(DeviceGone) as failed:
            NetworkPort("127.0.0.1", 9)
        assert "kernel" not in str(failed.value)
        assert str(failed.value).endswith(".")


def test_two_hundred_connections_leave_no_descriptor(server: socket.socket) -> None:
    def once() -> None:
        port, printer = joined(server)
        printer.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        assert port.write(b"x", 1.0) == 1
        port.close()
        assert received(printer) == b"x"
        printer.close()

    once()
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(200):
        once()
    assert len(list(Path("/proc/self/fd").iterdir())) == before
