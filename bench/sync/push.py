"""A full push, one new case, and cuts: the kiosk's exchange against PouchDB over the same link."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from bench.report import origin
from bench.sync import pouch
from bench.sync.folder import ENTRIES_A_CASE, disk
from bench.sync.link import kbit
from bench.sync.ours import OUR_ATTEMPTS
from bench.sync.runs import (
    BATCH,
    LOOPBACK,
    TIMES,
    Run,
    Stuff,
    our_one,
    our_push,
    peer_one,
    peer_push,
    prepare,
)
from bench.sync.verdict import Bound, Section

FIELD, WORST = kbit(64, 600), kbit(16, 1500)
QUICK = kbit(1000, 20)
"""For cuts: at no rate at all, whole requests arrive together with the end of their link."""
CUTS = (300_000, 60_000, 15_000)
ATTEMPTS = 20
"""After which the peer is given up."""
BATCHES = (BATCH, 10)
"""PouchDB's default, and one that fits between the cuts."""
SHARE = 5
"""At 16 kbit/s both push a fifth: all of it takes PouchDB a quarter of an hour."""


def measure(cases: int, tell: Callable[[str], None]) -> Section:
    """The whole of it, over half an hour with 500 cases; ``tell`` hears how far it is."""
    peer = pouch.install()
    section = Section("Sync: push")
    with tempfile.TemporaryDirectory(dir=disk()) as folder:
        stuff = prepare(Path(folder), cases, cases // SHARE)
        section.say(
            f"{origin('python -m bench.sync push')}; {peer}. {cases} made-up cases of 46 fields"
            f" with {cases * ENTRIES_A_CASE:,} entries, each signed; no TLS. Bytes are those that"
            " passed a proxy with that rate and delay, both ways, HTTP's headers with them."
            " PouchDB keeps its connections; its documents hold a case with its entries, unless"
            " it says otherwise."
        )
        uncut = _full(section, stuff, tell)
        _single(section, stuff, tell)
        _cut(section, stuff, uncut, tell)
    return section


def _full(section: Section, stuff: Stuff, tell: Callable[[str], None]) -> Run:
    """Gives the kiosk's push at 64 kbit/s."""
    cases, share = stuff.cases, stuff.cases // SHARE
    each = cases * (1 + ENTRIES_A_CASE)
    runs: dict[str, Run] = {}
    field, worst = "64 kbit/s, 600 ms", "16 kbit/s, 1500 ms"
    peer_share = partial(peer_push, stuff.share, share, WORST)
    plan: list[tuple[str, Callable[[], Run]]] = [
        ("loopback, PouchDB", partial(peer_push, stuff.inside, cases, LOOPBACK)),
        ("loopback, PouchDB, entries apart", partial(peer_push, stuff.each, each, LOOPBACK)),
        ("loopback, kiosk", partial(our_push, cases, LOOPBACK)),
        (f"{field}, PouchDB", partial(peer_push, stuff.inside, cases, FIELD)),
        (f"{field}, kiosk", partial(our_push, cases, FIELD)),
        (f"{worst}, PouchDB, {share} cases", peer_share),
        (f"{worst}, kiosk, {share} cases", partial(our_push, share, WORST)),
        (f"{worst}, kiosk", partial(our_push, cases, WORST)),
    ]
    for name, run in plan:
        tell(name)
        runs[name] = run()
    section.say(
        f"**A full push.** PouchDB counts documents, the kiosk entries. At 16 kbit/s PouchDB"
        f" pushes {share} cases only: all of them would take it about"
        f" {runs['loopback, PouchDB'].counts.passed / WORST.rate / 60:.0f} minutes."
    )
    _table(section, runs)
    peer, ours = runs[f"{field}, PouchDB"], runs[f"{field}, kiosk"]
    section.bounds += [
        Bound(
            "full push, times fewer bytes",
            peer.counts.passed / ours.counts.passed,
            6.5,
            "64 kbit/s, 600 ms",
            at_least=True,
        ),
        Bound(
            "full push, times less time",
            peer.seconds / ours.seconds,
            6,
            "64 kbit/s, 600 ms",
            at_least=True,
        ),
    ]
    return ours


def _single(section: Section, stuff: Stuff, tell: Callable[[str], None]) -> None:
    runs: dict[str, Run] = {}
    for name, conditions in (("64 kbit/s, 600 ms", FIELD), ("16 kbit/s, 1500 ms", WORST)):
        tell(f"one case, {name}")
        runs[f"{name}, PouchDB, sync"] = _median(peer_one(stuff, conditions, "sync"))
        runs[f"{name}, PouchDB, push only"] = _median(peer_one(stuff, conditions, "push"))
        runs[f"{name}, kiosk, link proven"] = _median(our_one(stuff, conditions, proven=True))
        runs[f"{name}, kiosk, just started"] = _median(our_one(stuff, conditions, proven=False))
    section.say(
        f"**One new case** (its first entry), everything else there already; no connection is"
        f" open. The median of {TIMES}. An exchange of the kiosk pushes and pulls, and so does"
        " PouchDB's sync, with which it is compared; its push alone is for information."
    )
    _table(section, runs)
    peer = runs["64 kbit/s, 600 ms, PouchDB, sync"].counts
    for name, times, requests in (("link proven", 12, 1), ("just started", 8, 2)):
        ours = runs[f"64 kbit/s, 600 ms, kiosk, {name}"].counts
        fewer = peer.passed / ours.passed
        how = "against PouchDB's sync"
        section.bounds += [
            Bound(f"one case, {name}, times fewer bytes", fewer, times, how, at_least=True),
            Bound(f"one case, {name}, requests", ours.requests, requests, "64 kbit/s, 600 ms"),
        ]


def _cut(section: Section, stuff: Stuff, uncut: Run, tell: Callable[[str], None]) -> None:
    runs: dict[str, tuple[Run, Run | None]] = {}
    tell("no cuts")
    whole = our_push(stuff.cases, QUICK)
    runs["never, kiosk"] = (whole, whole)
    for cut in CUTS:
        name, conditions = f"every {cut // 1000} KB", replace(QUICK, cut=cut)
        tell(f"cut {name}")
        for batch in BATCHES:
            peer = peer_push(stuff.inside, stuff.cases, conditions, batch=batch, attempts=ATTEMPTS)
            runs[f"{name}, PouchDB, {batch} a batch"] = (peer, None)
        runs[f"{name}, kiosk"] = (our_push(stuff.cases, conditions, OUR_ATTEMPTS), whole)
    tell("cut every 15 KB, 64 kbit/s")
    last = our_push(stuff.cases, replace(FIELD, cut=CUTS[-1]), OUR_ATTEMPTS)
    runs["every 15 KB, kiosk, 64 kbit/s, 600 ms"] = (last, uncut)
    section.say(
        "**Cuts.** The link is reset whenever so many bytes have come out of it, both directions"
        " counted; 1 Mbit/s and 20 ms unless it says otherwise. PouchDB is given"
        f" {ATTEMPTS} tries; all try again at once. Bytes that were lost on the wire are not"
        " counted, on either side."
    )
    head = ("cut", "bytes", "down", "requests", "s", "delivered", "tries", "cuts", "to uncut")
    rows = [
        (
            name,
            *run.cells(),
            str(run.tries),
            str(run.counts.cuts),
            f"{run.counts.passed / other.counts.passed:.3f}x" if other else "",
        )
        for name, (run, other) in runs.items()
    ]
    section.table(head, rows)
    ratio = last.counts.passed / uncut.counts.passed
    how = "64 kbit/s, 600 ms"
    section.bounds += [
        Bound("cut every 15 KB, entries left behind", last.of - last.done, 0, how),
        Bound("cut every 15 KB, bytes to uncut", ratio, 1.15, how),
    ]


def _table(section: Section, runs: dict[str, Run]) -> None:
    head = ("push", "bytes", "down", "requests", "s", "delivered")
    section.table(head, [(name, *run.cells()) for name, run in runs.items()])


def _median(runs: list[Run]) -> Run:
    """The run in the middle by its bytes, with the median time."""
    middle = sorted(runs, key=lambda run: run.counts.passed)[len(runs) // 2]
    done = min(run.done for run in runs)
    return replace(middle, seconds=statistics.median(run.seconds for run in runs), done=done)
