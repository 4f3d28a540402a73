"""Gets one paper out of one open printer, and says each state before the act it names.

::

    QUEUED -> SENDING -> SENT -> PRINTED   evidence: the unit's proof (drivers/printing/unit.py)
    SENDING -> PAUSED -> SENDING           paper end, open cover: goes on from the exact byte
    SENDING, PAUSED, SENT -> UNKNOWN       unplugged, gave up, stopped: the officer is asked
    SENDING -> QUEUED                      the printer took no byte of it, for sure

A printer that was left inside a command (a torn picture) would take the next paper's beginning for
the rest of it. So the first paper on a port begins with a greeting: NUL bytes, which end any
command and print nothing, and a question with a number of its own. Only when it is answered does
the printer stand between commands with nothing left to print, and only then is a paper sent.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from threading import Event

from drivers.escpos_status import ask_done, ask_paper, enable_asb, make_job_id
from drivers.ports.port import Port
from drivers.printing.talk import KINDS, SLICE, Talk, complaint
from drivers.printing.unit import Proof, Unit
from drivers.trouble import DeviceGone, DeviceTrouble
from drivers.words import Words, words


class State(StrEnum):
    """How far a paper has come."""

    QUEUED = "QUEUED"
    SENDING = "SENDING"
    PAUSED = "PAUSED"
    SENT = "SENT"
    PRINTED = "PRINTED"
    UNKNOWN = "UNKNOWN"


Tell = Callable[[State, int, Words | None], None]
"""Called with a state, the bytes of the paper taken so far, and words for the officer. When it
returns, the state stays even if the power goes. It may raise: then nothing more is sent."""

Stop = Event | Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds without progress after which something is done.

    ``stall``: nothing was taken and nobody knows why. ``pause``: hands are needed and do not come.
    ``proof``: all was taken and the proof does not come. ``answer``: to one question.
    ``quiet``: no more answers to ``GS r 1``, which bear no number. ``silence``: a serial printer
    may have been off and on again.
    """

    stall: float = 15.0
    pause: float = 600.0
    proof: float = 60.0
    answer: float = 1.0
    quiet: float = 0.5
    silence: float = 3.0


_HEAD = 16
"""NUL bytes that end the longest head of a command, giving it a picture of no size."""

_NULS = (0, 256, 4096, 16384)
"""NUL bytes before each greeting: together the longest picture or QR code a paper of ours holds."""

_NUL_RUN = 128
"""As many of them at most between two questions ``GS r 1``. More would take a slow printer longer
than ``quiet``, and its silence would say nothing of the answers that it still owes."""


class Feeder:
    """The one that feeds an open port; it may send many papers, one after the other.

    ``owed``: bytes of a torn paper that this printer may still be waiting for, best known where it
    cannot be asked whether it stands between commands: the proof is the officer's.
    """

    def __init__(
        self,
        port: Port,
        unit: Unit,
        patience: Patience | None = None,
        clock: Callable[[], float] = time.monotonic,
        *,
        owed: int = 0,
    ) -> None:
        self.port = port
        self.unit = unit
        self.patience = patience or Patience()
        self.clock = clock
        self.owed = owed
        self.in_step = False
        self.blind = unit.address.startswith("serial:")
        self.talk = Talk(port, clock, self.patience.silence if self.blind else None)

    @property
    def proof(self) -> Proof:
        """How this unit proves its papers; ``status`` needs the questions in real time."""
        profile, proof = self.unit.profile, self.unit.proof
        if profile.language != "escpos" or (proof == "status" and "dle_eot" not in profile.status):
            return "officer"
        return proof

    def send(self, data: bytes, job: int, tell: Tell, stop: Stop) -> State:
        """Sends one paper and gives its last state: PRINTED, SENT (the officer proves it), UNKNOWN,
        or QUEUED when the printer took nothing of it and it may be sent again.

        ``job`` is the number by which the printer names it. Never raises for anything a printer
        does; what ``tell`` raises passes, and nothing is sent after it.
        """
        asked = stop.is_set if isinstance(stop, Event) else stop
        return _Paper(self, data, job, tell, asked).to_its_end()


class _Over(Exception):
    """This paper goes no further; ``says`` why."""

    def __init__(self, says: Words) -> None:
        super().__init__(str(says))
        self.says = says


