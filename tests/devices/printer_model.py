"""A receipt printer in memory: what its buffer holds, what lies in its tray, what can go wrong.

Written from Epson's ESC/POS command reference, apart from the encoder and from the status parser.
It has a clock of its own, so hours pass in microseconds. Harsh where real printers are:

* a command cut short waits for the rest and takes whatever comes next for it;
* DLE EOT inside another command is answered, and its bytes are taken for that command's own;
* after an unplug what is in the buffer still prints; after a power cut it is lost, and with it the
  half-read command, the line under way and the automatic status.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Literal

from drivers.ports.port import PortStatus
from drivers.trouble import DeviceGone
from drivers.words import words

Voice = Literal["clean", "mute", "echo", "garbage", "constant", "babble"]


class VirtualTime:
    """Seconds that pass only when somebody waits; what was planned happens in order."""

    def __init__(self) -> None:
        self.now = 0.0
        self.passing: list[Callable[[float], None]] = []
        self._plans: list[tuple[float, int, Callable[[], None]]] = []
        self._number = itertools.count()

    def __call__(self) -> float:
        return self.now

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._plans, (self.now + seconds, next(self._number), act))

    def advance(self, seconds: float) -> None:
        end = self.now + seconds
        while self._plans and self._plans[0][0] <= end:
            when, _, act = heapq.heappop(self._plans)
            self._pass(when)
            act()
        self._pass(end)

    def _pass(self, until: float) -> None:
        gone_by, self.now = until - self.now, until
        for work in self.passing:
            work(gone_by)


@dataclass(frozen=True)
class Skills:
    """What it can do. ``prints_unknown``: a command it does not know comes out as text."""

    dle_eot: bool = True
    asb: bool = True
    gs_r: bool = True
    gs_h: bool = True
    voice: Voice = "clean"
    prints_unknown: bool = False
    model: bytes = b"TM-MODEL"


@dataclass
class Printer:
    """The printer; a `DeviceSide` of the emulated USB bus, and the far end of a `ModelPort`.

    ``papers`` are the bytes of each paper that was cut off, without the questions and NULs among
    them; ``hanging`` are those of the paper not cut yet.
    """

    time: VirtualTime
    skills: Skills = field(default_factory=Skills)
    size: int = 4096
    rate: float = 4000.0
    powered: bool = True
    cover_open: bool = False
    paper_out: bool = False
    button: bool = False
    hot: bool = False
    stalled: bool = False
    gone: bool = False
    papers: list[bytes] = field(default_factory=list)
    hanging: bytearray = field(default_factory=bytearray)
    printed: int = 0
    received: int = 0
    on_printed: dict[int, Callable[[], None]] = field(default_factory=dict)
    power_cuts: int = 0

    def __post_init__(self) -> None:
        self._budget = 0.0
        self._noise = random.Random(1)
        self.time.passing.append(self.work)
        self._restart()

    def _restart(self) -> None:
        self._buffer = bytearray()
        self._recent = bytearray()
        self._answers = bytearray()
        self._line = bytearray()
        self._asb = False
        self._last_push = b""
        self._reader = self._read()
        next(self._reader)

    # -- hands -----------------------------------------------------------------------------------

    @property
    def offline(self) -> bool:
        return self.cover_open or self.paper_out or self.button

    def set(self, **state: bool) -> None:
        """Opens the cover, takes the paper out, holds the button, ...: any of its switches."""
        for name, value in state.items():
            setattr(self, name, value)
        self._push_status()

    def cut_power(self) -> None:
        self.powered = False
        self.power_cuts += 1
        self._restart()

    def power_up(self) -> None:
        self._restart()
        self.powered = True

    def tear_off(self) -> bytes:
        """Pulls out what hangs in it and tears it off."""
        piece = bytes(self.hanging)
        self.hanging.clear()
        return piece

    @property
    def waiting(self) -> int:
        """Bytes in its buffer."""
        return len(self._buffer)

    # -- the far end of a port -------------------------------------------------------------------

    def out(self, data: bytes) -> int:
        if not self.powered or self.stalled:
            return 0
        taken = data[: max(0, self.size - len(self._buffer))]
        self._buffer += taken
        self.received += len(taken)
        self._notice(taken)
        return len(taken)

    def take_in(self, limit: int) -> bytes:
        if self.skills.voice == "babble":
            return self._noise.randbytes(min(limit, 4))
        answer = bytes(self._answers[:limit])
        del self._answers[:limit]
        return answer

    def port_status(self) -> int:
        out, errors = 0x20 * self.paper_out, 0 if self.offline else 0x08
        return out | errors | (0 if self.button else 0x10)

    # -- inside ----------------------------------------------------------------------------------

    def _notice(self, data: bytes) -> None:
        """What is done at once, past the buffer: real-time questions, and a clone's noise."""
        match self.skills.voice:
            case "echo":
                self._answers += data
            case "garbage":
                self._answers += self._noise.randbytes(min(8, len(data)))
            case _:
                pass
        self._recent = (self._recent + data)[-(2 + len(data)) :]
        at = self._recent.find(b"\x10\x04")
        while at >= 0 and at + 2 < len(self._recent):
            self._real_time(self._recent[at + 2])
            del self._recent[: at + 3]
            at = self._recent.find(b"\x10\x04")

    def _real_time(self, kind: int) -> None:
        bits = {
            1: 0x08 * self.offline,
            2: 0x04 * self.cover_open | 0x20 * self.paper_out,
            3: 0x40 * self.hot,
            4: 0x60 * self.paper_out,
        }
        if self.skills.dle_eot and kind in bits:
            self._say(bytes([0x12 | bits[kind]]))

    def _say(self, answer: bytes) -> None:
        if self.skills.voice == "constant":
            answer = b"\x12"
        if self.skills.voice in ("clean", "constant"):
            self._answers += answer

    def _push_status(self) -> None:
        now = bytes(
            [
                0x10 | 0x08 * self.offline | 0x20 * self.cover_open,
                0x40 * self.hot,
                0x0C * self.paper_out,
                0,
            ]
        )
        if self._asb and self.powered and now != self._last_push:
            self._say(now)
            self._last_push = now

    def work(self, seconds: float) -> None:
        """Prints for so long."""
        self._budget += seconds * self.rate
        while self._buffer and not (self.offline or self.hot) and self.powered:
            if self._budget < 1:
                return
            self._budget -= 1
            self._reader.send(self._buffer.pop(0))
            self.printed += 1
            act = self.on_printed.pop(self.printed, None)
            if act:
                act()
        self._budget = 0.0

    def _read(self) -> Generator[None, int, None]:
        """Its command reader: one byte at each send, for ever."""
        while True:
            first = yield
            if first == 0x10:
                if (yield) == 4:
                    yield
            elif first in (0x1B, 0x1C, 0x1D):
                yield from self._command(first)
            elif first == 0x0A:
                self._put(b"\n")
            elif first >= 0x20:
                self._line.append(first)

    def _put(self, raw: bytes) -> None:
        """Brings the line under way, and then ``raw``, on paper."""
        self.hanging += self._line + raw
        self._line.clear()

    def _take(self, count: int) -> Generator[None, int, bytes]:
        raw = bytearray()
        while len(raw) < count:
            raw.append((yield))
        return bytes(raw)

    def _command(self, first: int) -> Generator[None, int, None]:
        head = bytes([first, (yield)])
        match head:
            case b"\x1b@":
                self._line.clear()
                self.hanging += head
            case b"\x1bd" | b"\x1bJ":
                self._put(head + (yield from self._take(1)))
            case b"\x1bt" | b"\x1ba" | b"\x1bE" | b"\x1b!" | b"\x1d!":
                self._line += head + (yield from self._take(1))
            case b"\x1da" | b"\x1dr" | b"\x1dI":
                yield from self._question(head)
            case b"\x1dV":
                yield from self._cut()
            case b"\x1dv":
                yield from self._picture()
            case b"\x1d(":
                yield from self._long()
            case _ if self.skills.prints_unknown:
                self._line += head[1:]
            case _:
                pass

    def _question(self, head: bytes) -> Generator[None, int, None]:
        known = {b"\x1da": self.skills.asb, b"\x1dr": self.skills.gs_r, b"\x1dI": self.skills.gs_r}
        (number,) = yield from self._take(1)
        if not known[head]:
            if self.skills.prints_unknown:
                self._line += head[1:] + bytes([number])
        elif head == b"\x1da":
            self._asb = number != 0
            self._last_push = b""
            self._push_status()
        elif head == b"\x1dr":
            self._say(bytes([0x0C * self.paper_out]))
        elif number == 67:
            self._say(b"_" + self.skills.model + b"\0")

    def _cut(self) -> Generator[None, int, None]:
        raw = yield from self._take(1)
        if raw[0] in (65, 66):
            raw += yield from self._take(1)
        self._put(b"\x1dV" + raw)
        self.papers.append(self.tear_off())

    def _picture(self) -> Generator[None, int, None]:
        head = yield from self._take(6)
        wide, high = int.from_bytes(head[2:4], "little"), int.from_bytes(head[4:6], "little")
        self._put(b"\x1dv" + head + (yield from self._take(wide * high)))

    def _long(self) -> Generator[None, int, None]:
        kind = yield from self._take(1)
        if kind == b"H" and not self.skills.gs_h and self.skills.prints_unknown:
            self._line += b"(H"
            return
        size = yield from self._take(2)
        body = yield from self._take(int.from_bytes(size, "little"))
        if kind != b"H":
            self._put(b"\x1d(" + kind + size + body)
        elif body[:2] == b"00" and len(body) == 6 and self.skills.gs_h:
            self._say(b'7"' + body[2:] + b"\0")


