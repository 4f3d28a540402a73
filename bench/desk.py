"""The desk without a screen: finding a case among many, and what an act costs on disk."""

from __future__ import annotations

import random
import sqlite3
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.figure import Figure, against, p95
from bench.fill import PIN, PROCEDURE, SECOND, Filled
from kiosk.cases.qr import QrClaim, encode
from kiosk.clock import day_of
from kiosk.desk.desk import Desk
from kiosk.training import sample_birth
from sync.entry import Spot

SAMPLES = 200
ACTS = 300
FIND_MS = 100.0
"""An officer does not notice a tenth of a second."""


def measure(filled: Filled, runs: int) -> list[Figure]:
    """Scan and search below 100 ms (p95), an act at most 3x a bare commit of its bytes.

    ``runs`` is not asked: each figure has its own number of samples.
    """
    del runs
    desk = Desk.open(filled.folder)
    try:
        # The second officer: a file is received from someone, and the first took all of them in.
        desk.session.login(SECOND.officer, PIN)
        dice = random.Random()
        every = [row.number for row in desk.work.everything()]
        return [
            _scan(desk, filled, dice.choices(every, k=SAMPLES)),
            _search(desk, filled, dice),
            _act(desk, filled.folder, _receivable(desk, dice, every)),
        ]
    finally:
        desk.close()


def _receivable(desk: Desk, dice: random.Random, every: list[str]) -> list[str]:
    """Some files that the second officer does not have: of an earlier run he has a few."""
    sample = dice.sample(every, min(len(every), 2 * ACTS))
    numbers = [n for n in sample if desk.core.known(n).holder_officer != SECOND.officer]
    return numbers[:ACTS]


def _scan(desk: Desk, filled: Filled, numbers: list[str]) -> Figure:
    """From the text of a resi's QR to the opened case."""
    key = desk.front.keys.device()
    today = day_of(desk.core.clock.now())

    def open_case(text: str) -> None:
        seen = desk.work.scan(text)
        if seen.state != "sah" or desk.work.open(seen.number).state is None:
            raise RuntimeError(f"a scan did not find its case: {seen}")

    texts = [
        encode(QrClaim("R", number, PROCEDURE, today, desk.settings.address), key.kid, key.sign)
        for number in numbers
    ]
    times = [_ms(partial(open_case, text)) for text in texts]
    return Figure(f"scan to case, {filled.cases:,} cases, p95", p95(times), bound=FIND_MS)


def _search(desk: Desk, filled: Filled, dice: random.Random) -> Figure:
    """Fragments of children's names: the whole name, a word of it, or three letters of that."""
    today = day_of(desk.core.clock.now())

    def search(fragment: str) -> None:
        if not desk.work.search(fragment, 50):
            raise RuntimeError(f"the search for {fragment} found nothing")

    fragments: list[str] = []
    for n in dice.choices(range(filled.cases), k=SAMPLES):
        name = sample_birth(n, today)["anak_nama"]
        word = dice.choice(name.split())
        fragments.append(dice.choice([name, word, word[:3]]))
    times = [_ms(partial(search, fragment)) for fragment in fragments]
    return Figure(f"search by name, {filled.cases:,} cases, p95", p95(times), bound=FIND_MS)


def _act(desk: Desk, folder: Path, numbers: list[str]) -> Figure:
    """An officer's terima, and the same bytes into a table of one column, in turn.

    The case is open, as it is when an officer acts: finding and reading it is the scan's figure.
    """
    journal = desk.core.journal
    ours: list[float] = []
    base: list[float] = []
    # Within the kiosk's folder: the same disk.
    with tempfile.TemporaryDirectory(dir=folder) as beside:
        bare = _bare_table(Path(beside) / "bare.db")
        for number in numbers:
            desk.work.open(number)
            ours.append(_ms(partial(desk.files.receive, number)))
            head = journal.head()
            written = journal.get(Spot(desk.settings.code, head.epoch, head.seq))
            assert written is not None
            base.append(_ms(partial(bare.execute, "INSERT INTO lines VALUES (?)", (written.raw,))))
        bare.close()
    return against("an act, to a bare commit of its bytes, median", ours, base, 3)


def _bare_table(file: Path) -> sqlite3.Connection:
    """The least that keeps a line through a power cut."""
    bare = sqlite3.connect(file, isolation_level=None)
    bare.execute("PRAGMA journal_mode=WAL")
    bare.execute("PRAGMA synchronous=FULL")
    bare.execute("CREATE TABLE lines (raw BLOB)")
    return bare


def _ms(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000
