"""The strict decoder: what it reads, and all that it refuses."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.virtual.decode import (
    Cut,
    DecodeError,
    Feed,
    Line,
    Qr,
    Raster,
    Run,
    Style,
    decode,
)
from drivers.virtual.plain import render_text

QR_MODEL = b"\x1d(k\x04\x001A2\x00"
QR_SIZE = b"\x1d(k\x03\x001C\x05"
QR_LEVEL = b"\x1d(k\x03\x001E1"
QR_STORE = b"\x1d(k\x06\x001P0LL1"
QR_PRINT = b"\x1d(k\x03\x001Q0"


def test_reads_the_commands_from_the_reference_by_hand() -> None:
    job = (
        b"\x1b@\x1bt\x13\x1ba\x01\x1bE\x01A\x1bE\x00b\n\x1ba\x02\xd5\n\x1bd\x02"
        + QR_MODEL
        + QR_SIZE
        + QR_LEVEL
        + QR_STORE
        + QR_PRINT
        + b"\x1dv0\x00\x01\x00\x02\x00\xf0\x0f\x1dV\x00"
    )
    assert decode(job) == [
        Line((Run("A", Style(bold=True)), Run("b", Style())), "center"),
        Line((Run("€", Style()),), "right"),
        Feed(2),
        Qr("LL1", "M", 5, "right"),
        Raster(1, (b"\xf0", b"\x0f"), "right"),
        Cut(),
    ]


@pytest.mark.parametrize(
    ("job", "offset"),
    [
        (b"ok\n\x07", 3),
        (b"\x7f", 0),
        (b"\r\n", 0),
        (b"\x1bZ", 0),
        (b"\x10\x04\x01", 0),
        (b"\x1bE\x02", 0),
        (b"\x1ba\x03", 0),
        (b"\x1bt\x63", 0),
        (b"\x1b!\x01", 0),
        (b"\x1d!\x80", 0),
        (b"\x1dV\x07", 0),
        (b"\x1dVB\x09", 0),
        (b"\x1bt\x10\x81", 3),
        (b"\x1d(H\x02\x000\x00", 0),
        (b"\x1d(k\x02\x001A", 0),
        (b"\x1d(k\x04\x000A2\x00", 0),
        (b"\x1d(k\x04\x001A1\x00", 0),
        (b"\x1d(k\x03\x001C\x00", 0),
        (b"\x1d(k\x03\x001E9", 0),
        (b"\x1d(k\x03\x001P0", 0),
        (b"\x1d(k\x04\x001P0\xe9", 0),
        (QR_SIZE + QR_LEVEL + QR_PRINT, 16),
        (QR_SIZE + QR_STORE + QR_PRINT, 19),
        (b"\x1dv0\x01\x01\x00\x01\x00\xff", 0),
        (b"\x1dv0\x00\x00\x00\x01\x00", 0),
        (b"\x1dv0\x00\x02\x00\x02\x00\xff", 0),
        (b"not ended", 9),
        (b"text\x1dVB\x00", 4),
        (b"text\x1b@", 4),
        (b"text\x1ba\x01", 4),
        (b"text\x1bd\x01", 4),
        (b"ok\n\x1b", 3),
    ],
)
def test_anything_not_clean_is_refused_with_its_place(job: bytes, offset: int) -> None:
    with pytest.raises(DecodeError) as caught:
        decode(job)
    assert caught.value.offset == offset


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_never_a_crash(job: bytes) -> None:
    try:
        elements = decode(job)
    except DecodeError:
        return
    render_text(elements, 32)


def test_plain_text_shows_alignment_qr_and_cut() -> None:
    job = (
        b"\x1ba\x01RESI\n\x1ba\x02kanan\n\x1ba\x00"
        + QR_SIZE
        + QR_LEVEL
        + QR_STORE
        + QR_PRINT
        + b"\x1bd\x01\x1dV\x01"
    )
    assert render_text(decode(job), 12) == ("    RESI\n       kanan\n[QR] LL1\n\n- 8< -------\n")


def test_a_line_wider_than_the_paper_is_broken_at_its_edge_as_a_printer_does() -> None:
    assert render_text(decode(b"0123456789\n"), 4) == "0123\n4567\n89\n"
    assert render_text(decode(b"\x1d!\x10" + b"abc\n"), 4) == "ab\nc\n"
