"""A pasted or exported WhatsApp chat as lines with their sender.

WhatsApp writes ``21/11/26, 14.05 - Ibu Sari: text`` (Android), ``[21/11/26 14.05.33] Ibu Sari:
text`` (iPhone) and ``[14.05, 21/11/2026] +62 812-3456-7890: text`` (copied on the web); a message
of several lines has that only before its first. What is typed or copied by hand has none of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

LONGEST_CHAT = 200_000
"""Signs of a chat that are read; what follows is left unread."""

LONGEST_LINE = 1_000
"""Signs of a line in which answers are looked for; a longer one is shown as unread."""

_DAY = r"\d{1,4}[/.\-]\d{1,2}(?:[/.\-]\d{2,4})?"
_CLOCK = r"\d{1,2}[.:]\d{2}(?:[.:]\d{2})?(?: ?[APap]\.?[Mm]\.?)?"
_STAMP = re.compile(
    rf"\[(?:{_DAY},? {_CLOCK}|{_CLOCK},? {_DAY})\] ?(?P<boxed>.*)"
    rf"|(?:{_DAY},? (?:pukul )?{_CLOCK}) ?- (?P<plain>.*)",
    re.ASCII,
)
_SENDER = re.compile(r"([^:]{1,60}): ?(.*)")
_NO_MARKS = re.compile(r"(?<!\w)[*_~]+(?=\S)|(?<=\S)[*_~]+(?!\w)")
_BULLET = re.compile(r"\A(?:\(?\d{1,2}[.)]\s*(?=[^\W\d])|[a-z]\)\s*|[^\w(\"'+@]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ChatLine:
    """One line of a message: as it was written, what is to be read of it, who sent it ('' when the
    chat does not say), and the number of its message."""

    written: str
    text: str
    sender: str
    message: int


def chat_lines(said: str, is_label: Callable[[str], bool]) -> list[ChatLine]:
    """The lines of a chat that say anything. ``is_label`` tells what asks for an answer ("Nama")
    from who sent it ("Ibu Sari"), where a stamp is followed by either."""
    lines: list[ChatLine] = []
    sender, message = "", 0
    for raw in said[:LONGEST_CHAT].splitlines():
        line = plain_line(raw)
        stamped = _STAMP.fullmatch(line)
        if stamped is not None:
            message += 1
            sender, line = _parted(stamped["boxed"] or stamped["plain"] or "", is_label)
        elif not line:
            message += 1
        if line:
            text = _bare(line) if len(line) <= LONGEST_LINE else ""
            lines.append(ChatLine(line, text, sender, message))
    return lines


def plain_line(raw: str) -> str:
    """A line without invisible signs, with single blanks."""
    kept = "".join(
        sign if unicodedata.category(sign)[0] not in "CZ" else "" if _invisible(sign) else " "
        for sign in raw
    )
    return " ".join(kept.split())


def _invisible(sign: str) -> bool:
    return unicodedata.category(sign) == "Cf"


def _parted(said: str, is_label: Callable[[str], bool]) -> tuple[str, str]:
    """Who sent it, and what: ("Ibu Sari", "Nama: A") but ("", "Nama: A")."""
    found = _SENDER.fullmatch(said)
    if found is None:
        return "", said
    before, after = found[1].strip(), found[2]
    nested = _SENDER.fullmatch(after)
    if is_label(before) and not (nested and is_label(nested[1])):
        return "", said
    return before, after


def _bare(line: str) -> str:
    """A line without the marks of bold and italic, and without what numbers or adorns it."""
    return _BULLET.sub("", _NO_MARKS.sub("", line).strip()).strip()
