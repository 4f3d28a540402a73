from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.id import nik as other_nik

from config.forms import FIELD_TYPES, FORMS, Field, load_form
from kiosk.cases.checks import check_field, check_form, normalise, same_name
from kiosk.cases.names import near_name

TODAY = date(2026, 11, 21)
FORM = load_form(FORMS / "kelahiran.toml")
GOOD: dict[str, str] = {
    "anak_nama": "CAHAYA PUTRI",
    "anak_jk": "P",
    "anak_tgl_lahir": "2026-11-20",
    "anak_pukul": "14:05",
    "anak_tempat_dilahirkan": "1",
    "anak_fasilitas": "RS AWAL",
    "anak_tempat_lahir": "PEKANBARU",
    "anak_kembar": "1",
    "anak_ke": "1",
    "anak_penolong": "2",
    "anak_berat": "3200",
    "anak_panjang": "49",
    "ibu_nama": "SITI AMINAH",
    "ibu_wn": "WNI",
    "ibu_nik": "1471064205980001",
    "ibu_tempat_lahir": "PEKANBARU",
    "ibu_tgl_lahir": "1998-05-02",
    "ibu_pekerjaan": "88",
    "ayah_dicatat": "ya",
    "ayah_nama": "BUDI SANTOSO",
    "ayah_wn": "WNI",
    "ayah_nik": "1471060305950002",
    "ayah_tempat_lahir": "PEKANBARU",
    "ayah_tgl_lahir": "1995-05-03",
    "ayah_pekerjaan": "88",
    "no_kk": "1471061001200005",
    "domisili": "dalam",
    "kelurahan": "14.71.10.1004",
    "alamat": "Jalan Melati 3",
    "pelapor_hubungan": "ayah",
    "telepon": "081234567890",
    "bukti_lahir": "asli",
    "bukti_nikah": "buku_nikah",
    "bukti_ktp": "ya",
    "bukti_kk": "ya",
    "persetujuan": "ya",
}
WITNESSES = {
    "saksi1_nama": "ANDI WIJAYA",
    "saksi1_nik": "1471060101900003",
    "saksi2_nama": "DEWI LESTARI",
    "saksi2_nik": "1471064101910004",
}


def levels(**changed: str) -> list[tuple[str, str]]:
    return [(f.level, f.key) for f in check_form(FORM, GOOD | changed, TODAY)]


def of(kind: str, value: str, key: str = "x", form: str = "", **more: Any) -> list[str]:
    field = Field(key, "Isian", kind, **more)
    return [found.level for found in check_field(field, value, {}, TODAY, form)]


# -- stored form -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind, typed, stored",
    [
        ("date", "21112026", "2026-11-21"),
        ("date", "21-11-2026", "2026-11-21"),
        ("date", "1/2/2026", "2026-02-01"),
        ("date", " 21 11 2026 ", "2026-11-21"),
        ("date", "2026-11-21", "2026-11-21"),
        ("date", "30-02-2026", "30-02-2026"),
        ("date", "20261121", "20261121"),
        ("time", "1405", "14:05"),
        ("time", "9.05", "09:05"),
        ("time", "905", "09:05"),
        ("phone", "0812 3456-7890", "6281234567890"),
        ("phone", "+62 812 3456 7890", "6281234567890"),
        ("phone", "006281234567890", "6281234567890"),
        ("phone", "81234567890", "6281234567890"),
        ("name", "  siti   nur`aini ", "SITI NUR'AINI"),
        ("nik", "1471 0642.0598-0001", "1471064205980001"),
        ("email", " Siti@Contoh.ID ", "siti@contoh.id"),
        ("number", "3.200", "3200"),
        ("number", "3,2", "3,2"),
        ("yesno", "Y", "ya"),
        ("text", "Jalan  Melati\t3\x1b", "Jalan Melati 3"),
    ],
)
def test_stored_form(kind: str, typed: str, stored: str):
    field = Field("x", "Isian", kind)
    assert normalise(field, typed) == stored


@given(st.sampled_from(FIELD_TYPES), st.text(max_size=30))
def test_the_stored_form_is_stable_and_any_text_is_judged(kind: str, typed: str):
    field = Field("x", "Isian", kind, choices=(("a", "A"),) if kind == "choice" else ())
    once = normalise(field, typed)
    assert normalise(field, once) == once
    for found in check_field(field, typed, {}, TODAY):
        assert found.says and found.key == "x"


