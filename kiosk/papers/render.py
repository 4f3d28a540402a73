"""A paper as bytes for a receipt printer, and as lines for the preview on the screen."""

from __future__ import annotations

from functools import partial

from drivers.escpos import Profile, Ticket, fold
from kiosk.papers.layout import QrStrip, compose
from kiosk.papers.model import Paper
from kiosk.texts import say

PREVIEW_CODEPAGE = "cp437"
"""The code page both receipt widths are printed in."""


def to_escpos(paper: Paper, profile: Profile) -> bytes:
    """The ESC/POS bytes of a paper; number, end mark and cut come last."""
    ticket = Ticket(profile)
    for strip in compose(paper, profile.columns, partial(fold, codepage=profile.codepage)):
        if isinstance(strip, QrStrip):
            ticket.qr(strip.text)
        else:
            ticket.text(strip.text, bold=strip.bold, center=strip.center, tall=strip.tall)
    ticket.cut()
    return ticket.bytes()


def to_text(paper: Paper, columns: int) -> list[str]:
    """The lines of a paper as its printer of ``columns`` characters would break them.

    The QR code is named, not drawn: on a screen of 25 rows it would push the words away.
    """
    lines: list[str] = []
    for strip in compose(paper, columns, partial(fold, codepage=PREVIEW_CODEPAGE)):
        if isinstance(strip, QrStrip):
            lines.append(say("[kode QR]").center(columns).rstrip())
        else:
            lines.append(strip.text.center(columns).rstrip() if strip.center else strip.text)
    return lines
