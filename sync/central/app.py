"""Central over HTTP: docs/protocol.md says what goes over the line.

Whatever is wrong with a request, the answer is 4xx with JSON {"kode", "pesan", ...}; ``segel``
in it is central's seal over the same, by which a kiosk tells it from a stranger's answer. When
central itself cannot, it is 503 with Retry-After, and nothing else of the five hundreds.
"""

from __future__ import annotations

import base64
import logging
import random
import re
import traceback
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib import resources
from pathlib import Path
from typing import ParamSpec, TypeVar

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sync.central import meters
from sync.central.answers import Central
from sync.central.check import KIOSK_CODE
from sync.central.database import DatabaseDown
from sync.central.inflow import Inflow
from sync.central.limits import Limits
from sync.central.record import Record, note_of
from sync.central.refusal import (
    Refusal,
    busy,
    nowhere,
    stranger,
    unknown_dictionary,
    unreadable,
    wrong_type,
    wrong_way,
)
from sync.entry import MAX_INT, EntryError, Spot
from sync.squeeze import UnknownDictionary
from sync.wire import (
    CONTENT_TYPE,
    GROWTH_PATH,
    NONCE_BYTES,
    PROBE_PATH,
    PROOF_PATH,
    PULL_PATH,
    PUSH_PATH,
    UNBOUND,
    SealError,
    pack_problem,
    request_hash,
)

PROOF_TYPE = "application/cbor"
BUSY_SECONDS = (5, 15)
"""Between these central asks to be left alone when it cannot."""

P = ParamSpec("P")
T = TypeVar("T")

_NUMBER = re.compile(r"[0-9]{1,19}")
_NONCE = re.compile(r"[A-Za-z0-9_-]{22}")
_log = logging.getLogger("sync.central")


