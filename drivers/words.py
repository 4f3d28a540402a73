"""What a device says to an officer: a text in Indonesian, and what fills its places.

The wing does not know in which language the kiosk speaks, so a text travels unfilled: the kiosk
looks the template up in its catalogue and fills it there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Words:
    """A text with ``{places}`` and their values; ``str()`` gives it in Indonesian."""

    text: str
    values: Mapping[str, object] = field(default_factory=dict[str, object])

    def __str__(self) -> str:
        return self.text.format_map(self.values) if self.values else self.text


def words(text: str, /, **values: object) -> Words:
    """``text`` is a literal wherever this is called: the catalogue is checked against it."""
    return Words(text, values)
