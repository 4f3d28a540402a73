"""Our side: a real central's process, a real kiosk's folder, and the kiosk's own exchange."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

from bench.sync.folder import Office
from config.settings import Settings, load, save
from tests.terminal.desk_process import Process, free_port, kiosk

CODE = "RSU"
SETTINGS = Settings(code=CODE, name="RSIA Ukur", profile="rs", address=f"rs:{CODE}")
OUR_ATTEMPTS = 400
"""After which a push of ours is given up."""
_NOWHERE = "http://127.0.0.1:9"
_READY = re.compile(r"http://\S+:(\d+)")


class Central:
    """``kiosk central`` in ``folder``; ``database`` is a PostgreSQL's URL, empty for SQLite."""

    def __init__(self, folder: Path, database: str = "", workers: int = 1) -> None:
        from sync.central.admit import found

        self.folder, self.database, self.workers = folder, database, workers
        self.public = found(folder, database)
        self.port = free_port()
        self._process: Process | None = None

    def admit(self, code: str, public: bytes) -> None:
        """Let a kiosk in."""
        from sync.central.admit import admit

        address = f"rs:{code}"
        admit(self.folder, code, f"RSIA {code}", address, public, database=self.database)

    def start(self) -> Central:
        """Start its process, and wait until it answers."""
        command = kiosk("central", "--data", str(self.folder), "--port", str(self.port))
        command += ["--database", self.database] if self.database else []
        command += ["--workers", str(self.workers)] if self.workers > 1 else []
        # Not in its own folder: that one's size is measured.
        log = self.folder.with_suffix(".log")
        self._process = Process(command, log, {"PYTHONWARNINGS": "ignore"}, None)
        self._process.wait_ready(_READY, self.port)
        _wait_healthy(self.port)
        return self

    def stored(self) -> int:
        """How many entries it has; the kiosks' and its own."""
        from sync.central.database import Database

        database = Database(self.folder, self.database)
        try:
            with database.read() as db:
                row = db.one("SELECT count(*) FROM entries")
            return int(row[0]) if row else 0
        finally:
            database.close()

    def __enter__(self) -> Central:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None:
            self._process.stop()


def _wait_healthy(port: int, patience: float = 20) -> None:
    """Until a worker answers: several of them listen before the first one works."""
    import httpx

    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False).status_code == 200:
                return
        time.sleep(0.05)
    raise RuntimeError("central does not answer")


def found_kiosk(folder: Path, central: Central, seed: int, days: int = 400) -> Office:
    """A kiosk that ``central`` has admitted and that has not yet met it."""
    settings = replace(SETTINGS, central_url=_NOWHERE, central_key=central.public.hex())
    office = Office.found(folder, settings, seed, days)
    central.admit(CODE, office.desk.front.keys.device().public)
    return office


def point_at(folder: Path, port: int) -> None:
    """Central is to be found at this port of 127.0.0.1."""
    save(folder, replace(load(folder), central_url=f"http://127.0.0.1:{port}"))


@dataclass(frozen=True, slots=True)
class Tried:
    """How a push went: exchanges it took, seconds, and entries that still wait."""

    tries: int
    seconds: float
    waiting: int
    trouble: str


class Pusher:
    """The kiosk's exchange on its folder, as ``kiosk sync`` has it."""

    def __init__(self, folder: Path) -> None:
        from kiosk.desk.desk import Desk
        from kiosk.exchange import Exchange

        self.desk = Desk.open(folder)
        self._exchange = Exchange(self.desk)

    def push(self, attempts: int = 1) -> Tried:
        """Exchange until nothing waits, at once again after each failure."""
        began, tries, trouble = time.perf_counter(), 0, ""
        while tries < attempts:
            tries += 1
            trouble = self._exchange.run().trouble
            if not trouble and not self.waiting:
                break
        return Tried(tries, time.perf_counter() - began, self.waiting, trouble)

    @property
    def waiting(self) -> int:
        """Entries that central has not acknowledged."""
        return self.desk.link.state().waiting

    def close(self) -> None:
        """Let go of connection and folder."""
        self._exchange.close()
        self.desk.close()


@contextmanager
def pushing(folder: Path) -> Generator[Pusher]:
    """A Pusher that is closed in the end."""
    pusher = Pusher(folder)
    try:
        yield pusher
    finally:
        pusher.close()
