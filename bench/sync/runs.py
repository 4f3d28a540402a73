"""One push of each side over the link, and what it cost."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.sync import pouch
from bench.sync.cases import SEED
from bench.sync.folder import Office, disk, documents, documents_each, entries_of, to_file
from bench.sync.link import Conditions, Counts, Link
from bench.sync.ours import OUR_ATTEMPTS, Central, found_kiosk, point_at, pushing

LOOPBACK = Conditions()
BATCH = 100
"""Documents in one of PouchDB's requests, unless told otherwise."""
PATIENCE = 3600
"""Seconds after which a push of the peer's is given up."""
TIMES = 5
"""One case is measured so often."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one push cost, and how much of it arrived."""

    counts: Counts
    seconds: float
    done: int
    of: int
    tries: int = 1

    def cells(self) -> tuple[str, ...]:
        """Bytes, of them down, requests, seconds, delivered."""
        counts = self.counts
        return (
            f"{counts.passed:,}",
            f"{counts.down:,}",
            str(counts.requests),
            f"{self.seconds:.2f}",
            f"{self.done:,} of {self.of:,}",
        )


@dataclass(frozen=True, slots=True)
class Stuff:
    """What the peer pushes, as files of documents."""

    folder: Path
    inside: Path
    each: Path
    share: Path
    singles: tuple[Path, ...]
    cases: int


def prepare(folder: Path, cases: int, share: int) -> Stuff:
    """The peer's documents of the very cases that the kiosk pushes."""
    central = Central(folder / "pusat")
    office = found_kiosk(folder / "kiosk", central, SEED)
    office.fill(cases)
    placed = entries_of(office.desk)
    singles: list[Path] = []
    for n in range(TIMES):
        office.one_more()
        one = documents(entries_of(office.desk)[-1:])
        singles.append(to_file(one, folder / f"one{n}.json"))
    office.close()
    inside = documents(placed)
    return Stuff(
        folder,
        to_file(inside, folder / "inside.json"),
        to_file(documents_each(placed), folder / "each.json"),
        to_file(inside[:share], folder / "share.json"),
        tuple(singles),
        cases,
    )


def peer_push(
    file: Path, of: int, conditions: Conditions, *, batch: int = BATCH, attempts: int = 1
) -> Run:
    """PouchDB's replicate.to into an empty database."""
    with ExitStack() as open_:
        folder = Path(open_.enter_context(tempfile.TemporaryDirectory(dir=disk())))
        server = open_.enter_context(pouch.PeerServer(folder))
        link = open_.enter_context(Link(server.port))
        client = open_.enter_context(pouch.PeerClient())
        client.do("put", docs=file)
        link.set(conditions)
        url = f"http://127.0.0.1:{link.port}/kiosk"
        done = client.do("push", url=url, attempts=attempts, batch=batch, seconds=PATIENCE)
        counts = link.counts()
        try:
            there = client.do("count", url=f"http://127.0.0.1:{server.port}/kiosk")["documents"]
        except (pouch.PeerError, KeyError):
            there = 0
        return Run(counts, done["seconds"], there, of, done["tries"])


def peer_one(stuff: Stuff, conditions: Conditions, order: str) -> list[Run]:
    """One document more, the database warm; ``order`` is push, or sync: both ways."""
    with ExitStack() as open_:
        folder = Path(open_.enter_context(tempfile.TemporaryDirectory(dir=disk())))
        server = open_.enter_context(pouch.PeerServer(folder))
        link = open_.enter_context(Link(server.port))
        client = open_.enter_context(pouch.PeerClient())
        client.do("put", docs=stuff.inside)
        link.set(LOOPBACK)
        url = f"http://127.0.0.1:{link.port}/kiosk"
        more = {"url": url, "attempts": 1, "batch": BATCH, "seconds": PATIENCE}
        client.do("push", **more)
        for _ in range(3):
            client.do(order, **more)
        runs: list[Run] = []
        for single in stuff.singles:
            client.do("put", docs=single)
            link.set(conditions)
            done = client.do(order, **more)
            runs.append(Run(link.counts(), done["seconds"], done["written"], 1))
        return runs


def our_push(cases: int, conditions: Conditions, attempts: int = 1) -> Run:
    """The kiosk's exchange with a central that has nothing of it yet."""
    with ExitStack() as open_:
        folder = Path(open_.enter_context(tempfile.TemporaryDirectory(dir=disk())))
        link, kiosk, central = _our_place(open_, folder, cases)
        link.set(conditions)
        with pushing(kiosk) as pusher:
            before = pusher.waiting
            tried = pusher.push(attempts)
            counts = link.counts()
            _check(central, pusher.desk.core.journal.head().seq, tried.waiting)
        # Beside the entries of cases go a few that make the officers' keys known.
        return Run(counts, tried.seconds, before - tried.waiting, before, tried.tries)


def our_one(stuff: Stuff, conditions: Conditions, *, proven: bool) -> list[Run]:
    """One case newly taken in: with the link proven a moment ago, or by a kiosk just started."""
    with ExitStack() as open_:
        folder = Path(open_.enter_context(tempfile.TemporaryDirectory(dir=disk())))
        link, kiosk, _ = _our_place(open_, folder, stuff.cases)
        link.set(LOOPBACK)
        pusher = open_.enter_context(pushing(kiosk))
        pusher.push(OUR_ATTEMPTS)
        runs: list[Run] = []
        for n in range(TIMES):
            office = Office.today(kiosk, SEED + 100 + n)
            office.one_more()
            office.close()
            link.set(conditions)
            if proven:
                tried = pusher.push()
            else:
                with pushing(kiosk) as fresh:
                    tried = fresh.push()
            runs.append(Run(link.counts(), tried.seconds, 1 - tried.waiting, 1))
        return runs


def _our_place(open_: ExitStack, folder: Path, cases: int) -> tuple[Link, Path, Central]:
    central = Central(folder / "pusat")
    office = found_kiosk(folder / "kiosk", central, SEED)
    office.fill(cases)
    office.close()
    open_.enter_context(central.start())
    link = open_.enter_context(Link(central.port))
    point_at(folder / "kiosk", link.port)
    return link, folder / "kiosk", central


def _check(central: Central, written: int, waiting: int) -> None:
    """Central has what the kiosk has a receipt for: its own first entry names the kiosk."""
    if not waiting and central.stored() < written:
        raise RuntimeError("the kiosk has a receipt for entries that central does not have")
