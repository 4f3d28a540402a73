"""One line about each request: to the counters, and as JSON to stderr when that is wanted.

A line names the kiosk and what the request cost, never a person, a case or an address.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync.central import meters
from sync.central.intake import Taken

_KEY = "loket.note"
_ELSE = "lain"


@dataclass(slots=True)
class Note:
    """What an endpoint tells about its request; ``path`` is its route, however it was written."""

    path: str = _ELSE
    kiosk: str = ""
    code: str = ""
    received: int = 0
    taken: Taken = field(default_factory=Taken)


def note_of(scope: Scope) -> Note:
    """The note of a request."""
    return scope.setdefault(_KEY, Note())


class Record:
    """Wraps the application; ``log`` writes the lines."""

    def __init__(self, app: ASGIApp, log: bool = False) -> None:
        self._app = app
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request and record it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.perf_counter()
        note = note_of(scope)
        status, sent = 0, 0

        async def counting(message: Message) -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status = message["status"]
            sent += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, counting)
        finally:
            _count(note, status, sent, time.perf_counter() - begun)
            if self._log:
                print(_line(note, status, sent, time.perf_counter() - begun), file=sys.stderr)


def _count(note: Note, status: int, sent: int, seconds: float) -> None:
    meters.REQUESTS.labels(note.path, status).inc()
    meters.SECONDS.labels(note.path).observe(seconds)
    meters.BYTES_IN.inc(note.received)
    meters.BYTES_OUT.inc(sent)
    meters.ENTRIES.inc(note.taken.added)
    meters.FILLED.inc(note.taken.filled)
    meters.VERDICTS.inc(note.taken.verdicts)
    meters.ELSEWHERE.inc(note.taken.elsewhere)
    if note.code:
        meters.REFUSALS.labels(note.code).inc()


def _line(note: Note, status: int, sent: int, seconds: float) -> str:
    said = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "path": note.path,
        "kiosk": note.kiosk,
        "status": status,
        "code": note.code,
        "in": note.received,
        "out": sent,
        "ms": round(seconds * 1000, 1),
        "entries": note.taken.added,
    }
    return json.dumps(said)
