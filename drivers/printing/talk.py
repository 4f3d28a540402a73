"""The talk with a receipt printer beside the paper itself: what it is asked, what it says.

A question may only stand between commands. Epson's reference says of DLE EOT that inside another
command its bytes are taken for that command's own, so nothing is asked while a paper is half sent:
then only what the printer pushes by itself (ASB) and the port's side channel speak.
"""

from __future__ import annotations

from collections.abc import Callable

from drivers.escpos_status import (
    Answers,
    Done,
    PaperAnswer,
    PrinterState,
    Pushed,
    RealTime,
    RealTimeKind,
    Restarted,
    real_time_state,
    real_time_status,
)
from drivers.ports.port import Port
from drivers.words import Words, words

SLICE = 0.25
"""Seconds that one call to the port may take: so often is looked whether to stop."""

KINDS: tuple[RealTimeKind, ...] = (2, 4, 3, 1)
"""The questions in real time, the ones that name a cause first."""

_MOST_READS = 64


class Talk:
    """What one open printer was asked and has said. Nothing it sends ever raises.

    ``silence`` is set for a line that does not show when the printer's power goes (a serial one):
    the seconds between two signs of life in which it may have been off and on again.
    """

    def __init__(
        self, port: Port, clock: Callable[[], float], silence: float | None = None
    ) -> None:
        self._port = port
        self._clock = clock
        self._silence = silence
        self._answers = Answers()
        self._unsaid = bytearray()
        self._kind: RealTimeKind | None = None
        self._polled: dict[RealTimeKind, PrinterState] = {}
        self._next = 0
        self._owes_answer = False
        self.forget()

    def forget(self) -> None:
        """Starts anew: what was said before belongs to another paper."""
        self.pushed = PrinterState()
        self.done: set[bytes] = set()
        self.papers = 0
        self.heard_paper = PrinterState()
        self.restarted = False
        self._polled.clear()
        self.start()

    def drain(self) -> None:
        """Takes what lies ready and forgets it."""
        for _ in range(_MOST_READS):
            if not self._port.read(0):
                break
        self._answers = Answers()
        self.forget()

    def say(self, data: bytes) -> bool:
        """Sends bytes of our own behind those that still wait; True when all were taken."""
        self._unsaid += data
        return self.flush()

    def say_all(self, data: bytes, seconds: float) -> bool:
        """Sends bytes of our own; False when none of them was taken for ``seconds``."""
        self._unsaid += data
        since = self._clock()
        while (before := len(self._unsaid)) and not self.flush():
            taken = len(self._unsaid) < before
            self.listen(0 if taken else SLICE)
            if taken:
                since = self._clock()
            elif self._clock() - since >= seconds:
                return False
        return True

    def flush(self) -> bool:
        """Offers what still waits, once; True when nothing is left."""
        if self._unsaid:
            taken = self._port.write(bytes(self._unsaid), SLICE)
            del self._unsaid[:taken]
        return not self._unsaid

    def listen(self, seconds: float) -> bool:
        """Sorts what the printer sent, waiting at most ``seconds``; False when it was silent."""
        heard = self._port.read(seconds)
        for answer in self._answers.feed(heard):
            self._sort(answer)
        return bool(heard)

    def until(self, true: Callable[[], bool], seconds: float) -> bool:
        """Listens until ``true()``, at most ``seconds``; gives what it is then."""
        end = self._clock() + seconds
        while not true():
            left = end - self._clock()
            if left <= 0:
                return False
            self.flush()
            self.listen(min(left, SLICE))
        return True

    def ask(self, kind: RealTimeKind, seconds: float) -> PrinterState | None:
        """What the printer says in real time to ``kind``; None when it does not answer."""
        if self._owes_answer:  # a late answer must not be taken for the next one's
            self.listen(SLICE)
        self._polled.pop(kind, None)
        self._kind = kind
        if self.say(real_time_status(kind)):
            self.until(lambda: kind in self._polled, seconds)
        self._kind = None
        self._owes_answer = kind not in self._polled
        return self._polled.get(kind)

    def poll(self, seconds: float) -> None:
        """Asks the next question in turn, unless bytes still wait before it."""
        if self.flush():
            kind = KINDS[self._next]
            self._next = (self._next + 1) % len(KINDS)
            self.ask(kind, seconds)

    def state(self) -> PrinterState:
        """All that is known of the printer's state now: pushed, answered, and the paper sensor of
        the side channel."""
        state = self.pushed
        for answered in self._polled.values():
            state |= answered
        side = self._port.status()
        return state | PrinterState(paper_out=True) if side and side.paper_out else state

    def stalled_state(self) -> PrinterState:
        """`state` for a printer that takes nothing: only then is the rest of the side channel
        believed, because cheap printers leave those bits as they like."""
        side = self._port.status()
        if side is None or (side.selected and side.no_error):
            return self.state()
        return self.state() | PrinterState(offline=True)

    def start(self) -> None:
        """A paper begins: from now on a silence counts."""
        self.lapsed = False
        self.alive_at = self._clock()

    def alive(self, *, pushed: bool = False) -> None:
        """Notes a sign of life. A pushed one bridges a silence: after a power cut nothing would be
        pushed any more."""
        now = self._clock()
        if self._silence is not None and not pushed and now - self.alive_at > self._silence:
            self.lapsed = True
        self.alive_at = now

    def _sort(self, answer: object) -> None:
        match answer:
            case Done(job_id):
                self.alive()
                self.done.add(job_id)
            case PaperAnswer(_, state):
                self.alive()
                self.papers += 1
                self.heard_paper = state
            case RealTime(raw) if self._kind is not None:
                self.alive()
                self._polled[self._kind] = real_time_state(self._kind, raw)
            case Pushed(_, state):
                self.alive(pushed=True)
                self.pushed = state
            case Restarted():
                self.restarted = True
            case _:
                pass


def complaint(state: PrinterState) -> Words | None:
    """What the officer has to do before this printer goes on; None when nothing stops it."""
    if state.cover_open:
        return words("Tutup printer terbuka. Tutuplah; cetakan dilanjutkan sendiri.")
    if state.paper_out:
        return words("Kertas habis. Pasang kertas; cetakan dilanjutkan sendiri.")
    if state.cutter_jam:
        return words("Pisau printer macet. Keluarkan kertas yang tersangkut pada pisau.")
    if state.error:
        return words("Printer melaporkan gangguan. Periksa kertas, tutup, dan lampunya.")
    if state.hot:
        return words("Printer terlalu panas. Tunggu sebentar; cetakan dilanjutkan sendiri.")
    if state.offline:
        return words("Printer sedang tidak siap. Periksa tombol dan lampunya.")
    return None
