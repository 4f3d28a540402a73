"""The scanner without hardware keeps to what every document scanner promises."""

from __future__ import annotations

import threading

import pytest
from PIL import Image

from drivers.documents.job import ScanTrouble, ScanWish, is_whole
from drivers.virtual.scanner import IN_THE_FEEDER, VirtualScanner

SMALL = {"resolution": 75}


def scanner(sleep=lambda _: None):
    return VirtualScanner("Pemindai latihan", sleep=sleep)


def told(*_):
    """Progress that nobody looks at."""


def test_the_feeder_gives_its_pages_and_the_glass_one(tmp_path):
    seen = []
    wish = ScanWish(feeder=True, **SMALL)
    pages = list(scanner().scan(wish, tmp_path, lambda *now: seen.append(now), threading.Event()))
    assert [page.number for page in pages] == list(range(1, IN_THE_FEEDER + 1))
    assert all(is_whole(page.path) for page in pages)
    assert [percent for number, percent in seen if number == 1] == list(range(0, 101, 10))
    (glass,) = scanner().scan(ScanWish(**SMALL), tmp_path, told, threading.Event())
    assert glass.number == IN_THE_FEEDER + 1
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"halaman-{n:03d}.png" for n in range(1, IN_THE_FEEDER + 2)
    ]


@pytest.mark.parametrize(("colour", "mode"), [("abu", "L"), ("warna", "RGB"), ("hitam-putih", "1")])
@pytest.mark.parametrize("paper", ["a4", "f4", "a5", "kartu"])
def test_paper_and_colour_are_as_wished_and_the_same_every_time(tmp_path, colour, mode, paper):
    wish = ScanWish(75, colour, paper=paper)
    pictures = []
    for name in ("satu", "dua"):
        (tmp_path / name).mkdir()
        (page,) = scanner().scan(wish, tmp_path / name, told, threading.Event())
        pictures.append(Image.open(page.path))
    assert pictures[0].mode == mode
    assert pictures[0].tobytes() == pictures[1].tobytes()


def test_told_to_stop_it_names_the_pages_that_came(tmp_path):
    stop = threading.Event()
    pages = []
    with pytest.raises(ScanTrouble) as trouble:
        for page in scanner().scan(ScanWish(feeder=True, **SMALL), tmp_path, told, stop):
            pages.append(page)
            stop.set()
    assert trouble.value.reason == "stopped"
    assert trouble.value.pages == tuple(pages)
    assert len(pages) == 1 and pages[0].path.exists()


def test_a_folder_that_is_gone_is_said_in_words(tmp_path):
    with pytest.raises(ScanTrouble) as trouble:
        list(scanner().scan(ScanWish(**SMALL), tmp_path / "tiada", told, threading.Event()))
    assert trouble.value.reason == "broken"
