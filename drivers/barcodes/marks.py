"""What a scanner on a line is set to send before and after a code."""

from __future__ import annotations

import re

from drivers.barcodes.lines import LONGEST, Lines
from drivers.wedge import Scan

_NAMES = {"\x02": "STX", "\x03": "ETX", "\r": "CR", "\n": "LF"}
_FRAMED = re.compile(rb"[\x03\r\n]*(\x02?)(\][A-Za-z][0-9A-Za-z])?[^\x02\x03\r\n]+?([\x03\r\n]+)")


class MarkedLines(Lines):
    """Finds the scans, and keeps what came with its marks."""

    def __init__(self) -> None:
        super().__init__()
        self._raw = bytearray()

    def feed(self, data: bytes, now: float) -> list[Scan]:
        """As Lines has it."""
        self._raw += data
        del self._raw[:-LONGEST]
        return super().feed(data, now)

    def marks(self) -> tuple[str, str]:
        """The names of what stood before and after the last code, such as "STX" and "CR LF"; "AIM"
        is the symbology identifier. Both empty when no whole code came."""
        found = list(_FRAMED.finditer(bytes(self._raw)))
        if not found:
            return "", ""
        last = found[-1]
        before = [_NAMES[last[1].decode()]] if last[1] else []
        before += ["AIM"] if last[2] else []
        return " ".join(before), " ".join(_NAMES[sign] for sign in last[3].decode())
