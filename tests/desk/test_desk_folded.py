"""What only the fold finds between entries stands in the read tables too, as the fold has it."""

from __future__ import annotations

from kiosk.cases.resi import case_id
from kiosk.desk.ledger import Act
from tests.desk.world import World, birth, same_after_rebuild


def test_two_applications_under_one_number_are_an_exception_to_settle_on_f9(offline: World):
    (number,) = offline.take_in(1)
    ward = offline.sit("siti")
    data = {"nomor": number, "prosedur": "kado-camer", "isi": birth(2)}
    with ward.core.ledger.transaction():
        ward.core.ledger.write(ward.core.hand(), Act(case_id(number), "permohonan", "1", data=data))
    (row,) = ward.cards.exceptions()
    assert (row.kind, row.number) == ("nomor-ganda", number)
    assert row.facts["permohonan kedua"] == birth(2)["anak_nama"]
    assert ward.work.open(number).exceptions == (row,)
    assert same_after_rebuild(ward)
    ward.cards.resolve(row.ref, "yang kedua didaftarkan lagi")
    assert ward.cards.exceptions() == [] and ward.core.known(number).open_exceptions == []
    assert same_after_rebuild(ward)


def test_a_list_is_received_by_whom_the_cards_two_paraf_name_when_all_of_them_are_here(
    world: World,
):
    """The UPTD takes a card whose entries it has not; at the dinas somebody took it back before."""
    (number,) = world.take_in(1)
    world.to_dinas(number)
    world.to_printed(number)
    rekap = world.send("wati", "rekap", [number])
    world.meet("DKP", rounds=1)
    world.sit("yuni").files.receive(number)
    world.meet("U10", rounds=1)
    world.meet("RSA", rounds=2)
    ward = world.desk("RSA")
    received = "SELECT officer FROM batch_received WHERE batch=?"
    assert ward.core.db.execute(received, (rekap,)).fetchall() == [("yuni",)]
    world.sit("rina").files.receive(number)
    world.meet("DKP", rounds=1)
    world.meet("RSA", rounds=2)
    assert same_after_rebuild(ward)
    assert ward.core.state(number) == world.desk("DKP").core.state(number)
