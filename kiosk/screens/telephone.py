"""F2 at the telephone desk: ready to type at the first ring. AKAPELA steps 1 and 2.

Nothing stands between the officer and the first field: no window asks, nothing is waited for. What
is known of the caller appears below the form as soon as his number is typed; before that, what
waits at this desk: calls on hold, answers that have come, calls to give back. PgDn goes down to
that list, PgUp or Esc back to the form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from textual import work
from textual.binding import Binding, BindingType
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Static

from kiosk.cases.calls import PROCEDURE
from kiosk.desk.call_views import Earlier, Underway
from kiosk.desk.calls import KIND, RELATED, still_open
from kiosk.desk.views import FormRefused, Refusal, Submitted
from kiosk.screens.base import DeskScreen, News
from kiosk.screens.call_rows import (
    add_options,
    earlier_row,
    leave_options,
    list_columns,
    underway_row,
    waiting_row,
)
from kiosk.screens.forms import spoken_form
from kiosk.screens.help import form_lookups
from kiosk.screens.routes import open_case, open_waiting
from kiosk.texts import say
from kiosk.widgets.dialogs import Choose
from kiosk.widgets.form_view import FieldLeft, FormDone
from kiosk.widgets.live_form import LiveForm
from kiosk.widgets.record_list import ListSource, RecordChosen, RecordList, Row

if TYPE_CHECKING:
    from kiosk.app import KioskApp

SETTLE_SECONDS = 0.3
"""After the last key: what was typed is kept, and the caller looked up."""

KNOWN_FROM = 9
"""Digits from which a number that is still being typed is looked up."""

CALLER = ("telepon", "nik", "no_kk")
HELD = "tahan:"


async def answer_calls(kiosk: KioskApp) -> None:
    """After the login at a telephone desk: the call screen lies above the worklist, so that the
    first ring finds it ready. Whoever does not answer calls there stays at his worklist."""
    beginnable = await kiosk.ask(kiosk.desk.intake.beginnable)
    if any(one.slug == PROCEDURE for one in beginnable):
        await kiosk.push_screen(TelephoneScreen())


async def next_call(kiosk: KioskApp) -> None:
    """F2 from anywhere: the call screen, with an empty form. Run by the application (call_later),
    never by a screen, which would wait for its own end."""
    below = next((one for one in kiosk.screen_stack if isinstance(one, TelephoneScreen)), None)
    if below is not None:
        await below.action_next_call()
    await kiosk.uncover(below)
    if below is None:
        await kiosk.push_screen(TelephoneScreen())


class TelephoneScreen(DeskScreen):
    """One call after the other; F2 puts the present one on hold and begins the next."""

    BINDINGS: list[BindingType] = [
        Binding("f2", "next_call", show=False, priority=True),
        Binding("escape", "leave", show=False, priority=True),
        Binding("pagedown", "below", show=False, priority=True),
        Binding("pageup", "above", show=False, priority=True),
        Binding("space", "look", show=False),
    ]
    DEFAULT_CSS = """
    TelephoneScreen LiveForm { height: 12; }
    TelephoneScreen #below { height: 1; padding: 0 1; text-style: bold; }
    """

    def __init__(self) -> None:
        super().__init__(say("Panggilan"), _first_words())
        self._began = 0
        self._taken = False
        self._timer: Timer | None = None
        self._looked_up: tuple[str, ...] = ()
        self._earlier: list[Earlier] = []

    def body(self) -> list[Widget]:
        """The form, and below it the list."""
        # Read once from its file: not worth a turn on the desk's thread at the first ring.
        self._form = spoken_form(self.desk.calls.form())
        self._officer = self.desk.core.acting().id
        self._view = self._new_form({})
        self._below = Static("", id="below", markup=False)
        self._list = RecordList(list_columns(), ListSource([]), empty=say("Belum ada."))
        return [self._view, self._below, self._list]

    def _new_form(self, values: Mapping[str, str]) -> LiveForm:
        intake, form = self.desk.intake, self._form
        return LiveForm(
            form.pages,
            {**form.defaults(), **values},
            check=lambda field, value, every: intake.check(form, field.key, value, every),
            normalise=lambda field, value: intake.normalise(form, field.key, value),
            lookups=form_lookups(self.kiosk),
        )

    def on_mount(self) -> None:
        """The form has the cursor already; what waits is read beside it."""
        self._show_below()

    def on_screen_resume(self) -> None:
        """Back from a case that was looked at."""
        super().on_screen_resume()
        if self.is_mounted:
            self._looked_up = ()
            self._show_below()

    def on_news(self, news: News) -> None:
        """Entries came in: an answer may be among them."""
        news.stop()
        self._looked_up = ()
        self._show_below()

    def on_screen_suspend(self) -> None:
        """Whatever comes over this screen, or ends it: what was typed is kept."""
        self._stop_settling()
        self.kiosk.run_worker(self._keep(), group="calls")

    # -- typing --------------------------------------------------------------------------------

    def on_live_form_typed(self, typed: LiveForm.Typed) -> None:
        """Every key: the first one begins the call."""
        typed.stop()
        if typed.form is self._view and self._under_way():
            self._stop_settling()
            self._timer = self.set_timer(SETTLE_SECONDS, self._settle)

    async def on_field_left(self, left: FieldLeft) -> None:
        """The draft is kept as it is in the forms of paper, too."""
        left.stop()
        if left.form is self._view and self._under_way():
            await self._settle()

    def _under_way(self) -> bool:
        """Whether a call has begun: something was typed that the form did not begin with."""
        start = self._form.defaults()
        typed = self._view.typed.items()
        if not self._began and any(value != start.get(key, "") for key, value in typed):
            self._began = self.desk.calls.now()
        return bool(self._began)

    async def _settle(self) -> None:
        await self._keep()
        self._show_below()

    def _stop_settling(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    async def _keep(self) -> bool:
        """Keep what was typed; false when nothing is kept."""
        if self._taken or not self._under_way():
            return False
        view, keep = self._view, self.desk.calls.keep
        try:
            await self.kiosk.ask(keep, self._officer, self._began, view.typed, view.here)
        except Refusal as error:
            if self.is_current:
                self.say_next(str(error), "tolak")
            return False
        return True

    def _answer(self, key: str) -> str:
        """What stands in a field, as it is stored."""
        text = self._view.typed.get(key, "")
        return self.desk.intake.normalise(self._form, key, text) if self._form.has(key) else text

    # -- the list below ------------------------------------------------------------------------

    @work(exclusive=True, group="below")
    async def _show_below(self) -> None:
        caller = tuple(
            value if len(value) >= KNOWN_FROM else "" for value in map(self._answer, CALLER)
        )
        with self.telling():
            if not any(caller):
                self._earlier, self._looked_up = [], ()
                await self._show_waiting()
                return
            if caller != self._looked_up:
                self._earlier = await self.kiosk.ask(self.desk.calls.earlier, *caller)
                self._looked_up = caller
            await self._show_earlier()

    async def _show_earlier(self) -> None:
        linked = self._answer(RELATED).upper()
        likely = {one.number for one in still_open(self._earlier, self._answer(KIND))}
        rows = [
            earlier_row(one, linked=one.number == linked, same=one.number in likely)
            for one in self._earlier
        ]
        known = say("Penelepon ini: {n} panggilan dan kasus lain", n=len(rows))
        await self._fill(known if rows else say("Penelepon ini belum dikenal."), rows)

    async def _show_waiting(self) -> None:
        calls = self.desk.calls
        held = [one for one in await self.kiosk.ask(calls.underway) if one.began != self._began]
        waiting = await self.kiosk.ask(calls.waiting)
        rows = [underway_row(one, self._form) for one in held]
        rows += [waiting_row(one, calls.now()) for one in waiting]
        ready = sum(one.rank == 0 for one in waiting)
        text = say("Menunggu saya: {n}", n=len(waiting))
        text += say("   Jawaban siap: {n}", n=ready) if ready else ""
        text += say("   Tertahan: {n}", n=len(held)) if held else ""
        await self._fill(text, rows)

    async def _fill(self, heading: str, rows: Sequence[Row]) -> None:
        if self._list.is_attached:  # not after the screen was left
            await self._list.reload(ListSource(rows))
            self._below.update(heading)

    async def action_below(self) -> None:
        """PgDn: to the list, and down in it."""
        if self._list.has_focus:
            await self._list.handle_list_key("pagedown")
        elif self._list.total:
            self.set_focus(self._list)
            self.say_next(
                say("Enter menautkan ke panggilan ini, Spasi membuka kasus, Esc ke isian.")
                if self._looked_up
                else say("Enter membuka, Esc ke isian.")
            )

    async def action_above(self) -> None:
        """PgUp: up in the list, from its first line to the form."""
        if self._list.has_focus and self._list.cursor:
            await self._list.handle_list_key("pageup")
        else:
            await self._to_form()

    async def _to_form(self, key: str = "") -> None:
        await self._view.go_to(key or self._view.here)
        self.say_next(_first_words())

    async def action_look(self) -> None:
        """Space in the list: the case itself, or what is to be told of it; the call stays."""
        row = self._list.current
        if row is not None and not row.key.startswith(HELD):
            await open_waiting(self.kiosk, row.key)

    async def on_record_chosen(self, chosen: RecordChosen) -> None:
        """Enter in the list."""
        chosen.stop()
        if chosen.key.startswith(HELD):
            await self._resume(int(chosen.key.removeprefix(HELD)))
        elif self._looked_up:
            await self._link(chosen.key)
        else:
            await open_waiting(self.kiosk, chosen.key)

    async def _link(self, number: str) -> None:
        """Enter on an earlier call or case: this call is about it; once more, and it is not."""
        linked = "" if self._answer(RELATED) == number else number
        await self._view.put({RELATED: linked})
        await self._keep()
        self._show_below()
        await self._to_form(self._first_empty())
        self.say_next(
            say("Ditautkan dengan {nomor}.", nomor=number) if linked else say("Tautan dilepas.")
        )

    def _first_empty(self) -> str:
        fields = (one for one in self._form.fields if one.required)
        return next((one.key for one in fields if not self._answer(one.key)), RELATED)

    # -- one call after the other --------------------------------------------------------------

    async def action_next_call(self) -> None:
        """F2: the telephone rings again; what was typed so far waits on hold."""
        await self._view.settled()
        if await self._keep():
            await self._begin()
            self.say_next(say("Panggilan tadi ditahan. PgDn lalu Enter melanjutkannya."))

    async def _resume(self, began: int) -> None:
        held = await self.kiosk.ask(self.desk.calls.underway)
        found = next((one for one in held if one.began == began), None)
        if found is None:
            return
        await self._keep()
        await self._begin(found)
        self.say_next(say("Panggilan dilanjutkan."))

    async def _begin(self, held: Underway | None = None) -> None:
        """An empty form, or that of a call on hold, in place of the present one."""
        self._stop_settling()
        old, fresh = self._view, self._new_form(held.values if held else {})
        self._view, self._began, self._taken = fresh, held.began if held else 0, False
        old.remove_class("form-view")
        with self.kiosk.batch_update():
            await self.query_one("#body").mount(fresh, before=old)
            await old.remove()
        if held:
            await fresh.go_to(held.field)
        self._show_below()

    # -- taking it in --------------------------------------------------------------------------

    def on_form_done(self, done: FormDone) -> None:
        """The last field was confirmed."""
        done.stop()
        self._finish(dict(done.values))

    @work(exclusive=True, group="finish")
    async def _finish(self, values: dict[str, str]) -> None:
        self._stop_settling()
        calls = self.desk.calls
        began = self._began or calls.now()
        with self.telling():
            same = still_open(
                await self.kiosk.ask(calls.earlier, *(values.get(key, "") for key in CALLER)),
                values.get(KIND, ""),
            )
            onto = await self._ask_same(same) if same else ""
            if onto is None:
                self._view.unlock()
                self.say_next(say("Belum dicatat. Perbaiki isian atau tekan Esc."))
                return
            self._taken = True  # the draft goes with the call: no late key brings it back
            try:
                if onto:
                    await self.kiosk.ask(calls.add, onto, values, began)
                    told = say("Panggilan ditambahkan ke pengaduan ini.")
                else:
                    made: Submitted = await self.kiosk.ask(calls.take_in, values, began)
                    onto = made.number
                    told = say("Tercatat {nomor}, kode {kode}.", nomor=onto, kode=made.code)
            except FormRefused as error:
                finding = error.findings[0]
                await self._view.refuse(finding.key, finding.says)
                return
            finally:
                self._taken = False
            await self._begin()
            open_case(self.kiosk, onto, PROCEDURE, told)

    async def _ask_same(self, same: Sequence[Earlier]) -> str | None:
        """Whether this call is about a complaint that is still open: its number, "" for another
        matter, None when the officer goes back."""
        answer = await self.kiosk.push_screen_wait(
            Choose(
                say("Penelepon ini sudah mengadukan hal sejenis dan belum selesai."),
                [*add_options(same), ("baru", say("Hal lain: catat pengaduan baru"))],
            )
        )
        return "" if answer == "baru" else answer

    # -- leaving -------------------------------------------------------------------------------

    async def action_leave(self) -> None:
        """Esc: from the list to the form; from the form away, and nothing typed is lost."""
        await self._view.settled()
        if self._list.has_focus:
            await self._to_form()
        elif self._under_way():
            self._ask_to_leave()
        else:
            self.kiosk.home()

    @work
    async def _ask_to_leave(self) -> None:
        answer = await self.kiosk.push_screen_wait(
            Choose(say("Berhenti mengisi?"), leave_options())
        )
        if answer == "tahan":
            if await self._keep():
                await self._begin()
                self.kiosk.home()
        elif answer == "buang":
            with self.telling():
                await self.kiosk.ask(self.desk.calls.drop, self._officer, self._began)
                await self._begin()


def _first_words() -> str:
    return say("Ketik nomor penelepon. F2 menahan dan memulai panggilan baru, PgDn daftar.")
