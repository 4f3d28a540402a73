"""What stands in a form and what the checks say of it, apart from the screen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from kiosk.texts import say
from kiosk.widgets.fields import hint
from kiosk.widgets.form_messages import Check, Finding, Missing

if TYPE_CHECKING:
    from config.forms import Field, Page

_GRAVITY = {"tolak": 0, "peringatan": 1, "info": 2}


class Answers:
    """The answers of one form as they are kept. The arguments are those of `FormView`."""

    def __init__(
        self,
        pages: Sequence[Page],
        values: Mapping[str, str],
        check: Check | None,
        normalise: Callable[[Field, str], str],
        carried: Collection[str],
    ) -> None:
        from config.forms import visible

        self.values: dict[str, str] = dict(values)
        self.carried = set(carried)
        self.doubts: dict[str, Finding] = {}
        """Fields at which the officer must look, until he has left them."""
        self._fields = [field for page in pages for field in page.fields]
        self._visible = visible
        self._check = check
        self._normalise = normalise
        self._findings: dict[str, Sequence[Finding]] = {}

    def asks(self, field: Field) -> bool:
        """Whether the other answers have this field asked."""
        return self._visible(field, self.values)

    def asked(self) -> list[Field]:
        """The fields that are asked, in the order of the form."""
        return [field for field in self._fields if self.asks(field)]

    def collected(self) -> dict[str, str]:
        """The answers of all fields that are asked."""
        return {field.key: self.values.get(field.key, "") for field in self.asked()}

    def keep(self, field: Field, typed: str) -> str:
        """Keep what was typed into a field; gives it as it is kept."""
        value = self._normalise(field, typed) if typed.strip() else ""
        if value != self.values.get(field.key, ""):
            self.values[field.key] = value
            self.carried.discard(field.key)
        return value

    def put(self, values: Mapping[str, str], carried: Collection[str]) -> None:
        """Answers from elsewhere (the case before, a draft)."""
        self.carried -= {key for key, value in values.items() if value != self.values.get(key)}
        self.values.update(values)
        self.carried.update(carried)

    def judge(self, field: Field) -> Finding | None:
        """Check a field; gives the gravest of what is to say of its answer."""
        value = self.values.get(field.key, "")
        found: Sequence[Finding] = ()
        if self._check is not None:
            found = self._check(field, value, dict(self.values))
        elif field.required and not value:
            found = [Missing(field.key)]
        self._findings[field.key] = found
        return min(found, key=lambda one: _GRAVITY.get(one.level, 9), default=None)

    def first_refused(self) -> tuple[Field, Finding] | None:
        """Check the fields one after the other; gives the first that is refused."""
        for field in self.asked():
            worst = self.judge(field)
            if worst is not None and worst.level == "tolak":
                return field, worst
        return None

    def next_open(self, here: str) -> Field | None:
        """The next field after ``here`` (a key, "" for the beginning) that is refused, doubted, or
        empty though it must not be; after the last one comes the first."""
        asked = self.asked()
        at = next((n for n, field in enumerate(asked, 1) if field.key == here), 0)
        return next((field for field in asked[at:] + asked[:at] if self._is_open(field)), None)

    def _is_open(self, field: Field) -> bool:
        empty = field.required and not self.values.get(field.key)
        return empty or field.key in self.doubts or self.mark(field.key) == "X"

    def mark(self, key: str) -> str:
        """The sign beside a field: X refused, ! warned of, < carried over."""
        levels = {one.level for found in self._findings.values() for one in found if one.key == key}
        if key in self.doubts:
            levels.add("peringatan")
        if "tolak" in levels:
            return "X"
        if "peringatan" in levels:
            return "!"
        return "<" if key in self.carried else " "

    def hints(self, field: Field) -> list[str]:
        """What to tell the officer who is in this field."""
        lines = [field.help, hint(field)]
        if field.key in self.doubts:
            lines = [f"! {self.doubts[field.key].says}", *lines]
        if field.key in self.carried:
            lines.append(say("(dari kasus sebelumnya)"))
        return [line for line in lines if line]
