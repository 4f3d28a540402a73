"""A pen for control cards: entries of one case as several kiosks would write them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from config.procedures import Procedure, load_all
from kiosk.cases.resi import case_id, make_number
from kiosk.texts import set_language
from sync.entry import Entry, Spot

NUMBER = make_number("RSA", 1, date(2026, 11, 21), 1)
START = 1_795_200_000_000


@dataclass(frozen=True)
class Placed:
    """An entry in its place, as the journal gives it."""

    spot: Spot
    entry: Entry


@dataclass
class Card:
    """Writes entries a minute apart, each one line further, unless told otherwise."""

    number: str = NUMBER
    entries: list[Placed] = field(default_factory=list)
    seqs: dict[str, int] = field(default_factory=dict)

    def write(
        self,
        act: str,
        data: Mapping[str, Any],
        *,
        kiosk: str = "RSA",
        officer: str = "ani",
        place: str = "rs:RSA",
        step: str = "",
        line: int | None = None,
        time: int | None = None,
        claim: str = "",
    ) -> Placed:
        seq = self.seqs[kiosk] = self.seqs.get(kiosk, 0) + 1
        last = self.entries[-1].entry if self.entries else None
        entry = Entry(
            case=case_id(self.number),
            act=act,
            officer=officer,
            place=place,
            time=time if time is not None else (last.time + 60_000 if last else START),
            boot=b"boot",
            uptime=seq,
            line=line if line is not None else (last.line + 1 if last else 1),
            step=step,
            claim=claim,
            data=data,
        )
        placed = Placed(Spot(kiosk, 1, seq), entry)
        self.entries.append(placed)
        return placed

    def permohonan(self, **more: Any) -> Placed:
        data = {
            "nomor": self.number,
            "prosedur": "kado-camer",
            "isi": {"anak_nama": "CAHAYA PUTRI", "ibu_nik": "1471065005980001"},
            "duplikat": [{"nomor": "X", "keputusan": "beda", "alasan": "nama lain"}],
            "kembar": [],
            "daftar": "",
        }
        return self.write("permohonan", data | more, step="1")

    def hasil(self, step: str, name: str, **more: Any) -> Placed:
        isi = more.pop("isi", {})
        return self.write("hasil", {"hasil": name, "isi": isi}, step=step, **more)

    def serah(self, step: str, to: str, role: str, **more: Any) -> Placed:
        data = {"ke": to, "peran": role, "batch": more.pop("batch", ""), "barang": "berkas"}
        return self.write("serah", data, step=step, **more)

    def terima(self, **more: Any) -> Placed:
        data = {
            "batch": more.pop("batch", ""),
            "barang": more.pop("barang", "berkas"),
            "nomor": self.number,
            "prosedur": "kado-camer",
        }
        if "role" in more:
            data["peran"] = more.pop("role")
        return self.write("terima", data, **more)

    def to_dinas(self) -> None:
        """Taken in at the hospital and received by the operator of the dinas."""
        self.permohonan()
        self.hasil("1", "diajukan")
        self.serah("2", "dinas", "operator", batch="RSA1-261121-D001-X")
        self.terima(kiosk="DIN", officer="budi", place="dinas", step="2")

    def to_the_end(self) -> None:
        """The whole way, to the card's hand-over at the UPTD."""
        self.to_dinas()
        dinas: dict[str, Any] = {"kiosk": "DIN", "place": "dinas"}
        hops = [
            ("2", "dientri", "3", "kepala-seksi"),
            ("3", "diparaf", "4", "kepala-bidang"),
            ("4", "diparaf", "5", "operator"),
            ("5", "ditandatangani", "", ""),
            ("6", "dikirim", "7", "operator-cetak"),
            ("7", "dicetak", "8", "administrasi-distribusi"),
        ]
        for step, outcome, following, role in hops:
            self.hasil(step, outcome, officer="budi", **dinas)
            if following:
                self.serah(following, "dinas", role, officer="budi", **dinas)
                self.terima(officer=role, step=following, **dinas)
        self.hasil("8", "direkap", officer="dina", **dinas)
        self.serah("9", "uptd:14.71.10", "petugas-uptd", officer="dina", **dinas)
        uptd: dict[str, Any] = {"kiosk": "UPT", "officer": "eka", "place": "uptd:14.71.10"}
        self.terima(step="9", barang="kia", **uptd)
        self.hasil("9", "diserahkan", claim=f"kia:{self.number}", isi={"nama": "SITI"}, **uptd)


@pytest.fixture
def card() -> Card:
    return Card()


@pytest.fixture(scope="session")
def procedures() -> dict[str, Procedure]:
    return load_all()


@pytest.fixture
def english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("id")
