"""How the lines of a form look, apart from what happens in it.

A line is: ``>`` where the officer is, the label (``*``: required), a mark (``X`` refused, ``!``
warned of, ``<`` carried over), the entry, and what its code means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.texts import say
from kiosk.widgets.paint import BOLD, PLAIN, fit, strip_of

if TYPE_CHECKING:
    from rich.style import Style
    from textual.strip import Strip

    from kiosk.widgets.fields import Entry

LABEL_X, MARK_X, ENTRY_X = 2, 25, 27
"""Columns of label, marks and entry; a label has 22 cells (config.forms.LABEL_WIDTH)
and its star one."""

GAP = "  "
"""What parts one choice from the next."""

FIRST_ROW = 2
"""The line of the first field, below the title."""


def draw_title(title: str, page: int, pages: int, width: int, base: Style) -> Strip:
    """The page's title and, of several, which one it is (`page` counts from 0)."""
    if pages > 1:
        title = say("{judul}  (halaman {n} dari {semua})", judul=title, n=page + 1, semua=pages)
    return strip_of(width, base, (fit(f"  {title}", width), BOLD))


def draw_row(
    entry: Entry, *, here: bool, mark: str, meaning: str, width: int, base: Style
) -> Strip:
    """One field's line; the entry draws itself over the gap."""
    star = "*" if entry.field.required else " "
    after = ENTRY_X + entry.cells + 1
    if after + len(meaning) > width and entry.field.type != "lookup":
        meaning = ""
    return strip_of(
        width,
        base,
        ("> " if here else "  ", BOLD),
        (fit(f"{entry.field.label}{star}", MARK_X - LABEL_X), BOLD if here else PLAIN),
        (f"{mark} ", BOLD),
        (" " * (entry.cells + 1), PLAIN),
        (fit(meaning, max(0, width - after)), PLAIN),
    )


def draw_hint(lines: list[str], at: int, width: int, base: Style) -> Strip:
    """One of the lines below the last field."""
    text = lines[at] if 0 <= at < len(lines) else ""
    return strip_of(width, base, (fit(f"  {text}", width), PLAIN))


def fold_hint(text: str, width: int) -> list[str]:
    """A hint in lines of ``width``, broken only where two blanks part one choice from the next."""
    lines = [""]
    for part in text.split(GAP):
        longer = f"{lines[-1]}{GAP}{part}" if lines[-1] else part
        if len(longer) > width and lines[-1]:
            lines.append(part)
        else:
            lines[-1] = longer
    return lines
