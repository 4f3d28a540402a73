"""The ground that everything else stands on: Linux sees a gadget, names it, and lets it go."""

from __future__ import annotations

from pathlib import Path

from tests.usb.gadgets import Gadget
from tests.usb.printer_gadget import PrinterGadget
from tests.usb.waiting import until

USBLP = Path("/dev/usb/lp0")


def test_a_printer_is_seen_taken_by_usblp_and_let_go(printer: PrinterGadget) -> None:
    seen = until(lambda: printer.on_host, 2, "the host sees the printer")
    assert (seen / "product").read_text() == "Receipt Printer\n"
    until(USBLP.exists, 5, "usblp has it")
    printer.unplug()
    until(lambda: not printer.on_host and not USBLP.exists(), 2, "the printer is gone")
    printer.plug()
    until(USBLP.exists, 5, "usblp has it again")


def test_what_is_written_to_usblp_arrives(printer: PrinterGadget) -> None:
    until(USBLP.exists, 5, "usblp has it")
    with USBLP.open("wb", buffering=0) as usblp:
        usblp.write(b"a line\n")
        until(lambda: printer.printed == b"a line\n", 5, "the line is printed")


def test_the_printer_answers_in_real_time_and_stops_without_paper(
    printer: PrinterGadget, gadgets: list[Gadget]
) -> None:
    until(USBLP.exists, 5, "usblp has it")
    with USBLP.open("r+b", buffering=0) as usblp:
        usblp.write(b"a\x10\x04\x01b")
        until(lambda: printer.printed == b"ab", 5, "the letters are printed")
        assert usblp.read(1) == b"\x12"
        printer.paper_out(after=3)
        usblp.write(b"cdefg")
        until(lambda: printer.printed == b"abcde", 5, "it stops where the paper ends")
        printer.new_paper()
        until(lambda: printer.printed == b"abcdefg", 5, "it goes on with new paper")
