"""Who works at a service desk, and at which kinds of place (the actor columns of the SOPs)."""

from __future__ import annotations

ROLES: dict[str, str] = {
    "pemohon": "Masyarakat / Pemohon",
    "lapas": "Lapas",
    "operator-fasilitas": "Operator RS/RB/Puskesmas",
    "operator": "Operator / FO",
    "admin-whatsapp": "Admin WhatsApp (Cendekia)",
    "operator-cetak": "Operator Cetak",
    "administrasi-distribusi": "Administrasi Distribusi",
    "kepala-uptd": "Kepala UPTD",
    "petugas-uptd": "Petugas UPTD",
    "kepala-seksi": "Kepala Seksi",
    "kepala-bidang": "Kepala Bidang",
    "kepala-dinas": "Kepala Dinas",
    "sekretariat": "Sekretariat",
    "petugas-dafduk": "Petugas Bidang Dafduk",
    "petugas-perekaman": "Petugas Perekaman",
    "operator-peduli-sehat": "Operator Peduli Sehat",
    "verifikator": "Verifikator",
    "petugas-drive-thru": "Petugas Drive Thru",
    "operator-editor": "Operator Editor",
    "petugas-pengambilan": "Petugas Pengambilan Dokumen",
    "supervisor": "Supervisor Kiosk",
}
"""Role slug -> the name an officer reads."""

OUTSIDERS = ("pemohon", "lapas")
"""Actors of the SOPs who have no kiosk: an officer records what they do."""

PROFILES: dict[str, str] = {
    "rs": "RS/RB/Puskesmas/Bidan",
    "uptd": "UPTD Kecamatan",
    "dinas": "Kantor Dinas",
    "lapangan": "Layanan Lapangan",
    "pengaduan": "Meja Pengaduan",
}
"""Kind of place (a kiosk's profile) -> the name an officer reads."""
