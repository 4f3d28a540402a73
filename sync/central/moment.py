"""Central's clock."""

from __future__ import annotations

import secrets
import time

BOOT = secrets.token_bytes(8)
"""Stands for this run of central in the entries it writes."""


def now_ms() -> int:
    """Milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


def uptime_ms() -> int:
    """Milliseconds since the machine started."""
    return time.monotonic_ns() // 1_000_000
