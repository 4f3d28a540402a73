"""Where a receipt printer is, as a string that stays the same over unplugging.

usb:0416:5011:SERIAL    a USB unit by its serial number
usb:0416:5011@1-2.3     a USB unit without one, by the port that it is plugged into
serial:/dev/serial/by-id/...
tcp:HOST:9100           (an IPv6 address in brackets; the port may be left out)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.trouble import DeviceTrouble
from drivers.words import words

if TYPE_CHECKING:
    from usb.backend import IBackend

    from drivers.ports.port import Port

RAW_PORT = 9100
"""The TCP port on which a network printer takes raw bytes (JetDirect, AppSocket)."""

VENDOR_CLASS_PRINTERS = frozenset({"04b8:0202"})
"""Printers that do not call themselves so: an Epson TM set to its vendor-defined class has this one
number, whatever its model. Epson's scanners are of that class, too, under other numbers."""

_USB = re.compile(r"([0-9a-f]{4}):([0-9a-f]{4})(?:@(\d+-\d+(?:\.\d+)*)|:(.+))", re.DOTALL)
_TCP = re.compile(r"(\[[0-9a-fA-F:.%\w]+\]|[^\s:\[\]]+)(?::(\d{1,5}))?")


@dataclass(frozen=True, slots=True)
class UsbAddress:
    """A USB unit: ``serial`` or, where it has none, ``path`` (``1-2.3``: bus, then ports)."""

    vendor: int
    product: int
    serial: str | None = None
    path: str | None = None

    @property
    def ids(self) -> str:
        """vvvv:pppp."""
        return f"{self.vendor:04x}:{self.product:04x}"

    def __str__(self) -> str:
        place = f"@{self.path}" if self.serial is None else f":{self.serial}"
        return f"usb:{self.ids}{place}"


@dataclass(frozen=True, slots=True)
class SerialAddress:
    """A serial line by its device file, best one under /dev/serial/by-id."""

    path: str

    def __str__(self) -> str:
        return f"serial:{self.path}"


@dataclass(frozen=True, slots=True)
class TcpAddress:
    """A network printer; ``host`` is a name or an address, IPv6 without brackets."""

    host: str
    port: int = RAW_PORT

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"tcp:{host}:{self.port}"


Address = UsbAddress | SerialAddress | TcpAddress


def parse_address(text: str) -> Address:
    """The address written in ``text``; ``str()`` of it gives it back in full.

    Raises DeviceTrouble when it is none of a receipt printer.
    """
    kind, _, rest = text.strip().partition(":")
    address: Address | None = None
    if kind == "usb":
        address = _usb(rest)
    elif kind == "serial" and rest.startswith("/") and "\0" not in rest:
        address = SerialAddress(rest)
    elif kind == "tcp":
        address = _tcp(rest)
    if address is None:
        raise DeviceTrouble(
            words(
                'Alamat printer "{address}" tidak dikenal. Buka F9 Perangkat dan pilih printernya '
                "dari daftar.",
                address=text,
            )
        )
    return address


def open_port(
    address: str,
    *,
    baud: int = 9600,
    usb_backend: IBackend | None = None,
    sysfs: Path = Path("/sys"),
) -> Port:
    """Opens the way to the printer at ``address``; whoever calls must close it.

    ``baud`` counts for serial lines alone. ``usb_backend`` stands in for libusb, ``sysfs`` for the
    kernel's tree of devices. Raises DeviceTrouble: DeviceGone, DeviceBusy and DeviceRefused where
    it is known to be one of these.
    """
    place = parse_address(address)
    match place:
        case UsbAddress():
            from drivers.ports.usb import UsbPort

            return UsbPort(place, backend=usb_backend, sysfs=sysfs)
        case SerialAddress():
            from drivers.ports.serial_line import SerialPort

            return SerialPort(place.path, baud)
        case TcpAddress():
            from drivers.ports.network import NetworkPort

            return NetworkPort(place.host, place.port)


def _usb(rest: str) -> UsbAddress | None:
    found = _USB.fullmatch(rest)
    if found is None:
        return None
    vendor, product, path, serial = found.groups()
    return UsbAddress(int(vendor, 16), int(product, 16), serial, path)


def _tcp(rest: str) -> TcpAddress | None:
    found = _TCP.fullmatch(rest)
    if found is None:
        return None
    host, port = found[1].strip("[]"), int(found[2] or RAW_PORT)
    return TcpAddress(host, port) if 0 < port < 65536 else None
