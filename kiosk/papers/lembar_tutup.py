"""The lists of one kegiatan MAS RAPID: who passed, who was left out, and the sheet that closes it.

SOP 060/Dukcapil-PDIP/1240/2021: output of step 3 is the list of names that passed verification;
register 5 is the report of the recordings, in which here every name has its outcome.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.cases.masks import mask_nik
from kiosk.papers.dates import day_and_time, written_day
from kiosk.papers.facts import Office, Person, kop
from kiosk.papers.model import (
    Block,
    Gap,
    Line,
    Pair,
    Paper,
    Rule,
    SignatureBox,
    Signatures,
    Table,
)
from kiosk.papers.words import terbilang
from kiosk.texts import say


@dataclass(frozen=True, slots=True)
class NameRow:
    """One name. ``nik`` is full and masked on the paper, ``outcome`` in the office's words,
    ``note`` why."""

    number: str
    name: str
    nik: str
    birth: str = ""
    block: str = ""
    registration: str = ""
    outcome: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row of the prison's list that was not taken: ``at`` its row there, ``why`` in words."""

    at: int
    name: str
    nik: str
    why: str


@dataclass(frozen=True, slots=True)
class Event:
    """Which kegiatan a list is of: its number, the prison, the day (ISO), the SPT's number."""

    number: str
    prison: str
    day: str = ""
    spt: str = ""


def daftar_lulus(
    event: Event,
    *,
    office: Office,
    section: str,
    division: str,
    rows: Sequence[NameRow],
    time: int,
) -> Paper:
    """The names that passed verification, for the Kepala Bidang's approval (SOP steps 3 and 4).

    ``section`` and ``division`` name the Kepala Seksi and Kepala Bidang who passed it on, as far as
    they have; whoever prints it signs for neither.
    """
    title = say("DAFTAR NAMA YANG LULUS VERIFIKASI")
    table = Table(
        (say("No"), say("Nama"), say("NIK"), say("Tgl lahir"), say("Blok"), say("No. reg")),
        (3, 18, 16, 10, 8, 12),
        tuple(
            (
                str(at),
                row.name,
                mask_nik(row.nik) or say("belum ada"),
                written_day(row.birth),
                row.block,
                row.registration,
            )
            for at, row in enumerate(rows, 1)
        ),
    )
    blocks: tuple[Block, ...] = (
        *_head(event, office, title, time),
        table,
        Rule(),
        _sum(len(rows)),
        Gap(),
        Signatures(
            (
                SignatureBox(say("Kepala Bidang,"), division, say("Tgl/jam:")),
                SignatureBox(say("Kepala Seksi,"), section, say("Tgl/jam:")),
            )
        ),
    )
    return Paper("daftar-nama", event.number, title, blocks)


def daftar_ditinggal(
    event: Event, *, office: Office, officer: Person, rows: Sequence[LeftOut], time: int
) -> Paper:
    """The rows of the prison's list that were not taken, with the reason; goes back to it."""
    title = say("BARIS YANG TIDAK DITERIMA")
    table = Table(
        (say("Baris"), say("Nama"), say("NIK"), say("Sebab")),
        (5, 18, 16, 24),
        tuple((str(row.at), row.name, mask_nik(row.nik) or "-", row.why) for row in rows),
        stretch=3,
    )
    blocks: tuple[Block, ...] = (
        *_head(event, office, title, time),
        table,
        Rule(),
        _sum(len(rows)),
        Line(say("Kirim daftar yang sudah diperbaiki bila nama-nama ini akan direkam.")),
        Gap(),
        Signatures((SignatureBox(say("Petugas,"), officer.name, say("Tgl/jam:")),)),
    )
    return Paper("daftar-tolak", event.number, title, blocks)


def lembar_tutup(
    event: Event,
    *,
    office: Office,
    officer: Person,
    rows: Sequence[NameRow],
    time: int,
    copy: int = 0,
) -> Paper:
    """The closing sheet: every name with its outcome, and how many of each there are.

    What is recorded and cannot be printed yet has its own line: its printing goes on afterwards.
    """
    title = say("LEMBAR PENUTUP PEREKAMAN")
    table = Table(
        (say("No"), say("Nama"), say("NIK"), say("Blok"), say("Hasil"), say("Ket")),
        (3, 18, 16, 8, 18, 12),
        tuple(
            (
                str(at),
                row.name,
                mask_nik(row.nik) or say("belum ada"),
                row.block,
                row.outcome,
                row.note,
            )
            for at, row in enumerate(rows, 1)
        ),
    )
    sums = Counter(row.outcome for row in rows)
    blocks: tuple[Block, ...] = (
        *_head(event, office, title, time),
        table,
        Rule(),
        *(
            Pair(outcome, say("{n} ({huruf})", n=n, huruf=terbilang(n)))
            for outcome, n in sorted(sums.items(), key=lambda one: (-one[1], one[0]))
        ),
        _sum(len(rows)),
        Gap(),
        Signatures(
            (
                SignatureBox(say("Pihak Lapas,"), "", say("Tgl/jam:")),
                SignatureBox(say("Petugas,"), officer.name, say("Tgl/jam:")),
            )
        ),
    )
    return Paper("lembar-tutup", event.number, title, blocks, copy)


def _head(event: Event, office: Office, title: str, time: int) -> tuple[Block, ...]:
    return (
        *kop(office, title),
        Pair(say("Kegiatan"), event.number),
        Pair(say("Lapas/Rutan"), event.prison),
        *((Pair(say("Tanggal"), written_day(event.day)),) if event.day else ()),
        *((Pair(say("Nomor SPT"), event.spt),) if event.spt else ()),
        Pair(say("Dibuat"), say("{waktu} WIB", waktu=day_and_time(time))),
        Rule(),
    )


def _sum(count: int) -> Line:
    return Line(
        say("Jumlah seluruhnya: {n} ({huruf}) orang", n=count, huruf=terbilang(count)), bold=True
    )
