"""Scanning papers into a case: each page is looked at before it is taken.

A page is on disk from the moment the scanner gave it (kiosk/desk/scan_draft.py), so leaving this
screen, locking the desk or a crash loses nothing: it is here again when the case's scan is opened.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, ParamSpec, TypeVar

from textual import events, work
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from drivers.trouble import DeviceTrouble
from kiosk.desk.views import Refusal
from kiosk.screens.base import DeskScreen
from kiosk.screens.scan import OpenScanner, Scan, open_scanner, wishes
from kiosk.texts import said, say
from kiosk.widgets.dialogs import Ask, Choose
from kiosk.widgets.picture import Picture

if TYPE_CHECKING:
    from config.devices import Device
    from drivers.documents.job import ScanWish
    from drivers.documents.page import Page, ScanFormat
    from kiosk.desk.scan_draft import ScanDraft

P = ParamSpec("P")
T = TypeVar("T")

TOLD_SECONDS = 0.2
"""How often what the scanner's thread reports is looked at."""

OTHER = "lain"


class ScanScreen(DeskScreen):
    """Above, how far it is; below, the page that waits to be looked at."""

    BINDINGS: list[BindingType] = [Binding("escape", "leave", show=False)]
    DEFAULT_CSS = """
    ScanScreen #state { height: 3; padding: 0 1; }
    """

    def __init__(self, number: str, opens: OpenScanner = open_scanner) -> None:
        super().__init__(say("Pindai untuk kasus {number}", number=number))
        self._number = number
        self._opens = opens
        self._draft: ScanDraft | None = None
        self._queue: list[Path] = []
        self._ready = 0
        self._path: Path | None = None
        self._page: Page | None = None
        self._scan: Scan | None = None
        self._last: tuple[Device, ScanWish] | None = None
        self._form: ScanFormat = "avif"
        self._busy = False
        self._doing = ""

    def body(self) -> list[Widget]:
        """State and picture."""
        return [Static("", id="state", markup=False), Picture()]

    @property
    def _picture(self) -> Picture:
        return self.query_one(Picture)

    async def on_mount(self) -> None:
        """Go on with what was left, or begin to scan."""
        self._picture.focus()
        self.set_interval(TOLD_SECONDS, self._look_at_scan)
        try:
            self._draft = await self.kiosk.ask(self.desk.attachments.draft, self._number)
        except Refusal as error:
            self.say_next(str(error), "tolak")
            return
        await self._recount()
        self._queue = await self._on_disk(self._draft.waiting)
        left = len(self._queue) + self._ready
        if left:
            self.say_next(
                say("{n} halaman dari tadi belum dilampirkan. Lanjutkan, atau S pindai.", n=left)
            )
            self._show_next()
        else:
            self._do(self._begin)

    def on_unmount(self) -> None:
        """Whatever comes next, the scanner does not go on for nobody."""
        if self._scan is not None:
            self._scan.stop()

    # -- keys ----------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """The letters; what enlarges and moves belongs to the picture."""
        acts: dict[str, Callable[[], Awaitable[None]]] = {
            "enter": self._enter,
            "s": self._begin,
            "r": lambda: self._turn(90),
            "l": lambda: self._turn(270),
            "b": self._throw_away,
            "u": self._scan_again,
        }
        act = acts.get(event.key) or acts.get((event.character or "").casefold())
        if act is not None and self._draft is not None:
            event.stop()
            self._do(act)
        else:
            self._tell()

    def _do(self, act: Callable[[], Awaitable[None]]) -> None:
        """One act at a time: a key pressed twice does not do it twice."""
        if not self._busy:
            self._busy = True
            self._work_on(act)

    @work(group="page")
    async def _work_on(self, act: Callable[[], Awaitable[None]]) -> None:
        try:
            await act()
        finally:
            self._busy, self._doing = False, ""
        self._tell()

    async def _enter(self) -> None:
        if self._page is not None:
            await self._accept()
        elif self._path is None and self._ready and self._scan is None:
            await self._attach_ready()

    @work
    async def action_leave(self) -> None:
        """Esc: stop the scanner; when it stands still, back to the case."""
        if self._scan is not None:
            self._scan.stop()
            self._tell()
            return
        await self.kiosk.ask(self.desk.attachments.preview.clear)
        if self._draft is not None and not self._ready and not self._queue and not self._path:
            await self._on_disk(self._draft.clear)
        self.dismiss()

    # -- scanning ------------------------------------------------------------------------------

    async def _begin(self) -> None:
        """S: choose scanner and paper, and scan."""
        if self._scan is not None:
            return
        devices = (await self.kiosk.ask(self.desk.devices.now)).of_kind("document")
        if not devices:
            self.say_next(say("Belum ada pemindai dokumen. Tekan F9 untuk memasangnya."), "tolak")
            return
        device = devices[0]
        if len(devices) > 1:
            listed = [(str(at), one.name) for at, one in enumerate(devices)]
            answer = await self.kiosk.push_screen_wait(Choose(say("Pemindai mana?"), listed))
            if answer is None:
                return
            device = devices[int(answer)]
        choices = wishes()
        answer = await self.kiosk.push_screen_wait(
            Choose(device.name, [(str(at), words) for at, (words, _) in enumerate(choices)])
        )
        if answer is not None:
            self._run(device, choices[int(answer)][1])

    @work(group="scan")
    async def _run(self, device: Device, wish: ScanWish) -> None:
        draft = self._draft
        if draft is None or self._scan is not None:
            return
        self._last = (device, wish)
        self._form = "jpeg" if device.format == "jpeg" else "avif"
        try:
            scan = self._scan = Scan(self._opens(device), wish, draft.folder)
            self._tell()
            await asyncio.to_thread(scan.run)
            said_last = say("Pemindaian selesai. Lihat tiap halaman, lalu Enter."), False
        except DeviceTrouble as trouble:
            said_last = say(trouble.says.text, **trouble.says.values), True
        except OSError:
            said_last = _disk_words(), True
        self._look_at_scan()
        self._scan = None
        self.say_next(said_last[0], "tolak" if said_last[1] else "info")
        self._tell()

    def _look_at_scan(self) -> None:
        """Take over what the scanner's thread has brought."""
        scan = self._scan
        if scan is None:
            return
        while scan.came:
            self._queue.append(scan.came.popleft())
        self._tell()
        self._show_next()

    # -- looking at a page ---------------------------------------------------------------------

    def _show_next(self) -> None:
        if self._path is None and self._queue:
            self._path = self._queue.pop(0)
            self._open(self._path)
        self._tell()

    @work(group="page")
    async def _open(self, path: Path) -> None:
        from drivers.documents.page import open_raw

        try:
            page = await asyncio.to_thread(open_raw, path, colour=None)
        except DeviceTrouble as trouble:
            self.say_next(say(trouble.says.text, **trouble.says.values), "tolak")
            page = None
        if path == self._path:
            await self._put(page)

    async def _put(self, page: Page | None) -> None:
        self._page = page
        await self._picture.show(page)
        self._tell()
        if page is not None:
            png = await asyncio.to_thread(page.png)
            if page is self._page:
                await self._kept(self.desk.attachments.preview.show, png)

    async def _turn(self, degrees: Literal[90, 270]) -> None:
        page = self._page
        if page is not None:
            await self._put(await asyncio.to_thread(page.turned, degrees))

    async def _accept(self) -> None:
        page, path, draft = self._page, self._path, self._draft
        if page is None or path is None or draft is None:
            return
        self._doing = say("menyimpan ...")
        self._tell()
        stored = await asyncio.to_thread(page.stored, self._form)
        taken = await self._kept(draft.accept, path, stored)
        await self._recount()
        if taken:
            await self._go_on()

    async def _throw_away(self) -> None:
        if self._path is not None and await self.kiosk.push_screen_wait(
            Ask(say("Buang halaman ini?"))
        ):
            await self._drop()

    async def _scan_again(self) -> None:
        if self._path is None or self._scan is not None:
            return
        if await self.kiosk.push_screen_wait(Ask(say("Buang halaman ini dan pindai ulang?"))):
            await self._drop()
            if self._last is None:
                await self._begin()
            else:
                device, wish = self._last
                self._run(device, wish)

    async def _drop(self) -> None:
        draft, path = self._draft, self._path
        if draft is not None and path is not None and await self._kept(draft.drop, path):
            await self._go_on()

    async def _go_on(self) -> None:
        """The page is dealt with: the next one, or what to do when there is none."""
        self._path = None
        await self._put(None)
        self._show_next()
        if self._path is None and self._scan is None:
            self.say_next(
                say("Semua halaman sudah dilihat. Enter melampirkan, S memindai lagi.")
                if self._ready
                else say("Tidak ada halaman. S memindai, Esc kembali.")
            )

    # -- attaching -----------------------------------------------------------------------------

    async def _attach_ready(self) -> None:
        label = await self._label()
        if not label:
            return
        with self.telling():
            count = await self.kiosk.ask(self.desk.attachments.attach_draft, self._number, label)
            await self.kiosk.ask(self.desk.attachments.preview.clear)
            self.kiosk.exchange_soon()
            done = say("Terlampir: {label}, {n} halaman.", label=said(label), n=count)
            self.dismiss()
            self.kiosk.call_later(self.kiosk.tell, done)

    async def _label(self) -> str:
        """What the paper is; empty when the officer thinks better of it."""
        named = await self.kiosk.ask(self.desk.attachments.labels, self._number)
        answer = await self.kiosk.push_screen_wait(
            Choose(
                say("Surat apa ini? ({n} halaman)", n=self._ready),
                [*((one, said(one)) for one in named), (OTHER, say("Lainnya, ketik namanya"))],
            )
        )
        if answer != OTHER:
            return answer or ""
        from kiosk.cases.acts import LONGEST_LABEL
        from kiosk.screens.reason import ReasonDialog

        typed = await self.kiosk.push_screen_wait(
            ReasonDialog(say("Nama surat ini"), most=LONGEST_LABEL)
        )
        return typed or ""

    # -- disk and words ------------------------------------------------------------------------

    async def _recount(self) -> None:
        if self._draft is not None:
            self._ready = len(await self._on_disk(self._draft.ready))

    async def _on_disk(
        self, call: Callable[P, list[T] | None], *args: P.args, **kw: P.kwargs
    ) -> list[T]:
        try:
            return await self.kiosk.ask(call, *args, **kw) or []
        except OSError:
            self.say_next(_disk_words(), "tolak")
            return []

    async def _kept(self, call: Callable[P, None], *args: P.args, **kw: P.kwargs) -> bool:
        """Whether the disk did what it was asked; when not, the officer is told."""
        try:
            await self.kiosk.ask(call, *args, **kw)
        except OSError:
            self.say_next(_disk_words(), "tolak")
            return False
        return True

    def _tell(self) -> None:
        """How far it is, and the keys that mean something now."""
        if self.is_mounted:
            self.put("#state", f"{self._standing()}\n{self._keys()}\n{self._beside()}")

    def on_looked(self) -> None:
        """The page is shown larger or smaller."""
        self._tell()

    def _beside(self) -> str:
        """Where the page lies for a picture viewer."""
        if self._page is None:
            return ""
        return say("Gambar ini juga di {path}", path=self.desk.attachments.preview.path)

    def _standing(self) -> str:
        waiting = len(self._queue) + (self._path is not None)
        words = [say("Diterima {n} halaman, menunggu dilihat {m}", n=self._ready, m=waiting)]
        if self._scan is not None:
            words.append(
                say("menghentikan ...")
                if self._scan.stopping
                else say("memindai hal. {n}: {p}%", n=self._scan.number, p=self._scan.percent)
            )
        elif self._doing:
            words.append(self._doing)
        elif self._page is not None:
            words.append(self._picture.looking())
        return " | ".join(words)

    def _keys(self) -> str:
        if self._page is not None:
            return say("Enter terima  R/L putar  B buang  U ulangi  +/- besar kecil  panah geser")
        if self._path is not None:
            return say("B buang  U ulangi")
        if self._scan is not None:
            return say("Esc menghentikan pemindai")
        return (
            say("S pindai  Enter lampirkan  Esc kembali")
            if self._ready
            else say("S pindai  Esc kembali")
        )


def _disk_words() -> str:
    return say("Disk penuh atau tidak dapat ditulis. Halaman yang sudah ada tidak hilang.")
