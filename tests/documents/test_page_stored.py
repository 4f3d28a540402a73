"""A page is read with suspicion and stored small, as nothing but its picture."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from drivers.documents.page import KEPT_DOTS, WHOLE, Page, Window, open_raw, open_stored
from drivers.trouble import DeviceTrouble
from tests.documents.sheets import laid, save, sheet

SECRET = "rahasia-di-catatan"


@pytest.fixture(scope="module")
def letter() -> Image.Image:
    return sheet(dpi=100)


@pytest.fixture(scope="module")
def encoded(letter) -> dict[str, bytes]:
    """The letter in every format a scanner gives."""
    kinds = {}
    for suffix, kind in {"png": "PNG", "jpg": "JPEG", "tif": "TIFF", "pgm": "PPM"}.items():
        data = BytesIO()
        letter.save(data, kind)
        kinds[suffix] = data.getvalue()
    return kinds


def shown(page: Page) -> Image.Image:
    return Image.open(BytesIO(page.png()))


def likeness(one: Page, other: Page) -> float:
    """Mean difference of shades, 0 to 255."""
    size = (80, 110)
    pairs = zip(one.shades(WHOLE, *size), other.shades(WHOLE, *size), strict=True)
    return sum(abs(a - b) for a, b in pairs) / (size[0] * size[1])


@pytest.mark.parametrize("suffix", ["png", "jpg", "tif", "pgm"])
def test_every_format_that_scanners_give_is_read(tmp_path, encoded, letter, suffix):
    path = tmp_path / f"halaman.{suffix}"
    path.write_bytes(encoded[suffix])
    page = open_raw(path)
    assert page.size == letter.size
    assert likeness(page, open_raw(save(letter, tmp_path / "asli.png"))) < 1


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_dot_becomes_grey_or_colour(tmp_path, letter, mode):
    dots = letter.convert("RGB").convert(mode) if mode == "P" else letter
    if mode == "I;16":
        deep = b"".join(bytes((shade, shade)) for shade in letter.tobytes())
        dots = Image.frombytes("I;16", letter.size, deep)
    path = save(dots.convert(mode), tmp_path / "halaman.png")
    grey, colour = open_raw(path), open_raw(path, colour=True)
    assert (shown(grey).mode, shown(colour).mode) == ("L", "RGB")
    assert likeness(grey, open_raw(save(letter, tmp_path / "asli.png"))) < 4
    assert likeness(colour, grey) < 1


@pytest.mark.parametrize(
    ("form", "suffix", "kind"), [("avif", "avif", "AVIF"), ("jpeg", "jpg", "JPEG")]
)
def test_a_stored_page_is_small_opens_again_and_is_the_same_every_time(
    tmp_path, form, suffix, kind
):
    page = open_raw(save(sheet(dpi=150), tmp_path / "halaman.png"))
    kept = page.stored(form)
    assert (kept.suffix, kept.media) == (suffix, f"image/{form}")
    assert (kept.width, kept.height) == page.size
    assert Image.open(BytesIO(kept.data)).format == kind
    assert len(kept.data) < 200_000
    assert likeness(open_stored(kept.data), page) < 4
    assert page.stored(form).data == kept.data
    assert open_raw(tmp_path / "halaman.png").stored(form).data == kept.data


def test_colour_is_kept_only_when_asked(tmp_path):
    raw = save(sheet(dpi=100, colour=True), tmp_path / "halaman.png")
    assert Image.open(BytesIO(open_raw(raw).stored("jpeg").data)).mode == "L"
    kept = Image.open(BytesIO(open_raw(raw, colour=True).stored("jpeg").data))
    assert kept.mode == "RGB"
    assert max(blue - red for red, _, blue in kept.get_flattened_data()) > 150


@pytest.mark.parametrize("form", ["avif", "jpeg"])
def test_what_else_a_file_says_is_not_kept(tmp_path, letter, form):
    exif = Image.Exif()
    exif[0x010E] = SECRET
    path = save(
        letter,
        tmp_path / "halaman.jpg",
        exif=exif,
        comment=SECRET,
        icc_profile=SECRET.encode() * 9,
        quality=95,
    )
    assert SECRET.encode() in path.read_bytes()
    kept = open_raw(path).stored(form).data
    assert SECRET.encode() not in kept
    assert not Image.open(BytesIO(kept)).getexif()
    assert SECRET.encode() not in open_raw(path).png()


def test_the_turn_that_a_camera_notes_is_done(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = Image.new("L", (300, 200), 128)
    assert open_raw(save(photo, tmp_path / "foto.jpg", exif=exif)).size == (200, 300)


def test_a_scan_that_is_too_fine_is_halved(tmp_path):
    width, height = 4000, 5600
    page = open_raw(save(Image.new("L", (width, height), 255), tmp_path / "halus.png"))
    assert page.size == (width // 2, height // 2)
    assert page.size[0] * page.size[1] <= KEPT_DOTS


def test_a_part_of_a_page_is_seen_larger():
    picture = Image.new("L", (160, 160), 255)
    picture.paste(0, (32, 0, 160, 128))
    data = BytesIO()
    picture.save(data, "JPEG", quality=100)
    page = open_stored(data.getvalue())
    dark = [shade < 128 for shade in page.shades(WHOLE, 5, 5)]
    assert dark == [False, True, True, True, True] * 4 + [False] * 5
    assert max(page.shades(Window(0.25, 0, 1, 0.75), 3, 3)) < 10
    left, right = page.shades(Window(0.1, 0, 0.3, 0.75), 2, 1)
    assert left > 245 and right < 10


# -- what is no picture ----------------------------------------------------------------------------


def bomb() -> bytes:
    """A PNG of a few hundred bytes that says it is 60,000 by 60,000 dots."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)
    body = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def large() -> bytes:
    """A sound PNG of 100 million dots: less than Pillow's own limit, more than ours."""
    data = BytesIO()
    Image.new("1", (10_000, 10_000)).save(data, "PNG")
    return data.getvalue()


