"""The unmodified kiosk on the guest's own console, with a printer, a scanner and a keyboard on USB.

The checks are one story and run in this order.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.usb.counter import QR_DATA, Counter, found_kiosk, kiosk, papers, take_in
from tests.usb.gadgets import Gadget
from tests.usb.hid_gadgets import HidPosGadget, KeyboardGadget, SerialGadget
from tests.usb.printer_gadget import PrinterGadget
from tests.usb.waiting import until

READY, STOPPED, ASKS = (
    re.compile(rf"(?i)printer:? {word}") for word in ("siap", "lihat F9", "tanya")
)


class Story:
    """What one check leaves to the next."""

    number = ""
    resi_qr = ""


def the_case() -> re.Pattern[str]:
    return re.compile(rf"Kasus {Story.number}[\s\S]*Yang dilakukan")


@pytest.fixture(scope="module")
def usb_printer(officer_account: str) -> Iterator[PrinterGadget]:
    made = PrinterGadget("LOKET1")
    made.plug()
    until(lambda: made.on_host, 5, "the host sees the printer")
    yield made
    made.unplug()


@pytest.fixture(scope="module")
def counter(usb_printer: PrinterGadget) -> Iterator[Counter]:
    found_kiosk()
    Story.number = take_in()
    keyboard, wedge = KeyboardGadget("KBD9", "Office Keyboard"), KeyboardGadget("WDG9")
    for each in (keyboard, wedge):
        each.plug()
    made = Counter.open(keyboard, wedge, usb_printer)
    yield made
    made.console.end()
    for each in (keyboard, wedge):
        each.unplug()


@pytest.fixture(scope="module")
def failed_before(request: pytest.FixtureRequest) -> int:
    return request.session.testsfailed


@pytest.fixture(autouse=True)
def story_goes_on(request: pytest.FixtureRequest, failed_before: int) -> None:
    """Once the story is broken, what follows fails at once."""
    assert request.session.testsfailed == failed_before, "an earlier check of the story failed"


def test_an_officer_logs_in_and_the_waiting_papers_come_out(counter: Counter) -> None:
    counter.log_in()
    out = counter.came_out(2)
    assert all(Story.number.encode() in paper for paper in out)
    codes = [found[1].decode() for paper in out if (found := QR_DATA.search(paper))]
    Story.resi_qr = next(code for code in codes if code.startswith("RSA") or len(code) > 100)
    counter.see(READY)


def test_a_scan_of_the_resi_opens_its_case(counter: Counter) -> None:
    counter.wedge.scan(f"\x02{Story.resi_qr}\n")
    counter.see(the_case())


def test_control_characters_in_a_scan_trigger_nothing(counter: Counter) -> None:
    before = counter.console.lines()
    counter.wedge.scan("\x02X\x11\x10\x03\x1d\x04Y\n")
    counter.see(re.compile("Bukan resi atau kartu kendali|Hasil pindai tidak terbaca"))
    assert counter.console.alive
    assert counter.console.lines()[:10] == before[:10]


def home(counter: Counter) -> None:
    counter.keyboard.press("f5")
    counter.see("[Menunggu saya:")


def opens_the_case(counter: Counter, scan: Callable[[], None]) -> None:
    """From the first screen; a scan that comes while its reader opens is scanned again."""
    home(counter)
    for patience in (8, 8, 8, 30):
        scan()
        try:
            counter.see(the_case(), patience)
            return
        except AssertionError:
            if patience == 30:
                raise


@pytest.mark.parametrize("kind", ["cdc", "hid-pos"])
def test_a_scan_of_a_scanner_that_is_no_keyboard_opens_the_case(
    counter: Counter, gadgets: list[Gadget], kind: str
) -> None:
    line, reports = SerialGadget("ACM9"), HidPosGadget("POS9")
    scanner: Gadget = line if kind == "cdc" else reports
    gadgets.append(scanner)
    code = Story.resi_qr.encode()
    for _ in range(2):
        scanner.plug()
        opens_the_case(
            counter, lambda: line.scan(code + b"\r") if kind == "cdc" else reports.scan(code)
        )
        scanner.unplug()
        counter.see("terlepas. Pasang lagi; pekerjaan aman.")


def second_resi(counter: Counter, reason: str) -> None:
    """On the case: F6, print the resi again."""
    counter.keyboard.press("f6")
    counter.see("Kertas kasus ini")
    counter.keyboard.type("2")
    counter.see("Alasan cetak ulang resi")
    counter.keyboard.type(reason)
    counter.keyboard.press("enter")


def test_paper_end_is_told_and_the_paper_comes_out_whole_with_a_new_roll(counter: Counter) -> None:
    counter.printer.paper_out(after=150)
    second_resi(counter, "hilang")
    counter.see(STOPPED)
    assert len(papers(counter.printer)) == 2
    counter.printer.new_paper()
    out = counter.came_out(3)
    assert b"SALINAN 1" in out[2]
    counter.see(READY)


def test_unplugged_amid_a_paper_the_officer_is_asked_and_prints_again(counter: Counter) -> None:
    counter.printer.paper_out(after=150)
    second_resi(counter, "basah")
    counter.see(STOPPED)
    counter.printer.unplug()
    counter.see(ASKS)
    counter.printer.printed.clear()
    counter.printer.new_paper()
    counter.printer.plug()
    counter.see("tersambung lagi")
    counter.keyboard.press("f6")
    counter.see("Kertas kasus ini")
    counter.keyboard.type("4")
    counter.see("Keadaan")
    counter.keyboard.press("enter")
    counter.see("terputus. Apakah kertasnya keluar utuh?")
    counter.keyboard.type("2")
    counter.see("Apa alasannya?")
    counter.keyboard.type("kabel lepas")
    counter.keyboard.press("enter")
    out = counter.came_out(1)
    assert b"SALINAN 3" in out[0]


def test_the_screen_ends_well(counter: Counter) -> None:
    assert counter.console.end() == 0


def test_the_doctor_finds_the_printer_and_asks_it(
    counter: Counter, usb_printer: PrinterGadget
) -> None:
    said = kiosk("doctor", "--json", code=None)
    Path("/out/doctor.json").write_text(said)
    told = json.dumps(json.loads(said))
    assert f"usb:{usb_printer.address}" in told
    assert '"present": true' in told


def test_the_journal_is_whole(counter: Counter) -> None:
    kiosk("verify")
