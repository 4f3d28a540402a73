"""What goes to pusat and what comes back: the desk's side of the journal's travel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.cases.resi import case_id
from kiosk.desk.core import Core
from kiosk.desk.views import LinkState, StuckRow
from kiosk.texts import say
from sync.chain import verify
from sync.entry import EntryError, Placed, Spot, entry_hash
from sync.hole import seal_hole
from sync.journal import ForkError
from sync.outgoing import Waiting
from sync.receipt import Receipt
from sync.schedule import TRIES
from sync.trust import NO_CASE, TrustList, central_key, device_key, learn

if TYPE_CHECKING:
    from sync.frames import Item
    from sync.wire import Delivered

ACCEPTED_AT_ONCE = 1000
"""Entries noted as arrived in one transaction: so that nobody at the desk waits for them."""
FILL_AGAIN_MS = 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Sending:
    """An own entry on its way: its seq and hash, and what goes for it."""

    seq: int
    hash: bytes
    item: Item


def pinned(core: Core) -> TrustList:
    """The keys that are believed without being announced: this kiosk's own and central's."""
    trust = TrustList((device_key(core.front.keys.device().public, core.settings.code),))
    if core.settings.central_key:
        trust.add(central_key(bytes.fromhex(core.settings.central_key)))
    return trust


class Link:
    """Called by the exchange (kiosk.exchange) on the desk's thread."""

    def __init__(self, core: Core):
        self._core = core
        self._trust: TrustList | None = None
        self._trust_version = 0

    def central_public(self) -> bytes:
        """Central's public key, pinned in the settings."""
        return bytes.fromhex(self._core.settings.central_key)

    # -- what goes -----------------------------------------------------------------------------

    def waiting(self) -> list[Waiting]:
        """The own chains with entries that central has not acknowledged, oldest first."""
        return self._core.journal.outgoing.chains()

    def items(self, epoch: int, first: int, limit: int, size: int) -> list[Sending]:
        """Own entries from seq ``first`` on, at most ``limit`` and about ``size`` bytes; holes in
        place of those that central will never take."""
        core = self._core
        sent: list[Sending] = []
        for one in core.journal.outgoing.items(epoch, first, limit, size):
            item: Item = one.raw
            if one.hole or entry_hash(one.raw) != one.hash:
                if not one.hole:
                    self._damaged(epoch, one.seq)
                spot = Spot(core.settings.code, epoch, one.seq)
                device = core.front.keys.device()
                item = seal_hole(spot, one.hash, device.kid, device.sign)
            sent.append(Sending(one.seq, one.hash, item))
        return sent

    def before(self, epoch: int, first: int) -> list[bytes]:
        """Own entries before ``first`` by which the stream of a push is primed."""
        return self._core.journal.outgoing.before(epoch, first)

    def _damaged(self, epoch: int, seq: int) -> None:
        outgoing = self._core.journal.outgoing
        says = say("Isi entri ini rusak di disk kiosk.")
        with self._core.ledger.transaction():
            for _ in range(TRIES):
                outgoing.refused(epoch, seq, "entri-rusak", says, self._core.clock.now())
            outgoing.make_hole(epoch, seq)

    def refused(self, epoch: int, seq: int, code: str, says: str) -> bool:
        """Count central's refusal of one entry; gives whether a hole goes in its place now."""
        outgoing = self._core.journal.outgoing
        with self._core.ledger.transaction():
            tries = outgoing.refused(epoch, seq, code, says, self._core.clock.now())
            if tries >= TRIES:
                outgoing.make_hole(epoch, seq)
        return tries >= TRIES

    def fillable(self) -> list[tuple[Spot, bytes]]:
        """Entries for which a hole stands at central and whose own bytes are whole: they are
        offered again now and then, for the reason may have gone. Each is given once an hour."""
        core = self._core
        now, code = core.clock.now(), core.settings.code
        found: list[tuple[Spot, bytes]] = []
        for one in core.journal.outgoing.stuck():
            acked = one.seq <= core.journal.receipts.acked(one.epoch)
            if not one.hole or not acked or 0 <= now - one.tried < FILL_AGAIN_MS:
                continue
            (sent,) = core.journal.outgoing.items(one.epoch, one.seq, 1, 1)
            if entry_hash(sent.raw) == sent.hash:
                found.append((Spot(code, one.epoch, one.seq), sent.raw))
        return found

    def filled(self, spot: Spot, time: int) -> None:
        """Central took an entry in the place of its hole."""
        with self._core.ledger.transaction():
            self._core.journal.outgoing.filled(spot.epoch, spot.seq, time)

    # -- how it went ---------------------------------------------------------------------------

    def trying(self) -> None:
        """Before the first byte leaves: written down as failed, overwritten by the receipt."""
        front = self._core.front
        with self._core.ledger.transaction():
            front.note("link_try", str(self._core.clock.now()))
            if not front.meta("link_trouble"):
                front.note("link_trouble", say("belum ada jawaban pusat"))

    def failed(self, says: str) -> None:
        """Why the last exchange did not work, in plain words."""
        with self._core.ledger.transaction():
            self._core.front.note("link_trouble", says)

    def worked(self, central_time: int | None) -> None:
        """The exchange went through; how far this clock is from central's (ms) is kept."""
        front, now = self._core.front, self._core.clock.now()
        with self._core.ledger.transaction():
            front.note("link_trouble", "")
            front.note("link_ok", str(now))
            if central_time is not None:
                front.note("link_offset", str(now - central_time))

    def accept(self, receipt: Receipt) -> bool:
        """Keep central's signed receipt: what it names is at pusat. False when a slice of that is
        noted and there is more: call it again. Raises ForkError."""
        journal = self._core.journal
        with self._core.ledger.transaction():
            done = journal.receipts.keep(receipt, journal.epoch, ACCEPTED_AT_ONCE)
            if done:
                journal.outgoing.forgive(receipt.epoch, receipt.seq)
        return done

    # -- what comes ----------------------------------------------------------------------------

    def cursor(self) -> int:
        """How far this kiosk has pulled."""
        return self._core.journal.cursor

    def take_in(self, items: Sequence[Delivered], cursor: int) -> int:
        """Apply a page of delivered entries and its cursor in one transaction; gives how many
        were new. What does not verify is set aside, never lost and never in the way."""
        core = self._core
        new = 0
        try:
            with core.ledger.transaction():
                for item in items:
                    new += self._take_one(item)
                core.journal.cursor = cursor
        except BaseException:
            self._trust = None  # it may have learnt from entries that were rolled back
            raise
        return new

    def _take_one(self, item: Delivered) -> int:
        core = self._core
        try:
            entry = verify(item.spot, item.prev, item.raw, self.trust)
            learn(self.trust, entry, item.spot)
            if not core.journal.receive(item):
                return 0
        except (EntryError, ForkError) as error:
            core.db.execute(
                "INSERT INTO strange(kiosk, epoch, seq, says, raw, arrived) VALUES (?,?,?,?,?,?)",
                (
                    item.spot.kiosk,
                    item.spot.epoch,
                    item.spot.seq,
                    str(error),
                    item.raw,
                    item.arrived,
                ),
            )
            return 0
        core.projection.apply(Placed(item.spot, item.prev, item.raw, entry, entry_hash(item.raw)))
        return 1

    @property
    def trust(self) -> TrustList:
        """The keys this kiosk believes: its own, central's pinned one, and what they announced."""
        if self._trust is None or self._trust_version != self._core.ledger.version:
            self._trust_version = self._core.ledger.version
            trust = pinned(self._core)
            for placed in self._core.journal.announcements():
                learn(trust, placed.entry, placed.spot)
            self._trust = trust
        return self._trust

    # -- how things stand --------------------------------------------------------------------

    def state(self) -> LinkState:
        """The two states in numbers: what waits, what exists only here, since when."""
        core = self._core
        stuck = self._stuck()
        attention = core.db.execute(
            "SELECT (SELECT count(*) FROM exceptions e WHERE NOT EXISTS"
            " (SELECT 1 FROM resolutions r WHERE r.ref = e.ref))"
            " + (SELECT count(*) FROM jobs WHERE state IN ('UNKNOWN','TROUBLE'))"
        ).fetchone()[0]

        def number(key: str) -> int | None:
            text = core.front.meta(key)
            return int(text) if text else None

        return LinkState(
            waiting=core.journal.waiting(),
            only_here=core.journal.only_here(),
            last_receipt=number("link_ok"),
            last_try=number("link_try"),
            trouble=core.front.meta("link_trouble"),
            clock_offset=number("link_offset"),
            attention=attention + sum(one.needs_action for one in stuck),
            stuck=stuck,
            alarms=self._alarms(),
        )

    def _alarms(self) -> tuple[str, ...]:
        """The kinds of open exceptions that this kiosk raised about itself or pusat."""
        rows = self._core.db.execute(
            "SELECT DISTINCT kind FROM exceptions AS e WHERE case_id = ? AND ref LIKE ?"
            " AND NOT EXISTS (SELECT 1 FROM resolutions AS r WHERE r.ref = e.ref) ORDER BY kind",
            (NO_CASE, f"{self._core.settings.code}/%"),
        )
        return tuple(kind for (kind,) in rows)

    def _stuck(self) -> tuple[StuckRow, ...]:
        core = self._core
        rows: list[StuckRow] = []
        for one in core.journal.outgoing.stuck():
            found = core.db.execute(
                "SELECT number FROM cases WHERE case_id=?", (one.case_id,)
            ).fetchone()
            ref = f"{core.settings.code}/{one.epoch}/{one.seq}"
            number = found[0] if found else ""
            rows.append(StuckRow(ref, number, one.act, one.says, one.tries, one.since, one.hole))
        return tuple(rows)

    def history(self, number: str) -> list[tuple[str, bool]]:
        """Each entry of a case as KIOSK/epoch/seq, and whether pusat has it."""
        rows = self._core.db.execute(
            "SELECT kiosk, epoch, seq, arrived IS NOT NULL FROM entries WHERE case_id = ?"
            " ORDER BY line, time, kiosk, epoch, seq",
            (case_id(number),),
        )
        return [(f"{kiosk}/{epoch}/{seq}", bool(there)) for kiosk, epoch, seq, there in rows]
