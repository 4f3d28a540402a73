"""Central's own chain (kiosk ``PUSAT``, epoch 1): what it announces, and its verdicts on claims."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from sync.central.identity import Identity
from sync.central.moment import BOOT, now_ms, uptime_ms
from sync.central.routing import route
from sync.central.store import head_of, put_entry
from sync.entry import Entry, Placed, Spot, entry_hash, seal_entry
from sync.trust import CENTRAL, CENTRAL_OFFICER, VERDICT_ACT

CENTRAL_EPOCH = 1
CENTRAL_PLACE = "pusat"


def write(
    db: sqlite3.Connection,
    identity: Identity,
    case: bytes,
    act: str,
    *,
    to: tuple[str, ...],
    data: Mapping[str, Any],
    step: str = "",
) -> int:
    """Append an entry of central's own, in the caller's transaction; gives its index."""
    line = db.execute("SELECT max(line) FROM entries WHERE case_id = ?", (case,)).fetchone()[0]
    entry = Entry(
        case=case,
        act=act,
        officer=CENTRAL_OFFICER,
        place=CENTRAL_PLACE,
        time=now_ms(),
        boot=BOOT,
        uptime=uptime_ms(),
        line=(line or 0) + 1,
        step=step,
        to=to,
        data=data,
    )
    head = head_of(db, CENTRAL, CENTRAL_EPOCH)
    spot = Spot(CENTRAL, CENTRAL_EPOCH, head.seq + 1)
    raw = seal_entry(entry, spot, head.hash, identity.kid, identity.sign)
    index = put_entry(db, Placed(spot, head.hash, raw, entry, entry_hash(raw)))
    route(db, index, entry, author="")
    return index


def judge(db: sqlite3.Connection, identity: Identity, index: int, placed: Placed) -> None:
    """Settle the claim of entry ``index``, if it makes one: the first to arrive has it.

    The loser's entry stays in the log; the verdict is an entry on its case, for both places.
    """
    claim = placed.entry.claim
    if not claim:
        return
    added = db.execute("INSERT OR IGNORE INTO claims(claim, idx) VALUES (?, ?)", (claim, index))
    if added.rowcount:
        return
    kiosk, epoch, seq, officer, time = db.execute(
        "SELECT e.kiosk, e.epoch, e.seq, e.officer, e.time FROM claims AS c"
        " JOIN entries AS e ON e.idx = c.idx WHERE c.claim = ?",
        (claim,),
    ).fetchone()
    loser, entry = placed.spot, placed.entry
    places = db.execute(
        "SELECT DISTINCT address FROM kiosks WHERE code IN (?, ?) ORDER BY address",
        (kiosk, loser.kiosk),
    )
    write(
        db,
        identity,
        entry.case,
        VERDICT_ACT,
        to=tuple(row[0] for row in places),
        data={
            "claim": claim,
            "pemenang": _party(Spot(kiosk, epoch, seq), officer, time),
            "kalah": _party(loser, entry.officer, entry.time),
        },
        step=entry.step,
    )


def _party(spot: Spot, officer: str, time: int) -> dict[str, Any]:
    return {
        "kiosk": spot.kiosk,
        "epoch": spot.epoch,
        "seq": spot.seq,
        "petugas": officer,
        "waktu": time,
    }
