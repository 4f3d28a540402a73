"""When the next exchange is due, and how much a push may weigh. Pure: clock and dice are given.

A link that fails is tried again after a random time (full jitter) within a bound that doubles;
one that works is asked now and then, less often while nothing moves.
"""

from __future__ import annotations

import random
from collections.abc import Callable

SHORTEST = 5.0
"""Seconds after a failure before which nothing is tried again by itself."""
LONGEST = 15 * 60.0
"""Seconds within which a failing link is always tried again."""
ASKED_LONGEST = 60 * 60.0
"""Seconds that a server may ask us to wait."""
DEBOUNCE = 2.0
"""Seconds after an act in which more acts gather before they are sent together."""
PROVEN = 10 * 60.0
"""Seconds for which a signed answer proves the link: no probe is needed before a push."""
PROBED = 60 * 60.0
"""Seconds after which even a proven link is probed: central may have lost what it had."""
QUIET = 20.0
"""Seconds after an exchange that went well until the next, at first."""
QUIET_LONGEST = 5 * 60.0
"""The same, after a long time in which nothing moved."""
TRIES = 3
"""How often an entry is refused before a hole goes in its place."""

Draw = Callable[[float, float], float]
"""Gives a number between two numbers."""


class Schedule:
    """When to exchange. ``now`` is a clock in seconds that never goes back, ``first`` the seconds
    until the first exchange."""

    def __init__(
        self,
        now: Callable[[], float],
        draw: Draw = random.uniform,
        *,
        first: float = 0.0,
        quiet: float = QUIET,
        quiet_longest: float = QUIET_LONGEST,
    ) -> None:
        self._now = now
        self._draw = draw
        self._quiet_first = self._quiet = quiet
        self._quiet_longest = max(quiet, quiet_longest)
        self._due = now() + first
        self._not_before = now()
        self._proven = -PROVEN
        self._ever = False
        self._last_probe = now()
        self.failures = 0
        """How often in a row it did not work."""

    @property
    def wait(self) -> float:
        """Seconds until the next exchange is due; 0 when it is."""
        return max(0.0, self._due - self._now())

    @property
    def proven(self) -> bool:
        """Whether central has signed an answer in the last PROVEN seconds, and nothing failed
        since: a push needs no probe."""
        return self._ever and self._now() - self._proven < PROVEN

    @property
    def proven_until(self) -> float:
        """The time until which no probe is needed, on the given clock."""
        return self._proven + PROVEN if self._ever else self._now()

    def prove(self) -> None:
        """Central signed an answer just now."""
        self._proven, self._ever = self._now(), True

    @property
    def probe_due(self) -> bool:
        """Whether the last probe is so long ago that another is due for its own sake."""
        return self._now() - self._last_probe >= PROBED

    def probed(self) -> None:
        """Central answered a probe."""
        self._last_probe = self._now()
        self.prove()

    def at_once(self) -> None:
        """The officer asks for it (F7)."""
        self._due = self._now()

    def acted(self) -> None:
        """A new own entry: sent soon when the link was good lately, otherwise in its turn."""
        soon = self._now() + DEBOUNCE
        if self.failures == 0 and self.proven and soon >= self._not_before:
            self._due = min(self._due, soon)

    def worked(self, moved: bool, wait: float = 0.0) -> None:
        """An exchange went well. ``moved``: something was sent or came; ``wait``: seconds that
        central asks to be left alone."""
        self.failures = 0
        self._quiet = self._quiet_first if moved else min(self._quiet * 2, self._quiet_longest)
        self._not_before = self._now() + min(max(wait, 0.0), ASKED_LONGEST)
        self._due = max(self._now() + self._draw(self._quiet / 2, self._quiet), self._not_before)

    def failed(self, retry_after: float | None = None) -> None:
        """An exchange did not work. ``retry_after``: seconds that the server asked for."""
        self.failures += 1
        self._ever = False
        bound = min(LONGEST, SHORTEST * 2.0 ** min(self.failures, 20))
        wait = self._draw(SHORTEST, bound)
        if retry_after is not None:
            # All who were sent away together shall not come back together.
            asked = min(max(retry_after, 0.0), ASKED_LONGEST)
            wait = asked + self._draw(0.0, SHORTEST)
            self._not_before = self._now() + asked
        self._due = self._now() + wait


SMALLEST_PUSH = 4 * 1024
FIRST_PUSH = 256 * 1024
LARGEST_PUSH = 1024 * 1024


class PushBudget:
    """How many bytes a push may weigh: less on a link of which nothing arrives, more on a good
    one. A cut of which central kept a part says nothing against the size."""

    def __init__(self) -> None:
        self.bytes = FIRST_PUSH
        self.cut_lately = False
        """Whether the last push had no answer."""
        self._cut = False

    def arrived(self) -> None:
        """A whole push was acknowledged."""
        self.bytes = min(self.bytes * 2, LARGEST_PUSH)
        self._cut = self.cut_lately = False

    def was_cut(self) -> None:
        """A push had no answer; the next probe tells what became of it."""
        self._cut = self.cut_lately = True

    def probed(self, took_some: bool) -> None:
        """Central says whether it has something of the push that was cut."""
        if self._cut and not took_some:
            self.bytes = max(self.bytes // 2, SMALLEST_PUSH)
        self._cut = False
