"""What is said of a blanko's serial when it is written down with an outcome.

A serial names one blanko. Twice on one kiosk is a slip of the pen and is refused; what another
kiosk wrote may be the slip, so there the officer is warned and the card in his hands decides.
"""

from __future__ import annotations

from collections.abc import Mapping

from config.procedures import Outcome
from kiosk.cases.blanko_moves import SPOILED, USED, Move, normal_serial
from kiosk.cases.findings import Finding
from kiosk.cases.places import place_word
from kiosk.cases.resi import case_id
from kiosk.cases.state import CaseState
from kiosk.desk.core import Core
from kiosk.desk.views import FormRefused
from kiosk.store.blanko import moves_of_serial, printed_for
from kiosk.texts import say

SERIAL = "blanko"
"""The key of the field in which an outcome that uses or spoils a blanko asks for its serial."""


def refuse_double(
    core: Core, state: CaseState, outcome: Outcome, filled: Mapping[str, str]
) -> None:
    """Raises FormRefused when this kiosk has written this serial down before."""
    found = serial_findings(core, state.number, outcome, filled)
    if refused := [one for one in found if one.level == "tolak"]:
        raise FormRefused(refused)


def serial_findings(
    core: Core, number: str, outcome: Outcome, filled: Mapping[str, str]
) -> list[Finding]:
    """What is known already of the blanko that an outcome of this case uses or spoils."""
    kind = outcome.uses or outcome.spoils
    serial = normal_serial(filled.get(SERIAL, ""))
    if not kind or not serial:
        return []
    found = [
        _finding(core, move)
        for move in moves_of_serial(core.db, kind, serial)
        if not (outcome.spoils and _same_card(move, number))
    ]
    printed = printed_for(core.db, kind, case_id(number))
    if outcome.spoils and printed and serial not in printed:
        says = say(
            "Untuk kasus ini dicetak blanko {seri}. Periksa nomor di kartu.",
            seri=", ".join(printed),
        )
        found.append(Finding("peringatan", SERIAL, says))
    return found


def _same_card(move: Move, number: str) -> bool:
    """Whether a spoiled blanko is the very card that a line speaks of: printed for this case and
    found bad, or put on the pile before the case was written up."""
    return (move.case == case_id(number) and move.move == USED) or not move.case


def number_of_case(core: Core, case: bytes) -> str:
    """The number of a case by its key, empty when it is not known here."""
    row = core.db.execute("SELECT number FROM cases WHERE case_id=?", (case,)).fetchone()
    return str(row[0]) if row else ""


def _finding(core: Core, move: Move) -> Finding:
    """What to say of a serial that was written down before. The number on a card is not the
    officer's to change: where the slip was in the line before, he marks this one as the second."""
    where = number_of_case(core, move.case) or place_word(move.place)
    if move.move == SPOILED:
        says = say("Blanko {seri} sudah dicatat rusak ({di}).", seri=move.serial, di=where)
    else:
        says = say("Blanko {seri} sudah dipakai untuk {di}.", seri=move.serial, di=where)
    if not move.ref.startswith(f"{core.settings.code}/"):
        return Finding("peringatan", SERIAL, f"{says} " + say("Periksa nomor di kartu."))
    hint = say("Periksa nomor di kartu; bila memang itu, tulis {seri}/2.", seri=move.serial)
    return Finding("tolak", SERIAL, f"{says} {hint}")
