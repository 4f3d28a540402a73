"""Made-up applications for a KIA, as the admin's form wants them. Nobody in them exists."""

from __future__ import annotations

from datetime import date

from kiosk.training import sample_birth


def kia(n: int, today: date, **changes: str) -> dict[str, str]:
    """The n-th child, six years old and of Tenayan Raya, with other answers where ``changes`` say
    so; an empty one leaves its answer out."""
    birth = sample_birth(n, today)
    born = date(today.year - 6, 3, n % 28 + 1)
    day = born.day + (40 if birth["anak_jk"] == "P" else 0)
    values = {
        "jenis": "baru",
        "anak_nama": birth["anak_nama"],
        "anak_nik": f"147110{day:02}{born:%m%y}{n % 9000 + 1:04}",
        "anak_tgl_lahir": born.isoformat(),
        "anak_tempat_lahir": "PEKANBARU",
        "anak_jk": birth["anak_jk"],
        "akta_nomor": f"1471-LU-{born:%d%m%Y}-{n:04}",
        "no_kk": birth["no_kk"],
        "ibu_nama": birth["ibu_nama"],
        "ayah_nama": birth["ayah_nama"],
        "belum_kawin": "ya",
        "kelurahan": birth["kelurahan"],
        "alamat": birth["alamat"],
        "rt": "001",
        "rw": "002",
        "pelapor_hubungan": "ibu",
        "telepon": birth["telepon"],
        "email": birth["email"],
        "bukti_kk": "ya",
        "bukti_akta": "ya",
        "bukti_ktp": "ya",
        "bukti_foto": "ya",
        "persetujuan": "ya",
    }
    return {key: value for key, value in (values | changes).items() if value}


def chat_of(values: dict[str, str]) -> str:
    """What such a child's mother writes in WhatsApp."""
    born = date.fromisoformat(values["anak_tgl_lahir"])
    return f"""[21/11/26 14.05.33] Ibu {values["ibu_nama"].title()}: Assalamualaikum, mau buat KIA
[21/11/26 14.06.01] Ibu {values["ibu_nama"].title()}: Nama anak : {values["anak_nama"].title()}
NIK anak : {values["anak_nik"]}
TTL : Pekanbaru, {born:%d-%m-%Y}
JK : {values["anak_jk"]}
Nama ayah : {values["ayah_nama"].title()}
Nama ibu : {values["ibu_nama"].title()}
No KK : {values["no_kk"]}
Alamat : {values["alamat"].title()} RT 001 RW 002 Kel. Rejosari Kec. Tenayan Raya
Hubungan : ibu kandung
No HP : {values["telepon"]}"""
