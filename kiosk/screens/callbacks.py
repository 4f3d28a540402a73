"""The caller is told what was found out: the number to dial, the answer, and each try. AKAPELA 8.

This is the one place where a telephone number stands in full: for the officer whose turn it is, to
be dialled. On lists and papers it is masked.
"""

from __future__ import annotations

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from kiosk.cases.calls import Attempt
from kiosk.cases.card import CLOSED
from kiosk.desk.call_views import CallBack, Told
from kiosk.desk.views import Refusal
from kiosk.screens.base import DeskScreen
from kiosk.screens.outcome import OutcomeScreen
from kiosk.screens.routes import open_case
from kiosk.screens.words import short_stamp
from kiosk.texts import said, say


class CallBackScreen(DeskScreen):
    """What to say to whom, the tries so far, and below them what came of this one."""

    BINDINGS: list[BindingType] = [
        Binding("escape", "back", show=False),
        Binding("space", "look", show=False),
        *(Binding(str(n), f"offer({n})", show=False) for n in range(1, 10)),
    ]
    DEFAULT_CSS = """
    CallBackScreen #call { height: 1fr; padding: 0 1; scrollbar-size: 1 1; }
    CallBackScreen #call Static { height: auto; }
    CallBackScreen #offers { height: auto; max-height: 6; padding: 1 1 0 1; }
    """

    def __init__(self, number: str):
        super().__init__(say("Jawaban telepon"), _first_words())
        self._number = number
        self._call: CallBack | None = None

    def body(self) -> list[Widget]:
        """The call, and what may come of it."""
        return [
            VerticalScroll(Static("", id="facts", markup=False), id="call"),
            Static("", id="offers", markup=False),
        ]

    async def on_mount(self) -> None:
        """The case as it stands."""
        await self._reload()

    def on_screen_resume(self) -> None:
        """Back from writing down a try."""
        super().on_screen_resume()
        if self.is_mounted:
            self.call_later(self._reload)

    async def _reload(self) -> None:
        try:
            call = await self.kiosk.ask(self.desk.calls.call_back, self._number)
        except Refusal as error:
            await self._done_here(str(error))
            return
        self._call = call
        self.put("#facts", "\n".join(self._facts(call)))
        self.put(
            "#offers",
            "\n".join(f" {at}  {said(one.label)}" for at, one in enumerate(call.offers, 1)),
        )

    async def _done_here(self, why: str) -> None:
        """Back to where the officer came from; a case that goes on elsewhere is opened."""
        state = await self.kiosk.ask(self.desk.core.state, self._number)
        self.dismiss()
        if state is not None and state.status == CLOSED:
            self.kiosk.call_later(self.kiosk.tell, why)
        else:
            open_case(self.kiosk, self._number, told=why)

    @staticmethod
    def _facts(call: CallBack) -> list[str]:
        lines = [
            say("Telepon: {nomor}", nomor=spaced(call.phone)),
            say("Nama   : {nama}", nama=call.name) + (f" ({call.agreed})" if call.agreed else ""),
            say("Jenis  : {jenis}", jenis=call.kind),
            say("Aduan  : {isi}", isi=call.complaint or "-"),
            "",
            say("Yang disampaikan:"),
            *([f"  {_answer(one)}" for one in call.answers] or ["  -"]),
        ]
        if call.attempts:
            lines += ["", say("Sudah dihubungi {n} kali:", n=len(call.attempts))]
            lines += [f"  {_try(one)}" for one in call.attempts]
        if call.attempts and (left := call.tries_left):
            lines.append(say("  Setelah {n} kali lagi boleh ditutup tidak tersampaikan.", n=left))
        return lines

    async def action_offer(self, number: int) -> None:
        """A digit: what came of it."""
        call = self._call
        if call is None or number > len(call.offers):
            return
        offer = call.offers[number - 1]
        if offer.outcome is None:
            return
        if offer.outcome.fields:
            state = await self.kiosk.ask(self.desk.core.state, self._number)
            self.kiosk.show_above(OutcomeScreen(self._number, offer.outcome, offer.step, state))
            return
        with self.telling():
            await self.kiosk.ask(
                self.desk.files.record, self._number, offer.outcome.id, {}, offer.step
            )
            await self._reload()

    def action_look(self) -> None:
        """Space: the case itself."""
        open_case(self.kiosk, self._number)


def spaced(phone: str) -> str:
    """A stored number as it is dialled here, in groups: ``0812 5551 031``."""
    local = "0" + phone[2:] if phone.startswith("62") else phone
    groups = [local[:4], *(local[at : at + 4] for at in range(4, len(local), 4))]
    return " ".join(groups)


def _answer(one: Told) -> str:
    return f"{short_stamp(one.time)}  {one.who}  {said(one.what)}: {one.note}"


def _try(one: Attempt) -> str:
    words = f"{short_stamp(one.time)}  {one.officer}  {said(one.result)}"
    if one.note:
        words += f": {one.note}"
    return f"{words}  ({say('lagi {waktu}', waktu=short_stamp(one.again))})" if one.again else words


def _first_words() -> str:
    return say("Telepon nomor di atas, lalu pilih hasilnya dengan angka. Spasi: kasus.")
