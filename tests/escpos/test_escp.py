"""The dot-matrix encoder, read by a decoder written apart from it."""

from __future__ import annotations

import io
from itertools import pairwise

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from drivers.escp import EscpTicket
from drivers.escpos import PROFILES, fold
from drivers.letters import wrap
from drivers.profiles import Profile
from drivers.virtual.decode_escp import INCH, Bits, PageEnd, Style, Text, decode_escp
from drivers.virtual.paper_escp import render_escp_png

RESI_QR = ("LL1:" + "6BFOXN%TSMAHN-H/N8KAQ.SHB1Q$T" * 10)[:281]
HEADS = pytest.mark.parametrize("name", ["dotmatrix", "dotmatrix-24"])
LINE = INCH // 6
FORM = 33 * LINE


def read(ticket: EscpTicket) -> list[Text | Bits | PageEnd]:
    pins = ticket.profile.pins
    assert pins in (9, 24)
    return decode_escp(ticket.bytes(), 24 if pins == 24 else 9)


def texts(ticket: EscpTicket) -> list[Text]:
    return [one for one in read(ticket) if isinstance(one, Text) and one.text.strip()]


@HEADS
def test_a_line_of_80_columns_is_8_inches(name: str) -> None:
    ours = EscpTicket(PROFILES[name])
    ours.rule()
    ours.text("José")
    first, second = texts(ours)
    assert (first.text, first.width) == ("-" * 80, 8 * INCH)
    assert (second.text, second.x, second.y - first.y) == ("José", 0, LINE)


