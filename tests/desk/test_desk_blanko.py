"""The blanko ledger through the desks: two places, and cases that use cards up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from config.settings import load, save
from kiosk.cases.blanko import total
from kiosk.cases.blanko_moves import DIFFERENCE
from kiosk.desk import purge as purging
from kiosk.desk.blanko import Blanko
from kiosk.desk.checkup import fingerprint, rebuild, verify
from kiosk.desk.desk import Desk
from kiosk.desk.purge import DAY_MS, purge
from kiosk.desk.views import FormRefused, Refusal
from kiosk.papers.pemusnahan import Destruction, Witness
from tests.desk.world import World

DINAS, UPTD = "dinas", "uptd:14.71.10"
SEEN = Destruction(
    "Halaman belakang", "dibakar", (Witness("Amir", "Satpol PP"), Witness("Beni", "Inspektorat"))
)


def line(desk: Desk, place: str = "", kind: str = "kia"):
    wanted = place or desk.settings.address
    (found,) = [one for one in desk.blanko.balances() if (one.kind, one.place) == (kind, wanted)]
    return found


def refused(call: Callable[[], object], key: str) -> str:
    with pytest.raises(FormRefused) as error:
        call()
    found = error.value.findings[0]
    assert (found.level, found.key) == ("tolak", key), found
    return found.says


def both(world: World) -> Blanko:
    """The dinas and the UPTD have heard of each other; distribution sits at the dinas."""
    world.desk("U10")
    desk = world.sit("wati")
    world.meet("DKP", "U10")
    return desk.blanko


def papers(desk: Desk) -> dict[str, str]:
    return {job.paper: desk.printing.preview(job.id) for job in desk.printing.jobs()}


def test_what_comes_is_written_down_with_its_letter(offline: World) -> None:
    desk = offline.sit("doni").blanko
    desk.receive("kia", 500, "Ditjen Dukcapil", "471/99", "K0001", "K0500")
    now = line(offline.desk("DKP"))
    assert (now.received, now.left, now.low) == (500, 500, False)
    assert line(offline.desk("DKP"), kind="ktp").low
    (row,) = desk.moves("kia", DINAS)
    assert (row.move.serial, row.move.number) == ("K0001-K0500", "471/99")
    again = lambda: desk.receive("kia", 500, "Ditjen Dukcapil", "471/99", "K0001", "K0500")  # noqa: E731
    assert "sudah dicatat" in refused(again, "surat")
    assert "500 keping" in refused(
        lambda: desk.receive("kia", 400, "Ditjen", "1", "K0001", "K0500"), "seri_akhir"
    )
    refused(lambda: desk.receive("kia", 1, "Ditjen", "1", "K1", ""), "seri_akhir")
    refused(lambda: desk.receive("kia", 0, "Ditjen", "1"), "jumlah")
    refused(lambda: desk.receive("kia", 5, " ", "1"), "dari")
    refused(lambda: desk.receive("kia", 5, "Ditjen", ""), "surat")
    refused(lambda: desk.receive("akta", 5, "Ditjen", "2"), "jenis")
    with pytest.raises(Refusal, match="Blanko dicatat oleh"):
        offline.sit("rina").blanko.receive("kia", 5, "Ditjen", "3")
    assert line(offline.desk("DKP")).received == 500


def test_a_transfer_is_counted_in_and_both_places_agree(world: World) -> None:
    dinas = both(world)
    dinas.receive("kia", 300, "Ditjen Dukcapil", "1")
    assert dinas.targets()
    refused(lambda: dinas.transfer("kia", "uptd:99", 10), "ke")
    refused(lambda: dinas.transfer("kia", DINAS, 10), "ke")
    number = dinas.transfer("kia", UPTD, 100, "K1", "K100", "untuk bulan ini")
    assert number[12] == "T"
    assert (line(world.desk("DKP")).left, line(world.desk("DKP")).in_transit) == (200, 100)
    letter = papers(world.desk("DKP"))["kirim-blanko"]
    assert "100 (seratus) keping" in letter and number in letter and "K1-K100" in letter
    world.meet("DKP", "U10")
    uptd = world.sit("yuni").blanko
    (coming,) = uptd.incoming()
    assert (coming.number, coming.sent, line(world.desk("U10")).coming) == (number, 100, 100)
    assert uptd.count_in(number.lower(), 100) == 0
    assert line(world.desk("U10")).left == 100 and not uptd.incoming()
    with pytest.raises(Refusal, match="sudah dihitung"):
        uptd.count_in(number, 100)
    world.meet("U10", "DKP")
    rows = world.desk("DKP").blanko.balances()
    assert {(one.place, one.left) for one in rows if one.kind == "kia"} == {
        (DINAS, 200),
        (UPTD, 100),
    }
    assert total(rows, "kia").holds and not world.desk("DKP").blanko.differences()
    # A place that is not the dinas shows only what it knows wholly.
    assert {one.place for one in world.desk("U10").blanko.balances()} == {UPTD}
    assert not world.desk("U10").cards.exceptions()


@pytest.mark.parametrize(
    ("way", "left"), [("jalan", (200, 97)), ("pengirim", (203, 97)), ("penerima", (200, 100))]
)
def test_a_short_count_is_open_until_a_supervisor_settles_it(
    world: World, way: str, left: tuple[int, int]
) -> None:
    dinas = both(world)
    dinas.receive("kia", 300, "Ditjen Dukcapil", "1")
    number = dinas.transfer("kia", UPTD, 100)
    world.meet("DKP", "U10")
    assert world.sit("yuni").blanko.count_in(number, 97) == 3
    world.meet("U10", "DKP")
    for code in ("DKP", "U10"):
        (note,) = world.desk(code).cards.exceptions()
        assert note.kind == DIFFERENCE and note.number == number
        (one,) = world.desk(code).blanko.differences()
        assert (one.about, one.book, one.counted, one.now) == (number, 100, 97, -3)
    assert line(world.desk("DKP")).missing == 3
    with pytest.raises(Refusal, match="F9, Blanko"):
        world.sit("bayu").cards.resolve(world.desk("DKP").cards.exceptions()[0].ref, "sudah")
    with pytest.raises(Refusal, match="supervisor"):
        world.sit("wati").blanko.settle(number, "entah", way)
    boss = world.sit("bayu").blanko
    with pytest.raises(Refusal, match="di mana"):
        boss.settle(number, "entah")
    with pytest.raises(Refusal, match="sebab"):
        boss.settle(number, " ", way)
    boss.settle(number, "dihitung ulang bersama", way)
    with pytest.raises(Refusal, match="sudah diselesaikan"):
        boss.settle(number, "sekali lagi", way)
    world.meet("DKP", "U10")
    for code in ("DKP", "U10"):
        assert not world.desk(code).cards.exceptions()
        assert not world.desk(code).blanko.differences()
    assert (line(world.desk("DKP")).left, line(world.desk("U10")).left) == left
    assert total(world.desk("DKP").blanko.balances(), "kia").holds


def test_of_two_countings_in_the_first_holds_and_the_other_is_told(world: World) -> None:
    world.desk("V10")
    dinas = both(world)
    world.meet("V10")
    number = dinas.transfer("kia", UPTD, 100)
    world.meet("DKP", "U10", "V10")
    assert world.sit("yuni").blanko.count_in(number, 100) == 0
    assert world.sit("zul").blanko.count_in(number, 99) == 1
    world.meet("U10", "V10", "DKP")
    assert line(world.desk("DKP"), UPTD).left == 100 and not dinas.differences()
    (note,) = world.desk("DKP").cards.exceptions()
    world.sit("bayu").cards.resolve(note.ref, "dihitung dua kali; yuni lebih dahulu")
    assert not world.desk("DKP").cards.exceptions()


def test_a_parcel_that_overtakes_its_news_is_counted_by_its_letter(world: World) -> None:
    dinas = both(world)
    dinas.receive("kia", 300, "Ditjen Dukcapil", "1")
    number = dinas.transfer("kia", UPTD, 100)
    uptd = world.sit("yuni").blanko
    refused(lambda: uptd.count_in(number, 100, "kia", 0, DINAS), "tertulis")
    refused(lambda: uptd.count_in(number, 100, "kia", 100), "dari")
    with pytest.raises(Refusal):
        uptd.count_in(number[:-1] + "?", 100, "kia", 100, DINAS)
    assert uptd.count_in(number, 100, "kia", 100, DINAS) == 0
    assert line(world.desk("U10")).left == 100
    world.meet("DKP", "U10")
    assert not uptd.incoming() and line(world.desk("U10")).coming == 0
    assert line(world.desk("DKP")).in_transit == 0


def test_the_number_of_a_case_is_no_parcel(world: World) -> None:
    (case,) = world.take_in(1)
    uptd = world.sit("yuni").blanko
    with pytest.raises(Refusal, match="bukan nomor kiriman"):
        uptd.count_in(case, 100, "kia", 100, DINAS)
    assert world.desk("U10").core.state(case) is None


def test_printing_uses_cards_up_wherever_the_application_is(world: World) -> None:
    one, two = world.take_in(1, 2)
    world.to_dinas(one, two)
    doni = world.sit("doni")
    doni.blanko.receive("kia", 10, "Ditjen Dukcapil", "1")
    world.to_printed(one)
    world.do("andi", two, "dientri", siak_ref="S")
    world.do("rina", two, "diparaf")
    world.do("hendra", two, "diparaf")
    world.do("andi", two, "ditandatangani")
    world.do("andi", two, "gagal-kirim", alasan="tidak punya")
    world.do("doni", two, "rusak", blanko="K77", alasan="macet")
    world.do("doni", two, "dicetak", blanko="K78")
    now = line(world.desk("DKP"))
    assert (now.used, now.spoiled, now.left, now.spoiled_here) == (2, 1, 7, 1)
    rows = {row.move.serial: row for row in world.desk("DKP").blanko.moves("kia", DINAS)}
    assert (rows["K77"].case, rows["K77"].move.reason) == (two, "macet")
    world.meet()
    assert line(world.desk("RSA")).used == 0, "the ward's shelf lost nothing"
    before = fingerprint(world.desk("DKP"))
    rebuild(world.desk("DKP"))
    assert fingerprint(world.desk("DKP")) == before
    assert line(world.desk("DKP")) == now


def test_a_serial_is_used_once(world: World) -> None:
    one, two = world.take_in(1, 2)
    world.to_dinas(one, two)
    world.sit("doni").blanko.receive("kia", 10, "Ditjen Dukcapil", "1")
    for number in (one, two):
        world.do("andi", number, "dientri", siak_ref="S")
        world.do("rina", number, "diparaf")
        world.do("hendra", number, "diparaf")
        world.do("andi", number, "ditandatangani")
        world.do("andi", number, "gagal-kirim", alasan="tidak punya")
    world.do("doni", one, "dicetak", blanko="K 1")
    doni = world.sit("doni")
    says = refused(lambda: world.do("doni", two, "dicetak", blanko="k1"), "blanko")
    assert "Blanko K1 sudah dipakai untuk" in says and one in says
    assert doni.core.known(two).step == "7"
    # One that lies on the pile is printed on no more.
    doni.blanko.spoil("kia", "basah", "K9")
    assert "rusak" in refused(lambda: world.do("doni", two, "dicetak", blanko="K9"), "blanko")
    refused(lambda: doni.blanko.spoil("kia", "basah", "K9"), "seri")
    # The same slip by another kiosk is only warned of: which of the two is right, the card says.
    doni.core.db.execute("UPDATE blanko_moves SET ref='DK2/1/1' WHERE serial='K1'")
    outcome = doni.core.procedures["kado-camer"].step("7").outcomes[0]
    (warning,) = doni.blanko.findings(two, outcome, {"blanko": "K1"})
    assert warning.level == "peringatan" and one in warning.says
    world.do("doni", two, "dicetak", blanko="K1")
    assert line(world.desk("DKP")).used == 2


def test_an_empty_shelf_warns_and_never_refuses(world: World) -> None:
    (number,) = world.take_in(1)
    world.to_dinas(number)
    doni = world.sit("doni")
    outcome = doni.core.procedures["kado-camer"].step("7").outcomes[0]
    assert not doni.blanko.warning(outcome), "nobody keeps the book here"
    doni.blanko.receive("kia", 1, "Ditjen Dukcapil", "1")
    assert not doni.blanko.warning(outcome)
    doni.blanko.spoil("kia", "basah")
    assert "habis" in doni.blanko.warning(outcome)
    world.to_printed(number)
    assert line(world.desk("DKP")).left == -1
    other = world.sit("doni").core.procedures["kado-camer"].step("3").outcomes[0]
    assert not doni.blanko.warning(other) and not doni.blanko.findings(number, other, {})


def test_spoiled_ones_are_destroyed_before_two_witnesses(world: World) -> None:
    (number,) = world.take_in(1)
    world.to_dinas(number)
    world.to_printed(number)
    wati = world.sit("wati").blanko
    wati.receive("kia", 10, "Ditjen Dukcapil", "1")
    wati.spoil("kia", "cacat pabrik", count=2)
    wati.spoil("kia", "foto buram", " k 9 ")
    refused(lambda: wati.spoil("kia", "", "K8"), "alasan")
    refused(lambda: wati.spoil("kia", "basah", "K8", 2), "seri")
    refused(lambda: wati.spoil("kia", "basah", "K9"), "seri")
    now = line(world.desk("DKP"))
    assert (now.used, now.spoiled, now.left) == (1, 3, 6)
    pile = wati.pile("kia")
    refs = [one.refs[0] for one in pile]
    assert [one.count for one in pile] == [2, 1]
    refused(lambda: wati.destroy("kia", refs, 2, SEEN), "jumlah")
    refused(lambda: wati.destroy("kia", refs, 3, replace(SEEN, witnesses=())), "saksi1")
    twice = (SEEN.witnesses[0], Witness(" amir", "Inspektorat"))
    refused(lambda: wati.destroy("kia", refs, 3, replace(SEEN, witnesses=twice)), "saksi2")
    refused(lambda: wati.destroy("kia", refs, 3, replace(SEEN, where=" ")), "tempat")
    with pytest.raises(Refusal, match="Pilih"):
        wati.destroy("kia", [], 0, SEEN)
    record = wati.destroy("kia", refs, 3, SEEN)
    assert record[12] == "M" and not wati.pile("kia")
    now = line(world.desk("DKP"))
    assert (now.spoiled, now.destroyed, now.spoiled_here, now.left) == (3, 3, 0, 6)
    paper = " ".join(papers(world.desk("DKP"))["pemusnahan"].split())
    for word in ("3 (tiga) keping", "K9", "foto buram", "dibakar", "Amir", "Satpol PP", record):
        assert word in paper, word


def test_a_card_found_bad_elsewhere_goes_back_on_the_pile_where_it_was_printed(
    world: World,
) -> None:
    (number,) = world.take_in(1)
    world.to_uptd(number)
    serial = f"K{number[-6:-2]}"
    yuni = world.sit("yuni")
    says = refused(lambda: yuni.blanko.spoil("kia", "patah", serial), "seri")
    assert number in says and "salah cetak" in says
    refused(lambda: yuni.blanko.spoil("kia", "", serial), "alasan")
    rules = yuni.core.procedures["kado-camer"].step("9")
    outcome = rules.outcome("salah-cetak")
    assert outcome is not None
    (doubt,) = yuni.blanko.findings(number, outcome, {"blanko": "K-LAIN"})
    assert doubt.level == "peringatan" and serial in doubt.says
    assert not yuni.blanko.findings(number, outcome, {"blanko": serial})
    world.do("yuni", number, "salah-cetak", blanko=serial, catatan="nama terpotong")
    world.meet()
    assert line(yuni).left == 0, "the UPTD's shelf lost nothing"
    world.sit("wati")
    now = line(world.desk("DKP"))
    assert (now.used, now.spoiled, now.left) == (0, 1, -1)
    (one,) = world.desk("DKP").blanko.pile("kia")
    assert (one.serial, one.reason) == (serial, "nama terpotong")


def test_counting_the_shelf(world: World) -> None:
    desk = world.sit("doni").blanko
    desk.receive("ktp", 100, "Ditjen Dukcapil", "1")
    assert desk.count("ktp", 100) == 0 and not desk.differences()
    assert desk.count("ktp", 98) == -2
    (note,) = world.desk("DKP").cards.exceptions()
    assert note.kind == DIFFERENCE and note.facts["di buku"] == 100
    assert desk.left("ktp") == 100, "the book stands until somebody answers for the change"
    (one,) = desk.differences()
    assert (one.book, one.counted, one.now) == (100, 98, -2)
    boss = world.sit("bayu").blanko
    boss.settle(one.about, "dua keping terselip di arsip, tidak ditemukan")
    assert boss.left("ktp") == 98 and not boss.differences()
    assert not world.desk("DKP").cards.exceptions()
    assert line(world.desk("DKP"), kind="ktp").adjusted == -2
    assert total(boss.balances(), "ktp").holds


def test_what_another_desk_wrote_explains_a_count(world: World) -> None:
    """The UPTD has two desks at one shelf: one counts before it has heard of the other."""
    world.desk("V10")
    yuni = world.sit("yuni").blanko
    yuni.receive("kia", 20, "Dinas", "1")
    world.sit("zul").blanko.spoil("kia", "macet", "K5")
    assert yuni.count("kia", 19) == -1
    world.meet("V10", "U10", "DKP")
    (one,) = world.sit("eko").blanko.differences()
    assert one.now == 0
    world.desk("U10").blanko.settle(one.about, "dicatat di loket 2")
    assert line(world.desk("U10")).left == 19
    world.meet("U10", "DKP", "V10")
    world.sit("bayu")
    assert line(world.desk("DKP"), UPTD) == line(world.desk("U10")) == line(world.desk("V10"))


def test_a_purge_and_a_rebuild_leave_the_balance(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    (number,) = world.take_in(1)
    world.sit("doni").blanko.receive("kia", 10, "Ditjen Dukcapil", "1")
    world.to_uptd(number)
    world.collect("yuni", number)
    world.meet()
    world.meet()
    world.shut("DKP")
    folder = world.folder("DKP")
    save(folder, replace(load(folder), retention_days=365))
    told = purging._signed_now
    monkeypatch.setattr(purging, "_signed_now", lambda core: (told(core) or 0) + 400 * DAY_MS)
    desk = world.desk("DKP")
    before = line(desk)
    assert (before.used, before.left) == (1, 9)
    (gone,) = purge(desk)
    assert gone.number == number and line(desk) == before
    mark = fingerprint(desk)
    rebuild(desk)
    assert fingerprint(desk) == mark and line(desk) == before
    assert verify(desk).bad == ""
    # The serial is still known, so the same card is not used twice.
    doni = world.sit("doni")
    outcome = doni.core.procedures["kado-camer"].step("7").outcomes[0]
    found = doni.blanko.findings("RSA1-261121-0009-X", outcome, {"blanko": f"K{number[-6:-2]}"})
    assert [one.level for one in found] == ["tolak"]
