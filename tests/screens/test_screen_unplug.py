"""Cables pulled out and put back while an officer works: one plain line each time, nothing lost,
no restart. The machine is a sysfs tree of the test's own; pyusb's code runs on an emulated bus."""

from __future__ import annotations

import asyncio
import os
import re
import time
import tty

import pytest

from config.devices import Device
from drivers.barcodes import readers
from drivers.ports import addresses
from drivers.ports.usb import UsbPort
from drivers.presence import Watch, look
from kiosk import equipment
from tests.barcodes.hidpos_unit import reports
from tests.barcodes.test_hidpos_scanner import ADDRESS as HIDPOS
from tests.barcodes.test_hidpos_scanner import Unit
from tests.devices import sysfs_tree as usb
from tests.devices.printer_model import Printer, VirtualTime
from tests.devices.sysfs_tree import SysfsTree
from tests.devices.usb_backend import UsbBus, UsbUnit, usb_address


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """The machine's devices, looked at many times a second."""
    tree = SysfsTree(tmp_path / "mesin")

    def watch(changed):
        return Watch(
            changed,
            looks=lambda: look(tree.sysfs, tree.dev),
            poll=0.05,
            announcements=lambda: None,
        )

    opened = readers.open_reader
    monkeypatch.setattr(equipment, "Watch", watch)
    monkeypatch.setattr(
        readers,
        "open_reader",
        lambda address, **about: opened(address, sysfs=tree.sysfs, dev=tree.dev, **about),
    )
    return tree


class PrinterCable:
    """A receipt printer of the model on a USB cable."""

    def __init__(self, tree: SysfsTree) -> None:
        self._tree = tree
        self._time = VirtualTime()
        self.printer = Printer(self._time, size=512)
        self.unit = UsbUnit(self.printer)
        self._bus = UsbBus([self.unit], wait=self._wait)
        self._plugged = self._plug()

    def open(self, address: str, *, baud: int = 9600) -> UsbPort:
        del baud
        place = addresses.parse_address(address)
        return UsbPort(place, backend=self._bus, sysfs=self._tree.sysfs / "none")

    def pull(self) -> None:
        self._bus.unplug(self.unit)
        self._tree.unplug(self._plugged)

    def put_back(self) -> None:
        self._bus.replug(self.unit)
        self._plugged = self._plug()

    def _plug(self):
        return self._tree.plug(
            "1-2", "0416:5011", usb.PRINTER, product="POS80", serial=self.unit.serial
        )

    def _wait(self, seconds: float) -> None:
        self._time.advance(seconds)
        time.sleep(min(seconds, 0.005))


class SerialScanner:
    """A scanner on a serial line: a pseudo-terminal behind the link that udev makes."""

    name = "Pemindai serial"

    def __init__(self, tree: SysfsTree) -> None:
        self._tree = tree
        self.plug()
        self.address = f"serial:{self._link}"

    def plug(self) -> None:
        self._far, near = os.openpty()
        tty.setraw(near)
        self._plugged = self._tree.plug("1-3", "05f9:2206", usb.ACM, serial="S1")
        self._link = self._tree.serial(self._plugged, "ttyACM0", "usb-Datalogic_S1-if00")
        node = self._tree.dev / "ttyACM0"
        node.unlink()
        node.symlink_to(os.ttyname(near))
        os.close(near)

    def unplug(self) -> None:
        self._tree.unplug(self._plugged)
        os.close(self._far)

    def read(self, text: str) -> None:
        os.write(self._far, b"\x02" + text.encode() + b"\r\n")


class HidPosScanner(Unit):
    """The same in HID-POS mode."""

    name = "Pemindai HID"
    address = HIDPOS

    def __init__(self, tree: SysfsTree) -> None:
        super().__init__(tree, usb.HIDPOS_DESCRIPTOR)
        self.plug()

    def plug(self, socket: str = "1-3") -> None:
        super().plug(socket)

    def read(self, text: str) -> None:
        self.send(reports(text))


