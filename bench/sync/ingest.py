"""Central's ingest, entries a second: against raw inserts of the same bytes, and _bulk_docs."""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bench.report import origin
from bench.sync import pouch
from bench.sync.cases import SEED
from bench.sync.folder import (
    ENTRIES_A_CASE,
    Office,
    disk,
    documents,
    entries_of,
    to_file,
)
from bench.sync.ours import SETTINGS, Central
from bench.sync.postgres import Postgres
from bench.sync.verdict import Section

KIOSKS = 4
AT_ONCE = 500
"""Entries in one push and one transaction, of all sides."""
RUNS = 3


@dataclass(frozen=True, slots=True)
class Kiosk:
    """What one kiosk pushes: its key, its stored entries, and the bodies made of them."""

    code: str
    public: bytes
    raws: list[bytes]
    bodies: list[bytes]


@dataclass(frozen=True, slots=True)
class Load:
    """What every side takes in: kiosks with their entries, and the same as documents."""

    kiosks: list[Kiosk]
    documents: Path
    entries: int


def measure(cases: int, tell: Callable[[str], None]) -> Section:
    """The median of three runs of each side; ``cases`` for each of the kiosks."""
    peer = pouch.install()
    section = Section("Sync: ingest")
    rows: list[tuple[str, ...]] = []
    with tempfile.TemporaryDirectory(dir=disk()) as name:
        folder = Path(name)
        tell("making cases")
        load = _load(folder, cases)
        with Postgres(folder / "postgres") as postgres:
            sides = _sides(folder, load, postgres)
            rates: dict[str, float] = {}
            for side, run in sides.items():
                tell(side)
                rates[side] = load.entries / statistics.median(run() for _ in range(RUNS))
            sqlite, postgresql = rates["raw inserts, SQLite"], rates["raw inserts, PostgreSQL"]
            for side, rate in rates.items():
                raw = postgresql if "PostgreSQL" in side else sqlite
                times = "" if "PouchDB" in side else f"{rate / raw:.3f}x"
                rows.append((side, f"{rate:,.0f}", times))
            version = postgres.version()
    section.say(
        f"{origin('python -m bench.sync ingest')}; SQLite {sqlite3.sqlite_version}, {version},"
        f" {peer} on leveldb. {KIOSKS} kiosks push {load.entries:,} entries at once, on loopback,"
        f" in pushes of {AT_ONCE}; the median of {RUNS} runs. Central checks every signature and"
        " chain, routes, judges claims and adds to its Merkle tree; the raw inserts only keep the"
        f" same bytes, {AT_ONCE} in a transaction, as durably (WAL and synchronous=FULL; fsync"
        " on). PouchDB checks nothing, and its leveldb does not wait for the disk. Client and"
        " server share the CPUs."
    )
    section.table(("ingest", "entries/s", "to raw"), rows)
    return section


def _sides(folder: Path, load: Load, postgres: Postgres) -> dict[str, Callable[[], float]]:
    def central(on_postgres: bool, workers: int) -> Callable[[], float]:
        return lambda: _central(load, postgres.new_database() if on_postgres else "", workers)

    def bulk(lanes: int) -> Callable[[], float]:
        return lambda: _bulk(load, lanes)

    return {
        "central, SQLite": central(False, 1),
        "central, PostgreSQL, 1 worker": central(True, 1),
        "central, PostgreSQL, 2 workers": central(True, 2),
        "raw inserts, SQLite": lambda: _raw_sqlite(folder, load),
        "raw inserts, PostgreSQL": lambda: _raw_postgres(load, postgres.new_database()),
        "PouchDB _bulk_docs, 1 at a time": bulk(1),
        f"PouchDB _bulk_docs, {KIOSKS} at a time": bulk(KIOSKS),
    }


def _load(folder: Path, cases: int) -> Load:
    kiosks: list[Kiosk] = []
    made: list[dict[str, object]] = []
    for n in range(KIOSKS):
        code = f"Q{n:02}"
        office = _office(folder / code, code, SEED + n)
        office.fill(cases)
        made += documents(entries_of(office.desk))
        kiosks.append(_kiosk(office, code))
        office.close()
    entries = sum(len(one.raws) for one in kiosks)
    return Load(kiosks, to_file(made, folder / "documents.json"), entries)


