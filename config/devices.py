"""Which devices this kiosk uses, and which paper goes to which: ``perangkat.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from typing import Literal, cast

from config.document import Table, open_toml
from config.errors import ConfigError
from config.written import literal, replace_file

DEVICES_FILE = "perangkat.toml"

PAPERS = (
    *("resi", "kartu", "daftar", "kembali", "rekap", "bast"),
    *("laporan", "lembar-laporan", "sptjm-lahir", "sptjm-nikah"),
    *("spt", "daftar-nama", "daftar-tolak", "lembar-tutup"),
    *("pemusnahan", "kirim-blanko"),
)
"""The kinds of paper that can be sent to a printer of their own."""

LIKE_IT = ("rekap", "daftar", "kartu")
"""Whose printer a list or a letter goes to when it was given none: papers that came with a later
version print without a word from anybody."""

KINDS = ("printer", "barcode", "document")
PROOFS = ("process", "status", "officer")
FORMATS = ("avif", "jpeg")
VIRTUAL = "virtual"
Kind = Literal["printer", "barcode", "document"]
Proof = Literal["process", "status", "officer"]


@dataclass(frozen=True)
class Device:
    """One device as it was set up.

    ``address`` is stable over unplugging. Of a printer: ``profile`` names what its model can do,
    ``proof`` how it proves that a paper is out, ``baud`` its speed on a serial line. Of a barcode
    scanner on a line: what it was heard to send before and after a code ("STX", "CR LF"), so that
    the next unit can be set alike; nothing is decided by it. Of a document scanner: ``format`` of
    the kept pages. ``tested`` is the day it was last tried and found right.
    """

    address: str
    kind: Kind
    name: str
    profile: str = "58"
    proof: Proof = "officer"
    baud: int = 9600
    format: str = "avif"
    tested: date | None = None
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Devices:
    """The devices of a kiosk; ``papers`` gives a printer's address for a kind of paper."""

    devices: tuple[Device, ...] = ()
    papers: Mapping[str, str] = field(default_factory=dict[str, str])

    def find(self, address: str) -> Device | None:
        """The device at an address."""
        return next((one for one in self.devices if one.address == address), None)

    def of_kind(self, kind: Kind) -> list[Device]:
        """All devices of one kind."""
        return [one for one in self.devices if one.kind == kind]

    def printer_of(self, paper: str) -> Device | None:
        """Where a paper goes: the printer it was given to, or the printer of papers like it (all
        but the resi are lists and letters), or the only printer there is."""
        for name in (paper, *(LIKE_IT if paper != "resi" else ())):
            given = self.find(self.papers.get(name, ""))
            if given is not None:
                return given
        printers = self.of_kind("printer")
        return printers[0] if len(printers) == 1 else None

    def papers_of(self, address: str) -> list[str]:
        """The papers that go to this printer."""
        return [p for p in PAPERS if (one := self.printer_of(p)) and one.address == address]

    def having(self, device: Device) -> Devices:
        """With this device added, or in the place of the one at its address."""
        if self.find(device.address) is None:
            return replace(self, devices=(*self.devices, device))
        changed = tuple(device if one.address == device.address else one for one in self.devices)
        return replace(self, devices=changed)

    def without(self, address: str) -> Devices:
        """Without the device at this address; its papers go nowhere until they are given anew."""
        return Devices(
            tuple(one for one in self.devices if one.address != address),
            {paper: to for paper, to in self.papers.items() if to != address},
        )

    def sending(self, paper: str, address: str) -> Devices:
        """With this paper sent to that printer."""
        return replace(self, papers={**self.papers, paper: address})


TRAINING = Devices(
    (
        Device(VIRTUAL, "printer", "Printer latihan", profile="58", proof="process"),
        Device("virtual:pemindai", "document", "Pemindai latihan"),
    )
)
"""What a training kiosk has before anybody set up more."""


def load_devices(folder: Path, *, training: bool = False) -> Devices:
    """The devices of a data folder; none (in training the virtual ones) when no file is there.

    Raises ConfigError with file, key and line.
    """
    path = folder / DEVICES_FILE
    if not path.exists():
        return TRAINING if training else Devices()
    top = open_toml(path).only("device", "papers")
    devices: dict[str, Device] = {}
    for table in top.tables("device"):
        device = _device(table)
        if device.address in devices:
            raise table.error("address", f"'{device.address}' ditulis dua kali; hapus salah satu.")
        devices[device.address] = device
    papers = top.table("papers").only(*PAPERS)
    given: dict[str, str] = {}
    for paper in papers.names():
        address = papers.filled(paper)
        if address not in devices or devices[address].kind != "printer":
            raise papers.error(paper, f"'{address}' bukan printer di daftar device di atas.")
        given[paper] = address
    return Devices(tuple(devices.values()), given)


def _device(table: Table) -> Device:
    table.only(*(one.name for one in fields(Device)))
    return Device(
        address=table.filled("address"),
        kind=cast("Kind", table.one_of("kind", KINDS)),
        name=table.filled("name"),
        profile=table.text("profile", Device.profile),
        proof=cast("Proof", table.one_of("proof", PROOFS, Device.proof)),
        baud=table.number("baud", Device.baud, 300, 4_000_000),
        prefix=table.text("prefix", ""),
        suffix=table.text("suffix", ""),
        format=table.one_of("format", FORMATS, Device.format),
        tested=table.day("tested"),
    )


def save_devices(folder: Path, devices: Devices) -> None:
    """Write ``perangkat.toml``: after a power cut the old or the new file stands there, whole.

    Raises ConfigError for what ``load_devices`` would refuse, or OSError when the disk refuses.
    """
    path = folder / DEVICES_FILE
    for paper, address in devices.papers.items():
        device = devices.find(address)
        if paper not in PAPERS or device is None or device.kind != "printer":
            says = f"'{address}' bukan printer di daftar."
            raise ConfigError(str(path), f"papers.{paper}", None, says)
    replace_file(path, _toml(devices).encode("utf-8", "replace"))


def _toml(devices: Devices) -> str:
    lines = ["# Perangkat kiosk ini. Ditulis oleh layar F9 Perangkat dan oleh kiosk doctor."]
    for one in devices.devices:
        lines += ["", "[[device]]"]
        shown: dict[str, str | int] = {"address": one.address, "kind": one.kind, "name": one.name}
        if one.kind == "printer":
            shown |= {"profile": one.profile, "proof": one.proof, "baud": one.baud}
        elif one.kind == "barcode":
            marks = {"prefix": one.prefix, "suffix": one.suffix}
            shown |= {"baud": one.baud, **{key: text for key, text in marks.items() if text}}
        else:
            shown |= {"format": one.format}
        lines += [f"{key} = {literal(value)}" for key, value in shown.items()]
        if one.tested:
            lines.append(f"tested = {one.tested.isoformat()}")
    if devices.papers:
        lines += ["", "# Kertas mana keluar di printer mana.", "[papers]"]
        lines += [f"{paper} = {literal(to)}" for paper, to in devices.papers.items()]
    return "\n".join(lines) + "\n"
