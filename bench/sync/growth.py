"""What a thousand entries cost when there are ever more: bytes on both disks, and time."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from bench.report import origin
from bench.sync.cases import SEED
from bench.sync.folder import ENTRIES_A_CASE, Office, disk
from bench.sync.ours import OUR_ATTEMPTS, Central, found_kiosk, point_at, pushing
from bench.sync.postgres import Postgres
from bench.sync.verdict import Section
from kiosk.store.database import DATABASE as KIOSK
from sync.central.database import DATABASE as CENTRAL

STEPS = (1_000, 10_000, 100_000)
LAST = 1_000
"""Entries whose cost is measured at the end of each step."""
CASES_A_DAY = 200


def measure(entries: int, tell: Callable[[str], None]) -> Section:
    """At 1,000, 10,000 and 100,000 entries (``entries`` at most), SQLite and PostgreSQL."""
    section = Section("Sync: growth")
    steps = [step for step in STEPS if step <= entries]
    rows: list[tuple[str, ...]] = []
    with tempfile.TemporaryDirectory(dir=disk()) as name:
        folder = Path(name)
        with Postgres(folder / "postgres") as postgres:
            for kind in ("SQLite", "PostgreSQL"):
                url = postgres.new_database() if kind == "PostgreSQL" else ""
                rows += _grow(folder / kind.lower(), kind, url, steps, postgres, tell)
    section.say(
        f"{origin('python -m bench.sync growth')}. One kiosk and its central on loopback: the"
        " bytes of both databases for each entry that they hold, what an empty one has left out;"
        f" and what the last {LAST:,} entries took, to write them at the desk (without waiting"
        " for the disk) and to push them."
    )
    head = ("entries in all", "kiosk B/entry", "central B/entry", "desk s", "push s")
    section.table(head, rows)
    return section


def _grow(
    folder: Path,
    kind: str,
    url: str,
    steps: list[int],
    postgres: Postgres,
    tell: Callable[[str], None],
) -> list[tuple[str, ...]]:
    folder.mkdir()
    central = Central(folder / "pusat", url)
    office = found_kiosk(folder / "kiosk", central, SEED, days=steps[-1] // 100)
    rows: list[tuple[str, ...]] = []

    def central_size() -> int:
        return postgres.size(url) if url else _pages(central.folder / CENTRAL)

    def kiosk_size() -> int:
        return _pages(folder / "kiosk" / KIOSK)

    empties = kiosk_size(), central_size()
    with central.start():
        point_at(folder / "kiosk", central.port)
        written = 0
        for step in steps:
            tell(f"{kind}, {step:,} entries")
            written += _write(office, step - LAST - written)
            _push(folder / "kiosk")
            began = time.perf_counter()
            written += _write(office, LAST)
            desk = time.perf_counter() - began
            push = _push(folder / "kiosk")
            sizes = [
                f"{(size - empty) / step:,.0f}"
                for size, empty in zip((kiosk_size(), central_size()), empties, strict=True)
            ]
            rows.append((f"{step:,}, {kind}", *sizes, f"{desk:.2f}", f"{push:.2f}"))
    office.close()
    return rows


def _write(office: Office, entries: int) -> int:
    office.fill(max(0, entries) // ENTRIES_A_CASE, CASES_A_DAY)
    return max(0, entries)


def _push(folder: Path) -> float:
    with pushing(folder) as pusher:
        tried = pusher.push(OUR_ATTEMPTS)
    if tried.waiting:
        raise RuntimeError(f"{tried.waiting} entries were not taken: {tried.trouble}")
    return tried.seconds


def _pages(file: Path) -> int:
    """Bytes of an SQLite database's pages in use, those that still lie in its log included."""
    with closing(sqlite3.connect(file)) as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        (free,) = connection.execute("PRAGMA freelist_count").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    return (int(pages) - int(free)) * int(size)
