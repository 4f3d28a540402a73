"""A USB bus without a bus: a backend for pyusb on which emulated units are plugged.

pyusb's core runs unmodified above it. What the backend says of a transfer follows libusb 1.0 on
Linux as drivers/ports/libusb.py hands it on: a count wherever bytes are known to have gone out,
an error only where none are. It is harsher in one thing: a unit that goes in the midst of a
transfer takes the count of that transfer with it.
"""

# ruff: noqa: ARG002  (pyusb names the arguments)

from __future__ import annotations

import errno
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Protocol

from usb.backend import IBackend
from usb.core import USBError, USBTimeoutError

BULK, INTERRUPT = 2, 3


class Stall(Exception):
    """Raised by a device side to stall the pipe that it was asked on, until it is cleared."""


class DeviceSide(Protocol):
    """What a unit does with its pipes; a printer model implements this.

    Nothing waits in here: a transfer calls ``out`` until all is taken or 0 is given (NAK, which
    ends the transfer as a timeout). Set ``gone`` to unplug, even in the midst of ``out``: what
    that call took has then arrived without the host knowing of it.
    """

    gone: bool

    def out(self, data: bytes) -> int:
        """Offered ``data`` (never empty), takes its first n bytes and gives n; 0 to NAK."""
        ...

    def take_in(self, limit: int) -> bytes:
        """At most ``limit`` bytes for the host; b"" to NAK."""
        ...

    def port_status(self) -> int:
        """The byte of GET_PORT_STATUS (0x18: selected, no error; 0x20: paper out)."""
        ...


class Sink:
    """The simplest side: keeps what it gets, says what is put in ``answers``."""

    def __init__(self) -> None:
        self.gone = False
        self.got = bytearray()
        self.answers = bytearray()
        self.status = 0x18
        self.room: int | None = None
        """Bytes that it will still take; None for no end."""

    def out(self, data: bytes) -> int:
        taken = data if self.room is None else data[: self.room]
        self.got += taken
        if self.room is not None:
            self.room -= len(taken)
        return len(taken)

    def take_in(self, limit: int) -> bytes:
        answer = bytes(self.answers[:limit])
        del self.answers[:limit]
        return answer

    def port_status(self) -> int:
        return self.status


@dataclass(frozen=True)
class Pipe:
    """An endpoint: bit 7 of the address is set for IN."""

    address: int
    packet: int = 64
    kind: int = BULK


@dataclass(frozen=True)
class Setting:
    """One alternate setting of an interface; the defaults are a bidirectional printer's."""

    number: int = 0
    alternate: int = 0
    kind: tuple[int, int, int] = (7, 1, 2)
    pipes: tuple[Pipe, ...] = (Pipe(0x02), Pipe(0x81))


@dataclass(eq=False)
class UsbUnit:
    """A unit as it hangs on the bus. Faults are plain attributes, to be changed at any time."""

    side: DeviceSide
    vendor: int = 0x0416
    product: int = 0x5011
    serial: str | None = "SN1"
    bus: int = 99  # none that a developer's machine has
    ports: tuple[int, ...] = (1,)
    settings: tuple[Setting, ...] = (Setting(),)
    configuration: int = 1
    """0 when none is set."""
    usblp: bool = True
    """Whether the kernel's driver has the printer interface."""
    busy: bool = False
    """Whether another program has claimed it."""
    no_langid: bool = False
    status_refused: bool = False
    errors: dict[str, int | None] = field(default_factory=dict)
    """errno by the backend's method, raised instead of doing it."""
    log: list[str] = field(default_factory=list)
    """What was done to it, by the names of the backend's methods."""
    alternates: dict[int, int] = field(default_factory=dict)
    address: int = 1
    claimed_by: object | None = None

    @property
    def path(self) -> str:
        return f"{self.bus}-{'.'.join(map(str, self.ports))}"

    def in_sysfs(self, root: Path) -> None:
        """Writes what the kernel would show of it below ``root``."""
        folder = root / "bus" / "usb" / "devices" / self.path
        folder.mkdir(parents=True)
        if self.serial is not None:
            (folder / "serial").write_text(self.serial + "\n")

    def numbers(self) -> list[int]:
        return sorted({setting.number for setting in self.settings})

    def interface(self, index: int) -> list[Setting]:
        number = self.numbers()[index]
        return [setting for setting in self.settings if setting.number == number]


@dataclass(eq=False)
class _Handle:
    unit: UsbUnit
    address: int
    halted: set[int] = field(default_factory=set)


