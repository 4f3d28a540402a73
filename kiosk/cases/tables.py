"""Lists that others made (CSV, pasted text, a sheet) as rows of cells, whatever they hold.

Nothing here raises: a list that cannot be told apart into columns is rows of one cell.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime

Cell = str | int | float | date
"""Text as it stood; a number or a date only where a sheet holds it as one."""

Row = tuple[Cell, ...]

MOST_SIGNS = 4_000_000
"""Characters of one list that are looked at; a prison's fits hundreds of times."""

_DELIMITERS = ("\t", ";", ",", "|")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_GAP = re.compile(r" {2,}")


def decode(raw: bytes) -> str:
    """The text of a file: by its mark, else UTF-8, else as old Windows wrote it (cp1252)."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return raw.decode(encoding, "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def split_text(text: str, score: Callable[[Sequence[Row]], tuple[int, int]]) -> list[Row]:
    """Rows of a text, taken apart in the way that ``score`` likes best.

    The ways are the usual delimiters (with quotes as in CSV, or with quotes that mean nothing),
    and columns that are lined up by blanks.
    """
    text = text[:MOST_SIGNS].replace("\x00", "")
    signs = [sign for sign in _DELIMITERS if sign in text]
    quotes = (True, False) if '"' in text else (True,)
    ways = [_delimited(text, sign, quoted) for sign in signs for quoted in quotes]
    return max([*ways, _lined_up(text)], key=score)


def text_of_cell(cell: Cell) -> str:
    """A cell as one line of text: whole numbers without point, days as YYYY-MM-DD."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e18 else repr(cell)
    if isinstance(cell, int):
        return str(cell) if abs(cell) < 10**18 else ""
    printable = "".join(sign if sign.isprintable() else " " for sign in cell)
    return " ".join(printable.split())


def _delimited(text: str, sign: str, quoted: bool) -> list[Row]:
    rows: list[Row] = []
    quoting = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    # An endless quoted field ends the reading; the way without quotes then has more rows.
    with suppress(csv.Error):
        rows += (tuple(row) for row in csv.reader(_lines(text), delimiter=sign, quoting=quoting))
    return rows


def _lines(text: str) -> list[str]:
    return [line + "\n" for line in re.split(r"\r\n|\r|\n", text)]


def _lined_up(text: str) -> list[Row]:
    """Columns apart by two blanks or more; a row with gaps is cut where the widest row's begin."""
    lines = [line.expandtabs(8).rstrip() for line in re.split(r"\r\n|\r|\n", text)]
    parts = [tuple(_GAP.split(line.strip())) if line.strip() else () for line in lines]
    widest = max(parts, key=len, default=())
    if len(widest) < 2:
        return [*parts]
    starts = _starts(lines[parts.index(widest)])
    return [
        cells if len(cells) in (0, 1, len(widest)) else _cut(line, starts)
        for line, cells in zip(lines, parts, strict=True)
    ]


def _starts(line: str) -> list[int]:
    return [found.start() for found in re.finditer(r"\S+(?: \S+)*", line)]


def _cut(line: str, starts: Sequence[int]) -> Row:
    """A row whose empty cells are only blanks: each word goes to the column it begins in."""
    cells = [""] * len(starts)
    for found in re.finditer(r"\S+(?: \S+)*", line):
        at = max((n for n, start in enumerate(starts) if start <= found.start() + 1), default=0)
        cells[at] = f"{cells[at]} {found.group()}".strip()
    return tuple(cells)
