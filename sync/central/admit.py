"""Makes a central, and admits kiosks to it."""

from __future__ import annotations

import re
from pathlib import Path

from sync.central.chronicle import write
from sync.central.identity import make, read
from sync.central.store import Store, kiosk_of
from sync.entry import MAX_TEXT
from sync.trust import CENTRAL, EVERYONE, KIOSK_ACT, NO_CASE, PUBLIC_BYTES

_CODE = re.compile(r"[A-Z0-9]{2,8}")


class AdmitError(ValueError):
    """The kiosk cannot be admitted like this; the text (Indonesian) says why."""


def found(folder: Path) -> bytes:
    """Make the central in ``folder``, unless there is one; gives its public key (32 bytes)."""
    identity = make(folder)
    Store(folder).close()
    return identity.public


def admit(
    folder: Path,
    kiosk: str,
    name: str,
    address: str,
    device_public: bytes,
    *,
    replace: bool = False,
) -> None:
    """Admit a kiosk, or renew its name and address, and announce it to every place.

    Another device key for a code that is taken needs ``replace``: the old key then opens nothing
    more. Admitting the same again changes nothing. Raises AdmitError or NoCentral.
    """
    identity = read(folder)
    _check(kiosk, name, address, device_public)
    store = Store(folder)
    try:
        with store.write() as db:
            known = kiosk_of(db, kiosk)
            if known and (known.name, known.address, known.public) == (
                name,
                address,
                device_public,
            ):
                return
            if known and known.public != device_public and not replace:
                raise AdmitError(f"Kiosk {kiosk} sudah terdaftar dengan kunci lain.")
            other = db.execute(
                "SELECT code FROM kiosks WHERE public = ? AND code <> ?", (device_public, kiosk)
            ).fetchone()
            if other:
                raise AdmitError(f"Kunci ini sudah dipakai kiosk {other[0]}.")
            db.execute(
                "INSERT OR REPLACE INTO kiosks(code, name, address, public) VALUES (?,?,?,?)",
                (kiosk, name, address, device_public),
            )
            said = {"kiosk": kiosk, "nama": name, "alamat": address, "kunci": device_public}
            write(db, identity, NO_CASE, KIOSK_ACT, to=(EVERYONE,), data=said)
    finally:
        store.close()


def _check(kiosk: str, name: str, address: str, device_public: bytes) -> None:
    if not _CODE.fullmatch(kiosk) or kiosk == CENTRAL:
        raise AdmitError("Kode kiosk terdiri dari 2 sampai 8 huruf besar atau angka.")
    if not name.strip() or len(name) > MAX_TEXT:
        raise AdmitError("Nama kiosk harus diisi.")
    if not address.strip() or len(address) > MAX_TEXT or address == EVERYONE:
        raise AdmitError("Alamat kiosk harus diisi, misalnya rs:RSA.")
    if len(device_public) != PUBLIC_BYTES:
        raise AdmitError("Kunci kiosk harus 32 byte.")
