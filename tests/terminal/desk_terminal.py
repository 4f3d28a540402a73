"""Drive the real program as an officer does: a console of 80x25, keys, a scanner, a power cut.

A ``Terminal`` runs a command in a private tmux server that behaves like a Linux console:
TERM=linux, the key codes of terminfo ``linux``, no alternate screen (so that what a program
leaves behind on the screen is seen). The ``terminals`` fixture starts Terminals and Processes
and leaves nothing running, whatever happened in the test::

    from tests.terminal.desk_terminal import Terminals, kiosk

    def test_power_cut(terminals: Terminals, tmp_path: Path) -> None:
        central = terminals.process(kiosk("central", "--port", str(port)), port=port)
        desk = terminals.start(kiosk("--data", str(tmp_path)))
        desk.wait_for("PIN")
        desk.type("1234")
        desk.keys("Enter", "F2")
        desk.wait_for(re.compile(r"Nama +bayi"))
        desk.scan("RSA1-261121-0001-K")
        desk.kill9()
        desk.restart()

A directory's conftest.py makes the fixture known: ``from tests.terminal.desk_terminal import
terminals``.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from tests.terminal.console_keys import ESCAPE, STX, code
from tests.terminal.desk_process import (
    PATIENCE,
    ROOT,
    NotSeen,
    Process,
    Wanted,
    found,
    free_port,
    kiosk,
    plain_environment,
    poll,
)

__all__ = ["NotSeen", "Process", "Terminal", "Terminals", "free_port", "kiosk", "terminals"]

COLUMNS, ROWS = 80, 25
HAND = 0.04
"""Seconds between the keys of a fast hand; a scanner's are 10 ms apart at most."""

REST = 0.12
"""Seconds of quiet after typed text, which with an Enter close behind it would be a scan, and
after Esc, behind which a program waits 100 ms for the rest of a key's code."""

LIFE = "#{pane_dead},#{pane_dead_status},#{pane_dead_signal}"

SEND_AT_ONCE = 1500
"""Bytes a send-keys command takes: a tmux message holds 16 KiB."""

CONSOLE = f"""
set -s escape-time 0
set -g default-terminal linux
set -g default-size {COLUMNS}x{ROWS}
set -g status off
set -g history-limit 0
set -wg alternate-screen off
set -wg remain-on-exit on
set -wg remain-on-exit-format ''
"""


