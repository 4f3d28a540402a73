"""Servers on loopback that stand in central's place and answer what a test wants."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from sync.wire import Trouble, pack_problem, request_hash

Answer = tuple[int, str, bytes]


def bound(body: bytes) -> bytes:
    """What the answer to a push (by its head) or to a pull is bound to."""
    length = int.from_bytes(body[:2])
    return request_hash(body[2 : 2 + length] if length < len(body) else body)


@contextmanager
def answering(make: Callable[[bytes], Answer], **more: str) -> Iterator[str]:
    """A server on loopback that answers each POST with what ``make`` gives for its body, each GET
    with what it gives for its path; ``more`` are headers of the answers."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.answer(self.rfile.read(int(self.headers["content-length"])))

        def do_GET(self) -> None:
            self.answer(self.path.encode())

        def answer(self, asked: bytes) -> None:
            status, kind, answer = make(asked)
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(answer)))
            self.send_header("location", "http://login.example/")
            for name, value in more.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Keep the tests' output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def refusal(pen, trouble: Trouble, bound_to: bytes, status: int = 409) -> Answer:
    seal = pack_problem(trouble, bound_to, pen.kid, pen.sign)
    said = {"kode": trouble.code, "segel": base64.b64encode(seal).decode()}
    return status, "application/json", json.dumps(said).encode()
