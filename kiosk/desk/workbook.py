"""Sheets of a workbook (XLSX, XLS, ODS) as rows of cells, read in a process of their own.

A file from a stick may be broken, or say of itself that it is a million columns wide: what reads
it has bounded memory and time, and cannot take the kiosk with it. See decision 027.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

from kiosk.cases.tables import Cell, Row
from kiosk.desk.views import Refusal
from kiosk.texts import say

READER = Path(__file__).with_name("workbook_reader.py")
"""The program that reads; it knows nothing of the kiosk."""

SECONDS = 20
"""What a list of names takes is a twentieth of one."""

MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How the bytes of a workbook begin: a ZIP, or the old compound file."""


def is_workbook(raw: bytes) -> bool:
    """Whether a file's bytes are a workbook's and not a text's."""
    return raw.startswith(MARKS)


def read_workbook(raw: bytes) -> list[tuple[str, list[Row]]]:
    """The visible sheets: name and rows, numbers and days as the sheet holds them.

    Raises Refusal when the file cannot be read or is protected by a password.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(READER)],
            input=raw,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        told: Any = json.loads(done.stdout) if done.returncode == 0 else {}
        sheets = [(str(name), [_row(row) for row in rows]) for name, rows in told["sheets"]]
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError) as error:
        raise Refusal(
            say("Berkas Excel ini tidak terbaca. Simpan sebagai CSV tanpa sandi, lalu ulangi.")
        ) from error
    return sheets


def _row(cells: list[Any]) -> Row:
    return tuple(_cell(cell) for cell in cells)


def _cell(cell: Any) -> Cell:
    """A text as itself, a number as [number], a day as {"day": YYYY-MM-DD}."""
    if isinstance(cell, list):
        return float(cell[0])  # pyright: ignore[reportUnknownArgumentType]
    if isinstance(cell, dict):
        return date.fromisoformat(str(cell["day"]))  # pyright: ignore[reportUnknownArgumentType]
    return str(cell)
