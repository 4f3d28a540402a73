"""What registers and reports are made of: cases with their rules, columns, and lines.

A kind of register is two pure functions: what one case has to say (``told``), and the rows of all
that was said (``rows``). So a month of cases can be gone through piece by piece. Personal numbers
are masked (UU 27/2022), on the screen, on paper and in a file alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from config.lookups import REGIONS
from kiosk.cases.card import CardLine
from kiosk.cases.masks import mask_nik, mask_phone
from kiosk.cases.period import Period
from kiosk.cases.plain import iso_day
from kiosk.texts import said

if TYPE_CHECKING:
    from config.forms import Field, Form
    from config.procedures import Outcome, Procedure, Step
    from kiosk.cases.state import CaseState
    from kiosk.cases.working_time import WorkingTime

Row = tuple[str, ...]


class Case(NamedTuple):
    """One case with its rules."""

    state: CaseState
    procedure: Procedure
    form: Form


@dataclass(frozen=True, slots=True)
class Facts:
    """What a report is asked with: its period, the clock, who and what things are called, and how
    many ``persons`` a case is for, where the SOP's time is for each."""

    period: Period
    now: int
    working: WorkingTime
    officer: Callable[[str], str]
    kelurahan: Callable[[str], str]
    persons: Callable[[CaseState], int]


class Column(NamedTuple):
    """One column. ``key`` names it for programs, whatever the language; ``width`` is the fewest
    characters it can live with (0: it takes what is left); ``below`` that on paper it stands in
    the cell of the column before it; ``screen`` whether the list on the screen has room for it."""

    key: str
    title: str
    width: int
    below: bool = False
    screen: bool = True


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of register or report."""

    slug: str
    columns: Callable[[], tuple[Column, ...]]
    told: Callable[[Case, Facts], Iterable[Any]]
    rows: Callable[[list[Any], Facts], list[Row]]


@dataclass(frozen=True, slots=True)
class Report:
    """A register or report that was made: what it is, of which days, and its rows.

    ``procedure`` is the SOP's slug, ``service`` its title and ``sop`` its number as printed.
    """

    kind: str
    title: str
    procedure: str
    service: str
    sop: str
    period: Period
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


class Told(NamedTuple):
    """One line of a register: when it happened, and its cells."""

    time: int
    cells: Row


def in_order(told: list[Told], _: Facts) -> list[Row]:
    """Line under line, the earliest first, numbered."""
    ordered = sorted(told)
    return [(str(at), *one.cells) for at, one in enumerate(ordered, 1)]


# -- what is asked of a case -------------------------------------------------------------------


class Deed(NamedTuple):
    """A step that was done: its line on the card, and what the procedure says of it."""

    at: int
    line: CardLine
    step: Step
    outcome: Outcome


def deeds(case: Case) -> Iterator[Deed]:
    """The steps done in a case, in the card's order."""
    for at, line in enumerate(case.state.lines):
        step = case.procedure.find(line.step) if line.act == "hasil" and not line.flag else None
        outcome = step.outcome(line.outcome) if step else None
        if step and outcome:
            yield Deed(at, line, step, outcome)


def done_in(case: Case, facts: Facts) -> Iterator[Deed]:
    """Those that were done in the period."""
    return (deed for deed in deeds(case) if facts.period.holds(deed.line.time))


def kind_of(case: Case) -> str:
    """What kind of application it is, by the form's question for it (key ``jenis``...)."""
    for field in case.form.fields:
        if field.key == "jenis" or field.key.startswith("jenis_"):
            value = case.state.values.get(field.key, "")
            if value:
                return said(field.label_of(value))
    return ""


def address_of(case: Case, facts: Facts) -> str:
    """Street, RT/RW and kelurahan, as far as the form asks for them."""
    values = case.state.values
    kelurahan = values.get("kelurahan", "")
    parts = [
        values.get("alamat", ""),
        "/".join(part for part in (values.get("rt", ""), values.get("rw", "")) if part),
        facts.kelurahan(kelurahan) if kelurahan else values.get("kota_luar", ""),
    ]
    return ", ".join(part for part in parts if part)


def shown_answer(field: Field | None, value: str, kelurahan: Callable[[str], str]) -> str:
    """An answer as a list may show it: labels for codes, numbers of persons masked."""
    if field is None or not value:
        return value or "-"
    if field.lookup == REGIONS:
        return kelurahan(value)
    if field.type in ("nik", "kk"):
        return mask_nik(value)
    if field.type == "phone":
        return mask_phone(value)
    if field.type == "date":
        return shown_day(value)
    return said(field.label_of(value))


def answers_in(line: CardLine, procedure: Procedure | None, without: str = "") -> str:
    """What was written down with an outcome, in words and in the order it was asked: a note and a
    choice by themselves, all else after its label, ``without`` the answer of that key."""
    step = procedure.find(line.step) if procedure and line.act == "hasil" else None
    outcome = step.outcome(line.outcome) if step else None
    told: list[str] = []
    for field in outcome.fields if outcome else ():
        value = line.isi.get(field.key, "")
        if value and field.key != without:
            answer = shown_answer(field, value, str)
            alone = field.type in ("note", "choice")
            told.append(answer if alone else f"{said(field.label)} {answer}")
    return "; ".join(told) or line.note


def shown_day(text: str) -> str:
    """A stored day as ``21-11-2026``; any other text as it stands."""
    day = iso_day(text)
    return f"{day:%d-%m-%Y}" if day else text
