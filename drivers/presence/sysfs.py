"""Small readings of sysfs that may vanish at any moment."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

_SOCKET = re.compile(r"\d+-\d+(\.\d+)*")
_LONGEST = 4_096
_LONGEST_NAME = 60


def read(path: Path) -> str:
    """The text of an attribute without its line end; "" if it is not there (any more)."""
    try:
        with open(path, "rb", buffering=0) as attribute:  # noqa: PTH123 - half the time of Path.open
            return attribute.read(_LONGEST).decode("utf-8", "replace").strip()
    except OSError:
        return ""


def children(folder: Path) -> list[str]:
    """The names in a folder, in order; none if it is not there."""
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208 - names are all that is needed
    except OSError:
        return []


def real(link: Path) -> Path:
    """Where a link leads; itself if it is gone."""
    try:
        return Path(os.path.realpath(link))
    except OSError:
        # Python 3.11's realpath raises when a link goes away between two of its steps.
        return link


def clean(text: str) -> str:
    """A text that a device tells of itself, fit for a screen."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(shown.split())[:_LONGEST_NAME]


def may_use(node: Path) -> bool:
    """Whether this user may read and write a device file; one that is not there is no obstacle."""
    return os.access(node, os.R_OK | os.W_OK) or not node.exists()


@dataclass(frozen=True, slots=True)
class UsbDevice:
    """A USB device as the kernel remembers it. ``ids`` is vvvv:pppp, ``socket`` like 1-2.3."""

    ids: str
    serial: str
    socket: str
    name: str
    bus_address: str

    def nodes(self, dev: Path) -> tuple[Path, ...]:
        """Its file for libusb."""
        return (dev / "bus/usb" / self.bus_address,) if self.bus_address else ()


def usb_device(folder: Path) -> UsbDevice | None:
    """The USB device whose folder in sysfs this is; None if it is none, or is gone."""
    if not _SOCKET.fullmatch(folder.name):
        return None
    vendor, product = read(folder / "idVendor"), read(folder / "idProduct")
    if not vendor or not product:
        return None
    ids = f"{vendor}:{product}".lower()
    maker, model = clean(read(folder / "manufacturer")), clean(read(folder / "product"))
    name = model if model.lower().startswith(maker.lower()) else f"{maker} {model}"
    serial = read(folder / "serial")
    bus, number = read(folder / "busnum"), read(folder / "devnum")
    bus_address = f"{int(bus):03d}/{int(number):03d}" if bus.isdigit() and number.isdigit() else ""
    return UsbDevice(
        ids,
        serial if serial.isascii() and serial.isprintable() else "",
        folder.name,
        name.strip() or f"USB {ids}",
        bus_address,
    )
