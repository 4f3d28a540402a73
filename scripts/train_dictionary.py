"""Makes sync/dictionaries/N.zdict from made-up cases: `python scripts/train_dictionary.py N`.

A dictionary that has been published never changes: kiosks in the field hold it. Another one is
another number, added to ``sync.squeeze.KNOWN``. The seed makes the same cases each time; the same
version of Zstandard makes the same bytes of them.
"""

from __future__ import annotations

import random
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from backports import zstd

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from kiosk.cases.resi import make_number  # noqa: E402
from sync.entry import Entry, dumps, encode  # noqa: E402

SEED = 20261121
CASES = 900
SIZE = 16 * 1024


def _words(text: str, sep: str = " ") -> list[str]:
    return text.split(sep)


_WARDS = ("RSA", "RSB", "RSI", "RSZ", "KLN", "PKM", "BID")
_OFFICERS = [
    "siti",
    "murni",
    "andi",
    "rina",
    "hendra",
    "doni",
    "wati",
    "yuni",
    "eko",
    "dewi",
    "joko",
    "rudi",
    "ani",
    "budi",
    "lina",
]
_FIRST = [
    "AHMAD",
    "SITI",
    "MUHAMMAD",
    "NUR",
    "DEWI",
    "RIZKY",
    "PUTRI",
    "AISYAH",
    "BAYU",
    "INDAH",
    "RATNA",
    "AGUS",
    "SRI",
    "EKO",
]
_MIDDLE = [
    "PRATAMA",
    "LESTARI",
    "WATI",
    "SAPUTRA",
    "RAHMAWATI",
    "HIDAYAT",
    "WULANDARI",
    "SUSILO",
    "KURNIAWAN",
]
_LAST = [
    "SIREGAR",
    "LUBIS",
    "NASUTION",
    "HARAHAP",
    "PUTRA",
    "SARI",
    "ARDIANSYAH",
    "MAULANA",
    "HASANAH",
    "FITRI",
]
_TOWNS = [
    "PEKANBARU",
    "DUMAI",
    "SIAK",
    "KAMPAR",
    "BENGKALIS",
    "PADANG",
    "MEDAN",
    "JAKARTA",
    "BANDUNG",
    "JAMBI",
]
_STREETS = [
    "SUDIRMAN",
    "DIPONEGORO",
    "AHMAD YANI",
    "HANG TUAH",
    "MELATI",
    "GARUDA",
    "RIAU",
    "PAUS",
    "NENAS",
]
_STEPS = (
    ("hasil", {"hasil": "diajukan"}),
    ("serah", {"peran": "operator", "barang": "berkas"}),
    ("terima", {"peran": "operator", "barang": "berkas"}),
    ("hasil", {"hasil": "dientri", "isi": {"siak_ref": "S-1471"}}),
    ("serah", {"peran": "kepala-seksi", "barang": "berkas"}),
    ("terima", {"peran": "kepala-seksi", "barang": "berkas"}),
    ("hasil", {"hasil": "diparaf"}),
    ("serah", {"peran": "kepala-bidang", "barang": "berkas"}),
    ("terima", {"peran": "kepala-bidang", "barang": "berkas"}),
    ("hasil", {"hasil": "ditandatangani", "isi": {"tte_ref": "TTE-1471"}}),
    ("hasil", {"hasil": "dikirim", "isi": {"email": "@contoh.id"}}),
    ("serah", {"peran": "operator-cetak", "barang": "kia"}),
    ("terima", {"peran": "operator-cetak", "barang": "kia"}),
    ("hasil", {"hasil": "dicetak", "isi": {"blanko": "K00"}}),
    ("serah", {"peran": "administrasi-distribusi", "barang": "kia"}),
    ("terima", {"peran": "administrasi-distribusi", "barang": "kia"}),
    ("hasil", {"hasil": "direkap"}),
    ("serah", {"peran": "petugas-uptd", "barang": "kia"}),
    ("terima", {"peran": "petugas-uptd", "barang": "kia"}),
    ("hasil", {"hasil": "diserahkan", "isi": {"dokumen": "Resi permohonan; KTP-el pengambil"}}),
)


