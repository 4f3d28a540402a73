"""What papers share: who prints them, who signs, and what was shown at the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from config.forms import Form, visible
from config.settings import Settings
from kiosk.papers.model import Block, Heading, Item, Line, Rule
from kiosk.texts import say

SHOWN = "bukti_"
"""What the key of a form field begins with that records a paper shown at the desk."""

_NOT_SHOWN = ("", "tidak", "tidak_ada")


@dataclass(frozen=True, slots=True)
class Office:
    """Who prints: the dinas that answers for the service, and the office with its address."""

    authority: str
    name: str
    address: str
    training: bool = False


def office_of(settings: Settings) -> Office:
    """The office of a kiosk."""
    return Office(settings.office, settings.name, settings.address, settings.training)


@dataclass(frozen=True, slots=True)
class Person:
    """An officer as a paper names him; ``initials`` are his paraf."""

    name: str
    initials: str


def kop(office: Office, title: str) -> tuple[Block, ...]:
    """The head of a paper: the dinas, the office that prints it, and what paper it is."""
    training = (Heading(say("LATIHAN - TIDAK BERLAKU"), large=True),) if office.training else ()
    return (
        *training,
        Heading(office.authority),
        Line(office.name, center=True),
        Rule(),
        Heading(title),
    )


def checklist(form: Form, values: Mapping[str, str]) -> tuple[Item, ...]:
    """The papers that the form asks for, ticked where they were shown."""
    items: list[Item] = []
    for field in form.fields:
        if not field.key.startswith(SHOWN) or not field.options or not visible(field, values):
            continue
        answer = values.get(field.key, "")
        mark = "[ ]" if answer in _NOT_SHOWN else "[x]"
        label = say(field.label).rstrip("?")
        said = f": {say(field.label_of(answer))}" if field.type == "choice" and answer else ""
        items.append(Item(f"{label}{said}", mark))
    return tuple(items)
