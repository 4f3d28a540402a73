"""Forms: the birth form as shipped, and what the loader says of a wrong one."""

from pathlib import Path

import pytest

from config.errors import ConfigError
from config.forms import FIELD_TYPES, FORMS, Form, load_form, visible
from config.lookups import lookup
from config.regions import Regions

FIELD = """\
[[page.field]]
key = "{key}"
label = "Nama"
type = "text"
"""


@pytest.fixture(scope="module")
def birth() -> Form:
    return load_form(FORMS / "kelahiran.toml")


def test_the_birth_form_asks_what_f201_asks(birth: Form):
    asked = {field.key for field in birth.fields}
    assert {
        *("anak_nama", "anak_jk", "anak_tempat_dilahirkan", "anak_tempat_lahir"),
        *("anak_tgl_lahir", "anak_pukul", "anak_kembar", "anak_ke", "anak_penolong"),
        *("anak_berat", "anak_panjang", "ibu_nama", "ibu_nik", "ibu_tempat_lahir"),
        *("ibu_tgl_lahir", "ibu_pekerjaan", "ibu_wn", "ayah_dicatat", "ayah_nama", "ayah_nik"),
        *("ayah_tempat_lahir", "ayah_tgl_lahir", "ayah_pekerjaan", "ayah_wn", "no_kk"),
        *("domisili", "kelurahan", "kota_luar", "alamat", "rt", "rw", "pelapor_hubungan"),
        *("pelapor_nama", "pelapor_nik", "saksi1_nama", "saksi1_nik", "saksi2_nama"),
        *("saksi2_nik", "bukti_lahir", "bukti_nikah", "bukti_ktp", "bukti_kk", "telepon"),
        *("email", "persetujuan"),
    } <= asked
    assert "anak_nik" not in asked  # a newborn has none, and none may be made up
    assert [code for code, _ in birth.field("anak_tempat_dilahirkan").choices] == list("12345")
    assert [code for code, _ in birth.field("anak_kembar").choices] == list("12345")
    assert [code for code, _ in birth.field("anak_penolong").choices] == list("1234")


def test_the_birth_form_fits_the_screen(birth: Form):
    assert (birth.slug, birth.title) == ("kelahiran", "Pelaporan kelahiran")
    for page in birth.pages:
        assert 0 < len(page.fields) <= 12
    for field in birth.fields:
        assert len(field.label) <= 22
        assert 0 < len(field.help) <= 76
        assert field.help.isascii() and field.label.isascii()
        assert field.type in FIELD_TYPES


def test_what_repeats_at_a_ward_is_carried_and_no_person_is(birth: Form):
    assert {field.key for field in birth.fields if field.carry} == {
        "anak_tempat_dilahirkan",
        "anak_fasilitas",
        "anak_tempat_lahir",
        "anak_penolong",
    }
    assert birth.field("persetujuan").default == ""
    assert birth.defaults() == {
        "anak_tempat_dilahirkan": "1",
        "anak_tempat_lahir": "PEKANBARU",
        "anak_kembar": "1",
        "anak_penolong": "2",
        "ibu_wn": "WNI",
        "ayah_dicatat": "ya",
        "ayah_wn": "WNI",
        "domisili": "dalam",
        "pelapor_hubungan": "ayah",
        "bukti_lahir": "asli",
        "bukti_nikah": "buku_nikah",
        "bukti_ktp": "ya",
        "bukti_kk": "ya",
    }


def test_what_does_not_apply_is_not_asked(birth: Form):
    def asked(**values: str) -> set[str]:
        answers = {**birth.defaults(), **values}
        return {field.key for field in birth.fields if visible(field, answers)}

    usual = asked()
    assert {"kelurahan", "ayah_nama", "ayah_nik", "ibu_nik"} <= usual
    assert not {"kota_luar", "ibu_paspor", "ayah_paspor", "pelapor_nama", "pelapor_nik"} & usual
    assert asked(domisili="luar") - usual == {"kota_luar"}
    assert usual - asked(domisili="luar") == {"kelurahan"}
    alone = asked(ayah_dicatat="tidak")
    assert {key for key in alone if key.startswith("ayah_")} == {"ayah_dicatat"}
    assert asked(ayah_wn="WNA") - usual == {"ayah_paspor", "ayah_negara"}
    for relation in lookup("hubungan").items:
        others = asked(pelapor_hubungan=relation.code) - usual
        parent = relation.code in ("ayah", "ibu")
        assert others == (set() if parent else {"pelapor_nama", "pelapor_nik"})


def test_every_list_that_is_asked_for_is_there(birth: Form):
    for field in birth.fields:
        if field.lookup == "regions":
            assert Regions.load().places
        elif field.lookup:
            assert lookup(field.lookup).items


def test_labels_of_answers(birth: Form):
    assert birth.field("anak_jk").label_of("P") == "Perempuan"
    assert birth.field("persetujuan").label_of("tidak") == "Tidak"
    assert birth.field("anak_nama").label_of("SITI") == "SITI"
    assert birth.has("anak_nama") and not birth.has("anak_nik")
    with pytest.raises(KeyError):
        birth.field("anak_nik")


