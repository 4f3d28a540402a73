"""Run a program that has no screen, such as central: start, wait until ready, stop, kill."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE = 20.0
"""Seconds a wait lasts unless told otherwise: long, for a busy machine; waits end at once."""

Wanted = str | re.Pattern[str]
"""What a wait looks for: a str is meant literally, a compiled pattern is searched."""


class NotSeen(AssertionError):
    """What was waited for did not come; the message shows what was there instead."""


def kiosk(*arguments: str) -> list[str]:
    """The command line of this checkout's ``kiosk`` with the given arguments."""
    return [sys.executable, "-m", "kiosk", *arguments]


def plain_environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a program needs of this environment, as on a console, and ``more`` over it."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in {"PATH", "HOME", "USER", "TMPDIR"} or name.startswith("PYTHON")
    }
    return kept | {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TERM": "linux"} | dict(more or {})


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nothing listens on at this moment."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def found(wanted: Wanted, text: str) -> bool:
    """Whether the text holds what is wanted."""
    return wanted in text if isinstance(wanted, str) else wanted.search(text) is not None


def poll(answer: Callable[[], bool], timeout: float, every: float = 0.05) -> bool:
    """Ask every 50 ms until the answer is yes (True) or ``timeout`` seconds are over (False)."""
    deadline = time.monotonic() + timeout
    while not answer():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True


class Process:
    """A program in its own process group; its stdout and stderr are kept in one file."""

    def __init__(
        self, command: Sequence[str], log: Path, env: Mapping[str, str] | None, cwd: Path | None
    ) -> None:
        self._command = list(command)
        self._log = log
        self._env = plain_environment(env)
        self._cwd = cwd or ROOT
        self._port = 0
        self._ready: Wanted = ""
        self._began = 0
        self._popen = self._open()

    def _open(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as out:
            self._began = out.tell()
            return subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=self._env,
                cwd=self._cwd,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def alive(self) -> bool:
        return self._popen.poll() is None

    def output(self) -> str:
        """What it has written since its last start."""
        return self._log.read_bytes()[self._began :].decode(errors="replace")

    def wait_ready(self, ready: Wanted = "", port: int = 0, timeout: float = PATIENCE) -> None:
        """Wait until its output holds ``ready`` and 127.0.0.1:``port`` accepts (0: not asked).

        ``restart`` waits for the same again. Raises NotSeen, with its output, when the time is
        over or the program has ended.
        """
        self._ready, self._port = ready, port

        def answer() -> bool:
            if not self.alive:
                return True
            return found(ready, self.output()) and (not port or _listens(port))

        if not poll(answer, timeout) or not self.alive:
            state = "is not ready" if self.alive else f"ended with {self._popen.returncode}"
            raise NotSeen(f"{' '.join(self._command)} {state}; it wrote:\n{self.output()}")

    def wait_for(self, wanted: Wanted, timeout: float = PATIENCE) -> str:
        """Wait for a text in its output; gives the output. Raises NotSeen."""
        if not poll(lambda: found(wanted, self.output()) or not self.alive, timeout) or not found(
            wanted, self.output()
        ):
            raise NotSeen(f"{wanted!r} did not come; it wrote:\n{self.output()}")
        return self.output()

    def kill9(self) -> None:
        """SIGKILL to the whole process group, as a power cut; returns when it is gone."""
        self._signal(signal.SIGKILL)
        self._popen.wait()

    def stop(self, timeout: float = PATIENCE) -> int:
        """SIGTERM, SIGKILL after ``timeout`` seconds; the exit code (-signal if killed)."""
        self._signal(signal.SIGTERM)
        if not poll(lambda: not self.alive, timeout):
            self.kill9()
        return self._popen.wait()

    def restart(self) -> None:
        """Start the same command again (killed first if alive) and wait as at the first start."""
        self.kill9()
        self._popen = self._open()
        self.wait_ready(self._ready, self._port)

    def exit_code(self, timeout: float = PATIENCE) -> int:
        """Wait for its end; -signal if a signal ended it. Raises NotSeen."""
        if not poll(lambda: not self.alive, timeout):
            raise NotSeen(f"{' '.join(self._command)} still runs; it wrote:\n{self.output()}")
        return self._popen.wait()

    def _signal(self, number: signal.Signals) -> None:
        if self.alive:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._popen.pid, number)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
