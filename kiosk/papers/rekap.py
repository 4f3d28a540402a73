"""Rekap distribusi KIA: the cards that go to one kecamatan, by kelurahan of domicile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from kiosk.cases.masks import mask_nik
from kiosk.papers.daftar import hand_over_boxes
from kiosk.papers.dates import day_and_time, long_day
from kiosk.papers.facts import Office, Person, kop
from kiosk.papers.model import Block, Gap, Line, Pair, Paper, Qr, Rule, Table
from kiosk.papers.words import terbilang
from kiosk.texts import say


@dataclass(frozen=True, slots=True)
class RekapRow:
    """One card. ``nik`` is the child's own and full, empty as long as SIAK has not given one."""

    number: str
    child: str
    parents: str
    kelurahan: str
    nik: str = ""
    note: str = ""


def rekap_distribusi(
    batch: str,
    *,
    office: Office,
    officer: Person,
    target: str,
    rows: Sequence[RekapRow],
    time: int,
    qr: str,
    kecamatan: str = "",
    copy: int = 0,
) -> Paper:
    """Output of SOP 060/Dukcapil-PDIP/1250/2021 step 4, and the paper of step 5's hand-over.

    The cards are put in order of kelurahan and then as given; NIK are masked, and a child
    without one reads "belum ada". ``time`` (ms) is when the batch left.
    """
    title = say("REKAP DISTRIBUSI KIA")
    count, words = len(rows), terbilang(len(rows))
    blocks: tuple[Block, ...] = (
        *kop(office, title),
        Pair(say("Nomor"), batch),
        *((Pair(say("Kecamatan"), kecamatan),) if kecamatan else ()),
        Pair(say("Tanggal"), long_day(time)),
        Pair(say("Dibuat"), say("{waktu} WIB", waktu=day_and_time(time))),
        Pair(say("Dari"), office.name),
        Pair(say("Kepada"), target),
        *_groups(rows),
        Rule(),
        Line(say("Jumlah seluruhnya: {n} ({huruf}) keping", n=count, huruf=words), bold=True),
        Gap(),
        Line(
            say(
                "Berita acara: pada hari ini, {hari}, {n} ({huruf}) keping KIA menurut rekap ini"
                " diserahkan oleh {dari} kepada {kepada} dan diterima setelah dihitung bersama.",
                hari=long_day(time),
                n=count,
                huruf=words,
                dari=office.name,
                kepada=target,
            )
        ),
        Gap(),
        hand_over_boxes(officer, say("Yang menerima, Kepala UPTD/petugas")),
        Qr(qr, say("Pindai untuk menerima: {n} keping", n=count)),
    )
    return Paper("rekap", batch, title, blocks, copy)


def _groups(rows: Sequence[RekapRow]) -> list[Block]:
    """One table per kelurahan with its subtotal; the numbers run on through all of them."""
    ordered = enumerate(sorted(rows, key=_kelurahan), 1)
    blocks: list[Block] = []
    for kelurahan, group in groupby(ordered, lambda one: _kelurahan(one[1])):
        lines = tuple(_line(at, row) for at, row in group)
        blocks += [
            Rule(),
            Line(say("Kelurahan {nama}", nama=kelurahan), bold=True),
            Table(
                (
                    say("No"),
                    say("Nomor resi"),
                    say("NIK anak"),
                    say("Nama anak"),
                    say("Orang tua"),
                    say("Ket"),
                ),
                (3, 18, 16, 12, 14, 8),
                lines,
                stretch=3,
            ),
            Line(say("Jumlah {nama}: {n} keping", nama=kelurahan, n=len(lines))),
        ]
    return blocks


def _kelurahan(row: RekapRow) -> str:
    return row.kelurahan or say("(belum diketahui)")


def _line(at: int, row: RekapRow) -> tuple[str, ...]:
    nik = mask_nik(row.nik) if row.nik else say("belum ada")
    return (str(at), row.number, nik, row.child, row.parents, row.note)
