"""What a document scanner can do, told alike of SANE and eSCL. Nothing in the unit moves."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.documents.escl import Escl
from drivers.documents.escl_words import Abilities, Inlet, colours_of
from drivers.documents.job import Colour
from drivers.documents.sane_options import Option, Options, colours, source
from drivers.documents.sources import SaneSource, open_source


@dataclass(frozen=True, slots=True)
class Skills:
    """What a unit told of itself; "" and () where it told nothing.

    ``resolutions`` in dots per inch are each one that it has, or with ``span`` the least and the
    most. ``formats`` are what its pictures come as.
    """

    model: str
    glass: bool
    feeder: bool
    colours: tuple[Colour, ...]
    resolutions: tuple[int, ...]
    span: bool
    formats: tuple[str, ...]


def ask_skills(address: str, label: str = "") -> Skills:
    """Asks the scanner at ``sane:NAME`` or ``escl:URL``.

    :raises DeviceTrouble: it is no such address, or the unit is not there or does not answer.
    """
    unit = open_source(address, label)
    if isinstance(unit, SaneSource):
        return of_sane(unit.now().options(feeder=False), label)
    assert isinstance(unit, Escl)
    return _of_escl(unit.abilities())


def of_sane(options: Options, label: str) -> Skills:
    """By the settings that ``scanimage -A`` prints of it."""
    glass, feeder = source(options, feeder=False), source(options, feeder=True)
    dots = options.get("resolution", Option())
    span = not dots.choices and dots.most > 0
    numbers = [dots.least, dots.most] if span else dots.numbers
    return Skills(
        model=label,
        # A unit with only a feeder names it for the glass, too.
        glass=feeder is None or glass != feeder,
        feeder=feeder is not None,
        colours=colours(options),
        resolutions=tuple(round(one) for one in numbers),
        span=span,
        formats=("png",),
    )


def _of_escl(able: Abilities) -> Skills:
    inlet = able.glass or able.feeder or Inlet(0, 0, (), ())
    span = not inlet.resolutions and inlet.most > 0
    return Skills(
        model=able.model,
        glass=able.glass is not None,
        feeder=able.feeder is not None,
        colours=colours_of(inlet),
        resolutions=(inlet.least, inlet.most) if span else inlet.resolutions,
        span=span,
        formats=tuple(one.rpartition("/")[2] for one in inlet.formats),
    )
