"""A device that is there, and the addresses that name it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from drivers.words import Words

Kind = Literal["printer", "barcode", "document", "serial", "keyboard"]
"""What it is for. A ``serial`` line may lead to a printer or a scanner, and a ``keyboard`` may be
a scanner: the officer knows. ``document`` is for those that only a driver can tell."""


@dataclass(frozen=True, slots=True)
class Found:
    """One device. ``address`` stays the same when it is plugged in again.

    ``also`` is another address of it, or "". ``nodes`` are its device files; they change with
    every plugging in. ``trouble`` says how to get the right to use it; of a ``keyboard`` it only
    matters when that is to be a dedicated scanner.
    """

    address: str
    kind: Kind
    name: str
    detail: str
    trouble: Words | None = field(default=None, hash=False)
    also: str = ""
    nodes: tuple[Path, ...] = ()


def named(address: str, found: Iterable[Found]) -> Found | None:
    """The device that an address names; None if it is not there, or if two answer to it.

    A second unit with the same serial number changes what both are called; each stays known by
    its socket.
    """
    there = list(found)
    exact = [unit for unit in there if unit.address == address]
    either = exact or [unit for unit in there if unit.also == address]
    return either[0] if len(either) == 1 else None


@dataclass(frozen=True, slots=True)
class Unit:
    """What sysfs tells of a USB device in one of its functions. ``socket`` is like 1-2.3."""

    scheme: str
    kind: Kind
    ids: str
    serial: str
    socket: str
    name: str
    nodes: tuple[Path, ...]


def addressed(units: Iterable[Unit], right: Callable[[Unit], Words | None]) -> list[Found]:
    """The units with addresses that tell them apart.

    A serial number that another unit of the kind has as well, or that is one sign repeated (as
    cheap units have), tells nothing; those units go by their sockets. A unit with several nodes
    is one device.
    """
    units = _merged(units)
    shared = Counter((unit.scheme, unit.ids, unit.serial) for unit in units)
    found: list[Found] = []
    for unit in units:
        stem = f"{unit.scheme}:{unit.ids}"
        by_socket = f"{stem}@{unit.socket}" if unit.socket else ""
        by_serial = f"{stem}:{unit.serial}" if len(set(unit.serial)) > 1 else ""
        own = shared[unit.scheme, unit.ids, unit.serial] == 1
        address = by_serial if by_serial and own else by_socket or by_serial or stem
        also = by_socket if address == by_serial else by_serial
        detail = f"{unit.ids} {unit.socket}".rstrip()
        found.append(
            Found(address, unit.kind, unit.name, detail, right(unit), also, unit.nodes),
        )
    return found


def _merged(units: Iterable[Unit]) -> list[Unit]:
    merged: dict[tuple[str, ...], Unit] = {}
    for unit in units:
        key = (unit.scheme, unit.ids, unit.serial, unit.socket)
        known = merged.get(key)
        if known is None:
            merged[key] = unit
        else:
            kind = "barcode" if unit.kind == "barcode" else known.kind
            merged[key] = replace(known, kind=kind, nodes=(*known.nodes, *unit.nodes))
    return list(merged.values())
