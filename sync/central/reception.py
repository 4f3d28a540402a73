"""One push on its way in: its frames are committed as they arrive, then it gets its answer."""

from __future__ import annotations

from dataclasses import replace

from sync.central.check import kiosk_named
from sync.central.database import Database
from sync.central.identity import Identity
from sync.central.intake import Intake, Taken
from sync.central.limits import Guard
from sync.central.moment import now_ms
from sync.central.refusal import Refusal, revoked, unreadable
from sync.central.routing import Reader, page
from sync.central.store import Kiosk, raws_before
from sync.entry import EntryError, Spot, signed_epoch
from sync.push import PushHead, PushReader
from sync.squeeze import UnknownDictionary
from sync.wire import NONCE_BYTES, PullPage, SealError, pack_answer, pack_page

_PIECE = 64 * 1024
"""A body is taken in pieces of this size, whatever has piled up: it bounds what is unpacked."""

_STRIDE = 1000
"""So far a kiosk's cursor lags behind at most when nothing waits for it: a page costs it bytes, but
what lies in between is looked through each time."""


class Reception:
    """Feed it the body of a push as it arrives, then ask for the answer."""

    def __init__(self, database: Database, identity: Identity, guard: Guard) -> None:
        self._database = database
        self._identity = identity
        self._guard = guard
        self._intake = Intake(database, identity)
        self._reader = PushReader(self._device_of, self._before)
        self._kiosk: Kiosk | None = None
        self._next = 0
        self._may_have_page = False
        self.taken = Taken()

    @property
    def head(self) -> PushHead | None:
        """What the push says of itself; None until that has arrived."""
        return self._reader.head

    @property
    def request_hash(self) -> bytes:
        """What the answer is bound to."""
        return self._reader.request_hash

    def feed(self, data: bytes) -> None:
        """Take what has arrived.

        Raises Refusal (with the receipt of what was kept), SealError, EntryError, DatabaseDown.
        """
        for start in range(0, len(data), _PIECE):
            try:
                self._feed(data[start : start + _PIECE])
            except Refusal as refusal:
                raise self._with_receipt(refusal) from None
            except (SealError, UnknownDictionary):
                raise
            except EntryError:
                raise self._with_receipt(unreadable()) from None

    def _feed(self, data: bytes) -> None:
        began = self.head is not None
        frames = self._reader.feed(data)
        head = self.head
        if head is None:
            return
        if not began:
            self._begin(head)
        items = [item for frame in frames for item in frame]
        if items:
            first = Spot(head.kiosk, head.epoch, self._next)
            self._next += len(items)
            self._intake.take(first, items, self.taken)

    def _device_of(self, code: str) -> bytes | None:
        """The key by which the head's seal is checked; whose it is, is kept."""
        self._kiosk = kiosk_named(self._database, code)
        return self._kiosk.public if self._kiosk else None

    def _begin(self, head: PushHead) -> None:
        self._guard.kiosk(head.kiosk)
        if signed_epoch(head.epoch) < 1 or len(head.nonce) != NONCE_BYTES:
            raise EntryError("no such epoch, or no nonce")
        if self._kiosk is not None and self._kiosk.revoked:
            raise revoked()
        self._next = head.first
        # A body that somebody sends again is harmless; what is at central is not for him, though.
        self._may_have_page = self._guard.is_new(head.kiosk, head.nonce)

    def _before(self, head: PushHead) -> list[bytes] | None:
        with self._database.read() as db:
            return raws_before(db, Spot(head.kiosk, head.epoch, head.first), head.primed)

    def answer(self) -> bytes:
        """The sealed receipt, and the first deliveries if the kiosk has room for them."""
        try:
            self._reader.done()
        except EntryError:
            raise self._with_receipt(unreadable()) from None
        head, kiosk = self.head, self._kiosk
        assert head is not None and kiosk is not None
        with self._database.read() as db:
            receipt = self._intake.receipt(db, head.kiosk, head.epoch)
            if not head.room or not self._may_have_page:
                return pack_answer(receipt)
            reader = Reader(kiosk.code, kiosk.address, head.epoch)
            items, cursor, more = page(db, reader, head.cursor, head.room, least=0)
        if not items and not more and cursor - head.cursor < _STRIDE:
            return pack_answer(receipt)
        said = PullPage(items, cursor, more, now_ms())
        sealed = pack_page(
            said, self.request_hash, self._identity.kid, self._identity.sign, head.dictionary
        )
        return pack_answer(receipt, sealed)

    def _with_receipt(self, refusal: Refusal) -> Refusal:
        """The refusal, with the receipt of what was kept of the chain."""
        head = self.head
        if head is None or self._kiosk is None:
            return refusal
        with self._database.read() as db:
            receipt = self._intake.receipt(db, head.kiosk, head.epoch)
        trouble = replace(refusal.trouble, receipt=receipt.raw)
        return Refusal(refusal.status, trouble, refusal.wait)
