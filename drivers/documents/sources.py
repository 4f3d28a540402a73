"""Finds document scanners and opens them by address: ``sane:NAME`` or ``escl:URL``.

SANE names many USB units by bus and device number (``genesys:libusb:001:004``), which change
whenever the unit is plugged in again. An address must not: there the unit stands by its vendor,
product and serial number (``genesys:usb:04a9:190f:SERIAL``), or by its place where it has no serial
number (``genesys:usb:04a9:190f@1-2.3``), and gets its numbers anew each time it is used.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from drivers.documents import endings, scanimage
from drivers.documents.escl import Escl
from drivers.documents.job import Progress, RawPage, ScanWish, Source
from drivers.documents.scanimage import Scanimage
from drivers.trouble import DeviceTrouble
from drivers.words import words

SYSFS = Path("/sys/bus/usb/devices")

_NUMBERED = re.compile(r"libusb:(\d{3}):(\d{3})$")
_STEADY = re.compile(r"usb:([0-9a-f]{4}):([0-9a-f]{4})(?::(.+)|@([\d.-]+))$")


@dataclass(frozen=True, slots=True)
class FoundSource:
    """A scanner that is there: an address that stays the same, and what to call it."""

    address: str
    label: str


def find_sources(
    patience: float = scanimage.FIND_PATIENCE, sysfs: Path = SYSFS
) -> list[FoundSource]:
    """The scanners that SANE finds, on USB and in the network. Takes seconds.

    :raises ScanTrouble: ``scanimage`` is missing or does not end in time.
    """
    return [
        FoundSource(f"sane:{steady_name(unit.name, sysfs)}", unit.label)
        for unit in scanimage.find(patience)
    ]


def open_source(address: str, label: str = "", *, sysfs: Path = SYSFS) -> Source:
    """The scanner at ``address``. Nothing is asked of it yet.

    :raises DeviceTrouble: this is no address of a document scanner.
    """
    kind, _, rest = address.partition(":")
    if kind == "sane" and rest:
        return SaneSource(rest, label, sysfs)
    if kind == "escl" and re.match(r"https?://[^/]", rest):
        return Escl(rest, label)
    raise DeviceTrouble(
        words("Alamat pemindai {address} tidak dikenal. Pilih pemindainya lagi.", address=address)
    )


class SaneSource:
    """A SANE unit by its steady name; its settings are asked anew when its numbers changed."""

    def __init__(self, steady: str, label: str, sysfs: Path) -> None:
        self._steady = steady
        self._label = label or steady
        self._sysfs = sysfs
        self._unit: Scanimage | None = None

    @property
    def name(self) -> str:
        return self._label

    def scan(
        self, wish: ScanWish, folder: Path, progress: Progress, stop: threading.Event
    ) -> Iterator[RawPage]:
        return self.now().scan(wish, folder, progress, stop)

    def now(self) -> Scanimage:
        """The unit by the name that it has now.

        :raises ScanTrouble: it is not plugged in.
        """
        device = current_name(self._steady, self._sysfs)
        if device is None:
            raise endings.gone(self._label)
        if self._unit is None or self._unit.device != device:
            self._unit = Scanimage(device, self._label)
        return self._unit


def steady_name(name: str, sysfs: Path = SYSFS) -> str:
    """A SANE name without bus and device numbers; unchanged if it has none or nothing fits."""
    match = _NUMBERED.search(name)
    if match is None:
        return name
    numbers = (int(match[1]), int(match[2]))
    unit = _usb_unit(sysfs, lambda folder: _numbers(folder) == numbers)
    if unit is None:
        return name
    serial = _read(unit / "serial")
    tail = f":{serial}" if serial else f"@{unit.name}"
    return (
        f"{name[: match.start()]}usb:{_read(unit / 'idVendor')}:{_read(unit / 'idProduct')}{tail}"
    )


def current_name(steady: str, sysfs: Path = SYSFS) -> str | None:
    """The name that SANE has for the unit now; None if it is not plugged in."""
    match = _STEADY.search(steady)
    if match is None:
        return steady
    vendor, product, serial, place = match.groups()

    def fits(folder: Path) -> bool:
        return (
            (_read(folder / "idVendor"), _read(folder / "idProduct")) == (vendor, product)
            and (place is None or folder.name == place)
            and (serial is None or _read(folder / "serial") == serial)
        )

    unit = _usb_unit(sysfs, fits)
    if unit is None:
        return None
    bus, device = _numbers(unit)
    return f"{steady[: match.start()]}libusb:{bus:03d}:{device:03d}"


def _usb_unit(sysfs: Path, fits: Callable[[Path], bool]) -> Path | None:
    try:
        return next((folder for folder in sorted(sysfs.iterdir()) if fits(folder)), None)
    except OSError:
        return None


def _numbers(folder: Path) -> tuple[int, int]:
    bus, device = _read(folder / "busnum"), _read(folder / "devnum")
    return (int(bus), int(device)) if bus.isdigit() and device.isdigit() else (0, 0)


def _read(path: Path) -> str:
    """What sysfs says; nothing for a unit that was unplugged just now."""
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return ""
