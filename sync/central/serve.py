"""Runs central: blocking as a service, in one process or several, or in a thread of a program."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import uvicorn

from sync.central.database import Database
from sync.central.identity import read

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from sync.central.limits import Limits

STOP_SECONDS = 10
_BACKLOG = 512
_KEEP_ALIVE_SECONDS = 75
_MULTIPROC = "PROMETHEUS_MULTIPROC_DIR"


class OneWorkerOnly(ValueError):
    """Several workers need PostgreSQL. The text is Indonesian."""


class _Server(uvicorn.Server):
    """uvicorn that says when it accepts connections."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio sets TCP_NODELAY only on sockets that name it; without
    # it every answer on a kept connection waits 40 ms for the kiosk's delayed acknowledgement.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere it would let two centrals share a port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(_BACKLOG)
    except BaseException:
        listening.close()
        raise
    return listening


def _app(folder: Path, database: str, limits: Limits | None, log: bool) -> Starlette:
    from sync.central.app import create_app

    return create_app(folder, database=database, limits=limits, log=log)


def _worker_app(
    parent: int, folder: Path, database: str, limits: Limits | None, log: bool
) -> Starlette:
    """The application of one of several workers, which stops when its parent is gone."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
    return _app(folder, database, limits, log)


def _config(app: Any, tls: tuple[Path, Path] | None, **more: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        log_level="warning",
        server_header=False,
        date_header=False,
        lifespan="on",
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
        ssl_certfile=tls[0] if tls else None,
        ssl_keyfile=tls[1] if tls else None,
        **more,
    )


def serve(
    folder: Path,
    host: str,
    port: int,
    ready: Callable[[int], None] | None = None,
    *,
    database: str = "",
    workers: int = 1,
    tls: tuple[Path, Path] | None = None,
    log: bool = False,
    limits: Limits | None = None,
) -> None:
    """Serve the central in ``folder`` until interrupted (SIGINT, SIGTERM).

    ``port`` 0 takes a free one; ``ready`` is told the real one once connections are accepted.
    ``database`` is the URL of its PostgreSQL (empty: SQLite in the folder), which several
    ``workers`` need; ``tls`` are the files of certificate and key; ``log`` writes a line of JSON
    to stderr for each request. Raises NoCentral, DatabaseDown, OneWorkerOnly, or OSError when the
    port is taken.
    """
    read(folder)
    if workers > 1 and not database:
        raise OneWorkerOnly("Beberapa proses pusat sekaligus (--workers) memerlukan PostgreSQL.")
    with _listen(host, port) as listening:
        real: int = listening.getsockname()[1]
        told = partial(ready, real) if ready else lambda: None
        if workers > 1:
            Database(folder, database).close()  # what is wrong is better said once, and here
            _serve_many(listening, workers, told, tls, (folder, database, limits, log))
            return
        server = _Server(_config(_app(folder, database, limits, log), tls), told)
        with contextlib.suppress(KeyboardInterrupt):  # a clean stop is no failure
            server.run(sockets=[listening])


def _serve_many(
    listening: socket.socket,
    workers: int,
    ready: Callable[[], None],
    tls: tuple[Path, Path] | None,
    what: tuple[Path, str, Limits | None, bool],
) -> None:
    """Workers that share the socket; a dead one is replaced, and all end with this process."""
    from uvicorn.supervisors import Multiprocess

    app = partial(_worker_app, os.getpid(), *what)
    with tempfile.TemporaryDirectory(prefix="pusat-") as counters:
        os.environ[_MULTIPROC] = counters  # sync.central.meters finds it in the workers
        parent = Multiprocess(_config(app, tls, factory=True, workers=workers), [listening])
        ready()  # the socket listens already; who comes now waits for the first worker
        parent.run()


@dataclass(frozen=True, slots=True)
class Running:
    """A central that runs in a thread, on ``port``."""

    port: int
    _server: uvicorn.Server
    _thread: threading.Thread

    def stop(self) -> None:
        """Finish the requests at hand and stop. May be called twice."""
        self._server.should_exit = True
        self._thread.join(STOP_SECONDS + 5)

    def __enter__(self) -> Running:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def run_in_thread(
    folder: Path,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    database: str = "",
    tls: tuple[Path, Path] | None = None,
    log: bool = False,
    limits: Limits | None = None,
) -> Running:
    """Serve the central in ``folder`` from a thread; returns once connections are accepted.

    Raises NoCentral, DatabaseDown, or OSError when the port is taken.
    """
    started = threading.Event()
    listening = _listen(host, port)
    real: int = listening.getsockname()[1]
    try:
        server = _Server(_config(_app(folder, database, limits, log), tls), started.set)
    except BaseException:
        listening.close()
        raise

    def run() -> None:
        with listening:
            try:
                server.run(sockets=[listening])
            finally:
                started.set()

    thread = threading.Thread(target=run, name="pusat", daemon=True)
    thread.start()
    started.wait()
    if not server.started:
        raise OSError("central did not start")
    return Running(real, server, thread)
