"""Screens on a terminal of 80x25, and a typist whose keys need no waiting."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widget import Widget

from kiosk.shell.base_app import Scanned, ShellApp
from kiosk.shell.base_screen import ShellScreen
from kiosk.widgets.bars import MessageLine
from kiosk.widgets.form_view import FieldLeft, FormDone
from kiosk.widgets.record_list import RecordChosen

NAMED = {
    " ": "space",
    "\r": "enter",
    "\t": "tab",
    "?": "question_mark",
    "\x1d": "ctrl+right_square_bracket",
}


def key_of(character: str) -> events.Key:
    """The event Textual makes of one character that arrives at the terminal."""
    if character in NAMED:
        return events.Key(NAMED[character], character)
    if ord(character) < 32:
        return events.Key(f"ctrl+{chr(ord(character) + 96)}", character)
    return events.Key(character, character)


class StageScreen(ShellScreen):
    """A screen that keeps what its widgets tell it."""

    def __init__(self, widgets: list[Widget]) -> None:
        super().__init__("Uji", "Mulai.")
        self.widgets = widgets
        self.done: list[dict[str, str]] = []
        self.left: list[tuple[str, str]] = []
        self.chosen: list[str] = []
        self.scans: list[Scanned] = []

    def body(self) -> list[Widget]:
        return self.widgets

    def on_form_done(self, done: FormDone) -> None:
        self.done.append(done.values)

    def on_field_left(self, left: FieldLeft) -> None:
        self.left.append((left.key, left.value))

    def on_record_chosen(self, chosen: RecordChosen) -> None:
        self.chosen.append(chosen.key)

    def on_scanned(self, scan: Scanned) -> None:
        scan.stop()
        self.scans.append(scan)


class Stage:
    """One running application with one screen, and hands to type on it."""

    def __init__(self, app: ShellApp, pilot: Pilot[int], screen: StageScreen) -> None:
        self.app = app
        self.pilot = pilot
        self.screen = screen
        self._clock = 1_000.0

    async def type(
        self, *texts: str, gap: float = 0.1, pause: float = 1.0, settle: bool = True
    ) -> None:
        """Each text's characters, or the one key it names in <>: ``type("budi", "<enter>")``.

        `gap` is the time between two keys in seconds, as the event's own clock has it; `pause`
        passes before the first."""
        self._clock += pause
        for text in texts:
            named = text.startswith("<") and text.endswith(">")
            keys = [events.Key(text[1:-1], None)] if named else [key_of(c) for c in text]
            for key in keys:
                self._clock += gap
                key.time = self._clock
                self.app.post_message(key)
        if settle:
            await self.pilot.pause()
        else:
            for _ in range(50):
                await asyncio.sleep(0)

    @property
    def message(self) -> str:
        return self.screen.query_one(MessageLine).text

    def lines(self) -> list[str]:
        """What stands on the screen."""
        strips = self.app.screen._compositor.render_strips()
        return [strip.text for strip in strips]

    @property
    def text(self) -> str:
        return "\n".join(self.lines())


StageMaker = Callable[..., AbstractAsyncContextManager[Stage]]


@pytest.fixture
def stage() -> StageMaker:
    """``async with stage(widget, ...) as on:``; scans are heard only when asked for."""

    @asynccontextmanager
    async def make(
        *widgets: Widget, app: ShellApp | None = None, scans: bool = False
    ) -> AsyncIterator[Stage]:
        app = app or ShellApp(office="Disdukcapil Kota Pekanbaru", training=True)
        app.hears_scans = scans
        screen = StageScreen(list(widgets))
        async with app.run_test(size=(80, 25)) as pilot:
            await app.push_screen(screen)
            await pilot.pause()
            yield Stage(app, pilot, screen)

    return make
