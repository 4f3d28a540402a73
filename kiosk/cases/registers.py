"""The registers of the SOPs (Pencatatan dan Pendataan), line by line, from the cases alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from config.blanko import BLANKO
from kiosk.cases.calls import CALLS
from kiosk.cases.masks import mask_nik, mask_phone
from kiosk.cases.places import place_word
from kiosk.cases.reporting import (
    Case,
    Column,
    Deed,
    Facts,
    Kind,
    Told,
    address_of,
    deeds,
    done_in,
    in_order,
    kind_of,
    shown_answer,
)
from kiosk.cases.subject import subject_of
from kiosk.cases.summaries import INCOMING, TIMES
from kiosk.clock import stamp
from kiosk.texts import said, say

if TYPE_CHECKING:
    from config.procedures import Outcome

CONSULTED = ("kepala-seksi", "kepala-bidang", "kepala-dinas")
"""With whom the SOPs have an officer coordinate and consult."""


def _registered_columns() -> tuple[Column, ...]:
    return (
        Column("no", say("No"), 3),
        Column("nomor", say("Nomor"), 18),
        Column("waktu", say("Waktu"), 16, below=True),
        Column("nama", say("Nama"), 0),
        Column("nik", say("NIK"), 16, screen=False),
        Column("telepon", say("Telepon"), 13, below=True, screen=False),
        Column("jenis", say("Jenis"), 10, screen=False),
        Column("oleh", say("Oleh"), 14),
        Column("tempat", say("Tempat"), 8, below=True, screen=False),
    )


def _registered(case: Case, facts: Facts) -> Iterator[Told]:
    state = case.state
    if not facts.period.holds(state.created):
        return
    who = subject_of(state.values)
    taken = next((line for line in state.lines if line.act == "permohonan"), None)
    yield Told(
        state.created,
        (
            state.number,
            stamp(state.created),
            who.name,
            mask_nik(who.nik or who.mother_nik),
            mask_phone(who.phone),
            kind_of(case),
            facts.officer(taken.officer) if taken else "",
            place_word(state.origin),
        ),
    )


# -- pengiriman dokumen --------------------------------------------------------------------------


def _sent_columns() -> tuple[Column, ...]:
    return (
        Column("no", say("No"), 3),
        Column("waktu", say("Waktu"), 16),
        Column("nomor", say("Nomor"), 18, below=True),
        Column("nama", say("Nama"), 0),
        Column("alamat", say("Alamat"), 16, below=True, screen=False),
        Column("telepon", say("Telepon"), 13, below=True, screen=False),
        Column("dokumen", say("Dokumen"), 14),
        Column("ke", say("Dikirim ke"), 16, screen=False),
        Column("oleh", say("Oleh"), 10, below=True, screen=False),
    )


def sends(outcome: Outcome) -> bool:
    """Whether by this outcome a document leaves for the applicant: by e-mail, by a list of
    finished cards, or into a collector's hands."""
    by_email = any(field.type == "email" and field.required for field in outcome.fields)
    return by_email or bool(outcome.claim) or bool(outcome.batches & {"rekap", "bast"})


def _sent(case: Case, facts: Facts) -> Iterator[Told]:
    who = subject_of(case.state.values)
    for deed in done_in(case, facts):
        if sends(deed.outcome):
            cells = (
                stamp(deed.line.time),
                case.state.number,
                who.name,
                address_of(case, facts),
                mask_phone(who.phone),
                BLANKO.get(deed.step.item) or said(deed.step.output),
                _receiver(case, deed),
                facts.officer(deed.line.officer),
            )
            yield Told(deed.line.time, cells)


def _receiver(case: Case, deed: Deed) -> str:
    """To whom a document went: an address, a collector by name, or a place."""
    isi = deed.line.isi
    named = isi.get("email", "") or isi.get("nama", "")
    if not named and deed.outcome.receiver:
        named = isi.get(deed.outcome.receiver, "") or case.state.values.get(
            deed.outcome.receiver, ""
        )
    if named:
        return named
    after = (line for line in case.state.lines[deed.at :] if line.act == "serah")
    leaving = next(after, None)
    return place_word(leaving.serah_to) if leaving else ""


# -- what was done, and what stood in the way ----------------------------------------------------


def _done_columns() -> tuple[Column, ...]:
    return (
        Column("no", say("No"), 3),
        Column("waktu", say("Waktu"), 16),
        Column("nomor", say("Nomor"), 18, below=True),
        Column("nama", say("Nama"), 0),
        Column("kegiatan", say("Kegiatan"), 14, screen=False),
        Column("hasil", say("Hasil"), 16),
        Column("catatan", say("Catatan"), 16, below=True, screen=False),
        Column("oleh", say("Oleh"), 10, screen=False),
    )


def _done(case: Case, facts: Facts) -> Iterator[Told]:
    for deed in done_in(case, facts):
        yield _done_line(case, deed, facts)


def _consulted(case: Case, facts: Facts) -> Iterator[Told]:
    """What a Kasi, Kabid or Kadis was asked, and what he said."""
    for deed in done_in(case, facts):
        if deed.step.actor in CONSULTED:
            yield _done_line(case, deed, facts)


