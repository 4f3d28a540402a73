"""By what a data folder is known again: a copy or a restored one must not go on as the original.

Two signs. The *identity* is this machine and the database file itself (its inode): a copied file
has another. The *high-water mark* is a small file beside the database that says how far its chain
had come: an older database put back in its place knows less.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from kiosk.store.database import DATABASE
from sync.chain import Head

HIGH_WATER = "kiosk.puncak"

_MACHINE_ID = Path("/etc/machine-id")
_MOUNTS = Path("/proc/self/mountinfo")
_UNSTEADY = frozenset({"vfat", "exfat", "msdos", "fuseblk", "9p", "ntfs3"})
"""File systems that may number a file anew each time they are mounted."""


def machine_mark() -> str:
    """A short mark of this machine; empty when it has no id."""
    try:
        raw = _MACHINE_ID.read_bytes().strip()
    except OSError:
        return ""
    return hashlib.sha256(b"loket-luring:" + raw).hexdigest()[:16] if raw else ""


def identity(folder: Path) -> str:
    """The mark of this very folder on this very machine: ``machine:inode``."""
    stat = (folder / DATABASE).stat()
    inode = 0 if _file_system(stat.st_dev) in _UNSTEADY else stat.st_ino
    return f"{machine_mark()}:{inode}"


def _file_system(device: int) -> str:
    """The kind of file system behind a device number; empty when it cannot be told."""
    wanted = f"{os.major(device)}:{os.minor(device)}"
    with suppress(OSError, IndexError):
        for line in _MOUNTS.read_text().splitlines():
            front, _, back = line.partition(" - ")
            if front.split()[2] == wanted:
                return back.split()[0]
    return ""


class HighWater:
    """The mark file of a folder. It is never synced: one that is too low says nothing."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / HIGH_WATER

    def read(self) -> Head | None:
        """How far the chain had come; None when there is no mark, or it cannot be read."""
        try:
            epoch, seq, digest = self._path.read_text().split()
            return Head(int(epoch), int(seq), bytes.fromhex(digest))
        except (OSError, ValueError):
            return None

    def write(self, head: Head) -> None:
        """Note down how far the chain has come, after it is committed. Never raises."""
        line = f"{head.epoch} {head.seq} {head.hash.hex()}\n"
        with suppress(OSError):
            # Written in place: torn, it cannot be read, and then says nothing.
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                os.pwrite(handle, line.ljust(100).encode(), 0)
            finally:
                os.close(handle)
