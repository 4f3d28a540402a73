"""A link that hardly exists: a TCP proxy with a rate, a delay and cuts, which counts what passes.

Runs as a process of its own, so that neither side's work disturbs its clock. Each direction has
one rate that all connections share; a new connection costs a round trip before its first byte. A
cut resets every connection when so many bytes have passed, both directions counted, to the byte;
the next connection is accepted at once. Bytes are counted when they come out at the far end.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Any

PIECE = 512
"""Bytes that enter a rated link at once: a quarter of a second at 16 kbit/s."""
_UNRATED_PIECE = 64 * 1024
_AHEAD = 0.02
"""Seconds before the link is free in which the next piece is fetched, so that it is never idle
because this process woke up late."""
_TAIL = 300
"""Bytes of a connection kept so that a request line in two pieces is seen."""
_NOTICE = 0.1
"""Seconds in which both ends notice that a connection they kept is gone."""
_REQUEST = re.compile(rb"(?:GET|PUT|POST|HEAD|DELETE|PATCH) /\S* HTTP/1\.1\r\n")


@dataclass(frozen=True, slots=True)
class Conditions:
    """``rate`` in bytes/s each way (0: no limit), ``delay`` in s one way, ``cut`` after so many
    bytes (0: never)."""

    rate: float = 0.0
    delay: float = 0.0
    cut: int = 0


@dataclass(slots=True)
class Counts:
    """What has passed since the conditions were set; ``lost`` bytes entered and never came out."""

    up: int = 0
    down: int = 0
    lost: int = 0
    connections: int = 0
    requests: int = 0
    cuts: int = 0

    @property
    def passed(self) -> int:
        """Bytes both ways."""
        return self.up + self.down


def kbit(rate: float, round_trip_ms: float, cut: int = 0) -> Conditions:
    """Conditions as they are spoken of: 64 kbit/s, 600 ms."""
    return Conditions(rate * 1000 / 8, round_trip_ms / 2000, cut)


class Link:
    """The proxy's process, in front of ``target`` (a port of 127.0.0.1); ``port`` is its own."""

    def __init__(self, target: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.sync.link", str(target)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port = int(self._read()["port"])

    def set(self, conditions: Conditions) -> None:
        """From now on so; the counts begin anew, and whatever is connected is let go."""
        self._ask("set", **asdict(conditions))
        time.sleep(_NOTICE)

    def counts(self) -> Counts:
        """What has passed since the last ``set``."""
        return Counts(**self._ask("counts"))

    def __enter__(self) -> Link:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()

    def _ask(self, do: str, **more: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, **more}) + "\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the link has ended")
        return json.loads(line)


# -- inside the process --------------------------------------------------------------------------


