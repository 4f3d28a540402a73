"""Training mode's scanner: choose a paper of any training kiosk and hold it under the light."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kiosk.cases.card_words import paper_name
from kiosk.texts import say
from kiosk.widgets.lookup_dialog import LookupDialog

if TYPE_CHECKING:
    from kiosk.app import KioskApp
    from kiosk.desk.desk import Desk

KINDS = {"resi": "R", "kartu": "K", "daftar": "D", "rekap": "D", "kembali": "D", "bast": "D"}
SHOWN_AT_MOST = 40


async def hold_paper(kiosk: KioskApp, desks: Sequence[Desk]) -> None:
    """Let the officer choose one of the papers that came out, and deliver its QR as a scan."""

    codes: dict[str, tuple[Desk, str]] = {}

    async def find(text: str) -> Sequence[tuple[str, str]]:
        papers: list[tuple[str, str]] = []
        for desk in desks:
            for job in await kiosk.ask(desk.printing.jobs):
                code, label = (
                    f"{desk.settings.code} {job.id}",
                    f"{paper_name(job.paper)} {job.number}",
                )
                codes[code] = desk, f"{KINDS.get(job.paper, '')} {job.number}"
                if text.casefold() in f"{code} {label}".casefold():
                    papers.append((code, label))
        return papers[:SHOWN_AT_MOST]

    chosen = await kiosk.push_screen_wait(LookupDialog(say("Pemindai latihan: kertas mana?"), find))
    if chosen is not None:
        desk, paper = codes[chosen[0]]
        kind, _, number = paper.partition(" ")
        text = await kiosk.ask(desk.printing.qr_of, kind, number) if kind else number
        kiosk.deliver_scan(text, False)
