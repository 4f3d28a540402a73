"""What one kiosk knows about itself: ``kiosk.toml`` in its data folder."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from pathlib import Path

from config.document import open_toml
from config.errors import ConfigError
from config.roles import PROFILES
from config.written import literal, replace_file

SETTINGS_FILE = "kiosk.toml"

_GONE = ("printer", "paper")
"""Keys of older files, read over: printers stand in perangkat.toml (config/devices.py)."""

LOCK_MINUTES_MAX = 480
RETENTION_DAYS_MAX = 36_500


@dataclass(frozen=True)
class Settings:
    """One kiosk's settings.

    ``code`` is the kiosk's own three signs (A-Z, 0-9) that begin its resi numbers, ``address``
    the place it stands at (``rs:RSA``, ``uptd:14.71.10``, ``dinas``), ``city`` the Kemendagri
    code of its city, ``central_key`` the public key of the central service (64 hex digits, empty
    before enrolment), ``central_ca`` a PEM file in the data folder with the only CA whose TLS
    certificates are believed (empty: the public ones), ``lock_minutes`` after how many idle minutes
    the screen locks (0: never), ``retention_days`` after how many days the content of a closed case
    may be purged (0: never; how long is for the office's jadwal retensi arsip to say).
    """

    code: str
    name: str
    profile: str
    address: str
    city: str = "14.71"
    office: str = "Dinas Kependudukan dan Pencatatan Sipil Kota Pekanbaru"
    central_url: str = ""
    central_key: str = ""
    central_ca: str = ""
    language: str = "id"
    training: bool = False
    lock_minutes: int = 10
    retention_days: int = 0


_SHAPES: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("code", re.compile(r"[A-Z0-9]{3}"), "tiga huruf besar atau angka, seperti RSA."),
    (
        "address",
        re.compile(r"dinas|(rs|uptd|lapangan|pengaduan):[A-Za-z0-9][A-Za-z0-9.-]*"),
        "tulis seperti rs:RSA, uptd:14.71.10 atau dinas.",
    ),
    ("city", re.compile(r"\d\d\.\d\d"), "kode kota ditulis seperti 14.71."),
    ("central_key", re.compile(r"([0-9a-fA-F]{64})?"), "kunci pusat terdiri dari 64 angka hex."),
    (
        "central_ca",
        re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)?"),
        "tulis nama berkas PEM di folder data kiosk, seperti pusat-ca.pem.",
    ),
    ("language", re.compile(r"[a-z]{2,3}"), "kode bahasa ditulis seperti id."),
)

_NOTES = {
    "code": "Tiga huruf/angka pengenal kiosk. Jangan diubah: awal setiap nomor resi.",
    "profile": "Jenis tempat: rs, uptd, dinas, lapangan atau pengaduan.",
    "address": "Alamat tempat: rs:RSA, uptd:14.71.10 atau dinas.",
    "city": "Kode kota menurut Kemendagri.",
    "central_url": "Alamat layanan pusat; kosong bila belum tersambung.",
    "central_key": "Kunci umum pusat (64 angka hex).",
    "central_ca": "Berkas PEM di folder ini: satu-satunya CA yang dipercaya; kosong: CA umum.",
    "training": "true: kiosk latihan, bukan pelayanan.",
    "lock_minutes": "Kunci layar setelah sekian menit diam; 0: tidak pernah.",
    "retention_days": "Umur (hari) kasus selesai sebelum isinya boleh dihapus; 0: tidak pernah.",
}


def load(folder: Path) -> Settings:
    """Read ``kiosk.toml`` of a data folder. Raises ConfigError with file, key and line."""
    table = open_toml(folder / SETTINGS_FILE).only(*(one.name for one in fields(Settings)), *_GONE)
    settings = Settings(
        code=table.filled("code"),
        name=table.text("name"),
        profile=table.one_of("profile", PROFILES),
        address=table.filled("address"),
        city=table.text("city", Settings.city),
        office=table.text("office", Settings.office),
        central_url=table.text("central_url", Settings.central_url),
        central_key=table.text("central_key", Settings.central_key),
        language=table.text("language", Settings.language),
        central_ca=table.text("central_ca", Settings.central_ca),
        training=table.flag("training", Settings.training),
        lock_minutes=table.number("lock_minutes", Settings.lock_minutes),
        retention_days=table.number("retention_days", Settings.retention_days),
    )
    wrong = _first_wrong(settings)
    if wrong is not None:
        raise table.error(*wrong)
    return settings


def save(folder: Path, settings: Settings) -> None:
    """Write ``kiosk.toml`` so that after a power cut the old or the new file stands there, whole.

    Settings that ``load`` would refuse are refused here. Notes of the office's own in the file
    are not kept. Raises ConfigError, or OSError when the disk refuses.
    """
    path = folder / SETTINGS_FILE
    wrong = _first_wrong(settings)
    if wrong is not None:
        key, says = wrong
        raise ConfigError(str(path), key, None, says)
    folder.mkdir(parents=True, exist_ok=True)
    replace_file(path, _toml(settings).encode())


def _first_wrong(settings: Settings) -> tuple[str, str] | None:
    """The first key whose value cannot be, and why."""
    for key, shape, says in _SHAPES:
        if not shape.fullmatch(getattr(settings, key)):
            return key, says
    if settings.profile not in PROFILES:
        return "profile", f"pilihannya: {', '.join(PROFILES)}."
    kind = settings.address.partition(":")[0]
    if settings.profile in ("rs", "uptd", "dinas") and kind != settings.profile:
        return "address", f"alamat kiosk '{settings.profile}' harus diawali '{settings.profile}'."
    if not 0 <= settings.lock_minutes <= LOCK_MINUTES_MAX:
        return "lock_minutes", f"harus antara 0 dan {LOCK_MINUTES_MAX} menit."
    if not 0 <= settings.retention_days <= RETENTION_DAYS_MAX:
        return "retention_days", f"harus antara 0 dan {RETENTION_DAYS_MAX} hari."
    for one in fields(settings):
        value = getattr(settings, one.name)
        if isinstance(value, str) and any("\ud800" <= sign <= "\udfff" for sign in value):
            return one.name, "berisi huruf yang rusak; ketik ulang."
    return None


def _toml(settings: Settings) -> str:
    lines = ["# Pengaturan kiosk Loket Luring. Sesudah diubah, mulai ulang kiosk."]
    for one in fields(settings):
        if one.name in _NOTES:
            lines += ["", f"# {_NOTES[one.name]}"]
        lines.append(f"{one.name} = {literal(getattr(settings, one.name))}")
    return "\n".join(lines) + "\n"
