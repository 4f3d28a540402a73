"""Letters that the kiosk fills in for signing; their sentences are the office's to edit.

One TOML file for each under ``config/letters``; which answers stand between the sentences is the
paper's own (kiosk/papers/sptjm.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from config.document import open_toml

LETTERS = Path(__file__).parent / "letters"


@dataclass(frozen=True, slots=True)
class Letter:
    """The sentences of a declaration: ``opening`` before who declares, ``statement`` before what,
    ``claim`` after it, ``closing`` at the end. ``code`` is the national form's number."""

    code: str
    title: str
    subtitle: str
    opening: str
    statement: str
    claim: str
    closing: tuple[str, ...]


@cache
def load_letter(slug: str) -> Letter:
    """Read a letter. Raises ConfigError with file, key and line."""
    top = open_toml(LETTERS / f"{slug}.toml").only(
        *("code", "title", "subtitle", "opening", "statement", "claim", "closing")
    )
    return Letter(
        *map(top.filled, ("code", "title", "subtitle", "opening", "statement", "claim")),
        closing=top.texts("closing"),
    )
