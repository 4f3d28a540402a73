"""Runs central: blocking as a service, or in a thread of another program."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import uvicorn

from sync.central.app import create_app

STOP_SECONDS = 10
_BACKLOG = 512


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


def _server(folder: Path, ready: Callable[[], None]) -> _Server:
    config = uvicorn.Config(
        create_app(folder),
        access_log=False,
        log_config=None,
        log_level="warning",
        server_header=False,
        lifespan="on",
        timeout_keep_alive=30,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    return _Server(config, ready)


def serve(folder: Path, host: str, port: int, ready: Callable[[int], None] | None = None) -> None:
    """Serve the central in ``folder`` until interrupted (SIGINT, SIGTERM).

    ``port`` 0 takes a free one; ``ready`` is told the real one once connections are accepted.
    Raises NoCentral, or OSError when the port is taken.
    """
    with _listen(host, port) as listening:
        real: int = listening.getsockname()[1]
        server = _server(folder, lambda: ready(real) if ready else None)
        with contextlib.suppress(KeyboardInterrupt):  # a clean stop is no failure
            server.run(sockets=[listening])


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


def run_in_thread(folder: Path, host: str = "127.0.0.1", port: int = 0) -> Running:
    """Serve the central in ``folder`` from a thread; returns once connections are accepted.

    Raises NoCentral, or OSError when the port is taken.
    """
    started = threading.Event()
    listening = _listen(host, port)
    real: int = listening.getsockname()[1]
    try:
        server = _server(folder, started.set)
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
