"""Listens to a reader, and what a QR code of ours looks like to one."""

from __future__ import annotations

import queue

from hypothesis import strategies as st

from drivers.barcodes.reader import Reader
from drivers.wedge import Scan
from drivers.words import Words

PATIENCE = 20
BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
QR = "LL1:" + (BASE45 * 5)[:216]
"""As long as the longest resi, with every sign of the alphabet."""

qr_texts = st.text(BASE45, min_size=1, max_size=300).map(lambda text: "LL1:" + text)


class Ear:
    """What a reader found and lost, in order."""

    def __init__(self) -> None:
        self._scans: queue.Queue[Scan] = queue.Queue()
        self._losses: queue.Queue[Words] = queue.Queue()

    def start(self, reader: Reader) -> None:
        reader.start(self._scans.put, self._losses.put)

    def scan(self) -> Scan:
        return self._scans.get(timeout=PATIENCE)

    def text(self) -> str:
        scan = self.scan()
        assert not scan.garbage
        return scan.text

    def loss(self) -> str:
        return str(self._losses.get(timeout=PATIENCE))

    def hears(self, seconds: float) -> bool:
        """Whether a scan comes within some seconds; it is thrown away."""
        try:
            self._scans.get(timeout=seconds)
        except queue.Empty:
            return False
        return True

    def silent(self) -> bool:
        return self._scans.empty() and self._losses.empty()
