"""IPP, the protocol of page printers and of CUPS: requests as bytes, answers read strictly, calls.

Encoding RFC 8010, operations RFC 8011. Requests say version 1.1, which every 2.x printer takes too.
A call ends within its time whatever the other side does: it is cut off when nothing moves, also
when bytes keep trickling in.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

Value = int | bool | str | bytes | tuple[int, int] | None
"""None stands for no value, an unknown one, and a collection, whose members nobody here reads."""

Attributes = Mapping[str, tuple[Value, ...]]


class Operation(IntEnum):
    """The operations used here (RFC 8011 section 5.4.15)."""

    PRINT_JOB = 0x02
    CANCEL_JOB = 0x08
    GET_JOB_ATTRIBUTES = 0x09
    GET_JOBS = 0x0A
    GET_PRINTER_ATTRIBUTES = 0x0B


OPERATION_GROUP, JOB_GROUP, END, PRINTER_GROUP = 1, 2, 3, 4
_INTEGER, _BOOLEAN, _ENUM = 0x21, 0x22, 0x23
_RANGE, _BEGIN, _WITH_LANGUAGE, _END_OF_COLLECTION, _MEMBER = 0x33, 0x34, (0x35, 0x36), 0x37, 0x4A
_NAME, _KEYWORD, _URI, _CHARSET, _LANGUAGE, _MIME = 0x42, 0x44, 0x45, 0x47, 0x48, 0x49
_TAGS = {
    "attributes-charset": _CHARSET,
    "attributes-natural-language": _LANGUAGE,
    "printer-uri": _URI,
    "requesting-user-name": _NAME,
    "job-name": _NAME,
    "document-format": _MIME,
}
"""The tag of an attribute that we send; the others are keywords, or what their type says."""

_LONGEST_ANSWER = 1 << 20
_CHUNK = 16384
_VERSION = b"\x01\x01"


class IppError(ValueError):
    """The bytes are no IPP answer to our request."""


class NotReached(Exception):
    """Nobody took the connection: nothing of the request left."""


class Lost(Exception):
    """No good answer: the connection broke, stood still, or gave something that is no IPP. The
    request may have been taken."""


class Rejected(Exception):
    """The server refused the request before it looked at it; ``status`` is that of HTTP."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


@dataclass(frozen=True, slots=True)
class Answer:
    """``status`` below 0x0100 is success; ``groups`` are (tag, attributes) in order."""

    status: int
    groups: tuple[tuple[int, Attributes], ...]

    @property
    def good(self) -> bool:
        """Whether the operation was done."""
        return self.status < 0x0100

    def every(self, tag: int) -> list[Attributes]:
        """The groups of one kind."""
        return [attributes for group, attributes in self.groups if group == tag]

    def first(self, tag: int) -> Attributes:
        """The first group of a kind; empty when there is none."""
        every = self.every(tag)
        return every[0] if every else {}


# -- bytes -------------------------------------------------------------------------------------


def encode(
    operation: Operation, number: int, attributes: Mapping[str, str | int | bool | Sequence[str]]
) -> bytes:
    """A request with operation attributes only; ``number`` comes back in the answer."""
    every = {"attributes-charset": "utf-8", "attributes-natural-language": "id", **attributes}
    body = b"".join(_attribute(name, value) for name, value in every.items())
    head = _VERSION + struct.pack(">hi", operation, number)
    return head + bytes([OPERATION_GROUP]) + body + bytes([END])


def _attribute(name: str, value: str | int | bool | Sequence[str]) -> bytes:
    if isinstance(value, bool):
        return _field(_BOOLEAN, name, bytes([value]))
    if isinstance(value, int):
        return _field(_INTEGER, name, struct.pack(">i", value))
    values = [value] if isinstance(value, str) else value
    tag = _TAGS.get(name, _KEYWORD)
    return b"".join(_field(tag, "" if at else name, one.encode()) for at, one in enumerate(values))


def _field(tag: int, name: str, value: bytes) -> bytes:
    named = name.encode("ascii")
    return struct.pack(">BH", tag, len(named)) + named + struct.pack(">H", len(value)) + value


