"""Which unit on the bus is meant, and what is said when it cannot be had."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from drivers.ports.addresses import UsbAddress, open_port
from drivers.ports.usb import UsbPort
from drivers.trouble import DeviceBusy, DeviceGone, DeviceRefused, DeviceTrouble
from tests.devices.usb_backend import Pipe, Setting, Sink, UsbBus, UsbUnit, usb_address

CURE = "-m drivers.rights "


def write_to(bus: UsbBus, address: str, sysfs: Path) -> None:
    port = open_port(address, usb_backend=bus, sysfs=sysfs)
    assert port.write(b"x", 1.0) == 1
    port.close()


def three_alike(**about: object) -> list[UsbUnit]:
    return [
        UsbUnit(Sink(), serial=f"SN{n}", ports=(1, n), **about)  # type: ignore[arg-type]
        for n in (1, 2, 3)
    ]


def test_units_alike_are_told_apart_by_sysfs_without_a_word_to_them(tmp_path: Path) -> None:
    units = three_alike()
    for unit in units:
        unit.in_sysfs(tmp_path)
    bus = UsbBus(units)
    write_to(bus, usb_address(units[1]), tmp_path)
    assert [bytes(unit.side.got) for unit in units] == [b"", b"x", b""]
    assert units[0].log == units[2].log == []
    assert "string" not in units[1].log


def test_without_sysfs_each_is_asked_after_it_was_claimed(tmp_path: Path) -> None:
    units = three_alike()
    bus = UsbBus(units)
    write_to(bus, usb_address(units[2]), tmp_path)
    assert [bytes(unit.side.got) for unit in units] == [b"", b"", b"x"]
    for unit in units:
        assert unit.log.index("claim_interface") < unit.log.index("string")
    assert bus.open_handles == 0
    assert all(unit.usblp for unit in units)


def test_a_busy_unit_is_never_asked_for_its_strings(tmp_path: Path) -> None:
    units = three_alike()
    units[0].busy = True
    bus = UsbBus(units)
    write_to(bus, usb_address(units[1]), tmp_path)
    assert "string" not in units[0].log
    with pytest.raises(DeviceBusy):
        write_to(bus, usb_address(units[0]), tmp_path)
    assert "string" not in units[0].log
    assert units[0].usblp, "given back although the claim failed"


def test_a_unit_without_serial_number_is_known_by_its_place(tmp_path: Path) -> None:
    units = [UsbUnit(Sink(), serial=None, bus=7, ports=ports) for ports in ((1,), (2, 3), (2,))]
    bus = UsbBus(units)
    assert usb_address(units[1]) == "usb:0416:5011@7-2.3"
    write_to(bus, "usb:0416:5011@7-2.3", tmp_path)
    assert [bytes(unit.side.got) for unit in units] == [b"", b"x", b""]
    units[1].product = 0x9999  # another make was plugged in there
    with pytest.raises(DeviceGone):
        write_to(bus, "usb:0416:5011@7-2.3", tmp_path)


def test_clones_with_one_serial_number_are_not_guessed_between(tmp_path: Path) -> None:
    units = [UsbUnit(Sink(), serial="0001", ports=(n,)) for n in (1, 2)]
    for unit in units:
        unit.in_sysfs(tmp_path)
    with pytest.raises(DeviceTrouble, match="nomor seri yang sama"):
        write_to(UsbBus(units), "usb:0416:5011:0001", tmp_path)
    assert units[0].log == units[1].log == []


@pytest.mark.parametrize("in_sysfs", [True, False])
def test_what_is_not_there_is_gone(tmp_path: Path, in_sysfs: bool) -> None:
    unit = UsbUnit(Sink())
    if in_sysfs:
        unit.in_sysfs(tmp_path)
    bus = UsbBus([unit])
    for address in ("usb:0416:5011:OTHER", "usb:0416:5012:SN1", "usb:0416:5011@99-4"):
        with pytest.raises(DeviceGone):
            write_to(bus, address, tmp_path)
    bus.unplug(unit)
    with pytest.raises(DeviceGone):
        write_to(bus, usb_address(unit), tmp_path)
    bus.replug(unit)
    write_to(bus, usb_address(unit), tmp_path)
    assert bus.open_handles == 0


def test_the_second_opener_is_told_at_once(tmp_path: Path) -> None:
    unit = UsbUnit(Sink())
    bus = UsbBus([unit])
    first = open_port(usb_address(unit), usb_backend=bus, sysfs=tmp_path)
    with pytest.raises(DeviceBusy):
        open_port(usb_address(unit), usb_backend=bus, sysfs=tmp_path)
    assert first.write(b"x", 1.0) == 1
    first.close()
    assert unit.usblp
    write_to(bus, usb_address(unit), tmp_path)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM])
def test_who_may_not_is_told_the_command(tmp_path: Path, number: int) -> None:
    unit = UsbUnit(Sink(), errors={"open_device": number})
    with pytest.raises(DeviceRefused) as failed:
        write_to(UsbBus([unit]), usb_address(unit), tmp_path)
    assert CURE in str(failed.value)
    assert "{" not in str(failed.value)
    assert "sudo " in str(failed.value)


def test_no_langid_is_said_as_what_it_is(tmp_path: Path) -> None:
    unit = UsbUnit(Sink(), no_langid=True)
    bus = UsbBus([unit])
    with pytest.raises(DeviceRefused, match=CURE):
        write_to(bus, usb_address(unit), tmp_path)
    assert bus.open_handles == 0


@pytest.mark.parametrize(
    "settings",
    [
        (),
        (Setting(kind=(3, 1, 1), pipes=(Pipe(0x81, 8, kind=3),)),),
        (Setting(kind=(7, 1, 4)),),
        (Setting(pipes=(Pipe(0x81),)),),
    ],
)
def test_what_is_no_printer_is_not_written_to(
    tmp_path: Path, settings: tuple[Setting, ...]
) -> None:
    unit = UsbUnit(Sink(), settings=settings, serial=None)
    bus = UsbBus([unit])
    with pytest.raises(DeviceTrouble, match="bukan printer"):
        write_to(bus, usb_address(unit), tmp_path)
    assert bus.open_handles == 0
    assert unit.usblp


def test_an_epson_printer_of_its_vendors_class_prints(tmp_path: Path) -> None:
    """Known by its ids alone; its bulk pipes are its own choice."""
    vendors = Setting(kind=(0xFF, 0xFF, 0xFF), pipes=(Pipe(0x01), Pipe(0x82)))
    unit = UsbUnit(Sink(), vendor=0x04B8, product=0x0202, settings=(vendors,), status_refused=True)
    port = open_port(usb_address(unit), usb_backend=UsbBus([unit]), sysfs=tmp_path)
    assert port.write(b"struk", 1.0) == 5
    assert port.status() is None
    port.close()
    assert bytes(unit.side.got) == b"struk"
    scanner = UsbUnit(Sink(), vendor=0x04B8, product=0x013A, settings=(vendors,))
    with pytest.raises(DeviceTrouble, match="bukan printer"):
        write_to(UsbBus([scanner]), usb_address(scanner), tmp_path)
    assert scanner.side.got == b""


ACTS = [
    "open_device",
    "get_configuration",
    "set_configuration",
    "is_kernel_driver_active",
    "detach_kernel_driver",
    "claim_interface",
    "set_interface_altsetting",
    "ctrl_transfer",
    "bulk_write",
    "bulk_read",
    "clear_halt",
    "release_interface",
    "attach_kernel_driver",
]
ALTERNATES = (Setting(0, 0, (7, 1, 1), (Pipe(0x01),)), Setting(0, 1))


@pytest.mark.parametrize("act", ACTS)
def test_whatever_errno_a_step_gives_the_officer_gets_words(tmp_path: Path, act: str) -> None:
    """Every number that this system has, at every step: trouble with words, and all given back."""
    for number in [*sorted(errno.errorcode), None]:  # libusb's "other error" has none
        unit = UsbUnit(
            Sink(),
            settings=ALTERNATES,
            configuration=0 if act == "set_configuration" else 1,
            errors={act: number},
        )
        bus = UsbBus([unit])
        try:
            port = UsbPort(UsbAddress(0x0416, 0x5011, "SN1"), backend=bus, sysfs=tmp_path)
        except DeviceTrouble as trouble:
            assert trouble.says.text.endswith((".", "--install"))
        else:
            for do in (lambda p: p.write(b"x", 0.01), lambda p: p.read(0.01), UsbPort.status):
                _words_or_nothing(do, port)
            port.close()
        assert bus.open_handles == 0, number


def _words_or_nothing(do: Callable[[UsbPort], object], port: UsbPort) -> None:
    try:
        do(port)
    except DeviceGone as gone:
        assert "Periksa" in str(gone)


def test_a_missing_library_is_named_with_its_cure(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    import ctypes.util

    from usb.backend import libusb1

    monkeypatch.setattr(libusb1, "_lib_object", None)
    monkeypatch.setattr(ctypes.util, "find_library", lambda name: None)  # noqa: ARG005
    with pytest.raises(DeviceTrouble, match=r"sudo apt install libusb-1\.0-0"):
        open_port("usb:0416:5011:SN1")
    assert capfd.readouterr() == ("", "")


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_the_real_library_leaves_no_descriptor_behind() -> None:
    """Two hundred contexts of the real libusb, on whatever bus this machine has or has not."""

    def attempt() -> None:
        with pytest.raises(DeviceGone):
            open_port("usb:ffff:fffe:nothing like it")

    attempt()  # pyusb's own context stays
    before = open_files()
    for _ in range(200):
        attempt()
    assert open_files() == before
