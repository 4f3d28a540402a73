"""A paper as bytes for a printer of any kind."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from drivers.escp import EscpTicket
from drivers.escpos import Ticket
from drivers.letters import fold
from drivers.profiles import Profile
from kiosk.papers.layout import QrStrip, compose
from kiosk.papers.model import Paper


def render(paper: Paper, profile: Profile) -> bytes:
    """The bytes of a paper in the language that its printer speaks."""
    match profile.language:
        case "escpos":
            return to_escpos(paper, profile)
        case "escp":
            return to_escp(paper, profile)
        case "pdf":
            from kiosk.papers.pdf import to_pdf

            return to_pdf(paper)


def to_escpos(paper: Paper, profile: Profile) -> bytes:
    """The ESC/POS bytes of a paper; number, end mark and cut come last."""
    return _set(paper, Ticket(profile), partial(fold, codepage=profile.codepage, drawn=True))


def to_escp(paper: Paper, profile: Profile) -> bytes:
    """The ESC/P bytes of a paper; number, end mark and form feed come last."""
    return _set(paper, EscpTicket(profile), partial(fold, codepage=profile.codepage))


def _set(paper: Paper, ticket: Ticket | EscpTicket, fold_text: Callable[[str], str]) -> bytes:
    for strip in compose(paper, ticket.profile.columns, fold_text):
        if isinstance(strip, QrStrip):
            ticket.qr(strip.text)
        else:
            ticket.text(strip.text, bold=strip.bold, center=strip.center, tall=strip.tall)
    ticket.cut()
    return ticket.bytes()
