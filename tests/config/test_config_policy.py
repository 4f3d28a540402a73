"""What an office may write in its policy of collecting, and what is wrong with what it may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.errors import ConfigError
from config.policy import POLICIES, load_policy

USUAL = (POLICIES / "pengambil.toml").read_text("utf-8")


def written(folder: Path, text: str) -> Path:
    path = folder / "pengambil.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_lost_resi_has_its_statement_and_other_papers_have_nothing_instead() -> None:
    policy = load_policy()
    assert policy.instead_of("Resi permohonan") == "Surat pernyataan kehilangan resi"
    assert policy.instead_of("KTP-el pengambil") == ""


def test_an_office_may_allow_no_substitute_and_withdraw_nothing(tmp_path: Path) -> None:
    text = USUAL[: USUAL.index("# SOP tidak mengatur resi")]
    policy = load_policy(written(tmp_path, text))
    assert (policy.substitutes, policy.taken_back) == ((), ())
    assert policy.withdrawn({"jenis": "rusak"}) == ()


def test_what_is_always_withdrawn_needs_no_condition(tmp_path: Path) -> None:
    policy = load_policy(written(tmp_path, USUAL + '\n[[taken_back]]\npaper = "Resi"\n'))
    assert policy.withdrawn({}) == ("Resi",)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('paper = "Resi permohonan"', 'paper = "Resi permohonn"', "maksudnya 'Resi permohonan'?"),
        ('instead = "Surat', 'insted = "Surat', "maksudnya 'instead'?"),
        ("when = { jenis", "wen = { jenis", "maksudnya 'when'?"),
    ],
)
def test_a_mistake_is_named_with_what_was_meant(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    assert USUAL.count(old) == 1
    with pytest.raises(ConfigError) as refused:
        load_policy(written(tmp_path, USUAL.replace(old, new)))
    assert says in str(refused.value)
    assert "pengambil.toml:" in str(refused.value)
