"""A receipt printer on the network: raw bytes over TCP, port 9100.

The kernel takes bytes long before the printer does: its own send buffer and the printer's receive
window are in between. So bytes taken are not bytes printed; only an answer of the printer proves
that. The send buffer is kept small, so that a stall is seen after a few KB.
"""

from __future__ import annotations

import fcntl
import select
import socket
import struct
import termios
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from drivers.ports.port import PortStatus
from drivers.trouble import DeviceGone
from drivers.words import Words, words

CONNECT_SECONDS = 3.0
"""For finding the address of a name and connecting, both together."""

LONGEST_STILLSTAND = 1.0
"""Seconds without progress after which close() drops what the printer has not taken."""

_SEND_BUFFER = 4096
_KEEPALIVE = (
    (socket.TCP_KEEPIDLE, 5),
    (socket.TCP_KEEPINTVL, 2),
    (socket.TCP_KEEPCNT, 3),
)
"""A silent printer whose power or cable is gone is known after 11 seconds."""

_Place = tuple[socket.AddressFamily, tuple[object, ...]]


class NetworkPort:
    """A TCP connection to a printer. Raises DeviceGone when there is none within 3 seconds."""

    def __init__(
        self,
        host: str,
        port: int = 9100,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._line: socket.socket | None = _connected(host, port)

    def write(self, data: bytes, seconds: float) -> int:
        """See Port. Once the printer closed its side nothing more is offered to it."""
        deadline = self._clock() + seconds
        line = self._socket()
        taken = 0
        try:
            while taken < len(data):
                if _left(line):
                    raise _gone(maybe_taken=taken > 0)
                try:
                    taken += line.send(data[taken:])
                except BlockingIOError:
                    if not _ready(line, select.POLLOUT, deadline - self._clock()):
                        break
                if self._clock() >= deadline:
                    break
        except OSError as error:
            raise _gone(maybe_taken=taken > 0) from error
        return taken

    def read(self, seconds: float) -> bytes:
        """See Port."""
        line = self._socket()
        try:
            if not _ready(line, select.POLLIN, seconds):
                return b""
            data = line.recv(4096)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise _gone() from error
        if not data:
            raise _gone()
        return data

    def status(self) -> PortStatus | None:
        """None: the data connection is all there is."""
        self._socket()
        return None

    def close(self) -> None:
        """See Port. Waits while the printer still takes bytes; what stands still is dropped, so
        that the end of a paper does not come out after it was asked about."""
        line, self._line = self._line, None
        if line is None:
            return
        with suppress(OSError):  # reset: nothing more to send
            self._drain(line)
            line.shutdown(socket.SHUT_WR)
            _discard(line)  # answers left unread would make closing a reset
        with suppress(OSError):
            line.close()

    def _drain(self, line: socket.socket) -> None:
        waiting, since = _unsent(line), self._clock()
        while waiting:
            self._sleep(0.01)
            now = _unsent(line)
            if now < waiting:
                waiting, since = now, self._clock()
            elif self._clock() - since > LONGEST_STILLSTAND:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return

    def _socket(self) -> socket.socket:
        if self._line is None:
            raise _gone()
        return self._line


def _connected(host: str, port: int) -> socket.socket:
    deadline = time.monotonic() + CONNECT_SECONDS
    address = f"{host}:{port}"
    places = _places(host, port)
    if not places:
        raise DeviceGone(
            words(
                "Nama printer {address} tidak ditemukan di jaringan. Periksa kabel jaringan, atau "
                "isi alamat IP printer di F9 Perangkat.",
                address=address,
            )
        )
    last: OSError | None = None
    for family, place in places:
        try:
            return _connection(family, place, deadline - time.monotonic())
        except OSError as error:
            last = error
    raise DeviceGone(_why_not(last, address)) from last


def _connection(
    family: socket.AddressFamily, place: tuple[object, ...], seconds: float
) -> socket.socket:
    line = socket.socket(family, socket.SOCK_STREAM)
    try:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for option, value in _KEEPALIVE:
            line.setsockopt(socket.IPPROTO_TCP, option, value)
        line.settimeout(max(0.001, seconds))
        line.connect(place)
        line.setblocking(False)
    except BaseException:
        line.close()
        raise
    return line


def _places(host: str, port: int) -> list[_Place]:
    """Where ``host`` is; none when its name is not answered for in time."""
    with suppress(OSError, UnicodeError):
        return _looked_up(host, port, socket.AI_NUMERICHOST)
    found: list[_Place] = []

    def look_up() -> None:
        with suppress(OSError, UnicodeError):
            found.extend(_looked_up(host, port, 0))

    # The system's resolver cannot be told when to stop: it is left behind in its own thread.
    thread = threading.Thread(target=look_up, name="name of a printer", daemon=True)
    thread.start()
    thread.join(CONNECT_SECONDS)
    return list(found)


def _looked_up(host: str, port: int, flags: int) -> list[_Place]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
    return [(family, place) for family, _, _, _, place in found]


def _why_not(error: OSError | None, address: str) -> Words:
    if isinstance(error, ConnectionRefusedError):
        return words(
            "Printer {address} menolak sambungan. Mungkin sedang dipakai komputer lain: tunggu "
            "sebentar, atau matikan lalu nyalakan printer.",
            address=address,
        )
    return words(
        "Printer {address} tidak menjawab di jaringan. Periksa kabel jaringan dan pastikan printer "
        "menyala.",
        address=address,
    )


def _gone(*, maybe_taken: bool = False) -> DeviceGone:
    return DeviceGone(
        words("Sambungan ke printer jaringan terputus. Periksa kabel jaringan dan printernya."),
        maybe_taken=maybe_taken,
    )


def _ready(line: socket.socket, event: int, seconds: float) -> bool:
    """Whether the line is ready for ``event``, or was closed, within ``seconds``."""
    poll = select.poll()
    poll.register(line, event | select.POLLRDHUP)
    return bool(poll.poll(max(0, int(seconds * 1000))))


def _left(line: socket.socket) -> bool:
    """Whether the printer closed its side."""
    return _ready(line, 0, 0.0)


def _unsent(line: socket.socket) -> int:
    """Bytes that the printer's side has not acknowledged (SIOCOUTQ, the same number)."""
    return struct.unpack("i", fcntl.ioctl(line, termios.TIOCOUTQ, b"\0\0\0\0"))[0]


def _discard(line: socket.socket) -> None:
    with suppress(BlockingIOError):
        for _ in range(16):  # a printer that never stops answering must not hold up the rest
            line.recv(4096)
