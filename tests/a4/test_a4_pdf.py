"""A paper as A4: read back by others (pypdf, pdfium, zxing), never by what wrote it."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Sequence

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from pypdf import PdfReader

from kiosk.cases.state import CaseState
from kiosk.papers.kartu_kendali import kartu_kendali
from kiosk.papers.model import Heading, Item, Line, Pair, Paper, Qr, Table
from kiosk.papers.pdf import to_pdf
from kiosk.papers.resi import resi
from tests.papers.conftest import World
from tests.papers.test_papers_set import papers

QR = "LL1:RSA1-261121-0001-V:" + "ABCDEFGHJKLMNPQRSTUVWXYZ23456789" * 3
A4 = (595, 842)


@pytest.fixture
def receipt(world: World, corrected: CaseState) -> Paper:
    return resi(
        corrected,
        office=world.office,
        officer=world.person("ani"),
        procedure=world.procedure,
        code="7KD2",
        paraf="4F1A",
        qr=QR,
        form=world.form,
        collect_at="RSIA Andini",
        copy=2,
    )


def pages(data: bytes) -> list[str]:
    """The words of each page, one space between them."""
    read = PdfReader(io.BytesIO(data), strict=True)
    return [" ".join(page.extract_text().split()) for page in read.pages]


def in_order(text: str, words: Sequence[str]) -> bool:
    at = 0
    for word in words:
        at = text.find(word, at)
        if at < 0:
            return False
        at += len(word)
    return True


def test_a_receipt_says_everything_in_order_and_its_end_last(receipt: Paper) -> None:
    (text,) = pages(to_pdf(receipt))
    assert in_order(
        text,
        [
            "Dinas Kependudukan",
            "TANDA TERIMA PERMOHONAN",
            "RSA1-261121-0001-V",
            "Kode permohonan: 7KD2",
            "Layanan : ",
            "Diterima : 21-11-2026 08.15 WIB",
            "Nama anak : MUHAMMAD ALIF PRATAMA",
            "Surat yang ditunjukkan:",
            "[x] Bukti kelahiran",
            "[ ] KK ditunjukkan",
            "Selanjutnya:",
            "Petugas : ANI RAHMAWATI (AR)",
            "Pindai untuk memeriksa resi ini",
            "SALINAN 2",
            "RSA1-261121-0001-V",
            "-- AKHIR RESI RSA1-261121-0001-V --",
            "TANDA TERIMA PERMOHONAN RSA1-261121-0001-V",
            "1/1",
        ],
    )


def test_the_same_paper_is_the_same_bytes_everywhere(receipt: Paper) -> None:
    data = to_pdf(receipt)
    assert to_pdf(receipt) == data
    program = (
        "import sys\nfrom kiosk.papers.model import *\nfrom kiosk.papers.pdf import to_pdf\n"
        f"sys.stdout.buffer.write(to_pdf({receipt!r}))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert run.stdout == data


def test_the_qr_code_is_read_from_the_page_and_is_no_picture(receipt: Paper) -> None:
    data = to_pdf(receipt)
    page = pypdfium2.PdfDocument(data)[0]
    picture = page.render(scale=200 / 72).to_pil()
    assert [read.text for read in zxingcpp.read_barcodes(picture)] == [QR]
    assert list(PdfReader(io.BytesIO(data)).pages[0].images) == []


def test_the_page_is_a4_and_every_letter_is_in_the_file(receipt: Paper) -> None:
    page = PdfReader(io.BytesIO(to_pdf(receipt))).pages[0]
    assert tuple(round(side) for side in page.mediabox[2:]) == A4
    fonts = page["/Resources"]["/Font"].values()
    assert fonts
    for font in fonts:
        assert "/FontFile2" in font.get_object()["/FontDescriptor"]


def test_a_long_card_runs_over_pages(world: World, corrected: CaseState) -> None:
    card = kartu_kendali(
        corrected, office=world.office, procedure=world.procedure, person=world.person, qr=QR
    )
    rows = tuple((str(row), f"BAYI {row}", "21-11-2026", "AR") for row in range(1, 121))
    table = Table(("No", "Nama anak", "Lahir", "Paraf"), (3, 12, 10, 6), rows)
    long = Paper("kartu", card.number, card.title, (*card.blocks, table), copy=1)
    read = pages(to_pdf(long))
    assert len(read) > 3
    for number, text in enumerate(read, 1):
        assert f"{number}/{len(read)}" in text
        assert card.number in text
        assert "SALINAN 1" in text
    assert all("No Nama anak Lahir Paraf" in text for text in read[2:-1])
    everything = " ".join(read)
    assert in_order(everything, [f"{row} BAYI {row} 21-11-2026 AR" for row in range(1, 121)])
    assert in_order(read[-1], [f"-- AKHIR KARTU KENDALI {card.number} --"])


def test_typographic_and_strange_letters_and_marks_are_survived() -> None:
    blocks = (
        Heading("<b>Akta & KIA</b>"),
        Line("Nur\u2019aini \u201cIbu\u201d \u2013 Jos\u00e9 \u0160 \U0001f600 \x00 a\nb"),
        Item("<br/>&amp; 1 < 2", "[x]"),
        Pair("L" * 90, "V" * 400),
    )
    (text,) = pages(to_pdf(Paper("resi", "N-1", "T", blocks)))
    assert "<b>Akta & KIA</b>" in text
    assert 'Nur\'aini "Ibu" - Jos\u00e9' in text
    assert "[x] <br/>&amp; 1 < 2" in text


def test_a_qr_text_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match=r"."):
        to_pdf(Paper("resi", "N-1", "T", (Qr("x" * 5000),)))


@settings(max_examples=30, deadline=None)
@given(papers())
def test_any_paper_is_set_whole(paper: Paper) -> None:
    data = to_pdf(paper)
    read = PdfReader(io.BytesIO(data), strict=True)
    for number, page in enumerate(read.pages, 1):
        assert tuple(round(side) for side in page.mediabox[2:]) == A4
        text = " ".join(page.extract_text().split())
        assert f"{number}/{len(read.pages)}" in text
        assert paper.number in text
    assert f"-- AKHIR KARTU KENDALI {paper.number} --" in " ".join(
        read.pages[-1].extract_text().split()
    )


def test_reportlab_is_loaded_only_for_a_page() -> None:
    program = (
        "import sys, kiosk.papers.render, kiosk.papers.resi, drivers.printing.cups\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert not {"reportlab", "httpx", "PIL", "qrcode"} & set(run.stdout.split())