def _done_line(case: Case, deed: Deed, facts: Facts) -> Told:
    return Told(
        deed.line.time,
        (
            stamp(deed.line.time),
            case.state.number,
            subject_of(case.state.values).name,
            said(deed.step.activity),
            said(deed.outcome.label),
            deed.line.note,
            facts.officer(deed.line.officer),
        ),
    )


def _problem_columns() -> tuple[Column, ...]:
    return (
        Column("no", say("No"), 3),
        Column("waktu", say("Waktu"), 16),
        Column("nomor", say("Nomor"), 18, below=True),
        Column("nama", say("Nama"), 0),
        Column("masalah", say("Masalah"), 22),
        Column("penyelesaian", say("Penyelesaian"), 16, screen=False),
        Column("oleh", say("Oleh"), 10, below=True, screen=False),
    )


def _problems(case: Case, facts: Facts) -> Iterator[Told]:
    """Each time a case was sent back with a note, and how it went on."""
    walked = list(deeds(case))
    for at, deed in enumerate(walked):
        if deed.outcome.kind != "kembali" or not deed.line.note:
            continue
        if not facts.period.holds(deed.line.time):
            continue
        solved = next((one for one in walked[at + 1 :] if one.outcome.kind == "maju"), None)
        cells = (
            stamp(deed.line.time),
            case.state.number,
            subject_of(case.state.values).name,
            deed.line.note,
            _solution(solved),
            facts.officer(deed.line.officer),
        )
        yield Told(deed.line.time, cells)


def _solution(deed: Deed | None) -> str:
    if deed is None:
        return say("belum")
    return f"{stamp(deed.line.time)}: {deed.line.note or said(deed.outcome.label)}"


# -- what became of each -------------------------------------------------------------------------


def _outcome_columns() -> tuple[Column, ...]:
    return (
        Column("no", say("No"), 3),
        Column("nomor", say("Nomor"), 18),
        Column("termasuk", say("Termasuk"), 18, below=True, screen=False),
        Column("nama", say("Nama"), 0),
        Column("nik", say("NIK"), 16, screen=False),
        Column("jenis", say("Jenis"), 10, below=True, screen=False),
        Column("hasil", say("Hasil"), 20),
        Column("waktu", say("Waktu"), 16, below=True, screen=False),
    )


def _outcomes(case: Case, facts: Facts) -> Iterator[Told]:
    """One line for each case at which something was done: all that came of its steps."""
    done = list(done_in(case, facts))
    if not done:
        return
    who = subject_of(case.state.values)
    labels = dict.fromkeys(said(deed.outcome.label) for deed in done)
    last = done[-1].line.time
    cells = (
        case.state.number,
        case.state.parent,
        who.name,
        mask_nik(who.nik or who.mother_nik),
        kind_of(case),
        "; ".join(labels),
        stamp(last),
    )
    yield Told(last, cells)


# -- ralat ---------------------------------------------------------------------------------------


def _corrected_columns() -> tuple[Column, ...]:
    return (
        Column("no", say("No"), 3),
        Column("waktu", say("Waktu"), 16, screen=False),
        Column("nomor", say("Nomor"), 18, below=True),
        Column("isian", say("Isian"), 0),
        Column("lama", say("Lama"), 16),
        Column("baru", say("Baru"), 16, below=True),
        Column("alasan", say("Alasan"), 14, screen=False),
        Column("oleh", say("Oleh"), 10, below=True, screen=False),
    )


def _corrected(case: Case, facts: Facts) -> Iterator[Told]:
    for one in case.state.corrections:
        if facts.period.holds(one.time):
            field = case.form.field(one.key) if case.form.has(one.key) else None
            cells = (
                stamp(one.time),
                case.state.number,
                said(field.label) if field else one.key,
                shown_answer(field, one.old, facts.kelurahan),
                shown_answer(field, one.new, facts.kelurahan),
                one.reason,
                facts.officer(one.officer),
            )
            yield Told(one.time, cells)


KINDS: Mapping[str, Kind] = {
    kind.slug: kind
    for kind in (
        Kind("registrasi", _registered_columns, _registered, in_order),
        INCOMING,
        Kind("pengiriman", _sent_columns, _sent, in_order),
        Kind("masalah", _problem_columns, _problems, in_order),
        Kind("koordinasi", _done_columns, _consulted, in_order),
        Kind("kegiatan", _done_columns, _done, in_order),
        Kind("hasil", _outcome_columns, _outcomes, in_order),
        Kind("ralat", _corrected_columns, _corrected, in_order),
        TIMES,
        CALLS,
    )
}

_MEANT = (
    ("koordinasi", "koordinasi"),
    ("konsultasi", "koordinasi"),
    ("masalah", "masalah"),
    ("pengiriman", "pengiriman"),
    ("dikirim", "pengiriman"),
    ("perekaman", "hasil"),
    ("lembar laporan", "panggilan"),
    ("laporan pelayanan", "hasil"),
    ("registrasi", "registrasi"),
    ("nama pemohon", "registrasi"),
    ("jenis pengaduan", "registrasi"),
    ("permohonan yang masuk", "masuk"),
    ("permohonan masuk", "masuk"),
    ("permohonan", "registrasi"),
)


def kind_for(title: str) -> Kind:
    """The kind that a SOP means by the title of a register or report; one whose title says none of
    the words we know is the register of all that was done."""
    lower = title.casefold()
    return KINDS[next((kind for word, kind in _MEANT if word in lower), "kegiatan")]
