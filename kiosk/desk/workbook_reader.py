"""Run as a program of its own by kiosk.desk.workbook: a workbook's bytes in, its cells out (JSON).

Exit code 1, or whatever the system kills it with, says that the file cannot be read.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from datetime import date, datetime

MEMORY = 768 * 2**20
"""Bytes of address space; a list of 2,000 names takes a tenth."""

MOST_ROWS, MOST_COLUMNS, MOST_SHEETS = 5000, 64, 12


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return {"day": value.date().isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, int | float) and not isinstance(value, bool):
        return [value]
    return str(value)


def main() -> None:
    """Read a workbook from standard input."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    given = io.BytesIO(sys.stdin.buffer.read())
    book = CalamineWorkbook.from_filelike(given)
    sheets = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    seen = [one.name for one in sheets if one.visible == SheetVisibleEnum.Visible]
    told = [
        (
            name,
            [
                [_cell(value) for value in row[:MOST_COLUMNS]]
                for row in book.get_sheet_by_name(name).to_python(
                    skip_empty_area=False, nrows=MOST_ROWS
                )
            ],
        )
        for name in (seen or [one.name for one in sheets])[:MOST_SHEETS]
    ]
    json.dump({"sheets": told}, sys.stdout)


if __name__ == "__main__":
    main()