class Made:
    """Made-up people and cases, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._luck = random.Random(seed)

    def name(self) -> str:
        pick = self._luck.choice
        return " ".join((pick(_FIRST), pick(_MIDDLE), pick(_LAST))[: self._luck.randint(2, 3)])

    def day(self, before: date, years: tuple[int, int]) -> date:
        return before - timedelta(days=self._luck.randint(years[0] * 365, years[1] * 365))

    def nik(self, born: date, woman: bool) -> str:
        day = f"{born.day + 40 * woman:02}{born:%m%y}"
        return f"1471{self._luck.randint(1, 12):02}{day}{self._luck.randint(1, 60):04}"

    def birth(self, today: date) -> dict[str, str]:
        """A filled-in form as the ward's desk writes it."""
        luck, pick = self._luck, self._luck.choice
        mother, father = self.day(today, (18, 42)), self.day(today, (20, 55))
        born = today - timedelta(days=luck.randint(0, 30))
        witnesses = [self.day(today, (20, 60)) for _ in range(2)]
        return {
            "anak_nama": self.name(),
            "anak_jk": pick("LP"),
            "anak_tgl_lahir": born.isoformat(),
            "anak_pukul": f"{luck.randrange(24):02}:{luck.randrange(60):02}",
            "anak_tempat_dilahirkan": pick("11124"),
            "anak_fasilitas": pick(("RSUD ARIFIN ACHMAD", "RS ZAINAB", "PUSKESMAS REJOSARI")),
            "anak_tempat_lahir": "PEKANBARU",
            "anak_kembar": "1",
            "anak_ke": str(luck.randint(1, 5)),
            "anak_penolong": pick("122"),
            "anak_berat": str(luck.randint(2300, 4200)),
            "anak_panjang": str(luck.randint(45, 54)),
            "ibu_nama": self.name(),
            "ibu_wn": "WNI",
            "ibu_nik": self.nik(mother, True),
            "ibu_tempat_lahir": pick(_TOWNS),
            "ibu_tgl_lahir": mother.isoformat(),
            "ibu_pekerjaan": pick(("2", "5", "15", "88")),
            "ayah_dicatat": "ya",
            "ayah_nama": self.name(),
            "ayah_wn": "WNI",
            "ayah_nik": self.nik(father, False),
            "ayah_tempat_lahir": pick(_TOWNS),
            "ayah_tgl_lahir": father.isoformat(),
            "ayah_pekerjaan": pick(("5", "9", "15", "88")),
            "no_kk": self.nik(mother, False),
            "domisili": "dalam",
            "kelurahan": f"14.71.{luck.randint(1, 15):02}.10{luck.randint(1, 12):02}",
            "alamat": f"JL. {pick(_STREETS)} NO. {luck.randint(1, 200)}",
            "rt": str(luck.randint(1, 9)),
            "rw": str(luck.randint(1, 12)),
            "pelapor_hubungan": pick(("ayah", "ibu", "keluarga")),
            "telepon": f"08{luck.randint(10**9, 10**10 - 1)}",
            "email": f"{pick(_FIRST).lower()}{luck.randint(1, 999)}@contoh.id",
            "bukti_lahir": pick(("asli", "asli", "sptjm")),
            "bukti_nikah": pick(("buku_nikah", "akta_kawin", "sptjm", "tidak_ada")),
            "bukti_ktp": "ya",
            "bukti_kk": "ya",
            "saksi1_nama": self.name(),
            "saksi1_nik": self.nik(witnesses[0], False),
            "saksi2_nama": self.name(),
            "saksi2_nik": self.nik(witnesses[1], True),
            "persetujuan": "ya",
        }

    def card(self) -> list[bytes]:
        """The payloads of one case's control card, from intake to the mother's hand."""
        luck, pick = self._luck, self._luck.choice
        today = date(2026, 11, 1) + timedelta(days=luck.randrange(700))
        ward, uptd = pick(_WARDS), f"uptd:14.71.{luck.randint(1, 15):02}"
        number = make_number(ward, 1, today, luck.randint(1, 60))
        places = (f"rs:{ward}", "dinas", uptd)
        batch = f"{ward}1-{today:%y%m%d}-D{luck.randint(1, 9):03}-{pick('ABCDEFGHKMNPT')}"
        intake: dict[str, Any] = {
            "isi": self.birth(today),
            "nomor": number,
            "daftar": f"{ward}1-{today:%y%m%d}",
            "prosedur": "kado-camer",
        }
        acts = [("permohonan", 1, intake)]
        for n, (act, fixed) in enumerate(_STEPS):
            data: dict[str, Any] = dict(fixed)
            if act == "serah":
                data |= {"ke": pick(places), "batch": pick((batch, ""))}
            if act == "terima":
                data |= {"nomor": number, "batch": pick((batch, "")), "prosedur": "kado-camer"}
            acts.append((act, n // 2 + 1, data))
        case, boot = luck.randbytes(16), luck.randbytes(8)
        time = 1_790_000_000_000 + luck.randrange(60_000_000_000)
        payloads: list[bytes] = []
        for line, (act, step, data) in enumerate(acts):
            time += luck.randrange(20_000, 40_000_000)
            entry = Entry(
                case=case,
                act=act,
                officer=pick(_OFFICERS),
                place=pick(places),
                time=time,
                boot=boot,
                uptime=luck.randrange(40_000_000),
                line=line + 1,
                step=str(step),
                to=places[: luck.randint(2, 3)],
                data=data,
            )
            payloads.append(encode(entry))
        return payloads

    def block(self, payloads: list[bytes]) -> bytes:
        """What a frame holds of them, see sync/frames.py."""
        return dumps([[0, self._luck.randbytes(8), payload] for payload in payloads])


def train() -> bytes:
    """The dictionary, in Zstandard's own format."""
    made = Made(SEED)
    samples: list[bytes] = []
    for _ in range(CASES):
        payloads = made.card()
        # A case alone and short runs of lines: what a kiosk sends when the link has just come.
        samples += [made.block(payloads[:1])] * 4 + [made.block(payloads[1:3])]
        samples += [made.block([payload]) for payload in payloads[1:]]
    return zstd.finalize_dict(zstd.train_dict(samples, SIZE), samples, SIZE, level=19).dict_content


if __name__ == "__main__":
    target = ROOT / "sync" / "dictionaries" / f"{sys.argv[1]}.zdict"
    target.write_bytes(train())
    print(f"{target.name}: {target.stat().st_size} bytes")
