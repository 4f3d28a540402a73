"""The printer model behind a real TCP socket, in real time: port 9100 of a receipt printer."""

from __future__ import annotations

import select
import socket
import threading
import time
from contextlib import suppress
from types import TracebackType

from tests.devices.printer_model import Printer, Skills, VirtualTime

TICK = 0.004


class TcpPrinter:
    """``with TcpPrinter() as unit:`` a printer at ``unit.address``; its switches by ``set``."""

    def __init__(self, skills: Skills | None = None, *, size: int = 1024, rate: float = 200_000):
        self._clock = VirtualTime()
        self.printer = Printer(self._clock, skills or Skills(), size=size, rate=rate)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        self.address = f"tcp:127.0.0.1:{self.port}"
        self._turn = threading.Lock()
        self._closing = threading.Event()
        self._guest: socket.socket | None = None
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> TcpPrinter:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        self._thread.join(5)
        self._door.close()

    def set(self, **state: bool) -> None:
        with self._turn:
            self.printer.set(**state)

    def cut_power(self) -> None:
        """The printer goes dark, and with it the connection."""
        with self._turn:
            self.printer.cut_power()
            if self._guest is not None:
                self._guest.shutdown(socket.SHUT_RDWR)

    def power_up(self) -> None:
        with self._turn:
            self.printer.power_up()

    @property
    def papers(self) -> list[bytes]:
        """The papers that were cut off so far."""
        with self._turn:
            return list(self.printer.papers)

    def _serve(self) -> None:
        self._door.settimeout(0.05)
        while not self._closing.is_set():
            try:
                guest, _ = self._door.accept()
            except TimeoutError:
                self._pass_time()
                continue
            with guest:
                guest.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._guest = guest
                with suppress(OSError):  # it went
                    self._talk(guest)
                self._guest = None

    def _talk(self, guest: socket.socket) -> None:
        waiting = b""
        guest.setblocking(False)
        last = time.monotonic()
        while not self._closing.is_set():
            if len(waiting) < 512 and select.select([guest], [], [], TICK)[0]:
                came = guest.recv(512)
                if not came:
                    return
                waiting += came
            elif len(waiting) >= 512:
                time.sleep(TICK)
            now = time.monotonic()
            with self._turn:
                self._clock.advance(now - last)
                if self.printer.powered and waiting:
                    waiting = waiting[self.printer.out(waiting) :]
                answer = self.printer.take_in(512) if self.printer.powered else b""
            last = now
            if answer:
                guest.setblocking(True)
                guest.sendall(answer)
                guest.setblocking(False)

    def _pass_time(self) -> None:
        with self._turn:
            self._clock.advance(0.05)
