"""docs/sop: the pages name every step and outcome of their procedures, and only tests there are."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from config.procedures import Step, load_all

ROOT = Path(__file__).parents[2]
SOPS = ROOT / "docs" / "sop"
PAGES = {
    "kado-camer": ("kado-camer",),
    "kia-whatsapp": ("kia-whatsapp",),
    "akta-jambi": ("akta-jambi",),
    "akapela": ("akapela",),
    "mas-rapid": ("mas-rapid", "mas-rapid-nama"),
}
EVERY = pytest.mark.parametrize("page", [*PAGES, "README"])


def text_of(page: str) -> str:
    return (SOPS / f"{page}.md").read_text("utf-8")


def rows(page: str) -> dict[str, list[str]]:
    """The rows of a page's tables by their first cell."""
    lines = [line for line in text_of(page).splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines]
    return {one[0]: one for one in cells if one[0] != "step"}


@cache
def names_in(path: Path) -> frozenset[str]:
    return frozenset(re.findall(r"(?m)^(?:async )?def (\w+)", path.read_text("utf-8")))


@pytest.mark.parametrize("page", PAGES)
def test_every_step_has_its_row_and_every_outcome_is_named(page: str):
    table = rows(page)
    for slug in PAGES[page]:
        steps: list[Step] = list(load_all()[slug].steps)
        assert [step.id for step in steps if step.id not in table] == []
        for step in steps:
            act = table[step.id][2]
            missing = [one.id for one in step.outcomes if f"`{one.id}`" not in act]
            assert missing == [], step.id
            assert len(table[step.id]) == 5, step.id
            for minutes in re.findall(r"(\d+) min", table[step.id][1]):
                assert int(minutes) == step.minutes, step.id


@EVERY
def test_every_test_that_is_named_exists(page: str):
    text = text_of(page)
    for path, name in re.findall(r"`(tests/\S+\.py)::(\w+)`", text):
        assert name in names_in(ROOT / path), f"{path}::{name}"
    for path in re.findall(r"`(tests/[^`:]+\.py)`", text):
        assert (ROOT / path).is_file(), path


@pytest.mark.parametrize("page", PAGES)
def test_every_part_of_a_day_that_is_named_exists(page: str):
    day = ROOT / "tests" / "days" / f"test_day_{page.replace('-', '_')}.py"
    for row in rows(page).values():
        parts: list[str] = re.findall(r"`(\w+)`", row[4])
        assert [one for one in parts if one not in names_in(day)] == [], row[0]
        assert parts or "::" in row[4], f"{row[0]}: no test"


def test_the_five_pages_are_linked():
    assert re.findall(r"\]\((\S+)\.md\)", text_of("README")) == list(PAGES)
