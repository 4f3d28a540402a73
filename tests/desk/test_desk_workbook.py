"""Workbooks of a prison: sheets as Excel writes them, broken ones, hostile ones."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.desk.views import Refusal
from kiosk.desk.workbook import is_workbook, read_workbook
from tests.desk.field import inmate, plan
from tests.desk.world import World

_TYPES = """<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/\
content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.\
relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override \
PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.\
spreadsheetml.sheet.main+xml"/></Types>"""
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/>'
    "</cellXfs></styleSheet>"
)


def xlsx(*sheets: list[list[object]], hidden: int = -1, corner: str = "") -> bytes:
    """A workbook of these sheets; ``corner`` is a further cell of the first, ``hidden`` a sheet
    that is not shown."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr("[Content_Types].xml", _TYPES)
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" Type="{_OFFICE}/'
            'officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        names = "".join(
            f'<sheet name="L{n}" sheetId="{n + 1}" r:id="r{n + 1}"'
            + (' state="hidden"/>' if n == hidden else "/>")
            for n in range(len(sheets))
        )
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{names}</sheets></workbook>',
        )
        book.writestr("xl/styles.xml", _STYLES)
        links = "".join(
            f'<Relationship Id="r{n + 1}" Type="{_OFFICE}/worksheet" Target="worksheets/'
            f'sheet{n + 1}.xml"/>'
            for n in range(len(sheets))
        )
        styles = f'<Relationship Id="s" Type="{_OFFICE}/styles" Target="styles.xml"/>'
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_PACKAGE}">{links}{styles}</Relationships>',
        )
        for n, rows in enumerate(sheets):
            body = "".join(
                f'<row r="{at}">{"".join(_cell(at, n, v) for n, v in enumerate(row))}</row>'
                for at, row in enumerate(rows, 1)
            )
            more = f"<row>{corner}</row>" if corner and not n else ""
            book.writestr(
                f"xl/worksheets/sheet{n + 1}.xml",
                f'<worksheet xmlns="{_MAIN}"><sheetData>{body}{more}</sheetData></worksheet>',
            )
    return out.getvalue()


def _cell(row: int, column: int, value: object) -> str:
    at = f"{'ABCDEFGHIJ'[column]}{row}"
    if isinstance(value, date):
        return f'<c r="{at}" s="1"><v>{(value - date(1899, 12, 30)).days}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{at}"><v>{value}</v></c>'
    return f'<c r="{at}" t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


HEAD: list[object] = ["No", "Nama", "NIK", "Tgl Lahir", "JK", "Blok"]


def row(n: int, nik: object = "") -> list[object]:
    one = inmate(n)
    return [n, one["Nama"], nik or one["NIK"], date(1990, 5, 3), "L", one["Blok"]]


def test_texts_numbers_and_days_are_told_apart():
    ((name, rows),) = read_workbook(xlsx([HEAD, row(0), row(1, 1471100305900010)]))
    assert name == "L0"
    assert rows[1][1:4] == (inmate(0)["Nama"], inmate(0)["NIK"], date(1990, 5, 3))
    assert rows[2][2] == 1471100305900010.0


def test_a_hidden_sheet_is_not_read():
    sheets = read_workbook(xlsx([["rahasia"]], [HEAD, row(0)], hidden=0))
    assert [name for name, _ in sheets] == ["L1"]


def test_a_list_in_a_workbook_is_imported_and_what_excel_did_is_said(offline: World):
    parent = plan(offline)
    desk = offline.sit("dafa")
    inbox = desk.front.folder / "masuk"
    inbox.mkdir()
    notes: list[list[object]] = [["Catatan"], ["Nama kepala", "Bapak X"]]
    names = [["LAPAS KELAS IIA"], HEAD, row(0), row(1, 1471100305900010), row(2, 1471100305900017)]
    (inbox / "wbp.xlsx").write_bytes(xlsx(notes, names))
    draft = desk.roster.importing.read_file(parent, inbox / "wbp.xlsx")
    assert "Dibaca lembar 'L1' dari 2 lembar." in draft.remarks
    assert [(line.at, line.refused) for line in draft.lines] == [(3, False), (4, True), (5, False)]
    assert "angka ke-16" in draft.lines[1].findings[0].says
    assert any("sebagai bilangan" in one.says for one in draft.lines[2].findings)


@pytest.mark.parametrize("corner", ["XFD1048576", "A1048576"])
def test_a_sheet_that_says_it_is_endless_takes_no_kiosk_with_it(corner: str):
    raw = xlsx([HEAD, row(0)], corner=f'<c r="{corner}"><v>1</v></c>')
    try:
        sheets = read_workbook(raw)
    except Refusal as refusal:
        assert "tidak terbaca" in str(refusal)
    else:
        assert len(sheets[0][1]) <= 5000


@settings(max_examples=12, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 3000))
def test_a_broken_workbook_is_refused_plainly(junk: bytes, cut: int):
    whole = xlsx([HEAD, row(0)])
    for raw in (b"PK\x03\x04" + junk, whole[:cut] + junk):
        if is_workbook(raw):
            try:
                read_workbook(raw)
            except Refusal as refusal:
                assert "tidak terbaca" in str(refusal)
