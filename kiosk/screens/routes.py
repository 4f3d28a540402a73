"""Where the function keys and the scans lead. Screens are loaded when first wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.cases.blanko_moves import PARCEL
from kiosk.cases.resi import parse
from kiosk.texts import say

if TYPE_CHECKING:
    from kiosk.app import KioskApp
    from kiosk.desk.views import ScanView
    from kiosk.screens.base import DeskScreen


async def open_route(kiosk: KioskApp, where: str) -> None:
    """Open the screen of a function key; nothing typed is lost by it, but for locking."""
    from kiosk.screens.base import DeskScreen, HasPapers

    here = kiosk.screen
    if where == "bantuan":
        from kiosk.screens.help import open_help

        open_help(kiosk)
    elif where == "kunci":
        kiosk.lock()
    elif isinstance(here, DeskScreen) and here.unsaved():
        here.say_next(
            say("Isian ini belum disimpan. Enter meneruskan, Esc meninggalkannya."), "peringatan"
        )
    elif where == "kerja":
        kiosk.home()
    elif where == "cetak" and isinstance(here, HasPapers):
        here.show_papers()
    elif where == "baru":
        from kiosk.screens.begin import begin_intake

        await begin_intake(kiosk)
    else:
        kiosk.switch_to(_screen(where))


def _screen(where: str) -> DeskScreen:
    if where == "cari":
        from kiosk.screens.search import SearchScreen

        return SearchScreen()
    if where == "serah":
        from kiosk.screens.custody import CustodyScreen

        return CustodyScreen()
    if where == "cetak":
        from kiosk.screens.printing import PrintScreen

        return PrintScreen()
    if where == "sinkron":
        from kiosk.screens.link import LinkScreen

        return LinkScreen()
    if where == "laporan":
        from kiosk.screens.reports import ReportScreen

        return ReportScreen()
    from kiosk.screens.manage import ManageScreen

    return ManageScreen()


def open_case(
    kiosk: KioskApp, number: str, procedure: str = "", told: str = "", *, card: bool = False
) -> None:
    """Open a case above whatever is shown; a case already on top is shown anew. ``card``: its
    control card is in the officer's hands."""
    from kiosk.screens.case import CaseScreen

    kiosk.show_above(
        CaseScreen(number, procedure, told, paper_in_hand=card),
        instead=isinstance(kiosk.screen, CaseScreen),
    )


async def open_waiting(kiosk: KioskApp, number: str) -> None:
    """Open a case that waits: where its applicant is to be told over the telephone, with the
    number to dial and what to say; else as any case."""
    from kiosk.cases.calls import ANSWER, CALL_BACK, PROCEDURE

    state = await kiosk.ask(kiosk.desk.core.state, number)
    if state and state.procedure == PROCEDURE and state.step in (ANSWER, CALL_BACK):
        from kiosk.screens.callbacks import CallBackScreen

        kiosk.show_above(CallBackScreen(number))
    else:
        open_case(kiosk, number)


def open_scan(screen: DeskScreen, seen: ScanView) -> None:
    """Open what a scan names: a case, or a batch to be counted in.

    The control card of a kiosk whose key has not arrived opens its case by number: the file lies
    on the desk and can be received. Its resi, which gives a right to a card, does not.
    """
    if seen.state == "tidak-sah" or not seen.number:
        screen.say_next(seen.says, "tolak")
        return
    if seen.state == "penerbit-belum-dikenal" and seen.kind != "K":
        screen.say_next(seen.says, "peringatan")
        return
    if parse(seen.number).kind == PARCEL:
        from kiosk.screens.blanko import BlankoScreen

        parcel = (seen.number, seen.procedure, seen.count, seen.office)
        screen.kiosk.switch_to(BlankoScreen(parcel))
        return
    if seen.kind == "D":
        from kiosk.screens.counting import CountingScreen

        screen.kiosk.switch_to(CountingScreen(seen.number, seen.count))
        return
    told = seen.says
    if not seen.known:
        told += " " + say("Datanya belum tiba; berkas tetap bisa diterima.")
    open_case(screen.kiosk, seen.number, seen.procedure, told, card=seen.kind == "K")
