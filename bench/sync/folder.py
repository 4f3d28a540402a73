"""A kiosk's folder whose journal holds made-up cases, and the same content as JSON documents.

Every entry is written by the kiosk's own ledger, so what the bench pushes is what a desk writes.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.sync.cases import Births
from config.settings import Settings
from kiosk.keys import OfficerCard

if TYPE_CHECKING:
    from kiosk.desk.desk import Desk
    from kiosk.desk.ledger import Act, Hand
    from sync.entry import Placed

ENTRIES_A_CASE = 4
CASES_A_DAY = 25
PROCEDURE = "kado-camer"
PIN = "1111"
OFFICERS = (
    OfficerCard("lisda", "Lisda Hanum", "LH", ("operator-fasilitas",)),
    OfficerCard("gusti", "Gusti Rangga", "GR", ("operator-fasilitas",)),
    OfficerCard("ferawati", "Ferawati Z.", "FZ", ("operator-fasilitas", "supervisor")),
)
_DAY_MS = 24 * 3600 * 1000
_OPENS_MS = 90 * 60 * 1000
"""Half past eight in Pekanbaru, after midnight UTC."""


class OfficeClock:
    """A device clock that an office's day moves on; every morning the machine boots anew."""

    def __init__(self, first_day: int) -> None:
        self._day = first_day
        self._since = 0
        self.boot = secrets.token_bytes(8)

    def now(self) -> int:
        """Milliseconds since 1970 UTC."""
        return self._day * _DAY_MS + _OPENS_MS + self._since

    def uptime(self) -> int:
        """Milliseconds since boot."""
        return 11_000 + self._since

    def pass_by(self, ms: int) -> None:
        """Let time go by."""
        self._since += ms

    def next_day(self) -> None:
        """The machine is off for the night."""
        self._day, self._since, self.boot = self._day + 1, 0, secrets.token_bytes(8)


def _today() -> int:
    """Days since 1970 UTC."""
    import time

    return time.time_ns() // 1_000_000 // _DAY_MS


@dataclass(frozen=True, slots=True)
class _Open:
    number: str
    case: bytes
    filled: dict[str, str]


class Office:
    """One ward's kiosk at work, case by case. ``close`` it when done."""

    def __init__(self, desk: Desk, clock: OfficeClock, seed: int) -> None:
        self.desk = desk
        self.clock = clock
        self.births = Births(seed)
        self._hands = [self._sit(card) for card in OFFICERS]

    @classmethod
    def found(cls, folder: Path, settings: Settings, seed: int, days: int) -> Office:
        """Found a kiosk that began to work ``days`` ago; its officers are enrolled."""
        from kiosk.desk.desk import Desk
        from kiosk.desk.setup import found

        clock = OfficeClock(_today() - days)
        found(folder, settings, clock)
        desk = Desk.open(folder, clock)
        for card in OFFICERS:
            desk.session.enrol(card, PIN)
        return cls(desk, clock, seed)

    @classmethod
    def today(cls, folder: Path, seed: int) -> Office:
        """Sit down at a kiosk that is there."""
        from kiosk.desk.desk import Desk

        clock = OfficeClock(_today())
        return cls(Desk.open(folder, clock), clock, seed)

    def _sit(self, card: OfficerCard) -> Hand:
        self.desk.session.login(card.officer, PIN)
        return self.desk.core.hand()

    def close(self) -> None:
        """Let go of the folder."""
        self.desk.close()

    def fill(self, cases: int, a_day: int = CASES_A_DAY) -> None:
        """Take ``cases`` in, four entries each, day after day."""
        db = self.desk.core.db
        (durable,) = db.execute("PRAGMA synchronous").fetchone()
        db.execute("PRAGMA synchronous=OFF")  # nobody was promised anything yet
        while cases > 0:
            count = min(cases, a_day)
            with self.desk.core.ledger.transaction():
                self._day([self.take_in() for _ in range(count)])
            self.clock.next_day()
            cases -= count
        db.execute(f"PRAGMA synchronous={durable}")

    def one_more(self) -> bytes:
        """One case newly taken in, as its own act; gives its key."""
        with self.desk.core.ledger.transaction():
            return self.take_in().case

    def take_in(self) -> _Open:
        """An application: the entry that carries the 46 fields."""
        from kiosk.cases.resi import case_id
        from kiosk.clock import day_of
        from kiosk.desk.ledger import Act

        core = self.desk.core
        self._hurry(60, 700)
        (number,) = core.next_numbers(1)
        filled = self.births.one(day_of(core.clock.now()))
        data = {
            "nomor": number,
            "prosedur": PROCEDURE,
            "isi": filled,
            "daftar": number.rsplit("-", 2)[0],
        }
        self._write(0, Act(case_id(number), "permohonan", "1", to=self._to(), data=data))
        return _Open(number, case_id(number), filled)

    def _day(self, taken: list[_Open]) -> None:
        """The afternoon: handed over as a batch, taken back by a colleague, closed."""
        from kiosk.desk.ledger import Act

        (batch,) = self.desk.core.next_numbers(1, "D")
        act = partial(Act, to=self._to())
        for one in taken:
            self._hurry(1, 4)
            given = {"ke": "dinas", "peran": "operator", "batch": batch, "barang": "berkas"}
            self._write(0, act(one.case, "serah", "2", data=given))
        for one in taken:
            self._hurry(2, 40)
            got = {"batch": batch, "barang": "berkas", "peran": "operator-fasilitas"}
            got |= {"nomor": one.number, "prosedur": PROCEDURE}
            self._write(1, act(one.case, "terima", "2", data=got))
        for one in taken:
            self._hurry(30, 300)
            claim = f"kia:{one.number}"
            done = {"hasil": "diserahkan", "isi": self._collector(one.filled)}
            self._write(2, act(one.case, "hasil", "9", claim=claim, data=done))

    def _collector(self, filled: dict[str, str]) -> dict[str, str]:
        """Who takes the card home, as the hand-over writes it down."""
        dice = self.births.dice
        parent = dice.choice(("ibu_nama", "ayah_nama"))
        relation, name = dice.choices(
            (("orang_tua", filled[parent]), ("anggota_kk", filled["pelapor_nama"])), (85, 15)
        )[0]
        papers = ["Resi permohonan", "KTP-el pengambil"]
        papers += ["KK asli"] if relation == "anggota_kk" else []
        return {
            "nama": name,
            "hubungan": relation,
            "dokumen": "; ".join(papers),
            "identitas": "KTP-el pengambil",
            "nik_akhir": f"{dice.randrange(1, 9999):04}",
            "telepon": filled["telepon"],
        }

    def _to(self) -> tuple[str, ...]:
        return (self.desk.settings.address, "dinas")

    def _hurry(self, least: int, most: int) -> None:
        """Seconds go by, and some milliseconds: nothing of a real time can be guessed."""
        self.clock.pass_by(self.births.dice.randrange(least * 1000, most * 1000))

    def _write(self, officer: int, act: Act) -> None:
        self.desk.core.ledger.write(self._hands[officer], act)


