"""One look at which devices are there.

Reads small text files of sysfs and the links in /dev/serial, which the kernel answers from memory:
nothing is sent to a device and none is opened, so that a busy printer is not disturbed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

from drivers.barcodes.report import layout
from drivers.ports.addresses import VENDOR_CLASS_PRINTERS
from drivers.presence.found import Found, Kind, Unit, addressed
from drivers.presence.lines import serial_lines
from drivers.presence.sysfs import UsbDevice, children, clean, may_use, read, real, usb_device
from drivers.rights import cure
from drivers.words import Words, words

_PRINTER_CLASS, _VENDOR_CLASS = "07", "ff"
_TYPING = (2, 16, 30, 28)
"""Key codes that a keyboard has and a remote control has not: 1, Q, A, Enter."""

_HID_BUSES = ("0003", "0005")
"""USB and Bluetooth."""

_MAKERS = frozenset({"0536", "05e0", "05f9", "065a", "067e", "0c2e", "1eab", "27dd"})
"""Vendors of scanners that make no keyboards; the same as in the udev rules."""

_SCANNER_NAME = re.compile(r"bar ?code|scan|\breader\b", re.IGNORECASE)


def look(
    sysfs: Path = Path("/sys"),
    dev: Path = Path("/dev"),
    *,
    may: Callable[[Path], bool] = may_use,
) -> frozenset[Found]:
    """The devices that are there now. Never raises: what vanishes meanwhile is not there.

    Document scanners are not told here: only their drivers know them. ``may`` says whether this
    user may read and write a device file.
    """

    def right(unit: Unit) -> Words | None:
        return forbidden(unit.nodes, unit.ids if unit.scheme == "evdev" else "")

    def forbidden(nodes: tuple[Path, ...], ids: str = "") -> Words | None:
        if all(may(node) for node in nodes):
            return None
        return words(
            "Alat ini terpasang, tetapi belum boleh dipakai. Jalankan sekali: {command} - "
            "lalu keluar dan masuk lagi ke komputer ini.",
            command=cure(ids),
        )

    units = [*_printers(sysfs, dev), *_hidpos(sysfs, dev), *_keyboards(sysfs, dev)]
    return frozenset([*addressed(units, right), *serial_lines(sysfs, dev, forbidden)])


def _printers(sysfs: Path, dev: Path) -> Iterator[Unit]:
    devices = sysfs / "bus/usb/devices"
    seen: set[str] = set()
    for interface in children(devices):
        owner, colon, _ = interface.partition(":")
        if not colon or owner in seen:
            continue
        kind = read(devices / interface / "bInterfaceClass")
        if kind not in (_PRINTER_CLASS, _VENDOR_CLASS):
            continue
        unit = usb_device(devices / owner)
        if unit and (kind == _PRINTER_CLASS or unit.ids in VENDOR_CLASS_PRINTERS):
            seen.add(owner)
            yield Unit("usb", "printer", unit.ids, unit.serial, owner, unit.name, unit.nodes(dev))


def _hidpos(sysfs: Path, dev: Path) -> Iterator[Unit]:
    nodes = sysfs / "class/hidraw"
    for name in children(nodes):
        device = nodes / name / "device"
        try:
            descriptor = (device / "report_descriptor").read_bytes()
        except OSError:
            continue
        if not _is_scanner(descriptor):
            continue
        uevent = dict(
            line.split("=", 1) for line in read(device / "uevent").splitlines() if "=" in line
        )
        bus, vendor, product = (*uevent.get("HID_ID", "").split(":"), "", "", "")[:3]
        unit = _owner(device, bus, vendor[-4:], product[-4:], uevent.get("HID_UNIQ", ""))
        if unit:
            shown = unit.name or clean(uevent.get("HID_NAME", ""))
            serial = unit.serial
            yield Unit("hidpos", "barcode", unit.ids, serial, unit.socket, shown, (dev / name,))


def _keyboards(sysfs: Path, dev: Path) -> Iterator[Unit]:
    events = sysfs / "class/input"
    for name in children(events):
        device = events / name / "device"
        if not name.startswith("event") or not _types(read(device / "capabilities/key")):
            continue
        ids = device / "id"
        bus, vendor, product = (read(ids / part) for part in ("bustype", "vendor", "product"))
        owner = _owner(device, bus, vendor, product, read(device / "uniq"))
        if owner is None:
            continue
        shown = clean(read(device / "name")) or owner.name
        scans = owner.ids[:4] in _MAKERS or _SCANNER_NAME.search(shown)
        kind: Kind = "barcode" if scans else "keyboard"
        node = dev / "input" / name
        yield Unit("evdev", kind, owner.ids, owner.serial, owner.socket, shown, (node,))


def _owner(device: Path, bus: str, vendor: str, product: str, unique: str) -> UsbDevice | None:
    """The device that a HID or input node belongs to; None for those inside the computer."""
    if bus not in _HID_BUSES:
        return None
    folder = real(device)
    for parent in folder.parents:
        if unit := usb_device(parent):
            return unit
    if not vendor or not product:
        return None
    return UsbDevice(f"{vendor}:{product}".lower(), clean(unique), "", "", "")


@lru_cache(maxsize=64)
def _is_scanner(descriptor: bytes) -> bool:
    return b"\x8c" in descriptor and layout(descriptor) is not None


def _types(capabilities: str) -> bool:
    """Whether a bitmap of keys (hexadecimal words of 64 bits, the highest first) has letters."""
    words_of_keys = capabilities.split()[::-1]
    try:
        first = int(words_of_keys[0], 16) if words_of_keys else 0
    except ValueError:
        return False
    return all(first >> key & 1 for key in _TYPING)
