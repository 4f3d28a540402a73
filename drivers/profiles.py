"""What each kind of printer can do, read from profiles.toml on first use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast, get_args

Language = Literal["escpos", "escp", "pdf"]
Codepage = Literal["ascii", "cp437", "cp850", "cp1252", "cp858"]
StatusWay = Literal["dle_eot", "asb", "gs_r", "gs_h"]
"""How a printer can be asked how it is, see drivers/escpos_status.py: DLE EOT, GS a, GS r,
GS ( H function 48."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What one kind of printer can do. There is no cash drawer: no pulse is ever sent.

    ``columns`` characters fill a line; on a receipt printer each has 12 of its ``dots`` (8 per
    millimetre). ``codepage`` is the one code page the printer is set to, by its Python name;
    ``ascii`` sends no byte above 127. ``status`` says what kinds of questions it may be asked
    without printing them. ``baud`` is how it leaves the factory, where it has a serial plug.
    A dot-matrix printer has ``pins`` (9 or 24) and forms of ``form_lines`` lines of 1/6 inch.
    ``label`` is for a list that an officer reads, in Indonesian.
    """

    name: str
    columns: int
    dots: int = 0
    codepage: str = "cp437"
    native_qr: bool = True
    cutter: bool = True
    language: Language = "escpos"
    status: tuple[StatusWay, ...] = ()
    baud: int = 9600
    label: str = ""
    pins: int = 0
    form_lines: int = 0


_CHOICES: dict[str, tuple[object, ...]] = {
    "language": get_args(Language),
    "codepage": get_args(Codepage),
    "pins": (0, 9, 24),
}
_NUMBERS = {"columns": (16, 255), "dots": (0, 2000), "baud": (300, 921_600), "form_lines": (0, 127)}
_FLAGS = ("native_qr", "cutter")


def parse_profiles(text: str) -> dict[str, Profile]:
    """The profiles in TOML ``text``, one table each. Raises ValueError naming profile and key."""
    import tomllib

    return {name: _profile(name, table) for name, table in tomllib.loads(text).items()}


def _profile(name: str, table: object) -> Profile:
    if not isinstance(table, dict):
        raise ValueError(f"profile {name}: is no table")
    given: dict[str, Any] = {
        key: _value(f"profile {name}, key {key}", key, value)
        for key, value in cast("dict[str, object]", table).items()
    }
    for field in fields(Profile):
        if field.name not in given and field.name != "name" and field.default is MISSING:
            raise ValueError(f"profile {name}, key {field.name}: is missing")
    made = Profile(name, **given)
    if made.language == "escpos" and made.dots < made.columns * 12:
        raise ValueError(f"profile {name}, key dots: {made.columns} columns need 12 dots each")
    if made.language == "escp":
        for key in ("pins", "form_lines"):
            if not given.get(key):
                raise ValueError(f"profile {name}, key {key}: is missing")
        if made.codepage not in ("ascii", "cp437"):
            raise ValueError(f"profile {name}, key codepage: ESC/P is set to cp437")
    return made


def _value(where: str, key: str, value: object) -> object:
    if key in _CHOICES and value not in _CHOICES[key]:
        raise ValueError(f"{where}: {value!r} is none of {_CHOICES[key]}")
    if key in _NUMBERS:
        least, most = _NUMBERS[key]
        if type(value) is not int or not least <= value <= most:
            raise ValueError(f"{where}: {value!r} is no number from {least} to {most}")
    elif key in _FLAGS and not isinstance(value, bool):
        raise ValueError(f"{where}: {value!r} is neither true nor false")
    elif key == "label" and not (isinstance(value, str) and value):
        raise ValueError(f"{where}: {value!r} is no text")
    elif key == "status":
        return _ways(where, value)
    elif key not in (*_CHOICES, *_FLAGS, "label"):
        raise ValueError(f"{where}: is not known")
    return value


def _ways(where: str, value: object) -> tuple[object, ...]:
    ways = get_args(StatusWay)
    if not isinstance(value, list) or any(way not in ways for way in cast("list[object]", value)):
        raise ValueError(f"{where}: {value!r} is no list of {ways}")
    return tuple(cast("list[object]", value))


@cache
def _shipped() -> dict[str, Profile]:
    file = Path(__file__).with_name("profiles.toml")
    return parse_profiles(file.read_text(encoding="utf-8"))


class _Shipped(Mapping[str, Profile]):
    """The profiles of profiles.toml, read when the first is asked for."""

    def __getitem__(self, name: str) -> Profile:
        return _shipped()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_shipped())

    def __len__(self) -> int:
        return len(_shipped())


PROFILES: Mapping[str, Profile] = _Shipped()
"""The kinds of printers that are known, by name, in the order of the file."""
