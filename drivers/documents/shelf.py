"""Where scanned pages are kept: each once, under the SHA-256 of its own bytes.

A page is whole or not there: it is written beside the shelf, synced, and only then put in its
place by its name. What ``put`` has given survives a power cut.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from drivers.trouble import DeviceTrouble
from drivers.words import words

_NAME = re.compile(r"([0-9a-f]{64})\.[a-z0-9]{1,8}")
_BENCH = "baru"
"""The folder in which pages are written before they have a name."""

_FORGOTTEN = 3600.0
"""Seconds after which what lies on the bench was left there by a kiosk that died."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class NotOnShelf(DeviceTrouble):
    """There is no page of this name here."""


class Damaged(DeviceTrouble):
    """The page's bytes are no longer those that its name says."""


class Shelf:
    """The pages of one kiosk. Names are ``<sha256>.<suffix>``; used by any thread."""

    def __init__(self, folder: Path, now: Callable[[], float] = time.time) -> None:
        self.folder = folder
        self._bench = folder / _BENCH
        self._now = now
        self._swept = False

    def put(self, data: bytes, suffix: str) -> str:
        """Keep a page and give its name; one that is there already is not written again.

        Raises DeviceTrouble when the disk is full or fails: the page is then not kept.
        """
        name = f"{hashlib.sha256(data).hexdigest()}.{suffix}"
        place = self._place(name)
        try:
            if not _holds(place, data):
                self._sweep()
                self._write(data, place)
        except OSError as error:
            raise _trouble(error) from error
        return name

    def has(self, name: str) -> bool:
        """Whether a page of this name stands here; its bytes are not read."""
        return bool(_NAME.fullmatch(name)) and self._place(name).is_file()

    def get(self, name: str) -> bytes:
        """A page, checked against its name. Raises NotOnShelf, Damaged, or DeviceTrouble."""
        try:
            data = self._place(name).read_bytes() if self.has(name) else None
        except OSError as error:
            raise _trouble(error) from error
        if data is None:
            raise NotOnShelf(words("Pindaian ini tidak ada di kiosk ini."))
        if hashlib.sha256(data).hexdigest() != name.partition(".")[0]:
            raise Damaged(words("Pindaian ini rusak di disk. Pindai lagi kertasnya."))
        return data

    def names(self) -> Iterator[str]:
        """Every page here, in no order that means anything."""
        for place in self.folder.glob("[0-9a-f][0-9a-f]/*"):
            if _NAME.fullmatch(place.name):
                yield place.name

    def verify(self) -> list[str]:
        """The names of the pages that are damaged or cannot be read, in order."""
        bad: list[str] = []
        for name in self.names():
            try:
                self.get(name)
            except DeviceTrouble:
                bad.append(name)
        return sorted(bad)

    # -- writing -----------------------------------------------------------------------------

    def _place(self, name: str) -> Path:
        return self.folder / name[:2] / name

    def _write(self, data: bytes, place: Path) -> None:
        _make_folder(self._bench)
        _make_folder(place.parent)
        handle, written = tempfile.mkstemp(dir=self._bench)
        unfinished = Path(written)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(place)
        except BaseException:
            with suppress(OSError):
                unfinished.unlink()
            raise
        _sync_folder(place.parent)

    def _sweep(self) -> None:
        """Once: throw away what a kiosk that died had not finished."""
        if self._swept or not self._bench.is_dir():
            return
        self._swept = True
        for left in self._bench.iterdir():
            with suppress(OSError):
                if self._now() - left.stat().st_mtime > _FORGOTTEN:
                    left.unlink()


def _holds(place: Path, data: bytes) -> bool:
    """Whether the page is there with these very bytes, durably."""
    try:
        if place.read_bytes() != data:
            return False
    except FileNotFoundError:
        return False
    # Whoever put it there may have died before the folder was synced.
    _sync_folder(place.parent)
    return True


def _make_folder(folder: Path) -> None:
    """A folder that is there for good; whoever made it may have died before it was synced."""
    if not folder.parent.is_dir():
        _make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _trouble(error: OSError) -> DeviceTrouble:
    if error.errno in _FULL:
        return DeviceTrouble(
            words("Disk penuh: halaman ini belum tersimpan. Kosongkan ruang, lalu ulangi.")
        )
    return DeviceTrouble(
        words("Disk tidak dapat dipakai: halaman ini belum tersimpan. Hubungi pengelola.")
    )
