"""Both sides' books, read apart from the program: plain SQL, and the protocol's plain reader."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from kiosk.desk.checkup import verify
from kiosk.desk.desk import Desk
from tests.desk.world import World, same_after_rebuild
from tests.protocol import plain

GENESIS = bytes(32)
BRANCH = 4096


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of central's log."""

    index: int
    kiosk: str
    epoch: int
    seq: int
    hash: bytes
    prev: bytes
    raw: bytes
    hole: bytes

    @property
    def spot(self) -> tuple[str, int, int]:
        return self.kiosk, self.epoch, self.seq


def rows(database: Path, query: str, *values: object) -> list[tuple]:
    """What a database says, read without writing."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=20)) as db:
        return db.execute(query, values).fetchall()


def log_of(pusat: Path) -> list[LogLine]:
    """Central's log in its order."""
    query = "SELECT idx, kiosk, epoch, seq, hash, prev, raw, hole FROM entries ORDER BY idx"
    return [LogLine(*row) for row in rows(pusat / "pusat.db", query)]


def size_of(pusat: Path, kiosk: str) -> int:
    """How many entries of a kiosk are in central's log."""
    return sum(line.kiosk == kiosk for line in log_of(pusat))


def log_is_whole(pusat: Path, holes: int = 0) -> list[bytes]:
    """The log has no gaps, each chain follows by hash, each hash is that of the bytes; gives the
    tree's leaves."""
    log = log_of(pusat)
    assert [line.index for line in log] == list(range(1, len(log) + 1))
    ends: dict[tuple[str, int], tuple[int, bytes]] = {}
    hash_at = {line.spot: line.hash for line in log}
    for line in log:
        chain = (line.kiosk, line.epoch)
        if chain not in ends:
            base = (line.kiosk, line.epoch % BRANCH, line.seq - 1)
            after = line.seq - 1 if line.epoch >= BRANCH else 0
            ends[chain] = (after, hash_at[base] if after else GENESIS)
        seq, digest = ends[chain]
        assert (line.seq, line.prev) == (seq + 1, digest), line.spot
        assert bool(line.raw) != bool(line.hole) or line.raw, line.spot
        if line.raw:
            assert hashlib.sha256(line.raw).digest() == line.hash, line.spot
        ends[chain] = (line.seq, line.hash)
    assert sum(not line.raw for line in log) == holes
    heads = rows(pusat / "pusat.db", "SELECT kiosk, epoch, seq, hash FROM heads")
    assert {(kiosk, epoch): (seq, digest) for kiosk, epoch, seq, digest in heads} == ends
    spots: list[list[object]] = [[*line.spot] for line in log]
    return [plain.leaf(spot, line.hash) for spot, line in zip(spots, log, strict=True)]


def receipts_hold(folder: Path, pusat: Path, leaves: list[bytes]) -> None:
    """What each kept receipt names is in central's log, and each kept root is that of the log as
    it was then, computed apart."""
    hash_at = {line.spot: line.hash for line in log_of(pusat)}
    own = rows(folder / "kiosk.db", "SELECT kiosk, epoch, seq, hash FROM receipts WHERE seq > 0")
    for kiosk, epoch, seq, digest in own:
        assert hash_at[kiosk, epoch, seq] == digest
    arrived = rows(
        folder / "kiosk.db",
        "SELECT kiosk, epoch, seq, hash FROM entries WHERE arrived IS NOT NULL",
    )
    for kiosk, epoch, seq, digest in arrived:
        assert hash_at[kiosk, epoch, seq] == digest
    for size, root in rows(folder / "kiosk.db", "SELECT size, root FROM roots"):
        assert root == plain.root(leaves[:size]), f"the root over {size} leaves"


def root_holds(world: World, code: str) -> None:
    """The root that central signs now is that of its log, computed apart."""
    leaves = log_is_whole_with_holes(world)
    state = world.line(code).courier().probe(1)
    assert (state.size, state.root) == (len(leaves), plain.root(leaves))


def log_is_whole_with_holes(world: World) -> list[bytes]:
    pusat = world.home / "pusat"
    return log_is_whole(pusat, sum(not line.raw for line in log_of(pusat)))


def desk_is_whole(desk: Desk) -> None:
    """``kiosk verify`` passes, nothing waits or was set aside, the tables are the journal's."""
    verdict = verify(desk)
    assert verdict.bad == "", verdict
    assert desk.core.db.execute("SELECT says FROM strange").fetchall() == []
    assert same_after_rebuild(desk)


def journals_agree(pusat: Path, folder: Path, code: str, address: str) -> None:
    """What the kiosk has is what central has of it and for it: same places, same bytes."""
    mine = dict(_own(folder, code))
    theirs = {line.spot[1:]: line.raw for line in log_of(pusat) if line.kiosk == code}
    assert mine == theirs
    sent_here = rows(
        pusat / "pusat.db",
        "SELECT DISTINCT e.kiosk, e.epoch, e.seq, e.raw FROM deliveries AS d JOIN entries AS e"
        " ON e.idx = d.idx WHERE d.address IN (?, '*') AND e.kiosk <> ? AND length(e.raw) > 0",
        address,
        code,
    )
    here = rows(
        folder / "kiosk.db", "SELECT kiosk, epoch, seq, raw FROM entries WHERE kiosk <> ?", code
    )
    assert sorted(here) == sorted(sent_here)


def _own(folder: Path, code: str) -> list[tuple[tuple[int, int], bytes]]:
    query = "SELECT epoch, seq, raw FROM entries WHERE kiosk = ?"
    return [((epoch, seq), raw) for epoch, seq, raw in rows(folder / "kiosk.db", query, code)]


def all_agree(world: World, *codes: str) -> None:
    """These kiosks meet once more, then all the above: the same is here and there, once."""
    for code in codes:
        world.line(code).close()  # a connection that lived on could still be a bad one
    for done in world.meet(*codes):
        assert not done.trouble, done
    pusat = world.home / "pusat"
    leaves = log_is_whole(pusat)
    for code in codes:
        desk, folder = world.desk(code), world.folder(code)
        assert desk.link.state().waiting == 0
        assert desk.link.state().stuck == ()
        journals_agree(pusat, folder, code, desk.settings.address)
        receipts_hold(folder, pusat, leaves)
        desk_is_whole(desk)
    root_holds(world, codes[0])


def numbers_once(world: World, *codes: str) -> list[str]:
    """Every number at these kiosks; none was given twice: one permohonan for each case."""
    numbers: set[str] = set()
    for code in codes:
        rows_of = world.desk(code).core.db.execute(
            "SELECT case_id, count(*) FROM entries WHERE act = 'permohonan' GROUP BY case_id"
        )
        assert all(count == 1 for _, count in rows_of)
        numbers |= {row.number for row in world.desk(code).work.everything()}
    return sorted(numbers)
