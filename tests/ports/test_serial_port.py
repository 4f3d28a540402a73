"""The serial way to a printer, over pseudo-terminals of the real kernel."""

from __future__ import annotations

import errno
import fcntl
import os
import pty
import struct
import termios
import threading
import time
import tty
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import serial

from drivers.ports.addresses import open_port
from drivers.ports.serial_line import SerialPort
from drivers.trouble import DeviceBusy, DeviceGone, DeviceRefused, DeviceTrouble

PAPER = bytes(range(256)) * 3


@dataclass
class Cable:
    """``far`` is the printer's end, ``path`` the kiosk's."""

    far: int
    near: int
    path: str

    def cut(self) -> None:
        """The printer's end goes away, as when a USB-CDC unit is unplugged."""
        for end in (self.far, self.near):
            if end >= 0:
                os.close(end)
        self.far = self.near = -1

    def drained(self) -> bytes:
        """All that lies at the printer's end."""
        os.set_blocking(self.far, False)
        found = bytearray()
        try:
            while piece := os.read(self.far, 4096):
                found += piece
        except OSError:
            pass
        return bytes(found)


@pytest.fixture
def cable() -> Iterator[Cable]:
    far, near = pty.openpty()
    tty.setraw(near)
    made = Cable(far, near, os.ttyname(near))
    yield made
    made.cut()


def test_bytes_go_both_ways_unchanged(cable: Cable) -> None:
    port = open_port(f"serial:{cable.path}", baud=19200)
    assert port.write(PAPER, 2.0) == len(PAPER)
    assert cable.drained() == PAPER
    os.write(cable.far, PAPER[:200])
    assert port.read(2.0) == PAPER[:200]
    assert port.read(0.01) == b""
    assert port.status() is None
    port.close()
    port.close()


def test_the_line_is_raw_eight_bits_at_its_speed_without_handshake(cable: Cable) -> None:
    port = SerialPort(cable.path, 19200)
    iflag, oflag, cflag, lflag, ispeed, ospeed, _ = termios.tcgetattr(cable.near)
    assert ispeed == ospeed == termios.B19200
    assert cflag & termios.CSIZE == termios.CS8
    assert not cflag & (termios.PARENB | termios.CSTOPB | termios.CRTSCTS)
    assert not iflag & (termios.IXON | termios.IXOFF)
    assert not oflag & termios.OPOST
    assert not lflag & (termios.ICANON | termios.ECHO)
    port.close()


def test_a_reader_that_stalls_makes_counts_short_and_exact(cable: Cable) -> None:
    port = SerialPort(cable.path)
    data = os.urandom(60_000)
    sent, got, stalls = 0, bytearray(), 0
    while sent < len(data):
        began = time.monotonic()
        count = port.write(data[sent : sent + 777], 0.02)
        assert time.monotonic() - began < 1.0
        sent += count
        if count == 0:
            stalls += 1
            os.set_blocking(cable.far, False)
            got += os.read(cable.far, 5_000)
    assert stalls >= 3
    got += cable.drained()
    assert bytes(got) == data
    port.close()


def test_a_hang_up_is_a_printer_gone(cable: Cable) -> None:
    port = SerialPort(cable.path)
    assert port.write(b"abc", 1.0) == 3
    cable.cut()
    with pytest.raises(DeviceGone) as failed:
        port.write(b"def", 1.0)
    assert not failed.value.maybe_taken
    with pytest.raises(DeviceGone):
        port.read(1.0)
    port.close()
    port.close()


