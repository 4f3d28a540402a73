"""Procedures: KADO CAMER as shipped, and what the loader says of a wrong one."""

from datetime import date
from pathlib import Path

import pytest

from config.errors import ConfigError
from config.forms import load_form
from config.procedures import FORMS, PROCEDURES, Procedure, load_all, load_procedure

KADO = PROCEDURES / "kado-camer.toml"


@pytest.fixture(scope="module")
def kado() -> Procedure:
    return load_all()["kado-camer"]


def test_the_heading_is_the_sop(kado: Procedure):
    assert kado.number == "060/Dukcapil-PDIP/1240/2021"
    assert kado.dates.made == date(2021, 12, 14)
    assert kado.dates.revised == date(2021, 12, 28)
    assert kado.dates.effective == date(2021, 12, 31)
    assert kado.dates.approved is None
    assert kado.control_card
    assert len(kado.registers) == 4
    assert kado.reports == ("Laporan permohonan yang masuk",)
    assert load_form(FORMS / f"{kado.form}.toml").title == "Pelaporan kelahiran"


def test_each_step_has_its_actor_place_and_paper(kado: Procedure):
    rows = [(s.id, s.sop, s.place, s.actor, s.recorders, s.holder, s.item) for s in kado.steps]
    assert rows == [
        ("1", "1", "rs", "operator-fasilitas", (), "operator-fasilitas", "berkas"),
        ("2", "2", "dinas", "operator", (), "operator", "berkas"),
        ("3", "3", "dinas", "kepala-seksi", (), "kepala-seksi", "berkas"),
        ("4", "4", "dinas", "kepala-bidang", (), "kepala-bidang", "berkas"),
        ("5", "5", "dinas", "kepala-dinas", ("operator", "sekretariat"), "operator", "berkas"),
        ("6", "6", "dinas", "operator", (), "operator", "berkas"),
        ("7", "1250/3", "dinas", "operator-cetak", (), "operator-cetak", "kia"),
        (
            *("8", "1250/4", "dinas", "administrasi-distribusi", ()),
            *("administrasi-distribusi", "kia"),
        ),
        (
            *("9", "1250/5", "uptd", "petugas-uptd", ("kepala-uptd", "operator-fasilitas")),
            *("petugas-uptd", "kia"),
        ),
        (
            *("9K", "", "uptd", "petugas-uptd", ("kepala-uptd", "operator-fasilitas")),
            *("petugas-uptd", "kia"),
        ),
        ("K", "7", "dinas", "operator", ("administrasi-distribusi",), "operator", "berkas"),
        ("L", "", "rs", "operator-fasilitas", (), "operator-fasilitas", "berkas"),
    ]
    assert kado.first.id == "1"
    assert kado.step("5").roles == ("kepala-dinas", "operator", "sekretariat")
    assert kado.find("12") is None
    with pytest.raises(KeyError):
        kado.step("12")


def test_each_outcome_leads_where_the_sop_says(kado: Procedure):
    ways = {
        (step.id, one.id): (
            one.to,
            one.kind,
            one.batch_for("uptd"),
            tuple(f.key for f in one.fields),
        )
        for step in kado.steps
        for one in step.outcomes
    }
    assert ways == {
        ("1", "diajukan"): ("2", "maju", "daftar", ()),
        ("2", "dientri"): ("3", "maju", "", ("siak_ref",)),
        ("2", "kembali"): ("K", "kembali", "", ("catatan",)),
        ("3", "diparaf"): ("4", "maju", "", ()),
        ("3", "koreksi"): ("2", "kembali", "", ("catatan",)),
        ("4", "diparaf"): ("5", "maju", "", ()),
        ("4", "koreksi"): ("3", "kembali", "", ("catatan",)),
        ("5", "ditandatangani"): ("6", "maju", "", ("tte_ref",)),
        ("6", "dikirim"): ("7", "maju", "", ("email", "waktu")),
        ("6", "gagal-kirim"): ("7", "maju", "", ("alasan",)),
        ("7", "dicetak"): ("8", "maju", "", ("blanko",)),
        ("7", "rusak"): ("7", "ulang", "", ("blanko", "alasan")),
        ("8", "direkap"): ("9", "maju", "rekap", ()),
        ("8", "salah-cetak"): ("7", "kembali", "", ("blanko", "catatan")),
        ("9", "diserahkan"): ("tutup", "maju", "", ()),
        ("9", "salah-kecamatan"): ("9", "ulang", "rekap", ()),
        ("9", "salah-cetak"): ("9K", "kembali", "", ("blanko", "catatan")),
        ("9K", "dikembalikan"): ("7", "kembali", "bast", ()),
        ("K", "dikembalikan"): ("L", "kembali", "bast", ()),
        ("L", "dilengkapi"): ("1", "maju", "", ("catatan",)),
    }
    handed_over = kado.step("9").outcome("diserahkan")
    assert handed_over is not None
    assert (handed_over.claim, handed_over.policy) == ("kia", "pengambil")
    assert kado.step("9").outcome("lain") is None
    to_card = kado.step("8").outcome("direkap")
    assert to_card is not None
    assert (to_card.batch_for("uptd"), to_card.batch_for("rs"), to_card.batch_for("dinas")) == (
        *("rekap", "bast"),
        "",
    )
    assert to_card.batches == {"rekap", "bast"}


