"""MAS RAPID at the desk: a prison's list, the field day on several kiosks, the closing sheet."""

from __future__ import annotations

import itertools
import json
import sqlite3

import pytest

from kiosk.cases.roster_result import result_of
from kiosk.cases.state import fold
from kiosk.desk.desk import Desk
from kiosk.desk.views import FormRefused, Refusal
from sync.entry import Placed, Spot
from tests.desk.field import (
    EVENT,
    SPT,
    add_second_team,
    inmate,
    listed,
    plan,
    prison_list,
    sent_out,
)
from tests.desk.world import World


@pytest.fixture
def field(world: World) -> World:
    """Every kiosk, and a second one of the field team."""
    add_second_team(world)
    return world


def papers(desk: Desk, kind: str) -> list[str]:
    """What the queued papers of a kind say."""
    return [desk.printing.preview(job.id) for job in desk.printing.jobs(500) if job.paper == kind]


def results(desk: Desk, parent: str) -> dict[str, str]:
    """What the closing sheet says of each name."""
    rules = desk.core.procedures["mas-rapid-nama"]
    return {state.number: result_of(state, rules).label for state in desk.roster.states(parent)}


# -- the list ------------------------------------------------------------------------------------


def test_a_list_becomes_cases_that_belong_to_the_kegiatan(offline: World):
    parent, numbers = listed(offline, 0, 1, 2)
    desk = offline.sit("dafa")
    rows = desk.roster.names(parent)
    assert [row.name for row in rows] == [inmate(n)["Nama"] for n in (0, 1, 2)]
    assert {row.state for row in rows} == {"belum diperiksa"}
    assert rows[1].registration == "BI-0002/2026"
    state = desk.core.known(numbers[0])
    assert (state.parent, state.step) == (parent, "periksa")
    assert state.values["lapas"] == EVENT["nama"]
    assert desk.roster.event_of(numbers[0]) == desk.roster.event_of(parent) == parent
    assert desk.roster.importing.draft(parent) is None
    assert not papers(desk, "daftar-tolak")


def test_refused_rows_wait_are_corrected_or_left_out_and_printed(offline: World):
    parent = plan(offline)
    desk = offline.sit("dafa")
    text = prison_list([0, 1, 2, 3]).replace(inmate(1)["NIK"], "1.4711E+15")
    text = text.replace(inmate(2)["NIK"], inmate(0)["NIK"]).replace(inmate(3)["NIK"], "12")
    draft = desk.roster.importing.read_pasted(parent, text)
    assert [line.at for line in draft.refused] == [2, 3, 4, 5]
    draft = desk.roster.importing.leave_out(parent, [4, 5], "nama tidak jelas")
    assert [line.at for line in draft.refused] == [3]
    assert [line.at for line in draft.taken] == [2]
    done = desk.roster.importing.import_rows(parent)
    assert (done.taken, done.left_out, done.waiting) == (1, 2, 1)
    (paper,) = papers(desk, "daftar-tolak")
    assert inmate(2)["Nama"] in paper
    assert "nama tidak jelas" in " ".join(paper.split())
    assert any(line.note == "2 baris tidak diterima" for line in desk.core.known(parent).lines)
    draft = desk.roster.importing.draft(parent)
    assert draft is not None
    (line,) = draft.lines
    mended = desk.roster.importing.correct(
        parent, line.at, {**line.values, "nik": inmate(1)["NIK"]}
    )
    assert not mended.refused
    assert desk.roster.importing.import_rows(parent).taken == 1
    assert len(desk.roster.names(parent)) == 2
    with pytest.raises(Refusal):
        desk.roster.importing.import_rows(parent)


def test_a_list_imported_again_takes_no_name_twice(offline: World):
    parent, _ = listed(offline, 0, 1)
    desk = offline.sit("dafa")
    draft = desk.roster.importing.read_pasted(parent, prison_list([0, 1, 2]))
    assert [line.at for line in draft.refused] == [2, 3]
    other = plan(offline)
    draft = desk.roster.importing.read_pasted(other, prison_list([0]))
    assert not draft.refused
    assert any("kegiatan lain" in one.says for one in draft.lines[0].findings)


