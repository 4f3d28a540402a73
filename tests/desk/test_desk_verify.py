"""``kiosk verify`` names the first bad entry; ``kiosk rebuild`` gives the same tables again."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from kiosk.desk.checkup import Verdict, fingerprint, rebuild, verify
from kiosk.desk.desk import Desk
from kiosk.desk.views import Refusal
from kiosk.store.database import DATABASE
from kiosk.store.schema import READ_TABLES
from tests.desk.world import World, adopt, living

Tamper = Callable[[sqlite3.Connection], object]


@dataclass(frozen=True)
class Proof:
    """The dinas's folder after a day's work, closed: its own chain, and parts of the others'."""

    folder: Path
    spots: tuple[tuple[str, int, int], ...]
    numbers: tuple[str, ...]

    def own(self) -> list[tuple[str, int, int]]:
        return [spot for spot in self.spots if spot[0] == "DKP"]


@pytest.fixture(scope="module")
def proof(template: Path, ground: Path) -> Iterator[Proof]:
    with living(template, ground / "bukti") as world:
        numbers = world.take_in(1, 2)
        world.to_dinas(*numbers)
        world.to_printed(numbers[0])
        world.send("wati", "rekap")
        world.meet()
        world.do("andi", numbers[1], "kembali", catatan="KK belum ada")  # not yet at pusat
        rows = world.desk("DKP").core.db.execute(
            "SELECT kiosk, epoch, seq FROM entries ORDER BY rowid"
        )
        spots = tuple(rows.fetchall())
        world.shut("DKP")
        yield Proof(world.folder("DKP"), spots, tuple(numbers))


@pytest.fixture
def check(proof: Proof, place: Path) -> Callable[[Tamper], Verdict]:
    """Copy the folder, tamper with its database, verify."""

    def tampered(tamper: Tamper) -> Verdict:
        folder = place / "dkp"
        shutil.copytree(proof.folder, folder)
        adopt(folder)
        with sqlite3.connect(folder / DATABASE) as db:
            tamper(db)
        db.close()
        desk = Desk.open(folder)
        try:
            return verify(desk)
        finally:
            desk.close()
            shutil.rmtree(folder)

    return tampered


def named(spot: tuple[str, int, int]) -> str:
    return "/".join(str(part) for part in spot)


def at(spot: tuple[str, int, int]) -> str:
    kiosk, epoch, seq = spot
    return f"kiosk='{kiosk}' AND epoch={epoch} AND seq={seq}"


def flip(spot: tuple[str, int, int], position: int, column: str = "raw") -> Tamper:
    def tamper(db: sqlite3.Connection) -> None:
        (value,) = db.execute(f"SELECT {column} FROM entries WHERE {at(spot)}").fetchone()
        bad = bytearray(value)
        bad[position % len(bad)] ^= 1 << (position % 8)
        db.execute(f"UPDATE entries SET {column}=? WHERE {at(spot)}", (bytes(bad),))

    return tamper


def test_an_untouched_journal_is_whole(proof: Proof, check: Callable[[Tamper], Verdict]) -> None:
    verdict = check(lambda _: None)
    assert verdict == Verdict(len(proof.spots))
    assert len(proof.own()) > 15 and {spot[0] for spot in proof.spots} == {"DKP", "RSA", "PUSAT"}


def test_any_flipped_byte_of_any_entry_is_named(
    proof: Proof, check: Callable[[Tamper], Verdict]
) -> None:
    chance = Random(20261121)
    for spot in proof.spots:
        for position in (0, -1, chance.randrange(1, 2000)):
            verdict = check(flip(spot, position))
            assert verdict.bad == named(spot), (spot, position)
            assert verdict.says


@pytest.mark.parametrize("column", ["hash", "prev", "case_id"])
def test_what_an_entry_is_filed_under_is_checked(
    proof: Proof, check: Callable[[Tamper], Verdict], column: str
) -> None:
    for spot in Random(column).sample(proof.spots, 6):
        assert check(flip(spot, 7, column)).bad == named(spot)


@pytest.mark.parametrize("change", ["act='cetak2'", "line=line+1", "time=time-1"])
def test_so_is_its_place_on_the_card(
    proof: Proof, check: Callable[[Tamper], Verdict], change: str
) -> None:
    for spot in Random(change).sample(proof.spots, 4):
        verdict = check(lambda db, s=spot: db.execute(f"UPDATE entries SET {change} WHERE {at(s)}"))
        assert verdict.bad == named(spot)


def test_a_deleted_entry_of_our_own_is_missed(
    proof: Proof, check: Callable[[Tamper], Verdict]
) -> None:
    own = proof.own()
    for spot in (own[0], *Random(3).sample(own[1:-1], 6), own[-1]):
        verdict = check(lambda db, s=spot: db.execute(f"DELETE FROM entries WHERE {at(s)}"))
        expected = spot if spot == own[-1] else own[own.index(spot) + 1]
        assert verdict.bad == named(expected)


