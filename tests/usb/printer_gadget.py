"""A USB receipt printer as a gadget: the host's side is real, the firmware is here.

Source of the function: gadget_printer.rst of the kernel's documentation; of the answers: Epson's
ESC/POS command reference (DLE EOT, GS a, GS r, GS ( H function 48).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import threading
import time

from tests.usb.gadgets import Functions, Gadget, open_own_side

_SET_STATUS = (3 << 30) | (1 << 16) | (ord("g") << 8) | 0x22
_READY, _PAPER_OUT = 0x18, 0x20
"""Bits of GET_PORT_STATUS: selected and no error; paper empty."""

_REAL_TIME = {1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12}
_REAL_TIME_PAPER_OUT = {1: 0x1A, 2: 0x32, 3: 0x12, 4: 0x72}
_PUSHED, _PUSHED_PAPER_OUT = b"\x10\x00\x00\x00", b"\x18\x00\x0c\x00"
"""What DLE EOT 1 to 4 answer, and what is pushed after GS a, with paper and without."""

_DEVICE_ID = "MFG:EMU;CMD:ESC/POS;MDL:Gadget;CLS:PRINTER;"
_AT_ONCE = 8192

_IN_ORDER = re.compile(
    rb"\x1da(?P<push>.)|\x1dr[\x01\x31]|\x1d\(H\x06\x0000(?P<id>.{4})", re.DOTALL
)
"""Questions that wait their turn behind the data: GS a, GS r 1, GS ( H function 48."""


class PrinterGadget(Gadget):
    """A printer that keeps what it printed in ``printed``, paper by paper as it was sent.

    ``before``: functions that come before the printer's, so that it has other interface and
    endpoint numbers.
    """

    def __init__(
        self,
        serial: str = "PRN1",
        product: int = 0x0E15,
        before: Functions | None = None,
        requests: int = 2,
    ) -> None:
        printing: Functions = {"printer.0": {"pnp_string": _DEVICE_ID, "q_len": requests}}
        functions = {**(before or {}), **printing}
        super().__init__(0x04B8, product, serial, "Receipt Printer", functions, "g_printer")
        self.printed = bytearray()
        self.asked = 0
        self._carry = b""
        self._answered = 0
        self._stop_after: int | None = None
        self._paper = True
        self._pushes = False
        self._working = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._fd = -1

    def plug(self) -> None:
        super().plug()
        self._fd = open_own_side(self)
        self._set_status()
        self._working.set()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        self._working.clear()
        if self._thread is not None:
            self._thread.join(5)
            self._thread = None
            os.close(self._fd)
        self._pushes, self._carry, self._answered = False, b"", len(self.printed)
        super().unplug()

    def paper_out(self, after: int = 0) -> None:
        """The roll ends when ``after`` more bytes are printed: it takes and prints no more."""
        with self._lock:
            self._stop_after = len(self.printed) + after
        self._look_at_paper()

    def new_paper(self) -> None:
        """A new roll is in and the cover is closed: it goes on."""
        with self._lock:
            self._stop_after, self._paper = None, True
        self._set_status()
        self._push()

    def _work(self) -> None:
        while self._working.is_set():
            with self._lock:
                room = self._room()
                if room:
                    with contextlib.suppress(BlockingIOError):
                        self._take(os.read(self._fd, room))
            self._look_at_paper()
            time.sleep(0.005)

    def _room(self) -> int:
        """How much may be printed before the paper ends."""
        if not self._paper:
            return 0
        if self._stop_after is None:
            return _AT_ONCE
        return min(_AT_ONCE, max(0, self._stop_after - len(self.printed)))

    def _look_at_paper(self) -> None:
        with self._lock:
            ended = self._paper and self._stop_after is not None
            ended = ended and len(self.printed) >= (self._stop_after or 0)
            if ended:
                self._paper = False
        if ended:
            self._set_status()
            self._push()

    def _take(self, data: bytes) -> None:
        """DLE EOT is answered past all else and is no part of a paper; the rest in its order."""
        data = self._carry + data
        held = 2 if data[-2:] == b"\x10\x04" else 1 if data[-1:] == b"\x10" else 0
        data, self._carry = data[: len(data) - held], data[len(data) - held :]
        answers = _REAL_TIME if self._paper else _REAL_TIME_PAPER_OUT
        plain = bytearray()
        at = 0
        for question in re.finditer(rb"\x10\x04([\x01-\x04])", data):
            plain += data[at : question.start()]
            at = question.end()
            self.asked += 1
            self._say(bytes([answers[question[1][0]]]))
        self.printed += plain + data[at:]
        self._answer_in_order()

    def _answer_in_order(self) -> None:
        for question in _IN_ORDER.finditer(self.printed, self._answered):
            self._answered = question.end()
            if question["push"]:
                self._pushes = question["push"] != b"\0"
                self._push()
            elif question["id"]:
                self._say(b"\x37\x22" + question["id"] + b"\0")
            else:
                self._say(b"\0")

    def _push(self) -> None:
        if self._pushes and self.plugged:
            self._say(_PUSHED if self._paper else _PUSHED_PAPER_OUT)

    def _say(self, answer: bytes) -> None:
        with contextlib.suppress(OSError):
            os.write(self._fd, answer)

    def _set_status(self) -> None:
        """What GET_PORT_STATUS tells from now on."""
        if self.plugged:
            fcntl.ioctl(self._fd, _SET_STATUS, _READY if self._paper else _PAPER_OUT)
