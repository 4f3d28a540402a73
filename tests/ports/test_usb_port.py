"""The USB way to a printer: exact counts, whatever the unit does, over pyusb's own core."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.ports.addresses import open_port
from drivers.ports.port import Port, PortStatus
from drivers.trouble import DeviceGone
from tests.devices.usb_backend import (
    Pipe,
    Setting,
    Sink,
    Stall,
    UsbBus,
    UsbUnit,
    printer_on_usb,
    usb_address,
)

PAPER = bytes(range(256)) + b"RESI 0001\n" * 20
NOWHERE = Path("/nonexistent")


def opened(bus: UsbBus, unit: UsbUnit) -> Port:
    return open_port(usb_address(unit), usb_backend=bus, sysfs=NOWHERE)


def test_a_paper_arrives_whole_and_the_unit_goes_back_to_usblp() -> None:
    sink = Sink()
    bus, unit = printer_on_usb(sink)
    port = opened(bus, unit)
    assert not unit.usblp
    assert port.write(PAPER, 1.0) == len(PAPER)
    port.close()
    port.close()
    assert bytes(sink.got) == PAPER
    assert unit.usblp
    assert bus.open_handles == 0
    assert "set_configuration" not in unit.log
    assert "set_interface_altsetting" not in unit.log


def test_a_unit_that_usblp_never_had_is_not_given_to_it() -> None:
    bus, unit = printer_on_usb(Sink(), usblp=False)
    opened(bus, unit).close()
    assert not unit.usblp
    assert "detach_kernel_driver" not in unit.log


def test_a_configuration_is_set_only_where_none_is() -> None:
    bus, unit = printer_on_usb(Sink(), configuration=0, usblp=False)
    port = opened(bus, unit)
    assert unit.log.count("set_configuration") == 1
    assert port.write(b"x", 1.0) == 1
    port.close()


@pytest.mark.parametrize("room", [0, 1, 63, 64, 65, 300, 455])
def test_a_full_printer_takes_what_it_takes_and_nothing_is_lost(room: int) -> None:
    sink = Sink()
    sink.room = room
    bus, unit = printer_on_usb(sink)
    port = opened(bus, unit)
    taken = port.write(PAPER, 0.05)
    assert taken == room == len(sink.got)
    assert port.write(PAPER[taken:], 0.05) == 0
    sink.room = None
    assert port.write(PAPER[taken:], 0.05) == len(PAPER) - taken
    assert bytes(sink.got) == PAPER
    port.close()


class Moody(Sink):
    """Takes, refuses and stalls as it is told to, one mood for each offer."""

    def __init__(self, moods: list[int | None]) -> None:
        super().__init__()
        self.moods = moods

    def out(self, data: bytes) -> int:
        if self.moods:
            mood = self.moods.pop(0)
            if mood is None:
                raise Stall
            data = data[:mood]
        self.got += data
        return len(data)


@given(
    moods=st.lists(st.one_of(st.none(), st.integers(0, 90)), max_size=30),
    packet=st.sampled_from([8, 64, 512, 1024]),
)
def test_counts_are_exact_through_any_mixture_of_stalls_and_short_writes(
    moods: list[int | None], packet: int
) -> None:
    sink = Moody(list(moods))
    bus, unit = printer_on_usb(
        sink, settings=(Setting(pipes=(Pipe(0x03, packet), Pipe(0x84, packet))),)
    )
    port = opened(bus, unit)
    sent = 0
    for _ in range(200):
        try:
            sent += port.write(PAPER[sent:], 0.5)
        except DeviceGone as gone:  # two stalls in a row
            assert not gone.maybe_taken
        assert bytes(sink.got) == PAPER[:sent]
        if sent == len(PAPER):
            break
    assert sent == len(PAPER)
    port.close()


class Leaving(Sink):
    """Is unplugged when it has ``limit`` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit

    def out(self, data: bytes) -> int:
        taken = data[: self.limit - len(self.got)]
        self.got += taken
        self.gone = len(self.got) >= self.limit
        return len(taken)


SHORT = b"\x1b@RESI 470.1\n\n" + bytes(range(60)) + b"\x1dV\x00"


