"""One scan: which scanner, what is asked of it, and how far it is."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path

from config.devices import Device
from drivers.documents.job import ScanWish, Source
from kiosk.texts import say

OpenScanner = Callable[[Device], Source]


def open_scanner(device: Device) -> Source:
    """The document scanner of the settings. Raises DeviceTrouble."""
    if device.address.startswith("virtual:"):
        from drivers.virtual.scanner import VirtualScanner

        return VirtualScanner(device.name)
    from drivers.documents.sources import open_source

    return open_source(device.address, device.name)


def wishes() -> list[tuple[str, ScanWish]]:
    """What can be asked of a scanner, in words."""
    return [
        (say("Kaca: satu halaman A4"), ScanWish()),
        (say("Pengumpan: semua halaman A4"), ScanWish(feeder=True)),
        (say("Kaca: satu halaman F4 (folio)"), ScanWish(paper="f4")),
        (say("Pengumpan: semua halaman F4 (folio)"), ScanWish(paper="f4", feeder=True)),
        (say("Kaca: KTP-el atau kartu, berwarna"), ScanWish(300, "warna", paper="kartu")),
        (say("Kaca: satu halaman A4, berwarna"), ScanWish(colour="warna")),
        (say("Pengumpan: semua halaman A4, berwarna"), ScanWish(colour="warna", feeder=True)),
    ]


class Scan:
    """One scan under way: runs in a thread of its own, is looked at from the screen's."""

    def __init__(self, source: Source, wish: ScanWish, folder: Path) -> None:
        self.came: deque[Path] = deque()
        self.number, self.percent = 0, 0
        self._stop = threading.Event()
        self._source, self._wish, self._folder = source, wish, folder

    def run(self) -> None:
        """Scan until the last page. Raises DeviceTrouble; the pages before it have come."""
        for page in self._source.scan(self._wish, self._folder, self._tell, self._stop):
            self.came.append(page.path)

    def stop(self) -> None:
        """End it within seconds."""
        self._stop.set()

    @property
    def stopping(self) -> bool:
        """Whether it was told to end."""
        return self._stop.is_set()

    def _tell(self, number: int, percent: int) -> None:
        self.number, self.percent = number, percent
