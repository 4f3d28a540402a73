"""pyusb's own libusb backend with two differences. Imported only when a USB device is used.

Each :func:`fresh_libusb` is a context of its own: libusb looks at the bus anew when a context is
made, so a device that was plugged in again is seen even where no udevd runs.

And no count is lost: pyusb drops what went out before a transfer failed, so that after a stall
nobody could tell where to go on.
"""

# pyusb has no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportPrivateUsage=false, reportUntypedBaseClass=false
# pyright: reportIncompatibleMethodOverride=false

from __future__ import annotations

import logging
from array import array
from collections.abc import Iterator
from ctypes import POINTER, byref, c_int, c_ubyte, cast
from typing import Any

from usb.backend import IBackend, libusb1

from drivers.trouble import DeviceTrouble
from drivers.words import words

_SILENCE = logging.NullHandler()
"""pyusb's log would go to stderr, over the officer's screen; the words below say the same."""


def fresh_libusb() -> IBackend:
    """A new libusb context; ``finalize()`` ends it.

    Raises DeviceTrouble when the library is not installed or does not start.
    """
    logging.getLogger("usb").addHandler(_SILENCE)
    shared: Any = libusb1.get_backend()
    if shared is None:
        raise DeviceTrouble(
            words(
                "Program libusb belum terpasang, jadi printer USB belum dapat dipakai. "
                "Jalankan: sudo apt install libusb-1.0-0"
            )
        )
    return _FreshLibusb(shared.lib)


class _FreshLibusb(libusb1._LibUSB):
    def __init__(self, lib: Any) -> None:
        self._lent: list[Any] = []
        super().__init__(lib)

    def enumerate_devices(self) -> Iterator[Any]:
        for device in super().enumerate_devices():
            self._lent.append(device)
            yield device

    def bulk_write(
        self, dev_handle: Any, ep: int, intf: int, data: array[int], timeout: int
    ) -> int:
        """How many bytes went out, if any did; the error comes back with the next transfer."""
        del intf
        where, items = data.buffer_info()
        transferred = c_int()
        code = self.lib.libusb_bulk_transfer(
            dev_handle.handle,
            ep,
            cast(where, POINTER(c_ubyte)),
            items * data.itemsize,
            byref(transferred),
            timeout,
        )
        if not transferred.value:
            libusb1._check(code)
        return transferred.value

    def _finalize_object(self) -> None:
        # Devices first: libusb must not be asked to let go of one after its context ended.
        for device in self._lent:
            device.finalize()
        self._lent.clear()
        super()._finalize_object()
