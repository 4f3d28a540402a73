"""Registers and declarations on paper: read back from every printer's own language."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from config.letters import LETTERS, load_letter
from drivers.profiles import PROFILES
from drivers.virtual.decode import decode
from drivers.virtual.decode_escp import decode_escp
from kiosk.cases.period import Period
from kiosk.cases.registers import KINDS
from kiosk.cases.reporting import Column, Report
from kiosk.cases.sworn import SPTJM, lacking, sworn
from kiosk.papers.laporan import laporan
from kiosk.papers.model import Paper, Table
from kiosk.papers.preview import to_text
from kiosk.papers.render import render
from kiosk.papers.sptjm import sptjm
from tests.papers.test_papers_escp import meant, words

if TYPE_CHECKING:
    from conftest import World

PERIOD = Period(date(2026, 11, 1), date(2026, 11, 21))
ANSWERS = {
    "anak_nama": "MUHAMMAD ALIF PRATAMA",
    "anak_jk": "L",
    "anak_tgl_lahir": "2026-11-20",
    "anak_pukul": "14:05",
    "anak_tempat_lahir": "PEKANBARU",
    "anak_ke": "2",
    "ibu_nama": "SITI NURHALIZA",
    "ibu_nik": "1471084505980034",
    "ibu_tempat_lahir": "PEKANBARU",
    "ibu_tgl_lahir": "1998-05-05",
    "ibu_pekerjaan": "2",
    "ayah_nama": "BUDI PRATAMA",
    "ayah_nik": "1471080505960033",
    "no_kk": "1471080101180001",
    "alamat": "JL. MAWAR 1",
    "rt": "1",
    "rw": "2",
    "kelurahan": "14.71.10.1005",
    "pelapor_hubungan": "ibu",
    "bukti_lahir": "sptjm",
    "bukti_nikah": "sptjm",
    "saksi1_nama": "RAHMAT HIDAYAT",
    "saksi1_nik": "1471080101750021",
    "saksi2_nama": "NURUL HUDA",
    "saksi2_nik": "1471084102700022",
}


def report_of(world: World, slug: str, count: int) -> Report:
    columns = KINDS[slug].columns()
    row = tuple(f"{column.title} isi" for column in columns)
    rows = tuple((str(n), *row[1:]) for n in range(1, count + 1))
    rules = world.procedure
    title = "Registrasi permohonan masyarakat"
    return Report(slug, title, rules.slug, rules.title, rules.number, PERIOD, columns, rows)


def paper_of(world: World, slug: str, count: int = 3) -> Paper:
    return laporan(
        "LAP-DKP-261121-0815",
        office=world.office,
        officer=world.person("dodi"),
        report=report_of(world, slug, count),
        time=world.start,
    )


def declaration(world: World, kind: str, **changes: str) -> Paper:
    return sptjm(
        next(one for one in SPTJM if one == kind),
        world.case(values={**ANSWERS, **changes}),
        letter=load_letter(kind),
        office=world.office,
        named=lambda codes, code: f"{codes}/{code}",
        time=world.start,
    )


# -- laporan -----------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", KINDS)
def test_every_register_fits_and_says_all_of_every_row(world: World, slug: str) -> None:
    paper = paper_of(world, slug)
    for columns in (32, 48, 80):
        assert max(map(len, to_text(paper, columns))) <= columns
    elements = decode_escp(render(paper, PROFILES["dotmatrix"]))
    assert words(elements) == meant(paper)
    said = " ".join(meant(paper))
    for column in KINDS[slug].columns():
        assert column.title.split()[0] in said, column
    assert "Periode: 01-11-2026 s.d. 21-11-2026" in said and "Jumlah baris: 3" in said
    assert decode(render(paper, PROFILES["58"]))


@pytest.mark.parametrize("slug", KINDS)
def test_the_table_of_a_register_has_its_columns_side_by_side_on_80_characters(
    world: World, slug: str
) -> None:
    (table,) = [one for one in paper_of(world, slug).blocks if isinstance(one, Table)]
    assert sum(table.widths) + len(table.widths) - 1 <= 80, slug
    shown = [column for column in KINDS[slug].columns() if column.screen]
    fixed = sum(column.width for column in shown) + len(shown) - 1
    assert 80 - 2 - fixed >= 12, "the list on the screen leaves room for the column that stretches"
    assert [column.width for column in shown].count(0) == 1


def test_a_column_below_another_shares_its_cell(world: World) -> None:
    report = replace(
        report_of(world, "registrasi", 0),
        columns=(Column("a", "A", 3), Column("b", "B", 0), Column("c", "C", 20, below=True)),
        rows=(("1", "dua", "tiga"), ("2", "", "tiga")),
    )
    paper = laporan("LAP-1", office=world.office, officer=world.person("ani"), report=report,
                    time=world.start)  # fmt: skip
    (table,) = [one for one in paper.blocks if isinstance(one, Table)]
    assert table.headers == ("A", "B\nC") and table.rows == (("1", "dua\ntiga"), ("2", "-\ntiga"))
    assert table.widths == (3, 20) and table.stretch == 1


def test_a_long_register_goes_over_pages_of_a4_with_its_head_on_each(world: World) -> None:
    pdf = PdfReader(io.BytesIO(render(paper_of(world, "registrasi", 90), PROFILES["a4"])))
    texts = [page.extract_text() for page in pdf.pages]
    assert len(texts) > 2
    assert all("Nomor" in text for text in texts[:-1])
    assert "AKHIR LAPORAN LAP-DKP-261121-0815" in " ".join(texts[-1].split())


def test_nothing_in_the_period_is_said_plainly(world: World) -> None:
    assert "Tidak ada catatan dalam periode ini." in to_text(paper_of(world, "masalah", 0), 80)


# -- SPTJM -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", SPTJM)
def test_a_declaration_names_everyone_and_is_for_three_signatures(world: World, kind: str) -> None:
    paper = declaration(world, kind)
    elements = decode_escp(render(paper, PROFILES["dotmatrix-24"]), 24)
    assert words(elements) == meant(paper)
    said = " ".join(meant(paper))
    letter = load_letter(kind)
    assert letter.code in said and letter.subtitle in said
    for key in ("anak_nama", "ibu_nik", "ayah_nik", "saksi1_nama", "saksi1_nik", "saksi2_nama"):
        assert ANSWERS[key] in said, key
    assert ("Nomor KK" in said) is (kind == "sptjm-nikah")
    assert "Saksi I" in said and "Yang membuat pernyataan" in said
    assert all(sentence in said for sentence in letter.closing)
    pdf = PdfReader(io.BytesIO(render(paper, PROFILES["a4"])))
    assert len(pdf.pages) <= 2


def test_a_reporter_who_is_no_parent_declares_and_what_is_not_known_is_left_to_the_pen(
    world: World,
) -> None:
    paper = declaration(world, "sptjm-lahir", pelapor_hubungan="nenek", pelapor_nama="MARYAM",
                        pelapor_nik="1471084101600011")  # fmt: skip
    said = "\n".join(to_text(paper, 80))
    first = said.split("menyatakan dengan sebenarnya")[0]
    assert "MARYAM" in first and "1471084101600011" in first
    assert "Tempat/tgl lahir: ......" in first
    assert "(MARYAM)" in said


def test_a_father_whom_the_certificate_does_not_name_is_not_named(world: World) -> None:
    said = "\n".join(to_text(declaration(world, "sptjm-lahir", ayah_nama="", ayah_nik=""), 80))
    assert "Nama Ayah" not in said and "Nama Ibu" in said


def test_which_declarations_are_called_for_and_what_they_lack() -> None:
    assert sworn(ANSWERS) == ("sptjm-lahir", "sptjm-nikah")
    assert sworn({"bukti_lahir": "asli", "bukti_nikah": "tidak_ada"}) == ()
    assert lacking("sptjm-lahir", ANSWERS) == ()
    assert lacking("sptjm-lahir", {**ANSWERS, "saksi2_nik": ""}) == ("saksi2_nik",)
    assert lacking("sptjm-nikah", {**ANSWERS, "ayah_nama": ""}) == ("ayah_nama",)


def test_every_letter_can_be_read() -> None:
    assert {path.stem for path in LETTERS.glob("*.toml")} == set(SPTJM)
    for kind in SPTJM:
        assert load_letter(kind).closing
