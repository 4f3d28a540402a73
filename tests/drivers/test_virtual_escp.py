"""The strict dot-matrix decoder: what it reads, where it puts it, and all that it refuses.

The jobs are written by hand from the ESC/P reference, not by the encoder.
"""

import io
from itertools import pairwise

import pytest
import qrcode
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from drivers.virtual.decode import DecodeError
from drivers.virtual.decode_escp import INCH, Bits, PageEnd, Style, Text, decode_escp
from drivers.virtual.paper_escp import DPI, MARGIN, render_escp_png
from drivers.virtual.plain_escp import render_escp_text

SIXTH = INCH // 6


def test_letters_stand_where_the_pitch_puts_them() -> None:
    job = b"\x1b@\x1bM\x1bEAB\x1bFc\x0fd\x12\x1bP\x1bW\x01W\x1bW\x00\x1b-1u\x1b-0\r\n"
    assert decode_escp(job) == [
        Text(0, 0, "AB", Style(180, bold=True)),
        Text(360, 0, "c", Style(180)),
        Text(540, 0, "d", Style(108)),
        Text(648, 0, "W", Style(432, wide=True)),
        Text(1080, 0, "u", Style(216, underlined=True)),
    ]


def test_line_spacing_is_counted_in_parts_of_an_inch() -> None:
    job = b"0\r\n\x1b01\r\n\x1b12\r\n\x1b3\x124\r\n\x1bA\x085\r\n\x1b26\r\n7\r\x1bJ\x188\r\n"
    tops = [one.y for one in decode_escp(job)]
    steps = [after - before for before, after in pairwise(tops)]
    assert steps == [SIXTH, INCH // 8, INCH * 7 // 72, INCH // 12, INCH // 9, SIXTH, INCH // 9]


def test_24_pins_count_lines_in_parts_of_their_own() -> None:
    tops = [one.y for one in decode_escp(b"\x1b3\x1ea\r\n\x1bA\x0ab\r\nc\r\x1bJ\x12d\r\n", pins=24)]
    assert tops == [0, SIXTH, 2 * SIXTH, 2 * SIXTH + INCH // 10]


def test_pages_and_the_perforation_are_kept() -> None:
    two = decode_escp(b"\x1bC\x00\x0ba\r\nb\r\n\x0cc\r\n")
    assert two == [
        Text(0, 0, "a", Style()),
        Text(0, SIXTH, "b", Style()),
        PageEnd(11 * INCH),
        Text(0, 11 * INCH, "c", Style()),
    ]
    assert render_escp_text(two) == "a\nb\n" + "- halaman ".ljust(80, "-") + "\nc\n"
    skipped = decode_escp(b"\x1bC\x05\x1bN\x02" + b"x\r\n" * 4 + b"\x1bO" + b"y\r\n" * 3)
    lines = [0, 1, 2, 5, 6, 7, 8]
    assert [one.y for one in skipped] == [line * SIXTH for line in lines]


def test_master_select_sets_everything_at_once() -> None:
    job = b"\x1b!\xadA\x1b!\x10B\x1b!\x00C\n"
    assert decode_escp(job) == [
        Text(0, 0, "A", Style(216, bold=True, underlined=True, wide=True)),
        Text(216, 0, "B", Style(216, bold=True)),
        Text(432, 0, "C", Style(216)),
    ]


def test_a_tall_letter_needs_a_line_above_it() -> None:
    assert decode_escp(b"\x1bw1T\r\nT\r\n") == [
        Text(0, 0, "T", Style()),
        Text(0, SIXTH, "T", Style(tall=True)),
    ]


def test_lines_are_set_in_the_middle_and_to_the_right() -> None:
    job = b"\x1ba\x01ab\r\n\x1ba\x02\x1bEab\x1bFcd\r\n\x1ba\x00"
    assert [one.x for one in decode_escp(job)] == [39 * 216, 76 * 216, 78 * 216]
    assert render_escp_text(decode_escp(job)) == " " * 39 + "ab\n" + " " * 76 + "abcd\n"


def test_a_line_struck_twice_keeps_what_is_below() -> None:
    assert render_escp_text(decode_escp(b"Nomor ___\rNomor 7\r\n\r\nx\r\n")) == "Nomor 7__\n\nx\n"


def test_letters_of_the_graphic_table() -> None:
    assert (
        render_escp_text(decode_escp(b"\x1b@\x1bR\x00\x1bt\x01\xda\xc4\xbf \x82\r\n")) == "┌─┐ é\n"
    )


@pytest.mark.parametrize(
    ("command", "dpi"),
    [
        (b"\x1bK", 60),
        (b"\x1bL", 120),
        (b"\x1bY", 120),
        (b"\x1bZ", 240),
        (b"\x1b*\x00", 60),
        (b"\x1b*\x01", 120),
        (b"\x1b*\x02", 120),
        (b"\x1b*\x03", 240),
        (b"\x1b*\x04", 80),
        (b"\x1b*\x05", 72),
        (b"\x1b*\x06", 90),
        (b"\x1b*\x07", 144),
    ],
)
def test_pictures_of_8_pins(command: bytes, dpi: int) -> None:
    job = b"ab" + command + b"\x02\x00\x80\x01" + b"c\r\n"
    assert decode_escp(job) == [
        Text(0, 0, "ab", Style()),
        Bits(432, 0, dpi, 72, (b"\x80", b"\x01")),
        Text(432 + 2 * INCH // dpi, 0, "c", Style()),
    ]


@pytest.mark.parametrize(("mode", "dpi"), [(32, 60), (33, 120), (38, 90), (39, 180), (40, 360)])
def test_pictures_of_24_pins(mode: int, dpi: int) -> None:
    job = b"\x1b*" + bytes([mode]) + b"\x02\x00\x80\x00\x01\xff\xff\xff\n"
    assert decode_escp(job, pins=24) == [Bits(0, 0, dpi, 180, (b"\x80\x00\x01", b"\xff\xff\xff"))]


@pytest.mark.parametrize(
    ("job", "offset"),
    [
        (b"ok\r\n\x07", 4),
        (b"\x7f", 0),
        (b"\t", 0),
        (b"\x00", 0),
        (b"\x1bz", 0),
        (b"\x1b", 0),
        (b"\x1b!\x40", 0),
        (b"\x1b!\x02", 0),
        (b"\x1b-\x02", 0),
        (b"\x1bU\x07", 0),
        (b"\x1bR\x01", 0),
        (b"\x1bt\x05", 0),
        (b"\x1ba\x03", 0),
        (b"\x82\r\n", 0),
        (b"\x1bt\x01\x1b7\x82\r\n", 5),
        (b"\x1bA\x56", 0),
        (b"\x1bC\x00\x00", 0),
        (b"\x1bC\x00\x17", 0),
        (b"\x1bC\x80", 0),
        (b"\x1bN\x02", 0),
        (b"\x1bC\x04\x1bN\x04", 3),
        (b"a\x1b@", 1),
        (b"a\x1ba\x01", 1),
        (b"a\x1bC\x42", 1),
        (b"\x1ba\x01a\x1bJ\x01", 4),
        (b"a\r\n\x0c", 3),
        (b"not ended", 9),
        (b"x" * 81 + b"\r\n", 80),
        (b"\x1bK\x00\x00", 0),
        (b"\x1bK\x03\x00\xff", 0),
        (b"\x1bK\xe1\x01" + b"\x01" * 481 + b"\r\n", 0),
        (b"\x1b*\x05\x01", 0),
        (b"\x1b*\x08\x01\x00\xff\r\n", 0),
        (b"\x1b*\x27\x01\x00\xff\xff\xff\r\n", 0),
        (b"\x1bZ\x02\x00\x81\x01\r\n", 0),
        (b"\x1bY\x02\x00\x81\x01\r\n", 0),
        (b"\x1ba\x01\x1bK\x01\x00\xff\r\n", 3),
    ],
)
def test_refuses_what_a_good_job_never_holds(job: bytes, offset: int) -> None:
    with pytest.raises(DecodeError) as refused:
        decode_escp(job)
    assert refused.value.offset == offset


@pytest.mark.parametrize(
    "job", [b"\x1b1", b"\x1b*\x05\x01\x00\xff\r\n", b"\x1b*\x07\x01\x00\xff\n"]
)
def test_refuses_what_24_pins_do_not_know(job: bytes) -> None:
    with pytest.raises(DecodeError):
        decode_escp(job, pins=24)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=6),
            st.sampled_from([b"\x1b*\x05\x02\x00\xaa\x55", b"\x1bC\x42", b"\x0c", b"\r\n", b"ab"]),
            st.sampled_from(list(b"@EFGHPM!-URtaCNOJKLYZ*0123AWw")).map(lambda n: bytes([27, n])),
        ),
        max_size=12,
    )
)
def test_any_bytes_are_read_or_refused(parts: list[bytes]) -> None:
    job = b"".join(parts)
    try:
        elements = decode_escp(job)
    except DecodeError as refused:
        assert 0 <= refused.offset <= len(job)
    else:
        assert all(isinstance(line, str) for line in render_escp_text(elements).splitlines())


