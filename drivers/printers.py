"""The one door to printers of every kind: papers in, one at a time, and what became of each out."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Protocol

from drivers.ports.port import Port
from drivers.printing.feeder import Feeder, State, Tell
from drivers.printing.unit import Unit
from drivers.trouble import DeviceTrouble, PrinterTrouble
from drivers.words import Words, words

VIRTUAL = "virtual"


class PaperRefused(DeviceTrouble):
    """This printer cannot print this paper at all; nothing of it came out."""


class Sender(Protocol):
    """A printer that takes papers. One owner thread calls it."""

    def send(self, data: bytes, job: int, name: str, tell: Tell, stop: threading.Event) -> State:
        """Gets one paper out; each state is told before the act it names, and committed when
        ``tell`` returns. ``stop`` set: no more is sent.

        Gives the last state told. Raises PaperRefused, and whatever ``tell`` raises.
        """
        ...

    def close(self) -> None:
        """Gives the device back; the next paper opens it anew. Never raises."""
        ...


def open_sender(unit: Unit, folder: Path) -> Sender:
    """The printer at ``unit.address``. A virtual one keeps its papers in ``folder``.

    Opens nothing yet. Raises DeviceTrouble when no printer can have this address.
    """
    kind = unit.address.partition(":")[0]
    if kind == VIRTUAL:
        return VirtualSender(unit, folder)
    if kind in ("usb", "serial", "tcp"):
        return PortSender(unit)
    if kind in ("cups", "ipp", "ipps"):
        return QueueSender(unit)
    raise DeviceTrouble(words("Alamat printer {address} tidak dikenal.", address=unit.address))


class PortSender:
    """A printer at the other end of a cable; the port stays open from paper to paper."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._port: Port | None = None
        self._feeder: Feeder | None = None

    def ready(self) -> None:
        """Opens the port ahead of the first paper. Raises DeviceTrouble."""
        if self._port is None:
            from drivers.ports.addresses import open_port

            self._port = open_port(self._unit.address, baud=self._unit.baud)
            self._feeder = Feeder(self._port, self._unit)

    def send(self, data: bytes, job: int, name: str, tell: Tell, stop: threading.Event) -> State:
        """One paper. A port that went stale while idle is opened anew once: nothing was sent."""
        del name
        stale = self._port is not None
        told: list[tuple[State, int, Words | None]] = []

        def quiet(state: State, taken: int, says: Words | None) -> None:
            told.append((state, taken, says))
            if not (stale and state is State.QUEUED):
                tell(state, taken, says)

        state = self._once(data, job, quiet, stop)
        if stale and state is State.QUEUED and not stop.is_set():
            return self._once(data, job, tell, stop)
        return state

    def _once(self, data: bytes, job: int, tell: Tell, stop: threading.Event) -> State:
        try:
            self.ready()
        except DeviceTrouble as trouble:
            tell(State.QUEUED, 0, trouble.says)
            return State.QUEUED
        assert self._feeder is not None
        state = State.UNKNOWN
        try:
            state = self._feeder.send(data, job, tell, stop)
            return state
        finally:
            if state in (State.UNKNOWN, State.QUEUED):
                self.close()

    def close(self) -> None:
        """Gives the device back."""
        if self._port is not None:
            self._port.close()
            self._port = self._feeder = None


class QueueSender:
    """A printer that is given documents by IPP, itself or through CUPS."""

    def __init__(self, unit: Unit) -> None:
        from drivers.printing.cups import PDF, RAW, IppSender

        if unit.profile.language == "pdf":
            self._sender = IppSender(unit.address, PDF)
        else:
            self._sender = IppSender(unit.address, RAW, name="printer dot-matrix")

    def send(self, data: bytes, job: int, name: str, tell: Tell, stop: threading.Event) -> State:
        """One paper as one document."""
        del name
        return self._sender.send(data, job, tell, stop)

    def close(self) -> None:
        """Nothing is held between papers."""


class VirtualSender:
    """The virtual printer: what it takes has come out."""

    def __init__(self, unit: Unit, folder: Path) -> None:
        from drivers.virtual.printer import VirtualPrinter

        self._printer = VirtualPrinter(folder, unit.profile)

    def send(self, data: bytes, job: int, name: str, tell: Tell, stop: threading.Event) -> State:
        """One paper, into the folder."""
        del job, stop
        tell(State.SENDING, 0, None)
        try:
            self._printer.send(data, name)
        except PrinterTrouble as trouble:
            if not trouble.started:
                raise PaperRefused(trouble.says) from trouble
            tell(State.UNKNOWN, 0, trouble.says)
            return State.UNKNOWN
        tell(State.PRINTED, len(data), None)
        return State.PRINTED

    def close(self) -> None:
        """There is nothing to give back."""
