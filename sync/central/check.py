"""Looks at pushed items before the log is locked: what is new, whether it can be believed."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sync.central.database import Database, Session
from sync.central.refusal import Refusal, bad, fork, gap, revoked, stranger
from sync.central.store import (
    Kiosk,
    Line,
    Stored,
    hash_before,
    head_of,
    kiosk_of,
    stored_in,
    trust_of,
)
from sync.chain import ChainError, Head, verify
from sync.entry import BRANCH, Entry, EntryError, Spot, entry_hash, signed_epoch
from sync.frames import Item
from sync.hole import Hole, hole_holds
from sync.trust import Key, TrustError, TrustList, learn

KIOSK_CODE = re.compile(r"[A-Z0-9]{2,8}")

_log = logging.getLogger("sync.central")


@dataclass(frozen=True, slots=True)
class Known:
    """What central knew of a chain before these items: all that is needed to check them.

    ``before`` is the hash that the first of them follows, ``base`` what the chain has from which
    a new branch would leave, at the first's place.
    """

    kiosk: Kiosk
    head: Head
    before: bytes
    stored: dict[int, Stored]
    base: Stored | None
    trust: TrustList


def admitted(db: Session, code: str) -> Kiosk:
    """The kiosk of that code. Raises Refusal when it is not admitted, or no longer."""
    kiosk = kiosk_of(db, code)
    if kiosk is None:
        raise stranger()
    if kiosk.revoked:
        raise revoked()
    return kiosk


def kiosk_named(database: Database, code: str) -> Kiosk | None:
    """The kiosk of a code that anybody may have made up; None when it is not admitted."""
    if not KIOSK_CODE.fullmatch(code):
        return None
    with database.read() as db:
        return kiosk_of(db, code)


def known_of(db: Session, first: Spot, count: int) -> Known:
    """What there is to know for ``count`` items from ``first`` on. Raises Refusal."""
    kiosk = admitted(db, first.kiosk)
    head = head_of(db, kiosk.code, first.epoch, first.seq)
    if first.seq > head.seq + 1:
        raise gap(first, head.seq + 1)
    stored = stored_in(db, kiosk.code, first.epoch, first.seq, first.seq + count - 1)
    base = None
    if first.epoch >= BRANCH and not stored:
        at = stored_in(db, kiosk.code, signed_epoch(first.epoch), first.seq, first.seq)
        base = at.get(first.seq)
    before = hash_before(db, first)
    return Known(kiosk, head, before, stored, base, trust_of(db, kiosk))


def check(known: Known, first: Spot, items: Sequence[Item]) -> tuple[list[Line], Refusal | None]:
    """The lines to be added or filled in, and why the next item is refused (None: all are good).

    What central has already, by place and hash, is passed over.
    """
    lines: list[Line] = []
    prev = known.before
    for seq, item in enumerate(items, first.seq):
        spot = Spot(first.kiosk, first.epoch, seq)
        digest = item.hash if isinstance(item, Hole) else entry_hash(item)
        try:
            line = _line(known, spot, prev, digest, item, alone=len(items) == 1)
        except Refusal as refusal:
            return lines, refusal
        if line is not None:
            lines.append(line)
        prev = digest
    return lines, None


def _line(
    known: Known, spot: Spot, prev: bytes, digest: bytes, item: Item, *, alone: bool
) -> Line | None:
    if spot.seq > known.head.seq:
        if known.base is not None and known.base.hash == digest:
            # No branch yet: this entry stands on the chain itself, and is not logged twice.
            raise gap(spot, spot.seq + 1)
        return _new(known, spot, prev, digest, item)
    stored = known.stored.get(spot.seq)
    if stored is None or stored.hash != digest:
        raise fork(spot, known.head.seq + 1)
    if not stored.is_hole or isinstance(item, Hole):
        return None
    try:
        return _new(known, spot, prev, digest, item)
    except Refusal:
        if alone:
            raise  # offered for its own sake: whoever offers it wants to know
        # As the hole says, this cannot be believed (yet); it keeps no other entry waiting.
        _log.warning("hole not filled at %s/%d/%d", spot.kiosk, spot.epoch, spot.seq)
        return None


def _new(known: Known, spot: Spot, prev: bytes, digest: bytes, item: Item) -> Line:
    if isinstance(item, Hole):
        if not hole_holds(item, spot, known.kiosk.public):
            raise bad(spot, "lubang-tidak-sah", "Pengganti entri ini tidak sah.")
        return Line(spot, prev, digest, hole=item.raw)
    try:
        entry = verify(spot, prev, item, known.trust)
        key = learn(known.trust, entry, spot)
    except ChainError as error:
        raise bad(spot, error.code, error.says) from None
    except TrustError:
        raise bad(spot, "pengumuman-tidak-sah", "Pengumuman kunci petugas tidak sah.") from None
    except EntryError:
        raise bad(spot, "entri-rusak", "Isi entri tidak dapat dibaca.") from None
    if "\0" in "".join(_stored_texts(entry, key)):
        raise bad(spot, "entri-rusak", "Isi entri memuat tanda yang tidak dapat disimpan.")
    return Line(spot, prev, digest, item, entry, key=key)


def _stored_texts(entry: Entry, key: Key | None) -> list[str]:
    """The texts that become columns; PostgreSQL stores none with a NUL in it."""
    texts = [entry.officer, entry.claim, *entry.to]
    return [*texts, key.owner, key.name, key.initials, key.place] if key else texts
