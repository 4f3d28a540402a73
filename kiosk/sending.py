"""One exchange's push: every own chain as far as central has not acknowledged it.

Before data goes out, the link is probed unless central signed something a short while ago. Where
the chain here and the chain at central differ, that is settled first (``kiosk.desk.lineage``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.desk.desk import Desk
from kiosk.texts import said, say
from sync.courier import Courier, LinkDown, Refused
from sync.epochs import Chain
from sync.frames import CUT_LINK_ENTRIES, FRAME_ENTRIES
from sync.journal import ForkError
from sync.push import PushHead, PushWriter
from sync.schedule import PushBudget, Schedule
from sync.squeeze import DEFAULT, NONE
from sync.wire import PullPage, State

if TYPE_CHECKING:
    from kiosk.exchange import Ask
    from sync.outgoing import Waiting
    from sync.receipt import Receipt

PAGE_ROOM = 32 * 1024
"""Bytes of deliveries that may come along with the answer to the last push."""
SLICE = 64
SLICE_BYTES = 64 * 1024
"""Entries read from the journal at once, and about how many bytes of them."""
ENTRY_PACKED = 150
"""Bytes of a packed entry, about: by it a small budget is filled in small slices."""
SETTLED_AT_MOST = 4
"""How often in one exchange chains may be found to differ."""
PATIENCE_MS = 3_000
"""How long central may ask to wait before a push, without the exchange being put off."""

Tell = Callable[[int, int, int], None]
"""Entries sent, entries to send, bytes sent."""


class Sender:
    """The push of one exchange. ``page`` is what came along with the last answer, ``clock``
    central's clock (ms) when it was told, ``asked_for_page`` whether a page was asked for and,
    if none came, nothing waits."""

    def __init__(
        self,
        desk: Desk,
        ask: Ask,
        courier: Courier,
        schedule: Schedule,
        budget: PushBudget,
        tell: Tell,
    ) -> None:
        self._link, self._lineage = desk.link, desk.lineage
        self._settings = desk.settings
        self._device = desk.front.keys.device()
        self._ask, self._courier = ask, courier
        self._schedule, self._budget, self._tell = schedule, budget, tell
        self.page: PullPage | None = None
        self.clock: int | None = None
        self.asked_for_page = False
        self._at_central: dict[int, int] = {}
        self._dictionary = DEFAULT
        self._primes = True
        self._settled = 0
        self._sent = self._bytes = self._all = 0

    def run(self) -> str:
        """Send all that waits; gives why central would not take something, empty when it took
        all. Raises LinkDown, Refused, Refusal."""
        if not self._schedule.proven or self._schedule.probe_due:
            self._meet()
        held: dict[int, str] = {}
        while True:
            chains = [one for one in self._ask(self._link.waiting) if one.epoch not in held]
            if not chains:
                break
            self._all = max(self._all, self._sent + sum(_left(one) for one in chains))
            why = self._push_chain(chains[0], last=len(chains) == 1)
            if why:
                held[chains[0].epoch] = why
        self._fill_holes()
        return next(iter(held.values()), "")

    # -- before data -------------------------------------------------------------------------

    def _meet(self) -> None:
        """Probe: is it central, what has it of the chain that is sent next, how is its clock."""
        waiting = self._ask(self._link.waiting)
        self._look_at(waiting[0].epoch if waiting else 0)

    def _look_at(self, epoch: int) -> State:
        """Probe one own chain (0: the present one) and settle what differs."""
        chain = self._ask(self._lineage.chain, epoch)
        state = self._courier.probe(chain.epoch, chain.last)
        self._schedule.probed()
        self.clock = state.time
        before = self._at_central.get(chain.epoch, self._ask(self._lineage.acked, chain.epoch))
        self._budget.probed(took_some=state.seq > before)
        self._wait(state)
        known = tuple(one for one, _ in state.epochs)
        match self._ask(self._lineage.stands, state):
            case "lebih":
                self._ask(self._lineage.live_on, chain.epoch, known)
                self._at_central[chain.epoch] = chain.last
            case "cabang":
                after = self._common(chain, state)
                self._ask(self._lineage.branch_off, chain.epoch, after, known)
                self._at_central.pop(chain.epoch, None)
            case "sama" | "kurang":
                self._at_central[chain.epoch] = state.seq
        return state

    @staticmethod
    def _wait(state: State) -> None:
        import time

        if state.wait > PATIENCE_MS:
            says = say("Pusat sedang sibuk dan minta menunggu. Pekerjaan tetap aman di kiosk ini.")
            raise LinkDown(says, state.wait / 1000)
        time.sleep(state.wait / 1000)

    def _common(self, chain: Chain, state: State) -> int:
        """The last seq at which central has what is here: found in few probes, for a hash
        stands for all before it."""
        low, high = chain.first - 1, min(chain.last, state.seq)
        guess = self._ask(self._lineage.acked, chain.epoch)
        while low + 1 < high:
            if not low < guess < high:
                guess = (low + high) // 2
            found = self._courier.probe(chain.epoch, guess).at_hash
            if self._ask(self._lineage.agrees, chain.epoch, guess, found):
                low = guess
                guess += 1  # a copy differs right after what was acknowledged, as a rule
            else:
                high = guess
                guess = 0
        return low

    # -- data --------------------------------------------------------------------------------

    def _push_chain(self, chain: Waiting, last: bool) -> str:
        """Send one chain to its end; gives why central would not take it, empty when it did."""
        reached = min(self._at_central.get(chain.epoch, 0), chain.last)
        first = max(chain.first, reached + 1)
        try:
            while True:
                first = self._push(chain, first, last)
                if first > chain.last:
                    return ""
        except LinkDown:
            self._budget.was_cut()
            if not self._went_on(chain.epoch, first):
                raise
        except Refused as error:
            return self._refused(chain.epoch, error)
        except ForkError:
            self._settle(chain.epoch)
        return ""

    def _push(self, chain: Waiting, first: int, last: bool) -> int:
        """Send as much of a chain as the budget allows; gives the seq to go on with."""
        # A page rides along with the push that is the last, by all that can be told beforehand.
        left = (chain.last - first + 1) * ENTRY_PACKED
        room = PAGE_ROOM if last and left < self._budget.bytes else 0
        cursor = self._ask(self._link.cursor)
        before = self._ask(self._link.before, chain.epoch, first) if self._primes else []
        head = PushHead(
            self._settings.code, chain.epoch, first, cursor, room, self._dictionary, len(before)
        )
        writer, ends, count = self._written(chain, head, before)
        receipt, page = self._courier.push(head, writer.body(), ends)
        self._schedule.prove()
        self._budget.arrived()
        self._accept(receipt)
        self._at_central[chain.epoch] = max(self._at_central.get(chain.epoch, 0), receipt.seq)
        self.clock = receipt.time
        self._sent += count
        self._bytes += writer.size
        self._tell(self._sent, self._all, self._bytes)
        self.page, self.asked_for_page = page, head.room > 0
        return first + max(count, 1)

    def _accept(self, receipt: Receipt) -> None:
        while not self._ask(self._link.accept, receipt):
            pass

    def _written(
        self, chain: Waiting, head: PushHead, before: list[bytes]
    ) -> tuple[PushWriter, tuple[int, bytes], int]:
        """The body from ``head.first`` on, the seq and hash of its last entry, their number."""
        most = CUT_LINK_ENTRIES if self._budget.cut_lately else FRAME_ENTRIES
        writer = PushWriter(head, self._device.kid, self._device.sign, before, most)
        seq, end, count = head.first, (0, b""), 0
        while seq <= chain.last and writer.size < self._budget.bytes:
            space = (self._budget.bytes - writer.size) // ENTRY_PACKED
            limit = max(1, min(SLICE, space))
            got = self._ask(self._link.items, chain.epoch, seq, limit, SLICE_BYTES)
            if not got:
                break
            writer.add([one.item for one in got])
            count += len(got)
            end, seq = (got[-1].seq, got[-1].hash), got[-1].seq + 1
        return writer, end, count

    def _fill_holes(self) -> None:
        """Offer the bytes of entries for which a hole stands at central."""
        for spot, raw in self._ask(self._link.fillable):
            head = PushHead(spot.kiosk, spot.epoch, spot.seq, 0, 0, self._dictionary)
            writer = PushWriter(head, self._device.kid, self._device.sign)
            writer.add([raw])
            try:
                receipt, _ = self._courier.push(head, writer.body())
                self._ask(self._link.filled, spot, receipt.time)
            except Refused as error:
                self._ask(self._link.refused, spot.epoch, spot.seq, error.code, said(error.says))

    # -- what goes wrong ---------------------------------------------------------------------

    def _went_on(self, epoch: int, first: int) -> bool:
        """After a cut: whether central kept a part of what was sent, so that going on at once
        makes sense. Raises LinkDown when it cannot be asked."""
        state = self._look_at(epoch)
        return state.seq >= first

    def _refused(self, epoch: int, error: Refused) -> str:
        """What to do about a refusal; gives why the chain has to wait, empty when it goes on."""
        if error.receipt is not None and error.receipt.epoch == epoch:
            try:
                self._accept(error.receipt)
            except ForkError:
                return self._settle(epoch)
        if error.code in ("cabang", "loncat"):
            return self._settle(epoch)
        if error.code == "kamus-tidak-dikenal" and (self._primes or self._dictionary != NONE):
            # First without what stands before, which central may have lost; then without all.
            self._dictionary = self._dictionary if self._primes else NONE
            self._primes = False
            return ""
        if not error.seq:
            raise error
        self._schedule.prove()
        passed_over = self._ask(self._link.refused, epoch, error.seq, error.code, said(error.says))
        return "" if passed_over else said(error.says)

    def _settle(self, epoch: int) -> str:
        """The chains differ: ask how, and make them agree."""
        self._settled += 1
        if self._settled > SETTLED_AT_MOST:
            raise LinkDown(
                say("Pusat dan kiosk ini belum cocok. Pekerjaan aman di sini; hubungi pengelola.")
            )
        self._look_at(epoch)
        return ""


def _left(chain: Waiting) -> int:
    return chain.last - chain.first + 1