def test_a_torn_off_end_is_missed_even_when_the_head_agrees(
    proof: Proof, check: Callable[[Tamper], Verdict]
) -> None:
    """Pusat's receipt says how far the chain went."""
    own = proof.own()

    def tear(db: sqlite3.Connection) -> None:
        kept = own[len(own) // 2]
        db.execute(f"DELETE FROM entries WHERE kiosk='DKP' AND seq > {kept[2]}")
        db.execute(
            f"UPDATE heads SET (seq, hash) = (SELECT seq, hash FROM entries WHERE {at(kept)})"
        )

    verdict = check(tear)
    assert verdict.bad.startswith("DKP/1/") and "pusat" in verdict.says


def test_swapped_entries_are_named(proof: Proof, check: Callable[[Tamper], Verdict]) -> None:
    chance = Random(4)
    for columns in ("raw", "raw, prev, hash"):
        for _ in range(4):
            one, two = sorted(chance.sample(range(len(proof.spots)), 2))

            def swap(db: sqlite3.Connection, a: int = one, b: int = two, c: str = columns) -> None:
                pair = [
                    db.execute(f"SELECT {c} FROM entries WHERE {at(proof.spots[i])}").fetchone()
                    for i in (a, b)
                ]
                marks = ",".join("?" * len(pair[0]))
                for i, values in ((a, pair[1]), (b, pair[0])):
                    db.execute(
                        f"UPDATE entries SET ({c}) = ({marks}) WHERE {at(proof.spots[i])}"
                        if "," in c
                        else f"UPDATE entries SET {c} = ? WHERE {at(proof.spots[i])}",
                        values,
                    )

            assert check(swap).bad == named(proof.spots[one])


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE heads SET hash=zeroblob(32)",
        "UPDATE heads SET seq=seq+1",
        "UPDATE heads SET seq=seq-1",
        "UPDATE heads SET (seq, hash) = (SELECT seq, hash FROM entries WHERE kiosk='DKP'"
        " ORDER BY seq LIMIT 1 OFFSET 3)",
        "UPDATE heads SET epoch=2",
        "UPDATE heads SET own=0",
        "DELETE FROM heads",
    ],
)
def test_a_tampered_head_is_told(check: Callable[[Tamper], Verdict], sql: str) -> None:
    verdict = check(lambda db: db.execute(sql))
    assert verdict.bad.startswith("DKP/") and verdict.says


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE receipts SET seq=seq+1",
        "UPDATE receipts SET hash=zeroblob(32)",
        "UPDATE receipts SET raw=zeroblob(150)",
        "UPDATE receipts SET time=time+1",
    ],
)
def test_a_receipt_pusat_did_not_give_is_told(check: Callable[[Tamper], Verdict], sql: str) -> None:
    verdict = check(lambda db: db.execute(sql))
    assert verdict.bad.startswith("DKP/1/") and "anda terima" in verdict.says


def test_a_damaged_case_is_refused_in_plain_words(proof: Proof, place: Path) -> None:
    folder = place / "dkp"
    shutil.copytree(proof.folder, folder)
    adopt(folder)
    with sqlite3.connect(folder / DATABASE) as db:
        db.execute("UPDATE entries SET raw=x'00' WHERE act='permohonan'")
    db.close()
    desk = Desk.open(folder)
    desk.session.login("andi", "2222")
    for call in (
        lambda: desk.work.open(proof.numbers[0]),
        lambda: desk.files.receive(proof.numbers[0]),
        lambda: rebuild(desk),
    ):
        with pytest.raises(Refusal, match="rusak"):
            call()
    assert desk.work.count("semua") == 2  # the tables are as they were
    desk.close()


def test_rebuild_gives_the_same_tables(proof: Proof, place: Path) -> None:
    folder = place / "dkp"
    shutil.copytree(proof.folder, folder)
    adopt(folder)
    desk = Desk.open(folder)
    before = fingerprint(desk)
    rows = [(row.number, row.step) for row in desk.work.everything()]
    db = desk.core.db
    for table in (*READ_TABLES, "case_words"):
        db.execute(f"DELETE FROM {table}")
    assert fingerprint(desk) != before
    assert rebuild(desk) == len(proof.spots)
    assert fingerprint(desk) == before
    assert [(row.number, row.step) for row in desk.work.everything()] == rows
    desk.session.login("wati", "7777")
    assert desk.batches.recent()
    # Numbers go on where they stood.
    desk.session.login("andi", "2222")
    batch = desk.batches.hand_over("bast", "rs:RSA", [proof.numbers[1]], 1)
    assert batch.split("-")[2] == "S001"
    desk.close()


def test_the_tables_tell_when_they_are_not_those_of_the_journal(world: World) -> None:
    world.take_in(1)
    ward = world.desk("RSA")
    before = fingerprint(ward)
    ward.core.db.execute("UPDATE cases SET name='LAIN'")
    assert fingerprint(ward) != before
    rebuild(ward)
    assert fingerprint(ward) == before
