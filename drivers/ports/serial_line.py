"""A receipt printer on a serial line (RS-232, or USB-CDC that looks like one).

pyserial opens and sets the line; reading and writing go to its file descriptor, because pyserial
forgets how many bytes were taken when a write times out.

Bytes taken are in the kernel's buffers (4 KB, for USB-CDC 20 KB and more) and not yet in the
printer: only an answer of the printer proves more.
"""

from __future__ import annotations

import errno
import fcntl
import os
import select
import struct
import termios
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from drivers.ports.cures import refused
from drivers.ports.port import PortStatus
from drivers.trouble import DeviceBusy, DeviceGone, DeviceTrouble
from drivers.words import words

if TYPE_CHECKING:
    from serial import Serial

LONGEST_STILLSTAND = 1.0
"""Seconds without progress after which close() drops what the line has not sent."""

_CHUNK = 1024


class SerialPort:
    """A serial line, 8N1, without handshake unless ``rtscts``; the only one that has it open.

    ``path`` is best one under /dev/serial/by-id: it stays the same over unplugging. Close before
    opening again, or a device that was plugged in anew gets another number.
    Raises DeviceGone, DeviceBusy, DeviceRefused, or DeviceTrouble for a speed or a file that
    does not fit.
    """

    def __init__(
        self,
        path: str,
        baud: int = 9600,
        *,
        rtscts: bool = False,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._line: Serial | None = _opened(path, baud, rtscts)

    def write(self, data: bytes, seconds: float) -> int:
        """See Port."""
        deadline = self._clock() + seconds
        line = self._fd()
        taken = 0
        try:
            while taken < len(data):
                try:
                    taken += os.write(line, data[taken : taken + _CHUNK])
                except BlockingIOError:
                    if not _ready(line, select.POLLOUT, deadline - self._clock()):
                        break
                if self._clock() >= deadline:
                    break
        except OSError as error:
            raise _gone(maybe_taken=taken > 0) from error
        return taken

    def read(self, seconds: float) -> bytes:
        """See Port."""
        line = self._fd()
        try:
            if not _ready(line, select.POLLIN, seconds):
                return b""
            data = os.read(line, 4096)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise _gone() from error
        if not data:  # ready and empty: how Linux tells that the device left
            raise _gone()
        return data

    def status(self) -> PortStatus | None:
        """None: how the modem lines are wired differs from printer to printer."""
        self._fd()
        return None

    def close(self) -> None:
        """See Port. Waits while the line still sends; what stands still is dropped.

        Where a driver cannot drop it (USB-CDC), the kernel closes the line after 30 seconds and
        until then it is busy.
        """
        line, self._line = self._line, None
        if line is None:
            return
        stuck = False
        with suppress(OSError, termios.error):  # unplugged: nothing to send
            stuck = not self._drained(line.fileno())
            fcntl.ioctl(line.fileno(), termios.TIOCNXCL)
        if stuck:
            threading.Thread(target=_let_go, args=(line,), name="line", daemon=True).start()
        else:
            _let_go(line)

    def _drained(self, line: int) -> bool:
        """Whether nothing is left to send, after waiting for what moves and dropping the rest."""
        waiting, since = _unsent(line), self._clock()
        while waiting and self._clock() - since <= LONGEST_STILLSTAND:
            self._sleep(0.01)
            now = _unsent(line)
            if now < waiting:
                waiting, since = now, self._clock()
        if waiting:
            termios.tcflush(line, termios.TCOFLUSH)
        return _unsent(line) == 0

    def _fd(self) -> int:
        if self._line is None:
            raise _gone()
        return self._line.fileno()


def _let_go(line: Serial) -> None:
    with suppress(OSError):
        line.close()


def _opened(path: str, baud: int, rtscts: bool) -> Serial:
    import serial

    try:
        if baud <= 0:  # 0 would tell the line to hang up
            raise ValueError(baud)
        line = serial.Serial(
            path, baud, timeout=0, write_timeout=0, rtscts=rtscts, dsrdtr=False, exclusive=True
        )
    except OSError as error:  # SerialException is one
        raise _trouble_of(error, path) from error
    except (ValueError, OverflowError) as error:
        raise DeviceTrouble(
            words(
                "Kecepatan {baud} baud tidak dapat dipakai pada kabel serial ini. Periksa "
                "kecepatan printer di F9 Perangkat.",
                baud=baud,
            )
        ) from error
    except termios.error as error:
        raise _no_line(path) from error
    with suppress(OSError):  # keeps out programs that ask for no lock, such as ModemManager
        fcntl.ioctl(line.fileno(), termios.TIOCEXCL)
    return line


def _trouble_of(error: OSError, path: str) -> DeviceTrouble:
    number = error.errno
    if number in (errno.EACCES, errno.EPERM):
        return refused()
    if number in (errno.EBUSY, errno.EAGAIN):
        return DeviceBusy(
            words(
                "Kabel serial {path} sedang dipakai program lain. Tutup program itu, lalu coba "
                "lagi.",
                path=path,
            )
        )
    if number is None or number in (errno.ENOTTY, errno.EINVAL, errno.EISDIR):
        return _no_line(path)
    return DeviceGone(
        words(
            "Printer pada {path} tidak ditemukan. Periksa kabelnya dan pastikan printer menyala.",
            path=path,
        )
    )


def _no_line(path: str) -> DeviceTrouble:
    return DeviceTrouble(
        words(
            "{path} bukan kabel serial. Buka F9 Perangkat dan pilih printernya dari daftar.",
            path=path,
        )
    )


def _gone(*, maybe_taken: bool = False) -> DeviceGone:
    return DeviceGone(
        words("Kabel serial printer terputus. Periksa kabelnya dan pastikan printer menyala."),
        maybe_taken=maybe_taken,
    )


def _ready(line: int, event: int, seconds: float) -> bool:
    """Whether the line is ready for ``event``, or has hung up, within ``seconds``."""
    poll = select.poll()
    poll.register(line, event)
    return bool(poll.poll(max(0, int(seconds * 1000))))


def _unsent(line: int) -> int:
    """Bytes in the kernel's buffer that the line has not sent."""
    return struct.unpack("i", fcntl.ioctl(line, termios.TIOCOUTQ, b"\0\0\0\0"))[0]
