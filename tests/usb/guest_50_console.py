"""A scanner that types, at the guest's own console: shared with it, and taken away from it."""

from __future__ import annotations

import queue
from collections.abc import Iterator

import pytest

from drivers.barcodes.readers import open_reader
from drivers.wedge import Scan
from tests.usb.console import KEY_TELLER, Console
from tests.usb.gadgets import Gadget
from tests.usb.hid_gadgets import KeyboardGadget
from tests.usb.waiting import until


@pytest.fixture
def console(officer_account: str) -> Iterator[Console]:
    made = Console(officer_account, KEY_TELLER)
    made.see("siap")
    yield made
    made.end()


def test_a_dedicated_scanner_is_not_heard_on_the_console(
    console: Console, gadgets: list[Gadget]
) -> None:
    wedge = KeyboardGadget()
    gadgets.append(wedge)
    wedge.plug()
    until(lambda: wedge.on_host, 5, "the host sees it")
    reader = open_reader("evdev:1209:2101:KBD1")
    scans: queue.Queue[Scan] = queue.Queue()
    reader.start(scans.put, lambda _words: None)
    try:
        first = None
        for _ in range(10):
            wedge.scan("PERTAMA-1\n")
            try:
                first = scans.get(timeout=1)
                break
            except queue.Empty:
                continue
        assert first == Scan("PERTAMA-1")
        before = console.text()
        wedge.scan("\x02RSA1-261121-0001-K\x11\x1d\n")
        scan = scans.get(timeout=10)
        assert scan.text.startswith("RSA1-261121-0001-K") or scan.garbage
        assert console.text() == before
    finally:
        reader.stop()
    wedge.type("xyz")
    console.see("x y z")


def test_a_shared_scanner_types_its_control_characters_as_keys(
    console: Console, gadgets: list[Gadget]
) -> None:
    wedge = KeyboardGadget()
    gadgets.append(wedge)
    wedge.plug()
    wedge.scan("\x02A1\x1d\x04b\n")
    console.see("ctrl+b A 1 ctrl+right_square_bracket ctrl+d b enter")
