"""Papers of the blanko ledger: the berita acara of destruction, and the letter of a transfer.

SE Mendagri 470.13/11176/SJ (2018): spoiled and invalid cards are recorded, burnt day by day, and a
berita acara with witnesses says so. The circular's own form was not at hand; the fields are those
that the reports of it name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from config.roles import ROLES
from kiosk.papers.daftar import hand_over_boxes
from kiosk.papers.dates import day_and_time, long_day
from kiosk.papers.facts import Office, Person, kop
from kiosk.papers.model import (
    Block,
    Gap,
    Line,
    Pair,
    Paper,
    Qr,
    Rule,
    SignatureBox,
    Signatures,
    Table,
)
from kiosk.papers.words import terbilang
from kiosk.texts import said, say


@dataclass(frozen=True, slots=True)
class SpoiledRow:
    """One spoiled blanko, or ``count`` of them whose serial nobody could read; ``day`` (ms) is
    when it was written down."""

    serial: str
    count: int
    reason: str
    day: int


@dataclass(frozen=True, slots=True)
class Witness:
    """Who saw it, and as what (Satpol PP, Inspektorat, ...)."""

    name: str
    position: str


@dataclass(frozen=True, slots=True)
class Destruction:
    """Where and how they were destroyed, and before whom."""

    where: str
    way: str
    witnesses: tuple[Witness, ...]


def berita_acara_pemusnahan(
    number: str,
    *,
    office: Office,
    officer: Person,
    position: str,
    kind: str,
    rows: Sequence[SpoiledRow],
    seen: Destruction,
    time: int,
    copy: int = 0,
) -> Paper:
    """The berita acara of destroyed blanko. ``kind`` is what they are called (KIA), ``position``
    the role in which the officer signs, ``time`` (ms) when it was."""
    title = say("BERITA ACARA PEMUSNAHAN BLANKO")
    count = sum(row.count for row in rows)
    figures = say("{n} ({huruf}) keping", n=count, huruf=terbilang(count))
    blocks: tuple[Block, ...] = (
        *kop(office, title),
        Pair(say("Nomor"), number),
        Pair(say("Hari/tanggal"), long_day(time)),
        Pair(say("Pukul"), say("{waktu} WIB", waktu=day_and_time(time).partition(" ")[2])),
        Pair(say("Tempat"), seen.where),
        Pair(say("Blanko"), kind),
        Pair(say("Jumlah"), figures),
        Rule(),
        Line(
            say(
                "Pada hari ini, {hari}, bertempat di {tempat}, telah dimusnahkan dengan cara"
                " {cara} blanko {jenis} rusak sebanyak {jumlah} menurut daftar di bawah ini,"
                " disaksikan oleh para saksi yang menandatangani berita acara ini.",
                hari=long_day(time),
                tempat=seen.where,
                cara=seen.way,
                jenis=kind,
                jumlah=figures,
            )
        ),
        Gap(),
        _table(rows),
        Rule(),
        Line(say("Jumlah seluruhnya: {jumlah}", jumlah=figures), bold=True),
        Line(say("Dasar: SE Mendagri 470.13/11176/SJ Tahun 2018.")),
        Gap(),
        *_signed(officer, position, seen.witnesses),
    )
    return Paper("pemusnahan", number, title, blocks, copy)


def _signed(
    officer: Person, position: str, witnesses: Sequence[Witness]
) -> tuple[Signatures, Gap, Signatures]:
    """Who did it and who answers for him; below them those who saw it."""
    role = said(ROLES.get(position, position))
    return (
        Signatures(
            (
                SignatureBox(say("Yang memusnahkan,"), officer.name, role),
                SignatureBox(say("Mengetahui,"), "", say("Kepala/atasan langsung")),
            )
        ),
        Gap(),
        Signatures(
            tuple(
                SignatureBox(say("Saksi {n},", n=at), one.name, one.position)
                for at, one in enumerate(witnesses, 1)
            )
        ),
    )


def _table(rows: Sequence[SpoiledRow]) -> Table:
    return Table(
        (say("No"), say("Nomor seri"), say("Keping"), say("Dicatat"), say("Sebab rusak")),
        (3, 14, 6, 10, 20),
        tuple(
            (
                str(at),
                row.serial or say("(tak terbaca)"),
                str(row.count),
                day_and_time(row.day).partition(" ")[0],
                row.reason or "-",
            )
            for at, row in enumerate(rows, 1)
        ),
        stretch=4,
    )


def surat_kirim_blanko(
    number: str,
    *,
    office: Office,
    officer: Person,
    target: str,
    kind: str,
    count: int,
    serials: str,
    note: str,
    time: int,
    qr: str,
    copy: int = 0,
) -> Paper:
    """The letter that goes with blanko to another place, by which they are counted in there.

    ``target`` is the name of that place, ``serials`` the range as it was typed (may be empty),
    ``time`` (ms) when they left.
    """
    title = say("SURAT KIRIM BLANKO")
    figures = say("{n} ({huruf}) keping", n=count, huruf=terbilang(count))
    blocks: tuple[Block, ...] = (
        *kop(office, title),
        Pair(say("Nomor"), number),
        Pair(say("Tanggal"), long_day(time)),
        Pair(say("Dibuat"), say("{waktu} WIB", waktu=day_and_time(time))),
        Pair(say("Dari"), office.name),
        Pair(say("Kepada"), target),
        Pair(say("Blanko"), kind),
        Pair(say("Jumlah"), figures),
        *((Pair(say("Nomor seri"), serials),) if serials else ()),
        *((Pair(say("Catatan"), note),) if note else ()),
        Rule(),
        Line(say("Hitung sebelum menandatangani. Bila berbeda, tulis jumlah yang datang:")),
        Pair(say("Yang datang"), say("............ keping")),
        Gap(),
        hand_over_boxes(officer),
        Qr(qr, say("Pindai untuk menerima: {n} keping", n=count)),
    )
    return Paper("kirim-blanko", number, title, blocks, copy)
