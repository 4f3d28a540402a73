"""What is told of the devices in a sysfs tree."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from drivers.presence import Found, look, named
from tests.devices import sysfs_tree as usb
from tests.devices.sysfs_tree import SysfsTree


@pytest.fixture
def tree(tmp_path: Path) -> SysfsTree:
    return SysfsTree(tmp_path)


def seen(tree: SysfsTree) -> dict[str, Found]:
    found = look(tree.sysfs, tree.dev)
    assert len({unit.address for unit in found}) == len(found)
    return {unit.address: unit for unit in found}


def test_a_printer_is_told_by_its_interface_class_and_named_by_its_serial_number(tree: SysfsTree):
    tree.plug(
        "1-2", "04b8:0e15", usb.PRINTER, maker="EPSON", product="TM-T20II", serial="583450463132"
    )
    tree.plug("1-3", "0781:5567", usb.STORAGE, maker="SanDisk", product="Cruzer Blade")
    (address, unit), *others = seen(tree).items()
    assert not others
    assert address == "usb:04b8:0e15:583450463132"
    assert (unit.kind, unit.name, unit.detail) == ("printer", "EPSON TM-T20II", "04b8:0e15 1-2")
    assert unit.also == "usb:04b8:0e15@1-2"
    assert unit.nodes == (tree.dev / "bus/usb/001/002",)
    assert unit.trouble is None


def test_an_epson_printer_of_its_vendors_class_is_a_printer_and_an_epson_scanner_is_not(
    tree: SysfsTree,
):
    tree.plug("1-2", "04b8:0202", usb.VENDOR, maker="EPSON", product="TM-T88V", serial="MXKF1")
    tree.plug("1-3", "04b8:013a", usb.VENDOR, maker="EPSON", product="Perfection V600 Photo")
    (unit,) = seen(tree).values()
    assert (unit.address, unit.kind) == ("usb:04b8:0202:MXKF1", "printer")
    assert unit.name == "EPSON TM-T88V"


def test_a_printer_without_a_serial_number_is_named_by_its_socket(tree: SysfsTree):
    tree.plug("1-4.1", "0416:5011", usb.PRINTER, product="POS58 Printer USB")
    assert seen(tree)["usb:0416:5011@1-4.1"].name == "POS58 Printer USB"


@pytest.mark.parametrize("serial", ["000000000", "0", "\x00\x01\x02", "ÿÿÿÿ"])
def test_a_serial_number_that_tells_nothing_is_none(tree: SysfsTree, serial: str):
    tree.plug("1-2", "0483:5743", usb.PRINTER, product="USB Printer", serial=serial)
    assert list(seen(tree)) == ["usb:0483:5743@1-2"]


def test_two_units_with_one_serial_number_stay_apart_and_keep_their_names(tree: SysfsTree):
    first = tree.plug("1-2", "0483:5743", usb.PRINTER, product="POS80", serial="A1B2")
    assert list(seen(tree)) == ["usb:0483:5743:A1B2"]
    second = tree.plug("1-3", "0483:5743", usb.PRINTER, product="POS80", serial="A1B2")
    both = seen(tree)
    assert sorted(both) == ["usb:0483:5743@1-2", "usb:0483:5743@1-3"]
    assert named("usb:0483:5743:A1B2", both.values()) is None, "it could be either"
    tree.unplug(first)
    left = seen(tree)
    unit = named("usb:0483:5743@1-3", left.values())
    assert unit is not None
    assert unit.address == "usb:0483:5743:A1B2"
    assert named("usb:0483:5743@1-2", left.values()) is None
    tree.unplug(second)
    assert seen(tree) == {}


def test_the_same_address_after_plugging_it_in_elsewhere(tree: SysfsTree):
    printer = tree.plug("1-2", "04b8:0e15", usb.PRINTER, product="TM", serial="X5834")
    before = seen(tree)
    tree.unplug(printer)
    tree.plug("1-4.2", "04b8:0e15", usb.PRINTER, product="TM", serial="X5834")
    after = seen(tree)
    assert before.keys() == after.keys()
    assert before != after, "it is another plugging in all the same"


def test_what_a_device_says_of_itself_cannot_spoil_the_screen(tree: SysfsTree):
    tree.plug(
        "1-2", "0416:5011", usb.PRINTER, maker="\x1b[2J Evil\n", product="\u202ePOS\x07" + "x" * 200
    )
    name = seen(tree)["usb:0416:5011@1-2"].name
    assert name.startswith("[2J Evil POS x")
    assert name.isprintable()
    assert len(name) <= 130


def test_a_nameless_device_is_named_by_its_numbers(tree: SysfsTree):
    tree.plug("1-2", "0416:5011", usb.PRINTER)
    assert seen(tree)["usb:0416:5011@1-2"].name == "USB 0416:5011"


def test_a_composite_unit_is_told_once_for_each_thing_it_does(tree: SysfsTree):
    unit = tree.plug(
        "1-2", "0c2e:0b6a", usb.HID, usb.BOOT_KEYBOARD, usb.HID,
        maker="Honeywell", product="1950", serial="21045B0E3C",
    )  # fmt: skip
    tree.hidraw(unit, usb.HIDPOS_DESCRIPTOR, interface=0)
    tree.hidraw(unit, usb.KEYBOARD_DESCRIPTOR, interface=1)
    tree.keyboard(unit, "Honeywell 1950", interface=1)
    tree.keyboard(unit, "Honeywell 1950 Consumer Control", interface=2, keys=usb.REMOTE_KEYS)
    units = seen(tree)
    assert sorted(units) == ["evdev:0c2e:0b6a:21045B0E3C", "hidpos:0c2e:0b6a:21045B0E3C"]
    assert {unit.kind for unit in units.values()} == {"barcode"}
    assert units["hidpos:0c2e:0b6a:21045B0E3C"].nodes == (tree.dev / "hidraw0",)
    assert units["evdev:0c2e:0b6a:21045B0E3C"].nodes == (tree.dev / "input/event0",)


def test_a_keyboard_is_a_keyboard_and_a_mouse_or_a_laptops_own_keys_are_nothing(tree: SysfsTree):
    tree.inner_keyboard()
    mouse = tree.plug("1-1", "046d:c077", usb.HID, product="USB Optical Mouse")
    tree.hidraw(mouse, usb.MOUSE_DESCRIPTOR)
    tree.keyboard(mouse, "Logitech USB Optical Mouse", keys="70000 0 0 0 0")
    keyboard = tree.plug("1-2", "046d:c31c", usb.BOOT_KEYBOARD, product="USB Keyboard")
    tree.keyboard(keyboard, "Logitech USB Keyboard")
    cheap = tree.plug("1-3", "1a86:5723", usb.BOOT_KEYBOARD, product="Barcode")
    tree.keyboard(cheap, "WCH.CN USB Barcode Scanner")
    kinds = {address: unit.kind for address, unit in seen(tree).items()}
    assert kinds == {"evdev:046d:c31c@1-2": "keyboard", "evdev:1a86:5723@1-3": "barcode"}


def test_two_keyboards_of_one_unit_are_one_device_with_two_files(tree: SysfsTree):
    unit = tree.plug("1-2", "05e0:1200", usb.BOOT_KEYBOARD, usb.BOOT_KEYBOARD)
    tree.keyboard(unit, "Symbol Scanner", interface=0)
    tree.keyboard(unit, "Symbol Scanner", interface=1)
    assert len(seen(tree)["evdev:05e0:1200@1-2"].nodes) == 2


def test_a_serial_line_goes_by_its_link_by_id(tree: SysfsTree):
    unit = tree.plug(
        "1-2", "05f9:4204", usb.ACM, usb.CDC_DATA, maker="Datalogic", product="Gryphon", serial="S1"
    )
    link = tree.serial(unit, "ttyACM0", "usb-Datalogic_Gryphon_S1-if00")
    found = seen(tree)[f"serial:{link}"]
    assert (found.kind, found.name, found.detail) == (
        "serial",
        "Datalogic Gryphon",
        "05f9:4204 ttyACM0",
    )
    assert found.nodes == (tree.dev / "ttyACM0",)


def test_two_cables_that_share_a_link_by_id_go_by_their_sockets(tree: SysfsTree):
    links = []
    for socket, tty in (("1-2", "ttyUSB0"), ("1-3", "ttyUSB1")):
        cable = tree.plug(socket, "1a86:7523", usb.VENDOR, product="USB Serial")
        links.append(tree.serial(cable, tty, "usb-1a86_USB_Serial-if00-port0"))
    by_path = tree.dev / "serial/by-path"
    assert sorted(seen(tree)) == [
        f"serial:{by_path}/pci-0000:00:14.0-usb-0:2:1.0",
        f"serial:{by_path}/pci-0000:00:14.0-usb-0:3:1.0",
    ]


def test_ports_of_the_computer_are_told_only_where_they_exist(tree: SysfsTree):
    tree.port("ttyS0", 4)
    tree.port("ttyS1", 0)
    assert list(seen(tree)) == [f"serial:{tree.dev}/ttyS0"]


def test_a_link_without_anything_in_sysfs_is_a_line_all_the_same(tmp_path: Path):
    links = tmp_path / "dev/serial/by-id"
    links.mkdir(parents=True)
    (links / "usb-Zebra_DS2208-if00").symlink_to("../../ttyACM7")
    (found,) = look(tmp_path / "sys", tmp_path / "dev")
    assert (found.address, found.name) == (f"serial:{links}/usb-Zebra_DS2208-if00", "Zebra DS2208")


def test_who_has_no_right_is_told_the_command_that_cures_it(tree: SysfsTree):
    tree.plug("1-2", "04b8:0e15", usb.PRINTER, product="TM-T20II")
    scanner = tree.plug("1-3", "1a86:5723", usb.BOOT_KEYBOARD)
    tree.keyboard(scanner, "USB Barcode Scanner")
    found = {unit.kind: unit for unit in look(tree.sysfs, tree.dev, may=lambda _: False)}
    assert "-m drivers.rights" in str(found["printer"].trouble)
    assert "1a86:5723 - lalu keluar" in str(found["barcode"].trouble)


def test_where_there_is_no_sysfs_there_is_nothing(tmp_path: Path):
    assert look(tmp_path / "sys", tmp_path / "dev") == frozenset()


def test_devices_that_come_and_go_while_it_looks_never_break_it(tree: SysfsTree):
    stays = tree.plug("1-9", "04b8:0e15", usb.PRINTER, product="TM-T20II", serial="STAYS")
    over = threading.Event()
    broken: list[BaseException] = []

    def look_on() -> None:
        try:
            while not over.is_set():
                assert named("usb:04b8:0e15:STAYS", look(tree.sysfs, tree.dev))
        except BaseException as error:
            broken.append(error)

    watcher = threading.Thread(target=look_on)
    watcher.start()
    for turn in range(60):
        unit = tree.plug(
            f"1-{turn % 7 + 1}", "0c2e:0b6a", usb.HID, usb.BOOT_KEYBOARD, usb.PRINTER, serial="S1"
        )
        tree.hidraw(unit, usb.HIDPOS_DESCRIPTOR)
        tree.keyboard(unit, "Honeywell", interface=1)
        tree.serial(unit, "ttyACM0", "usb-Honeywell-if00", interface=2)
        tree.unplug(unit)
    over.set()
    watcher.join(10)
    assert not broken
    tree.unplug(stays)
    assert look(tree.sysfs, tree.dev) == frozenset()
