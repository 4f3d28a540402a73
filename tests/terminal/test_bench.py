"""The bench's rig: what it sees of a program on a terminal, and how figures are judged."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench.figure import Figure, against, in_turn, p95
from bench.probe import NoAnswer, Probe
from bench.report import table

KEY_TELLER = [sys.executable, str(Path(__file__).with_name("key_teller.py"))]


def test_the_probe_sees_start_keys_and_use_of_a_program() -> None:
    with Probe(KEY_TELLER) as probe:
        assert 0 < probe.until("siap") < 60_000
        assert probe.press(b"\x1b[[B") > 0
        assert "siap f2" in probe.screen()
        assert probe.until("siap f2") == 0
        assert 10 < probe.rss() < 500
        assert probe.cpu() > 1


def test_the_probe_draws_sequences_that_arrive_in_pieces() -> None:
    script = r"printf '\033[>4'; sleep 0.1; printf ';1mbai'; sleep 0.1; printf '\033[5;1Hk'; cat"
    with Probe(["sh", "-c", script]) as probe:
        probe.until("k")
        assert probe.screen().startswith("bai ")


def test_a_program_that_does_not_answer_is_named_with_its_screen() -> None:
    with (
        Probe(["sh", "-c", "echo gagal"]) as probe,
        pytest.raises(NoAnswer, match="ended without 'siap':\ngagal"),
    ):
        probe.until("siap")
    with (
        Probe(["sh", "-c", "stty -echo; echo siap; sleep 9"]) as probe,
        pytest.raises(NoAnswer, match="is silent"),
    ):
        probe.until("siap")
        probe.press(b"x", timeout=0.1)


def test_figures_are_judged_by_ratio_or_by_themselves() -> None:
    assert p95(range(1, 101)) == 95
    assert p95([7]) == 7
    over = against("paint", [3, 9, 4], [2, 2, 2], 1.5)
    assert (over.ours, over.ratio, over.ok) == (4, 2, False)
    assert against("cpu", [3, 9, 4], [2, 2, 2], 1.5, one=min).ok
    assert Figure("search", 99.9, bound=100).ok
    assert not Figure("search", 100.1, bound=100).ok
    lines = table([over, Figure("search", 9.5, bound=100)]).splitlines()
    assert lines[2].split("|")[1:-1] == [
        " paint  ", " 4.0 ms ", "   2.0 ms ", " 2.00x ", "   1.5x ", " NO  ",
    ]  # fmt: skip
    assert len({len(line) for line in lines}) == 1


def test_runs_go_in_turn_after_one_that_does_not_count() -> None:
    order: list[str] = []

    def run(name: str) -> int:
        order.append(name)
        return len(order)

    assert in_turn(3, lambda: run("a"), lambda: run("b")) == ([3, 6, 7], [4, 5, 8])
    assert "".join(order) == "ababbaab"