@pytest.mark.parametrize("limit", range(len(SHORT) + 1))
def test_unplugged_at_any_byte_it_is_known_what_may_have_arrived(limit: int) -> None:
    sink = Leaving(limit)
    bus, unit = printer_on_usb(sink)
    port = opened(bus, unit)
    with pytest.raises(DeviceGone) as failed:
        port.write(SHORT, 1.0)
    assert failed.value.maybe_taken or not sink.got
    for act in (lambda: port.write(b"x", 0.1), lambda: port.read(0.1), port.status):
        with pytest.raises(DeviceGone):
            act()
    bus.replug(unit)
    sink.limit = 10_000
    with pytest.raises(DeviceGone):
        port.write(b"x", 0.1)  # what is plugged in again is another device
    port.close()
    assert bus.open_handles == 0
    again = opened(bus, unit)
    assert again.write(SHORT, 1.0) == len(SHORT)
    again.close()


def test_a_printer_switched_off_between_papers_has_taken_nothing_of_the_next() -> None:
    sink = Sink()
    bus, unit = printer_on_usb(sink)
    port = opened(bus, unit)
    assert port.write(SHORT, 1.0) == len(SHORT)
    bus.unplug(unit)
    bus.replug(unit)
    with pytest.raises(DeviceGone) as failed:
        port.write(SHORT, 1.0)
    assert not failed.value.maybe_taken
    assert bytes(sink.got) == SHORT
    port.close()


def test_a_long_paper_goes_in_whole_packets() -> None:
    class Offers(Sink):
        def __init__(self) -> None:
            super().__init__()
            self.sizes: list[int] = []

        def out(self, data: bytes) -> int:
            self.sizes.append(len(data))
            return super().out(data)

    sink = Offers()
    bus, unit = printer_on_usb(sink, settings=(Setting(pipes=(Pipe(0x01, 192),)),))
    port = opened(bus, unit)
    assert port.write(bytes(20_000), 1.0) == 20_000
    assert all(size % 192 == 0 for size in sink.sizes[:-1])
    assert max(sink.sizes) <= 4096
    port.close()


def test_no_transfer_outlasts_the_seconds_given() -> None:
    waited: list[float] = []
    sink = Sink()
    sink.room = 100
    unit = UsbUnit(sink)
    bus = UsbBus([unit], wait=waited.append)
    port = opened(bus, unit)
    assert port.write(PAPER, 0.25) == 100
    assert port.write(PAPER, 0.0) == 0
    assert port.read(0.5) == b""
    assert port.read(0.0) == b""
    assert max(waited) <= 0.5
    assert len(waited) == 4
    port.close()


def test_answers_are_read_and_silence_is_nothing() -> None:
    sink = Sink()
    bus, unit = printer_on_usb(sink)
    port = opened(bus, unit)
    assert port.read(0.01) == b""
    sink.answers += b"\x12\x14\x00\x00"
    assert port.read(0.01) == b"\x12\x14\x00\x00"
    port.close()


def test_a_stalled_answer_pipe_is_cleared() -> None:
    class Silent(Sink):
        stalls = 1

        def take_in(self, limit: int) -> bytes:
            if self.stalls:
                self.stalls -= 1
                raise Stall
            return super().take_in(limit)

    sink = Silent()
    sink.answers += b"\x12"
    bus, unit = printer_on_usb(sink)
    port = opened(bus, unit)
    assert port.read(0.01) == b""
    assert port.read(0.01) == b"\x12"
    port.close()


def test_a_printer_without_an_answer_pipe_prints() -> None:
    sink = Sink()
    bus, unit = printer_on_usb(sink, settings=(Setting(kind=(7, 1, 1), pipes=(Pipe(0x01),)),))
    port = opened(bus, unit)
    assert port.write(PAPER, 1.0) == len(PAPER)
    assert port.read(0.01) == b""
    assert port.status() == PortStatus()
    port.close()


@pytest.mark.parametrize(
    ("bits", "says"),
    [
        (0x18, PortStatus()),
        (0x30, PortStatus(paper_out=True, selected=True, no_error=False)),
        (0x08, PortStatus(selected=False)),
        (0x00, PortStatus(selected=False, no_error=False)),
    ],
)
def test_the_port_status_is_told_while_the_data_pipe_is_blocked(
    bits: int, says: PortStatus
) -> None:
    sink = Sink()
    sink.room, sink.status = 0, bits
    bus, unit = printer_on_usb(sink)
    port = opened(bus, unit)
    assert port.write(PAPER, 0.01) == 0
    assert port.status() == says
    port.close()


