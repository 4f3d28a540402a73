"""``kiosk doctor``: finds, names and asks each device, prints a test page, scans a test sheet, and
writes what it found into ``perangkat.toml``. It works beside a closed kiosk; of a device in use it
says so."""

from __future__ import annotations

import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config.devices import Device, Devices, Kind, load_devices, save_devices
from config.settings import SETTINGS_FILE, Settings, load
from drivers.presence.found import Found, named
from drivers.printing.probe import Abilities
from drivers.trouble import DeviceTrouble
from kiosk.press import unit_of
from kiosk.texts import said_words, say

if TYPE_CHECKING:
    from drivers.documents.page import Righting
    from kiosk.desk.scan_draft import Preview


@dataclass(frozen=True, slots=True)
class Finding:
    """One device as the doctor found it."""

    address: str
    kind: str
    name: str
    present: bool
    in_use: bool
    papers: list[str] = field(default_factory=list[str])
    profile: str = ""
    proof: str = ""
    prefix: str = ""
    suffix: str = ""
    format: str = ""
    abilities: dict[str, Any] = field(default_factory=dict[str, Any])
    trouble: str = ""
    tested: str = ""


@dataclass(frozen=True, slots=True)
class TriedSheet:
    """What came of a test sheet: how many sheets, what was done to the first one and its dots then,
    the bytes it would be kept in by each format, and where it can be looked at."""

    sheets: int
    resolution: int
    righting: Righting
    size: tuple[int, int]
    stored: dict[str, int]
    picture: Path


