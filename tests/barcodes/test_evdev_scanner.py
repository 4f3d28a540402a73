"""A scanner that types, grabbed: input events through a pipe, the grab seen by its ioctl."""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.barcodes.evdev import EVIOCGRAB, Grabbed
from drivers.barcodes.reader import ThreadedReader
from drivers.barcodes.readers import open_reader
from drivers.trouble import DeviceBusy, DeviceGone, DeviceRefused
from drivers.wedge import Scan
from tests.barcodes.scan_ear import PATIENCE, QR, Ear, qr_texts
from tests.devices import sysfs_tree as usb
from tests.devices.sysfs_tree import SysfsTree

SHIFT, CAPS, CONTROL, ENTER, TAB, ALT = 42, 58, 29, 28, 15, 56
LETTERS = dict(zip("qwertyuiopasdfghjklzxcvbnm", (*range(16, 26), *range(30, 39), *range(44, 51))))  # noqa: B905
DIGITS = dict(zip("1234567890", range(2, 12), strict=True))
OTHERS = {" ": 57, "-": 12, ".": 52, "/": 53}
SHIFTED = {"$": 5, "%": 6, "*": 9, "+": 13, ":": 39}


def event(kind: int, code: int, value: int) -> bytes:
    return struct.pack("@llHHi", 1_700_000_000, 1, kind, code, value)


def key(code: int, value: int) -> bytes:
    """One key going down (1) or up (0), as a USB keyboard reports it: scan code, key, end."""
    return event(4, 4, 0x70000 + code) + event(1, code, value) + event(0, 0, 0)


def stroke(code: int) -> bytes:
    return key(code, 1) + key(code, 0)


def typed(text: str, end: int = ENTER) -> bytes:
    out = b""
    for sign in text:
        if sign in SHIFTED or sign.isupper():
            code = SHIFTED.get(sign) or LETTERS[sign.lower()]
            out += key(SHIFT, 1) + stroke(code) + key(SHIFT, 0)
        else:
            out += stroke((LETTERS | DIGITS | OTHERS)[sign])
    return out + stroke(end)


class Pipe:
    """The kernel's side of a scanner: what is written here is read from its device file."""

    def __init__(self) -> None:
        self.grabs: list[int] = []
        self.refuses = 0
        self.locked = 0
        """How many times the file is still root's alone when it is opened."""
        self._reads, self._writes = -1, -1

    def plug(self) -> None:
        self._reads, self._writes = os.pipe2(os.O_NONBLOCK)

    def unplug(self) -> None:
        os.close(self._writes)
        self._writes = -1

    def opened(self, path: Path) -> int:
        if self.locked:
            self.locked -= 1
            raise PermissionError(13, "Permission denied", str(path))
        if self._writes < 0:
            raise FileNotFoundError(2, "No such file or directory", str(path))
        return self._reads

    def ioctl(self, node: int, request: int, value: int) -> None:
        assert (node, request) == (self._reads, EVIOCGRAB)
        if self.refuses and value:
            raise OSError(self.refuses, os.strerror(self.refuses))
        self.grabs.append(value)

    def opens(self, pause: float = 0) -> Grabbed:
        return Grabbed(
            [Path("/dev/input/event7")],
            "meja",
            "1a86:5723",
            opened=self.opened,
            ioctl=self.ioctl,
            pause=pause,
        )

    def grabbed(self) -> Grabbed:
        source = self.opens()
        assert source.read() == []
        return source

    def wait_until_grabbed(self, times: int = 1) -> None:
        end = time.monotonic() + PATIENCE
        while self.grabs.count(1) < times:
            assert time.monotonic() < end
            time.sleep(0.01)

    def send(self, data: bytes) -> None:
        os.write(self._writes, data)


@pytest.fixture
def pipe() -> Pipe:
    pipe = Pipe()
    pipe.plug()
    return pipe


@pytest.fixture
def ear(pipe: Pipe) -> Iterator[Ear]:
    reader = ThreadedReader(pipe.opens, retry=0.02)
    ear = Ear()
    ear.start(reader)
    pipe.wait_until_grabbed()
    yield ear
    reader.stop()


def read(data: bytes) -> list[Scan]:
    """What is read of events that came since it was grabbed."""
    pipe = Pipe()
    pipe.plug()
    source = pipe.grabbed()
    scans: list[Scan] = []
    for at in range(0, len(data), 4_000):
        pipe.send(data[at : at + 4_000])
        scans += source.read()
    pipe.unplug()
    source.close()
    return scans


def test_it_is_grabbed_as_long_as_it_is_read_and_given_back(pipe: Pipe, ear: Ear):
    pipe.send(typed(QR))
    assert ear.text() == QR
    assert pipe.grabs == [1]
    source = pipe.grabbed()
    source.close()
    assert pipe.grabs == [1, 1, 0]


def test_a_scan_under_way_is_the_consoles_to_its_end_and_the_next_is_read(pipe: Pipe):
    source = pipe.opens(pause=0.05)
    for part in (key(SHIFT, 1), key(SHIFT, 0), typed("-1")):
        pipe.send(part)
        assert source.read() == []
        assert not pipe.grabs
    assert source.read() == []
    assert pipe.grabs == [1]
    pipe.send(typed("next"))
    assert source.read() == [Scan("next")]
    source.close()


