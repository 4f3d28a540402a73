"""Scans from gadgets to the readers, through unplug and replug."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator

import pytest

from drivers.barcodes.reader import Reader
from drivers.barcodes.readers import open_reader
from drivers.wedge import Scan
from drivers.words import Words
from tests.usb.gadgets import Gadget
from tests.usb.hid_gadgets import HidPosGadget, KeyboardGadget, SerialGadget

CODE = "RSA1-261121-0001-K"
LONG_CODE = "".join(f"{number:04}," for number in range(60))


class Counter:
    """A reader that runs, and what it told."""

    def __init__(self, reader: Reader) -> None:
        self.scans: queue.Queue[Scan] = queue.Queue()
        self.losses: queue.Queue[Words] = queue.Queue()
        self._reader = reader
        reader.start(self.scans.put, self.losses.put)

    def next(self, seconds: float = 10) -> Scan:
        return self.scans.get(timeout=seconds)

    def lost(self) -> str:
        return str(self.losses.get(timeout=10))

    def stop(self) -> None:
        self._reader.stop()


@pytest.fixture
def counters() -> Iterator[Callable[[str], Counter]]:
    made: list[Counter] = []

    def read(address: str) -> Counter:
        made.append(Counter(open_reader(address)))
        return made[-1]

    yield read
    for counter in made:
        counter.stop()


def send_until_read(send: Callable[[], None], counter: Counter) -> Scan:
    """A scan that nobody reads yet is lost, as in life: the officer scans again."""
    for _ in range(10):
        send()
        try:
            return counter.next(1.5)
        except queue.Empty:
            continue
    raise AssertionError("ten scans and none was read")


def test_a_serial_scanner_is_read_and_read_again_when_it_is_back(
    gadgets: list[Gadget], counters: Callable[[str], Counter]
) -> None:
    scanner = SerialGadget()
    gadgets.append(scanner)
    counter = counters("serial:/dev/serial/by-id/usb-EMU_CDC_Reader_ACM1-if00")
    assert "tidak terpasang" in counter.lost()
    for _ in range(2):
        scanner.plug()
        scan = send_until_read(lambda: scanner.scan(f"{CODE}\r".encode()), counter)
        assert scan == Scan(CODE)
        scanner.scan(f"\x02{LONG_CODE}\r\n".encode())
        assert counter.next() == Scan(LONG_CODE)
        scanner.unplug()
        assert "tidak terpasang" in counter.lost()


def test_a_hid_pos_scanner_is_read_and_read_again_when_it_is_back(
    gadgets: list[Gadget], counters: Callable[[str], Counter]
) -> None:
    scanner = HidPosGadget()
    gadgets.append(scanner)
    counter = counters("hidpos:1209:2102:POS1")
    assert "tidak terpasang" in counter.lost()
    for _ in range(2):
        scanner.plug()
        assert send_until_read(lambda: scanner.scan(CODE.encode()), counter) == Scan(CODE)
        scanner.scan(LONG_CODE.encode())
        assert counter.next() == Scan(LONG_CODE)
        scanner.unplug()
        assert "tidak terpasang" in counter.lost()


def test_a_dedicated_scanner_is_read_and_read_again_when_it_is_back(
    gadgets: list[Gadget], counters: Callable[[str], Counter]
) -> None:
    scanner = KeyboardGadget()
    gadgets.append(scanner)
    counter = counters("evdev:1209:2101:KBD1")
    assert "tidak terpasang" in counter.lost()
    for _ in range(2):
        scanner.plug()
        assert send_until_read(lambda: scanner.scan(f"{CODE}\n"), counter) == Scan(CODE)
        scanner.scan(f"\x02{LONG_CODE}\n")
        assert counter.next() == Scan(LONG_CODE)
        scanner.unplug()
        assert "tidak terpasang" in counter.lost()
