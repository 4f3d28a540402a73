"""kiosk doctor: devices are put to use, asked, tried, and written down."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from config.devices import load_devices
from kiosk.cli import main
from kiosk.doctor import Doctor
from kiosk.doctor_talk import converse
from tests.desk.world import World
from tests.devices.printer_model import Skills
from tests.devices.tcp_printer import TcpPrinter


def doctor(folder: Path, *more: str) -> int:
    return main(["doctor", "--data", str(folder), *more])


def test_a_printer_is_put_to_use_with_the_proof_it_can_give(
    offline: World, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = offline.folder("RSA")
    mute = Skills(dle_eot=False, asb=False, gs_r=False, gs_h=False)
    with TcpPrinter() as able, TcpPrinter(mute) as cheap:
        assert (
            doctor(folder, "--use", able.address, "--profile", "80-epson", "--papers", "resi") == 0
        )
        assert doctor(folder, "--use", cheap.address, "--profile", "58-polos") == 0
        devices = load_devices(folder)
        assert devices.find(able.address).proof == "process"
        assert devices.find(cheap.address).proof == "officer"
        assert devices.papers == {"resi": able.address}
        capsys.readouterr()
        doctor(folder, "--json")
        facts = json.loads(capsys.readouterr().out)
        one = next(one for one in facts["devices"] if one["address"] == able.address)
        assert one["in_use"] and one["abilities"]["gs_h"] and one["trouble"] == ""
        assert able.papers == [] and cheap.papers == []


def test_what_is_wrong_is_said_and_is_the_exit_code(
    offline: World, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = offline.folder("RSA")
    with TcpPrinter() as unit:
        doctor(folder, "--use", unit.address, "--profile", "80")
    capsys.readouterr()
    assert doctor(folder) == 1
    assert "Printer 127.0.0.1" in capsys.readouterr().out
    assert doctor(folder, "--use", "usb:xyz") == 1
    assert doctor(folder, "--use", "virtual", "--profile", "dot") == 1
    assert doctor(folder, "--use", "virtual", "--papers", "struk") == 1
    assert "struk" in capsys.readouterr().err


def test_a_test_page_is_printed_looked_at_and_scanned(offline: World) -> None:
    folder = offline.folder("RSA")
    with TcpPrinter() as unit:
        doctor(folder, "--use", unit.address, "--profile", "80-epson", "--name", "Loket 1")
        patient = Doctor(folder, frozenset())
        told: list[str] = []
        answers = iter(["y", "y", "UJI-SALAH", "y", "y", "UJI-RSA"])

        def answer(text: str) -> str:
            return "t" if text.startswith("Cetak") and "Loket 1" not in text else next(answers)

        converse(patient, answer, told.append)
        converse(patient, answer, told.append)
        assert len(unit.papers) == 2 and b"HALAMAN UJI" in unit.papers[0]
        assert "UJI-SALAH" in told[0] and "baik" in told[1]
        assert load_devices(folder).find(unit.address).tested is not None
