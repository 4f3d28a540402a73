"""What a form says to its screen, and what it needs to know from it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from textual.message import Message

from kiosk.texts import say
from kiosk.widgets.bars import Level

if TYPE_CHECKING:
    from config.forms import Field
    from kiosk.widgets.form_view import FormView


class Finding(Protocol):
    """What a check found (kiosk.cases.checks.Finding): level tolak, peringatan or info."""

    @property
    def level(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def says(self) -> str: ...


Check = Callable[["Field", str, dict[str, str]], Sequence[Finding]]
Find = Callable[[str], Awaitable[Sequence[tuple[str, str]]]]


class FormDone(Message):
    """The last field was confirmed and nothing is refused. `values` holds the visible fields'
    answers as they are kept. The form takes no second Enter until `FormView.unlock`."""

    def __init__(self, form: FormView, values: dict[str, str]) -> None:
        super().__init__()
        self.form = form
        self.values = values


class FieldLeft(Message):
    """A field was left, its answer accepted or not: the moment to save the draft."""

    def __init__(self, form: FormView, key: str, value: str, values: dict[str, str]) -> None:
        super().__init__()
        self.form = form
        self.key = key
        self.value = value
        self.values = values


class FormNote(Message):
    """A field has something to say in the message line."""

    def __init__(self, text: str, level: Level) -> None:
        super().__init__()
        self.text = text
        self.level: Level = level


class HelpWanted(Message):
    """F1 on a field."""

    def __init__(self, key: str, title: str, lines: list[str]) -> None:
        super().__init__()
        self.key = key
        self.title = title
        self.lines = lines


class Missing:
    """A required field without an answer."""

    level = "tolak"

    def __init__(self, key: str) -> None:
        self.key = key
        self.says = say("Isian ini wajib diisi.")
