"""A step's outcome that asks for something: a reference, a note."""

from __future__ import annotations

from textual import work
from textual.widget import Widget

from config.procedures import Outcome
from kiosk.cases.state import CaseState
from kiosk.desk.views import FormRefused
from kiosk.screens.base import FormScreen
from kiosk.screens.forms import spoken_field
from kiosk.texts import said, say
from kiosk.widgets.dialogs import Ask
from kiosk.widgets.form_view import FormDone, FormView


class OutcomeScreen(FormScreen):
    """The outcome's fields; Enter on the last one records it."""

    def __init__(self, number: str, outcome: Outcome, step: str, state: CaseState | None):
        super().__init__(
            say("Kasus {number}", number=number),
            " ".join(filter(None, (said(outcome.help), say("Isi lalu Enter. Esc membatalkan.")))),
        )
        self._number = number
        self._outcome = outcome
        self._step = step
        self._state = state

    def body(self) -> list[Widget]:
        """The form."""
        files, state = self.desk.files, self._state
        fields = tuple(map(spoken_field, self._outcome.fields))
        self.begun = {field.key: files.suggested(field, state) for field in fields if state}
        return [self.page_of(said(self._outcome.label), fields)]

    async def on_mount(self) -> None:
        """An empty shelf is told before the card is printed, not after."""
        if self._outcome.uses:
            warning = await self.kiosk.ask(self.desk.blanko.warning, self._outcome)
            if warning:
                self._first_words = warning
                self.say_next(warning, "peringatan")

    def on_form_done(self, done: FormDone) -> None:
        """Record it."""
        done.stop()
        self._record(dict(done.values))

    @work
    async def _record(self, values: dict[str, str]) -> None:
        form = self.query_one(FormView)
        with self.telling():
            try:
                if not await self._agreed(values):
                    form.unlock()
                    return
                await self.kiosk.ask(
                    self.desk.files.record, self._number, self._outcome.id, values, self._step
                )
            except FormRefused as error:
                await form.refuse(error.findings[0].key, error.findings[0].says)
                return
            self.dismiss()

    async def _agreed(self, values: dict[str, str]) -> bool:
        """Whether the officer stands by a blanko of which another kiosk has written already."""
        found = await self.kiosk.ask(self.desk.blanko.findings, self._number, self._outcome, values)
        says = " ".join(one.says for one in found if one.level == "peringatan")
        question = say("Tetap dicatat?")
        return not says or bool(await self.kiosk.push_screen_wait(Ask(f"{says} {question}")))
