"""F8: the registers and reports that each SOP asks for (Pencatatan dan Pendataan), for a period."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from config.lookups import REGIONS
from config.procedures import Procedure
from kiosk.cases.period import Period
from kiosk.cases.registers import KINDS, kind_for
from kiosk.cases.reporting import Case, Facts, Report
from kiosk.clock import day_of, local
from kiosk.desk.composing import Composing
from kiosk.desk.core import Core
from kiosk.desk.printing import Printing
from kiosk.desk.views import Refusal
from kiosk.texts import said, say

FOLDER = "laporan"
"""Where files for a spreadsheet are put, in the data folder."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would take for a formula."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A register or report that can be made: its title as the SOP has it, and its kind."""

    procedure: str
    kind: str
    title: str
    service: str


class Reports:
    """Makes reports from the cases that are here; writes nothing in the journal."""

    def __init__(self, core: Core, printing: Printing):
        self._core = core
        self._printing = printing
        self._composing = Composing(core)

    def offered(self, procedure: str = "") -> list[Offered]:
        """What can be made of the procedures of this office (or of one, by its slug): the SOP's
        own registers and reports, then the times against the standard, and the corrections."""
        found: list[Offered] = []
        for rules in self._rules(procedure):
            titles = {title: kind_for(title).slug for title in (*rules.registers, *rules.reports)}
            titles[say("Waktu pelayanan terhadap waktu baku")] = "waktu"
            titles[say("Daftar ralat")] = "ralat"
            found += [
                Offered(rules.slug, kind, title, rules.title) for title, kind in titles.items()
            ]
        return found

    def _rules(self, procedure: str) -> list[Procedure]:
        """The procedures that are reported on: not those whose cases belong to another's."""
        core = self._core
        city, training = core.settings.city, core.settings.training
        rules = [one for one in core.procedures.values() if not one.parent]
        if procedure:
            return [one for one in rules if one.slug == procedure]
        return [one for one in rules if one.open_in(city, training=training)]

    def one(self, procedure: str, kind: str) -> Offered:
        """What is offered of a kind. Raises Refusal with the kinds there are."""
        offered = self.offered(procedure)
        if not offered:
            known = ", ".join(rules.slug for rules in self._rules(""))
            raise Refusal(
                say("Prosedur {nama} tidak ada. Pilihannya: {all}.", nama=procedure, all=known)
            )
        for one in offered:
            if kind == one.kind:
                return one
        kinds = ", ".join(dict.fromkeys(one.kind for one in offered))
        raise Refusal(say("Laporan {nama} tidak ada. Pilihannya: {all}.", nama=kind, all=kinds))

    # -- making one, at once or piece by piece ------------------------------------------------

    def cases(self, procedure: str, period: Period) -> list[bytes]:
        """The cases of a procedure (and of those below it) of which anything was written in the
        period, by their keys, oldest first."""
        core = self._core
        slugs = self._family(procedure)
        rows = core.db.execute(
            f"SELECT case_id FROM cases WHERE procedure IN ({','.join('?' * len(slugs))})"
            " AND EXISTS (SELECT 1 FROM entries AS e WHERE e.case_id = cases.case_id"
            " AND e.time >= ? AND e.time < ?) ORDER BY created, number",
            (*slugs, period.start, period.end),
        ).fetchall()
        return [case for (case,) in rows]

    def _family(self, procedure: str) -> list[str]:
        below = [one.slug for one in self._core.procedures.values() if one.parent == procedure]
        return [procedure, *below]

    def told(self, kind: str, period: Period, cases: Sequence[bytes]) -> list[Any]:
        """What these cases have to say for a kind of report. Raises Refusal for a damaged one."""
        core = self._core
        facts = self._facts(period)
        found: list[Any] = []
        for key in cases:
            state = core.folded(key)
            rules = core.procedures.get(state.procedure) if state else None
            if state is not None and rules is not None:
                found += KINDS[kind].told(Case(state, rules, core.form(rules.form)), facts)
        return found

    def finished(self, offered: Offered, period: Period, told: list[Any]) -> Report:
        """The report from all that its cases told."""
        kind = KINDS[offered.kind]
        rules = self._core.procedures[offered.procedure]
        return Report(
            kind.slug,
            offered.title,
            rules.slug,
            rules.title,
            rules.number,
            period,
            kind.columns(),
            tuple(kind.rows(told, self._facts(period))),
        )

    def make(self, offered: Offered, period: Period) -> Report:
        """A whole report at once."""
        cases = self.cases(offered.procedure, period)
        return self.finished(offered, period, self.told(offered.kind, period, cases))

    def _facts(self, period: Period) -> Facts:
        core = self._core
        names = core.officer_names()
        return Facts(
            period=period,
            now=core.clock.now(),
            working=core.working,
            officer=lambda one: names.get(one, one),
            kelurahan=partial(self._composing.named, REGIONS),
            persons=core.projection.deadlines.persons,
        )

    # -- what becomes of it -------------------------------------------------------------------

    def print(self, report: Report) -> str:
        """Queue a report for the printer; gives its number."""
        paper = self._composing.report(report)
        with self._core.ledger.transaction():
            self._printing.spool.add(paper)
        return paper.number

    def save(self, report: Report) -> Path:
        """Write a report as a file for a spreadsheet; gives its path. Only the kiosk's own user
        can read it. Raises Refusal when the disk does not take it."""
        folder = self._core.front.folder / FOLDER
        made = local(self._core.clock.now())
        name = f"{report.procedure}-{report.kind}-{made:%y%m%d-%H%M%S}.csv"
        path = folder / name
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(to_csv(report), "utf-8-sig")
        except OSError as error:
            raise Refusal(
                say("{file} tidak dapat ditulis ({why}).", file=path, why=error.strerror)
            ) from error
        return path

    def today(self) -> Period:
        """The office's day."""
        day = day_of(self._core.clock.now())
        return Period(day, day)


def drop_saved(folder: Path, gone: Iterable[str]) -> None:
    """Remove the files that name a case whose content was purged; ``gone`` are its numbers."""
    numbers = [number.encode() for number in gone]
    for file in (folder / FOLDER).glob("*.csv"):
        with suppress(OSError):
            text = file.read_bytes()
            if any(number in text for number in numbers):
                file.unlink()


def to_csv(report: Report) -> str:
    """A report's rows under their titles, comma-separated. A cell that a spreadsheet would take
    for a formula begins with an apostrophe."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow([column.title for column in report.columns])
    rows.writerows([[_safe(cell) for cell in row] for row in report.rows])
    return out.getvalue()


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) and cell != "-" else cell


def heading(report: Report) -> str:
    """A report's title and period in one line."""
    return f"{said(report.title)}, {report.period.words}"
