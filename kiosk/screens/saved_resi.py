"""F6 of a case: the resi as files, and onto a USB stick, for the officer's WhatsApp."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.cases.resi import kode_permohonan
from kiosk.texts import say
from kiosk.widgets.dialogs import INSIDE, Choose, TextPanel

if TYPE_CHECKING:
    from kiosk.screens.case import CaseScreen

DONE = ""


async def save_resi(case: CaseScreen) -> None:
    """Save the resi of the case on the screen, say where, and copy it to a stick if there is one.

    Raises Refusal.
    """
    from kiosk.desk.sticks import sticks

    kiosk, resi = case.kiosk, case.desk.sending_resi
    saved = await kiosk.ask(resi.save, case.number)
    await case.reload()
    found = await kiosk.ask(sticks)
    lines = [
        say("Salin salah satu ke telepon, lalu kirim ke pemohon:"),
        "",
        *(part for path in saved for part in _folded(str(path))),
        "",
        say("Kode permohonan untuk email: {kode}", kode=kode_permohonan(case.number)),
    ]
    title = say("Resi tersimpan")
    if not found:
        await kiosk.push_screen_wait(TextPanel(title, lines, folded=False))
        return
    options = [(str(path), say("Salin ke USB {nama}", nama=path.name)) for path in found]
    answer = await kiosk.push_screen_wait(
        Choose(title, [*options, (DONE, say("Selesai"))], ["", *lines])
    )
    if answer:
        await kiosk.ask(resi.copy, case.number, answer)
        case.say_next(say("Resi ada di USB. Lepas USB, lalu kirim dari telepon."))


def _folded(path: str) -> list[str]:
    """A file's name in lines that break nowhere but at the edge."""
    return [path[at : at + INSIDE] for at in range(0, len(path), INSIDE)]
