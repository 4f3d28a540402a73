"""The body of a request as it comes, read ahead of the work on it.

When a link is cut, the server beneath drops what it had received and nobody had asked for yet.
Here it is asked for at once, so that a cut loses what was on the wire and no more.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

from starlette.requests import Request

from sync.central.limits import Limits
from sync.central.refusal import too_large, too_slow

_AHEAD = 256 * 1024
"""Bytes read ahead at most, before the link is left to wait."""


class Inflow:
    """Reads ahead while it is entered; ``most`` is the largest body in bytes."""

    def __init__(self, request: Request, limits: Limits, most: int) -> None:
        self._request = request
        self._limits = limits
        self._most = most
        self._until = time.monotonic() + limits.request_seconds
        self._waiting = bytearray()
        self._change = asyncio.Event()
        self._room = asyncio.Event()
        self._over: Exception | None = None
        self._ended = False
        self._reader: asyncio.Task[None] | None = None
        self.size = 0

    async def __aenter__(self) -> Inflow:
        declared = self._request.headers.get("content-length", "0")
        if declared.isdecimal() and int(declared[:20]) > self._most:
            raise too_large()
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._reader is not None:
            self._reader.cancel()
            with suppress(asyncio.CancelledError):
                await self._reader

    async def _read(self) -> None:
        try:
            async for piece in self._request.stream():
                self.size += len(piece)
                if self.size > self._most:
                    raise too_large()
                self._waiting += piece
                self._change.set()
                while len(self._waiting) > _AHEAD:
                    self._room.clear()
                    await self._room.wait()
        except Exception as error:  # told to who takes, after all that came before
            self._over = error
        finally:
            self._ended = True
            self._change.set()

    async def take(self) -> bytes:
        """All that has arrived since; b"" at the end of the body.

        Raises Refusal when it stops coming or is too large, ClientDisconnect when the link is cut.
        """
        while not self._waiting:
            if self._ended:
                if self._over is not None:
                    raise self._over
                return b""
            self._change.clear()
            left = min(self._limits.chunk_seconds, self._until - time.monotonic())
            try:
                await asyncio.wait_for(self._change.wait(), left)
            except TimeoutError:
                raise too_slow() from None
        taken = bytes(self._waiting)
        self._waiting.clear()
        self._room.set()
        return taken

    async def whole(self) -> bytes:
        """The whole body. Raises as ``take`` does."""
        parts: list[bytes] = []
        while part := await self.take():
            parts.append(part)
        return b"".join(parts)
