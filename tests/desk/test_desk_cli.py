"""The command line: exit codes, answers on stdout, plain words on stderr, nobody's NIK anywhere."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from config.roles import PROFILES
from config.settings import load, save
from kiosk.cli import main
from kiosk.texts import set_language
from tests.desk.world import World, birth

ROOT = Path(__file__).parents[2]
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n\x00\xff\xfe" * 50
VERBS = ("init", "enrol", "central", "sync", "verify", "rebuild", "cases", "report")
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def indonesian(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KIOSK_DATA", raising=False)
    set_language("id")


def real(
    words: Sequence[str], given: bytes = b"", **env: str
) -> subprocess.CompletedProcess[bytes]:
    """The command as a shell starts it."""
    return subprocess.run(
        [sys.executable, "-m", "kiosk", *words],
        input=given,
        capture_output=True,
        cwd=ROOT,
        # As in a real locale: bytes that are no text are not let through.
        env={**os.environ, "PYTHONIOENCODING": "utf-8:strict", **env},
        timeout=60,
        check=False,
    )


def one_plain_line(err: str) -> str:
    assert err.startswith("kiosk: ") and err.count("\n") == 1 and err.endswith("\n"), err
    assert "Traceback" not in err and "Error" not in err
    return err


# -- help and wrong calls ----------------------------------------------------------------------


@pytest.mark.parametrize("verb", [*VERBS, "demo"])
def test_every_verb_has_help_with_an_example(verb: str, capsys: Capture) -> None:
    with pytest.raises(SystemExit) as ended:
        main([verb, "--help"])
    assert ended.value.code == 0
    assert f"kiosk {verb}" in capsys.readouterr().out.partition("contoh:")[2]


def test_help_names_every_verb(capsys: Capture) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    out = capsys.readouterr().out
    assert ended.value.code == 0
    assert all(verb in out for verb in (*VERBS, "demo"))


@pytest.mark.parametrize(
    "words",
    [
        ["report", "--from", "kemarin"],
        ["report", "--csv", "--json"],
        ["terbang"],
        ["verify", "--apa"],
        ["init"],
        ["demo", "lagi"],
        ["enrol", "--id", "x"],
    ],
)
def test_a_wrong_call_is_2(words: list[str], capsys: Capture) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err


def test_the_screen_wants_a_terminal(place: Path) -> None:
    """A PDF on stdin: one plain line, no traceback."""
    for words in ([], ["demo"], ["--data", str(place)]):
        done = real(words, PDF)
        assert (done.returncode, done.stdout) == (2, b"")
        assert "terminal" in one_plain_line(done.stderr.decode())


@pytest.mark.parametrize(
    "words",
    [["verify"], ["rebuild"], ["cases"], ["sync", "--once"], ["verify", "--json"], ["report"]],
)
def test_a_folder_that_is_none_is_1(words: list[str], place: Path, capsys: Capture) -> None:
    assert main([*words, "--data", str(place / "kosong")]) == 1
    said = capsys.readouterr()
    assert said.out == "" and "bukan folder data kiosk" in one_plain_line(said.err)
    assert not (place / "kosong").exists()


# -- from nothing to a case at pusat ------------------------------------------------------------


def test_init_enrol_admit_sync_verify(
    place: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    pusat, kiosk = str(place / "pusat"), str(place / "rsa")
    assert main(["central", "--data", pusat, "--key"]) == 0
    key = capsys.readouterr().out.strip()
    assert re.fullmatch("[0-9a-f]{64}", key)

    init = ["init", "--data", kiosk, "--code", "RSA", "--profile", "rs", "--name", "RS Contoh"]
    assert main([*init, "--central-key", key]) == 0
    said = capsys.readouterr()
    card = json.loads(said.out)
    assert card["kiosk"] == "RSA" and card["alamat"] == "rs:RSA"
    assert "kartu-kiosk.json" in said.err
    assert main(init) == 1
    assert "sudah berisi" in one_plain_line(capsys.readouterr().err)

    enrol = ["enrol", "--data", kiosk, "--id", "siti", "--name", "Siti R."]
    for pin, roles, code, says in (
        ("12", "operator-fasilitas", 1, "4 sampai 8 angka"),
        ("1234", "raja", 1, "raja"),
        ("1234", "operator-fasilitas", 0, ""),
        ("1234", "operator-fasilitas", 1, "sudah terdaftar"),
    ):
        given = io.TextIOWrapper(io.BytesIO(pin.encode() + b"\n"))
        monkeypatch.setattr("sys.stdin", given)
        assert main([*enrol, "--roles", roles]) == code
        said = capsys.readouterr()
        assert says in said.err and pin not in said.err + said.out

    card_file = str(place / "rsa" / "kartu-kiosk.json")
    assert main(["central", "--data", pusat, "--admit", card_file]) == 0
    assert "RSA" in capsys.readouterr().err
    for content, says in (
        (b"[]", "bukan kartu kiosk"),
        (PDF, "bukan kartu kiosk"),
        (json.dumps({**card, "kiosk": "X"}).encode(), "Kode kiosk"),
        (json.dumps({**card, "kunci": "00" * 32}).encode(), "sudah terdaftar"),
        (json.dumps({**card, "kunci": "0"}).encode(), "bukan kartu kiosk"),
    ):
        (place / "lain.json").write_bytes(content)
        assert main(["central", "--data", pusat, "--admit", str(place / "lain.json")]) == 1
        assert says in one_plain_line(capsys.readouterr().err)
    assert main(["central", "--data", pusat, "--admit", str(place / "tidak-ada")]) == 1
    one_plain_line(capsys.readouterr().err)

    monkeypatch.setenv("KIOSK_DATA", kiosk)
    assert main(["sync", "--once", "--json"]) == 1
    said = capsys.readouterr()
    assert "alamat pusat" in json.loads(said.out)["kendala"]
    assert main(["verify", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"entri": 1, "rusak": "", "sebab": ""}
    assert main(["cases", "--json"]) == 0
    assert capsys.readouterr().out == ""


def test_init_refuses_settings_that_cannot_be_and_leaves_nothing(
    place: Path, capsys: Capture
) -> None:
    words = ["init", "--data", str(place / "k"), "--profile", "rs", "--name", "RS"]
    assert main([*words, "--code", "rsa"]) == 1
    assert "code" in one_plain_line(capsys.readouterr().err)
    assert main(["init", "--data", str(place / "k"), "--profile", "uptd", "--name", "U", "--code",
                 "U10"]) == 1  # fmt: skip
    assert "--address" in one_plain_line(capsys.readouterr().err)
    assert main([*words, "--code", "RSA"]) == 0
    (place / "berkas").write_text("x")
    assert main(["init", "--data", str(place / "berkas"), "--profile", "rs", "--name", "RS",
                 "--code", "RSA"]) == 1  # fmt: skip
    one_plain_line(capsys.readouterr().err.splitlines(keepends=True)[-1])


@pytest.mark.parametrize("profile", PROFILES)
def test_a_kiosk_of_every_kind_of_place_can_be_founded(
    place: Path, capsys: Capture, profile: str
) -> None:
    words = ["init", "--data", str(place / "k"), "--profile", profile, "--name", "X"]
    here = {"rs": "rs:K01", "dinas": "dinas"}
    address = here.get(profile, f"{profile}:01" if profile != "uptd" else "uptd:14.71.10")
    if profile not in here:
        assert main([*words, "--code", "K01"]) == 1
        assert f"misalnya {address}" in one_plain_line(capsys.readouterr().err)
    assert main([*words, "--code", "K01", "--address", address]) == 0
    assert json.loads(capsys.readouterr().out)["alamat"] == address


def test_a_centrals_folder_or_port_that_cannot_be(place: Path, capsys: Capture) -> None:
    assert main(["central", "--data", str(place / "p"), "--key"]) == 0
    capsys.readouterr()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert main(["central", "--data", str(place / "p"), "--port", port]) == 1
        one_plain_line(capsys.readouterr().err)
    (place / "p" / "pusat.key").write_bytes(b"short")
    assert main(["central", "--data", str(place / "p"), "--key"]) == 1
    assert "rusak" in one_plain_line(capsys.readouterr().err)


# -- answers -----------------------------------------------------------------------------------


def test_cases_as_text_and_as_json(world: World, capsys: Capture) -> None:
    numbers = world.take_in(1, 2)
    data = ["--data", str(world.folder("RSA"))]
    assert main(["cases", *data]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == numbers
    assert main(["cases", *data, "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["nomor"] for row in rows] == numbers
    assert rows[0]["anak"] == birth(1)["anak_nama"] and rows[0]["tersinkron"] is False
    assert (rows[0]["prosedur"], rows[0]["nama"]) == ("kado-camer", rows[0]["anak"])
    assert main(["cases", *data, "--find", birth(2)["ibu_nik"]]) == 0
    assert capsys.readouterr().out.split()[0] == numbers[1]
    assert main(["cases", *data, "--find", "\udcff\udcfe"]) == 0
    assert capsys.readouterr().out == ""


def test_reports_as_text_as_csv_and_as_json(world: World, capsys: Capture) -> None:
    numbers = world.take_in(1, 2)
    data = ["--data", str(world.folder("RSA"))]
    assert main(["report", *data]) == 0
    offered = [line.split()[:2] for line in capsys.readouterr().out.splitlines()]
    assert ["kado-camer", "registrasi"] in offered and ["mas-rapid", "waktu"] in offered
    assert main(["report", *data, "--procedure", "kado-camer", "--json"]) == 0
    listed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {one["prosedur"] for one in listed} == {"kado-camer"}
    asked = ["report", *data, "--procedure", "kado-camer", "--kind", "registrasi"]
    assert main([*asked, "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["nomor"] for row in rows] == numbers and rows[0]["no"] == "1"
    assert main([*asked, "--csv"]) == 0
    head, *lines = csv.reader(io.StringIO(capsys.readouterr().out))
    assert head[:3] == ["No", "Nomor", "Waktu"] and [line[1] for line in lines] == numbers
    assert main([*asked, "--from", "2020-01-01", "--to", "2020-12-31", "--json"]) == 0
    assert capsys.readouterr() == ("", "")
    assert main(asked) == 0
    assert capsys.readouterr().out.startswith("Registrasi permohonan masyarakat, ")
    for words, says in (
        ([*asked[:3], "--procedure", "kado"], "kado-camer"),
        ([*asked[:5], "--kind", "pajak"], "registrasi"),
        ([*asked, "--from", "2026-02-01", "--to", "2026-01-01"], "mendahului"),
    ):
        assert main(words) == 1
        said = capsys.readouterr()
        assert said.out == "" and says in one_plain_line(said.err)


def test_sync_says_what_went_and_what_is_wrong(world: World, capsys: Capture) -> None:
    world.take_in(1)
    world.shut("RSA")
    data = ["--data", str(world.folder("RSA"))]
    assert main(["sync", *data, "--once", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["dikirim"] > 0 and said["kendala"] == ""
    assert main(["sync", *data, "--once"]) == 0
    assert capsys.readouterr() == ("", "")
    assert world.central is not None
    world.central.stop()
    assert main(["sync", *data, "--once"]) == 1
    said = capsys.readouterr()
    assert said.out == "" and "Pusat tidak dapat dihubungi" in one_plain_line(said.err)


def test_verify_and_rebuild_tell_a_damaged_entry(world: World, capsys: Capture) -> None:
    world.take_in(1)
    ward = world.desk("RSA")
    data = ["--data", str(world.folder("RSA"))]
    assert main(["verify", *data]) == 0
    assert "utuh" in capsys.readouterr().out
    assert main(["rebuild", *data]) == 0
    capsys.readouterr()
    ward.core.db.execute("UPDATE entries SET raw=x'00' WHERE seq=2")
    world.shut("RSA")
    assert main(["verify", *data]) == 1
    assert "RSA/1/2" in capsys.readouterr().out
    assert main(["verify", *data, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["rusak"] == "RSA/1/2"
    assert main(["rebuild", *data]) == 1
    assert "kiosk verify" in one_plain_line(capsys.readouterr().err)


def test_verify_a_resi(world: World) -> None:
    (number,) = world.take_in(1)
    code = world.desk("RSA").printing.qr_of("R", number)
    data = ["--data", str(world.folder("RSA"))]
    for words, given, ended in (
        (["--resi", code], b"", 0),
        (["--resi", code.lower()], b"", 0),
        (["--resi", "-"], code.encode() + b"\r\n", 0),
        (["--resi", code[:-2]], b"", 1),
        (["--resi", ""], b"", 1),
        (["--resi", "-"], PDF, 1),
        (["--resi", "-"], b"", 1),
        (["--resi", "-"], b"\xff" * 100_000, 1),
    ):
        done = real(["verify", *data, *words], given)
        assert (done.returncode, done.stderr) == (ended, b""), done.stderr
        out = done.stdout.decode()
        assert out.count("\n") == 1 and len(out) < 200
        assert out.startswith(f"sah {number}" if ended == 0 else "tidak-sah")
    done = real(["verify", *data, "--resi", "-", "--json"], code.encode())
    assert json.loads(done.stdout) == {"keadaan": "sah", "nomor": number}


def test_a_pipe_closed_early_is_nobodys_fault(world: World) -> None:
    world.take_in(1)
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "cases", "--data", str(world.folder("RSA"))],
        stdout=write,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        check=False,
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_pin_that_is_no_text(world: World) -> None:
    words = ["enrol", "--data", str(world.folder("RSA")), "--id", "baru", "--name", "Baru"]
    done = real([*words, "--roles", "operator"], PDF)
    assert done.returncode == 1
    assert "4 sampai 8 angka" in one_plain_line(done.stderr.decode())


# -- whose data it is --------------------------------------------------------------------------


def test_no_nik_and_no_telephone_in_any_log_or_on_stderr(world: World, place: Path) -> None:
    """Pusat as a process of its own, kiosks by the command line, a refused push among them."""
    values = birth(1)
    secrets = {
        value
        for key, value in values.items()
        if key.endswith("_nik") or key in ("no_kk", "telepon", "anak_nama", "ibu_nama", "alamat")
    }
    secrets.add("62" + values["telepon"][1:])
    assert world.central is not None
    world.central.stop()
    world.take_in(1)
    world.shut("RSA")
    log = place / "pusat.log"
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    folder = world.folder("RSA")
    save(folder, replace(load(folder), central_url=f"http://127.0.0.1:{port}"))
    with log.open("wb") as out:
        pusat = subprocess.Popen(
            [sys.executable, "-m", "kiosk", "central", "--data", str(world.home / "pusat"),
             "--port", str(port)],
            stdout=subprocess.PIPE, stderr=out, cwd=ROOT,
        )  # fmt: skip
        assert pusat.stdout is not None
        assert pusat.stdout.readline().startswith(b"http://")
        data = ["--data", str(world.folder("RSA"))]
        said = b""
        try:
            done = real(["sync", *data, "--once"])
            assert done.returncode == 0, done.stderr
            said += done.stderr + done.stdout
            ward = world.sit("siti")
            ward.intake.submit("kado-camer", values)
            ward.core.db.execute("UPDATE entries SET raw=x'00ff' WHERE seq=4")
            world.shut("RSA")
            for words in (
                ["sync", "--once"],
                ["verify"],
                ["rebuild"],
                ["sync", "--once", "--json"],
            ):
                done = real([*words, *data])
                assert done.returncode == 1
                said += done.stderr + done.stdout
            done = real(["cases", *data, "--find", values["ibu_nik"]])
            said += done.stderr
        finally:
            pusat.terminate()
            pusat.wait(20)
    text = said.decode() + log.read_text()
    assert text.strip()
    assert [secret for secret in secrets if secret in text] == []
    assert not re.search(r"\d{16}|62?8\d{8}|08\d{8}", text)
    assert not list(world.home.rglob("*.log"))
