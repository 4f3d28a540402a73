"""Whose turn it is: what an officer may do with a case, and if nothing, who must act.

The paper decides: only where the file is, and only with whom it is, can its step be recorded
(kartu kendali rule 3 of the SOPs). Where no paper travels (``berkas = false``) a case is with the
role whose step it is, at the place where that is done. Whether a step is done is the procedure's
to say.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from config.blanko import BLANKO
from config.roles import PROFILES, ROLES
from kiosk.cases.places import place_word
from kiosk.cases.state import CLOSED, WAITING, CaseState
from kiosk.clock import stamp
from kiosk.texts import said, say

if TYPE_CHECKING:
    from config.procedures import Outcome, Procedure, Step

SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing the officer may do now: receive, record an outcome, or put it on a list."""

    kind: Literal["terima", "hasil", "batch"]
    outcome: Outcome | None
    label: str
    step: str


def offers(
    state: CaseState | None, procedure: Procedure | None, roles: Iterable[str], place: str
) -> list[Offer]:
    """What an officer with these roles, at this address, may do with a case.

    A case of which nothing (``None``) or not yet the application is here may be received; once
    received here with its step unknown, every step of the officer's own may be recorded.
    """
    mine = frozenset(roles)
    if state is None:
        return [_receiving(None)]
    if state.status == CLOSED:
        return []
    transit = state.transit
    if transit is not None and transit.to == place:
        allowed = not transit.role or mine & {transit.role, SUPERVISOR}
        return [_receiving(state)] if allowed else []
    if state.status == WAITING and state.holder_place != place:
        return [_receiving(state)]
    if procedure is None:
        return []
    step = procedure.find(state.step)
    steps = (step,) if step else procedure.steps if not state.step else ()
    return [
        Offer("batch" if outcome.batch else "hasil", outcome, outcome.label, one.id)
        for one in steps
        if not may_record(state, one, mine, place)
        for outcome in one.outcomes
        if outcome.fits(state.values) and not tries_left(state, one, outcome)
    ]


def tries_left(state: CaseState, step: Step, outcome: Outcome) -> int:
    """How often the step must still be done again before this may come of it."""
    again = {one.id for one in step.outcomes if one.kind == "ulang"}
    done = sum(
        line.act == "hasil" and not line.flag and line.step == step.id and line.outcome in again
        for line in state.lines
    )
    return max(0, outcome.tries - done)


def _receiving(state: CaseState | None) -> Offer:
    transit = state.transit if state else None
    card = BLANKO.get(transit.item, "") if transit else ""
    label = say("Terima {kartu}", kartu=said(card)) if card else say("Terima berkas")
    return Offer("terima", None, label, state.step if state else "")


def may_record(
    state: CaseState, step: Step, roles: Iterable[str], place: str, now: int | None = None
) -> str:
    """Why this officer may not record this step now, in plain words; empty when he may.

    With ``now`` (ms) a time of the same day is said without its date.
    """
    mine = frozenset(roles)
    if state.status == CLOSED or state.transit is not None or state.holder_place != place:
        return _where(state, place, now)
    # A step may be done at another kind of place than usual, where one of its roles holds the
    # file: the card of a family from another city is handed out at the facility.
    with_its_role = state.holder_role in (step.holder, *step.roles)
    at_its_place = step.place == place.partition(":")[0]
    if SUPERVISOR in mine and (with_its_role or at_its_place):
        return ""
    if state.holder_role and not with_its_role:
        return _where(state, place, now)
    if not with_its_role and not at_its_place:
        return say(
            "Langkah ini dikerjakan {peran} di {tempat}. Serahkan berkasnya ke sana.",
            peran=_role(step.actor),
            tempat=said(PROFILES.get(step.place, step.place)),
        )
    if not mine.intersection(step.roles):
        names = ", ".join(_role(role) for role in step.roles)
        return say("Langkah ini dicatat oleh: {peran}.", peran=names)
    return ""


def why_not(
    state: CaseState | None,
    procedure: Procedure | None,
    roles: Iterable[str],
    place: str,
    now: int | None = None,
) -> str:
    """Where the file is and who must act, in plain words; empty when this officer may act.

    With ``now`` (ms) a time of the same day is said without its date.
    """
    mine = frozenset(roles)
    if state is None or offers(state, procedure, mine, place):
        return ""
    step = procedure.find(state.step) if procedure else None
    if step is not None:
        return may_record(state, step, mine, place, now)
    if state.status == CLOSED or state.transit is not None or state.holder_place != place:
        return _where(state, place, now)
    if procedure is None or state.step:
        return say("Prosedur kasus ini tidak dikenal kiosk ini. Hubungi supervisor.")
    return say("Langkah berkas ini belum diketahui. Tekan F7 untuk menyinkronkan.")


def _where(state: CaseState, place: str, now: int | None) -> str:
    transit = state.transit
    if state.status == CLOSED:
        return say("Permohonan ini sudah selesai pada {waktu}.", waktu=_when(state.closed, now))
    if transit is not None and transit.to == place:
        return say(
            "Berkas menunggu diterima {peran} di sini sejak {waktu}.",
            peran=_role(transit.role),
            waktu=_when(transit.since, now),
        )
    if transit is not None:
        return say(
            "Berkas sedang menuju {peran} ({tempat}) sejak {waktu}. Ia harus menerimanya dahulu.",
            peran=_role(transit.role),
            tempat=place_word(transit.to),
            waktu=_when(transit.since, now),
        )
    if not state.holder_place:
        return say("Belum tercatat siapa yang memegang berkas ini. Terima dahulu berkasnya.")
    return say(
        "Berkas masih pada {peran} ({tempat}) sejak {waktu}.",
        peran=_role(state.holder_role),
        tempat=place_word(state.holder_place),
        waktu=_when(state.holder_since, now),
    )


def _role(role: str) -> str:
    return said(ROLES.get(role, role)) if role else say("petugas")


def _when(milliseconds: int, now: int | None) -> str:
    text = stamp(milliseconds)
    day, _, clock = text.partition(" ")
    today = now is not None and stamp(now).startswith(day)
    return clock if today and clock else text
