"""Who gets which entry: deliveries by address, in the order of their number.

An entry goes to the addresses it names, to those its case has, and to the place that wrote it
(which from then on reads the card it wrote on). A place newly on a case gets everything before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sync.central.database import Session, marks
from sync.entry import Entry, Spot
from sync.trust import EVERYONE, NO_CASE
from sync.wire import MAX_PAGE, Delivered

Arrival = tuple[int, Entry]
"""The index of an entry in the log, and the entry."""

OWN_TOO = 1 << 62
"""Set in the cursor of a kiosk that began at 0 until it has everything: see ``page``."""

_PAGE_ROWS = 500
_FRAMING = 60
"""Bytes around each entry in a page, about."""


class _Router:
    """Works out the deliveries of several arrivals with few questions to the database."""

    def __init__(self, db: Session, arrivals: Sequence[Arrival], author: str) -> None:
        self._db = db
        self._author = author
        self._new = {index for index, _ in arrivals}
        self._addresses: defaultdict[bytes, set[str]] = defaultdict(set)
        self._seen: defaultdict[bytes, list[int]] = defaultdict(list)
        self._earlier: dict[bytes, list[int]] = {}
        self.deliveries: list[tuple[str, int]] = []
        self.joined: list[tuple[bytes, str]] = []
        cases = list({entry.case for _, entry in arrivals if entry.case != NO_CASE})
        for case, address in db.all(
            f"SELECT case_id, address FROM case_addresses WHERE case_id IN ({marks(cases)})", *cases
        ):
            self._addresses[case].add(address)
        self._known = {case for case in cases if self._addresses[case]}

    def add(self, index: int, entry: Entry) -> None:
        """The deliveries of one entry."""
        named = set(entry.to)
        everyone = EVERYONE in named
        named.discard(EVERYONE)
        if self._author:
            named.add(self._author)
        if everyone:
            self.deliveries.append((EVERYONE, index))
        if entry.case == NO_CASE:
            if not everyone:
                self.deliveries += [(address, index) for address in sorted(named)]
            return
        before = self._addresses[entry.case]
        if not everyone:
            self.deliveries += [(address, index) for address in sorted(before)]
            self._seen[entry.case].append(index)
        for address in sorted(named - before):
            self.joined.append((entry.case, address))
            self.deliveries += [(address, one) for one in self._history(entry.case)]
        self._addresses[entry.case] = before | named

    def _history(self, case: bytes) -> list[int]:
        """All that the log has of a case so far, unless everyone gets it anyway."""
        if case not in self._known:
            return self._seen[case]
        if case not in self._earlier:
            rows = self._db.all(
                "SELECT idx FROM entries AS e WHERE case_id = ? AND NOT EXISTS (SELECT 1"
                " FROM deliveries AS d WHERE d.address = ? AND d.idx = e.idx) ORDER BY idx",
                case,
                EVERYONE,
            )
            self._earlier[case] = [index for (index,) in rows if index not in self._new]
        return sorted(self._earlier[case] + self._seen[case])


def route(db: Session, arrivals: Sequence[Arrival], author: str) -> None:
    """Queue entries newly in the log; ``author`` is the address of the kiosk that wrote them."""
    router = _Router(db, arrivals, author)
    for index, entry in arrivals:
        router.add(index, entry)
    db.many(
        "INSERT INTO case_addresses(case_id, address) VALUES (?, ?) ON CONFLICT DO NOTHING",
        router.joined,
    )
    db.many(
        "INSERT INTO deliveries(address, idx) VALUES (?, ?) ON CONFLICT DO NOTHING",
        router.deliveries,
    )


@dataclass(frozen=True, slots=True)
class Reader:
    """The kiosk that asks for deliveries, and its address.

    ``pushing`` is the epoch of the push with which it asks (0: none): entries of that are its own
    news, and never sent back.
    """

    kiosk: str
    address: str
    pushing: int = 0


def page(
    db: Session, reader: Reader, cursor: int, room: int, least: int = 1
) -> tuple[list[Delivered], int, bool]:
    """The next deliveries for a kiosk, the new cursor, whether more wait.

    At most ``room`` bytes of them, though never fewer than ``least`` if there are so many. A kiosk
    does not get its own entries, except one that begins at cursor 0: it may have been restored
    from a copy and not have them. It keeps getting them until nothing is left.
    """
    own_too = cursor == 0 or cursor >= OWN_TOO
    mode = OWN_TOO if own_too else 0
    after = cursor & ~OWN_TOO
    (last,) = db.one("SELECT coalesce(max(n), 0) FROM deliveries") or (0,)
    chosen: list[tuple[int, int]] = []
    left = min(room, MAX_PAGE)
    more = False
    for number, index, size in _waiting(db, reader, after, own_too):
        left -= size + _FRAMING
        if (left < 0 and len(chosen) >= least) or len(chosen) == _PAGE_ROWS:
            more = True
            break
        chosen.append((number, index))
    items = _delivered(db, [index for _, index in chosen])
    if more:
        return items, (chosen[-1][0] if chosen else after) | mode, True
    # Nothing more for this kiosk: go past its own entries too, instead of reading them each time.
    return items, max(after, last), False


def _waiting(db: Session, reader: Reader, after: int, own_too: bool) -> list[tuple[int, int, int]]:
    """Number, index and size of what comes next, one more than fits on a page."""
    foreign, who = "e.kiosk <> ?", (reader.kiosk,)
    if own_too:
        foreign, who = "(e.kiosk <> ? OR e.epoch <> ?)", (reader.kiosk, reader.pushing)
    # Two ordered look-ups merged: asked as one, SQLite would sort all that waits for each page.
    one = (
        "SELECT * FROM (SELECT d.n, d.idx, length(e.raw) AS size FROM deliveries AS d"
        f" JOIN entries AS e ON e.idx = d.idx WHERE d.address = ? AND d.n > ? AND {foreign}"
        " ORDER BY d.n LIMIT ?) AS waiting"
    )
    rest = (after, *who, _PAGE_ROWS + 1)
    rows = db.all(
        f"{one} UNION ALL {one} ORDER BY 1 LIMIT ?",
        reader.address,
        *rest,
        EVERYONE,
        *rest,
        _PAGE_ROWS + 1,
    )
    return [(number, index, size) for number, index, size in rows]


def _delivered(db: Session, indexes: Sequence[int]) -> list[Delivered]:
    rows = db.all(
        "SELECT idx, kiosk, epoch, seq, prev, raw, arrived FROM entries"
        f" WHERE idx IN ({marks(indexes)})",
        *indexes,
    )
    found = {
        index: Delivered(index, Spot(kiosk, epoch, seq), prev, raw, arrived)
        for index, kiosk, epoch, seq, prev, raw, arrived in rows
    }
    return [found[index] for index in indexes]
