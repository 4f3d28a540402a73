"""Links that fail: a TCP line that can be cut, held or garbled, and an HTTP gate in between."""

from __future__ import annotations

import http.client
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

HOST = "127.0.0.1"
PATIENCE = 30.0
"""Seconds after which a line gives up on a side that says nothing: nothing here waits for ever."""
SEEN_MOST = 8 * 1024 * 1024
_HOP = frozenset({"connection", "content-length", "transfer-encoding", "date", "server"})


@dataclass(frozen=True, slots=True)
class Fate:
    """What befalls one connection.

    After ``up`` bytes to central, or ``down`` bytes of its answers (None: never), ``then`` is
    called and the connection is cut: by a reset towards central if ``abrupt``, otherwise by a
    close. A ``silent`` one stays open instead, and swallows what comes. ``garble_up`` and
    ``garble_down`` are the places of bytes to be changed on their way.
    """

    up: int | None = None
    down: int | None = None
    then: Callable[[], None] = lambda: None
    abrupt: bool = False
    silent: bool = False
    garble_up: int | None = None
    garble_down: int | None = None


Fates = Callable[[int], Fate]
"""The fate of the n-th connection, from 0."""


def at_first(count: int, fate: Fate) -> Fates:
    """The first ``count`` connections have this fate, the others none."""
    return lambda n: fate if n < count else Fate()


class Line:
    """A line on loopback to central's ``target`` port. ``up`` and ``down`` count the bytes that
    went through, ``seen`` are those towards central."""

    def __init__(self, target: int, fates: Fates = lambda _: Fate()) -> None:
        self.target = target
        self.fates = fates
        self.connections = self.up = self.down = 0
        self.seen = bytearray()
        self._open: set[_Pair] = set()
        self._lock = threading.Lock()
        self._listening = socket.create_server((HOST, 0))
        self.port: int = self._listening.getsockname()[1]
        self.url = f"http://{HOST}:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def forget(self) -> None:
        """Count anew, connections too."""
        self.connections = self.up = self.down = 0
        self.seen.clear()

    def cut(self) -> None:
        """Cut every connection there is."""
        with self._lock:
            for one in self._open:
                one.wake()

    def close(self) -> None:
        _stop(self._listening)
        self._listening.close()
        self.cut()

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            try:
                fate = self.fates(self.connections)
            except BaseException:
                self.close()  # the test fails by a dead line, not by waiting for it
                raise
            self.connections += 1
            try:
                central = socket.create_connection((HOST, self.target), timeout=PATIENCE)
            except OSError:
                client.close()
                continue
            client.settimeout(PATIENCE)
            # Else the last bytes before a reset would still wait here, and be dropped by it.
            for one in (client, central):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            pair = _Pair(client, central, fate)
            with self._lock:
                self._open.add(pair)
            for upward in (True, False):
                threading.Thread(target=self._carry, args=(pair, upward), daemon=True).start()

    def _carry(self, pair: _Pair, upward: bool) -> None:
        fate = pair.fate
        source, target = (pair.client, pair.central) if upward else (pair.central, pair.client)
        limit = fate.up if upward else fate.down
        garble = fate.garble_up if upward else fate.garble_down
        passed = 0
        with suppress(OSError):
            while limit is None or passed < limit:
                data = source.recv(65536 if limit is None else min(65536, limit - passed))
                if not data:
                    break
                if garble is not None and passed <= garble < passed + len(data):
                    data = _garbled(data, garble - passed)
                self._count(data, upward)
                passed += len(data)
                target.sendall(data)
        if passed == limit:
            fate.then()
            pair.abrupt = fate.abrupt
            with suppress(OSError):
                while fate.silent and source.recv(65536):
                    pass
        with self._lock:
            pair.wake()
            if pair.left():
                self._open.discard(pair)

    def _count(self, data: bytes, upward: bool) -> None:
        with self._lock:
            if upward:
                self.up += len(data)
                self.seen += data[: SEEN_MOST - len(self.seen)]
            else:
                self.down += len(data)


def _garbled(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0x15]) + data[at + 1 :]


@dataclass(eq=False)
class _Pair:
    """The two halves of a connection, carried by two threads. The last of them closes both: a
    number that is closed while somebody reads from it may be another connection's by then."""

    client: socket.socket
    central: socket.socket
    fate: Fate
    abrupt: bool = False
    _at_work: int = 2

    def wake(self) -> None:
        """Let both threads come to their end; the kiosk sees the cut now."""
        _stop(self.client)
        # Only a full shutdown would say goodbye before the reset.
        _stop(self.central, socket.SHUT_RD if self.abrupt else socket.SHUT_RDWR)

    def left(self) -> bool:
        """A thread is done; gives whether it was the last."""
        self._at_work -= 1
        if self._at_work:
            return False
        if self.abrupt:
            self.central.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.client.close()
        self.central.close()
        return True


def _stop(one: socket.socket, how: int = socket.SHUT_RDWR) -> None:
    with suppress(OSError):
        one.shutdown(how)


# -- HTTP ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Request:
    """One whole request that came to a gate."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def what(self) -> str:
        """``push``, ``pull``, ``probe`` ..."""
        return self.path.partition("?")[0].rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a gate answers."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


Office = Callable[[Request], Answer]


def pass_on(port: int) -> Office:
    """Hands whole requests on to central at ``port``."""

    def office(request: Request) -> Answer:
        line = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
        try:
            kept = {name: said for name, said in request.headers.items() if name not in _HOP}
            line.request(request.method, request.path, request.body or None, kept)
            got = line.getresponse()
            body = got.read()
            headers = {name.lower(): said for name, said in got.getheaders()}
            return Answer(got.status, body, headers)
        finally:
            line.close()

    return office


class Gate:
    """An HTTP server that reads each request whole before ``office`` answers it.

    A request that is cut off goes nowhere. ``requests`` are those that came whole.
    """

    def __init__(self, office: Office) -> None:
        self.office = office
        self.requests: list[Request] = []
        gate = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = PATIENCE

            def _serve(self) -> None:
                length = int(self.headers.get("content-length", 0))
                body = self.rfile.read(length) if length else b""
                if len(body) < length:
                    self.close_connection = True
                    return
                headers = {name.lower(): said for name, said in self.headers.items()}
                request = Request(self.command, self.path, headers, body)
                gate.requests.append(request)
                answer = gate.office(request)
                self.send_response(answer.status)
                for name, said in answer.headers.items():
                    if name.lower() not in _HOP:
                        self.send_header(name, said)
                self.send_header("content-length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, format: str, *args: object) -> None:
                """Nothing on the test's own output."""

            do_GET = do_POST = _serve

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                """A cut link is no news here."""

        self._server = Server((HOST, 0), Handler)
        self.port: int = self._server.server_address[1]
        self.url = f"http://{HOST}:{self.port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> Gate:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
