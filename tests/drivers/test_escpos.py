"""The encoder, held against python-escpos (another's encoder) and our own strict decoder."""

import pytest
from escpos.constants import QR_ECLEVEL_M
from escpos.printer import Dummy
from hypothesis import given, settings
from hypothesis import strategies as st
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from drivers.escpos import PROFILES, Profile, Ticket, fold, wrap
from drivers.letters import has
from drivers.virtual.decode import Cut, Element, Feed, Line, Qr, Raster, Style, decode

RESI_QR = ("LL1:" + "6BFOXN%TSMAHN-H/N8KAQ.SHB1Q$T" * 8)[:220]
START = b"\x1b@\x1bt\x00"
BOTH = pytest.mark.parametrize("paper", ["58", "80"])


def ticket(paper: str = "58") -> Ticket:
    return Ticket(PROFILES[paper])


def lines(data: bytes) -> list[str]:
    return [element.text for element in decode(data) if isinstance(element, Line)]


def by_other(*acts: tuple[str, tuple[object, ...], dict[str, object]]) -> bytes:
    """What python-escpos sends for the calls, after the same start as ours."""
    dummy = Dummy()
    dummy.hw("INIT")
    dummy.charcode("CP437")
    for name, args, named in acts:
        getattr(dummy, name)(*args, **named)
    return dummy.output


def test_plain_text_is_byte_for_byte_what_python_escpos_sends() -> None:
    ours = ticket()
    ours.text("Simpan resi ini baik-baik.")
    other = by_other(("textln", ("Simpan resi ini baik-baik.",), {}))
    assert ours.bytes() == other == START + b"Simpan resi ini baik-baik.\n"


def test_a_letter_of_the_code_page_is_byte_for_byte_what_python_escpos_sends() -> None:
    ours = ticket()
    ours.text("José")
    assert ours.bytes() == by_other(("textln", ("José",), {}))


def test_bold_centre_and_cut_are_byte_for_byte_what_python_escpos_sends() -> None:
    ours = ticket()
    ours.text("RESI", bold=True)
    ours.text("RSA1", center=True)
    ours.cut()
    other = by_other(
        ("set", (), {"bold": True}),
        ("textln", ("RESI",), {}),
        ("set", (), {"bold": False}),
        ("set", (), {"align": "center"}),
        ("textln", ("RSA1",), {}),
        ("set", (), {"align": "left"}),
        ("print_and_feed", (3,), {}),
        ("cut", (), {"feed": False}),
    )
    assert ours.bytes() == other


def test_double_height_means_what_python_escpos_means_in_both_of_its_ways() -> None:
    ours = ticket()
    ours.text("TINGGI", tall=True)
    by_size = by_other(
        ("set", (), {"custom_size": True, "width": 1, "height": 2}),
        ("textln", ("TINGGI",), {}),
        ("set", (), {"custom_size": True, "width": 1, "height": 1}),
    )
    by_mode = by_other(("set", (), {"double_height": True}), ("textln", ("TINGGI",), {}))
    assert ours.bytes() == by_size
    assert decode(ours.bytes()) == decode(by_mode)


@BOTH
def test_native_qr_is_byte_for_byte_what_python_escpos_sends(paper: str) -> None:
    ours = ticket(paper)
    ours.qr(RESI_QR)
    [code] = [element for element in decode(ours.bytes()) if isinstance(element, Qr)]
    other = by_other(
        ("print_and_feed", (1,), {}),
        ("set", (), {"align": "center"}),
        ("qr", (RESI_QR,), {"native": True, "ec": QR_ECLEVEL_M, "size": code.module}),
        ("set", (), {"align": "left"}),
        ("print_and_feed", (1,), {}),
    )
    assert ours.bytes() == other
    assert (code.text, code.level, code.align) == (RESI_QR, "M", "center")


@BOTH
@settings(deadline=None)
@given(length=st.integers(1, 220))
def test_qr_fits_the_paper_with_its_quiet_zone_in_either_mode(paper: str, length: int) -> None:
    ours = ticket(paper)
    ours.qr("a" * length)  # a small letter forces byte mode, the largest symbol
    [code] = [element for element in decode(ours.bytes()) if isinstance(element, Qr)]
    drawn = QRCode(error_correction=ERROR_CORRECT_M)
    drawn.add_data(code.text)
    drawn.make()
    assert (drawn.modules_count + 8) * code.module <= PROFILES[paper].dots
    assert code.module >= 4