# -- NIK -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "nik, expected",
    [
        ("1471064205980001", []),
        ("3171011708450001", []),
        ("147106420598000", ["tolak"]),
        ("14710642059800011", ["tolak"]),
        ("147106420598000A", ["tolak"]),
        ("1471064213980001", ["tolak"]),
        ("1471064200980001", ["tolak"]),
        ("1471060005980001", ["tolak"]),
        ("1471063205980001", ["tolak"]),
        ("1471064005980001", ["tolak"]),
        ("1471067205980001", ["tolak"]),
        ("1471064205980000", ["tolak"]),
        ("0000000000000000", ["tolak"] * 3),
        ("9971064205980001", ["peringatan"]),
        ("1400064205980001", ["peringatan"]),
        ("1471063002980001", ["peringatan"]),
        ("1471066902970001", ["peringatan"]),
        ("1471066902960001", []),
        ("1471067104980001", ["peringatan"]),
    ],
)
def test_a_nik_is_refused_for_its_form_only(nik: str, expected: list[str]):
    assert of("nik", nik) == expected


@given(
    st.sampled_from(["147106", "157101", "327324", "990000"]),
    st.integers(0, 99),
    st.integers(0, 13),
    st.integers(0, 99),
    st.integers(0, 9999),
)
def test_another_implementation_agrees(where: str, day: int, month: int, year: int, serial: int):
    nik = f"{where}{day:02d}{month:02d}{year:02d}{serial:04d}"
    # The other one takes days above 71 and the serial 0000, and does not doubt but refuse.
    if other_nik.is_valid(nik) and day <= 71 and serial:
        assert "tolak" not in of("nik", nik)
    if not of("nik", nik) and nik[6:10] not in ("2902", "6902"):
        assert other_nik.is_valid(nik)


def test_a_newborn_has_no_nik_and_needs_none():
    assert of("nik", "") == []
    assert of("nik", "0") == ["tolak"]


def test_a_nik_that_differs_from_date_or_sex_is_confirmed_not_refused():
    assert levels(ibu_tgl_lahir="1998-06-02") == [("peringatan", "ibu_nik")]
    assert levels(ibu_nik="1471060205980001") == [("peringatan", "ibu_nik")]
    assert levels(ayah_nik="1471064305950002") == [("peringatan", "ayah_nik")]
    assert (
        levels(ibu_nik="1471061001200005", no_kk="1471061001200005")
        == [("peringatan", "ibu_nik")] * 3
    )


def test_the_date_typed_after_the_nik_is_warned_of_at_once():
    field = FORM.field("ibu_tgl_lahir")
    (found,) = check_field(field, "03-05-1998", GOOD, TODAY)
    assert (found.level, found.key) == ("peringatan", "ibu_tgl_lahir")
    assert check_field(field, "02-05-1998", GOOD, TODAY) == []


@pytest.mark.parametrize(
    "kk, expected",
    [
        ("1471061001200005", []),
        ("147106100120000", ["tolak"]),
        ("14710610012000O5", ["tolak"]),
        ("1471065001200005", ["peringatan"]),
        ("0071061001200005", ["peringatan"]),
    ],
)
def test_a_kk_number(kk: str, expected: list[str]):
    assert of("kk", kk) == expected


# -- names -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, expected",
    [
        ("CAHAYA PUTRI", []),
        ("NG WEI LING", []),
        ("CAHAYA", ["peringatan"]),
        ("RENÉ DESCARTES", ["peringatan"]),
        ("SITI MA", ["peringatan"]),
        ("CAHAYA 2", ["tolak"]),
        ("CAHAYA-PUTRI", ["tolak"]),
        ("NUR'AINI SITI", ["tolak"]),
        ("M RIZKI", ["tolak"]),
        ("MUH RIZKI", ["tolak"]),
        ("RIZKI SH", ["tolak"]),
        ("HJ SITI AMINAH", ["tolak"]),
        ("DR. SITI", ["tolak", "tolak"]),
        ("SITI, S.E.", ["tolak", "tolak"]),
        ("СИТИ АМИНА", ["tolak"]),
        ("明 美", ["tolak", "tolak"]),
        ("A" * 30 + " " + "B" * 29, []),
        ("A" * 30 + " " + "B" * 30, ["tolak"]),
    ],
)
def test_a_new_name_by_permendagri_73_of_2022(name: str, expected: list[str]):
    assert of("name", name, "anak_nama", "kelahiran") == expected
    assert of("name", name, "anak_nama", "akta-jambi") == expected


