"""Berita acara serah terima: what leaves for a facility or an outside receiver, signed by both.

No SOP prints the form; its fields follow domain practice: number, day and place, both parties,
what is handed over piece by piece, the count in figures and words, what does not agree, witnesses.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from config.blanko import BLANKO
from config.roles import ROLES
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

BLANK = "." * 22
"""Room for a pen."""


@dataclass(frozen=True, slots=True)
class BastRow:
    """One thing handed over. ``item`` is what it is (Step.item), ``note`` the remark: what is to be
    mended of a file that goes back, the masked NIK of a card."""

    number: str
    name: str
    item: str
    note: str = ""


def item_word(item: str) -> str:
    """What the office calls a thing that is handed over."""
    if item in BLANKO:
        return said(BLANKO[item])
    return {"berkas": say("Berkas"), "dokumen": say("Dokumen")}.get(item, item)


def berita_acara(
    batch: str,
    *,
    office: Office,
    officer: Person,
    position: str,
    target: str,
    rows: Sequence[BastRow],
    time: int,
    qr: str,
    outside: bool = False,
    copy: int = 0,
) -> Paper:
    """KADO CAMER step 7 (SOP 060/Dukcapil-PDIP/1240/2021: files and KIA back to the facility) and
    every hand-over to an outside receiver.

    ``position`` is the role in which the officer signs, ``target`` the receiver's name, ``time``
    (ms) when it left; ``outside`` that no kiosk of ours receives it. What only the
    receiver knows is left open for his pen.
    """
    title = say("BERITA ACARA SERAH TERIMA")
    blocks: tuple[Block, ...] = (
        *kop(office, title),
        Pair(say("Nomor"), batch),
        Pair(say("Hari/tanggal"), long_day(time)),
        Pair(say("Dibuat"), say("{waktu} WIB", waktu=day_and_time(time))),
        Pair(say("Tempat"), BLANK),
        Rule(),
        *_parties(office, officer, position, target),
        Rule(),
        Line(say("PIHAK KESATU menyerahkan kepada PIHAK KEDUA:")),
        _table(rows),
        Rule(),
        *_sums(rows),
        Pair(say("Selisih"), BLANK),
        Line(
            say(
                "Dihitung bersama. Bila jumlahnya tidak cocok, tulis selisih dan nomornya sebelum"
                " menandatangani."
            )
        ),
        Gap(),
        *_signatures(officer),
        Qr(qr, _beside_the_qr(outside, len(rows))),
    )
    return Paper("bast", batch, title, blocks, copy)


def _parties(office: Office, officer: Person, position: str, target: str) -> tuple[Block, ...]:
    return (
        Line(say("PIHAK KESATU (yang menyerahkan)"), bold=True),
        Pair(say("Nama"), officer.name),
        Pair(say("NIP"), BLANK),
        Pair(say("Jabatan"), said(ROLES.get(position, position))),
        Pair(say("Instansi"), office.name),
        Line(say("PIHAK KEDUA (yang menerima)"), bold=True),
        Pair(say("Nama"), BLANK),
        Pair(say("Jabatan"), BLANK),
        Pair(say("Instansi"), target),
    )


def _signatures(officer: Person) -> tuple[Block, ...]:
    return (
        Signatures(
            (
                SignatureBox(say("PIHAK KEDUA,"), "", say("Tgl/jam:")),
                SignatureBox(say("PIHAK KESATU,"), officer.name, say("Tgl/jam:")),
            )
        ),
        Gap(),
        Signatures((SignatureBox(say("Saksi 1,")), SignatureBox(say("Saksi 2,")))),
    )


def _sums(rows: Sequence[BastRow]) -> list[Block]:
    """How many of each thing, and of all together, in figures and words."""
    counts = [(item_word(item), n) for item, n in Counter(row.item for row in rows).items()]
    counts.append((say("Jumlah"), len(rows)))
    return [Pair(what, say("{n} ({huruf})", n=n, huruf=terbilang(n))) for what, n in counts]


def _beside_the_qr(outside: bool, count: int) -> str:
    if outside:
        return say("Bukti serah terima: {n} barang", n=count)
    return say("Pindai untuk menerima: {n} barang", n=count)


def _table(rows: Sequence[BastRow]) -> Table:
    return Table(
        (say("No"), say("Nomor"), say("Nama"), say("Barang"), say("Catatan")),
        (3, 18, 18, 7, 16),
        tuple(
            (
                str(at),
                row.number,
                row.name or say("(data belum tiba)"),
                item_word(row.item),
                row.note,
            )
            for at, row in enumerate(rows, 1)
        ),
        stretch=4,
    )
