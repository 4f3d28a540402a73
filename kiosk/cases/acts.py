"""What each act does to a case: it changes the state, and gives the line as the card keeps it.

An act out of order is kept with a flag and moves nothing. Custody of the paper is apart from the
steps: a step counts as done when its outcome is signed, even while a paraf is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from kiosk.cases.card import (
    CLASH,
    CLASHING,
    CLOSED,
    DOUBLE,
    INCOMPLETE,
    NO_HANDING_OVER,
    NO_RECEIVING,
    OUT_OF_ORDER,
    RETURNED,
    RUNNING,
    SAME_NUMBER,
    UNKNOWN,
    WAITING,
    AttachedPage,
    Attachment,
    CardLine,
    CaseLink,
    Correction,
    ExceptionNote,
    Transit,
)
from kiosk.cases.plain import count_of, list_of, plain_map, text_of, texts_in, texts_of
from kiosk.cases.resi import case_id
from kiosk.cases.subject import subject_of

if TYPE_CHECKING:
    from config.procedures import Outcome, Procedure
    from kiosk.cases.state import CaseState
    from sync.entry import Entry

Procedures = Mapping[str, "Procedure"]
Act = Callable[["CaseState", CardLine, "Entry", Procedures], CardLine]


def _permohonan(state: CaseState, line: CardLine, entry: Entry, procedures: Procedures) -> CardLine:
    data = entry.data
    number = text_of(data.get("nomor"))
    line = line._replace(text=number)
    if state.status != WAITING:
        if (first := _taken_in(state)) is not None:
            _open(state, line, SAME_NUMBER, _both(state, first, line, entry))
        return line._replace(flag=OUT_OF_ORDER)
    if case_id(number) != entry.case:
        return line._replace(flag=INCOMPLETE)
    state.number = number
    state.procedure = text_of(data.get("prosedur"))
    state.status = RUNNING
    state.values = texts_in(data.get("isi"))
    state.linked = texts_of(data.get("kembar"))
    state.duplicates = [texts_in(one) for one in list_of(data.get("duplikat"))]
    state.daftar = text_of(data.get("daftar"))
    state.parent = text_of(data.get("induk"))
    for one in list_of(data.get("tautan")):
        _link(state, *(texts_of(one) or [""]))
    state.origin = entry.place
    state.created = state.updated = entry.time
    procedure = procedures.get(state.procedure)
    if not state.step:
        state.step = procedure.begin.id if procedure else entry.step
    if not state.holder_place and state.transit is None:
        _hold(state, entry, _usual_holder(procedure, state.step))
        _moves_by_itself(state, entry, procedure)
    return line._replace(
        step=line.step or state.step,
        isi=texts_in(data.get("panggilan")),
        flag="" if procedure else UNKNOWN,
    )


def _taken_in(state: CaseState) -> CardLine | None:
    """The line by which the case began."""
    lines = (one for one in state.lines if one.act == "permohonan")
    return next((one for one in lines if one.flag not in (OUT_OF_ORDER, INCOMPLETE)), None)


def _both(state: CaseState, first: CardLine, line: CardLine, entry: Entry) -> dict[str, Any]:
    """The facts of two applications under one number, and who took them in."""
    return {
        "permohonan pertama": subject_of(state.values).name,
        "diterima pertama": {
            "petugas": first.officer,
            "kiosk": first.ref.partition("/")[0],
            "waktu": first.time,
        },
        "permohonan kedua": subject_of(texts_in(entry.data.get("isi"))).name,
        "diterima kedua": {
            "petugas": line.officer,
            "kiosk": line.ref.partition("/")[0],
            "waktu": line.time,
        },
    }


def _hasil(state: CaseState, line: CardLine, entry: Entry, procedures: Procedures) -> CardLine:
    name = text_of(entry.data.get("hasil"))
    isi = texts_in(entry.data.get("isi"))
    note = isi.get("catatan", "") or isi.get("alasan", "")
    outcome = _outcome(procedures.get(state.procedure), line.step, name)
    if outcome is None:
        return line._replace(text=name, note=note, isi=isi, claim=entry.claim, flag=UNKNOWN)
    claim = entry.claim or outcome.claim
    line = line._replace(text=outcome.label, outcome=name, note=note, isi=isi, claim=claim)
    # As long as the application has not arrived, the step is what the officer saw on the card.
    if state.step and line.step != state.step:
        return line._replace(flag=OUT_OF_ORDER)
    state.step = outcome.to
    state.last_outcome = outcome.id
    state.outcomes[line.step] = outcome.id
    state.updated = entry.time
    _moves_by_itself(state, entry, procedures.get(state.procedure))
    if outcome.to == CLOSED:
        state.status = CLOSED
        state.closed = entry.time
    elif state.status != WAITING and outcome.kind != "ulang":
        state.status = RETURNED if outcome.kind == "kembali" else RUNNING
    return line


def _moves_by_itself(state: CaseState, entry: Entry, procedure: Procedure | None) -> None:
    """Where no paper travels the case is at once where its next step is done."""
    following = procedure.find(state.step) if procedure and not procedure.berkas else None
    if following is None:
        return
    to = text_of(entry.data.get("ke")) or state.holder_place or entry.place
    if (to, following.holder) != (state.holder_place, state.holder_role):
        state.holder_place, state.holder_role = to, following.holder
        state.holder_officer, state.holder_since = "", entry.time


def _outcome(procedure: Procedure | None, step_id: str, name: str) -> Outcome | None:
    step = procedure.find(step_id) if procedure else None
    return step.outcome(name) if step else None


def _serah(state: CaseState, line: CardLine, entry: Entry, _: Procedures) -> CardLine:
    data = entry.data
    to, role = text_of(data.get("ke")), text_of(data.get("peran"))
    item, batch = text_of(data.get("barang")), text_of(data.get("batch"))
    line = line._replace(text=to, serah_to=to, role=role, item=item, batch=batch)
    if not to:
        return line._replace(flag=INCOMPLETE)
    taken = _already_taken(state, line)
    if taken is not None:
        return taken
    if state.holder_place != entry.place and (state.holder_place or state.transit):
        line = line._replace(flag=NO_RECEIVING)
    state.transit = Transit(to, role, entry.time, batch, item, entry.officer, line.ref)
    state.holder_place = state.holder_role = state.holder_officer = ""
    state.holder_since = 0
    state.updated = entry.time
    return line


def _already_taken(state: CaseState, line: CardLine) -> CardLine | None:
    """The hand-over with its receiver, when the receiving stands before it on the card.

    A kiosk that does not know a case counts its lines from 65, so a later hop's receiving may
    stand before an earlier hop's handing over; the times tell them apart.
    """
    for at, other in enumerate(state.lines):
        if (
            other.flag == NO_HANDING_OVER
            # A kiosk knows its own lines: only another's may stand out of their order.
            and other.ref.partition("/")[0] != line.ref.partition("/")[0]
            and other.place == line.serah_to
            and other.batch in ("", line.batch)
            and other.time >= line.time
        ):
            state.lines[at] = other._replace(flag="")
            return line._replace(
                received_by=other.officer, received_at=other.time, received_place=other.place
            )
    return None


def _terima(state: CaseState, line: CardLine, entry: Entry, procedures: Procedures) -> CardLine:
    data = entry.data
    if state.status == WAITING:
        _learn(state, entry, procedures)
    transit, state.transit = state.transit, None
    role = text_of(data.get("peran"))
    line = line._replace(
        step=entry.step or state.step,
        batch=text_of(data.get("batch")),
        item=text_of(data.get("barang")),
        role=role,
    )
    state.updated = entry.time
    if transit is None or transit.to != entry.place:
        _hold(state, entry, role or _usual_holder(procedures.get(state.procedure), state.step))
        return line._replace(flag=NO_HANDING_OVER)
    _hold(state, entry, role or transit.role)
    for at in range(len(state.lines) - 1, -1, -1):
        if state.lines[at].ref == transit.ref:
            state.lines[at] = state.lines[at]._replace(
                received_by=entry.officer, received_at=entry.time, received_place=entry.place
            )
            break
    return line


def _learn(state: CaseState, entry: Entry, procedures: Procedures) -> None:
    """What the scanned card tells of a case whose application has not arrived."""
    _learn_number(state, entry)
    state.procedure = state.procedure or text_of(entry.data.get("prosedur"))
    procedure = procedures.get(state.procedure)
    if not state.step and procedure and procedure.find(entry.step):
        state.step = entry.step


def _learn_number(state: CaseState, entry: Entry) -> None:
    number = text_of(entry.data.get("nomor"))
    if not state.number and number and case_id(number) == entry.case:
        state.number = number


def _hold(state: CaseState, entry: Entry, role: str) -> None:
    state.holder_place = entry.place
    state.holder_role = role
    state.holder_officer = entry.officer
    state.holder_since = entry.time


def _usual_holder(procedure: Procedure | None, step_id: str) -> str:
    step = procedure.find(step_id) if procedure else None
    return step.holder if step else ""


def _cetak(state: CaseState, line: CardLine, entry: Entry, _: Procedures) -> CardLine:
    paper = text_of(entry.data.get("kertas"))
    state.prints[paper] = state.prints.get(paper, 0) + 1
    return line._replace(text=paper, note=text_of(entry.data.get("alasan")))


def _pengecualian(state: CaseState, line: CardLine, entry: Entry, _: Procedures) -> CardLine:
    kind = text_of(entry.data.get("jenis"))
    _open(state, line, kind, plain_map(entry.data.get("fakta")))
    return line._replace(text=kind)


def _putusan(state: CaseState, line: CardLine, entry: Entry, _: Procedures) -> CardLine:
    _open(state, line, DOUBLE, plain_map(entry.data))
    return line._replace(text=text_of(entry.data.get("claim")))


def _open(state: CaseState, line: CardLine, kind: str, facts: dict[str, Any]) -> None:
    state.exceptions.append(
        ExceptionNote(line.ref, kind, facts, line.time, line.officer, line.place)
    )


def _selesai(state: CaseState, line: CardLine, entry: Entry, _: Procedures) -> CardLine:
    about, note = text_of(entry.data.get("tentang")), text_of(entry.data.get("catatan"))
    line = line._replace(text=about, note=note)
    for at, one in enumerate(state.exceptions):
        if one.ref == about and not one.closed:
            closed = one._replace(closed=entry.time, closed_by=entry.officer, note=note)
            state.exceptions[at] = closed
            return line
    return line._replace(flag=OUT_OF_ORDER)


SUFFIXES = {"image/avif": "avif", "image/jpeg": "jpg"}
"""The media types of scanned pages, and the endings of their names on the shelf."""

LONGEST_LABEL = 80
"""Characters of what a scanned paper is called."""


def _lampiran(state: CaseState, line: CardLine, entry: Entry, _: Procedures) -> CardLine:
    if state.status == WAITING:
        _learn_number(state, entry)
    label = text_of(entry.data.get("nama"))[:LONGEST_LABEL]
    pages = tuple(page for one in list_of(entry.data.get("halaman")) if (page := _page(one)))
    line = line._replace(text=label, isi={"halaman": str(len(pages))})
    if not pages:
        return line._replace(flag=INCOMPLETE)
    attached = Attachment(line.ref, label, pages, entry.time, entry.officer, entry.place)
    state.attachments += (attached,)
    return line


def _page(value: object) -> AttachedPage | None:
    page = plain_map(value)
    digest, suffix = page.get("sha256"), SUFFIXES.get(text_of(page.get("jenis")))
    if not isinstance(digest, bytes) or len(digest) != 32 or suffix is None:
        return None
    size, width, height = (count_of(page.get(key)) for key in ("byte", "lebar", "tinggi"))
    return AttachedPage(f"{digest.hex()}.{suffix}", text_of(page["jenis"]), size, width, height)


def _ralat(state: CaseState, line: CardLine, entry: Entry, _: Procedures) -> CardLine:
    # In one order here and where the entry comes from afar: its bytes have an order of their own.
    changes = {
        key: (text_of(pair[0]), text_of(pair[1]))
        for key, value in sorted(plain_map(entry.data.get("ubah")).items())
        if len(pair := list_of(value)) == 2
    }
    reason = text_of(entry.data.get("alasan"))
    line = line._replace(note=reason, isi={key: new for key, (_, new) in changes.items()})
    if not changes or state.status == WAITING:
        return line._replace(flag=INCOMPLETE if not changes else OUT_OF_ORDER)
    other = {
        key: state.values.get(key, "")
        for key, (old, _) in changes.items()
        if state.values.get(key, "") != old
    }
    if other:
        facts = {"isian": sorted(other), "sekarang": other, "ralat": dict(line.isi)}
        _open(state, line, CLASHING, facts)
        return line._replace(flag=CLASH)
    state.values = {**state.values, **line.isi}
    state.corrections += tuple(
        Correction(key, old, new, reason, entry.officer, entry.time, entry.place)
        for key, (old, new) in changes.items()
    )
    return line


def _tautan(state: CaseState, line: CardLine, entry: Entry, _: Procedures) -> CardLine:
    number, kind = text_of(entry.data.get("ke")), text_of(entry.data.get("jenis"))
    if state.status == WAITING:
        _learn_number(state, entry)
    if not number:
        return line._replace(flag=INCOMPLETE)
    _link(state, number, kind)
    return line._replace(text=number, note=kind)


def _panggilan(_: CaseState, line: CardLine, entry: Entry, __: Procedures) -> CardLine:
    """A further call about a complaint that is open already; it moves nothing."""
    data = texts_in(entry.data)
    said = {key: data[key] for key in ("telepon", "nama") if data.get(key)}
    return line._replace(text=said.get("nama", ""), note=data.get("isi", ""), isi=said)


def _link(state: CaseState, number: str, kind: str = "", *_: str) -> None:
    link = CaseLink(number, kind)
    if number and link not in state.links:
        state.links += (link,)


def _list(_: CaseState, line: CardLine, entry: Entry, __: Procedures) -> CardLine:
    return line._replace(text=text_of(entry.data.get("nomor")))


ACTS: Mapping[str, Act] = {
    "permohonan": _permohonan,
    "hasil": _hasil,
    "serah": _serah,
    "terima": _terima,
    "cetak": _cetak,
    "lampiran": _lampiran,
    "ralat": _ralat,
    "tautan": _tautan,
    "panggilan": _panggilan,
    "pengecualian": _pengecualian,
    "putusan": _putusan,
    "selesai": _selesai,
    "batch": _list,
    "batch-terima": _list,
    "blanko": _list,
}