class Tmux:
    """A private tmux server on a socket of its own; a child of this process."""

    def __init__(self) -> None:
        if shutil.which("tmux") is None:
            raise RuntimeError("tmux 3.3 or later is needed: apt-get install tmux")
        self._folder = Path(tempfile.mkdtemp(prefix="desk-tmux-"))
        settings = self._folder / "console.conf"
        settings.write_text(CONSOLE)
        self._tmux = ["tmux", "-u", "-f", str(settings), "-S", str(self._folder / "socket")]
        # -D keeps the server in the foreground, and alive without a session.
        self._server = subprocess.Popen(
            [*self._tmux, "-D"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        if not poll(self._answers, PATIENCE, every=0.005):
            self.close()
            raise RuntimeError("the tmux server did not start (version 3.3 or later is needed)")

    def __call__(self, *arguments: str) -> str:
        """Run one tmux command; its output. Raises CalledProcessError."""
        done = subprocess.run(
            [*self._tmux, "-N", *arguments], capture_output=True, timeout=PATIENCE, check=True
        )
        return done.stdout.decode()

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as one:
            return one.connect_ex(str(self._folder / "socket")) == 0

    def reap(self) -> None:
        """Have the server look for ended programs: it may have missed one that ended at once.

        While tmux starts a pane libutempter listens for SIGCHLD in its stead (tmux issue 311).
        """
        self._server.send_signal(signal.SIGCHLD)

    def close(self) -> None:
        """End the server and with it whatever still runs in its panes."""
        self._server.terminate()
        try:
            self._server.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


class Terminal:
    """One program on one console of 80x25. Made by ``Terminals.start``."""

    def __init__(
        self, tmux: Tmux, command: Sequence[str], env: Mapping[str, str] | None, cwd: Path | None
    ) -> None:
        self._tmux = tmux
        self._command = list(command)
        clean = [f"{name}={value}" for name, value in plain_environment(env).items()]
        # env -i also takes away the variables by which a program would know tmux; it becomes the
        # command itself, so that the pane's process is the program's.
        self._pane = tmux(
            *("new-session", "-d", "-P", "-F", "#{pane_id}"),
            *("-x", str(COLUMNS), "-y", str(ROWS), "-c", str(cwd or ROOT)),
            *("--", "env", "-i", *clean, *command),
        ).strip()

    # What is sent

    def send(self, data: bytes) -> None:
        """Put raw bytes into the keyboard, as fast as the machine takes them."""
        for start in range(0, len(data), SEND_AT_ONCE):
            codes = [f"{byte:02x}" for byte in data[start : start + SEND_AT_ONCE]]
            self._tmux("send-keys", "-t", self._pane, "-H", *codes)

    def keys(self, *names: str, gap: float = HAND) -> None:
        """Press keys by name: "F2", "Enter", "Escape", "PageDown", "C-s", "a" (console_keys)."""
        for one in map(code, names):
            self.send(one)
            time.sleep(max(gap, REST) if one == ESCAPE else gap)

    def type(self, text: str, gap: float = HAND) -> None:
        """Type text, every character meant literally, ``gap`` seconds apart; then rest.

        Keys that follow each other within a few milliseconds may be taken for a scanner's.
        """
        for character in text:
            self.send(character.encode())
            time.sleep(gap)
        time.sleep(REST)

    def scan(self, text: str, prefix: str = STX, suffix: str = "\r") -> None:
        """A barcode scanner at work: prefix, text and suffix in one burst."""
        self.send((prefix + text + suffix).encode())

    # What is seen

    def screen(self) -> list[str]:
        """The 25 lines as they stand, blanks at their ends cut off."""
        return self._look()[0]

    def cursor(self) -> tuple[int, int]:
        """Column and row of the cursor, from 0."""
        column, row = self._ask("#{cursor_x} #{cursor_y}").split()
        return int(column), int(row)

    def wait_for(self, wanted: Wanted, timeout: float = PATIENCE) -> list[str]:
        """Wait until the screen shows a text (a str literally, or a compiled pattern).

        A pattern sees the lines joined by newlines. Gives the screen. Raises NotSeen, with the
        whole last screen, after ``timeout`` seconds or as soon as the program has ended.
        """
        return self._wait(wanted, True, timeout)

    def wait_gone(self, wanted: Wanted, timeout: float = PATIENCE) -> list[str]:
        """Wait until the screen no longer shows a text; gives the screen. Raises NotSeen."""
        return self._wait(wanted, False, timeout)

    def _wait(self, wanted: Wanted, present: bool, timeout: float) -> list[str]:
        lines: list[str] = []

        def answer() -> bool:
            nonlocal lines
            lines, ended = self._look()
            return ended is not None or found(wanted, "\n".join(lines)) is present

        poll(answer, timeout)
        if found(wanted, "\n".join(lines)) is not present:
            raise NotSeen(
                f"{wanted!r} {'is not' if present else 'is still'} on the screen\n{self.picture()}"
            )
        return lines

    def picture(self) -> str:
        """The screen in a frame, with the command and how it stands: for messages."""
        lines, ended = self._look()
        state = "runs" if ended is None else f"ended with {ended}"
        edge = "+" + "-" * COLUMNS + "+"
        rows = [f"|{line:{COLUMNS}}|" for line in lines]
        return "\n".join([f"{' '.join(self._command)} ({state})", edge, *rows, edge])

    # How it lives

    @property
    def pid(self) -> int:
        """The program's process id, which is also its process group."""
        return int(self._ask("#{pane_pid}"))

    @property
    def alive(self) -> bool:
        return self._ended_with(self._ask(LIFE)) is None

    def kill9(self) -> None:
        """SIGKILL to the program's process group, as a power cut; the screen stays."""
        if self.alive:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
        self.exit_code()

    def restart(self) -> None:
        """Run the same command again on a clear screen; it is killed first if it runs."""
        self.kill9()
        self._tmux("respawn-pane", "-t", self._pane)

    def exit_code(self, timeout: float = PATIENCE) -> int:
        """Wait for the program's end; -signal if a signal ended it. Raises NotSeen."""
        ended: int | None = None

        def answer() -> bool:
            nonlocal ended
            ended = self._ended_with(self._ask(LIFE))
            return ended is not None

        if not poll(answer, timeout) or ended is None:
            raise NotSeen(f"the program still runs\n{self.picture()}")
        return ended

    def close(self) -> None:
        """Kill the program and take the console away."""
        self.kill9()
        self._tmux("kill-pane", "-t", self._pane)

    def _ask(self, form: str) -> str:
        return self._tmux("display-message", "-p", "-t", self._pane, form).strip()

    def _look(self) -> tuple[list[str], int | None]:
        """The lines, and the exit code if the program had ended before they were read."""
        life, *lines = self._tmux(
            *("display-message", "-p", "-t", self._pane, LIFE, ";"),
            *("capture-pane", "-p", "-t", self._pane),
        ).split("\n")
        return [line.rstrip() for line in lines[:ROWS]], self._ended_with(life)

    def _ended_with(self, life: str) -> int | None:
        """The exit code in an answer to LIFE, -signal if a signal ended it; None while it runs.

        A pane is dead when its terminal closes, which may be before tmux has the exit code.
        """
        dead, status, killed_by = life.split(",")
        if not (status or killed_by):
            self._tmux.reap()
            return None
        if dead != "1":
            return None
        return -int(killed_by) if killed_by else int(status)


class Terminals:
    """Every console and process of one test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tmux: Tmux | None = None
        self._consoles: list[Terminal] = []
        self._processes: list[Process] = []

    def start(
        self,
        command: Sequence[str],
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> Terminal:
        """A new console that runs ``command`` (in the repository's root unless told)."""
        self._tmux = self._tmux or Tmux()
        console = Terminal(self._tmux, command, env, cwd)
        self._consoles.append(console)
        return console

    def process(
        self,
        command: Sequence[str],
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        *,
        ready: Wanted = "",
        port: int = 0,
        timeout: float = PATIENCE,
    ) -> Process:
        """Start a program without a screen and wait as ``Process.wait_ready`` does."""
        log = self._folder / f"process-{len(self._processes)}.log"
        process = Process(command, log, env, cwd)
        self._processes.append(process)
        process.wait_ready(ready, port, timeout)
        return process

    def close(self) -> None:
        """Kill all of it. What each showed last is printed: pytest shows it if the test failed."""
        for process in self._processes:
            process.kill9()
            print(process.output()[-2000:])
        if self._tmux is None:
            return
        try:
            for console in self._consoles:
                # A console that the test closed itself is no longer there to be asked.
                with contextlib.suppress(subprocess.CalledProcessError):
                    print(console.picture())
                    console.close()
        finally:
            self._tmux.close()


@pytest.fixture
def terminals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminals]:
    """Starts consoles and processes; ends all of them when the test is over."""
    opened = Terminals(tmp_path_factory.mktemp("terminals"))
    try:
        yield opened
    finally:
        opened.close()