def entries_of(desk: Desk) -> list[Placed]:
    """Every entry of cases in the journal, keys' announcements left out, in their order."""
    return [one for one in desk.core.journal.all_placed() if one.entry.act != "kunci"]


def documents(placed: list[Placed]) -> list[dict[str, Any]]:
    """The same content as PouchDB would hold it: a document a case, its entries inside."""
    found: dict[bytes, dict[str, Any]] = {}
    for one in placed:
        entry = one.entry
        if entry.case not in found:
            found[entry.case] = {"_id": entry.data["nomor"], "entries": []}
        found[entry.case]["entries"].append(_plain(one))
    return list(found.values())


def documents_each(placed: list[Placed]) -> list[dict[str, Any]]:
    """A document a case that says what it is, and each entry a document of its own."""
    made: list[dict[str, Any]] = []
    for case in documents(placed):
        made.append({"_id": case["_id"], "type": "case"})
        for line, entry in enumerate(case["entries"], 1):
            made.append({"_id": f"{case['_id']}:{line}", "type": "entry", **entry})
    return made


def _plain(placed: Placed) -> dict[str, Any]:
    """An entry as JSON: what it says, its place and its signature.

    Documents arrive in no order, so the hash before it, which the signature binds, goes with it.
    """
    from sync.entry import unseal

    entry, sealed = placed.entry, unseal(placed.raw)
    return {
        "kiosk": placed.spot.kiosk,
        "epoch": placed.spot.epoch,
        "seq": placed.spot.seq,
        "prev": _text(placed.prev),
        "case": _text(entry.case),
        "act": entry.act,
        "step": entry.step,
        "officer": entry.officer,
        "place": entry.place,
        "time": entry.time,
        "boot": _text(entry.boot),
        "uptime": entry.uptime,
        "line": entry.line,
        "to": list(entry.to),
        "data": dict(entry.data),
        "kid": _text(sealed.kid),
        "signature": _text(sealed.signature),
    }


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def to_file(documents: list[dict[str, Any]], path: Path) -> Path:
    """Write documents for the peer's scripts; gives the path."""
    path.write_text(json.dumps(documents, ensure_ascii=False, separators=(",", ":")))
    return path


def disk() -> str | None:
    """Where folders of the bench lie: not in memory, the commits that are measured want a disk."""
    return next((place for place in ("/var/tmp",) if os.access(place, os.W_OK)), None)
