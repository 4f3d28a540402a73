"""Sends a paper to a page printer by IPP, or into a queue of CUPS, and watches its job to the end.

::

    QUEUED -> SENDING -> SENT -> PRINTED   an ipp:// printer itself says: completed
    QUEUED -> SENDING -> SENT              a queue of CUPS says so: the officer proves it
    SENDING -> PAUSED -> SENDING           paper end, open cover ...: the printer goes on by itself
    SENDING, PAUSED -> UNKNOWN             aborted, cancelled, lost: the officer is asked
    SENDING -> QUEUED                      no connection, or the request was refused: nothing taken

CUPS said "completed" of a paper whose printer had died in the middle, so its word proves nothing.
A job bears a name of its own: after a broken connection it is looked for by that name, never sent
a second time.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Event
from urllib.parse import urlsplit

from drivers.printing import ipp_words
from drivers.printing.feeder import Patience, State, Stop, Tell
from drivers.printing.ipp import (
    JOB_GROUP,
    PRINTER_GROUP,
    Answer,
    Attributes,
    Lost,
    NotReached,
    Operation,
    Rejected,
    ask,
    send,
)
from drivers.printing.ipp_address import CUPS, parse_target
from drivers.words import Words

PDF = "application/pdf"
RAW = "application/vnd.cups-raw"
"""For bytes that a raw queue passes on unchanged (ESC/P)."""

_PENDING, _HELD, _PROCESSING, _JOB_STOPPED, _CANCELLED, _ABORTED, _COMPLETED = range(3, 10)
_PRINTER_PROCESSING, _PRINTER_STOPPED = 4, 5
_ASKED_OF_PRINTER = (
    "printer-state",
    "printer-state-reasons",
    "printer-is-accepting-jobs",
    "document-format-supported",
    "cups-version",
)
_ASKED_OF_JOB = (
    "job-id",
    "job-name",
    "job-state",
    "job-state-reasons",
    "job-printer-state-message",
    "job-impressions-completed",
    "job-media-sheets-completed",
)
_SLICE = 0.25
_SEARCHES = 3
_PERHAPS_TAKEN = (0x0500, 0x0504, 0x0508)
"""Server errors that do not exclude that the job was made."""


class IppSender:
    """The one that sends papers to one printer or queue; DeviceTrouble when the address is none.

    ``name`` is what the officer calls it, in the middle of a sentence; ``server`` is where CUPS is;
    ``look_every`` the seconds between two looks at a job.
    """

    def __init__(
        self,
        address: str,
        document_format: str = PDF,
        patience: Patience | None = None,
        *,
        name: str = "printer A4",
        server: str = CUPS,
        look_every: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.name = name
        self.queue = address.strip().removeprefix("cups:") if address.strip()[:5] == "cups:" else ""
        self.target = parse_target(address, server)
        self.document_format = document_format
        self.patience = patience or Patience(proof=180.0)
        self.look_every = look_every
        self.clock = clock
        self.sleep = sleep

    def send(self, data: bytes, job: int, tell: Tell, stop: Stop) -> State:
        """Sends one paper and gives its last state: PRINTED, SENT (the officer proves it), UNKNOWN,
        or QUEUED when nothing of it was taken and it may be sent again.

        Called in a thread without an event loop. Never raises for anything a printer does; what
        ``tell`` raises passes, and nothing is sent after it.
        """
        asked = stop.is_set if isinstance(stop, Event) else stop
        return _Job(self, data, job, tell, asked).to_its_end()


class _Over(Exception):
    """This paper goes no further; ``taken``: its job may be at the printer. ``says`` why."""

    def __init__(self, says: Words, *, taken: bool = True) -> None:
        super().__init__(str(says))
        self.says = says
        self.taken = taken


@dataclass(frozen=True, slots=True)
class _Look:
    """What a job and its printer said last; ``printed`` counts sides or sheets."""

    state: int
    reasons: tuple[str, ...]
    message: str
    printed: int | None
    printer: int
    printer_reasons: tuple[str, ...]

    @property
    def stands(self) -> bool:
        """Whether the printer or the job stands still."""
        return self.state == _JOB_STOPPED or self.printer == _PRINTER_STOPPED


class _Job:
    """One paper on its way."""

    def __init__(
        self, sender: IppSender, data: bytes, job: int, tell: Tell, stop: Callable[[], bool]
    ) -> None:
        self._sender = sender
        self._printer = sender.name
        self._patience = sender.patience
        self._clock = sender.clock
        self._data = data
        self._name = f"loket-{job}-{secrets.token_hex(6)}"
        self._commit = tell
        self._stop = stop
        self._told: tuple[State, str] | None = None
        self._taken = 0
        self._proves = False

    def to_its_end(self) -> State:
        try:
            self._get_ready()
            number = self._hand_over()
            if self._taken < len(self._data):
                self._cancel(number)
                raise _Over(ipp_words.broken_off(self._printer))
            return self._watch(number)
        except _Over as over:
            return self._tell(State.UNKNOWN if over.taken else State.QUEUED, over.says)

    def _tell(self, state: State, says: Words | None = None) -> State:
        """Once per state and reason."""
        if self._told != (state, str(says)):
            self._commit(state, self._taken, says)
            self._told = (state, str(says))
        return state

    def _ask(self, operation: Operation, **attributes: object) -> Answer:
        return ask(self._sender.target, operation, self._patience.stall, **attributes)

    # -- before the paper leaves -----------------------------------------------------------------

    def _get_ready(self) -> None:
        """Asks whether the printer can print now. Raises _Over with nothing sent when not."""
        try:
            answer = self._ask(
                Operation.GET_PRINTER_ATTRIBUTES, requested_attributes=_ASKED_OF_PRINTER
            )
        except NotReached as error:
            raise _Over(self._not_there(), taken=False) from error
        except Lost as error:
            raise _Over(ipp_words.not_a_printer(self._printer), taken=False) from error
        except Rejected as error:
            raise _Over(ipp_words.http_refusal(error.status, self._printer), taken=False) from error
        if not answer.good:
            raise _Over(ipp_words.refusal(answer.status, self._printer), taken=False)
        printer = answer.first(PRINTER_GROUP)
        formats = _texts(printer, "document-format-supported")
        if formats and self._sender.document_format not in formats:
            raise _Over(ipp_words.refusal(0x040A, self._printer), taken=False)
        if _number(printer, "printer-state") == _PRINTER_STOPPED:
            reasons = _texts(printer, "printer-state-reasons")
            raise _Over(
                self._stopper(reasons, stopped=True) or ipp_words.refusal(0x0506, self._printer),
                taken=False,
            )
        if printer.get("printer-is-accepting-jobs") == (False,):
            raise _Over(ipp_words.refusal(0x0506, self._printer), taken=False)
        path = urlsplit(self._sender.target.uri).path
        queue = "cups-version" in printer or path.startswith(("/printers/", "/classes/"))
        self._proves = not queue

    def _not_there(self) -> Words:
        if self._sender.queue:
            return ipp_words.no_service()
        return ipp_words.no_connection(self._printer)

    def _hand_over(self) -> int:
        """Sends the paper and gives the number of its job. Raises _Over."""
        if self._stop():
            raise _Over(ipp_words.halted(self._printer), taken=False)
        self._tell(State.SENDING)
        attributes = {"job-name": self._name, "document-format": self._sender.document_format}
        try:
            answer = send(
                self._sender.target,
                Operation.PRINT_JOB,
                attributes,
                self._data,
                self._patience.stall,
                self._count,
            )
        except NotReached as error:
            raise _Over(self._not_there(), taken=False) from error
        except Rejected as error:
            if 300 <= error.status < 500:
                raise _Over(
                    ipp_words.http_refusal(error.status, self._printer), taken=False
                ) from error
            return self._search()
        except Lost:
            return self._search()
        except _Halt:
            self._cancel(self._search())
            raise _Over(ipp_words.halted(self._printer)) from None
        if not answer.good and answer.status not in _PERHAPS_TAKEN:
            raise _Over(ipp_words.refusal(answer.status, self._printer), taken=False)
        number = _number(answer.first(JOB_GROUP), "job-id")
        return number if answer.good and number else self._search()

    def _count(self, taken: int) -> None:
        self._taken = taken
        if self._stop():
            raise _Halt

    def _search(self) -> int:
        """The number of our job, by its name, when no answer told it. Raises _Over.

        A printer may call half a paper completed, so from here on its word proves nothing.
        """
        self._proves = False
        for _ in range(_SEARCHES):
            for which in ("not-completed", "completed"):
                if number := self._named(which):
                    return number
            self._wait()
        raise _Over(ipp_words.broken_off(self._printer))

    def _named(self, which: str) -> int | None:
        try:
            answer = self._ask(
                Operation.GET_JOBS, which_jobs=which, requested_attributes=_ASKED_OF_JOB
            )
        except (NotReached, Lost, Rejected):
            return None
        ours = (job for job in answer.every(JOB_GROUP) if self._name in job.get("job-name", ()))
        return next((_number(job, "job-id") for job in ours), None)

    # -- the job at the printer ------------------------------------------------------------------

    def _watch(self, number: int) -> State:
        """Looks at the job until it ends. Raises _Over."""
        left = {True: self._patience.pause, False: self._patience.proof}
        furthest, since = (0, 0), self._clock()
        before = since
        while True:
            look = self._look(number)
            if look and look.state in (_CANCELLED, _ABORTED, _COMPLETED):
                return self._ended(look)
            now = self._clock()
            if look and (look.state, look.printed or 0) > furthest:
                furthest, since = (look.state, look.printed or 0), now
                left = {True: self._patience.pause, False: self._patience.proof}
            trouble = self._trouble(look, now - since)
            left[trouble is not None] -= now - before
            before = now
            if self._stop() or left[trouble is not None] <= 0:
                self._cancel(number)
                raise _Over(
                    ipp_words.halted(self._printer)
                    if self._stop()
                    else ipp_words.too_long(self._printer)
                )
            self._tell(State.PAUSED if trouble else State.SENDING, trouble)
            self._wait()

    def _trouble(self, look: _Look | None, seconds: float) -> Words | None:
        """What has to be done before the job goes on; it did not for ``seconds``."""
        if look is None:
            return ipp_words.no_connection(self._printer)
        reasons = (*look.printer_reasons, *look.reasons)
        stopped = look.stands or seconds >= self._patience.stall
        if says := self._stopper(reasons, stopped=stopped):
            return says
        if look.stands:
            return ipp_words.stands_still(self._printer)
        if look.state == _HELD:
            return ipp_words.held(self._printer)
        if stopped and look.state == _PENDING and look.printer == _PRINTER_PROCESSING:
            return ipp_words.in_turn(self._printer)
        return None

    def _stopper(self, reasons: Iterable[str], *, stopped: bool) -> Words | None:
        queue = self._sender.queue
        return ipp_words.stopper(reasons, stopped=stopped, printer=self._printer, queue=queue)

    def _look(self, number: int) -> _Look | None:
        """What the job and its printer say now; None when nothing is heard. Raises _Over."""
        try:
            job = self._ask(
                Operation.GET_JOB_ATTRIBUTES, job_id=number, requested_attributes=_ASKED_OF_JOB
            )
            if job.status in (0x0406, 0x0407):
                raise _Over(ipp_words.forgotten(self._printer))
            printer = self._ask(
                Operation.GET_PRINTER_ATTRIBUTES, requested_attributes=_ASKED_OF_PRINTER
            ).first(PRINTER_GROUP)
        except (NotReached, Lost, Rejected):
            return None
        said = job.first(JOB_GROUP)
        if not job.good or not _number(said, "job-state"):
            return None
        counts = ("job-impressions-completed", "job-media-sheets-completed")
        printed = [count for name in counts if (count := _number(said, name)) is not None]
        return _Look(
            _number(said, "job-state") or 0,
            _texts(said, "job-state-reasons"),
            " ".join(_texts(said, "job-printer-state-message")),
            max(printed, default=None),
            _number(printer, "printer-state") or 0,
            _texts(printer, "printer-state-reasons"),
        )

    def _ended(self, look: _Look) -> State:
        flawed = "job-completed-with-errors" in look.reasons
        if look.state != _COMPLETED or flawed:
            raise _Over(
                ipp_words.ending(
                    look.state, look.reasons, look.message, look.printed, self._printer
                )
            )
        self._tell(State.SENT)
        return self._tell(State.PRINTED) if self._proves else State.SENT

    def _cancel(self, number: int) -> None:
        """So that the paper does not come out after the officer was asked about it."""
        try:
            self._ask(Operation.CANCEL_JOB, job_id=number)
        except (NotReached, Lost, Rejected):
            return

    def _wait(self) -> None:
        end = self._clock() + self._sender.look_every
        while not self._stop() and (left := end - self._clock()) > 0:
            self._sender.sleep(min(left, _SLICE))


class _Halt(Exception):
    """Stopped while the paper was leaving."""


def _texts(attributes: Attributes, name: str) -> tuple[str, ...]:
    return tuple(value for value in attributes.get(name, ()) if isinstance(value, str))


def _number(attributes: Attributes, name: str) -> int | None:
    value = attributes.get(name, (None,))[0]
    return value if isinstance(value, int) and not isinstance(value, bool) else None
