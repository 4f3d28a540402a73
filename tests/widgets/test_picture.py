"""A page on the console: drawn with what its font holds, moved about without leaving the page."""

from __future__ import annotations

import struct
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from drivers.documents.page import Page, open_stored
from kiosk.console_font import HALF_BLOCKS, has_half_blocks
from kiosk.widgets.picture import drawn, view_of

SIDES = st.integers(1, 6000)
COLOURS = {"black", "bright_black", "white", "bright_white"}


def page(picture: Image.Image) -> Page:
    data = BytesIO()
    picture.save(data, "JPEG", quality=100)
    return open_stored(data.getvalue())


# -- the window ------------------------------------------------------------------------------------


@given(
    size=st.tuples(SIDES, SIDES),
    cells=st.tuples(st.integers(2, 200), st.integers(1, 60)),
    zoom=st.sampled_from([1, 2, 4, 8, 16, 32]),
    centre=st.tuples(st.floats(-1, 2), st.floats(-1, 2)),
)
def test_a_view_fits_its_cells_and_never_leaves_the_page(size, cells, zoom, centre):
    view = view_of(size, cells, zoom, centre)
    assert 1 <= view.columns <= cells[0] and 1 <= view.rows <= cells[1]
    left, top, right, bottom = (
        view.window.left,
        view.window.top,
        view.window.right,
        view.window.bottom,
    )
    assert -1e-9 <= left < right <= 1 + 1e-9
    assert -1e-9 <= top < bottom <= 1 + 1e-9


def test_the_whole_page_is_seen_and_enlarging_twice_shows_a_quarter():
    whole = view_of((1654, 2339), (78, 17), 1, (0.5, 0.5))
    assert whole.window.bottom - whole.window.top == pytest.approx(1, abs=0.03)
    assert whole.columns == pytest.approx(17 * 2 / 2339 * 1654, abs=1)
    twice = view_of((1654, 2339), (20, 17), 2, (0.5, 0.5)).window
    assert (twice.right - twice.left) * (twice.bottom - twice.top) < 0.45


# -- the cells -------------------------------------------------------------------------------------


@pytest.mark.parametrize("halves", [True, False])
def test_black_stays_black_and_white_white(halves):
    picture = Image.new("L", (400, 400), 255)
    picture.paste(0, (0, 0, 200, 200))
    view = view_of(picture.size, (20, 10), 1, (0.5, 0.5))
    cells = drawn(page(picture), view, halves=halves)
    assert len(cells) == 10 and {len(row) for row in cells} == {20}
    dark, light = cells[2][4], cells[7][15]
    assert dark.sign == " " and dark.style.bgcolor.name == "black"
    assert "white" in (light.style.color.name if light.sign == "█" else light.style.bgcolor.name)


@pytest.mark.parametrize("halves", [True, False])
def test_only_what_a_console_can_draw_is_drawn(halves):
    picture = Image.effect_noise((300, 300), 120)
    cells = drawn(page(picture), view_of((300, 300), (60, 30), 1, (0.5, 0.5)), halves=halves)
    inks = [ink for row in cells for ink in row]
    signs = {ink.sign for ink in inks}
    assert signs <= set(" █" + HALF_BLOCKS if halves else " █░▒")
    assert len(signs) > 2
    assert {ink.style.color.name for ink in inks} <= COLOURS
    assert {ink.style.bgcolor.name for ink in inks} <= {"black", "white"}


def test_half_blocks_show_two_dots_in_a_cell():
    stripes = Image.new("L", (64, 64), 255)
    for y in range(0, 64, 4):
        stripes.paste(0, (0, y, 64, y + 2))
    cells = drawn(page(stripes), view_of((64, 64), (32, 16), 1, (0.5, 0.5)), halves=True)
    assert {ink.sign for row in cells for ink in row} == {"▀"}
    assert {ink.style.color.name for row in cells for ink in row} == {"black"}


# -- what the font holds ---------------------------------------------------------------------------


def font(held: str):
    """A console whose font holds these characters, as the kernel answers GIO_UNIMAP."""

    def ioctl(console: int, request: int, argument: bytes) -> bytes:
        import ctypes

        assert (console, request) == (7, 0x4B66)
        room, address = struct.unpack("@HP", argument)
        pairs = b"".join(struct.pack("@HH", ord(sign), at) for at, sign in enumerate(held))
        assert len(pairs) <= room * 4
        ctypes.memmove(address, pairs, len(pairs))
        return struct.pack("@HP", len(held), address)

    return ioctl


def test_a_console_is_asked_what_its_font_holds():
    assert has_half_blocks("linux", 7, font("abc█▀▄"))
    assert not has_half_blocks("linux", 7, font("abc█░▒"))
    assert not has_half_blocks("linux", 7, font("abc▀"))
    assert not has_half_blocks("linux", 7, font(""))


def test_a_console_that_does_not_answer_gets_no_half_blocks(tmp_path):
    with (tmp_path / "no console").open("w") as file:
        assert not has_half_blocks("linux", file.fileno())
    assert not has_half_blocks("linux", -1)
