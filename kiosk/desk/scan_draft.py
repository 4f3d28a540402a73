"""Pages that were scanned and are not yet on a case: on disk from the moment they are whole.

One folder for each officer and case. A page that came is ``halaman-001.png``; looked at and
accepted it becomes ``halaman-001.siap.1654x2339.avif``, and the raw one goes. So the folder itself
says how far the officer was, whatever happened since: a locked desk, a crash, a power cut.
"""

from __future__ import annotations

import os
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.documents.job import is_whole, sync_page

if TYPE_CHECKING:
    from drivers.documents.page import StoredPage


_RAW = re.compile(r"halaman-(\d+)\.(?:png|jpe?g|tiff?|p[bgpn]m)")
_READY = re.compile(r"halaman-(\d+)\.siap\.(\d+)x(\d+)\.(avif|jpg)")


@dataclass(frozen=True, slots=True)
class ReadyPage:
    """An accepted page in its file."""

    number: int
    path: Path
    width: int
    height: int
    suffix: str

    def read(self) -> StoredPage:
        """The page. Raises OSError."""
        from drivers.documents.page import StoredPage

        return StoredPage(self.path.read_bytes(), self.suffix, self.width, self.height)


class ScanDraft:
    """The pages of one officer for one case. Every call goes to the disk and may raise OSError."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def open(self) -> None:
        """Make the folder; nobody else on this machine may look into it."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def waiting(self) -> list[Path]:
        """The whole pages that nobody has looked at yet, in order."""
        ready = {page.number for page in self.ready()}
        found: dict[int, Path] = {}
        for path in self._files():
            match = _RAW.fullmatch(path.name)
            if match and int(match[1]) not in ready and is_whole(path):
                found[int(match[1])] = path
        return [path for _, path in sorted(found.items())]

    def ready(self) -> list[ReadyPage]:
        """The accepted pages, in order."""
        found: list[ReadyPage] = []
        for path in self._files():
            if match := _READY.fullmatch(path.name):
                number, width, height = map(int, match.group(1, 2, 3))
                found.append(ReadyPage(number, path, width, height, match[4]))
        return sorted(found, key=lambda page: page.number)

    def accept(self, raw: Path, page: StoredPage) -> None:
        """Keep a page that was looked at in the place of the raw one."""
        stem = raw.name.partition(".")[0]
        name = f"{stem}.siap.{page.width}x{page.height}.{page.suffix}"
        unfinished = self.folder / f".{name}.part"
        with unfinished.open("wb") as file:
            file.write(page.data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self.folder / name)
        sync_page(self.folder / name)
        self.drop(raw)

    def drop(self, path: Path) -> None:
        """Throw a page away."""
        path.unlink(missing_ok=True)

    def clear(self) -> None:
        """Throw everything away; the folder goes, too."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _files(self) -> list[Path]:
        return list(self.folder.iterdir()) if self.folder.is_dir() else []


class Preview:
    """One page as a PNG beside the kiosk, for a machine that has a picture viewer."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "halaman.png"

    def show(self, png: bytes) -> None:
        """Put a page there in the place of the one before. Raises OSError."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = self.path.with_suffix(".part")
        unfinished.write_bytes(png)
        unfinished.replace(self.path)

    def clear(self) -> None:
        """Take the page away: it has a name and an address on it."""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)
