"""A kiosk, an officer and a printer, played in virtual time under a schedule of faults."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from drivers.printing.feeder import Feeder, Patience, State
from drivers.printing.unit import Proof, Unit
from drivers.profiles import PROFILES
from drivers.words import Words
from tests.devices.printer_model import Killed, ModelPort, Printer, Skills, VirtualTime

CUT = b"\x1dV\x42\x00"
PATIENCE = Patience(stall=4, pause=40, proof=20)
LONGEST_SEND = 1000.0

Kind = Literal[
    "stall",
    "short",
    "hot",
    "paper",
    "cover",
    "button",
    "unplug",
    "power",
    "kill",
    "kill_told",
    "stop",
]


@dataclass(frozen=True)
class Fault:
    """``at``: the byte, counted over everything received (or printed, for ``paper``, or the
    number of states told, for ``kill_told``), at which it happens; it ``lasts`` seconds."""

    kind: Kind
    at: int
    lasts: float


@dataclass(frozen=True)
class Schedule:
    """Everything that is drawn for one run."""

    jobs: tuple[int, ...]
    faults: tuple[Fault, ...]
    proof: Proof
    line: Literal["usb", "serial"] = "usb"
    size: int = 256
    asb: bool = True
    dle_eot: bool = True
    side: bool = True
    keep_port: bool = True
    look_at_once: bool = True
    again: bool = True
    seed: int = 0


class Ledger(Protocol):
    """Where the spool keeps its states."""

    def put(self, job: int, state: State) -> None: ...
    def all(self) -> dict[int, State]: ...


class DictLedger:
    def __init__(self) -> None:
        self._states: dict[int, State] = {}

    def put(self, job: int, state: State) -> None:
        self._states[job] = state

    def all(self) -> dict[int, State]:
        return dict(self._states)


class FileLedger:
    """States in a real SQLite file, opened anew each time, as after a restart."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with sqlite3.connect(path) as db:
            db.execute("CREATE TABLE jobs (job INTEGER PRIMARY KEY, state TEXT NOT NULL)")

    def put(self, job: int, state: State) -> None:
        with sqlite3.connect(self._path) as db:
            db.execute("INSERT OR REPLACE INTO jobs VALUES (?, ?)", (job, state))

    def all(self) -> dict[int, State]:
        with sqlite3.connect(self._path) as db:
            rows = db.execute("SELECT job, state FROM jobs ORDER BY job")
            return {job: State(state) for job, state in rows}


def paper(job: int, size: int, seed: int) -> bytes:
    """A paper as the encoder would make it: text, a QR code or a picture, its number, the cut."""
    dice = random.Random(seed * 1000 + job)
    out = bytearray(b"\x1b@\x1bt\x00\x1bE\x01DINAS DUKCAPIL\n\x1bE\x00")
    while len(out) < size:
        match dice.randrange(4):
            case 0:
                wide, high = dice.randrange(1, 24), dice.randrange(1, 20)
                head = wide.to_bytes(2, "little") + high.to_bytes(2, "little")
                out += b"\x1dv0\x00" + head + dice.randbytes(wide * high)
            case 1:
                text = dice.randbytes(dice.randrange(4, 40)).hex().encode()
                out += b"\x1d(k" + (len(text) + 3).to_bytes(2, "little") + b"1P0" + text
                out += b"\x1d(k\x03\x001Q0"
            case _:
                out += b"%032x\n" % dice.getrandbits(128)
    return bytes(out + b"RESI %d SELESAI\n\x1bd\x03" % job + CUT)


