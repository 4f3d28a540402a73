"""What this kiosk has of its own chains, held against what central has: the desk's side."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from kiosk.desk.core import Core
from kiosk.desk.lives import begin_life, raise_alarm
from kiosk.store.rebuild import rebuild_tables
from sync.entry import Spot
from sync.epochs import Chain

if TYPE_CHECKING:
    from sync.receipts_kept import Root
    from sync.wire import State

Standing = Literal["sama", "kurang", "lebih", "cabang"]
"""Central has the same chain as far as it goes; less of it than it acknowledged; more of it than
is here; another one."""

GROWTH = "growth"
"""The note (table ``meta``) of when the growth of central's log was last proven."""
GROWTH_EVERY_MS = 6 * 60 * 60 * 1000

LOST = "pusat-mundur"
CHANGED = "pusat-berubah"
"""The exceptions that say that central lost entries, or changed its log."""


class Lineage:
    """Called by the exchange on the desk's thread."""

    def __init__(self, core: Core):
        self._core = core

    def chain(self, epoch: int = 0) -> Chain:
        """An own chain as it is here; the present one for 0. ``last`` 0: nothing in it yet."""
        journal = self._core.journal
        wanted = epoch or journal.epoch
        for chain in journal.epochs.chains():
            if chain.epoch == wanted:
                return chain
        return Chain(wanted, 1, 0)

    def stands(self, state: State) -> Standing:
        """How the chain asked for stands at central, by its answer to a probe that asked for the
        hash at our last entry. What central lost waits to be sent again, and is told."""
        self._check_log(state)
        chain = self.chain(state.epoch)
        if state.seq > chain.last:
            same = not chain.last or self.agrees(state.epoch, chain.last, state.at_hash)
            return "lebih" if same else "cabang"
        if state.seq and not self.agrees(state.epoch, state.seq, state.hash):
            return "cabang"
        return "kurang" if self._check_lost(state) else "sama"

    def _check_lost(self, state: State) -> bool:
        """Whether central has less of an own chain than it acknowledged: that waits again."""
        receipts = self._core.journal.receipts
        there = {**dict(state.epochs), state.epoch: state.seq}
        lost = {
            kept.epoch: (receipts.acked(kept.epoch), there.get(kept.epoch, 0))
            for kept in receipts.all()
            if there.get(kept.epoch, 0) < receipts.acked(kept.epoch)
        }
        if not lost:
            return False
        with self._core.ledger.transaction():
            for epoch, (acked, seq) in lost.items():
                receipts.rewind(epoch, seq)
                self._alarm(LOST, {"rantai": epoch, "terkirim": acked, "di pusat": seq})
            self._core.journal.cursor = 0
        return True

    def agrees(self, epoch: int, seq: int, digest: bytes) -> bool:
        """Whether the own entry at this place has this hash."""
        return self._core.journal.hash_at(Spot(self._core.settings.code, epoch, seq)) == digest

    def acked(self, epoch: int) -> int:
        """The last seq of an own chain that central acknowledged."""
        return self._core.journal.receipts.acked(epoch)

    def live_on(self, epoch: int, known: Iterable[int]) -> None:
        """Central has more of the present chain than is here: this is an old copy."""
        core = self._core
        if epoch == core.journal.epoch:
            with core.ledger.transaction():
                begin_life(core, "mundur", known)

    def branch_off(self, epoch: int, after: int, known: Iterable[int]) -> None:
        """Central has another chain than this one after seq ``after``: what was written here
        goes there as a branch, and the kiosk goes on in a new epoch."""
        core = self._core
        known = tuple(known)
        with core.ledger.transaction():
            present = core.journal.epoch
            core.journal.epochs.branch_off(epoch, after, known)
            if epoch == present:
                begin_life(core, "cabang", known)
            rebuild_tables(core.db, core.journal, core.projection)

    # -- central's log -------------------------------------------------------------------------

    def to_be_proven(self) -> Root | None:
        """The newest root that central is to prove the growth of its log from; None while the
        last proof is younger than GROWTH_EVERY_MS."""
        front, now = self._core.front, self._core.clock.now()
        last = front.meta(GROWTH)
        if not last:
            with self._core.ledger.transaction():
                front.note(GROWTH, str(now))
            return None
        if 0 <= now - int(last) < GROWTH_EVERY_MS:
            return None
        return max(self._good_roots(), key=lambda root: (root.time, root.size), default=None)

    def grew(self, state: State) -> None:
        """Central proved that its log only grew, up to this state."""
        with self._core.ledger.transaction():
            self._core.journal.receipts.keep_root(state.size, state.root, state.time)
            self._core.front.note(GROWTH, str(self._core.clock.now()))

    def changed(self, facts: dict[str, object], kind: str = CHANGED) -> None:
        """Central's log is not what it signed before: an exception, and everything is pulled
        anew, for what was pulled before may have gone and come again under another number."""
        core = self._core
        with core.ledger.transaction():
            self._alarm(kind, facts)
            core.journal.receipts.break_roots(self._good_roots())
            core.front.note(GROWTH, str(core.clock.now()))
            core.journal.cursor = 0

    def _good_roots(self) -> list[Root]:
        return [root for root in self._core.journal.receipts.roots() if not root.broken]

    def _check_log(self, state: State) -> None:
        roots = self._good_roots()
        newest = max(roots, key=lambda root: (root.time, root.size), default=None)
        if newest is None:
            return
        if state.size < newest.size and state.time >= newest.time:
            self.changed({"catatan pusat dulu": newest.size, "sekarang": state.size}, LOST)
        elif any(one.size == state.size and one.root != state.root for one in roots):
            self.changed({"catatan pusat": state.size})

    def _alarm(self, kind: str, facts: dict[str, object]) -> None:
        """An exception of this kind, unless one is open."""
        is_open = self._core.db.execute(
            "SELECT 1 FROM exceptions e WHERE e.kind = ? AND e.ref LIKE ? AND NOT EXISTS"
            " (SELECT 1 FROM resolutions r WHERE r.ref = e.ref)",
            (kind, f"{self._core.settings.code}/%"),
        ).fetchone()
        if is_open is None:
            raise_alarm(self._core, kind, facts)
