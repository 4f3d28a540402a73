"""A TOML file opened for reading with care: every complaint names file, key and line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar, cast

from config.errors import ConfigError
from config.lines import KeyPath, key_lines

T = TypeVar("T")

_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "ya/tidak (true atau false)"),
    (str, "teks dalam tanda kutip"),
    (int, "bilangan bulat"),
    (float, "bilangan pecahan"),
    (datetime, "tanggal dengan jam"),
    (date, "tanggal (tahun-bulan-tanggal)"),
    (list, "daftar dalam kurung siku"),
    (dict, "tabel"),
)


def open_toml(path: Path) -> Table:
    """Read a TOML file and give its top table. Raises ConfigError with the line that is wrong."""
    text = read_text(path)
    try:
        values = tomllib.loads(text)
    except ValueError as error:  # TOMLDecodeError, and a number of too many digits
        raise _broken(path, text, str(error)) from None
    return Table(_Source(path, text), (), values)


def read_text(path: Path) -> str:
    """A file's text in UTF-8; the mark that Windows editors put in front is left out."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise ConfigError(str(path), "", None, "berkas ini tidak ada.") from None
    except OSError as error:
        says = f"berkas ini tidak dapat dibuka ({error.strerror})."
        raise ConfigError(str(path), "", None, says) from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        says = "ada huruf yang tidak terbaca; simpan berkas ini sebagai UTF-8."
        raise ConfigError(str(path), "", line, says) from None


def nearest(word: str, known: Iterable[str]) -> str:
    """`` maksudnya 'x'?`` for the known word most like this one, or nothing."""
    from difflib import get_close_matches

    near = get_close_matches(word.casefold(), list(known), n=1, cutoff=0.5)
    return f" maksudnya '{near[0]}'?" if near else ""


def _broken(path: Path, text: str, reason: str) -> ConfigError:
    place = re.search(r"at line (\d+), column (\d+)", reason)
    if place is None:
        line = text.rstrip().count("\n") + 1
        return ConfigError(
            str(path), "", line, "berkas terputus; tanda kutip atau kurung belum ditutup."
        )
    line = int(place[1])
    if any(word in reason for word in ("twice", "overwrite", "redefine", "mutate", "Duplicate")):
        says = "kunci atau tabel di baris ini sudah ditulis lebih dahulu; hapus salah satu."
    else:
        says = (
            f"penulisan salah di dekat huruf ke-{place[2]};"
            " periksa tanda kutip, kurung dan tanda sama dengan."
        )
    return ConfigError(str(path), "", line, says)


@dataclass(slots=True)
class _Source:
    path: Path
    text: str

    def line(self, path: KeyPath) -> int:
        """The line of a key, or of the nearest table above it that is written down."""
        lines = key_lines(self.text)
        while path and path not in lines:
            path = path[:-1]
        return lines.get(path, 1)


class Table:
    """One table of a TOML file. Each getter checks presence and type of one key."""

    __slots__ = ("_at", "_source", "_values")

    def __init__(self, source: _Source, at: KeyPath, values: dict[str, Any]) -> None:
        self._source = source
        self._at = at
        self._values = values

    @property
    def file(self) -> Path:
        return self._source.path

    def names(self) -> list[str]:
        """The keys written in this table, in their order."""
        return list(self._values)

    def has(self, key: str) -> bool:
        return key in self._values

    def only(self, *known: str) -> Table:
        """Complain about the first key that is not one of ``known``."""
        for key in self._values:
            if key not in known:
                raise self.error(key, f"kunci ini tidak dikenal;{nearest(key, known)}".rstrip(";"))
        return self

    def is_table(self, key: str) -> bool:
        """Whether a table is written under this key."""
        return isinstance(self._values.get(key), dict)

    def text(self, key: str, default: str | None = None) -> str:
        return self._get(key, str, default)

    def filled(self, key: str) -> str:
        """A text that must be there and must not be empty."""
        value = self._get(key, str, None)
        if not value.strip():
            raise self.error(key, "tidak boleh kosong.")
        return value

    def one_of(self, key: str, known: Iterable[str], default: str | None = None) -> str:
        """A text that must be one of ``known`` (or the default itself)."""
        value = self._get(key, str, default)
        if value != default:
            self.check(key, value, known)
        return value

    def check(self, key: str, value: str, known: Iterable[str]) -> None:
        known = list(known)
        if value not in known:
            hint = nearest(value, known) or f" pilihannya: {', '.join(known)}."
            raise self.error(key, f"'{value}' tidak dikenal;{hint}")

    def number(self, key: str, default: int | None = None, low: int = 0, high: int = 10**9) -> int:
        value = self._get(key, int, default)
        if not low <= value <= high:
            raise self.error(key, f"harus antara {low} dan {high}, tertulis {value}.")
        return value

    def flag(self, key: str, default: bool | None = None) -> bool:
        return self._get(key, bool, default)

    def day(self, key: str) -> date | None:
        return self._get(key, date, None) if self.has(key) else None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; a missing key is an empty list."""
        values = self._get(key, list[object], [])
        for place, value in enumerate(values):
            if not isinstance(value, str):
                raise self._wrong_type((key, place), str, value)
        return tuple(cast("list[str]", values))

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        """A list of [code, label] lists; a missing key is an empty list."""
        values = self._get(key, list[object], [])
        pairs: list[tuple[str, str]] = []
        for place, value in enumerate(values):
            match value:
                case [str() as code, str() as label]:
                    pairs.append((code, label))
                case _:
                    raise self._error((key, place), 'tulis sebagai ["kode", "tulisan"].')
        return tuple(pairs)

    def table(self, key: str) -> Table:
        """A table below this one; a missing key is an empty table."""
        return self._below((key,), self._get(key, dict[str, Any], {}))

    def tables(self, key: str) -> list[Table]:
        """A list of tables (``[[key]]``); a missing key is an empty list."""
        values = self._get(key, list[object], [])
        below: list[Table] = []
        for place, value in enumerate(values):
            if not isinstance(value, dict):
                raise self._wrong_type((key, place), dict, value)
            below.append(self._below((key, place), cast("dict[str, Any]", value)))
        return below

    def error(self, key: str, says: str) -> ConfigError:
        """A complaint about one key of this table ('' for the table itself)."""
        return self._error((key,) if key else (), says)

    def _get(self, key: str, kind: type[T], default: T | None) -> T:
        if key not in self._values:
            if default is None:
                raise self.error(key, "kunci ini wajib ada tetapi belum ditulis.")
            return default
        value = self._values[key]
        plain = getattr(kind, "__origin__", kind)
        if type(value) is not plain:
            raise self._wrong_type((key,), plain, value)
        return cast("T", value)

    def _below(self, path: KeyPath, values: dict[str, Any]) -> Table:
        return Table(self._source, (*self._at, *path), values)

    def _wrong_type(self, path: KeyPath, wanted: type, value: object) -> ConfigError:
        says = f"harus {_kind(wanted)}, bukan {_kind(type(value))}."
        return self._error(path, says)

    def _error(self, path: KeyPath, says: str) -> ConfigError:
        path = (*self._at, *path)
        return ConfigError(str(self.file), _dotted(path), self._source.line(path), says)


def _kind(kind: type) -> str:
    return next((name for known, name in _KINDS if issubclass(kind, known)), "jam")


def _dotted(path: KeyPath) -> str:
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        else:
            text += f".{part}" if text else part
    return text
