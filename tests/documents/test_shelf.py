"""Pages on the shelf: whole or not there, whatever is killed, full or damaged."""

from __future__ import annotations

import hashlib
import os
import resource
import signal
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.documents.shelf import Damaged, NotOnShelf, Shelf
from drivers.trouble import DeviceTrouble

PAGE = b"halaman" * 5000
NAME = hashlib.sha256(PAGE).hexdigest() + ".avif"
STEPS = ("mkdir", "open", "write", "fsync", "replace", "close")


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@given(pages=st.lists(st.binary(max_size=200), max_size=8))
@settings(max_examples=25, deadline=None)
def test_what_is_put_is_got_and_the_same_is_kept_once(tmp_path_factory, pages):
    shelf = Shelf(tmp_path_factory.mktemp("rak") / "lampiran")
    names = [shelf.put(page, "avif") for page in pages]
    assert [shelf.get(name) for name in names] == pages
    assert sorted(shelf.names()) == sorted(set(names))
    assert len(files(shelf.folder)) == len(set(names))
    assert shelf.verify() == []


def test_a_name_says_its_bytes_and_its_format(tmp_path):
    shelf = Shelf(tmp_path / "lampiran")
    assert shelf.put(PAGE, "avif") == NAME
    assert shelf.has(NAME)
    assert (shelf.folder / NAME[:2] / NAME).read_bytes() == PAGE


@pytest.mark.parametrize("name", [NAME, "", "../../etc/passwd", "x" * 64 + ".avif", NAME[:-5]])
def test_what_is_not_there_is_said_in_words(tmp_path, name):
    shelf = Shelf(tmp_path / "lampiran")
    assert not shelf.has(name)
    with pytest.raises(NotOnShelf) as told:
        shelf.get(name)
    assert "tidak ada" in str(told.value)


def test_a_page_that_rotted_is_named_and_mended_by_putting_it_again(tmp_path):
    shelf = Shelf(tmp_path / "lampiran")
    other = shelf.put(b"lain", "jpg")
    shelf.put(PAGE, "avif")
    place = shelf.folder / NAME[:2] / NAME
    place.write_bytes(PAGE[:100])
    with pytest.raises(Damaged):
        shelf.get(NAME)
    assert shelf.verify() == [NAME]
    shelf.put(PAGE, "avif")
    assert shelf.verify() == []
    assert shelf.get(other) == b"lain"


# -- killed ----------------------------------------------------------------------------------------


def die_at(step: int) -> None:
    """Arrange that this process is killed before its ``step``-th call to the disk."""
    left = step

    def counted(call: Callable) -> Callable:
        def wrapper(*args, **kwargs):
            nonlocal left
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left -= 1
            return call(*args, **kwargs)

        return wrapper

    for name in STEPS:
        setattr(os, name, counted(getattr(os, name)))


def put_and_die(folder: Path, step: int) -> int:
    """Put a page in a process of its own that dies before a step; how it ended."""
    child = os.fork()
    if child == 0:
        try:
            die_at(step)
            Shelf(folder).put(PAGE, "avif")
        finally:
            os._exit(0)
    return os.waitpid(child, 0)[1]


def test_killed_between_any_two_steps_no_torn_page_is_ever_seen(tmp_path):
    seen = []
    for step in range(100):
        shelf = Shelf(tmp_path / str(step) / "lampiran", now=lambda: 10.0**11)
        shelf.folder.parent.mkdir()
        ended = put_and_die(shelf.folder, step)
        assert shelf.verify() == []
        assert list(shelf.names()) in ([], [NAME])
        seen.append(shelf.has(NAME))
        if not os.WIFSIGNALED(ended):
            break
        # The next kiosk puts the page again, and nothing of the dead one is left.
        assert shelf.put(PAGE, "avif") == NAME
        assert shelf.get(NAME) == PAGE
        assert [path.name for path in files(shelf.folder)] == [NAME]
    assert step > 8 and seen[0] is False and seen[-1] is True


def test_what_another_kiosk_is_writing_now_is_not_swept_away(tmp_path):
    shelf = Shelf(tmp_path / "lampiran")
    shelf.put(b"satu", "avif")
    under_way = shelf.folder / "baru" / "tmpabc"
    under_way.write_bytes(b"se")
    Shelf(shelf.folder).put(b"dua", "avif")
    assert under_way.exists()


# -- full ------------------------------------------------------------------------------------------


@contextmanager
def no_file_longer_than(most: int):
    """The disk takes only so much of a file, as a full one does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


def test_a_full_disk_is_said_in_words_and_leaves_nothing_half(tmp_path):
    shelf = Shelf(tmp_path / "lampiran")
    kept = shelf.put(b"tadi", "avif")
    with no_file_longer_than(1000), pytest.raises(DeviceTrouble) as told:
        shelf.put(PAGE, "avif")
    assert str(told.value).startswith("Disk penuh")
    assert not shelf.has(NAME)
    assert [path.name for path in files(shelf.folder)] == [kept]
    assert shelf.put(PAGE, "avif") == NAME


def test_a_disk_that_cannot_be_written_is_said_in_words(tmp_path):
    (tmp_path / "lampiran").write_text("a file where the folder should be")
    with pytest.raises(DeviceTrouble) as told:
        Shelf(tmp_path / "lampiran").put(PAGE, "avif")
    assert str(told.value).startswith("Disk tidak dapat dipakai")
