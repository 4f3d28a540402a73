"""A scanner on a serial line: a pseudo-terminal whose other end is the scanner."""

from __future__ import annotations

import os
import threading
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.barcodes.readers import open_reader
from drivers.trouble import DeviceTrouble
from drivers.wedge import Scan
from tests.barcodes.scan_ear import QR, Ear


class Line:
    """A scanner at the end of a cable; ``path`` is its link by id."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._master = -1

    def plug(self) -> None:
        self._master, slave = os.openpty()
        tty.setraw(slave)
        self.path.unlink(missing_ok=True)
        self.path.symlink_to(os.ttyname(slave))
        os.close(slave)

    def unplug(self) -> None:
        self.path.unlink(missing_ok=True)
        if self._master >= 0:
            os.close(self._master)
        self._master = -1

    def meet(self, ear: Ear) -> None:
        """Goes on until the reader has opened the line; what came before that is thrown away."""
        while not ear.hears(0.02):
            self.send(b"hi\r")
        self.send(b"hello\r")
        while ear.text() != "hello":
            pass

    def send(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._master, data) :]


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    line = Line(tmp_path / "usb-Datalogic_Gryphon_S1-if00")
    yield line
    line.unplug()


@pytest.fixture
def ear(line: Line) -> Iterator[Ear]:
    """Hears the line, looking for it every 20 ms."""
    reader = open_reader(f"serial:{line.path}", name="meja")
    reader._retry = 0.02
    ear = Ear()
    line.plug()
    ear.start(reader)
    line.meet(ear)
    yield ear
    reader.stop()


def test_a_whole_code_and_one_in_pieces(line: Line, ear: Ear):
    line.send(QR.encode() + b"\r\n")
    assert ear.text() == QR
    for byte in f"]Q1{QR}\r".encode():
        line.send(bytes([byte]))
    assert ear.text() == QR
    assert ear.silent()


def test_pulled_out_and_put_back_it_reads_on_by_itself(line: Line, ear: Ear):
    for turn in range(4):
        line.send(b"torn by the unpl")
        line.unplug()
        assert (
            ear.loss() == "Pemindai meja tidak terpasang. Pasang lagi; kiosk melanjutkan sendiri."
        )
        line.plug()
        line.meet(ear)
        line.send(f"after {turn}\r".encode())
        assert ear.text() == f"after {turn}"
    assert ear.silent(), "each loss is told once"


def test_a_flood_of_garbage_is_told_once_and_the_next_code_is_read(line: Line, ear: Ear):
    for _ in range(40):
        line.send(bytes(range(256)) * 8)
    line.send(b"\rLL1:GOOD\r")
    assert ear.scan() == Scan("", garbage=True)
    while (scan := ear.scan()).text != "LL1:GOOD":
        assert scan.text.isprintable()
        assert not scan.garbage


def test_a_line_that_another_program_holds_is_said_to_be_busy(line: Line, ear: Ear):
    second = open_reader(f"serial:{line.path}", name="kedua")
    other = Ear()
    other.start(second)
    assert other.loss() == "Pemindai kedua sedang dipakai program lain. Tutup program itu."
    second.stop()
    line.send(b"still mine\r")
    assert ear.text() == "still mine"


def test_one_that_is_not_there_at_the_start_is_waited_for(line: Line):
    reader = open_reader(f"serial:{line.path}")
    reader._retry = 0.02
    ear = Ear()
    ear.start(reader)
    assert "tidak terpasang" in ear.loss()
    line.plug()
    line.meet(ear)
    reader.stop()


def test_stop_gives_the_line_back_and_it_can_be_started_again(line: Line):
    line.plug()
    for _ in range(3):
        reader = open_reader(f"serial:{line.path}")
        ear = Ear()
        ear.start(reader)
        line.meet(ear)
        reader.stop()
        reader.stop()
    assert "scanner" not in {thread.name for thread in threading.enumerate()}


def test_a_folder_or_a_file_is_no_scanner_and_nothing_breaks(tmp_path: Path):
    (tmp_path / "file").write_text("x")
    for path in (tmp_path, tmp_path / "file"):
        reader = open_reader(f"serial:{path}")
        ear = Ear()
        ear.start(reader)
        assert "Pemindai" in ear.loss()
        reader.stop()


@pytest.mark.parametrize("address", ["", "serial:", "usb:04b8:0e15:X", "wedge", "tcp:host:9100"])
def test_an_address_of_something_else_is_refused(address: str):
    with pytest.raises(DeviceTrouble, match="bukan alamat pemindai"):
        open_reader(address)