def test_a_row_that_is_refused_after_all_leaves_nothing_behind(
    offline: World, monkeypatch: pytest.MonkeyPatch
):
    parent = plan(offline)
    desk = offline.sit("dafa")
    importing = desk.roster.importing
    importing.read_pasted(parent, prison_list(range(5)))
    real, calls = desk.intake.take_in, itertools.count(1)

    def third_fails(*args, **more):
        if next(calls) == 3:
            raise sqlite3.OperationalError("disk I/O error")
        return real(*args, **more)

    monkeypatch.setattr(desk.intake, "take_in", third_fails)
    with pytest.raises((Refusal, sqlite3.OperationalError)):
        importing.import_rows(parent)
    assert desk.roster.names(parent) == []
    draft = importing.draft(parent)
    assert draft is not None
    assert len(draft.taken) == 5
    monkeypatch.undo()
    assert importing.import_rows(parent).taken == 5


def test_a_kiosk_that_is_killed_within_an_import_has_none_of_it(offline: World):
    parent = plan(offline)
    desk = offline.sit("dafa")
    desk.roster.importing.read_pasted(parent, prison_list(range(5)))
    copy = sqlite3.connect(offline.folder("DKP") / "kiosk.db")
    seen: list[int] = []
    real = desk.core.ledger.write

    def looked_at_from_outside(*args):
        placed = real(*args)
        seen.append(copy.execute("SELECT count(*) FROM cases WHERE parent <> ''").fetchone()[0])
        return placed

    desk.core.ledger.write = looked_at_from_outside  # type: ignore[method-assign]
    desk.roster.importing.import_rows(parent)
    assert seen == [0] * 5
    assert copy.execute("SELECT count(*) FROM cases WHERE parent <> ''").fetchone()[0] == 5
    copy.close()


def test_a_file_on_a_stick_is_found_and_read(offline: World):
    parent = plan(offline)
    desk = offline.sit("dafa")
    inbox = desk.front.folder / "masuk"
    inbox.mkdir()
    (inbox / "daftar wbp.csv").write_bytes(prison_list([0, 1]).encode("cp1252"))
    (inbox / "foto.jpg").write_bytes(b"x")
    (found,) = [one for one in desk.roster.importing.found_files() if inbox in one.path.parents]
    draft = desk.roster.importing.read_file(parent, found.path)
    assert (draft.source, len(draft.taken)) == ("daftar wbp.csv", 2)
    for name, raw in (("kosong.csv", b""), ("rusak.xlsx", b"PK\x03\x04junk"), ("tiada.csv", None)):
        if raw is not None:
            (inbox / name).write_bytes(raw)
        with pytest.raises(Refusal):
            desk.roster.importing.read_file(parent, inbox / name)
    kept = desk.roster.importing.draft(parent)
    assert kept is not None
    assert len(kept.lines) == 2


def test_only_the_dinas_adds_names_and_only_before_the_list_goes_on(offline: World):
    parent, numbers = listed(offline, 0)
    with pytest.raises(Refusal, match="Petugas Dafduk"):
        offline.sit("andi").roster.importing.read_pasted(parent, prison_list([1]))
    offline.sit("dafa").roster.record(numbers, "lulus", {})
    offline.do("dafa", parent, "diverifikasi")
    with pytest.raises(Refusal, match="tidak dapat ditambah"):
        offline.sit("dafa").roster.importing.read_pasted(parent, prison_list([1]))


def test_another_kind_of_case_has_no_roster(offline: World):
    (number,) = offline.take_in(1)
    desk = offline.sit("siti")
    assert desk.roster.event_of(number) == ""
    assert desk.roster.event_of("X") == ""


# -- verification, approval, SPT -------------------------------------------------------------------


def test_the_list_goes_on_when_every_name_was_looked_up(offline: World):
    parent = plan(offline)
    with pytest.raises(Refusal, match="masih kosong"):
        offline.do("dafa", parent, "diverifikasi")
    desk = offline.sit("dafa")
    desk.roster.importing.read_pasted(parent, prison_list([0, 1, 2]))
    desk.roster.importing.import_rows(parent)
    first, second, third = (row.number for row in desk.roster.names(parent))
    desk.roster.record([first, second], "lulus", {})
    with pytest.raises(Refusal, match="1 nama belum diperiksa"):
        offline.do("dafa", parent, "diverifikasi")
    desk.roster.record([third], "sudah-ktp", {})
    offline.do("dafa", parent, "diverifikasi")
    (paper,) = papers(desk, "daftar-nama")
    assert inmate(0)["Nama"] in paper
    assert inmate(2)["Nama"] not in paper
    assert inmate(0)["NIK"] not in paper


def test_a_list_of_which_nobody_passed_is_not_approved(offline: World):
    parent, numbers = listed(offline, 0)
    offline.sit("dafa").roster.record(numbers, "tanpa-kk", {})
    offline.do("dafa", parent, "diverifikasi")
    offline.do("rina", parent, "diteruskan")
    with pytest.raises(Refusal, match="Tidak ada nama yang lulus"):
        offline.do("hendra", parent, "disetujui", petugas="RIKO")
    assert offline.desk("DKP").core.known(parent).step == "4"


