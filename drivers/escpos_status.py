"""What an ESC/POS printer tells about itself: how it is asked, and how its answers are told apart.

Sources: Epson's ESC/POS command reference, DLE EOT, GS a, GS r, GS ( H function 48, and its table
"identification of transmitted status": bits 0, 1, 4 and 7 of a byte say what kind of answer it
begins or goes on with.

A printer answers on one line whatever was asked, and pushes its status in between. So every byte
that comes in goes through one `Answers`, and what it finds is judged by what was asked: a cheap
printer, or a noisy cable, can send a byte that looks like an answer to a question nobody put.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

RealTimeKind = Literal[1, 2, 3, 4]
"""What DLE EOT asks for: 1 on line, 2 why off line, 3 which error, 4 paper."""

_XON_XOFF = b"\x11\x13"
_DONE, _POWER = 0x37, 0x3B
_ID_BYTES = bytes(byte for byte in range(0x20, 0x7F) if not byte & 0x10)
"""Epson allows 0x20..0x7e; those with bit 4 could be answers in real time that came in between."""

_DONE_GOES_ON = (b"\x22", _ID_BYTES, _ID_BYTES, _ID_BYTES, _ID_BYTES, b"\0")
_POWER_GOES_ON = (b"01", b"\0")
"""What may follow the first byte of a longer answer, byte by byte."""

_ID_LETTERS = 0x40
_OFFLINE_ERROR_PAPER = 0x0E


@dataclass(frozen=True, slots=True)
class PrinterState:
    """What one answer says; what it does not speak of is False.

    ``paper_low`` hinders nothing. ``error`` needs hands (``cutter_jam`` says which), or power off
    and on. ``hot``: the print head rests and goes on by itself. ``offline`` is also true while
    the feed button is held, and whenever one of the others stops the printer.
    """

    offline: bool = False
    cover_open: bool = False
    paper_out: bool = False
    paper_low: bool = False
    error: bool = False
    cutter_jam: bool = False
    hot: bool = False

    @property
    def stopped(self) -> bool:
        """True when it does not print now."""
        return self.offline or self.cover_open or self.paper_out or self.error or self.hot

    def __or__(self, other: PrinterState) -> PrinterState:
        """Both told together: what either says."""
        names = (each.name for each in fields(self))
        return PrinterState(*(getattr(self, name) or getattr(other, name) for name in names))


@dataclass(frozen=True, slots=True)
class Done:
    """Everything sent before the question `ask_done` with this ``job_id`` is on paper."""

    job_id: bytes


@dataclass(frozen=True, slots=True)
class RealTime:
    """The answer to `real_time_status`; `real_time_state` reads ``raw`` by what was asked."""

    raw: int


@dataclass(frozen=True, slots=True)
class Pushed:
    """The four bytes that a printer sends by itself when its state changes (`enable_asb`)."""

    raw: bytes
    state: PrinterState


@dataclass(frozen=True, slots=True)
class PaperAnswer:
    """The answer to `ask_paper`: the printer has worked off everything sent before it."""

    raw: int
    state: PrinterState


@dataclass(frozen=True, slots=True)
class Restarted:
    """The printer was switched on (or is switching off): what it had not printed is lost."""


Answer = Done | RealTime | Pushed | PaperAnswer | Restarted


# -- questions ---------------------------------------------------------------------------------


def make_job_id(number: int) -> bytes:
    """Four bytes for `ask_done`, the same again after 65,536 jobs.

    Signs from @ to O.
    """
    return bytes(_ID_LETTERS + (number >> shift & 15) for shift in (12, 8, 4, 0))


def ask_done(job_id: bytes) -> bytes:
    """Asks for `Done` when all that was sent before is printed (GS ( H function 48).

    ``job_id`` is four bytes of 0x20..0x7E without bit 4, as `make_job_id` gives. Raises
    ValueError.
    """
    if len(job_id) != 4 or any(byte not in _ID_BYTES for byte in job_id):
        raise ValueError("a job is named by four bytes from 0x20 to 0x7e without bit 4")
    return b"\x1d(H\x06\x0000" + job_id


def ask_paper() -> bytes:
    """Asks for `PaperAnswer` behind everything sent before (GS r 1)."""
    return b"\x1dr1"


def enable_asb(on: bool = True) -> bytes:
    """Makes the printer push its state now and at every change (GS a): line, error, paper.

    Not the drawer, not the panel switch: nobody waits for them.
    """
    return b"\x1da" + bytes([_OFFLINE_ERROR_PAPER if on else 0])


def real_time_status(kind: RealTimeKind) -> bytes:
    """Asks for `RealTime`, answered at once and past everything that waits (DLE EOT)."""
    return b"\x10\x04" + bytes([kind])


# -- answers -----------------------------------------------------------------------------------


def real_time_state(kind: RealTimeKind, raw: int) -> PrinterState:
    """What the byte ``raw`` says as the answer to ``real_time_status(kind)``."""
    match kind:
        case 1:
            return PrinterState(offline=bool(raw & 0x08))
        case 2:
            return PrinterState(
                cover_open=bool(raw & 0x04), paper_out=bool(raw & 0x20), error=bool(raw & 0x40)
            )
        case 3:
            return _errors(raw)
        case 4:
            return PrinterState(paper_low=bool(raw & 0x0C), paper_out=bool(raw & 0x60))


def asb_state(raw: bytes) -> PrinterState:
    """What the four bytes of automatic status back say."""
    line, errors, paper, _ = raw
    return (
        PrinterState(offline=bool(line & 0x08), cover_open=bool(line & 0x20))
        | _errors(errors)
        | _roll(paper)
    )


def _errors(raw: int) -> PrinterState:
    """Recoverable 0x04, cutter 0x08, unrecoverable 0x20, recovering by itself 0x40."""
    return PrinterState(error=bool(raw & 0x2C), cutter_jam=bool(raw & 0x08), hot=bool(raw & 0x40))


def _roll(raw: int) -> PrinterState:
    return PrinterState(paper_low=bool(raw & 0x03), paper_out=bool(raw & 0x0C))


class Answers:
    """Tells apart what a printer sends, however it is cut into pieces.

    Bytes that are no answer are dropped; nothing ever raises. An answer in real time may stand
    inside a longer one; anything else that breaks into a longer one ends it unfinished.
    """

    def __init__(self) -> None:
        self._part = bytearray()

    def feed(self, data: bytes) -> list[Answer]:
        """The answers that ``data`` completes, in the order in which they came."""
        found = [self._take(byte) for byte in data]
        return [answer for answer in found if answer is not None]

    def _take(self, byte: int) -> Answer | None:
        if byte in _XON_XOFF:
            return None
        if self._goes_on(byte):
            self._part.append(byte)
            return self._completed()
        if byte & 0x93 == 0x12:
            return RealTime(byte)
        self._part.clear()
        if byte & 0x93 == 0x10 or byte in (_DONE, _POWER):
            self._part.append(byte)
        elif byte & 0x90 == 0:
            return PaperAnswer(byte, _roll(byte))
        return None

    def _goes_on(self, byte: int) -> bool:
        """Whether ``byte`` is the next one of the answer under way."""
        at = len(self._part)
        if not at:
            return False
        if self._part[0] == _DONE:
            return byte in _DONE_GOES_ON[at - 1]
        if self._part[0] == _POWER:
            return byte in _POWER_GOES_ON[at - 1]
        return byte & 0x90 == 0

    def _completed(self) -> Answer | None:
        """The answer that is whole now. `Done` does not wait for its NUL, which only ends it."""
        part = bytes(self._part)
        match part[0], len(part):
            case (0x37, 6):
                return Done(part[2:])
            case (0x37, 7):
                found = None
            case (0x3B, 3):
                found = Restarted()
            case (0x37 | 0x3B, _):
                return None
            case (_, 4):
                found = Pushed(part, asb_state(part))
            case _:
                return None
        self._part.clear()
        return found