def test_a_blanko_is_used_and_spoiled_where_the_card_is_printed(kado: Procedure):
    moves = {
        (step.id, one.id): (one.uses, one.spoils)
        for step in kado.steps
        for one in step.outcomes
        if one.uses or one.spoils
    }
    assert moves == {
        ("7", "dicetak"): ("kia", ""),
        ("7", "rusak"): ("", "kia"),
        ("8", "salah-cetak"): ("", "kia"),
        ("9", "salah-cetak"): ("", "kia"),
    }


def test_standard_times_are_those_of_the_sops(kado: Procedure):
    times = {step.id: (step.minutes, step.unit) for step in kado.steps}
    assert [times[step] for step in ("1", "2", "3", "4", "5", "6", "K")] == [
        (minutes, "menit") for minutes in (2, 5, 5, 5, 2, 2, 2)
    ]
    assert times["7"] == times["8"] == (60, "jam")
    assert times["9"] == (450, "hari")
    assert times["L"] == (0, "menit")
    assert [step.id for step in kado.steps if step.clock_stops] == ["9", "L"]


def test_every_case_can_be_closed(kado: Procedure):
    closing = {"tutup"}
    for _ in kado.steps:
        closing |= {s.id for s in kado.steps if any(o.to in closing for o in s.outcomes)}
    assert {step.id for step in kado.steps} < closing


def test_what_is_written_down_is_explained(kado: Procedure):
    for step in kado.steps:
        for outcome in step.outcomes:
            assert len(outcome.label) <= 30
            assert all(field.help for field in outcome.fields)


