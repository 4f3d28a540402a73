"""What is chosen from the settings of units by other makers; listings in scanimage's own form."""

from __future__ import annotations

import pytest

from drivers.documents.job import ScanWish
from drivers.documents.sane_options import arguments, read_options, source

BROTHER = """
    --mode Black & White|Gray[Error Diffusion]|True Gray|24bit Color|24bit Color[Fast] \
[24bit Color[Fast]]
        Select the scan mode
    --resolution 100|150|200|300|400|600|1200dpi [200]
    --source FlatBed|Automatic Document Feeder(left aligned)|\
Automatic Document Feeder(centrally aligned) [FlatBed]
    --brightness -50..50% (in steps of 1) [inactive]
    -l 0..215.9mm (in steps of 0.0999908) [0]
    -t 0..297mm (in steps of 0.0999908) [0]
    -x 0..215.9mm (in steps of 0.0999908) [215.9]
    -y 0..297mm (in steps of 0.0999908) [297]
"""

FUJITSU = """
    --source ADF Front|ADF Back|ADF Duplex [ADF Front]
    --mode Lineart|Halftone|Gray|Color [Lineart]
    --resolution 50..600dpi (in steps of 1) [300]
    --page-width 0..221.121mm (in steps of 0.0211639) [215.872]
    --page-height 0..876.695mm (in steps of 0.0211639) [279.364]
    -l 0..215.872mm (in steps of 0.0211639) [0]
    -t 0..279.364mm (in steps of 0.0211639) [0]
    -x 0..215.872mm (in steps of 0.0211639) [215.872]
    -y 0..279.364mm (in steps of 0.0211639) [279.364]
    --ald[=(yes|no)] [no] [advanced]
"""

OLD = """
    --mode Lineart|Gray|Color [Color]
    --depth 8|16 [16]
    --resolution auto||75|150|300|600dpi [75]
    -x 0..216.07mm [216.07]
    -y 0..297.5pel [297.5]
    --button-email[=(yes|no)] [no] [read-only]
"""


def chosen(listing: str, wish: ScanWish) -> tuple[list[str], int]:
    return arguments(read_options(listing.splitlines()), wish)


def test_brother() -> None:
    told, resolution = chosen(BROTHER, ScanWish(250, "abu", paper="f4"))
    assert told[:3] == ["--source=FlatBed", "--mode=True Gray", "--resolution=300"]
    assert told[3:] == ["-l", "0", "-x", told[6], "-t", "0", "-y", told[10]]
    assert abs(float(told[6]) - 215) < 0.1
    assert abs(float(told[10]) - 297) < 0.1
    assert resolution == 300


@pytest.mark.parametrize(
    ("colour", "mode"),
    [("abu", "True Gray"), ("warna", "24bit Color"), ("hitam-putih", "Black & White")],
)
def test_brother_modes(colour: str, mode: str) -> None:
    told, _ = chosen(BROTHER, ScanWish(colour=colour))  # type: ignore[arg-type]
    assert f"--mode={mode}" in told


def test_a_feeder_alone_takes_f4_by_its_page_size() -> None:
    told, _ = chosen(FUJITSU, ScanWish(feeder=True, paper="f4"))
    assert told[0] == "--source=ADF Front"
    height = next(value for value in told if value.startswith("--page-height="))
    assert abs(float(height.partition("=")[2]) - 330) < 0.1
    assert abs(float(told[told.index("-y") + 1]) - 330) < 0.1
    assert told.index(height) < told.index("-y")


def test_a_feeder_alone_serves_for_the_glass() -> None:
    assert source(read_options(FUJITSU.splitlines()), feeder=False) == "ADF Front"


def test_an_old_unit_without_sources() -> None:
    options = read_options(OLD.splitlines())
    assert source(options, feeder=True) is None
    told, resolution = arguments(options, ScanWish(220, "abu"))
    assert told == ["--mode=Gray", "--depth=8", "--resolution=150", "-x", "210"]
    assert resolution == 150
    assert "button-email" not in options


def test_colour_alone_gives_colour_for_grey() -> None:
    assert chosen("    --mode Color [Color]\n", ScanWish())[0] == ["--mode=Color"]


def test_a_unit_without_settings_is_asked_for_nothing() -> None:
    assert chosen("", ScanWish()) == ([], 0)


def test_ties_go_to_the_higher_resolution() -> None:
    assert chosen("    --resolution 100|300dpi [100]\n", ScanWish(200))[1] == 300
