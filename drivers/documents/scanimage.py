"""Scans through SANE's ``scanimage``, run as a program of its own so that a hang or a crash of a
scanner's driver stays outside.

Both glass and feeder are scanned in its batch mode: there it writes each page under another name
(``.part``), renames it when it is whole, and only then prints its name. Facts of version 1.1 to
1.4: progress comes on stderr, ended by CR; the exit code is the number of SANE's status, but an
empty feeder ends a batch with 0, and a unit that cannot be opened always ends with 1.
"""

from __future__ import annotations

import os
import queue
import re
import signal
import subprocess
import threading
from collections.abc import Generator, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from drivers.documents import endings
from drivers.documents.job import (
    Progress,
    RawPage,
    ScanTrouble,
    ScanWish,
    is_whole,
    next_number,
    page_name,
    page_number,
    sweep,
    sync_page,
)
from drivers.documents.sane_options import Options, arguments, read_options, source
from drivers.documents.waiting import accounted, each_told

PATIENCE = 90.0
"""Seconds without a sign of life before a scan is given up; old lamps need up to a minute."""

OPTIONS_PATIENCE = 30.0
"""Seconds in which a unit must tell its settings."""

FIND_PATIENCE = 30.0
"""Seconds for the search; network units answer within about five."""

MOST_PAGES = 300
"""Pages of one batch. Some feeders never say that they are empty."""

_STEPS_TO_END = ((signal.SIGINT, 4.0), (signal.SIGTERM, 2.0), (signal.SIGKILL, 2.0))
"""SIGINT lets the backend park its lamp and throw the sheet out. Then seconds to wait."""

_KEPT_LINES = 40
_NAME = re.compile(r"halaman-\d+\.png")
_PAGE = re.compile(r"Scanning page (\d+)")
_PROGRESS = re.compile(r"Progress: (\d+)")
_ENDED = re.compile(r"Batch terminated, \d+ pages? scanned")
_COMPLAINT = re.compile(r"sane_(?:start|read): (.*)")
_UNOPENED = re.compile(r"open of device .* failed: (.*)")
_STATUSES = {
    "Operation not supported": 1,
    "Operation was canceled": 2,
    "Operation was cancelled": 2,
    "Device busy": 3,
    "Invalid argument": 4,
    "End of file reached": 5,
    "Document feeder jammed": 6,
    "Document feeder out of documents": 7,
    "Scanner cover is open": 8,
    "Error during device I/O": 9,
    "Out of memory": 10,
    "Access to resource has been denied": 11,
}
"""SANE's standard 1.06, 4.2.7, in the words of sane_strstatus."""


@dataclass(frozen=True, slots=True)
class Found:
    """A unit that SANE knows: its SANE name and what to call it."""

    name: str
    label: str


@dataclass(slots=True)
class _Under:
    """Where the batch stands: the page under way and the last of which something came."""

    page: int
    begun: int = 0


def find(patience: float = FIND_PATIENCE) -> list[Found]:
    """The scanners that SANE finds; cameras are left out.

    :raises ScanTrouble: ``scanimage`` is missing or does not end in time.
    """
    _, output, _ = _asked(["-f", "%d\t%v %m%n"], patience, threading.Event())
    pairs = [line.split("\t", 1) for line in output if "\t" in line]
    return [
        Found(name, label.replace("_", " ").strip())
        for name, label in pairs
        if name and not name.startswith("v4l:")
    ]