@pytest.mark.parametrize("end", [ENTER, TAB, 96])
def test_enter_tab_and_the_keypads_enter_end_a_scan(end: int):
    assert read(typed("abc-1.", end) + typed("X Y")) == [Scan("abc-1."), Scan("X Y")]


@given(qr_texts)
@settings(max_examples=40, deadline=None)
def test_every_sign_of_a_code_comes_through(text: str):
    assert read(typed(text)) == [Scan(text)]


def test_caps_lock_of_the_scanner_turns_letters_and_nothing_else():
    assert read(stroke(CAPS) + typed("abC-1:$")) == [Scan("ABc-1:$")]
    assert read(stroke(CAPS) + stroke(CAPS) + typed("abC")) == [Scan("abC")]


def test_a_marked_scan_and_one_with_control_characters():
    def with_control(letter: str) -> bytes:
        return key(CONTROL, 1) + stroke(LETTERS[letter]) + key(CONTROL, 0)

    assert read(with_control("b") + typed("LL1:A")) == [Scan("LL1:A")]
    spoilt = b"".join(map(stroke, (30, 48))) + with_control("q") + typed("c")
    assert read(spoilt + typed("ok")) == [
        Scan("", garbage=True),
        Scan("ok"),
    ]
    assert read(stroke(LETTERS["a"]) + with_control("j") + typed("b")) == [Scan("a"), Scan("b")]


@pytest.mark.parametrize(
    "odd",
    [stroke(1), stroke(59), key(ALT, 1) + stroke(79) + key(ALT, 0), stroke(0x2FF), event(0, 3, 0)],
    ids=["escape", "F1", "alt and digit", "unknown", "lost events"],
)
def test_a_scan_with_keys_that_are_no_text_is_garbage_and_the_next_is_not(odd: bytes):
    *garbage, after = read(stroke(30) + odd + typed("rest") + typed("next"))
    assert set(garbage) == {Scan("", garbage=True)}
    assert after == Scan("next")


def test_held_keys_repeat_nothing():
    assert read(key(30, 1) + event(1, 30, 2) * 9 + key(30, 0) + typed("")) == [Scan("a")]


def test_pulled_out_and_put_back_it_is_grabbed_again(pipe: Pipe, ear: Ear):
    for turn in range(4):
        pipe.send(typed(f"before {turn}") + stroke(30))
        assert ear.text() == f"before {turn}"
        pipe.unplug()
        assert "Pemindai meja tidak terpasang" in ear.loss()
        pipe.plug()
        pipe.wait_until_grabbed(turn + 2)
        pipe.send(typed("after"))
        assert ear.text() == "after"
    assert ear.silent()
    assert pipe.grabs == [1, 0] * 4 + [1]


@pytest.mark.parametrize(("number", "kind"), [(16, DeviceBusy), (13, DeviceRefused)])
def test_one_that_cannot_be_grabbed_says_why_and_holds_no_file(pipe: Pipe, number: int, kind: type):
    pipe.refuses = number
    source = pipe.opens()
    with pytest.raises(kind):
        source.read()
    source.close()
    with pytest.raises(OSError):
        os.fstat(pipe.opened(Path("x")))


def test_a_file_whose_rights_udev_has_yet_to_set_is_no_trouble(pipe: Pipe):
    pipe.locked = 1
    reader = ThreadedReader(pipe.opens, retry=0.02)
    ear = Ear()
    ear.start(reader)
    pipe.wait_until_grabbed()
    pipe.send(typed("here"))
    assert ear.text() == "here"
    assert ear.silent()
    pipe.unplug()
    assert "tidak terpasang" in ear.loss()
    pipe.locked = 2
    assert "-m drivers.rights" in ear.loss()
    reader.stop()


def test_a_refusal_names_the_unit_in_its_cure():
    def refused(_: Path) -> int:
        raise PermissionError(13, "Permission denied")

    with pytest.raises(DeviceRefused, match="1a86:5723"):
        Grabbed([Path("/dev/input/event7")], "meja", "1a86:5723", opened=refused)


def test_all_keyboards_of_a_unit_are_found_by_its_address_and_a_file_is_no_keyboard(tmp_path: Path):
    tree = SysfsTree(tmp_path)
    unit = tree.plug("1-2", "05e0:1200", usb.BOOT_KEYBOARD, usb.BOOT_KEYBOARD, serial="S77")
    tree.keyboard(unit, "Symbol Scanner", interface=0)
    tree.keyboard(unit, "Symbol Scanner", interface=1)
    reader = open_reader("evdev:05e0:1200:S77", sysfs=tree.sysfs, dev=tree.dev)
    ear = Ear()
    ear.start(reader)
    assert "Pemindai Symbol Scanner" in ear.loss()
    reader.stop()


def flood(codes: Iterable[tuple[int, int, int]]) -> bytes:
    return b"".join(event(*code) for code in codes)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=100),
            st.lists(
                st.tuples(st.integers(0, 5), st.integers(0, 0x2FF), st.integers(-1, 2)), max_size=40
            ).map(flood),
        ),
        max_size=6,
    )
)
def test_no_events_break_it_or_give_a_control_character(pieces: list[bytes]):
    pipe = Pipe()
    pipe.plug()
    source = pipe.grabbed()
    for piece in filter(None, pieces):
        pipe.send(piece)
        for scan in source.read():
            assert scan.text.isprintable()
            assert scan.garbage == (not scan.text)
    pipe.unplug()
    with pytest.raises(DeviceGone):
        source.read()
    source.close()
