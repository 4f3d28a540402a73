"""A scanner that types, at the guest's own console: shared with it, and taken away from it."""

from __future__ import annotations

import ctypes
import fcntl
import queue
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from drivers.barcodes.readers import open_reader
from drivers.wedge import Scan
from kiosk.console_font import HALF_BLOCKS
from tests.usb.console import KEY_TELLER, TERMINAL, Console
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
        wedge.scan("\x02RSA1-261121-0001-K\x11\x1d\n")
        scan = scans.get(timeout=10)
        assert scan.text.startswith("RSA1-261121-0001-K") or scan.garbage
    finally:
        reader.stop()
    wedge.type("xyz")
    # Keys come to the console in their order: whole scans from before it was grabbed, and these.
    shown = console.see("x y z").split()
    assert re.fullmatch(r"siap( P E R T A M A minus 1 enter)* x y z", " ".join(shown))


def test_a_shared_scanner_types_its_control_characters_as_keys(
    console: Console, gadgets: list[Gadget]
) -> None:
    wedge = KeyboardGadget()
    gadgets.append(wedge)
    wedge.plug()
    wedge.scan("\x02A1\x1d\x04b\n")
    console.see("ctrl+b A 1 ctrl+right_square_bracket ctrl+d b enter")


GIO_UNIMAP, PIO_UNIMAP, PIO_UNIMAPCLR = 0x4B66, 0x4B67, 0x4B68

ASK_FONT = """
from kiosk.console_font import has_half_blocks
print("setengah blok:", has_half_blocks(), flush=True)
input()
"""


def ask_font(request: int, argument: bytes) -> bytes:
    """Opened anew each time: the console is hung up when the program in front of it ends."""
    with TERMINAL.open("rb") as tty:
        return fcntl.ioctl(tty, request, argument)


def font_map() -> list[tuple[int, int]]:
    """The characters that the console's font holds, and where."""
    room = ctypes.create_string_buffer(4 * 0xFFFF)
    asked = struct.pack("@HP", 0xFFFF, ctypes.addressof(room))
    (count,) = struct.unpack_from("@H", ask_font(GIO_UNIMAP, asked))
    return [(sign, place) for sign, place in struct.iter_unpack("@HH", room.raw[: 4 * count])]


def set_font_map(pairs: list[tuple[int, int]]) -> None:
    kept = ctypes.create_string_buffer(b"".join(struct.pack("@HH", *pair) for pair in pairs))
    ask_font(PIO_UNIMAPCLR, bytes(6))
    ask_font(PIO_UNIMAP, struct.pack("@HP", len(pairs), ctypes.addressof(kept)))


@contextmanager
def font_without(signs: str) -> Iterator[None]:
    """The console's font as if it did not hold these."""
    pairs = font_map()
    set_font_map([pair for pair in pairs if chr(pair[0]) not in signs])
    try:
        yield
    finally:
        set_font_map(pairs)


def says_of_its_font(account: str, said: str) -> None:
    console = Console(account, "-c", ASK_FONT)
    try:
        console.see(f"setengah blok: {said}")
    finally:
        console.end()


def test_the_consoles_own_font_is_asked_for_half_blocks(officer_account: str) -> None:
    # The kernel's own font is that of code page 437, which holds them.
    says_of_its_font(officer_account, "True")
    with font_without(HALF_BLOCKS):
        says_of_its_font(officer_account, "False")
