"""Several kiosks, several connections, several processes: one log, without gaps or doubles."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from sync.central.admit import found
from sync.central.database import Database
from sync.central.tree import tree_now
from sync.entry import Spot, entry_hash, read_entry
from sync.merkle import entry_leaf, root_of
from tests.central.desks import Centre, Desk, Line
from tests.central.test_central_push import together

CARDS = 200


@contextmanager
def serving(
    folder: Path, database: str, workers: int = 1, more: tuple[str, ...] = ()
) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """``kiosk central`` in a process of its own; gives it and its port."""
    words = [sys.executable, "-m", "kiosk", "central", "--data", str(folder), "--port", "0", *more]
    if database:
        words += ["--database", database, "--workers", str(workers)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    try:
        yield process, int(process.stdout.readline().rsplit(":", 1)[1])
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


def whole_log(folder: Path, database: str) -> list[tuple[int, Spot, bytes, bytes]]:
    """Index, place, hash and bytes of everything; that it has no gaps, and the tree's root."""
    store = Database(folder, database)
    with store.read() as db:
        rows = db.all("SELECT idx, kiosk, epoch, seq, hash, raw FROM entries ORDER BY idx")
        tree = tree_now(db)
        doubled = db.all(
            "SELECT address, idx FROM deliveries GROUP BY address, idx HAVING count(*) > 1"
        )
    store.close()
    log = [(row[0], Spot(*row[1:4]), row[4], row[5]) for row in rows]
    assert [one[0] for one in log] == list(range(1, len(log) + 1))
    assert tree.size == len(log)
    assert tree.root() == root_of([entry_leaf(spot, digest) for _, spot, digest, _ in log])
    assert len({spot for _, spot, _, _ in log}) == len(log)
    assert all(entry_hash(raw) == digest for _, _, digest, raw in log)
    assert doubled == []
    return log


def carry(line: Line, portion: int, seed: int = 0) -> None:
    """Push all that the desk wrote in portions, again and again until central has it."""
    choose = random.Random(seed)
    desk, seq = line.desk, 0
    while seq < desk.seq:
        try:
            seq = line.push(desk.raws[seq : seq + portion], first=seq + 1).seq
        except httpx.TransportError:
            time.sleep(choose.uniform(0.05, 0.2))


def test_eight_kiosks_race_for_two_hundred_cards(tmp_path, new_database):
    """8 connections, two processes, one PostgreSQL: exactly one winner for each card."""
    database = new_database("postgresql")
    public = found(tmp_path, database)
    with serving(tmp_path, database, workers=2) as (_, port):
        centre = Centre(tmp_path, database, public, port)
        desks = [centre.desk(f"uptd:{n}") for n in range(8)]
        for n, desk in enumerate(desks):
            cards = list(range(CARDS))
            random.Random(n).shuffle(cards)
            for card in cards:
                desk.write("hasil", case=f"card{card}", claim=f"kia:{card}")
        together(carry_all, *[centre.line(desk, fresh=True) for desk in desks])
        log = whole_log(tmp_path, database)
        arrived, verdicts = {}, []
        for index, spot, _, raw in log:
            entry = read_entry(raw)
            if entry.claim:
                arrived.setdefault(entry.claim, []).append((index, spot))
            elif entry.act == "putusan":
                verdicts.append(entry)
        assert len(arrived) == CARDS
        assert all(len(all_of) == 8 for all_of in arrived.values())
        assert len(verdicts) == 7 * CARDS
        for entry in verdicts:
            winner = entry.data["pemenang"]
            first = arrived[entry.data["claim"]][0][1]
            assert (winner["kiosk"], winner["seq"]) == (first.kiosk, first.seq)
        losers = {(one.data["claim"], one.data["kalah"]["kiosk"]) for one in verdicts}
        assert len(losers) == 7 * CARDS
        for desk in desks:
            state = centre.line(desk).probe()
            assert (state.seq, state.hash) == (desk.seq, desk.prev)


def carry_all(line: Line) -> None:
    carry(line, portion=41)


