"""A receipt printer on USB, through libusb.

Not through /dev/usb/lp*: usblp takes bytes that it then loses when it is closed. The device is
never reset, and is given back to usblp at the end.
"""

from __future__ import annotations

import errno
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.ports.addresses import UsbAddress
from drivers.ports.port import PortStatus
from drivers.ports.usb_claim import USB_ERRORS, UsbEndpoint, claim_printer
from drivers.trouble import DeviceGone
from drivers.words import words

if TYPE_CHECKING:
    from usb.backend import IBackend

CHUNK = 4096
"""Bytes of one transfer at most: one URB, whose count the kernel gives exactly at a timeout."""

STATUS_SECONDS = 0.25

_GET_PORT_STATUS = (0xA1, 1)
"""Class request of an interface, device to host (Printer Class 1.1, section 4.2.2)."""


class UsbPort:
    """A printer on USB, claimed from here on: a busy one is known at once.

    ``backend`` stands in for libusb; without one each port has a libusb context of its own.
    Raises DeviceGone, DeviceBusy, DeviceRefused, or DeviceTrouble when it is no printer.
    """

    def __init__(
        self,
        address: UsbAddress,
        *,
        backend: IBackend | None = None,
        sysfs: Path = Path("/sys"),
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._context: IBackend | None = None
        self._status_known = True
        if backend is None:
            from drivers.ports.libusb import fresh_libusb

            backend = self._context = fresh_libusb()
        try:
            self._claim = claim_printer(backend, address, sysfs)
        except BaseException:
            self._end_context()
            raise
        self._open = True
        packet = _packet(self._claim.out)
        self._chunk = max(packet, CHUNK // packet * packet)

    def write(self, data: bytes, seconds: float) -> int:
        """See Port. A stalled pipe is cleared once; ``maybe_taken`` is set when a transfer failed,
        for a packet may have arrived whose answer did not. A unit that left before is known
        without one."""
        self._must_be_there()
        deadline = self._clock() + seconds
        taken = 0
        while taken < len(data):
            chunk = data[taken : taken + self._chunk]
            left = deadline - self._clock()
            if taken and left <= 0:
                break
            sent = self._send(chunk, _milliseconds(left), taken > 0)
            taken += sent
            if sent < len(chunk):
                break
        return taken

    def _send(self, chunk: bytes, timeout: int, begun: bool) -> int:
        """One transfer, and once more after a stall. A stalled transfer itself took nothing."""
        for stalled in (False, True):
            try:
                return self._claim.out.write(chunk, timeout)
            except USB_ERRORS as error:
                if _timed_out(error):
                    return 0
                if not _is_stall(error):
                    raise _gone(maybe_taken=True) from error
                if stalled:
                    raise _gone(maybe_taken=begun) from error
            self._clear(self._claim.out, begun)
        return 0

    def read(self, seconds: float) -> bytes:
        """See Port. A printer without an IN pipe has nothing to say: b"" after ``seconds``."""
        self._must_be_open()
        into = self._claim.into
        if into is None:
            self._sleep(max(0.0, seconds))
            return b""
        deadline = self._clock() + seconds
        while True:
            left = deadline - self._clock()
            try:
                # Whole packets only, or libusb reports an overflow.
                data = bytes(into.read(_packet(into) * 8, _milliseconds(left)))
            except USB_ERRORS as error:
                if _timed_out(error):
                    return b""
                if not _is_stall(error):
                    raise _gone() from error
                self._clear(into, False)
                return b""
            if data or left <= 0:
                return data
            # Some printers answer with empty packets at once where others wait.
            self._sleep(min(0.01, left))

    def status(self) -> PortStatus | None:
        """GET_PORT_STATUS over the control pipe, which works while the data pipe is blocked."""
        self._must_be_open()
        if not self._status_known:
            return None
        try:
            answer = bytes(
                self._claim.device.ctrl_transfer(
                    *_GET_PORT_STATUS, 0, self._claim.number, 1, _milliseconds(STATUS_SECONDS)
                )
            )
        except USB_ERRORS as error:
            if isinstance(error, OSError) and error.errno in (errno.ENODEV, errno.ENOENT):
                raise _gone() from error
            # A stall is how a printer refuses a request that it does not know.
            self._status_known = not _is_stall(error)
            return None
        if not answer:
            return None
        bits = answer[0]
        return PortStatus(
            paper_out=bool(bits & 0x20), selected=bool(bits & 0x10), no_error=bool(bits & 0x08)
        )

    def close(self) -> None:
        """See Port."""
        if self._open:
            self._open = False
            self._claim.give_back()
            self._end_context()

    def _clear(self, pipe: UsbEndpoint, begun: bool) -> None:
        try:
            pipe.clear_halt()
        except USB_ERRORS as error:
            raise _gone(maybe_taken=begun) from error

    def _must_be_open(self) -> None:
        if not self._open:
            raise _gone()

    def _must_be_there(self) -> None:
        """Asks the kernel, nothing goes over the cable: a printer that was switched off since the
        last paper has surely taken nothing of the next."""
        self._must_be_open()
        try:
            self._claim.device.is_kernel_driver_active(self._claim.number)
        except USB_ERRORS as error:
            if isinstance(error, OSError) and error.errno == errno.ENODEV:
                raise _gone() from error

    def _end_context(self) -> None:
        context, self._context = self._context, None
        if context is not None:
            context.finalize()


def _gone(*, maybe_taken: bool = False) -> DeviceGone:
    return DeviceGone(
        words("Printer USB terputus. Periksa kabelnya dan pastikan printer menyala."),
        maybe_taken=maybe_taken,
    )


def _timed_out(error: Exception) -> bool:
    return isinstance(error, OSError) and error.errno == errno.ETIMEDOUT


def _is_stall(error: Exception) -> bool:
    return isinstance(error, OSError) and error.errno == errno.EPIPE


def _packet(pipe: UsbEndpoint) -> int:
    """Bytes of a full packet; the bits above 10 count more packets for other kinds of pipe."""
    return pipe.wMaxPacketSize & 0x7FF or 64


def _milliseconds(seconds: float) -> int:
    """For libusb, to which 0 means for ever."""
    return max(1, int(seconds * 1000))
