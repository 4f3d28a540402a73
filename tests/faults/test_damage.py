"""Entries that central will not take, and cards that go out twice: the queue never stops."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

from kiosk.desk.checkup import verify
from sync.entry import Entry, kid_of, read_entry
from sync.schedule import TRIES
from sync.signing import public_of, signer_of
from tests.desk.world import ShiftedClock, World
from tests.faults.books import (
    all_agree,
    journals_agree,
    log_is_whole,
    log_of,
    numbers_once,
    rows,
    size_of,
)
from tests.faults.conftest import CASES
from tests.faults.link import Answer, Fate, Gate, Line, Request, at_first, pass_on
from tests.faults.town import lead, meet_until_done, sync

HOURS = 3600 * 1000


def rewrite(world: World, seq: int, raw: bytes) -> bytes:
    """Put other bytes into an own entry of the switched-off ward; gives what stood there."""
    world.shut("RSA")
    where = "kiosk = 'RSA' AND epoch = 1 AND seq = ?"
    with closing(sqlite3.connect(world.folder("RSA") / "kiosk.db")) as db, db:
        (before,) = db.execute(f"SELECT raw FROM entries WHERE {where}", (seq,)).fetchone()
        db.execute(f"UPDATE entries SET raw = ? WHERE {where}", (raw, seq))
    return before


def flipped(raw: bytes, at: int) -> bytes:
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]


def test_one_entry_damaged_on_the_kiosks_disk(busy: World) -> None:
    pusat, seq = busy.home / "pusat", 20
    whole = rewrite(busy, seq, b"")
    rewrite(busy, seq, flipped(whole, 300))
    assert verify(busy.desk("RSA")).bad == f"RSA/1/{seq}"
    busy.shut("RSA")
    for _ in range(TRIES + 1):
        said = sync(busy.folder("RSA"))
    # All the rest is at central; what is not, is named.
    assert size_of(pusat, "RSA") == CASES + 2
    log_is_whole(pusat, holes=1)
    (hole,) = [line for line in log_of(pusat) if not line.raw]
    assert hole.spot == ("RSA", 1, seq) and hole.hash
    assert [one["entri"] for one in said["perlu_tindakan"]] == [f"RSA/1/{seq}"]
    assert "rusak" in said["perlu_tindakan"][0]["sebab"]
    (row,) = busy.desk("RSA").link.state().stuck
    assert (row.ref, row.needs_action) == (f"RSA/1/{seq}", True)
    assert rows(busy.folder("RSA") / "kiosk.db", "SELECT arrived FROM entries WHERE seq=?", seq)[
        0
    ] == (None,), "a hole is not a delivery"
    meet_until_done(busy, "DKP", 2)
    assert len(numbers_once(busy, "DKP")) == CASES - 1
    # The right bytes are put back: the hole is filled, and the entry goes where it should.
    rewrite(busy, seq, whole)
    busy.clocks["RSA"] = ShiftedClock(2 * HOURS)
    meet_until_done(busy, "RSA", 2)
    assert busy.desk("RSA").link.state().stuck == ()
    meet_until_done(busy, "DKP", 2)
    assert len(numbers_once(busy, "DKP")) == CASES
    all_agree(busy, "RSA", "DKP")


def test_an_entry_that_central_refuses_keeps_nothing_back_for_good(busy: World) -> None:
    """Signed by a key that nobody announced: whole, but not to be believed."""
    ward, pusat = busy.desk("RSA"), busy.home / "pusat"
    seed = bytes(range(32))
    last = ward.core.journal.head().seq
    template = read_entry(next(iter(ward.core.journal.of_case(_a_case(busy)))).raw)
    rogue: Entry = replace(template, act="catatan", officer="hantu", line=9, claim="", step="")
    with ward.core.ledger.transaction():
        ward.core.journal.append(rogue, kid_of(public_of(seed)), signer_of(seed))
    later = busy.take_in(61, 62)
    for n in range(TRIES):
        assert size_of(pusat, "RSA") == (0 if n == 0 else last)
        done = busy.line("RSA").run()
        (row,) = ward.link.state().stuck
        assert (row.ref, row.tries) == (f"RSA/1/{last + 1}", n + 1)
        # What others wrote comes all the same.
        assert done.pulled > 0 or n > 0
    meet_until_done(busy, "RSA", 1)
    assert size_of(pusat, "RSA") == last + 3
    log_is_whole(pusat, holes=1)
    assert ward.link.state().stuck[0].needs_action
    meet_until_done(busy, "DKP", 2)
    assert set(later) <= set(numbers_once(busy, "DKP"))


def _a_case(world: World) -> bytes:
    (case,) = world.desk("RSA").core.db.execute("SELECT case_id FROM cases LIMIT 1").fetchone()
    return case


def test_two_kiosks_give_one_card_out_while_they_are_cut_off(world: World) -> None:
    """The link fails on both, and the loser's push comes twice: one verdict, and all goes on."""
    assert world.central is not None
    pusat = world.home / "pusat"
    numbers = world.take_in(1, 2)
    world.desk("V10")
    world.to_uptd(*numbers)
    world.meet()
    onward = pass_on(world.central.port)

    def twice(request: Request) -> Answer:
        if request.what == "push":
            onward(request)
        return onward(request)

    with Gate(twice) as gate, Line(gate.port) as line:
        lead(world, line.port, "U10", "V10")
        card, other = numbers
        world.collect("yuni", card)
        world.collect("zul", card)
        world.collect("yuni", other)
        line.fates = at_first(3, Fate(up=700))
        for code in ("V10", "U10", "V10", "U10"):
            meet_until_done(world, code, 6)
        line.fates = lambda _: Fate()
        for code in ("U10", "V10", "DKP", "RSA"):
            meet_until_done(world, code, 2)
        claims = dict(
            rows(
                pusat / "pusat.db",
                "SELECT c.claim, e.kiosk FROM claims AS c JOIN entries AS e ON e.idx = c.idx",
            )
        )
        assert claims == {f"kia:{card}": "V10", f"kia:{other}": "U10"}
        verdicts = [line for line in log_of(pusat) if line.kiosk == "PUSAT"]
        assert sum(read_entry(one.raw).act == "putusan" for one in verdicts) == 1
        for code in ("U10", "V10"):
            desk = world.desk(code)
            (note,) = [one for one in desk.cards.exceptions() if one.kind == "ganda"]
            assert note.number == card
            winner, loser = note.facts["pemenang"], note.facts["kalah"]
            assert (winner["kiosk"], winner["petugas"]) == ("V10", "zul")
            assert (loser["kiosk"], loser["petugas"]) == ("U10", "yuni")
            assert winner["waktu"] and loser["waktu"]
            assert desk.link.state().waiting == 0
        assert world.desk("DKP").core.known(other).status == "tutup"
        states = world.states(card)
        assert all(state == states[0] for state in states)
        all_agree(world, "RSA", "DKP", "U10", "V10")


