"""The papers of the blanko ledger, read as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.papers.model import Paper
from kiosk.papers.pemusnahan import (
    Destruction,
    SpoiledRow,
    Witness,
    berita_acara_pemusnahan,
    surat_kirim_blanko,
)
from kiosk.papers.preview import to_text
from kiosk.papers.stored import from_stored, to_stored

if TYPE_CHECKING:
    from conftest import World

RECORD, LETTER = "DKP1-261121-M001-5", "DKP1-261121-T001-Y"


def record(world: World, rows: list[SpoiledRow]) -> Paper:
    return berita_acara_pemusnahan(
        RECORD,
        office=world.office,
        officer=world.person("dodi"),
        position="operator-cetak",
        kind="KIA",
        rows=rows,
        seen=Destruction(
            "Halaman belakang Dinas",
            "dibakar",
            (Witness("AMIR HAMZAH", "Satpol PP"), Witness("BENI", "Inspektorat")),
        ),
        time=world.start,
    )


def test_the_record_of_a_destruction(world: World) -> None:
    rows = [
        SpoiledRow("K0012", 1, "kartu macet", world.start),
        SpoiledRow("", 11, "basah, nomor tak terbaca", world.start - 86_400_000),
    ]
    said = to_text(record(world, rows), 80)
    assert "BERITA ACARA PEMUSNAHAN BLANKO" in (line.strip() for line in said)
    assert "Jumlah      : 12 (dua belas) keping" in said
    assert "1  |K0012         |1     |21-11-2026|kartu macet" in said
    assert any(line.startswith("2  |(tak terbaca) |11    |20-11-2026|basah") for line in said)
    text = " ".join(" ".join(said).split())
    assert "telah dimusnahkan dengan cara dibakar blanko KIA rusak sebanyak 12 (dua belas)" in text
    assert "SE Mendagri 470.13/11176/SJ" in text
    names = [line for line in said if line.startswith("(")]
    assert [sorted(line.split(") ")[0].strip("() ") for line in names)] == [
        ["AMIR HAMZAH", "DODI SAPUTRA"]
    ]
    assert any("(AMIR HAMZAH)" in line and "(BENI)" in line for line in said)
    assert any("Satpol PP" in line and "Inspektorat" in line for line in said)
    assert said[-1].strip() == f"-- AKHIR BERITA ACARA {RECORD} --"


@pytest.mark.parametrize("columns", [32, 48, 80])
def test_it_fits_every_printer_and_the_queue(world: World, columns: int) -> None:
    rows = [SpoiledRow("K" * 20, 1, "alasan yang panjang sekali " * 4, world.start)] * 3
    paper = record(world, rows)
    assert max(map(len, to_text(paper, columns))) <= columns
    assert from_stored(to_stored(paper)) == paper


def test_the_letter_of_a_transfer_leaves_room_for_the_receivers_count(world: World) -> None:
    paper = surat_kirim_blanko(
        LETTER,
        office=world.office,
        officer=world.person("dodi"),
        target="UPTD Tenayan Raya",
        kind="KIA",
        count=100,
        serials="K0001-K0100",
        note="untuk Desember",
        time=world.start,
        qr="LL1:ABC",
    )
    said = to_text(paper, 80)
    assert "Jumlah    : 100 (seratus) keping" in said
    assert "Nomor seri: K0001-K0100" in said
    assert "Kepada    : UPTD Tenayan Raya" in said
    assert any("Yang datang: ............ keping" in line for line in said)
    assert any("Yang menyerahkan," in line and "Yang menerima," in line for line in said)
    assert said[-1].strip() == f"-- AKHIR SURAT KIRIM {LETTER} --"
    bare = surat_kirim_blanko(
        LETTER,
        office=world.office,
        officer=world.person("dodi"),
        target="UPTD",
        kind="KIA",
        count=1,
        serials="",
        note="",
        time=world.start,
        qr="LL1:ABC",
    )
    assert not any(line.startswith(("Nomor seri", "Catatan")) for line in to_text(bare, 80))
