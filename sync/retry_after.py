"""How long a server asks to be left alone (Retry-After, RFC 9110 10.2.3)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 60 * 60.0
"""No server keeps a kiosk waiting for longer, in seconds."""


def seconds_of(asked: str, date: str = "") -> float | None:
    """The seconds that a Retry-After header asks for, at most LONGEST; None for none, or nonsense.

    ``date`` is the answer's own Date header: against it a point in time is measured, because this
    kiosk's clock may be years off.
    """
    asked = asked.strip()
    if asked.isascii() and asked.isdigit():
        return min(float(asked[:9]), LONGEST)
    until = _moment(asked)
    if until is None:
        return None
    wait = (until - (_moment(date) or datetime.now(UTC))).total_seconds()
    return min(max(wait, 0.0), LONGEST)


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
