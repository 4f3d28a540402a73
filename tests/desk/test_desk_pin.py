"""PINs and keys: who may sit down, and what lies on the disk."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from config.settings import Settings
from kiosk import keys
from kiosk.desk.desk import Desk
from kiosk.desk.setup import found
from kiosk.desk.views import Refusal
from kiosk.keys import BadPin, OfficerCard, WrongPin
from tests.desk.world import PINS, ShiftedClock, World, birth

MINUTE = 60_000


@pytest.fixture
def clock(offline: World) -> ShiftedClock:
    clock = ShiftedClock()
    offline.clocks["RSA"] = clock
    return clock


def wrong(desk: Desk, times: int, says: str) -> None:
    for _ in range(times):
        with pytest.raises(WrongPin, match=says):
            desk.session.login("siti", "0000")


def test_five_wrong_pins_make_one_wait(offline: World, clock: ShiftedClock) -> None:
    ward = offline.desk("RSA")
    wrong(ward, 5, "PIN salah. Ketik lagi")
    with pytest.raises(WrongPin, match="Tunggu 60 detik"):
        ward.session.login("siti", PINS["siti"])
    assert ward.core.officer is None
    # Neither the wall clock nor a fresh start of the program lifts it, nor another try.
    for shift in (24 * 60 * MINUTE, -365 * 24 * 60 * MINUTE):
        clock.shift = shift
        wrong(ward, 1, "Tunggu")
    offline.shut("RSA")
    ward = offline.desk("RSA")
    wrong(ward, 1, "Tunggu")
    # Others are not kept waiting.
    ward.session.login("murni", PINS["murni"])
    clock.slept = MINUTE + 1000
    ward.session.login("siti", PINS["siti"])
    # A good PIN begins the count anew.
    wrong(ward, 4, "Ketik lagi")
    ward.session.login("siti", PINS["siti"])


def test_every_five_more_make_another_wait(offline: World, clock: ShiftedClock) -> None:
    ward = offline.desk("RSA")
    for _ in range(2):
        wrong(ward, 5, "Ketik lagi")
        wrong(ward, 1, "Tunggu")
        clock.slept += MINUTE + 1000


def test_a_disk_that_cannot_be_written_lets_nobody_in_by_a_wrong_pin(offline: World) -> None:
    ward = offline.desk("RSA")
    wrong(ward, 1, "Ketik lagi")
    ward.core.db.execute("PRAGMA query_only=1")
    wrong(ward, 1, "disk tidak dapat ditulis")
    # Who knows his PIN may still look things up.
    assert ward.session.login("siti", PINS["siti"]).id == "siti"
    with pytest.raises(Refusal, match="Disk tidak dapat ditulis"):
        ward.intake.submit("kado-camer", birth(1))
    ward.core.db.execute("PRAGMA query_only=0")
    ward.intake.submit("kado-camer", birth(1))


@pytest.mark.parametrize("pin", ["", "123", "123456789", "12a4", "١٢٣٤", "²²²²", "12 4", "-123"])
def test_such_a_pin_may_not_be_chosen(offline: World, pin: str) -> None:
    ward = offline.desk("RSA")
    before = ward.core.journal.head()
    with pytest.raises(BadPin, match="4 sampai 8 angka"):
        ward.session.enrol(OfficerCard("baru", "Baru", "B", ("operator-fasilitas",)), pin)
    assert ward.core.journal.head() == before
    assert "baru" not in {card.officer for card in ward.front.officers()}


@pytest.mark.parametrize("pin", ["1234", "12345678"])
def test_a_new_officer_can_work_at_once(offline: World, pin: str) -> None:
    ward = offline.desk("RSA")
    ward.session.enrol(OfficerCard("baru", "Baru Sekali", "BS", ("operator-fasilitas",)), pin)
    assert ward.session.login("baru", pin).card.name == "Baru Sekali"
    with pytest.raises(WrongPin):
        ward.session.login("baru", pin[:-1])
    with pytest.raises(WrongPin, match="tidak terdaftar"):
        ward.session.login("siapa", pin)
    with pytest.raises(sqlite3.IntegrityError):
        ward.session.enrol(OfficerCard("baru", "Lain", "L", ("operator",)), "7777")
    assert not ward.core.db.in_transaction


def test_no_officers_key_and_no_pin_lies_on_the_disk_in_clear(place: Path) -> None:
    """An own copy of the unwrapping gives the key to be looked for."""
    folder = place / "rsa"
    found(folder, Settings(code="RSA", name="RS", profile="rs", address="rs:RSA"))
    desk = Desk.open(folder)
    card = OfficerCard("siti", "Siti", "S", ("operator-fasilitas",), hint="73918264")
    desk.session.enrol(card, "73918264")
    officer = desk.session.login("siti", "73918264")
    salt, wrapped = desk.core.db.execute("SELECT salt, wrapped FROM officers").fetchone()
    wrapping = hashlib.scrypt(b"73918264", salt=salt, n=2**14, r=8, p=1, maxmem=2**26, dklen=32)
    private = ChaCha20Poly1305(wrapping).decrypt(bytes(12), wrapped, b"siti")
    public = Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    assert public == officer.key.public
    desk.close()
    for path in folder.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            for secret in (private, private.hex().encode(), wrapping, b"73918264"):
                assert secret not in raw, path
    assert (folder / keys.DEVICE_KEY).stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_locking_takes_the_key_away(offline: World) -> None:
    ward = offline.sit("siti")
    ward.session.logout()
    with pytest.raises(Refusal, match="terkunci"):
        ward.intake.submit("kado-camer", {})
    for call in (ward.batches.ready, lambda: ward.work.rows("kerja", 0, 1)):
        with pytest.raises(Refusal, match="terkunci"):
            call()
