"""How it stands with one name of a roster, and how it ends on the closing sheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from kiosk.cases.card import OUT_OF_ORDER, CardLine
from kiosk.texts import said, say

if TYPE_CHECKING:
    from config.procedures import Procedure
    from kiosk.cases.state import CaseState

EVENT, NAME = "mas-rapid", "mas-rapid-nama"
"""The procedure of a kegiatan, and that of each name on its list."""

CHECK, WAIT, DUTY, RECORD, PRINT, HAND = "periksa", "tunda", "tugas", "rekam", "cetak", "serah"
"""The steps of procedure mas-rapid-nama."""

RECORDED = ("direkam", "direkam-belum-siap")
"""Outcomes of RECORD by which a name is recorded."""

LEAVE, TAKEN_BACK, NOT_READY = "berangkat", "salah-catat", "belum-siap"
CLOSE, STAY, STRIKE = "tutup-lembar", "tidak-ikut", "dicoret"
PASSED, FAILED = "lulus", "tidak-lulus"
FINAL, OTHER = "hasil_akhir", "lain"


class Result(NamedTuple):
    """What became of a name: in the office's words ('' when nothing has yet), and why."""

    label: str
    note: str = ""


def result_of(state: CaseState, procedure: Procedure) -> Result:
    """A name's outcome as the closing sheet has it; empty while it has none.

    A name that was struck off for a reason keeps that reason; one that was closed at the sheet
    keeps what was written on the field day; one that is recorded says how far its card is.
    """
    done = [line for line in state.lines if line.act == "hasil" and not line.flag]
    if not done:
        return Result("")
    last = done[-1]
    if state.step == PRINT:
        return _unprinted(last)
    if state.step == HAND:
        return Result(say("Tercetak, belum diserahkan"), last.note)
    if last.outcome == STAY:
        before = next((one for one in reversed(done[:-1]) if one.step in (CHECK, DUTY)), last)
        return Result(said(before.text), last.note or before.note)
    if last.outcome == CLOSE:
        return Result(_final(last.isi, procedure), last.note)
    if state.step in (CHECK, DUTY) or last.outcome in (LEAVE, TAKEN_BACK):
        return Result("")
    return Result(said(last.text), last.note)


def conflict_of(state: CaseState) -> str:
    """What two kiosks wrote of one name and cannot both be; '' when they agree.

    The first of them by the card's order holds; the other stands on the card and moved nothing.
    """
    at_once = [
        (line.text, line.ref.partition("/")[0])
        for line in state.lines
        if line.act == "hasil" and line.step == RECORD and line.flag == OUT_OF_ORDER
    ]
    if not at_once:
        return ""
    text, kiosk = at_once[-1]
    return say("kiosk {kiosk} juga mencatat: {hasil}", kiosk=kiosk, hasil=said(text))


def waiting_word(step: str) -> str:
    """How it stands with a name that has no outcome yet."""
    words = {
        CHECK: say("belum diperiksa"),
        DUTY: say("lulus, menunggu SPT"),
        RECORD: say("belum direkam"),
    }
    return words.get(step, "")


def is_waiting(state: CaseState) -> bool:
    """Whether the field team still has to do something about a name: it has no outcome there."""
    return state.step == RECORD and state.last_outcome in (LEAVE, TAKEN_BACK)


def _unprinted(last: CardLine) -> Result:
    if last.outcome in (*RECORDED[1:], NOT_READY):
        return Result(say("Direkam, belum siap cetak"), last.note)
    return Result(say("Direkam, belum tercetak"), last.note)


def _final(isi: Mapping[str, str], procedure: Procedure) -> str:
    """The label of the outcome that an officer chose on the closing sheet."""
    step = procedure.find(RECORD)
    outcome = step.outcome(CLOSE) if step else None
    code = isi.get(FINAL, "")
    fields = outcome.fields if outcome else ()
    return next((said(one.label_of(code)) for one in fields if one.key == FINAL), code)
