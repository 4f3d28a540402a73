"""A sysfs and a /dev of our own: devices are plugged into it and pulled out of it.

Laid out as Linux 6.1 does for a PC with one USB controller: the real folders are under
``devices/``, and ``bus/`` and ``class/`` hold links. Device files are empty files, or FIFOs where
a test wants to be the device.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

PRINTER = (0x07, 0x01, 0x02)
HID = (0x03, 0x00, 0x00)
BOOT_KEYBOARD = (0x03, 0x01, 0x01)
ACM = (0x02, 0x02, 0x01)
CDC_DATA = (0x0A, 0x00, 0x00)
VENDOR = (0xFF, 0xFF, 0xFF)
STILL_IMAGE = (0x06, 0x01, 0x01)
STORAGE = (0x08, 0x06, 0x50)

KEYBOARD_KEYS = "10000 7 ff800000000007ff febeffdff3cfffff fffffffffffffffe"
"""capabilities/key of a full keyboard; a scanner that types has much the same."""

REMOTE_KEYS = (
    "3f 3007f 0 0 0 483ffff17aff32d bf54444600000000 1 130c130b17c000 267bfad9415fed "
    "9e168000004400 10000002"
)
"""capabilities/key of the consumer keys of a keyboard: no letters."""

KEYBOARD_DESCRIPTOR = bytes.fromhex(
    "0501 0906 a101 0507 19e0 29e7 1500 2501 7501 9508 8102 9501 7508 8101 9505 7501 0508 1901"
    "2905 9102 9501 7503 9101 9506 7508 1500 2565 0507 1900 2965 8100 c0"
)
"""A boot keyboard (HID 1.11, appendix E.6)."""

MOUSE_DESCRIPTOR = bytes.fromhex(
    "0501 0902 a101 0901 a100 0509 1901 2903 1500 2501 9503 7501 8102 9501 7505 8101 0501 0930"
    "0931 1581 257f 7508 9502 8106 c0 c0"
)
"""A boot mouse (HID 1.11, appendix E.10)."""

HIDPOS_DESCRIPTOR = bytes.fromhex(
    "058c 0902 a101 8502 0912 a102 1500 26ff00 7508 9501 0501 093b 8102"
    "9503 058c 09fb 09fc 09fd 8102 9538 09fe 820201 9502 0666ff 0904 8102"
    "9501 058c 2501 7501 09ff 8102 9507 8103 c0 c0"
)
"""Report 2: byte count, AIM identifier (3), data (56), 2 of the maker's, continued (a bit)."""

HIDPOS_PLAIN_DESCRIPTOR = bytes.fromhex(
    "068c00 0902 a101 0912 a102 1400 26ff00 7508 9540 09fe 8102 c0 c0"
)
"""No report number, no count, no flag: 64 bytes of data."""


@dataclass
class Plugged:
    """One USB device in a socket."""

    socket: str
    ids: str
    folder: Path
    things: list[Path] = field(default_factory=list)
    """What goes away with it: links in class/, and device files."""


