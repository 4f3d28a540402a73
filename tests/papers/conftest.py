"""A case that went its whole way through KADO CAMER, folded from real entries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import config
from config.forms import Form, load_form
from config.procedures import Procedure, load_procedure
from kiosk.cases.resi import case_id, make_number
from kiosk.cases.state import CaseState, fold
from kiosk.papers.facts import Office, Person
from sync.entry import Entry, Spot

CONFIG = Path(config.__file__).parent
START = 1_795_223_700_000  # 21-11-2026 08.15 WIB
MINUTE = 60_000

NUMBER = make_number("RSA", 1, date(2026, 11, 21), 1)
BATCH = make_number("RSA", 1, date(2026, 11, 21), 1, "D")

VALUES = {
    "anak_nama": "MUHAMMAD ALIF PRATAMA",
    "anak_tgl_lahir": "2026-11-20",
    "ibu_nama": "SITI NURHALIZA",
    "ibu_nik": "1471084505980034",
    "ayah_nama": "BUDI PRATAMA",
    "telepon": "6281234567890",
    "email": "siti@contoh.id",
    "kelurahan": "14.71.10.1005",
    "bukti_lahir": "asli",
    "bukti_nikah": "tidak_ada",
    "bukti_ktp": "ya",
    "bukti_kk": "tidak",
}

PEOPLE = {
    "ani": Person("ANI RAHMAWATI", "AR"),
    "dodi": Person("DODI SAPUTRA", "DS"),
    "kasi": Person("EKA WULANDARI", "EW"),
    "uptd": Person("FITRI HANDAYANI", "FH"),
}


@dataclass(frozen=True, slots=True)
class Placed:
    spot: Spot
    entry: Entry


@dataclass(frozen=True)
class World:
    """The facts that papers are made from."""

    procedure: Procedure
    form: Form
    office: Office
    number: str
    batch: str
    start: int

    def person(self, officer: str) -> Person:
        return PEOPLE.get(officer, Person(officer, officer[:3].upper()))

    def case(self, *acts: tuple[Any, ...], values: dict[str, str] | None = None) -> CaseState:
        """Fold ``(act, step, officer, place, data[, claim])``, one entry every ten minutes.

        The application comes first; an empty ``values`` leaves it out, as when it is late.
        """
        given = VALUES if values is None else values
        first: tuple[Any, ...] = (
            "permohonan",
            "1",
            "ani",
            "rs:RSA",
            {"nomor": self.number, "prosedur": "kado-camer", "isi": given},
        )
        rows = [first, *acts] if given else list(acts)
        return fold(
            [self._placed(at, row) for at, row in enumerate(rows)],
            {"kado-camer": self.procedure},
        )

    def _placed(self, at: int, row: tuple[Any, ...]) -> Placed:
        act, step, officer, place, data, *claim = row
        entry = Entry(
            case=case_id(self.number),
            act=act,
            officer=officer,
            place=place,
            time=self.start + at * 10 * MINUTE,
            boot=bytes(8),
            uptime=at,
            line=at + 1,
            step=step,
            claim=claim[0] if claim else "",
            data=data,
        )
        return Placed(Spot("RSA", 1, at + 1), entry)


@pytest.fixture(scope="session")
def world() -> World:
    return World(
        load_procedure(CONFIG / "procedures" / "kado-camer.toml"),
        load_form(CONFIG / "forms" / "kelahiran.toml"),
        Office("Dinas Kependudukan dan Pencatatan Sipil Kota Pekanbaru", "RSIA Andini", "rs:RSA"),
        NUMBER,
        BATCH,
        START,
    )


@pytest.fixture
def corrected(world: World) -> CaseState:
    """Listed, received by the dinas, and sent back to the operator by the Kepala Seksi."""
    return world.case(
        ("hasil", "1", "ani", "rs:RSA", {"hasil": "diajukan"}),
        ("serah", "2", "ani", "rs:RSA", _serah("dinas", "operator", BATCH)),
        ("terima", "2", "dodi", "dinas", {"barang": "berkas", "batch": BATCH}),
        ("hasil", "2", "dodi", "dinas", {"hasil": "dientri", "isi": {"siak_ref": "X1"}}),
        ("serah", "3", "dodi", "dinas", _serah("dinas", "kepala-seksi")),
        ("terima", "3", "kasi", "dinas", {"barang": "berkas"}),
        ("hasil", "3", "kasi", "dinas", {"hasil": "koreksi", "isi": {"catatan": "nama ibu"}}),
        ("serah", "2", "kasi", "dinas", _serah("dinas", "operator")),
    )


def _serah(to: str, role: str, batch: str = "") -> dict[str, str]:
    return {"ke": to, "peran": role, "batch": batch, "barang": "berkas"}
