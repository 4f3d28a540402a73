"""Device files of scanners: opened without blocking, read when there is something."""

from __future__ import annotations

import contextlib
import errno
import os
import select
from collections.abc import Callable, Iterator
from pathlib import Path

from drivers.rights import cure
from drivers.trouble import DeviceBusy, DeviceGone, DeviceRefused, DeviceTrouble
from drivers.words import words

OpenNode = Callable[[Path], int]
"""Opens a device file; gives its descriptor. Raises OSError."""

_MOST = 4_096


def open_node(path: Path) -> int:
    """For reading only, without waiting."""
    return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)


class Nodes:
    """Open device files of one scanner."""

    def __init__(self) -> None:
        self._open: list[int] = []
        self._ready = select.poll()

    def __iter__(self) -> Iterator[int]:
        return iter(self._open)

    def add(self, node: int) -> None:
        """From here on it is read and closed with the others."""
        self._open.append(node)
        self._ready.register(node, select.POLLIN)

    def read(self, seconds: float) -> list[tuple[int, bytes]]:
        """What each has, waiting at most ``seconds`` for the first. Raises OSError when gone."""
        came: list[tuple[int, bytes]] = []
        for node, _ in self._ready.poll(seconds * 1000):
            try:
                data = os.read(node, _MOST)
            except BlockingIOError:
                continue
            if not data:
                raise OSError(errno.ENODEV, "the device ended")
            came.append((node, data))
        return came

    def close(self) -> None:
        """Closes them, whatever state they are in. May be called twice."""
        while self._open:
            with contextlib.suppress(OSError):
                os.close(self._open.pop())


def trouble(error: OSError, name: str, unit: str = "") -> DeviceTrouble:
    """What went wrong with the scanner ``name``; ``unit`` is its vvvv:pppp if rights go by that."""
    if error.errno in (errno.EACCES, errno.EPERM):
        return DeviceRefused(
            words(
                "Pemindai {name} belum boleh dipakai. Jalankan sekali: {command} - "
                "lalu keluar dan masuk lagi ke komputer ini.",
                name=name,
                command=cure(unit),
            )
        )
    if error.errno in (errno.EBUSY, errno.EAGAIN):
        return DeviceBusy(
            words("Pemindai {name} sedang dipakai program lain. Tutup program itu.", name=name)
        )
    return DeviceGone(
        words("Pemindai {name} tidak terpasang. Pasang lagi; kiosk melanjutkan sendiri.", name=name)
    )