GARBAGE = {
    "empty": b"",
    "text": b"ini bukan gambar",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "zeros": bytes(5000),
    "head": b"\x89PNG\r\n\x1a\n",
    "bomb": bomb(),
    "large": large(),
    "avif": b"\0\0\0 ftypavif",
}


def refused(path: Path) -> str:
    with pytest.raises(DeviceTrouble) as told:
        open_raw(path)
    text = str(told.value)
    assert text.startswith("Gambar pindaian") and "\n" not in text and "Error" not in text
    return text


@pytest.mark.parametrize("kind", GARBAGE)
def test_what_is_no_page_is_refused_in_words(tmp_path, kind, recwarn):
    path = tmp_path / "halaman.png"
    path.write_bytes(GARBAGE[kind])
    assert ("terlalu besar" in refused(path)) == (kind == "large")
    with pytest.raises(DeviceTrouble):
        open_stored(GARBAGE[kind])
    assert not recwarn.list


def test_a_file_that_is_gone_is_refused_in_words(tmp_path):
    refused(tmp_path / "tiada.png")


@pytest.mark.parametrize("suffix", ["png", "jpg", "tif", "pgm"])
@pytest.mark.parametrize("part", [0.02, 0.5, 0.98])
def test_a_torn_page_is_refused(tmp_path, encoded, suffix, part):
    path = tmp_path / f"halaman.{suffix}"
    path.write_bytes(encoded[suffix][: int(len(encoded[suffix]) * part)])
    refused(path)


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_changed_bytes_give_a_page_or_words_and_nothing_else(tmp_path_factory, encoded, data):
    suffix = data.draw(st.sampled_from(["png", "jpg", "pgm"]))
    raw = bytearray(encoded[suffix])
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("rusak") / f"halaman.{suffix}"
    path.write_bytes(raw)
    try:
        page = open_raw(path)
    except DeviceTrouble as told:
        assert str(told).startswith("Gambar pindaian")
    else:
        assert page.size[0] > 0


def test_a_dark_photograph_is_not_cut_away(tmp_path):
    photo = laid(Image.effect_noise((600, 800), 60).point(lambda shade: shade // 3))
    page = open_raw(save(photo, tmp_path / "foto.png"))
    assert page.size == photo.size
