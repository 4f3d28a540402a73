"""Berita acara serah terima: both parties, every thing, the count in figures and words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.papers.bast import BastRow, berita_acara
from kiosk.papers.model import Paper
from kiosk.papers.preview import to_text

if TYPE_CHECKING:
    from conftest import World

ROWS = (
    BastRow("RSA1-261121-0001-K", "AISYAH PUTRI", "berkas", "KK belum ada"),
    BastRow("RSA1-261121-0002-X", "BUDI SANTOSO", "kia", "1471**********01"),
    BastRow("RSA1-261121-0003-Y", "", "ktp"),
)


def paper(world: World) -> Paper:
    return berita_acara(
        world.batch,
        office=world.office,
        officer=world.person("ani"),
        position="administrasi-distribusi",
        target="RSIA Andini",
        rows=ROWS,
        time=world.start,
        qr="LL1:X",
    )


def test_what_is_known_is_printed_and_the_rest_is_left_to_the_pen(world: World) -> None:
    said = to_text(paper(world), 80)
    plain = [" ".join(line.split()) for line in said]
    for line in (
        f"Nomor : {world.batch}",
        "Hari/tanggal: Sabtu, 21 November 2026",
        "Nama : ANI RAHMAWATI",
        "Jabatan : Administrasi Distribusi",
        "Instansi: RSIA Andini",
        "Jumlah : 3 (tiga)",
        "Berkas : 1 (satu)",
        "KTP-el : 1 (satu)",
    ):
        assert line in plain
    assert sum("......" in line for line in said) >= 6
    assert any("PIHAK KEDUA," in line and "PIHAK KESATU," in line for line in said)
    assert any("Saksi 1," in line and "Saksi 2," in line for line in said)
    assert said[-1].strip() == f"-- AKHIR BERITA ACARA {world.batch} --"


@pytest.mark.parametrize("columns", [32, 42, 48, 80])
def test_every_thing_is_listed_on_any_printer(world: World, columns: int) -> None:
    said = to_text(paper(world), columns)
    assert all(len(line) <= columns for line in said)
    whole = " ".join(" ".join(said).split())
    for row in ROWS:
        assert row.number in whole
        assert row.note in whole
    assert "(data belum tiba)" in whole
