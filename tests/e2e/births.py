"""What the end-to-end tests share: a made-up birth, and what every officer does."""

from __future__ import annotations

import datetime
import re

from tests.e2e.city import Loket

BORN = (datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=2)).date().isoformat()

CHILD = {
    "anak_nama": "Aisyah Putri",
    "anak_jk": "P",
    "anak_tgl_lahir": BORN,
    "anak_pukul": "08:15",
    "anak_tempat_dilahirkan": "1",
    "anak_fasilitas": "RSUD Arifin",
    "anak_tempat_lahir": "PEKANBARU",
    "anak_kembar": "1",
    "anak_ke": "2",
    "anak_penolong": "2",
    "anak_berat": "3100",
    "anak_panjang": "49",
    "ibu_nama": "Sari Wulandari",
    "ibu_wn": "WNI",
    "ibu_nik": "1471105206920001",
    "ibu_tempat_lahir": "DUMAI",
    "ibu_tgl_lahir": "1992-06-12",
    "ibu_pekerjaan": "88",
    "ayah_dicatat": "ya",
    "ayah_nama": "Joko Susilo",
    "ayah_wn": "WNI",
    "ayah_nik": "1471101203900001",
    "ayah_tempat_lahir": "SIAK",
    "ayah_tgl_lahir": "1990-03-12",
    "ayah_pekerjaan": "88",
    "no_kk": "1471100101180001",
    "domisili": "dalam",
    "kelurahan": "rejosari",
    "alamat": "Jl. Uji 7",
    "rt": "1",
    "rw": "2",
    "pelapor_hubungan": "ayah",
    "telepon": "081255512345",
    "email": "sari@contoh.id",
    "bukti_lahir": "asli",
    "bukti_nikah": "buku_nikah",
    "bukti_ktp": "ya",
    "bukti_kk": "ya",
    "persetujuan": "ya",
}


def close_panel(loket: Loket) -> None:
    """Enter on a text that was to be read."""
    loket.press("Enter")
    loket.see_gone("Enter atau Esc menutup")


def home(loket: Loket) -> None:
    """F5."""
    loket.press("F5")
    loket.see("[Menunggu saya:")


def hand_card_over(loket: Loket, number: str, name: str, nik: str) -> None:
    """On a case: its mother is at the counter; checked, handed over, said so."""
    loket.act("Diserahkan ke pengambil")
    loket.see(f"Orang tua : {name.upper()}")
    for label, text in (
        ("Pengambil adalah", "1"),
        ("Resi permohonan", "1"),
        ("KTP-el pengambil", "1"),
        ("Nama di KTP-el", name),
        ("NIK pengambil", nik),
        ("Telepon", ""),
        ("Alasan", ""),
    ):
        loket.answer(label, text)
    loket.see("Serahkan KIA kepada")
    loket.press("y")
    loket.see("Penyerahan tercatat")
    close_panel(loket)
    loket.see(re.compile(rf"(?s)Kasus {number}.*Status: selesai"))
