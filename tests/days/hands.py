"""The one screen of a day: reading it, pressing keys, filling in whatever form is on top."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any

from textual import events
from textual.widget import Widget

from kiosk.screens.search import SearchScreen
from kiosk.widgets.bars import MessageLine
from kiosk.widgets.dialogs import Choose
from kiosk.widgets.fields import ChoiceEntry, TextEntry
from kiosk.widgets.form_view import FormView
from tests.screens.counter import NAMES, Counter, NotSeen

MOST_FIELDS = 90
MOST_LOOKS = 2000
LOOK_SECONDS = 0.004
STAYS = 1.5
"""Seconds after which a field that was not left has refused its answer."""


class Refused(AssertionError):
    """The screen did not take it; the text is its message line."""


class Hands(Counter):
    """An officer who looks often and does not wait for the machine to be idle."""

    looks = MOST_LOOKS
    look_seconds = LOOK_SECONDS

    async def settle(self) -> None:
        """No waiting."""

    async def keys(self, *texts: str) -> None:
        """Type each text, or press the key it names in <>."""
        for text in texts:
            for sign in [text] if text.startswith("<") and text.endswith(">") else text:
                name = sign[1:-1] if len(sign) > 1 else NAMES.get(sign, sign)
                self.app.post_message(events.Key(name, sign if len(sign) == 1 else None))
        await asyncio.sleep(LOOK_SECONDS)

    async def go(self, key: str, kind: type[Widget]) -> None:
        """A function key, and wait for the new screen it leads to: what is typed before that is
        for the old one, which may look the same."""
        before = list(self.app.screen_stack)
        await self.keys(key)
        for _ in range(MOST_LOOKS):
            screen = self.app.screen
            if isinstance(screen, kind) and screen not in before and screen.focused is not None:
                return
            await asyncio.sleep(LOOK_SECONDS)
        raise NotSeen(f"{key} leads to no {kind.__name__}:\n{self.text}")

    async def open_case(self, number: str) -> str:
        """F3, the number, Enter once the list stands still; the screen."""
        await self.go("<f3>", SearchScreen)
        await self.keys(number)
        await self.see(re.compile(rf"(?m)^>.{number}"))
        await self.pilot.pause()
        await self.keys("<enter>")
        return await self.see(re.compile(rf"(?s)Kasus {number}.*Yang dilakukan"))


class Screen:
    """What is on top, and what an officer does there whatever it is."""

    def __init__(self, at: Counter) -> None:
        self.at = Hands(at.app, at.pilot, at.home)

    async def see(self, wanted: str | re.Pattern[str]) -> str:
        """Wait until the screen shows it, a text also where its lines are folded; the screen."""
        return await self.at.see(wanted)

    async def keys(self, *texts: str) -> None:
        """Type each text, or press the key it names in <>."""
        await self.at.keys(*texts)

    @property
    def refusal(self) -> str:
        """What the screen on top does not take, and why; empty when it refuses nothing."""
        lines = self.at.app.screen.query(MessageLine)
        return lines.first().text if lines and lines.first().level == "tolak" else ""

    async def top(self, kind: type[Widget]) -> Any:
        """Wait until a screen of this kind, or one that has a widget of it, is on top; that."""
        for _ in range(MOST_LOOKS):
            await asyncio.sleep(LOOK_SECONDS)
            screen = self.at.app.screen
            if isinstance(screen, kind):
                return screen
            if screen.is_mounted and (found := screen.query(kind)):
                return found.first()
        raise NotSeen(f"no {kind.__name__} on top:\n{self.at.text}")

    async def pick(self, wanted: str) -> None:
        """In a window of choices: the one of this key, or whose words begin so."""
        dialog: Choose = await self.top(Choose)
        for at, (key, words) in enumerate(dialog._options.options):
            if key == wanted or words.startswith(wanted):
                await self.keys(*["<down>"] * at, "<enter>")
                await self.closed(dialog)
                return
        raise NotSeen(f"no choice {wanted!r}:\n{self.at.text}")

    async def closed(self, dialog: Widget) -> None:
        """Wait until a window is no longer on top: a key meant for it must not reach the next."""
        for _ in range(MOST_LOOKS):
            if self.at.app.screen is not dialog:
                return
            await asyncio.sleep(LOOK_SECONDS)
        raise NotSeen(f"the window stays:\n{self.at.text}")

    async def fill(self, values: Mapping[str, str], form: FormView | None = None) -> None:
        """Answer the form on top from where the cursor stands until it is done: each field by its
        key, in its stored form; a field that is not named keeps what stands in it. Raises Refused
        with what the form says of a field it does not take."""
        form = form or await self.top(FormView)
        for _ in range(MOST_FIELDS):
            entry = await self._entry(form)
            if entry is None:
                return
            value = values.get(entry.field.key)
            if value is not None and entry.typed != value:
                entry.typed = value
            await self.keys("<enter>")
            await self._left(form, entry)
        raise Refused(self.at.text)

    async def _entry(self, form: FormView) -> TextEntry | ChoiceEntry | None:
        """The field under the cursor, None when the form is done."""
        for _ in range(MOST_LOOKS):
            if not form.is_attached or form._locked:
                return None
            entry = self.at.app.focused
            if isinstance(entry, TextEntry | ChoiceEntry) and not entry.closed:
                return entry
            await asyncio.sleep(LOOK_SECONDS)
        raise NotSeen(f"no field to answer:\n{self.at.text}")

    async def _left(self, form: FormView, entry: TextEntry | ChoiceEntry) -> None:
        """Wait until the form went on from a field."""
        loop = asyncio.get_running_loop()
        still = loop.time()
        for _ in range(MOST_LOOKS):
            if not form.is_attached or form._locked or self.at.app.focused is not entry:
                return
            if entry.closed or form._busy:
                still = loop.time()
            elif loop.time() - still > STAYS:
                raise Refused(f"{entry.field.key}: {self.refusal}\n{self.at.text}")
            await asyncio.sleep(LOOK_SECONDS)
        raise NotSeen(f"{entry.field.key} is not left:\n{self.at.text}")
