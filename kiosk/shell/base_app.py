"""The application every screen of the kiosk runs in.

Four things are decided here, once: a scan is taken out of the keyboard before any field or key
binding sees it; everything that reads or writes (database, printer, network) runs on one thread of
its own, in the order it was asked; the status line is kept true; and an error ends the program
without showing whose data was on the screen.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, ParamSpec, TypeVar

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.scrollbar import ScrollBar, ScrollBarRender

from kiosk.shell.crash import CRASH_LOG, QuietHooks, last_words, note_crash, wipe_screen
from kiosk.shell.scans import ScanGate
from kiosk.shell.theme import SHELL_CSS, THEME, THEME_NAME
from kiosk.widgets.bars import StatusFacts, StatusLine

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

P = ParamSpec("P")
T = TypeVar("T")

STATUS_SECONDS = 5.0
"""How often the status line is gathered anew, in seconds."""


class Scanned(Message):
    """A scanner read something, whatever had the focus; posted to the active screen and, when that
    does not stop it, to the application.

    `text` is what it read, without prefix and suffix; `garbage` says that it is no text at all
    (control characters, far too long) and only deserves a word to the officer.
    """

    def __init__(self, text: str, garbage: bool) -> None:
        super().__init__()
        self.text = text
        self.garbage = garbage


class PlainScrollBar(ScrollBarRender):
    """A scrollbar of whole cells: the console's fonts have no eighths of a block."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "]
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "]


class ShellApp(App[int], inherit_bindings=False):
    """Subclass this; override `go` for the function keys and `status` for the status line."""

    CSS = SHELL_CSS
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    # Neither Ctrl+Q nor Ctrl+C ends the program: a barcode can hold both.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "go('bantuan')", show=False),
        Binding("f2", "go('baru')", show=False),
        Binding("f3", "go('cari')", show=False),
        Binding("f4", "go('serah')", show=False),
        Binding("f5", "go('kerja')", show=False),
        Binding("f6", "go('cetak')", show=False),
        Binding("f7", "go('sinkron')", show=False),
        Binding("f8", "go('laporan')", show=False),
        Binding("f9", "go('kelola')", show=False),
        Binding("f10", "go('kunci')", show=False),
    ]

    def __init__(self, *, office: str = "", training: bool = False) -> None:
        super().__init__()
        ScrollBar.renderer = PlainScrollBar
        self.register_theme(THEME)
        self.theme = THEME_NAME
        # Neither tooltips nor toasts: no mouse, and a toast covers what an officer is reading.
        self._disable_tooltips = True
        self._disable_notifications = True
        self.office = office
        self.training = training
        self.facts = StatusFacts()
        self.hears_scans = True
        """False: every key is an officer's (a test that types faster than any hand)."""
        self.crash_folder: Path | None = None
        self.crashed = False
        self._scans = ScanGate(self)
        self._desk: ThreadPoolExecutor | None = None

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The theme's own variables, known even before the theme is chosen."""
        return THEME.variables

    # Function keys

    async def action_go(self, where: str) -> None:
        """A function key that no screen took for itself."""
        await self.go(where)

    async def go(self, where: str) -> None:
        """Override: one of bantuan, baru, cari, serah, kerja, cetak, sinkron, laporan, kelola,
        kunci."""

    # Scans

    async def on_event(self, event: events.Event) -> None:
        """Every key passes the scan gate first, before focus and bindings."""
        if (
            isinstance(event, events.Key)
            and not event.is_forwarded
            and self.hears_scans
            and all(getattr(screen, "hears_scans", True) for screen in self.screen_stack[-1:])
        ):
            await self._scans.take(event)
        else:
            await super().on_event(event)

    async def deliver_key(self, event: events.Key) -> None:
        """A key that is an officer's, on its ordinary way."""
        await super().on_event(event)

    def deliver_scan(self, text: str, garbage: bool) -> None:
        """A scan, to the screen on top."""
        self.screen.post_message(Scanned(text, garbage))

    # The desk thread

    async def ask(self, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run the blocking `fn` on the desk thread and return what it returns or raise what it
        raises. The only door to disk, network and devices; calls run one at a time, in order."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._desk_thread(), lambda: fn(*args, **kwargs))

    def asking(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """``ask`` for a thread that may wait: straight to the desk thread, whatever the screen is
        busy with."""
        return self._desk_thread().submit(call, *args, **kwargs).result()

    def _desk_thread(self) -> ThreadPoolExecutor:
        if self._desk is None:
            from concurrent.futures import ThreadPoolExecutor

            self._desk = ThreadPoolExecutor(1, thread_name_prefix="desk")
        return self._desk

    # The status line

    def status(self) -> StatusFacts:
        """Override: what is true now. Called on the desk thread, so it may read the database."""
        return self.facts

    async def refresh_status(self) -> None:
        """Gather the facts now and show them."""
        facts = await self.ask(self.status)
        self.push_status(facts)

    def push_status(self, facts: StatusFacts) -> None:
        """Show these facts on the screen on top and on every one that comes after."""
        self.facts = facts
        if self.screen_stack:
            for line in self.screen.query(StatusLine):
                line.facts = facts

    # Life and death

    def on_mount(self) -> None:
        """Gather the facts from now on, and let an end by signal go through the ordinary door."""
        self.set_interval(STATUS_SECONDS, self.refresh_status)
        self.call_after_refresh(self.refresh_status)
        if not self.is_headless:
            loop = asyncio.get_running_loop()
            loop.set_exception_handler(self._loop_trouble)
            with suppress(RuntimeError, ValueError):
                for number in (signal.SIGTERM, signal.SIGHUP):
                    loop.add_signal_handler(number, self.exit, 0)

    async def on_unmount(self) -> None:
        """Let the act that is running finish; what has not begun is dropped."""
        if self._desk is not None:
            self._desk.shutdown(wait=True, cancel_futures=True)
            self._desk = None

    def copy_to_clipboard(self, text: str) -> None:
        """Keep the text inside the program: what was copied must not travel to the terminal."""
        self._clipboard = text

    def note(self, error: BaseException) -> None:
        """Write down where an error happened."""
        if self.crash_folder is not None:
            note_crash(self.crash_folder, error)

    def _loop_trouble(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, BaseException):
            self.note(error)

    def _handle_exception(self, error: Exception) -> None:
        # Textual's own would print a traceback with every local variable.
        self._return_code = 1
        self.crashed = True
        self.note(error)
        if self._exception is None:
            self._exception = error
            self._exception_event.set()  # pyright: ignore[reportUnknownMemberType]
        self._close_messages_no_wait()

    def _fatal_error(self) -> None:
        self._return_code = 1
        self.crashed = True
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        self._exit_renderables.clear()


def run_app(app: ShellApp, crash_folder: Path, *, mouse: bool = False) -> int:
    """Run the application until it ends and return the process's exit code.

    The screen is wiped whatever happened. After a crash the code is 1, `crash_folder`/crash.log
    says where it was, and stderr has one plain line.
    """
    app.crash_folder = crash_folder
    code = 1
    with QuietHooks(app.note):
        try:
            result = app.run(mouse=mouse)
            code = app.return_code or result or 0
        except KeyboardInterrupt:
            code = 130
        except Exception as error:
            app.crashed = True
            app.note(error)
        finally:
            wipe_screen()
    if app.crashed:
        last_words(crash_folder / CRASH_LOG)
        return 1
    return code
