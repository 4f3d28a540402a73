"""What SQLite sums up for the book says the same as every line by itself."""

from __future__ import annotations

import json
import sqlite3

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.cases.blanko import Balance, Book, balance
from kiosk.cases.blanko_moves import Move
from kiosk.store.blanko import keep_moves, moves_for_book, newest_moves, put_kept_moves_back
from kiosk.store.schema import LOCAL_TABLES, READ_TABLES, create
from tests.cases.test_blanko import DINAS, WARD, any_move


def table(moves: list[Move]) -> sqlite3.Connection:
    db = sqlite3.connect(":memory:")
    tables = {"blanko_moves": READ_TABLES["blanko_moves"]}
    create(db, {**tables, "blanko_kept": LOCAL_TABLES["blanko_kept"]})
    for one in moves:
        db.execute(
            "INSERT INTO blanko_moves VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                *(one.ref, one.time, one.kind, one.place, one.move, one.count, one.book),
                *(one.serial, one.case, one.number, one.other, json.dumps(one.about)),
                *(one.reason, one.officer),
            ),
        )
    return db


def only(lines: dict[tuple[str, str], Balance], kind: str) -> dict[str, Balance]:
    return {place: line for (one, place), line in lines.items() if one == kind}


@given(st.lists(any_move, max_size=25, unique_by=lambda move: move.ref))
@settings(max_examples=150, deadline=None)
def test_summed_up_or_one_by_one_the_book_is_the_same(moves: list[Move]) -> None:
    db = table(moves)
    full = Book(moves).balances()
    for kind in ("kia", "ktp"):
        read = Book(moves_for_book(db, kind)).balances()
        assert only(read, kind) == only(full, kind)
        for place in (DINAS, WARD):
            line = balance(moves_for_book(db, kind, place), kind, place)
            assert line == full.get((kind, place), Balance(kind, place))
    db.close()


def test_the_newest_lines_come_first() -> None:
    moves = [Move(f"DKP/1/{n}", n, "kia", DINAS, "terima", n) for n in range(1, 9)]
    moves.append(Move("DKP/1/9", 9, "kia", WARD, "terima-kiriman", 1, other=DINAS))
    moves.append(Move("DKP/1/10", 10, "kia", WARD, "terima", 1, other=DINAS))
    db = table(moves)
    assert [one.time for one in newest_moves(db, "kia", DINAS, 3)] == [9, 8, 7]
    assert len(newest_moves(db, "kia", "", 100)) == 10
    db.close()


def test_a_purge_keeps_the_card_and_not_the_note() -> None:
    spoiled = Move("DKP/1/1", 1, "kia", DINAS, "rusak", 1, serial="K1", case=b"1", reason="BUDI")
    other = Move("DKP/1/2", 2, "kia", DINAS, "rusak", 1, serial="K2", case=b"2", reason="macet")
    db = table([spoiled, other])
    keep_moves(db, b"1")
    before = list(moves_for_book(db, "kia"))
    assert {one.serial: one.reason for one in before} == {"K1": "", "K2": "macet"}
    db.execute("DELETE FROM blanko_moves WHERE case_id = ?", (b"1",))
    put_kept_moves_back(db)
    assert set(moves_for_book(db, "kia")) == set(before)
    assert "BUDI" not in "".join(db.iterdump())
    db.close()
