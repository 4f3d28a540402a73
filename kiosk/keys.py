"""The one door to private keys: the kiosk's own, and each officer's behind a PIN.

An officer's Ed25519 key lies in the database wrapped by ChaCha20-Poly1305 under a key that
scrypt derives from the PIN; it is unwrapped at login and lives in memory until the desk is
locked. Key slots (a supervisor's recovery, a card) will be added here.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kiosk.clock import Clock
from kiosk.texts import say

DEVICE_KEY = "device.key"
_SCRYPT_N, _SCRYPT_R, _SCRYPT_P = 1 << 14, 8, 1
TRIES_BEFORE_WAIT = 5
WAIT_MS = 60_000
PIN_LENGTHS = range(4, 9)


class WrongPin(Exception):
    """The PIN does not open the key; the text says what to do."""


class BadPin(ValueError):
    """A PIN that may not be chosen; the text says why."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key in use: its name, its public half, and its signature."""

    kid: bytes
    public: bytes
    sign: Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class OfficerCard:
    """An officer as the login screen shows him. ``hint`` is the PIN, in training mode only."""

    officer: str
    name: str
    initials: str
    roles: tuple[str, ...]
    hint: str = ""


def _wrapping_key(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(
        pin.encode(), salt=salt, n=_SCRYPT_N, r=_SCRYPT_R, p=_SCRYPT_P, maxmem=1 << 26, dklen=32
    )


def _signing_key(private: bytes) -> SigningKey:
    from sync.entry import kid_of
    from sync.signing import public_of, signer_of

    public = public_of(private)
    return SigningKey(kid_of(public), public, signer_of(private))


def _wrap(private: bytes, pin: str, salt: bytes, officer: str) -> bytes:
    from nacl.bindings import crypto_aead_chacha20poly1305_ietf_encrypt as encrypt

    # A fresh salt gives a fresh key at every wrapping, so one fixed nonce is never reused.
    return encrypt(private, officer.encode(), bytes(12), _wrapping_key(pin, salt))


def _unwrap(wrapped: bytes, pin: str, salt: bytes, officer: str) -> bytes | None:
    from nacl.bindings import crypto_aead_chacha20poly1305_ietf_decrypt as decrypt
    from nacl.exceptions import CryptoError

    try:
        return decrypt(wrapped, officer.encode(), bytes(12), _wrapping_key(pin, salt))
    except CryptoError:
        return None


class KeyDoor:
    """Makes, keeps and opens keys. ``folder`` is the kiosk's data folder."""

    def __init__(self, folder: Path, connection: sqlite3.Connection, clock: Clock):
        self._folder = folder
        self._db = connection
        self._clock = clock
        self._device: SigningKey | None = None

    def make_device(self) -> SigningKey:
        """Make the kiosk's own key, once. Raises FileExistsError when there is one."""
        path = self._folder / DEVICE_KEY
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        return self.device()

    def device(self) -> SigningKey:
        """The kiosk's own key. Raises FileNotFoundError when the folder has none."""
        if self._device is None:
            self._device = _signing_key((self._folder / DEVICE_KEY).read_bytes())
        return self._device

    def officers(self) -> list[OfficerCard]:
        """Every officer who can log in here, by name."""
        rows = self._db.execute(
            "SELECT officer, name, initials, roles, hint FROM officers ORDER BY rowid"
        ).fetchall()
        return [OfficerCard(o, n, i, tuple(r.split("|")), h) for o, n, i, r, h in rows]

    def new_officer(self, card: OfficerCard, pin: str) -> bytes:
        """Make an officer's key and wrap it under the PIN; gives the public key (32 bytes).

        The caller holds the transaction and announces the key in the journal. Raises BadPin.
        """
        if not (pin.isascii() and pin.isdigit()) or len(pin) not in PIN_LENGTHS:
            raise BadPin(say("PIN harus 4 sampai 8 angka."))
        private, salt = secrets.token_bytes(32), secrets.token_bytes(16)
        wrapped = _wrap(private, pin, salt, card.officer)
        public = _signing_key(private).public
        self._db.execute(
            "INSERT INTO officers(officer, name, initials, roles, public, salt, wrapped, hint)"
            " VALUES (?,?,?,?,?,?,?,?)",
            (
                card.officer,
                card.name,
                card.initials,
                "|".join(card.roles),
                public,
                salt,
                wrapped,
                card.hint,
            ),
        )
        return public

    def unlock(self, officer: str, pin: str) -> SigningKey:
        """The officer's key, opened by the PIN. Raises WrongPin, also while he has to wait.

        The wait is counted on the clock since boot, so that moving the wall clock lifts nothing.
        """
        row = self._db.execute(
            "SELECT salt, wrapped, fails, barred_boot, barred_until FROM officers WHERE officer=?",
            (officer,),
        ).fetchone()
        if row is None:
            raise WrongPin(say("Petugas tidak terdaftar di kiosk ini."))
        salt, wrapped, fails, boot, until = row
        now = self._clock.uptime()
        if until is not None and boot == self._clock.boot and now < until:
            seconds = (until - now + 999) // 1000
            raise WrongPin(say("PIN salah berkali-kali. Tunggu {seconds} detik.", seconds=seconds))
        private = _unwrap(wrapped, pin, salt, officer)
        if private is None:
            self._failed(officer, fails + 1)
            raise WrongPin(say("PIN salah. Ketik lagi."))
        if fails:
            with suppress(sqlite3.OperationalError):  # a full disk keeps nobody from his desk
                self._db.execute(
                    "UPDATE officers SET fails=0, barred_boot=NULL, barred_until=NULL"
                    " WHERE officer=?",
                    (officer,),
                )
        return _signing_key(private)

    def _failed(self, officer: str, fails: int) -> None:
        until = self._clock.uptime() + WAIT_MS if fails % TRIES_BEFORE_WAIT == 0 else None
        try:
            self._db.execute(
                "UPDATE officers SET fails=?, barred_boot=?, barred_until=? WHERE officer=?",
                (fails, self._clock.boot if until else None, until, officer),
            )
        except sqlite3.OperationalError as error:
            raise WrongPin(
                say("PIN salah, dan disk tidak dapat ditulis. Hubungi pengelola.")
            ) from error
