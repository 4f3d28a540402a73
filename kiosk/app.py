"""The kiosk on the screen: which desk, which officer, which screen; print and exchange beside."""

from __future__ import annotations

import asyncio
import fcntl
import os
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, ClassVar, ParamSpec, TypeVar

from textual import events
from textual.binding import Binding, BindingType

from kiosk.backroom import Backroom
from kiosk.cli import complain
from kiosk.desk.front import DeskRefused, FrontDoor
from kiosk.shell.base_app import Scanned, ShellApp, run_app
from kiosk.shell.base_screen import ShellScreen
from kiosk.texts import say
from kiosk.widgets.bars import Level, StatusFacts

if TYPE_CHECKING:
    from textual.screen import Screen

    from kiosk.desk.desk import Desk
    from kiosk.exchange import Exchange, Progress

P = ParamSpec("P")
T = TypeVar("T")

LOCK = "kiosk.lock"
EXCHANGE_SECONDS = 20
"""Seconds from one exchange to the next, at first, as long as nothing fails."""
ANSWERS = ("pengaduan", "dinas")
ANSWER_SECONDS = 60.0
"""Kinds of place between which questions go while a citizen is on the telephone (AKAPELA gives the
Kasi five minutes), and how long a quiet kiosk there waits at most until it looks for news."""

EXCHANGE_LOOK_SECONDS = 1.0
"""How often it is looked whether an exchange is due."""
WORKLIST_DEPTH = 2
"""How many screens there are when the worklist is on top."""
CLOCK_LIMIT_MS = 10 * 60_000
"""A clock further off than this from pusat's is marked (CHT's bound)."""