def test_verifying_many_is_one_act_all_or_none(offline: World):
    parent, numbers = listed(offline, *range(4))
    desk = offline.sit("dafa")
    desk.roster.record(numbers[:1], "lulus", {})
    with pytest.raises(Refusal):
        desk.roster.record(numbers, "lulus", {})
    assert desk.roster.counts(parent)["periksa"] == 3


def test_the_spt_sends_all_who_passed_to_the_team_and_is_printed(field: World):
    parent, numbers = sent_out(field, 0, 1, 2)
    dinas = field.desk("DKP")
    assert dinas.roster.counts(parent)["belum"] == 3
    (paper,) = papers(dinas, "spt")
    flat = " ".join(paper.split())
    assert "SPT/77/2026" in flat
    assert "3 (tiga) orang" in flat
    assert "1. RIKO 2. SARI 3. UMAR" in flat
    for code in ("LAP", "LA2"):
        desk = field.desk(code)
        assert [row.number for row in desk.roster.names(parent)] == numbers
        assert desk.core.known(numbers[0]).holder_place == "lapangan:01"


def test_a_team_that_nobody_knows_is_refused_on_its_field(field: World):
    parent, numbers = listed(field, 0)
    field.meet("DKP", "LAP")
    field.sit("dafa").roster.record(numbers, "lulus", {})
    field.do("dafa", parent, "diverifikasi")
    field.do("rina", parent, "diteruskan")
    field.do("hendra", parent, "disetujui", petugas="RIKO")
    with pytest.raises(FormRefused) as refused:
        field.do(
            "tuti", parent, "spt", spt_nomor="1", spt_tanggal="2026-11-20",
            tgl_pelaksanaan="2026-11-21", petugas="RIKO", tim="lapangan:10",
        )  # fmt: skip
    assert refused.value.findings[0].key == "tim"
    assert field.desk("DKP").core.known(parent).step == "4S"
    assert field.desk("DKP").core.known(numbers[0]).step == "tugas"


# -- the field day on several kiosks ---------------------------------------------------------------


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


# -- cards and closing -----------------------------------------------------------------------------


def back_home(field: World, parent: str) -> None:
    """The team ends its day and brings the file back."""
    field.do("riko", parent, "selesai")
    field.meet("LAP", "LA2", "DKP")
    field.sit("dafa").files.receive(parent)


def test_cards_go_to_the_prison_by_list_and_none_goes_twice(field: World):
    parent, numbers = sent_out(field, 0, 1)
    field.sit("riko").roster.record(numbers, "direkam", {})
    field.meet("LAP", "DKP")
    for n, number in enumerate(numbers):
        field.do("doni", number, "dicetak", blanko=f"E{n:04}")
    desk = field.sit("doni")
    (group,) = desk.batches.ready()
    assert (group.kind, group.target) == ("bast", EVENT["nama"])
    batch = desk.batches.hand_over("bast", group.target, numbers, 2)
    (paper,) = papers(desk, "bast")
    assert batch in paper
    assert [desk.core.known(number).status for number in numbers] == ["tutup", "tutup"]
    with pytest.raises(Refusal):
        desk.batches.hand_over("bast", group.target, numbers, 2)
    assert set(results(desk, parent).values()) == {"Diserahkan ke Lapas"}


def test_the_closing_sheet_waits_for_every_name_and_ends_who_was_not_recorded(field: World):
    parent, numbers = sent_out(field, *range(5))
    desk = field.sit("riko")
    desk.roster.record([numbers[0]], "direkam", {})
    desk.roster.record([numbers[1]], "direkam-belum-siap", {})
    desk.roster.record([numbers[2]], "tidak-hadir", {"catatan": "sidang"})
    desk.roster.record([numbers[3]], "menolak", {})
    field.meet("LAP", "DKP")
    back_home(field, parent)
    with pytest.raises(Refusal, match="1 nama belum ada hasilnya"):
        field.do("dafa", parent, "ditutup")
    dinas = field.desk("DKP")
    assert [row.number for row in dinas.roster.lacking(parent)] == [numbers[4]]
    assert dinas.core.known(numbers[2]).step == "rekam"
    # The other table's word arrives at last.
    field.sit("umar").roster.record([numbers[4]], "pindah", {"catatan": "Lapas Bangkinang"})
    field.meet("LA2", "DKP")
    field.do("dafa", parent, "ditutup")
    assert dinas.core.known(parent).status == "tutup"
    (paper,) = papers(dinas, "lembar-tutup")
    flat = " ".join(paper.split())
    flat = flat.replace(" :", ":")
    for words in (
        "Direkam, belum tercetak: 1 (satu)",
        "Direkam, belum siap cetak: 1 (satu)",
        "Tidak hadir: 1 (satu)",
        "Menolak direkam: 1 (satu)",
        "Dipindahkan: 1 (satu)",
        "5 (lima) orang",
    ):
        assert words in flat, flat
    assert "sidang" in flat
    assert inmate(0)["NIK"] not in flat
    # Printing goes on after the sheet.
    field.do("doni", numbers[1], "belum-siap", status="pusat")
    field.do("doni", numbers[1], "dicetak", blanko="E0009")
    assert results(dinas, parent)[numbers[1]] == "Tercetak, belum diserahkan"


