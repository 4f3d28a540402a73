"""The page of results: parts replaced one by one, bounds said as met or not."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import report
from bench.sync.cases import FIELDS, Births
from bench.sync.verdict import Bound, Section
from config.forms import load_form, visible
from config.procedures import FORMS
from kiosk.cases.checks import check_form


def test_a_part_takes_the_place_of_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "RESULTS", tmp_path / "RESULTS.md")
    for part in ("## Sync: push\n\nold\n", "## The kiosk\n\nfirst\n", "## Sync: push\n\nnew\n"):
        report.put(part)
    text = (tmp_path / "RESULTS.md").read_text()
    assert text == "# Measured\n\n## The kiosk\n\nfirst\n\n## Sync: push\n\nnew\n"


def test_bounds_are_said_as_met_or_not() -> None:
    section = Section("Test")
    section.bounds += [
        Bound("fewer bytes", 6.6, 6.5, "loopback", at_least=True),
        Bound("MB", 30.0, 30, "queue"),
    ]
    assert section.met
    assert "met" in section.text()
    section.bounds.append(Bound("more bytes", 1.2, 1.15, "cuts"))
    assert not section.met
    assert "**NOT met**" in section.text()


def test_made_up_births_are_what_the_form_takes() -> None:
    from datetime import date

    form = load_form(FORMS / "kelahiran.toml")
    today = date(2026, 8, 17)
    births = Births(1)
    for _ in range(200):
        filled = births.one(today)
        assert len(filled) == FIELDS
        assert all(visible(form.field(key), filled) for key in filled)
        refused = [one for one in check_form(form, filled, today) if one.level == "tolak"]
        assert not refused
    assert Births(1).one(today) == Births(1).one(today)