def test_bold_centred_and_tall_text_and_its_end() -> None:
    ours = EscpTicket(PROFILES["dotmatrix"])
    ours.text("RSA1", bold=True, center=True, tall=True)
    ours.text("TENGAH", center=True)
    ours.text("biasa")
    large, middle, plain = texts(ours)
    assert large.style == Style(pitch=INCH // 5, bold=True, wide=True, tall=True)
    for one, said in ((large, "RSA1"), (middle, "TENGAH")):
        assert one.text.strip() == said
        centre = one.x + one.width - len(said) * one.style.pitch / 2
        assert centre == pytest.approx(4 * INCH, abs=one.style.pitch / 2)
    assert (plain.style, plain.y - middle.y) == (Style(), LINE)


def test_a_tall_line_too_long_to_be_wide_is_only_tall() -> None:
    ours = EscpTicket(PROFILES["dotmatrix"])
    ours.text("x" * 60, tall=True)
    [line] = texts(ours)
    assert (line.style.tall, line.style.wide) == (True, False)


@given(st.integers(0, 70))
def test_a_tall_line_is_tall_wherever_on_a_form_it_stands(before: int) -> None:
    ours = EscpTicket(PROFILES["dotmatrix"])
    ours.feed(before)
    ours.text("RSA1", tall=True)
    [line] = texts(ours)
    assert line.style.tall
    assert line.y % FORM  # the first line of a form has no room above it


@HEADS
@settings(deadline=None, max_examples=40)
@given(lines=st.integers(0, 70), length=st.integers(1, 400))
def test_a_code_is_whole_on_one_form_with_its_quiet_zone(
    name: str, lines: int, length: int
) -> None:
    ours = EscpTicket(PROFILES[name])
    ours.text("\n".join(["x" * 80] * (lines + 1)))
    ours.qr("a" * length)
    ours.text("y" * 80)
    elements = read(ours)
    bands = [one for one in elements if isinstance(one, Bits)]
    top, bottom = bands[0].y, bands[-1].y + len(bands[-1].columns[0]) * 8 * INCH // bands[0].dpi_y
    assert top // FORM == (bottom - 1) // FORM
    words = [one for one in elements if isinstance(one, Text) and one.text.strip()]
    above = max(one.y + LINE for one in words if one.y < top)
    below = min(one.y for one in words if one.y > top)
    quiet = 4 * INCH * 6 / 180 if name == "dotmatrix-24" else 4 * INCH * 5 / 120
    assert top - above >= quiet and below - bottom >= 0
    assert below - bottom + bare_rows(bands[-1]) >= quiet
    assert below % LINE == 0


def bare_rows(band: Bits) -> float:
    """Units of white at the foot of the last band."""
    high = len(band.columns[0]) * 8
    used = max(high - (value & -value).bit_length() + 1 for value in values(band) if value)
    return (high - used) * INCH / band.dpi_y


def values(band: Bits) -> list[int]:
    return [int.from_bytes(column, "big") for column in band.columns]


@HEADS
def test_modules_are_square_and_at_least_half_a_millimetre(name: str) -> None:
    ours = EscpTicket(PROFILES[name])
    ours.qr(RESI_QR)
    bands = [one for one in read(ours) if isinstance(one, Bits)]
    across = bands[0].width
    down = bands[-1].y - bands[0].y + len(bands[0].columns[0]) * 8 * INCH / bands[0].dpi_y
    down -= bare_rows(bands[-1])
    assert across == pytest.approx(down, rel=0.03)
    assert across / 57 / INCH * 25.4 >= 0.5  # version 10: 57 modules
    assert len({two.y - one.y for one, two in pairwise(bands)}) == 1


@HEADS
@settings(deadline=None, max_examples=15)
@given(st.text("ABC189 $%*+-./:xyz", min_size=1, max_size=281))
def test_a_code_is_read_back_from_the_paper(name: str, text: str) -> None:
    ours = EscpTicket(PROFILES[name])
    ours.qr(text)
    ours.cut()
    [code] = zxingcpp.read_barcodes(Image.open(io.BytesIO(render_escp_png(read(ours)))))
    assert code.text == text


def test_pictures_are_struck_in_one_direction_only_and_text_in_both() -> None:
    ours = EscpTicket(PROFILES["dotmatrix"])
    ours.qr("LL1:ABC")
    data = ours.bytes()
    assert data.index(b"\x1bU\x01") < data.index(b"\x1b*") < data.rindex(b"\x1b*")
    assert data.rindex(b"\x1b*") < data.index(b"\x1bU\x00")


@pytest.mark.parametrize("text", ["", "é", "a" * 3000])
def test_a_code_that_cannot_be_is_refused(text: str) -> None:
    ours = EscpTicket(PROFILES["dotmatrix"])
    with pytest.raises(ValueError, match=r"QR code|version"):
        ours.qr(text)


def test_ends_with_a_form_feed_and_takes_nothing_after() -> None:
    ours = EscpTicket(PROFILES["dotmatrix"])
    ours.text("RESI")
    ours.cut()
    assert ours.bytes().endswith(b"RESI\r\n\x0c")
    assert read(ours)[-1] == PageEnd(FORM)
    with pytest.raises(ValueError, match="end"):
        ours.text("terlambat")


def test_a_receipt_printer_is_none_of_its_kind() -> None:
    with pytest.raises(ValueError, match="58"):
        EscpTicket(PROFILES["58"])


def test_columns_stand_at_both_edges() -> None:
    ours = EscpTicket(PROFILES["dotmatrix"])
    ours.columns("Nomor", "RSA1-261121-0001-K")
    [line] = texts(ours)
    assert line.text == "Nomor" + "RSA1-261121-0001-K".rjust(75)


@settings(deadline=None)
@given(st.text(), st.booleans(), st.booleans(), st.booleans(), st.sampled_from(["ascii", "cp437"]))
def test_text_steers_no_printer(
    text: str, bold: bool, center: bool, tall: bool, codepage: str
) -> None:
    told = PROFILES["dotmatrix"]
    ours = EscpTicket(
        Profile("x", 80, codepage=codepage, language="escp", pins=9, form_lines=told.form_lines)
    )
    ours.text(text, bold=bold, center=center, tall=tall)
    meant = [line.strip() for line in wrap(fold(text, codepage), 80) if line.strip()]
    by_line: dict[int, str] = {}
    for one in texts(ours):
        by_line[one.y] = by_line.get(one.y, "") + one.text
        assert one.style.bold == bold and one.style.tall == tall
    assert [line.strip() for line in by_line.values()] == meant
