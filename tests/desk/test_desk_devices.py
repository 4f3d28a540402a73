"""Which paper goes to which printer, and what becomes of it when the printer does not do well."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from config.devices import DEVICES_FILE, PAPERS, TRAINING, Device
from kiosk.desk.desk import Desk
from kiosk.desk.views import JobRow, Refusal
from kiosk.press import Press
from tests.desk.world import World
from tests.devices.printer_model import Skills
from tests.devices.tcp_printer import TcpPrinter

DOT_MATRIX = Device("virtual:kartu", "printer", "Dot matrix", "dotmatrix", "process")


def papers(folder: Path) -> list[str]:
    return sorted(path.stem for path in (folder / "kertas").glob("*.bin"))


def at(unit: TcpPrinter, profile: str = "80-epson", proof: str = "process") -> Device:
    return Device(unit.address, "printer", "Printer TCP", profile, proof)  # type: ignore[arg-type]


def resi_of(desk: Desk) -> JobRow:
    return next(job for job in desk.printing.jobs() if job.paper == "resi")


def until(true: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "not in time"
        time.sleep(0.005)


def only(desk: Desk, device: Device) -> None:
    """This printer and no other."""
    for one in desk.devices.now().of_kind("printer"):
        desk.devices.forget(one.address)
    desk.devices.keep(device)


def test_each_paper_goes_to_the_printer_it_was_given_to(offline: World) -> None:
    ward = offline.desk("RSA")
    ward.devices.keep(DOT_MATRIX)
    assert ward.devices.unprinted() == list(PAPERS)
    ward.devices.send("resi", "virtual")
    assert ward.devices.unprinted() == [paper for paper in PAPERS if paper != "resi"]
    ward.devices.send("kartu", DOT_MATRIX.address)
    assert ward.devices.unprinted() == [], "lists and letters go where the cards are printed"
    (number,) = offline.take_in(1)
    assert Press(ward).run() == 2
    folder = ward.front.folder
    assert papers(folder) == [f"kartu-{number}", f"resi-{number}"]
    assert (folder / "kertas" / f"kartu-{number}.bin").read_bytes().endswith(b"\x0c")
    assert number in (folder / "kertas" / f"kartu-{number}.txt").read_text()
    assert {job.paper: job.device for job in ward.printing.jobs()} == {
        "resi": "virtual",
        "kartu": DOT_MATRIX.address,
    }


def test_a_paper_without_a_printer_waits_and_prints_once_there_is_one(offline: World) -> None:
    ward = offline.desk("RSA")
    ward.devices.forget("virtual")
    (number,) = offline.take_in(1)
    assert Press(ward).run() == 0 and ward.printing.pending() == 2
    ward.devices.keep(TRAINING.devices[0])
    assert Press(ward).run() == 2
    assert f"resi-{number}" in papers(ward.front.folder)


def test_a_waiting_paper_may_be_called_off_and_nothing_else(offline: World) -> None:
    ward = offline.desk("RSA")
    ward.devices.forget("virtual")
    offline.take_in(1)
    job = resi_of(ward)
    with pytest.raises(Refusal, match="masih menunggu"):
        ward.printing.decide(job.id, "tercetak")
    ward.printing.decide(job.id, "batal")
    assert resi_of(ward).state == "CANCELLED"


def test_a_file_of_devices_that_is_wrong_is_said_and_never_written_over(offline: World) -> None:
    ward = offline.desk("RSA")
    path = ward.front.folder / DEVICES_FILE
    path.write_text('[[device]]\naddress = "x"\n')
    assert ward.devices.now() == TRAINING or ward.devices.now().devices == ()
    assert "perangkat.toml:1" in ward.devices.trouble
    with pytest.raises(Refusal, match="kunci ini wajib ada"):
        ward.devices.keep(DOT_MATRIX)
    assert path.read_text() == '[[device]]\naddress = "x"\n'


def test_a_printer_that_proves_its_papers_prints_them(offline: World) -> None:
    ward = offline.desk("RSA")
    with TcpPrinter() as unit:
        only(ward, at(unit))
        (number,) = offline.take_in(1)
        assert Press(ward).run() == 2
        assert {job.state for job in ward.printing.jobs()} == {"PRINTED"}
        assert len(unit.papers) == 2
        assert number.encode() in unit.papers[0]


def test_a_printer_without_paper_is_waited_for_before_the_first_byte(offline: World) -> None:
    ward = offline.desk("RSA")
    with TcpPrinter() as unit:
        only(ward, at(unit))
        unit.set(paper_out=True)
        offline.take_in(1)
        press = Press(ward)
        assert press.run() == 0
        job = resi_of(ward)
        assert job.state == "QUEUED" and "Kertas habis" in job.says
        unit.set(paper_out=False)
        assert press.run() == 2 and len(unit.papers) == 2
        press.close()


def test_paper_that_ends_half_way_is_gone_on_with(offline: World) -> None:
    ward = offline.desk("RSA")
    with TcpPrinter(size=256) as unit:
        only(ward, at(unit))
        offline.take_in(1)
        unit.printer.on_printed[300] = lambda: unit.printer.set(paper_out=True)
        press = Press(ward)
        at_work = threading.Thread(target=press.run)
        at_work.start()
        until(lambda: bool(ward.printing.paused()))
        assert "Kertas habis" in ward.printing.paused()[0].says
        assert press.trouble(unit.address)
        unit.set(paper_out=False)
        at_work.join(20)
        assert {job.state for job in ward.printing.jobs()} == {"PRINTED"}
        assert len(unit.papers) == 2 and press.trouble(unit.address) == ""
        press.close()


def test_power_lost_half_way_is_asked_about_and_the_next_paper_prints(offline: World) -> None:
    ward = offline.desk("RSA")
    with TcpPrinter(size=256) as unit:
        only(ward, at(unit))
        (number,) = offline.take_in(1)
        unit.printer.on_printed[300] = lambda: unit.printer.set(stalled=True)
        press = Press(ward)
        at_work = threading.Thread(target=press.run)
        at_work.start()
        until(lambda: unit.printer.stalled)
        unit.cut_power()
        at_work.join(20)
        job = resi_of(ward)
        assert job.state == "UNKNOWN" and unit.papers == []
        unit.set(stalled=False)
        unit.power_up()
        until(lambda: press.run() > 0)  # the control card
        ward.printing.decide(job.id, "ulang", "listrik padam")
        until(lambda: press.run() > 0)
        assert len(unit.papers) == 2 and b"SALINAN 1" in unit.papers[1]
        assert number.encode() in unit.papers[1]
        press.close()


def test_a_printer_that_cannot_tell_leaves_it_to_the_officer(offline: World) -> None:
    ward = offline.desk("RSA")
    with TcpPrinter(Skills(dle_eot=False, asb=False, gs_r=False, gs_h=False)) as unit:
        only(ward, at(unit, "58-polos", "officer"))
        offline.take_in(1)
        press = Press(ward)
        assert press.run() == 2
        assert [job.state for job in ward.printing.unanswered()] == ["LOOK", "LOOK"]
        ward.printing.decide(resi_of(ward).id, "tercetak")
        assert [job.paper for job in ward.printing.unanswered()] == ["kartu"]
        assert ward.printing.recover() == 0  # he is still asked when the kiosk starts again
        assert [job.state for job in ward.printing.unanswered()] == ["LOOK"]
        press.close()


def test_a_paper_under_way_can_be_stopped_and_is_asked_about(offline: World) -> None:
    ward = offline.desk("RSA")
    with TcpPrinter(size=256) as unit:
        only(ward, at(unit))
        offline.take_in(1)
        unit.printer.on_printed[300] = lambda: unit.printer.set(paper_out=True)
        press = Press(ward)
        at_work = threading.Thread(target=press.run)
        at_work.start()
        until(lambda: bool(ward.printing.paused()))
        press.halt(resi_of(ward).id)
        at_work.join(20)
        assert resi_of(ward).state == "UNKNOWN"
        press.close()


def test_a_test_page_goes_to_the_printer_it_is_for(offline: World) -> None:
    ward = offline.sit("siti")
    ward.devices.keep(DOT_MATRIX)
    mark = ward.printing.queue_test(DOT_MATRIX.address)
    assert mark == "UJI-RSA"
    Press(ward).run()
    text = (ward.front.folder / "kertas" / "uji-UJI-RSA.txt").read_text()
    assert "HALAMAN UJI" in text and "Dot matrix" in text
    with pytest.raises(Refusal):
        ward.printing.queue_test("tcp:10.0.0.1:9100")
