"""Takes papers from the queue to their printers, each state written before the act it names."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from config.devices import Device
from drivers.printers import PaperRefused, Sender, open_sender
from drivers.printing.feeder import State
from drivers.printing.unit import Unit
from drivers.profiles import PROFILES
from drivers.trouble import DeviceTrouble
from drivers.words import Words
from kiosk.desk.desk import Desk
from kiosk.desk.spool import Waiting
from kiosk.desk.views import Refusal
from kiosk.exchange import Ask, directly
from kiosk.papers.render import render
from kiosk.papers.stored import from_stored
from kiosk.texts import said_words, say

PAPERS = "kertas"
"""The folder, inside the kiosk's data folder, where the virtual printer keeps its papers."""

OpenSender = Callable[[Unit, Path], Sender]


def unit_of(device: Device) -> Unit:
    """A printer of the settings as the drivers know it. Raises DeviceTrouble."""
    profile = PROFILES.get(device.profile)
    if profile is None:
        raise DeviceTrouble(
            Words("Profil printer {profile} tidak dikenal.", {"profile": device.profile})
        )
    return Unit(device.address, profile, device.proof, device.baud)


class Line:
    """One printer and its owner: sends the papers that go there, one after the other."""

    def __init__(self, desk: Desk, device: Device, ask: Ask, sender: Sender, unit: Unit):
        self._desk = desk
        self._ask = ask
        self._unit = unit
        self.device = device
        self.sender = sender
        self.stop = threading.Event()
        self.closed = False
        self.busy = threading.Lock()
        self.job = 0
        self.says = ""
        """Why the last paper is not out, empty when nothing is wrong."""

    def run(self) -> int:
        """Print what waits for this printer; gives how many papers came out.

        Ends at the first one that does not. A paper whose end could not be written down stays
        SENDING, and is asked about when the kiosk starts again.
        """
        printed = 0
        with suppress(Refusal):  # the desk says so at the next act
            while self._next() in (State.PRINTED, State.SENT):
                printed += 1
        return printed

    def _next(self) -> State | None:
        devices, spool = self._desk.devices, self._desk.printing.spool
        address = self.device.address
        waiting: Waiting | None = self._ask(
            lambda: spool.next_for(address, devices.now().papers_of(address))
        )
        if waiting is None:
            return None
        self.job = waiting.id
        self.stop.clear()
        if self.closed:
            return None
        try:
            data = render(from_stored(waiting.document), self._unit.profile)
            tell = self._teller(data)
            state = self.sender.send(data, waiting.id, waiting.name, tell, self.stop)
            if state is State.SENT:
                self._ask(spool.mark, waiting.id, "LOOK")
            return state
        except ValueError:
            says = say("Kertas ini tidak muat di printer itu. Pilih printer lain di F9.")
        except PaperRefused as trouble:
            says = said_words(trouble.says)
        finally:
            self.job = 0
        self.says = says
        self._ask(spool.mark, waiting.id, "TROUBLE", says)
        return None

    def _teller(self, data: bytes) -> Callable[[State, int, Words | None], None]:
        spool = self._desk.printing.spool
        job = self.job
        begun = False

        def tell(state: State, taken: int, words: Words | None) -> None:
            nonlocal begun
            before, self.says = self.says, said_words(words)
            if state is State.SENDING and not begun:
                self._ask(spool.begin, job, self.device.address, data)
                begun = True
            elif begun or state is not State.QUEUED or before != self.says:
                # A printer that is not ready is asked again and again: that is no news each time.
                self._ask(spool.mark, job, state.value, self.says, taken)

        return tell


class Press:
    """The printers of one desk."""

    def __init__(self, desk: Desk, ask: Ask = directly, open_sender: OpenSender = open_sender):
        self._desk = desk
        self._ask = ask
        self._open = open_sender
        self._lines: dict[str, Line] = {}
        self._changing = threading.Lock()

    @property
    def papers(self) -> Path:
        """Where the virtual printer's papers lie."""
        return self._desk.front.folder / PAPERS

    def lines(self) -> list[Line]:
        """The printers as they are set up now; one that was changed is closed and opened anew.

        A printer that is at work is left alone until it has ended.
        """
        printers = self._ask(self._desk.devices.now).of_kind("printer")
        with self._changing:
            self._renew({one.address: one for one in printers})
            return list(self._lines.values())

    def _renew(self, wanted: dict[str, Device]) -> None:
        for address, line in list(self._lines.items()):
            if wanted.get(address) != line.device and not line.busy.locked():
                line.sender.close()
                del self._lines[address]
        for address, device in wanted.items():
            if address not in self._lines:
                with suppress(DeviceTrouble):
                    unit = unit_of(device)
                    sender = self._open(unit, self.papers)
                    self._lines[address] = Line(self._desk, device, self._ask, sender, unit)

    def run(self) -> int:
        """Print everything queued, printer after printer; gives how many papers came out."""
        printed = 0
        for line in self.lines():
            with line.busy:
                printed += line.run()
        return printed

    def halt(self, job: int) -> None:
        """Send no more of this paper: what came out of it will be asked."""
        for line in self._lines.values():
            if line.job == job:
                line.stop.set()

    def halt_all(self) -> None:
        """Send no more of anything."""
        for line in self._lines.values():
            line.closed = True
            line.stop.set()

    def trouble(self, address: str) -> str:
        """Why this printer's last paper is not out; empty when nothing is wrong."""
        line = self._lines.get(address)
        return line.says if line else ""

    def close(self) -> None:
        """Give every printer back; none is at work any more."""
        for line in self._lines.values():
            line.sender.close()
