"""A whole kiosk in the guest: its folder, a case, its screen on the console, its officer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tests.usb.accounts import KIOSK, run_as
from tests.usb.console import PATIENCE, Console, Wanted
from tests.usb.hid_gadgets import KeyboardGadget
from tests.usb.printer_gadget import PrinterGadget
from tests.usb.waiting import until

FOLDER = Path("/home", KIOSK, "kiosk")
PIN = "1379"
PRINTER = "04b8:0e15:LOKET1"
LINE_SCANNER = "serial:/dev/serial/by-id/usb-EMU_CDC_Reader_ACM9-if00"
POS_SCANNER = "hidpos:1209:2102:POS9"
CUT = b"\x1dV\x42\x00"
QR_DATA = re.compile(rb"\x1d\(k..1P0([ -~]+)", re.DOTALL)

_TAKE_IN = """
import sys
from pathlib import Path
from kiosk.clock import day_of
from kiosk.desk.desk import Desk
from kiosk.training import sample_birth
desk = Desk.open(Path(sys.argv[1]))
desk.session.login("siti", sys.argv[2])
today = day_of(desk.core.clock.now())
print(desk.intake.submit("kado-camer", sample_birth(0, today))[0].number)
desk.close()
"""


def kiosk(*arguments: str, given: str = "", code: int | None = 0) -> str:
    """A ``kiosk`` command as the kiosk's own account."""
    verb, *rest = arguments
    return run_as(KIOSK, "-m", "kiosk", verb, "--data", str(FOLDER), *rest, given=given, code=code)


def found_kiosk() -> None:
    """A ward's kiosk with one officer, a printer and two scanners that are no keyboards."""
    kiosk("init", "--code", "RSA", "--profile", "rs", "--name", "RSUD Arifin Achmad")
    officer = ("--id", "siti", "--name", "Siti Rahmawati", "--roles", "operator-fasilitas")
    kiosk("enrol", *officer, given=f"{PIN}\n")
    run_as(KIOSK, "-c", _WRITE, str(FOLDER / "perangkat.toml"), _DEVICES)


_DEVICES = f"""
[[device]]
address = "usb:{PRINTER}"
kind = "printer"
name = "Printer loket"
profile = "80-epson"
proof = "process"

[[device]]
address = "{LINE_SCANNER}"
kind = "barcode"
name = "Pemindai meja"

[[device]]
address = "{POS_SCANNER}"
kind = "barcode"
name = "Pemindai tangan"

[papers]
resi = "usb:{PRINTER}"
kartu = "usb:{PRINTER}"
"""

_WRITE = "import pathlib, sys; pathlib.Path(sys.argv[1]).write_text(sys.argv[2])"


def take_in() -> str:
    """A birth, taken in without the screen: its papers wait. Gives the case's number."""
    return run_as(KIOSK, "-c", _TAKE_IN, str(FOLDER), PIN).split()[-1]


def papers(printer: PrinterGadget) -> list[bytes]:
    """What came out, each paper up to its cut."""
    return bytes(printer.printed).split(CUT)[:-1]


@dataclass
class Counter:
    """The kiosk's screen on the console, and an officer with a keyboard and a scanner."""

    console: Console
    keyboard: KeyboardGadget
    wedge: KeyboardGadget
    printer: PrinterGadget

    @classmethod
    def open(
        cls, keyboard: KeyboardGadget, wedge: KeyboardGadget, printer: PrinterGadget
    ) -> Counter:
        console = Console(KIOSK, "-m", "kiosk", "--data", str(FOLDER))
        return cls(console, keyboard, wedge, printer)

    def see(self, wanted: Wanted, seconds: float = PATIENCE) -> str:
        return self.console.see(wanted, seconds)

    def log_in(self) -> None:
        self.see("Nomor petugas")
        self.keyboard.type("1")
        self.keyboard.press("enter")
        self.keyboard.type(PIN)
        self.see(re.compile(r"PIN +\*{4}"))
        self.keyboard.press("enter")
        self.see("[Menunggu saya:")

    def came_out(self, count: int, seconds: float = PATIENCE) -> list[bytes]:
        """Waits until so many papers are out."""
        until(lambda: len(papers(self.printer)) >= count, seconds, f"{count} papers are out")
        assert len(papers(self.printer)) == count
        return papers(self.printer)
