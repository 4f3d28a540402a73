"""The real scanimage with SANE's own test backend."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from pathlib import Path

import pytest
from PIL import Image

from drivers.documents import scanimage
from drivers.documents.job import RawPage, ScanTrouble, ScanWish
from drivers.documents.scanimage import Scanimage, find
from tests.documents.sane_world import Sane, Taken

FEEDER = ScanWish(50, feeder=True)


def running(folder: Path) -> list[int]:
    """The processes that work in ``folder``: scanimage is started there."""
    found: list[int] = []
    for process in Path("/proc").iterdir():
        try:
            inside = process.name.isdigit() and (process / "cwd").readlink() == folder
        except OSError:
            continue
        if inside:
            found.append(int(process.name))
    return found


def test_units_are_found_by_name_and_label(sane: Sane) -> None:
    sane.test_backend()
    assert [(unit.name, unit.label) for unit in find()] == [
        ("test:0", "Noname frontend-tester"),
        ("test:1", "Noname frontend-tester"),
    ]


def test_no_unit_is_an_empty_list(sane: Sane) -> None:
    (sane.folder / "dll.conf").write_text("")
    assert find() == []


def test_feeder_gives_ten_pages_with_rising_progress(sane: Sane, tmp_path: Path) -> None:
    sane.test_backend(test_picture='"Grid"')
    taken = Taken(Scanimage("test:0"), ScanWish(100, feeder=True), tmp_path / "berkas")
    assert taken.reason is None
    assert [page.number for page in taken.pages] == list(range(1, 11))
    assert [page.resolution for page in taken.pages] == [100] * 10
    for page in taken.pages:
        with Image.open(page.path) as picture:
            picture.load()
            assert (picture.format, picture.mode) == ("PNG", "L")
            assert picture.size == (787, 787)
    assert taken.progress == sorted(taken.progress)
    assert {page for page, percent in taken.progress if percent == 100} == set(range(1, 11))


@pytest.mark.parametrize(("colour", "mode"), [("abu", "L"), ("warna", "RGB"), ("hitam-putih", "1")])
def test_glass_gives_one_page_in_each_colour(
    sane: Sane, tmp_path: Path, colour: str, mode: str
) -> None:
    sane.test_backend(depth="16")
    wish = ScanWish(75, colour=colour, paper="kartu")  # type: ignore[arg-type]
    taken = Taken(Scanimage("test:0"), wish, tmp_path / "berkas")
    assert taken.reason is None
    (page,) = taken.pages
    with Image.open(page.path) as picture:
        assert picture.mode == mode
        assert abs(picture.width - 85.6 / 25.4 * 75) < 3
        assert abs(picture.height - 54 / 25.4 * 75) < 3


def test_resolution_is_the_nearest_that_the_unit_has(sane: Sane, tmp_path: Path) -> None:
    sane.test_backend(resolution_max="120.0")
    (sane.folder / "test.conf").write_text("resolution_min 30\nresolution_max 120\n")
    taken = Taken(Scanimage("test:0"), ScanWish(600, paper="kartu"), tmp_path / "berkas")
    assert [page.resolution for page in taken.pages] == [120]


def test_numbers_go_on_after_the_pages_that_are_there(sane: Sane, tmp_path: Path) -> None:
    sane.test_backend()
    folder = tmp_path / "berkas"
    Taken(Scanimage("test:0"), ScanWish(30), folder)
    pages = list(Scanimage("test:0").scan(ScanWish(30), folder, print, threading.Event()))
    assert [page.path.name for page in pages] == ["halaman-002.png"]
    assert len(list(folder.iterdir())) == 2


def test_folder_may_have_any_name(sane: Sane, tmp_path: Path) -> None:
    sane.test_backend()
    assert Taken(Scanimage("test:0"), ScanWish(30), tmp_path / "50%d -x ü").pages


@pytest.mark.parametrize("feeder", [False, True])
@pytest.mark.parametrize(
    ("status", "reason", "word"),
    [
        ("UNSUPPORTED", "refused", "menolak setelan"),
        ("CANCELLED", "stopped", "dibatalkan"),
        ("DEVICE_BUSY", "busy", "sedang dipakai"),
        ("INVAL", "refused", "menolak setelan"),
        ("EOF", "broken", "berhenti mendadak (sinyal 6)"),
        ("JAMMED", "jam", "macet"),
        ("NO_DOCS", "empty", "Tidak ada kertas"),
        ("COVER_OPEN", "cover", "Tutup pemindai terbuka"),
        ("IO_ERROR", "broken", "terputus di halaman 1"),
        ("NO_MEM", "broken", "Memori"),
        ("ACCESS_DENIED", "refused", "sudo usermod -aG scanner,lp "),
    ],
)
def test_every_status_has_words(
    sane: Sane, tmp_path: Path, status: str, reason: str, word: str, feeder: bool
) -> None:
    sane.test_backend(read_status_code=f'"SANE_STATUS_{status}"')
    taken = Taken(Scanimage("test:0"), ScanWish(30, feeder=feeder), tmp_path / "berkas")
    assert (taken.reason, taken.pages) == (reason, [])
    assert word in taken.says


def test_missing_unit_is_named(sane: Sane, tmp_path: Path) -> None:
    sane.test_backend()
    taken = Taken(Scanimage("test:9", "Pemindai depan"), FEEDER, tmp_path / "berkas")
    assert taken.reason == "gone"
    assert "Pemindai depan tidak ditemukan" in taken.says


def test_missing_program_names_the_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    taken = Taken(Scanimage("test:0"), FEEDER, tmp_path / "berkas")
    assert taken.reason == "missing"
    assert "sudo apt install sane-utils" in taken.says
    with pytest.raises(ScanTrouble):
        find()


def test_stop_in_the_middle_of_a_page_keeps_the_ones_before(sane: Sane, tmp_path: Path) -> None:
    sane.test_backend(read_delay="true", read_delay_duration="2000")
    folder = tmp_path / "berkas"
    taken = Taken(Scanimage("test:0"), ScanWish(150, feeder=True), folder, stop_at=(3, 20))
    assert taken.reason == "stopped"
    assert [page.number for page in taken.pages] == [1, 2]
    assert "Halaman yang sudah masuk: 2." in taken.says
    assert running(folder) == []


def test_closing_the_pages_early_ends_the_scan(sane: Sane, tmp_path: Path) -> None:
    sane.test_backend(read_delay="true", read_delay_duration="2000")
    pages = Scanimage("test:0").scan(
        ScanWish(150, feeder=True), tmp_path, lambda *_: None, threading.Event()
    )
    first = next(pages)
    assert running(tmp_path)
    pages.close()  # type: ignore[attr-defined]
    assert running(tmp_path) == []
    assert [path for path in tmp_path.iterdir() if path.is_file()] == [first.path]


def test_a_program_that_answers_no_signal_is_stopped(
    sane: Sane, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SIGSTOP makes a real scanimage hang: neither SIGINT nor SIGTERM reaches it."""
    monkeypatch.setattr(
        scanimage,
        "_STEPS_TO_END",
        ((signal.SIGINT, 0.2), (signal.SIGTERM, 0.2), (signal.SIGKILL, 2.0)),
    )
    sane.test_backend(read_delay="true", read_delay_duration="2000")
    folder = tmp_path / "berkas"
    folder.mkdir()
    given: list[RawPage] = []

    def hang(page: int, percent: int) -> None:
        if (page, percent) >= (2, 20):
            for process in running(folder):
                os.kill(process, signal.SIGSTOP)

    source = Scanimage("test:0", patience=1.0)
    with pytest.raises(ScanTrouble) as caught:
        for page in source.scan(ScanWish(150, feeder=True), folder, hang, threading.Event()):
            given.append(page)
    assert caught.value.reason == "stalled"
    assert "tidak menjawab selama 1 detik" in str(caught.value)
    assert [page.number for page in caught.value.pages] == [1]
    assert [path.name for path in folder.iterdir()] == ["halaman-001.png"]
    assert running(folder) == []


