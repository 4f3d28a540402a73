"""What the case screen says of a case, line by line, and what its step wants (F1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.roles import ROLES
from kiosk.cases.card import CLOSED, CardLine, describe
from kiosk.cases.card_words import exception_word
from kiosk.cases.margins import wall_word, worked_word
from kiosk.cases.masks import mask_nik, mask_phone
from kiosk.cases.reporting import answers_in
from kiosk.cases.subject import subject_of
from kiosk.papers.dates import written_day
from kiosk.screens.words import (
    link_word,
    place_word,
    short_stamp,
    spoken_title,
    status_word,
)
from kiosk.texts import said, say

if TYPE_CHECKING:
    from config.procedures import Outcome, Procedure, Step
    from kiosk.cases.standard import CaseTime, StepTime
    from kiosk.cases.state import CaseState
    from kiosk.desk.views import CaseView, Related


TOLD = "isi"
"""The answer that holds what a caller asks or complains of."""


def told_line(line: CardLine, procedure: Procedure | None) -> str:
    """A line of the card with all that was written down with it."""
    return describe(line._replace(note=answers_in(line, procedure)), place_word)


def case_facts(view: CaseView, procedure: Procedure | None) -> list[str]:
    """Who it is about, where it stands, how its time stands, what is to be known."""
    state = view.state
    if state is None:
        return [
            say("Data kasus ini belum tiba di kiosk ini."),
            say("Berkas yang sudah di tangan tetap dapat diterima dan diparaf."),
        ]
    pusat = (
        say("sudah di pusat")
        if view.synced
        else say("{n} baris hanya di kiosk ini", n=view.waiting_entries)
    )
    lines = [
        *_persons(state),
        *([say("Urusan: {title}", title=spoken_title(procedure.title))] if procedure else []),
        _standing(state),
        *_time(view),
        say("Kiosk : tercatat   Pusat: {pusat}", pusat=pusat),
    ]
    if view.related:
        lines.append(_related(view.related))
    if state.noted and (note := answers_in(state.noted, procedure)):
        lines.append(say("Catatan: {note}", note=note))
    elif view.exceptions:
        kind = exception_word(view.exceptions[0].kind)
        lines.append(say("! Pengecualian: {kind} (F9)", kind=kind))
    return lines


def _persons(state: CaseState) -> list[str]:
    """Whom the case is about: a child with its parents, or one person."""
    who = subject_of(state.values)
    sex, born = who.sex or "-", written_day(who.birth) or "-"
    nik, phone = mask_nik(who.nik), mask_phone(who.phone) or "-"
    if "anak_nama" in state.values:
        known = say("   NIK {nik}", nik=nik) if nik else ""
        first = say("Anak  : {name}  ({sex}) lahir {born}", name=who.name, sex=sex, born=born)
        mother, father = who.mother or "-", who.father or "-"
        return [
            first + known,
            say("Ibu   : {name}  NIK {nik}", name=mother, nik=mask_nik(who.mother_nik) or "-"),
            say("Ayah  : {name}   Telp {phone}", name=father, phone=phone),
        ]
    if not who.name:
        return [say("Telp  : {phone}", phone=phone)] if who.phone else []
    lines = [say("Nama  : {name}", name=who.name)]
    if who.birth or who.sex:
        lines[0] += say("  ({sex}) lahir {born}", sex=sex, born=born)
    numbers = [
        *([say("NIK {nik}", nik=nik)] if nik else []),
        *([say("KK {kk}", kk=mask_nik(who.kk))] if who.kk else []),
        *([say("Telp {phone}", phone=phone)] if who.phone else []),
    ]
    if numbers:
        lines.append("        " + "   ".join(numbers))
    if state.values.get(TOLD):
        lines.append(say("Isi   : {text}", text=state.values[TOLD]))
    return lines


def _related(related: tuple[Related, ...]) -> str:
    """The first case that belongs together with this one, and how to open them."""
    one = related[0]
    words = f"{link_word(one.kind)} {one.number} {one.name}".strip()
    if len(related) > 1:
        return say("Tautan: {first}, dan {n} lagi (T)", first=words, n=len(related) - 1)
    return say("Tautan: {first} (T)", first=words)


# -- where it is -----------------------------------------------------------------------------------


def _standing(state: CaseState) -> str:
    """Status, step, and who has the file now, in one line."""
    status, step = status_word(state.status), state.step or "-"
    if state.status == CLOSED:
        return say("Status: {status}", status=status)
    return say(
        "Status: {status}, langkah {step}   {where}", status=status, step=step, where=_where(state)
    )


def _where(state: CaseState) -> str:
    """Where the file is now, in words."""
    if state.transit is not None:
        role, place = state.transit.role, place_word(state.transit.to)
        if role:
            return say("menuju {role} ({place})", role=said(ROLES.get(role, role)), place=place)
        return say("menuju {place}", place=place)
    if not state.holder_place:
        return ""
    role, place = state.holder_role, place_word(state.holder_place)
    if role:
        return say("pada {role} ({place})", role=said(ROLES.get(role, role)), place=place)
    return say("di {place}", place=place)


# -- how its time stands ---------------------------------------------------------------------------


def _time(view: CaseView) -> list[str]:
    """The time of the present step, or of the whole case once it is over."""
    if view.time is not None:
        return [say("Waktu : {words}", words=step_time(view.time))]
    if view.whole is not None and view.state and view.state.status == CLOSED:
        return [say("Waktu : {words}", words=whole_time(view.whole))]
    return []


def step_time(time: StepTime) -> str:
    """Used of standard in working time, the wall clock's time, and when it is due; or who is
    waited for."""
    words = _step_time(time)
    if time.clock == "jalan" and time.due and not time.sure:
        words += " " + say("(perkiraan)")
    return words + (" " + say("(jam tidak cocok)") if time.doubtful else "")


def _step_time(time: StepTime) -> str:
    used, wall = worked_word(time.used), wall_word(time.wall)
    standard = worked_word(time.standard) if time.standard else ""
    if time.clock == "pemohon":
        return say("menunggu pemohon {waited}, jam berhenti", waited=wall_word(time.waited))
    if time.clock == "belum":
        since = short_stamp(time.came)
        if not standard:
            return say("belum diterima sejak {since}", since=since)
        return say("belum diterima sejak {since}, baku {n}", since=since, n=standard)
    if not standard:
        return say("{used} kerja, tanpa waktu baku (dinding {wall})", used=used, wall=wall)
    spent = {"used": used, "standard": standard, "wall": wall}
    if time.late:
        return say("LAMBAT: {used} dari {standard} (dinding {wall})", **spent)
    if time.clock == "berhenti":
        return say("berhenti, berkas di jalan; {used} dari {standard}", **spent)
    due = short_stamp(time.due)
    return say("{used} dari {standard} (dinding {wall}), batas {due}", due=due, **spent)


def whole_time(whole: CaseTime) -> str:
    """The time of the whole case, working and wall, and how long the applicant was waited for."""
    used, wall = worked_word(whole.used), wall_word(whole.wall)
    if not whole.waited:
        return say("seluruhnya {used} kerja, dinding {wall}", used=used, wall=wall)
    return say(
        "seluruhnya {used} kerja, dinding {wall}, pemohon {waited}",
        used=used,
        wall=wall,
        waited=wall_word(whole.waited),
    )


# -- what the step wants ---------------------------------------------------------------------------


def step_words(procedure: Procedure, step: Step, view: CaseView) -> list[str]:
    """What the SOP says of a step, and how its time stands in this case."""
    roles = ", ".join(said(ROLES.get(role, role)) for role in step.roles)
    lines = [
        f"{procedure.number}  " + say("langkah {step}", step=step.sop or step.id),
        said(step.activity),
        say("Oleh: {roles}", roles=roles),
    ]
    if step.output:
        lines.append(say("Hasil: {output}", output=said(step.output)))
    if step.minutes:
        lines.append(say("Waktu baku: {n}, {per}", n=worked_word(step.minutes), per=_per(step)))
    if view.time is not None:
        lines.append(say("Waktu sekarang: {words}", words=step_time(view.time)))
    if view.whole is not None:
        lines.append(say("Waktu kasus: {words}", words=whole_time(view.whole)))
    if step.requires:
        lines.append(say("Kelengkapan: {papers}", papers="; ".join(map(said, step.requires))))
    return [*lines, "", *(_outcome_words(outcome) for outcome in step.outcomes)]


def _per(step: Step) -> str:
    """What a standard time is for."""
    match step.per:
        case "orang":
            return say("tiap orang")
        case "batch":
            return say("tiap daftar")
        case "berkas":
            return say("tiap permohonan")


def _outcome_words(outcome: Outcome) -> str:
    text = f"- {said(outcome.label)}"
    return f"{text}: {said(outcome.help)}" if outcome.help else text