class SysfsTree:
    """``sysfs`` and ``dev`` are given to what looks at devices."""

    def __init__(self, root: Path) -> None:
        self.sysfs = root / "sys"
        self.dev = root / "dev"
        self._controller = self.sysfs / "devices/pci0000:00/0000:00:14.0/usb1"
        self._numbers = {"usb": 1, "hid": 0, "hidraw": -1, "input": -1, "event": -1}
        for folder in ("bus/usb/devices", "class/hidraw", "class/input", "class/tty"):
            (self.sysfs / folder).mkdir(parents=True)
        for folder in ("bus/usb/001", "input"):
            (self.dev / folder).mkdir(parents=True)
        self._controller.mkdir(parents=True)
        _write(self._controller, idVendor="1d6b", idProduct="0002", busnum="1", devnum="1")
        self._write_interface(self._controller / "1-0:1.0", (0x09, 0x00, 0x00))
        self._link("bus/usb/devices", self._controller)
        self._link("bus/usb/devices", self._controller / "1-0:1.0")

    def plug(
        self,
        socket: str,
        ids: str,
        *interfaces: tuple[int, int, int],
        maker: str = "",
        product: str = "",
        serial: str = "",
    ) -> Plugged:
        """Plugs a device with these interfaces (class, subclass, protocol) into 1-2 or 1-2.3."""
        number = self._next("usb")
        folder = self._controller.joinpath(*_way(socket))
        folder.mkdir(parents=True)
        vendor, _, model = ids.partition(":")
        told = {"manufacturer": maker, "product": product, "serial": serial}
        _write(
            folder,
            idVendor=vendor,
            idProduct=model,
            busnum="1",
            devnum=str(number),
            **{name: text for name, text in told.items() if text},
        )
        node = self.dev / f"bus/usb/001/{number:03d}"
        node.touch()
        device = Plugged(socket, ids, folder, [node])
        for place, codes in enumerate(interfaces):
            interface = folder / f"{socket}:1.{place}"
            self._write_interface(interface, codes)
            device.things.append(self._link("bus/usb/devices", interface))
        device.things.append(self._link("bus/usb/devices", folder))
        return device

    def unplug(self, device: Plugged) -> None:
        """Pulls a device out, in the order in which the kernel and udev take things away."""
        for thing in reversed(device.things):
            thing.unlink(missing_ok=True)
        shutil.rmtree(device.folder)

    def hidraw(
        self, device: Plugged, descriptor: bytes, *, interface: int = 0, fifo: bool = False
    ) -> Path:
        """Gives an interface a raw HID node; gives its device file."""
        vendor, _, product = device.ids.partition(":")
        name = f"hidraw{self._next('hidraw')}"
        hid = self._hid_folder(device, interface, vendor, product)
        (hid / "report_descriptor").write_bytes(descriptor)
        (hid / "uevent").write_text(
            f"DRIVER=hid-generic\nHID_ID=0003:0000{vendor.upper()}:0000{product.upper()}\n"
            f"HID_NAME=Device\nHID_PHYS=usb-0000:00:14.0-{device.socket[2:]}/input{interface}\n"
            f"HID_UNIQ=\n"
        )
        raw = hid / "hidraw" / name
        raw.mkdir(parents=True)
        (raw / "device").symlink_to("../..")
        return self._node(device, raw, "class/hidraw", self.dev / name, fifo=fifo)

    def keyboard(
        self,
        device: Plugged,
        name: str,
        *,
        interface: int = 0,
        keys: str = KEYBOARD_KEYS,
        fifo: bool = False,
    ) -> Path:
        """Gives an interface an evdev node; gives its device file."""
        vendor, _, product = device.ids.partition(":")
        hid = self._hid_folder(device, interface, vendor, product)
        entry = hid / "input" / f"input{self._next('input')}"
        event = entry / f"event{self._next('event')}"
        for folder in ("id", "capabilities"):
            (entry / folder).mkdir(parents=True)
        _write(entry / "id", bustype="0003", vendor=vendor, product=product, version="0110")
        _write(entry / "capabilities", ev="120013", key=keys)
        _write(entry, name=name, phys=f"usb-0000:00:14.0-{device.socket[2:]}/input0", uniq="")
        event.mkdir()
        (event / "device").symlink_to("..")
        return self._node(device, event, "class/input", self.dev / "input" / event.name, fifo=fifo)

    def serial(self, device: Plugged, tty: str, by_id: str, *, interface: int = 0) -> Path:
        """Gives an interface a serial line and udev's links; gives the link by id."""
        entry = device.folder / f"{device.socket}:1.{interface}" / "tty" / tty
        entry.mkdir(parents=True)
        (entry / "device").symlink_to("../..")
        self._node(device, entry, "class/tty", self.dev / tty)
        links = self.dev / "serial"
        by_path = f"pci-0000:00:14.0-usb-0:{device.socket[2:]}:1.{interface}"
        for link in (links / "by-id" / by_id, links / "by-path" / by_path):
            link.parent.mkdir(parents=True, exist_ok=True)
            link.unlink(missing_ok=True)
            link.symlink_to(f"../../{tty}")
            device.things.append(link)
        return links / "by-id" / by_id

    def port(self, tty: str, kind: int) -> None:
        """A port of the computer itself; ``kind`` 0 is one that does not exist."""
        entry = self.sysfs / "devices/pnp0/00:01/tty" / tty
        entry.mkdir(parents=True)
        _write(entry, type=str(kind))
        self._link("class/tty", entry)
        (self.dev / tty).touch()

    def inner_keyboard(self) -> None:
        """The keyboard of a laptop."""
        entry = self.sysfs / "devices/platform/i8042/serio0/input" / f"input{self._next('input')}"
        event = entry / f"event{self._next('event')}"
        for folder in (event, entry / "id", entry / "capabilities"):
            folder.mkdir(parents=True)
        _write(entry / "id", bustype="0011", vendor="0001", product="0001")
        _write(
            entry / "capabilities",
            key="402000000 3803078f800d001 feffffdfffefffff fffffffffffffffe",
        )
        _write(entry, name="AT Translated Set 2 keyboard", phys="isa0060/serio0/input0")
        (event / "device").symlink_to("..")
        self._link("class/input", event)

    def _hid_folder(self, device: Plugged, interface: int, vendor: str, product: str) -> Path:
        parent = device.folder / f"{device.socket}:1.{interface}"
        for known in parent.glob("0003:*"):
            return known
        hid = parent / f"0003:{vendor.upper()}:{product.upper()}.{self._next('hid'):04X}"
        hid.mkdir()
        return hid

    def _node(
        self, device: Plugged, entry: Path, kind: str, node: Path, *, fifo: bool = False
    ) -> Path:
        if fifo:
            os.mkfifo(node)
        else:
            node.touch()
        device.things += [node, self._link(kind, entry)]
        return node

    def _write_interface(self, folder: Path, codes: tuple[int, int, int]) -> None:
        folder.mkdir()
        names = ("bInterfaceClass", "bInterfaceSubClass", "bInterfaceProtocol")
        _write(folder, **{name: f"{code:02x}" for name, code in zip(names, codes, strict=True)})

    def _link(self, kind: str, target: Path) -> Path:
        link = self.sysfs / kind / target.name
        link.symlink_to(os.path.relpath(target, link.parent))
        return link

    def _next(self, counter: str) -> int:
        self._numbers[counter] += 1
        return self._numbers[counter]


def _way(socket: str) -> list[str]:
    """The folders from the controller to a socket: 1-2.3 is behind the hub in 1-2."""
    parts = socket.split(".")
    return [".".join(parts[: count + 1]) for count in range(len(parts))]


def _write(folder: Path, **attributes: str) -> None:
    for name, text in attributes.items():
        (folder / name).write_text(f"{text}\n")
