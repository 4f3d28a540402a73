"""Central over HTTP: POST /v1/push, POST /v1/pull, GET /healthz.

Whatever is wrong with a request, the answer is 4xx with JSON {"kode", "pesan", ...}; ``segel``
in it is central's seal over the same, by which a kiosk tells it from a stranger's answer.
"""

from __future__ import annotations

import asyncio
import base64
import sqlite3
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sync.central.identity import Identity, read
from sync.central.intake import Intake, Refusal, stranger
from sync.central.moment import now_ms
from sync.central.routing import page
from sync.central.store import Store, kiosk_of
from sync.entry import EntryError
from sync.wire import (
    CONTENT_TYPE,
    MAX_BODY,
    MAX_ENTRIES,
    PULL_PATH,
    PUSH_PATH,
    UNBOUND,
    PullPage,
    SealError,
    Trouble,
    pack_page,
    pack_problem,
    read_pull,
    read_push,
    request_hash,
)

CHUNK_SECONDS = 20.0
"""How long central waits for the next piece of a body."""

_UNREADABLE = Trouble("badan-tidak-terbaca", "Isi permintaan tidak dapat dibaca.")
_TOO_LARGE = Trouble("terlalu-besar", "Kiriman terlalu besar; kirim dalam bagian lebih kecil.")
_TOO_SLOW = Trouble("terlalu-lambat", "Kiriman terhenti di tengah jalan; ulangi.")
_WRONG_TYPE = Trouble("jenis-isi-salah", f"Jenis isi harus {CONTENT_TYPE}.")
_HTTP_SAYS = {
    404: ("tidak-ditemukan", "Alamat ini tidak ada di pusat."),
    405: ("cara-salah", "Cara meminta ini tidak dipakai di alamat ini."),
}


class Central:
    """What the endpoints work with: the log, the way into it, and the key for answers."""

    def __init__(self, store: Store, identity: Identity) -> None:
        self.store = store
        self.identity = identity
        self._intake = Intake(store, identity)

    def _device_of(self, kiosk: str) -> bytes | None:
        with self.store.read() as db:
            known = kiosk_of(db, kiosk)
        return known.public if known else None

    def push(self, body: bytes) -> bytes:
        """The sealed receipt for a push. Raises Refusal, SealError, EntryError."""
        push = read_push(body, self._device_of)
        if len(push.raws) > MAX_ENTRIES:
            raise Refusal(413, _TOO_LARGE)
        return self._intake.push(push).raw

    def pull(self, body: bytes) -> bytes:
        """The sealed page for a pull. Raises Refusal, SealError, EntryError."""
        pull = read_pull(body, self._device_of)
        with self.store.read() as db:
            kiosk = kiosk_of(db, pull.kiosk)
            if kiosk is None:
                raise stranger()
            items, cursor, more = page(db, kiosk.code, kiosk.address, pull.cursor, pull.limit)
        answer = PullPage(items, cursor, more, now_ms())
        return pack_page(answer, request_hash(body), self.identity.kid, self.identity.sign)

    def problem(self, status: int, trouble: Trouble, request: bytes = UNBOUND) -> JSONResponse:
        """A refusal as JSON, sealed for the request with that hash."""
        seal = pack_problem(trouble, request, self.identity.kid, self.identity.sign)
        said: dict[str, str | int] = {"kode": trouble.code, "pesan": trouble.says}
        if trouble.seq:
            said["seq"] = trouble.seq
        if trouble.expected:
            said["diharapkan"] = trouble.expected
        said["segel"] = base64.b64encode(seal).decode()
        return JSONResponse(said, status)


async def _read_body(request: Request) -> bytes:
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != CONTENT_TYPE:
        raise Refusal(415, _WRONG_TYPE)
    body = bytearray()
    pieces = aiter(request.stream())
    while True:
        try:
            body += await asyncio.wait_for(anext(pieces), CHUNK_SECONDS)
        except StopAsyncIteration:
            return bytes(body)
        except TimeoutError:
            raise Refusal(408, _TOO_SLOW) from None
        if len(body) > MAX_BODY:
            raise Refusal(413, _TOO_LARGE)


def _endpoint(
    central: Central, work: Callable[[bytes], bytes]
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        bound = UNBOUND
        try:
            body = await _read_body(request)
            bound = request_hash(body)
            done = await run_in_threadpool(work, body)
        except Refusal as refusal:
            if refusal.status == 413:
                bound = UNBOUND
            return central.problem(refusal.status, refusal.trouble, bound)
        except SealError:
            return central.problem(403, stranger().trouble, bound)
        except EntryError:
            return central.problem(400, _UNREADABLE, bound)
        except ClientDisconnect:
            return central.problem(400, _UNREADABLE)
        return Response(done, media_type=CONTENT_TYPE)

    return answer


async def _health(_: Request) -> Response:
    return JSONResponse({"keadaan": "baik"})


async def _busy(_: Request, __: Exception) -> Response:
    says = {"kode": "pusat-sibuk", "pesan": "Pusat sedang sibuk atau diskanya penuh; ulangi nanti."}
    return JSONResponse(says, 503, {"Retry-After": "10"})


def create_app(folder: Path) -> Starlette:
    """The ASGI application of the central in ``folder``. Raises NoCentral when there is none."""
    identity = read(folder)  # first: a folder without a central gets no database either
    central = Central(Store(folder), identity)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None, None]:
        yield
        central.store.close()

    async def http_problem(_: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 400
        code, says = _HTTP_SAYS.get(status, (_UNREADABLE.code, _UNREADABLE.says))
        return central.problem(status, Trouble(code, says))

    return Starlette(
        routes=[
            Route(PUSH_PATH, _endpoint(central, central.push), methods=["POST"]),
            Route(PULL_PATH, _endpoint(central, central.pull), methods=["POST"]),
            Route("/healthz", _health, methods=["GET"]),
        ],
        exception_handlers={HTTPException: http_problem, sqlite3.OperationalError: _busy},
        lifespan=lifespan,
    )
