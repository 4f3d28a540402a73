"""The journal: one chain even with two processes, exactly once, and what central has of it."""

from __future__ import annotations

import dataclasses
import sqlite3
import subprocess
import sys

import pytest

from sync.chain import check_chain
from sync.entry import GENESIS, EntryError, Spot, entry_hash
from sync.journal import ForkError, Journal, JournalError
from sync.outgoing import Waiting
from sync.receipt import Receipt, read_receipt, seal_receipt
from sync.trust import Key, TrustList, device_key
from sync.wire import Delivered


def connect(path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    return db


@pytest.fixture
def db(tmp_path):
    return connect(tmp_path / "kiosk.db")


@pytest.fixture
def desk(new_desk):
    return new_desk("RSA", "rs:RSA")


def write(journal: Journal, db, desk, count: int) -> list:
    db.execute("BEGIN IMMEDIATE")
    placed = [
        journal.append(desk.entry(case=str(n)), desk.officer.kid, desk.officer.sign)
        for n in range(count)
    ]
    db.execute("COMMIT")
    return placed


def delivered(desk, seq: int, index: int = 1) -> Delivered:
    prev = entry_hash(desk.raws[seq - 2]) if seq > 1 else GENESIS
    return Delivered(index, Spot(desk.code, desk.epoch, seq), prev, desk.raws[seq - 1], 77)


def receipt_for(journal: Journal, seq: int, digest: bytes, time: int = 5) -> Receipt:
    size = 100 + seq
    return Receipt(journal.kiosk, 1, seq, digest, size, bytes(32), time, b"raw%d" % seq)


def keep(journal: Journal, receipt: Receipt) -> None:
    journal.receipts.keep(receipt, journal.epoch)


def raws_after(journal: Journal, seq: int, limit: int, size: int = 1 << 20) -> list[bytes]:
    return [one.raw for one in journal.outgoing.items(1, seq + 1, limit, size)]


def test_appended_entries_make_a_chain_that_verifies(db, desk):
    journal = Journal(db, "RSA")
    assert (journal.epoch, journal.head().seq, journal.head().hash) == (1, 0, GENESIS)
    desk.announce()
    db.execute("BEGIN IMMEDIATE")
    kunci = desk.entry("kunci", to=("*",), data={"petugas": "siti", "kunci": desk.officer.public})
    kunci = dataclasses.replace(kunci, case=bytes(16))
    journal.append(kunci, desk.device.kid, desk.device.sign)
    db.execute("COMMIT")
    placed = write(journal, db, desk, 3)
    assert [one.spot for one in placed] == [Spot("RSA", 1, seq) for seq in (2, 3, 4)]
    assert journal.head().hash == placed[-1].hash
    assert list(journal.all_placed())[1:] == placed
    assert [one.entry.act for one in journal.announcements()] == ["kunci"]
    trust = TrustList((device_key(desk.device.public, "RSA"),))
    assert list(check_chain(journal.all_rows(), trust)) == []
    last = placed[-1]
    assert list(journal.all_rows())[-1] == (last.spot, last.prev, last.raw, last.hash)
    again = Journal(db)
    assert (again.kiosk, again.head()) == ("RSA", journal.head())
    assert again.get(placed[0].spot) == placed[0]
    assert again.get(Spot("RSA", 1, 99)) is None


def test_damage_on_the_disk_is_found_and_named(db, desk):
    journal = Journal(db, "RSA")
    desk.announce()
    write(journal, db, desk, 3)
    db.execute("UPDATE entries SET raw = substr(raw, 1, 40) WHERE seq = 2")
    trust = TrustList((device_key(desk.device.public, "RSA"),))
    trust.add(Key(desk.officer.kid, desk.officer.public, "siti", "petugas", "RSA"))
    (problem,) = check_chain(journal.all_rows(), trust)
    assert problem.spot == Spot("RSA", 1, 2)
    with pytest.raises(EntryError):
        list(journal.all_placed())


def test_a_case_comes_in_the_order_of_its_card(db, desk, case_id):
    journal = Journal(db, "RSA")
    db.execute("BEGIN IMMEDIATE")
    for line, time in ((3, 1), (1, 9), (1, 2), (2, 5)):
        entry = desk.entry(case="A", line=line, time=time)
        journal.append(entry, desk.officer.kid, desk.officer.sign)
    journal.append(desk.entry(case="B"), desk.officer.kid, desk.officer.sign)
    db.execute("COMMIT")
    order = [(one.entry.line, one.entry.time) for one in journal.of_case(case_id("A"))]
    assert order == [(1, 2), (1, 9), (2, 5), (3, 1)]


def test_nothing_is_written_without_the_callers_transaction(db, desk):
    journal = Journal(db, "RSA")
    for use in (
        lambda: journal.append(desk.entry(), desk.officer.kid, desk.officer.sign),
        lambda: keep(journal, receipt_for(journal, 0, GENESIS)),
        lambda: setattr(journal, "cursor", 1),
        journal.epochs.begin,
    ):
        with pytest.raises(JournalError):
            use()
    assert list(journal.all_placed()) == []


def test_an_undone_transaction_leaves_no_trace(db, desk):
    journal = Journal(db, "RSA")
    write(journal, db, desk, 1)
    head = journal.head()
    db.execute("BEGIN IMMEDIATE")
    journal.append(desk.entry(), desk.officer.kid, desk.officer.sign)
    with pytest.raises(EntryError):
        journal.append(desk.entry(line=-1), desk.officer.kid, desk.officer.sign)
    db.execute("ROLLBACK")
    assert journal.head() == head
    assert len(write(journal, db, desk, 1)) == 1


_WRITER = """
import sqlite3, sys
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sync.entry import Entry, kid_of
from sync.journal import Journal
key = Ed25519PrivateKey.generate()
kid = kid_of(key.public_key().public_bytes_raw())
db = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
journal = Journal(db, "RSA")
for n in range(40):
    db.execute("BEGIN IMMEDIATE")
    journal.append(Entry(bytes(16), "x", "o", "p", n, b"", n, n), kid, key.sign)
    db.execute("COMMIT")
"""


def test_two_processes_on_one_folder_do_not_fork(db, tmp_path):
    Journal(db, "RSA")
    command = [sys.executable, "-c", _WRITER, str(tmp_path / "kiosk.db")]
    writers = [subprocess.Popen(command) for _ in range(2)]
    assert [writer.wait() for writer in writers] == [0, 0]
    prev, count = GENESIS, 0
    for placed in Journal(db, "RSA").all_placed():
        count += 1
        assert (placed.spot.seq, placed.prev) == (count, prev)
        prev = placed.hash
    assert count == 80


def test_own_entries_wait_in_order_until_central_has_them(db, desk, case_id):
    journal = Journal(db, "RSA")
    placed = write(journal, db, desk, 5)
    assert (journal.receipts.acked(1), journal.waiting(), journal.only_here()) == (0, 5, 5)
    assert journal.outgoing.chains() == [Waiting(1, 1, 5)]
    assert raws_after(journal, 0, 3) == [one.raw for one in placed[:3]]
    assert raws_after(journal, 3, 10) == [one.raw for one in placed[3:]]
    assert raws_after(journal, 5, 10) == []
    db.execute("BEGIN")
    keep(journal, receipt_for(journal, 3, placed[2].hash))
    keep(journal, receipt_for(journal, 2, placed[1].hash, time=4))  # an older one, late
    db.execute("COMMIT")
    assert (journal.receipts.acked(1), journal.receipts.of(1).raw) == (3, b"raw3")
    arrived = [row[0] for row in db.execute("SELECT arrived FROM entries ORDER BY seq")]
    assert arrived == [5, 5, 5, None, None]
    assert journal.outgoing.chains() == [Waiting(1, 4, 5)]
    assert (journal.waiting(), journal.only_here()) == (2, 2)
    assert (journal.waiting_of(case_id("1")), journal.waiting_of(case_id("4"))) == (0, 1)


def test_a_push_is_cut_by_bytes_too_but_never_empty(db, desk):
    journal = Journal(db, "RSA")
    db.execute("BEGIN")
    for _ in range(8):
        entry = desk.entry(data={"x": "a" * 250_000})
        journal.append(entry, desk.officer.kid, desk.officer.sign)
    db.execute("COMMIT")
    assert 1 <= len(raws_after(journal, 0, 100)) < 8
    assert len(raws_after(journal, 0, 100, 1)) == 1


@pytest.mark.parametrize(("seq", "digest"), [(2, bytes(32)), (9, bytes(32))])
def test_a_receipt_for_another_chain_is_a_fork(db, desk, seq, digest):
    journal = Journal(db, "RSA")
    write(journal, db, desk, 3)
    db.execute("BEGIN")
    with pytest.raises(ForkError) as caught:
        keep(journal, receipt_for(journal, seq, digest))
    assert caught.value.spot == Spot("RSA", 1, seq)
    db.execute("ROLLBACK")


def test_what_others_wrote_is_taken_once(db, new_desk, case_id):
    other = new_desk("RSB", "rs:RSB")
    for n in range(5):
        other.write(case="A", line=n)
    journal = Journal(db, "RSA")
    db.execute("BEGIN")
    assert journal.receive(delivered(other, 3, index=42))
    assert not journal.receive(delivered(other, 3, index=42))
    assert journal.receive(delivered(other, 1))
    assert journal.receive(delivered(other, 4))
    db.execute("COMMIT")
    assert [one.spot.seq for one in journal.of_case(case_id("A"))] == [1, 3, 4]
    row = db.execute("SELECT central_index, arrived FROM entries WHERE seq = 3").fetchone()
    assert row == (42, 77)
    assert journal.head().seq == 0


def test_another_entry_at_a_known_place_is_a_fork(db, new_desk):
    other = new_desk("RSB", "rs:RSB")
    for _ in range(4):
        other.write()
    journal = Journal(db, "RSA")
    db.execute("BEGIN")
    journal.receive(delivered(other, 2))
    twin = dataclasses.replace(delivered(other, 2), raw=other.raws[3])
    beside = dataclasses.replace(delivered(other, 3), prev=bytes(32))
    before = dataclasses.replace(delivered(other, 1), raw=other.raws[3])
    for forged in (twin, beside, before):
        with pytest.raises(ForkError):
            journal.receive(forged)
    with pytest.raises(EntryError):
        journal.receive(dataclasses.replace(delivered(other, 4), raw=b"garbage"))


def test_the_cursor_is_kept(db):
    journal = Journal(db, "RSA")
    assert journal.cursor == 0
    db.execute("BEGIN")
    journal.cursor = 7
    db.execute("COMMIT")
    assert Journal(db).cursor == 7


def test_a_receipt_is_centrals_or_nothing(new_pen):
    central, other = new_pen(), new_pen()
    said = Receipt("RSA", 1, 4, bytes(32), 9, bytes(32), 5)
    sealed = seal_receipt(said, central.kid, central.sign)
    assert read_receipt(sealed.raw, central.public) == said
    with pytest.raises(EntryError):
        read_receipt(sealed.raw, other.public)
    with pytest.raises(EntryError):
        read_receipt(b"<html>", central.public)
