"""Looking at what was scanned into a case."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import events
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from drivers.trouble import DeviceTrouble
from kiosk.screens.base import DeskScreen
from kiosk.screens.words import place_word, short_stamp
from kiosk.texts import said, say
from kiosk.widgets.picture import Picture

if TYPE_CHECKING:
    from kiosk.cases.card import AttachedPage, Attachment


class ScannedScreen(DeskScreen):
    """The pages of one or more scans, one at a time; PgDn and PgUp turn over."""

    BINDINGS: list[BindingType] = [Binding("escape", "leave", show=False)]
    DEFAULT_CSS = """
    ScannedScreen #state { height: 2; padding: 0 1; }
    """

    def __init__(self, number: str, attachments: Sequence[Attachment]) -> None:
        super().__init__(say("Pindaian kasus {number}", number=number))
        self._pages: list[tuple[Attachment, int, AttachedPage]] = [
            (one, at, page) for one in attachments for at, page in enumerate(one.pages, 1)
        ]
        self._at = 0

    def body(self) -> list[Widget]:
        """What it is, and the picture."""
        return [Static("", id="state", markup=False), Picture()]

    async def on_mount(self) -> None:
        """The first page."""
        self.query_one(Picture).focus()
        self._turn_to(0)

    def on_key(self, event: events.Key) -> None:
        """Turn over."""
        steps = {"pagedown": 1, "space": 1, "enter": 1, "pageup": -1, "backspace": -1}
        if event.key in steps:
            event.stop()
            self._turn_to(self._at + steps[event.key])

    async def action_leave(self) -> None:
        """Esc: back; the picture beside the kiosk goes, too."""
        await self.kiosk.ask(self.desk.attachments.preview.clear)
        self.dismiss()

    def _turn_to(self, at: int) -> None:
        self._at = max(0, min(at, len(self._pages) - 1))
        if self._pages:
            self.run_worker(self._show(self._at), exclusive=True, group="page")

    async def _show(self, at: int) -> None:
        from drivers.documents.page import open_stored

        attachment, nth, kept = self._pages[at]
        self.put("#state", self._words(attachment, nth, kept))
        page = None
        with self.telling():
            try:
                data = await self.kiosk.ask(self.desk.attachments.page, attachment, kept)
                page = await asyncio.to_thread(open_stored, data)
                self.say_next(
                    say("PgDn/PgUp halaman lain  +/- besar kecil  panah geser  Esc kembali")
                )
            except DeviceTrouble as trouble:
                self.say_next(say(trouble.says.text, **trouble.says.values), "tolak")
        await self.query_one(Picture).show(page)

    def _words(self, attachment: Attachment, nth: int, page: AttachedPage) -> str:
        what = say(
            "{label}: halaman {n} dari {m}",
            label=said(attachment.label),
            n=nth,
            m=len(attachment.pages),
        )
        place = place_word(attachment.place)
        when = short_stamp(attachment.time)
        size = f"{page.width}x{page.height}, {page.size // 1024} KiB"
        return f"{what}\n{when}  {place}  {size}"
