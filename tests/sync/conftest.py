"""Desks reduced to their chains, and couriers that carry what they wrote."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.courier import Courier
from sync.entry import GENESIS, Entry, Spot, entry_hash, kid_of, seal_entry
from sync.push import PushHead, pack_push

_codes = (f"K{number:03d}" for number in itertools.count(1))


@dataclass
class Pen:
    """A private key and its names."""

    private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    @property
    def kid(self) -> bytes:
        return kid_of(self.public)

    def sign(self, message: bytes) -> bytes:
        return self.private.sign(message)


def case_of(text: str) -> bytes:
    return uuid.uuid5(uuid.NAMESPACE_OID, text).bytes


@dataclass
class Desk:
    """A kiosk reduced to its chain: ``raws`` are what it wrote, in order."""

    code: str
    address: str
    epoch: int = 1
    device: Pen = field(default_factory=Pen)
    officer: Pen = field(default_factory=Pen)
    raws: list[bytes] = field(default_factory=list)

    @property
    def prev(self) -> bytes:
        return entry_hash(self.raws[-1]) if self.raws else GENESIS

    def entry(self, act: str = "permohonan", case: str = "A", **more: Any) -> Entry:
        said: dict[str, Any] = {
            "case": case_of(case),
            "act": act,
            "officer": "siti",
            "place": self.address,
            "time": 1_795_000_000_000 + len(self.raws),
            "boot": b"boot-id1",
            "uptime": 1000 + len(self.raws),
            "line": len(self.raws) + 1,
            "to": ("dinas",),
        }
        return Entry(**(said | more))

    def seal(self, entry: Entry, pen: Pen | None = None) -> bytes:
        pen = pen or self.officer
        spot = Spot(self.code, self.epoch, len(self.raws) + 1)
        raw = seal_entry(entry, spot, self.prev, pen.kid, pen.sign)
        self.raws.append(raw)
        return raw

    def write(self, act: str = "permohonan", case: str = "A", **more: Any) -> bytes:
        return self.seal(self.entry(act, case, **more))

    def announce(self, pen: Pen | None = None, officer: str = "siti", **more: Any) -> bytes:
        data = {
            "petugas": officer,
            "nama": "Siti Contoh",
            "inisial": "SC",
            "peran": ["operator"],
            "tempat": self.address,
            "kunci": (pen or self.officer).public,
        }
        entry = self.entry("kunci", officer=self.code, case="", to=("*",), data=data | more)
        object.__setattr__(entry, "case", bytes(16))
        return self.seal(entry, self.device)


@pytest.fixture
def central(new_pen):
    return new_pen()


@pytest.fixture
def desk(new_desk):
    return new_desk("RSA", "rs:RSA")


@pytest.fixture
def courier(central, desk):
    def make(url: str, timeout: float = 5.0) -> Courier:
        return Courier(
            url, "RSA", central.public, desk.device.kid, desk.device.sign, timeout=timeout
        )

    return make


@pytest.fixture
def push(desk):
    """Pushes what the desk wrote, from ``first`` on."""

    def push(courier: Courier, first: int = 1, epoch: int = 1):
        head = PushHead("RSA", epoch, first, room=1000)
        raws = desk.raws[first - 1 :]
        body = pack_push(head, raws, desk.device.kid, desk.device.sign)
        last = (len(desk.raws), entry_hash(desk.raws[-1])) if raws else (0, b"")
        return courier.push(head, body, last)

    return push


@pytest.fixture
def new_desk() -> Callable[..., Desk]:
    return Desk


@pytest.fixture
def new_pen() -> type[Pen]:
    return Pen


@pytest.fixture
def case_id() -> Callable[[str], bytes]:
    return case_of


@pytest.fixture(autouse=True)
def next_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new epoch is the very next one, not one by chance."""
    monkeypatch.setattr("sync.epochs.leap", lambda: 1)