def test_a_printer_that_refuses_the_status_is_not_asked_again() -> None:
    bus, unit = printer_on_usb(Sink(), serial=None, status_refused=True)
    port = opened(bus, unit)
    assert port.status() is None
    assert port.status() is None
    assert unit.log.count("ctrl_transfer") == 1
    port.close()


@pytest.mark.parametrize("number", [errno.EIO, errno.ETIMEDOUT, errno.ENOMEM])
def test_a_status_that_fails_is_no_status(number: int) -> None:
    bus, unit = printer_on_usb(Sink(), serial=None)
    port = opened(bus, unit)
    unit.errors["ctrl_transfer"] = number
    assert port.status() is None
    port.close()


SCANNER = Setting(number=0, kind=(3, 0, 0), pipes=(Pipe(0x83, 8, kind=3),))
STORAGE = Setting(number=1, kind=(8, 6, 80), pipes=(Pipe(0x01, 512), Pipe(0x82, 512)))


@pytest.mark.parametrize(
    ("settings", "number", "alternate", "out"),
    [
        # Numbers that python-escpos would get wrong.
        ((Setting(pipes=(Pipe(0x85), Pipe(0x0A))),), 0, 0, 0x0A),
        # The printer is one function of several.
        ((SCANNER, STORAGE, Setting(number=5, pipes=(Pipe(0x04), Pipe(0x84)))), 5, 0, 0x04),
        # Unidirectional first, bidirectional as an alternate setting, IPP over USB as another.
        (
            (
                Setting(0, 0, (7, 1, 1), (Pipe(0x01),)),
                Setting(0, 1, (7, 1, 2), (Pipe(0x02), Pipe(0x81))),
                Setting(0, 2, (7, 1, 4), (Pipe(0x03), Pipe(0x82))),
            ),
            0,
            1,
            0x02,
        ),
        # An interrupt pipe is no data pipe; a setting without an OUT pipe is no way.
        (
            (
                Setting(0, 0, (7, 1, 2), (Pipe(0x81),)),
                Setting(0, 1, (7, 1, 1), (Pipe(0x05, 8, kind=3), Pipe(0x06))),
            ),
            0,
            1,
            0x06,
        ),
    ],
)
def test_the_way_in_is_read_from_the_descriptors(
    settings: tuple[Setting, ...], number: int, alternate: int, out: int
) -> None:
    sink = Sink()
    bus, unit = printer_on_usb(sink, settings=settings, serial=None)
    port = opened(bus, unit)
    # The bus refuses a pipe that the chosen setting does not have.
    assert port.write(PAPER, 1.0) == len(PAPER)
    assert bytes(sink.got) == PAPER
    assert unit.alternates.get(number, 0) == alternate
    assert any(pipe.address == out for s in settings for pipe in s.pipes)
    port.close()


def test_a_vanished_setting_of_endpoints_is_a_printer_gone() -> None:
    """The wrong endpoints: the unit's descriptors promise a pipe that it does not have."""
    bus, unit = printer_on_usb(Sink())
    port = opened(bus, unit)
    unit.settings = (Setting(pipes=(Pipe(0x07), Pipe(0x88))),)
    with pytest.raises(DeviceGone):
        port.write(b"x", 0.1)
    port.close()


def test_empty_packets_do_not_make_a_reader_spin() -> None:
    class Empty(Sink):
        asked = 0

        def take_in(self, limit: int) -> bytes:
            self.asked += 1
            return super().take_in(limit)

    class Hasty(UsbBus):
        def bulk_read(self, *about: object) -> int:
            try:
                return super().bulk_read(*about)  # type: ignore[arg-type]
            except OSError:
                return 0

    sink = Empty()
    unit = UsbUnit(sink)
    port = opened(Hasty([unit]), unit)
    assert port.read(0.05) == b""
    assert sink.asked <= 7
    port.close()


def test_two_hundred_openings_leave_nothing_open() -> None:
    bus, unit = printer_on_usb(Sink())
    for turn in range(200):
        unit.errors = {"claim_interface": errno.EBUSY} if turn % 3 == 0 else {}
        try:
            opened(bus, unit).close()
        except Exception as trouble:
            assert turn % 3 == 0, trouble
    assert bus.open_handles == 0
    assert unit.usblp
