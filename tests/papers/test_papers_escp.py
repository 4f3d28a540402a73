"""Every paper on a dot-matrix printer, read back by a decoder written apart from the encoder."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import zxingcpp
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image

from drivers.letters import fold
from drivers.profiles import PROFILES
from drivers.virtual.decode import Cut, Raster, decode
from drivers.virtual.decode_escp import INCH, Bits, Element, PageEnd, Text, decode_escp
from drivers.virtual.paper_escp import render_escp_png
from kiosk.papers.bast import BastRow, berita_acara
from kiosk.papers.daftar import DaftarRow, daftar_permohonan
from kiosk.papers.kartu_kendali import kartu_kendali
from kiosk.papers.model import Line, Paper, Qr
from kiosk.papers.preview import to_text
from kiosk.papers.rekap import RekapRow, rekap_distribusi
from kiosk.papers.render import render, to_escp
from kiosk.papers.resi import resi
from tests.papers.test_papers_set import papers

if TYPE_CHECKING:
    from conftest import World

    from kiosk.cases.state import CaseState

QR = ("LL1:" + "6BFOXN%TSMAHN-H/N8KAQ.SHB1Q$T" * 10)[:281]
KINDS = ("resi", "kartu", "daftar", "kembali", "rekap", "bast")
HEADS = {"dotmatrix": 9, "dotmatrix-24": 24}
FORM = 33 * INCH // 6


def paper_of(kind: str, world: World, corrected: CaseState) -> Paper:
    here = {"office": world.office, "officer": world.person("ani"), "qr": QR}
    batch = {**here, "target": "UPTD Tenayan Raya", "time": world.start}
    rows = [DaftarRow(f"RSA1-261121-{n:04d}-X", f"ANAK {n}", "SITI", "-") for n in range(1, 40)]
    cards = [RekapRow(row.number, row.child, "SITI", f"Sail {len(row.child)}") for row in rows]
    match kind:
        case "resi":
            return resi(
                world.case(),
                procedure=world.procedure,
                code="7K2M9Q",
                paraf="1a2b3c4d",
                form=world.form,
                **here,
            )
        case "kartu":
            return kartu_kendali(
                corrected,
                office=world.office,
                procedure=world.procedure,
                person=world.person,
                qr=QR,
                form=world.form,
            )
        case "rekap":
            return rekap_distribusi(world.batch, rows=cards, **batch)
        case "bast":
            things = [BastRow(row.number, row.child, "kia", "-") for row in rows]
            return berita_acara(world.batch, position="operator", rows=things, **batch)
        case _:
            return daftar_permohonan(world.batch, rows=rows, returned=kind == "kembali", **batch)


def words(elements: list[Element]) -> list[str]:
    """All words in the order in which they stand on the paper, line by line."""
    lines: dict[int, list[Text]] = {}
    for one in elements:
        if isinstance(one, Text):
            lines.setdefault(one.y, []).append(one)
    ordered = (sorted(line, key=lambda one: one.x) for _, line in sorted(lines.items()))
    return " ".join("".join(one.text for one in line) for line in ordered).split()


def meant(paper: Paper) -> list[str]:
    said = "\n".join(to_text(paper, 80)).replace("[kode QR]", "")
    return fold(said, "cp437").split()


@pytest.mark.parametrize("name", HEADS)
@pytest.mark.parametrize("copy", [0, 2])
@pytest.mark.parametrize("kind", KINDS)
def test_every_paper_says_all_of_it_and_its_code_is_read(
    world: World, corrected: CaseState, kind: str, copy: int, name: str
) -> None:
    paper = replace(paper_of(kind, world, corrected), copy=copy)
    elements = decode_escp(render(paper, PROFILES[name]), HEADS[name])
    assert words(elements) == meant(paper)
    [code] = zxingcpp.read_barcodes(Image.open(io.BytesIO(render_escp_png(elements))))
    assert code.text == QR
    bands = [one for one in elements if isinstance(one, Bits)]
    assert bands[0].y // FORM == bands[-1].y // FORM


@pytest.mark.parametrize("kind", KINDS)
def test_number_and_end_mark_come_last(world: World, corrected: CaseState, kind: str) -> None:
    paper = paper_of(kind, world, corrected)
    *before, end = decode_escp(to_escp(paper, PROFILES["dotmatrix"]))
    number, mark = [one for one in before if isinstance(one, Text) and one.text.strip()][-2:]
    assert max(one.y for one in before if isinstance(one, Bits)) < number.y < mark.y < end.y
    assert number.text.strip() == paper.number
    assert number.style.tall and number.style.bold
    assert mark.text.strip().startswith("-- AKHIR ")
    assert mark.text.strip().endswith(f"{paper.number} --")
    assert isinstance(end, PageEnd) and end.y % FORM == 0


@given(papers(), st.sampled_from(list(HEADS)))
@settings(max_examples=60, deadline=None)
def test_any_paper_is_clean_escp_and_says_what_the_preview_says(paper: Paper, name: str) -> None:
    assume("[kode QR]" not in repr(paper))  # so the preview names a code
    elements = decode_escp(render(paper, PROFILES[name]), HEADS[name])
    assert words(elements) == meant(paper)
    assert isinstance(elements[-1], PageEnd)


def test_each_printer_is_spoken_to_in_its_own_language() -> None:
    paper = Paper("resi", "RSA1-261121-0001-V", "RESI", (Line("Nūrul"), Qr(QR)))
    assert isinstance(decode(render(paper, PROFILES["80"]))[-1], Cut)
    assert any(isinstance(one, Raster) for one in decode(render(paper, PROFILES["80"])))
    assert isinstance(decode_escp(render(paper, PROFILES["dotmatrix"]))[-1], PageEnd)
    assert render(paper, PROFILES["a4"]).startswith(b"%PDF-")
