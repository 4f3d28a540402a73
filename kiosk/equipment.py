"""What is plugged into this machine: seen as it comes and goes, and scanners read as they speak.

Everything here runs in threads of its own and reports through two callbacks, which must not wait.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from config.devices import Device
from drivers.presence.found import Found, named
from drivers.presence.watch import Watch
from drivers.trouble import DeviceTrouble
from drivers.wedge import Scan
from drivers.words import Words
from kiosk.texts import said_words, say

if TYPE_CHECKING:
    from drivers.barcodes.reader import Reader

PLUGGED = ("usb", "serial", "hidpos", "evdev")
"""Addresses whose coming and going can be seen; of others only their use tells."""


class Equipment:
    """The devices on this machine, for all its desks.

    ``scanned(text, garbage)`` is called for every scan of a scanner that is no keyboard,
    ``changed()`` whenever something came, went or began to fail.
    """

    def __init__(self, scanned: Callable[[str, bool], None], changed: Callable[[], None]):
        self._scanned = scanned
        self._changed = changed
        self._watch = Watch(self._seen)
        self._readers: dict[Device, Reader] = {}
        self._trouble: dict[str, str] = {}
        self.found: frozenset[Found] = frozenset()
        self.ready = False
        """Whether the first look is over; before it nothing is called unplugged."""

    def start(self) -> None:
        """Begin to watch."""
        self._watch.start()

    def stop(self) -> None:
        """Let go of every device."""
        self._watch.stop()
        for reader in self._readers.values():
            reader.stop()
        self._readers.clear()

    def present(self, address: str) -> bool:
        """Whether the device is there, as far as that can be seen."""
        kind, _, where = address.partition(":")
        if not self.ready or kind not in PLUGGED:
            return True
        if kind == "serial":
            return Path(where).exists()
        return named(address, self.found) is not None

    def trouble(self, address: str) -> str:
        """What is wrong with a device, in words; empty when nothing is known."""
        if not self.present(address):
            return say("Tidak terhubung. Pasang kabelnya dan nyalakan.")
        one = named(address, self.found)
        if one is not None and one.trouble is not None:
            return said_words(one.trouble)
        return self._trouble.get(address, "")

    def read(self, scanners: list[Device]) -> None:
        """Read these scanners from now on, and no others."""
        for device, reader in list(self._readers.items()):
            if device not in scanners:
                reader.stop()
                del self._readers[device]
        for device in scanners:
            if device not in self._readers:
                self._open(device)

    def _open(self, device: Device) -> None:
        from drivers.barcodes.readers import open_reader

        with suppress(DeviceTrouble):
            reader = open_reader(device.address, name=device.name, baud=device.baud)
            self._readers[device] = reader
            reader.start(
                lambda scan: self._heard(device.address, scan),
                lambda words: self._lost(device.address, words),
            )

    def _heard(self, address: str, scan: Scan) -> None:
        if self._trouble.pop(address, ""):
            self._changed()
        self._scanned(scan.text, scan.garbage)

    def _lost(self, address: str, words: Words) -> None:
        self._trouble[address] = said_words(words)
        self._changed()

    def _seen(self, found: frozenset[Found]) -> None:
        came = {one.address for one in found} - {one.address for one in self.found}
        for address in came:
            self._trouble.pop(address, None)
        self.found = found
        self.ready = True
        self._changed()
