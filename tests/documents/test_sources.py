"""Addresses that outlive unplugging, and opening by address."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from drivers.documents.escl import Escl
from drivers.documents.job import ScanTrouble, ScanWish
from drivers.documents.sane_options import read_options
from drivers.documents.skills import Skills, ask_skills, of_sane
from drivers.documents.sources import current_name, find_sources, open_source, steady_name
from drivers.trouble import DeviceTrouble
from tests.devices.escl_server import EsclServer
from tests.documents.sane_world import Sane, Taken


def plug(sysfs: Path, place: str, device: int, serial: str = "", model: str = "190f") -> None:
    folder = sysfs / place
    folder.mkdir(parents=True, exist_ok=True)
    facts = {"busnum": "1", "devnum": str(device), "idVendor": "04a9", "idProduct": model}
    if serial:
        facts["serial"] = serial
    for name, value in facts.items():
        (folder / name).write_text(value + "\n")
    (sysfs / f"{place}:1.0").mkdir(exist_ok=True)


def test_a_serial_number_outlives_unplugging(tmp_path: Path) -> None:
    plug(tmp_path, "1-1", 3, "LAIN")
    plug(tmp_path, "1-2", 4, "KS:01 A")
    steady = steady_name("genesys:libusb:001:004", tmp_path)
    assert steady == "genesys:usb:04a9:190f:KS:01 A"
    assert current_name(steady, tmp_path) == "genesys:libusb:001:004"
    for fact in (tmp_path / "1-2").iterdir():
        fact.unlink()
    assert current_name(steady, tmp_path) is None
    plug(tmp_path, "1-4.1", 117, "KS:01 A")
    assert current_name(steady, tmp_path) == "genesys:libusb:001:117"


def test_without_a_serial_number_the_place_counts(tmp_path: Path) -> None:
    plug(tmp_path, "1-2.3", 9)
    plug(tmp_path, "1-2.4", 10)
    steady = steady_name("plustek:libusb:001:010", tmp_path)
    assert steady == "plustek:usb:04a9:190f@1-2.4"
    plug(tmp_path, "1-2.4", 12)
    assert current_name(steady, tmp_path) == "plustek:libusb:001:012"
    plug(tmp_path, "1-2.4", 12, model="0001")
    assert current_name(steady, tmp_path) is None


@pytest.mark.parametrize(
    "name", ["pixma:04A91794_F3D2A1", "airscan:e0:Kyocera", "test:0", "genesys:libusb:009:004"]
)
def test_other_names_stay_as_they_are(name: str, tmp_path: Path) -> None:
    assert steady_name(name, tmp_path) == name
    assert current_name(name, tmp_path) == name
    assert steady_name(name, tmp_path / "tidak-ada") == name


def test_sane_units_are_found_and_opened(sane: Sane, tmp_path: Path) -> None:
    sane.test_backend()
    found = find_sources()
    assert [unit.address for unit in found] == ["sane:test:0", "sane:test:1"]
    source = open_source(found[1].address, found[1].label)
    assert source.name == "Noname frontend-tester"
    for folder in ("a", "b"):
        assert len(Taken(source, ScanWish(30, feeder=True), tmp_path / folder).pages) == 10


def test_escl_is_opened_by_its_address(tmp_path: Path) -> None:
    with EsclServer(2) as server:
        source = open_source(f"escl:{server.url}/", "Pemindai depan")
        assert isinstance(source, Escl)
        assert source.name == "Pemindai depan"
        assert len(Taken(source, ScanWish(75, feeder=True), tmp_path / "a").pages) == 2


def test_what_units_can_do_is_told_alike(sane: Sane) -> None:
    sane.test_backend()
    able = ask_skills("sane:test:0", "Noname")
    assert able == Skills("Noname", True, True, ("abu", "warna"), (1, 1200), True, ("png",))
    with EsclServer(2) as server:
        able = ask_skills(f"escl:{server.url}")
    assert able.model and able.glass and able.feeder
    assert able.colours == ("abu", "warna", "hitam-putih")
    assert (able.resolutions, able.span) == ((75, 100, 200, 300), False)
    assert set(able.formats) >= {"jpeg", "png"}
    with pytest.raises(ScanTrouble) as caught:
        ask_skills("sane:test:7", "Gudang")
    assert caught.value.reason == "gone" and "Gudang" in str(caught.value)


@pytest.mark.parametrize(
    ("sources", "glass", "feeder"),
    [
        ("", True, False),
        ("Flatbed", True, False),
        ("ADF Front|ADF Duplex", False, True),
        ("FlatBed|Automatic Document Feeder(centrally aligned)", True, True),
    ],
)
def test_where_paper_goes_by_the_names_of_backends(sources: str, glass: bool, feeder: bool) -> None:
    line = f"    --source {sources} [{sources.partition('|')[0]}]"
    options = read_options([line] if sources else [])
    able = of_sane({**options, **read_options(["    --resolution 75|150|600dpi [75]"])}, "X")
    assert (able.glass, able.feeder) == (glass, feeder)
    assert (able.resolutions, able.span) == ((75, 150, 600), False)


def test_a_unit_that_is_unplugged_is_said_to_be_gone(tmp_path: Path) -> None:
    source = open_source("sane:genesys:usb:04a9:190f:X", "Pemindai", sysfs=tmp_path)
    with pytest.raises(ScanTrouble, match="Pemindai Pemindai tidak ditemukan") as caught:
        source.scan(ScanWish(), tmp_path, lambda *_: None, threading.Event())
    assert caught.value.reason == "gone"


@pytest.mark.parametrize("address", ["", "sane:", "escl:", "escl:ftp://x", "usb:04a9:190f:X"])
def test_another_address_is_refused(address: str) -> None:
    with pytest.raises(DeviceTrouble, match="tidak dikenal"):
        open_source(address)
