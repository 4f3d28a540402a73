"""Papers through usblp, libusb and the unmodified drivers, and what can happen to them."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import pytest

from drivers.escpos import Ticket
from drivers.ports.addresses import open_port
from drivers.ports.port import Port
from drivers.printing.feeder import Feeder, State
from drivers.printing.unit import Proof, Unit
from drivers.profiles import PROFILES
from drivers.trouble import DeviceBusy
from drivers.words import Words
from tests.usb.accounts import hold_as
from tests.usb.gadgets import Gadget
from tests.usb.printer_gadget import PrinterGadget
from tests.usb.waiting import until

USBLP = Path("/dev/usb/lp0")
EPSON = PROFILES["80-epson"]
TALK = re.compile(rb"(\0|\x1da.|\x1dr1|\x1d\(H\x06\x0000.{4})*", re.DOTALL)
"""What may stand beside the papers: nothing that prints."""


def paper(lines: int, name: str = "RESI") -> bytes:
    ticket = Ticket(EPSON)
    for number in range(lines):
        ticket.text(f"{name} {number:04} abcdefghijklmnopqrstuvwxyz")
    ticket.qr(f"RSA1-261121-{name}-K")
    ticket.cut()
    return ticket.bytes()


SHORT, LONG = paper(6), paper(900, "PANJANG")


@dataclass
class Job:
    """One paper on its way, in a thread of its own as in the kiosk."""

    printer: PrinterGadget
    data: bytes
    proof: Proof = "process"
    number: int = 1
    told: list[tuple[State, int, str]] = field(default_factory=list)
    ended: State | None = None

    def run(self) -> State:
        unit = Unit(f"usb:{self.printer.address}", EPSON, self.proof)
        port: Port = open_port(unit.address)
        try:
            self.ended = Feeder(port, unit).send(self.data, self.number, self._tell, Event())
        finally:
            port.close()
        return self.ended

    def start(self) -> threading.Thread:
        thread = threading.Thread(target=self.run, daemon=True)
        thread.start()
        return thread

    def last(self) -> tuple[State, str]:
        state, _, says = self.told[-1] if self.told else (State.QUEUED, 0, "")
        return state, says

    def _tell(self, state: State, taken: int, says: Words | None) -> None:
        self.told.append((state, taken, str(says or "")))


def came_out(printer: PrinterGadget, data: bytes) -> bool:
    """Whether ``data`` came out whole, once, and nothing else that prints did."""
    printed = bytes(printer.printed)
    rest = printed.replace(data, b"", 1)
    return len(rest) == len(printed) - len(data) and TALK.fullmatch(rest) is not None


@pytest.fixture
def usblp(printer: PrinterGadget) -> Iterator[Path]:
    until(USBLP.exists, 5, "usblp has it")
    yield USBLP


def test_usblp_gives_the_printer_and_gets_it_back(usblp: Path, printer: PrinterGadget) -> None:
    port = open_port(f"usb:{printer.address}")
    assert not usblp.exists()
    assert port.write(SHORT, 5) == len(SHORT)
    status = port.status()
    assert status is not None
    assert (status.paper_out, status.selected, status.no_error) == (False, True, True)
    until(lambda: printer.printed == SHORT, 5, "the paper is printed")
    port.close()
    until(usblp.exists, 5, "usblp has it again")


@pytest.mark.parametrize("proof", ["process", "status", "officer"])
def test_one_paper_comes_out_once(usblp: Path, printer: PrinterGadget, proof: Proof) -> None:
    ended = Job(printer, SHORT, proof).run()
    assert ended == (State.SENT if proof == "officer" else State.PRINTED)
    until(lambda: came_out(printer, SHORT), 5, "exactly this paper came out")
    until(usblp.exists, 5, "usblp has it again")


def test_a_printer_with_other_numbers_and_no_serial_number(gadgets: list[Gadget]) -> None:
    plain, other = PrinterGadget(), PrinterGadget("", 0x0E20, before={"gser.0": {}})
    gadgets += [plain, other]
    for gadget in (plain, other):
        gadget.plug()
        until(lambda g=gadget: g.on_host and (g.on_host / f"{g.on_host.name}:1.0").exists(), 5, "")
    assert printer_pipes(plain) != printer_pipes(other)
    assert "@" in other.address
    assert Job(other, SHORT).run() == State.PRINTED
    assert came_out(other, SHORT)
    assert not plain.printed


def printer_pipes(printer: PrinterGadget) -> set[str]:
    """Interface and endpoints of the printer, as the host names them."""
    seen = printer.on_host
    assert seen is not None
    for interface in seen.glob(f"{seen.name}:*"):
        if (interface / "bInterfaceClass").read_text() == "07\n":
            number = (interface / "bInterfaceNumber").read_text().strip()
            return {number, *(each.name for each in interface.glob("ep_*"))}
    raise AssertionError("it has no printer interface")


def test_paper_end_pauses_and_goes_on_at_the_exact_byte(printer: PrinterGadget) -> None:
    printer.paper_out(after=3000)
    job = Job(printer, LONG)
    thread = job.start()
    until(lambda: job.last()[0] == State.PAUSED, 15, "it pauses")
    assert job.last()[1] == "Kertas habis. Pasang kertas; cetakan dilanjutkan sendiri."
    printer.new_paper()
    until(lambda: job.ended is not None, 20, "it ends")
    thread.join(5)
    assert job.ended == State.PRINTED
    assert came_out(printer, LONG)


def test_no_paper_before_the_first_byte_leaves_it_queued(printer: PrinterGadget) -> None:
    printer.paper_out()
    job = Job(printer, SHORT)
    assert job.run() == State.QUEUED
    assert job.last()[1].startswith("Kertas habis.")
    printer.new_paper()
    assert Job(printer, SHORT).run() == State.PRINTED
    assert came_out(printer, SHORT)


def test_unplugged_amid_a_paper_is_unknown_and_the_next_one_prints(
    printer: PrinterGadget,
) -> None:
    printer.paper_out(after=3000)
    job = Job(printer, LONG)
    job.start()
    until(lambda: job.last()[0] == State.PAUSED, 15, "it pauses")
    printer.unplug()
    until(lambda: job.ended is not None, 10, "it ends")
    assert job.ended == State.UNKNOWN
    assert "kabel" in job.last()[1]
    printer.printed.clear()
    printer.new_paper()
    printer.plug()
    until(lambda: printer.on_host, 5, "the host sees it again")
    assert Job(printer, SHORT, number=2).run() == State.PRINTED
    assert came_out(printer, SHORT)


def test_a_printer_that_another_program_holds_is_busy(
    officer_account: str, printer: PrinterGadget
) -> None:
    address = f"usb:{printer.address}"
    other = hold_as(officer_account, address)
    try:
        with pytest.raises(DeviceBusy):
            open_port(address)
        other.kill()
        other.wait(10)
        assert Job(printer, SHORT).run() == State.PRINTED
    finally:
        other.kill()
