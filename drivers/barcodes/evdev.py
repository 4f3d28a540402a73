"""Scanners that type, taken away from the console: their keys are read here and nowhere else."""

from __future__ import annotations

import contextlib
import fcntl
import struct
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from drivers.barcodes.keymap import Keys
from drivers.barcodes.lines import Lines
from drivers.barcodes.nodes import Nodes, OpenNode, open_node, trouble
from drivers.barcodes.reader import PATIENCE
from drivers.wedge import Scan

EVIOCGRAB = 0x40044590
"""_IOW('E', 0x90, int) of include/uapi/linux/input.h."""

PAUSE = 0.2
"""Seconds without a key after which no scan is under way: its keys are 60 ms apart at most."""

EVENT = struct.Struct("@llHHi")
"""struct input_event: seconds, microseconds, type, code, value."""

_SYN, _KEY = 0, 1
_SYN_DROPPED = 3
_RELEASED, _PRESSED = 0, 1

Ioctl = Callable[[int, int, int], object]


class Grabbed:
    """The keyboards of one scanner, grabbed: Enter or Tab ends a scan, STX (Ctrl+B) may begin it.

    They are grabbed in the first pause: a scan that is under way when they are opened is the
    console's to its end. Torn in two, its first half would be typed into whatever stands on the
    screen, its second half taken for a code, and a Shift between them held down for ever.

    Repeated keys are left out, since a scanner holds none. The console's Caps Lock does not reach
    a grabbed keyboard; the scanner's own is followed.
    """

    def __init__(
        self,
        nodes: Sequence[Path],
        name: str,
        unit: str = "",
        *,
        opened: OpenNode = open_node,
        ioctl: Ioctl = fcntl.ioctl,
        pause: float = PAUSE,
    ) -> None:
        """``unit`` is its vvvv:pppp. Raises DeviceTrouble, and then nothing stays open."""
        self._name = name
        self._unit = unit
        self._ioctl = ioctl
        self._pause = pause
        self._grabbed = False
        self._lines = Lines()
        self._keys = Keys()
        self._nodes = Nodes()
        self._rests: dict[int, bytes] = {}
        try:
            for node in nodes:
                self._nodes.add(opened(node))
        except OSError as error:
            self.close()
            raise trouble(error, name, unit) from error

    def read(self) -> list[Scan]:
        """What came within ``PATIENCE``. Raises DeviceTrouble."""
        try:
            came = self._nodes.read(PATIENCE if self._grabbed else self._pause)
        except OSError as error:
            raise trouble(OSError(), self._name) from error
        if not self._grabbed:
            if not came:
                self._grab()
            return []
        now = time.monotonic()
        if not came:
            return self._lines.feed(b"", now)
        return [scan for node, data in came for scan in self._take(node, data, now)]

    def close(self) -> None:
        """Gives the keys back to the console."""
        for descriptor in self._nodes:
            with contextlib.suppress(OSError):
                self._ioctl(descriptor, EVIOCGRAB, 0)
        self._nodes.close()

    def _grab(self) -> None:
        try:
            for descriptor in self._nodes:
                self._ioctl(descriptor, EVIOCGRAB, 1)
        except OSError as error:
            raise trouble(error, self._name, self._unit) from error
        self._grabbed = True

    def _take(self, node: int, data: bytes, now: float) -> list[Scan]:
        data = self._rests.get(node, b"") + data
        whole = len(data) - len(data) % EVENT.size
        self._rests[node] = data[whole:]
        scans: list[Scan] = []
        typed = bytearray()
        for _, _, kind, code, value in EVENT.iter_unpack(data[:whole]):
            sign: bytes | None = b""
            if kind == _SYN and code == _SYN_DROPPED:
                # The kernel's queue of 64 events ran over: keys are missing from what is held.
                self._keys = Keys()
                sign = None
            elif kind == _KEY and value == _RELEASED:
                self._keys.release(code)
            elif kind == _KEY and value == _PRESSED:
                sign = self._keys.press(code)
            if sign is None:
                scans += self._feed(typed, now) + self._lines.spoil()
                typed.clear()
            else:
                typed += sign
        return scans + self._feed(typed, now)

    def _feed(self, typed: bytearray, now: float) -> list[Scan]:
        return self._lines.feed(bytes(typed), now) if typed else []
