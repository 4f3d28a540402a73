"""What the papers say, read as text."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from config.policy import load_policy
from kiosk.cases.state import CaseState
from kiosk.papers.daftar import DaftarRow, daftar_permohonan
from kiosk.papers.kartu_kendali import kartu_kendali
from kiosk.papers.model import Paper
from kiosk.papers.preview import to_text
from kiosk.papers.rekap import RekapRow, rekap_distribusi
from kiosk.papers.resi import resi

if TYPE_CHECKING:
    from conftest import World

QR = "LL1:ABC"
NIK_IBU = "1471084505980034"
TELEPON = "6281234567890"
RELATIONS = load_policy().relations
COLLECT = {"nama": "SITI NURHALIZA", "hubungan": "orang_tua", "nik_akhir": "0034"}

RESI = """\
  Dinas Kependudukan dan Pencatatan Sipil Kota
                   Pekanbaru
                  RSIA Andini
------------------------------------------------
            TANDA TERIMA PERMOHONAN
               RSA1-261121-0001-V
            Kode permohonan: 7K2M9Q
Layanan  : Kerjasama Penerbitan Dokumen Akta
           Kelahiran Pasca Melahirkan (Kado
           Camer)
Diterima : 21-11-2026 08.15 WIB
Nama anak: MUHAMMAD ALIF PRATAMA
Tgl lahir: 20-11-2026
Nama ibu : SITI NURHALIZA
NIK ibu  : 1471**********34
Telepon  : 6281******890
------------------------------------------------
Surat yang ditunjukkan:
[x] Bukti kelahiran: Surat keterangan lahir asli
[ ] Bukti perkawinan: Tidak ada (anak seorang
    ibu)
[x] KTP-el ditunjukkan
[ ] KK ditunjukkan
------------------------------------------------
Selanjutnya:
- Registrasi, verifikasi, entri SIAK, cetak
  draft, pengajuan cetak KIA
- Dokumen dikirim ke email yang Anda daftarkan.

Pengambilan KIA:
- Bawa resi ini ke UPTD Tenayan Raya.
Yang boleh mengambil, dan suratnya:
- Orang tua (ayah/ibu): Resi permohonan, KTP-el
  pengambil
------------------------------------------------
Petugas: ANI RAHMAWATI (AR)
Paraf  : 1a2b3c4d
                   [kode QR]
        Pindai untuk memeriksa resi ini

Data Anda hanya untuk layanan ini (UU 27/2022).
------------------------------------------------
               RSA1-261121-0001-V
      -- AKHIR RESI RSA1-261121-0001-V --
"""


def make_resi(world: World, state: CaseState, **more: Any) -> Paper:
    given: dict[str, Any] = {
        "form": world.form,
        "relations": RELATIONS[:1],
        "collect_at": "UPTD Tenayan Raya",
        **more,
    }
    return resi(
        state,
        office=world.office,
        officer=world.person("ani"),
        procedure=world.procedure,
        code="7K2M9Q",
        paraf="1a2b3c4d",
        qr=QR,
        **given,
    )


def make_kartu(world: World, state: CaseState) -> Paper:
    return kartu_kendali(
        state,
        office=world.office,
        procedure=world.procedure,
        person=world.person,
        qr=QR,
        form=world.form,
        relations=RELATIONS,
    )


def rows_of(world: World, state: CaseState) -> list[str]:
    """The card's table on paper of 32 columns: every paraf on a line of its own."""
    lines = to_text(make_kartu(world, state), 32)
    return [line.strip() for line in lines if line.startswith(("  Serah ", "  Terima"))]


def test_the_resi_as_it_is_handed_out(world: World) -> None:
    assert to_text(make_resi(world, world.case()), 48) == RESI.splitlines()


@pytest.mark.parametrize("columns", [32, 48, 80])
def test_no_paper_of_a_case_shows_a_full_nik_or_phone(
    world: World, corrected: CaseState, columns: int
) -> None:
    for paper in (make_resi(world, corrected), make_kartu(world, corrected)):
        said = "".join("".join(to_text(paper, columns)).split())
        assert NIK_IBU not in said
        assert TELEPON not in said


