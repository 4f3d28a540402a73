"""What goes to pusat and what comes back: the desk's side of the journal's travel."""

from __future__ import annotations

from kiosk.cases.resi import case_id
from kiosk.desk.core import Core
from kiosk.desk.views import LinkState
from kiosk.texts import say
from sync.chain import verify
from sync.entry import EntryError, Placed, entry_hash
from sync.journal import ForkError
from sync.receipt import Receipt
from sync.trust import TrustList, central_key, device_key, learn
from sync.wire import Delivered, PullPage


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

    def outgoing(self, limit: int) -> tuple[int, int, list[bytes]]:
        """Epoch, first seq and stored bytes of what central has not yet acknowledged."""
        journal = self._core.journal
        acked = journal.acked_seq()
        return journal.epoch, acked + 1, journal.own_after(acked, limit)

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

    def worked(self, central_time: int) -> None:
        """The exchange went through; how far this clock is from central's is kept."""
        front, now = self._core.front, self._core.clock.now()
        with self._core.ledger.transaction():
            front.note("link_trouble", "")
            front.note("link_ok", str(now))
            front.note("link_offset", str(now - central_time))

    def accept(self, receipt: Receipt) -> None:
        """Keep central's signed receipt: what it names is at pusat."""
        with self._core.ledger.transaction():
            self._core.journal.keep_receipt(receipt)

    def cursor(self) -> int:
        """How far this kiosk has pulled."""
        return self._core.journal.cursor

    def take_in(self, page: PullPage) -> int:
        """Apply a page of delivered entries and the cursor in one transaction; gives how many
        were new. What does not verify is set aside, never lost and never in the way."""
        core = self._core
        new = 0
        try:
            with core.ledger.transaction():
                for item in page.items:
                    new += self._take_one(item)
                core.journal.cursor = page.cursor
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
        journal = core.journal
        acked = journal.acked_seq()
        only_here = core.db.execute(
            "SELECT count(*) FROM cases WHERE own_seq > ?", (acked,)
        ).fetchone()[0]
        attention = core.db.execute(
            "SELECT (SELECT count(*) FROM exceptions e WHERE NOT EXISTS"
            " (SELECT 1 FROM resolutions r WHERE r.ref = e.ref))"
            " + (SELECT count(*) FROM jobs WHERE state IN ('UNKNOWN','TROUBLE'))"
        ).fetchone()[0]

        def number(key: str) -> int | None:
            text = core.front.meta(key)
            return int(text) if text else None

        return LinkState(
            waiting=journal.head().seq - acked,
            only_here=only_here,
            last_receipt=number("link_ok"),
            last_try=number("link_try"),
            trouble=core.front.meta("link_trouble"),
            clock_offset=number("link_offset"),
            attention=attention,
        )

    def history(self, number: str) -> list[tuple[str, bool]]:
        """Each entry of a case as KIOSK/epoch/seq, and whether pusat has it."""
        journal = self._core.journal
        acked = journal.acked_seq()
        return [
            (
                f"{p.spot.kiosk}/{p.spot.epoch}/{p.spot.seq}",
                p.spot.kiosk != self._core.settings.code or p.spot.seq <= acked,
            )
            for p in journal.of_case(case_id(number))
        ]
