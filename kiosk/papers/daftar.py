"""The list that travels with files handed over together, counted and signed on both sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
from kiosk.texts import say


@dataclass(frozen=True, slots=True)
class DaftarRow:
    """One file of a list. ``note`` is the remark, on a return what is to be mended."""

    number: str
    child: str
    mother: str
    note: str = ""


def daftar_permohonan(
    batch: str,
    *,
    office: Office,
    officer: Person,
    target: str,
    rows: Sequence[DaftarRow],
    time: int,
    qr: str,
    returned: bool = False,
    copy: int = 0,
) -> Paper:
    """Daftar Permohonan: output of KADO CAMER step 1 (SOP 060/Dukcapil-PDIP/1240/2021).

    ``returned`` makes it the list of files that go back incomplete (steps 2 and 7), each with
    its note. ``time`` (ms) is when the batch left, ``target`` the name of where it goes.
    """
    title = say("DAFTAR PENGEMBALIAN BERKAS") if returned else say("DAFTAR PERMOHONAN")
    count = len(rows)
    blocks: tuple[Block, ...] = (
        *kop(office, title),
        Pair(say("Nomor"), batch),
        Pair(say("Tanggal"), long_day(time)),
        Pair(say("Dibuat"), say("{waktu} WIB", waktu=day_and_time(time))),
        Pair(say("Dari"), office.name),
        Pair(say("Kepada"), target),
        Rule(),
        _returned(rows) if returned else _sent(rows),
        Rule(),
        Line(say("Jumlah: {n} ({huruf}) berkas", n=count, huruf=terbilang(count)), bold=True),
        Gap(),
        hand_over_boxes(officer),
        Qr(qr, say("Pindai untuk menerima: {n} berkas", n=count)),
    )
    return Paper("kembali" if returned else "daftar", batch, title, blocks, copy)


def hand_over_boxes(giver: Person, receiver: str = "") -> Signatures:
    """The two boxes of a hand-over; the receiver writes name, day and time by pen."""
    return Signatures(
        (
            SignatureBox(say("Yang menyerahkan,"), giver.name, say("Tgl/jam:")),
            SignatureBox(receiver or say("Yang menerima,"), "", say("Tgl/jam:")),
        )
    )


def _sent(rows: Sequence[DaftarRow]) -> Table:
    return Table(
        (say("No"), say("Nomor resi"), say("Nama anak"), say("Nama ibu"), say("Ket")),
        (3, 18, 18, 18, 8),
        tuple(
            (str(at), row.number, _name(row.child), row.mother, row.note)
            for at, row in enumerate(rows, 1)
        ),
        stretch=2,
    )


def _returned(rows: Sequence[DaftarRow]) -> Table:
    return Table(
        (say("No"), say("Nomor resi"), say("Nama anak"), say("Yang perlu dilengkapi")),
        (3, 18, 18, 24),
        tuple((str(at), row.number, _name(row.child), row.note) for at, row in enumerate(rows, 1)),
        stretch=3,
    )


def _name(child: str) -> str:
    return child or say("(data belum tiba)")