@pytest.mark.parametrize(
    "name, expected",
    [
        ("M. RIZKI", []),
        ("SUPARMAN", []),
        ("NUR'AINI", []),
        ("DRS. BUDI", ["peringatan"]),
        ("BUD1 SANTOSO", ["peringatan"]),
        ("B" * 61, ["tolak"]),
    ],
)
def test_a_name_copied_from_a_ktp_is_never_refused_for_its_rules(name: str, expected: list[str]):
    assert of("name", name, "ayah_nama") == expected


def test_same_and_near_names():
    assert same_name("Hj. Siti Aminah, S.E.", "SITI  AMINAH") is True or not same_name("", "")
    assert same_name("SITI NUR'AINI", "SITI NURAINI")
    assert same_name("RENÉ", "RENE")
    assert not same_name("SITI AMINAH", "SITI AMINI")
    assert not same_name("", "") and not same_name("DR.", "IR.")
    assert near_name("M. RIZKI", "MUHAMMAD RIZKY")
    assert near_name("SOEKARNO PUTRA", "SUKARNO PUTERA")
    assert not near_name("SITI AMINAH", "BUDI SANTOSO")
    assert not near_name("ANI", "ADI")


@given(st.text(max_size=12), st.text(max_size=12))
def test_nearness_goes_both_ways(one: str, other: str):
    assert near_name(one, other) == near_name(other, one)
    assert same_name(one, other) == same_name(other, one)


# -- other types -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind, value, expected",
    [
        ("date", "31-12-1899", ["peringatan"]),
        ("date", "22-11-2026", ["peringatan"]),
        ("date", "31-11-2026", ["tolak"]),
        ("date", "kemarin", ["tolak"]),
        ("date", "20261121", ["tolak"]),
        ("time", "24:00", ["tolak"]),
        ("time", "23:59", []),
        ("phone", "081234567890", []),
        ("phone", "0761 12345", ["peringatan"]),
        ("phone", "+60123456789", ["peringatan"]),
        ("phone", "0812", ["tolak"]),
        ("phone", "0812abc4567", ["tolak"]),
        ("email", "siti@contoh.id", []),
        ("email", "siti@contoh", ["tolak"]),
        ("email", "siti contoh.id", ["tolak"]),
        ("number", "3200", []),
        ("number", "-1", ["tolak"]),
        ("number", "١٢", ["tolak"]),
        ("yesno", "mungkin", ["tolak"]),
        ("text", "apa saja", []),
    ],
)
def test_other_types(kind: str, value: str, expected: list[str]):
    assert of(kind, value) == expected


def test_required_longest_choice_and_not_asked():
    assert of("text", "  ", required=True) == ["tolak"]
    assert of("text", "abcd", max=3) == ["tolak"]
    assert of("choice", "Z", choices=(("L", "Laki-laki"), ("P", "Perempuan"))) == ["tolak"]
    assert of("choice", "L", choices=(("L", "Laki-laki"), ("P", "Perempuan"))) == []
    assert of("text", "", required=True, when=(("y", ("ya",)),)) == []


# -- the form as a whole ---------------------------------------------------------------------


def test_a_good_form_has_no_findings():
    assert levels() == []
    assert levels(**WITNESSES) == []


def test_each_required_answer_is_missed():
    for field in FORM.fields:
        if field.required and field.key in GOOD and field.type not in ("choice", "yesno"):
            assert ("tolak", field.key) in levels(**{field.key: ""}), field.key


def test_an_empty_form_is_refused_and_never_raises():
    found = check_form(FORM, {}, TODAY)
    assert found and all(one.level == "tolak" for one in found)


def test_the_birth_is_not_in_the_future_and_a_late_report_is_said():
    assert levels(anak_tgl_lahir="2026-11-22") == [("tolak", "anak_tgl_lahir")]
    assert levels(anak_tgl_lahir="2026-11-21") == []
    assert levels(anak_tgl_lahir="2026-09-22") == []
    assert levels(anak_tgl_lahir="2026-09-21") == [("info", "anak_tgl_lahir")]


def test_a_plan_is_ahead_of_today_and_a_past_one_is_warned_of():
    plan = Field("tgl_rencana", "Rencana", "date", ahead=True)
    letter = Field("surat_tanggal", "Tanggal surat", "date")

    def warned(field, day):
        return [one.level for one in check_field(field, day, {}, TODAY)]

    assert warned(plan, "2026-11-22") == warned(plan, TODAY.isoformat()) == []
    assert warned(plan, "2025-11-22") == ["peringatan"]
    assert warned(letter, "2026-11-22") == ["peringatan"]