def _office(folder: Path, code: str, seed: int) -> Office:
    from dataclasses import replace

    return Office.found(folder, replace(SETTINGS, code=code, address=f"rs:{code}"), seed, 400)


def _kiosk(office: Office, code: str) -> Kiosk:
    from sync.push import PushHead, pack_push

    device = office.desk.front.keys.device()
    raws = [one.raw for one in office.desk.core.journal.all_placed()]
    bodies = [
        pack_push(PushHead(code, 1, 1 + at), raws[at : at + AT_ONCE], device.kid, device.sign)
        for at in range(0, len(raws), AT_ONCE)
    ]
    return Kiosk(code, device.public, raws, bodies)


def _central(load: Load, database: str, workers: int) -> float:
    """Seconds until central has given its receipts for everything."""
    with tempfile.TemporaryDirectory(dir=disk()) as name:
        central = Central(Path(name) / "pusat", database, workers)
        for one in load.kiosks:
            central.admit(one.code, one.public)
        with central.start():
            lanes = [_Lane(central.port, one) for one in load.kiosks]
            began = time.perf_counter()
            for lane in lanes:
                lane.start()
            for lane in lanes:
                lane.join()
            seconds = time.perf_counter() - began
            for lane in lanes:
                if lane.trouble:
                    raise RuntimeError(lane.trouble)
            if central.stored() < load.entries:
                raise RuntimeError("central does not have all that it gave receipts for")
        return seconds


class _Lane(threading.Thread):
    """One kiosk's pushes, one after the other, their bodies made before."""

    def __init__(self, port: int, kiosk: Kiosk) -> None:
        super().__init__(daemon=True)
        self._url = f"http://127.0.0.1:{port}"
        self._kiosk = kiosk
        self.trouble = ""

    def run(self) -> None:
        import httpx

        from sync.wire import CONTENT_TYPE, PUSH_PATH

        headers = {"content-type": CONTENT_TYPE}
        with httpx.Client(trust_env=False, timeout=300) as client:
            for body in self._kiosk.bodies:
                answer = client.post(self._url + PUSH_PATH, content=body, headers=headers)
                if answer.status_code != 200:
                    self.trouble = f"{answer.status_code}: {answer.text}"
                    return


def _portions(load: Load) -> Iterator[list[bytes]]:
    for one in load.kiosks:
        for at in range(0, len(one.raws), AT_ONCE):
            yield one.raws[at : at + AT_ONCE]


def _raw_sqlite(folder: Path, load: Load) -> float:
    file = folder / "raw.db"
    file.unlink(missing_ok=True)
    with closing(sqlite3.connect(file, isolation_level=None)) as bare:
        bare.execute("PRAGMA journal_mode=WAL")
        bare.execute("PRAGMA synchronous=FULL")
        bare.execute("CREATE TABLE lines (idx INTEGER PRIMARY KEY, raw BLOB NOT NULL)")
        began = time.perf_counter()
        for portion in _portions(load):
            bare.execute("BEGIN IMMEDIATE")
            bare.executemany("INSERT INTO lines(raw) VALUES (?)", [(raw,) for raw in portion])
            bare.execute("COMMIT")
        return time.perf_counter() - began


def _raw_postgres(load: Load, url: str) -> float:
    import psycopg

    with psycopg.connect(url, autocommit=True) as bare:
        bare.execute(
            "CREATE TABLE lines (idx bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
            " raw bytea NOT NULL)"
        )
        began = time.perf_counter()
        for portion in _portions(load):
            with bare.transaction(), bare.cursor() as cursor:
                rows = [(raw,) for raw in portion]
                cursor.executemany("INSERT INTO lines(raw) VALUES (%s)", rows)
        return time.perf_counter() - began


def _bulk(load: Load, lanes: int) -> float:
    with (
        tempfile.TemporaryDirectory(dir=disk()) as name,
        pouch.PeerServer(Path(name), "leveldb") as server,
        pouch.PeerClient() as client,
    ):
        done = client.do(
            "bulk",
            url=f"http://127.0.0.1:{server.port}/kiosk",
            docs=load.documents,
            size=AT_ONCE // ENTRIES_A_CASE,
            lanes=lanes,
        )
        return float(done["seconds"])
