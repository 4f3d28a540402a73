"""Addresses of printers: written, read back, and refused in words."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.ports.addresses import (
    SerialAddress,
    TcpAddress,
    UsbAddress,
    open_port,
    parse_address,
)
from drivers.trouble import DeviceTrouble


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("usb:04b8:0202:J3FP012345", UsbAddress(0x04B8, 0x0202, "J3FP012345")),
        ("usb:0416:5011:A:B @1-2 C", UsbAddress(0x0416, 0x5011, "A:B @1-2 C")),
        ("usb:0416:5011@1-2.3", UsbAddress(0x0416, 0x5011, path="1-2.3")),
        ("usb:0416:5011@12-1", UsbAddress(0x0416, 0x5011, path="12-1")),
        ("serial:/dev/serial/by-id/usb-A:B-if00", SerialAddress("/dev/serial/by-id/usb-A:B-if00")),
        ("tcp:192.168.1.50:9100", TcpAddress("192.168.1.50", 9100)),
        ("tcp:printer.dinas.lan", TcpAddress("printer.dinas.lan", 9100)),
        ("tcp:[fe80::1%eth0]:9101", TcpAddress("fe80::1%eth0", 9101)),
    ],
)
def test_an_address_is_read(text: str, address: object) -> None:
    assert parse_address(text) == address
    assert parse_address(str(parse_address(text))) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "usb",
        "usb:",
        "usb:04b8:0202",
        "usb:04b8:0202:",
        "usb:04B8:0202:X",
        "usb:4b8:0202:X",
        "usb:04b8:0202@",
        "usb:04b8:0202@../x",
        "serial:ttyS0",
        "serial:",
        "serial:/dev/\0",
        "tcp:",
        "tcp::9100",
        "tcp:host:0",
        "tcp:host:65536",
        "tcp:a b:9100",
        "tcp:fe80::1:9100",
        "cups:Kantor",
        "virtual:satu",
        "{0}",
    ],
)
def test_what_is_no_address_is_said_so(text: str) -> None:
    for door in (parse_address, open_port):
        with pytest.raises(DeviceTrouble, match="tidak dikenal"):
            door(text)


@given(st.text(max_size=40) | st.from_regex(r"\A(usb|tcp|serial):[0-9a-f:@./\-\[\]]{0,30}\Z"))
def test_anything_is_an_address_or_a_trouble(text: str) -> None:
    try:
        address = parse_address(text)
    except DeviceTrouble as trouble:
        assert text in str(trouble)
    else:
        assert parse_address(str(address)) == address


def test_knowing_addresses_loads_no_library() -> None:
    program = (
        "import sys, drivers.ports.addresses, drivers.ports.usb, drivers.ports.usb_claim, "
        "drivers.ports.serial_line, drivers.ports.network\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert not {"usb", "serial", "PIL", "httpx", "qrcode"} & set(run.stdout.split())
