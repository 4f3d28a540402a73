"""What the lines of a chat answer, and by which label: "NIK anak : 1471..." and its many shapes.

A label ends with a colon, stands before a dash, or before an answer that can be nothing else; one
that stands alone takes the line below it, or heads the answers of a person ("Data ayah").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from kiosk.cases import chat_answers as answers
from kiosk.cases.chat_lines import ChatLine
from kiosk.cases.chat_words import Asked, Labels

_COLON = re.compile(r"\s*[:=]\s*")
_DASH = re.compile(r"\s+[-\u2013\u2014]\s+")
_SURE_WITHOUT_COLON = frozenset(
    ("nik", "no_kk", "ttl", "tgl_lahir", "telepon", "email", "alamat", "rtrw", "rt", "rw")
)
_STREET = re.compile(
    r"(?:jl|jln|jalan|gg|gang|perum|perumahan|komplek|kompleks|blok|dusun)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Said:
    """One answer of the chat. ``hint`` is whose it may be by what stands around it, ``sure``
    whether a heading says so."""

    asked: Asked
    text: str
    line: ChatLine
    hint: str = ""
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Spoken:
    """All that a chat says: its answers, the lines that only head others, and those that name
    nothing."""

    said: list[Said]
    headings: list[ChatLine]
    unnamed: list[ChatLine]


def all_said(lines: list[ChatLine], labels: Labels, today: date) -> Spoken:
    """Every answer with its label, in the chat's order."""
    return _Listener(labels, today).hear(lines)


class _Listener:
    """Hears one line after the other; ``heading`` and ``last`` are the persons named before."""

    def __init__(self, labels: Labels, today: date) -> None:
        self._labels = labels
        self._today = today
        self._spoken = Spoken([], [], [])
        self._waiting: Said | None = None
        self._heading = self._last = ""

    def hear(self, lines: list[ChatLine]) -> Spoken:
        for line in lines:
            pieces = self._pieces(line.text)
            if pieces:
                for asked, text in pieces:
                    self._named(asked, text, line)
            else:
                self._bare(line)
        return self._spoken

    def _named(self, asked: Asked, text: str, line: ChatLine) -> None:
        if asked.personal and asked.whose:
            self._last = asked.whose
        hint = self._heading or self._last
        sure = bool(self._heading) and self._heading == self._last
        one = Said(asked, text, line, hint, sure)
        if text:
            self._spoken.said.append(one)
            self._waiting = None
            return
        self._waiting = one
        self._spoken.headings.append(line)
        if asked.personal and asked.what == "nama" and asked.whose:
            self._heading = self._last = asked.whose

    def _bare(self, line: ChatLine) -> None:
        waiting, self._waiting = self._waiting, None
        person = self._labels.heading(line.text.rstrip(": "))
        if person:
            self._heading = self._last = person
            self._spoken.headings.append(line)
        elif waiting is not None and waiting.line.message == line.message:
            answer = Said(waiting.asked, line.text, line, waiting.hint, waiting.sure)
            self._spoken.said.append(answer)
        else:
            self._unlabelled(line)

    def _pieces(self, text: str) -> list[tuple[Asked, str]]:
        """The answers on one line: several where each has its label and colon."""
        marks: list[tuple[int, int, Asked]] = []
        end = 0
        for colon in _COLON.finditer(text):
            found = self._labels.at_end(text[end : colon.start()])
            if found is not None:
                marks.append((end + found[0], colon.end(), found[1]))
                end = colon.end()
        if not marks:
            return self._without_colon(text)
        ends = [start for start, _, _ in marks[1:]] + [len(text)]
        return [
            (asked, text[begin:stop].strip(" ,;|/").removesuffix(" -"))
            for (_, begin, asked), stop in zip(marks, ends, strict=True)
        ]

    def _without_colon(self, text: str) -> list[tuple[Asked, str]]:
        dash = _DASH.search(text)
        asked = self._labels.asked(text[: dash.start()]) if dash else None
        if dash and asked:
            return [(asked, text[dash.end() :].strip())]
        found = self._labels.at_start(text)
        if found is None:
            return []
        end, asked = found
        rest = text[end:].strip(" .,;-)")
        if asked.what in _SURE_WITHOUT_COLON and self._reads(asked.what, rest):
            return [(asked, rest)]
        return []

    def _reads(self, what: str, text: str) -> bool:
        match what:
            case "nik" | "no_kk":
                return bool(answers.sixteen_digits(text))
            case "ttl" | "tgl_lahir":
                return bool(answers.day_in(text, self._today)[0])
            case "telepon":
                return bool(answers.phone_in(text))
            case "email":
                return bool(answers.email_in(text))
            case "alamat":
                return _STREET.match(text) is not None
            case _:
                return bool(re.fullmatch(r"\d{1,3}(\s*/\s*\d{1,3})?", text, re.ASCII))

    def _unlabelled(self, line: ChatLine) -> None:
        """A line that names nothing: an e-mail address, a part of an address, or unread."""
        said = self._spoken.said
        address = answers.address_in(line.text)
        after = said[-1] if said else None
        goes_on = (
            after is not None
            and after.asked.what == "alamat"
            and after.line.message == line.message
            and _STREET.match(line.text) is not None
        )
        if answers.email_in(line.text) == line.text != "":
            said.append(Said(Asked("email"), line.text, line))
        elif goes_on or (address.parts and not address.street):
            said.append(Said(Asked("alamat"), line.text, line))
        else:
            self._spoken.unnamed.append(line)
