"""Zstandard as the protocol uses it: bounded memory on both sides, and a dictionary of its own.

A kiosk on a thin link sends single cases; a dictionary trained on made-up ones knows the words
that every case has. Dictionaries are numbered and never change: a new one is a new number.
"""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING, Any

from sync.entry import EntryError

if TYPE_CHECKING:
    from backports import zstd

NONE = 0
"""No dictionary."""
DEFAULT = 1
"""The dictionary that this version writes with."""
KNOWN = (NONE, 1)
"""The dictionaries that this version reads."""

LEVEL = 19
WINDOW_LOG = 19
"""Half a megabyte of window: what a decoder needs for a stream, and about what an encoder needs
several times over. A full level 19 would take a kiosk more than 100 MB."""
_HASH_LOG = 16
_CHAIN_LOG = 17


class UnknownDictionary(EntryError):
    """A number that this version has no dictionary for."""


def _library() -> Any:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd


@functools.cache
def _content(number: int) -> bytes:
    if number not in KNOWN:
        raise UnknownDictionary(f"dictionary {number} is not known")
    if number == NONE:
        return b""
    from importlib import resources

    return (resources.files("sync") / "dictionaries" / f"{number}.zdict").read_bytes()


def _dictionary(number: int, primer: bytes) -> zstd.ZstdDict | None:
    """With a primer the dictionary counts as mere text that stands before it."""
    content = _content(number) + primer
    return _library().ZstdDict(content, is_raw=bool(primer)) if content else None


class Squeezer:
    """Compresses one stream, in blocks that can each be read when they arrive.

    ``primer``: what both sides know already, most like what comes.
    """

    def __init__(self, dictionary: int = DEFAULT, primer: bytes = b"") -> None:
        library = _library()
        parameter = library.CompressionParameter
        options = {
            parameter.compression_level: LEVEL,
            parameter.window_log: WINDOW_LOG,
            parameter.hash_log: _HASH_LOG,
            parameter.chain_log: _CHAIN_LOG,
            # Four bytes a stream saved: the number stands in the head, the form is our own.
            parameter.dict_id_flag: 0,
        }
        known = _dictionary(dictionary, primer)
        self._stream = library.ZstdCompressor(options=options, zstd_dict=known)

    def block(self, data: bytes) -> bytes:
        """The compressed bytes of ``data``, flushed."""
        return self._stream.compress(data, self._stream.FLUSH_BLOCK)


class Unsqueezer:
    """Reads what a Squeezer of the same dictionary and primer wrote, block by block."""

    def __init__(self, dictionary: int, primer: bytes = b"") -> None:
        library = _library()
        self._stream = library.ZstdDecompressor(
            zstd_dict=_dictionary(dictionary, primer),
            options={library.DecompressionParameter.window_log_max: WINDOW_LOG},
        )
        self._error = library.ZstdError

    def block(self, packed: bytes, limit: int) -> bytes:
        """What a block holds. Raises EntryError on damage and on more than ``limit`` bytes."""
        try:
            data = self._stream.decompress(packed, limit + 1)
        except (self._error, EOFError) as error:
            raise EntryError("damaged compression") from error
        if len(data) > limit or not self._stream.needs_input:
            raise EntryError("more than a block may hold, or not a whole one")
        return data


def squeeze(data: bytes, dictionary: int) -> bytes:
    """``data`` as a stream of one block."""
    return Squeezer(dictionary).block(data)


def unsqueeze(packed: bytes, dictionary: int, limit: int) -> bytes:
    """Reverses ``squeeze``. Raises EntryError; UnknownDictionary among them."""
    return Unsqueezer(dictionary).block(packed, limit)
