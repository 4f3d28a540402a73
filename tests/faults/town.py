"""Central and kiosks as processes of their own, and how kiosks are led to them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from config.settings import load, save
from kiosk.exchange import Exchanged
from sync.push import PushHead, pack_push
from tests.desk.world import ALL, World

ROOT = Path(__file__).parents[2]
SECONDS = 60
KIOSK = (sys.executable, "-m", "kiosk")


def lead(world: World, port: int, *codes: str, **more: str) -> None:
    """These kiosks (all, unless named) look for central at ``port`` from now on."""
    for code in codes or [place.code for place in ALL]:
        world.shut(code)
        url = f"http://127.0.0.1:{port}"
        folder = world.folder(code)
        save(folder, replace(load(folder), **({"central_url": url} | more)))


def until(done: Callable[[], bool], what: str, seconds: float = 20.0) -> None:
    """Wait for a condition; fails by its name."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, f"in vain: {what}"
        time.sleep(0.002)


def meet_until_done(world: World, code: str, most: int = 40) -> list[Exchanged]:
    """Exchange until nothing is in the way; gives all that was tried."""
    tried: list[Exchanged] = []
    for _ in range(most):
        tried.append(world.line(code).run())
        if not tried[-1].trouble:
            return tried
    raise AssertionError(f"never done: {[one.trouble for one in tried[-3:]]}")


class Pusat:
    """``kiosk central`` as a process. It keeps its port when it is started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self._process: subprocess.Popen[str] | None = None
        self._errors: IO[str] | None = None
        self.start()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        self._errors = (self.folder.parent / "pusat.err").open("a")
        self._process = subprocess.Popen(
            [*KIOSK, "central", "--data", str(self.folder), "--port", str(self.port)],
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            cwd=ROOT,
        )
        assert self._process.stdout is not None
        url = self._process.stdout.readline()
        assert url.startswith("http"), (self.folder.parent / "pusat.err").read_text()
        self.port = int(url.rpartition(":")[2])

    def kill(self, how: int = signal.SIGKILL) -> None:
        """The power goes."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.send_signal(how)
            self._process.wait(SECONDS)
            assert self._process.stdout is not None and self._errors is not None
            self._process.stdout.close()
            self._errors.close()
            self._process = None

    def killer(self) -> Callable[[], None]:
        """Cuts this very process's power, from any thread; ``again`` brings the next one."""
        assert self._process is not None
        return self._process.kill

    def again(self) -> None:
        """The power goes, and comes back."""
        self.kill()
        self.start()

    def __enter__(self) -> Pusat:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()


def impatient(world: World, code: str) -> None:
    """This kiosk waits a second for an answer that does not come, not fifteen."""
    world.line(code).courier()._timeout = 1.0


@dataclass
class Run:
    """``kiosk sync --once --json`` as a process."""

    process: subprocess.Popen[str]

    @classmethod
    def start(cls, folder: Path) -> Run:
        return cls(
            subprocess.Popen(
                [*KIOSK, "sync", "--once", "--json", "--data", str(folder)],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                cwd=ROOT,
                env=os.environ | {"PYTHONFAULTHANDLER": "1"},
            )
        )

    def kill(self) -> None:
        self.process.kill()

    def end(self) -> dict[str, Any]:
        """What it said; {} when it was killed."""
        out, err = self.process.communicate(timeout=SECONDS)
        assert err == "", err
        if self.process.returncode == -signal.SIGKILL:
            return {}
        return json.loads(out)


def sync(folder: Path) -> dict[str, Any]:
    """One ``kiosk sync --once --json`` to its end."""
    return Run.start(folder).end()


def proven(folder: Path) -> int:
    """``kiosk verify --pusat --semua``: the journal is whole, and each own entry is proven to be in
    central's log, which only grew; gives how many."""
    done = subprocess.run(
        [*KIOSK, "verify", "--pusat", "--semua", "--json", "--data", str(folder)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=SECONDS,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done
    said = json.loads(done.stdout)
    assert said["rusak"] == said["pusat"]["rusak"] == ""
    return said["pusat"]["bukti"]


def pushed_body(world: World, code: str) -> bytes:
    """The push of all that waits in the first chain of a kiosk, as the kiosk would make it."""
    desk = world.desk(code)
    (chain,) = desk.link.waiting()
    head = PushHead(code, chain.epoch, chain.first)
    device = desk.front.keys.device()
    items = desk.link.items(chain.epoch, chain.first, 10_000, 1 << 24)
    return pack_push(head, [one.item for one in items], device.kid, device.sign)
