"""Which scans are in the bytes of a scanner."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.barcodes.lines import GARBAGE, LONGEST, STALE, Lines
from drivers.wedge import Scan
from tests.barcodes.scan_ear import QR, qr_texts


def read(*pieces: bytes) -> list[Scan]:
    lines = Lines()
    return [scan for piece in pieces for scan in lines.feed(piece, 0.0)]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"abc\r", "abc"),
        (b"abc\n", "abc"),
        (b"abc\r\n", "abc"),
        (b"\x02abc\x03", "abc"),
        (b"\x02abc\x03\r\n", "abc"),
        (b"\x02abc\r", "abc"),
        (b"\r\n\n\rabc\r", "abc"),
        (b"]Q1LL1:A\r", "LL1:A"),
        (b"]C1abc\r", "abc"),
        (b"] Q1\r", "] Q1"),
        (b" two  spaces \r", " two  spaces "),
        ("Siti Nurhalizá\r".encode(), "Siti Nurhalizá"),
        ("Siti Nurhalizá\r".encode("latin-1"), "Siti Nurhalizá"),
        (f"{QR}\r".encode(), QR),
        (b"x" * LONGEST + b"\r", "x" * LONGEST),
    ],
)
def test_a_whole_scan_is_its_text(data: bytes, text: str):
    assert read(data) == [Scan(text)]
    assert read(*(data[at : at + 1] for at in range(len(data)))) == [Scan(text)]


@pytest.mark.parametrize(
    "data",
    [
        b"a\x00b\r",
        b"]d201034531200000111719112510ABCD1234\x1d2110\r",
        b"\x1b[2J\r",
        b"a\tb\r",
        b"\x7f\r",
        b"\x80\x81\xfe\r",
        "a\u202eb\r".encode(),
        b"x" * (LONGEST + 1) + b"\r",
        b"x" * 100_000 + b"\r",
    ],
)
def test_what_is_no_text_is_garbage_without_its_bytes(data: bytes):
    *garbage, after = read(data, b"next\r")
    assert set(garbage) == {GARBAGE}
    assert after == Scan("next")


def test_a_torn_scan_is_never_joined_to_the_next():
    assert read(b"\x02torn", b"\x02whole\r") == [GARBAGE, Scan("whole")]


def test_a_scan_whose_end_never_comes_is_given_up():
    lines = Lines()
    assert lines.feed(b"no end", 10.0) == []
    assert lines.feed(b"", 10.0 + STALE / 2) == []
    assert lines.feed(b"", 10.0 + STALE) == [GARBAGE]
    assert lines.feed(b"", 11.0 + STALE) == []
    assert lines.feed(b"next\r", 12.0 + STALE) == [Scan("next")]


def test_a_scan_that_ends_after_bytes_were_lost_is_told_as_garbage():
    """The end of the first may be among the lost ones: the second is not swallowed in silence."""
    lines = Lines()
    assert lines.feed(b"first", 0.0) + lines.spoil() == [GARBAGE]
    assert lines.feed(b"second\r", 0.2) == [GARBAGE]
    assert lines.feed(b"third\r", 0.4) == [Scan("third")]


def test_a_flood_without_an_end_is_told_once_and_kept_nowhere():
    lines = Lines()
    scans = [scan for _ in range(1_000) for scan in lines.feed(b"\xaa" * 1_000, 1.0)]
    assert scans == [GARBAGE]
    assert lines.feed(b"", 1.0 + STALE) == []
    assert lines.feed(b"next\r", 4.0) == [Scan("next")]


@given(st.lists(qr_texts, max_size=5), st.data())
def test_every_code_comes_through_however_its_bytes_are_split(texts: list[str], data):
    sent = "".join(f"{text}\r\n" for text in texts).encode()
    cuts = sorted(data.draw(st.sets(st.integers(0, len(sent)), max_size=20)))
    pieces = [sent[a:b] for a, b in zip([0, *cuts], [*cuts, len(sent)], strict=True)]
    assert [scan.text for scan in read(*pieces)] == texts


@given(st.lists(st.binary(max_size=300)), st.data())
def test_no_bytes_break_it_or_give_a_control_character(pieces: list[bytes], data):
    lines = Lines()
    now = 0.0
    for piece in pieces:
        now += data.draw(st.sampled_from((0.0, 0.1, STALE)))
        for scan in lines.feed(piece, now):
            assert scan.text.isprintable()
            assert len(scan.text) <= LONGEST
            assert scan.garbage == (not scan.text)
