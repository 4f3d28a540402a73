"""A prison's list becomes cases: whole or not at all, what is wrong told row by row."""

from __future__ import annotations

import itertools
import sqlite3

import pytest

from kiosk.desk.views import Refusal
from tests.desk.field import (
    EVENT,
    inmate,
    listed,
    papers,
    plan,
    prison_list,
)
from tests.desk.world import World


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
