"""A sixth procedure: the two files that docs/procedures.md prints, and nothing else.

They are put into the data folders of the kiosks that take part, and one case is walked to its end.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from kiosk.desk.checkup import rebuild
from kiosk.desk.front import DeskRefused
from kiosk.desk.views import FormRefused, Refusal
from kiosk.press import Press
from tests.desk.world import TODAY, World, birth

PAGE = Path(__file__).parents[2] / "docs" / "procedures.md"
SLUG = "perubahan-kk"
PLACES = ("U10", "DKP")
VALUES = {
    "nama": "rahmat  hidayat",
    "nik": "1471 0605 0685 0007",
    "no_kk": "1471061001150009",
    "jenis": "tambah",
    "kelurahan": "14.71.10.1004",
    "telepon": "0813 7000 4321",
}


def printed_files() -> dict[str, str]:
    """The TOML files on the page, by the path that their first line names."""
    blocks = re.findall(r"```toml\n# (\S+\.toml)\n(.*?)```", PAGE.read_text("utf-8"), re.S)
    return dict(blocks)


@pytest.fixture
def office(world: World) -> World:
    """UPTD and dinas have put the files into their data folders."""
    for code in PLACES:
        put_files(world.folder(code))
    return world


def put_files(folder: Path) -> None:
    for path, text in printed_files().items():
        file = folder / path
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")


def test_the_page_prints_a_procedure_and_its_form():
    files = printed_files()
    assert list(files) == [f"procedures/{SLUG}.toml", f"forms/{SLUG}.toml"]
    assert tomllib.loads(files[f"procedures/{SLUG}.toml"])["slug"] == SLUG


def test_a_case_of_it_is_walked_to_its_end(office: World):
    uptd = office.sit("yuni")
    assert SLUG in [one.slug for one in uptd.intake.beginnable()]
    assert "KK belum diambil" in [view.title for view in uptd.work.views()]

    (made,) = uptd.intake.submit(SLUG, VALUES)
    number = made.number
    assert made.name == "RAHMAT HIDAYAT"
    Press(uptd).run()
    papers = uptd.front.folder / "kertas"
    resi = " ".join((papers / f"resi-{number}.txt").read_text("utf-8").split())
    assert "RAHMAT HIDAYAT" in resi and "Perubahan KK lewat UPTD" in resi
    card = " ".join((papers / f"kartu-{number}.txt").read_text("utf-8").split())
    assert all(word in card for word in ("Penerimaan permohonan", "Penyerahan KK"))

    daftar = office.send("yuni", "daftar", [number])
    office.meet(*PLACES)
    office.count_in("andi", daftar, [number])
    office.do("andi", number, "dicetak", siak_ref="KK-2026-77")
    bast = office.send("andi", "bast", [number])
    office.meet(*PLACES)

    uptd = office.sit("yuni")
    assert uptd.work.count("langkah:KK belum diambil") == 0
    office.count_in("yuni", bast, [number])
    (row,) = uptd.work.rows("langkah:KK belum diambil", 0, 10)
    assert (row.number, row.name, row.procedure) == (number, "RAHMAT HIDAYAT", SLUG)
    office.do("yuni", number, "diserahkan", penerima_nama="RAHMAT HIDAYAT")
    office.meet(*PLACES)
    for code in PLACES:
        state = office.desk(code).core.known(number)
        assert (state.status, state.flags) == ("tutup", ())
        assert [line.outcome for line in state.lines if line.act == "hasil"] == [
            *("dikirim", "dicetak", "dikirim"),
            "diserahkan",
        ]


def test_it_is_found_by_whatever_the_applicant_has(office: World):
    uptd = office.sit("yuni")
    (made,) = uptd.intake.submit(SLUG, VALUES)
    for text in ("hidayat", "1471060506850007", "1471061001150009", "70004321", made.code):
        assert [row.number for row in uptd.work.search(text)] == [made.number], text
    assert made.number in [row.number for row in uptd.work.rows("kerja", 0, 10)]


def test_its_answers_are_checked_like_any_other(office: World):
    uptd = office.sit("yuni")
    with pytest.raises(FormRefused) as refused:
        uptd.intake.submit(SLUG, VALUES | {"nik": "147106"})
    assert refused.value.findings[0].key == "nik"
    (made,) = uptd.intake.submit(SLUG, VALUES)
    with pytest.raises(Refusal):
        uptd.files.record(made.number, "dikirim", {})


def test_births_go_on_beside_it(office: World):
    ward = office.sit("siti")
    assert SLUG not in [one.slug for one in ward.intake.beginnable()]
    (made,) = ward.intake.submit("kado-camer", birth(1, TODAY))
    assert ward.core.known(made.number).step == "1"


def test_a_kiosk_without_the_files_keeps_what_it_gets(office: World):
    """The dinas has not put them in yet: it receives the file, and changes nothing."""
    for folder in ("procedures", "forms"):
        (office.folder("DKP") / folder / f"{SLUG}.toml").unlink()
    uptd = office.sit("yuni")
    (made,) = uptd.intake.submit(SLUG, VALUES)
    daftar = office.send("yuni", "daftar", [made.number])
    office.desk("DKP")
    office.meet(*PLACES)
    office.count_in("andi", daftar, [made.number])
    dinas = office.sit("andi")
    assert dinas.work.open(made.number).offers == ()
    assert "tidak dikenal" in dinas.work.open(made.number).why_not
    office.shut("DKP")

    put_files(office.folder("DKP"))
    rebuild(office.desk("DKP"))
    dinas = office.sit("andi")
    labels = [offer.label for offer in dinas.work.open(made.number).offers]
    assert labels == ["KK tercetak", "Ditolak"]
    assert [row.number for row in dinas.work.rows("kerja", 0, 10)] == [made.number]


def test_a_wrong_line_is_told_and_the_kiosk_does_not_start(office: World):
    path = office.folder("U10") / "procedures" / f"{SLUG}.toml"
    path.write_text(path.read_text("utf-8").replace('to = "4"', 'to = "5"'), encoding="utf-8")
    with pytest.raises(DeskRefused, match=r"perubahan-kk\.toml.*langkah '5' tidak ada"):
        office.desk("U10")
