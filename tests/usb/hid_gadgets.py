"""Scanners as gadgets: one that types, one in HID-POS mode, one on a USB serial line.

Sources: HID 1.11 appendix B and E.6 (boot keyboard), HID Usage Tables 1.12 (key codes, US
layout), HID Point of Sale Usage Tables 1.02 (usage page 0x8C); gadget_hid.rst of the kernel.
"""

from __future__ import annotations

import os
import time
import tty

from tests.usb.gadgets import Gadget, open_own_side
from tests.usb.waiting import until

_KEYBOARD = bytes.fromhex(
    "05010906a101050719e029e71500250175019508810295017508810395057501050819012905910295017503910395"
    "067508150025650507190029658100c0"
)
"""The boot keyboard: 8 bytes, modifiers first, then a reserved one and six keys."""

_SHIFT, _CONTROL = 0x02, 0x01
_ROWS = (
    (0x04, "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    (0x1E, "1234567890\n\x1b\x7f\t ", "!@#$%^&*()"),
    (0x2D, "-=[]\\", "_+{}|"),
    (0x33, ";'`,./", ':"~<>?'),
)
_KEYS = {
    sign: (shift, first + place)
    for first, plain, shifted in _ROWS
    for shift, signs in ((0, plain), (_SHIFT, shifted))
    for place, sign in enumerate(signs)
}
_KEYS |= {chr(code): (_CONTROL, 0x03 + code) for code in range(1, 27) if chr(code) not in "\t\n"}
_KEYS |= {"\r": _KEYS["\n"], "\x1c": (_CONTROL, 0x31), "\x1d": (_CONTROL, 0x30)}
_NAMED = {f"f{number}": 0x39 + number for number in range(1, 13)}
_NAMED |= {"right": 0x4F, "left": 0x50, "down": 0x51, "up": 0x52, "delete": 0x4C, "enter": 0x28}
_NAMED |= {"escape": 0x29, "tab": 0x2B}

SCANNER_GAP, HUMAN_GAP = 0.003, 0.1
"""Seconds from one key to the next."""


class KeyboardGadget(Gadget):
    """A USB keyboard, which a wedge scanner is as well."""

    def __init__(self, serial: str = "KBD1", name: str = "Barcode Wedge") -> None:
        function = {"protocol": 1, "subclass": 1, "report_length": 8, "report_desc": _KEYBOARD}
        super().__init__(0x1209, 0x2101, serial, name, {"hid.0": function}, "hidg")
        self._fd = -1

    def plug(self) -> None:
        """Returns when the console listens: usbhid drops what comes in its first 50 ms."""
        super().plug()
        self._fd = open_own_side(self)
        until(self._is_heard, 10, "the host has a keyboard")
        time.sleep(0.2)

    def _is_heard(self) -> bool:
        seen = self.on_host
        return seen is not None and any(seen.glob(f"{seen.name}:1.0/*/input/input*/event*"))

    def unplug(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
        super().unplug()

    def scan(self, text: str) -> None:
        """Types as a scanner does; STX and the end of the line are the caller's."""
        self._type(text, SCANNER_GAP)

    def type(self, text: str) -> None:
        """Types as a person does."""
        self._type(text, HUMAN_GAP)

    def press(self, *names: str) -> None:
        """Presses keys by their names, as a person does: "f6", "down", "enter", "shift+tab"."""
        for name in names:
            modifier, _, key = name.rpartition("+")
            self._key({"": 0, "shift": _SHIFT, "ctrl": _CONTROL}[modifier], _NAMED[key])
            time.sleep(HUMAN_GAP)

    def _type(self, text: str, gap: float) -> None:
        for sign in text:
            self._key(*_KEYS[sign])
            time.sleep(gap)

    def _key(self, modifiers: int, code: int) -> None:
        for report in (bytes([modifiers, 0, code, 0, 0, 0, 0, 0]), bytes(8)):
            _report(self._fd, report)


_POS_REPORT, _POS_DATA = 2, 56
_HID_POS = bytes.fromhex(
    "058c0902a101"  # usage page bar code scanner, usage scanner, application
    "0912a102"  # scanned data report, logical collection
    "8502"  # report 2
    "150026ff007508"  # bytes of 0 to 255
    "9501"
    "0501093b8102"  # byte count
    "058c9503"
    "09fb09fc09fd8102"  # AIM symbology identifier
    "9538"
    "09fe820201"  # decoded data, 56 buffered bytes
    "9502091f0920810275019501"  # two that a maker may use, then single bits
    "250109ff8102"  # decoded data continued
    "95078103"  # padding
    "c0c0"
)


class HidPosGadget(Gadget):
    """A scanner that sends reports instead of keys."""

    def __init__(self, serial: str = "POS1") -> None:
        function = {"protocol": 0, "subclass": 0, "report_length": 64, "report_desc": _HID_POS}
        super().__init__(0x1209, 0x2102, serial, "POS Reader", {"hid.0": function}, "hidg")
        self._fd = -1

    def plug(self) -> None:
        super().plug()
        self._fd = open_own_side(self)

    def unplug(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
        super().unplug()

    def scan(self, data: bytes) -> None:
        """Sends it in as many reports as it takes."""
        pieces = [data[at : at + _POS_DATA] for at in range(0, len(data), _POS_DATA)]
        for number, piece in enumerate(pieces, 1):
            head = bytes([_POS_REPORT, len(piece)]) + b"]Q1"
            tail = b"\0\0" + bytes([number < len(pieces)])
            _report(self._fd, head + piece.ljust(_POS_DATA, b"\0") + tail)


class SerialGadget(Gadget):
    """A scanner on a USB serial line (CDC-ACM)."""

    def __init__(self, serial: str = "ACM1") -> None:
        super().__init__(0x1209, 0x2103, serial, "CDC Reader", {"acm.0": {}}, "ttyGS")
        self._fd = -1

    def plug(self) -> None:
        super().plug()
        self._fd = open_own_side(self)
        # The device's side is a terminal as well: it must not echo what the host sends.
        tty.setraw(self._fd)

    def unplug(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
        super().unplug()

    def scan(self, data: bytes) -> None:
        while data:
            data = data[_write(self._fd, data) :]


def _report(fd: int, report: bytes) -> None:
    sent = _write(fd, report)
    assert sent == len(report), f"{sent} of {len(report)} bytes of a report"


def _write(fd: int, data: bytes) -> int:
    """Waits until the host knows the device and fetched what went before; at most ten seconds."""
    end = time.monotonic() + 10
    while True:
        try:
            return os.write(fd, data)
        except (BlockingIOError, BrokenPipeError):
            assert time.monotonic() < end, "the host fetches no more"
            time.sleep(0.0005)