class _Paper:
    """One paper on its way."""

    def __init__(
        self, feeder: Feeder, data: bytes, job: int, tell: Tell, stop: Callable[[], bool]
    ) -> None:
        self._feeder = feeder
        self._port, self._talk = feeder.port, feeder.talk
        self._patience, self._clock = feeder.patience, feeder.clock
        self._status = feeder.unit.profile.status
        self._data = data
        self._id = make_job_id(job)
        self._commit = tell
        self._stop = stop
        self._told: tuple[State, str] | None = None
        self._taken = 0
        self._in_doubt = False
        self._blamed = 0.0

    def to_its_end(self) -> State:
        try:
            self._get_ready()
            self._feeder.in_step = False
            self._send()
            return self._prove()
        except _Over as over:
            return self._give_up(over.says)
        except DeviceTrouble as trouble:
            return self._give_up(trouble.says)

    def _give_up(self, says: Words) -> State:
        untouched = self._taken == 0 and not self._in_doubt
        if not untouched:
            self._feeder.owed = len(self._data) - self._taken
        return self._tell(State.QUEUED if untouched else State.UNKNOWN, says)

    def _tell(self, state: State, says: Words | None = None) -> State:
        """Once per state and reason."""
        if self._told != (state, str(says)):
            self._commit(state, self._taken, says)
            self._told = (state, str(says))
        return state

    def _look_up(self) -> None:
        """Raises _Over when the officer stopped it, or when the printer was off and on again."""
        if self._stop():
            raise _Over(words("Pencetakan dihentikan. Lihat apakah kertas ini sudah keluar utuh."))
        if self._talk.restarted:
            raise _Over(_WAS_OFF)

    # -- before the first byte -----------------------------------------------------------------

    def _get_ready(self) -> None:
        """Asks whether the printer can print now. Raises _Over with nothing sent when not."""
        self._talk.drain()
        self._look_up()
        if not self._feeder.in_step:
            # First of all: even a question would become the size of a picture begun and left.
            head = _HEAD if self._feeder.unit.profile.language == "escpos" else 0
            self._say_now(bytes(max(head, self._feeder.owed)))
        if "dle_eot" in self._status:
            self._ask_all()
        self._refuse_if_stopped()
        if not self._feeder.in_step:
            self._greet()
            self._refuse_if_stopped()
        self._say_now(b"")  # a question half taken would stand before the paper

    def _ask_all(self) -> bool:
        """Asks every question in real time; False when one is not answered."""
        for kind in KINDS:
            if self._talk.ask(kind, self._patience.answer) is None:
                if self._feeder.blind and not self._taken:
                    raise _Over(_NO_ANSWER)
                return False
        return True

    def _refuse_if_stopped(self) -> None:
        reason = complaint(self._talk.state())
        if reason:
            raise _Over(reason)

    def _greet(self) -> None:
        if "asb" in self._status:
            self._say_now(enable_asb())
        proof = self._feeder.proof
        if proof == "officer":
            return
        if not any(self._answers_greeting(nuls) for nuls in _NULS):
            raise _Over(complaint(self._talk.stalled_state()) or _NO_ANSWER)
        if proof == "status" and not self._falls_quiet():
            raise _Over(_NO_ANSWER)
        self._talk.papers = 0

    def _say_now(self, data: bytes) -> None:
        """Sends our own bytes. Raises _Over when the printer takes no more of them."""
        if not self._talk.say_all(data, self._patience.answer):
            raise _Over(complaint(self._talk.stalled_state()) or _NO_ANSWER)

    def _answers_greeting(self, nuls: int) -> bool:
        self._look_up()
        if self._feeder.proof == "process":
            greeting = bytes(byte | 0x20 for byte in self._id)
            self._say_now(bytes(nuls) + ask_done(greeting))
            return self._talk.until(lambda: greeting in self._talk.done, self._patience.answer)
        self._say_now((bytes(_NUL_RUN) + ask_paper()) * (nuls // _NUL_RUN) or ask_paper())
        return self._talk.until(lambda: self._talk.papers > 0, self._patience.answer)

    def _falls_quiet(self) -> bool:
        """Waits for the last answer that is owed: those of ``GS r 1`` bear no number. The silence
        of a printer that stands still proves nothing, so it is looked at all the while."""
        heard, looks = -1, 0
        for _ in range(_MOST_LOOKS):
            if not self._ask_all():
                return False
            self._refuse_if_stopped()
            looks = looks + 1 if self._talk.papers == heard else 0
            if looks == _LOOKS:
                return True
            heard = self._talk.papers
            self._talk.until(lambda: False, self._patience.quiet / _LOOKS)
        return False

    # -- the bytes of the paper ----------------------------------------------------------------

    def _send(self) -> None:
        self._look_up()
        self._tell(State.SENDING)
        self._talk.start()
        self._blamed = since = self._clock()
        while self._taken < len(self._data):
            self._look_up()
            taken = self._offer()
            self._talk.listen(0 if taken else SLICE)
            if taken:
                self._blamed = since = self._clock()
                self._tell(State.SENDING)
            else:
                self._stalled(self._clock() - since)
        self._tell(State.SENT)

    def _offer(self) -> int:
        self._in_doubt = True
        try:
            taken = self._port.write(self._data[self._taken :], SLICE)
        except DeviceGone as gone:
            self._in_doubt = gone.maybe_taken
            raise
        self._in_doubt = False
        if taken:
            self._taken += taken
            self._talk.alive()
        return taken

    def _stalled(self, seconds: float) -> None:
        """Nothing was taken for ``seconds``: tells why, or gives up."""
        reason = complaint(self._talk.stalled_state())
        if reason is not None:
            self._blamed = self._clock()
        elif self._clock() - self._blamed < self._patience.stall:
            return
        reason = reason or _TAKES_NOTHING
        if not self._taken:
            raise _Over(reason)
        if seconds >= self._patience.pause:
            raise _Over(_TOO_LONG)
        self._tell(State.PAUSED, reason)

    # -- after the last byte -------------------------------------------------------------------

    def _prove(self) -> State:
        if self._feeder.proof == "officer":
            return self._leave_to_the_officer()
        self._limits = _Limits(self._patience, self._clock)
        if self._feeder.proof == "process":
            self._talk.say(ask_done(self._id))
            self._wait(lambda: self._id in self._talk.done)
        else:
            self._wait_for_paper_status()
        if self._talk.lapsed:
            raise _Over(_WAS_OFF)
        self._tell(State.PRINTED)
        self._feeder.owed = 0
        self._feeder.in_step = not self._feeder.blind and self._talk.flush()
        return State.PRINTED

    def _leave_to_the_officer(self) -> State:
        self._feeder.in_step, self._feeder.owed = True, 0
        return self._tell(State.SENT, complaint(self._talk.state()))

    def _wait_for_paper_status(self) -> None:
        """``GS r 1`` is answered when what stands before it is worked off, also on some printers
        that then find the paper torn: so it counts only with a clean answer to every question in
        real time, and after a fault it is asked again."""
        asked = 0
        while True:
            asked += 1
            self._go_on_waiting(self._trouble())
            self._talk.say(ask_paper())
            self._wait(lambda n=asked: self._talk.papers >= n)
            if self._talk.papers > asked:
                raise _Over(_NO_PROOF)  # it says more than it was asked: nothing it says counts
            if not self._talk.heard_paper.stopped and self._ask_all() and not self._trouble():
                return
            self._wait(lambda: not self._trouble())

    def _trouble(self) -> Words | None:
        return complaint(self._talk.state())

    def _wait(self, true: Callable[[], bool]) -> None:
        """Waits until ``true()``; tells on SENT what stops the printer. Raises _Over."""
        self._talk.flush()
        while not true():
            self._talk.listen(SLICE)
            if true():
                return
            if "dle_eot" in self._status:
                self._talk.poll(self._patience.answer)
            reason = self._trouble()
            if not self._talk.flush():
                reason = complaint(self._talk.stalled_state())
            self._go_on_waiting(reason)

    def _go_on_waiting(self, reason: Words | None) -> None:
        self._look_up()
        if not self._limits.allow(troubled=reason is not None):
            raise _Over(_NO_PROOF)
        self._tell(State.SENT, reason)


class _Limits:
    """The time that may pass between the last byte and its proof, with and without a fault."""

    def __init__(self, patience: Patience, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last = clock()
        self._left = {True: patience.pause, False: patience.proof}

    def allow(self, *, troubled: bool) -> bool:
        """Counts the time since it was last asked; False when it is used up."""
        now = self._clock()
        self._left[troubled] -= now - self._last
        self._last = now
        return self._left[troubled] > 0


_LOOKS = 5
"""Looks at the printer, one after the other in its silence, in which it must be fit to print."""

_MOST_LOOKS = 200
"""Looks after which answers that go on and on are a noise."""

_NO_ANSWER = words("Printer tidak menjawab. Periksa kabelnya, atau matikan lalu nyalakan lagi.")
_TAKES_NOTHING = words("Printer tidak menerima data. Periksa kabel dan lampunya.")
_TOO_LONG = words(
    "Printer terlalu lama berhenti di tengah cetakan. Lihat apakah kertas ini sudah keluar utuh."
)
_WAS_OFF = words("Printer sempat mati atau diam. Lihat apakah kertas ini sudah keluar utuh.")
_NO_PROOF = words(
    "Printer tidak mengabarkan bahwa kertas sudah keluar. Lihat apakah kertas ini utuh."
)
