"""Papers of the virtual printer: readable, complete, and never one in place of another."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from drivers.escpos import PROFILES, Profile, Ticket
from drivers.trouble import PrinterTrouble
from drivers.virtual.decode import Qr, decode
from drivers.virtual.paper import CELL_WIDTH, LINE_HEIGHT, MARGIN, render_png
from drivers.virtual.printer import VirtualPrinter

RESI_QR = ("LL1:" + "6BFOXN%TSMAHN-H/N8KAQ.SHB1Q$T" * 8)[:220]
ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def resi(profile: Profile, qr: str = RESI_QR, number: str = "RSA1-261121-0001-K") -> bytes:
    ticket = Ticket(profile)
    ticket.text("DINAS KEPENDUDUKAN DAN PENCATATAN SIPIL", bold=True, center=True)
    ticket.text("RESI", bold=True, center=True, tall=True)
    ticket.rule()
    ticket.columns("Nomor", number)
    ticket.text("Nama: José Sitorus")
    ticket.qr(qr)
    ticket.text(number, center=True)
    ticket.cut()
    return ticket.bytes()


def scanned(picture: Image.Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(picture)]


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("paper", ["58", "80"])
def test_the_qr_is_read_back_from_the_picture(paper: str) -> None:
    profile = PROFILES[paper]
    picture = opened(render_png(decode(resi(profile)), profile.columns))
    assert scanned(picture) == [RESI_QR]
    assert picture.width == profile.dots + 2 * MARGIN


def test_the_qr_sent_as_a_picture_is_read_back_too() -> None:
    profile = Profile("cheap", columns=32, dots=384, native_qr=False)
    assert scanned(opened(render_png(decode(resi(profile)), profile.columns))) == [RESI_QR]


@settings(max_examples=25, deadline=None)
@given(
    st.text(ALPHANUMERIC, min_size=1, max_size=216).map(lambda body: "LL1:" + body),
    st.sampled_from(["58", "80"]),
)
def test_any_resi_code_is_read_back_from_the_picture(text: str, paper: str) -> None:
    profile = PROFILES[paper]
    assert scanned(opened(render_png(decode(resi(profile, text)), profile.columns))) == [text]


def test_the_qr_keeps_four_modules_of_white_around_it() -> None:
    data = resi(PROFILES["58"])
    [code] = [element for element in decode(data) if isinstance(element, Qr)]
    picture = ImageOps.invert(opened(render_png([code], 32)).convert("L"))
    left, top, right, bottom = picture.getbbox() or (0, 0, 0, 0)
    assert top == picture.height - bottom == MARGIN + 4 * code.module
    assert min(left, picture.width - right) >= MARGIN + 4 * code.module


def test_text_stands_in_columns_of_equal_width() -> None:
    def ink(job: bytes) -> list[int]:
        """Which character columns of the first line hold any black."""
        picture = opened(render_png(decode(job), 32)).convert("L")
        return [
            column
            for column in range(32)
            if 0
            in picture.crop(
                (
                    MARGIN + column * CELL_WIDTH,
                    MARGIN,
                    MARGIN + (column + 1) * CELL_WIDTH,
                    MARGIN + LINE_HEIGHT,
                )
            ).tobytes()
        ]

    assert ink(b"M i\n") == [0, 2]
    assert ink(b"\x1ba\x02iM\n") == [30, 31]
    assert ink(b"\x1ba\x01ii\n") == [15, 16]
    assert ink(b"WWWWWWWWWWWWWWWW" * 2 + b"\n") == list(range(32))


def test_bold_is_blacker_and_tall_is_taller() -> None:
    def black(job: bytes) -> tuple[int, int]:
        picture = opened(render_png(decode(job), 32)).convert("L")
        return picture.height, picture.tobytes().count(0)

    plain, bold, tall = black(b"RESI\n"), black(b"\x1bE\x01RESI\n"), black(b"\x1d!\x01RESI\n")
    assert bold[0] == plain[0]
    assert bold[1] > plain[1]
    assert tall[0] > plain[0]
    assert tall[1] == 2 * plain[1]


def test_a_paper_is_kept_as_bytes_picture_and_text(tmp_path: Path) -> None:
    folder = tmp_path / "papers" / "today"
    printer = VirtualPrinter(folder, PROFILES["58"])
    data = resi(PROFILES["58"])
    printer.send(data, "RSA1-261121-0001-K resi")
    stem = "RSA1-261121-0001-K-resi"
    assert names(folder) == [f"{stem}.bin", f"{stem}.png", f"{stem}.txt"]
    assert (folder / f"{stem}.bin").read_bytes() == data
    text = (folder / f"{stem}.txt").read_text(encoding="utf-8").splitlines()
    assert f"[QR] {RESI_QR}" in text
    assert "Nomor         RSA1-261121-0001-K" in text
    assert "Nama: José Sitorus" in text
    with Image.open(folder / f"{stem}.png") as picture:
        assert scanned(picture) == [RESI_QR]


def test_a_paper_sent_again_comes_out_again(tmp_path: Path) -> None:
    printer = VirtualPrinter(tmp_path, PROFILES["58"])
    first, other = resi(PROFILES["58"]), resi(PROFILES["58"], number="RSA1-261121-0002-M")
    for data in (first, first, other):
        printer.send(data, "resi")
    assert [path.name for path in printer.papers()] == ["resi-2.bin", "resi-3.bin", "resi.bin"]
    assert (tmp_path / "resi.bin").read_bytes() == first
    assert (tmp_path / "resi-2.bin").read_bytes() == first
    assert (tmp_path / "resi-3.bin").read_bytes() == other


def test_a_torn_paper_is_completed_by_the_same_bytes_and_kept_beside_others(
    tmp_path: Path,
) -> None:
    printer = VirtualPrinter(tmp_path, PROFILES["58"])
    first, other = resi(PROFILES["58"]), resi(PROFILES["58"], number="RSA1-261121-0002-M")
    printer.send(first, "resi")
    torn = (tmp_path / "resi.txt").read_bytes()
    (tmp_path / "resi.bin").unlink()
    (tmp_path / "resi.png").unlink()
    printer.send(other, "resi")
    assert [path.name for path in printer.papers()] == ["resi-2.bin"]
    assert (tmp_path / "resi.txt").read_bytes() == torn
    printer.send(first, "resi")
    assert (tmp_path / "resi.bin").read_bytes() == first


@pytest.mark.parametrize(
    ("job", "stem"),
    [
        ("../../etc/passwd", "etc-passwd"),
        ("kartu kendali/2", "kartu-kendali-2"),
        (".hidden", "hidden"),
        ("é\x00\n", "e"),
        ("", "kertas"),
        ("名", "kertas"),
        ("n" * 500, "n" * 80),
    ],
)
def test_job_names_make_safe_file_names(tmp_path: Path, job: str, stem: str) -> None:
    folder = tmp_path / "papers"
    VirtualPrinter(folder, PROFILES["58"]).send(b"x\n", job)
    assert names(folder) == [f"{stem}.bin", f"{stem}.png", f"{stem}.txt"]
    assert names(tmp_path) == ["papers"]


@pytest.mark.parametrize(
    "data", [b"", b"\x1b@", b"\x07", b"half a line", b"\x1dv0\x00\x64\x00\x01"]
)
def test_a_bad_job_is_refused_in_plain_words_and_leaves_nothing(
    tmp_path: Path, data: bytes
) -> None:
    with pytest.raises(PrinterTrouble) as caught:
        VirtualPrinter(tmp_path, PROFILES["58"]).send(data, "resi")
    assert not caught.value.started
    assert str(caught.value).startswith("Printer menolak kertas ini")
    assert names(tmp_path) == []


def test_a_code_wider_than_the_paper_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PrinterTrouble) as caught:
        VirtualPrinter(tmp_path, replace(PROFILES["58"], columns=16)).send(
            resi(PROFILES["58"]), "resi"
        )
    assert not caught.value.started
    assert names(tmp_path) == []


def test_a_disk_that_fails_is_said_and_may_have_started(tmp_path: Path) -> None:
    (tmp_path / "papers").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(PrinterTrouble) as caught:
        VirtualPrinter(tmp_path / "papers", PROFILES["58"]).send(b"x\n", "resi")
    assert caught.value.started
    assert "Periksa sisa ruang" in str(caught.value)


def test_the_mark_of_a_whole_paper_is_written_last(tmp_path: Path) -> None:
    obstacle = tmp_path / ".resi.bin.part"  # stands where the last file would be written
    obstacle.mkdir()
    with pytest.raises(PrinterTrouble) as caught:
        VirtualPrinter(tmp_path, PROFILES["58"]).send(b"x\n", "resi")
    assert caught.value.started
    assert names(tmp_path) == [".resi.bin.part", "resi.png", "resi.txt"]
    obstacle.rmdir()
    VirtualPrinter(tmp_path, PROFILES["58"]).send(b"x\n", "resi")
    assert names(tmp_path) == ["resi.bin", "resi.png", "resi.txt"]


def test_the_printer_of_80_mm_has_48_columns(tmp_path: Path) -> None:
    VirtualPrinter(tmp_path, PROFILES["80"]).send(resi(PROFILES["80"]), "resi")
    text = (tmp_path / "resi.txt").read_text(encoding="utf-8").splitlines()
    assert "-" * 48 in text


def test_a_dot_matrix_paper_and_a_pdf_are_kept_in_their_own_way(tmp_path: Path) -> None:
    VirtualPrinter(tmp_path, PROFILES["dotmatrix"]).send(b"\x1b@KARTU KENDALI\r\n", "kartu")
    VirtualPrinter(tmp_path, PROFILES["a4"]).send(b"%PDF-1.4\n%%EOF\n", "daftar")
    assert names(tmp_path) == ["daftar.bin", "daftar.pdf", "kartu.bin", "kartu.png", "kartu.txt"]
    with pytest.raises(PrinterTrouble, match="menolak"):
        VirtualPrinter(tmp_path, PROFILES["dotmatrix"]).send(b"\x1bZ", "kartu")
    with pytest.raises(PrinterTrouble, match="menolak"):
        VirtualPrinter(tmp_path, PROFILES["a4"]).send(b"no pdf", "daftar")