@pytest.fixture
def sticks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real scanimage, which hangs when a batch is over, as it does in a backend's close."""
    real = shutil.which("scanimage")
    program = tmp_path / "bin" / "scanimage"
    program.parent.mkdir()
    program.write_text(
        f"""#!/bin/sh
case "$*" in *--batch=*) ;; *) exec {real} "$@" ;; esac
{real} "$@"
exec sleep 60
"""
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    monkeypatch.setattr(scanimage, "_STEPS_TO_END", ((signal.SIGINT, 0.3), (signal.SIGTERM, 2.0)))


@pytest.mark.usefixtures("sticks")
def test_a_hang_after_the_last_word_costs_no_page(sane: Sane, tmp_path: Path) -> None:
    sane.test_backend()
    taken = Taken(Scanimage("test:0"), FEEDER, tmp_path / "berkas")
    assert (taken.reason, len(taken.pages)) == (None, 10)


@pytest.mark.usefixtures("sticks")
def test_a_hang_after_the_last_word_hides_no_reason(sane: Sane, tmp_path: Path) -> None:
    sane.test_backend(read_status_code='"SANE_STATUS_COVER_OPEN"')
    taken = Taken(Scanimage("test:0"), ScanWish(30), tmp_path / "berkas")
    assert (taken.reason, taken.pages) == ("cover", [])


def test_a_slow_reader_of_pages_is_no_stall(sane: Sane, tmp_path: Path) -> None:
    """The officer may look at a page for longer than the unit may be silent."""
    sane.test_backend()
    looked = threading.Event()
    source = Scanimage("test:0", patience=0.5)
    count = 0
    for page in source.scan(FEEDER, tmp_path, lambda *_: None, threading.Event()):
        count += 1
        if page.number == 1:
            looked.wait(1.0)
    assert count == 10


def test_unwritable_folder_is_said(sane: Sane, tmp_path: Path) -> None:
    sane.test_backend()
    pages = Scanimage("test:0").scan(ScanWish(30), tmp_path / "tidak-ada", print, threading.Event())
    with pytest.raises(ScanTrouble, match="tidak bisa disimpan"):
        next(iter(pages))