def test_a_resi_without_email_or_relations_promises_neither(world: World) -> None:
    bare = {"anak_nama": "ALIF", "ibu_nama": "SITI"}
    said = to_text(make_resi(world, world.case(values=bare), relations=(), collect_at=""), 80)
    assert not any("email" in line for line in said)
    assert not any("Yang boleh mengambil" in line for line in said)
    assert "- Bawa resi ini; tempat pengambilan diberitahukan petugas." in said


def test_twins_find_each_other_on_their_resi(world: World) -> None:
    state = world.case()
    state.linked = ["RSA1-261121-0002-X"]
    assert "Resi kembar: RSA1-261121-0002-X" in to_text(make_resi(world, state), 48)


def test_the_card_shows_both_paraf_and_the_gap(world: World, corrected: CaseState) -> None:
    assert rows_of(world, corrected)[:8] == [
        "Serah : Pemohon",
        "Terima: 21-11-2026 08.15 AR",
        "Serah : 21-11-2026 08.35 AR",
        "Terima: 21-11-2026 08.45 DS",
        "Serah : 21-11-2026 09.05 DS",
        "Terima: 21-11-2026 09.15 EW",
        "Serah : 21-11-2026 09.35 EW",
        "Terima: ....... (belum)",
    ]


def test_a_correction_stands_on_the_card_with_its_note(world: World, corrected: CaseState) -> None:
    said = to_text(make_kartu(world, corrected), 80)
    assert "- 21-11-2026 09.25 EW: Salah entri, ke Operator: nama ibu" in said


def test_a_fresh_card_has_room_for_every_paraf_to_come(world: World) -> None:
    rows = rows_of(world, world.case())
    assert rows[:2] == ["Serah : Pemohon", "Terima: 21-11-2026 08.15 AR"]
    # Steps 2, 3, 4, 5, 7, 8, 9; step 6 stays with the officer of step 5.
    assert rows[2:] == ["Serah : .......", "Terima: ......."] * 7


def test_the_card_of_a_file_that_came_before_its_data(world: World) -> None:
    scanned = {"barang": "berkas", "nomor": world.number, "prosedur": "kado-camer"}
    state = world.case(("terima", "2", "dodi", "dinas", scanned), values={})
    assert rows_of(world, state)[:2] == [
        "Serah : ....... (belum)",
        "Terima: 21-11-2026 08.15 DS",
    ]
    said = to_text(make_kartu(world, state), 80)
    assert "Nama anak: (data belum tiba)" in said
    assert "[ ] KTP-el" in said
    assert "- 21-11-2026 08.15 DS: Diterima (paraf penyerahan belum ada)" in said


def test_an_exception_stands_on_the_card(world: World) -> None:
    state = world.case(
        ("pengecualian", "1", "ani", "rs:RSA", {"jenis": "selisih", "fakta": {"kurang": 1}})
    )
    said = "\n".join(to_text(make_kartu(world, state), 80))
    assert "- 21-11-2026 08.25 AR: Perlu tindakan: selisih" in said


def test_the_card_says_who_took_the_kia(world: World) -> None:
    claim = f"kia:{world.number}"
    state = world.case(
        ("hasil", "9", "uptd", "uptd:14.71.10", {"hasil": "diserahkan", "isi": COLLECT}, claim)
    )
    said = to_text(make_kartu(world, state), 80)
    start = said.index("Penyerahan KIA kepada pengambil:")
    assert said[start + 1 : start + 5] == [
        "Nama     : SITI NURHALIZA",
        "Hubungan : Orang tua (ayah/ibu)",
        "Identitas: NIK berakhir 0034",
        "Tgl/jam  : 21-11-2026 08.25 WIB",
    ]
    assert any("(FITRI HANDAYANI)" in line and "(SITI NURHALIZA)" in line for line in said[start:])


