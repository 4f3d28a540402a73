"""A reader for the address of a scanner."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from pathlib import Path

from drivers.barcodes.nodes import trouble
from drivers.barcodes.reader import Reader, Source, ThreadedReader
from drivers.presence import Found, look, named
from drivers.trouble import DeviceTrouble
from drivers.words import words


def open_reader(
    address: str,
    *,
    name: str = "",
    baud: int = 9600,
    sysfs: Path = Path("/sys"),
    dev: Path = Path("/dev"),
) -> Reader:
    """A reader of ``serial:PATH``, ``hidpos:...`` or ``evdev:...``, not yet started.

    ``name`` is what an officer calls it. The scanner need not be there. Raises DeviceTrouble for
    any other address.
    """
    kind, _, place = address.partition(":")
    scanner = _Scanner(address, place, baud, sysfs, dev, name or place)
    openers = {"serial": scanner.on_line, "hidpos": scanner.on_hidraw, "evdev": scanner.grabbed}
    if kind not in openers or not place:
        raise DeviceTrouble(
            words(
                "{address} bukan alamat pemindai. Pilih pemindai lagi di layar Perangkat.",
                address=address,
            )
        )
    return ThreadedReader(openers[kind])


@dataclass
class _Scanner:
    """Opens one scanner anew each time it is back, wherever the kernel put it."""

    address: str
    place: str
    baud: int
    sysfs: Path
    dev: Path
    name: str

    def on_line(self) -> Source:
        from drivers.barcodes.serial_line import SerialLine

        return SerialLine(self.place, self.baud, self.name)

    def on_hidraw(self) -> Source:
        from drivers.barcodes.hidpos import HidPos
        from drivers.barcodes.report import layout

        node = self._unit().nodes[0]
        where = layout(self._descriptor(node))
        if where is None:
            raise self._gone()
        return HidPos(node, where, self.name)

    def grabbed(self) -> Source:
        from drivers.barcodes.evdev import Grabbed

        return Grabbed(self._unit().nodes, self.name, self.place[:9])

    def _unit(self) -> Found:
        unit = named(self.address, look(self.sysfs, self.dev))
        if unit is None:
            raise self._gone()
        if self.name == self.place:
            self.name = unit.name
        return unit

    def _descriptor(self, node: Path) -> bytes:
        path = self.sysfs / "class/hidraw" / node.name / "device/report_descriptor"
        try:
            return path.read_bytes()
        except OSError:
            return b""

    def _gone(self) -> DeviceTrouble:
        return trouble(OSError(errno.ENODEV, "not there"), self.name)