def lines_told(at, monkeypatch) -> list[str]:
    """What the kiosk says by itself from here on."""
    told: list[str] = []
    say_it = at.app.tell
    monkeypatch.setattr(
        at.app, "tell", lambda text, level="info": (told.append(text), say_it(text, level))
    )
    return told


async def use_alone(at, device: Device) -> None:
    desk = at.desk()
    for one in desk.devices.now().of_kind(device.kind):
        await at.do(desk.devices.forget, one.address)
    await at.do(desk.devices.keep, device)


async def until(true) -> None:
    for _ in range(500):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("not in time")


async def states(at) -> list[tuple[str, int]]:
    jobs = await at.do(at.desk().printing.jobs)
    return sorted((one.state, one.copy) for one in jobs if one.paper == "resi")


async def test_a_printer_pulled_out_amid_a_resi_is_asked_about_and_prints_on_when_it_is_back(
    counter, city, tree, monkeypatch
):
    cable = PrinterCable(tree)
    monkeypatch.setattr(addresses, "open_port", cable.open)
    async with counter("siti", codes=("RSA",)) as at:
        desk = at.desk()
        address = usb_address(cable.unit)
        await use_alone(at, Device(address, "printer", "Printer loket", "80-epson", "process"))
        before = await states(at)
        told = lines_told(at, monkeypatch)
        cable.printer.on_printed[300] = cable.pull
        await at.do(desk.printing.print_again, "resi", city.numbers[11], "hilang")
        press = at.app.backroom.press(desk)
        await at.see("Printer loket terlepas. Pasang lagi; pekerjaan aman.")
        assert at.level == "peringatan"
        await at.see("printer tanya")
        ((state, copy),) = [one for one in await states(at) if one not in before]
        assert (state, copy) == ("UNKNOWN", 1)
        assert cable.printer.papers == []

        await at.keys("<f6>")
        await at.see("BELUM PASTI")
        await at.keys("<home>", "<enter>")
        await at.see(re.compile(r"terputus. Apakah kertasnya"))
        await at.keys("2")
        await at.see("Cetakan kedua akan bertanda SALINAN.")
        await at.keys("kabel lepas", "<enter>")
        await at.see("Tercatat: Cetak lagi.")
        await at.see("antre")
        assert told == ["Printer loket terlepas. Pasang lagi; pekerjaan aman."]

        cable.put_back()
        await at.see("Printer loket tersambung lagi.")
        await until(lambda: len(cable.printer.papers) == 1)
        await at.see("tercetak")
        await at.see("printer siap")
        assert b"SALINAN 2" in cable.printer.papers[0]
        assert ("PRINTED", 2) in await states(at)
        assert told[1:] == ["Printer loket tersambung lagi."]
        assert at.app.backroom.press(desk) is press, "nothing was begun anew"


@pytest.mark.parametrize("kind", [SerialScanner, HidPosScanner])
async def test_a_scanner_pulled_out_and_put_back_reads_on_by_itself(
    counter, city, tree, monkeypatch, kind
):
    scanner = kind(tree)
    async with counter("siti", codes=("RSA",)) as at:
        desk = at.desk()
        texts = [await at.do(desk.printing.qr_of, "R", city.numbers[n]) for n in (11, 10)]
        await use_alone(at, Device(scanner.address, "barcode", scanner.name))
        at.app.backroom.read_scanners()
        told = lines_told(at, monkeypatch)
        await asyncio.sleep(0.3)
        scanner.read(texts[0])
        await at.see(f"Kasus {city.numbers[11]}")
        scanner.unplug()
        await at.see(f"{scanner.name} terlepas. Pasang lagi; pekerjaan aman.")
        assert at.level == "peringatan"
        await at.see(f"Kasus {city.numbers[11]}")
        await asyncio.sleep(1.2)  # the reader looks for it in vain
        assert told == [f"{scanner.name} terlepas. Pasang lagi; pekerjaan aman."]
        scanner.plug()
        await at.see(f"{scanner.name} tersambung lagi.")
        await asyncio.sleep(1.2)  # and finds it
        scanner.read(texts[1])
        await at.see(f"Kasus {city.numbers[10]}")
        assert told[1:] == [f"{scanner.name} tersambung lagi."]
    scanner.unplug()
