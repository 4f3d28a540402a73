"""A prison's list, in the shapes that prisons send it, row by row."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.forms import FORMS, load_form
from kiosk.cases.roster import KnownName, Listing, RosterLine, compare, corrected, read_rows
from kiosk.cases.roster import read_text as read
from kiosk.cases.roster_cells import read_day, read_number, read_sex
from kiosk.cases.tables import decode

FORM = load_form(FORMS / "narapidana.toml")
TODAY = date(2026, 11, 21)
NIK = "1471100305900017"
NIK_2 = "1471104506920024"
KK = "1471100101180007"

FULL = "No,Nama Lengkap,NIK,No. KK,Tempat/Tgl Lahir,L/P,Blok,No. Reg"
ROW = f'1,Budi Santoso,{NIK},{KK},"Pekanbaru, 03-05-1990",L,A-12,B.I 12/2026'


def listing(text: str) -> Listing:
    return read(text, FORM, TODAY, {"lapas": "LAPAS KELAS IIA"})


def only(text: str) -> RosterLine:
    (line,) = listing(text).lines
    return line


def says(line: RosterLine, level: str) -> str:
    return " ".join(finding.says for finding in line.findings if finding.level == level)


def test_a_usual_list_is_read_whole():
    line = only(f"{FULL}\n{ROW}\n")
    assert line.values == {
        "nama": "BUDI SANTOSO",
        "nik": NIK,
        "no_kk": KK,
        "tempat_lahir": "Pekanbaru",
        "tgl_lahir": "1990-05-03",
        "jk": "L",
        "blok": "A-12",
        "nomor_registrasi": "B.I 12/2026",
        "lapas": "LAPAS KELAS IIA",
    }
    assert line.at == 2
    assert not line.findings


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_delimiter_encoding_and_line_end(sign: str, encoding: str, end: str):
    rows = [FULL.split(","), ["1", "Budi Señal", NIK, KK, "Pekanbaru, 03-05-1990", "L", "A", "7"]]
    out = io.StringIO()
    csv.writer(out, delimiter=sign, lineterminator=end).writerows(rows)
    line = only(decode(out.getvalue().encode(encoding)))
    assert (line.values["nama"], line.values["nik"]) == ("BUDI SEÑAL", NIK)


def test_a_letter_s_head_and_titles_above_and_signatures_below_are_no_names():
    line, foot = listing(
        "KEMENTERIAN IMIGRASI DAN PEMASYARAKATAN\nLAPAS KELAS IIA PEKANBARU\n"
        "DAFTAR NAMA WBP;;;\n\nNo;Nama;NIK;Kamar\n1;2;3;4\n"
        f"1;BUDI SANTOSO;{NIK};A1\n;;;\nNo;Nama;NIK;Kamar\n;Kepala Seksi Binadik;;\n"
    ).lines
    assert line.values["blok"] == "A1"
    assert foot.refused
    assert "Hanya nama." in says(foot, "tolak")


def test_columns_that_are_lined_up_by_blanks():
    text = (
        "No  Nama Lengkap      NIK               Blok  JK\n"
        f"1   BUDI SANTOSO      {NIK}  A1    L\n"
        f"2   SARI DEWI         {NIK_2}        P\n"
    )
    first, second = listing(text).lines
    assert (first.values["nik"], first.values["blok"]) == (NIK, "A1")
    assert "blok" not in second.values
    assert second.values["jk"] == "P"


def test_a_quote_that_never_ends_swallows_no_row():
    text = f'Nama,NIK\n"BUDI,{NIK}\nSARI DEWI,{NIK_2}\n'
    assert len(listing(text).lines) == 2


def test_a_row_within_quotes_keeps_its_line_end():
    assert only(f'Nama,NIK,Blok\n"BUDI\nSANTOSO",{NIK},A').values["nama"] == "BUDI SANTOSO"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "kosong"),
        ("\n\n ,, \n", "kosong"),
        ("BUDI;123\nSARI;456\n", "Baris judul kolom tidak ditemukan"),
        ("NIK,Blok\n123,A\n", "Kolom Nama tidak ada"),
        ("Nama,NIK\n", "tidak ada satu nama pun"),
    ],
)
def test_what_is_no_list_says_what_to_do(text: str, expected: str):
    found = listing(text)
    assert expected in found.problem
    assert not found.lines


def test_unknown_double_and_wanting_columns_are_named():
    remarks = " ".join(listing(f"Nama,NIK,No KTP,Pasal\nBUDI SANTOSO,{NIK},1,340").remarks)
    assert "tidak dipakai: Pasal" in remarks
    assert "Kolom ganda, dipakai yang pertama: No KTP" in remarks
    assert "Kolom yang belum ada: No KK, Tanggal lahir, JK" in remarks


@pytest.mark.parametrize(
    ("cell", "value", "level", "told"),
    [
        (NIK, NIK, "", ""),
        (f"'{NIK}", NIK, "", ""),
        (f'="{NIK}"', NIK, "", ""),
        ("14.7110.030590.0017", NIK, "", ""),
        ("1.4711E+15", "", "tolak", "1.4711E+15"),
        ("1,47110030590002E+15", "", "tolak", "angka aslinya hilang"),
        (f"{NIK}.0", NIK, "info", ".0"),
        (f"{NIK},00", NIK, "info", "00"),
        (1471100305900010.0, "1471100305900010", "tolak", "angka ke-16"),
        (1471100305900017.0, NIK, "peringatan", "sebagai bilangan"),
        ("147110030590001", "147110030590001", "tolak", "hanya 15 angka"),
        ("-", "", "", ""),
        ("tidak ada", "", "", ""),
    ],
)
def test_what_excel_did_to_a_nik_is_found_and_said(cell, value, level, told):
    found, findings = read_number("nik", "NIK", cell)
    assert found == value
    assert [finding.level for finding in findings] == ([level] if level else [])
    assert told in "".join(finding.says for finding in findings)


@pytest.mark.parametrize(
    ("cell", "value", "level"),
    [
        ("03-05-1990", "1990-05-03", ""),
        ("3/5/1990", "1990-05-03", ""),
        ("1990-05-03 00:00:00", "1990-05-03", ""),
        ("3 Mei 1990", "1990-05-03", ""),
        ("17 Nopember 1988", "1988-11-17", ""),
        ("03051990", "1990-05-03", ""),
        ("3051990", "1990-05-03", "peringatan"),
        (3051990.0, "1990-05-03", "peringatan"),
        (32996.0, "1990-05-03", "peringatan"),
        ("03-05-90", "1990-05-03", "peringatan"),
        ("05/23/1990", "1990-05-23", "peringatan"),
        (date(1990, 5, 3), "1990-05-03", ""),
        ("31-02-1990", "31-02-1990", "tolak"),
        ("kira-kira 1990", "kira-kira 1990", "tolak"),
        ("", "", ""),
    ],
)
def test_days_in_every_spelling(cell, value, level):
    found, findings = read_day("tgl_lahir", cell, TODAY)
    assert found == value
    assert [finding.level for finding in findings] == ([level] if level else [])


@pytest.mark.parametrize(
    ("cell", "sex"),
    [("L", "L"), ("Laki-laki", "L"), ("LK", "L"), ("pria", "L"), ("PR.", "P"), ("WANITA", "P")],
)
def test_sexes_in_every_spelling(cell: str, sex: str):
    assert read_sex("jk", cell) == (sex, [])


def test_a_bad_nik_refuses_its_row_and_no_other():
    bad, good = listing(f"Nama,NIK\nBUDI SANTOSO,1471109905900017\nSARI DEWI,{NIK_2}").lines
    assert bad.refused
    assert not good.refused


def test_a_spoilt_nik_is_not_blamed_twice():
    line = only("Nama,NIK,Blok\nBUDI SANTOSO,1.4711E+15,A")
    assert [finding.key for finding in line.findings] == ["nik", "jk"]


def test_without_a_nik_a_name_is_taken_and_the_officer_told():
    line = only("Nama,JK,Tgl Lahir\nBUDI SANTOSO,L,03-05-1990")
    assert not line.refused
    assert "NIK belum ada" in says(line, "peringatan")


def test_a_nik_that_speaks_against_birth_or_sex_is_a_warning():
    line = only(f"Nama,NIK,Tgl Lahir,JK\nSARI DEWI,{NIK},04-05-1990,P")
    assert not line.refused
    assert "Tanggal lahir berbeda dari NIK" in says(line, "peringatan")
    assert "laki-laki" in says(line, "peringatan")


def test_without_a_sex_the_nik_says_it_and_the_officer_is_told():
    line = only(f"Nama,NIK\nSARI DEWI,{NIK_2}")
    assert line.values["jk"] == "P"
    assert "diambil dari NIK" in says(line, "peringatan")
    assert only("Nama,Tgl Lahir\nSARI DEWI,03-05-1990").refused


def test_an_alias_is_a_warning():
    line = only(f"Nama,NIK\nBUDI als CODET bin ALI,{NIK}")
    assert not line.refused
    assert "alias" in says(line, "peringatan")


def test_an_inmate_s_name_is_copied_whatever_the_rules_for_a_newborn_s():
    assert not only(f"Nama,NIK\nM. RIZKI H,{NIK}").refused


def table(*rows: str) -> list[RosterLine]:
    return list(listing("\n".join(("Nama,NIK,Tgl Lahir,JK", *(f"{row},L" for row in rows)))).lines)


def test_one_nik_for_one_person_twice_refuses_the_second():
    first, second = compare(table(f"BUDI SANTOSO,{NIK},", f"BUDI SANTOSA,{NIK},"), [])
    assert not first.refused
    assert "NIK sama dengan baris 2" in says(second, "tolak")


def test_one_nik_for_two_persons_refuses_both():
    first, second = compare(table(f"BUDI SANTOSO,{NIK},", f"JOKO SUSILO,{NIK},"), [])
    assert first.refused
    assert second.refused


def test_one_name_and_birth_twice():
    rows = table("BUDI SANTOSO,,03-05-1990", f"BUDI SANTOSO,{NIK},03-05-1990")
    first, second = compare(rows, [])
    assert not first.refused
    assert "Nama sama dengan baris 2" in says(second, "tolak")
    rows = table(f"BUDI SANTOSO,{NIK},03-05-1990", "BUDI SANTOSO,1471100305900033,03-05-1990")
    assert "Nama sama" in says(compare(rows, [])[1], "peringatan")


def test_a_row_that_is_left_out_is_compared_with_nothing():
    first, second = table(f"BUDI SANTOSO,{NIK},", f"BUDI SANTOSO,{NIK},")
    left = RosterLine(first.at, first.values, first.findings, "ganda")
    assert not any(line.refused for line in compare([left, second], []))


def test_names_that_stand_on_rosters_already():
    lines = table(f"BUDI SANTOSO,{NIK},", "SARI DEWI,,05-06-1992")
    here = KnownName("DKP1-1", "SARI DEWI", NIK_2, "1992-06-05", here=True)
    other = KnownName("DKP1-2", "BUDI S", NIK, "", here=False, state="sudah direkam")
    first, second = compare(lines, [here, other])
    assert "kegiatan lain: DKP1-2, sudah direkam" in says(first, "peringatan")
    assert "Sudah ada di daftar kegiatan ini: DKP1-1" in says(second, "tolak")


def test_a_corrected_row_is_judged_by_what_it_says_now():
    line = only("Nama,NIK\nbudi santoso,1.4711E+15")
    assert line.refused
    mended = corrected(line, {**line.values, "nik": NIK, "jk": "L"}, FORM, TODAY)
    assert not mended.refused
    assert mended.at == line.at
    assert corrected(line, {"nama": ""}, FORM, TODAY).refused


def test_a_list_of_thousands_is_refused_whole():
    found = listing("Nama,NIK\n" + "".join(f"BUDI {n},1\n" for n in range(2001)))
    assert "2001 baris" in found.problem


# -- any bytes -----------------------------------------------------------------------------------

CELLS = st.one_of(
    st.text(max_size=30),
    st.floats(),
    st.integers(),
    st.dates(),
    st.sampled_from(
        ["Nama", "NIK", "No KK", "TTL", "L/P", NIK, "1.4E+15", '"', "3/5/90", "٣-٥-٩٠"]
    ),
)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_without_a_fault(raw: bytes):
    check_whole(listing(decode(raw)))


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="Nama,NIK;TL\t \"'\n|/-.0123456789aE+\x00\x85\u2028", max_size=200))
def test_any_text_is_read_without_a_fault(text: str):
    check_whole(listing(f"Nama,NIK,TTL,JK\n{text}"))
    check_whole(listing(text))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=8), max_size=8))
def test_any_sheet_is_read_without_a_fault(rows: list[list[object]]):
    head = ("Nama", "NIK", "No KK", "TTL", "JK", "Tgl lahir", "Blok", "No Reg")
    cells = [tuple(row) for row in rows]
    check_whole(read_rows([head, *cells], FORM, TODAY))  # pyright: ignore[reportArgumentType]
    check_whole(read_rows(cells, FORM, TODAY))  # pyright: ignore[reportArgumentType]


def check_whole(found: Listing) -> None:
    """Either a problem or names; every name that is not refused has what a name must have."""
    assert bool(found.problem) != bool(found.lines)
    for line in compare(found.lines, []):
        assert line.refused or line.values["nama"]


NAMES = st.lists(
    st.sampled_from(["BUDI SANTOSO", "SARI DEWI", "JOKO", "M. ALI", "NUR AINI BINTI ALI"]),
    min_size=1,
    max_size=12,
)
SHAPES = {
    "csv": ("Nama,NIK,Tgl Lahir,JK", ","),
    "titik koma": ("NAMA WBP;No. KTP;Tanggal Lahir;L/P", ";"),
    "tab": ("nama lengkap\tNomor NIK\ttgl lhr\tkelamin", "\t"),
}


@settings(max_examples=60, deadline=None)
@given(NAMES, st.sampled_from(sorted(SHAPES)), st.booleans(), st.data())
def test_every_row_of_a_made_up_list_is_taken_or_told(names, shape, excel, data):
    head, sign = SHAPES[shape]
    rows: list[str] = []
    spoilt: list[int] = []
    for n, name in enumerate(names):
        nik = f"14711003059{n:02d}{n + 1:03d}"
        if excel and data.draw(st.booleans()):
            nik = f"{float(nik):.5G}"
            spoilt.append(n)
        rows.append(sign.join((name, nik, "03-05-1990", "L")))
    lines = listing("\n".join(("LAPAS PEKANBARU", head, *rows))).lines
    assert [line.values["nama"] for line in lines] == names
    assert [n for n, line in enumerate(lines) if line.refused] == spoilt
