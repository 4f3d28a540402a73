"""Berita acara serah terima: files and cards for one receiver leave with one paper."""

from __future__ import annotations

import pytest

from kiosk.desk.checkup import verify
from kiosk.desk.desk import Desk
from kiosk.desk.views import Refusal
from tests.desk.field import EVENT, add_second_team, sent_out
from tests.desk.world import World, birth, out_of_town

LAPAS = EVENT["nama"]


def preview(desk: Desk, batch: str) -> str:
    """What the paper of a batch says, as one line."""
    (job,) = [one for one in desk.printing.jobs() if one.number == batch]
    return " ".join(desk.printing.preview(job.id).split())


def for_the_ward(world: World) -> tuple[str, str]:
    """A file that goes back with a note, and a printed card of a family from elsewhere."""
    (bad,) = world.take_in(1)
    ward = world.sit("siti")
    (away,) = ward.intake.submit("kado-camer", out_of_town(3))
    world.to_dinas(bad, away.number)
    world.do("andi", bad, "kembali", catatan="KK belum ada")
    world.to_printed(away.number)
    return bad, away.number


def test_returned_files_and_cards_of_a_facility_leave_with_one_paper(world: World) -> None:
    bad, away = for_the_ward(world)
    dinas = world.sit("wati")
    (group,) = dinas.batches.ready()
    assert (group.kind, group.target) == ("bast", "rs:RSA")
    things = {row.number: item for row, item in zip(group.rows, group.items, strict=True)}
    assert things == {bad: "berkas", away: "kia"}
    bast = dinas.batches.hand_over("bast", "rs:RSA", [bad, away], 2)
    assert bast.split("-")[2] == "S001"
    paper = preview(dinas, bast)
    for words in (bad, away, "KK belum ada", "Berkas : 1 (satu)", "2 (dua)", "Saksi 1", bast):
        assert words in paper
    world.meet()
    ward = world.sit("siti")
    (coming,) = ward.batches.incoming()
    assert (coming.number, coming.kind, coming.count) == (bast, "bast", 2)
    items = {item.number: item.item for item in ward.batches.items(bast)}
    assert items == things
    ward.batches.receive_rest(bast, 2)
    assert ward.batches.close(bast, 2) == 0
    assert ward.core.known(bad).step == "L"
    assert ward.core.known(bad).note == "KK belum ada"
    assert ward.core.known(away).holder_role == "operator-fasilitas"
    ward.files.record(bad, "dilengkapi", {"catatan": "KK dibawa"})
    assert [(one.kind, one.target) for one in ward.batches.ready()] == [("daftar", "dinas")]
    world.collect("siti", away)
    world.meet()
    assert all(verify(desk).bad == "" for desk in world.desks)


def test_receiving_the_rest_of_a_batch_is_one_act(world: World) -> None:
    bad, away = for_the_ward(world)
    dinas = world.sit("wati")
    bast = dinas.batches.hand_over("bast", "rs:RSA", [bad, away], 2)
    world.meet()
    ward = world.sit("siti")
    refused = max(item.number for item in ward.batches.items(bast))
    ward.files.receive(refused)  # the very file that the list's last row names is hers already
    ward.core.db.execute("DELETE FROM batch_received WHERE batch=?", (bast,))
    with pytest.raises(Refusal, match="sudah Anda terima"):
        ward.batches.receive_rest(bast, 2)
    assert not any(item.received for item in ward.batches.items(bast))


def test_an_operator_returns_a_file_by_himself(world: World) -> None:
    bad, _ = for_the_ward(world)
    (group,) = world.sit("andi").batches.ready()
    assert ([row.number for row in group.rows], group.items) == ([bad], ("berkas",))


def test_a_copy_of_the_paper_can_be_printed(world: World) -> None:
    bad, away = for_the_ward(world)
    dinas = world.sit("wati")
    bast = dinas.batches.hand_over("bast", "rs:RSA", [bad, away], 2)
    (job,) = [one for one in dinas.printing.jobs() if one.number == bast]
    dinas.printing.spool.mark(job.id, "UNKNOWN")
    dinas.printing.decide(job.id, "ulang", "kertas sobek")
    copies = [one.copy for one in dinas.printing.jobs() if one.number == bast]
    assert sorted(copies) == [0, 1]


