"""Three times in one: the device's clock, the time since boot, and which boot it is."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Protocol

WIB = timezone(timedelta(hours=7), "WIB")
"""Western Indonesian time: both launch cities, no daylight saving."""

UNKNOWN_DAY = "--.--.----"
"""Stands for a time that no calendar holds, such as a broken clock of another kiosk wrote."""

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Clock(Protocol):
    """What the desk asks the time of; tests give their own."""

    boot: bytes

    def now(self) -> int:
        """Milliseconds since 1970 UTC by the device's clock."""
        ...

    def uptime(self) -> int:
        """Milliseconds since boot, suspended time included."""
        ...


@dataclass(slots=True)
class DeviceClock:
    """The machine's own clocks."""

    boot: bytes

    @classmethod
    def of_this_machine(cls) -> DeviceClock:
        """A clock that knows this boot's id (8 bytes)."""
        try:
            raw = _BOOT_ID.read_bytes().strip()
        except OSError:
            raw = str(time.time() - time.monotonic()).encode()
        return cls(hashlib.sha256(raw).digest()[:8])

    def now(self) -> int:
        return time.time_ns() // 1_000_000

    def uptime(self) -> int:
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


def local(ms: int) -> datetime:
    """The office's wall time of a millisecond stamp."""
    return datetime.fromtimestamp(ms / 1000, WIB)


def day_of(ms: int) -> date:
    """The office's calendar day of a millisecond stamp."""
    return local(ms).date()


def stamp(ms: int) -> str:
    """``21-11-2026 14.05``: how a time is shown to an officer; dashes for one no calendar holds."""
    try:
        return f"{local(ms):%d-%m-%Y %H.%M}"
    except (ValueError, OverflowError, OSError):
        return UNKNOWN_DAY
