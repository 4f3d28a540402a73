"""The journal's travel from the kiosk's side: push what waits, pull what came, say how it went.

Network work is done on the caller's thread; everything that touches the desk goes through
``ask``, so that in the kiosk it runs on the desk's own thread, a small piece at a time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeVar

from kiosk.desk.desk import Desk
from kiosk.desk.views import Refusal
from kiosk.texts import said, say
from sync.schedule import PushBudget, Schedule

if TYPE_CHECKING:
    from kiosk.sending import Sender
    from sync.courier import Courier
    from sync.wire import PullPage

P = ParamSpec("P")
T = TypeVar("T")

PULL_ROOM = 32 * 1024
"""Bytes of deliveries asked for at once: a page is one transaction on the desk's thread, and
nobody at the desk shall wait for it."""


class Ask(Protocol):
    """Runs a desk call where the desk may be used, and gives its result."""

    def __call__(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T: ...


def directly(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a desk call on this very thread: for commands without a screen."""
    return call(*args, **kwargs)


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What one exchange did: entries sent and received, and what was in the way (Indonesian)."""

    pushed: int
    pulled: int
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a running exchange is: entries sent of all that wait, bytes sent (of about how
    many in all), entries received. All 0: nothing is going on."""

    sent: int = 0
    to_send: int = 0
    bytes: int = 0
    bytes_in_all: int = 0
    received: int = 0


class Exchange:
    """One kiosk's exchange with pusat; ``schedule`` says when the next is due."""

    def __init__(
        self,
        desk: Desk,
        ask: Ask = directly,
        schedule: Schedule | None = None,
    ):
        self.schedule = schedule or Schedule(time.monotonic)
        self.budget = PushBudget()
        self.progress = Progress()
        self._desk = desk
        self._ask = ask
        self._courier: Courier | None = None
        desk.core.ledger.on_written.append(self.schedule.acted)

    def run(self) -> Exchanged:
        """Push everything that waits and pull everything that came. Never raises for a link, nor
        for a full disk. What pusat refuses of ours does not keep away what others wrote."""
        from sync.courier import LinkDown, Refused

        desk, ask = self._desk, self._ask
        if not desk.settings.central_url or not desk.settings.central_key:
            self.schedule.failed()
            return Exchanged(0, 0, say("Kiosk ini belum punya alamat pusat."))
        self.progress = Progress()
        retry_after: float | None = None
        try:
            ask(desk.link.trying)
            trouble, clock = self._exchange()
            if not trouble:
                ask(desk.link.worked, clock)
        except LinkDown as error:
            trouble, retry_after = said(error.says), error.retry_after
        except Refused as error:
            trouble = said(error.says)
        except Refusal as error:
            trouble = str(error)
        done = self.progress
        if trouble:
            self.schedule.failed(retry_after)
            with suppress(Refusal):  # on a full disk not even this can be kept
                ask(desk.link.failed, trouble)
        else:
            self.schedule.worked(moved=done.sent + done.received > 0)
        self.progress = Progress()
        return Exchanged(done.sent, done.received, trouble)

    def _exchange(self) -> tuple[str, int | None]:
        """Push, then pull; gives why pusat did not take all, and its clock (ms) if it told."""
        sender = self._sender()
        trouble = sender.run()
        page = sender.page
        if page is not None:
            self._take(page)
        clock = sender.clock
        if not sender.asked_for_page or (page is not None and page.more):
            clock = self._pull()  # otherwise nothing more waits
        self._prove_growth()
        return trouble, clock

    def _prove_growth(self) -> None:
        """Now and then: central proves that its log begins with what it signed before."""
        from sync.merkle import verify_growth

        lineage = self._desk.lineage
        old = self._ask(lineage.to_be_proven)
        if old is None:
            return
        chain = self._ask(lineage.chain)
        state = self.courier().probe(chain.epoch, chain.last)
        self._ask(lineage.stands, state)
        if state.size < old.size:
            return  # told already
        path = [] if state.size == old.size else self.courier().growth(old.size, state.size)
        if path is not None and verify_growth(old.size, state.size, old.root, state.root, path):
            self._ask(lineage.grew, state)
            return
        self._ask(lineage.changed, {"catatan pusat": old.size})
        self._pull()

    def _sender(self) -> Sender:
        from kiosk.sending import Sender

        return Sender(self._desk, self._ask, self.courier(), self.schedule, self.budget, self._told)

    def _told(self, sent: int, to_send: int, size: int) -> None:
        in_all = size * to_send // sent if sent else 0
        self.progress = replace(
            self.progress, sent=sent, to_send=to_send, bytes=size, bytes_in_all=in_all
        )

    def _pull(self) -> int:
        """Take in what came; gives pusat's clock."""
        courier, cursor = self.courier(), self._desk.link.cursor
        while True:
            page = courier.pull(self._ask(cursor), PULL_ROOM)
            self.schedule.prove()
            self._take(page)
            if not page.more:
                return page.time

    def _take(self, page: PullPage) -> None:
        new = self._ask(self._desk.link.take_in, page.items, page.cursor)
        self.progress = replace(self.progress, received=self.progress.received + new)

    def courier(self) -> Courier:
        """The way to pusat, opened when first wanted."""
        from sync.courier import Courier

        if self._courier is None:
            settings = self._desk.settings
            device = self._desk.front.keys.device()
            folder = self._desk.front.folder
            self._courier = Courier(
                settings.central_url,
                settings.code,
                self._desk.link.central_public(),
                device.kid,
                device.sign,
                ca=folder / settings.central_ca if settings.central_ca else None,
            )
        return self._courier

    def close(self) -> None:
        """Give the connection back."""
        if self._courier is not None:
            self._courier.close()
            self._courier = None