class Doctor:
    """Looks at the devices of one data folder."""

    def __init__(self, folder: Path, found: frozenset[Found]):
        self.folder = folder
        self.settings: Settings | None = None
        self.devices = Devices()
        if (folder / SETTINGS_FILE).exists():
            self.settings = load(folder)
            self.devices = load_devices(folder, training=self.settings.training)
        self._found = found
        self.hints: list[str] = []
        """What kept the doctor from looking further, with its cure."""

    def examine(self) -> list[Finding]:
        """Every device in use, then every other one that is there; printers in use and document
        scanners are asked what they can do (nothing is printed, nothing moves)."""
        used = list(map(self._in_use, self.devices.devices))
        known = {one.address for one in used}
        new = [
            Finding(
                one.address,
                one.kind,
                one.name,
                present=True,
                in_use=False,
                trouble=said_words(one.trouble),
            )
            for one in sorted(self._found, key=lambda one: (one.kind, one.name))
            if not known & {one.address, one.also}
        ]
        return [*used, *new, *self._new_scanners(known)]

    def _in_use(self, device: Device) -> Finding:
        finding = Finding(
            device.address,
            device.kind,
            device.name,
            present=self._present(device.address),
            in_use=True,
            papers=self.devices.papers_of(device.address) if device.kind == "printer" else [],
            profile=device.profile if device.kind == "printer" else "",
            proof=device.proof if device.kind == "printer" else "",
            prefix=device.prefix,
            suffix=device.suffix,
            format=device.format if device.kind == "document" else "",
            tested=device.tested.isoformat() if device.tested else "",
        )
        if not finding.present:
            return replace(finding, trouble=say("Tidak terhubung. Pasang kabelnya dan nyalakan."))
        if device.kind == "document":
            return _with_skills(finding)
        if device.kind != "printer":
            one = named(device.address, self._found)
            return replace(finding, trouble=said_words(one.trouble) if one else "")
        try:
            abilities = self.ask(device)
        except DeviceTrouble as trouble:
            return replace(finding, trouble=said_words(trouble.says))
        if abilities is None:
            return finding
        able = {**asdict(abilities), "says": said_words(abilities.says)}
        return replace(finding, abilities=able)

    def _new_scanners(self, known: set[str]) -> Iterator[Finding]:
        """Document scanners that SANE finds and that are not in use. Takes some seconds."""
        from drivers.documents.sources import find_sources

        try:
            sources = find_sources()
        except DeviceTrouble as trouble:
            self.hints.append(said_words(trouble.says))
            return
        for one in sources:
            if one.address not in known:
                finding = Finding(one.address, "document", one.label, present=True, in_use=False)
                yield _with_skills(finding)

    def _present(self, address: str) -> bool:
        kind, _, where = address.partition(":")
        if kind == "serial":
            return Path(where).exists()
        return kind not in ("usb", "hidpos", "evdev") or named(address, self._found) is not None

    @staticmethod
    def ask(device: Device) -> Abilities | None:
        """What a printer can do; None where it cannot be asked. Raises DeviceTrouble."""
        unit = unit_of(device)
        kind = device.address.partition(":")[0]
        if unit.profile.language == "pdf" or kind not in ("usb", "serial", "tcp"):
            return None
        from drivers.ports.addresses import open_port
        from drivers.printing.probe import probe

        port = open_port(device.address, baud=device.baud)
        try:
            return probe(port, unit.profile)
        finally:
            port.close()

    def use(self, device: Device, papers: list[str]) -> Device:
        """Put a device on the list, with the proof this very unit can give; gives it as kept.

        Raises DeviceTrouble, ConfigError, OSError.
        """
        if device.kind == "printer":
            abilities = self.ask(device)
            proof = abilities.proof if abilities and abilities.sure else "officer"
            if _is_virtual(device.address):
                proof = "process"
            device = replace(device, proof=proof)
        elif device.kind == "document" and not _is_virtual(device.address):
            from drivers.documents.skills import ask_skills

            model = ask_skills(device.address).model
            unnamed = device.name == device.address
            device = replace(device, name=model) if unnamed and model else device
        devices = self.devices.having(device)
        for paper in papers:
            devices = devices.sending(paper, device.address)
        self._keep(devices)
        return device

    def print_test(self, device: Device) -> str:
        """Print a test page; gives what its QR code says. Raises DeviceTrouble."""
        from drivers.printers import open_sender
        from drivers.printing.feeder import State
        from drivers.words import Words, words
        from kiosk.desk.composing import test_page
        from kiosk.papers.render import render
        from kiosk.press import PAPERS as TRAY

        unit = unit_of(device)
        paper = test_page(self.settings, device.name, device.profile)
        says: list[Words | None] = [None]
        sender = open_sender(unit, self.folder / TRAY)

        def tell(state: State, taken: int, words: Words | None) -> None:
            del taken
            says[0] = words
            if state is State.PAUSED:
                print(said_words(words), file=sys.stderr)

        try:
            data = render(paper, unit.profile)
            state = sender.send(data, 1, paper.number, tell, threading.Event())
        finally:
            sender.close()
        if state not in (State.PRINTED, State.SENT):
            raise DeviceTrouble(says[0] or words("Halaman uji tidak keluar."))
        return paper.number

    @property
    def test_code(self) -> str:
        """What the QR code on a test page says."""
        from kiosk.desk.composing import test_page

        return test_page(self.settings, "", "").number

    def scan_test(self, device: Device, *, feeder: bool) -> TriedSheet:
        """Scan a sheet, as a page of a case would be; nothing of it is kept but the picture to look
        at, until ``clear_scan``. Raises DeviceTrouble, OSError."""
        from drivers.documents.job import ScanWish
        from drivers.documents.page import ScanFormat, open_raw
        from kiosk.screens.scan import open_scanner

        source = open_scanner(device)
        forms: tuple[ScanFormat, ...] = ("avif", "jpeg")
        with tempfile.TemporaryDirectory(dir=self.folder, prefix="uji-pindai-") as place:
            wish = ScanWish(feeder=feeder)
            pages = list(source.scan(wish, Path(place), _no_progress, threading.Event()))
            page = open_raw(pages[0].path, colour=None)
        self._preview.show(page.png())
        return TriedSheet(
            sheets=len(pages),
            resolution=pages[0].resolution,
            righting=page.righting,
            size=page.size,
            stored={form: len(page.stored(form).data) for form in forms},
            picture=self._preview.path,
        )

    def clear_scan(self) -> None:
        """Take the picture of the test sheet away."""
        self._preview.clear()

    @property
    def _preview(self) -> Preview:
        from kiosk.desk.attachments import PREVIEW
        from kiosk.desk.scan_draft import Preview

        return Preview(self.folder / PREVIEW)

    def passed(self, device: Device) -> None:
        """Write down that a device was tried today and found right."""
        from datetime import date

        self._keep(self.devices.having(replace(device, tested=date.today())))

    def _keep(self, devices: Devices) -> None:
        save_devices(self.folder, devices)
        self.devices = devices


def _with_skills(finding: Finding) -> Finding:
    """With what a document scanner tells of itself."""
    if _is_virtual(finding.address):
        return finding
    from drivers.documents.job import ScanTrouble
    from drivers.documents.skills import ask_skills

    try:
        skills = ask_skills(finding.address, finding.name)
    except DeviceTrouble as trouble:
        gone = isinstance(trouble, ScanTrouble) and trouble.reason == "gone"
        return replace(finding, present=not gone, trouble=said_words(trouble.says))
    return replace(finding, abilities=asdict(skills))


def _no_progress(page: int, percent: int) -> None:
    del page, percent


def _is_virtual(address: str) -> bool:
    return address.partition(":")[0] == "virtual"


def kind_of(address: str) -> Kind:
    """What a device at such an address is for, as far as the address tells."""
    scheme = address.partition(":")[0]
    if scheme in ("hidpos", "evdev"):
        return "barcode"
    return "document" if scheme in ("sane", "escl") else "printer"
