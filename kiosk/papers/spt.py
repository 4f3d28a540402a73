"""Surat perintah tugas: who goes to the prison, on what ground, for what, where and when.

SOP 060/Dukcapil-PDIP/1240/2021 (MAS RAPID) step 4 names it and prints no form of it; its parts are
those of every office's SPT.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.papers.dates import long_day, written_day
from kiosk.papers.facts import Office, kop
from kiosk.papers.model import (
    Block,
    Gap,
    Heading,
    Item,
    Line,
    Pair,
    Paper,
    SignatureBox,
    Signatures,
)
from kiosk.papers.words import terbilang
from kiosk.texts import say

OPEN = "." * 24
"""Room for a pen where nobody has told it yet."""


@dataclass(frozen=True, slots=True)
class Duty:
    """What an SPT says. ``number`` is the office's own ('' is left open for a pen), ``ground`` the
    letters and rules it stands on, ``officers`` who goes, each as one line (name, rank, NIP),
    ``place`` and ``day`` (ISO) where and when, ``hours`` from when to when, ``names`` how many are
    recorded, ``signer`` who signs, and in what office."""

    number: str
    ground: Sequence[str]
    officers: Sequence[str]
    place: str
    day: str
    hours: str
    names: int
    signer: str = ""
    position: str = ""


def surat_perintah_tugas(case: str, *, office: Office, duty: Duty, time: int) -> Paper:
    """The SPT of one kegiatan (its number is ``case``), made at ``time`` (ms)."""
    title = say("SURAT PERINTAH TUGAS")
    people = duty.officers or (OPEN, OPEN)
    blocks: tuple[Block, ...] = (
        *kop(office, title),
        Line(say("Nomor: {nomor}", nomor=duty.number or OPEN), center=True),
        Gap(),
        Line(say("Dasar:"), bold=True),
        *(Item(one, f"{at}.") for at, one in enumerate(duty.ground, 1)),
        Gap(),
        Heading(say("MEMERINTAHKAN")),
        Line(say("Kepada:"), bold=True),
        *(Item(one, f"{at}.") for at, one in enumerate(people, 1)),
        Gap(),
        Line(say("Untuk:"), bold=True),
        Item(
            say(
                "Melaksanakan perekaman KTP-el bagi {n} ({huruf}) orang menurut daftar yang lulus"
                " verifikasi.",
                n=duty.names,
                huruf=terbilang(duty.names),
            ),
            "1.",
        ),
        Item(say("Menyerahkan KTP-el menurut daftar perekaman dengan berita acara."), "2."),
        Item(say("Melaporkan hasilnya dengan lembar penutup setelah kegiatan."), "3."),
        Gap(),
        Pair(say("Tempat"), duty.place or OPEN),
        Pair(say("Hari/tanggal"), written_day(duty.day) if duty.day else OPEN),
        Pair(say("Pukul"), duty.hours or OPEN),
        Pair(say("Kegiatan"), case),
        Gap(),
        Line(say("Ditetapkan di ......................, {hari}", hari=long_day(time))),
        Signatures(
            (
                SignatureBox(
                    duty.position or say("Kepala Bidang Pendaftaran Penduduk,"),
                    duty.signer,
                    say("NIP:"),
                ),
            )
        ),
    )
    return Paper("spt", case, title, blocks)
