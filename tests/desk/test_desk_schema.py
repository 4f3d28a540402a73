"""A folder of an older version goes on: its tables are made anew, its receipts asked for anew."""

from __future__ import annotations

import sqlite3

from kiosk.desk.checkup import fingerprint, verify
from kiosk.store.database import DATABASE
from kiosk.store.schema import READ_TABLES
from tests.desk.world import World

OLD_RECEIPTS = (
    "CREATE TABLE receipts (kiosk TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,"
    " hash BLOB NOT NULL, log_size INTEGER NOT NULL, time INTEGER NOT NULL, raw BLOB NOT NULL,"
    " PRIMARY KEY (kiosk, epoch))"
)


def test_a_folder_of_schema_2_goes_on(world: World) -> None:
    numbers = world.take_in(1, 2)
    world.meet("RSA", "DKP")
    before = fingerprint(world.desk("RSA"))
    world.shut("RSA")
    with sqlite3.connect(world.folder("RSA") / DATABASE) as db:
        for table in ("purged", "blanko_kept", "roots", "stuck", "receipts"):
            db.execute(f"DROP TABLE {table}")
        db.execute("DROP INDEX entries_waiting")
        db.execute(OLD_RECEIPTS)
        db.execute("INSERT INTO receipts VALUES ('RSA', 1, 3, x'00', 9, 9, x'00')")
        for table in (*READ_TABLES, "case_words"):
            db.execute(f"DROP TABLE {table}")
        db.execute("CREATE TABLE cases (case_id BLOB, own_seq INTEGER)")
        db.execute("DELETE FROM meta WHERE key='identity'")
        db.execute("INSERT OR REPLACE INTO meta VALUES ('machine', '0123456789abcdef')")
        db.execute("PRAGMA user_version=2")
    db.close()
    ward = world.desk("RSA")
    assert fingerprint(ward) == before
    assert ward.core.journal.epoch == 1 and ward.link.state().waiting > 0
    assert world.meet("RSA", rounds=1)[0].trouble == ""
    assert ward.link.state().waiting == 0 and verify(ward).bad == ""
    assert sorted(row.number for row in ward.work.everything()) == sorted(numbers)
