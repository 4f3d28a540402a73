"""What the papers of MAS RAPID say."""

from __future__ import annotations

import pytest

from kiosk.papers.facts import Office, Person
from kiosk.papers.lembar_tutup import (
    Event,
    LeftOut,
    NameRow,
    daftar_ditinggal,
    daftar_lulus,
    lembar_tutup,
)
from kiosk.papers.model import Paper
from kiosk.papers.preview import to_text
from kiosk.papers.spt import Duty, surat_perintah_tugas
from kiosk.papers.stored import from_stored, to_stored

OFFICE = Office("Dinas Kependudukan dan Pencatatan Sipil Kota Pekanbaru", "Dinas", "dinas")
DAFA = Person("DAFA DAFDUK", "DD")
NUMBER = "DKP1-261121-0001-V"
EVENT = Event(NUMBER, "LAPAS KELAS IIA", "2026-11-25", "SPT/77/2026")
TIME = 1_795_223_700_000  # 21-11-2026 08.15 WIB
NIK = "1471100305900017"
DUTY = Duty("SPT/77/2026", ["Surat Lapas"], ["RIKO", "SARI"], "LAPAS", "2026-11-25", "", 21)
ROWS = [
    NameRow("X1", "BUDI SANTOSO", NIK, "1990-05-03", "A1", "BI-1", "Direkam, belum siap cetak"),
    NameRow("X2", "SARI DEWI", "", outcome="Tidak hadir", note="sidang"),
    NameRow("X3", "JOKO SUSILO", NIK, outcome="Tidak hadir"),
]


def papers() -> list[Paper]:
    made = {"office": OFFICE, "officer": DAFA, "time": TIME}
    return [
        surat_perintah_tugas(NUMBER, office=OFFICE, duty=DUTY, time=TIME),
        daftar_lulus(EVENT, office=OFFICE, section="RINA", division="", rows=ROWS, time=TIME),
        daftar_ditinggal(EVENT, rows=[LeftOut(7, "BUDI", NIK, "ganda")], **made),
        lembar_tutup(EVENT, rows=ROWS, **made),
    ]


@pytest.mark.parametrize("columns", [32, 48, 80])
def test_every_paper_fits_names_its_kegiatan_and_shows_no_full_nik(columns: int):
    for paper in papers():
        lines = to_text(paper, columns)
        assert all(len(line) <= columns for line in lines)
        assert NIK not in "".join("".join(lines).split())
        assert NUMBER in lines[-1] or NUMBER in lines[-2]
        assert from_stored(to_stored(paper)) == paper


def test_the_spt_says_who_goes_where_for_how_many():
    said = to_text(papers()[0], 80)
    flat = " ".join(" ".join(said).split())
    assert "Nomor: SPT/77/2026" in flat
    assert "Kepada: 1. RIKO 2. SARI" in flat
    assert "bagi 21 (dua puluh satu) orang" in flat
    assert "Hari/tanggal: 25-11-2026" in flat
    assert "Ditetapkan di ......................, Sabtu, 21 November 2026" in flat


def test_what_nobody_knows_yet_is_left_open_for_a_pen():
    duty = Duty("", [], [], "", "", "", 1)
    said = to_text(surat_perintah_tugas(NUMBER, office=OFFICE, duty=duty, time=TIME), 80)
    assert sum("....." in line for line in said) >= 6


def test_the_closing_sheet_sums_every_outcome():
    flat = " ".join(" ".join(to_text(papers()[3], 80)).split()).replace(" :", ":")
    assert "Tidak hadir: 2 (dua) Direkam, belum siap cetak: 1 (satu)" in flat
    assert "Jumlah seluruhnya: 3 (tiga) orang" in flat
    assert "sidang" in flat


def test_left_out_rows_go_back_with_their_reason():
    flat = " ".join(" ".join(to_text(papers()[2], 80)).split())
    assert "7 |BUDI |1471**********17|ganda" in flat
