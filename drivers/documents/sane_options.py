"""Reads what ``scanimage -A`` prints and chooses what fits a wish.

Every SANE backend names its settings in its own way: the feeder is "ADF", "ADF Front" or
"Automatic Document Feeder", grey is "Gray", "True Gray" or "Grayscale". So the unit's own list is
read, and only what it has is asked of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from drivers.documents.job import PAPERS, Colour, ScanWish

_LINE = re.compile(
    r" {4}-{1,2}([A-Za-z][\w-]*)(?:\[=\((.*)\)\]| (.*?))?"
    r"(?: \[((?:[^][]|\[[^]]*\])*)\])+$"  # Brother has modes such as "24bit Color[Fast]".
)
_RANGE = re.compile(r"(-?[\d.]+)\.\.(-?[\d.]+)([a-z%]*)(?:,\.\.\.)?(?: \(in steps of ([\d.]+)\))?$")
_UNIT = re.compile(r"(?<=\d)(dpi|mm|bit|pel|us|%)(,\.\.\.)?$")
_ASLEEP = ("inactive", "read-only")

_FEEDER = re.compile(r"adf|feed|document", re.IGNORECASE)
_BOTH_SIDES = re.compile(r"duplex|both|back", re.IGNORECASE)
_GLASS = re.compile(r"flatbed|platen|glass|normal", re.IGNORECASE)
_COLOURS: Mapping[Colour, re.Pattern[str]] = {
    "abu": re.compile(r"gr[ae]y", re.IGNORECASE),
    "warna": re.compile(r"colou?r", re.IGNORECASE),
    "hitam-putih": re.compile(r"line ?art|binary|black|mono", re.IGNORECASE),
}
_LESSER = re.compile(r"halftone|dither|diffusion|fast|pass|line ?art", re.IGNORECASE)
_NEXT_BEST: Mapping[Colour, tuple[Colour, ...]] = {
    "abu": ("abu", "warna", "hitam-putih"),
    "warna": ("warna", "abu", "hitam-putih"),
    "hitam-putih": ("hitam-putih", "abu", "warna"),
}


@dataclass(frozen=True, slots=True)
class Option:
    """A setting of the unit: either named choices, or a range in ``unit``."""

    choices: tuple[str, ...] = ()
    least: float = 0.0
    most: float = 0.0
    step: float = 0.0
    unit: str = ""
    now: str = ""
    """What it is set to."""

    def nearest(self, wanted: float) -> float | None:
        """The value that the unit has nearest to ``wanted``; the higher of two."""
        if not self.choices:
            value = min(max(wanted, self.least), self.most)
            if self.step > 0:
                value = self.least + round((value - self.least) / self.step) * self.step
            return min(value, self.most)
        return min(self.numbers, key=lambda number: (abs(number - wanted), -number), default=None)

    @property
    def numbers(self) -> list[float]:
        """The choices that are numbers."""
        return [float(text) for text in self.choices if re.fullmatch(r"[\d.]+", text)]


Options = Mapping[str, Option]


def read_options(lines: Iterable[str]) -> Options:
    """The settings that can be used now, by name without dashes ("resolution", "x")."""
    found: dict[str, Option] = {}
    for line in lines:
        match = _LINE.match(line)
        if match is None or any(word in line.rpartition(" [")[2] for word in _ASLEEP):
            continue
        name, switch, constraint = match[1], match[2], match[3]
        option = _read_constraint(switch or constraint or "")
        if option is not None:
            found[name] = replace(option, now=match[4])
    return found


def source(options: Options, *, feeder: bool) -> str | None:
    """The unit's own name for its feeder or its glass; None if it names no such thing.

    A unit that has only a feeder names it for the glass too: it can take one sheet.
    """
    named = _named(options, _FEEDER)
    return named if feeder else _named(options, _GLASS) or named


def colours(options: Options) -> tuple[Colour, ...]:
    """The colours that the unit has a mode for."""
    modes = options.get("mode", Option()).choices
    return tuple(
        colour for colour, named in _COLOURS.items() if any(named.search(mode) for mode in modes)
    )


def arguments(options: Options, wish: ScanWish) -> tuple[list[str], int]:
    """What to tell scanimage, and the dots per inch that come of it (0: not known).

    ``options`` are those that the unit has with the source of the wish set: its feeder may take
    longer paper than its glass. The order matters, since backends change what later settings may
    be by the earlier ones.
    """
    told: list[str] = []
    if (inlet := source(options, feeder=wish.feeder)) is not None:
        told.append(f"--source={inlet}")
    told += _colour(options, wish.colour)
    resolution = 0
    if (option := options.get("resolution")) and (value := option.nearest(wish.resolution)):
        told.append(f"--resolution={value:g}")
        resolution = round(value)
    return told + _area(options, wish), resolution


def _read_constraint(text: str) -> Option | None:
    if match := _RANGE.match(text):
        least, most, unit, step = match.groups()
        return Option((), float(least), float(most), float(step or 0), unit)
    unit = _UNIT.search(text)
    plain = _UNIT.sub("", text)
    choices = tuple(choice for choice in plain.split("|") if choice not in ("", "auto"))
    return Option(choices, unit=unit[1] if unit else "") if choices else None


def _named(options: Options, pattern: re.Pattern[str]) -> str | None:
    """The choice of source that fits, one that takes a single side before one that takes both."""
    choices = options.get("source", Option()).choices
    fits = [choice for choice in choices if pattern.search(choice)]
    return min(fits, key=lambda choice: bool(_BOTH_SIDES.search(choice)), default=None)


def _colour(options: Options, colour: Colour) -> list[str]:
    modes = options.get("mode", Option()).choices
    for candidate in _NEXT_BEST[colour]:
        fits = [mode for mode in modes if _COLOURS[candidate].search(mode)]
        if not fits:
            continue
        plain = candidate != "hitam-putih"
        mode = min(fits, key=lambda name: (plain and bool(_LESSER.search(name)), len(name)))
        return [f"--mode={mode}", *_depth(options, colour, candidate)]
    return []


def _depth(options: Options, wanted: Colour, got: Colour) -> list[str]:
    """Eight bits, which some units do not start with; one bit where that is their line art."""
    if got == "hitam-putih" or "depth" not in options:
        return []
    bits = "1" if wanted == "hitam-putih" else "8"
    choices = options["depth"].choices
    best = next((choice for choice in (bits, "8") if choice in choices), None)
    return [f"--depth={best}"] if best else []


def _area(options: Options, wish: ScanWish) -> list[str]:
    """The paper's size, as much of it as the unit has, from its upper left corner."""
    told: list[str] = []
    for axis, corner, page, size in zip(
        ("x", "y"), ("l", "t"), ("page-width", "page-height"), PAPERS[wish.paper], strict=True
    ):
        area = options.get(axis)
        if area is None or area.unit != "mm":
            continue
        # Feeders with a page size hold the area to it, so it comes first and is the true limit.
        if (limit := options.get(page)) is not None and limit.unit == "mm":
            told.append(f"--{page}={limit.nearest(size):g}")
        else:
            limit = area
        if (start := options.get(corner)) is not None and not start.choices:
            told += [f"-{corner}", f"{start.least:g}"]
        told += [f"-{axis}", f"{limit.nearest(size):g}"]
    return told
