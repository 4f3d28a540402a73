"""The feeder over the real ports: emulated USB, a pseudo terminal, a TCP connection."""

from __future__ import annotations

import os
import pty
import select
import threading
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from drivers.ports.addresses import UsbAddress
from drivers.ports.network import NetworkPort
from drivers.ports.serial_line import SerialPort
from drivers.ports.usb import UsbPort
from drivers.printing.feeder import Feeder, State
from drivers.printing.probe import probe
from drivers.printing.unit import Unit
from drivers.profiles import PROFILES
from drivers.words import Words
from tests.devices.printer_model import Printer, VirtualTime
from tests.devices.tcp_printer import TcpPrinter
from tests.devices.usb_backend import UsbBus, UsbUnit, usb_address
from tests.printing.fault_bench import paper

EPSON = PROFILES["80-epson"]
GREETING = 16 + 4 * 3 + 3 + 11
"""Bytes before the first of a paper: NULs, four questions, reports on, the numbered question."""

LONG = paper(1, 60_000, 5)


class Told(list[tuple[State, int, str]]):
    """What was told; ``acts`` are done once, at the first state of their name."""

    def __init__(self, **acts: Callable[[], None]) -> None:
        super().__init__()
        self.acts = acts

    def __call__(self, state: State, taken: int, says: Words | None) -> None:
        self.append((state, taken, str(says or "")))
        act = self.acts.pop(state, None)
        if act:
            act()

    @property
    def states(self) -> list[str]:
        return [str(state) for state, _, _ in self]


def never() -> bool:
    return False


# -- USB, in virtual time ------------------------------------------------------------------------


class Desk:
    """A printer on an emulated bus, with pyusb's own code between it and the feeder."""

    def __init__(self, folder: Path, size: int = 512) -> None:
        self.time = VirtualTime()
        self.printer = Printer(self.time, size=size)
        self.unit = UsbUnit(self.printer)
        self.bus = UsbBus([self.unit], wait=self.time.advance)
        self.sysfs = folder
        self.unit.in_sysfs(folder)

    def port(self) -> UsbPort:
        address = UsbAddress(self.unit.vendor, self.unit.product, self.unit.serial)
        return UsbPort(
            address,
            backend=self.bus,
            sysfs=self.sysfs,
            clock=self.time,
            sleep=self.time.advance,
        )

    def feeder(self) -> Feeder:
        unit = Unit(usb_address(self.unit), EPSON, "process")
        return Feeder(self.port(), unit, clock=self.time)


