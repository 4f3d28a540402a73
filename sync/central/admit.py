"""Makes a central, and admits kiosks to it."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sync.central.check import KIOSK_CODE
from sync.central.chronicle import Notice, write
from sync.central.database import Database
from sync.central.identity import make, read
from sync.central.moment import now_ms
from sync.central.store import Kiosk, kiosk_of
from sync.entry import MAX_TEXT
from sync.trust import CENTRAL, EVERYONE, KIOSK_ACT, NO_CASE, PUBLIC_BYTES


class AdmitError(ValueError):
    """The kiosk cannot be admitted like this; the text (Indonesian) says why."""


def found(folder: Path, database: str = "") -> bytes:
    """Make the central in ``folder``, unless there is one; gives its public key (32 bytes).

    ``database`` is the URL of its PostgreSQL; empty means SQLite in the folder. Raises NoCentral,
    DatabaseDown.
    """
    identity = make(folder)
    Database(folder, database).close()
    return identity.public


def admit(
    folder: Path,
    kiosk: str,
    name: str,
    address: str,
    device_public: bytes,
    *,
    replace: bool = False,
    database: str = "",
) -> None:
    """Admit a kiosk, or renew its name and address, and announce it to every place.

    Another device key for a code that is taken needs ``replace``: the old key then opens nothing
    more. Admitting the same again changes nothing, unless its key was revoked: that is undone.
    Raises AdmitError, NoCentral, DatabaseDown.
    """
    identity = read(folder)
    _check(kiosk, name, address, device_public)
    with _opened(folder, database) as store, store.write() as db:
        known = kiosk_of(db, kiosk)
        asked = Kiosk(kiosk, name, address, device_public, revoked=0)
        if known == asked:
            return
        if known and known.public != device_public and not replace:
            raise AdmitError(f"Kiosk {kiosk} sudah terdaftar dengan kunci lain.")
        other = db.one(
            "SELECT code FROM kiosks WHERE public = ? AND code <> ?", device_public, kiosk
        )
        if other:
            raise AdmitError(f"Kunci ini sudah dipakai kiosk {other[0]}.")
        db.run(
            "INSERT INTO kiosks(code, name, address, public, revoked) VALUES (?, ?, ?, ?, 0)"
            " ON CONFLICT (code) DO UPDATE SET name = excluded.name, revoked = 0,"
            " address = excluded.address, public = excluded.public",
            kiosk,
            name,
            address,
            device_public,
        )
        said = {"kiosk": kiosk, "nama": name, "alamat": address, "kunci": device_public}
        write(db, identity, [Notice(NO_CASE, KIOSK_ACT, (EVERYONE,), said)])


def revoke(folder: Path, kiosk: str, *, database: str = "") -> None:
    """From now on refuse what the kiosk's device key seals; what it wrote before stays.

    Raises AdmitError when there is no such kiosk, NoCentral, DatabaseDown.
    """
    read(folder)
    with _opened(folder, database) as store, store.write() as db:
        if kiosk_of(db, kiosk) is None:
            raise AdmitError(f"Kiosk {kiosk} tidak terdaftar.")
        db.run("UPDATE kiosks SET revoked = ? WHERE code = ? AND revoked = 0", now_ms(), kiosk)


@contextmanager
def _opened(folder: Path, database: str) -> Generator[Database, None, None]:
    store = Database(folder, database)
    try:
        yield store
    finally:
        store.close()


def _check(kiosk: str, name: str, address: str, device_public: bytes) -> None:
    if not KIOSK_CODE.fullmatch(kiosk) or kiosk == CENTRAL:
        raise AdmitError("Kode kiosk terdiri dari 2 sampai 8 huruf besar atau angka.")
    if not name.strip() or len(name) > MAX_TEXT:
        raise AdmitError("Nama kiosk harus diisi.")
    if not address.strip() or len(address) > MAX_TEXT or address == EVERYONE:
        raise AdmitError("Alamat kiosk harus diisi, misalnya rs:RSA.")
    if "\0" in name + address:
        raise AdmitError("Nama atau alamat kiosk memuat tanda yang tidak dapat disimpan.")
    if len(device_public) != PUBLIC_BYTES:
        raise AdmitError("Kunci kiosk harus 32 byte.")
