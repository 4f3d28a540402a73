"""What stays on the terminal and on the disk when the program ends, on a real pseudo-terminal."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

NIK = "1471010101010001"

PROGRAM = """
import asyncio, sys
from pathlib import Path
from kiosk.shell.base_app import ShellApp, run_app
from kiosk.shell.base_screen import ShellScreen

class App(ShellApp):
    def on_mount(self):
        self.push_screen(ShellScreen("Siti 1471010101010001", "siap"))
        self.set_timer(0.1, self.end)
    async def end(self):
        nik, way = "1471010101010001", sys.argv[1]
        if way == "callback":
            raise KeyError(nik)
        if way == "worker":
            self.run_worker(self.fail(nik))
        if way == "desk":
            await self.ask(int, "NIK " + nik)
        if way == "exit":
            self.exit(0)
        if way == "wait":
            print("", file=sys.__stderr__, flush=True)
    async def fail(self, nik):
        try:
            {}[nik]
        except KeyError as error:
            raise ValueError(nik) from error

sys.exit(run_app(App(), Path(sys.argv[2])))
"""


def run(tmp_path: Path, way: str, stop: int = 0) -> tuple[int, str]:
    """The exit code and everything that was written to the terminal."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 25, 80, 0, 0))
    root = str(Path(__file__).parents[2])
    process = subprocess.Popen(
        [sys.executable, str(program), way, str(tmp_path / "log")],
        stdin=slave, stdout=slave, stderr=slave,
        env={**os.environ, "TERM": "linux", "PYTHONPATH": root},
    )  # fmt: skip
    os.close(slave)
    written = b""
    with contextlib.suppress(OSError):  # EIO: the program has ended
        while data := os.read(master, 65536):
            written += data
            if stop and b"siap" in written:
                process.send_signal(stop)
                stop = 0
    os.close(master)
    return process.wait(timeout=20), written.decode(errors="replace")


def left_on_screen(written: str) -> str:
    """What can still be read after the last wipe, without escape sequences."""
    assert "\x1b[2J\x1b[H\x1b[3J" in written
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", written.rpartition("\x1b[3J")[2]).strip()


@pytest.mark.parametrize(
    ("way", "kinds"),
    [("callback", ["KeyError"]), ("worker", ["ValueError", "KeyError"]), ("desk", ["ValueError"])],
)
def test_a_crash_shows_one_plain_line_and_logs_no_value(tmp_path, way, kinds):
    code, written = run(tmp_path, way)
    assert code == 1
    left = left_on_screen(written)
    assert "Program berhenti karena kesalahan" in left
    assert "Traceback" not in written
    assert NIK not in left
    log = (tmp_path / "log" / "crash.log").read_text()
    assert NIK not in log
    for kind in kinds:
        assert f"builtins.{kind}" in log
    assert re.search(r"program\.py:\d+ (end|fail)", log)


@pytest.mark.parametrize(("way", "stop"), [("exit", 0), ("wait", signal.SIGTERM)])
def test_an_ordinary_end_leaves_nothing(tmp_path, way, stop):
    code, written = run(tmp_path, way, stop)
    assert code == 0
    assert "Siti" in written
    assert left_on_screen(written) == ""
    assert not (tmp_path / "log").exists()