def decode(data: bytes, number: int) -> Answer:
    """The answer to request ``number``. Raises IppError."""
    reader = _Reader(data)
    major = reader.take(2)[0]
    status, answered = struct.unpack(">Hi", reader.take(6))
    if major not in (1, 2) or answered != number:
        raise IppError("another version, or the answer to another request")
    return Answer(status, tuple(reader.groups()))


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, count: int) -> bytes:
        taken = self._data[self._at : self._at + count]
        if len(taken) < count:
            raise IppError("the answer ends too early")
        self._at += count
        return taken

    def groups(self) -> Iterator[tuple[int, Attributes]]:
        """Each group up to the end mark; what follows it is a document, and ours have none."""
        tag = self.take(1)[0]
        while tag != END:
            if not 0 < tag < 0x10:
                raise IppError(f"tag 0x{tag:02x} where a group begins")
            attributes: dict[str, tuple[Value, ...]] = {}
            following = self._group(attributes)
            yield tag, attributes
            tag = following

    def _group(self, attributes: dict[str, tuple[Value, ...]]) -> int:
        """Fills ``attributes``; gives the tag that ends the group."""
        name = ""
        while (tag := self.take(1)[0]) >= 0x10:
            named, raw = self._pair()
            if not named and not name:
                raise IppError("a value without a name")
            value = self._collection() if tag == _BEGIN else _value(tag, raw)
            name = named or name
            attributes[name] = (value,) if named else (*attributes[name], value)
        return tag

    def _pair(self) -> tuple[str, bytes]:
        name = self.take(int.from_bytes(self.take(2), "big"))
        value = self.take(int.from_bytes(self.take(2), "big"))
        if not name.isascii():
            raise IppError("a name that is not ASCII")
        return name.decode("ascii"), value

    def _collection(self) -> None:
        """Reads over a collection and those inside it."""
        depth = 1
        while depth:
            tag = self.take(1)[0]
            if tag < 0x10:
                raise IppError("a group begins inside a collection")
            self._pair()
            depth += (tag == _BEGIN) - (tag == _END_OF_COLLECTION)


def _value(tag: int, raw: bytes) -> Value:
    if tag < 0x20:
        return None
    if tag in (_INTEGER, _ENUM):
        return struct.unpack(">i", _sized(raw, 4))[0]
    if tag == _BOOLEAN:
        return _sized(raw, 1) != b"\0"
    if tag == _RANGE:
        low, high = struct.unpack(">ii", _sized(raw, 8))
        return low, high
    if tag in (_END_OF_COLLECTION, _MEMBER):
        raise IppError("a member outside a collection")
    if tag in _WITH_LANGUAGE:
        reader = _Reader(raw)
        reader.take(int.from_bytes(reader.take(2), "big"))
        return reader.take(int.from_bytes(reader.take(2), "big")).decode("utf-8", "replace")
    return raw.decode("utf-8", "replace") if 0x40 <= tag <= 0x5F else raw


def _sized(raw: bytes, size: int) -> bytes:
    if len(raw) != size:
        raise IppError(f"{len(raw)} bytes where a value has {size}")
    return raw


# -- calls -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Target:
    """Where requests go: ``uri`` is the printer's name for itself, ``url`` the same over HTTP."""

    uri: str
    url: str


def ask(target: Target, operation: Operation, seconds: float, **attributes: object) -> Answer:
    """One request without a document. Raises NotReached, Lost, Rejected.

    ``seconds``: for all of it. Attribute names are written with ``_`` for ``-``.
    """
    named = {name.replace("_", "-"): value for name, value in attributes.items()}
    return send(target, operation, named, b"", seconds, lambda _: None)


def send(
    target: Target,
    operation: Operation,
    attributes: Mapping[str, object],
    document: bytes,
    seconds: float,
    taken: Callable[[int], None],
) -> Answer:
    """One request and its document; ``taken`` hears how much of the document has left.

    ``seconds`` without a step forward end the call; after the last byte they are for the whole
    answer. What ``taken`` raises passes, and cuts the request off. Call it from a thread that runs
    no event loop. Raises NotReached, Lost, Rejected.
    """
    number = 1
    given = {"printer-uri": target.uri, "requesting-user-name": "loket", **attributes}
    head = encode(operation, number, given)  # pyright: ignore[reportArgumentType]
    raw = asyncio.run(_post(target.url, head, document, seconds, taken))
    try:
        return decode(raw, number)
    except IppError as error:
        raise Lost(str(error)) from error


async def _post(
    url: str, head: bytes, document: bytes, seconds: float, taken: Callable[[int], None]
) -> bytes:
    import httpx

    loop = asyncio.get_running_loop()
    begun = False
    try:
        # A printer's certificate is its own, signed by nobody: ipps hides papers from listeners.
        client = httpx.AsyncClient(verify=False, trust_env=False, timeout=seconds)
        async with asyncio.timeout(seconds) as limit:

            async def body() -> AsyncIterator[bytes]:
                """Each chunk that is asked for shows that the one before was taken."""
                nonlocal begun
                begun = True
                yield head
                for at in range(0, len(document), _CHUNK):
                    moved(at)
                    yield document[at : at + _CHUNK]
                moved(len(document))

            def moved(count: int) -> None:
                taken(count)
                limit.reschedule(loop.time() + seconds)

            headers = {
                "Content-Type": "application/ipp",
                "Content-Length": str(len(head) + len(document)),
                "Accept-Encoding": "identity",
            }
            send_it = client.stream("POST", url, content=body(), headers=headers)
            async with client, send_it as answer:
                return await _read(answer)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
        raise (Lost if begun else NotReached)(type(error).__name__) from error


async def _read(answer: httpx.Response) -> bytes:
    if answer.status_code != 200:
        raise Rejected(answer.status_code)
    raw = bytearray()
    async for chunk in answer.aiter_raw():
        raw += chunk
        if len(raw) > _LONGEST_ANSWER:
            raise Lost("an answer without end")
    return bytes(raw)
