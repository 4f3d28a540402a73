"""The whole path of a birth over three desks and a pusat that really answers."""

from __future__ import annotations

import pytest

from kiosk.cases.state import custody
from kiosk.desk.cards import NeedsApproval
from kiosk.desk.checkup import verify
from kiosk.desk.desk import Desk
from kiosk.desk.views import FormRefused, Refusal
from kiosk.keys import WrongPin
from tests.desk.world import PINS, World, birth, out_of_town, same_after_rebuild


def ready_to_collect(world: World) -> tuple[Desk, str]:
    (number,) = world.take_in(1)
    world.to_uptd(number)
    return world.sit("yuni"), number


def test_from_the_ward_to_the_mothers_hand(world: World) -> None:
    first, second = world.take_in(1, 2)
    rekap = world.to_uptd(first, second)
    world.collect("yuni", first)
    world.meet()

    for desk in world.desks:
        state = desk.core.known(first)
        assert (state.step, state.status) == ("tutup", "tutup")
        assert state.flags == () and not state.exceptions
        assert desk.core.known(second).step == "9"
    for code in ("DKP", "U10"):
        assert world.desk(code).batches.one(rekap).closed is not None
    assert world.states(first)[0] == world.states(first)[1] == world.states(first)[2]
    # Both parafs of every hand-over, from the ward to the UPTD.
    legs = custody(world.states(first)[0])
    assert [leg.step for leg in legs] == ["2", "3", "4", "5", "7", "8", "9"]
    assert all(leg.given_by and leg.taken_by for leg in legs)
    assert [leg.item for leg in legs][-2:] == ["kia", "kia"]
    for desk in world.desks:
        assert verify(desk).bad == ""
        assert same_after_rebuild(desk)
        link = desk.link.state()
        assert (link.waiting, link.only_here, link.trouble) == (0, 0, "")


def test_twins_are_two_linked_cases_from_one_entry(world: World) -> None:
    ward = world.sit("siti")
    twin = {"anak_nama": "adik kembar", "anak_jk": "L", "anak_pukul": "0830", "anak_berat": "2500"}
    one, two = ward.intake.submit("kado-camer", birth(1, anak_kembar="2"), [twin])
    assert one.number != two.number and one.code != two.code
    world.to_dinas(one.number, two.number)
    for desk in world.desks:
        first, second = desk.core.known(one.number), desk.core.known(two.number)
        assert first.linked == [two.number] and second.linked == [one.number]
        assert second.values["anak_nama"] == "ADIK KEMBAR"
        assert second.values["anak_pukul"] == "08:30"
        assert second.values["ibu_nik"] == first.values["ibu_nik"]
        assert first.values["anak_nama"] != second.values["anak_nama"]
    # Each child has a resi and a control card of his own.
    assert sorted((job.paper, job.number) for job in ward.printing.jobs() if job.copy == 0)[
        -4:
    ] == sorted((paper, n) for paper in ("kartu", "resi") for n in (one.number, two.number))


def test_a_refused_twin_leaves_nothing(world: World) -> None:
    ward = world.sit("siti")
    with pytest.raises(FormRefused) as refused:
        ward.intake.submit("kado-camer", birth(1, anak_kembar="2"), [{"anak_nama": ""}])
    assert [f.key for f in refused.value.findings] == ["anak_nama"]
    assert ward.work.count("semua") == 0 and ward.printing.jobs() == []


def test_a_family_of_another_city_collects_at_the_facility(world: World) -> None:
    ward = world.sit("siti")
    (made,) = ward.intake.submit("kado-camer", out_of_town(3))
    world.to_dinas(made.number)
    world.to_printed(made.number)
    (group,) = world.sit("wati").batches.ready()
    assert group.target == "rs:RSA"
    bast = world.send("wati", "bast")
    world.meet("DKP", "RSA")
    assert [row.number for row in ward.batches.incoming()] == [bast]
    ward.batches.receive_rest(bast, 1)
    assert ward.batches.close(bast, 1) == 0
    world.collect("siti", made.number)
    world.meet()
    assert {state.status for state in world.states(made.number)} == {"tutup"}
    assert world.desk("DKP").core.known(made.number).claims[0].place == "rs:RSA"


