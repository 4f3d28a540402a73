"""Keys of a US keyboard as the bytes they type; scanners are set to it unless told otherwise.

Key codes are those of Linux (include/uapi/linux/input-event-codes.h).
"""

from __future__ import annotations

SHIFTS = frozenset({42, 54})
CONTROLS = frozenset({29, 97})
ALTS = frozenset({56, 100})
CAPS_LOCK = 58
SILENT = frozenset({69, 70, 125, 126})
"""Num Lock, Scroll Lock, and the logo keys: they type nothing."""

ENTER = b"\r"

_ROWS = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    (57, " ", " "),
)
_KEYPAD = {55: "*", 71: "7", 72: "8", 73: "9", 74: "-", 75: "4", 76: "5", 77: "6", 78: "+"} | {
    79: "1",
    80: "2",
    81: "3",
    82: "0",
    83: ".",
    98: "/",
}
_PLAIN = {first + n: sign for first, row, _ in _ROWS for n, sign in enumerate(row)} | _KEYPAD
_SHIFTED = {first + n: sign for first, _, row in _ROWS for n, sign in enumerate(row)} | _KEYPAD
_ENDS = frozenset({15, 28, 96})
"""Tab, Enter, and Enter of the keypad."""


class Keys:
    """Which keys are held, and what the next one types."""

    def __init__(self) -> None:
        self._held: set[int] = set()
        self._caps = False

    def press(self, key: int) -> bytes | None:
        """What a key types: b"" for nothing, None for what no text can hold.

        The key that ends a scan types CR, Ctrl and a letter its control character.
        """
        if key in SHIFTS | CONTROLS | ALTS:
            self._held.add(key)
            return b""
        if key == CAPS_LOCK:
            self._caps = not self._caps
            return b""
        if key in SILENT:
            return b""
        if key in _ENDS:
            return ENTER
        sign = self._sign(key)
        if sign is None or self._held & ALTS:
            return None
        if self._held & CONTROLS:
            return bytes([ord(sign.upper()) & 0x1F]) if "@" <= sign.upper() <= "_" else None
        return sign.encode()

    def release(self, key: int) -> None:
        """A key that is no longer held."""
        self._held.discard(key)

    def _sign(self, key: int) -> str | None:
        plain = _PLAIN.get(key)
        shifted = bool(self._held & SHIFTS)
        if plain is not None and plain.isalpha():
            shifted ^= self._caps
        return _SHIFTED[key] if plain is not None and shifted else plain
