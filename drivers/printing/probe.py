"""Finds out what one receipt printer (ESC/POS) can do, without a mark on its paper.

Every question is followed by silence and its answer is compared byte by byte: cheap printers echo,
send noise, or answer everything with the same byte, and one that does not know a command prints
its letters. These stay in the line under way and ESC @ wipes them before they reach the paper.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from drivers.escpos_status import (
    PrinterState,
    RealTimeKind,
    ask_done,
    ask_paper,
    enable_asb,
    real_time_state,
    real_time_status,
)
from drivers.ports.port import Port
from drivers.printing.talk import complaint
from drivers.printing.unit import Proof
from drivers.profiles import Profile, StatusWay
from drivers.trouble import DeviceTrouble
from drivers.words import Words, words

_ANSWER = 0.4
"""Seconds for one answer; a printer that can answer needs about 0.02."""

_SETTLE = 0.05
"""Seconds of silence after which an answer is taken to be whole."""

_TAKE = 0.25
"""Seconds in which a question must be taken."""

_MOST = 64
"""Bytes after which an answer is noise."""

_HEAD = bytes(16)
"""NULs: they end a command that was left half sent, and print nothing."""

_CLEAN = b"\x1b@"
_KINDS: tuple[RealTimeKind, ...] = (1, 2, 3, 4)
_MODEL = b"\x1dI\x43"
_IDS = (b"AKAN", b"labi")


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a unit showed that it can do.

    ``proof`` is the best it can give. ``sure`` is False when it could not be asked: it was out of
    paper, open, or silent; then nothing here should replace what was known before. ``says`` is
    for the officer.
    """

    proof: Proof
    dle_eot: bool
    asb: bool
    gs_r: bool
    gs_h: bool
    sure: bool
    says: Words
    model: str = ""

    @property
    def status(self) -> tuple[StatusWay, ...]:
        """The same as a profile names them."""
        ways: tuple[tuple[StatusWay, bool], ...] = (
            ("dle_eot", self.dle_eot),
            ("asb", self.asb),
            ("gs_r", self.gs_r),
            ("gs_h", self.gs_h),
        )
        return tuple(way for way, has in ways if has)


def probe(port: Port, profile: Profile, clock: Callable[[], float] = time.monotonic) -> Abilities:
    """Asks the printer on ``port`` what it can do; about 2 seconds when it is silent.

    Nothing may be printing on it. Only ESC/POS printers are asked. Raises DeviceGone.
    """
    if profile.language != "escpos":
        return _nothing(words("Printer jenis ini tidak dapat ditanya: petugas yang memeriksa."))
    return _Probe(port, clock).run()


class _Blocked(Exception):
    """It takes no more bytes."""


class _Probe:
    def __init__(self, port: Port, clock: Callable[[], float]) -> None:
        self._port = port
        self._clock = clock

    def run(self) -> Abilities:
        try:
            return self._asked()
        except _Blocked:
            side = self._port.status()
            state = PrinterState(paper_out=bool(side and side.paper_out), offline=True)
            return _nothing(complaint(state) or _SILENT, sure=False)
        finally:
            self._quietly_clean()

    def _asked(self) -> Abilities:
        # Someone else may have switched its reports on: off, and what it still says is thrown away.
        if self._answer(_HEAD + _CLEAN + enable_asb(False), 0.1) and self._answer(_CLEAN, 0.1):
            return _nothing(_NOISY)
        dle_eot, state = self._real_time()
        if state.stopped:
            return _nothing(complaint(state) or _SILENT, dle_eot=dle_eot, sure=False)
        gs_h = all(self._answer(ask_done(name)) == b'7"' + name + b"\0" for name in _IDS)
        gs_r = all(_is_paper_answer(self._answer(ask_paper())) for _ in range(2 if gs_h else 3))
        asb = self._pushes()
        model = self._model() if gs_h or gs_r or dle_eot else ""
        return _found(dle_eot, asb, gs_r, gs_h, model)

    def _real_time(self) -> tuple[bool, PrinterState]:
        state = PrinterState()
        for kind in _KINDS:
            answer = self._answer(real_time_status(kind))
            if len(answer) != 1 or answer[0] & 0x93 != 0x12:
                return False, PrinterState()
            state |= real_time_state(kind, answer[0])
        return True, state

    def _pushes(self) -> bool:
        answer = self._answer(enable_asb())
        self._answer(enable_asb(False), _SETTLE)
        form = len(answer) == 4 and answer[0] & 0x93 == 0x10
        return form and all(byte & 0x90 == 0 for byte in answer[1:])

    def _model(self) -> str:
        found = re.fullmatch(rb"_([ -~]{1,40})\0", self._answer(_MODEL))
        return found[1].decode("ascii") if found else ""

    def _answer(self, question: bytes, seconds: float = _ANSWER) -> bytes:
        """What comes back for ``question``, without flow control bytes; the line is wiped after a
        question that was not understood."""
        self._say(question)
        heard = bytearray()
        end = self._clock() + seconds
        while len(heard) < _MOST and self._clock() < end:
            part = self._port.read(_SETTLE)
            if heard and not part:
                break
            heard += part.translate(None, b"\x11\x13")
        if not heard:
            self._say(_CLEAN)
        return bytes(heard)

    def _say(self, data: bytes) -> None:
        end = self._clock() + _TAKE
        while data:
            taken = self._port.write(data, _TAKE)
            data = data[taken:]
            if data and self._clock() >= end:
                raise _Blocked

    def _quietly_clean(self) -> None:
        """Leaves nothing in its line; it may be gone or blocked by now."""
        try:
            self._say(_CLEAN)
        except (_Blocked, DeviceTrouble):
            return


def _is_paper_answer(answer: bytes) -> bool:
    return len(answer) == 1 and answer[0] & 0x90 == 0


def _found(dle_eot: bool, asb: bool, gs_r: bool, gs_h: bool, model: str) -> Abilities:
    answers = dle_eot or gs_r or gs_h or asb
    if gs_h:
        proof: Proof = "process"
        says = words("Printer mengabarkan sendiri bahwa kertas sudah keluar.")
    elif gs_r and dle_eot:
        proof = "status"
        says = words("Printer menjawab keadaannya setelah mencetak.")
    elif answers:
        proof = "officer"
        says = words("Printer hanya mengabarkan keadaannya: petugas yang memastikan kertasnya.")
    else:
        return _nothing(_SILENT, sure=False)
    return Abilities(proof, dle_eot, asb, gs_r, gs_h, True, says, model)


def _nothing(says: Words, *, dle_eot: bool = False, sure: bool = True) -> Abilities:
    return Abilities("officer", dle_eot, False, False, False, sure, says)


_NOISY = words("Jawaban printer tidak dapat dipercaya: petugas yang memastikan kertasnya.")
_SILENT = words(
    "Printer tidak menjawab. Mungkin ia memang tidak bisa, mungkin mati atau kertasnya habis. "
    "Setelah dicetak, petugas yang memastikan kertasnya."
)
