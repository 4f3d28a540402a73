"""Whether this screen can draw half a block: a console shows what its font holds, and no more.

Debian's default console fonts (Lat15) hold the full block and two shades, but no half block. What
the font in use holds is asked of the kernel itself (ioctl GIO_UNIMAP, see ioctl_console(2)); any
other terminal has fonts enough.
"""

from __future__ import annotations

import ctypes
import locale
import os
import struct
import sys
from collections.abc import Callable

HALF_BLOCKS = "▀▄"

_GIO_UNIMAP = 0x4B66
_PAIRS = 65_535
"""More characters than any console font names."""

Ioctl = Callable[[int, int, bytes], bytes]


def has_half_blocks(
    terminal: str | None = None, console: int | None = None, ioctl: Ioctl | None = None
) -> bool:
    """Whether upper and lower half blocks can be drawn here; on a Linux console that cannot be
    asked, no."""
    if terminal is None:
        terminal = os.environ.get("TERM", "")
    if not terminal.startswith("linux"):
        return "utf" in locale.getencoding().casefold()
    # Textual puts objects of its own in the place of stdout and stderr.
    screen = sys.__stderr__
    try:
        if console is None:
            console = screen.fileno() if screen else -1
        held = _characters(console, ioctl or _ioctl)
    except (OSError, ValueError):
        return False
    return set(HALF_BLOCKS) <= held


def _ioctl(console: int, request: int, argument: bytes) -> bytes:
    import fcntl

    return fcntl.ioctl(console, request, argument)


def _characters(console: int, ioctl: Ioctl) -> set[str]:
    """What the console's font holds. Raises OSError when it is no console, or not in front."""
    pairs = ctypes.create_string_buffer(_PAIRS * 4)
    asked = struct.pack("@HP", _PAIRS, ctypes.addressof(pairs))
    (count,) = struct.unpack_from("@H", ioctl(console, _GIO_UNIMAP, asked))
    return {chr(code) for code, _ in struct.iter_unpack("@HH", pairs.raw[: count * 4])}
