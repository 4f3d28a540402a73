"""Rules of an application for a KIA: age, marriage, photo, papers by kind."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.forms import FORMS, load_form
from kiosk.cases.checks import check_field, check_form
from kiosk.cases.kia import birthday, card_until, photo_background

TODAY = date(2026, 11, 21)
FORM = load_form(FORMS / "kia.toml")
GOOD: dict[str, str] = {
    "jenis": "baru",
    "anak_nama": "NABILA PUTRI",
    "anak_nik": "1471064503190003",
    "anak_tgl_lahir": "2019-03-05",
    "anak_tempat_lahir": "PEKANBARU",
    "anak_jk": "P",
    "no_kk": "1471061001200005",
    "ibu_nama": "SITI AMINAH",
    "ayah_nama": "BUDI SANTOSO",
    "belum_kawin": "ya",
    "kelurahan": "14.71.10.1004",
    "alamat": "Jalan Melati 3",
    "pelapor_hubungan": "ibu",
    "telepon": "081234567890",
    "bukti_kk": "ya",
    "bukti_akta": "ya",
    "bukti_ktp": "ya",
    "bukti_foto": "ya",
    "persetujuan": "ya",
}


def levels(**changed: str) -> list[tuple[str, str]]:
    found = check_form(FORM, GOOD | changed, TODAY)
    return [(one.level, one.key) for one in found if one.level != "info"]


def says(key: str, **changed: str) -> str:
    return " ".join(f.says for f in check_form(FORM, GOOD | changed, TODAY) if f.key == key)


def test_a_good_application_has_nothing_against_it():
    assert levels() == []
    assert says("anak_tgl_lahir") == ("5 tahun ke atas: kartu berfoto, berlaku sampai 04-03-2036.")


@pytest.mark.parametrize(
    ("born", "until"),
    [
        (date(2026, 11, 1), date(2031, 11, 1)),
        (date(2021, 11, 22), date(2026, 11, 22)),
        (date(2021, 11, 21), date(2038, 11, 20)),
        (date(2009, 11, 22), date(2026, 11, 21)),
        (date(2024, 2, 29), date(2029, 3, 1)),
        (date(2020, 2, 29), date(2037, 2, 28)),
    ],
)
def test_until_when_a_card_holds(born: date, until: date):
    assert card_until(born, TODAY) == until


def test_at_17_or_married_it_is_no_kia():
    assert levels(anak_tgl_lahir="2009-11-21", anak_nik="1471066111090003") == [
        ("tolak", "anak_tgl_lahir")
    ]
    assert levels(anak_tgl_lahir="2009-12-30", anak_nik="1471067012090003") == []
    assert levels(belum_kawin="tidak") == [("tolak", "belum_kawin")]


@pytest.mark.parametrize(("born", "nik"), [("2009-12-01", "41"), ("2021-12-10", "50")])
def test_a_card_that_ends_soon_is_asked_about(born: str, nik: str):
    day = date.fromisoformat(born)
    found = levels(anak_tgl_lahir=born, anak_nik=f"147106{nik}{day:%m%y}0003")
    assert found == [("peringatan", "anak_tgl_lahir")]


def test_a_photo_is_for_five_years_and_more():
    assert levels(bukti_foto="tidak") == levels(bukti_foto="") == [("peringatan", "bukti_foto")]
    small = {"anak_tgl_lahir": "2024-03-05", "anak_nik": "1471064503240003"}
    assert levels(bukti_foto="", **small) == []
    assert says("bukti_foto", **small) == "Di bawah 5 tahun foto tidak dipakai."


def test_the_colour_behind_the_photo_is_the_offices():
    assert (photo_background(date(2019, 1, 1)), photo_background(date(2020, 1, 1))) == (
        *("merah",),
        "biru",
    )
    assert says("bukti_foto", bukti_foto="tidak") == "Minta foto 2x3 berwarna, latar merah."


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("baru", set[str]()),
        ("hilang", {"bukti_hilang"}),
        ("pindah", {"bukti_pindah"}),
        ("habis", {"bukti_kartu_lama"}),
        ("rusak", {"bukti_kartu_lama"}),
    ],
)
def test_each_kind_has_its_paper(kind: str, wanted: set[str]):
    asked = {key for _, key in levels(jenis=kind)}
    assert asked == wanted
    paper = {key: "tidak" for key in wanted if key == "bukti_kartu_lama"}
    # What is missing refuses nothing: it is asked for before step 2 of the SOP.
    assert {level for level, _ in levels(jenis=kind, **paper)} <= {"peringatan"}
    given = {key: "ya" if key == "bukti_kartu_lama" else "B/123/XI/2026" for key in wanted}
    assert levels(jenis=kind, **given) == []


def test_a_card_of_a_small_child_has_not_expired():
    found = levels(
        jenis="habis",
        anak_tgl_lahir="2023-03-05",
        anak_nik="1471064503230003",
        bukti_kartu_lama="ya",
    )
    assert found == [("peringatan", "jenis")]


def test_a_day_that_cannot_be_is_refused_and_nothing_more():
    assert levels(anak_tgl_lahir="9999-12-31") == [
        ("peringatan", "anak_nik"),
        ("tolak", "anak_tgl_lahir"),
    ]


def test_the_nik_is_held_against_birth_and_sex():
    assert levels(anak_tgl_lahir="2019-03-06") == [("peringatan", "anak_nik")]
    assert levels(anak_jk="L") == [("peringatan", "anak_nik")]
    assert levels(anak_nik=GOOD["no_kk"], anak_jk="L") != []
    field = FORM.field("anak_tgl_lahir")
    found = check_field(field, "06-03-2019", GOOD, TODAY, FORM.slug)
    assert "peringatan" in [one.level for one in found]


def test_a_name_on_an_akta_is_copied_as_it_stands():
    assert levels(anak_nama="M. RIZKI") == []
    assert levels(anak_nama="NABILA") == []


def test_a_complaint_has_no_rules_of_a_birth():
    form = load_form(FORMS / "pengaduan.toml")
    call = {"nama": "H. M. YUSUF", "telepon": "081234567890", "jenis": "data", "isi": "salah nama"}
    assert [one for one in check_form(form, call, TODAY) if one.level == "tolak"] == []
    call["nik"] = "1471064205980001"
    assert check_form(form, {**call, "nama": "YUSUF"}, TODAY) == []


def test_a_prisoner_is_checked_by_what_is_known_of_him():
    form = load_form(FORMS / "narapidana.toml")
    known = {"nama": "ADI", "jk": "L", "lapas": "LAPAS KELAS IIA"}
    assert check_form(form, known, TODAY) == []
    born = known | {"nik": "1471060205900003", "tgl_lahir": "1990-05-02"}
    assert check_form(form, born, TODAY) == []
    wrong = check_form(form, born | {"tgl_lahir": "1990-05-03"}, TODAY)
    assert [(one.level, one.key) for one in wrong] == [("peringatan", "nik")]


@given(st.dates(date(1950, 1, 1), date(2090, 1, 1)), st.integers(0, 30))
def test_birthdays_are_in_their_order(born: date, years: int):
    assert birthday(born, years) < birthday(born, years + 1)
    assert birthday(born, years).year == born.year + years


KEYS = st.sampled_from([field.key for field in FORM.fields])
VALUES = st.one_of(st.text(max_size=12), st.sampled_from([*GOOD.values(), "hilang", "9999-12-31"]))


@given(st.dictionaries(KEYS, VALUES))
def test_any_answers_are_judged(values: dict[str, str]):
    for found in check_form(FORM, GOOD | values, TODAY):
        assert found.says and FORM.has(found.key)
