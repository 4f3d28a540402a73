"""The counts in docs/keystrokes.md are those of today's screens, by a sample of its rows."""

from __future__ import annotations

from pathlib import Path

from scripts.keystrokes import WAYS, count

DOCS = Path(__file__).parents[2] / "docs" / "keystrokes.md"
QUICK = ("from a pasted chat", "a call with no question about a case")


def written() -> dict[tuple[str, str], int]:
    rows = [line.strip("| ").split(" | ") for line in DOCS.read_text().splitlines() if "| " in line]
    return {(row[0], row[1]): int(row[2]) for row in rows if row[2:3] and row[2].isdigit()}


async def test_the_document_says_what_the_screens_ask() -> None:
    counted = await count(tuple(way for way in WAYS if way.how in QUICK))
    for one in counted:
        assert written()[one.way.procedure, one.way.how] == one.keys


def test_every_way_stands_in_the_document() -> None:
    assert {(way.procedure, way.how) for way in WAYS} == set(written())


def test_a_chat_spares_nearly_all_of_the_typing() -> None:
    keys = written()
    kia = "KIA via WhatsApp"
    assert keys[kia, "from a pasted chat"] * 10 < keys[kia, "the empty form, Enter only"]