def inmates(world: World) -> list[str]:
    """Two names of a kegiatan whose KTP-el are printed; gives their numbers."""
    add_second_team(world)
    _, numbers = sent_out(world, 1, 2)
    world.sit("riko").roster.record(numbers, "direkam", {})
    world.meet("LAP", "DKP")
    for n, number in enumerate(numbers):
        world.do("doni", number, "dicetak", blanko=f"E{n:04}")
    return numbers


def test_an_outside_receiver_signs_and_the_batch_is_closed_at_once(world: World) -> None:
    numbers = inmates(world)
    dinas = world.sit("doni")
    (group,) = [one for one in dinas.batches.ready() if one.kind == "bast"]
    assert (group.target, set(group.items)) == (LAPAS, {"ktp"})
    bast = dinas.batches.hand_over("bast", LAPAS, numbers, 2)
    row = dinas.batches.one(bast)
    assert (row.target, row.count, row.counted) == (LAPAS, 2, 2)
    assert row.closed is not None
    assert dinas.batches.incoming() == []
    paper = preview(dinas, bast)
    for words in (LAPAS, "KTP-el : 2 (dua)", "Bukti serah terima: 2 barang", *numbers):
        assert words in paper
    assert "Pindai untuk menerima" not in paper
    for number in numbers:
        state = dinas.core.known(number)
        (line,) = state.claims
        assert (state.status, line.claim) == ("tutup", f"ktp:{number}")
        assert line.isi == {"penerima": LAPAS, "batch": bast}
        assert "KTP-el" in dinas.cards.already(number)
    with pytest.raises(Refusal):
        dinas.batches.hand_over("bast", LAPAS, numbers[:1], 1)
    entries = dinas.core.journal.of_case(dinas.core.case_key(bast))
    assert {entry.entry.act for entry in entries} == {"batch", "batch-terima"}
    assert all(entry.entry.to == ("dinas",) for entry in entries)
    world.meet()
    assert all(verify(desk).bad == "" for desk in world.desks)


def test_a_twin_may_not_be_counted_twice(world: World) -> None:
    ward = world.sit("siti")
    made = ward.intake.submit(
        "kado-camer", birth(1, anak_kembar="2"), [{"anak_nama": "ADIK", "anak_jk": "L"}]
    )
    numbers = [one.number for one in made]
    with pytest.raises(Refusal, match="Hitungan 2, terpilih 1"):
        ward.batches.hand_over("daftar", "dinas", [numbers[0]] * 2, 2)
    ward.batches.hand_over("daftar", "dinas", numbers, 2)


def test_a_misprint_goes_back_by_a_paper_that_speaks_of_cards(world: World) -> None:
    (number,) = world.take_in(1)
    world.to_uptd(number)
    world.do("yuni", number, "salah-cetak", blanko="K000001", catatan="Nama ibu salah")
    uptd = world.sit("yuni")
    (group,) = uptd.batches.ready()
    assert (group.kind, group.target, group.items) == ("bast", "dinas", ("kia",))
    paper = preview(uptd, uptd.batches.hand_over("bast", "dinas", [number], 1))
    for words in ("KIA : 1 (satu)", "Nama ibu salah", "Pindai untuk menerima: 1 barang"):
        assert words in paper
    assert "erkas" not in paper


def test_a_whole_batch_is_received_only_where_it_goes(world: World) -> None:
    (number,) = world.take_in(1)
    world.to_dinas(number)
    world.to_printed(number)
    rekap = world.send("wati", "rekap")
    dinas = world.sit("wati")
    with pytest.raises(Refusal, match=r"dihitung di UPTD 14\.71\.10"):
        dinas.batches.receive_rest(rekap, 1)
    assert dinas.core.known(number).transit is not None
