"""New lives of a kiosk, what central lost, what it will not take, and the roots it is held to."""

from __future__ import annotations

import sqlite3

import pytest

from sync.entry import BRANCH, GENESIS, Spot
from sync.journal import ForkError, Journal, JournalError
from sync.outgoing import Waiting
from sync.receipt import Receipt
from sync.receipts_kept import ROOTS_KEPT


@pytest.fixture
def db(tmp_path):
    return sqlite3.connect(tmp_path / "kiosk.db", isolation_level=None)


@pytest.fixture
def desk(new_desk):
    return new_desk("RSA", "rs:RSA")


@pytest.fixture
def journal(db):
    return Journal(db, "RSA")


@pytest.fixture
def write(db, journal, desk):
    def write(count: int) -> list:
        db.execute("BEGIN")
        pen = desk.officer
        placed = [journal.append(desk.entry(case=str(n)), pen.kid, pen.sign) for n in range(count)]
        db.execute("COMMIT")
        return placed

    return write


@pytest.fixture
def keep(db, journal):
    def keep(epoch: int, seq: int, digest: bytes, time: int = 5, size: int = 0) -> None:
        receipt = Receipt("RSA", epoch, seq, digest, size or seq, bytes(32), time, b"r")
        db.execute("BEGIN")
        try:
            journal.receipts.keep(receipt, journal.epoch)
        finally:
            db.execute("COMMIT")

    return keep


def test_a_new_epoch_is_above_all_that_are_known(db, journal, write):
    write(2)
    db.execute("BEGIN")
    journal.cursor = 9
    assert journal.epochs.begin() == 2
    db.execute("COMMIT")
    head = journal.head()
    assert (head.epoch, head.seq, head.hash, journal.cursor) == (2, 0, GENESIS, 0)
    (placed,) = write(1)
    assert placed.spot == Spot("RSA", 2, 1)
    db.execute("BEGIN")
    assert journal.epochs.begin([7, BRANCH + 3]) == 8
    assert journal.epochs.begin([2 * BRANCH + 40]) == 41
    with pytest.raises(JournalError):
        journal.epochs.begin([BRANCH - 1])
    db.execute("ROLLBACK")


def test_every_chain_with_unsent_entries_goes_the_oldest_first(db, journal, write, keep):
    first = write(4)
    keep(1, 2, first[1].hash)
    db.execute("BEGIN")
    journal.epochs.begin()
    db.execute("COMMIT")
    write(3)
    assert journal.outgoing.chains() == [Waiting(1, 3, 4), Waiting(2, 1, 3)]
    assert (journal.waiting(), journal.only_here()) == (5, 4)
    keep(1, 9, bytes(32))  # of an earlier epoch central may have more than is here
    assert journal.outgoing.chains() == [Waiting(2, 1, 3)]
    with pytest.raises(ForkError):
        keep(2, 4, bytes(32))


def test_a_branch_keeps_its_bytes_and_waits(db, journal, write, keep):
    placed = write(5)
    keep(1, 3, placed[2].hash)
    db.execute("BEGIN")
    assert journal.epochs.branch_off(1, 2, known=[BRANCH + 1]) == 2 * BRANCH + 1
    assert journal.epochs.begin() == 2
    db.execute("COMMIT")
    write(1)
    branch = 2 * BRANCH + 1
    assert journal.outgoing.chains() == [Waiting(branch, 3, 5), Waiting(2, 1, 1)]
    assert [(one.seq, one.raw) for one in journal.outgoing.items(branch, 3, 9, 1 << 20)] == [
        (one.spot.seq, one.raw) for one in placed[2:]
    ]
    assert journal.receipts.acked(1) == 2
    db.execute("BEGIN")
    assert journal.epochs.branch_off(1, 1) == BRANCH + 1
    db.execute("ROLLBACK")


def test_what_central_lost_waits_again(db, journal, write, keep):
    placed = write(5)
    keep(1, 5, placed[4].hash)
    assert journal.waiting() == 0
    db.execute("BEGIN")
    journal.receipts.rewind(1, 2)
    db.execute("COMMIT")
    assert journal.outgoing.chains() == [Waiting(1, 3, 5)] and journal.waiting() == 3
    assert journal.receipts.of(1).seq == 5, "the receipt is kept, as the proof"
    keep(1, 4, placed[3].hash, time=6)
    assert journal.outgoing.chains() == [Waiting(1, 5, 5)] and journal.waiting() == 1


def test_a_newer_receipt_for_less_takes_back_what_was_acknowledged(journal, write, keep):
    placed = write(5)
    keep(1, 5, placed[4].hash, time=5)
    keep(1, 2, placed[1].hash, time=9)
    assert (journal.receipts.acked(1), journal.waiting()) == (2, 3)


def test_an_entry_that_central_refuses_is_counted_and_passed_over(db, journal, write, keep):
    placed = write(3)
    db.execute("BEGIN")
    assert [journal.outgoing.refused(1, 2, "x", f"says {n}", n) for n in (7, 8, 9)] == [1, 2, 3]
    journal.outgoing.refused(1, 3, "x", "once", 9)
    journal.outgoing.make_hole(1, 2)
    db.execute("COMMIT")
    assert [one.hole for one in journal.outgoing.items(1, 1, 9, 1 << 20)] == [False, True, False]
    keep(1, 3, placed[2].hash)
    db.execute("BEGIN")
    journal.outgoing.forgive(1, 3)
    db.execute("COMMIT")
    (stuck,) = journal.outgoing.stuck()
    assert (stuck.seq, stuck.tries, stuck.says, stuck.since, stuck.tried) == (2, 3, "says 9", 7, 9)
    assert stuck.hole and stuck.case_id == placed[1].entry.case
    assert journal.waiting() == 1, "what a hole stands for is only here"
    db.execute("BEGIN")
    journal.outgoing.filled(1, 2, 11)
    db.execute("COMMIT")
    assert (journal.outgoing.stuck(), journal.waiting()) == ([], 0)


def test_roots_are_kept_the_first_and_the_newest(journal, write, keep):
    placed = write(1)
    for n in range(1, ROOTS_KEPT + 20):
        keep(1, 1, placed[0].hash, time=n, size=n)
    sizes = [root.size for root in journal.receipts.roots()]
    assert sizes == [1, *range(20, ROOTS_KEPT + 20)]