class UsbBus(IBackend):
    """The backend: ``UsbPort(address, backend=UsbBus([unit]))``. It cannot reset a unit.

    ``wait`` is called with the seconds of each transfer that ended as a timeout, for tests with a
    clock of their own; without it a NAK costs no time.
    """

    def __init__(
        self, units: Sequence[UsbUnit], *, wait: Callable[[float], None] | None = None
    ) -> None:
        self.units = list(units)
        self.open_handles = 0
        self._wait = wait or (lambda _: None)

    def unplug(self, unit: UsbUnit) -> None:
        unit.side.gone = True
        self._forget(unit)

    def replug(self, unit: UsbUnit) -> None:
        """Plugs it in again: the kernel gives it a new address, and usblp takes it."""
        self._forget(unit)
        unit.side.gone = False
        unit.usblp = True

    def _forget(self, unit: UsbUnit) -> None:
        unit.address += 1
        unit.claimed_by = None
        unit.alternates.clear()

    # --- what pyusb calls: descriptors ---

    def enumerate_devices(self) -> Iterator[UsbUnit]:
        return iter([unit for unit in self.units if not unit.side.gone])

    def get_device_descriptor(self, dev: UsbUnit) -> SimpleNamespace:
        return SimpleNamespace(
            bLength=18, bDescriptorType=1, bcdUSB=0x200, bDeviceClass=0, bDeviceSubClass=0,
            bDeviceProtocol=0, bMaxPacketSize0=64, idVendor=dev.vendor, idProduct=dev.product,
            bcdDevice=0x100, iManufacturer=0, iProduct=0, iSerialNumber=3 if dev.serial else 0,
            bNumConfigurations=1, bus=dev.bus, address=dev.address, port_number=dev.ports[-1],
            port_numbers=dev.ports, speed=2,
        )  # fmt: skip

    def get_configuration_descriptor(self, dev: UsbUnit, config: int) -> SimpleNamespace:
        if config:
            raise IndexError(config)
        return SimpleNamespace(
            bLength=9, bDescriptorType=2, wTotalLength=32, bNumInterfaces=len(dev.numbers()),
            bConfigurationValue=1, iConfiguration=0, bmAttributes=0xC0, bMaxPower=1,
            extra_descriptors=[],
        )  # fmt: skip

    def get_interface_descriptor(
        self, dev: UsbUnit, intf: int, alt: int, config: int
    ) -> SimpleNamespace:
        setting = dev.interface(intf)[alt]
        kind, subclass, protocol = setting.kind
        return SimpleNamespace(
            bLength=9, bDescriptorType=4, bInterfaceNumber=setting.number,
            bAlternateSetting=setting.alternate, bNumEndpoints=len(setting.pipes),
            bInterfaceClass=kind, bInterfaceSubClass=subclass, bInterfaceProtocol=protocol,
            iInterface=0, extra_descriptors=[],
        )  # fmt: skip

    def get_endpoint_descriptor(
        self, dev: UsbUnit, ep: int, intf: int, alt: int, config: int
    ) -> SimpleNamespace:
        pipe = dev.interface(intf)[alt].pipes[ep]
        return SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=pipe.address, bmAttributes=pipe.kind,
            wMaxPacketSize=pipe.packet, bInterval=0, bRefresh=0, bSynchAddress=0,
            extra_descriptors=[],
        )  # fmt: skip

    # --- what pyusb calls: the device and its interfaces ---

    def open_device(self, dev: UsbUnit) -> _Handle:
        handle = _Handle(dev, dev.address)
        self._unit(handle, "open_device")
        self.open_handles += 1
        return handle

    def close_device(self, dev_handle: _Handle) -> None:
        self.open_handles -= 1
        if dev_handle.unit.claimed_by is dev_handle:
            dev_handle.unit.claimed_by = None

    def get_configuration(self, dev_handle: _Handle) -> int:
        return self._unit(dev_handle, "get_configuration").configuration

    def set_configuration(self, dev_handle: _Handle, config_value: int) -> None:
        self._unit(dev_handle, "set_configuration").configuration = config_value

    def set_interface_altsetting(self, dev_handle: _Handle, intf: int, altsetting: int) -> None:
        unit = self._unit(dev_handle, "set_interface_altsetting")
        unit.alternates[intf] = altsetting

    def claim_interface(self, dev_handle: _Handle, intf: int) -> None:
        unit = self._unit(dev_handle, "claim_interface")
        if unit.busy or unit.usblp or unit.claimed_by not in (None, dev_handle):
            raise _error(errno.EBUSY)
        unit.claimed_by = dev_handle

    def release_interface(self, dev_handle: _Handle, intf: int) -> None:
        self._unit(dev_handle, "release_interface").claimed_by = None

    def is_kernel_driver_active(self, dev_handle: _Handle, intf: int) -> bool:
        return self._unit(dev_handle, "is_kernel_driver_active").usblp

    def detach_kernel_driver(self, dev_handle: _Handle, intf: int) -> None:
        self._unit(dev_handle, "detach_kernel_driver").usblp = False

    def attach_kernel_driver(self, dev_handle: _Handle, intf: int) -> None:
        unit = self._unit(dev_handle, "attach_kernel_driver")
        if unit.claimed_by is not None:
            raise _error(errno.EBUSY)
        unit.usblp = True

    def clear_halt(self, dev_handle: _Handle, ep: int) -> None:
        self._unit(dev_handle, "clear_halt")
        dev_handle.halted.discard(ep)

    # --- what pyusb calls: transfers ---

    def bulk_write(
        self, dev_handle: _Handle, ep: int, intf: int, data: array[int], timeout: int
    ) -> int:
        unit = self._pipe(dev_handle, ep, intf, timeout, "bulk_write")
        offered, sent = data.tobytes(), 0
        try:
            while sent < len(offered):
                taken = unit.side.out(offered[sent:])
                if self._is_gone(dev_handle):
                    raise _error(errno.ENODEV)
                if taken == 0:
                    self._wait(timeout / 1000)
                    break
                sent += taken
        except Stall:
            dev_handle.halted.add(ep)
            if not sent:
                raise _error(errno.EPIPE) from None
        if not sent:
            raise USBTimeoutError("emulated", -7, errno.ETIMEDOUT)
        return sent

    def bulk_read(
        self, dev_handle: _Handle, ep: int, intf: int, buff: array[int], timeout: int
    ) -> int:
        unit = self._pipe(dev_handle, ep, intf, timeout, "bulk_read")
        try:
            answer = unit.side.take_in(len(buff))
        except Stall:
            dev_handle.halted.add(ep)
            raise _error(errno.EPIPE) from None
        if self._is_gone(dev_handle):
            raise _error(errno.ENODEV)
        if not answer:
            self._wait(timeout / 1000)
            raise USBTimeoutError("emulated", -7, errno.ETIMEDOUT)
        buff[: len(answer)] = array("B", answer)
        return len(answer)

    def ctrl_transfer(
        self,
        dev_handle: _Handle,
        bmRequestType: int,
        bRequest: int,
        wValue: int,
        wIndex: int,
        data: array[int],
        timeout: int,
    ) -> int:
        unit = self._unit(dev_handle, "ctrl_transfer")
        if (bmRequestType, bRequest) == (0xA1, 1):
            answer = _port_status(unit, wIndex)
        elif (bmRequestType, bRequest, wValue >> 8) == (0x80, 6, 3):
            unit.log.append("string")
            answer = _string(unit, wValue & 0xFF)
        else:
            raise _error(errno.EPIPE)
        answer = answer[: len(data)]
        data[: len(answer)] = array("B", answer)
        return len(answer)

    # --- the rest ---

    def _unit(self, handle: _Handle, act: str) -> UsbUnit:
        handle.unit.log.append(act)
        if act in handle.unit.errors:
            raise _error(handle.unit.errors[act])
        if self._is_gone(handle):
            raise _error(errno.ENODEV)
        return handle.unit

    def _is_gone(self, handle: _Handle) -> bool:
        """Once gone, an opening stays so: a unit plugged in again is another device."""
        if handle.unit.side.gone:
            handle.address = -1
        return handle.address != handle.unit.address

    def _pipe(self, handle: _Handle, ep: int, intf: int, timeout: int, act: str) -> UsbUnit:
        """The unit, when this pipe of it may be used now."""
        assert timeout > 0, "to libusb this means for ever"
        unit = self._unit(handle, act)
        if unit.claimed_by is not handle:
            raise _error(errno.EIO)
        chosen = unit.alternates.get(intf, 0)
        settings = [s for s in unit.settings if (s.number, s.alternate) == (intf, chosen)]
        if not any(pipe.address == ep for setting in settings for pipe in setting.pipes):
            raise _error(errno.ENOENT)
        if ep in handle.halted:
            raise _error(errno.EPIPE)
        return unit


def _port_status(unit: UsbUnit, index: int) -> bytes:
    printers = {setting.number for setting in unit.settings if setting.kind[0] == 7}
    if unit.status_refused or index not in printers:
        raise _error(errno.EPIPE)
    try:
        return bytes([unit.side.port_status()])
    except Stall:
        raise _error(errno.EPIPE) from None


def _string(unit: UsbUnit, index: int) -> bytes:
    if unit.no_langid or unit.serial is None:
        raise _error(errno.EPIPE)
    text = b"\x09\x04" if index == 0 else unit.serial.encode("utf-16-le")
    return bytes([len(text) + 2, 3]) + text


def _error(number: int | None) -> USBError:
    return USBError("emulated", None, number)


def usb_address(unit: UsbUnit) -> str:
    """The address under which the kiosk knows ``unit``."""
    place = f":{unit.serial}" if unit.serial else f"@{unit.path}"
    return f"usb:{unit.vendor:04x}:{unit.product:04x}{place}"


def printer_on_usb(side: DeviceSide, **about: Any) -> tuple[UsbBus, UsbUnit]:
    """A bus with one printer on it."""
    unit = UsbUnit(side, **about)
    return UsbBus([unit]), unit
