"""What an officer reads. The Indonesian text in the code is the key of every translation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drivers.words import Words

LANGUAGES = ("id", "en")

_catalogue: dict[str, str] = {}


class _Given(dict[str, object]):
    """The values of a text; a placeholder nobody filled stays as it is written."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def say(text: str, /, **values: object) -> str:
    """``text`` in the language of this kiosk, its ``{placeholders}`` filled from ``values``.

    A text that is not in the catalogue is said in Indonesian. Never raises: a placeholder that
    cannot be filled is left as written.

    >>> say("Nomor {nomor} tidak dikenal.", nomor="RSA1")
    'Nomor RSA1 tidak dikenal.'
    """
    words = said(text)
    if "{" not in words and "}" not in words:
        return words
    try:
        return words.format_map(_Given(values))
    except (ValueError, LookupError, AttributeError, TypeError):
        return words


def said(text: str) -> str:
    """A text that config/ holds (a role, a label) in the language of this kiosk."""
    return _catalogue.get(text, text)


def said_words(words: Words | None) -> str:
    """What a device says, in the language of this kiosk; empty for nothing."""
    return say(words.text, **words.values) if words else ""


def set_language(language: str) -> None:
    """Choose ``"id"`` (Indonesian, the source) or ``"en"``. Raises ValueError for any other."""
    if language not in LANGUAGES:
        raise ValueError(f"language {language!r} is none of {', '.join(LANGUAGES)}")
    _catalogue.clear()
    if language != "id":
        _catalogue.update(_read(language))


def _read(language: str) -> dict[str, str]:
    import tomllib

    raw = Path(__file__).with_name(f"texts.{language}.toml").read_bytes()
    texts = tomllib.loads(raw.decode("utf-8")).get("texts", {})
    return {key: value for key, value in texts.items() if isinstance(value, str)}
