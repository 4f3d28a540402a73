"""Files that arrive before their data: received by their card, worked on, entries meet later."""

from __future__ import annotations

from itertools import permutations

import pytest

from kiosk.cases.state import custody
from kiosk.desk.checkup import verify
from kiosk.desk.views import Refusal
from tests.desk.world import ShiftedClock, World, same_after_rebuild


def all_agree(world: World, number: str) -> None:
    states = world.states(number)
    assert len(states) > 1
    assert all(state == states[0] for state in states)
    for desk in world.desks:
        assert verify(desk).bad == ""
        assert same_after_rebuild(desk)


def test_a_file_is_worked_on_before_its_data_arrives(world: World) -> None:
    (number,) = world.take_in(1)
    batch = world.send("siti", "daftar")
    card = world.desk("RSA").printing.qr_of("K", number)

    dinas = world.sit("andi")
    seen = dinas.work.scan(card)
    # The ward's key is not here yet: the scan says so, and proves nothing.
    assert seen.state == "penerbit-belum-dikenal" and not seen.known
    assert (seen.number, seen.procedure, seen.office) == (number, "kado-camer", "rs:RSA")
    assert [offer.kind for offer in dinas.work.open(number).offers] == ["terima"]
    warning = dinas.files.receive(number, batch, seen.procedure)
    assert "belum tiba" in warning
    state = dinas.core.known(number)
    assert (state.status, state.step, state.holder_officer) == ("menunggu-data", "", "andi")
    assert {offer.step for offer in dinas.work.open(number).offers} >= {"2"}
    dinas.files.record(number, "dientri", {"siak_ref": "S-1"}, seen="2")
    world.do("rina", number, "diparaf")
    assert dinas.core.known(number).step == "4"

    world.meet()
    all_agree(world, number)
    state = dinas.core.known(number)
    assert (state.status, state.step) == ("berjalan", "4")
    assert state.values["anak_nama"]
    first = custody(state)[0]
    assert (first.given_by, first.taken_by) == ("siti", "andi")
    assert dinas.work.scan(card).state == "sah"


def test_where_a_card_goes_is_not_guessed_before_the_application_arrives(world: World) -> None:
    (number,) = world.take_in(1)
    world.send("siti", "daftar")
    dinas = world.sit("andi")
    dinas.files.receive(number, "", "kado-camer")
    with pytest.raises(Refusal, match="belum tiba"):
        dinas.files.record(number, "tidak-ada", {}, seen="99")
    dinas.files.record(number, "dientri", {"siak_ref": "S-1"}, seen="2")
    world.do("rina", number, "diparaf")
    world.do("hendra", number, "diparaf")
    world.do("andi", number, "ditandatangani")
    world.do("andi", number, "gagal-kirim", alasan="-x-")
    world.do("doni", number, "dicetak", blanko="K1")
    world.sit("wati").files.receive(number)
    assert dinas.batches.ready() == []
    for target in ("dinas", "uptd:14.71.10"):
        with pytest.raises(Refusal, match="belum tiba"):
            dinas.batches.hand_over("rekap", target, [number], 1)
    assert dinas.core.known(number).step == "8"
    world.meet()
    (group,) = dinas.batches.ready()
    assert group.target == "uptd:14.71.10"
    all_agree(world, number)


def test_a_file_of_unknown_origin_is_not_sent_back_to_ourselves(world: World) -> None:
    (number,) = world.take_in(1)
    world.send("siti", "daftar")
    dinas = world.sit("andi")
    dinas.files.receive(number, "", "kado-camer")
    dinas.files.record(number, "kembali", {"catatan": "KK belum ada"}, seen="2")
    assert dinas.batches.ready() == []
    with pytest.raises(Refusal, match="belum tiba"):
        dinas.batches.hand_over("bast", "dinas", [number], 1)
    world.meet()
    (group,) = dinas.batches.ready()
    assert (group.kind, group.target) == ("bast", "rs:RSA")


