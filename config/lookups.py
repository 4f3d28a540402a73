"""Code lists for fields: a file ``lookups/<name>.csv`` with the columns code,name.

The order of a list is the order of its file: put first what is chosen most.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from config.errors import ConfigError
from config.table_files import fold, read_rows

LOOKUPS = Path(__file__).parent / "lookups"

REGIONS = "regions"
"""The list of kelurahan, which is no file of this folder: see config.regions."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a code list."""

    code: str
    name: str


@dataclass(frozen=True)
class Lookup:
    """A code list. ``name`` is the file's name."""

    name: str
    items: tuple[Item, ...]

    @cached_property
    def _by_code(self) -> Mapping[str, Item]:
        return {item.code: item for item in self.items}

    def get(self, code: str) -> Item | None:
        """The item of a code, None when there is none."""
        return self._by_code.get(code)

    def find(self, text: str, limit: int = 20) -> list[Item]:
        """Items whose code is the text or whose name holds it, names that begin so first."""
        wanted = fold(text)

        def rank(item: Item) -> int:
            name = fold(item.name)
            if wanted in (fold(item.code), name):
                return 0
            if name.startswith(wanted):
                return 1
            if any(fold(word).startswith(wanted) for word in re.split(r"[\s/(-]+", item.name)):
                return 2
            return 3 if wanted in name else 4

        ranked = sorted((rank(item), place) for place, item in enumerate(self.items))
        return [self.items[place] for order, place in ranked if order < 4][:limit]


@lru_cache(maxsize=32)
def lookup(name: str, folder: Path = LOOKUPS) -> Lookup:
    """Read a code list. Raises ConfigError."""
    if not _is_name(name):
        says = f"'{name}' bukan nama daftar kode; hanya huruf kecil, angka dan garis."
        raise ConfigError(str(folder), name, None, says)
    path = folder / f"{name}.csv"
    items: list[Item] = []
    for line, (code, text) in read_rows(path, ("code", "name")):
        if not text:
            raise ConfigError(str(path), code, line, "nama untuk kode ini belum ditulis.")
        items.append(Item(code, text))
    return Lookup(name, tuple(items))


def lookup_exists(name: str) -> bool:
    """Whether a field may use a code list of this name."""
    return name == REGIONS or (_is_name(name) and (LOOKUPS / f"{name}.csv").is_file())


def known_codes(name: str) -> list[str]:
    """All codes that a field with this list can hold."""
    if name == REGIONS:
        from config.regions import Regions

        return [place.code for place in Regions.load().places]
    return [item.code for item in lookup(name).items]


def _is_name(name: str) -> bool:
    return re.fullmatch(r"[a-z0-9][a-z0-9_-]*", name) is not None
