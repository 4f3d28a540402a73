"""Where the keys of a TOML text stand."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as run
from hypothesis import strategies as st

from config.lines import key_lines

CONFIG = Path(__file__).parents[2] / "config"

HARD_TEXT = '''\
# a comment with = and [ and "
title = "a # no comment"   # b
long = """
[not.a.table]
not_a_key = 1 \\"""
end in quotes"""""
raw = \'\'\'
x = 2\'\'\'
"quoted key" . 'second' = 1
list = [ # first
  "a, ]",
  { k = "v", deep = { d = 1 } },
  [1,
   2],
]

[table.inner]
k = 1979-05-27T07:32:00Z

[[row]]
id = 'a\\'
  [[row.cell]]
  v = 1
  [[row.cell]]
  v = 2
  [row.more]
  z = 1
[[row]]
id = "b"
[[row.cell]]
v = 3
'''


def test_every_trick_of_the_language():
    lines = key_lines(HARD_TEXT)
    expected: dict[tuple[str | int, ...], int] = {
        ("title",): 2,
        ("long",): 3,
        ("raw",): 7,
        ("quoted key",): 9,
        ("quoted key", "second"): 9,
        ("list",): 10,
        ("list", 0): 11,
        ("list", 1): 12,
        ("list", 1, "k"): 12,
        ("list", 1, "deep", "d"): 12,
        ("list", 2): 13,
        ("list", 2, 1): 14,
        ("table", "inner"): 17,
        ("table", "inner", "k"): 18,
        ("row", 0): 20,
        ("row", 0, "id"): 21,
        ("row", 0, "cell", 0, "v"): 23,
        ("row", 0, "cell", 1): 24,
        ("row", 0, "cell", 1, "v"): 25,
        ("row", 0, "more", "z"): 27,
        ("row", 1): 28,
        ("row", 1, "id"): 29,
        ("row", 1, "cell", 0, "v"): 31,
    }
    assert {path: lines.get(path) for path in expected} == expected
    assert set(lines) == set(every_path(tomllib.loads(HARD_TEXT)))


@pytest.mark.parametrize("path", sorted(CONFIG.rglob("*.toml")), ids=lambda path: path.name)
def test_every_key_of_the_shipped_files_is_found_on_its_line(path: Path):
    text = path.read_text(encoding="utf-8")
    lines = key_lines(text)
    rows = text.split("\n")
    paths = every_path(tomllib.loads(text))
    assert set(lines) == set(paths)
    for one in paths:
        if isinstance(one[-1], str):
            assert one[-1] in rows[lines[one] - 1]


texts = st.text(st.sampled_from("ab\"'\\#[]{}=,.\n é"), max_size=6)
values = st.recursive(
    st.booleans() | st.integers(0, 99) | texts,
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=6,
)
tables = st.dictionaries(texts, values, max_size=4)


@run(deadline=None)
@given(top=tables, rows=st.lists(st.tuples(tables, st.lists(tables, max_size=2)), max_size=3))
def test_agrees_with_a_writer_that_notes_its_lines(
    top: dict[str, Any], rows: list[tuple[dict[str, Any], list[dict[str, Any]]]]
):
    writer = Writer()
    writer.pairs((), top)
    for i, (row, cells) in enumerate(rows):
        writer.header("[[ row ]]", ("row", i))
        writer.pairs(("row", i), {key: row[key] for key in row if key != "cell"})
        for j, cell in enumerate(cells):
            writer.header('[[row."cell"]]', ("row", i, "cell", j))
            writer.pairs(("row", i, "cell", j), cell)
    text = "\n".join(writer.rows)
    if "row" in top and rows:
        return  # a key and a table of one name are no TOML
    tomllib.loads(text)
    lines = key_lines(text)
    assert {path: lines.get(path) for path in writer.noted} == writer.noted


class Writer:
    """Writes TOML with one list element a line and keeps where each key went."""

    def __init__(self) -> None:
        self.rows: list[str] = []
        self.noted: dict[tuple[str | int, ...], int] = {}

    def header(self, text: str, path: tuple[str | int, ...]) -> None:
        self.rows.append(text + " # [x]")
        self.noted[path] = len(self.rows)

    def pairs(self, above: tuple[str | int, ...], table: dict[str, Any]) -> None:
        for key, value in table.items():
            self.rows.append(f"{quoted(key)} = ")
            self.noted[*above, key] = len(self.rows)
            self.value((*above, key), value)

    def value(self, path: tuple[str | int, ...], value: Any) -> None:
        if isinstance(value, bool | int):
            self.rows[-1] += str(value).lower()
        elif isinstance(value, str):
            self.rows[-1] += quoted(value)
        else:
            self.rows[-1] += "["
            for place, one in enumerate(value):
                self.rows.append("  ")
                self.noted[*path, place] = len(self.rows)
                self.value((*path, place), one)
                self.rows[-1] += ", # ]"
            self.rows.append("]")


def quoted(text: str) -> str:
    for sign, written in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n")):
        text = text.replace(sign, written)
    return f'"{text}"'


def every_path(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    below = value.items() if isinstance(value, dict) else enumerate(value)
    found: list[tuple[str | int, ...]] = []
    for key, one in below:
        found.append((*path, key))
        if isinstance(one, dict | list):
            found += every_path(one, (*path, key))
    return found