def test_usb_goes_on_from_the_exact_byte(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.printer.on_printed[20_000] = lambda: desk.printer.set(paper_out=True)
    told = Told(PAUSED=lambda: desk.time.after(240, lambda: desk.printer.set(paper_out=False)))
    assert desk.feeder().send(LONG, 1, told, never) == State.PRINTED
    assert told.states == ["SENDING", "PAUSED", "SENDING", "SENT", "PRINTED"]
    assert "Kertas habis" in told[1][2]
    assert desk.printer.papers == [LONG]


@pytest.mark.parametrize(
    "at", [GREETING + 1, GREETING + 2, GREETING + 9, 700, 30_000, GREETING + len(LONG)]
)
def test_usb_unplugged_in_the_middle_and_plugged_in_again(tmp_path: Path, at: int) -> None:
    desk = Desk(tmp_path)
    desk.printer.on_printed[at] = lambda: desk.bus.unplug(desk.unit)
    told, feeder = Told(), desk.feeder()
    assert feeder.send(LONG, 1, told, never) == State.UNKNOWN
    assert told.states[-1] == "UNKNOWN" and "terputus" in told[-1][2]
    feeder.port.close()
    desk.time.advance(60)
    desk.bus.replug(desk.unit)
    second, told = paper(2, 2_000, 5), Told()
    assert desk.feeder().send(second, 2, told, never) == State.PRINTED
    assert desk.printer.papers[-1].endswith(second)
    assert sum(piece.endswith(LONG) for piece in desk.printer.papers) <= 1


def test_usb_unplugged_before_the_first_byte(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.printer.on_printed[20] = lambda: desk.bus.unplug(desk.unit)
    assert desk.feeder().send(LONG, 1, Told(), never) == State.QUEUED
    desk.bus.replug(desk.unit)
    told = Told(SENDING=lambda: desk.bus.unplug(desk.unit))
    assert desk.feeder().send(LONG, 1, told, never) == State.QUEUED
    assert told.states == ["SENDING", "QUEUED"]
    desk.bus.replug(desk.unit)
    assert desk.feeder().send(LONG, 1, Told(), never) == State.PRINTED
    assert desk.printer.papers == [LONG]


def test_usb_is_probed(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    found = probe(desk.port(), EPSON, desk.time)
    assert found.proof == "process" and found.sure and not desk.printer.hanging.strip(b"\x1b@")


# -- TCP and a serial line, in real time ---------------------------------------------------------


def test_tcp_goes_on_from_the_exact_byte() -> None:
    with TcpPrinter(rate=2_000_000) as unit:
        port = NetworkPort("127.0.0.1", unit.port)
        feeder = Feeder(port, Unit(unit.address, EPSON, "process"))
        mend = threading.Timer(0.6, lambda: unit.set(paper_out=False))
        unit.printer.on_printed[20_000] = lambda: unit.printer.set(paper_out=True)
        told = Told(PAUSED=mend.start)
        data = paper(1, 400_000, 5)
        try:
            assert feeder.send(data, 1, told, never) == State.PRINTED
        finally:
            port.close()
        assert told.states == ["SENDING", "PAUSED", "SENDING", "SENT", "PRINTED"]
        assert "Kertas habis" in told[1][2]
        assert unit.printer.papers == [data]


def test_tcp_power_cut_in_the_middle() -> None:
    with TcpPrinter(rate=2_000_000) as unit:
        port = NetworkPort("127.0.0.1", unit.port)
        feeder = Feeder(port, Unit(unit.address, EPSON, "process"))
        unit.printer.on_printed[20_000] = lambda: unit.printer.set(paper_out=True)
        told = Told(PAUSED=unit.cut_power)
        try:
            assert feeder.send(paper(1, 400_000, 5), 1, told, never) == State.UNKNOWN
        finally:
            port.close()
        assert told.states == ["SENDING", "PAUSED", "UNKNOWN"] and not unit.printer.papers


class Line:
    """A printer at the far end of a pseudo terminal."""

    def __init__(self) -> None:
        self.time = VirtualTime()
        self.printer = Printer(self.time, size=1024, rate=400_000)
        self.master, slave = pty.openpty()
        tty.setraw(slave)
        self.path = os.ttyname(slave)
        os.close(slave)
        self._closing = threading.Event()
        self._turn = threading.Lock()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def set(self, **state: bool) -> None:
        with self._turn:
            self.printer.set(**state)

    def unplug(self) -> None:
        self._closing.set()

    def _serve(self) -> None:
        waiting = b""
        while not self._closing.is_set():
            poll = select.poll()
            poll.register(self.master, 0 if waiting else select.POLLIN)
            poll.poll(4)
            with self._turn, suppress(OSError):
                if not waiting and poll.poll(0):
                    waiting = os.read(self.master, 512)
                waiting = waiting[self.printer.out(waiting) if waiting else 0 :]
                self.time.advance(0.004)
                if answer := self.printer.take_in(64):
                    os.write(self.master, answer)
        os.close(self.master)

    @classmethod
    @contextmanager
    def ready(cls) -> Iterator[Line]:
        line = cls()
        line._thread.start()
        try:
            yield line
        finally:
            line._closing.set()
            line._thread.join(5)


def test_serial_goes_on_from_the_exact_byte() -> None:
    with Line.ready() as line:
        port = SerialPort(line.path, 115_200)
        feeder = Feeder(port, Unit(f"serial:{line.path}", EPSON, "process"))
        line.printer.on_printed[20_000] = lambda: line.printer.set(paper_out=True)
        mend = threading.Timer(0.6, lambda: line.set(paper_out=False))
        told = Told(PAUSED=mend.start)
        try:
            assert feeder.send(LONG, 1, told, never) == State.PRINTED
        finally:
            port.close()
        assert told.states == ["SENDING", "PAUSED", "SENDING", "SENT", "PRINTED"]
        assert line.printer.papers == [LONG]


def test_serial_unplugged_in_the_middle() -> None:
    with Line.ready() as line:
        port = SerialPort(line.path, 115_200)
        feeder = Feeder(port, Unit(f"serial:{line.path}", EPSON, "process"))
        line.printer.on_printed[20_000] = lambda: line.printer.set(paper_out=True)
        told = Told(PAUSED=line.unplug)
        try:
            assert feeder.send(LONG, 1, told, never) == State.UNKNOWN
        finally:
            port.close()
        assert told.states[-1] == "UNKNOWN" and not line.printer.papers
