"""What every screen of the desk has: the kiosk, refusals in plain words, scans that open cases."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, cast, runtime_checkable

from textual import work
from textual.binding import Binding, BindingType
from textual.message import Message

from config.forms import Page
from kiosk.desk.views import Refusal, ScanView
from kiosk.keys import BadPin, WrongPin
from kiosk.shell.base_app import Scanned
from kiosk.shell.base_screen import ShellScreen
from kiosk.texts import say
from kiosk.widgets.dialogs import Ask
from kiosk.widgets.record_list import RecordList

if TYPE_CHECKING:
    from textual.widgets import Static

    from config.forms import Field
    from kiosk.app import KioskApp
    from kiosk.desk.desk import Desk
    from kiosk.widgets.form_view import FormView


class News(Message):
    """Entries came in from pusat; lists may have changed."""


class DeskScreen(ShellScreen):
    """A screen of a desk at which an officer sits."""

    @property
    def kiosk(self) -> KioskApp:
        """The application."""
        return cast("KioskApp", self.shell)

    @property
    def desk(self) -> Desk:
        """The desk; its methods are called through ``self.kiosk.ask``."""
        return self.kiosk.desk

    @contextmanager
    def telling(self) -> Generator[None]:
        """What the desk refuses inside is told to the officer, and the screen stays."""
        try:
            yield
        except (Refusal, WrongPin, BadPin) as error:
            self.say_next(str(error), "tolak")

    async def on_scanned(self, scanned: Scanned) -> None:
        """A scan opens what it names, from any screen."""
        scanned.stop()
        if scanned.garbage:
            self.say_next(
                say("Hasil pindai tidak terbaca. Pindai lagi QR resi atau kartu kendali."), "tolak"
            )
            return
        seen = await self.kiosk.ask(self.desk.work.scan, scanned.text)
        await self.take_scan(seen)

    async def take_scan(self, seen: ScanView) -> None:
        """What a scan leads to on this screen; the usual is its case or batch."""
        from kiosk.screens.routes import open_scan

        open_scan(self, seen)

    def put(self, selector: str, text: str) -> None:
        """Show a text in a Static; nothing in it is read as markup. A screen that was left while
        its answer was on the way has no such Static any more."""
        from rich.text import Text

        for found in self.query(selector):
            cast("Static", found).update(Text(text))

    async def action_back(self) -> None:
        """Esc: one screen back, never below the worklist."""
        if len(self.kiosk.screen_stack) > 2:
            self.dismiss()

    def unsaved(self) -> bool:
        """Whether something typed here would be lost by leaving."""
        return False


@runtime_checkable
class HasPapers(Protocol):
    """A screen that has papers of its own for F6."""

    def show_papers(self) -> None:
        """Ask which of them."""
        ...


class FormScreen(DeskScreen):
    """A screen around one form (or one text) of which nothing is kept before it is confirmed."""

    BINDINGS: list[BindingType] = [Binding("escape", "leave", show=False)]
    begun: Mapping[str, str] = {}
    """What the form began with."""

    def page_of(self, title: str, fields: Sequence[Field]) -> FormView:
        """A form of one page that begins with ``begun``; each field is judged by itself."""
        from kiosk.cases.checks import check_field, normalise
        from kiosk.screens.help import form_lookups
        from kiosk.widgets.form_view import FormView

        today = self.desk.intake.today
        return FormView(
            [Page(title, tuple(fields))],
            self.begun,
            check=lambda field, value, values: check_field(field, value, values, today()),
            normalise=normalise,
            lookups=form_lookups(self.kiosk),
        )

    def unsaved(self) -> bool:
        """Whether an answer is another one than at the beginning."""
        from kiosk.widgets.form_view import FormView

        answers = self.query_one(FormView).collect()
        return any(value != self.begun.get(key, "") for key, value in answers.items())

    @work
    async def action_leave(self) -> None:
        """Esc: back; what was typed is not thrown away without asking."""
        if self.unsaved() and not await self.kiosk.push_screen_wait(
            Ask(say("Isian ini belum disimpan. Buang?"))
        ):
            return
        self.dismiss()


class ListScreen(DeskScreen):
    """A screen around one list that is read anew whenever it may have changed."""

    @property
    def records(self) -> RecordList:
        """The list."""
        return self.query_one(RecordList)

    async def on_mount(self) -> None:
        """Ready, with the list as it is now."""
        self.records.focus()
        await self.reload()

    def on_screen_resume(self) -> None:
        """Back from what was opened here: it may be elsewhere now."""
        super().on_screen_resume()
        if self.is_mounted:
            self.call_later(self.reload)

    async def on_news(self, news: News) -> None:
        """Entries came in."""
        news.stop()
        await self.reload()

    async def reload(self) -> None:
        """Override: read the list anew."""
