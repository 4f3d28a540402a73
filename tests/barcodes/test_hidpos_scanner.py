"""A scanner in HID-POS mode, from the sysfs tree to the text.

Its device file is a FIFO in packet mode (pipe(7), O_DIRECT): a write is one report, as on hidraw.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.barcodes.hidpos import HidPos
from drivers.barcodes.readers import open_reader
from drivers.barcodes.report import USUAL
from drivers.trouble import DeviceBusy, DeviceGone, DeviceRefused
from tests.barcodes.hidpos_unit import plain_reports, reports
from tests.barcodes.scan_ear import QR, Ear
from tests.devices import sysfs_tree as usb
from tests.devices.sysfs_tree import Plugged, SysfsTree

ADDRESS = "hidpos:0c2e:0b6a:21045B0E3C"


class Unit:
    """A scanner that can be plugged in and out."""

    def __init__(self, tree: SysfsTree, descriptor: bytes) -> None:
        self._tree = tree
        self._descriptor = descriptor
        self._device: Plugged | None = None
        self._end = -1

    def plug(self, socket: str) -> None:
        self._device = self._tree.plug(
            socket, "0c2e:0b6a", usb.HID, maker="Honeywell", product="1950", serial="21045B0E3C"
        )
        node = self._tree.hidraw(self._device, self._descriptor, fifo=True)
        self._end = os.open(node, os.O_RDWR)
        fcntl.fcntl(self._end, fcntl.F_SETFL, os.O_DIRECT)

    def unplug(self) -> None:
        if self._device is not None:
            self._tree.unplug(self._device)
            os.close(self._end)
        self._device = None

    def send(self, sent: list[bytes]) -> None:
        for report in sent:
            os.write(self._end, report)


@pytest.fixture
def tree(tmp_path: Path) -> SysfsTree:
    return SysfsTree(tmp_path)


def heard(tree: SysfsTree, descriptor: bytes) -> Iterator[tuple[Unit, Ear]]:
    unit = Unit(tree, descriptor)
    unit.plug("1-2")
    reader = open_reader(ADDRESS, sysfs=tree.sysfs, dev=tree.dev)
    reader._retry = 0.02
    ear = Ear()
    ear.start(reader)
    yield unit, ear
    reader.stop()
    unit.unplug()


@pytest.fixture
def usual(tree: SysfsTree) -> Iterator[tuple[Unit, Ear]]:
    yield from heard(tree, usb.HIDPOS_DESCRIPTOR)


@pytest.fixture
def plain(tree: SysfsTree) -> Iterator[tuple[Unit, Ear]]:
    yield from heard(tree, usb.HIDPOS_PLAIN_DESCRIPTOR)


def test_a_code_of_several_reports_is_joined(usual: tuple[Unit, Ear]):
    unit, ear = usual
    for text in (QR, "5901234123457", "x" * 56, "y" * 57, QR[:112]):
        unit.send(reports(text))
        assert ear.text() == text
    assert ear.silent()


def test_a_unit_that_never_says_what_follows_ends_by_a_short_report_or_a_pause(
    plain: tuple[Unit, Ear],
):
    unit, ear = plain
    for text in (QR, "x" * 64, "y" * 128, "z"):
        unit.send(plain_reports(text))
        assert ear.text() == text
    unit.send(plain_reports("with an end\r\n"))
    assert ear.text() == "with an end"


def test_an_announced_part_that_does_not_come_makes_no_scan(usual: tuple[Unit, Ear]):
    unit, ear = usual
    unit.send(reports(QR)[:2])
    assert ear.scan().garbage
    unit.send(reports("next"))
    assert ear.text() == "next"


def test_reports_of_another_number_and_empty_ones_are_nothing(usual: tuple[Unit, Ear]):
    unit, ear = usual
    unit.send([b"\x07" + bytes(63), reports("")[0], b"\x02", *reports("real")])
    assert ear.text() == "real"
    assert ear.silent()


def test_pulled_out_and_put_elsewhere_it_reads_on_by_itself(usual: tuple[Unit, Ear]):
    unit, ear = usual
    for turn in range(4):
        unit.send(reports(f"before {turn}"))
        assert ear.text() == f"before {turn}"
        unit.unplug()
        assert ear.loss() == (
            "Pemindai Honeywell 1950 tidak terpasang. Pasang lagi; kiosk melanjutkan sendiri."
        )
        unit.plug(f"1-{turn + 3}")
        unit.send(reports(QR))
        assert ear.text() == QR
    assert ear.silent()


@pytest.mark.parametrize(
    ("number", "kind"), [(13, DeviceRefused), (1, DeviceRefused), (16, DeviceBusy), (2, DeviceGone)]
)
def test_a_file_that_cannot_be_opened_says_why(number: int, kind: type):
    def refused(_: Path) -> int:
        raise OSError(number, os.strerror(number))

    with pytest.raises(kind) as caught:
        HidPos(Path("/dev/hidraw0"), USUAL, "meja", opened=refused)
    assert ("-m drivers.rights" in str(caught.value)) == (kind is DeviceRefused)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=80), max_size=12))
def test_no_reports_break_it_or_give_a_control_character(sent: list[bytes]):
    reads, writes = os.pipe2(os.O_DIRECT | os.O_NONBLOCK)
    source = HidPos(Path("unused"), USUAL, "meja", opened=lambda _: reads)
    for report in sent:
        os.write(writes, b"\x02" + report)
        for scan in source.read():
            assert scan.text.isprintable()
            assert scan.garbage == (not scan.text)
    os.close(writes)
    with pytest.raises(DeviceGone):
        source.read()
    source.close()
