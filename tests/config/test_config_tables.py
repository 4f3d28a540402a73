"""Code lists, regions and the policy of collecting."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as run
from hypothesis import strategies as st

from config.errors import ConfigError
from config.lookups import Item, Lookup, lookup, lookup_exists
from config.policy import load_policy
from config.regions import Place, Regions
from config.roles import OUTSIDERS, PROFILES, ROLES


@pytest.fixture(scope="module")
def regions() -> Regions:
    return Regions.load()


# -- regions -------------------------------------------------------------------------------------


def test_both_cities_are_whole(regions: Regions):
    assert Counter(place.code[:5] for place in regions.places) == {"14.71": 83, "15.71": 68}
    kecamatan = {place.kecamatan_code: place.kecamatan for place in regions.places}
    assert Counter(code[:5] for code in kecamatan) == {"14.71": 15, "15.71": 11}
    assert sum(bool(place.was) for place in regions.places) == 29
    assert len(Regions.load(city="14.71").places) == 83


def test_a_place_says_its_present_and_its_old_kecamatan(regions: Regions):
    assert regions.get("14.71.08.1014") == Place(
        "14.71.08.1014", "Sungaisibam", "Binawidya", "14.71.08", "Payung Sekaki"
    )
    assert regions.get("14.71.02.1004") == Place(
        "14.71.02.1004", "Kota Baru", "Pekanbaru Kota", "14.71.02", ""
    )
    assert regions.get("14.71.99.1001") is None


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("Tuah Madani", "14.71.13.1004"),
        ("TUAHMADANI", "14.71.13.1004"),
        ("tobek godang", "14.71.08.1009"),
        ("simpang baru", "14.71.08.1001"),
        ("Tanjung Rhu", "14.71.04.1002"),
        ("tampan", "14.71.11.1001"),
        ("delima tampan", "14.71.08.1008"),
        ("delima kec. binawidya", "14.71.08.1008"),
        ("kulim tenayan raya", "14.71.14.1001"),
        ("14.71.10.1002", "14.71.10.1002"),
        ("1571081001", "15.71.08.1001"),
    ],
)
def test_people_find_a_kelurahan_as_they_write_it(regions: Regions, typed: str, first: str):
    assert regions.find(typed)[0].code == first


def test_old_kecamatan_names_find_all_that_was_in_them(regions: Regions):
    tampan = {place.code for place in regions.find("Tampan", limit=99)}
    assert {place.code for place in regions.places if place.was == "Tampan"} < tampan
    rumbai = regions.find("rumbai pesisir", limit=99)
    assert {place.kecamatan for place in rumbai} == {"Rumbai", "Rumbai Timur"}
    both = {place.kecamatan for place in regions.find("Rumbai", limit=99)}
    assert {"Rumbai", "Rumbai Barat", "Rumbai Timur"} == both


def test_every_kelurahan_is_found_by_its_own_name(regions: Regions):
    for place in regions.places:
        assert place in regions.find(f" {place.kelurahan.upper()} ")
        assert regions.find(f"{place.kelurahan} {place.kecamatan}")[0] == place


@run(deadline=None)
@given(text=st.text(max_size=12), limit=st.integers(0, 30))
def test_any_text_may_be_typed(text: str, limit: int):
    found = ALL.find(text, limit)
    assert len(found) <= limit
    assert len(set(found)) == len(found)


ALL = Regions.load()


def test_a_card_is_routed_by_kelurahan(regions: Regions):
    moved = regions.uptd_for("14.71.14.1001")  # Kulim, once in Tenayan Raya
    assert moved is not None
    assert (moved.address, moved.name) == ("uptd:14.71.14", "UPTD Disdukcapil Kecamatan Kulim")
    for place in regions.places:
        uptd = regions.uptd_for(place.code)
        assert (uptd.address if uptd else None) == (
            f"uptd:{place.kecamatan_code}" if place.code.startswith("14.71") else None
        )
    assert regions.uptd_for("") is None


def test_an_office_brings_its_own_files(tmp_path: Path):
    path = tmp_path / "kota.csv"
    path.write_bytes(
        b"\xef\xbb\xbfcode;kelurahan;kecamatan;was\r\n"
        b'11.71.01.1001;"Ateuk, Pahlawan";Baiturrahman;\r\n;;;\r\n'
    )
    own = Regions.load(path)
    assert own.places == (
        Place("11.71.01.1001", "Ateuk, Pahlawan", "Baiturrahman", "11.71.01", ""),
    )
    assert own.uptd_for("11.71.01.1001") is None
    (tmp_path / "uptd.csv").write_text("kecamatan,address,name\n11.71.01,uptd:BRH,UPTD Satu\n")
    uptd = Regions.load(path).uptd_for("11.71.01.1001")
    assert uptd is not None and uptd.address == "uptd:BRH"


HEADING = "code,kelurahan,kecamatan,was\n"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "judul kolom harus: code,kelurahan"),
        ("code,kelurahan,kecamatn,was\n", 1, "maksudnya 'kecamatan'?"),
        (HEADING + "14.71.01.1001,A,B,\n\n14.71.1.1,A,B,\n", 4, "seperti 14.71.10.1005"),
        (HEADING + "14.71.01.1001,A,B\n", 2, "harus 4 kolom, tertulis 3"),
        (HEADING + "14.71.01.1001,A,B,\n14.71.01.1001,C,D,\n", 3, "sudah ada di baris 2"),
        (HEADING + "14.71.01.1001,,B,\n", 2, "wajib ditulis"),
        (HEADING + ",A,B,\n", 2, "kolom pertama"),
    ],
)
def test_a_wrong_region_file_is_said_with_its_line(tmp_path: Path, text: str, line: int, says: str):
    path = tmp_path / "regions.csv"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        Regions.load(path)
    assert (caught.value.file, caught.value.line) == (str(path), line)
    assert says in caught.value.says


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("14.71.1,uptd:1,UPTD", "seperti 14.71.10"),
        ("14.71.01,dinas,UPTD", "tulis alamat"),
        ("14.71.01,uptd:1,", "nama UPTD"),
    ],
)
def test_a_wrong_uptd_file_is_said_with_its_line(tmp_path: Path, row: str, says: str):
    (tmp_path / "regions.csv").write_text(HEADING)
    (tmp_path / "uptd.csv").write_text(f"kecamatan,address,name\n{row}\n")
    with pytest.raises(ConfigError, match=says) as caught:
        Regions.load(tmp_path / "regions.csv")
    assert caught.value.line == 2


# -- code lists ----------------------------------------------------------------------------------


def test_occupations_are_those_of_the_family_card():
    jobs = lookup("pekerjaan")
    assert [jobs.get(str(number)) for number in (1, 2, 5, 64, 73, 88)] == [
        Item("1", "Belum/Tidak Bekerja"),
        Item("2", "Mengurus Rumah Tangga"),
        Item("5", "Pegawai Negeri Sipil (PNS)"),
        Item("64", "Dosen"),
        Item("73", "Bidan"),
        Item("88", "Wiraswasta"),
    ]
    assert jobs.get("0") is None


@pytest.mark.parametrize(
    ("name", "typed", "first"),
    [
        ("pekerjaan", "rumah tangga", "2"),
        ("pekerjaan", "PNS", "5"),
        ("pekerjaan", "guru", "65"),
        ("pekerjaan", "wira", "88"),
        ("pekerjaan", "15", "15"),
        ("negara", "malay", "MY"),
        ("negara", "id", "ID"),
        ("hubungan", "NENEK", "nenek"),
    ],
)
def test_items_are_found_by_code_or_name(name: str, typed: str, first: str):
    assert lookup(name).find(typed)[0].code == first


def test_a_list_is_kept_in_its_order_and_cut():
    small = Lookup("x", (Item("b", "Dua"), Item("a", "Satu"), Item("c", "Dua belas")))
    assert [item.code for item in small.find("")] == ["b", "a", "c"]
    assert [item.code for item in small.find("dua")] == ["b", "c"]
    assert [item.code for item in small.find("", limit=1)] == ["b"]
    assert small.find("tiga") == []


def test_shipped_lists_are_whole():
    for name in ("pekerjaan", "hubungan", "negara"):
        items = lookup(name).items
        assert len({item.name for item in items}) == len(items)
        assert lookup_exists(name)
    assert not lookup_exists("../regions") and not lookup_exists("tidak-ada")


def test_a_wrong_list_is_said_with_its_line(tmp_path: Path):
    (tmp_path / "warna.csv").write_text("code,name\nm,Merah\nb,\n")
    with pytest.raises(ConfigError, match="belum ditulis") as caught:
        lookup("warna", tmp_path)
    assert (caught.value.line, caught.value.key) == (3, "b")
    with pytest.raises(ConfigError, match="tidak ada"):
        lookup("lain", tmp_path)
    with pytest.raises(ConfigError, match="bukan nama"):
        lookup("../warna", tmp_path)


# -- who may collect -----------------------------------------------------------------------------


def test_parents_collect_first():
    policy = load_policy()
    assert [relation.key for relation in policy.relations] == [
        "orang_tua",
        "wali",
        "anggota_kk",
        "kuasa",
    ]
    assert policy.default.key == "orang_tua"
    assert all(relation.papers for relation in policy.relations)
    kuasa = policy.get("kuasa")
    assert kuasa is not None and kuasa.needs_reason
    assert "Surat kuasa bermeterai" in kuasa.papers
    assert policy.get("tetangga") is None
    assert policy.mismatch_role == "supervisor"


RELATION = '[[relation]]\nkey = "a"\nlabel = "A"\n'


@pytest.mark.parametrize(
    ("text", "key", "line", "says"),
    [
        (RELATION + "papers = 'KK'", "relation[1].papers", 6, "harus daftar"),
        (RELATION + "paper = ['KK']", "relation[1].paper", 6, "maksudnya 'papers'?"),
        (RELATION + RELATION, "relation[2].key", 7, "sudah ada"),
        (
            (RELATION + "default = true\n") + RELATION.replace('"a"', '"b"') + "default = true",
            "relation[2].default",
            10,
            "hanya satu",
        ),
        ("relation = [1]", "relation[1]", 3, "harus tabel"),
        ("", "relation", 1, "paling sedikit satu"),
    ],
)
def test_a_wrong_policy_is_named(tmp_path: Path, text: str, key: str, line: int, says: str):
    path = tmp_path / "p.toml"
    path.write_text(f'title = "P"\nmismatch_role = "supervisor"\n{text}\n')
    with pytest.raises(ConfigError) as caught:
        load_policy(path)
    assert (caught.value.key, caught.value.line) == (key, line)
    assert says in caught.value.says
    path.write_text(f'title = "P"\nmismatch_role = "supervisr"\n{RELATION}')
    with pytest.raises(ConfigError, match="maksudnya 'supervisor'"):
        load_policy(path)


def test_roles_and_profiles_are_named():
    assert len(ROLES) == 21 and len(PROFILES) == 5
    assert set(OUTSIDERS) == {"pemohon", "lapas"} and set(OUTSIDERS) < set(ROLES)
    assert all(name for name in (*ROLES.values(), *PROFILES.values()))
