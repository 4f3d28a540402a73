"""Proving a journal and rebuilding what is derived from it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.desk.core import Core
from kiosk.desk.desk import Desk
from kiosk.desk.link import pinned
from kiosk.desk.views import Refusal
from kiosk.store.rebuild import rebuild_tables
from kiosk.store.schema import READ_TABLES
from kiosk.texts import say
from sync.chain import Row, check_chain
from sync.entry import EntryError, Spot, entry_hash, read_entry
from sync.receipt import read_receipt


@dataclass(frozen=True, slots=True)
class Verdict:
    """What ``kiosk verify`` found: how many entries were checked, and the first bad one."""

    entries: int
    bad: str = ""
    says: str = ""


def verify(desk: Desk) -> Verdict:
    """Check every entry of the journal: signature, place in the chain, no gap, no fork; that each
    is filed under what it says; that the chain ends where its head and pusat's receipt say.

    This kiosk's own chain must be whole; of the others only what was sent here is here.
    """
    core = desk.core
    seen = 0
    misfiled: list[Spot] = []

    def rows() -> Iterator[Row]:
        nonlocal seen
        for kiosk, epoch, seq, prev, raw, digest, *filed in core.db.execute(
            "SELECT kiosk, epoch, seq, prev, CAST(raw AS BLOB), hash, case_id, act, line, time"
            " FROM entries ORDER BY rowid"
        ):
            seen += 1
            spot = Spot(kiosk, epoch, seq)
            yield spot, prev, raw, digest
            if not raw and core.projection.is_purged(filed[0]):
                continue
            # Only asked on when the entry itself is good.
            entry = read_entry(raw)
            if [digest, *filed] != [
                entry_hash(raw),
                entry.case,
                entry.act,
                entry.line,
                entry.time,
            ]:
                misfiled.append(spot)
                return

    own = {core.settings.code}
    for problem in check_chain(rows(), pinned(core), own, core.journal.hash_at):
        return Verdict(seen, _ref(problem.spot), problem.says)
    if misfiled:
        return Verdict(
            seen, _ref(misfiled[0]), say("Entri ini tidak tersimpan di bawah isinya sendiri.")
        )
    spot, says = _wrong_end(core)
    return Verdict(seen, _ref(spot), says) if says else Verdict(seen)


def _ref(spot: Spot) -> str:
    return f"{spot.kiosk}/{spot.epoch}/{spot.seq}"


def _wrong_end(core: Core) -> tuple[Spot, str]:
    """Where the own chain does not end as it should, and why; empty words when all is well."""
    code, head = core.settings.code, core.journal.head()
    # Only the present chain: later ones may be here too, of another copy of this folder.
    (seq,) = core.db.execute(
        "SELECT coalesce(max(seq), 0) FROM entries WHERE kiosk=? AND epoch=?", (code, head.epoch)
    ).fetchone()
    last = core.journal.hash_at(Spot(code, head.epoch, head.seq))
    if (seq, last) != (head.seq, head.hash):
        return Spot(code, head.epoch, max(seq, head.seq)), say(
            "Ujung rantai tidak cocok dengan entri terakhir."
        )
    return _wrong_receipt(core, code)


def _wrong_receipt(core: Core, code: str) -> tuple[Spot, str]:
    """The first of pusat's receipts that is not its own, or covers what is not here."""
    public = bytes.fromhex(core.settings.central_key)
    for kept in core.journal.receipts.all():
        spot = Spot(code, kept.epoch, kept.seq)
        try:
            good = read_receipt(kept.raw, public) == kept
        except (EntryError, ValueError):
            good = False
        if not good:
            return spot, say("Tanda terima pusat ini bukan dari pusat.")
        here = core.journal.hash_at(spot)
        # Of an earlier epoch pusat may have more than is here: another copy of this folder goes on.
        if here is None and kept.epoch != core.journal.epoch:
            continue
        if kept.seq and here != kept.hash:
            return spot, say("Menurut tanda terima pusat, entri ini pernah ada dan sekarang tidak.")
    return Spot(code, 0, 0), ""


def rebuild(desk: Desk) -> int:
    """Drop every read table and make it again from the journal; gives the entries read.

    Raises Refusal, with the tables as they were, when an entry is damaged.
    """
    core = desk.core
    with core.ledger.transaction():
        try:
            return rebuild_tables(core.db, core.journal, core.projection)
        except EntryError as error:
            raise Refusal(
                say("Sebuah entri jurnal rusak. Jalankan kiosk verify; hubungi pengelola.")
            ) from error


def fingerprint(desk: Desk) -> str:
    """A hash of the content of all read tables, by which two builds are compared."""
    digest = hashlib.sha256()
    db = desk.core.db
    for name in sorted(READ_TABLES):
        columns = [row[1] for row in db.execute(f"PRAGMA table_info({name})")]
        order = ", ".join(columns)
        for row in db.execute(f"SELECT {order} FROM {name} ORDER BY {order}"):
            digest.update(repr((name, row)).encode())
    words = "SELECT c.number, w.words FROM case_words w JOIN cases c ON c.rowid=w.rowid ORDER BY 1"
    for row in db.execute(words):
        digest.update(repr(row).encode())
    return digest.hexdigest()
