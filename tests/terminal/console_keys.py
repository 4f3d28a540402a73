"""The bytes a Linux console sends for a key (terminfo ``linux``: F1 is ``ESC [ [ A``)."""

from __future__ import annotations

STX = "\x02"
ESCAPE = b"\x1b"

_CODES: dict[str, bytes] = {
    "enter": b"\r",
    "tab": b"\t",
    "backtab": b"\x1b\t",
    "escape": ESCAPE,
    "space": b" ",
    "backspace": b"\x7f",
    "up": b"\x1b[A",
    "down": b"\x1b[B",
    "right": b"\x1b[C",
    "left": b"\x1b[D",
    "home": b"\x1b[1~",
    "insert": b"\x1b[2~",
    "delete": b"\x1b[3~",
    "end": b"\x1b[4~",
    "pageup": b"\x1b[5~",
    "pagedown": b"\x1b[6~",
    "f1": b"\x1b[[A",
    "f2": b"\x1b[[B",
    "f3": b"\x1b[[C",
    "f4": b"\x1b[[D",
    "f5": b"\x1b[[E",
    "f6": b"\x1b[17~",
    "f7": b"\x1b[18~",
    "f8": b"\x1b[19~",
    "f9": b"\x1b[20~",
    "f10": b"\x1b[21~",
    "f11": b"\x1b[23~",
    "f12": b"\x1b[24~",
}


def code(name: str) -> bytes:
    """The bytes of one key.

    ``name`` is a name above in any case ("F2", "Enter", "PageDown"), "C-x" for Ctrl, "M-x" for
    Alt, or a single character for itself. Raises KeyError for any other text.
    """
    if len(name) == 1:
        return name.encode()
    if len(name) == 3 and name.startswith("C-"):
        return bytes([ord(name[2].upper()) & 0x1F])
    if len(name) == 3 and name.startswith("M-"):
        return ESCAPE + name[2].encode()
    return _CODES[name.lower()]