def test_a_returned_file_goes_back_with_its_note_and_comes_again(world: World) -> None:
    (number,) = world.take_in(1)
    world.to_dinas(number)
    world.do("andi", number, "kembali", catatan="FC buku nikah tidak terbaca")
    batch = world.send("andi", "bast")
    (job,) = [job for job in world.desk("DKP").printing.jobs() if job.number == batch]
    paper = " ".join(world.desk("DKP").printing.preview(job.id).split())
    assert "FC buku nikah tidak terbaca" in paper
    world.meet()
    ward = world.sit("siti")
    state = ward.core.known(number)
    assert (state.status, state.note) == ("dikembalikan", "FC buku nikah tidak terbaca")
    world.count_in("siti", batch, [number])
    assert [offer.label for offer in ward.work.open(number).offers] == ["Sudah dilengkapi"]
    ward.files.record(number, "dilengkapi", {"catatan": "fotokopi baru"})
    assert ward.core.known(number).step == "1"
    world.to_dinas(number)
    state = world.desk("DKP").core.known(number)
    assert (state.step, state.status, state.holder_officer) == ("2", "berjalan", "andi")


def test_misprints_and_corrections_go_round_until_right(world: World) -> None:
    (number,) = world.take_in(1)
    world.to_dinas(number)
    dinas = world.desk("DKP")
    world.do("andi", number, "dientri", siak_ref="S-1")
    world.do("rina", number, "koreksi", catatan="nama ibu salah")
    assert dinas.core.known(number).step == "2"
    assert dinas.core.known(number).note == "nama ibu salah"
    world.do("andi", number, "dientri", siak_ref="S-2")
    world.do("rina", number, "diparaf")
    world.do("hendra", number, "koreksi", catatan="tanggal")
    assert dinas.core.known(number).step == "3"
    world.do("rina", number, "diparaf")
    world.do("hendra", number, "diparaf")
    world.do("andi", number, "ditandatangani")
    world.do("andi", number, "gagal-kirim", alasan="tidak punya email")
    for blanko in ("K1", "K2"):
        world.do("doni", number, "rusak", blanko=blanko, alasan="tinta pudar")
        assert dinas.core.known(number).step == "7"
        assert dinas.core.known(number).transit is None
    world.do("doni", number, "dicetak", blanko="K3")
    state = dinas.core.known(number)
    assert state.step == "8"
    used = [line.isi["blanko"] for line in state.lines if "blanko" in line.isi]
    assert used == ["K1", "K2", "K3"]
    assert state.flags == ()


def test_an_outcome_wants_its_fields(world: World) -> None:
    (number,) = world.take_in(1)
    world.to_dinas(number)
    dinas = world.sit("andi")
    with pytest.raises(FormRefused) as refused:
        dinas.files.record(number, "kembali", {"catatan": " "})
    assert refused.value.findings[0].key == "catatan"
    with pytest.raises(Refusal, match="tidak punya hasil"):
        dinas.files.record(number, "terbang", {})
    assert dinas.core.known(number).step == "2"


def test_a_step_belongs_to_its_officer_and_its_place(world: World) -> None:
    (number,) = world.take_in(1)
    with pytest.raises(Refusal, match="F4"):
        world.desk("RSA").files.record(number, "diajukan", {})
    world.to_dinas(number)
    with pytest.raises(Refusal):
        world.sit("rina").files.record(number, "dientri", {"siak_ref": "S-1"})
    with pytest.raises(Refusal, match=r"(?i)dinas"):
        world.sit("siti").files.record(number, "dientri", {"siak_ref": "S-1"})
    desk = world.desk("DKP")
    desk.session.logout()
    with pytest.raises(Refusal, match="terkunci"):
        desk.files.record(number, "dientri", {"siak_ref": "S-1"})


