"""Scanners on a serial line: USB-CDC, a USB-serial cable, RS-232."""

from __future__ import annotations

import termios
import time
from typing import TYPE_CHECKING

from drivers.barcodes.lines import Lines
from drivers.barcodes.nodes import trouble
from drivers.barcodes.reader import PATIENCE
from drivers.wedge import Scan

if TYPE_CHECKING:
    from serial import Serial


class SerialLine:
    """An open line, locked against other programs (TIOCEXCL and flock), 8 bits, no parity.

    Opened by a path that is stable over unplugging. It must be closed before it is opened again:
    the kernel gives a replugged scanner a new name for as long as the old one is held.
    """

    def __init__(self, path: str, baud: int, name: str, lines: Lines | None = None) -> None:
        """``lines`` finds the scans in what comes. Raises DeviceTrouble."""
        import serial

        self._name = name
        self._lines = lines or Lines()
        try:
            # SerialException is an OSError; a line that hangs up while it is set up is neither.
            self._line: Serial = serial.Serial(path, baud, timeout=PATIENCE, exclusive=True)
        except (OSError, termios.error, ValueError) as error:
            raise trouble(_as_os_error(error), name) from error

    def read(self) -> list[Scan]:
        """What came within ``PATIENCE``. Raises DeviceGone when the line hung up."""
        try:
            data = self._line.read(1)
            data += self._line.read(self._line.in_waiting)
        except (OSError, termios.error, TypeError) as error:
            # pyserial 3.5 raises TypeError where its descriptor went away under it.
            raise trouble(OSError(), self._name) from error
        return self._lines.feed(data, time.monotonic())

    def close(self) -> None:
        """Gives the line back."""
        try:
            self._line.close()
        except (OSError, termios.error):
            return


def _as_os_error(error: Exception) -> OSError:
    return error if isinstance(error, OSError) else OSError(str(error))
