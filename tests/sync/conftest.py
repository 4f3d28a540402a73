"""A central that really runs, and desks that write entries and carry them there."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.courier import Courier
from sync.entry import GENESIS, Entry, Spot, entry_hash, kid_of, seal_entry

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


@dataclass
class Centre:
    """A central at work in a folder."""

    folder: Path
    public: bytes
    port: int
    _couriers: dict[str, Courier] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def courier(self, desk: Desk) -> Courier:
        """A fresh connection; see ``usual`` for one that is kept."""
        return Courier(self.url, desk.code, self.public, desk.device.kid, desk.device.sign)

    def usual(self, desk: Desk) -> Courier:
        return self._couriers.get(desk.code) or self._couriers.setdefault(
            desk.code, self.courier(desk)
        )

    def desk(self, address: str = "", announced: bool = True) -> Desk:
        """A newly admitted kiosk, by default with its officer's key announced."""
        from sync.central.admit import admit

        code = next(_codes)
        desk = Desk(code, address or f"rs:{code}")
        admit(self.folder, code, "RS Contoh", desk.address, desk.device.public)
        if announced:
            desk.announce()
        return desk


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    from sync.central.admit import found
    from sync.central.serve import run_in_thread

    folder = tmp_path_factory.mktemp("pusat")
    public = found(folder)
    with run_in_thread(folder) as running:
        yield Centre(folder, public, running.port)


@pytest.fixture
def new_desk() -> Callable[..., Desk]:
    return Desk


@pytest.fixture
def new_pen() -> type[Pen]:
    return Pen


@pytest.fixture
def case_id() -> Callable[[str], bytes]:
    return case_of
