"""A counter of the training city on a screen of 80x25, and an officer's hands and eyes."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from textual import events
from textual.pilot import Pilot

from config.forms import FORMS, Field, load_form, visible
from config.settings import load, save
from kiosk.app import KioskApp
from kiosk.desk.desk import Desk
from kiosk.desk.front import FrontDoor
from kiosk.texts import set_language
from kiosk.training import PLACES
from kiosk.widgets.bars import MessageLine
from sync.central.serve import run_in_thread
from tests.desk.world import adopt

T = TypeVar("T")

NAMES = {" ": "space", "\r": "enter", "?": "question_mark", "\x02": "ctrl+b"}
LOOKS = 300
LOOK_SECONDS = 0.01


class NotSeen(AssertionError):
    """The screen does not show what an officer waits for."""


class Counter:
    """The running kiosk. Keys are posted at once; ``see`` waits for what they lead to."""

    looks = LOOKS
    look_seconds = LOOK_SECONDS

    def __init__(self, app: KioskApp, pilot: Pilot[int], home: Path) -> None:
        self.app = app
        self.pilot = pilot
        self.home = home

    # Eyes

    @property
    def lines(self) -> list[str]:
        strips = self.app.screen._compositor.render_strips()
        return [strip.text for strip in strips]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def flat(self) -> str:
        """What stands on the screen as one line, a blank between two words."""
        return re.sub(r"[\s│]+", " ", self.text)

    @property
    def message(self) -> str:
        """What the message line of the screen on top says."""
        return self.app.screen.query_one(MessageLine).text

    @property
    def level(self) -> str:
        """How grave the message line takes it."""
        return self.app.screen.query_one(MessageLine).level

    async def settle(self) -> None:
        """What comes before each look: the machine is idle."""
        await self.pilot.pause()

    async def see(self, wanted: str | re.Pattern[str]) -> str:
        """Wait until the screen shows it, a text also where its lines are folded; the screen."""
        for _ in range(self.looks):
            await self.settle()
            text = self.text
            if isinstance(wanted, re.Pattern):
                if wanted.search(text):
                    return text
            elif wanted in text or wanted in self.flat:
                return text
            await asyncio.sleep(self.look_seconds)
        raise NotSeen(f"{wanted!r} is not on the screen:\n{self.text}")

    async def see_gone(self, gone: str) -> str:
        """Wait until the screen no longer shows it; the screen."""
        for _ in range(LOOKS):
            await self.pilot.pause()
            text = self.text
            if gone not in text:
                return text
            await asyncio.sleep(LOOK_SECONDS)
        raise NotSeen(f"{gone!r} is still on the screen:\n{self.text}")

    # Hands

    async def keys(self, *texts: str) -> None:
        """Each text's characters, or the one key it names in <>: ``keys("budi", "<enter>")``."""
        for text in texts:
            if text.startswith("<") and text.endswith(">"):
                self.app.post_message(events.Key(text[1:-1], None))
            else:
                for sign in text:
                    self.app.post_message(events.Key(NAMES.get(sign, sign), sign))
            await self.pilot.pause()

    def scan(self, text: str, *, garbage: bool = False) -> None:
        """A scanner reads this."""
        self.app.deliver_scan(text, garbage)

    async def sit(self, officer: str) -> None:
        """Log an officer in, locking the desk before when somebody sits there."""
        if self.app.seated:
            await self.keys("<f10>")
        await self.see(re.compile("Nomor petugas|Officer"))
        cards = [card for door in self.app.doors for card in door.officers()]
        for at, card in enumerate(cards, 1):
            if card.officer == officer:
                await self.keys(str(at), "<enter>", card.hint, "<enter>")
        await self.see(re.compile("Menunggu saya|Waiting for me"))

    async def begin(self, which: str = "1") -> None:
        """F2, and of the applications that may begin here the one of this number."""
        await self.keys("<f2>")
        await self.see("Permohonan apa?")
        await self.keys(which)

    async def open_case(self, number: str) -> str:
        """F3, the number, Enter; the screen."""
        await self.keys("<f3>")
        await self.see("Ketik nama, nomor")
        await self.keys(number)
        await self.see(re.compile(rf"(?m)^>.{number}"))
        await self.keys("<enter>")
        return await self.see(re.compile(rf"(?s)Kasus {number}.*Yang dilakukan"))

    async def fill_in(self, values: Mapping[str, str], fields: Sequence[Field] = ()) -> None:
        """Answer every field of the birth form (or ``fields``) that is asked, in order."""
        for field in fields or FORM.fields:
            if visible(field, dict(values)):
                await self.answer(field, values.get(field.key, ""))

    async def answer(self, field: Field, value: str) -> None:
        """Wait for a field, put the answer in, and leave it by Enter."""
        await self.at(field.label)
        entry = self.app.focused
        assert entry is not None
        if getattr(entry, "typed", "") != value:
            entry.typed = value
        await self.keys("<enter>")

    async def at(self, label: str) -> str:
        """Wait until the cursor is in the field of this label; the screen."""
        return await self.see(re.compile(rf"(?m)^> {re.escape(label[:21])}"))

    # What lies behind

    def desk(self, code: str = "") -> Desk:
        """A desk of the city; the one in use when none is named."""
        return self.app._desks[code or self.app.door.settings.code]

    async def do(self, call, *args: object) -> object:
        """A desk call where desk calls run."""
        return await self.app.ask(call, *args)

    def papers(self, code: str) -> list[str]:
        """The names of the papers that came out of a kiosk's printer."""
        return sorted(path.stem for path in (self.home / code.lower() / "kertas").glob("*.bin"))


FORM = load_form(FORMS / "kelahiran.toml")


@asynccontextmanager
async def at_counter(
    template: Path,
    home: Path,
    *,
    officer: str = "",
    central: bool = False,
    scanner: bool = False,
    language: str = "id",
    codes: Sequence[str] = (),
) -> AsyncIterator[Counter]:
    """The training city copied for one test, its screen open and perhaps an officer seated."""
    shutil.copytree(template, home, dirs_exist_ok=True)
    running = run_in_thread(home / "pusat") if central else None
    url = f"http://127.0.0.1:{running.port if running else 9}"
    doors: list[FrontDoor] = []
    try:
        for place in PLACES:
            folder = home / place.code.lower()
            adopt(folder)
            save(folder, replace(load(folder), central_url=url, language=language))
            if not codes or place.code in codes:
                doors.append(FrontDoor.open(folder))
        app = KioskApp(doors, exchange_seconds=3600)
        app.hears_scans = scanner
        async with app.run_test(size=(80, 25)) as pilot:
            counter = Counter(app, pilot, home)
            if officer:
                await counter.sit(officer)
            yield counter
    finally:
        for door in doors:
            door.close()
        if running is not None:
            running.stop()
        set_language("id")