def test_a_number_typed_without_its_procedure_can_be_received_and_shown(world: World) -> None:
    (number,) = world.take_in(1)
    dinas = world.sit("andi")
    dinas.files.receive(number)
    view = dinas.work.open(number)
    assert view.state is not None and view.offers == () and view.why_not
    for paper in ("kartu", "resi"):
        with pytest.raises(Refusal, match="belum tiba"):
            dinas.printing.print_again(paper, number, "hilang")
    with pytest.raises(Refusal, match="belum tiba"):
        dinas.printing.card_text(number)
    assert [row.number for row in dinas.work.rows("kerja", 0, 10)] == [number]
    with pytest.raises(Refusal, match="sudah Anda terima"):
        dinas.files.receive(number)


@pytest.mark.parametrize("order", list(permutations(("RSA", "DKP", "U10"))))
def test_entries_meet_in_every_order(world: World, order: tuple[str, ...]) -> None:
    """Nobody exchanges until all is done; then the kiosks do, one after the other."""
    (number,) = world.take_in(1)
    batch = world.send("siti", "daftar")
    dinas = world.sit("andi")
    dinas.files.receive(number, batch, "kado-camer")
    dinas.files.record(number, "dientri", {"siak_ref": "S-1"}, seen="2")
    world.do("rina", number, "diparaf")
    uptd = world.sit("yuni")
    assert "belum tiba" in uptd.files.receive(number, "", "kado-camer")
    world.meet(*order, rounds=1)
    world.meet(*reversed(order), rounds=2)
    all_agree(world, number)
    assert len(world.states(number)) == 3


def test_a_file_received_by_the_wrong_officer_can_be_put_right(world: World) -> None:
    clock = world.clocks["DKP"] = ShiftedClock()
    (number,) = world.take_in(1)
    world.to_dinas(number)
    world.do("andi", number, "dientri", siak_ref="S-1")
    dinas = world.sit("doni")
    dinas.files.receive(number)  # it was for the kepala seksi
    with pytest.raises(Refusal):
        dinas.files.record(number, "diparaf", {})
    world.sit("rina").files.receive(number)
    clock.shift += 1000
    dinas.files.record(number, "diparaf", {})
    state = dinas.core.known(number)
    assert state.step == "4" and "tanpa serah" in state.flags


def test_a_card_that_lies_with_another_officer_is_not_offered_for_the_batch(world: World) -> None:
    """One card in the wrong hands must not hold up the others of the recap."""
    one, two = world.take_in(1, 2)
    world.to_dinas(one, two)
    world.to_printed(one)
    world.do("andi", two, "dientri", siak_ref="S-1")
    world.do("rina", two, "diparaf")
    world.do("hendra", two, "diparaf")
    world.do("andi", two, "ditandatangani")
    world.do("andi", two, "gagal-kirim", alasan="alamat salah")
    world.do("doni", two, "dicetak", blanko="K2")
    world.sit("andi").files.receive(two)  # it was for distribution
    dinas = world.sit("wati")
    (group,) = dinas.batches.ready()
    assert [row.number for row in group.rows] == [one]
    dinas.batches.hand_over("rekap", group.target, [one], 1)
    dinas.files.receive(two)
    (group,) = dinas.batches.ready()
    assert [row.number for row in group.rows] == [two]


@pytest.mark.parametrize("known", [False, True])
def test_a_file_received_before_its_list_counts_as_received_in_it(
    world: World, known: bool
) -> None:
    """Scanned by its card first, it is in the officer's hands: no difference is opened for it.

    ``known``: its application had arrived, only the handing over had not.
    """
    world.desk("DKP")
    (number,) = world.take_in(1)
    if known:
        world.meet()
    batch = world.send("siti", "daftar")
    dinas = world.sit("andi")
    dinas.files.receive(number, "", "kado-camer")
    world.meet()
    assert dinas.core.known(number).transit is None
    assert [(item.number, item.received) for item in dinas.batches.items(batch)] == [(number, True)]
    assert dinas.batches.one(batch).received == 1
    assert dinas.batches.close(batch, 1) == 0
    assert dinas.cards.exceptions() == []
    world.meet()
    all_agree(world, number)
