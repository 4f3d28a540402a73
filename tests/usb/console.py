"""The guest's first virtual console: a program in front of it, and what stands on its screen.

Sources: vcs(4) for the screen's memory, ioctl_tty(2) for the controlling terminal.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import re
import signal
import subprocess
import termios
import time
from pathlib import Path

from tests.usb.accounts import ROOT, start_as
from tests.usb.waiting import until

TERMINAL, CHARACTERS, ATTRIBUTES = Path("/dev/tty1"), Path("/dev/vcsu1"), Path("/dev/vcsa1")
PATIENCE = 120.0
"""Seconds: Python takes its time in the guest."""

Wanted = str | re.Pattern[str]


class Console:
    """One program of ``user`` on /dev/tty1, as after a login there."""

    def __init__(self, user: str, *arguments: str) -> None:
        TERMINAL.write_text("\x1b[2J\x1b[H")
        os.chown(TERMINAL, pwd.getpwnam(user).pw_uid, -1)
        terminal = os.open(TERMINAL, os.O_RDWR | os.O_NOCTTY)
        try:
            # Scans that came while nobody read here are not for this program.
            termios.tcflush(terminal, termios.TCIFLUSH)
            self._process = start_as(
                user,
                *arguments,
                stdin=terminal,
                stdout=terminal,
                stderr=terminal,
                start_new_session=True,
                preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 1),
            )
        finally:
            os.close(terminal)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def lines(self) -> list[str]:
        """What stands on the screen now."""
        rows, columns = ATTRIBUTES.read_bytes()[:2]
        text = CHARACTERS.read_bytes().decode("utf-32-le", "replace")
        return [text[row * columns : (row + 1) * columns].rstrip() for row in range(rows)]

    def text(self) -> str:
        return "\n".join(self.lines())

    def see(self, wanted: Wanted, seconds: float = PATIENCE) -> str:
        """Waits until the screen shows it; the screen."""
        end = time.monotonic() + seconds
        while True:
            screen = self.text()
            flat = re.sub(r"[\s│]+", " ", screen)
            if isinstance(wanted, re.Pattern):
                if wanted.search(screen):
                    return screen
            elif wanted in screen or wanted in flat:
                return screen
            if time.monotonic() > end or not self.alive:
                state = "runs" if self.alive else f"ended with {self._process.returncode}"
                raise AssertionError(f"{wanted!r} is not on the screen ({state})\n{screen}")
            time.sleep(0.1)

    def end(self) -> int:
        """SIGTERM, as init does; SIGKILL after 20 s. The exit code."""
        if self.alive:
            self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            return self._process.wait(10)

    def ended(self) -> int:
        """Waits for it to end by itself."""
        until(lambda: not self.alive, PATIENCE, "the program ends")
        return self._process.returncode


KEY_TELLER = str(ROOT / "tests/terminal/key_teller.py")
