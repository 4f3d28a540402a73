"""Kartu kendali: the card that goes with the file, each hand-over with both paraf, and what each
step took of its standard time.

Source: the warning box (peringatan) of the Pekanbaru SOPs. Each officer puts paraf and date at
handing over and at receiving, so that it can be seen where a delay arose. What the journal does
not hold is shown as a gap, and steps still to come have room for a paraf by pen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from config.forms import Form
from config.policy import Relation
from config.procedures import CLOSED, Procedure, Step
from kiosk.cases.card import CardLine, Leg, describe
from kiosk.cases.margins import brief_standard, brief_wall, brief_work
from kiosk.cases.resi import kode_permohonan
from kiosk.cases.standard import CaseTime, StepTime
from kiosk.cases.state import CaseState, custody
from kiosk.cases.subject import subject_of
from kiosk.papers.dates import day_and_time
from kiosk.papers.facts import Office, Person, checklist, kop
from kiosk.papers.model import (
    Block,
    Gap,
    Heading,
    Item,
    Line,
    Pair,
    Paper,
    Qr,
    Rule,
    SignatureBox,
    Signatures,
    Table,
)
from kiosk.texts import say

ROOM = "......."
"""Room for a paraf by pen."""

_WORTH_A_NOTE = ("hasil", "pengecualian", "putusan", "selesai")

PersonOf = Callable[[str], Person]


def kartu_kendali(
    state: CaseState,
    *,
    office: Office,
    procedure: Procedure,
    person: PersonOf,
    qr: str,
    form: Form | None = None,
    relations: Sequence[Relation] = (),
    origin: str = "",
    times: tuple[Sequence[StepTime], CaseTime | None] = ((), None),
    copy: int = 0,
) -> Paper:
    """The control card of a case as it stands now.

    ``person`` gives an officer by his id. Without ``form`` the checklist is that of the SOP, to
    be ticked by pen; ``relations`` gives the words for how the collector is related, ``origin``
    the name of the place where the application was taken in, ``times`` the standard times of its
    steps and of the whole case (kiosk.desk.timing).
    """
    title = say("KARTU KENDALI PELAYANAN")
    blocks: tuple[Block, ...] = (
        *kop(office, title),
        Heading(state.number, large=True),
        Heading(say("Kode permohonan: {kode}", kode=kode_permohonan(state.number))),
        *_case(state, procedure, origin),
        Rule(),
        Line(say("Kelengkapan berkas:"), bold=True),
        *(
            checklist(form, state.values)
            if form and state.values
            else [Item(say(paper), "[ ]") for paper in procedure.first.requires]
        ),
        Rule(),
        _hand_overs(state, procedure, person)
        if procedure.berkas
        else _done(state, procedure, person),
        *_times(procedure, *times),
        *_notes(state, person),
        *_collected(state, procedure, person, relations),
        Qr(qr, say("Pindai untuk membuka kasus ini")),
    )
    return Paper("kartu", state.number, title, blocks, copy)


def _case(state: CaseState, procedure: Procedure, origin: str) -> list[Pair]:
    who = subject_of(state.values)
    child = not state.values or "anak_nama" in state.values
    latest = max((line.time for line in state.lines), default=0)
    facts = [
        (say("Layanan"), say(procedure.title)),
        (say("Nomor SOP"), procedure.number),
        (
            say("Nama anak") if child else say("Nama"),
            who.name or ("" if state.values else say("(data belum tiba)")),
        ),
        (say("Nama ibu"), who.mother),
        (say("Asal"), origin or state.origin),
        (say("Keadaan"), say("{waktu} WIB", waktu=day_and_time(latest)) if latest else ""),
    ]
    return [Pair(label, value) for label, value in facts if value]


# -- who had the file, and who took it ---------------------------------------------------------


def _hand_overs(state: CaseState, procedure: Procedure, person: PersonOf) -> Table:
    rows: list[tuple[str, str, str]] = [
        (
            _activity(procedure, line.step),
            say("Pemohon"),
            _paraf(line.officer, line.time, person),
        )
        for line in state.lines
        if line.act == "permohonan" and not line.flag
    ]
    rows += [_leg(leg, procedure, person) for leg in custody(state)]
    rows += [(_with_standard(step), ROOM, ROOM) for step in _still_to_come(state, procedure)]
    return _table((say("Serah"), say("Terima")), rows)


def _done(state: CaseState, procedure: Procedure, person: PersonOf) -> Table:
    """The steps of a case without a paper file: when each began, and who did it."""
    rows: list[tuple[str, str, str]] = []
    began = ""
    for line in state.lines:
        if line.flag or line.act not in ("permohonan", "hasil"):
            continue
        rows.append(
            (_activity(procedure, line.step), began, _paraf(line.officer, line.time, person))
        )
        began = day_and_time(line.time)
    step = procedure.find(state.step)
    if step is not None:
        rows.append((_with_standard(step), began, ROOM))
    return _table((say("Mulai"), say("Selesai")), rows)


def _table(headers: tuple[str, str], rows: Sequence[tuple[str, str, str]]) -> Table:
    return Table(
        (say("No"), say("Tahapan"), *headers),
        (2, 15, 12, 12),
        tuple((str(at), *row) for at, row in enumerate(rows, 1)),
    )


def _with_standard(step: Step) -> str:
    """A step to come, with the time the SOP gives it."""
    activity = say(step.activity)
    if not step.minutes:
        return activity
    return say("{kegiatan} ({waktu})", kegiatan=activity, waktu=brief_standard(step.minutes))


# -- how long it took ------------------------------------------------------------------------------


def _times(
    procedure: Procedure, times: Sequence[StepTime], whole: CaseTime | None
) -> Iterator[Block]:
    """Standard, working and wall time of the steps done, and where the applicant was waited for;
    nothing on a card that has only just begun."""
    if not any(one.end for one in times):
        return
    yield Rule()
    yield Line(say("Waktu tiap langkah:"), bold=True)
    headers = (say("Lkh"), say("Baku"), say("Kerja"), say("Dinding"))
    rows = tuple(row for one in times for row in _time_rows(procedure, one))
    yield Table(headers, (3, 8, 9, 9), rows, stretch=2)
    if whole is not None:
        yield Line(
            say(
                "Seluruhnya: {used} kerja, {wall} menurut jam dinding.",
                used=brief_work(whole.used),
                wall=brief_wall(whole.wall),
            )
        )


def _time_rows(procedure: Procedure, one: StepTime) -> Iterator[tuple[str, str, str, str]]:
    step = procedure.find(one.step)
    standard = brief_standard(one.standard) if one.standard else "-"
    if one.gap:
        yield one.step, standard, say("BELUM PARAF"), "-"
    elif one.since:
        used = brief_work(one.used)
        used = say("{n} LAMBAT", n=used) if one.late else used
        yield one.step, standard, used, brief_wall(one.wall - one.waited)
    if step is not None and step.clock_stops and one.waited:
        yield one.step, say("Waktu Pemohon"), "-", brief_wall(one.waited)


def _leg(leg: Leg, procedure: Procedure, person: PersonOf) -> tuple[str, str, str]:
    return (
        _activity(procedure, leg.step),
        _paraf(leg.given_by, leg.given_at, person),
        _paraf(leg.taken_by, leg.taken_at, person),
    )


def _activity(procedure: Procedure, step_id: str) -> str:
    step = procedure.find(step_id)
    return say(step.activity) if step else step_id or "-"


def _paraf(officer: str | None, time: int | None, person: PersonOf) -> str:
    if not officer or time is None:
        return say("....... (belum)")
    return f"{day_and_time(time)} {person(officer).initials}"


def _still_to_come(state: CaseState, procedure: Procedure) -> Iterator[Step]:
    """The steps ahead on the straight way at which the file changes hands."""
    step = procedure.find(state.step) if state.step != CLOSED else None
    seen: set[str] = set()
    while step is not None and step.id not in seen:
        seen.add(step.id)
        ways = sorted(step.outcomes, key=lambda one: one.kind != "maju")
        forward = next((one for one in ways if one.kind != "ulang"), None)
        following = procedure.find(forward.to) if forward else None
        if following and (following.place, following.holder) != (step.place, step.holder):
            yield following
        step = following


# -- what happened on the way ------------------------------------------------------------------


def _notes(state: CaseState, person: PersonOf) -> list[Block]:
    """Results, returns and corrections with their note, exceptions, lines out of order."""
    lines = [line for line in state.lines if line.act in _WORTH_A_NOTE or line.flag]
    if not lines:
        return []
    return [
        Rule(),
        Line(say("Catatan:"), bold=True),
        *(
            Item(
                f"{day_and_time(line.time)} {person(line.officer).initials}: {describe(line)}",
            )
            for line in lines
        ),
    ]


def _collected(
    state: CaseState, procedure: Procedure, person: PersonOf, relations: Sequence[Relation]
) -> list[Block]:
    """Each hand-over to a collector; before the first, room to write it by pen."""
    if not any(outcome.claim for step in procedure.steps for outcome in step.outcomes):
        return []
    blocks: list[Block] = [Rule(), Line(say("Penyerahan KIA kepada pengambil:"), bold=True)]
    if not state.claims:
        return [*blocks, *_collector("", "", "", ""), _collector_boxes("", "")]
    labels = {one.key: say(one.label) for one in relations}
    for line in state.claims:
        relation = line.isi.get("hubungan", "")
        blocks += _collector(
            line.isi.get("nama", ""),
            labels.get(relation, relation),
            _identity(line),
            say("{waktu} WIB", waktu=day_and_time(line.time)),
        )
        blocks.append(_collector_boxes(person(line.officer).name, line.isi.get("nama", "")))
    return blocks


def _identity(line: CardLine) -> str:
    """Kind and last digits of what the collector showed, never a full number."""
    kind, last = line.isi.get("identitas", ""), line.isi.get("nik_akhir", "")
    ending = say("NIK berakhir {akhir}", akhir=last) if last else ""
    return ", ".join(part for part in (kind, ending) if part)


def _collector(name: str, relation: str, identity: str, time: str) -> list[Block]:
    return [
        Pair(say("Nama"), name or ROOM),
        Pair(say("Hubungan"), relation or ROOM),
        Pair(say("Identitas"), identity or ROOM),
        Pair(say("Tgl/jam"), time or ROOM),
        Gap(),
    ]


def _collector_boxes(officer: str, collector: str) -> Signatures:
    return Signatures(
        (
            SignatureBox(say("Petugas,"), officer),
            SignatureBox(say("Pengambil,"), collector),
        )
    )
