"""``kiosk report``: a register or report of a SOP, for a period."""

from __future__ import annotations

import argparse
import json
from datetime import date
from typing import TYPE_CHECKING

from kiosk.cli import complain
from kiosk.texts import said, say

if TYPE_CHECKING:
    from kiosk.cases.period import Period
    from kiosk.cases.reporting import Report
    from kiosk.desk.desk import Desk


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``kiosk report`` takes besides --data."""
    parser.add_argument("--procedure", default="", metavar="SLUG", help="mis. kado-camer")
    parser.add_argument("--kind", default="", metavar="JENIS", help="mis. registrasi, waktu")
    parser.add_argument("--from", dest="first", type=_day, metavar="TGL", help="mis. 2026-11-01")
    parser.add_argument("--to", dest="last", type=_day, metavar="TGL", help="tanpa ini: hari ini")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--csv", action="store_true")
    form.add_argument("--json", action="store_true")


def _day(text: str) -> date:
    """An ISO date, for argparse: a wrong one is a wrong call."""
    return date.fromisoformat(text)


def run(args: argparse.Namespace) -> int:
    """Print a report, or without --kind what there is; gives the exit code. Raises Refusal."""
    from kiosk.desk.desk import Desk

    desk = Desk.open(args.data)
    try:
        if not args.procedure or not args.kind:
            return _list(desk, args.procedure, args.json)
        period = _period(desk, args.first, args.last)
        if period.last < period.first:
            return complain(say("Tanggal akhir mendahului tanggal awal."))
        report = desk.reports.make(desk.reports.one(args.procedure, args.kind), period)
    finally:
        desk.close()
    _tell(report, as_csv=args.csv, as_json=args.json)
    return 0


def _period(desk: Desk, first: date | None, last: date | None) -> Period:
    """The days asked for; without any, today."""
    from kiosk.cases.period import Period

    today = desk.reports.today()
    last = last or max(today.last, first or today.last)
    return Period(first or last, last)


def _list(desk: Desk, procedure: str, as_json: bool) -> int:
    offered = desk.reports.offered(procedure)
    if not offered:
        desk.reports.one(procedure, "")
    for one in offered:
        if as_json:
            says = {"prosedur": one.procedure, "jenis": one.kind, "judul": one.title}
            print(json.dumps(says, ensure_ascii=False))
        else:
            print(f"{one.procedure:15} {one.kind:12} {said(one.title)}")
    return 0


def _tell(report: Report, *, as_csv: bool, as_json: bool) -> None:
    from kiosk.desk.reports import heading, to_csv

    if as_csv:
        print(to_csv(report), end="")
        return
    keys = [column.key for column in report.columns]
    if as_json:
        for row in report.rows:
            print(json.dumps(dict(zip(keys, row, strict=True)), ensure_ascii=False))
        return
    print(heading(report))
    print(" | ".join(column.title for column in report.columns))
    for row in report.rows:
        print(" | ".join(row))
