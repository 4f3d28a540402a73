import ast
import string
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.texts import say, set_language

KIOSK = Path(__file__).parents[2] / "kiosk"


def spoken(folder: Path) -> set[str]:
    found: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say":
                text = node.args[0]
                assert isinstance(text, ast.Constant), f"{path}:{node.lineno}: no literal text"
                found.add(text.value)
    return found


def catalogue() -> dict[str, str]:
    return tomllib.loads((KIOSK / "texts.en.toml").read_text("utf-8"))["texts"]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_values_fill_the_placeholders():
    assert say("Nomor {nomor} tidak dikenal.", nomor="RSA1") == "Nomor RSA1 tidak dikenal."
    assert say("{text}", text="x") == "x"


@pytest.mark.parametrize("text", ["{", "}", "{}", "{0}", "{a.b}", "{a[0]}", "{a!x}", "{a:%%%}"])
def test_a_bad_placeholder_never_raises(text: str):
    assert say(text, b=1) == text or "{" in say(text, a=None)
    say(text, a=object())


@given(st.text(alphabet="{}[]!:.ab0 %"))
def test_no_text_at_all_raises(text: str):
    say(text, a=1)


def test_an_unfilled_placeholder_stays():
    assert say("{nomor} dan {hari}", hari=3) == "{nomor} dan 3"


@pytest.mark.usefixtures("english")
def test_english_is_said_when_chosen_and_indonesian_where_it_is_missing():
    assert say("Terima berkas") == "Receive the file"
    assert say("Belum ada terjemahan {a}.", a=1) == "Belum ada terjemahan 1."


def test_a_language_we_do_not_speak_is_refused():
    with pytest.raises(ValueError, match="fr"):
        set_language("fr")
    assert say("Terima berkas") == "Terima berkas"


def test_every_text_of_the_cases_is_translated():
    assert spoken(KIOSK / "cases") - set(catalogue()) == set()


def test_translations_use_the_same_placeholders():
    wrong = [key for key, value in catalogue().items() if placeholders(key) != placeholders(value)]
    assert wrong == []