def test_recorded_at_the_other_table_wins_over_a_sheet_that_did_not_know_of_it(field: World):
    parent, numbers = sent_out(field, 0, 1)
    desk = field.sit("riko")
    desk.roster.record([numbers[0]], "direkam", {})
    field.sit("umar").roster.record([numbers[1]], "direkam", {})
    desk.roster.record([numbers[1]], "tidak-hadir", {})
    field.meet("LAP", "DKP")
    back_home_without_second(field, parent)
    field.do("dafa", parent, "ditutup")
    assert field.desk("DKP").core.known(numbers[1]).status == "tutup"
    field.meet("LA2", "DKP")
    state = field.desk("DKP").core.known(numbers[1])
    assert state.step == "cetak"
    field.do("doni", numbers[1], "dicetak", blanko="E0001")


def back_home_without_second(field: World, parent: str) -> None:
    field.do("riko", parent, "selesai")
    field.meet("LAP", "DKP")
    field.sit("dafa").files.receive(parent)


def test_a_day_that_was_called_off_closes_with_that_reason(field: World):
    parent, numbers = sent_out(field, 0, 1)
    field.sit("riko").roster.record([numbers[0]], "menolak", {})
    field.do("riko", parent, "dibatalkan", alasan="server tidak tersambung")
    field.meet("LAP", "DKP")
    field.sit("dafa").files.receive(parent)
    field.do("dafa", parent, "ditutup")
    (paper,) = papers(field.desk("DKP"), "lembar-tutup")
    assert "server tidak tersambung" in " ".join(paper.split())
    assert results(field.desk("DKP"), parent) == {
        numbers[0]: "Menolak direkam",
        numbers[1]: "Sebab lain",
    }


def test_names_that_did_not_pass_stand_on_the_sheet_with_their_reason(field: World):
    parent, numbers = listed(field, *range(3))
    desk = field.sit("dafa")
    desk.roster.record(numbers[:1], "lulus", {})
    desk.roster.record(numbers[1:2], "luar-daerah", {"catatan": "Kampar"})
    desk.roster.record(numbers[2:], "ganda", {"catatan": "nomor 1"})
    for officer, outcome, values in (
        ("dafa", "diverifikasi", {}),
        ("rina", "diteruskan", {}),
        ("hendra", "disetujui", {"petugas": "RIKO"}),
    ):
        field.do(officer, parent, outcome, **values)
    field.meet("DKP", "LAP")
    field.do("tuti", parent, "spt", **SPT)
    field.meet("DKP", "LAP")
    field.sit("riko").files.receive(parent)
    field.sit("riko").roster.record(numbers[:1], "direkam", {})
    field.meet("LAP", "DKP")
    back_home(field, parent)
    field.do("dafa", parent, "ditutup")
    assert list(results(field.desk("DKP"), parent).values()) == [
        "Direkam, belum tercetak",
        "Penduduk luar daerah",
        "Nama ganda di daftar",
    ]
    assert field.desk("DKP").core.known(numbers[1]).status == "tutup"


def test_names_of_a_kegiatan_that_was_refused_are_ended_with_a_reason(offline: World):
    parent, numbers = listed(offline, 0, 1, 2)
    desk = offline.sit("dafa")
    desk.roster.record(numbers[:1], "lulus", {})
    desk.roster.record(numbers[1:2], "tanpa-kk", {})
    with pytest.raises(Refusal, match="masih berjalan"):
        desk.roster.dismiss_rest(parent, "x")
    offline.do("dafa", parent, "ditolak", alasan="Lapas menunda")
    assert desk.roster.dismiss_rest(parent, "kegiatan ditolak") == 3
    assert {desk.core.known(number).status for number in numbers} == {"tutup"}
    assert desk.roster.dismiss_rest(parent, "kegiatan ditolak") == 0
