"""Small disks: a tmpfs where mounting is allowed, a bound on file sizes anywhere."""

from __future__ import annotations

import os
import resource
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

NO_BOUND = resource.RLIM_INFINITY


class Full(Protocol):
    """A disk that can be filled."""

    def fill(self, leave: int) -> None:
        """From now on about ``leave`` bytes can be written."""
        ...

    def make_room(self) -> None:
        """The disk is roomy again."""
        ...


def may_mount() -> bool:
    """Whether this user can mount a tmpfs."""
    if os.geteuid() != 0:
        return False
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder],
            capture_output=True,
            check=False,
        )
        if done.returncode == 0:
            subprocess.run(["umount", folder], check=True)
        return done.returncode == 0


class Ballast:
    """A mounted disk, filled by a file that takes all the room."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "ballast"

    def fill(self, leave: int) -> None:
        room = os.statvfs(self._file.parent)
        self._file.write_bytes(bytes(max(room.f_bavail * room.f_bsize - leave, 0)))

    def make_room(self) -> None:
        self._file.unlink()


class Bound:
    """A bound on how large a process may make its files."""

    def __init__(self, pid: int, file: Path) -> None:
        self._pid, self._file = pid, file

    def fill(self, leave: int) -> None:
        self._set(self._file.stat().st_size + leave)

    def make_room(self) -> None:
        self._set(NO_BOUND)

    def _set(self, most: int) -> None:
        resource.prlimit(self._pid, resource.RLIMIT_FSIZE, (most, NO_BOUND))


@contextmanager
def small_disk(folder: Path, size: str = "8m") -> Iterator[Path]:
    """A tmpfs at ``folder``, which is made."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        with suppress(subprocess.CalledProcessError):
            subprocess.run(["umount", "-l", str(folder)], check=True)