class _Desk:
    """The endpoints, around what central answers."""

    def __init__(self, central: Central) -> None:
        self._central = central
        self._limits = central.guard.limits

    async def push(self, request: Request, bound: list[bytes]) -> Response:
        """Entries of a kiosk, committed frame by frame while they arrive."""
        _check_type(request)
        note, reception = note_of(request.scope), self._central.reception()
        note.taken = reception.taken
        async with Inflow(request, self._limits, self._limits.body_bytes) as body:
            try:
                while data := await body.take():
                    await self._work(reception.feed, data)
                answer = await self._work(reception.answer)
            finally:
                bound.append(reception.request_hash)
                note.received = body.size
                note.kiosk = reception.head.kiosk if reception.head else ""
        return Response(answer, media_type=CONTENT_TYPE)

    async def pull(self, request: Request, bound: list[bytes]) -> Response:
        """The next deliveries for a kiosk."""
        _check_type(request)
        note = note_of(request.scope)
        async with Inflow(request, self._limits, self._limits.ask_bytes) as inflow:
            body = await inflow.whole()
        note.received = len(body)
        bound.append(request_hash(body))
        pull = await self._work(self._central.read_pull, body)
        note.kiosk = pull.kiosk
        answer = await self._work(self._central.pull, pull, body)
        return Response(answer, media_type=CONTENT_TYPE)

    async def probe(self, request: Request, _: list[bytes]) -> Response:
        """What central has of a kiosk, sealed for the asker's nonce."""
        kiosk, nonce = _kiosk(request), request.query_params.get("nonce", "")
        if not _NONCE.fullmatch(nonce):
            raise unreadable()
        epoch, at = _number(request, "epoch", least=1), _number(request, "at", default=0)
        said = base64.urlsafe_b64decode(nonce + "==")[:NONCE_BYTES]
        note_of(request.scope).kiosk = kiosk
        answer = await self._work(self._central.state, kiosk, epoch, at, said)
        return Response(answer, media_type=CONTENT_TYPE)

    async def proof(self, request: Request, _: list[bytes]) -> Response:
        """That an entry is in the log of some size."""
        least = {"epoch": 1, "seq": 1, "size": 1}
        epoch, seq, size = (_number(request, name, least=n) for name, n in least.items())
        spot = Spot(_kiosk(request), epoch, seq)
        answer = await self._work(self._central.proof, spot, size)
        return Response(answer, media_type=PROOF_TYPE)

    async def growth(self, request: Request, _: list[bytes]) -> Response:
        """That the log of one size begins with that of another."""
        first, second = _number(request, "from"), _number(request, "to")
        answer = await self._work(self._central.growth, first, second)
        return Response(answer, media_type=PROOF_TYPE)

    async def health(self, _: Request, __: list[bytes]) -> Response:
        """Whether the database answers."""
        await self._work(self._central.size)
        return JSONResponse({"keadaan": "baik"})

    async def metrics(self, _: Request, __: list[bytes]) -> Response:
        """The counters."""
        meters.SIZE.set(await self._work(self._central.size))
        return Response(await self._work(meters.told), media_type=meters.CONTENT_TYPE)

    async def openapi(self, _: Request, __: list[bytes]) -> Response:
        """The description of all this."""
        file = resources.files("sync.central") / "openapi.json"
        return Response(file.read_bytes(), media_type="application/json")

    def routes(self) -> list[Route]:
        """All addresses."""
        table = [
            (PROBE_PATH, "GET", self.probe),
            (PUSH_PATH, "POST", self.push),
            (PULL_PATH, "POST", self.pull),
            (PROOF_PATH, "GET", self.proof),
            (GROWTH_PATH, "GET", self.growth),
            ("/healthz", "GET", self.health),
            ("/metrics", "GET", self.metrics),
            ("/openapi.json", "GET", self.openapi),
        ]
        return [Route(path, self._guarded(path, work), methods=[way]) for path, way, work in table]

    def _guarded(
        self, path: str, work: Callable[[Request, list[bytes]], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            note_of(request.scope).path = path
            # What a refusal is bound to is known only once that much was read.
            bound: list[bytes] = []
            try:
                self._central.guard.address(request.client.host if request.client else "")
                return await work(request, bound)
            except Exception as error:
                return self.problem(request, _refusal_of(error), *bound)

        return answer

    async def _work(self, call: Callable[P, T], *args: P.args, **more: P.kwargs) -> T:
        """Do in a thread what waits for the database; how much waits is known to the guard."""
        self._central.guard.at_work += 1
        try:
            return await run_in_threadpool(call, *args, **more)
        finally:
            self._central.guard.at_work -= 1

    def problem(self, request: Request, refusal: Refusal, bound: bytes = UNBOUND) -> JSONResponse:
        """A refusal as JSON, sealed for the request with that hash."""
        trouble, me = refusal.trouble, self._central.identity
        note_of(request.scope).code = trouble.code
        if refusal.status == 413:
            bound = UNBOUND
        seal = pack_problem(trouble, bound, me.kid, me.sign)
        said: dict[str, str | int] = {"kode": trouble.code, "pesan": trouble.says}
        if trouble.seq:
            said["seq"] = trouble.seq
        if trouble.expected:
            said["diharapkan"] = trouble.expected
        said["segel"] = base64.b64encode(seal).decode()
        headers = {"Retry-After": str(refusal.wait)} if refusal.wait else None
        return JSONResponse(said, refusal.status, headers)


def _check_type(request: Request) -> None:
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != CONTENT_TYPE:
        raise wrong_type(CONTENT_TYPE)


def _kiosk(request: Request) -> str:
    code = request.query_params.get("kiosk", "")
    if not KIOSK_CODE.fullmatch(code):
        raise unreadable()
    return code


def _number(request: Request, name: str, default: int | None = None, least: int = 0) -> int:
    said = request.query_params.get(name)
    if said is None and default is not None:
        return default
    if said is None or not _NUMBER.fullmatch(said) or not least <= int(said) <= MAX_INT:
        raise unreadable()
    return int(said)


def _refusal_of(error: Exception) -> Refusal:
    """What a kiosk is told about an error."""
    match error:
        case Refusal():
            return error
        case SealError():
            return stranger()
        case UnknownDictionary():
            return unknown_dictionary()
        case EntryError() | ClientDisconnect():
            return unreadable()
        case DatabaseDown():
            _log.warning("database: %s", error)
        case _:
            # Where it was, without any value: a message could hold somebody's name.
            place = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{Path(place.filename).name}:{place.lineno}"
            _log.error("%s at %s", type(error).__name__, where)
    return busy(random.randint(*BUSY_SECONDS))


def create_app(
    folder: Path, *, database: str = "", limits: Limits | None = None, log: bool = False
) -> Starlette:
    """The ASGI application of the central in ``folder``.

    ``database`` is the URL of its PostgreSQL; empty means SQLite in the folder. ``log`` writes a
    line of JSON to stderr for each request. Raises NoCentral when there is none, DatabaseDown.
    """
    central = Central(folder, database, limits)
    desk = _Desk(central)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None, None]:
        yield
        central.close()

    async def http_problem(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 400
        refusal = {404: nowhere(), 405: wrong_way()}.get(status) or unreadable()
        answer = desk.problem(request, refusal)
        answer.headers.update(getattr(error, "headers", None) or {})
        return answer

    return Starlette(
        routes=desk.routes(),
        exception_handlers={HTTPException: http_problem},
        middleware=[Middleware(Record, log=log)],
        lifespan=lifespan,
    )
