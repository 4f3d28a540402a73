"""Training mode: five kiosks and a pusat of their own in a throw-away folder, nothing real.

One screen stands for the ward, the dinas, the UPTD, the telephone desk and the field team: who logs
in decides which kiosk it is.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from config.settings import Settings, load, save
from kiosk.app import KioskApp, take_lock
from kiosk.cli import complain
from kiosk.desk.front import FrontDoor
from kiosk.keys import OfficerCard
from kiosk.shell.base_app import run_app
from kiosk.texts import say

TRAINING_EXCHANGE_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Place:
    """One of the training kiosks and who works there; the PIN is the hint on the login screen."""

    code: str
    profile: str
    address: str
    name: str
    officers: tuple[OfficerCard, ...]


def _officer(officer: str, name: str, pin: str, *roles: str) -> OfficerCard:
    initials = "".join(word[0] for word in name.replace(".", "").split())[:3].upper()
    return OfficerCard(officer, name, initials, roles, pin)


PLACES = (
    Place(
        "RSA",
        "rs",
        "rs:RSA",
        "RSUD Arifin Achmad (latihan)",
        (
            _officer("siti", "Siti Rahmawati", "1111", "operator-fasilitas"),
            _officer("murni", "Murni Lestari", "1212", "operator-fasilitas", "supervisor"),
        ),
    ),
    Place(
        "DKP",
        "dinas",
        "dinas",
        "Disdukcapil Kota Pekanbaru (latihan)",
        (
            _officer("andi", "Andi Saputra", "2222", "operator"),
            _officer("rina", "Rina Kasi", "3333", "kepala-seksi"),
            _officer("hendra", "Hendra Kabid", "4444", "kepala-bidang"),
            _officer("novi", "Novi Kadis", "5555", "kepala-dinas"),
            _officer("doni", "Doni Cetak", "6666", "operator-cetak"),
            _officer("wati", "Wati Distribusi", "7777", "administrasi-distribusi"),
            _officer("tuti", "Tuti Sekretariat", "2323", "sekretariat"),
            _officer("bayu", "Bayu Supervisor", "9999", "supervisor"),
            _officer("mega", "Mega Whatsapp", "3131", "admin-whatsapp"),
            _officer("edo", "Edo Editor", "3535", "operator-editor"),
            _officer("puja", "Puja Pengambilan", "3636", "petugas-pengambilan"),
            _officer("dafa", "Dafa Dafduk", "3737", "petugas-dafduk"),
            _officer("pipit", "Pipit Sehat", "3232", "operator-peduli-sehat", "petugas-drive-thru"),
            _officer("vino", "Vino Verifikator", "3434", "verifikator"),
        ),
    ),
    Place(
        "U10",
        "uptd",
        "uptd:14.71.10",
        "UPTD Kecamatan Tenayan Raya (latihan)",
        (
            _officer("yuni", "Yuni Astuti", "8888", "petugas-uptd"),
            _officer("eko", "Eko Kepala UPTD", "8989", "kepala-uptd", "supervisor"),
        ),
    ),
    Place(
        "PGD",
        "pengaduan",
        "pengaduan:01",
        "Meja AKAPELA (latihan)",
        (_officer("tari", "Tari Anggraini", "4242", "operator"),),
    ),
    Place(
        "LAP",
        "lapangan",
        "lapangan:01",
        "Tim Perekaman (latihan)",
        (
            _officer("riko", "Riko Perekam", "4343", "petugas-perekaman"),
            _officer("sari", "Sari Perekam", "4646", "petugas-perekaman"),
        ),
    ),
)

_CHILDREN = "Aisyah Putri,Budi Santoso,Citra Dewi,Dimas Pratama,Eka Lestari,Fajar Nugroho"
_MOTHERS = "Sari Wulandari,Dewi Anggraini,Ratna Kumala,Indah Permata,Lina Marlina,Yanti Susanti"
_FATHERS = "Joko Susilo,Agus Salim,Rudi Hartono,Bambang Irawan,Hasan Basri,Doni Setiawan"
_KELURAHAN = "14.71.10.1004"
_WORK = "88"


def sample_birth(n: int, today: date) -> dict[str, str]:
    """The n-th made-up birth, filled in as the ward's form wants it. Nobody in it exists."""
    child, mother, father = (
        names.split(",")[n // step % 6].upper()
        for names, step in ((_CHILDREN, 1), (_MOTHERS, 3), (_FATHERS, 5))
    )
    word = _letters(n)
    born = today - timedelta(days=n % 20 + 1)
    father_nik = f"147110{1 + n % 28:02}0390{n % 9000 + 1:04}"
    return {
        "anak_nama": f"{child} {word}",
        "anak_jk": "P" if n % 2 == 0 else "L",
        "anak_tgl_lahir": born.isoformat(),
        "anak_pukul": f"{n % 24:02}:15",
        "anak_tempat_dilahirkan": "1",
        "anak_fasilitas": "RSUD ARIFIN ACHMAD",
        "anak_tempat_lahir": "PEKANBARU",
        "anak_kembar": "1",
        "anak_ke": str(n % 4 + 1),
        "anak_penolong": "2",
        "anak_berat": str(2800 + n % 900),
        "anak_panjang": str(47 + n % 5),
        "ibu_nama": f"{mother} {word}",
        "ibu_wn": "WNI",
        "ibu_nik": f"147110{41 + n % 28:02}0692{n % 9000 + 1:04}",
        "ibu_tempat_lahir": "PEKANBARU",
        "ibu_tgl_lahir": f"1992-06-{n % 28 + 1:02}",
        "ibu_pekerjaan": _WORK,
        "ayah_dicatat": "ya",
        "ayah_nama": f"{father} {word}",
        "ayah_wn": "WNI",
        "ayah_nik": father_nik,
        "ayah_tempat_lahir": "PEKANBARU",
        "ayah_tgl_lahir": f"1990-03-{n % 28 + 1:02}",
        "ayah_pekerjaan": _WORK,
        "no_kk": f"147110010118{n % 9000 + 1:04}",
        "domisili": "dalam",
        "kelurahan": _KELURAHAN,
        "alamat": f"JL. LATIHAN NO. {n % 200 + 1}",
        "rt": "1",
        "rw": "2",
        "pelapor_hubungan": "ayah",
        "telepon": f"0812555{n % 9000 + 1000}",
        "email": f"latihan{n}@contoh.id",
        "bukti_lahir": "asli",
        "bukti_nikah": "buku_nikah",
        "bukti_ktp": "ya",
        "bukti_kk": "ya",
        "saksi1_nama": f"RAHMAT HIDAYAT {word}",
        "saksi1_nik": f"147110{1 + n % 28:02}0175{n % 9000 + 1:04}",
        "saksi2_nama": f"NURUL HUDA {word}",
        "saksi2_nik": f"147110{41 + n % 28:02}0270{n % 9000 + 1:04}",
        "persetujuan": "ya",
    }


def _letters(n: int) -> str:
    """A made-up word for a number, so that names differ without digits."""
    signs = "BCDFGKLMNPRST"
    vowels = "AEIOU"
    word = ""
    for _ in range(3):
        n, one = divmod(n, len(signs))
        n, two = divmod(n, len(vowels))
        word += signs[one] + vowels[two]
    return word


def found_places(folder: Path, central_url: str) -> list[Path]:
    """Make the training kiosks' folders and pusat's, each admitted; gives the kiosks' folders."""
    from concurrent.futures import ThreadPoolExecutor

    from sync.central.admit import admit
    from sync.central.admit import found as found_central

    public = found_central(folder / "pusat")
    homes = [folder / place.code.lower() for place in PLACES]
    # To wrap a key under a PIN is meant to take long; a thread for each place shares it out.
    with ThreadPoolExecutor() as threads:
        made = [
            threads.submit(_found_place, home, place, central_url, public)
            for home, place in zip(homes, PLACES, strict=True)
        ]
    for place, one in zip(PLACES, made, strict=True):
        admit(folder / "pusat", place.code, place.name, place.address, one.result())
    return homes


def _found_place(home: Path, place: Place, central_url: str, public: bytes) -> bytes:
    """Make one training kiosk with its officers; gives its public key."""
    from kiosk.desk.desk import Desk
    from kiosk.desk.setup import found

    found(
        home,
        Settings(
            code=place.code,
            name=place.name,
            profile=place.profile,
            address=place.address,
            central_url=central_url,
            central_key=public.hex(),
            training=True,
        ),
    )
    desk = Desk.open(home)
    for card in place.officers:
        desk.session.enrol(card, card.hint)
    device = desk.front.keys.device().public
    desk.close()
    return device


def run_demo(folder: Path | None) -> int:
    """The kiosk in training mode; gives the exit code. The folder goes when it was ours."""
    from sync.central.serve import run_in_thread

    home = folder or Path(tempfile.mkdtemp(prefix="loket-latihan-"))
    ours = folder is None
    fresh = not (home / "pusat").exists()
    if folder is not None and fresh and home.exists() and any(home.iterdir()):
        return complain(
            say("Folder {folder} tidak kosong; mode latihan memakai folder baru.", folder=home)
        )
    home.mkdir(parents=True, exist_ok=True)
    lock = take_lock(home)
    if lock is None:
        return complain(say("Folder latihan {folder} sedang dipakai.", folder=home))
    print(say("Menyiapkan mode latihan..."), flush=True)
    places = [home / place.code.lower() for place in PLACES]
    if fresh:
        found_places(home, "http://127.0.0.1:9")
    central = run_in_thread(home / "pusat", "127.0.0.1", 0)
    doors: list[FrontDoor] = []
    try:
        for place in places:
            _point_at(place, f"http://127.0.0.1:{central.port}")
        if fresh:
            from kiosk.rehearsal import rehearse

            rehearse(places)
        doors = [FrontDoor.open(place) for place in places]
        code = run_app(KioskApp(doors, TRAINING_EXCHANGE_SECONDS), home)
        ours = ours and code == 0  # after a crash its log is still wanted
        return code
    finally:
        for door in doors:
            door.close()
        central.stop()
        lock.close()
        if ours:
            with suppress(OSError):
                shutil.rmtree(home)


def _point_at(folder: Path, url: str) -> None:
    from dataclasses import replace

    save(folder, replace(load(folder), central_url=url))
