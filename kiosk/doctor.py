"""``kiosk doctor``: finds, names and asks each device, prints a test page, and writes what it found
into ``perangkat.toml``. It works beside a closed kiosk; of a printer in use it says so."""

from __future__ import annotations

import sys
import threading
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from config.devices import Device, Devices, Kind, load_devices, save_devices
from config.settings import SETTINGS_FILE, Settings, load
from drivers.presence.found import Found, named
from drivers.printing.probe import Abilities
from drivers.trouble import DeviceTrouble
from kiosk.press import unit_of
from kiosk.texts import said_words, say


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
    abilities: dict[str, Any] = field(default_factory=dict[str, Any])
    trouble: str = ""
    tested: str = ""


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

    def examine(self) -> list[Finding]:
        """Every device in use, then every other one that is plugged in; printers are asked what
        they can do (nothing is printed)."""
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
        return [*used, *new]

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
            tested=device.tested.isoformat() if device.tested else "",
        )
        if not finding.present:
            return replace(finding, trouble=say("Tidak terhubung. Pasang kabelnya dan nyalakan."))
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
            if device.address.partition(":")[0] == "virtual":
                proof = "process"
            device = replace(device, proof=proof)
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

    def passed(self, device: Device) -> None:
        """Write down that a device was tried today and found right."""
        from datetime import date

        self._keep(self.devices.having(replace(device, tested=date.today())))

    def _keep(self, devices: Devices) -> None:
        save_devices(self.folder, devices)
        self.devices = devices


def kind_of(address: str) -> Kind:
    """What a device at such an address is for, as far as the address tells."""
    scheme = address.partition(":")[0]
    if scheme in ("hidpos", "evdev"):
        return "barcode"
    return "document" if scheme in ("sane", "escl") else "printer"
