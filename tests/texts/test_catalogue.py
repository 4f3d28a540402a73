"""What an officer reads: every text has its English, no English is left over, every glyph shows.

Texts come from four places: the literals given to ``say`` in kiosk/, those given to ``words`` in
drivers/, what config/ says on screens and papers, and what the courier says of a link in trouble.
The national code lists of countries and occupations are not translated: they are copied from the KK
and typed into SIAK as they stand.
"""

import ast
import csv
import string
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from config.forms import FORMS, HELP_WIDTH, LABEL_WIDTH, Field, load_form
from config.letters import LETTERS, load_letter
from config.lookups import lookup
from config.policy import load_policy
from config.procedures import load_all
from config.roles import PROFILES, ROLES
from drivers.profiles import PROFILES as PRINTERS
from sync import courier

ROOT = Path(__file__).parents[2]
KIOSK = ROOT / "kiosk"
CONFIG = ROOT / "config"
DRIVERS = ROOT / "drivers"
DRAWN = ("screens", "widgets", "shell")
"""The folders whose every literal may end on a screen, said or not."""

GLYPHS = frozenset(map(chr, range(0x20, 0x7F))) | frozenset("┌┐└┘─│├┤┬┴┼█░▒")
"""What every console font of Debian has: ASCII, the single box lines, and for the picture of a page
the full block and two shades."""


@cache
def catalogue() -> dict[str, str]:
    return tomllib.loads((KIOSK / "texts.en.toml").read_text("utf-8"))["texts"]


def literals(node: ast.expr) -> Iterator[str]:
    """The texts an expression can be: a literal, or one of the two of a conditional."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)


@cache
def spoken() -> dict[str, str]:
    """Every literal first argument of ``say`` in kiosk/, with one place where it stands."""
    found: dict[str, str] = {}
    for path in sorted(KIOSK.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say" and node.args:
                for text in literals(node.args[0]):
                    found.setdefault(text, f"{path.relative_to(ROOT)}:{node.lineno}")
    return found


@cache
def of_drivers() -> frozenset[str]:
    """Every literal given to ``words`` in drivers/, and what kinds of printers are called."""
    found = {profile.label for profile in PRINTERS.values()}
    for path in sorted(DRIVERS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "words":
                assert node.args, f"{path}:{node.lineno}: words() without a text"
                texts = list(literals(node.args[0]))
                assert texts, f"{path}:{node.lineno}: the text of words() is no literal"
                found.update(texts)
    return frozenset(found)


def of_field(field: Field) -> Iterator[str]:
    yield field.label
    yield field.help
    for _, label in field.options:
        yield label


def of_config() -> Iterator[str]:
    for procedure in load_all().values():
        yield from (procedure.title, *procedure.registers, *procedure.reports)
        for step in procedure.steps:
            yield from (step.activity, step.output, step.list, *step.requires)
            for outcome in step.outcomes:
                yield from (outcome.label, outcome.help)
                for field in outcome.fields:
                    yield from of_field(field)
    for path in FORMS.glob("*.toml"):
        for page in load_form(path).pages:
            yield page.title
            for field in page.fields:
                yield from of_field(field)
    for path in LETTERS.glob("*.toml"):
        letter = load_letter(path.stem)
        yield from (letter.title, letter.subtitle, letter.opening, letter.statement, letter.claim)
        yield from letter.closing
    policy = load_policy()
    for relation in policy.relations:
        yield from (relation.label, *relation.papers)
    yield from (one.instead for one in policy.substitutes)
    yield from (one.paper for one in policy.taken_back)
    yield from ROLES.values()
    yield from PROFILES.values()
    for name in ("hubungan", "latar_foto"):
        yield from (item.name for item in lookup(name).find("", 1000))


def of_courier() -> Iterator[str]:
    for name, value in vars(courier).items():
        if isinstance(value, str) and not name.startswith("__") and value.endswith("."):
            yield value


@cache
def configured() -> frozenset[str]:
    """What config/, sync/ and drivers/ hand to the screens."""
    return frozenset(text for text in (*of_config(), *of_courier(), *of_drivers()) if text)


def placeholders(text: str) -> list[str]:
    return sorted({name for _, name, _, _ in string.Formatter().parse(text) if name is not None})


def test_the_scan_finds_all_kinds_of_texts():
    assert "Terima berkas" in spoken()
    assert {"Nama bayi", "Kepala Seksi", "Ya", "Wali", "Diparaf, diajukan TTE"} <= configured()
    assert any(text.startswith("Pusat tidak dapat dihubungi") for text in configured())


def test_every_text_has_its_english():
    missing = {text: spoken().get(text, "config") for text in {*spoken(), *configured()}}
    for text in catalogue():
        missing.pop(text, None)
    assert missing == {}


def test_no_english_is_left_over():
    assert sorted(set(catalogue()) - set(spoken()) - configured()) == []


def test_no_english_is_empty():
    assert [text for text, english in catalogue().items() if not english.strip()] == []


def test_both_languages_name_the_same_values():
    differ = {
        text: english
        for text, english in catalogue().items()
        if placeholders(text) != placeholders(english)
    }
    assert differ == {}


def test_labels_and_help_fit_in_english_where_they_fit_in_indonesian():
    english = catalogue()
    fields = [field for path in FORMS.glob("*.toml") for field in load_form(path).fields]
    fields += [
        field
        for procedure in load_all().values()
        for step in procedure.steps
        for outcome in step.outcomes
        for field in outcome.fields
    ]
    too_long = [
        english[text]
        for field in fields
        for text, most in (
            (field.label, LABEL_WIDTH - field.required),
            (field.help, HELP_WIDTH),
        )
        if text and len(english[text]) > most
    ]
    assert too_long == []


def test_the_key_bar_fits_in_english():
    short = ("Bantu", "Baru", "Cari", "Serah", "Kerja", "Cetak", "Sinkr", "Lapor", "Kelola")
    bar = "".join(f"F{n}{catalogue()[text]} " for n, text in enumerate((*short, "Kunci"), 1))
    assert len(bar.rstrip()) <= 80


# -- glyphs ------------------------------------------------------------------------------------


def foreign(text: str) -> list[str]:
    return sorted(set(text) - GLYPHS - {"\n"})


def test_every_text_is_drawn_by_every_console_font():
    texts = {*spoken(), *configured(), *catalogue().values()}
    assert {text: foreign(text) for text in texts if foreign(text)} == {}


@pytest.mark.parametrize("path", sorted(CONFIG.rglob("*.csv")), ids=lambda path: path.stem)
def test_every_table_is_drawn_by_every_console_font(path: Path):
    with path.open(encoding="utf-8", newline="") as table:
        cells = {cell for row in csv.reader(table) for cell in row}
    assert {cell: foreign(cell) for cell in cells if foreign(cell)} == {}


def drawn_literals(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The string literals of a module but its docstrings, the keys of its tables (what a
    translation table replaces never reaches a screen) and what is sent to the terminal itself."""
    skip: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            skip |= {id(key) for key in node.keys}
        elif isinstance(node, ast.Expr):
            skip.add(id(node.value))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in skip:
            continue
        if isinstance(node.value, str) and not node.value.startswith("\x1b"):
            yield node.lineno, node.value


def test_no_screen_draws_a_glyph_that_a_console_lacks():
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {foreign(text)}"
        for folder in DRAWN
        for path in sorted((KIOSK / folder).rglob("*.py"))
        for line, text in drawn_literals(ast.parse(path.read_text("utf-8")))
        if foreign(text)
    ]
    assert wrong == []
