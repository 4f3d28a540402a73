"""Tanda terima: what the applicant takes home, and brings back to collect."""

from __future__ import annotations

from collections.abc import Sequence

from config.blanko import BLANKO
from config.forms import Form
from config.policy import Relation
from config.procedures import Outcome, Procedure, Step
from kiosk.cases.masks import mask_nik, mask_phone
from kiosk.cases.state import CaseState
from kiosk.cases.subject import subject_of
from kiosk.papers.dates import day_and_time, written_day
from kiosk.papers.facts import Office, Person, checklist, kop
from kiosk.papers.model import Block, Gap, Heading, Item, Line, Pair, Paper, Qr, Rule
from kiosk.texts import said, say


def resi(
    state: CaseState,
    *,
    office: Office,
    officer: Person,
    procedure: Procedure,
    code: str,
    paraf: str,
    qr: str,
    form: Form | None = None,
    relations: Sequence[Relation] = (),
    collect_at: str = "",
    copy: int = 0,
) -> Paper:
    """The receipt (lembar penerimaan permohonan) of SOP 060/Dukcapil-PDIP/1250/2021 step 2.

    ``code`` is the kode permohonan, ``paraf`` the first signs of the hash of the entry that took
    the case in ('' when unknown), ``collect_at`` the name of the place where the card will lie,
    ``relations`` who may collect it there. No full NIK and no full phone number is printed.
    """
    title = say("TANDA TERIMA PERMOHONAN")
    shown = checklist(form, state.values) if form else ()
    blocks: tuple[Block, ...] = (
        *kop(office, title),
        Heading(state.number, large=True),
        Heading(say("Kode permohonan: {kode}", kode=code)),
        *_case(state, procedure),
        *((Rule(), Line(say("Surat yang ditunjukkan:"), bold=True), *shown) if shown else ()),
        Rule(),
        *_next(state, procedure),
        *_collecting(procedure, relations, collect_at),
        Rule(),
        Pair(say("Petugas"), f"{officer.name} ({officer.initials})"),
        *((Pair(say("Paraf"), paraf),) if paraf else ()),
        Qr(qr, say("Pindai untuk memeriksa resi ini")),
        Gap(),
        Line(say("Data Anda hanya untuk layanan ini (UU 27/2022)."), center=True),
    )
    return Paper("resi", state.number, title, blocks, copy)


def _case(state: CaseState, procedure: Procedure) -> list[Pair]:
    who = subject_of(state.values)
    facts = [
        (say("Layanan"), said(procedure.title)),
        (say("Diterima"), say("{waktu} WIB", waktu=day_and_time(state.created))),
        (say("Nama anak") if "anak_nama" in state.values else say("Nama"), who.name),
        (say("NIK"), mask_nik(who.nik)),
        (say("Tgl lahir"), written_day(who.birth)),
        (say("Nama ibu"), who.mother),
        (say("NIK ibu"), mask_nik(who.mother_nik)),
        (say("Telepon"), mask_phone(who.phone)),
        (say("Resi kembar"), ", ".join(state.linked)),
    ]
    return [Pair(label, value) for label, value in facts if value]


def _next(state: CaseState, procedure: Procedure) -> list[Block]:
    """What becomes of the file now, in the words of the procedure."""
    blocks: list[Block] = [Line(say("Selanjutnya:"), bold=True)]
    following = _following(state, procedure)
    if following:
        blocks.append(Item(said(following.activity)))
    if state.values.get("email") and any(_sends(one) for one in _outcomes(procedure)):
        blocks.append(Item(say("Dokumen dikirim ke email yang Anda daftarkan.")))
    return blocks


def _following(state: CaseState, procedure: Procedure) -> Step | None:
    """The step after the one in which the case was taken in."""
    if procedure.begin is not procedure.first:
        return procedure.begin
    ways = (one for one in procedure.first.outcomes if one.kind == "maju")
    forward = next((one for one in ways if one.fits(state.values)), None)
    return procedure.find(forward.to) if forward else None


def _collecting(
    procedure: Procedure, relations: Sequence[Relation], collect_at: str
) -> list[Block]:
    """Where and by whom the card is collected; nothing where no applicant collects one."""
    collected = next((one for one in _outcomes(procedure) if one.claim and one.policy), None)
    if collected is None:
        return []
    card = BLANKO.get(collected.claim, collected.claim)
    blocks: list[Block] = [Gap(), Line(say("Pengambilan {kartu}:", kartu=card), bold=True)]
    if collect_at:
        blocks.append(Item(say("Bawa resi ini ke {tempat}.", tempat=collect_at)))
    else:
        blocks.append(Item(say("Bawa resi ini; tempat pengambilan diberitahukan petugas.")))
    if relations:
        blocks.append(Line(say("Yang boleh mengambil, dan suratnya:")))
    return [
        *blocks,
        *(Item(f"{said(one.label)}: {', '.join(map(said, one.papers))}") for one in relations),
    ]


def _outcomes(procedure: Procedure) -> list[Outcome]:
    return [outcome for step in procedure.steps for outcome in step.outcomes]


def _sends(outcome: Outcome) -> bool:
    return any(field.key == "email" for field in outcome.fields)