@dataclass
class Bench:
    """Plays a schedule; `play` returns when everything is at rest and the officer has looked."""

    schedule: Schedule
    ledger: Ledger = field(default_factory=DictLedger)

    def __post_init__(self) -> None:
        schedule = self.schedule
        self.time = VirtualTime()
        skills = Skills(asb=schedule.asb, dle_eot=schedule.dle_eot)
        self.printer = Printer(self.time, skills, size=schedule.size)
        status = tuple(
            way for way, has in (("dle_eot", schedule.dle_eot), ("asb", schedule.asb)) if has
        )
        profile = PROFILES["80-epson"]
        profile = type(profile)("model", 48, 576, status=status)
        self.unit = Unit(f"{schedule.line}:0416:5011:1", profile, schedule.proof)
        self.data = {
            number: paper(number, size, schedule.seed)
            for number, size in enumerate(schedule.jobs, 1)
        }
        for job in self.data:
            self.ledger.put(job, State.QUEUED)
        self.asked: dict[int, bool] = {}
        self.reprints: dict[int, int] = {}
        self.tray: list[bytes] = []
        self.told = 0
        self.now_at: tuple[int, int] = (0, 0)
        self.stopped = False
        self.dead = False
        self.feeder: Feeder | None = None
        self._hang_faults()

    # -- faults ----------------------------------------------------------------------------------

    def _hang_faults(self) -> None:
        self.at_received: dict[int, Callable[[], None]] = {}
        self.kills_told: dict[int, bool] = {}
        for fault in self.schedule.faults:
            if fault.kind == "kill_told":
                self.kills_told[1 + fault.at % 12] = fault.lasts > 20
            elif fault.kind in ("paper", "cover", "hot"):
                self.printer.on_printed[fault.at] = lambda f=fault: self._strike(f)
            else:
                self.at_received[fault.at] = lambda f=fault: self._strike(f)

    def _strike(self, fault: Fault) -> None:
        printer, later = self.printer, self.time.after
        match fault.kind:
            case "stall":
                printer.set(stalled=True)
                later(fault.lasts, lambda: printer.set(stalled=False))
            case "hot":
                printer.set(hot=True)
                later(fault.lasts, lambda: printer.set(hot=False))
            case "paper":
                printer.set(paper_out=True)
                later(fault.lasts, lambda: printer.set(paper_out=False))
            case "cover":
                printer.set(cover_open=True)
                later(fault.lasts, lambda: printer.set(cover_open=False))
            case "button":
                printer.set(button=True)
                later(fault.lasts, lambda: printer.set(button=False))
            case "unplug":
                printer.gone = True
                later(fault.lasts, lambda: setattr(printer, "gone", False))
            case "power":
                printer.cut_power()
                later(4 + fault.lasts, printer.power_up)
            case "short":
                if self.port:
                    self.port.short = True
            case "stop":
                self.stopped = True
            case _:
                self._kill()

    def _kill(self) -> None:
        self.dead = True
        raise Killed

    def _mend(self) -> None:
        """Hands put everything right, as often as it goes wrong again, until all is printed."""
        for _ in range(2 + len(self.schedule.faults)):
            self.time.advance(200)
            self.printer.set(paper_out=False, cover_open=False, button=False, hot=False)
            self.printer.set(stalled=False, gone=False)
            self.time.advance(60)
        assert self.printer.waiting == 0

    # -- the kiosk -------------------------------------------------------------------------------

    def play(self) -> None:
        self._print_all(60)
        self.at_received.clear()
        self.printer.on_printed.clear()
        self.kills_told.clear()
        self._look()
        while self._next_job() is not None:  # reprints, and what the long faults kept back
            before = len(self.data)
            self._print_all(20)
            self._look()
            assert self._next_job() is None or len(self.data) > before, "it never comes out"
        self._hold()

    def _print_all(self, attempts: int) -> None:
        for _ in range(attempts):
            job = self._next_job()
            if job is None:
                return
            self._attempt(job)

    def _next_job(self) -> int | None:
        return next((job for job, s in self.ledger.all().items() if s == State.QUEUED), None)

    def _attempt(self, job: int) -> None:
        start = self.time.now
        try:
            feeder = self._feeder()
            if feeder is None:
                self.time.advance(2)
                return
            self.stopped = False
            state = feeder.send(self.data[job], job, self._teller(job), lambda: self.stopped)
        except Killed:
            self._start_again()
            return
        assert self.time.now - start < LONGEST_SEND, "it waited for ever"
        assert self.ledger.all()[job] == state
        if state in (State.QUEUED, State.UNKNOWN) or not self.schedule.keep_port:
            self._close()
        if state == State.QUEUED:
            self.time.advance(2)
        if state in (State.UNKNOWN, State.SENT) and self.schedule.look_at_once:
            self._look()

    def _feeder(self) -> Feeder | None:
        if self.feeder is not None:
            return self.feeder
        visible = self.schedule.line == "usb"
        if self.printer.gone or (visible and not self.printer.powered):
            return None
        self.port = ModelPort(self.printer, visible_power=visible, side=self.schedule.side)
        self.port.at_received = self.at_received
        self.port.watch = self._watch
        self.feeder = Feeder(self.port, self.unit, PATIENCE, self.time)
        return self.feeder

    port: ModelPort | None = None

    def _close(self) -> None:
        if self.port:
            self.port.close()
        self.port = self.feeder = None

    def _start_again(self) -> None:
        """What the kiosk does when it starts: nobody knows what was under way."""
        self._close()
        self.dead = False
        for job, state in self.ledger.all().items():
            if state in (State.SENDING, State.PAUSED, State.SENT):
                self.ledger.put(job, State.UNKNOWN)
        if self.schedule.look_at_once:
            self._look()

    def _teller(self, job: int) -> Callable[[State, int, Words | None], None]:
        def tell(state: State, taken: int, says: Words | None) -> None:
            assert not self.dead
            self.told += 1
            after = self.kills_told.pop(self.told, None)
            if after is False:
                self._kill()
            assert says is None or "{" not in str(says)
            assert 0 <= taken <= len(self.data[job])
            if state == State.PRINTED:
                assert self._pieces_of(job) == 1, "not out yet"
            self.ledger.put(job, state)
            self.now_at = (job, taken)
            if after:
                self._kill()

        return tell

    def _watch(self, offered: bytes) -> None:
        """Bytes of a paper leave only under SENDING or PAUSED, and nothing after a kill."""
        assert not self.dead
        for job, data in self.data.items():
            if len(offered) > 24 and data.endswith(offered):
                assert self.ledger.all()[job] in (State.SENDING, State.PAUSED), "not told before"

    # -- the officer -----------------------------------------------------------------------------

    def _pieces_of(self, job: int) -> int:
        """Whole papers of ``job`` in the tray and in the printer's mouth."""
        pieces = self.tray + self.printer.papers
        return sum(piece.endswith(self.data[job]) for piece in pieces)

    def _look(self) -> None:
        """Puts the printer right, waits, pulls out what hangs in it, and looks for each paper that
        nobody knows of."""
        self._mend()
        self._nothing_queued_is_out()
        torn = self.printer.tear_off()
        for job, state in self.ledger.all().items():
            if state not in (State.UNKNOWN, State.SENT) or job in self.asked:
                continue
            by_hand = torn.endswith(self.data[job].removesuffix(CUT))
            if by_hand:  # whole but for the knife: torn off by hand it is a paper
                self.tray.append(self.data[job])
            self.asked[job] = self._pieces_of(job) > 0
            if not self.asked[job] and self.schedule.again and len(self.data) < 9:
                self._print_again(job)

    def _print_again(self, job: int) -> None:
        number = len(self.data) + 1
        self.reprints[number] = job
        self.data[number] = paper(number, len(self.data[job]), self.schedule.seed)
        self.ledger.put(number, State.QUEUED)

    # -- what must hold --------------------------------------------------------------------------

    def _nothing_queued_is_out(self) -> None:
        for job, state in self.ledger.all().items():
            assert state != State.QUEUED or self._pieces_of(job) == 0, "queued and there"

    def _hold(self) -> None:
        states = self.ledger.all()
        out = {job: self._pieces_of(job) for job in states}
        for job, state in states.items():
            assert state in (State.PRINTED, State.UNKNOWN, State.SENT), state
            assert out[job] <= 1, "two of one"
            if state == State.PRINTED:
                assert out[job] == 1, "printed and not there"
            else:
                assert out[job] == self.asked[job], "it came after the officer had looked"
        printed = sum(state == State.PRINTED for state in states.values())
        assert sum(out.values()) == printed + sum(self.asked.values())
