"""The watch tells each change, woken or not, and ends when it is told to."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from drivers.presence import Found, Watch, look
from drivers.presence.watch import uevents
from tests.devices import sysfs_tree as usb
from tests.devices.sysfs_tree import SysfsTree

PATIENCE = 20
NEVER = 3600.0


class Told:
    """What a watch told, in order."""

    def __init__(self) -> None:
        self._told: queue.Queue[frozenset[Found]] = queue.Queue()

    def __call__(self, found: frozenset[Found]) -> None:
        self._told.put(found)

    def next(self) -> set[str]:
        return {unit.address for unit in self._told.get(timeout=PATIENCE)}

    def until(self, addresses: set[str]) -> None:
        while self.next() != addresses:
            pass

    def nothing(self) -> bool:
        return self._told.empty()


@pytest.fixture
def tree(tmp_path: Path) -> SysfsTree:
    return SysfsTree(tmp_path)


@pytest.fixture
def kernel() -> Iterator[tuple[socket.socket, socket.socket]]:
    """A socket that announces, and the end that a watch listens to."""
    speaks, listens = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    listens.setblocking(False)
    with speaks, listens:
        yield speaks, listens


def test_it_tells_what_is_there_at_the_start_even_if_that_is_nothing(tree: SysfsTree):
    told = Told()
    watch = Watch(told, looks=partial(look, tree.sysfs, tree.dev))
    watch.start()
    assert told.next() == set()
    watch.stop()


def test_an_announcement_wakes_it_at_once(
    tree: SysfsTree, kernel: tuple[socket.socket, socket.socket]
):
    speaks, listens = kernel
    told = Told()
    looks = partial(look, tree.sysfs, tree.dev)
    watch = Watch(told, looks=looks, poll=NEVER, announcements=lambda: listens)
    watch.start()
    assert told.next() == set()
    printer = tree.plug("1-2", "04b8:0e15", usb.PRINTER, serial="A1")
    for _ in range(50):
        speaks.send(b"add@/devices/usb1/1-2\0ACTION=add\0")
    assert told.next() == {"usb:04b8:0e15:A1"}
    tree.unplug(printer)
    speaks.send(b"not even text \xff\xfe")
    told.until(set())
    watch.stop()


def test_without_announcements_the_poll_sees_it(tree: SysfsTree):
    told = Told()
    looks = partial(look, tree.sysfs, tree.dev)
    watch = Watch(told, looks=looks, poll=0.02, announcements=lambda: None)
    watch.start()
    assert told.next() == set()
    printer = tree.plug("1-2", "04b8:0e15", usb.PRINTER, serial="A1")
    told.until({"usb:04b8:0e15:A1"})
    tree.unplug(printer)
    told.until(set())
    watch.stop()
    assert told.nothing()


def test_a_socket_that_breaks_leaves_the_poll(tree: SysfsTree):
    told = Told()
    speaks, listens = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    listens.setblocking(False)
    looks = partial(look, tree.sysfs, tree.dev)
    watch = Watch(told, looks=looks, poll=0.02, announcements=lambda: listens)
    watch.start()
    assert told.next() == set()
    listens.shutdown(socket.SHUT_RDWR)
    speaks.close()
    tree.plug("1-2", "04b8:0e15", usb.PRINTER, serial="A1")
    told.until({"usb:04b8:0e15:A1"})
    watch.stop()


def test_a_storm_of_plugging_ends_with_the_truth(
    tree: SysfsTree, kernel: tuple[socket.socket, socket.socket]
):
    speaks, listens = kernel
    speaks.setblocking(False)
    told = Told()
    looks = partial(look, tree.sysfs, tree.dev)
    watch = Watch(told, looks=looks, poll=0.05, announcements=lambda: listens)
    watch.start()
    for turn in range(80):
        unit = tree.plug(f"1-{turn % 5 + 1}", "0c2e:0b6a", usb.HID, serial=f"S{turn}")
        tree.hidraw(unit, usb.HIDPOS_DESCRIPTOR)
        with contextlib.suppress(BlockingIOError):
            speaks.send(b"add@/devices")
        if turn % 5 == 4 or turn < 76:
            tree.unplug(unit)
    told.until({f"hidpos:0c2e:0b6a:S{turn}" for turn in (76, 77, 78)})
    watch.stop()


def test_stop_ends_the_thread_and_start_begins_anew(tree: SysfsTree):
    told = Told()
    watch = Watch(told, looks=partial(look, tree.sysfs, tree.dev), poll=NEVER)
    for _ in range(3):
        watch.start()
        watch.start()
        assert told.next() == set()
        watch.stop()
        watch.stop()
    assert "devices" not in {thread.name for thread in threading.enumerate()}


def test_it_can_be_stopped_by_what_it_tells(tree: SysfsTree):
    over = threading.Event()
    watch: Watch

    def told(_: frozenset[Found]) -> None:
        watch.stop()
        over.set()

    watch = Watch(told, looks=partial(look, tree.sysfs, tree.dev), poll=NEVER)
    watch.start()
    assert over.wait(PATIENCE)


def test_the_kernels_socket_is_there_or_it_is_not():
    """In a container it may not be; either way nothing is raised, and a watch works."""
    events = uevents()
    if events is not None:
        with events, pytest.raises(BlockingIOError):
            while True:
                events.recv(8192)
