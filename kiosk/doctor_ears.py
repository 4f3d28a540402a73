"""Hears one test scan: from the scanners that have a line of their own, or from the keyboard, on
which all the others type."""

from __future__ import annotations

import queue
import select
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TextIO

from config.devices import Device
from drivers.trouble import DeviceTrouble
from drivers.wedge import Scan
from drivers.words import Words
from kiosk.texts import said_words

if TYPE_CHECKING:
    from drivers.barcodes.marks import MarkedLines
    from drivers.barcodes.reader import Reader

LOOK = 0.1
"""Seconds between two looks at the keyboard."""

TAIL = 0.2
"""Seconds in which the last mark of a code has come: the LF after a CR."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One scan: ``scanner`` is None for one that was typed. No text: the person pressed Enter."""

    text: str = ""
    garbage: bool = False
    scanner: Device | None = None


def hear(
    prompt: str,
    scanners: Sequence[Device],
    tell: Callable[[str], None],
    keyboard: TextIO | None = None,
) -> Heard:
    """The next scan, or Enter. Why a scanner cannot be read is told while the others are."""
    tell(prompt)
    typing = keyboard or sys.stdin
    with _Ears(scanners) as ears:
        while True:
            came = ears.next(LOOK)
            if isinstance(came, Heard):
                return came
            if came is not None:
                tell(said_words(came))
            if _waits(typing, 0):
                heard = typed(typing.readline())
                # The LF of a scanner that types CR LF must not answer the next question.
                while heard.text and _waits(typing, TAIL) and typing.readline():
                    pass
                return heard


def _waits(keyboard: TextIO, seconds: float) -> bool:
    return bool(select.select([keyboard], [], [], seconds)[0])


def typed(line: str) -> Heard:
    """A line from the keyboard, without the marks that a scanner types around its code."""
    from drivers.barcodes.lines import Lines

    scans = Lines().feed(line.strip(" \t\r\n").encode(errors="replace") + b"\r", 0.0)
    return Heard(scans[-1].text, scans[-1].garbage) if scans else Heard()


class _Ears:
    """Readers of all these scanners, each in a thread of its own."""

    def __init__(self, scanners: Sequence[Device]):
        self._came: queue.SimpleQueue[tuple[Device, Scan] | Words] = queue.SimpleQueue()
        self._readers: list[Reader] = []
        self._lines: dict[Device, MarkedLines] = {}
        for scanner in scanners:
            with suppress(DeviceTrouble):  # an address of no reader is heard on the keyboard
                self._readers.append(self._reader(scanner))
                self._start(self._readers[-1], scanner)

    def __enter__(self) -> _Ears:
        return self

    def __exit__(self, *_: object) -> None:
        for reader in self._readers:
            reader.stop()

    def next(self, seconds: float) -> Heard | Words | None:
        """What came within so many seconds."""
        with suppress(queue.Empty):
            came = self._came.get(timeout=seconds)
            return came if isinstance(came, Words) else self._heard(*came)
        return None

    def _heard(self, scanner: Device, scan: Scan) -> Heard:
        if lines := self._lines.get(scanner):
            time.sleep(TAIL)
            prefix, suffix = lines.marks()
            scanner = replace(scanner, prefix=prefix, suffix=suffix)
        return Heard(scan.text, scan.garbage, scanner)

    def _start(self, reader: Reader, scanner: Device) -> None:
        reader.start(lambda scan: self._came.put((scanner, scan)), self._came.put)

    def _reader(self, scanner: Device) -> Reader:
        kind, _, path = scanner.address.partition(":")
        if kind != "serial":
            from drivers.barcodes.readers import open_reader

            return open_reader(scanner.address, name=scanner.name, baud=scanner.baud)
        from drivers.barcodes.marks import MarkedLines
        from drivers.barcodes.reader import ThreadedReader
        from drivers.barcodes.serial_line import SerialLine

        lines = self._lines[scanner] = MarkedLines()
        return ThreadedReader(lambda: SerialLine(path, scanner.baud, scanner.name, lines))
