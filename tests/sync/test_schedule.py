"""When the next exchange is due, whatever happens to the link."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sync.schedule import (
    ASKED_LONGEST,
    DEBOUNCE,
    FIRST_PUSH,
    LARGEST_PUSH,
    LONGEST,
    PROVEN,
    QUIET_LONGEST,
    SHORTEST,
    SMALLEST_PUSH,
    PushBudget,
    Schedule,
)


class Hand:
    """A clock that is moved by hand, and dice that fall where they are told."""

    def __init__(self, share: float = 1.0) -> None:
        self.time = 1000.0
        self.share = share

    def now(self) -> float:
        return self.time

    def draw(self, low: float, high: float) -> float:
        assert low <= high
        return low + (high - low) * self.share

    def schedule(self) -> Schedule:
        return Schedule(self.now, self.draw)


def test_the_first_exchange_is_due_at_once() -> None:
    assert Hand().schedule().wait == 0


def test_failures_wait_longer_and_longer_up_to_a_quarter_of_an_hour() -> None:
    schedule = Hand().schedule()
    waits = []
    for _ in range(12):
        schedule.failed()
        waits.append(schedule.wait)
    assert waits[:4] == [10, 20, 40, 80]
    assert waits == sorted(waits) and waits[-1] == LONGEST


@given(st.integers(1, 400), st.floats(0, 1))
def test_the_jitter_is_full(failures: int, share: float) -> None:
    schedule = Hand(share).schedule()
    for _ in range(failures):
        schedule.failed()
    assert SHORTEST <= schedule.wait <= LONGEST


@given(st.integers(-10, 10**9), st.floats(0, 1))
def test_what_the_server_asks_for_is_obeyed_up_to_an_hour(asked: int, share: float) -> None:
    schedule = Hand(share).schedule()
    schedule.failed(asked)
    wanted = min(max(asked, 0), ASKED_LONGEST)
    assert wanted <= schedule.wait <= wanted + SHORTEST


def test_the_officer_need_not_wait() -> None:
    schedule = Hand().schedule()
    for _ in range(9):
        schedule.failed()
    schedule.at_once()
    assert schedule.wait == 0


def test_an_act_goes_soon_when_the_link_is_good_and_in_its_turn_when_not() -> None:
    hand = Hand()
    schedule = hand.schedule()
    schedule.prove()
    schedule.worked(moved=False)
    schedule.acted()
    assert schedule.wait == DEBOUNCE
    hand.time += 1.0
    schedule.acted()
    assert schedule.wait == DEBOUNCE - 1, "more acts do not push it away"
    for _ in range(5):
        schedule.failed()
    before = schedule.wait
    schedule.acted()
    assert schedule.wait == before


def test_an_act_does_not_break_into_the_time_central_asked_for() -> None:
    schedule = Hand().schedule()
    schedule.prove()
    schedule.worked(moved=True, wait=60)
    schedule.acted()
    assert schedule.wait == 60


def test_a_link_is_proven_for_ten_minutes_or_until_it_fails() -> None:
    hand = Hand()
    schedule = hand.schedule()
    assert not schedule.proven
    schedule.prove()
    hand.time += PROVEN - 1
    assert schedule.proven and schedule.proven_until == hand.time + 1
    hand.time += 2
    assert not schedule.proven
    schedule.prove()
    schedule.failed()
    assert not schedule.proven


@given(st.lists(st.booleans(), max_size=30), st.floats(0, 1))
def test_a_quiet_link_is_asked_less_often_and_news_bring_it_back(
    moves: list[bool], share: float
) -> None:
    schedule = Hand(share).schedule()
    for moved in moves:
        schedule.worked(moved)
        assert 0 < schedule.wait <= QUIET_LONGEST
    schedule.worked(moved=True)
    assert 10 <= schedule.wait <= 20


@given(st.lists(st.sampled_from(["arrived", "nothing", "some"]), max_size=60))
def test_a_push_stays_between_its_bounds(events: list[str]) -> None:
    budget = PushBudget()
    assert budget.bytes == FIRST_PUSH
    for event in events:
        before = budget.bytes
        if event == "arrived":
            budget.arrived()
        else:
            budget.was_cut()
            budget.probed(took_some=event == "some")
        expected = {"arrived": before * 2, "nothing": before // 2, "some": before}[event]
        assert budget.bytes == min(max(expected, SMALLEST_PUSH), LARGEST_PUSH)


def test_a_probe_without_a_cut_before_changes_nothing() -> None:
    budget = PushBudget()
    budget.probed(took_some=False)
    assert budget.bytes == FIRST_PUSH
