"""Tables of codes in CSV files, which an office may edit in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from config.document import nearest, read_text
from config.errors import ConfigError


def read_rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file with exactly these columns, each with its line.

    Comma or semicolon (what spreadsheets with Indonesian settings write) is told by the heading.
    Blank rows are passed over, the first column must be filled and must not repeat. Raises
    ConfigError with file and line.
    """
    lines = read_text(path).splitlines()
    heading = lines[0] if lines else ""
    separator = ";" if ";" in heading else ","
    reader = csv.reader(lines, delimiter=separator)
    found = [name.strip() for name in next(reader, list[str]())]
    if found != list(columns):
        unknown = [name for name in found if name not in columns]
        hint = nearest(unknown[0], columns) if unknown and unknown[0] else ""
        says = f"judul kolom harus: {separator.join(columns)}.{hint}"
        raise ConfigError(str(path), unknown[0] if unknown else "", 1, says)
    first_seen: dict[str, int] = {}
    for row in reader:
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        line = reader.line_num
        if len(cells) != len(columns):
            says = f"harus {len(columns)} kolom, tertulis {len(cells)}."
            raise ConfigError(str(path), cells[0], line, says)
        if not cells[0]:
            raise ConfigError(str(path), columns[0], line, "kolom pertama tidak boleh kosong.")
        if cells[0] in first_seen:
            says = f"sudah ada di baris {first_seen[cells[0]]}; hapus salah satu."
            raise ConfigError(str(path), cells[0], line, says)
        first_seen[cells[0]] = line
        yield line, cells


def fold(text: str) -> str:
    """A name for comparing: small letters and digits only, so that "Tuah Madani" and
    "Tuahmadani" are one."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())
