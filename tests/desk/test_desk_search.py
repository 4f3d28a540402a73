"""Finding a case by whatever the applicant has in his hand."""

from __future__ import annotations

import pytest

from kiosk.desk.desk import Desk
from tests.desk.world import World, birth


@pytest.fixture
def ward(offline: World) -> Desk:
    offline.take_in(1, 2, 3)
    return offline.sit("siti")


def test_every_kind_of_fragment_finds_its_case(ward: Desk) -> None:
    values = birth(2)
    row = next(r for r in ward.work.everything() if r.name == values["anak_nama"])
    name = values["anak_nama"]
    for text in (
        name,
        name.lower(),
        name[1:-1],
        values["ibu_nama"][2:],
        values["ayah_nama"],
        values["ibu_nik"],
        values["ayah_nik"],
        values["ibu_nik"][4:],
        values["no_kk"],
        row.code,
        row.code.lower(),
        row.number,
        row.number.lower(),
        row.number.replace("-", ""),
        row.number.replace("-", " "),
        values["telepon"],
        values["telepon"].replace("0", "+62", 1),
        f"{values['telepon'][:4]}-{values['telepon'][4:7]}-{values['telepon'][7:]}",
        values["telepon"][4:],
        f" {name.split()[-1]} ",
    ):
        assert row.number in [found.number for found in ward.work.search(text)], text
    for one in (values["ibu_nik"], values["telepon"], row.number, row.code):
        assert [found.number for found in ward.work.search(one)] == [row.number]


@pytest.mark.parametrize(
    "text",
    ["", "   ", '"', '""""', "a\x00b", "abc\x00def", "\udc80abc", "x" * 5000, "OR AND NOT", "%",
     "_", "*", "(", "NEAR(abc def)", "words:abc", "😀😀😀", "\x1b[31mabc",
     "-", "'; DROP TABLE cases"],
)  # fmt: skip
def test_nothing_typed_breaks_the_search(ward: Desk, text: str) -> None:
    ward.work.search(text)
    assert ward.work.count("semua") == 3


def test_a_changed_name_is_found_no_more(ward: Desk) -> None:
    assert ward.work.search("tidak ada orang begini") == []


@pytest.mark.parametrize(
    "text",
    [
        "\x00" * 3000,
        "LL1:" + "A" * 3000,
        "LL1:" + "\x1b[2J" * 750,
        "".join(chr(n % 32) for n in range(3000)),
        "%PDF-1.7\n" + "\xe2\xe3\xcf\xd3" * 700,
        "RSA1-261121-0001-" + "\x07" * 3000,
        "\udcff" * 3000,
        "ß" * 3000,
        "",
    ],
)
def test_garbage_scanned_is_said_to_be_none_of_ours(ward: Desk, text: str) -> None:
    seen = ward.work.scan(text)
    assert seen.state == "tidak-sah" and seen.says and "\n" not in seen.says
    assert (seen.number, seen.known) == ("", False)
    assert ward.front.connection.execute("SELECT count(*) FROM cases").fetchone() == (3,)


def test_a_scan_is_read_with_caps_lock_and_by_number(ward: Desk) -> None:
    row = next(ward.work.everything())
    code = ward.printing.qr_of("R", row.number)
    for text in (code, code.swapcase(), code.lower(), f"  {code}\r\n"):
        seen = ward.work.scan(text)
        assert (seen.state, seen.kind, seen.number) == ("sah", "R", row.number)
        assert seen.known and seen.unsynced
    typed = ward.work.scan(row.number.lower().replace("-", ""))
    assert (typed.state, typed.number, typed.known) == ("nomor", row.number, True)
    body = code[:-1] + ("A" if code[-1] != "A" else "B")
    assert ward.work.scan(body).state == "tidak-sah"
