"""The field day of MAS RAPID on several kiosks that meet in any order."""

from __future__ import annotations

import itertools
import json

import pytest

from kiosk.cases.state import fold
from kiosk.desk.views import FormRefused, Refusal
from sync.entry import Placed, Spot
from tests.desk.field import (
    inmate,
    results,
    sent_out,
)
from tests.desk.world import World


def test_a_name_is_found_by_any_fragment(field: World):
    parent, _ = sent_out(field, *range(12))
    desk = field.sit("umar")
    one = inmate(7)
    for wanted in (one["Nama"][:9] + " bar", one["NIK"][6:], "bi-0008", "0008/2026"):
        assert [row.name for row in desk.roster.names(parent, "semua", wanted)] == [one["Nama"]]
    assert desk.roster.count(parent, "belum", "%") == 0
    assert desk.roster.count(parent, "belum", "o") == 12 - sum(
        "O" not in inmate(n)["Nama"] for n in range(12)
    )


DAY = (
    ("riko", 0, "direkam"),
    ("riko", 1, "tidak-hadir"),
    ("umar", 1, "direkam-belum-siap"),
    ("umar", 2, "menolak"),
    ("riko", 2, "direkam"),
    ("umar", 2, "direkam"),
    ("riko", 3, "pindah"),
    ("umar", 3, "tidak-hadir"),
)
"""What two tables of one day write offline: who, of whom, what."""


def test_two_kiosks_offline_merge_in_any_order_to_the_same_state(field: World):
    _, numbers = sent_out(field, *range(5))
    for officer, n, outcome in DAY:
        field.sit(officer).roster.record([numbers[n]], outcome, {})
    entries = entries_of(field, numbers)
    orders = itertools.islice(itertools.permutations(range(len(DAY)), 2), 40)
    assert len({folded(field, entries, order) for order in orders}) == 1


def entries_of(world: World, numbers: list[str]) -> list[Placed]:
    """Every entry of these cases that any kiosk has, each once."""
    found: dict[Spot, Placed] = {}
    for desk in world.desks:
        for number in numbers:
            for placed in desk.core.journal.of_case(desk.core.case_key(number)):
                found[placed.spot] = placed
    return list(found.values())


def folded(world: World, entries: list[Placed], order: tuple[int, ...]) -> str:
    """The states of all names, their entries given in an order turned about by ``order``."""
    procedures = world.desk("DKP").core.procedures
    shuffled = [*entries[order[0] :], *entries[: order[0]]]
    shuffled[:: order[1] + 1] = reversed(shuffled[:: order[1] + 1])
    by_case: dict[bytes, list[Placed]] = {}
    for placed in shuffled:
        by_case.setdefault(placed.entry.case, []).append(placed)
    states = [fold(by_case[case], procedures) for case in sorted(by_case)]
    return json.dumps(
        [(one.number, one.step, one.last_outcome, one.flags, len(one.lines)) for one in states]
    )


@pytest.mark.parametrize(
    "rounds",
    [
        (("LAP",), ("LA2",), ("DKP",), ("LAP",), ("LA2",)),
        (("LA2",), ("DKP",), ("LAP",), ("LA2",), ("DKP",)),
        (("DKP",), ("LAP",), ("DKP",), ("LA2",), ("LAP",), ("DKP",)),
    ],
)
def test_after_any_exchange_every_kiosk_shows_the_same_roster(field: World, rounds):
    parent, numbers = sent_out(field, *range(5))
    for officer, n, outcome in DAY:
        field.sit(officer).roster.record([numbers[n]], outcome, {})
    for codes in rounds:
        field.meet(*codes)
    field.meet("LAP", "LA2", "DKP")
    shown = [results(field.desk(code), parent) for code in ("LAP", "LA2", "DKP")]
    assert shown[0] == shown[1] == shown[2]
    by = dict(zip(range(5), (shown[0][number] for number in numbers), strict=True))
    assert by[0] == "Direkam, belum tercetak"
    # A later "recorded" of the other table wins over "absent" and over "refused".
    assert by[1] == "Direkam, belum siap cetak"
    assert by[2] == "Direkam, belum tercetak"
    assert by[4] == ""
    clash = field.desk("DKP").roster.conflicts(parent)
    assert list(clash) == [numbers[2]]
    assert "LA2" in clash[numbers[2]] or "LAP" in clash[numbers[2]]


def test_a_conflict_is_seen_though_one_table_knew_more_of_the_card(field: World):
    """A correction that reached only one table puts its outcome one line further down."""
    parent, (number,) = sent_out(field, 0)
    field.sit("bayu").corrections.correct(number, {"blok": "Z-9"}, "pindah blok")
    field.meet("DKP", "LAP")
    field.sit("riko").roster.record([number], "menolak", {"catatan": "takut"})
    field.sit("umar").roster.record([number], "direkam", {})
    field.meet("LAP", "LA2", "DKP")
    roster = field.desk("DKP").roster
    (shown,) = roster.names(parent)
    assert shown.conflict and roster.conflicts(parent) == {number: shown.conflict}


def test_a_slip_is_taken_back_with_its_reason_and_stays_on_the_card(field: World):
    parent, numbers = sent_out(field, 0, 1)
    desk = field.sit("riko")
    desk.roster.record_day(numbers[0], "direkam", "catatan yang tidak ditanya")
    with pytest.raises(Refusal, match="sudah: Direkam, belum tercetak"):
        desk.roster.record_day(numbers[0], "tidak-hadir")
    with pytest.raises(FormRefused):
        desk.roster.take_back(numbers[0], "  ")
    desk.roster.take_back(numbers[0], "tertekan pada nama di bawahnya")
    state = desk.core.known(numbers[0])
    assert (state.step, state.holder_place) == ("rekam", "lapangan:01")
    assert [line.outcome for line in state.lines if line.act == "hasil"][-2:] == [
        "direkam",
        "salah-catat",
    ]
    assert desk.roster.counts(parent)["belum"] == 2
    with pytest.raises(Refusal):
        desk.roster.take_back(numbers[0], "lagi")
    desk.roster.record([numbers[0]], "direkam", {})
    field.meet("LAP", "DKP")
    with pytest.raises(Refusal, match="Hanya tim"):
        field.sit("dafa").roster.take_back(numbers[0], "salah")
    field.do("doni", numbers[0], "dicetak", blanko="E0001")
    field.meet("DKP", "LAP")
    with pytest.raises(Refusal, match="tidak dapat ditarik"):
        field.sit("riko").roster.take_back(numbers[0], "salah")