def test_several_stale_connections_of_one_kiosk_over_two_processes(tmp_path, new_database):
    database = new_database("postgresql")
    public = found(tmp_path, database)
    with serving(tmp_path, database, workers=2) as (_, port):
        centre = Centre(tmp_path, database, public, port)
        desk = centre.desk()
        for n in range(400):
            desk.write(case=f"S{n % 7}", claim=f"kia:{n}")
        lines = [centre.line(desk, fresh=True) for _ in range(5)]
        together(lambda line: carry(line, portion=60), *lines)
        together(lambda line: line.push(), *lines)  # each the whole chain at once
        log = whole_log(tmp_path, database)
        assert [spot.seq for _, spot, _, _ in log if spot.kiosk == desk.code] == list(range(1, 402))
        assert not [one for one in log if read_entry(one[3]).act == "putusan"]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_killed_at_any_moment_what_a_receipt_named_is_there(tmp_path, new_database, kind):
    database = new_database(kind)
    public = found(tmp_path, database)
    centre = Centre(tmp_path, database, public, 0)
    desks = [centre.desk() for _ in range(3)]
    for desk in desks:
        for n in range(500):
            desk.write(case=f"{desk.code}{n % 50}", claim=f"kia:{n}" if n % 9 == 0 else "")
    named: dict[str, int] = {}
    done = threading.Event()
    ports: list[int] = []

    def push(desk: Desk) -> None:
        choose = random.Random(desk.code)
        while not done.is_set() and named.get(desk.code, 0) < desk.seq:
            line = Line(
                f"http://127.0.0.1:{ports[-1]}", public, desk, httpx.Client(trust_env=False)
            )
            seq = named.get(desk.code, 0)
            try:
                some = desk.raws[seq : seq + choose.randrange(20, 200)]
                named[desk.code] = line.push(some, first=seq + 1).seq
            except httpx.TransportError:
                time.sleep(0.02)

    choose = random.Random(9)
    threads: list[threading.Thread] = []
    for kill in range(4):
        with serving(tmp_path, database) as (process, port):
            ports.append(port)
            if not threads:
                threads = [threading.Thread(target=push, args=(desk,)) for desk in desks]
                for thread in threads:
                    thread.start()
            if kill < 3:
                time.sleep(choose.uniform(0.1, 0.3))
                process.send_signal(signal.SIGKILL)
                process.wait()
                there = {spot for _, spot, _, _ in whole_log(tmp_path, database)}
                for code, seq in dict(named).items():
                    assert Spot(code, 1, seq) in there or seq == 0
            else:
                for thread in threads:
                    thread.join(60)
    done.set()
    log = whole_log(tmp_path, database)
    for desk in desks:
        assert [digest for _, spot, digest, _ in log if spot.kiosk == desk.code] == [
            entry_hash(raw) for raw in desk.raws
        ]


def test_a_dead_worker_is_replaced_and_all_end_with_the_parent(tmp_path, new_database):
    database = new_database("postgresql")
    public = found(tmp_path, database)
    with serving(tmp_path, database, workers=2) as (process, port):
        centre = Centre(tmp_path, database, public, port)
        desk = centre.desk()
        line = centre.line(desk, fresh=True)
        first = line.push().seq
        workers = children(process.pid)
        assert len(workers) >= 2
        os.kill(workers[0], signal.SIGKILL)
        for _ in range(100):
            time.sleep(0.1)
            now = children(process.pid)
            if workers[0] not in now and len(now) == len(workers):
                break
        assert len(children(process.pid)) == len(workers)
        assert first == centre.line(desk, fresh=True).push().seq
        counted = centre.line(desk, fresh=True).http.get(f"{centre.url}/metrics").text
        assert 'central_requests_total{path="/v2/push",status="200"} 2.0' in counted
        left = children(process.pid)
    assert process.returncode == 0
    for pid in left:
        for _ in range(50):
            if not alive(pid):
                break
            time.sleep(0.1)
        assert not alive(pid)


def test_workers_end_when_their_parent_was_killed(tmp_path, new_database):
    database = new_database("postgresql")
    found(tmp_path, database)
    with serving(tmp_path, database, workers=2) as (process, port):
        httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False, timeout=30)
        left = children(process.pid)
        process.kill()
        process.wait()
        for pid in left:
            for _ in range(150):
                if not alive(pid):
                    break
                time.sleep(0.1)
            assert not alive(pid)


def children(pid: int) -> list[int]:
    """The worker processes of a parent (the spawner's own helper process left out)."""
    found_ones = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            words = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z" and b"spawn_main" in words:
            found_ones.append(int(folder.name))
    return sorted(found_ones)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
