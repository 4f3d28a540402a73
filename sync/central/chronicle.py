"""Central's own chain (kiosk ``PUSAT``, epoch 1): what it announces, and its verdicts on claims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sync.central.database import Session, marks
from sync.central.identity import Identity
from sync.central.moment import BOOT, now_ms, uptime_ms
from sync.central.routing import route
from sync.central.store import Line, append, head_of
from sync.entry import MAX_INT, Entry, Spot, entry_hash, seal_entry
from sync.trust import CENTRAL, CENTRAL_OFFICER, VERDICT_ACT

CENTRAL_EPOCH = 1
CENTRAL_PLACE = "pusat"

Claimant = tuple[int, Spot, Entry]
"""An entry that makes a claim: its index in the log, its place, the entry."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What an entry of central's own is to say."""

    case: bytes
    act: str
    to: tuple[str, ...]
    data: Mapping[str, Any]
    step: str = ""


def write(db: Session, identity: Identity, notices: Sequence[Notice]) -> None:
    """Append entries of central's own, in the caller's transaction."""
    cases = list({one.case for one in notices})
    rows = db.all(
        "SELECT case_id, max(line) FROM entries"
        f" WHERE case_id IN ({marks(cases)}) GROUP BY case_id",
        *cases,
    )
    last: dict[bytes, int] = dict(rows)
    head = head_of(db, CENTRAL, CENTRAL_EPOCH)
    prev = head.hash
    lines: list[Line] = []
    entries: list[Entry] = []
    for seq, notice in enumerate(notices, head.seq + 1):
        last[notice.case] = min(last.get(notice.case, 0) + 1, MAX_INT)
        entry = Entry(
            case=notice.case,
            act=notice.act,
            officer=CENTRAL_OFFICER,
            place=CENTRAL_PLACE,
            time=now_ms(),
            boot=BOOT,
            uptime=uptime_ms(),
            line=last[notice.case],
            step=notice.step,
            to=notice.to,
            data=notice.data,
        )
        spot = Spot(CENTRAL, CENTRAL_EPOCH, seq)
        raw = seal_entry(entry, spot, prev, identity.kid, identity.sign)
        digest = entry_hash(raw)
        lines.append(Line(spot, prev, digest, raw, entry))
        entries.append(entry)
        prev = digest
    first = append(db, lines)
    route(db, list(enumerate(entries, first)), author="")


def judge(db: Session, identity: Identity, claimants: Sequence[Claimant]) -> int:
    """Settle the claims of entries newly in the log: the first to arrive has it.

    A loser's entry stays in the log; the verdict is an entry on its case, for both places. Gives
    the number of verdicts.
    """
    claims = list({entry.claim for _, _, entry in claimants})
    if not claims:
        return 0
    rows = db.all(f"SELECT claim, idx FROM claims WHERE claim IN ({marks(claims)})", *claims)
    holders: dict[str, int] = dict(rows)
    won: list[tuple[str, int]] = []
    lost: list[Claimant] = []
    for index, spot, entry in claimants:
        if holders.setdefault(entry.claim, index) == index:
            won.append((entry.claim, index))
        else:
            lost.append((index, spot, entry))
    db.many("INSERT INTO claims(claim, idx) VALUES (?, ?)", won)
    if lost:
        write(db, identity, _verdicts(db, holders, lost))
    return len(lost)


def _verdicts(db: Session, holders: Mapping[str, int], lost: Sequence[Claimant]) -> list[Notice]:
    indexes = list({holders[entry.claim] for _, _, entry in lost})
    winners = {
        index: (Spot(kiosk, epoch, seq), officer, time)
        for index, kiosk, epoch, seq, officer, time in db.all(
            "SELECT idx, kiosk, epoch, seq, officer, time FROM entries"
            f" WHERE idx IN ({marks(indexes)})",
            *indexes,
        )
    }
    codes = list({spot.kiosk for spot, _, _ in winners.values()} | {one[1].kiosk for one in lost})
    places = dict(
        db.all(f"SELECT code, address FROM kiosks WHERE code IN ({marks(codes)})", *codes)
    )
    verdicts: list[Notice] = []
    for _, loser, entry in lost:
        winner, officer, time = winners[holders[entry.claim]]
        told = {places[code] for code in (winner.kiosk, loser.kiosk) if code in places}
        data = {
            "claim": entry.claim,
            "pemenang": _party(winner, officer, time),
            "kalah": _party(loser, entry.officer, entry.time),
        }
        verdicts.append(Notice(entry.case, VERDICT_ACT, tuple(sorted(told)), data, entry.step))
    return verdicts


def _party(spot: Spot, officer: str, time: int) -> dict[str, Any]:
    return {
        "kiosk": spot.kiosk,
        "epoch": spot.epoch,
        "seq": spot.seq,
        "petugas": officer,
        "waktu": time,
    }
