"""Lengths of time in words, and what stands in the margin of a control card's lines.

Rule 3 of the Pekanbaru SOPs' warning box: by the paraf of handing over and of receiving it is seen
where the fault lies when a service is late. So a paraf that is missing and a step that took longer
than its standard are marked on the very line.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kiosk.cases.card import INCOMPLETE, NO_HANDING_OVER
from kiosk.cases.standard import WORKING_DAY
from kiosk.texts import say

if TYPE_CHECKING:
    from kiosk.cases.standard import StepTime
    from kiosk.cases.state import CaseState

_HOUR, _DAY = 60, 24 * 60


def worked_word(minutes: int) -> str:
    """Working time in words: "4 menit", "2 jam 10 menit", "3 hari kerja"; days only when whole, of
    37 h 30 min in five (Perpres 21/2023)."""
    if minutes >= WORKING_DAY and minutes % WORKING_DAY == 0:
        return say("{n} hari kerja", n=minutes // WORKING_DAY)
    return _hours(minutes)


def wall_word(minutes: int) -> str:
    """Time on the wall clock in words: "62 menit" as "1 jam 2 menit", "3 hari 4 jam"."""
    if minutes < 2 * _DAY:
        return _hours(minutes)
    days, rest = divmod(minutes, _DAY)
    hours = rest // _HOUR
    return say("{n} hari {h} jam", n=days, h=hours) if hours else say("{n} hari", n=days)


def _hours(minutes: int) -> str:
    hours, rest = divmod(minutes, _HOUR)
    if not hours:
        return say("{n} menit", n=rest)
    return say("{h} jam {n} menit", h=hours, n=rest) if rest else say("{h} jam", h=hours)


def brief_work(minutes: int) -> str:
    """Working time for a column of a paper: "75 mnt", "3 j 30 m"."""
    hours, rest = divmod(minutes, _HOUR)
    if hours < 2:
        return say("{n} mnt", n=minutes)
    return say("{h} j {n} m", h=hours, n=rest) if rest else say("{h} jam", h=hours)


def brief_standard(minutes: int) -> str:
    """A standard time for a column of a paper, in days where the SOP says it in days."""
    if minutes >= WORKING_DAY and minutes % WORKING_DAY == 0:
        return say("{n} hari", n=minutes // WORKING_DAY)
    return brief_work(minutes)


def brief_wall(minutes: int) -> str:
    """Time on the wall clock for a column of a paper: "75 mnt", "20 hr 3 j"."""
    if minutes < 2 * _DAY:
        return brief_work(minutes)
    days, hours = divmod(minutes // _HOUR, 24)
    return say("{n} hr {h} j", n=days, h=hours) if hours else say("{n} hari", n=days)


def short_work(minutes: int) -> str:
    """Working time for a narrow column: "40m", "7j", "3h" (working days)."""
    if minutes < _HOUR:
        return say("{n}m", n=minutes)
    if minutes < WORKING_DAY:
        return say("{n}j", n=minutes // _HOUR)
    return say("{n}h", n=minutes // WORKING_DAY)


def margins(state: CaseState, times: Iterable[StepTime]) -> dict[str, str]:
    """What is to be marked beside the lines of a card, by their ref: a paraf that is missing, and
    at its outcome a step that took too long. A file on its way still has time for its paraf."""
    late = {(one.step, one.end): one for one in times if one.end and (one.late or one.gap)}
    found: dict[str, str] = {}
    for line in state.lines:
        mark = ""
        if line.act == "hasil" and not line.flag:
            one = late.get((line.step, max(line.time, 1)))
            mark = _late(one) if one else ""
        elif line.flag == NO_HANDING_OVER:
            mark = say("BELUM PARAF serah")
        elif line.act == "serah" and line.flag != INCOMPLETE and not line.received_by:
            on_its_way = state.transit is not None and state.transit.ref == line.ref
            mark = "" if on_its_way else say("BELUM PARAF terima")
        if mark:
            found[line.ref] = mark
    return found


def _late(one: StepTime) -> str:
    """What a step that is over did not keep to."""
    if one.gap:
        return say("BELUM PARAF terima")
    return say("LAMBAT {used}/{standard} mnt", used=one.used, standard=one.standard)
