"""Proving, not believing, that central has what it signed for (``kiosk verify --pusat``).

Two proofs against roots that central signed (RFC 9162): that an own entry is in its log, and that
its log of today begins with every log it signed before.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.desk.core import Core
from kiosk.texts import say
from sync.entry import Spot
from sync.merkle import entry_leaf, verify_growth, verify_inclusion

if TYPE_CHECKING:
    from kiosk.desk.desk import Desk
    from sync.courier import Courier
    from sync.wire import State

SAMPLE = 64
"""How many own entries are proven besides the chains' ends, unless all are asked for."""


@dataclass(frozen=True, slots=True)
class Proven:
    """What was proven: own entries in central's log, earlier roots it begins with, its size now.

    ``bad`` names the first that was not (KIOSK/epoch/seq, or empty for the log), ``says`` why.
    """

    entries: int = 0
    roots: int = 0
    size: int = 0
    bad: str = ""
    says: str = ""


def prove(
    desk: Desk, courier: Courier, *, entry: Spot | None = None, every: bool = False
) -> Proven:
    """Prove ``entry``, or the end of every own chain and a sample of own entries (``every``: all
    of them); and that central's log only grew. Raises LinkDown, Refused."""
    core = desk.core
    head = core.journal.head()
    state = courier.probe(head.epoch, head.seq)
    desk.lineage.stands(state)
    roots = 0
    for kept in core.journal.receipts.roots():
        if kept.size > state.size:
            says = say(
                "Catatan pusat menyusut: dulu {old} entri, sekarang {new}. Hubungi pengelola.",
                old=kept.size,
                new=state.size,
            )
            return Proven(0, roots, state.size, "", says)
        if kept.broken:
            return Proven(0, roots, state.size, "", _changed(kept.size))
        path = [] if kept.size in (0, state.size) else courier.growth(kept.size, state.size)
        if path is None or not verify_growth(kept.size, state.size, kept.root, state.root, path):
            desk.lineage.changed({"catatan pusat": kept.size})
            return Proven(0, roots, state.size, "", _changed(kept.size))
        roots += 1
    proven = 0
    for spot in [entry] if entry else _chosen(core, every):
        says = _prove_entry(core, courier, spot, state)
        if says:
            ref = f"{spot.kiosk}/{spot.epoch}/{spot.seq}"
            return Proven(proven, roots, state.size, ref, says)
        proven += 1
    return Proven(proven, roots, state.size)


def _changed(size: int) -> str:
    return say(
        "Catatan pusat berubah: {size} entri pertama bukan lagi yang ditandatangani."
        " Hubungi pengelola.",
        size=size,
    )


def _chosen(core: Core, every: bool) -> Iterator[Spot]:
    code = core.settings.code
    ranges: list[tuple[int, range]] = []
    for chain in core.journal.epochs.chains():
        end = min(chain.last, core.journal.receipts.acked(chain.epoch))
        if end >= chain.first:
            yield Spot(code, chain.epoch, end)
            ranges.append((chain.epoch, range(chain.first, end)))
    count = sum(len(seqs) for _, seqs in ranges)
    picked: Iterable[int] = range(count)
    if not every and count > SAMPLE:
        picked = sorted(random.sample(range(count), SAMPLE))
    for at in picked:
        left = at
        for epoch, seqs in ranges:
            if left < len(seqs):
                yield Spot(code, epoch, seqs[left])
                break
            left -= len(seqs)


def _prove_entry(core: Core, courier: Courier, spot: Spot, state: State) -> str:
    """Why this entry is not proven to be in central's log; empty when it is."""
    digest = core.journal.hash_at(spot)
    if digest is None:
        return say("Entri ini tidak ada di kiosk ini.")
    if spot.kiosk == core.settings.code and spot.seq > core.journal.receipts.acked(spot.epoch):
        return say("Entri ini belum sampai di pusat; tekan F7 atau jalankan kiosk sync.")
    found = courier.proof(spot, state.size)
    if found is None:
        return say("Pusat tidak lagi mempunyai entri ini. Hubungi pengelola.")
    index, path = found
    if not verify_inclusion(index, state.size, entry_leaf(spot, digest), path, state.root):
        return say("Bukti dari pusat untuk entri ini tidak cocok. Hubungi pengelola.")
    return ""
