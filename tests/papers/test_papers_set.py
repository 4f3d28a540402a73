"""How papers are set: never too wide, the end last, the preview as the printer prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.escpos import PROFILES
from drivers.letters import has
from drivers.virtual.decode import Cut, Feed, Line, Qr, Raster, decode
from kiosk.cases.state import CaseState
from kiosk.papers import model
from kiosk.papers.facts import Office, Person
from kiosk.papers.kartu_kendali import kartu_kendali
from kiosk.papers.preview import to_text
from kiosk.papers.rekap import RekapRow, rekap_distribusi
from kiosk.papers.render import to_escpos
from kiosk.papers.resi import resi

if TYPE_CHECKING:
    from conftest import World

WIDTHS = (32, 48, 80)
NUMBER = "RSA1-261121-0001-V"

texts = st.text(max_size=60) | st.text("AIUEOBCDKMNRST .'-", min_size=20, max_size=90)


@st.composite
def papers(draw: st.DrawFn) -> model.Paper:
    """Any paper made of any blocks with any texts."""
    some = st.lists(texts, min_size=4, max_size=4).map(tuple)
    block = st.one_of(
        st.builds(model.Heading, texts, st.booleans()),
        st.builds(model.Line, texts, st.booleans(), st.booleans()),
        st.builds(model.Item, texts),
        st.builds(model.Pair, texts, texts),
        st.just(model.Rule()),
        st.builds(model.Gap, st.integers(0, 3)),
        st.builds(
            model.Table,
            some,
            st.just((3, 18, 16, 12)),
            st.lists(some, max_size=4).map(tuple),
            st.integers(0, 3),
        ),
        st.builds(
            model.Signatures,
            st.lists(
                st.builds(model.SignatureBox, texts, texts, texts), min_size=1, max_size=3
            ).map(tuple),
        ),
    )
    blocks = tuple(draw(st.lists(block, max_size=8)))
    return model.Paper("kartu", NUMBER, draw(texts), blocks, draw(st.integers(0, 3)))


DRAWN = "(drawn)"


def printed(data: bytes) -> list[str]:
    """The lines that a strict reader of the bytes sees on paper, a blank one per feed line.

    A line with a letter that the code page lacks is a picture: only that it stands there is seen.
    """
    lines: list[str] = []
    for element in decode(data):
        if isinstance(element, Line):
            lines.append(element.text)
        elif isinstance(element, Raster):
            lines.append(DRAWN)
        elif isinstance(element, Feed):
            lines += [""] * element.lines
    return lines


@given(papers(), st.sampled_from(WIDTHS))
@settings(max_examples=150, deadline=None)
def test_no_line_is_wider_than_the_paper(paper: model.Paper, columns: int) -> None:
    lines = to_text(paper, columns)
    assert max(map(len, lines)) <= columns
    assert not any(character < " " for line in lines for character in line)


@given(papers(), st.sampled_from(["58", "80"]))
@settings(max_examples=60, deadline=None)
def test_the_preview_is_what_is_printed(paper: model.Paper, profile: str) -> None:
    told = PROFILES[profile]
    on_paper = printed(to_escpos(paper, told))
    shown = to_text(paper, told.columns)
    assert [" ".join(line.split()) for line in on_paper[: len(shown)]] == [
        " ".join(line.split()) if has(told.codepage, line) else DRAWN for line in shown
    ]
    assert not any(on_paper[len(shown) :])


@given(name=texts, parents=texts, place=texts, columns=st.sampled_from(WIDTHS))
@settings(max_examples=60, deadline=None)
def test_real_papers_hold_any_names(name: str, parents: str, place: str, columns: int) -> None:
    paper = rekap_distribusi(
        NUMBER,
        office=Office(place, name, "dinas"),
        officer=Person(name, parents[:3]),
        target=place,
        rows=[RekapRow(NUMBER, name, parents, place, "", parents)] * 3,
        time=0,
        qr="LL1:ABC",
    )
    assert max(map(len, to_text(paper, columns))) <= columns


def make_resi(world: World, copy: int = 0) -> model.Paper:
    return resi(
        world.case(),
        office=world.office,
        officer=world.person("ani"),
        procedure=world.procedure,
        code="7K2M9Q",
        paraf="1a2b3c4d",
        qr="LL1:ABC",
        copy=copy,
    )


@pytest.mark.parametrize("profile", ["58", "80"])
def test_number_end_mark_and_cut_come_last(world: World, profile: str) -> None:
    elements = decode(to_escpos(make_resi(world), PROFILES[profile]))
    assert isinstance(elements[-1], Cut)
    qr = next(at for at, one in enumerate(elements) if isinstance(one, Qr))
    lines = [one for one in elements[qr:] if isinstance(one, Line)]
    end = " ".join(line.text for line in lines).split(world.number, 1)
    assert end[0].rstrip().endswith("-" * 30)
    assert end[1].split() == ["--", "AKHIR", "RESI", world.number, "--"]
    large = next(line for line in lines if line.text == world.number)
    assert (large.runs[0].style.tall, large.runs[0].style.bold) == (2, True)


@pytest.mark.parametrize("profile", ["58", "80"])
def test_a_torn_paper_has_no_end_mark(world: World, profile: str) -> None:
    data = to_escpos(make_resi(world), PROFILES[profile])
    assert data.count(b"AKHIR RESI") == 1
    before, after = data.split(b"AKHIR RESI")
    assert b"LL1:ABC" in before
    assert b"Data Anda hanya" in before
    assert b"LL1:ABC" not in after


def test_a_copy_says_so_large_above_and_again_below(world: World) -> None:
    lines = [
        one
        for one in decode(to_escpos(make_resi(world, copy=2), PROFILES["58"]))
        if isinstance(one, Line)
    ]
    assert lines[0].text == "SALINAN 2"
    assert lines[0].runs[0].style.tall == 2
    assert [line.text for line in lines].count("SALINAN 2") == 2
    assert "SALINAN" not in "".join(to_text(make_resi(world), 32))


def test_a_name_cannot_steer_the_printer(world: World) -> None:
    values = {"anak_nama": "ALIF\x1b@\x1dV\x00 \x1bp", "ibu_nama": "SITI\n\n\nX"}
    paper = resi(
        world.case(values=values),
        office=world.office,
        officer=world.person("ani"),
        procedure=world.procedure,
        code="7K2M9Q",
        paraf="",
        qr="LL1:ABC",
    )
    elements = decode(to_escpos(paper, PROFILES["58"]))
    assert sum(isinstance(one, Cut) for one in elements) == 1


@pytest.mark.parametrize("columns", WIDTHS)
def test_a_card_holds_its_longest_words_unbroken(
    world: World, corrected: CaseState, columns: int
) -> None:
    card = kartu_kendali(
        corrected,
        office=world.office,
        procedure=world.procedure,
        person=world.person,
        qr="LL1:ABC",
    )
    said = "\n".join(to_text(card, columns))
    for word in ("Penandatanganan", "Pengelompokan", world.procedure.number, world.number):
        assert word in said
