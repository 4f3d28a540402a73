"""A chat that comes as a file: exported on a telephone, brought on a USB stick or by e-mail."""

from __future__ import annotations

from pathlib import Path

from kiosk.cases.tables import decode
from kiosk.desk.sticks import FOLDERS
from kiosk.desk.views import Refusal
from kiosk.texts import say

MOST_BYTES = 2_000_000
"""A longer file is no chat of one family."""

_DEEPEST = 4
_MOST = 9


def chat_files(folders: tuple[str, ...] = FOLDERS) -> list[Path]:
    """The newest text files on USB sticks, at most nine; empty when there is no stick."""
    found: list[tuple[float, Path]] = []
    for folder in folders:
        for depth in range(1, _DEEPEST + 1):
            found += _dated(Path(folder), "/".join(["*"] * depth) + ".txt")
    return [path for _, path in sorted(found, reverse=True)[:_MOST]]


def _dated(folder: Path, pattern: str) -> list[tuple[float, Path]]:
    try:
        return [(path.stat().st_mtime, path) for path in folder.glob(pattern) if path.is_file()]
    except OSError:  # a stick that was pulled out
        return []


def read_chat_file(name: str) -> str:
    """The text of a file. Raises Refusal with what is wrong with it."""
    path = Path(name.strip().strip("'\""))
    try:
        path = path.expanduser()
        if path.stat().st_size > MOST_BYTES:
            raise Refusal(say("File {nama} terlalu besar untuk satu obrolan.", nama=path.name))
        raw = path.read_bytes()
    except (OSError, ValueError, RuntimeError) as error:  # the last: nobody of that ~name
        raise Refusal(say("File {nama} tidak dapat dibaca. Periksa namanya.", nama=name)) from error
    text = decode(raw)
    if "\0" in text or not text.strip():
        raise Refusal(say("File {nama} bukan teks obrolan.", nama=path.name))
    return text
