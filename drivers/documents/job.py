"""What every document scanner is asked, what it gives, and what can be wrong.

A page is given only when its file is whole and on disk. Pages that came before a trouble are kept:
they were given already, and :attr:`ScanTrouble.pages` names them again.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from drivers.trouble import DeviceTrouble
from drivers.words import Words

Colour = Literal["abu", "warna", "hitam-putih"]
Paper = Literal["a4", "f4", "a5", "kartu"]

PAPERS: dict[Paper, tuple[float, float]] = {
    "a4": (210.0, 297.0),
    "f4": (215.0, 330.0),
    "a5": (148.0, 210.0),
    "kartu": (85.6, 54.0),
}
"""Millimetres, width and height. F4 is the Indonesian folio; "kartu" is the size of a KTP."""

Reason = Literal[
    "busy", "jam", "empty", "cover", "gone", "refused", "missing", "stalled", "stopped", "broken"
]
"""Why a scan ended early: "missing" is a program that is not installed, "stalled" is a unit that
no longer answers, "stopped" is the officer's own wish, "broken" is all the rest."""

Progress = Callable[[int, int], None]
"""Called with the number of the page under way and how much of it came, 0 to 100."""


@dataclass(frozen=True, slots=True)
class ScanWish:
    """What the officer wants; the unit gives the nearest that it has."""

    resolution: int = 200
    """Dots per inch."""
    colour: Colour = "abu"
    feeder: bool = False
    """Take every page out of the document feeder; otherwise one page off the glass."""
    paper: Paper = "a4"


@dataclass(frozen=True, slots=True)
class RawPage:
    """A page as it came from the unit: PNG, JPEG, TIFF or PNM."""

    number: int
    path: Path
    resolution: int = 0
    """Dots per inch that the unit was set to; 0 is not known."""


class ScanTrouble(DeviceTrouble):
    """A scan that ended early. ``pages`` are the whole ones that came before it."""

    def __init__(self, says: Words, reason: Reason, pages: tuple[RawPage, ...] = ()) -> None:
        super().__init__(says)
        self.reason: Reason = reason
        self.pages = pages


class Source(Protocol):
    """A document scanner that can be asked for pages."""

    @property
    def name(self) -> str:
        """What the officer calls it."""
        ...

    def scan(
        self, wish: ScanWish, folder: Path, progress: Progress, stop: threading.Event
    ) -> Iterator[RawPage]:
        """Gives pages as they come, each whole and synced in ``folder``.

        ``folder`` exists and serves one scan at a time; numbers go on after the pages it has.
        ``stop`` may be set from any thread and ends the scan within seconds. Closing the iterator
        early also ends the scan.

        :raises ScanTrouble: whatever else ends it before the last page, the officer's stop too.
        """
        ...


_NUMBERED = re.compile(r"halaman-(\d+)\.")


def page_name(number: int, kind: str) -> str:
    """The file name of a page; ``kind`` is the ending without its dot."""
    return f"halaman-{number:03d}.{kind}"


def page_number(name: str) -> int:
    """The number in the name of a page, whole or half; 0 if it is no page."""
    match = _NUMBERED.match(name)
    return int(match[1]) if match else 0


def next_number(folder: Path) -> int:
    """The number for the next page in ``folder``, whole or half, so that none is written over."""
    return max((page_number(path.name) for path in folder.iterdir()), default=0) + 1


def sweep(folder: Path, first: int) -> None:
    """Removes pages from number ``first`` on: what a scan left and did not give, half or whole."""
    with suppress(OSError):
        for path in list(folder.iterdir()):
            if page_number(path.name) >= first:
                path.unlink(missing_ok=True)


def sync_page(path: Path) -> None:
    """Puts a page on disk, its bytes and its name.

    :raises OSError: the disk is full or broken.
    """
    for target in (path, path.parent):
        handle = os.open(target, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def is_whole(path: Path) -> bool:
    """Whether a picture has the end that its format demands.

    PNG must end with IEND (ISO 15948, 11.2.5), JPEG with EOI (ITU T.81, B.1.1.3; some scanners
    pad it with zeros). Other formats count as whole when they are not empty.
    """
    with path.open("rb") as file:
        head = file.read(8)
        file.seek(0, os.SEEK_END)
        file.seek(max(0, file.tell() - 4096))
        tail = file.read()
    if head.startswith(b"\x89PNG"):
        return tail.endswith(b"IEND\xaeB`\x82")
    if head.startswith(b"\xff\xd8"):
        return tail.rstrip(b"\0\r\n").endswith(b"\xff\xd9")
    return bool(head)
