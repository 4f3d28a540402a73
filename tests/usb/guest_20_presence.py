"""Who sees which device, when, and who may use it."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from drivers.presence import Found, Watch, named
from tests.usb.accounts import KIOSK, open_as
from tests.usb.gadgets import Gadget
from tests.usb.hid_gadgets import HidPosGadget, KeyboardGadget, SerialGadget
from tests.usb.printer_gadget import PrinterGadget

SECONDS = 2.0
"""So soon has the kiosk to know that something was plugged in or out."""

LINE = "serial:/dev/serial/by-id/usb-EMU_CDC_Reader_ACM1-if00"
DEVICES = {
    "usb:04b8:0e15:PRN1": ("printer", PrinterGadget),
    "hidpos:1209:2102:POS1": ("barcode", HidPosGadget),
    "evdev:1209:2101:KBD1": ("barcode", KeyboardGadget),
    LINE: ("serial", SerialGadget),
}


@dataclass
class Seen:
    """What the watch told last."""

    told: queue.Queue[frozenset[Found]] = field(default_factory=queue.Queue)
    last: frozenset[Found] = frozenset()

    def wait(self, address: str, there: bool) -> float:
        """Seconds until the watch tells so."""
        began = time.monotonic()
        while (named(address, self.last) is not None) != there:
            left = began + SECONDS - time.monotonic()
            try:
                self.last = self.told.get(timeout=max(0.0, left))
            except queue.Empty:
                shown = sorted(found.address for found in self.last)
                raise AssertionError(f"{address} there={there} not told; {shown}") from None
        return time.monotonic() - began


@pytest.fixture
def seen() -> Iterator[Seen]:
    found = Seen()
    watch = Watch(found.told.put)
    watch.start()
    found.last = found.told.get(timeout=5)
    yield found
    watch.stop()


@pytest.mark.parametrize("address", DEVICES, ids=[address[:6] for address in DEVICES])
def test_a_device_is_told_within_two_seconds_of_plug_and_unplug(
    address: str, seen: Seen, gadgets: list[Gadget]
) -> None:
    kind, maker = DEVICES[address]
    gadget = maker()
    gadgets.append(gadget)
    for _ in range(2):
        gadget.plug()
        seen.wait(address, there=True)
        told = named(address, seen.last)
        assert told is not None
        assert told.kind == kind
        gadget.unplug()
        seen.wait(address, there=False)


def test_a_stranger_is_told_the_command_that_cures_it(
    stranger: str, printer: PrinterGadget
) -> None:
    said = open_as(stranger, f"usb:{printer.address}")
    assert said.startswith("DeviceRefused")
    assert "sudo " in said
    assert stranger in said


def test_the_set_up_account_may_use_the_printer(
    officer_account: str, printer: PrinterGadget
) -> None:
    assert officer_account == KIOSK
    assert open_as(officer_account, f"usb:{printer.address}") == "open"
