"""Where a report descriptor says that the decoded data is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.barcodes.report import USUAL, Layout, Piece, layout
from tests.barcodes.hidpos_unit import reports
from tests.devices import sysfs_tree as usb


def test_the_usual_descriptor_is_the_usual_layout():
    assert layout(usb.HIDPOS_DESCRIPTOR) == USUAL


def test_a_report_without_number_count_and_flag():
    where = layout(usb.HIDPOS_PLAIN_DESCRIPTOR)
    assert where == Layout(0, (0, 64))
    assert where.piece(b"LL1:A".ljust(64, b"\x00")) == Piece(b"LL1:A", None)


def test_a_unit_that_also_types_and_sends_its_data_in_another_report():
    """The keyboard's report 1 before, data at 2-57 of report 3, the flag in front of it."""
    both = bytes.fromhex(
        "0501 0906 a101 8501 0507 19e0 29e7 1500 2501 7501 9508 8102 c0"
        "058c 0902 a101 8503 0912 a102 7501 9501 09ff 8102 9507 8103 7508 26ff00 9538 09fe 8102"
        "9505 8103 0501 093b 9501 8102 c0 c0"
    )
    where = layout(both)
    assert where == Layout(3, (2, 56), count=63, more=8)
    report = b"\x03\x01" + b"AB\x00D".ljust(56, b"\x00") + bytes(5) + b"\x04"
    assert where.piece(report) == Piece(b"AB\x00D", True)
    assert where.piece(b"\x01" + report[1:]) is None


def test_a_scanner_that_does_not_name_its_data_is_read_as_most_are():
    unnamed = bytes.fromhex("058c 0902 a101 8502 0600ff 0901 7508 953f 8102 c0")
    assert layout(unnamed) == USUAL


@pytest.mark.parametrize(
    "descriptor",
    [
        b"",
        usb.KEYBOARD_DESCRIPTOR,
        usb.MOUSE_DESCRIPTOR,
        bytes.fromhex("058c 0902 a101 c0"),
        bytes.fromhex("058d 0901 a101 7508 9508 0901 8102 c0"),
    ],
    ids=["empty", "keyboard", "mouse", "a scanner without data", "a scale"],
)
def test_what_is_no_scanner(descriptor: bytes):
    assert layout(descriptor) is None


def test_pushed_settings_come_back_and_long_items_are_passed_over():
    pushed = bytes.fromhex(
        "058c 0902 a101 fe03f0 aabbcc 8502 a4 0501 7501 8505 b4 7508 9504 09fe 8102 c0"
    )
    assert layout(pushed) == Layout(2, (1, 4))


def test_a_short_report_is_what_it_holds():
    for length in range(65):
        piece = USUAL.piece(reports("x" * 56)[0][:length])
        assert (piece.data if piece else b"") == b"x" * max(0, min(56, length - 5))


@given(st.binary(max_size=200), st.binary(max_size=80))
def test_no_descriptor_and_no_report_break_it(descriptor: bytes, report: bytes):
    for start in (b"", usb.HIDPOS_DESCRIPTOR[:30], bytes.fromhex("058c0902a101")):
        where = layout(start + descriptor)
        if where is not None:
            where.piece(report)


@given(st.data())
def test_a_damaged_descriptor_does_not_break_it(data):
    damaged = bytearray(usb.HIDPOS_DESCRIPTOR)
    for at in data.draw(st.lists(st.integers(0, len(damaged) - 1), max_size=6)):
        damaged[at] = data.draw(st.integers(0, 255))
    where = layout(bytes(damaged[: data.draw(st.integers(0, len(damaged)))]))
    if where is not None:
        where.piece(reports("LL1:A")[0])