class Scanimage:
    """A scanner by its SANE name, such as ``genesys:libusb:001:004``."""

    def __init__(self, device: str, label: str = "", *, patience: float = PATIENCE) -> None:
        self.device = device
        self._label = label or device
        self._patience = patience
        self._options: dict[bool, Options] = {}

    @property
    def name(self) -> str:
        """What the officer calls it."""
        return self._label

    def options(self, *, feeder: bool, stop: threading.Event | None = None) -> Options:
        """The unit's settings with its feeder or its glass chosen, asked of it once.

        :raises ScanTrouble: it cannot be opened, it has no feeder, or ``stop`` was set.
        """
        if feeder not in self._options:
            halt = stop or threading.Event()
            options = self._asked_options([], halt)
            inlet = source(options, feeder=feeder)
            if feeder and inlet is None:
                raise endings.feederless()
            if inlet is not None and inlet != options["source"].now:
                options = self._asked_options([f"--source={inlet}"], halt)
            self._options[feeder] = options
        return self._options[feeder]

    def _asked_options(self, told: list[str], stop: threading.Event) -> Options:
        patience = min(OPTIONS_PATIENCE, self._patience)
        code, output, errors = _asked(["-d", self.device, *told, "-A"], patience, stop)
        if code != 0:
            raise self._named(code, errors, 1)
        return read_options(output)

    def scan(
        self, wish: ScanWish, folder: Path, progress: Progress, stop: threading.Event
    ) -> Iterator[RawPage]:
        """As :meth:`drivers.documents.job.Source.scan` says."""
        return accounted(self._batch(wish, folder, progress, stop), folder, stop)

    def _batch(
        self, wish: ScanWish, folder: Path, progress: Progress, stop: threading.Event
    ) -> Generator[RawPage, None, None]:
        options = self.options(feeder=wish.feeder, stop=stop)
        told, resolution = arguments(options, wish)
        first = next_number(folder)
        command = [
            *("scanimage", "-d", self.device, "--format=png", "--progress", "--batch-print"),
            f"--batch={page_name(0, 'png').replace('000', '%03d')}",
            f"--batch-start={first}",
            f"--batch-count={MOST_PAGES if wish.feeder else 1}",
            *told,
        ]
        process = _started(command, folder)
        given = 0
        try:
            under = _Under(first)
            errors: list[str] = []
            for line, _ in each_told(_told(process), stop, self._patience):
                if _ENDED.fullmatch(line):
                    break
                if not _NAME.fullmatch(line):
                    _watch(line, under, errors, progress)
                    continue
                path = folder / line
                if page_number(path.name) != first + given or not is_whole(path):
                    raise endings.torn(first + given)
                sync_page(path)
                given += 1
                yield RawPage(first + given - 1, path, resolution)
            code = _code(process, errors)
            if code not in ((0, 7) if given else (0,)):
                raise self._named(code, errors, first + given, folder)
            if under.begun >= first + given:
                raise endings.torn(under.begun)
            if given == 0:
                raise endings.empty()
        finally:
            _end(process)
            sweep(folder, first + given)

    def _named(
        self, code: int, errors: list[str], page: int, folder: Path | None = None
    ) -> ScanTrouble:
        """What exit code ``code`` and the last lines on stderr mean."""
        if folder is not None and _cannot_write(code, errors):
            return endings.unsaved(folder)
        if any("no SANE devices found" in line for line in errors):
            return endings.gone(self.name)
        unopened = next((match[1] for line in errors if (match := _UNOPENED.search(line))), None)
        if unopened is not None:
            code = _STATUSES.get(unopened, 1)
            if code in (1, 4, 9):
                return endings.gone(self.name)
        return _by_status(code, page)


def _by_status(code: int, page: int) -> ScanTrouble:
    if code < 0 or code > 128:
        return endings.crashed(-code if code < 0 else code - 128)
    named = {
        1: endings.unsuited,
        2: endings.cancelled,
        3: endings.busy,
        4: endings.unsuited,
        5: lambda: endings.torn(page),
        6: lambda: endings.jammed(page),
        7: endings.empty,
        8: endings.cover_open,
        9: lambda: endings.cut_off(page),
        10: endings.out_of_memory,
        11: endings.refused,
    }.get(code)
    return named() if named else endings.odd(code)


def _cannot_write(code: int, errors: list[str]) -> bool:
    """Whether the disk failed, not the unit. Without space libpng ends the program by SIGABRT."""
    if any(line.startswith("cannot open ") or "Write Error" in line for line in errors):
        return True
    return code == 5 and any("o space left" in line for line in errors)


