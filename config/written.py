"""Writing a TOML file of the office's so that no power cut leaves half of it."""

from __future__ import annotations

import os
import time
from pathlib import Path


def literal(value: str | int | bool) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return '"' + "".join(_escaped(sign) for sign in value) + '"'


def _escaped(sign: str) -> str:
    if sign in '"\\':
        return "\\" + sign
    return f"\\u{ord(sign):04x}" if sign < " " or sign == "\x7f" else sign


def replace_file(path: Path, raw: bytes) -> None:
    """Put a file in the place of another in one move that a power cut cannot split."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}-{time.monotonic_ns()}")
    try:
        with fresh.open("xb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    if os.name == "posix":  # elsewhere a folder cannot be opened, and the move is enough
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