def test_the_announcement_of_a_key_is_damaged(busy: World) -> None:
    """The announcement of an officer's key is damaged: what he signed cannot be believed until the
    right bytes are back, and then all of it is."""
    key = _seq_of(busy, "kunci")
    kept = rewrite(busy, key, b"")
    rewrite(busy, key, flipped(kept, 200))
    for _ in range(4):
        busy.line("RSA").run()
    assert busy.desk("RSA").link.state().stuck
    rewrite(busy, key, kept)
    clock = ShiftedClock()
    busy.clocks["RSA"] = clock
    for _ in range(4):
        clock.shift += 2 * HOURS
        busy.line("RSA").run()
    meet_until_done(busy, "DKP", 2)
    pusat = busy.home / "pusat"
    assert size_of(pusat, "RSA") == CASES + 2
    log_is_whole(pusat)
    assert busy.desk("RSA").link.state().stuck == ()
    journals_agree(pusat, busy.folder("DKP"), "DKP", "dinas")
    assert len(numbers_once(busy, "DKP")) == CASES


def _seq_of(world: World, act: str) -> int:
    query = "SELECT min(seq) FROM entries WHERE kiosk = 'RSA' AND act = ?"
    return rows(world.folder("RSA") / "kiosk.db", query, act)[0][0]
