"""What is handed out only once, and whether it is out already."""

from __future__ import annotations

from config.blanko import BLANKO
from kiosk.cases.places import place_word
from kiosk.clock import stamp
from kiosk.desk.core import Core
from kiosk.texts import said, say

_KINDS = tuple(BLANKO)
_MARKS = ", ".join("?" * len(_KINDS))


def card_word(claim: str) -> str:
    """What the office calls the card of a claim, which is ``kia:<number>`` or the kind alone."""
    kind = claim.partition(":")[0]
    return said(BLANKO.get(kind, kind))


def already_out(core: Core, number: str) -> str:
    """Who handed out this case's card, in plain words; empty when it is still here."""
    row = core.db.execute(
        "SELECT claim, officer, place, time FROM claims"
        f" WHERE claim IN ({_MARKS}) ORDER BY time LIMIT 1",
        [f"{kind}:{number}" for kind in _KINDS],
    ).fetchone()
    if row is None:
        return ""
    claim, officer, place, when = row
    return say(
        "{card} {number} sudah diserahkan {when} oleh {officer} ({place}). Jangan serahkan lagi.",
        card=card_word(claim),
        number=number,
        when=stamp(when),
        officer=core.officer_name(officer),
        place=place_word(place),
    )
