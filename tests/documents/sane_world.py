"""A private SANE: its own configuration, so that only the scanners of a test are there."""

from __future__ import annotations

import re
import shutil
import threading
from pathlib import Path

import pytest

from drivers.documents.job import RawPage, ScanTrouble, ScanWish, Source

NEEDED = {
    "scanimage": "sane-utils",
    "/usr/lib/*/sane/libsane-test.so*": "libsane1",
    "/usr/lib/*/sane/libsane-airscan.so*": "sane-airscan",
}


def demand(what: str) -> None:
    """Fails the test in one line that names the package which is missing."""
    there = any(Path("/").glob(what[1:])) if what.startswith("/") else shutil.which(what)
    if not there:
        pytest.fail(f"{what} is missing: sudo apt install {NEEDED[what]}", pytrace=False)


class Sane:
    """Writes the configuration of SANE's own ``test`` backend; ``also`` sets its options."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)

    def test_backend(self, **also: str) -> None:
        demand("/usr/lib/*/sane/libsane-test.so*")
        options = {"number_of_devices": "2", "mode": "Gray", "depth": "8", "resolution": "50"}
        options |= {name.replace("_", "-"): value for name, value in also.items()}
        lines = [f"{name} {value}" for name, value in options.items()]
        (self.folder / "dll.conf").write_text("test\n")
        (self.folder / "test.conf").write_text(
            "\n".join(lines).replace("number-of-devices", "number_of_devices") + "\n"
        )

    def airscan(self, url: str) -> None:
        demand("/usr/lib/*/sane/libsane-airscan.so*")
        (self.folder / "dll.conf").write_text("airscan\n")
        (self.folder / "airscan.conf").write_text(
            f'[devices]\n"Uji" = {url}, eSCL\n[options]\ndiscovery = disable\n'
        )


class Taken:
    """A scan that ran to its end: its pages, progress, and the trouble that ended it."""

    def __init__(
        self,
        source: Source,
        wish: ScanWish,
        folder: Path,
        *,
        stop_at: tuple[int, int] | None = None,
    ) -> None:
        folder.mkdir(exist_ok=True)
        self.pages: list[RawPage] = []
        self.progress: list[tuple[int, int]] = []
        self.trouble: ScanTrouble | None = None
        stop = threading.Event()

        def progress(page: int, percent: int) -> None:
            self.progress.append((page, percent))
            if stop_at is not None and (page, percent) >= stop_at:
                stop.set()

        try:
            for page in source.scan(wish, folder, progress, stop):
                assert page.path.is_file()
                self.pages.append(page)
        except ScanTrouble as trouble:
            self.trouble = trouble
            assert list(trouble.pages) == self.pages
        left = sorted(path.name for path in folder.iterdir())
        assert left == [page.path.name for page in self.pages], "only whole, given pages stay"

    @property
    def reason(self) -> str | None:
        return self.trouble.reason if self.trouble else None

    @property
    def says(self) -> str:
        text = str(self.trouble) if self.trouble else ""
        assert not re.search(r"[{}]|Error|Traceback", text)
        return text
