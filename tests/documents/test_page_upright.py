"""A scanned page is brought upright: judged by its QR code, which another library reads."""

from __future__ import annotations

from io import BytesIO

import pytest
import zxingcpp
from PIL import Image

from drivers.documents.page import WHOLE, Page, open_raw
from tests.documents.sheets import laid, save, sheet


def shown(page: Page) -> Image.Image:
    return Image.open(BytesIO(page.png()))


def upright(page: Page) -> float | None:
    """Degrees by which the page's QR code is off; None when it cannot be read."""
    found = zxingcpp.read_barcodes(shown(page))
    return found[0].orientation if found else None


def about(size: tuple[int, int], wanted: tuple[int, int], part: float) -> bool:
    return all(abs(one - other) <= part * other for one, other in zip(size, wanted, strict=True))


@pytest.fixture(scope="module")
def letter() -> Image.Image:
    return sheet(dpi=150)


@pytest.mark.parametrize("border", ["black", "white"])
@pytest.mark.parametrize("skew", [-3.0, 0.0, 3.0])
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_letter_is_turned_straightened_and_cut(tmp_path, letter, turn, skew, border):
    raw = save(laid(letter, turn=turn, skew=skew, border=border), tmp_path / "halaman.png")
    page = open_raw(raw)
    off = upright(page)
    assert off is not None and abs(off) <= 1
    done = page.righting
    with Image.open(raw) as came:
        assert done.came == came.size
    assert (done.turned + turn) % 360 == 0 and abs(done.skew + skew) <= 0.5
    if border == "black":
        assert done.cut
        assert about(page.size, letter.size, 0.01)
        edges = page.shades(WHOLE, 40, 56)
        assert min(edges[:40] + edges[-40:] + edges[::40] + edges[39::40]) > 200


@pytest.mark.parametrize("skew", [-5.0, -1.3, 0.6, 4.0])
def test_any_skew_up_to_five_degrees_is_straightened(tmp_path, letter, skew):
    page = open_raw(save(laid(letter, skew=skew, border="black"), tmp_path / "halaman.png"))
    assert about(page.size, letter.size, 0.015)
    off = upright(page)
    assert off is not None and abs(off) <= 1


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_form_with_rulings_is_turned(tmp_path, turn):
    page = open_raw(save(laid(sheet(dpi=150, kind="isian"), turn=turn), tmp_path / "isian.png"))
    off = upright(page)
    assert off is not None and abs(off) <= 1


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_capitals_lie_level_and_are_never_turned_over_by_guess(tmp_path, turn):
    page = open_raw(save(laid(sheet(dpi=150, kind="kapital"), turn=turn), tmp_path / "k.png"))
    off = upright(page)
    # 270 is brought upright by chance of the way it turns; 90 and 180 are left on their heads.
    assert off is not None
    assert min(abs(off), 180 - abs(off)) <= 1
    assert abs(off) <= 1 or turn in (90, 180)


@pytest.mark.parametrize("size", [(1200, 1700), (1700, 1200), (40, 60), (1, 1), (3000, 2)])
@pytest.mark.parametrize("shade", [0, 128, 255])
def test_a_page_without_ink_is_left_as_it_came(tmp_path, size, shade):
    page = open_raw(save(Image.new("L", size, shade), tmp_path / "kosong.png"))
    assert page.size == size


def test_a_card_on_a_white_glass_is_cut_out(tmp_path):
    glass = Image.new("L", (1240, 1754), "white")
    card = sheet(dpi=150, millimetres=(85.6, 54.0), code="")
    card.paste(0, (0, 0, card.width, 4))
    card.paste(0, (0, card.height - 4, card.width, card.height))
    glass.paste(card, (300, 500))
    page = open_raw(save(glass, tmp_path / "kartu.png"))
    assert card.width * 0.9 < page.size[0] < 800
    assert card.height <= page.size[1] < 600


def test_half_a_letter_is_not_taken_for_a_card(tmp_path):
    half = Image.new("L", (1240, 1754), "white")
    half.paste(sheet(dpi=150).crop((0, 0, 1240, 800)), (0, 0))
    assert open_raw(save(half, tmp_path / "setengah.png")).size == half.size


def test_a_page_turned_by_hand_is_turned_without_loss(tmp_path, letter):
    page = open_raw(save(letter, tmp_path / "halaman.png"))
    right = page.turned(90)
    assert right.size == page.size[::-1]
    assert round(upright(right) or 0) in (90, -90, 270)
    assert right.turned(270).png() == page.png()
    assert page.turned(180).turned(180).png() == page.png()
