"""The gate between the keyboard and the screens: what a scanner types goes one way, what an officer
types goes the other.

`drivers.wedge` decides which is which. This gate adds what only the screen can know: a field shows
an officer's key at once (and gives it back should it turn out to be a scan's first), and the rest
of a burst that no hand could type goes nowhere, whatever it holds.
"""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import TYPE_CHECKING

from textual import events

from drivers.wedge import Released, Scan, Wedge
from kiosk.widgets.scan_marks import ScanMark, ScanUndo, TakesBack

if TYPE_CHECKING:
    from textual.widget import Widget

    from kiosk.shell.base_app import ShellApp

HUMAN_GAP = 0.035
"""Seconds: a key later than this after the one before is shown before it is decided."""

MACHINE_GAP = 0.010
"""Seconds: keys that follow each other this fast come from no hand."""

MACHINE_RUN = 12
"""So many of them that are no scan are garbage."""

TAIL = 0.030
"""Seconds after a machine's last key in which more of the same may come."""


class ScanGate:
    """Takes every key event of the application, in order."""

    def __init__(self, app: ShellApp) -> None:
        self._app = app
        self._wedge = Wedge()
        self._last = float("-inf")
        self._all_shown = True
        self._shown: set[int] = set()
        self._marked: Widget | None = None
        self._suspect: list[events.Key] = []
        self._machine = float("-inf")
        self._reported = False
        self._timer: asyncio.TimerHandle | None = None

    async def take(self, event: events.Key) -> None:
        """One key: passed on, held, or found to be a scanner's."""
        gap, self._last = event.time - self._last, event.time
        if self._suspect and gap <= TAIL:
            self._drop(self._suspect)
            self._suspect = []
        await self._let_go()
        if event.time - self._machine > TAIL:
            self._reported = False
        begins = self._wedge.due is None
        decided = self._wedge.feed(event, event.key, event.character, event.time)
        for item in decided:
            await self._decide(item, final=False)
        if self._wedge.due is not None:
            self._all_shown = (
                (self._all_shown or begins or bool(decided))
                and gap > HUMAN_GAP
                and event.is_printable
                and await self._show_early(event)
            )
            self._arm(self._wedge.due - event.time)
        elif self._suspect:
            self._arm(TAIL)

    def _arm(self, delay: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        loop = asyncio.get_running_loop()
        # Through the application's own queue: keys that already wait there come first.
        self._timer = loop.call_later(
            max(delay, 0.001), self._app.call_later, self._ring, self._last
        )

    async def _ring(self, last: float) -> None:
        if last != self._last:
            return
        await self._let_go()
        due = self._wedge.due
        if due is not None:
            for item in self._wedge.flush(due):
                await self._decide(item, final=True)

    async def _let_go(self) -> None:
        suspect, self._suspect = self._suspect, []
        for event in suspect:
            await self._app.deliver_key(event)

    async def _show_early(self, event: events.Key) -> bool:
        """Let a field have the key now; false when what has the focus could not give it back."""
        focused = self._app.focused
        if not (isinstance(focused, TakesBack) and self._marked in (None, focused)):
            return False
        if self._marked is None:
            self._marked = focused
            focused.post_message(ScanMark())
        self._shown.add(id(event))
        await self._app.deliver_key(event)
        return True

    async def _decide(self, item: Released | Scan, *, final: bool) -> None:
        if isinstance(item, Scan):
            self._take_back()
            self._machine = self._last
            garbage = item.garbage or not item.text.isprintable()
            self._app.deliver_scan(item.text, garbage)
            self._reported = True
            return
        keys = [event for event in item.events if isinstance(event, events.Key)]
        if self._from_machine(keys):
            self._drop(keys)
        elif not final and len(keys) > 1 and _fastest(keys):
            self._suspect = [key for key in keys if id(key) not in self._shown]
            self._forget()
        else:
            shown = self._shown
            self._forget()
            for key in keys:
                if id(key) not in shown:
                    await self._app.deliver_key(key)

    def _from_machine(self, keys: list[events.Key]) -> bool:
        """Whether these are the rest of a scan or garbage, or are garbage by themselves."""
        if not keys:
            return False
        return keys[0].time - self._machine <= TAIL or (len(keys) >= MACHINE_RUN and _fastest(keys))

    def _drop(self, keys: list[events.Key]) -> None:
        self._take_back()
        self._machine = keys[-1].time
        if not self._reported:
            self._reported = True
            text = "".join(key.character or "" for key in keys)
            self._app.deliver_scan(text, garbage=True)

    def _take_back(self) -> None:
        if self._marked is not None:
            self._marked.post_message(ScanUndo())
        self._forget()

    def _forget(self) -> None:
        self._shown = set()
        self._marked = None


def _fastest(keys: list[events.Key]) -> bool:
    """Whether no two neighbours are further apart than a machine types."""
    return all(after.time - before.time <= MACHINE_GAP for before, after in pairwise(keys))
