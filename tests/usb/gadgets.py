"""USB devices made of the kernel's own functions: what a real printer or scanner is to the host.

A gadget is a folder in configfs, plugged in by naming one of the dummy controllers (dummy_udc.N,
module dummy_hcd) in its file UDC, and unplugged by emptying it. Sources: gadget_configfs.rst of
the kernel's documentation.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from tests.usb.waiting import until

GADGETS = Path("/sys/kernel/config/usb_gadget")
CONTROLLERS = Path("/sys/class/udc")

Functions = dict[str, dict[str, object]]


class Gadget:
    """One USB device, not plugged in yet. ``functions``: the kernel's, with their attributes.

    ``node`` is the beginning of the name that its own side gets in /dev.
    """

    def __init__(
        self,
        vendor: int,
        product: int,
        serial: str,
        name: str,
        functions: Functions,
        node: str = "",
    ) -> None:
        self.vendor, self.product, self.serial = vendor, product, serial
        self.name = name
        self.own_side: Path | None = None
        self._functions = functions
        self._node = node
        self._controller = ""
        self._folder: Path | None = None

    @property
    def plugged(self) -> bool:
        return self._folder is not None

    @property
    def on_host(self) -> Path | None:
        """Its folder in the host's sysfs (".../usb2/2-1"), None while the host does not see it."""
        for each in Path("/sys/bus/usb/devices").iterdir():
            try:
                ids = [(each / name).read_text().strip() for name in ("idVendor", "idProduct")]
                serial = each / "serial"
                number = serial.read_text().strip() if serial.exists() else ""
            except OSError:
                continue
            if ids == [f"{self.vendor:04x}", f"{self.product:04x}"] and number == self.serial:
                return each
        return None

    @property
    def address(self) -> str:
        """Vendor, product and serial number, or the port where there is no serial number."""
        ids = f"{self.vendor:04x}:{self.product:04x}"
        if self.serial:
            return f"{ids}:{self.serial}"
        seen = self.on_host
        assert seen is not None
        return f"{ids}@{seen.name}"

    def plug(self) -> None:
        """Plugs it in; always at the same controller, so at the same port of the host."""
        before = self._nodes()
        self._controller = self._controller or _free_controller()
        self._folder = self._made()
        (self._folder / "UDC").write_text(self._controller)
        if self._node:
            self.own_side = until(lambda: self._nodes() - before, 5, f"/dev/{self._node}*").pop()

    def unplug(self) -> None:
        """Pulls the cable. It is made anew when it is plugged in again, as after a power cut:
        the kernel's printer function does not survive being bound twice."""
        folder, self._folder = self._folder, None
        self.own_side = None
        if folder is None:
            return
        (folder / "UDC").write_text("\n")
        for function in self._functions:
            (folder / "configs/c.1" / function).unlink()
            (folder / "functions" / function).rmdir()
        (folder / "configs/c.1").rmdir()
        (folder / "strings/0x409").rmdir()
        folder.rmdir()

    def _made(self) -> Path:
        folder = GADGETS / f"{self.name.replace(' ', '-')}-{time.monotonic_ns()}"
        folder.mkdir()
        (folder / "idVendor").write_text(f"{self.vendor:#06x}")
        (folder / "idProduct").write_text(f"{self.product:#06x}")
        (folder / "bcdUSB").write_text("0x0200")
        strings = folder / "strings/0x409"
        strings.mkdir()
        (strings / "manufacturer").write_text("EMU")
        (strings / "product").write_text(self.name)
        (strings / "serialnumber").write_text(self.serial)
        config = folder / "configs/c.1"
        config.mkdir()
        for function, attributes in self._functions.items():
            place = folder / "functions" / function
            place.mkdir()
            for key, value in attributes.items():
                raw = value if isinstance(value, bytes) else str(value).encode()
                (place / key).write_bytes(raw)
            (config / function).symlink_to(place)
        return folder

    def _nodes(self) -> set[Path]:
        return set(Path("/dev").glob(f"{self._node}[0-9]*")) if self._node else set()


def _free_controller() -> str:
    used = {(each / "UDC").read_text().strip() for each in GADGETS.iterdir()}
    return min(each.name for each in CONTROLLERS.iterdir() if each.name not in used)


def open_own_side(gadget: Gadget) -> int:
    """File descriptor of the device's own side, not blocking."""

    def opened() -> int:
        try:
            return os.open(str(gadget.own_side), os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
        except OSError:
            return 0

    return until(opened, 5, f"{gadget.own_side} can be opened")
