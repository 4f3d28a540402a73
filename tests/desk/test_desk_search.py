"""Finding a case by whatever the applicant has in his hand."""

from __future__ import annotations

import pytest

from kiosk.cases.resi import case_id, kode_permohonan
from kiosk.desk.desk import Desk
from kiosk.desk.ledger import Act
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


def test_what_other_systems_call_a_case_finds_it(world: World) -> None:
    """SIAK's number, the akta's, and the serial number of a card that was found on the street."""
    first, second = world.take_in(1, 2)
    world.to_dinas(first, second)
    world.do("andi", first, "dientri", siak_ref="SK-77/2026")
    dinas = world.desk("DKP")
    assert [row.number for row in dinas.work.search("SK-77/2026")] == [first]
    world.do("rina", first, "koreksi", catatan="nama ayah")
    world.do("andi", first, "dientri", siak_ref="SK-78/2026")
    for text in ("SK-77/2026", "SK-78/2026"):
        assert [row.number for row in dinas.work.search(text)] == [first]
    world.to_printed(second)
    assert [row.number for row in dinas.work.search(f"K{second[-6:-2]}")] == [second]
    assert first in [row.number for row in dinas.work.search(birth(1)["ibu_nama"])]


def grouped(number: str) -> str:
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))


def test_numbers_are_found_as_they_are_copied_and_said(ward: Desk) -> None:
    values = birth(2)
    row = next(r for r in ward.work.everything() if r.name == values["anak_nama"])
    telephone = values["telepon"]
    for text in (
        grouped(values["ibu_nik"]),
        grouped(values["no_kk"]).replace(" ", "."),
        telephone[:9],  # still being typed: 08...
        f"{values['anak_nama'].split()[0]} {telephone[:8]}",
    ):
        assert row.number in [found.number for found in ward.work.search(text)], text
    # 0, 1 read out as O, I: no kode permohonan has those letters.
    code = next((one for one in ward.work.everything() if set("01") & set(one.code)), row)
    misread = code.code.replace("0", "O").replace("1", "I")
    assert code.number in [found.number for found in ward.work.search(misread)]


@pytest.mark.parametrize("procedure", ["akapela", "kia-whatsapp", "akta-jambi", "mas-rapid-nama"])
def test_cases_of_every_procedure_are_found_open_and_closed(ward: Desk, procedure: str) -> None:
    core = ward.core
    isi = {"nama": "ZULKIFLI RAHMAN", "nik": "1471104506920077", "telepon": "6281277778888"}
    with core.ledger.transaction():
        (number,) = core.next_numbers(1)
        data = {"nomor": number, "prosedur": procedure, "isi": isi}
        first = core.procedures[procedure].first.id
        core.ledger.write(core.hand(), Act(case_id(number), "permohonan", first, data=data))
    words = ("zulkif", "ZULKIFLI RAH", isi["nik"], "0812 7777 8888", "+62812-7777-8888", "77778888")
    for text in (*words, number, kode_permohonan(number)):
        assert [found.number for found in ward.work.search(text)] == [number], text
    core.db.execute("UPDATE cases SET status='tutup', step='tutup' WHERE number=?", (number,))
    assert [found.status for found in ward.work.search("zulkif")] == ["tutup"]
