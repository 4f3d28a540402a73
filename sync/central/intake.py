"""Takes pushed entries into the log: each frame of them is one durable transaction.

Exactly once by (kiosk, epoch, seq) and hash. What comes before a refused entry stays.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from sync.central.chronicle import judge
from sync.central.identity import Identity
from sync.central.moment import now_ms
from sync.central.routing import route
from sync.central.store import (
    Kiosk,
    Store,
    hash_at,
    head_of,
    kiosk_of,
    log_size,
    put_entry,
    put_key,
    trust_of,
)
from sync.chain import ChainError, verify
from sync.entry import EntryError, Placed, Spot, entry_hash
from sync.receipt import Receipt, seal_receipt
from sync.trust import TrustError, TrustList, learn
from sync.wire import Push, Trouble

FRAME = 200
"""Entries in one transaction: few enough that other kiosks need not wait long."""

_log = logging.getLogger("sync.central")


class Refusal(Exception):
    """Central does not take this; ``status`` is the HTTP status of the answer."""

    def __init__(self, status: int, trouble: Trouble) -> None:
        super().__init__(trouble.code)
        self.status = status
        self.trouble = trouble


def stranger() -> Refusal:
    """The request is not sealed by the key of an admitted kiosk."""
    says = "Kiosk ini belum terdaftar di pusat, atau kuncinya bukan yang terdaftar."
    return Refusal(403, Trouble("kiosk-tidak-dikenal", says))


class Intake:
    """The way into the log."""

    def __init__(self, store: Store, identity: Identity) -> None:
        self._store = store
        self._identity = identity

    def push(self, push: Push) -> Receipt:
        """Take a push whose seal has been checked. Raises Refusal after keeping what is good."""
        for start in range(0, len(push.raws), FRAME):
            frame = push.raws[start : start + FRAME]
            with self._store.write() as db:
                # Not raised inside: the good entries before the bad one are to be committed.
                refusal = self._take(db, push, push.first + start, frame)
            if refusal is not None:
                receipt = self.receipt(push.kiosk, push.epoch)
                trouble = replace(refusal.trouble, receipt=receipt.raw)
                raise Refusal(refusal.status, trouble)
        return self.receipt(push.kiosk, push.epoch)

    def receipt(self, kiosk: str, epoch: int) -> Receipt:
        """What central has of a chain, sealed."""
        with self._store.read() as db:
            head = head_of(db, kiosk, epoch)
            size = log_size(db)
        said = Receipt(kiosk, epoch, head.seq, head.hash, size, now_ms())
        return seal_receipt(said, self._identity.kid, self._identity.sign)

    def _take(
        self, db: sqlite3.Connection, push: Push, first: int, raws: Sequence[bytes]
    ) -> Refusal | None:
        kiosk = kiosk_of(db, push.kiosk)
        if kiosk is None:
            return stranger()
        head = head_of(db, kiosk.code, push.epoch)
        if first > head.seq + 1:
            says = f"Entri {head.seq + 1} belum sampai di pusat; kirim mulai dari situ."
            return Refusal(409, Trouble("loncat", says, first, head.seq + 1))
        trust = trust_of(db, kiosk)
        prev = hash_at(db, Spot(kiosk.code, push.epoch, first - 1))
        for seq, raw in enumerate(raws, first):
            spot = Spot(kiosk.code, push.epoch, seq)
            digest = entry_hash(raw)
            if seq <= head.seq:
                if hash_at(db, spot) != digest:
                    return _fork(spot, head.seq + 1)
            else:
                refusal = self._add(db, kiosk, trust, (spot, prev, raw))
                if refusal is not None:
                    return refusal
            prev = digest
        return None

    def _add(
        self,
        db: sqlite3.Connection,
        kiosk: Kiosk,
        trust: TrustList,
        row: tuple[Spot, bytes, bytes],
    ) -> Refusal | None:
        spot, prev, raw = row
        try:
            entry = verify(spot, prev, raw, trust)
            key = learn(trust, entry, spot)
        except ChainError as error:
            return _bad(spot, error.code, error.says)
        except TrustError:
            return _bad(spot, "pengumuman-tidak-sah", "Pengumuman kunci petugas tidak sah.")
        except EntryError:
            return _bad(spot, "entri-rusak", "Isi entri tidak dapat dibaca.")
        placed = Placed(spot, prev, raw, entry, entry_hash(raw))
        index = put_entry(db, placed)
        if key is not None:
            put_key(db, key)
        route(db, index, entry, kiosk.address)
        judge(db, self._identity, index, placed)
        return None


def _bad(spot: Spot, code: str, says: str) -> Refusal:
    return Refusal(422, Trouble(code, f"Entri {spot.seq} ditolak. {says}", spot.seq, spot.seq))


def _fork(spot: Spot, expected: int) -> Refusal:
    _log.warning("fork at %s/%d/%d", spot.kiosk, spot.epoch, spot.seq)
    says = (
        f"Rantai bercabang: pusat sudah menyimpan entri {spot.seq} yang isinya lain. "
        "Mungkin kiosk ini dipulihkan dari salinan lama, atau disalin. Hubungi admin."
    )
    return Refusal(409, Trouble("cabang", says, spot.seq, expected))
