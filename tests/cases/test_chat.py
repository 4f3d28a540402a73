"""A pasted chat: what is beyond doubt fills the form, all else is shown; any text is survived."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from config.forms import FORMS, load_form
from config.lookups import lookup
from config.regions import Regions
from kiosk.cases.chat import ChatReading, read_chat

TODAY = date(2026, 11, 21)
FORM = load_form(FORMS / "kia.toml")


@cache
def regions() -> Regions:
    return Regions.load(city="14.71")


def read(text: str, today: date = TODAY) -> ChatReading:
    return read_chat(
        text, FORM, regions=regions(), lookups={"hubungan": lookup("hubungan")}, today=today
    )


AISYAH = {
    "anak_nama": "AISYAH PUTRI",
    "anak_nik": "1471105206200001",
    "anak_tgl_lahir": "2020-06-12",
    "anak_tempat_lahir": "PEKANBARU",
    "anak_jk": "P",
    "no_kk": "1471100101180001",
    "ibu_nama": "SARI WULANDARI",
    "ayah_nama": "JOKO SUSILO",
    "kelurahan": "14.71.10.1002",
    "alamat": "Jl. Melati No. 5",
    "rt": "01",
    "rw": "02",
    "telepon": "628125551001",
}
"""One girl of Bencah Lesung; every shape below says the same of her, or less."""

TYPED = """Nama anak : Aisyah Putri
NIK anak : 1471105206200001
TTL : Pekanbaru, 12 Juni 2020
JK : P
Nama ayah : Joko Susilo
Nama ibu : Sari Wulandari
No KK : 1471100101180001
Alamat : Jl. Melati No. 5 RT 01 RW 02 Kel. Bencah Lesung Kec. Tenayan Raya
No HP : 0812-5551-001"""

ANDROID = """21/11/26, 14.05 - Ibu Sari: Nama anak: aisyah putri
NIK: 1471 1052 0620 0001
Tempat/Tgl Lahir: Pekanbaru, 12-06-2020
Jenis Kelamin: perempuan
21/11/26, 14.06 - Ibu Sari: nama ayah: Joko Susilo
nama ibu: Sari Wulandari
21/11/26, 14.07 - Ibu Sari: no. kk: 1471.1001.0118.0001
21/11/26, 14.08 - Ibu Sari: alamat: Jl. Melati No. 5
RT/RW: 01/02
Kelurahan: Bencahlesung
Kecamatan: Tenayan Raya
no wa: +62 812 5551 001"""

IPHONE = """[21/11/26 14.05.33] Ibu Sari: \u200e*Nama Anak:* Aisyah Putri
*NIK Anak:* 1471105206200001
*Tempat, tanggal lahir:* Pekanbaru, Jumat 12 Juni 2020
*Jenis kelamin (L/P):* P
*Nama Ayah Kandung:* Joko Susilo
*Nama Ibu Kandung:* Sari Wulandari
*Nomor Kartu Keluarga:* 1471100101180001
[21/11/26 14.06.01] Ibu Sari: *Alamat lengkap:* Jl. Melati No. 5, RT 01/RW 02, Kel Bencah Lesung
*No. HP yang aktif:* 08125551001"""

WEB = """[14.05, 21/11/2026] +62 812-5551-001: 1. Nama Lengkap Anak = Aisyah Putri
2. Nomor NIK Anak = 1471105206200001
3. Tempat Lahir = Pekanbaru
4. Tgl Lahir = 12/6/2020
5. JK = Pr
6. Ayah = Joko Susilo
7. Ibu = Sari Wulandari
8. KK = 1471100101180001
9. Alamat = Jl. Melati No. 5
10. RT = 01
11. RW = 02
12. Kel. = Bencah Lesung"""

BOXED = """[21/11/26 14.05] Nama: Aisyah Putri
[21/11/26 14.05] NIK: 1471105206200001
[21/11/26 14.05] TTL: Pekanbaru / 12 juni 2020
[21/11/26 14.05] JK: P
[21/11/26 14.06] Nama bapak: Joko Susilo
[21/11/26 14.06] Nama mama: Sari Wulandari
[21/11/26 14.06] KK: 1471100101180001"""

ONE_LINE = (
    "assalamualaikum, nama anak: Aisyah Putri, nik anak: 1471105206200001, ttl: Pekanbaru"
    " 12 Juni 2020, jk: P, nama ayah: Joko Susilo, nama ibu: Sari Wulandari"
)

BELOW = """Nama anak:
Aisyah Putri
NIK:
1471105206200001
Tanggal lahir:
12 Juni 2020
Nama ayah:
Joko Susilo
Nama ibu:
Sari Wulandari"""

HEADED = """DATA ANAK
Nama : Aisyah Putri
NIK : 1471105206200001
TTL : Pekanbaru, 12 Juni 2020
DATA AYAH
Nama : Joko Susilo
NIK : 1471100103900001
DATA IBU
Nama : Sari Wulandari
NIK : 1471104106920001
No KK : 1471100101180001"""

NO_COLON = """Nama anak - Aisyah Putri
NIK 1471105206200001
TTL Pekanbaru, 12 Juni 2020
No KK 1471100101180001
hp 0812 5551 001"""


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        (TYPED, ()),
        (ANDROID, ()),
        (IPHONE, ()),
        (WEB, ()),
        (BOXED, ("kelurahan", "alamat", "rt", "rw", "telepon")),
        (ONE_LINE, ("no_kk", "kelurahan", "alamat", "rt", "rw", "telepon")),
        (
            BELOW,
            ("anak_tempat_lahir", "anak_jk", "no_kk", "kelurahan", "alamat", "rt", "rw", "telepon"),
        ),
        (HEADED, ("anak_jk", "kelurahan", "alamat", "rt", "rw", "telepon")),
        (NO_COLON, ("anak_jk", "ayah_nama", "ibu_nama", "kelurahan", "alamat", "rt", "rw")),
    ],
    ids=["typed", "android", "iphone", "web", "boxed", "one-line", "below", "headed", "dashes"],
)
def test_every_shape_of_chat_says_the_same(text: str, left_out: tuple[str, ...]) -> None:
    expected = {key: value for key, value in AISYAH.items() if key not in left_out}
    assert dict(read(text).values) == expected


def test_what_is_certain_leaves_no_doubt_and_no_line() -> None:
    reading = read(TYPED)
    assert reading.doubts == ()
    assert reading.unread == ()


def test_a_line_that_names_nothing_is_shown_as_it_was_written() -> None:
    reading = read(f"Assalamualaikum, mau buat KIA bu\n{TYPED}\n<Media tidak disertakan>\nmakasih")
    assert dict(reading.values) == AISYAH
    assert reading.unread == (
        "Assalamualaikum, mau buat KIA bu",
        "<Media tidak disertakan>",
        "makasih",
    )


@pytest.mark.parametrize(
    ("said", "key", "value"),
    [
        ("TTL: Pekanbaru, 3 Agustus 2019", "anak_tgl_lahir", "2019-08-03"),
        ("TTL: Bangkinang, 31 des 2018", "anak_tempat_lahir", "BANGKINANG"),
        ("tgl lahir anak: 05.01.2021", "anak_tgl_lahir", "2021-01-05"),
        ("tgl lahir anak: 05012021", "anak_tgl_lahir", "2021-01-05"),
        ("tgl lahir anak: 2021-01-05", "anak_tgl_lahir", "2021-01-05"),
        ("tgl lahir anak: 5-1-21", "anak_tgl_lahir", "2021-01-05"),
        ("tgl lahir anak: Selasa, 5 Pebruari 2019", "anak_tgl_lahir", "2019-02-05"),
        ("jenis kelamin: laki laki", "anak_jk", "L"),
        ("jk: Cewek", "anak_jk", "P"),
        ("no hp: +62 812-3456-7890", "telepon", "6281234567890"),
        ("hubungan dengan anak: Ibu kandung", "pelapor_hubungan", "ibu"),
        ("hubungan: nenek", "pelapor_hubungan", "nenek"),
        ("email: Sari.W@Contoh.ID", "email", "sari.w@contoh.id"),
        ("sari@contoh.id", "email", "sari@contoh.id"),
        ("no akta: 1471-LU-13062020-0012", "akta_nomor", "1471-LU-13062020-0012"),
        ("jenis permohonan: KIA hilang", "jenis", "hilang"),
        ("keperluan: perpanjangan, habis masa berlaku", "jenis", "habis"),
        ("kelurahan: Simpang Baru\nkec: Tampan", "kelurahan", "14.71.08.1001"),
        ("Kel. Simpang Baru Kec. Binawidya Kota Pekanbaru", "kelurahan", "14.71.08.1001"),
        ("alamat: Perum Griya Blok C/3 RT 003/011", "rw", "011"),
        ("alamat: Jl. Kaktus No 7\nGang Mawar", "alamat", "Jl. Kaktus No 7, Gang Mawar"),
        ("Nama anak (sesuai akta): Budi Santoso", "anak_nama", "BUDI SANTOSO"),
        ("- Nama anak sesuai KK : Budi Santoso", "anak_nama", "BUDI SANTOSO"),
        ("nama ayahnya: Joko Susilo", "ayah_nama", "JOKO SUSILO"),
        ("lahir di Bangkinang tgl 3 maret 2019", "anak_tempat_lahir", "BANGKINANG"),
        ("lahir di Bangkinang tgl 3 maret 2019", "anak_tgl_lahir", "2019-03-03"),
        ("alamat jl. kaktus rt 2 rw 5 kel simpang baru kec tampan", "alamat", "jl. kaktus"),
        ("alamat jl. kaktus rt 2 rw 5 kel simpang baru kec tampan", "rw", "5"),
    ],
)
def test_answers_in_the_words_people_use(said: str, key: str, value: str) -> None:
    assert read(said).values.get(key) == value


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("NIK anak: 147110520620001", "anak_nik"),  # 15 digits
        ("NIK anak: 1471105213200001", "anak_nik"),  # month 13
        ("NIK anak: 1471105206200001 / 1471105206200002", "anak_nik"),
        ("tgl lahir anak: 06/24/2020", "anak_tgl_lahir"),
        ("tgl lahir anak: 12 Juni", "anak_tgl_lahir"),
        ("tgl lahir anak: 12 Juni 2030", "anak_tgl_lahir"),
        ("jk: L/P", "anak_jk"),
        ("no hp: 08125551001 atau 08125551002", "telepon"),
        ("hubungan: orang tua", "pelapor_hubungan"),
        ("kelurahan: Tangkerang", "kelurahan"),
        ("kelurahan: Delima\nkecamatan: Sukajadi", "kelurahan"),
        ("kecamatan: Tampan", "kelurahan"),
        ("kelurahan: Delima\nkelurahan: Sago", "kelurahan"),
        ("nama ibu: Sari\nmaaf nama ibu: Sari Wulandari", "ibu_nama"),
        ("Nama ibu: Terima kasih", "ibu_nama"),
        ("Nama ayah: (alm) Joko Susilo", "ayah_nama"),
        ("Nama anak: Aisyah, adiknya Budi (2)", "anak_nama"),
        ("Nama: Budi Santoso", "anak_nama"),  # whose? nothing else says that it is the child's
        ("jenis permohonan: baru atau hilang", "jenis"),
    ],
)
def test_what_is_unsure_stays_empty_and_is_said_and_shown(said: str, key: str) -> None:
    reading = read(said)
    assert key not in reading.values
    assert key in [doubt.key for doubt in reading.doubts]
    assert all(doubt.level == "peringatan" for doubt in reading.doubts)
    assert set(reading.unread) == set(said.splitlines())


def test_a_number_without_a_name_is_told_by_the_date_in_it() -> None:
    reading = read(
        "TTL: Pekanbaru, 12 Juni 2020\nNama ayah: Joko Susilo\nNIK: 1471100103900001\n"
        "Nama ibu: Sari Wulandari\nNIK: 1471105206200001"
    )
    assert reading.values["anak_nik"] == "1471105206200001"
    assert reading.unread == ("NIK: 1471100103900001",)


def test_a_nik_that_contradicts_the_date_is_filled_and_doubted() -> None:
    reading = read("NIK anak: 1471105206200001\nTTL: Pekanbaru, 13 Juni 2020")
    assert reading.values["anak_nik"] == "1471105206200001"
    assert {doubt.key for doubt in reading.doubts} & {"anak_nik", "anak_tgl_lahir"}


def test_two_children_in_one_chat_leave_the_name_to_the_officer() -> None:
    reading = read("Nama anak: Aisyah Putri\nNIK anak: 1471105206200001\nNama anak: Budi Santoso")
    assert "anak_nama" not in reading.values
    (doubt,) = reading.doubts
    assert "AISYAH PUTRI" in doubt.says and "BUDI SANTOSO" in doubt.says


def test_the_senders_number_stands_in_and_is_doubted() -> None:
    reading = read("[14.05, 21/11/2026] +62 812-3456-7890: Nama anak: Budi Santoso")
    assert reading.values["telepon"] == "6281234567890"
    assert [doubt.key for doubt in reading.doubts] == ["telepon"]
    two = read(
        "[14.05, 21/11/2026] +62 812-3456-7890: halo\n[14.06, 21/11/2026] +62 811-1111-222: ya"
    )
    assert "telepon" not in two.values


def test_an_applicant_with_a_parents_name_is_that_parent() -> None:
    reading = read("Nama ayah: Joko Susilo\nNama pemohon: joko susilo")
    assert reading.values["pelapor_hubungan"] == "ayah"
    other = read("Nama ayah: Joko Susilo\nNama pemohon: Rina Wati")
    assert "pelapor_hubungan" not in other.values
    assert [doubt.key for doubt in other.doubts] == ["pelapor_hubungan"]
    assert other.unread == ("Nama pemohon: Rina Wati",)


def test_an_empty_form_of_the_office_fills_nothing() -> None:
    reading = read("Silakan isi:\nNama anak:\nNIK anak:\nTTL:\nJK (L/P):\nNama ibu: -\nNo KK:\n")
    assert dict(reading.values) == {}


@given(st.text(max_size=400))
@example("[")
@example("\ud800: NIK: ")
@example("NIK: " + "9" * 4000)
@example(":" * 500)
@example("kel a " * 20_000)
@example("rt 1 a kec " * 9_000)
@example("nama anak:" * 9_000)
@example("1 " * 50_000)
@example("\n".join(["nama ibu: siti"] * 9_000))
@example("21/11/26, 14.05 - ")
@settings(max_examples=300, deadline=None)
def test_any_text_at_all_is_survived(text: str) -> None:
    reading = read(text)
    assert all(FORM.has(key) and value for key, value in reading.values.items())


WORDS = st.sampled_from(
    [
        *TYPED.splitlines(),
        *ANDROID.splitlines(),
        *HEADED.splitlines(),
        "Nama ayah",
        "NIK:",
        "RT",
        "rw 02",
        "kel.",
        "12 juni 2020",
        "1471105206200001",
        "alamat",
        "=",
        "-",
        "email: x",
        "data ibu",
        "hubungan : ayah",
    ]
)


@given(st.lists(WORDS | st.text(max_size=30), max_size=25), st.sampled_from(["\n", " ", ", ", ""]))
@settings(max_examples=300, deadline=None)
def test_any_mixture_is_survived_and_no_line_is_lost(parts: list[str], glue: str) -> None:
    """A value of the form stands in the chat, or a line that has it is shown."""
    text = glue.join(parts)
    reading = read(text)
    assert all(FORM.has(key) and value for key, value in reading.values.items())
    assert all(doubt.says for doubt in reading.doubts)
    for value in (reading.values.get("anak_nik", ""), reading.values.get("no_kk", "")):
        assert value == "" or value in "".join(sign for sign in text if sign.isdigit())
