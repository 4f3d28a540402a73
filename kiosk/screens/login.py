"""The first screen: who are you. It must paint before anything heavy is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual import events, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import Input, Static

from kiosk.desk.front import FrontDoor
from kiosk.keys import OfficerCard, WrongPin
from kiosk.shell.base_app import Scanned
from kiosk.shell.base_screen import ShellScreen
from kiosk.texts import said, say
from kiosk.widgets.fields import LineInput

if TYPE_CHECKING:
    from kiosk.app import KioskApp


WARM_SECONDS = 3.0
"""After the first paint, when the desk is loaded though nobody has typed yet."""

LINES_SHOWN = 16
"""Lines of the list that a screen of 25 lines has room for."""

LEAVE = 0
"""The number that ends the program instead of naming an officer."""


class NumberInput(LineInput):
    """The officer's number. It is left before the next key is looked at: a PIN typed faster than
    the screen keeps up must not stand readable in here."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,tab,down,up,shift+tab", "screen.to_pin", show=False, priority=True)
    ]


class LoginScreen(ShellScreen):
    """Officer's number, Enter, PIN, Enter."""

    DEFAULT_CSS = """
    LoginScreen #list { height: 1fr; padding: 1 2 0 2; scrollbar-size: 1 1; }
    LoginScreen #who { height: auto; }
    LoginScreen .ask { height: 1; margin: 0 2; }
    LoginScreen .ask Static { width: 16; }
    LoginScreen LineInput { width: 10; }
    LoginScreen .ask #others { width: 1fr; padding: 0 2; }
    """

    def __init__(self) -> None:
        super().__init__(say("Masuk"), say("Ketik nomor Anda, Enter, lalu PIN, Enter."))
        self._seats: list[tuple[FrontDoor, OfficerCard]] = []
        self._busy = False
        self._warmed = False
        self._officers = VerticalScroll(Static("", id="who", markup=False), id="list")
        self._officers.can_focus = False

    @property
    def kiosk(self) -> KioskApp:
        """The application."""
        return cast("KioskApp", self.shell)

    def body(self) -> list[Widget]:
        """The officers (PgUp and PgDn where there are many), and the two entries."""
        return [
            self._officers,
            Horizontal(
                Static(say("Nomor petugas")),
                NumberInput(restrict=r"\d*", max_length=2, id="officer"),
                Static("", id="others", markup=False),
                classes="ask",
            ),
            Horizontal(
                Static(say("PIN")),
                LineInput(restrict=r"\d*", max_length=8, password=True, id="pin"),
                classes="ask",
            ),
        ]

    def on_mount(self) -> None:
        """List who can log in."""
        self._list()
        self.query_one("#officer", LineInput).focus()
        # Nobody may come for hours: what waits is printed and sent all the same.
        self.set_timer(WARM_SECONDS, self._warm)

    def _warm(self) -> None:
        if not self._warmed:
            self._warmed = True
            self.run_worker(self.kiosk.warm())

    def on_screen_resume(self) -> None:
        """The desk was locked: begin anew."""
        super().on_screen_resume()
        self._reset()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Someone is here: load the desk while he types, not while the first screen paints."""
        event.stop()
        self._warm()

    def _list(self) -> None:
        lines: list[str] = []
        self._seats = []
        for door in self.kiosk.doors:
            if len(self.kiosk.doors) > 1:
                lines.append(door.settings.name)
            for card in door.officers():
                self._seats.append((door, card))
                pin = say("PIN {pin}", pin=card.hint) if card.hint else ""
                lines.append(f"{len(self._seats):3}  {card.name:28.28} {_role(card):28.28} {pin}")
        if not self._seats:
            lines.append(say("Belum ada petugas. Daftarkan dengan: kiosk enrol"))
        self.query_one("#who", Static).update("\n".join(lines))
        others = [f"{LEAVE}  " + say("Tutup kiosk")]
        if len(lines) > LINES_SHOWN:
            others.append(say("PgUp PgDn: petugas lain"))
        self.query_one("#others", Static).update("   ".join(others))

    async def on_key(self, event: events.Key) -> None:
        """Enter after the PIN logs in, the other keys go back to the number."""
        if event.key == "escape":
            event.stop()
            self._reset()
        elif event.key == "pagedown":
            self._officers.scroll_page_down(animate=False)
        elif event.key == "pageup":
            self._officers.scroll_page_up(animate=False)
        elif event.key in ("enter", "tab", "down", "up", "shift+tab"):
            event.stop()
            event.prevent_default()
            officer, pin = self.query_one("#officer", LineInput), self.query_one("#pin", LineInput)
            if event.key == "enter":
                await self._enter(officer.value, pin.value)
            else:
                self.set_focus(officer)

    def action_to_pin(self) -> None:
        """On to the PIN, or out of the program."""
        self.set_focus(self.query_one("#pin", LineInput))
        # After the digits that the field has yet to take.
        self.query_one("#officer", LineInput).call_later(self._look_at_number)

    def _look_at_number(self) -> None:
        if self.query_one("#officer", LineInput).value == str(LEAVE):
            self._ask_to_leave()

    async def _enter(self, number: str, pin: str) -> None:
        if self._busy:
            return
        index = int(number) - 1 if number else -1
        if not 0 <= index < len(self._seats):
            self.say_next(say("Nomor petugas tidak ada. Lihat daftar di atas."), "tolak")
            self.query_one("#officer", LineInput).focus()
            return
        door, card = self._seats[index]
        self._busy = True
        try:
            self.say_next(say("Memeriksa PIN ..."))
            await self.kiosk.seat(door, card.officer, pin)
        except WrongPin as error:
            self.query_one("#pin", LineInput).value = ""
            self.say_next(str(error), "tolak")
            return
        finally:
            self._busy = False
        self._reset()
        self.kiosk.begin_work()

    @work
    async def _ask_to_leave(self) -> None:
        from kiosk.widgets.dialogs import Ask

        if await self.kiosk.push_screen_wait(Ask(say("Tutup kiosk di layar ini?"))):
            self.kiosk.exit(0)
        self._reset()

    def _reset(self) -> None:
        for name in ("#officer", "#pin"):
            self.query_one(name, LineInput).value = ""
        self.query_one("#officer", LineInput).focus()
        self.say_next(say("Ketik nomor Anda, Enter, lalu PIN, Enter."))

    def on_scanned(self, scanned: Scanned) -> None:
        """A scan before the login opens nothing."""
        scanned.stop()
        self.say_next(say("Masuk dahulu, lalu pindai."), "peringatan")


def _role(card: OfficerCard) -> str:
    from config.roles import ROLES

    return ", ".join(said(ROLES.get(role, role)) for role in card.roles)
