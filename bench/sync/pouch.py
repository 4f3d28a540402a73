"""The peer: PouchDB against express-pouchdb, installed by npm into build/bench."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.terminal.desk_process import ROOT, Process, free_port

SCRIPTS = Path(__file__).with_name("peer")
HOME = ROOT / "build" / "bench" / "peer"
PIECES = ("package.json", "package-lock.json", "server.js", "client.js")


class PeerError(RuntimeError):
    """The peer could not be installed, or one of its scripts failed; the text says how."""


def install() -> str:
    """Install the pinned peer unless it is there; gives its versions for the page of results.

    Raises PeerError when npm fails (no network, no npm).
    """
    HOME.mkdir(parents=True, exist_ok=True)
    stale = not (HOME / "node_modules").is_dir()
    for name in PIECES:
        source = SCRIPTS / name
        if name.endswith(".json"):
            there = HOME / name
            stale = stale or not there.exists() or there.read_bytes() != source.read_bytes()
        shutil.copy(source, HOME / name)
    if stale:
        done = subprocess.run(
            ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"],
            cwd=HOME,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise PeerError(f"npm ci failed:\n{done.stderr}")
    pinned = json.loads((HOME / "package.json").read_text())["dependencies"]
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
    both = ", ".join(f"{name} {pinned[name]}" for name in ("pouchdb", "express-pouchdb"))
    return f"{both}, node {node.stdout.strip()}"


class PeerServer:
    """express-pouchdb on a port of its own; ``adapter`` is memory or leveldb, in ``folder``."""

    def __init__(self, folder: Path, adapter: str = "memory") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        command = ["node", str(HOME / "server.js"), str(self.port), adapter, str(folder)]
        self._process = Process(command, folder / "server.log", None, folder)
        self._process.wait_ready("ready", self.port)

    def __enter__(self) -> PeerServer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill9()


class PeerClient:
    """A PouchDB with a database in memory; see peer/client.js for what it does."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            ["node", str(HOME / "client.js")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def do(self, order: str, **more: Any) -> dict[str, Any]:
        """Have an order carried out; gives the answer. Raises PeerError."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps({"order": order, **more}, default=str) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        answer = json.loads(line) if line else {"error": "the client has ended"}
        if "error" in answer:
            raise PeerError(answer["error"])
        return answer

    def __enter__(self) -> PeerClient:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()