def test_without_native_qr_the_code_is_a_picture_in_slices() -> None:
    ours = Ticket(Profile("cheap", columns=32, dots=384, native_qr=False))
    ours.qr(RESI_QR)
    pictures = [element for element in decode(ours.bytes()) if isinstance(element, Raster)]
    assert all(len(picture.rows) <= 128 for picture in pictures)
    assert sum(len(picture.rows) for picture in pictures) == 49 * 6
    assert {picture.width for picture in pictures} == {37}


@pytest.mark.parametrize("text", ["", "é", "a" * 990, "a" * 3000])
@pytest.mark.parametrize("native", [True, False])
def test_qr_that_cannot_be_is_refused(text: str, native: bool) -> None:
    ours = Ticket(Profile("narrow", columns=24, dots=288, native_qr=native))
    with pytest.raises(ValueError, match="QR code"):
        ours.qr(text)
    assert ours.bytes() == START


def test_initialises_first_cuts_last_and_takes_nothing_after() -> None:
    ours = ticket()
    ours.text("RESI")
    ours.cut()
    assert ours.bytes().startswith(b"\x1b@")
    assert ours.bytes().endswith(b"\x1dVB\x00")
    assert decode(ours.bytes())[-2:] == [Feed(3), Cut()]
    with pytest.raises(ValueError, match="cut"):
        ours.text("terlambat")


def test_without_a_cutter_the_paper_is_only_moved_on() -> None:
    ours = Ticket(Profile("torn", columns=32, dots=384, cutter=False))
    ours.cut()
    assert decode(ours.bytes()) == [Feed(3)]


@BOTH
def test_rule_fills_the_paper(paper: str) -> None:
    ours = ticket(paper)
    ours.rule()
    assert lines(ours.bytes()) == ["-" * PROFILES[paper].columns]


def test_columns_stand_at_both_edges_or_on_lines_of_their_own() -> None:
    ours = ticket()
    ours.columns("Nomor", "RSA1-261121-0001-K")
    ours.columns("Nama bayi", "MUHAMMAD FATIH PUTRA SITORUS")
    ours.columns("Nama", "")
    assert lines(ours.bytes()) == [
        "Nomor         RSA1-261121-0001-K",
        "Nama bayi",
        "    MUHAMMAD FATIH PUTRA SITORUS",
        "Nama" + " " * 28,
    ]


def test_wrap_keeps_numbers_with_dashes_whole_and_breaks_only_what_is_too_long() -> None:
    assert wrap("Nomor permohonan Anda: RSA1-261121-0001-K", 32) == [
        "Nomor permohonan Anda:",
        "RSA1-261121-0001-K",
    ]
    assert wrap("x" * 40, 32) == ["x" * 32, "x" * 8]
    assert wrap("satu\n\ndua", 32) == ["satu", "", "dua"]


def test_fold_turns_typographic_signs_into_ascii() -> None:
    assert fold("“Ca’mer” – selesai…\u00a0→ •") == '"Ca\'mer" - selesai... -> *'
    assert fold("José Ñandú ﬁ", "ascii") == "Jose Nandu fi"
    assert fold("José", "cp437") == "José"
    assert fold("名 א") == "? ?"


@settings(deadline=None)
@given(st.text(), st.sampled_from(["ascii", "cp437", "cp850", "cp1252", "cp858"]))
def test_text_steers_no_printer_and_stays_inside_the_paper(text: str, codepage: str) -> None:
    ours = Ticket(Profile("any", columns=32, dots=384, codepage=codepage))
    ours.text(text)
    elements: list[Element] = decode(ours.bytes())
    meant = wrap(fold(text, codepage, drawn=True), 32)
    assert len(elements) == len(meant)
    for element, line in zip(elements, meant, strict=True):
        if isinstance(element, Raster):
            assert not has(codepage, line)
            assert (element.width, len(element.rows)) == (-(-len(line) * 12 // 8), 30)
        else:
            assert isinstance(element, Line)
            assert element.text == line
            assert len(line) <= 32


@settings(deadline=None)
@given(st.lists(st.text("abcXYZ-019", min_size=1, max_size=32), min_size=1))
def test_words_that_fit_are_never_broken(words: list[str]) -> None:
    ours = ticket()
    ours.text(" ".join(words), bold=True, center=True, tall=True)
    assert " ".join(lines(ours.bytes())).split() == words
    styles = {
        run.style
        for element in decode(ours.bytes())
        if isinstance(element, Line)
        for run in element.runs
    }
    assert styles == {Style(bold=True, wide=1, tall=2)}


def test_style_ends_with_its_text() -> None:
    ours = ticket()
    ours.text("RESI", bold=True, center=True, tall=True)
    ours.text("biasa")
    last = decode(ours.bytes())[-1]
    assert isinstance(last, Line)
    assert last.align == "left"
    assert last.runs[0].style == Style()
