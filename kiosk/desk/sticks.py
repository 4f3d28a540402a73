"""USB sticks, where the console's system has mounted them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

FOLDERS = ("/media", "/run/media", "/mnt")


def sticks(
    folders: Sequence[str] = FOLDERS, is_mount: Callable[[Path], bool] = os.path.ismount
) -> list[Path]:
    """The sticks that can be written on, by name; empty when there is none."""
    found: list[Path] = []
    for folder in map(Path, folders):
        try:
            for path in (*folder.glob("*"), *folder.glob("*/*")):
                if is_mount(path) and os.access(path, os.W_OK):
                    found.append(path)
        except OSError:  # one that is pulled out just now
            continue
    return sorted(found)
