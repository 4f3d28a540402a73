"""What a printer answers, told apart: any order, any pieces, any noise."""

from __future__ import annotations

from itertools import pairwise

import pytest
from escpos.constants import RT_STATUS_ONLINE, RT_STATUS_PAPER
from hypothesis import given
from hypothesis import strategies as st

from drivers.escpos_status import (
    Answer,
    Answers,
    Done,
    PaperAnswer,
    PrinterState,
    Pushed,
    RealTime,
    Restarted,
    asb_state,
    ask_done,
    ask_paper,
    enable_asb,
    make_job_id,
    real_time_state,
    real_time_status,
)

ID_BYTE = st.integers(0x20, 0x7E).filter(lambda byte: not byte & 0x10)
REAL_TIME = st.builds(lambda bits: 0x12 | (bits & 3) << 2 | (bits & 0x0C) << 3, st.integers(0, 15))
LOW = st.integers(0, 127).filter(lambda byte: not byte & 0x10)


def done(job_id: bytes) -> tuple[bytes, list[Answer]]:
    return b"\x37\x22" + job_id + b"\0", [Done(job_id)]


def pushed(first: int, rest: bytes) -> tuple[bytes, list[Answer]]:
    raw = bytes([0x10 | first & 0x6C]) + rest
    return raw, [Pushed(raw, asb_state(raw))]


def paper(raw: int) -> tuple[bytes, list[Answer]]:
    state = PrinterState(paper_low=bool(raw & 3), paper_out=bool(raw & 0x0C))
    return bytes([raw]), [PaperAnswer(raw, state)]


ANSWERS = st.one_of(
    st.builds(done, st.lists(ID_BYTE, min_size=4, max_size=4).map(bytes)),
    st.builds(pushed, st.integers(0, 127), st.lists(LOW, min_size=3, max_size=3).map(bytes)),
    st.builds(paper, LOW),
    REAL_TIME.map(lambda raw: (bytes([raw]), [RealTime(raw)])),
    st.sampled_from(
        [(b"\x3b1\0", [Restarted()]), (b"\x3b0\0", [Restarted()]), (b"\x11", []), (b"\x13", [])]
    ),
)


def fed(pieces: list[bytes]) -> list[Answer]:
    answers = Answers()
    return [answer for piece in pieces for answer in answers.feed(piece)]


def cut_up(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({cut % (len(data) + 1) for cut in cuts} | {0, len(data)})
    return [data[one:other] for one, other in pairwise(places)]


@given(st.lists(ANSWERS, max_size=12), st.lists(st.integers(0, 200), max_size=12))
def test_answers_in_any_order_and_any_pieces_are_told_apart(
    given_answers: list[tuple[bytes, list[Answer]]], cuts: list[int]
) -> None:
    data = b"".join(raw for raw, _ in given_answers)
    meant = [answer for _, answers in given_answers for answer in answers]
    assert fed(cut_up(data, cuts)) == meant


@given(
    st.one_of(
        st.integers(0, 65_535).map(lambda number: done(make_job_id(number))),
        st.builds(pushed, st.integers(0, 127), st.lists(LOW, min_size=3, max_size=3).map(bytes)),
    ),
    REAL_TIME,
    st.integers(1, 6),
)
def test_an_answer_in_real_time_may_stand_inside_a_longer_one(
    longer: tuple[bytes, list[Answer]], real_time: int, at: int
) -> None:
    raw, meant = longer
    found = fed([raw[:at], bytes([real_time]), raw[at:]])
    assert sorted(found, key=str) == sorted([*meant, RealTime(real_time)], key=str)


@given(st.lists(st.binary(max_size=40), max_size=8))
def test_noise_never_raises_and_pieces_do_not_matter(pieces: list[bytes]) -> None:
    assert fed(pieces) == fed([b"".join(pieces)])


@given(st.binary(max_size=40), st.lists(ID_BYTE, min_size=4, max_size=4).map(bytes))
def test_after_noise_and_one_lost_answer_the_next_are_heard(noise: bytes, job_id: bytes) -> None:
    answer, _ = done(job_id)
    assert fed([noise, answer, answer])[-1] == Done(job_id)


def test_a_broken_answer_is_no_proof() -> None:
    assert not any(isinstance(one, Done) for one in fed([b"\x37\x22AB\x80CD\0"]))
    assert not any(isinstance(one, Pushed) for one in fed([b"\x10\x00\x00\xff"]))


def test_done_is_heard_without_its_closing_byte() -> None:
    assert fed([b"\x37\x22ABCD", b"\x14\0\0\0"]) == [
        Done(b"ABCD"),
        Pushed(b"\x14\0\0\0", PrinterState()),
    ]


@given(st.integers(0, 65_535), st.integers(0, 65_535))
def test_job_ids_differ_and_can_be_asked_for(one: int, other: int) -> None:
    assert (make_job_id(one) == make_job_id(other)) == (one == other)
    assert make_job_id(one) == make_job_id(one + 65_536)
    assert ask_done(make_job_id(one)) == b"\x1d(H\x06\0\x30\x30" + make_job_id(one)


@pytest.mark.parametrize("job_id", [b"", b"ABC", b"ABCDE", b"AB\x1fD", b"AB\x7fD", b"AB0D"])
def test_a_job_id_that_no_printer_gives_back_is_refused(job_id: bytes) -> None:
    with pytest.raises(ValueError, match="four bytes"):
        ask_done(job_id)


def test_questions_are_those_of_the_reference_and_of_python_escpos() -> None:
    assert real_time_status(1) == RT_STATUS_ONLINE
    assert real_time_status(4) == RT_STATUS_PAPER
    assert ask_paper() == b"\x1d\x72\x31"
    assert (enable_asb(), enable_asb(False)) == (b"\x1d\x61\x0e", b"\x1d\x61\x00")


@pytest.mark.parametrize(
    ("kind", "raw", "state"),
    [
        (1, 0x12, PrinterState()),
        (1, 0x1A, PrinterState(offline=True)),
        (2, 0x16, PrinterState(cover_open=True)),
        (2, 0x32, PrinterState(paper_out=True)),
        (2, 0x52, PrinterState(error=True)),
        (3, 0x1A, PrinterState(error=True, cutter_jam=True)),
        (3, 0x32, PrinterState(error=True)),
        (3, 0x52, PrinterState(hot=True)),
        (4, 0x1E, PrinterState(paper_low=True)),
        (4, 0x7E, PrinterState(paper_low=True, paper_out=True)),
    ],
)
def test_real_time_answers_are_read_by_what_was_asked(
    kind: int, raw: int, state: PrinterState
) -> None:
    assert real_time_state(kind, raw) == state
    assert state.stopped == (state not in (PrinterState(), PrinterState(paper_low=True)))


@pytest.mark.parametrize(
    ("raw", "state"),
    [
        (b"\x14\x00\x00\x0f", PrinterState()),
        (b"\x1c\x00\x0c\x0f", PrinterState(offline=True, paper_out=True)),
        (b"\x38\x00\x00\x0f", PrinterState(offline=True, cover_open=True)),
        (b"\x1c\x08\x00\x0f", PrinterState(offline=True, error=True, cutter_jam=True)),
        (b"\x14\x40\x03\x0f", PrinterState(hot=True, paper_low=True)),
    ],
)
def test_pushed_status_is_read(raw: bytes, state: PrinterState) -> None:
    assert Answers().feed(raw) == [Pushed(raw, state)]


def test_states_told_apart_are_put_together() -> None:
    both = PrinterState(paper_low=True) | PrinterState(cover_open=True, offline=True)
    assert both == PrinterState(paper_low=True, cover_open=True, offline=True)
