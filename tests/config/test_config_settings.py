"""kiosk.toml: what is written is read back, what is wrong is said with its line."""

import os
import stat
import tempfile
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as run
from hypothesis import strategies as st

from config.errors import ConfigError
from config.settings import SETTINGS_FILE, Settings, load, save

WARD = Settings(code="RSA", name="RS Awal Bros", profile="rs", address="rs:RSA")

any_text = st.text()  # every letter that UTF-8 can hold, control characters too


@run(deadline=None)  # a slow disk or machine is no fault of the code
@given(
    name=any_text,
    office=any_text,
    central_url=any_text,
    code=st.text("ABZ019", min_size=3, max_size=3),
    central_key=st.sampled_from(["", "0aF" + "9" * 61]),
    training=st.booleans(),
    lock_minutes=st.integers(0, 480),
)
def test_what_is_saved_is_read_back_identically(code: str, **others: object):
    settings = replace(WARD, code=code, **others)
    with tempfile.TemporaryDirectory() as folder:
        save(Path(folder), settings)
        assert load(Path(folder)) == settings
        assert names(Path(folder)) == [SETTINGS_FILE]


@pytest.mark.parametrize(
    ("profile", "address"),
    [
        ("rs", "rs:RSA"),
        ("uptd", "uptd:14.71.10"),
        ("dinas", "dinas"),
        ("lapangan", "lapangan:MOBIL1"),
        ("pengaduan", "dinas"),
    ],
)
def test_every_profile_can_be_kept(tmp_path: Path, profile: str, address: str):
    settings = replace(WARD, profile=profile, address=address)
    save(tmp_path / "new" / "folder", settings)
    assert load(tmp_path / "new" / "folder") == settings


def test_only_four_keys_are_needed(tmp_path: Path):
    write(tmp_path, 'code = "RSA"\nname = "RS Awal Bros"\nprofile = "rs"\naddress = "rs:RSA"\n')
    assert load(tmp_path) == WARD


def test_an_older_file_that_names_its_printer_is_still_read(tmp_path: Path):
    save(tmp_path, WARD)
    path = tmp_path / SETTINGS_FILE
    path.write_text(path.read_text() + 'printer = "virtual"\npaper = "80"\n')
    assert load(tmp_path) == WARD


def test_a_file_from_a_windows_editor_is_read(tmp_path: Path):
    save(tmp_path, WARD)
    path = tmp_path / SETTINGS_FILE
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load(tmp_path) == WARD


GOOD = ['code = "RSA"', 'name = "RS"', 'profile = "rs"', 'address = "rs:RSA"']


@pytest.mark.parametrize(
    ("line", "text", "key", "says"),
    [
        (1, 'code = "rsa"', "code", "tiga huruf besar"),
        (1, "code = 7", "code", "harus teks dalam tanda kutip, bukan bilangan bulat"),
        (2, 'nama = "RS"', "nama", "maksudnya 'name'?"),
        (3, 'profile = "dinass"', "profile", "maksudnya 'dinas'?"),
        (4, 'address = "uptd:14.71.10"', "address", "harus diawali 'rs'"),
        (4, 'address = "RS A"', "address", "tulis seperti rs:RSA"),
        (5, 'training = "ya"', "training", "true atau false"),
        (5, "lock_minutes = true", "lock_minutes", "harus bilangan bulat"),
        (5, "lock_minutes = 481", "lock_minutes", "antara 0 dan 480"),
        (5, "lock_minutes = 5.5", "lock_minutes", "bukan bilangan pecahan"),
        (5, 'central_key = "abc"', "central_key", "64 angka hex"),
        (5, 'city = "1471"', "city", "seperti 14.71"),
        (5, 'code = "RSB"', "", "sudah ditulis lebih dahulu"),
        (5, 'office = "Dinas', "", "penulisan salah"),
        (5, 'office = """Dinas', "", "belum ditutup"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: int, text: str, key: str, says: str):
    rows = GOOD.copy()
    rows[line - 1 : line] = [text]
    write(tmp_path, "\n".join(rows) + "\n")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path)
    error = caught.value
    assert (error.file, error.line, error.key) == (str(tmp_path / SETTINGS_FILE), line, key)
    assert says in error.says
    place = f"{error.file}:{line}: "
    assert str(error) == place + (f"{key}: " if key else "") + error.says


def test_a_missing_key_and_a_missing_file_are_named(tmp_path: Path):
    with pytest.raises(ConfigError, match="berkas ini tidak ada") as caught:
        load(tmp_path)
    assert caught.value.line is None
    write(tmp_path, "\n".join(GOOD[:3]))
    with pytest.raises(ConfigError, match="address: kunci ini wajib ada"):
        load(tmp_path)


def test_a_file_in_another_encoding_is_said_with_its_line(tmp_path: Path):
    (tmp_path / SETTINGS_FILE).write_bytes(b'code = "RSA"\nname = "\xe9"\n')
    with pytest.raises(ConfigError, match="UTF-8") as caught:
        load(tmp_path)
    assert caught.value.line == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "RS"},
        {"profile": "kantor"},
        {"address": "dinas"},
        {"lock_minutes": -1},
        {"name": "\ud800"},
    ],
)
def test_what_could_not_be_loaded_is_not_saved(tmp_path: Path, wrong: dict[str, object]):
    save(tmp_path, WARD)
    before = (tmp_path / SETTINGS_FILE).read_bytes()
    with pytest.raises(ConfigError) as caught:
        save(tmp_path, replace(WARD, **wrong))
    assert [caught.value.key] == list(wrong)
    assert (tmp_path / SETTINGS_FILE).read_bytes() == before


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_failing_disk_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
):
    save(tmp_path, WARD)

    def no_space(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, failing, no_space)
    with pytest.raises(OSError, match="No space"):
        save(tmp_path, replace(WARD, name="RS Lain"))
    monkeypatch.undo()
    assert load(tmp_path) == WARD
    assert names(tmp_path) == [SETTINGS_FILE]


def test_file_and_folder_reach_the_disk_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The new bytes are flushed before the move, the folder after it."""
    seen: list[str] = []
    fsync, move = os.fsync, os.replace

    def note_fsync(handle: int) -> None:
        kind = "folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file"
        seen.append(kind)
        fsync(handle)

    def note_move(source: str, target: str) -> None:
        tomllib.loads(Path(source).read_text(encoding="utf-8"))
        seen.append("move")
        move(source, target)

    monkeypatch.setattr(os, "fsync", note_fsync)
    monkeypatch.setattr(os, "replace", note_move)
    save(tmp_path, WARD)
    assert seen == ["file", "move", "folder"]


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def write(folder: Path, text: str) -> None:
    (folder / SETTINGS_FILE).write_text(text, encoding="utf-8")
