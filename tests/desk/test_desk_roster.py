"""MAS RAPID at the desk: from the verified list to the SPT, and to the closing sheet."""

from __future__ import annotations

import re

import pytest

from kiosk.desk.views import FormRefused, Refusal
from tests.desk.field import (
    EVENT,
    SPT,
    TEAM,
    inmate,
    listed,
    papers,
    plan,
    prison_list,
    results,
    sent_out,
)
from tests.desk.world import World

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


def test_the_list_does_not_go_on_while_a_row_of_it_waits_to_be_corrected(offline: World):
    parent = plan(offline)
    desk = offline.sit("dafa")
    desk.roster.importing.read_pasted(parent, prison_list([0, 1, 0]))
    desk.roster.importing.import_rows(parent)
    desk.roster.record([row.number for row in desk.roster.names(parent)], "lulus", {})
    with pytest.raises(Refusal, match="1 baris daftar belum dibetulkan"):
        offline.do("dafa", parent, "diverifikasi")
    (row,) = desk.roster.importing.draft(parent).refused
    desk.roster.importing.leave_out(parent, [row.at], "tertulis dua kali")
    offline.do("dafa", parent, "diverifikasi")


def test_who_was_struck_off_and_stays_is_not_on_the_list_of_who_passed(field: World):
    parent, (first, second) = listed(field, 0, 1)
    desk = field.sit("dafa")
    desk.roster.record([first, second], "lulus", {})
    desk.roster.record([first], "dicoret", {"alasan": "keputusan Kabid"})
    desk.roster.record([first], "tidak-ikut", {})
    field.do("dafa", parent, "diverifikasi")
    (paper,) = papers(desk, "daftar-nama")
    assert inmate(0)["Nama"] not in paper
    assert inmate(1)["Nama"] in paper


def test_the_list_names_kasi_and_kabid_once_they_passed_it_on_and_never_who_prints_it(
    field: World,
):
    sent_out(field, 0)
    first, last = sorted(papers(field.desk("DKP"), "daftar-nama"), key=lambda one: "SPT/77" in one)
    assert not {"Dafa Dafduk", "Rina Kasi", "Hendra Kabid"} & set(re.findall(r"\((.+?)\)", first))
    assert {"Rina Kasi", "Hendra Kabid"} <= set(re.findall(r"\((.+?)\)", last))


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


def test_no_name_goes_to_the_team_before_its_kegiatan_has_an_spt(field: World):
    """Step 4: the Kabid decides on the whole list, not the Dafduk officer on one name."""
    parent, (first, *rest) = listed(field, 0, 1)
    field.meet("DKP", "LAP")
    desk = field.sit("dafa")
    desk.roster.record([first, *rest], "lulus", {})
    field.do("dafa", parent, "diverifikasi")
    for officer in ("dafa", "tuti"):
        with pytest.raises(Refusal, match="SPT kegiatan ini belum ada"):
            field.sit(officer).files.record(first, "berangkat", {"tim": TEAM})
    assert desk.core.known(first).step == "tugas"
    field.do("rina", parent, "diteruskan")
    field.do("hendra", parent, "disetujui", petugas="RIKO")
    field.sit("dafa").roster.record([first], "dicoret", {"alasan": "menunggu KK"})
    field.do("tuti", parent, "spt", **SPT)
    assert desk.roster.counts(parent)["belum"] == 1
    for outcome, values in (("periksa-lagi", {}), ("lulus", {}), ("berangkat", {"tim": TEAM})):
        field.sit("dafa").roster.record([first], outcome, values)
    assert desk.roster.counts(parent)["belum"] == 2


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
