"""Every row of the feeder's state machine, on a modelled printer in virtual time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from drivers.printing.feeder import Feeder, Patience, State
from drivers.printing.unit import Proof, Unit
from drivers.profiles import PROFILES
from drivers.trouble import DeviceGone
from drivers.words import Words, words
from tests.devices.printer_model import ModelPort, Printer, Skills, VirtualTime, Voice
from tests.printing.fault_bench import paper

Q, S, P, T, D, U = State  # QUEUED, SENDING, PAUSED, SENT, PRINTED, UNKNOWN
EPSON = PROFILES["80-epson"]


@dataclass
class Table:
    """A printer, a feeder on it, and everything that was told."""

    proof: Proof = "process"
    skills: Skills = field(default_factory=Skills)
    size: int = 128
    status: tuple[str, ...] = EPSON.status
    address: str = "usb:04b8:0202:1"
    language: str = "escpos"
    told: list[tuple[State, int, str]] = field(default_factory=list)
    acts: dict[State, Callable[[], None]] = field(default_factory=dict)
    owed: int = 0

    def __post_init__(self) -> None:
        self.time = VirtualTime()
        self.printer = Printer(self.time, self.skills, size=self.size)
        visible = not self.address.startswith("serial")
        self.port = ModelPort(self.printer, visible_power=visible)
        profile = replace(EPSON, status=self.status, language=self.language)
        unit = Unit(self.address, profile, self.proof)
        self.feeder = Feeder(self.port, unit, Patience(), self.time, owed=self.owed)
        self.offered: list[bytes] = []
        self.port.watch = self.offered.append

    def tell(self, state: State, taken: int, says: Words | None) -> None:
        self.told.append((state, taken, str(says or "")))
        act = self.acts.pop(state, None)
        if act:
            act()

    def send(self, data: bytes, job: int = 1, stop: Callable[[], bool] = lambda: False) -> State:
        return self.feeder.send(data, job, self.tell, stop)

    def at(self, byte: int, act: Callable[[], None]) -> None:
        """Does it when so many bytes of the first paper have been printed; 26 are the greeting's
        and the 3 more switch the reports on."""
        self.printer.on_printed[byte] = act

    @property
    def states(self) -> list[State]:
        return [state for state, _, _ in self.told]


PAPER = paper(1, 600, 3)
HEAD = 16
"""NULs before the first question or paper on a port."""


@pytest.mark.parametrize(
    ("proof", "last"), [("process", [S, T, D]), ("status", [S, T, D]), ("officer", [S, T])]
)
def test_a_ready_printer(proof: Proof, last: list[State]) -> None:
    table = Table(proof)
    assert table.send(PAPER) == last[-1]
    assert table.states == last and table.told[0][1:] == (0, "")
    assert table.told[-1][1] == len(PAPER)
    table.time.advance(5)
    assert table.printer.papers == [PAPER]


def test_a_second_paper_on_the_same_port_needs_no_greeting() -> None:
    table = Table(size=4096)
    table.send(PAPER)
    table.offered.clear()
    start, taken_at = table.time.now, []
    table.acts[T] = lambda: taken_at.append(table.time.now)
    assert table.send(paper(2, 300, 3), 2) == D
    assert taken_at[0] - start < 0.05
    assert not any(len(data) == 10 and data.endswith(b"bac`") for data in table.offered[:-1])


@pytest.mark.parametrize(
    ("what", "says"), [("paper_out", "Kertas habis"), ("cover_open", "Tutup printer terbuka")]
)
def test_it_goes_on_from_the_exact_byte(what: str, says: str) -> None:
    table = Table()
    table.at(200, lambda: table.printer.set(**{what: True}))
    table.acts[P] = lambda: table.time.after(300, lambda: table.printer.set(**{what: False}))
    assert table.send(PAPER) == D
    assert table.states == [S, P, S, T, D], "told once per reason"
    assert says in table.told[1][2] and 0 < table.told[1][1] < len(PAPER)
    assert table.printer.papers == [PAPER]


def test_an_end_of_paper_after_the_last_byte_is_told_on_sent() -> None:
    table = Table(size=4096)
    table.at(200, lambda: table.printer.set(paper_out=True))
    table.time.after(200, lambda: table.printer.set(paper_out=False))
    assert table.send(PAPER) == D
    assert table.states == [S, T, T, D] and "Kertas habis" in table.told[2][2]
    assert table.printer.papers == [PAPER]


@pytest.mark.parametrize("proof", ["process", "status", "officer"])
@pytest.mark.parametrize("what", ["paper_out", "cover_open", "button", "hot"])
def test_a_printer_that_is_not_ready_gets_nothing(proof: Proof, what: str) -> None:
    table = Table(proof)
    table.printer.set(**{what: True})
    assert table.send(PAPER) == Q
    assert table.states == [Q] and table.told[0][1] == 0 and table.told[0][2]
    assert PAPER not in table.offered
    table.printer.set(**{what: False})
    table.send(PAPER)
    table.time.advance(5)
    assert table.printer.papers == [PAPER]


def test_unplugged_before_the_first_byte() -> None:
    table = Table()
    table.acts[S] = lambda: setattr(table.printer, "gone", True)
    assert table.send(PAPER) == Q and table.states == [S, Q]


def test_unplugged_when_the_first_byte_may_have_left() -> None:
    table = Table("officer", status=())

    def lost(_data: bytes, _seconds: float) -> int:
        raise DeviceGone(words("Printer terputus."), maybe_taken=True)

    table.acts[S] = lambda: setattr(table.port, "write", lost)
    assert table.send(PAPER) == U and table.told[-1] == (U, 0, "Printer terputus.")


@pytest.mark.parametrize("at", [1, 50, 300, len(PAPER)])
def test_unplugged_in_the_middle(at: int) -> None:
    table = Table("officer", status=())
    table.port.at_received[HEAD + at] = lambda: setattr(table.printer, "gone", True)
    assert table.send(PAPER) == U and table.states[-1] == U


def test_a_stall_without_a_reason() -> None:
    table = Table()
    table.port.at_received[200] = lambda: table.printer.set(stalled=True)
    table.acts[P] = lambda: table.time.after(500, lambda: table.printer.set(stalled=False))
    assert table.send(PAPER) == D and table.states == [S, P, S, T, D]
    assert "tidak menerima data" in table.told[1][2]
    assert table.printer.papers == [PAPER]


def test_hands_that_never_come() -> None:
    table = Table()
    table.at(200, lambda: table.printer.set(paper_out=True))
    assert table.send(PAPER) == U and table.states == [S, P, U]
    assert 600 < table.time.now < 620


def test_the_timer_runs_on_no_progress() -> None:
    table = Table("officer", status=(), size=8)
    table.acts[S] = lambda: setattr(table.printer, "rate", 0.1)
    assert table.send(PAPER) == T
    assert table.time.now > 3600, "an hour and more, a byte every ten seconds"
    assert U not in table.states


def test_nothing_taken_for_long_is_queued() -> None:
    table = Table("officer", status=())
    table.acts[S] = lambda: table.printer.set(stalled=True)
    assert table.send(PAPER) == Q and table.states == [S, Q]


def test_not_even_the_nuls_before_a_paper_are_taken() -> None:
    table = Table("officer", status=())
    table.printer.set(stalled=True)
    assert table.send(PAPER) == Q and table.states == [Q] and PAPER not in table.offered


def test_no_proof_comes() -> None:
    table = Table()
    table.acts[T] = lambda: setattr(table.printer, "skills", Skills(gs_h=False))
    assert table.send(PAPER) == U and table.states == [S, T, U]
    assert 60 < table.time.now < 70


@pytest.mark.parametrize("proof", ["process", "status", "officer"])
def test_the_officer_stops_it(proof: Proof) -> None:
    table = Table(proof)
    stop = threading.Event()
    stop.set()
    assert table.feeder.send(PAPER, 1, table.tell, stop) == Q and not table.printer.received
    stop.clear()
    table.printer.rate = 100
    table.at(200, stop.set)
    assert table.feeder.send(PAPER, 1, table.tell, stop) == U
    assert table.told[-1][1] < len(PAPER) and "dihentikan" in table.told[-1][2]


def test_the_officer_stops_the_wait_for_the_proof() -> None:
    table = Table(size=4096)
    stop = threading.Event()
    table.printer.rate = 100
    table.acts[T] = stop.set
    assert table.feeder.send(PAPER, 1, table.tell, stop) == U and table.states == [S, T, U]


@pytest.mark.parametrize("state", [S, P, T, D])
def test_what_tell_raises_passes_and_nothing_follows(state: State) -> None:
    table = Table()
    table.at(200, lambda: table.printer.set(paper_out=True))
    table.acts[P] = lambda: table.time.after(30, lambda: table.printer.set(paper_out=False))
    offered: list[int] = []

    def full() -> None:
        offered.append(len(table.offered))
        raise OSError("disk full")

    table.acts[state] = full
    with pytest.raises(OSError, match="disk full"):
        table.send(PAPER)
    assert offered == [len(table.offered)] and table.told[-1][0] == state


def test_an_answer_for_another_job_is_stale() -> None:
    table = Table(size=4096)
    table.acts[T] = lambda: (
        table.printer.set(paper_out=True) or table.printer._say(b'7"@@@B\x007"@@@@\x00')
    )
    assert table.send(PAPER) == U and not table.printer.papers


def test_a_printer_that_was_off_and_on_again_proves_nothing() -> None:
    table = Table(size=4096)
    table.acts[T] = lambda: table.printer._say(b"\x3b\x31\x00")
    assert table.send(PAPER) == U and "sempat mati" in table.told[-1][2]


def test_a_serial_printer_that_was_silent_proves_nothing() -> None:
    table = Table(address="serial:/dev/ttyS9", status=())
    table.port.at_received[200] = lambda: (
        table.printer.cut_power(),
        table.time.after(5, table.printer.power_up),
    )
    assert table.send(PAPER) == U and table.printer.papers != [PAPER]


def test_a_serial_printer_that_said_why_is_believed() -> None:
    table = Table(address="serial:/dev/ttyS9")
    table.at(200, lambda: table.printer.set(paper_out=True))
    table.acts[P] = lambda: table.time.after(300, lambda: table.printer.set(paper_out=False))
    assert table.send(PAPER) == D and table.printer.papers == [PAPER]


def test_paper_status_is_asked_again_after_a_fault() -> None:
    table = Table("status", size=4096)
    start = HEAD + 3 + 3 + len(PAPER) + 3
    table.at(start, lambda: table.printer.set(paper_out=True))
    table.time.after(100, lambda: table.printer.set(paper_out=False))
    assert table.send(PAPER) == D and table.time.now > 100
    assert any("Kertas habis" in says for _, _, says in table.told)


@pytest.mark.parametrize("voice", ["mute", "echo", "garbage", "constant", "babble"])
@pytest.mark.parametrize("proof", ["process", "status"])
def test_noise_is_no_proof(proof: Proof, voice: Voice) -> None:
    table = Table(proof, Skills(voice=voice))
    assert table.send(PAPER) == Q, "what does not answer the greeting gets no paper"
    table = Table(proof, size=4096)
    table.acts[T] = lambda: (
        table.printer.set(paper_out=True),
        setattr(table.printer, "skills", Skills(voice=voice)),
    )
    assert table.send(PAPER) == U and not table.printer.papers


def test_a_matrix_printer_gets_its_bytes_alone() -> None:
    table = Table("process", language="escp", status=())
    assert table.send(PAPER) == T and b"".join(table.offered).startswith(PAPER)
    assert table.printer.received == len(PAPER)


@pytest.mark.parametrize("again", [0.05, 0.41, 0.45, 0.49, 0.6])
def test_an_answer_owed_to_a_greeting_is_no_proof(again: float) -> None:
    table = Table("status", size=8192, status=("dle_eot",))
    question = HEAD + 4 * 3 + 3

    def open_for(seconds: float) -> None:
        table.printer.set(cover_open=True)
        table.time.after(seconds, lambda: table.printer.set(cover_open=False))

    table.at(question - 1, lambda: open_for(2.5))
    table.at(question + 1, lambda: open_for(again))
    pieces: list[int] = []
    table.acts[D] = lambda: pieces.append(len(table.printer.papers))
    if table.send(PAPER) == Q:
        table.time.advance(5)
        assert table.send(PAPER) == D
    assert table.printer.received > 4096, "greeted again and again behind the open cover"
    assert pieces == [1]


def test_more_answers_than_questions_prove_nothing() -> None:
    table = Table("status", size=4096)
    table.printer.rate = 400
    table.acts[T] = lambda: table.printer._say(b"\0\0")
    assert table.send(PAPER) == U and not table.printer.papers


def test_an_answer_just_before_a_fault_proves_nothing() -> None:
    table = Table("status", size=4096)
    table.acts[T] = lambda: table.at(
        table.printer.received + 3, lambda: table.printer.set(paper_out=True)
    )
    table.time.after(100, lambda: table.printer.set(paper_out=False))
    assert table.send(PAPER) == D and table.time.now > 100


def test_a_question_half_taken_is_ended_before_the_paper() -> None:
    table = Table(size=4096)
    table.send(PAPER)
    short = table.printer.received + 2
    table.port.at_received[short] = lambda: setattr(table.port, "short", True)
    second = paper(2, 300, 3)
    assert table.send(second, 2) == D
    assert table.printer.papers == [PAPER, second]


@pytest.mark.parametrize("status", [(), EPSON.status])
@pytest.mark.parametrize("proof", ["process", "status", "officer"])
def test_a_torn_head_does_not_grow_into_a_picture_without_end(
    proof: Proof, status: tuple[str, ...]
) -> None:
    for torn in (
        b"\x1b",
        b"\x1d",
        b"\x1dv",
        b"\x1dv0\x00\x10",
        b"\x1d(k",
        b"\x1d(k\x10",
        b"\x1d(H\6",
    ):
        table = Table(proof, status=status)
        table.printer.out(b"\x1b@" + torn)
        table.time.advance(1)
        table.send(PAPER)
        table.time.advance(5)
        (piece,) = table.printer.papers
        assert piece.endswith(PAPER)


def test_a_torn_picture_does_not_take_the_next_paper() -> None:
    torn = b"\x1b@\x1dv0\x00\x10\x00\x40\x00" + b"\xaa" * 100
    for proof in ("process", "status", "officer"):
        table = Table(proof, owed=1024 if proof == "officer" else 0)
        table.printer.out(torn)
        table.time.advance(1)
        table.send(PAPER)
        table.time.advance(5)
        (piece,) = table.printer.papers
        assert piece.endswith(PAPER)
