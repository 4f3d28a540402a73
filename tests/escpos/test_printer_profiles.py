"""The profiles are data; wrong data is named, never guessed."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import drivers
from drivers import escpos
from drivers.profiles import PROFILES, Profile, parse_profiles

GOOD = {"language": '"escpos"', "columns": "32", "dots": "384"}


def table(**changed: str) -> str:
    lines = (f"{key} = {value}" for key, value in (GOOD | changed).items() if value)
    return "[kecil]\n" + "\n".join(lines)


def test_every_shipped_profile_says_what_an_officer_needs() -> None:
    assert list(PROFILES) == [
        *("58", "58-polos", "80", "80-epson", "80-t88", "dotmatrix", "dotmatrix-24", "a4")
    ]
    labels = [profile.label for profile in PROFILES.values()]
    assert all(labels) and len(set(labels)) == len(labels)
    assert all(name == profile.name for name, profile in PROFILES.items())


def test_the_two_paper_widths_print_as_they_always_did() -> None:
    for name, columns, dots in (("58", 32, 384), ("80", 48, 576)):
        profile = PROFILES[name]
        assert (profile.columns, profile.dots, profile.codepage) == (columns, dots, "cp437")
        assert (profile.native_qr, profile.cutter) == (True, True)
    assert escpos.PROFILES is PROFILES
    assert escpos.Profile is Profile


def test_the_plain_58_mm_printer_gets_no_command_that_it_would_print_as_text() -> None:
    plain = PROFILES["58-polos"]
    assert (plain.native_qr, plain.cutter, plain.status) == (False, False, ("dle_eot",))
    assert plain.codepage == "ascii"


def test_a_profile_that_is_not_there_is_no_surprise() -> None:
    assert PROFILES.get("110") is None
    assert "58" in PROFILES


def test_what_a_table_leaves_out_has_a_default() -> None:
    assert parse_profiles(table()) == {"kecil": Profile("kecil", columns=32, dots=384)}


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"columns": ""}, "columns"),
        ({"columns": '"32"'}, "columns"),
        ({"columns": "true"}, "columns"),
        ({"columns": "3"}, "columns"),
        ({"dots": "380"}, "dots"),
        ({"language": '"pcl"'}, "language"),
        ({"codepage": '"utf-8"'}, "codepage"),
        ({"cutter": '"ya"'}, "cutter"),
        ({"native_qr": "1"}, "native_qr"),
        ({"status": '"asb"'}, "status"),
        ({"status": '["asb", "apa"]'}, "status"),
        ({"label": '""'}, "label"),
        ({"drawer": "true"}, "drawer"),
        ({"name": '"lain"'}, "name"),
        ({"baud": "1"}, "baud"),
        ({"pins": "18"}, "pins"),
        ({"language": '"escp"', "form_lines": "33"}, "pins"),
        ({"language": '"escp"', "pins": "9"}, "form_lines"),
        (
            {"language": '"escp"', "pins": "9", "form_lines": "33", "codepage": '"cp850"'},
            "codepage",
        ),
    ],
)
def test_wrong_data_is_named_with_profile_and_key(changed: dict[str, str], key: str) -> None:
    with pytest.raises(ValueError, match=f"profile kecil, key {key}: "):
        parse_profiles(table(**changed))


def test_a_value_outside_a_table_is_named() -> None:
    with pytest.raises(ValueError, match="profile columns: "):
        parse_profiles("columns = 32")


def test_the_file_is_read_only_when_a_profile_is_asked_for() -> None:
    program = (
        "import sys, drivers.escpos, drivers.escp, drivers.escpos_status\n"
        "assert 'tomllib' not in sys.modules\n"
        "drivers.escpos.PROFILES['58']\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert "tomllib" in run.stdout.split()
    assert not {"PIL", "qrcode", "usb", "serial"} & set(run.stdout.split())


def test_the_file_travels_with_the_package() -> None:
    home = Path(drivers.__file__).parent
    packaging = tomllib.loads((home.parent / "pyproject.toml").read_text())
    patterns = packaging["tool"]["setuptools"]["package-data"]["drivers"]
    assert home / "profiles.toml" in {file for one in patterns for file in home.glob(one)}
