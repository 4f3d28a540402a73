"""A case as it stands: the fold over the entries of its control card.

The fold is a function of the set of entries alone, whatever the order of their arrival, and never
raises: an act out of order is kept as a line of the card with a flag, and moves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from kiosk.cases.acts import ACTS
from kiosk.cases.card import (
    CLOSED,
    DOUBLE,
    RETURNED,
    RUNNING,
    UNKNOWN,
    WAITING,
    Attachment,
    CardLine,
    CaseLink,
    Correction,
    ExceptionNote,
    Leg,
    Transit,
    legs,
)

if TYPE_CHECKING:
    from config.procedures import Procedure
    from sync.entry import Entry, Spot

__all__ = [
    "CLOSED",
    "RETURNED",
    "RUNNING",
    "WAITING",
    "Attachment",
    "CardLine",
    "CaseLink",
    "CaseState",
    "Correction",
    "ExceptionNote",
    "HasPlace",
    "Leg",
    "Transit",
    "apply",
    "custody",
    "fold",
    "order_key",
]


Key = tuple[int, int, str, int, int]


class HasPlace(Protocol):
    """An entry together with its place in its kiosk's chain."""

    @property
    def spot(self) -> Spot:
        """Where the entry stands."""
        ...

    @property
    def entry(self) -> Entry:
        """What it says."""
        ...


def order_key(placed: HasPlace) -> Key:
    """What a case's entries are put in order by."""
    entry, spot = placed.entry, placed.spot
    return (entry.line, entry.time, spot.kiosk, spot.epoch, spot.seq)


@dataclass(slots=True)
class CaseState:
    """One case. Times are milliseconds since 1970 UTC, 0 when there is none yet.

    ``step`` is empty while unknown and "tutup" at the end; ``status`` is "menunggu-data" (the
    application itself has not arrived), "berjalan", "dikembalikan" or "tutup". ``values`` is what
    the application says (fields of the form) with its ``corrections``, ``updated`` when step or
    custody last changed, ``origin`` where the application was taken in, ``daftar`` the list it came
    on, ``parent`` the case it belongs to, ``linked`` the numbers of twins, ``links`` other cases
    that belong together with it, ``duplicates`` what was decided about likely duplicates,
    ``attachments`` the papers scanned into it, ``outcomes`` the last outcome of each step.
    """

    id: bytes = b""
    number: str = ""
    procedure: str = ""
    step: str = ""
    status: str = WAITING
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    lines: list[CardLine] = field(default_factory=list[CardLine])
    holder_place: str = ""
    holder_role: str = ""
    holder_officer: str = ""
    holder_since: int = 0
    transit: Transit | None = None
    prints: dict[str, int] = field(default_factory=dict[str, int])
    exceptions: list[ExceptionNote] = field(default_factory=list[ExceptionNote])
    linked: list[str] = field(default_factory=list[str])
    duplicates: list[Mapping[str, str]] = field(default_factory=list[Mapping[str, str]])
    attachments: tuple[Attachment, ...] = ()
    last_outcome: str = ""
    outcomes: dict[str, str] = field(default_factory=dict[str, str])
    parent: str = ""
    links: tuple[CaseLink, ...] = ()
    corrections: tuple[Correction, ...] = ()
    created: int = 0
    updated: int = 0
    closed: int = 0
    origin: str = ""
    daftar: str = ""
    last_key: Key | tuple[()] = ()

    @property
    def last_line(self) -> int:
        """The highest line of the card that is known here; 0 when none is."""
        return self.last_key[0] if self.last_key else 0

    @property
    def claims(self) -> list[CardLine]:
        """Every hand-over to a collector, those out of order too: more than one is a fault."""
        return [line for line in self.lines if line.claim]

    @property
    def open_exceptions(self) -> list[ExceptionNote]:
        """What an officer must still settle."""
        return [note for note in self.exceptions if not note.closed]

    @property
    def noted(self) -> CardLine | None:
        """The outcome that moved the case last; while the file is on its way back, the one that
        says why, though steps without a note came since."""
        for line in reversed(self.lines):
            if line.act == "hasil" and not line.flag and (line.note or self.status != RETURNED):
                return line
        return None

    @property
    def note(self) -> str:
        """The note of that outcome."""
        return self.noted.note if self.noted else ""

    @property
    def flags(self) -> tuple[str, ...]:
        """Why a supervisor should look at the card: the flags of its lines, each once."""
        flags = {line.flag for line in self.lines if line.flag}
        if len(self.claims) > 1:
            flags.add(DOUBLE)
        return tuple(sorted(flags))


def custody(state: CaseState) -> list[Leg]:
    """The hand-overs of the paper with both paraf, None where one is missing."""
    return legs(state.lines)


def fold(entries: Iterable[HasPlace], procedures: Mapping[str, Procedure]) -> CaseState:
    """The state of one case from all its entries, in any order, each once or many times."""
    state = CaseState()
    for placed in sorted(entries, key=order_key):
        apply(state, placed, procedures)
    return state


def apply(state: CaseState, placed: HasPlace, procedures: Mapping[str, Procedure]) -> None:
    """Bring one more entry into ``state``; the last entry given again changes nothing.

    Raises ValueError for an entry that stands before the last one: fold the case again.
    """
    key = order_key(placed)
    if key == state.last_key:
        return
    if key < state.last_key:
        raise ValueError("this entry stands before others of the case: fold it again")
    entry, spot = placed.entry, placed.spot
    state.id = state.id or entry.case
    state.last_key = key
    line = CardLine(
        entry.line,
        entry.time,
        entry.act,
        entry.step or state.step,
        entry.officer,
        entry.place,
        f"{spot.kiosk}/{spot.epoch}/{spot.seq}",
    )
    act = ACTS.get(entry.act)
    state.lines.append(
        line._replace(flag=UNKNOWN) if act is None else act(state, line, entry, procedures)
    )
