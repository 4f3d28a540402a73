"""What the kiosks' and central's books say, read from their folders when nobody works there."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from kiosk.cases.resi import case_id
from kiosk.desk.checkup import fingerprint
from kiosk.desk.desk import Desk
from tests.e2e.city import City, Loket

Spot = tuple[str, int, int]


def rows(database: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """What a database answers; nothing is written."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return connection.execute(sql, values).fetchall()


def journal(database: Path, number: str = "") -> dict[Spot, bytes]:
    """The hash of every entry, or of every entry of one case, by its place in its chain."""
    sql = "SELECT kiosk, epoch, seq, hash FROM entries"
    found = (
        rows(database, f"{sql} WHERE case_id=?", case_id(number)) if number else rows(database, sql)
    )
    return {(code, epoch, seq): digest for code, epoch, seq, digest in found}


def cases(loket: Loket) -> dict[str, dict[str, Any]]:
    """``kiosk cases --json`` by number, each number once."""
    answers = [json.loads(line) for line in loket.command("cases", "--json").splitlines()]
    by_number = {answer["nomor"]: answer for answer in answers}
    assert len(by_number) == len(answers), "two cases with one number"
    return by_number


def agree(city: City) -> None:
    """Exchange until there is nothing new; then central has every entry as each kiosk has it."""
    for _ in range(2):
        for loket in city.lokets:
            loket.command("sync", "--once")
    log = journal(city.pusat / "pusat.db")
    for loket in city.lokets:
        quiet = json.loads(loket.command("sync", "--once", "--json"))
        del quiet["lagi_dalam_detik"]
        assert quiet == {"dikirim": 0, "diterima": 0, "kendala": "", "perlu_tindakan": []}
        mine = journal(loket.folder / "kiosk.db")
        code = loket.place.code
        assert {spot for spot in mine if spot[0] == code} == {s for s in log if s[0] == code}
        assert mine.items() <= log.items()


def agree_on(city: City, lokets: Sequence[Loket], number: str) -> dict[str, Any]:
    """These kiosks and central have the same entries of a case and say the same; what they say."""
    log = journal(city.pusat / "pusat.db", number)
    said: list[dict[str, Any]] = []
    for loket in lokets:
        assert journal(loket.folder / "kiosk.db", number) == log
        answer = cases(loket)[number]
        assert answer.pop("tersinkron")
        said.append(answer)
    assert all(one == said[0] for one in said)
    return said[0]


def whole(city: City) -> None:
    """Every journal verifies, and the read tables come out of it again as they were."""
    for loket in city.lokets:
        assert "Jurnal utuh" in loket.command("verify")
        before = _fingerprint(loket)
        loket.command("rebuild")
        assert _fingerprint(loket) == before
        assert not rows(loket.folder / "kiosk.db", "SELECT says FROM strange")


def _fingerprint(loket: Loket) -> str:
    desk = Desk.open(loket.folder)
    try:
        return fingerprint(desk)
    finally:
        desk.close()
