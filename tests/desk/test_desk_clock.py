"""Clocks that are wrong: the card keeps its order, the numbers stay unique, the offset is told."""

from __future__ import annotations

import pytest

from kiosk.clock import DeviceClock
from kiosk.desk.checkup import verify
from kiosk.desk.views import FormRefused, Refusal
from tests.desk.world import ShiftedClock, World, birth

DAY = 24 * 3600 * 1000
YEAR = 365 * DAY


@pytest.mark.parametrize("shift", [-6 * YEAR, 9 * YEAR])
def test_a_dinas_whose_clock_is_years_off_keeps_the_order_of_the_card(
    world: World, shift: int
) -> None:
    world.clocks["DKP"] = ShiftedClock(shift)
    (number,) = world.take_in(1)
    world.to_uptd(number)
    world.collect("yuni", number)
    world.meet()
    states = world.states(number)
    assert all(state == states[0] for state in states) and states[0].flags == ()
    steps = [line.step for line in states[0].lines if line.act == "hasil"]
    assert steps == ["1", "2", "3", "4", "5", "6", "7", "8", "9"]
    for desk in world.desks:
        assert verify(desk).bad == ""
    offset = world.desk("DKP").link.state().clock_offset
    assert offset is not None and abs(offset - shift) < 60_000
    right = world.desk("RSA").link.state().clock_offset
    assert right is not None and abs(right) < 60_000


def test_a_clock_moved_back_between_acts_changes_no_order(world: World) -> None:
    clock = ShiftedClock()
    world.clocks["DKP"] = clock
    (number,) = world.take_in(1)
    world.to_dinas(number)
    for officer, outcome, values in (
        ("andi", "dientri", {"siak_ref": "S"}),
        ("rina", "diparaf", {}),
        ("hendra", "diparaf", {}),
    ):
        clock.shift -= 400 * DAY
        world.do(officer, number, outcome, **values)
    world.meet()
    state = world.desk("RSA").core.known(number)
    assert state == world.desk("DKP").core.known(number)
    assert [line.line for line in state.lines] == list(range(1, len(state.lines) + 1))
    assert (state.step, state.flags) == ("5", ())
    assert verify(world.desk("DKP")).bad == ""


def test_numbers_are_never_given_twice_whatever_the_clock_does(offline: World) -> None:
    clock = ShiftedClock()
    offline.clocks["RSA"] = clock
    ward = offline.sit("siti")
    born = birth(1, ward.intake.today(), anak_tgl_lahir="2019-01-01")
    numbers: list[str] = []
    for shift in (0, -2 * DAY, 0, DAY, -2 * DAY, 0):
        clock.shift = shift
        numbers += [one.number for one in ward.intake.submit("kado-camer", born)]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("year", [1970, 1999, 2101])
def test_a_clock_without_a_battery_is_told_before_a_number_is_made(
    offline: World, year: int
) -> None:
    now = DeviceClock.of_this_machine().now()
    offline.clocks["RSA"] = ShiftedClock((year - 1970) * YEAR + 30 * DAY - now)
    ward = offline.sit("siti")
    born = birth(1, anak_tgl_lahir="1960-01-01", ibu_tgl_lahir="1935-01-01")
    born |= {"ayah_tgl_lahir": "1935-01-01"}
    with pytest.raises(Refusal, match="Jam kiosk") as refused:
        ward.intake.submit("kado-camer", born)
    assert not isinstance(refused.value, FormRefused)
    assert ward.work.count("semua") == 0
    assert not ward.core.db.in_transaction