def bands(rows: list[list[bool]], mode: int, down: int) -> bytes:
    """A picture in passes of 8 pins, ``down`` in 1/216 inch to the next pass."""
    job = b""
    for top in range(0, len(rows), 8):
        band = [*rows[top : top + 8], *[[False] * len(rows[0])] * 8][:8]
        columns = bytes(
            sum(dark << (7 - pin) for pin, dark in enumerate(column))
            for column in zip(*band, strict=True)
        )
        job += b"\x1b*" + bytes([mode]) + len(columns).to_bytes(2, "little") + columns
        job += b"\r\x1bJ" + bytes([down])
    return job


def test_a_qr_code_struck_dot_by_dot_is_square_and_reads() -> None:
    words = "LL1:RSA1-261121-0001-9:KIA:0123456789ABCDEF"
    code = qrcode.QRCode(border=0)
    code.add_data(words)
    code.make()
    rows = [
        [bool(dark) for dark in row for _ in range(3)] for row in code.modules for _ in range(3)
    ]
    job = b"\x1b@Resi\r\n\r\n" + bands(rows, 5, 24)
    picture = Image.open(io.BytesIO(render_escp_png(decode_escp(job))))
    assert [read.text for read in zxingcpp.read_barcodes(picture)] == [words]
    dark = picture.convert("L").point(lambda shade: 255 * (shade < 128))
    left, top, right, bottom = dark.crop((0, MARGIN + DPI // 4, *picture.size)).getbbox()
    assert right - left == bottom - top == len(rows) * 5
    side = len(rows)
    assert render_escp_text(decode_escp(job)) == f"Resi\n\n[gambar {side}x{-(-side // 8) * 8}]\n"


def test_a_picture_of_24_pins_has_the_same_size() -> None:
    job = b"\x1b*\x27\x5a\x00" + b"\xff\xff\xff" * 90 + b"\r\n"
    picture = Image.open(io.BytesIO(render_escp_png(decode_escp(job, pins=24)))).convert("L")
    left, top, right, bottom = picture.point(lambda shade: 255 * (shade < 128)).getbbox()
    assert abs((right - left) - 180) <= 2
    assert abs((bottom - top) - 48) <= 2


def test_every_kind_of_letter_is_drawn_in_its_cell() -> None:
    job = b"\x1b@\x1bC\x42\x1bt\x01\xc9\xcd\xbb\x1bEB\x1bF\x1b-1u\x1b-0\x0fsmall\x12\r\n"
    job += b"\x1bW1WIDE\x1bW0\r\n\r\n\x1bw1TALL\x1bw0 \x87\x9c\r\n\x0c"
    picture = Image.open(io.BytesIO(render_escp_png(decode_escp(job))))
    assert picture.size == (8 * DPI + 2 * MARGIN, 11 * DPI + 2 * MARGIN)
    dark = picture.convert("L").point(lambda shade: 255 * (shade < 128))
    tall = dark.crop((MARGIN, MARGIN + DPI // 3, MARGIN + 36 * 4, MARGIN + DPI * 3 // 4))
    left, top, right, bottom = tall.getbbox()
    assert bottom - top > DPI // 8
    assert 36 * 3 < right - left <= 36 * 4
