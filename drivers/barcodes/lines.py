"""Finds the scans in the bytes that a scanner sends.

Pure: the caller gives the bytes as they come, in pieces of any size, and the time.
"""

from __future__ import annotations

import re

from drivers.wedge import Scan

LONGEST = 4_096
"""Characters of the longest scan; the largest QR code of letters holds 4,296, ours about 220."""

STALE = 1.0
"""Seconds after which a scan whose end did not come will have none."""

GARBAGE = Scan("", garbage=True)
"""Something was read that is no text: too long, torn, or with control characters inside."""

_STX = b"\x02"
_MARKS = re.compile(rb"([\x02\x03\r\n])")
_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_MOST_BYTES = 4 * LONGEST


class Lines:
    """A scan ends with CR, LF or ETX. What stands before an STX is torn.

    A text is UTF-8, or else Latin-1. The symbology identifier that a scanner may be set to send
    first (``]Q1``, ISO/IEC 15424) is left out.
    """

    def __init__(self) -> None:
        self._held = bytearray()
        self._spoilt = False
        self._last = 0.0

    def feed(self, data: bytes, now: float) -> list[Scan]:
        """Takes what came, b"" when nothing did; ``now`` in seconds of a clock that never jumps."""
        if not data:
            return self.tear() if now - self._last >= STALE else []
        self._last = now
        scans: list[Scan] = []
        for piece in _MARKS.split(data):
            if piece == _STX:
                scans += self.tear()
            elif _MARKS.fullmatch(piece):
                scans += self.end()
            else:
                scans += self._hold(piece)
        return scans

    def end(self) -> list[Scan]:
        """The scan is whole; gives it, or nothing when it is empty.

        One that was spoilt is told as garbage again: lost bytes may have been the end of the scan
        before, and then it is another one that ends here.
        """
        scan = GARBAGE if self._spoilt else _judge(bytes(self._held))
        self._clear()
        return [scan] if scan else []

    def tear(self) -> list[Scan]:
        """Its end will not come: what is held is no scan."""
        torn = bool(self._held)
        self._clear()
        return [GARBAGE] if torn else []

    def spoil(self) -> list[Scan]:
        """What is held and all that comes up to the next end is no scan."""
        told = self._spoilt
        self._held.clear()
        self._spoilt = True
        return [] if told else [GARBAGE]

    def _hold(self, piece: bytes) -> list[Scan]:
        if self._spoilt:
            return []
        self._held += piece
        return self.spoil() if len(self._held) > _MOST_BYTES else []

    def _clear(self) -> None:
        self._held.clear()
        self._spoilt = False


def _judge(data: bytes) -> Scan | None:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    if len(text) > LONGEST or not text.isprintable():
        return GARBAGE
    text = _AIM.sub("", text, count=1) if _AIM.match(text) else text
    return Scan(text) if text else None
