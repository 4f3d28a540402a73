"""A card at an office that it is not for: told, sent on, or handed over with another's word."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config.settings import load
from kiosk.desk.cards import NeedsApproval
from kiosk.desk.desk import Desk
from kiosk.desk.setup import found
from kiosk.desk.views import Refusal
from kiosk.training import Place
from sync.central.admit import admit
from tests.desk.world import PINS, World, birth

SUKAJADI = Place("U01", "uptd", "uptd:14.71.01", "UPTD Sukajadi", ())
NIK = "1471104506920001"


def open_sukajadi(world: World) -> None:
    """A second UPTD, of another kecamatan, with the officers of the first."""
    home = world.folder(SUKAJADI.code)
    like = load(world.folder("U10"))
    found(home, replace(like, code="U01", name=SUKAJADI.name, address=SUKAJADI.address))
    desk = Desk.open(home)
    admit(
        world.home / "pusat",
        "U01",
        SUKAJADI.name,
        SUKAJADI.address,
        desk.front.keys.device().public,
    )
    for card in world.desk("U10").front.officers():
        desk.session.enrol(card, card.hint)
    desk.close()


def sit_at_sukajadi(world: World) -> Desk:
    desk = world.desk("U01")
    desk.session.login("yuni", PINS["yuni"])
    return desk


def printed(world: World, n: int, kelurahan: str) -> str:
    """A card that lies with distribution; gives its number."""
    ward = world.sit("siti")
    (made,) = ward.intake.submit("kado-camer", birth(n, kelurahan=kelurahan))
    world.to_dinas(made.number)
    world.to_printed(made.number)
    return made.number


def gone_astray(world: World) -> str:
    """A card for Sukajadi that lies at Tenayan Raya, received there by its number."""
    open_sukajadi(world)
    number = printed(world, 1, "14.71.01.1002")
    dinas = world.sit("wati")
    (group,) = dinas.batches.ready()
    assert (group.kind, group.target) == ("rekap", SUKAJADI.address)
    dinas.batches.hand_over("rekap", SUKAJADI.address, [number], 1)
    uptd = world.sit("yuni")
    assert "belum tiba" in uptd.files.receive(number)
    world.meet("DKP", "U10", "U01")
    return number


def test_the_office_that_has_it_sends_it_on_and_every_office_sees_where_it_is(
    world: World,
) -> None:
    number = gone_astray(world)
    uptd = world.sit("yuni")
    assert "Sukajadi" in uptd.cards.astray(number) and "F4" in uptd.cards.astray(number)
    for desk in (world.desk("DKP"), world.desk("U01")):
        told = desk.cards.astray(number)
        assert "Tenayan Raya" in told and "Sukajadi" in told
    assert [row.wait_place for row in world.desk("U01").work.search(number)] == ["uptd:14.71.10"]
    assert "Teruskan ke UPTD lain" in [offer.label for offer in uptd.work.open(number).offers]
    (group,) = uptd.batches.ready()
    assert (group.kind, group.target, group.items) == ("rekap", SUKAJADI.address, ("kia",))
    rekap = uptd.batches.hand_over("rekap", SUKAJADI.address, [number], 1)
    world.meet("U10", "U01", "DKP")
    other = sit_at_sukajadi(world)
    other.batches.receive_rest(rekap, 1)
    assert other.batches.close(rekap, 1) == 0
    assert other.cards.astray(number) == ""
    assert "Teruskan ke UPTD lain" not in [o.label for o in other.work.open(number).offers]
    assert [group.kind for group in other.batches.ready()] == []
    with pytest.raises(Refusal):
        other.batches.hand_over("rekap", SUKAJADI.address, [number], 1)
    mother = other.cards.parents(number)[0]
    papers = other.core.policy.default.papers
    other.cards.hand_over(number, "orang_tua", {"nama": mother, "nik": NIK}, papers)
    world.meet("U01", "DKP", "U10", "RSA")
    assert {state.status for state in world.states(number)} == {"tutup"}


def test_a_card_of_another_office_is_handed_over_only_with_a_supervisors_word(
    world: World,
) -> None:
    number = gone_astray(world)
    uptd = world.sit("yuni")
    card = uptd.cards.collection(number)
    assert "Sukajadi" in card.astray and card.taken == ""
    collector = {"nama": card.parents[0], "nik": NIK}
    papers = uptd.core.policy.default.papers
    with pytest.raises(Refusal, match=r"Sukajadi.*alasan"):
        uptd.cards.hand_over(number, "orang_tua", collector, papers)
    collector["alasan"] = "Ibu datang jauh, kartu ada di sini"
    with pytest.raises(NeedsApproval, match="Bukan tempat pengambilannya: perlu PIN"):
        uptd.cards.hand_over(number, "orang_tua", collector, papers)
    approval = uptd.cards.approve(number, "eko", PINS["eko"])
    uptd.cards.hand_over(number, "orang_tua", collector, papers, approval)
    (line,) = uptd.core.known(number).claims
    assert (line.isi["penyimpangan"], line.isi["disetujui"]) == (
        "Bukan tempat pengambilannya",
        "eko",
    )
    assert uptd.cards.astray(number) == ""


def test_a_card_at_its_own_office_is_not_sent_on(world: World) -> None:
    (number,) = world.take_in(1)
    world.to_uptd(number)
    uptd = world.sit("yuni")
    assert uptd.cards.astray(number) == ""
    assert uptd.batches.ready() == []
    assert "Teruskan ke UPTD lain" not in [offer.label for offer in uptd.work.open(number).offers]
    world.meet()
    assert world.desk("DKP").cards.astray(number) == ""


def test_a_foreign_card_in_a_batch_is_marked_and_counts_as_a_difference(world: World) -> None:
    open_sukajadi(world)
    mine, other = printed(world, 1, "14.71.10.1004"), printed(world, 2, "14.71.01.1002")
    dinas = world.sit("wati")
    rekap = dinas.batches.hand_over("rekap", "uptd:14.71.10", [mine], 1)
    missing = dinas.batches.hand_over("rekap", SUKAJADI.address, [other], 1)
    world.meet("DKP", "U10", "U01")
    uptd = world.sit("yuni")
    for number in (mine, other):
        uptd.files.receive(number, rekap)
    assert uptd.batches.close(rekap, 2) == 1
    world.meet("U10", "DKP", "U01")
    marks = {item.number: (item.expected, item.astray) for item in uptd.batches.items(rekap)}
    assert marks == {mine: (True, False), other: (False, True)}
    assert sit_at_sukajadi(world).batches.close(missing, 0) == 1


def test_a_corrected_kelurahan_sends_the_card_on(world: World) -> None:
    (number,) = world.take_in(1)
    world.to_uptd(number)
    uptd = world.sit("yuni")
    values = dict(uptd.core.known(number).values) | {"kelurahan": "14.71.01.1002"}
    uptd.corrections.correct(number, values, "Pindah rumah, KK baru diperlihatkan")
    assert "Sukajadi" in uptd.cards.astray(number)
    (group,) = uptd.batches.ready()
    assert (group.kind, group.target) == ("rekap", SUKAJADI.address)
    uptd.batches.hand_over("rekap", SUKAJADI.address, [number], 1)
    assert uptd.cards.astray(number) == ""
