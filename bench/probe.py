"""A program on a pseudo-terminal of 80x25 (TERM=linux), watched as its user meets it.

Nothing answers the program's terminal queries, as on the Linux console. While output flows it is
only noted down with its time; the screen is worked out afterwards, so that the watching costs the
program no time.
"""

from __future__ import annotations

import contextlib
import os
import pty
import re
import select
import signal
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import pyte

from tests.terminal.desk_process import ROOT, plain_environment

COLUMNS, ROWS = 80, 25
QUIET = 0.3
"""Seconds of silence after which a program has settled."""

KEY_QUIET = 0.04
"""Seconds of silence after which a key has been answered in full."""

HAND = 0.12
"""Seconds from key to key of a practised hand."""

_CPU_OF_PROCESS = 2
"""The kernel's number of the clock that counts a process's CPU time (CPUCLOCK_SCHED)."""

# pyte 0.8 takes 'CSI > ...', 'CSI = ...', 'CSI < ...' and 'CSI ... $ p' for text; none draws.
_UNDRAWN = re.compile(rb"\x1b\[[<>=][0-9;]*[a-zA-Z]|\x1b\[\??[0-9;]*\$p")
_UNFINISHED = re.compile(rb"\x1b(\[[<>=?]?[0-9;]*\$?)?\Z")


class NoAnswer(RuntimeError):
    """The program ended or did not show what was waited for; the text holds its screen."""


@dataclass(frozen=True, slots=True)
class Start:
    """A start: ms until painted, CPU ms and RSS MiB of the process tree once it settled."""

    paint: float
    cpu: float
    rss: float


class Probe:
    """A running program. Use it as a context manager: its end kills the program."""

    def __init__(
        self, command: Sequence[str], env: Mapping[str, str] | None = None, cwd: Path = ROOT
    ) -> None:
        self._command = list(command)
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)
        self._rest = b""
        environment = plain_environment(env)
        self._began = time.perf_counter()
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            _become(self._command, environment, cwd)

    def __enter__(self) -> Probe:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        os.close(self._terminal)
        os.waitpid(self.pid, 0)

    def until(self, pattern: str, timeout: float = 60) -> float:
        """Read until the screen shows a pattern and settles.

        Gives the ms from the program's start to the bytes that completed the pattern, 0 if it
        stood there before. Raises NoAnswer.
        """
        deadline = time.perf_counter() + timeout
        wanted = re.compile(pattern)
        shown = self._began if wanted.search(self.screen()) else None
        while True:
            end = deadline if shown is None else time.perf_counter() + QUIET
            chunks, ended = self._burst(QUIET, end)
            for moment, data in chunks:
                self._draw(data)
                if shown is None and wanted.search(self.screen()):
                    shown = moment
            if shown is not None:
                return (shown - self._began) * 1000
            if ended or time.perf_counter() > deadline:
                what = "ended without" if ended else "does not show"
                raise NoAnswer(f"{' '.join(self._command)} {what} {pattern!r}:\n{self.screen()}")

    def press(self, data: bytes, timeout: float = 3) -> float:
        """Press a key; ms to the last byte of the answer. Raises NoAnswer if none comes.

        Returns when a hand would press the next one: keys that come faster are a scanner's.
        """
        sent = time.perf_counter()
        os.write(self._terminal, data)
        chunks, _ = self._burst(KEY_QUIET, sent + timeout)
        rest, _ = self._burst(HAND, sent + HAND)
        for _, answer in chunks + rest:
            self._draw(answer)
        if not chunks:
            raise NoAnswer(f"{' '.join(self._command)} is silent at {data!r}:\n{self.screen()}")
        return (chunks[-1][0] - sent) * 1000

    def send(self, data: bytes) -> None:
        """Press keys without waiting for the answer."""
        os.write(self._terminal, data)

    def screen(self) -> str:
        """The screen as drawn so far."""
        return "\n".join(self._screen.display)

    def cpu(self) -> float:
        """CPU ms that the live processes of the tree have used."""
        return sum(_cpu_ms(pid) for pid in _tree(self.pid))

    def rss(self) -> float:
        """Resident MiB of the process tree."""
        return sum(_rss_mib(pid) for pid in _tree(self.pid))

    def _burst(self, quiet: float, deadline: float) -> tuple[list[tuple[float, bytes]], bool]:
        """What comes until ``quiet`` s of silence after it, each with its time; True: it ended."""
        chunks: list[tuple[float, bytes]] = []
        while (now := time.perf_counter()) < deadline:
            wait = min(quiet, deadline - now) if chunks else deadline - now
            ready, _, _ = select.select([self._terminal], [], [], wait)
            if not ready:
                break
            try:
                data = os.read(self._terminal, 65536)
            except OSError:  # EIO: nobody holds the other end any more
                return chunks, True
            chunks.append((time.perf_counter(), data))
        return chunks, False

    def _draw(self, data: bytes) -> None:
        data = self._rest + data
        cut = _UNFINISHED.search(data)
        self._rest = cut.group() if cut else b""
        self._stream.feed(_UNDRAWN.sub(b"", data[: len(data) - len(self._rest)]))


def measure_start(command: Sequence[str], until: str) -> Start:
    """Start a command, wait until it shows a pattern and settles, end it."""
    with Probe(command) as probe:
        paint = probe.until(until)
        return Start(paint, probe.cpu(), probe.rss())


def _become(command: list[str], environment: dict[str, str], cwd: Path) -> None:
    """Turn the forked child into the program; never returns."""
    try:
        termios.tcsetwinsize(0, (ROWS, COLUMNS))
        os.chdir(cwd)
        os.execvpe(command[0], command, environment)
    except OSError as error:
        os.write(2, f"{command[0]}: {error}\n".encode())
    os._exit(127)


def _tree(pid: int) -> list[int]:
    """The process and all its descendants."""
    found = [pid]
    for parent in found:
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{parent}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
    return found


def _cpu_ms(pid: int) -> float:
    with contextlib.suppress(OSError):
        return time.clock_gettime((~pid << 3) | _CPU_OF_PROCESS) * 1000
    return 0.0


def _rss_mib(pid: int) -> float:
    with contextlib.suppress(OSError):
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        return int(rollup.partition("Rss:")[2].split()[0]) / 1024
    return 0.0
