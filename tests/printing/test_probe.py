"""What the probe finds out about each kind of printer, and that it leaves no mark."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drivers.printing.probe import Abilities, probe
from drivers.profiles import PROFILES
from drivers.trouble import DeviceGone
from tests.devices.printer_model import ModelPort, Printer, Skills, VirtualTime, Voice

ALL = ("dle_eot", "asb", "gs_r", "gs_h")


def asked(skills: Skills, **state: bool) -> tuple[Abilities, Printer]:
    time = VirtualTime()
    printer = Printer(time, skills)
    printer.set(**state)
    found = probe(ModelPort(printer), PROFILES["80-epson"], time)
    assert time.now <= 3
    assert str(found.says)
    printer.set(paper_out=False, cover_open=False)
    time.advance(5)
    assert printer.waiting == 0 and not printer._line, "nothing is left to be printed"
    assert not printer.papers and not printer.hanging.replace(b"\x1b@", b"")
    return found, printer


def test_an_epson() -> None:
    found, printer = asked(Skills())
    assert found.proof == "process" and found.status == ALL and found.sure
    assert found.model == "TM-MODEL"
    assert not printer._asb, "its reports are off again"


@pytest.mark.parametrize("prints_unknown", [False, True])
def test_without_a_process_answer(prints_unknown: bool) -> None:
    found, _ = asked(Skills(gs_h=False, prints_unknown=prints_unknown))
    assert found.proof == "status" and found.status == ("dle_eot", "asb", "gs_r")


@pytest.mark.parametrize("prints_unknown", [False, True])
def test_one_that_knows_only_its_state(prints_unknown: bool) -> None:
    found, _ = asked(Skills(gs_h=False, gs_r=False, asb=False, prints_unknown=prints_unknown))
    assert found.proof == "officer" and found.status == ("dle_eot",) and found.sure


def test_one_that_knows_nothing() -> None:
    skills = Skills(dle_eot=False, gs_h=False, gs_r=False, asb=False, prints_unknown=True)
    found, _ = asked(skills)
    assert found.proof == "officer" and found.status == () and not found.sure


@pytest.mark.parametrize("voice", ["mute", "echo", "garbage", "constant", "babble"])
def test_clones(voice: Voice) -> None:
    found, _ = asked(Skills(voice=voice))
    assert found.proof == "officer"
    assert "gs_h" not in found.status and "gs_r" not in found.status


@pytest.mark.parametrize("what", ["paper_out", "cover_open"])
def test_a_stopped_printer_is_not_judged(what: str) -> None:
    found, _ = asked(Skills(), **{what: True})
    assert not found.sure and found.proof == "officer"
    assert "Kertas habis" in str(found.says) or "Tutup" in str(found.says)


def test_one_left_inside_a_command() -> None:
    time = VirtualTime()
    printer = Printer(time)
    printer.out(b"\x1dv0\x00\x10")
    assert probe(ModelPort(printer), PROFILES["80-epson"], time).proof == "process"


def test_one_that_takes_nothing_and_one_that_goes() -> None:
    time = VirtualTime()
    printer = Printer(time, stalled=True)
    found = probe(ModelPort(printer), PROFILES["80-epson"], time)
    assert not found.sure and time.now <= 3
    printer.gone = True
    with pytest.raises(DeviceGone):
        probe(ModelPort(printer), PROFILES["80-epson"], time)


def test_a_matrix_printer_is_not_asked() -> None:
    time = VirtualTime()
    printer = Printer(time)
    profile = replace(PROFILES["80-epson"], language="escp")
    assert probe(ModelPort(printer), profile, time).proof == "officer"
    assert printer.received == 0
