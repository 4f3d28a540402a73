"""F7: what goes to pusat, what came back, since when; and an exchange now."""

from __future__ import annotations

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from kiosk.clock import stamp
from kiosk.screens.base import DeskScreen, News
from kiosk.texts import said, say


class LinkScreen(DeskScreen):
    """Two states, never one: what this kiosk has, and what pusat has signed for."""

    BINDINGS: list[BindingType] = [
        Binding("escape", "back", show=False),
        Binding("enter", "exchange", show=False),
    ]
    DEFAULT_CSS = """
    LinkScreen #state { padding: 1 2; }
    """

    def __init__(self) -> None:
        super().__init__(say("Sinkron"))

    def body(self) -> list[Widget]:
        """The facts in lines."""
        return [Static("", id="state", markup=False)]

    async def on_mount(self) -> None:
        """Show, and exchange at once: F7 means now."""
        await self.reload()
        self._exchange()

    async def on_news(self, news: News) -> None:
        """Entries came in."""
        news.stop()
        await self.reload()

    def action_exchange(self) -> None:
        """Enter: again."""
        self._exchange()

    @work(exclusive=True, group="exchange")
    async def _exchange(self) -> None:
        self.say_next(say("Menghubungi pusat ..."))
        trouble = await self.kiosk.exchange()
        await self.reload()
        if trouble:
            self.say_next(
                say("Belum tersambung. Pekerjaan tetap aman di kiosk ini. Enter mencoba lagi."),
                "peringatan",
            )
        else:
            self.say_next(say("Selesai. Enter mencoba lagi, Esc kembali."))

    async def reload(self) -> None:
        """Read the facts anew."""
        state = await self.kiosk.ask(self.desk.link.state)

        def when(ms: int | None) -> str:
            return stamp(ms) if ms else say("belum pernah")

        trouble = said(state.trouble) or "-"
        offset = (state.clock_offset or 0) // 1000
        self.put(
            "#state",
            "\n".join(
                [
                    say("Baris menunggu dikirim     : {n}", n=state.waiting),
                    say("Kasus hanya di kiosk ini   : {n}", n=state.only_here),
                    say("Tanda terima pusat terakhir: {when}", when=when(state.last_receipt)),
                    say("Percobaan terakhir         : {when}", when=when(state.last_try)),
                    say("Kendala                    : {trouble}", trouble=trouble),
                    say("Selisih jam dengan pusat   : {n} detik", n=offset),
                    "",
                    say('"Hanya di kiosk ini" adalah yang hilang bila kiosk ini rusak sekarang.'),
                ]
            ),
        )
