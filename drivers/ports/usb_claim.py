"""Which USB device an address means, and the claim on its printer interface.

USB Device Class Definition for Printing Devices 1.1: class 7, subclass 1; protocol 1 is
unidirectional, 2 bidirectional. Endpoint numbers are each maker's own choice. A few units are known
to be printers although their interface is of the vendor's own class.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from drivers.ports.addresses import VENDOR_CLASS_PRINTERS, UsbAddress
from drivers.ports.cures import refused
from drivers.trouble import DeviceBusy, DeviceGone, DeviceTrouble
from drivers.words import words

if TYPE_CHECKING:
    from usb.backend import IBackend

_BULK = 2
_IN = 0x80
_KINDS = ((7, 1, 2), (7, 1, 1))
"""Class, subclass and protocol of printers, the best one first."""
_VENDOR_CLASS = 0xFF

USB_ERRORS = (OSError, NotImplementedError, ValueError, IndexError)
"""What pyusb raises: USBError is an OSError, the others come from descriptors and old kernels."""


class UsbEndpoint(Protocol):
    """What is used of pyusb's Endpoint."""

    bEndpointAddress: int
    bmAttributes: int
    wMaxPacketSize: int

    def write(self, data: bytes, timeout: int) -> int: ...
    def read(self, size_or_buffer: int, timeout: int) -> Iterable[int]: ...
    def clear_halt(self) -> None: ...


class UsbInterface(Protocol):
    """What is used of pyusb's Interface: one alternate setting."""

    bInterfaceNumber: int
    bAlternateSetting: int
    bInterfaceClass: int
    bInterfaceSubClass: int
    bInterfaceProtocol: int

    def __iter__(self) -> Iterator[UsbEndpoint]: ...


class UsbDevice(Protocol):
    """What is used of pyusb's Device."""

    bus: int
    port_numbers: tuple[int, ...] | None
    iSerialNumber: int

    def get_active_configuration(self) -> Iterable[UsbInterface]: ...
    def set_configuration(self) -> None: ...
    def set_interface_altsetting(self, interface: int, alternate_setting: int) -> None: ...
    def is_kernel_driver_active(self, interface: int) -> bool: ...
    def detach_kernel_driver(self, interface: int) -> None: ...
    def attach_kernel_driver(self, interface: int) -> None: ...
    def ctrl_transfer(
        self, kind: int, request: int, value: int, index: int, length: int, timeout: int
    ) -> Iterable[int]: ...


@dataclass(frozen=True, slots=True)
class _Way:
    """An alternate setting through which a printer can be written to."""

    interface: UsbInterface
    out: UsbEndpoint
    into: UsbEndpoint | None


class UsbClaim:
    """A printer interface that is ours. Raises what pyusb raises when it cannot be had."""

    def __init__(self, device: UsbDevice, address: UsbAddress) -> None:
        self.device = device
        self._detached = False
        try:
            own_class = address.ids in VENDOR_CLASS_PRINTERS
            way, select = _best_way(_configuration(device), own_class=own_class)
            self.number = way.interface.bInterfaceNumber
            self.out, self.into = way.out, way.into
            self._take(way.interface, select)
        except BaseException:
            self.give_back()
            raise

    def _take(self, interface: UsbInterface, select: bool) -> None:
        import usb.util

        with suppress(NotImplementedError):  # systems without kernel drivers to detach
            if self.device.is_kernel_driver_active(self.number):
                self.device.detach_kernel_driver(self.number)
                self._detached = True
        cast(Any, usb.util).claim_interface(self.device, self.number)
        if select:
            self.device.set_interface_altsetting(self.number, interface.bAlternateSetting)

    def give_back(self) -> None:
        """Releases the interface and gives it back to usblp if it was usblp's. Never raises."""
        import usb.util

        util = cast(Any, usb.util)
        if self._detached:
            self._detached = False
            with suppress(*USB_ERRORS):
                util.release_interface(self.device, self.number)
            with suppress(*USB_ERRORS):
                self.device.attach_kernel_driver(self.number)
        with suppress(*USB_ERRORS):
            util.dispose_resources(self.device)  # releases what is still claimed, then closes


def claim_printer(backend: IBackend, address: UsbAddress, sysfs: Path) -> UsbClaim:
    """Finds the unit at ``address`` and claims it. Raises DeviceTrouble and its kinds."""
    try:
        certain, unsure = _candidates(backend, address, sysfs)
        if len(certain) > 1:
            raise _twins(address, len(certain))
        if certain:
            return UsbClaim(certain[0], address)
        return _claim_by_asking(unsure, address)
    except USB_ERRORS as error:
        raise trouble_of(error) from error


def trouble_of(error: Exception) -> DeviceTrouble:
    """What an error of pyusb's means before anything was sent."""
    number = error.errno if isinstance(error, OSError) else None
    if number in (errno.EACCES, errno.EPERM) or "no langid" in str(error):
        return refused()
    if number == errno.EBUSY:
        return DeviceBusy(
            words(
                "Printer USB sedang dipakai program lain. Tutup program itu atau antrean cetaknya, "
                "lalu coba lagi."
            )
        )
    if number in (errno.ENODEV, errno.ENOENT, errno.ENXIO):
        return _not_there()
    return DeviceGone(
        words(
            "Printer USB tidak menjawab dengan benar. Matikan printer, tunggu sepuluh detik, "
            "lalu nyalakan lagi."
        )
    )


