"""A register or report of a SOP on paper, for the folder and for who has to sign it."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.cases.reporting import Column, Report, Row
from kiosk.papers.dates import day_and_time
from kiosk.papers.facts import Office, Person, kop
from kiosk.papers.model import (
    Block,
    Gap,
    Line,
    Pair,
    Paper,
    SignatureBox,
    Signatures,
    Table,
)
from kiosk.texts import said, say

STRETCHED = 12
"""The fewest characters of the column that takes what is left of the line."""


def laporan(
    number: str,
    *,
    office: Office,
    officer: Person,
    report: Report,
    time: int,
) -> Paper:
    """A register or report (SOP: Pencatatan dan Pendataan), made at ``time`` (ms). Columns that
    stand below another share its cell.
    """
    title = said(report.title)
    heads = (
        Pair(say("Layanan"), said(report.service)),
        Pair(say("SOP"), report.sop),
        Pair(say("Periode"), report.period.words),
        Pair(say("Dibuat"), say("{waktu} WIB", waktu=day_and_time(time))),
    )
    body: tuple[Block, ...] = (
        _table(report.columns, report.rows)
        if report.rows
        else Line(say("Tidak ada catatan dalam periode ini.")),
    )
    blocks: tuple[Block, ...] = (
        *kop(office, title.upper()),
        *heads,
        Gap(),
        *body,
        Gap(),
        Line(say("Jumlah baris: {n}", n=len(report.rows)), bold=True),
        Gap(),
        Signatures(
            (
                SignatureBox(say("Mengetahui,"), "", say("NIP:")),
                SignatureBox(say("Yang membuat,"), officer.name, say("Tgl/jam:")),
            )
        ),
    )
    return Paper("laporan", number, title, blocks)


def _table(columns: Sequence[Column], rows: Sequence[Row]) -> Table:
    """The columns with those that stand below them, one cell for each group."""
    groups: list[list[int]] = []
    for at, column in enumerate(columns):
        if column.below:
            groups[-1].append(at)
        else:
            groups.append([at])
    widths = tuple(max(columns[at].width or STRETCHED for at in group) for group in groups)
    stretch = next((n for n, group in enumerate(groups) if not columns[group[0]].width), 0)
    return Table(
        tuple(_cell([columns[at].title for at in group]) for group in groups),
        widths,
        tuple(tuple(_cell([row[at] for at in group]) for group in groups) for row in rows),
        stretch,
    )


def _cell(texts: Sequence[str]) -> str:
    return "\n".join(text or "-" for text in texts) if len(texts) > 1 else texts[0]
