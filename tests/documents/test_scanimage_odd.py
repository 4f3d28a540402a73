"""What no test backend can be told to do, by a program that stands in for scanimage."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from drivers.documents.job import ScanWish
from drivers.documents.scanimage import Scanimage, find
from tests.documents.sane_world import Taken

FEEDER = ScanWish(feeder=True)


class Program:
    """A shell script named scanimage; ``page N`` in it makes a whole page and prints its name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        file = io.BytesIO()
        Image.new("L", (60, 80), 255).save(file, "PNG")
        (folder / "whole.png").write_bytes(file.getvalue())
        (folder / "half.png").write_bytes(file.getvalue()[:-9])

    def does(self, script: str, listing: str = "    --source Flatbed|ADF [ADF]") -> None:
        path = self.folder / "scanimage"
        path.write_text(
            "#!/bin/sh\n"
            f'page() {{ cp "{self.folder}/$2.png" halaman-00$1.png; echo halaman-00$1.png; }}\n'
            f'case "$*" in *-A*) echo "{listing}"; exit 0;; esac\n{script}\n'
        )
        path.chmod(0o755)


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return Program(folder)


@pytest.mark.parametrize(
    ("script", "pages", "reason", "word"),
    [
        ("page 1 whole; page 2 whole; exit 0", 2, None, ""),
        ("page 1 whole; exit 7", 1, None, ""),
        ("page 1 whole; page 2 half; exit 0", 1, "broken", "sebelum halaman 2 selesai"),
        ("page 1 whole; page 7 whole; exit 0", 1, "broken", "sebelum halaman 2 selesai"),
        ("echo halaman-001.png; exit 0", 0, "broken", "tidak bisa disimpan"),
        (
            "page 1 whole; echo Scanning page 2 >&2; echo Progress: 40.0% >&2; exit 0",
            *(1, "broken", "sebelum halaman 2 selesai"),
        ),
        ("page 1 whole; exit 6", 1, "jam", "mulai halaman 2."),
        ("page 1 whole; touch halaman-002.png.part; exit 9", 1, "broken", "di halaman 2"),
        ("exit 42", 0, "broken", "kode 42"),
        ("kill -SEGV $$", 0, "broken", "sinyal 11"),
        ("page 1 whole; exec >&- 2>&-; exit 3", 1, "busy", "sedang dipakai"),
        ("echo 'cannot open x.part' >&2; exit 11", 0, "broken", "tidak bisa disimpan"),
        ("printf 'libpng error: Write Error\\n' >&2; kill -ABRT $$", 0, "broken", "disimpan"),
        (
            "echo 'scanimage: open of device x failed: Device busy' >&2; exit 1",
            *(0, "busy", "sedang dipakai"),
        ),
        (
            "echo 'scanimage: open of device x failed: Access to resource has been denied' >&2"
            "; exit 1",
            *(0, "refused", "usermod"),
        ),
        (
            "echo 'scanimage: open of device x failed: Error during device I/O' >&2; exit 1",
            *(0, "gone", "tidak ditemukan"),
        ),
        ("printf '\\377\\376\\0\\r\\r\\nProgress: 999999%%\\rProgress: x\\n' >&2", 0, "broken", ""),
    ],
)
def test_endings(
    program: Program, tmp_path: Path, script: str, pages: int, reason: str | None, word: str
) -> None:
    program.does(script)
    taken = Taken(Scanimage("x", "Pemindai"), FEEDER, tmp_path / "berkas")
    assert (taken.reason, len(taken.pages)) == (reason, pages)
    assert word in taken.says
    assert all(0 <= percent <= 100 for _, percent in taken.progress)


def test_a_unit_without_a_feeder_says_so(program: Program, tmp_path: Path) -> None:
    program.does("page 1 whole", listing="    --resolution 75|100dpi [75]")
    taken = Taken(Scanimage("x"), FEEDER, tmp_path / "berkas")
    assert (taken.reason, taken.pages) == ("refused", [])
    assert "kacanya" in taken.says
    assert len(Taken(Scanimage("x"), ScanWish(), tmp_path / "berkas2").pages) == 1


def test_a_program_that_ignores_signals_is_killed(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "drivers.documents.scanimage._STEPS_TO_END", ((2, 0.2), (15, 0.2), (9, 2.0))
    )
    program.does("trap '' INT TERM; page 1 whole; while :; do sleep 0.1; done")
    taken = Taken(Scanimage("x", patience=0.5), FEEDER, tmp_path / "berkas")
    assert (taken.reason, len(taken.pages)) == ("stalled", 1)


def test_settings_that_are_never_told(program: Program, tmp_path: Path) -> None:
    program.does("", listing="")
    (program.folder / "scanimage").write_text("#!/bin/sh\nexec sleep 30\n")
    assert Taken(Scanimage("x", patience=0.3), FEEDER, tmp_path / "a").reason == "stalled"


def test_cameras_are_no_scanners(program: Program) -> None:
    program.does(r"printf 'v4l:/dev/video0\tNoname Webcam\ngenesys:x\tCanon LiDE_120\n'")
    assert [(unit.name, unit.label) for unit in find()] == [("genesys:x", "Canon LiDE 120")]
