"""The database locked, gone, or its disk full: 503 with Retry-After, and nothing half."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from sync.central import database as central_database
from sync.central.admit import found
from sync.central.database import Database, DatabaseDown
from sync.central.store import put_key
from tests.central.desks import Centre, Refused
from tests.central.test_central_race import whole_log

_NARROW = """
import resource, sys
from pathlib import Path
from sync.central.serve import serve

def ready(port):
    limit = (Path(sys.argv[1]) / "pusat.db-wal").stat().st_size + int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    print(port, flush=True)

serve(Path(sys.argv[1]), "127.0.0.1", 0, ready)
"""


def assert_busy(refused: Refused) -> None:
    assert (refused.status, refused.code) == (503, "pusat-sibuk")
    assert 5 <= refused.wait <= 15


def test_a_full_disk_keeps_what_was_acknowledged_and_nothing_half(tmp_path: Path):
    """The file that SQLite writes to may not grow further, in a process of its own."""
    public = found(tmp_path)
    centre = Centre(tmp_path, "", public, 0)
    desk = centre.desk()
    for n in range(600):
        desk.write(case=f"D{n}", data={"x": "y" * 300}, claim=f"kia:{n}")
    words = [sys.executable, "-c", _NARROW, str(tmp_path), "400000"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        full = Centre(tmp_path, "", public, int(process.stdout.readline()))
        line = full.line(desk)
        seq = 0
        with pytest.raises(Refused) as caught:
            while seq < desk.seq:
                seq = line.push(desk.raws[seq : seq + 20], first=seq + 1).seq
        assert_busy(caught.value)
        assert seq > 20
        with pytest.raises(Refused) as caught:
            line.push()
        assert_busy(caught.value)
        assert line.probe().seq >= seq  # it still tells what it has
        process.terminate()
    named = seq
    log = whole_log(tmp_path, "")
    mine = [spot.seq for _, spot, _, _ in log if spot.kiosk == desk.code]
    assert mine == list(range(1, len(mine) + 1))
    assert len(mine) >= named
    assert desk.raws[: len(mine)] == [raw for _, spot, _, raw in log if spot.kiosk == desk.code]


def test_a_locked_database_is_told_and_waited_for(new_centre, monkeypatch):
    monkeypatch.setattr(central_database, "BUSY_SECONDS", 0.2)
    centre = new_centre()
    desk = centre.desk()
    line = centre.line(desk)
    other = sqlite3.connect(centre.folder / "pusat.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Refused) as caught:
        line.push()
    assert_busy(caught.value)
    assert line.probe().seq == 0
    other.execute("ROLLBACK")
    assert line.push().seq == 1
    other.close()


def test_a_postgresql_that_restarts_is_found_again(new_centre, new_database, postgres):
    import psycopg

    centre = new_centre(new_database("postgresql"))
    desk = centre.desk()
    line = centre.line(desk)
    assert line.push().seq == 1
    with psycopg.connect(postgres.format(name="postgres"), autocommit=True) as db:
        db.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'loket-luring'"
        )
    desk.write()
    for _ in range(3):
        try:
            assert line.push().seq == 2
            break
        except Refused as refused:
            assert_busy(refused)
    assert line.probe().seq == 2


def test_no_database_at_all_is_told_plainly(new_centre, new_database, postgres):
    import psycopg

    url = new_database("postgresql")
    centre = new_centre(url)
    name = url.split("/")[3].split("?")[0]
    with psycopg.connect(postgres.format(name="postgres"), autocommit=True) as db:
        db.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
    for path in ("/healthz", "/metrics", "/v2/growth?from=0&to=0"):
        answer = centre.http.get(centre.url + path)
        assert answer.status_code == 503
        assert 5 <= int(answer.headers["retry-after"]) <= 15
    with pytest.raises(Refused) as caught:
        centre.line(centre.desk(admitted=False)).push()
    assert_busy(caught.value)
    with pytest.raises(DatabaseDown):
        Database(centre.folder, url)
    with pytest.raises(DatabaseDown):
        Database(centre.folder, "postgresql://127.0.0.1:1/none")


def test_an_error_of_our_own_is_no_traceback_for_the_kiosk(new_centre, monkeypatch, caplog):
    centre = new_centre()
    desk = centre.desk()

    def broken(*_: object) -> None:
        raise RuntimeError("BAYI CONTOH 1471000000000001")

    monkeypatch.setattr("sync.central.intake.put_key", broken)
    with pytest.raises(Refused) as caught:
        centre.line(desk).push()
    assert_busy(caught.value)
    assert "RuntimeError at test_central_down.py" in caplog.text
    assert "CONTOH" not in caplog.text
    monkeypatch.setattr("sync.central.intake.put_key", put_key)
    assert centre.line(desk).push().seq == 1


def test_the_program_s_own_mistakes_are_not_taken_for_a_lost_database(tmp_path, database):
    store = Database(tmp_path, database)
    with pytest.raises(ZeroDivisionError), store.write() as db:
        db.run("INSERT INTO claims(claim, idx) VALUES (?, ?)", "a", 1)
        raise ZeroDivisionError
    with store.write() as db:
        assert db.all("SELECT * FROM claims") == []
        db.run("INSERT INTO claims(claim, idx) VALUES (?, ?)", "a", 1)
    with pytest.raises(Exception) as caught, store.write() as db:
        db.run("INSERT INTO claims(claim, idx) VALUES (?, ?)", "b", 1)
        db.run("INSERT INTO claims(claim, idx) VALUES (?, ?)", "a", 1)
    assert not isinstance(caught.value, DatabaseDown)
    with store.read() as db:
        assert db.all("SELECT claim FROM claims") == [("a",)]
    store.close()


def test_tables_are_made_once_by_whoever_comes_first(tmp_path, database):
    from tests.central.test_central_push import together

    stores: list[Database] = []
    together(lambda _: stores.append(Database(tmp_path, database)), *range(6))
    assert len(stores) == 6
    with stores[0].read() as db:
        assert db.all("SELECT n FROM migrations") == [(1,)]
    for store in stores:
        store.close()


def test_a_replica_is_opened_without_writing_to_it(new_centre, new_database, postgres):
    """Where nothing may be written pulls are answered, and pushes sent elsewhere."""
    import psycopg

    url = new_database("postgresql")
    centre = new_centre(url)
    desk = centre.desk()
    centre.line(desk).push()
    name = url.split("/")[3].split("?")[0]
    with psycopg.connect(postgres.format(name="postgres"), autocommit=True) as db:
        db.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on".encode())
    replica = new_centre(url)
    line = replica.line(desk)
    assert line.pull().items
    desk.write()
    with pytest.raises(Refused) as caught:
        line.push()
    assert_busy(caught.value)
    assert line.probe().seq == 1


def test_waiting_connections_are_bounded(tmp_path, database, monkeypatch):
    monkeypatch.setattr(central_database, "_QUEUE_SECONDS", 0.05)
    store = Database(tmp_path, database)
    lent = [store.read() for _ in range(central_database._CONNECTIONS)]
    for one in lent:
        one.__enter__()
    with pytest.raises(DatabaseDown), store.read():
        pass
    for one in lent:
        one.__exit__(None, None, None)
    with store.write(), pytest.raises(DatabaseDown), store.write():
        pass
    with store.read() as db:
        assert db.one("SELECT count(*) FROM entries") == (0,)
    store.close()