class Killed(BaseException):
    """The kiosk's process is gone, here and now."""


class ModelPort:
    """A port straight to a `Printer`. ``visible_power``: a power cut ends the connection.

    ``at_received`` says what happens at which byte that the printer receives, exactly there.
    """

    def __init__(self, printer: Printer, *, visible_power: bool = True, side: bool = True) -> None:
        self.printer = printer
        self.time = printer.time
        self.visible_power = visible_power
        self.side = side
        self.closed = False
        self.lost = False
        self.at_received: dict[int, Callable[[], None]] = {}
        self.watch: Callable[[bytes], None] = lambda _: None
        self.short = False
        self._cuts = printer.power_cuts

    def write(self, data: bytes, seconds: float) -> int:
        self.watch(data)
        self._check(False)
        end, taken = self.time.now + seconds, 0
        while taken < len(data) and not self.short:
            due = min((at for at in self.at_received if at > self.printer.received), default=None)
            most = len(data) if due is None else taken + due - self.printer.received
            count = self.printer.out(data[taken:most])
            taken += count
            act = self.at_received.pop(self.printer.received, None)
            if act:
                act()
            self._check(taken > 0)
            if not count:
                if self.time.now >= end:
                    break
                self.time.advance(min(end - self.time.now, 0.05))
        self.short = False
        self._check(taken > 0)
        return taken

    def read(self, seconds: float) -> bytes:
        self._check(False)
        end = self.time.now + seconds
        while not (answer := self.printer.take_in(64)) and self.time.now < end:
            self.time.advance(min(end - self.time.now, 0.02))
            self._check(False)
        if self.printer.skills.voice == "babble":
            self.time.advance(0.01)
        return answer

    def status(self) -> PortStatus | None:
        self._check(False)
        if not self.side:
            return None
        bits = self.printer.port_status()
        return PortStatus(bool(bits & 0x20), bool(bits & 0x10), bool(bits & 0x08))

    def close(self) -> None:
        self.closed = True

    def _check(self, maybe_taken: bool) -> None:
        cut = self.visible_power and (
            not self.printer.powered or self.printer.power_cuts != self._cuts
        )
        self.lost = self.lost or self.printer.gone or cut
        if self.lost or self.closed:
            raise DeviceGone(words("Printer terputus."), maybe_taken=maybe_taken)