class _Proxy:
    def __init__(self, target: int) -> None:
        self._target = target
        self.conditions = Conditions()
        self.counts = Counts()
        self._until_cut = 0
        self._pairs: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = set()
        self._free = {"up": 0.0, "down": 0.0}
        """When each direction has sent all that entered it."""

    def set(self, conditions: Conditions) -> None:
        self.cut()
        self.conditions = conditions
        self.counts = Counts()
        self._until_cut = conditions.cut
        self._free = {"up": 0.0, "down": 0.0}

    def cut(self) -> None:
        """The sender sees a reset; the receiver keeps what had come out at its end."""
        for client, server in list(self._pairs):
            client.transport.abort()
            server.close()
        self._pairs.clear()
        self._free = {"up": 0.0, "down": 0.0}
        self._until_cut = self.conditions.cut

    async def serve(self, client_in: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        opened = loop.time() + 2 * self.conditions.delay
        self.counts.connections += 1
        try:
            server_in, server = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            client.transport.abort()
            return
        pair = (client, server)
        self._pairs.add(pair)
        up = _Direction(self, "up", client_in, server, pair, opened)
        down = _Direction(self, "down", server_in, client, pair, opened)
        await asyncio.gather(up.run(), down.run())
        self._pairs.discard(pair)
        for one in pair:
            one.close()

    def alive(self, pair: tuple[asyncio.StreamWriter, asyncio.StreamWriter]) -> bool:
        return pair in self._pairs

    def enter(self, way: str, size: int, opened: float) -> tuple[float, float]:
        """When the link has taken these bytes in, and when they come out."""
        now = asyncio.get_running_loop().time()
        if not self.conditions.rate:
            return now, max(now, opened) + self.conditions.delay
        taken = max(now, self._free[way], opened) + size / self.conditions.rate
        self._free[way] = taken
        return taken, taken + self.conditions.delay

    def leave(self, way: str, size: int) -> int:
        """How many of these bytes still come out before the cut; they are counted."""
        come = min(size, self._until_cut) if self.conditions.cut else size
        setattr(self.counts, way, getattr(self.counts, way) + come)
        self._until_cut -= come
        return come

    @property
    def cut_is_due(self) -> bool:
        return bool(self.conditions.cut) and self._until_cut <= 0


class _Direction:
    """One way of one connection."""

    def __init__(
        self,
        proxy: _Proxy,
        way: str,
        source: asyncio.StreamReader,
        sink: asyncio.StreamWriter,
        pair: tuple[asyncio.StreamWriter, asyncio.StreamWriter],
        opened: float,
    ) -> None:
        self._proxy, self._way, self._source, self._sink = proxy, way, source, sink
        self._pair, self._opened = pair, opened
        self._under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        self._tail = b""
        sink.transport.set_write_buffer_limits(high=8192)

    async def run(self) -> None:
        delivery = asyncio.create_task(self._deliver())
        try:
            await self._take_in()
        finally:
            await self._under_way.put((0.0, b""))
            await delivery

    async def _take_in(self) -> None:
        loop = asyncio.get_running_loop()
        with suppress(ConnectionError):
            while True:
                size = PIECE if self._proxy.conditions.rate else _UNRATED_PIECE
                data = await self._source.read(size)
                if not data or not self._proxy.alive(self._pair):
                    return
                taken, out = self._proxy.enter(self._way, len(data), self._opened)
                self._under_way.put_nowait((out, data))
                # What has not entered yet stays with its sender.
                await asyncio.sleep(max(0.0, taken - loop.time() - _AHEAD))

    async def _deliver(self) -> None:
        loop, proxy = asyncio.get_running_loop(), self._proxy
        while True:
            due, data = await self._under_way.get()
            if not data:
                break
            await asyncio.sleep(max(0.0, due - loop.time()))
            if not proxy.alive(self._pair):
                proxy.counts.lost += len(data)
                continue
            come = proxy.leave(self._way, len(data))
            proxy.counts.lost += len(data) - come
            if self._way == "up":
                self._see_requests(data[:come])
            with suppress(ConnectionError, RuntimeError):
                self._sink.write(data[:come])
                if proxy.cut_is_due:
                    proxy.counts.cuts += 1
                    proxy.cut()
                else:
                    await self._sink.drain()
        if proxy.alive(self._pair):
            with suppress(OSError, RuntimeError):
                self._sink.write_eof()

    def _see_requests(self, data: bytes) -> None:
        """Count the request lines; one that began in the piece before counts once."""
        text = self._tail + data
        ends = [found.end() for found in _REQUEST.finditer(text)]
        self._proxy.counts.requests += len(ends)
        self._tail = text[max([*ends, len(text) - _TAIL, 0]) :]


async def _run(target: int) -> None:
    proxy = _Proxy(target)
    # A small buffer: what the kernel has taken from a sender has not yet passed.
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0, limit=8192)
    loop = asyncio.get_running_loop()
    orders = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    while line := await orders.readline():
        order = json.loads(line)
        if order.pop("do") == "set":
            proxy.set(Conditions(**order))
        print(json.dumps(asdict(proxy.counts)), flush=True)


if __name__ == "__main__":
    asyncio.run(_run(int(sys.argv[1])))
