"""A scanner that is read for as long as the kiosk runs, whether it is plugged in or not."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

from drivers.trouble import DeviceRefused, DeviceTrouble
from drivers.wedge import Scan
from drivers.words import Words

PATIENCE = 0.2
"""Seconds that a source may wait for bytes: stopping takes no longer."""

RETRY = 1.0
"""Seconds between two looks whether a lost scanner is back."""

JOIN = 0.5
"""Seconds that :meth:`Reader.stop` waits for the thread at most."""

NOISE = 1.0
"""Seconds in which garbage is told once, however much of it comes."""


class Reader(Protocol):
    """One scanner."""

    def start(self, found: Callable[[Scan], None], lost: Callable[[Words], None]) -> None:
        """Reads until :meth:`stop`. Both are called in the reader's own thread, must not raise.

        ``found`` gets every scan: printable text of at most 4,096 characters, or no text and
        ``garbage``. ``lost`` says why nothing can be read; the reader tries again by itself.
        """
        ...

    def stop(self) -> None:
        """Gives the scanner back; returns within half a second. No new call is made after it."""
        ...


class Source(Protocol):
    """An open scanner, read by one thread."""

    def read(self) -> list[Scan]:
        """What came within ``PATIENCE``, mostly nothing. Raises DeviceTrouble."""
        ...

    def close(self) -> None:
        """Gives it back; never raises."""
        ...


class ThreadedReader:
    """A Reader of whatever ``open_source`` opens; that raises DeviceTrouble while it cannot."""

    def __init__(self, open_source: Callable[[], Source], *, retry: float = RETRY) -> None:
        self._open_source = open_source
        self._retry = retry
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, found: Callable[[Scan], None], lost: Callable[[Words], None]) -> None:
        if self._thread is not None:
            return
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=self._run,
            args=(_once_in_a_while(found), lost, self._stop),
            name="scanner",
            daemon=True,
        )
        self._thread.start()

    def stop(self) -> None:
        thread, self._thread = self._thread, None
        self._stop.set()
        if thread is not None and thread is not threading.current_thread():
            # Not for ever: ``found`` may be waiting for the very thread that stops the reader.
            thread.join(JOIN)

    def _run(
        self,
        found: Callable[[Scan], None],
        lost: Callable[[Words], None],
        stop: threading.Event,
    ) -> None:
        told: Words | None = None
        refused = False
        while not stop.is_set():
            try:
                source = self._open_source()
                try:
                    while not stop.is_set():
                        for scan in source.read():
                            found(scan)
                        told, refused = None, False
                finally:
                    source.close()
            except DeviceTrouble as trouble:
                # Until udev has set its group a new device file is root's alone: a first refusal
                # means nothing yet.
                settling = isinstance(trouble, DeviceRefused) and not refused
                refused = isinstance(trouble, DeviceRefused)
                if trouble.says != told and not settling:
                    told = trouble.says
                    lost(told)
                stop.wait(self._retry)


def _once_in_a_while(found: Callable[[Scan], None]) -> Callable[[Scan], None]:
    """A line at the wrong speed is garbage hundreds of times a second: an officer needs it once."""
    last_noise = -NOISE

    def tell(scan: Scan) -> None:
        nonlocal last_noise
        now = time.monotonic()
        if scan.garbage:
            quiet, last_noise = now - last_noise, now
            if quiet < NOISE:
                return
        found(scan)

    return tell
