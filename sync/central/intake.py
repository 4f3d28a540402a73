"""Takes pushed entries into the log: what has arrived in whole frames is one durable transaction.

Exactly once by (kiosk, epoch, seq) and hash. What comes before a refused entry stays. Signatures
are checked before the log is locked; what the locked log says since then is looked at again.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sync.central.check import Known, admitted, check, known_of
from sync.central.chronicle import judge
from sync.central.database import Database, Session
from sync.central.identity import Identity
from sync.central.moment import now_ms
from sync.central.refusal import Refusal, fork, stranger
from sync.central.routing import route
from sync.central.store import Line, append, fill, head_of, put_key, stored_in
from sync.central.tree import tree_now
from sync.entry import Spot
from sync.frames import Item
from sync.receipt import Receipt, seal_receipt

PORTION = 500
"""Entries in one transaction at most: few enough that other kiosks need not wait long."""

_log = logging.getLogger("sync.central")


@dataclass(slots=True)
class Taken:
    """What a push has brought so far: entries new in the log, holes filled, verdicts passed,
    entries that name another place than their kiosk's."""

    added: int = 0
    filled: int = 0
    verdicts: int = 0
    elsewhere: int = 0


class Intake:
    """The way into the log."""

    def __init__(self, database: Database, identity: Identity) -> None:
        self._database = database
        self._identity = identity

    def take(self, first: Spot, items: Sequence[Item], taken: Taken) -> None:
        """Commit items of one chain, the first of which stands at ``first``.

        Raises Refusal after keeping what is good, DatabaseDown after keeping whole portions.
        """
        for start in range(0, len(items), PORTION):
            spot = replace(first, seq=first.seq + start)
            self._take(spot, items[start : start + PORTION], taken)

    def _take(self, first: Spot, items: Sequence[Item], taken: Taken) -> None:
        with self._database.read() as db:
            known = known_of(db, first, len(items))
        lines, refusal = check(known, first, items)
        if lines:
            with self._database.write() as db:
                # Not raised inside: the good lines before the bad one are to be committed.
                refusal = self._keep(db, known, lines, taken) or refusal
        if refusal is not None:
            raise refusal

    def _keep(
        self, db: Session, known: Known, lines: Sequence[Line], taken: Taken
    ) -> Refusal | None:
        kiosk = admitted(db, known.kiosk.code)
        if kiosk.public != known.kiosk.public:
            return stranger()
        first, last = lines[0].spot, lines[-1].spot
        head = head_of(db, kiosk.code, first.epoch, first.seq)
        stored = stored_in(db, kiosk.code, first.epoch, first.seq, min(last.seq, head.seq))
        new: list[Line] = []
        filled: list[tuple[int, Line]] = []
        refusal: Refusal | None = None
        end, digest = head.seq, head.hash
        for line in lines:
            seq = line.spot.seq
            here = stored.get(seq)
            if here is not None and here.hash == line.hash:
                if here.is_hole and line.entry is not None:
                    filled.append((here.index, line))
            elif here is None and seq == end + 1 and line.prev == digest:
                new.append(line)
                end, digest = seq, line.hash
            else:
                refusal = fork(line.spot, head.seq + 1)
                break
        self._settle(db, kiosk.address, new, filled, taken)
        return refusal

    def _settle(
        self,
        db: Session,
        address: str,
        new: Sequence[Line],
        filled: Sequence[tuple[int, Line]],
        taken: Taken,
    ) -> None:
        """Log, route and judge what was found good."""
        begin = append(db, new) if new else 0
        for index, line in filled:
            fill(db, index, line)
        told = [
            (index, line.spot, line.entry, line.key)
            for index, line in [*filled, *enumerate(new, begin)]
            if line.entry is not None
        ]
        for _, spot, entry, key in told:
            if key is not None:
                put_key(db, key)
            if entry.place != address:
                taken.elsewhere += 1
                _log.info("written elsewhere: %s/%d/%d", spot.kiosk, spot.epoch, spot.seq)
        route(db, [(index, entry) for index, _, entry, _ in told], address)
        claimants = [(index, spot, entry) for index, spot, entry, _ in told if entry.claim]
        taken.verdicts += judge(db, self._identity, claimants)
        taken.added += len(new)
        taken.filled += len(filled)

    def receipt(self, db: Session, kiosk: str, epoch: int) -> Receipt:
        """What central has of a chain, sealed."""
        head = head_of(db, kiosk, epoch)
        tree = tree_now(db)
        said = Receipt(kiosk, epoch, head.seq, head.hash, tree.size, tree.root(), now_ms())
        return seal_receipt(said, self._identity.kid, self._identity.sign)
