"""What the desk gives to screens: plain facts, nothing that writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from kiosk.cases.checks import Finding
from kiosk.cases.engine import Offer
from kiosk.cases.standard import CaseTime, StepTime
from kiosk.cases.state import CaseState
from kiosk.keys import OfficerCard, SigningKey


class Refusal(Exception):
    """The desk will not do it; the text says why and what to do next."""


class FormRefused(Refusal):
    """A form has values that cannot be taken; ``findings`` name the fields."""

    def __init__(self, findings: list[Finding]):
        super().__init__(findings[0].says if findings else "")
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Officer:
    """Who works at the desk now."""

    card: OfficerCard
    place: str
    key: SigningKey

    @property
    def id(self) -> str:
        """The officer's id."""
        return self.card.officer


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case as a list shows it.

    ``clock`` and ``due`` are of its present step (kiosk.store.deadlines), ``left`` the working
    minutes to ``due``, negative when it is over (None: not counted), ``sure`` that no holiday until
    then can move.
    """

    number: str
    code: str
    procedure: str
    step: str
    status: str
    name: str
    mother: str
    birth: str
    nik: str
    phone: str
    kelurahan: str
    parent: str
    outcome: str
    wait_place: str
    wait_roles: tuple[str, ...]
    since: int
    created: int
    clock: str
    due: int
    synced: bool
    left: int | None = None
    sure: bool = True


class WorkView(NamedTuple):
    """One worklist of F5: its key, and its name."""

    key: str
    title: str


class Related(NamedTuple):
    """A case that belongs together with another; ``kind`` "induk" is the one it belongs to."""

    number: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case opened: its state, what this officer may do, and where it stands with pusat."""

    number: str
    state: CaseState | None
    offers: tuple[Offer, ...]
    why_not: str
    synced: bool
    waiting_entries: int
    exceptions: tuple[ExceptionRow, ...]
    warning: str = ""
    related: tuple[Related, ...] = ()
    times: tuple[StepTime, ...] = ()
    whole: CaseTime | None = None

    @property
    def time(self) -> StepTime | None:
        """The time of the step that the case is at; None when it is over or not known."""
        return self.times[-1] if self.times and not self.times[-1].end else None


@dataclass(frozen=True, slots=True)
class ScanView:
    """What a scanned or typed text is: ``state`` as in kiosk.cases.qr, and what it opens."""

    state: str
    says: str
    kind: str = ""
    number: str = ""
    procedure: str = ""
    office: str = ""
    count: int = 0
    known: bool = False
    unsynced: bool = False


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    """One exception (pengecualian), open or resolved."""

    ref: str
    number: str
    kind: str
    facts: Mapping[str, Any]
    opened: int
    resolved: int | None = None
    note: str = ""
    officer: str = ""


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One batch: what was sent, what was counted in."""

    number: str
    kind: str
    source: str
    target: str
    count: int
    created: int
    received: int
    counted: int | None
    closed: int | None
    known: bool


@dataclass(frozen=True, slots=True)
class BatchItem:
    """One file or card of a batch. ``item`` is which of them, empty before its list is here;
    ``astray`` that it is a card for another office than the one that counts it in."""

    number: str
    name: str
    expected: bool
    received: bool
    item: str = ""
    astray: bool = False


@dataclass(frozen=True, slots=True)
class BatchGroup:
    """What can go out in one batch: to where (an address, or an outside receiver's name), which
    cases, and what of each is handed over (Step.item)."""

    kind: str
    target: str
    title: str
    rows: tuple[CaseRow, ...]
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JobRow:
    """One paper in the print queue."""

    id: int
    name: str
    paper: str
    number: str
    copy: int
    state: str
    says: str
    created: int
    device: str = ""


@dataclass(frozen=True, slots=True)
class StuckRow:
    """An own entry that pusat refuses: which (KIOSK/epoch/seq), of which case (empty: none known
    here), why, how often, since when; and whether it was passed over so that the rest goes on."""

    ref: str
    number: str
    act: str
    says: str
    tries: int
    since: int
    needs_action: bool


@dataclass(frozen=True, slots=True)
class LinkState:
    """How things stand with pusat. Times are device milliseconds, None when never. ``alarms`` are
    the kinds of open exceptions that concern the link itself (kiosk.desk.lives, lineage)."""

    waiting: int
    only_here: int
    last_receipt: int | None
    last_try: int | None
    trouble: str
    clock_offset: int | None
    attention: int
    stuck: tuple[StuckRow, ...] = ()
    alarms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Submitted:
    """A case taken in: what the officer tells the applicant."""

    number: str
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Draft:
    """An intake that was begun: its values, and the field it stood at. ``before`` are the
    children of the same birth that were filled in already, ``chat`` the text it was read from."""

    values: dict[str, str]
    field: str
    saved: int
    before: tuple[dict[str, str], ...] = ()
    chat: str = ""
