"""Kelurahan and kecamatan, and which UPTD serves them.

Codes are those of Kepmendagri 300.2.2-2138/2025. Pekanbaru went from 12 to 15 kecamatan (Perda
2/2020, codes in force since 2022) and the old names still stand on most family cards, so they are
found as well. A card is routed by its kelurahan only: a kecamatan's name may mean another area
today ("Rumbai", "Tampan"), and the region in a NIK says where a person was first registered.

``regions.csv`` and ``uptd.csv`` are the office's to edit: that each kecamatan has one UPTD is a
presumption. A kelurahan whose kecamatan is not in ``uptd.csv`` has no UPTD.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from config.errors import ConfigError
from config.table_files import fold, read_rows

FOLDER = Path(__file__).parent
UPTD_FILE = "uptd.csv"

_KELURAHAN = re.compile(r"\d\d\.\d\d\.\d\d\.\d{4}")
_KECAMATAN = re.compile(r"\d\d\.\d\d\.\d\d")
_NO_MATCH = 9


@dataclass(frozen=True, slots=True)
class Place:
    """A kelurahan. ``was`` is the kecamatan it belonged to under its old name, '' if the same."""

    code: str
    kelurahan: str
    kecamatan: str
    kecamatan_code: str
    was: str = ""


@dataclass(frozen=True, slots=True)
class Uptd:
    """The branch office that hands out cards in a kecamatan."""

    address: str
    name: str


class Regions:
    """The table of kelurahan. Replaceable by an office of another city with its own file."""

    def __init__(self, places: tuple[Place, ...], uptd: dict[str, Uptd]) -> None:
        self.places = places
        self._by_code = {place.code: place for place in places}
        self._uptd = uptd
        self._folded = [
            (fold(place.kelurahan), fold(place.kecamatan), fold(place.was)) for place in places
        ]

    @classmethod
    def load(cls, path: Path | None = None, city: str = "") -> Regions:
        """Read the table (``uptd.csv`` is looked for beside it); ``city`` (as "14.71") keeps the
        kelurahan of one city only. Raises ConfigError with file and line."""
        path = path or FOLDER / "regions.csv"
        places = [
            place for place in _read_places(path) if not city or place.code.startswith(f"{city}.")
        ]
        uptd = path.parent / UPTD_FILE
        return cls(tuple(places), _read_uptd(uptd) if uptd.exists() else {})

    def get(self, code: str) -> Place | None:
        """The kelurahan of a code, None when there is none."""
        return self._by_code.get(code)

    def find(self, text: str, limit: int = 20) -> list[Place]:
        """Kelurahan by name, by name and kecamatan, by kecamatan (old names too) or by the
        beginning of the code; the likeliest first. An empty text finds all."""
        wanted = fold(text)
        ranked = sorted(
            (order, place)
            for place in range(len(self.places))
            if (order := self._rank(wanted, place)) < _NO_MATCH
        )
        return [self.places[place] for _, place in ranked[:limit]]

    def uptd_at(self, address: str) -> Uptd | None:
        """The UPTD of an address, None when the table has none."""
        return next((uptd for uptd in self._uptd.values() if uptd.address == address), None)

    def uptd_for(self, kelurahan: str) -> Uptd | None:
        """Which UPTD serves a kelurahan (by its code); None when unknown."""
        place = self.get(kelurahan)
        return self._uptd.get(place.kecamatan_code) if place else None

    def _rank(self, wanted: str, place: int) -> int:
        kelurahan, kecamatan, was = self._folded[place]
        if wanted == kelurahan:
            return 0
        if kelurahan.startswith(wanted):
            return 1
        if wanted.startswith(kelurahan) and _continues(wanted[len(kelurahan) :], kecamatan, was):
            return 1
        if wanted in kelurahan:
            return 2
        if wanted in (kecamatan, was):
            return 3
        if kecamatan.startswith(wanted) or was.startswith(wanted):
            return 4
        if fold(self.places[place].code).startswith(wanted):
            return 5
        return _NO_MATCH


def _continues(rest: str, *names: str) -> bool:
    """Whether what follows the kelurahan is its kecamatan, perhaps after "kec"."""
    rests = (rest, rest.removeprefix("kecamatan"), rest.removeprefix("kec"))
    return any(name.startswith(one) for name in names if name for one in rests)


def _read_places(path: Path) -> list[Place]:
    places: list[Place] = []
    for line, (code, kelurahan, kecamatan, was) in read_rows(
        path, ("code", "kelurahan", "kecamatan", "was")
    ):
        if not _KELURAHAN.fullmatch(code):
            says = "kode kelurahan ditulis seperti 14.71.10.1005."
            raise ConfigError(str(path), code, line, says)
        if not kelurahan or not kecamatan:
            raise ConfigError(str(path), code, line, "nama kelurahan dan kecamatan wajib ditulis.")
        places.append(Place(code, kelurahan, kecamatan, code[:8], was))
    return places


def _read_uptd(path: Path) -> dict[str, Uptd]:
    uptd: dict[str, Uptd] = {}
    for line, (kecamatan, address, name) in read_rows(path, ("kecamatan", "address", "name")):
        if not _KECAMATAN.fullmatch(kecamatan):
            raise ConfigError(
                str(path), kecamatan, line, "kode kecamatan ditulis seperti 14.71.10."
            )
        if not address.startswith("uptd:") or not name:
            says = "tulis alamat (seperti uptd:14.71.10) dan nama UPTD."
            raise ConfigError(str(path), kecamatan, line, says)
        uptd[kecamatan] = Uptd(address, name)
    return uptd
