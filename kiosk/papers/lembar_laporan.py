"""Lembar Laporan: what AKAPELA writes down of a call (SOP 060/Dukcapil-PDIP/702/2020).

The SOP names the sheet among the things needed at steps 2 to 8 and "laporan pelayanan" as the
output of step 8; what it must hold is taken from its registers. Telephone, NIK and KK are masked:
the sheet lies on a desk. The list of a day's calls is a report (kiosk.cases.calls).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.cases.calls import Call
from kiosk.cases.masks import mask_nik, mask_phone
from kiosk.cases.reporting import Case, kind_of
from kiosk.cases.subject import subject_of
from kiosk.papers.dates import day_and_time
from kiosk.papers.facts import Office, Person, kop
from kiosk.papers.model import (
    Block,
    Gap,
    Heading,
    Item,
    Line,
    Pair,
    Paper,
    Rule,
    SignatureBox,
    Signatures,
)
from kiosk.texts import said, say


@dataclass(frozen=True, slots=True)
class Complaint:
    """Who complained of what: ``phone`` and ``identity`` (NIK or KK) masked, ``related`` the
    numbers of the cases it is about."""

    number: str
    name: str
    phone: str
    identity: str
    kind: str
    text: str
    related: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """One thing done about a call: when (ms), what in plain words, by whom."""

    time: int
    what: str
    who: str


def lembar_laporan(
    complaint: Complaint,
    call: Call,
    done: Sequence[Done],
    *,
    office: Office,
    officer: Person,
    answered_by: str,
    copy: int = 0,
) -> Paper:
    """The sheet of one complaint, with what was ``done`` about it, oldest first."""
    title = say("LEMBAR LAPORAN PENGADUAN")
    facts = [
        (say("Mulai"), say("{waktu} WIB", waktu=day_and_time(call.began))),
        (say("Nama"), complaint.name),
        (say("Telepon"), complaint.phone),
        (say("NIK/KK"), complaint.identity),
        (say("Jenis"), complaint.kind),
        (say("Kasus terkait"), ", ".join(complaint.related)),
    ]
    blocks: tuple[Block, ...] = (
        *kop(office, title),
        Heading(complaint.number, large=True),
        *(Pair(label, value) for label, value in facts if value),
        Rule(),
        Line(say("Yang disampaikan penelepon:"), bold=True),
        Line(complaint.text or "-"),
        Rule(),
        Line(say("Yang dikerjakan:"), bold=True),
        *(Item(f"{one.what} ({one.who})", day_and_time(one.time)) for one in done),
        Rule(),
        Pair(say("Jalur SOP"), call.path),
        Pair(say("Dijawab"), _answered(call, answered_by)),
        Pair(say("Hasil"), said(call.outcome) or say("belum selesai")),
        Pair(say("Waktu"), _minutes(call)),
        Gap(),
        Signatures((SignatureBox(say("Petugas,"), officer.name),)),
    )
    return Paper("lembar-laporan", complaint.number, title, blocks, copy)


def complaint_of(case: Case) -> Complaint:
    """What a complaint's sheet says of its caller."""
    state = case.state
    who = subject_of(state.values)
    return Complaint(
        number=state.number,
        name=who.name,
        phone=mask_phone(who.phone),
        identity=", ".join(mask_nik(one) for one in (who.nik, who.kk) if one),
        kind=kind_of(case),
        text=state.values.get("isi", ""),
        related=tuple(link.number for link in state.links),
    )


def _answered(call: Call, by: str) -> str:
    if not call.answered:
        return say("belum")
    return say("{waktu} WIB oleh {petugas}", waktu=day_and_time(call.answered), petugas=by or "-")


def _minutes(call: Call) -> str:
    if not call.standard:
        return say("{n} menit kerja", n=call.used)
    return say("{n} menit kerja, menurut SOP {baku}", n=call.used, baku=call.standard)
