"""What the telephone desk gives to its screens: plain facts, nothing that writes.

Times are milliseconds since 1970 UTC, 0 when there is none. Telephone numbers are masked, but for
the one that is dialled.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.cases.calls import Attempt
from kiosk.cases.engine import Offer


@dataclass(frozen=True, slots=True)
class Underway:
    """A call that was begun and not taken in: ``began`` at its first key, ``field`` where it
    stands, ``values`` as they were typed."""

    began: int
    values: dict[str, str]
    field: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier call or case of a caller.

    ``what`` it was about and its ``outcome`` are words; ``kind`` is the code of a complaint's kind,
    empty for a case of another procedure; ``calls`` is how often he called about it.
    """

    number: str
    when: int
    what: str
    outcome: str
    name: str
    kind: str
    calls: int
    open: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A complaint that waits for this officer: why, since when, how often he was called back in
    vain, and when the next call is due. ``rank`` puts answers that have come first."""

    number: str
    step: str
    what: str
    name: str
    phone: str
    since: int
    rank: int
    attempts: int = 0
    due: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody found out about a complaint: the step's outcome, his note, his initials."""

    time: int
    step: str
    what: str
    note: str
    who: str


@dataclass(frozen=True, slots=True)
class CallBack:
    """A complaint whose caller is to be told: ``phone`` in full, to be dialled, and what to tell.

    ``agreed`` is how the caller wanted to hear of it ('' when nothing was agreed). ``offers`` are
    the outcomes there are now; closing it as not delivered is among them once there
    are no ``tries_left``.
    """

    number: str
    phone: str
    name: str
    agreed: str
    kind: str
    complaint: str
    answers: tuple[Told, ...]
    attempts: tuple[Attempt, ...]
    tries_left: int
    offers: tuple[Offer, ...]
