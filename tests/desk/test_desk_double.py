"""One card goes out once: refused at one desk, judged by pusat between two."""

from __future__ import annotations

import pytest

from kiosk.desk.checkup import verify
from kiosk.desk.views import Refusal
from tests.desk.world import World


def test_the_same_desk_refuses_at_once(world: World) -> None:
    (number,) = world.take_in(1)
    world.to_uptd(number)
    world.collect("yuni", number)
    uptd = world.desk("U10")
    entries = uptd.core.journal.head().seq
    for officer in ("yuni", "eko"):
        with pytest.raises(Refusal, match="sudah diserahkan") as refused:
            world.collect(officer, number)
        assert "Yuni Astuti" in str(refused.value)
    assert uptd.core.journal.head().seq == entries
    assert "Jangan serahkan lagi" in uptd.cards.already(number)


def test_another_desk_refuses_once_it_has_heard(world: World) -> None:
    (number,) = world.take_in(1)
    world.desk("V10")
    world.to_uptd(number)
    world.collect("yuni", number)
    world.meet()
    with pytest.raises(Refusal, match="sudah diserahkan"):
        world.collect("zul", number)


def test_two_desks_cut_off_get_one_verdict_seen_on_both(world: World) -> None:
    (number,) = world.take_in(1)
    world.desk("V10")
    world.to_uptd(number)
    world.meet()
    assert world.sit("zul").core.known(number).holder_officer == "yuni"
    world.collect("yuni", number)
    world.collect("zul", number)
    # Both think they were first; the later to reach pusat loses.
    world.meet("V10", "U10", "V10", "U10", "DKP", "RSA", rounds=1)
    for code in ("U10", "V10"):
        desk = world.desk(code)
        (note,) = [one for one in desk.cards.exceptions() if one.kind == "ganda"]
        assert note.number == number
        assert note.facts["claim"] == f"kia:{number}"
        winner, loser = note.facts["pemenang"], note.facts["kalah"]
        assert (winner["kiosk"], winner["petugas"]) == ("V10", "zul")
        assert (loser["kiosk"], loser["petugas"]) == ("U10", "yuni")
        assert desk.work.open(number).exceptions
        state = desk.core.known(number)
        assert state.status == "tutup" and "ganda" in state.flags
        assert {line.officer for line in state.claims} == {"yuni", "zul"}
        assert verify(desk).bad == ""
    states = world.states(number)
    assert all(state == states[0] for state in states)
    world.sit("eko").cards.resolve(note.ref, "kartu kedua ditarik kembali")
    world.meet()
    for desk in world.desks:
        assert [one for one in desk.cards.exceptions() if one.kind == "ganda"] == []
        assert not desk.core.known(number).open_exceptions
