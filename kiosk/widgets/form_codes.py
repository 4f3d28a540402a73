"""The codes of a form: found by what is typed, explained beside the entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.widgets.fields import Entry
    from kiosk.widgets.form_messages import Find


class Codes:
    """What the codes in the lookup fields of one form stand for, as far as it was asked."""

    def __init__(self, sources: Mapping[str, Find]) -> None:
        self._sources = dict(sources)
        self._known: dict[str, tuple[str, str]] = {}

    def source(self, entry: Entry) -> Find | None:
        """Where the codes of this entry are found; None for any other kind of field."""
        return self._sources.get(entry.field.lookup) if entry.field.type == "lookup" else None

    def meaning(self, entry: Entry) -> str:
        """What the code in this entry stands for, "" where that is not known."""
        code, label = self._known.get(entry.field.key, ("", ""))
        return label if code and code == entry.typed.strip() else ""

    def unexplained(self, entry: Entry) -> bool:
        """Whether something stands in this entry that should be a code and is not known."""
        if self.source(entry) is None or not entry.typed.strip():
            return False
        return not self.meaning(entry)

    def take(self, entry: Entry, code: str, label: str) -> None:
        """Put a code in the entry."""
        self._known[entry.field.key] = (code, label)
        entry.typed = code

    async def find(self, entry: Entry, text: str) -> list[tuple[str, str]]:
        """The rows that fit a text: the one whose code or name it is, else all that hold it."""
        source = self.source(entry)
        rows = list(await source(text)) if source is not None else []
        wanted = text.casefold()
        exact = [row for row in rows if row[0].casefold() == wanted]
        exact = exact or [row for row in rows if row[1].casefold() == wanted]
        return exact or rows

    async def explain(self, entry: Entry) -> None:
        """Find what the code that already stands in the entry means."""
        code = entry.typed.strip()
        for one, label in await self.find(entry, code):
            if one.casefold() == code.casefold() and entry.typed.strip() == code:
                self._known[entry.field.key] = (code, label)
