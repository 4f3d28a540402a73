"""Waiting for what another process or the kernel does, with an end."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(look: Callable[[], T], seconds: float, what: str) -> T:
    """The first true thing that ``look`` gives; AssertionError names ``what`` after ``seconds``."""
    end = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < end, f"not within {seconds:g} s: {what} (last: {found!r})"
        time.sleep(0.02)
