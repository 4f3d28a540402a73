"""What a crash leaves behind: where it happened, and nothing of whom it was about.

The Linux console has no alternate screen, so whatever was last drawn stays after the program ends,
and a traceback with its local variables would show a NIK in clear. So the screen is wiped on every
exit, and `crash.log` gets the kind of error and the lines of code only: no message, no value.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from kiosk.texts import say

CRASH_LOG = "crash.log"
_LARGEST = 200_000  # bytes; an older log beyond this is started afresh
_WIPE = "\x1b[0m\x1b[2J\x1b[H\x1b[3J\x1b[?25h"


def describe(error: BaseException) -> str:
    """The error without any value: one line per error in its chain of causes, one per frame."""
    lines: list[str] = []
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        lines.append(f"{type(cause).__module__}.{type(cause).__qualname__}")
        lines.extend(_frames(cause.__traceback__))
        inner = getattr(cause, "error", None)  # a worker's failure carries the real one
        cause = inner if isinstance(inner, BaseException) else cause.__cause__ or cause.__context__
    return "\n".join(lines)


def _frames(trace: TracebackType | None) -> list[str]:
    found: list[str] = []
    while trace is not None:
        code = trace.tb_frame.f_code
        place = "/".join(Path(code.co_filename).parts[-3:])
        found.append(f"  {place}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return found


def note_crash(folder: Path, error: BaseException) -> Path:
    """Append the crash to `folder`/crash.log, on the disk before this returns; never raises for a
    disk that is full or gone."""
    path = folder / CRASH_LOG
    text = f"{time.strftime('%Y-%m-%d %H:%M:%S%z')} {describe(error)}\n\n"
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        fresh = path.exists() and path.stat().st_size > _LARGEST
        with path.open("w" if fresh else "a", encoding="utf-8") as log:
            log.write(text)
            log.flush()
            os.fsync(log.fileno())
    return path


def wipe_screen() -> None:
    """Clear the terminal and what can be scrolled back to; does nothing where there is none."""
    for stream in (sys.__stdout__, sys.__stderr__):
        with suppress(OSError, ValueError):
            if stream is not None and stream.isatty():
                stream.write(_WIPE)
                stream.flush()
                return


def last_words(path: Path) -> None:
    """The one plain line an officer reads after a crash, on stderr."""
    stream = sys.__stderr__
    if stream is None:
        return
    with suppress(OSError, ValueError):
        says = say(
            "Program berhenti karena kesalahan. Yang sudah disimpan tetap aman. "
            "Jalankan lagi; bila terulang, laporkan berkas {berkas}.",
            berkas=path.name,
        )
        stream.write(says + "\n")
        stream.flush()


class QuietHooks:
    """For the time of a `with`: errors outside the screens (threads, the interpreter itself) are
    noted in the crash log instead of being printed with their message."""

    def __init__(self, note: Callable[[BaseException], None]) -> None:
        self._note = note
        self._before = (sys.excepthook, threading.excepthook)

    def __enter__(self) -> QuietHooks:
        self._before = (sys.excepthook, threading.excepthook)
        sys.excepthook = self._top
        threading.excepthook = self._thread
        return self

    def __exit__(self, *_: object) -> None:
        sys.excepthook, threading.excepthook = self._before

    def _top(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        del kind, trace
        self._note(error)

    def _thread(self, hook: threading.ExceptHookArgs) -> None:
        if hook.exc_value is not None and hook.exc_type is not SystemExit:
            self._note(hook.exc_value)
