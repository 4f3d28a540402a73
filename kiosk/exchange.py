"""The journal's travel from the kiosk's side: push what waits, pull what came, say how it went.

Network work is done on the caller's thread; everything that touches the desk goes through
``ask``, so that in the kiosk it runs on the desk's own thread.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeVar

from kiosk.desk.desk import Desk
from kiosk.desk.views import Refusal
from kiosk.texts import say

if TYPE_CHECKING:
    from sync.courier import Courier

P = ParamSpec("P")
T = TypeVar("T")

PUSH_AT_ONCE = 200
PULL_AT_ONCE = 50


class Ask(Protocol):
    """Runs a desk call where the desk may be used, and gives its result."""

    def __call__(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T: ...


def directly(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a desk call on this very thread: for commands without a screen."""
    return call(*args, **kwargs)


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What one exchange did."""

    pushed: int
    pulled: int
    trouble: str = ""


class Exchange:
    """One kiosk's exchange with pusat."""

    def __init__(self, desk: Desk, ask: Ask = directly):
        self._desk = desk
        self._ask = ask
        self._courier: Courier | None = None
        self._pushed = self._pulled = 0

    def _open(self) -> Courier:
        from sync.courier import Courier

        if self._courier is None:
            settings = self._desk.settings
            device = self._desk.front.keys.device()
            self._courier = Courier(
                settings.central_url,
                settings.code,
                self._desk.link.central_public(),
                device.kid,
                device.sign,
            )
        return self._courier

    def run(self) -> Exchanged:
        """Push everything that waits and pull everything that came. Never raises for a link, nor
        for a full disk. What pusat refuses of ours does not keep away what others wrote."""
        from sync.courier import LinkDown, Refused

        desk, ask = self._desk, self._ask
        if not desk.settings.central_url or not desk.settings.central_key:
            return Exchanged(0, 0, say("Kiosk ini belum punya alamat pusat."))
        self._pushed = self._pulled = 0
        try:
            ask(desk.link.trying)
            courier = self._open()
            trouble = self._push(courier)
            time = self._pull(courier)
            if not trouble:
                ask(desk.link.worked, time)
        except (LinkDown, Refused) as error:
            trouble = error.says
        except Refusal as error:
            trouble = str(error)
        if trouble:
            with suppress(Refusal):  # on a full disk not even this can be kept
                ask(desk.link.failed, trouble)
        return Exchanged(self._pushed, self._pulled, trouble)

    def _push(self, courier: Courier) -> str:
        """Hand over what waits; gives why pusat will not take it, empty when it took all."""
        from sync.courier import Refused
        from sync.journal import ForkError

        link, ask = self._desk.link, self._ask
        try:
            while True:
                epoch, first, raws = ask(link.outgoing, PUSH_AT_ONCE)
                if not raws:
                    return ""
                ask(link.accept, courier.push(epoch, first, raws))
                self._pushed += len(raws)
        except Refused as error:
            if error.receipt is not None:
                with suppress(ForkError):  # the refusal itself says that the chains differ
                    # What went before the refused one is there.
                    ask(link.accept, error.receipt)
            return error.says
        except ForkError:
            return say(
                "Pusat menyimpan rantai lain untuk kiosk ini: folder ini salinan lama, atau ada"
                " dua. Berhenti memakai kiosk ini dan hubungi pengelola."
            )

    def _pull(self, courier: Courier) -> int:
        """Take in what came; gives pusat's clock."""
        link, ask = self._desk.link, self._ask
        while True:
            page = courier.pull(ask(link.cursor), PULL_AT_ONCE)
            self._pulled += ask(link.take_in, page)
            if not page.more:
                return page.time

    def close(self) -> None:
        """Give the connection back."""
        if self._courier is not None:
            self._courier.close()
            self._courier = None