# -- who may collect ---------------------------------------------------------------------------


def test_a_parent_collects_with_every_paper(world: World) -> None:
    uptd, number = ready_to_collect(world)
    parent = uptd.core.policy.default
    name = uptd.cards.parents(number)[1].lower()
    with pytest.raises(Refusal, match="KTP-el"):
        uptd.cards.hand_over(number, parent.key, {"nama": name}, parent.papers[:1])
    with pytest.raises(Refusal, match="nama pengambil"):
        uptd.cards.hand_over(number, parent.key, {"nama": "  "}, parent.papers)
    with pytest.raises(Refusal, match="hubungan"):
        uptd.cards.hand_over(number, "tetangga", {"nama": name}, parent.papers)
    assert uptd.cards.already(number) == ""
    uptd.cards.hand_over(
        number, parent.key, {"nama": name, "nik": "1471104506920017"}, parent.papers
    )
    (line,) = uptd.core.known(number).claims
    assert line.isi["nama"] == name.upper() and line.isi["nik_akhir"] == "0017"
    assert "1471104506920017" not in repr(line)


def test_another_name_needs_a_reason_and_the_supervisors_word(world: World) -> None:
    uptd, number = ready_to_collect(world)
    parent = uptd.core.policy.default
    stranger = {"nama": "NAMA LAIN SEKALI", "nik": "1471104506920001"}
    with pytest.raises(Refusal, match="alasan"):
        uptd.cards.hand_over(number, parent.key, stranger, parent.papers)
    stranger["alasan"] = "nama di KTP memakai nama keluarga"
    with pytest.raises(NeedsApproval):
        uptd.cards.hand_over(number, parent.key, stranger, parent.papers)
    assert [card.officer for card in uptd.cards.approvers()] == ["eko"]
    with pytest.raises(Refusal, match="tidak berhak"):
        uptd.cards.approve(number, "yuni", PINS["yuni"])
    with pytest.raises(WrongPin):
        uptd.cards.approve(number, "eko", "0000")
    approval = uptd.cards.approve(number, "eko", PINS["eko"])
    uptd.cards.hand_over(number, parent.key, stranger, parent.papers, approval)
    (line,) = uptd.core.known(number).claims
    assert (line.isi["disetujui"], line.officer) == ("eko", "yuni")
    assert line.note == "nama di KTP memakai nama keluarga"


@pytest.mark.parametrize("relation_key", ["wali", "anggota_kk", "kuasa"])
def test_others_collect_with_their_papers(world: World, relation_key: str) -> None:
    uptd, number = ready_to_collect(world)
    relation = next(one for one in uptd.cards.relations() if one.key == relation_key)
    collector = {"nama": "PAMAN CONTOH", "nik": "1471104506920001"}
    for at in range(len(relation.papers)):
        without = relation.papers[:at] + relation.papers[at + 1 :]
        with pytest.raises(Refusal) as refused:
            uptd.cards.hand_over(number, relation.key, collector, without)
        assert relation.papers[at] in str(refused.value)
    if relation.needs_reason:
        with pytest.raises(Refusal, match="alasan"):
            uptd.cards.hand_over(number, relation.key, collector, relation.papers)
        collector["alasan"] = "ibu masih dirawat"
    uptd.cards.hand_over(number, relation.key, collector, relation.papers)
    assert uptd.core.known(number).claims[0].isi["hubungan"] == relation_key


# -- counting ----------------------------------------------------------------------------------


def test_a_wrong_count_hands_nothing_over(world: World) -> None:
    numbers = world.take_in(1, 2, 3)
    ward = world.desk("RSA")
    (group,) = ward.batches.ready()
    for chosen, counted in ((numbers, 2), (numbers[:2], 3), ([], 0)):
        with pytest.raises(Refusal):
            ward.batches.hand_over("daftar", "dinas", chosen, counted)
    with pytest.raises(Refusal):
        ward.batches.hand_over("daftar", "dinas", [numbers[0], numbers[0]], 2)
    with pytest.raises(Refusal, match="bukan untuk"):
        ward.batches.hand_over("daftar", "uptd:14.71.10", numbers, 3)
    assert ward.batches.recent() == []
    assert {ward.core.known(number).step for number in numbers} == {"1"}
    assert len(group.rows) == 3