def test_a_card_handed_over_twice_shows_both(world: World) -> None:
    claim = f"kia:{world.number}"
    twice = [
        ("hasil", "9", "uptd", "uptd:14.71.10", {"hasil": "diserahkan", "isi": COLLECT}, claim)
    ] * 2
    said = to_text(make_kartu(world, world.case(*twice)), 80)
    assert sum(line.startswith("Identitas: NIK berakhir 0034") for line in said) == 2


def test_the_list_is_numbered_and_counted_in_words(world: World) -> None:
    rows = [DaftarRow(f"RSA1-261121-{n:04d}-X", f"ANAK {n}", "SITI") for n in range(1, 22)]
    paper = daftar_permohonan(
        world.batch,
        office=world.office,
        officer=world.person("ani"),
        target="Dinas",
        rows=rows,
        time=world.start,
        qr=QR,
    )
    said = to_text(paper, 80)
    table = [line.split("|") for line in said if "RSA1-261121-00" in line and "|" in line]
    assert [int(cells[0]) for cells in table] == list(range(1, 22))
    assert [cells[2].strip() for cells in table] == [row.child for row in rows]
    assert "Jumlah: 21 (dua puluh satu) berkas" in said
    assert "Tanggal: Sabtu, 21 November 2026" in said
    assert any("Yang menyerahkan," in line and "Yang menerima," in line for line in said)
    assert any("(ANI RAHMAWATI)" in line for line in said)
    assert said[-1].strip() == f"-- AKHIR DAFTAR {world.batch} --"


def test_returned_files_say_what_is_missing(world: World) -> None:
    paper = daftar_permohonan(
        world.batch,
        office=world.office,
        officer=world.person("dodi"),
        target="RSIA Andini",
        rows=[DaftarRow("RSA1-261121-0001-V", "ALIF", "SITI", "KK asli belum ada")],
        time=world.start,
        qr=QR,
        returned=True,
    )
    said = to_text(paper, 48)
    assert said[4].strip() == "DAFTAR PENGEMBALIAN BERKAS"
    assert "  Yang perlu dilengkapi: KK asli belum ada" in said


def test_the_rekap_counts_by_kelurahan_and_in_all(world: World) -> None:
    rows = [
        RekapRow("RSA1-261121-0001-V", "ALIF", "SITI / BUDI", "Sail", NIK_IBU),
        RekapRow("RSA1-261121-0002-X", "BIMA", "RINA / JOKO", "Kulim"),
        RekapRow("RSA1-261121-0003-Y", "CITRA", "DEWI", "Sail"),
    ]
    paper = rekap_distribusi(
        world.batch,
        office=world.office,
        officer=world.person("dodi"),
        target="UPTD Tenayan Raya",
        rows=rows,
        time=world.start,
        qr=QR,
        kecamatan="Tenayan Raya",
    )
    said = to_text(paper, 80)
    assert [
        line for line in said if line.startswith(("Kelurahan", "Jumlah", "1 ", "2 ", "3 "))
    ] == [
        "Kelurahan Kulim",
        "1  |RSA1-261121-0002-X|belum ada       |BIMA            |RINA / JOKO   |",
        "Jumlah Kulim: 1 keping",
        "Kelurahan Sail",
        "2  |RSA1-261121-0001-V|1471**********34|ALIF            |SITI / BUDI   |",
        "3  |RSA1-261121-0003-Y|belum ada       |CITRA           |DEWI          |",
        "Jumlah Sail: 2 keping",
        "Jumlah seluruhnya: 3 (tiga) keping",
    ]
    record = " ".join(" ".join(said).split())
    assert "pada hari ini, Sabtu, 21 November 2026, 3 (tiga) keping KIA" in record
    assert NIK_IBU not in record


def test_training_papers_say_that_they_are_worth_nothing(world: World) -> None:
    training = replace(world, office=replace(world.office, training=True))
    assert to_text(make_resi(training, world.case()), 48)[0].strip() == "LATIHAN - TIDAK BERLAKU"
