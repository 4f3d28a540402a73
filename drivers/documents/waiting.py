"""What every scan has in common: taking what another thread tells without waiting for ever, and
an account of the pages that came when it ends early.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from drivers.documents import endings
from drivers.documents.job import RawPage, ScanTrouble

GLANCE = 0.1
"""Seconds between two looks at the officer's stop."""

_T = TypeVar("_T")


def each_told(
    told: queue.SimpleQueue[_T | None],
    stop: threading.Event,
    patience: float,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[_T]:
    """Gives what comes through ``told`` until None. The time that the taker spends is not counted.

    :raises ScanTrouble: ``stop`` was set, or nothing came for ``patience`` seconds.
    """
    waits_since = clock()
    while True:
        if stop.is_set():
            raise endings.stopped(0)
        try:
            item = told.get(timeout=GLANCE)
        except queue.Empty:
            if clock() - waits_since >= patience:
                raise endings.stalled(patience) from None
            continue
        if item is None:
            return
        yield item
        waits_since = clock()


def accounted(
    pages: Generator[RawPage, None, None], folder: Path, stop: threading.Event
) -> Iterator[RawPage]:
    """Gives ``pages`` on; whatever ends them early names those that came.

    :raises ScanTrouble: for a disk that fails, too.
    """
    given: list[RawPage] = []
    try:
        with closing(pages):
            for page in pages:
                given.append(page)
                yield page
        return
    except ScanTrouble as caught:
        halted = caught.reason == "stopped" and stop.is_set()
        trouble = endings.stopped(len(given)) if halted else caught
    except OSError:
        trouble = endings.unsaved(folder)
    trouble.pages = tuple(given)
    raise trouble
