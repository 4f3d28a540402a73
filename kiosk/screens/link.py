"""F7: what goes to pusat, what came back, since when; and an exchange now."""

from __future__ import annotations

from textwrap import wrap

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from kiosk.clock import stamp
from kiosk.desk.views import LinkState
from kiosk.screens.base import DeskScreen, News
from kiosk.screens.words import exception_says
from kiosk.texts import said, say

LOOK_SECONDS = 0.5
"""How often it is looked how far an exchange is."""
LABEL, TEXT = 29, 47
"""Columns of a fact's name and of what is said of it, on a screen of 80."""
STUCK_SHOWN = 5
"""Entries named under "Perlu tindakan"; more do not fit on a screen of 25 lines."""


class LinkScreen(DeskScreen):
    """Two states, never one: what this kiosk has, and what pusat has signed for."""

    BINDINGS: list[BindingType] = [
        Binding("escape", "back", show=False),
        Binding("enter", "exchange", show=False),
    ]
    DEFAULT_CSS = """
    LinkScreen #state { padding: 1 2 0 2; }
    LinkScreen #now { padding: 0 2; height: auto; }
    LinkScreen #stuck { padding: 1 2; }
    """

    def __init__(self) -> None:
        super().__init__(say("Sinkron"))

    def body(self) -> list[Widget]:
        """The facts in lines, what goes on now, and what needs somebody to act."""
        return [
            Static("", id="state", markup=False),
            Static("", id="now", markup=False),
            Static("", id="stuck", markup=False),
        ]

    async def on_mount(self) -> None:
        """Show, and exchange at once: F7 means now."""
        await self.reload()
        self.set_interval(LOOK_SECONDS, self._show_now)
        self._exchange()

    async def on_news(self, news: News) -> None:
        """Entries came in."""
        news.stop()
        await self.reload()

    def action_exchange(self) -> None:
        """Enter: again, whenever the next exchange would be due."""
        self._exchange()

    @work(exclusive=True, group="exchange")
    async def _exchange(self) -> None:
        self.say_next(say("Menghubungi pusat ..."))
        trouble = await self.kiosk.exchange()
        state = await self.reload()
        if trouble:
            self.say_next(
                say("Belum tersambung. Pekerjaan tetap aman di kiosk ini. Enter mencoba lagi."),
                "peringatan",
            )
        elif any(one.needs_action for one in state.stuck):
            self.say_next(
                say("Selesai, tetapi ada yang perlu tindakan. Hubungi pengelola."), "peringatan"
            )
        else:
            self.say_next(say("Selesai. Enter mencoba lagi, Esc kembali."))

    def _show_now(self) -> None:
        """What goes on at this moment; asks nothing of the desk."""
        progress, wait, busy = self.kiosk.exchange_progress()
        if progress.to_send:
            text = say(
                "mengirim {sent} dari {all}, {kb} dari sekitar {all_kb} KB",
                sent=_count(progress.sent),
                all=_count(progress.to_send),
                kb=_count(progress.bytes // 1024),
                all_kb=_count(progress.bytes_in_all // 1024),
            )
        elif progress.received:
            text = say("menerima {n}", n=_count(progress.received))
        elif busy:
            text = say("menghubungi pusat")
        else:
            text = say("berikutnya dalam {wait}", wait=_span(wait))
        self.put("#now", say("Sekarang                   : {text}", text=text))

    async def reload(self) -> LinkState:
        """Read the facts anew."""
        state = await self.kiosk.ask(self.desk.link.state)
        self.put("#state", "\n".join(_facts(state)))
        self.put("#stuck", "\n".join(_stuck_lines(state)))
        self._show_now()
        return state


def _facts(state: LinkState) -> list[str]:
    def when(ms: int | None) -> str:
        return stamp(ms) if ms else say("belum pernah")

    offset = (state.clock_offset or 0) // 1000
    return [
        say("Baris menunggu dikirim     : {n}", n=_count(state.waiting)),
        say("Kasus hanya di kiosk ini   : {n}", n=_count(state.only_here)),
        say("Tanda terima pusat terakhir: {when}", when=when(state.last_receipt)),
        say("Percobaan terakhir         : {when}", when=when(state.last_try)),
        say("Kendala                    : {trouble}", trouble=_beside(said(state.trouble))),
        say("Selisih jam dengan pusat   : {n} detik", n=offset),
        "",
        say('"Hanya di kiosk ini" adalah yang hilang bila kiosk ini rusak sekarang.'),
        "",
    ]


def _beside(text: str) -> str:
    """A text beside its label; what does not fit goes on below its own beginning."""
    return ("\n" + " " * LABEL).join(wrap(text, TEXT)) or "-"


def _stuck_lines(state: LinkState) -> list[str]:
    """What is wrong with kiosk or pusat, and each entry that pusat refuses: its case, why, how
    often, since when."""
    lines = [exception_says(kind) for kind in state.alarms]
    if not state.stuck:
        return lines
    lines.append(say("Perlu tindakan"))
    for one in state.stuck[:STUCK_SHOWN]:
        lines.append(
            say(
                "{number}: {says} (ditolak {n} kali sejak {when}, {ref})",
                number=one.number or say("tanpa kasus"),
                says=said(one.says),
                n=one.tries,
                when=stamp(one.since),
                ref=one.ref,
            )
        )
    more = len(state.stuck) - STUCK_SHOWN
    if more > 0:
        lines.append(say("dan {n} lagi; lihat kiosk sync --json", n=more))
    return lines


def _count(number: int) -> str:
    """A number as it is written here: 2.000."""
    return f"{number:,}".replace(",", ".")


def _span(seconds: float) -> str:
    if seconds < 60:
        return say("{n} detik", n=round(seconds))
    return say("{n} menit", n=round(seconds / 60))
