"""The control card tells what each step took of its standard time, and where a paraf is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from config.calendar import load_calendar
from config.procedures import PROCEDURES, load_procedure
from kiosk.cases.standard import case_time, step_times
from kiosk.cases.state import CaseState, fold
from kiosk.cases.working_time import WorkingTime
from kiosk.papers.kartu_kendali import kartu_kendali
from kiosk.papers.preview import to_text

if TYPE_CHECKING:
    from conftest import World

OFFICE = WorkingTime(load_calendar())
DAY = 24 * 60 * 60_000


def card(
    world: World, state: CaseState, procedure: Any = None, later: int = DAY, columns: int = 48
) -> list[str]:
    rules = procedure or world.procedure
    now = max((line.time for line in state.lines), default=0) + later
    paper = kartu_kendali(
        state,
        office=world.office,
        procedure=rules,
        person=world.person,
        qr="LL1:ABC",
        times=(step_times(state, rules, now, OFFICE), case_time(state, rules, now, OFFICE)),
    )
    return to_text(paper, columns)


def table(lines: list[str]) -> list[list[str]]:
    """The rows of the table of times."""
    start = lines.index("Waktu tiap langkah:") + 3
    rows = [line.split("|") for line in lines[start:]]
    end = next(at for at, cells in enumerate(rows) if len(cells) < 4)
    return [[cell.strip() for cell in cells] for cells in rows[:end]]


def test_each_step_has_standard_working_and_wall_time(world: World, corrected: CaseState) -> None:
    # Saturday: all of it lies outside of working hours, so nothing was used and nothing is late.
    assert table(card(world, corrected)) == [
        ["1", "2 mnt", "0 mnt", "10 mnt"],
        ["2", "5 mnt", "0 mnt", "10 mnt"],
        ["3", "5 mnt", "0 mnt", "10 mnt"],
    ]
    whole = " ".join(" ".join(card(world, corrected)).split())
    assert "Seluruhnya: 0 mnt kerja, 25 j 20 m menurut jam dinding." in whole


def test_a_late_step_a_gap_and_the_applicants_time(world: World) -> None:
    week = 2 * DAY  # the same acts on a Monday
    monday = type(world)(**{**vars(world), "start": world.start + week})
    acts: list[tuple[Any, ...]] = [
        ("hasil", "1", "ani", "rs:RSA", {"hasil": "diajukan"}),
        ("serah", "2", "ani", "rs:RSA", {"ke": "dinas", "peran": "operator"}),
        ("hasil", "2", "dodi", "dinas", {"hasil": "kembali", "isi": {"catatan": "KK"}}),
        ("hasil", "K", "dodi", "dinas", {"hasil": "dikembalikan"}),
        ("serah", "L", "dodi", "dinas", {"ke": "rs:RSA", "peran": "operator-fasilitas"}),
        ("terima", "L", "ani", "rs:RSA", {"barang": "berkas"}),
        ("hasil", "L", "ani", "rs:RSA", {"hasil": "dilengkapi", "isi": {"catatan": "ada"}}),
    ]
    rows = table(card(monday, monday.case(*acts)))
    assert rows[0] == ["1", "2 mnt", "10 mnt LAMBAT", "10 mnt"]
    assert rows[1] == ["2", "5 mnt", "BELUM PARAF", "-"]
    assert ["L", "Waktu", "-", "10 mnt"] in rows


def test_a_card_that_has_only_begun_tells_the_standard_of_what_comes(world: World) -> None:
    lines = card(world, world.case(), later=0)
    assert "Waktu tiap langkah:" not in lines
    text = " ".join(" ".join(line.split("|")[1] for line in lines if "|" in line).split())
    assert "Validasi draft, paraf, pengajuan TTE kepada Kepala Dinas (5 mnt)" in text
    assert "Penyerahan KIA kepada pemohon (1 hari)" in text


@pytest.mark.parametrize("columns", [32, 48, 80])
def test_a_case_without_paper_shows_who_did_each_step(world: World, columns: int) -> None:
    jambi = load_procedure(PROCEDURES / "akta-jambi.toml")
    isi = {"nomor": world.number, "prosedur": "akta-jambi", "isi": {"anak_nama": "ALIF"}}
    sent = {"hasil": jambi.step("2").outcomes[0].id, "ke": "dinas"}
    acts = [("permohonan", "1", "ani", "rs:RSA", isi), ("hasil", "2", "dodi", "rs:RSA", sent)]
    placed = [world._placed(at, act) for at, act in enumerate(acts)]
    lines = card(world, fold(placed, {"akta-jambi": jambi}), jambi, columns=columns)
    assert max(map(len, lines)) <= columns
    if columns == 32:
        return
    rows = [[cell.strip() for cell in line.split("|")] for line in lines if line.count("|") == 3]
    assert rows[0] == ["No", "Tahapan", "Mulai", "Selesai"]
    assert [row[0] for row in rows if row[0].isdigit()][:3] == ["1", "2", "3"]
    parafs = " ".join(row[3] for row in rows)
    assert "AR" in parafs and "DS" in parafs and "......." in parafs