def _not_there() -> DeviceGone:
    return DeviceGone(
        words("Printer USB tidak ditemukan. Periksa kabelnya dan pastikan printer menyala.")
    )


def _twins(address: UsbAddress, count: int) -> DeviceTrouble:
    return DeviceTrouble(
        words(
            "Ada {count} printer USB dengan nomor seri yang sama ({serial}). Cabut yang lain, atau "
            "pilih printer menurut colokannya di F9 Perangkat.",
            count=count,
            serial=address.serial,
        )
    )


def _candidates(
    backend: IBackend, address: UsbAddress, sysfs: Path
) -> tuple[list[UsbDevice], list[UsbDevice]]:
    """Units that are it for certain, and those of its make that sysfs does not know.

    The serial number comes from sysfs, where the kernel wrote it when the unit was plugged in:
    asking a unit for it disturbs whoever is printing on it.
    """
    import usb.core

    found = cast(Any, usb.core).find(
        find_all=True, backend=backend, idVendor=address.vendor, idProduct=address.product
    )
    devices: list[UsbDevice] = list(found)
    if address.path is not None:
        return [device for device in devices if _path(device) == address.path], []
    certain: list[UsbDevice] = []
    unsure: list[UsbDevice] = []
    for device in devices:
        folder = sysfs / "bus" / "usb" / "devices" / _path(device)
        if not folder.is_dir():
            unsure.append(device)
        elif _serial_in(folder) == address.serial:
            certain.append(device)
    return certain, unsure


def _claim_by_asking(devices: list[UsbDevice], address: UsbAddress) -> UsbClaim:
    """Claims each and asks its serial number only then: a busy one is never asked."""
    import usb.util

    trouble: DeviceTrouble | None = None
    for device in devices:
        try:
            claim = UsbClaim(device, address)
        except USB_ERRORS as error:
            trouble = trouble_of(error)
            continue
        except DeviceTrouble as error:
            trouble = error
            continue
        try:
            serial = cast(Any, usb.util).get_string(device, device.iSerialNumber)
            if serial is not None and serial.strip() == address.serial:
                return claim
        except USB_ERRORS as error:
            trouble = trouble_of(error)
        claim.give_back()
    raise trouble or _not_there()


def _path(device: UsbDevice) -> str:
    """The unit's folder in sysfs: bus, then the port of each hub on the way."""
    return f"{device.bus}-{'.'.join(map(str, device.port_numbers or (0,)))}"


def _serial_in(folder: Path) -> str | None:
    try:
        return (folder / "serial").read_text("utf-8", "replace").strip()
    except OSError:
        return None


def _configuration(device: UsbDevice) -> Iterable[UsbInterface]:
    """The active configuration; the first one is set only where none is."""
    try:
        return device.get_active_configuration()
    except OSError as error:
        if error.errno is not None:
            raise
    device.set_configuration()
    return device.get_active_configuration()


def _best_way(configuration: Iterable[UsbInterface], *, own_class: bool) -> tuple[_Way, bool]:
    """The printer's best way, and whether its alternate setting must be selected.

    It is not selected where there is no other: some printers refuse that request.
    """
    ways = _ways(configuration, own_class=own_class)
    best = min(ways, key=_worth, default=None)
    if best is None:
        raise DeviceTrouble(
            words("Alat USB ini bukan printer struk. Buka F9 Perangkat dan pilih yang lain.")
        )
    number = best.interface.bInterfaceNumber
    settings = [way for way in ways if way.interface.bInterfaceNumber == number]
    return best, len(settings) > 1 or best.interface.bAlternateSetting != 0


def _ways(configuration: Iterable[UsbInterface], *, own_class: bool) -> list[_Way]:
    """The printer's alternate settings that have a bulk OUT pipe; ``own_class`` takes those of the
    vendor's own class, too."""
    ways: list[_Way] = []
    for interface in configuration:
        if _kind(interface) not in _KINDS and not (
            own_class and interface.bInterfaceClass == _VENDOR_CLASS
        ):
            continue
        bulk = [pipe for pipe in interface if pipe.bmAttributes & 3 == _BULK]
        out = next((pipe for pipe in bulk if not pipe.bEndpointAddress & _IN), None)
        into = next((pipe for pipe in bulk if pipe.bEndpointAddress & _IN), None)
        if out is not None:
            ways.append(_Way(interface, out, into))
    return ways


def _kind(interface: UsbInterface) -> tuple[int, int, int]:
    return (
        interface.bInterfaceClass,
        interface.bInterfaceSubClass,
        interface.bInterfaceProtocol,
    )


def _worth(way: _Way) -> tuple[int, int, int]:
    interface, kind = way.interface, _kind(way.interface)
    return (
        _KINDS.index(kind) if kind in _KINDS else len(_KINDS),
        interface.bInterfaceNumber,
        interface.bAlternateSetting,
    )