class KioskApp(ShellApp):
    """One kiosk, or in training mode several behind one screen."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f11", "virtual_scan", show=False)]

    def __init__(self, doors: list[FrontDoor], exchange_seconds: float = EXCHANGE_SECONDS):
        super().__init__(office=doors[0].settings.name, training=doors[0].settings.training)
        self.doors = doors
        self.door = doors[0]
        self._desks: dict[str, Desk] = {}
        self._exchanges: dict[str, Exchange] = {}
        self._exchange_seconds = exchange_seconds
        self._exchange_turn = asyncio.Lock()
        self.backroom = Backroom(self)
        self.last_active = 0.0

    # -- start -------------------------------------------------------------------------------

    def get_default_screen(self) -> Screen[None]:
        """The login screen lies under all others: locking uncovers it."""
        from kiosk.screens.login import LoginScreen

        return LoginScreen()

    def on_mount(self) -> None:
        """Begin what goes on beside the screens."""
        self.set_interval(min(EXCHANGE_LOOK_SECONDS, self._exchange_seconds), self._exchange_due)
        self.set_interval(15, self._lock_when_idle)

    async def on_unmount(self) -> None:
        """Let go of the devices, while what they report can still be written down."""
        await self.backroom.stop()

    @property
    def desk(self) -> Desk:
        """The desk in use. Call it through ``ask`` only."""
        return self._desks[self.door.settings.code]

    async def open_desk(self, door: FrontDoor) -> Desk:
        """The desk behind a door, loaded when first wanted."""
        code = door.settings.code
        if code not in self._desks:
            self._desks[code] = await self.ask(_load, door)
            self.backroom.serve(self._desks[code])
        return self._desks[code]

    def open_desks(self) -> list[Desk]:
        """The desks that are loaded."""
        return list(self._desks.values())

    async def warm(self) -> None:
        """Load what the first login will need, after the first paint."""
        for door in self.doors:
            await self.open_desk(door)

    async def seat(self, door: FrontDoor, officer: str, pin: str) -> None:
        """Log an officer in. Raises WrongPin."""
        desk = await self.open_desk(door)
        await self.ask(desk.session.login, officer, pin)
        self.door = door
        self.office = door.settings.name
        self.last_active = asyncio.get_running_loop().time()
        await self.refresh_status()

    def begin_work(self) -> None:
        """After the login: the worklist takes the place of the login screen."""
        self.call_later(self._begin_work)

    async def _begin_work(self) -> None:
        from kiosk.screens.work import WorkScreen

        await self.push_screen(WorkScreen())
        if self.door.settings.profile == "pengaduan":
            from kiosk.screens.telephone import answer_calls

            await answer_calls(self)
        self.backroom.start()
        self.backroom.read_scanners()
        self.print_soon()

    def lock(self) -> None:
        """Lock the desk and show the login screen."""
        self.call_later(self._lock)

    async def _lock(self) -> None:
        # The screens go before the officer: one that comes to light as they go still reads.
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        if self._desks:
            await self.ask(self.desk.session.logout)
        await self.refresh_status()

    async def _lock_when_idle(self) -> None:
        seconds = self.door.settings.lock_minutes * 60
        loop = asyncio.get_running_loop()
        if self.seated and seconds and loop.time() - self.last_active > seconds:
            self.lock()

    @property
    def seated(self) -> bool:
        """Whether an officer is logged in."""
        code = self.door.settings.code
        return code in self._desks and self._desks[code].core.officer is not None

    # -- where the function keys lead ----------------------------------------------------------

    async def go(self, where: str) -> None:
        """Open the screen of a function key; from anywhere, and never twice on top."""
        from kiosk.screens.routes import open_route

        if self.seated or where == "bantuan":
            await open_route(self, where)

    # A screen that awaited its own end would wait for ever, so every change of screens is done by
    # the application, after the handler that asked for it.

    def switch_to(self, screen: Screen[None]) -> None:
        """Leave every screen above the worklist and open this one."""
        self.call_later(self._switch_to, screen)

    def show_above(self, screen: Screen[None], *, instead: bool = False) -> None:
        """Open a screen above the present one, or ``instead`` of it."""
        self.call_later(self._show_above, screen, instead)

    def home(self) -> None:
        """Back to the worklist."""
        self.call_later(self._home)

    async def _home(self) -> None:
        await self.uncover(None)

    async def uncover(self, screen: Screen[None] | None) -> None:
        """Leave every screen above this one (None: above the worklist), before this ends."""
        while self.screen is not screen and len(self.screen_stack) > WORKLIST_DEPTH:
            await self.pop_screen()

    async def _switch_to(self, screen: Screen[None]) -> None:
        await self._home()
        await self.push_screen(screen)

    async def _show_above(self, screen: Screen[None], instead: bool) -> None:
        if instead and len(self.screen_stack) > WORKLIST_DEPTH:
            await self.pop_screen()
        await self.push_screen(screen)

    async def on_event(self, event: events.Event) -> None:
        """Every key is a sign that somebody is here."""
        if isinstance(event, events.Key):
            self.last_active = asyncio.get_running_loop().time()
        await super().on_event(event)

    def on_scanned(self, scanned: Scanned) -> None:
        """A scan while a window asks something: the answer comes first."""
        scanned.stop()
        self.tell(
            say("Jawab dahulu pertanyaan di layar (Esc menutup), lalu pindai lagi."), "peringatan"
        )

    def tell(self, text: str, level: Level = "info") -> None:
        """One line to the officer, on the screen that is in use (below a window that asks)."""
        for screen in reversed(self.screen_stack):
            if isinstance(screen, ShellScreen):
                screen.say_next(text, level)
                return

    def action_virtual_scan(self) -> None:
        """F11, in training mode only: the scanner that needs no scanner."""
        if self.training and self.seated:
            from kiosk.screens.virtual_scanner import hold_paper

            self.run_worker(hold_paper(self, list(self._desks.values())))

    # -- printing and exchange -----------------------------------------------------------------

    # A printer or a pusat that does not answer must not hold up the keys: what is begun from a
    # screen runs as a worker, never in the application's own queue.

    def print_soon(self) -> None:
        """Begin to print what is queued, and go on at once."""
        self.backroom.print_soon()

    def exchange_soon(self) -> None:
        """Begin an exchange and go on at once; not while one is going on, nor while the link is
        down: then it has its turn."""
        line = self._line(self.door.settings.code)
        if line.schedule.failures == 0 and not self._exchange_turn.locked():
            self.run_worker(self.exchange(), group="exchange")

    def _exchange_due(self) -> None:
        """Begin the exchanges that are due, unless one is going on."""
        if self._exchange_turn.locked():
            return
        due = [code for code in self._desks if self._line(code).schedule.wait == 0]
        if due:
            self.run_worker(self._exchange(due), group="exchange")

    async def exchange(self, all_desks: bool = True) -> str:
        """Push and pull now, after an exchange that is going on; gives the trouble in plain words,
        empty when it went well. Whoever waits for it may go: it is not broken off half-way."""
        codes = list(self._desks) if all_desks else [self.door.settings.code]
        return await asyncio.shield(asyncio.create_task(self._exchange(codes)))

    def exchange_progress(self) -> tuple[Progress, float, bool]:
        """How far the exchange of the desk in use is, the seconds until its next, and whether one
        is going on."""
        line = self._line(self.door.settings.code)
        return line.progress, line.schedule.wait, self._exchange_turn.locked()

    def _line(self, code: str) -> Exchange:
        from kiosk.exchange import Exchange
        from sync.schedule import QUIET_LONGEST, Schedule

        if code not in self._exchanges:
            seconds = self._exchange_seconds
            # Kiosks that are switched on together shall not all ask together.
            first = seconds * random.uniform(0.5, 1)
            desk = self._desks[code]
            longest = ANSWER_SECONDS if desk.settings.profile in ANSWERS else QUIET_LONGEST
            schedule = Schedule(time.monotonic, first=first, quiet=seconds, quiet_longest=longest)
            self._exchanges[code] = Exchange(desk, self.asking, schedule)
        return self._exchanges[code]

    async def _exchange(self, codes: Sequence[str]) -> str:
        trouble = ""
        news = 0
        async with self._exchange_turn:
            for code in codes:
                done = await asyncio.to_thread(self._line(code).run)
                news += done.pulled
                if code == self.door.settings.code:
                    trouble = done.trouble
        await self.refresh_status()
        if news:
            self.tell_news()
        return trouble

    def tell_news(self) -> None:
        """Entries came in: the screen on top may show them."""
        from kiosk.screens.base import News

        self.screen.post_message(News())

    # -- the status line -----------------------------------------------------------------------

    def status(self) -> StatusFacts:
        """What is true now; on the desk thread."""
        desk = self._desks.get(self.door.settings.code)
        if desk is None:
            return StatusFacts(printer=say("siap"), clock=say("baik"))
        link = desk.link.state()
        officer = desk.core.officer
        printer = self.backroom.printer_word(desk)
        now = desk.core.clock.now()
        off = abs(link.clock_offset or 0) > CLOCK_LIMIT_MS
        age = (now - link.last_receipt) / 1000 if link.last_receipt is not None else None
        return StatusFacts(
            officer=officer.card.name if officer else "",
            printer=printer.word,
            printer_ok=printer.ok,
            receipt_age=age,
            link_ok=not link.trouble,
            waiting=link.waiting,
            clock=(say("{n} mnt", n=(link.clock_offset or 0) // 60_000) if off else say("baik")),
            clock_ok=not off,
            only_here=link.only_here,
        )


def _load(door: FrontDoor) -> Desk:
    from kiosk.desk.desk import Desk

    desk = Desk(door)
    desk.printing.recover()
    return desk


def take_lock(folder: Path) -> IO[str] | None:
    """Hold the folder for this process; None when another screen has it."""
    handle = (folder / LOCK).open("a+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        return None
    handle.truncate(0)
    handle.write(str(os.getpid()))
    handle.flush()
    return handle


def run_kiosk(folder: Path) -> int:
    """The screen of one kiosk; gives the exit code."""
    try:
        door = FrontDoor.open(folder)
    except DeskRefused as error:
        return complain(str(error))
    lock = take_lock(folder)
    if lock is None:
        door.close()
        return complain(say("Kiosk {code} sudah terbuka di layar lain.", code=door.settings.code))
    try:
        return run_app(KioskApp([door]), folder)
    finally:
        door.close()
        lock.close()
