"""Reading data that others wrote, whatever it holds: nothing here raises.

An entry that another kiosk signed is kept even when its data is nonsense; what cannot be read is
as if it had not been written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from math import isfinite
from typing import Any, cast

_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DEEPEST = 6
_LARGEST = 10**15


def text_of(value: object) -> str:
    """A text as it is, a whole number as its digits, anything else as nothing."""
    if type(value) is str:
        return value
    if type(value) is int and -_LARGEST < value < _LARGEST:
        return str(value)
    return ""


def count_of(value: object) -> int:
    """A whole number from 0 on as it is, anything else as 0."""
    return value if type(value) is int and 0 <= value < _LARGEST else 0


def texts_in(value: object) -> dict[str, str]:
    """The members of a map that are texts (or whole numbers) under a text."""
    if not isinstance(value, Mapping):
        return {}
    return {
        key: text_of(one)
        for key, one in cast("Mapping[Any, Any]", value).items()
        if type(key) is str and (type(one) is str or text_of(one))
    }


def texts_of(value: object) -> list[str]:
    """The members of a list that are texts (or whole numbers) and not empty."""
    return [text for one in list_of(value) if (text := text_of(one))]


def iso_day(text: str) -> date | None:
    """The day that YYYY-MM-DD says; None for any other text, other ISO 8601 forms included."""
    if not _ISO_DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def list_of(value: object) -> list[Any]:
    """A list as it is, anything else as an empty one."""
    return list(cast("list[Any]", value)) if isinstance(value, list | tuple) else []


def plain_map(value: object, depth: int = _DEEPEST) -> dict[str, Any]:
    """A map with text keys whose values are texts, numbers, bytes, lists and such maps."""
    if not isinstance(value, Mapping) or not depth:
        return {}
    members = cast("Mapping[Any, Any]", value).items()
    return {key: _plain(one, depth - 1) for key, one in members if type(key) is str}


def _plain(value: object, depth: int) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(one, depth - 1) for one in list_of(cast("object", value))] if depth else []
    if isinstance(value, Mapping):
        return plain_map(cast("object", value), depth)
    if type(value) is float:
        return value if isfinite(value) else None
    if type(value) in (str, bytes, bool):
        return value
    return value if type(value) is int and -_LARGEST < value < _LARGEST else None