def test_a_difference_is_an_exception_on_both_sides_until_settled(world: World) -> None:
    one, two, three = world.take_in(1, 2, 3)
    batch = world.send("siti", "daftar")
    world.meet("RSA", "DKP")
    dinas = world.sit("andi")
    dinas.files.receive(one, batch)
    with pytest.raises(Refusal, match="Hitungan 3"):
        dinas.batches.close(batch, 3)
    with pytest.raises(Refusal, match="Tandai"):
        dinas.batches.receive_rest(batch, 2)
    dinas.files.receive(two, batch)
    assert dinas.batches.close(batch, 2) == 1
    with pytest.raises(Refusal, match="sudah dihitung"):
        dinas.batches.close(batch, 2)
    world.meet()
    for desk in (dinas, world.desk("RSA")):
        (note,) = desk.cards.exceptions()
        assert (note.kind, note.number) == ("selisih", batch)
        assert note.facts["kurang"] == [three] and note.facts["terhitung"] == 2
        assert desk.link.state().attention == 1
    with pytest.raises(Refusal, match="Tulis"):
        world.sit("siti").cards.resolve(note.ref, "  ")
    with pytest.raises(Refusal, match="tidak ada"):
        world.desk("RSA").cards.resolve("RSA/1/999", "catatan")
    world.desk("RSA").cards.resolve(note.ref, "tertinggal di meja, menyusul")
    with pytest.raises(Refusal, match="sudah diselesaikan"):
        world.desk("RSA").cards.resolve(note.ref, "sekali lagi")
    world.meet()
    for desk in (dinas, world.desk("RSA")):
        assert desk.cards.exceptions() == []
        (settled,) = desk.cards.exceptions(open_only=False)
        assert (settled.note, settled.officer) == ("tertinggal di meja, menyusul", "siti")
    # What was missing may still come.
    dinas.files.receive(three, batch)
    assert all(item.received for item in dinas.batches.items(batch))


def test_a_batch_is_counted_in_where_it_goes(world: World) -> None:
    world.take_in(1)
    batch = world.send("siti", "daftar")
    with pytest.raises(Refusal, match=r"(?i)dinas"):
        world.desk("RSA").batches.close(batch, 0)


def test_a_batch_whose_list_has_not_arrived_is_counted_by_its_paper(world: World) -> None:
    numbers = world.take_in(1, 2)
    batch = world.send("siti", "daftar")
    dinas = world.sit("andi")
    for number in numbers:
        dinas.files.receive(number, batch, "kado-camer")
    assert dinas.batches.one(batch, 1).known is False
    with pytest.raises(Refusal, match="jumlah"):
        dinas.batches.close(batch, 2)
    # One more than the paper says is a difference as well as one less.
    assert dinas.batches.close(batch, 2, 1) == 1
    assert [note.kind for note in dinas.cards.exceptions()] == ["selisih"]
    world.meet()
    assert [note.kind for note in world.desk("RSA").cards.exceptions()] == ["selisih"]
    assert dinas.batches.one(batch).closed is not None


@pytest.mark.parametrize("nik", ["147110450692001", "1471104506920000", "1471103213920001"])
def test_a_collectors_mistyped_nik_is_refused_on_its_field(world: World, nik: str) -> None:
    uptd, number = ready_to_collect(world)
    parent = uptd.core.policy.default
    mother = uptd.cards.parents(number)[0]
    with pytest.raises(FormRefused) as refused:
        uptd.cards.hand_over(number, parent.key, {"nama": mother, "nik": nik}, parent.papers)
    assert {finding.key for finding in refused.value.findings} == {"nik"}
    assert uptd.core.known(number).claims == []