def _watch(line: str, under: _Under, errors: list[str], progress: Progress) -> None:
    """Takes a line: progress goes to the screen, the rest is kept for the ending."""
    if match := _PROGRESS.match(line):
        under.begun = under.page
        progress(under.page, min(100, int(match[1])))
        return
    if match := _PAGE.match(line):
        under.page = int(match[1])
        progress(under.page, 0)
    errors.append(line)
    del errors[:-_KEPT_LINES]


def _started(command: list[str], folder: Path | None) -> subprocess.Popen[bytes]:
    """Starts scanimage. A batch, which has a folder, tells all by one pipe, in its own order."""
    try:
        # A session of its own: a key on the kiosk's terminal sends it no signal.
        return subprocess.Popen(
            command,
            cwd=folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if folder is None else subprocess.STDOUT,
            start_new_session=True,
        )
    except FileNotFoundError:
        if folder is not None and not folder.is_dir():
            raise
        raise endings.not_installed() from None


def _environment() -> Mapping[str, str]:
    return {**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": ""}


def _asked(
    options: list[str], patience: float, stop: threading.Event
) -> tuple[int, list[str], list[str]]:
    """Runs a short scanimage: its exit code, what it printed, what it complained of."""
    process = _started(["scanimage", *options], None)
    output: list[str] = []
    errors: list[str] = []
    try:
        for line, is_output in each_told(_told(process), stop, patience):
            (output if is_output else errors).append(line)
        return _code(process, None), output, errors
    finally:
        _end(process)


def _told(process: subprocess.Popen[bytes]) -> queue.SimpleQueue[tuple[str, bool] | None]:
    """A queue of (line, whether it came on stdout), ended by None when the pipes are closed.

    The pipes are read by threads. They end with the program, or are left behind with it if even
    SIGKILL cannot end it, so they are daemons.
    """
    told: queue.SimpleQueue[tuple[str, bool] | None] = queue.SimpleQueue()
    before: threading.Thread | None = None

    def read(pipe: IO[bytes], is_output: bool, before: threading.Thread | None) -> None:
        _read(pipe, told, is_output)
        if before is not None:
            before.join()
        if pipe is last:
            told.put(None)

    pipes = [pipe for pipe in (process.stdout, process.stderr) if pipe is not None]
    last = pipes[-1]
    for pipe in pipes:
        is_output = pipe is process.stdout
        before = threading.Thread(target=read, args=(pipe, is_output, before), daemon=True)
        before.start()
    return told


def _read(
    pipe: IO[bytes], told: queue.SimpleQueue[tuple[str, bool] | None], is_output: bool
) -> None:
    rest = b""
    # Closed only here, where it is read: a number freed elsewhere may be another file already.
    with suppress(OSError), pipe:
        while chunk := os.read(pipe.fileno(), 4096):
            *lines, rest = re.split(rb"[\r\n]", rest + chunk)
            for line in lines:
                if line:
                    told.put((line.decode(errors="replace"), is_output))
            rest = rest[-4096:]


def _code(process: subprocess.Popen[bytes], errors: list[str] | None) -> int:
    """The exit code of a program that said its last word.

    One that stays all the same is ended. Some backends hang while they close (SANE's own test
    backend does, once in forty, when it has been cancelled): what a batch complained of in
    ``errors`` then tells the code it would have left with.

    :raises ScanTrouble: it stays, and there was no batch.
    """
    seconds = _STEPS_TO_END[0][1]
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        if errors is None:
            raise endings.stalled(seconds) from None
    said = [match[1] for line in errors if (match := _COMPLAINT.search(line))]
    return _STATUSES.get(said[-1], 1) if said else 0


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the program if it still runs, in steps; one that hangs in the kernel is left there."""
    for step, seconds in _STEPS_TO_END:
        if process.poll() is not None:
            break
        with suppress(ProcessLookupError):
            if step == signal.SIGKILL:
                os.killpg(process.pid, step)
            else:
                process.send_signal(step)
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