@pytest.mark.parametrize(
    ("was", "now", "key", "says"),
    [
        ('activity = "Pencetakan KIA"', 'aktivity = "x"', "step[7].aktivity", "'activity'?"),
        ('activity = "Pencetakan KIA"', "activity = 3", "step[7].activity", "bukan bilangan"),
        ('to = "K"', 'to = "M"', "step[2].outcome[2].to", "langkah 'M' tidak ada"),
        ('to = "tutup"', 'to = "tutp"', "step[9].outcome[1].to", "maksudnya 'tutup'?"),
        ('actor = "kepala-bidang"', 'actor = "kabid"', "step[4].actor", "tidak dikenal"),
        ('"operator", "sekretariat"]', '"operator", "sekretaris"]', "step[5].recorders", "etariat"),
        ('holder = "operator"', 'holder = "operater"', "step[5].holder", "maksudnya 'operator'?"),
        ('place = "uptd"', 'place = "upt"', "step[9].place", "maksudnya 'uptd'?"),
        ('per = "batch"\nclock', 'per = "lot"\nclock', "step[9].per", "berkas, orang, batch"),
        ('unit = "hari"', 'unit = "minggu"', "step[9].unit", "menit, jam, hari"),
        ("minutes = 450", "minutes = -1", "step[9].minutes", "tertulis -1"),
        (
            'clock_stops = true\noutput = "B',
            'clock_stops = 1\noutput = "B',
            "step[12].clock_stops",
            "true",
        ),
        ('kind = "ulang"', 'kind = "mundur"', "step[7].outcome[2].kind", "maju, kembali, ulang"),
        ('batch = "daftar"', 'batch = "dafter"', "step[1].outcome[1].batch", "'daftar'?"),
        ('uptd = "rekap",', 'uptd = "recap",', "step[8].outcome[1].batch.uptd", "'rekap'?"),
        ('{ uptd = "rekap",', '{ upt = "rekap",', "step[8].outcome[1].batch.upt", "'uptd'?"),
        ('claim = "kia"', 'claim = "kai"', "step[9].outcome[1].claim", "tidak dikenal"),
        ('uses = "kia"', 'uses = "kk"', "step[7].outcome[1].uses", "kia, ktp"),
        ('spoils = "kia"', 'spoil = "kia"', "step[7].outcome[2].spoil", "maksudnya 'spoils'?"),
        ('policy = "pengambil"', 'policy = "x"', "step[9].outcome[1].policy", "pengambil"),
        ('key = "tte_ref"', 'keys = "x"', "step[5].outcome[1].field[1].keys", "maksudnya 'key'?"),
        ('form = "kelahiran"', 'form = "kelahirn"', "form", "maksudnya 'kelahiran'?"),
        ('slug = "kado-camer"', 'slug = "kado"', "slug", "nama berkas: 'kado-camer'"),
        ("control_card = true", 'control_card = "ya"', "control_card", "true atau false"),
        ("made = 2021-12-14", 'made = "2021-12-14"', "dates.made", "tanggal (tahun-bulan-tanggal)"),
        ("made = 2021-12-14", "mad = 2021-12-14", "dates.mad", "maksudnya 'made'?"),
        ('id = "L"', 'id = "K"', "step[12].id", "sudah dipakai"),
        ('id = "rusak"', 'id = "dicetak"', "step[7].outcome[2].id", "sudah ada"),
        ('"Draft dokumen",', "4,", "step[3].requires[1]", "harus teks"),
        ('cities = ["14.71"]', 'begins = "M"', "begins", "tidak dikenal"),
        ('cities = ["14.71"]', 'parent = "x"', "parent", "kado-camer"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, was: str, now: str, key: str, says: str):
    text = KADO.read_text(encoding="utf-8")
    assert was in text
    path = tmp_path / "kado-camer.toml"
    path.write_text(text.replace(was, now, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_procedure(path)
    error = caught.value
    assert (error.file, error.key) == (str(path), key)
    assert says in error.says
    last_key = key.rpartition(".")[2].partition("[")[0]
    assert error.line is not None
    assert last_key in path.read_text(encoding="utf-8").split("\n")[error.line - 1]


def test_a_missing_key_is_named_with_its_table(tmp_path: Path):
    text = KADO.read_text(encoding="utf-8")
    path = tmp_path / "kado-camer.toml"
    path.write_text(text.replace('place = "uptd"\n', ""), encoding="utf-8")
    with pytest.raises(ConfigError, match="wajib ada") as caught:
        load_procedure(path)
    assert caught.value.key == "step[9].place"
    rows = path.read_text(encoding="utf-8").split("\n")
    assert rows[caught.value.line - 1 : caught.value.line + 1] == ["[[step]]", 'id = "9"']


STEP = '[[step]]\nid="{}"\nactivity="x"\nactor="operator"\nplace="dinas"\n'
WAY = '[[step.outcome]]\nid="a"\nlabel="A"\nto="{}"\n'
TOP = 'slug="s"\ntitle="S"\nnumber="1"\noffice="D"\ncontrol_card=false\nform="kelahiran"\n'


@pytest.mark.parametrize(
    ("steps", "key", "says"),
    [
        ("", "step", "belum punya langkah"),
        (STEP.format(1), "step[1].outcome", "belum punya hasil"),
        (
            STEP.format(1) + WAY.format("tutup") + STEP.format(2) + WAY.format("tutup"),
            "step[2].id",
            "tidak ada hasil yang menuju",
        ),
        (STEP.format("tutup") + WAY.format("tutup"), "step[1].id", "sudah dipakai"),
    ],
)
def test_a_procedure_that_cannot_be_walked_is_refused(
    tmp_path: Path, steps: str, key: str, says: str
):
    path = tmp_path / "s.toml"
    path.write_text(TOP + steps)
    with pytest.raises(ConfigError, match=says) as caught:
        load_procedure(path)
    assert caught.value.key == key


def test_an_office_adds_a_procedure_as_a_file(tmp_path: Path):
    (tmp_path / "s.toml").write_text(TOP + STEP.format(1) + WAY.format("tutup"))
    (tmp_path / "t.toml").write_text(
        TOP.replace('"s"', '"t"') + STEP.format(1) + WAY.format("tutup")
    )
    both = load_all(tmp_path)
    assert list(both) == ["s", "t"]
    assert both["s"].number == both["t"].number
    assert both["s"].step("1").holder == "operator"
