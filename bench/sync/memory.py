"""Resident memory of the pushing kiosk, with many entries queued, against the same with none."""

from __future__ import annotations

import contextlib
import json
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.report import origin
from bench.sync.cases import SEED
from bench.sync.folder import ENTRIES_A_CASE, disk
from bench.sync.growth import CASES_A_DAY
from bench.sync.link import Link
from bench.sync.ours import Central, found_kiosk, point_at
from bench.sync.runs import LOOPBACK
from bench.sync.verdict import Bound, Section
from tests.terminal.desk_process import ROOT, kiosk, plain_environment

MOST = 30.0
"""MB that pushing may add."""
EVERY = 0.005
"""Seconds from look to look."""
IDLE_RUNS = 3


@dataclass(frozen=True, slots=True)
class Run:
    """One ``kiosk sync --once``: its highest resident MB, seconds, entries it says it pushed."""

    peak: float
    seconds: float
    pushed: int


def measure(entries: int, tell: Callable[[str], None]) -> Section:
    """``kiosk sync --once``, its peak with everything queued, and afterwards with nothing."""
    section = Section("Sync: memory")
    with tempfile.TemporaryDirectory(dir=disk()) as name:
        folder = Path(name)
        central = Central(folder / "pusat")
        tell(f"writing {entries:,} entries")
        office = found_kiosk(folder / "kiosk", central, SEED, days=entries // 100)
        office.fill(entries // ENTRIES_A_CASE, CASES_A_DAY)
        queued = office.desk.link.state().waiting
        office.close()
        with central.start(), Link(central.port) as link:
            link.set(LOOPBACK)
            point_at(folder / "kiosk", link.port)
            tell(f"pushing {queued:,} entries")
            full = _sync(folder / "kiosk")
            passed = link.counts()
            tell("idle")
            idle = [_sync(folder / "kiosk") for _ in range(IDLE_RUNS)]
        if full.pushed != queued or any(run.pushed for run in idle):
            raise RuntimeError(f"pushed {full.pushed} of {queued}")
    least = min(run.peak for run in idle)
    section.say(
        f"{origin('python -m bench.sync memory')}. `kiosk sync --once` on the same folder, the"
        " highest resident memory of its process (VmHWM)."
    )
    section.table(
        ("kiosk sync --once", "peak MB", "s", "entries", "bytes", "requests"),
        [
            (
                "everything queued",
                f"{full.peak:.1f}",
                f"{full.seconds:.1f}",
                f"{full.pushed:,}",
                f"{passed.passed:,}",
                str(passed.requests),
            ),
            ("nothing queued", f"{least:.1f}", f"{idle[-1].seconds:.1f}", "0", "", ""),
        ],
    )
    how = f"peak with {queued:,} entries queued, less the peak with none"
    section.bounds.append(Bound("MB above idle", full.peak - least, MOST, how))
    return section


def _sync(folder: Path) -> Run:
    command = kiosk("sync", "--data", str(folder), "--once", "--json")
    began = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=plain_environment()
    )
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, _high_water(process.pid))
        time.sleep(EVERY)
    seconds = time.perf_counter() - began
    said = process.stdout.read().strip() if process.stdout else ""
    if process.returncode:
        raise RuntimeError(f"kiosk sync ended with {process.returncode}: {said}")
    # A kiosk that asks again at once says a line for each time.
    pushed = sum(int(json.loads(line)["dikirim"]) for line in said.splitlines())
    return Run(peak, seconds, pushed)


def _high_water(pid: int) -> float:
    """The process's own highest resident MB so far; 0 when it is gone."""
    with contextlib.suppress(OSError, IndexError):
        status = Path(f"/proc/{pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6
    return 0.0