@pytest.mark.parametrize("moves", [True, False])
def test_closing_waits_for_what_moves_and_not_for_what_stands_still(
    cable: Cable, monkeypatch: pytest.MonkeyPatch, moves: bool
) -> None:
    """A pseudo-terminal has no output queue, so what the kernel says of it is put in its place:
    300 bytes on a line that either sends 3 of them each 10 ms or is held up by its printer."""
    now, unsent, closed = [0.0], [300], threading.Event()
    ask, close = fcntl.ioctl, serial.Serial.close

    def ioctl(fd: int, request: int, *rest: object) -> object:
        if request == termios.TIOCOUTQ:
            return struct.pack("i", unsent[0])
        return ask(fd, request, *rest)  # type: ignore[arg-type]

    def pass_time(seconds: float) -> None:
        now[0] += seconds
        unsent[0] -= 3 if moves else 0

    def slow_close(line: serial.Serial) -> None:
        if line.is_open:
            assert moves or threading.current_thread() is not threading.main_thread()
            close(line)
            closed.set()

    port = SerialPort(cable.path, clock=lambda: now[0], sleep=pass_time)
    monkeypatch.setattr(fcntl, "ioctl", ioctl)
    monkeypatch.setattr(serial.Serial, "close", slow_close)
    port.close()
    assert now[0] == pytest.approx(1.0, abs=0.05)  # all sent, or given up
    assert unsent[0] == (0 if moves else 300)
    assert closed.wait(5.0)


def test_a_closed_port_is_gone_for_who_still_holds_it(cable: Cable) -> None:
    port = SerialPort(cable.path)
    port.close()
    for act in (lambda: port.write(b"x", 0.1), lambda: port.read(0.1), port.status):
        with pytest.raises(DeviceGone):
            act()


def test_the_second_opener_is_told_at_once(cable: Cable) -> None:
    port = SerialPort(cable.path)
    with pytest.raises(DeviceBusy, match="sedang dipakai"):
        SerialPort(cable.path)
    port.close()
    SerialPort(cable.path).close()


def test_a_program_that_asks_for_no_lock_is_kept_out_too(cable: Cable) -> None:
    """Root may open it nevertheless, so the flag itself is looked at."""
    port = SerialPort(cable.path)
    tiocgexcl = 0x80045440
    assert fcntl.ioctl(cable.near, tiocgexcl, b"\0\0\0\0") != b"\0\0\0\0"
    port.close()
    assert fcntl.ioctl(cable.near, tiocgexcl, b"\0\0\0\0") == b"\0\0\0\0"


def test_a_flood_of_garbage_neither_blocks_nor_breaks(cable: Cable) -> None:
    port = SerialPort(cable.path)
    os.set_blocking(cable.far, False)
    flooded, read = 0, 0
    for _ in range(200):
        with suppress(BlockingIOError):
            flooded += os.write(cable.far, os.urandom(2000))
        read += len(port.read(0.0))
        assert port.write(b"\x10\x04\x01", 0.5) == 3
    while piece := port.read(0.05):
        read += len(piece)
    assert read == flooded > 100_000
    assert cable.drained() == b"\x10\x04\x01" * 200
    port.close()


def test_what_is_not_there_is_gone_and_what_is_no_line_is_said(tmp_path: Path) -> None:
    with pytest.raises(DeviceGone, match="tidak ditemukan"):
        SerialPort("/dev/serial/by-id/usb-none")
    plain = tmp_path / "file"
    plain.write_bytes(b"")
    for path in (str(plain), str(tmp_path), "/dev/null"):
        with pytest.raises(DeviceTrouble, match="bukan kabel serial"):
            SerialPort(path)


@pytest.mark.parametrize("baud", [0, -1, 2**40])
def test_a_speed_that_cannot_be_is_said_so(cable: Cable, baud: int) -> None:
    with pytest.raises(DeviceTrouble, match="Kecepatan"):
        SerialPort(cable.path, baud)


def test_whatever_errno_opening_gives_the_officer_gets_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in [*sorted(errno.errorcode), None]:

        def fail(*_: object, number: int | None = number, **__: object) -> None:
            raise serial.SerialException(number, "could not open port")

        monkeypatch.setattr(serial, "Serial", fail)
        with pytest.raises(DeviceTrouble) as failed:
            SerialPort("/dev/ttyX")
        text = str(failed.value)
        assert "Errno" not in text
        assert "could not" not in text
        if number in (errno.EACCES, errno.EPERM):
            assert isinstance(failed.value, DeviceRefused)
            assert "-m drivers.rights" in text


def test_two_hundred_openings_leave_no_descriptor(cable: Cable) -> None:
    SerialPort(cable.path).close()
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(200):
        port = SerialPort(cable.path)
        with pytest.raises(DeviceBusy):
            SerialPort(cable.path)
        port.close()
    assert len(list(Path("/proc/self/fd").iterdir())) == before
