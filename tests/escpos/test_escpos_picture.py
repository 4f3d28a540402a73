"""What goes out as a picture: a QR code for a plain printer, a name with rare letters."""

from __future__ import annotations

import io
import re

import pytest
import zxingcpp
from escpos.printer import Dummy
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from drivers.drawn_line import draw_line
from drivers.escpos import PROFILES, Profile, Ticket, fold
from drivers.letters import MARKS_ABOVE, MARKS_BELOW, STRUCK, drawable
from drivers.virtual.decode import Feed, Line, Raster, decode
from drivers.virtual.paper import render_png

RESI_QR = ("LL1:" + "6BFOXN%TSMAHN-H/N8KAQ.SHB1Q$T" * 8)[:220]
RECEIPT = [name for name, profile in PROFILES.items() if profile.language == "escpos"]
MEANT_AT_ONCE = re.compile(rb"\x10[\x04\x05\x14]")
"""The commands that a printer obeys even inside a picture."""

COMBINED = st.builds(
    lambda base, marks: base + marks,
    st.sampled_from("aeiounscdghlrtzkjyAEIOUNSCDGHLRTZKJY"),
    st.text(MARKS_ABOVE + MARKS_BELOW, min_size=1, max_size=2),
)
NAMES = st.lists(
    COMBINED | st.sampled_from([*STRUCK, "a", "N", " ", "é", "ß", "’", "名"]), max_size=40
).map("".join)


def picture(raster: Raster) -> Image.Image:
    """The picture as a drawing program holds it: black on white."""
    size = (raster.width * 8, len(raster.rows))
    return Image.frombytes("1", size, b"".join(raster.rows), "raw", "1;I")


def paper_read_back(data: bytes, columns: int) -> str:
    [code] = zxingcpp.read_barcodes(Image.open(io.BytesIO(render_png(decode(data), columns))))
    return code.text


@pytest.mark.parametrize("name", RECEIPT)
@pytest.mark.parametrize("native", [True, False])
def test_a_qr_code_is_read_back_from_the_paper(name: str, native: bool) -> None:
    told = PROFILES[name]
    ours = Ticket(Profile(name, told.columns, told.dots, native_qr=native))
    ours.qr(RESI_QR)
    ours.cut()
    assert paper_read_back(ours.bytes(), told.columns) == RESI_QR


@pytest.mark.parametrize("name", ["58", "80"])
def test_a_picture_is_byte_for_byte_what_python_escpos_sends(name: str) -> None:
    """Ours is sliced at 128 rows, so the other is asked for slices of 128 too (its own default
    is 960, more than a small printer holds); around it stand the same feed and centring."""
    ours = Ticket(Profile(name, PROFILES[name].columns, PROFILES[name].dots, native_qr=False))
    ours.qr(RESI_QR)
    parts = [one for one in decode(ours.bytes()) if isinstance(one, Raster)]
    whole = Raster(parts[0].width, tuple(row for one in parts for row in one.rows), "center")
    other = Dummy()
    other.hw("INIT")
    other.charcode("CP437")
    other.print_and_feed(1)
    other.set(align="center")
    other.image(picture(whole), impl="bitImageRaster", fragment_height=128)
    other.set(align="left")
    other.print_and_feed(1)
    assert ours.bytes() == other.output


def test_a_name_outside_the_code_page_is_drawn_as_a_line_of_the_same_width() -> None:
    ours = Ticket(PROFILES["58"])
    ours.text("Nama : Nūrul Ḥasan")
    ours.text("ĐẶNG", bold=True, center=True, tall=True)
    plain, large = decode(ours.bytes())
    assert isinstance(plain, Raster) and isinstance(large, Raster)
    assert (plain.width * 8, len(plain.rows), plain.align) == (18 * 12, 30, "left")
    assert (large.width * 8, len(large.rows), large.align) == (4 * 12, 48, "center")


def test_a_name_of_the_code_page_is_no_picture() -> None:
    ours = Ticket(PROFILES["58"])
    ours.text("José Ñandú")
    assert isinstance(decode(ours.bytes())[0], Line)
    plain = Ticket(PROFILES["58-polos"])
    plain.text("José Ñandú")
    assert isinstance(decode(plain.bytes())[0], Raster)


def test_only_the_line_with_the_name_is_a_picture() -> None:
    ours = Ticket(PROFILES["58"])
    ours.text("Nama\nŞükrü\nAlamat")
    assert [type(one) for one in decode(ours.bytes())] == [Line, Raster, Line]


@pytest.mark.parametrize("letter", [*"āīūḥṣṭẓḍġşğıİđĐłŁžćčńśőůạếǎỹ"])
def test_every_usual_letter_is_drawn_and_differs_from_the_plain_one(letter: str) -> None:
    assert drawable(letter)
    assert fold(letter, "cp437", drawn=True) == letter
    assert draw_line(letter) != draw_line(fold(letter, "ascii"))
    assert any(any(row) for row in draw_line(letter))


def test_what_cannot_be_drawn_is_folded_as_ever() -> None:
    assert not any(map(drawable, "名אж中a1 "))
    assert fold("名 א ʿAlī", "cp437", drawn=True) == "? ? 'Alī"
    assert fold("Łódź Đặng", "ascii") == "Lodz Dang"


@settings(deadline=None)
@given(NAMES, st.sampled_from(RECEIPT), st.booleans(), st.booleans())
def test_any_name_stays_on_the_paper_and_commands_nothing(
    name: str, profile: str, bold: bool, tall: bool
) -> None:
    ours = Ticket(PROFILES[profile])
    ours.text(name, bold=bold, tall=tall)
    ours.columns(name, name)
    ours.cut()
    elements = decode(ours.bytes())
    assert render_png(elements, ours.profile.columns)
    assert not MEANT_AT_ONCE.search(ours.bytes())
    assert all(isinstance(one, Line | Raster | Feed) for one in elements[:-1])


@settings(deadline=None)
@given(st.text("ABCxyz0189 $%*+-./:", min_size=1, max_size=200), st.sampled_from(RECEIPT))
def test_no_code_commands_anything(text: str, profile: str) -> None:
    told = PROFILES[profile]
    ours = Ticket(Profile("plain", told.columns, told.dots, native_qr=False))
    ours.qr(text)
    assert not MEANT_AT_ONCE.search(ours.bytes())
    assert paper_read_back(ours.bytes(), told.columns) == text