def test_mother_and_father_are_two_and_older_than_the_child():
    assert ("tolak", "ayah_nik") in levels(ayah_nik=GOOD["ibu_nik"])
    assert levels(ayah_nama=GOOD["ibu_nama"]) == [("peringatan", "ayah_nik")]
    assert ("tolak", "ibu_tgl_lahir") in levels(ibu_tgl_lahir="2026-11-20")
    assert ("peringatan", "ibu_tgl_lahir") in levels(ibu_tgl_lahir="2015-05-02")
    assert ("peringatan", "ibu_tgl_lahir") in levels(ibu_tgl_lahir="1960-05-02")


def test_a_sworn_statement_needs_two_witnesses():
    wanted = [("tolak", key) for key in ("saksi1_nama", "saksi1_nik", "saksi2_nama", "saksi2_nik")]
    assert levels(bukti_lahir="sptjm") == wanted
    assert levels(bukti_nikah="sptjm") == [("peringatan", "bukti_nikah"), *wanted]
    assert levels(bukti_lahir="sptjm", **WITNESSES) == []
    assert levels(saksi1_nama="ANDI WIJAYA") == [("peringatan", "saksi1_nik")]


@pytest.mark.parametrize("who", ["ibu", "ayah"])
def test_a_witness_is_no_parent(who: str):
    assert ("tolak", "saksi1_nik") in levels(**WITNESSES | {"saksi1_nik": GOOD[f"{who}_nik"]})
    same = WITNESSES | {"saksi2_nama": GOOD[f"{who}_nama"]}
    assert levels(**same) == [("peringatan", "saksi2_nik")]
    assert ("tolak", "saksi2_nama") in levels(**same | {"saksi2_nik": ""})


def test_a_witness_is_not_the_reporter_nor_the_other_witness():
    reporter = {
        "pelapor_hubungan": "paman",
        "pelapor_nama": "ANDI WIJAYA",
        "pelapor_nik": WITNESSES["saksi1_nik"],
    }
    assert levels(**WITNESSES, **reporter) == [("tolak", "saksi1_nik")]
    twice = WITNESSES | {"saksi2_nik": WITNESSES["saksi1_nik"]}
    assert levels(**twice) == [("tolak", "saksi2_nik")]
    field = FORM.field("saksi1_nik")
    found = check_field(field, GOOD["ayah_nik"], GOOD | WITNESSES, TODAY, FORM.slug)
    assert [one.level for one in found] == ["tolak"]


def test_a_reporter_who_is_a_parent_is_asked_about():
    reporter = {"pelapor_hubungan": "lain", "pelapor_nama": "BUDI SANTOSO"}
    assert levels(**reporter, pelapor_nik=GOOD["ayah_nik"]) == [("peringatan", "pelapor_nama")]


def test_answers_that_are_no_longer_asked_do_not_count():
    left = {"ayah_dicatat": "tidak", "ayah_nik": "1", "bukti_nikah": "tidak_ada"}
    assert levels(**left) == []
    assert levels(pelapor_nama="SITI AMINAH", pelapor_nik="x") == []


def test_papers_and_measures_that_look_wrong_are_confirmed():
    assert levels(bukti_nikah="tidak_ada") == [("peringatan", "bukti_nikah")]
    assert levels(ayah_dicatat="tidak") == [("peringatan", "bukti_nikah")]
    assert levels(bukti_kk="tidak") == [("peringatan", "bukti_kk")]
    assert levels(persetujuan="tidak") == [("peringatan", "persetujuan")]
    assert levels(anak_berat="32") == [("peringatan", "anak_berat")]
    assert levels(anak_panjang="99") == [("peringatan", "anak_panjang")]
    assert levels(anak_kembar="2") == [("info", "anak_kembar")]


KEYS = st.sampled_from([field.key for field in FORM.fields])
VALUES = st.one_of(st.text(max_size=12), st.sampled_from([*GOOD.values(), "sptjm", "2026-11-21"]))


@given(st.dictionaries(KEYS, VALUES))
def test_any_answers_are_judged(values: dict[str, str]):
    for found in check_form(FORM, GOOD | values, TODAY):
        assert found.says and FORM.has(found.key)
