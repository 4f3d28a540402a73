"""Scanners in HID-POS mode, read as reports from /dev/hidrawN."""

from __future__ import annotations

import time
from pathlib import Path

from drivers.barcodes.lines import Lines
from drivers.barcodes.nodes import Nodes, OpenNode, open_node, trouble
from drivers.barcodes.reader import PATIENCE
from drivers.barcodes.report import Layout
from drivers.wedge import Scan

IDLE = 0.100
"""Seconds after which a scan is whole if the unit does not tell whether more follows."""

LATE = 0.500
"""Seconds after which a part that the unit announced does not come any more."""


class HidPos:
    """An open scanner. Its reports are joined until one says that nothing follows.

    A unit that never says so is joined for as long as its reports are full, up to a pause.
    """

    def __init__(
        self, node: Path, layout: Layout, name: str, *, opened: OpenNode = open_node
    ) -> None:
        """Raises DeviceTrouble."""
        self._layout = layout
        self._name = name
        self._lines = Lines()
        self._open_since: float | None = None
        self._announced = False
        self._nodes = Nodes()
        try:
            self._nodes.add(opened(node))
        except OSError as error:
            raise trouble(error, name) from error

    def read(self) -> list[Scan]:
        """What came within ``PATIENCE``. Raises DeviceGone."""
        wait = PATIENCE if self._open_since is None else IDLE / 2
        try:
            came = self._nodes.read(wait)
        except OSError as error:
            raise trouble(OSError(), self._name) from error
        now = time.monotonic()
        return [scan for _, report in came for scan in self._take(report, now)] or self._wait(now)

    def close(self) -> None:
        """Gives it back."""
        self._nodes.close()

    def _take(self, report: bytes, now: float) -> list[Scan]:
        piece = self._layout.piece(report)
        if piece is None:
            return []
        scans = self._lines.feed(piece.data, now) if piece.data else []
        self._announced = bool(piece.more)
        full = piece.more is None and len(piece.data) == self._layout.data[1]
        if self._announced or full:
            self._open_since = now
            return scans
        self._open_since = None
        return scans + self._lines.end()

    def _wait(self, now: float) -> list[Scan]:
        if self._open_since is None:
            return []
        if now - self._open_since < (LATE if self._announced else IDLE):
            return []
        self._open_since = None
        return self._lines.tear() if self._announced else self._lines.end()
