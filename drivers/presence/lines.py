"""Serial lines: by the links that udev makes, and the ports of the computer itself."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from drivers.presence.found import Found
from drivers.presence.sysfs import UsbDevice, children, clean, read, real, usb_device
from drivers.words import Words

_INTERFACE = re.compile(r"-if\d\d(-port\d+)?$")

Forbidden = Callable[[tuple[Path, ...]], Words | None]


@dataclass(frozen=True, slots=True)
class _Line:
    """A USB serial line. ``function`` is its interface, like 1.0; links are "" if there is none."""

    tty: str
    device: UsbDevice | None
    function: str
    by_id: str
    by_path: str


def serial_lines(sysfs: Path, dev: Path, forbidden: Forbidden) -> Iterator[Found]:
    """Every serial line with its link in /dev/serial/by-id.

    Two units with the same serial number (or with none) share that link, which leads to either:
    those go by their sockets, by /dev/serial/by-path.
    """
    lines = list(_usb_lines(sysfs, dev))
    shared = Counter(_identity(line) for line in lines)
    for line in lines:
        own = shared[_identity(line)] == 1
        links = [f"serial:{link}" for link in (line.by_id, line.by_path) if link]
        address = links[0] if own else links[-1]
        also = links[-1] if own and len(links) > 1 else ""
        name = line.device.name if line.device else _told(line.by_id or line.by_path)
        detail = f"{line.device.ids} {line.tty}" if line.device else line.tty
        nodes = (dev / line.tty,)
        yield Found(address, "serial", name, detail, forbidden(nodes), also, nodes)
    for tty in _ports(sysfs):
        nodes = (dev / tty,)
        yield Found(
            f"serial:{dev / tty}", "serial", f"RS-232 {tty}", tty, forbidden(nodes), "", nodes
        )


def _usb_lines(sysfs: Path, dev: Path) -> Iterator[_Line]:
    ids, paths = _links(dev / "serial/by-id"), _links(dev / "serial/by-path")
    for tty in sorted({*ids, *paths}):
        device, function = _owner(sysfs / "class/tty" / tty / "device")
        yield _Line(tty, device, function, ids.get(tty, ""), paths.get(tty, ""))


def _links(folder: Path) -> dict[str, str]:
    """The first link to each tty. Newer kernels have two links by path to one tty."""
    found: dict[str, str] = {}
    for name in children(folder):
        try:
            tty = Path(os.readlink(folder / name)).name  # noqa: PTH115 - twice as fast
        except OSError:
            continue
        found.setdefault(tty, str(folder / name))
    return found


def _owner(device: Path) -> tuple[UsbDevice | None, str]:
    folder = real(device)
    function = ""
    for place in (folder, *folder.parents):
        if ":" in place.name and not function:
            function = place.name.partition(":")[2]
        if unit := usb_device(place):
            return unit, function
    return None, ""


def _identity(line: _Line) -> tuple[str, ...]:
    if line.device is None:
        return (line.tty,)
    return (line.device.ids, line.device.serial, line.function)


def _ports(sysfs: Path) -> Iterator[str]:
    """The computer's own RS-232 ports; the kernel names four whether they exist or not."""
    ttys = sysfs / "class/tty"
    for tty in children(ttys):
        if tty.startswith("ttyS") and read(ttys / tty / "type") not in ("", "0"):
            yield tty


def _told(link: str) -> str:
    name = _INTERFACE.sub("", Path(link).name).removeprefix("usb-")
    return clean(name.replace("_", " "))