def test_a_changed_form_is_read_anew(tmp_path: Path):
    path = tmp_path / "x.toml"
    path.write_text(form_text(FIELD.format(key="a")))
    assert [field.key for field in load_form(path).fields] == ["a"]
    path.write_text(form_text(FIELD.format(key="lain")))
    assert [field.key for field in load_form(path).fields] == ["lain"]


def test_thirteen_fields_are_too_many_for_a_page(tmp_path: Path):
    fields = [FIELD.format(key=f"k{number}") for number in range(13)]
    error = refused(tmp_path, "".join(fields))
    assert (error.key, error.line) == ("page[1].field", 5)
    assert "13 isian, paling banyak 12" in error.says
    load_form(written(tmp_path, "".join(fields[:12])))


@pytest.mark.parametrize(
    ("addition", "key", "line", "says"),
    [
        ("lable = 'x'", "lable", 9, "kunci ini tidak dikenal; maksudnya 'label'?"),
        ("zzz = 1", "zzz", 9, "kunci ini tidak dikenal"),
        ("required = 'ya'", "required", 9, "true atau false"),
        ("max = -1", "max", 9, "antara 0"),
        ("choices = [['a', 'A'], ['b', 'B']]", "choices", 9, "tidak memakai pilihan"),
        ("lookup = 'negara'", "lookup", 9, "tidak memakai daftar kode"),
        ("when = { namma = ['x'] }", "when.namma", 9, "tidak ada isian 'namma'"),
        ("when = { jk = ['X'] }", "when.jk", 9, "'X' tidak dikenal; pilihannya: L, P"),
        ("when = { jk = 'L' }", "when.jk", 9, "daftar dalam kurung siku"),
        ("when = { jk = [] }", "when.jk", 9, "jawaban yang diterima"),
        ("when = { jk = [\n1] }", "when.jk[1]", 10, "bukan bilangan bulat"),
        ("\nhelp = '" + "x" * 77 + "'", "help", 10, "terlalu panjang: 77"),
    ],
)
def test_a_wrong_key_of_a_field_is_named(
    tmp_path: Path, addition: str, key: str, line: int, says: str
):
    sex = "[[page.field]]\nkey='jk'\nlabel='JK'\ntype='choice'\nchoices=[['L','L'],['P','P']]\n"
    body = FIELD.format(key="nama") + addition + "\n" + FIELD.format(key="x")
    error = refused(tmp_path, body, before=sex)
    assert error.key == f"page[1].field[2].{key}"
    assert error.line == line + 5
    assert says in error.says


@pytest.mark.parametrize(
    ("was", "now", "key", "says"),
    [
        ('"text"', '"txt"', "type", "maksudnya 'text'?"),
        ('type = "text"', "", "type", "wajib ada"),
        ('"Nama"', '"' + "N" * 23 + '"', "label", "23 huruf, paling banyak 22"),
        ('"Nama"', '" "', "label", "tidak boleh kosong"),
        ('"nama"', '"Nama Bayi"', "key", "huruf kecil"),
        ('type = "text"', 'type = "choice"', "choices", "dua pilihan"),
        (
            'type = "text"',
            'type = "choice"\nchoices = [["a", "A"], ["a", "B"]]',
            "choices",
            "sama",
        ),
        ('type = "text"', 'type = "choice"\nchoices = [["a", "A"], "b"]', "choices[2]", "kode"),
        ('type = "text"', 'type = "yesno"\ndefault = "yes"', "default", "pilihannya: ya, tidak"),
        ('type = "text"', 'type = "lookup"', "lookup", "wajib ada"),
        (
            'type = "text"',
            'type = "lookup"\nlookup = "../negara"',
            "lookup",
            "tidak ada di folder lookups",
        ),
        (
            'type = "text"',
            'type = "lookup"\nlookup = "hubungan"\ndefault = "ayyah"',
            "default",
            "maksudnya 'ayah'?",
        ),
        (
            'type = "text"',
            'type = "lookup"\nlookup = "regions"\ndefault = "1"',
            "default",
            "tidak dikenal",
        ),
    ],
)
def test_a_wrong_value_of_a_field_is_named(tmp_path: Path, was: str, now: str, key: str, says: str):
    error = refused(tmp_path, FIELD.format(key="nama").replace(was, now))
    assert error.key == f"page[1].field[1].{key}"
    assert says in error.says
    assert error.line is not None


def test_a_key_asked_twice_and_an_empty_form_are_refused(tmp_path: Path):
    error = refused(tmp_path, FIELD.format(key="a") * 2)
    assert (error.key, error.line) == ("page[1].field[2].key", 10)
    assert refused(tmp_path, "").key == "page[1].field"
    path = tmp_path / "kosong.toml"
    path.write_text('title = "x"\n')
    with pytest.raises(ConfigError, match="belum punya halaman"):
        load_form(path)


def form_text(fields: str, before: str = "") -> str:
    return f'title = "Coba"\n\n[[page]]\ntitle = "Satu"\n{before}{fields}'


def written(folder: Path, fields: str, before: str = "") -> Path:
    path = folder / "coba.toml"
    path.write_text(form_text(fields, before), encoding="utf-8")
    return path


def refused(folder: Path, fields: str, before: str = "") -> ConfigError:
    path = written(folder, fields, before)
    with pytest.raises(ConfigError) as caught:
        load_form(path)
    assert caught.value.file == str(path)
    return caught.value
