"""A paper as lines for the screen. It loads nothing that only printing needs."""

from __future__ import annotations

from functools import partial

from drivers.letters import fold
from kiosk.papers.layout import QrStrip, compose
from kiosk.papers.model import Paper
from kiosk.texts import say

PREVIEW_CODEPAGE = "cp437"
"""The code page that most printers print in."""


def to_text(paper: Paper, columns: int) -> list[str]:
    """The lines of a paper as its printer of ``columns`` characters would break them.

    The QR code is named, not drawn: on a screen of 25 rows it would push the words away.
    """
    lines: list[str] = []
    for strip in compose(paper, columns, partial(fold, codepage=PREVIEW_CODEPAGE, drawn=True)):
        if isinstance(strip, QrStrip):
            lines.append(say("[kode QR]").center(columns).rstrip())
        else:
            lines.append(strip.text.center(columns).rstrip() if strip.center else strip.text)
    return lines
