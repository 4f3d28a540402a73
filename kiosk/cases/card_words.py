"""What the office calls the things that a control card names: papers, exceptions."""

from __future__ import annotations

from kiosk.texts import say

SENT_PAPER = "resi-kirim"
"""The resi as a file for WhatsApp: it is no printed copy of the resi."""


def paper_name(paper: str) -> str:
    """What the office calls a kind of paper."""
    return {
        "resi": say("Resi"),
        "kartu": say("Kartu kendali"),
        "daftar": say("Daftar permohonan"),
        "kembali": say("Daftar pengembalian"),
        "rekap": say("Rekap distribusi KIA"),
        "bast": say("Berita acara serah terima"),
        "laporan": say("Laporan"),
        "sptjm-lahir": say("SPTJM kelahiran (F-2.03)"),
        "sptjm-nikah": say("SPTJM suami isteri (F-2.04)"),
        "spt": say("Surat perintah tugas"),
        "daftar-nama": say("Daftar nama perekaman"),
        "daftar-tolak": say("Baris yang tidak diterima"),
        "lembar-tutup": say("Lembar penutup perekaman"),
        "lembar-laporan": say("Lembar Laporan pengaduan"),
        "pemusnahan": say("BAST pemusnahan blanko"),
        "kirim-blanko": say("Surat kirim blanko"),
        SENT_PAPER: say("Resi untuk WhatsApp"),
        "uji": say("Halaman uji"),
    }.get(paper, paper)


def exception_word(kind: str) -> str:
    """A kind of exception in the office's words."""
    return {
        "selisih": say("selisih hitungan"),
        "ganda": say("penyerahan ganda"),
        "nomor-ganda": say("nomor resi ganda"),
        "selisih-blanko": say("selisih blanko"),
        "dipulihkan": say("kiosk dari salinan"),
        "pusat-mundur": say("pusat kehilangan entri"),
        "pusat-berubah": say("catatan pusat berubah"),
        "ralat-bentrok": say("ralat bertabrakan"),
        "kartu-lama": say("kartu dengan data lama"),
    }.get(kind, kind)
