"""What goes on beside the screens: printers at work, scanners read, devices coming and going."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from textual.message import Message

from drivers.trouble import DeviceTrouble
from drivers.words import words
from kiosk.texts import say

if TYPE_CHECKING:
    from config.devices import Device
    from drivers.printing.probe import Abilities
    from drivers.profiles import Profile
    from kiosk.app import KioskApp
    from kiosk.desk.desk import Desk
    from kiosk.equipment import Equipment
    from kiosk.press import Line, Press

RETRY_SECONDS = 3.0
"""How often papers that wait for a printer are tried again."""


class DevicesChanged(Message):
    """A device came, went, or began to fail."""


class PrinterWord(NamedTuple):
    """The printers in a word for the status line, and whether all is well."""

    word: str
    ok: bool


class Backroom:
    """One for the whole application; each printer has one owner thread."""

    def __init__(self, app: KioskApp):
        self._app = app
        self._presses: dict[str, Press] = {}
        self._owners: dict[Line, ThreadPoolExecutor] = {}
        self._again: set[Line] = set()
        self._equipment: Equipment | None = None
        self._absent: set[str] = set()
        self._closed = False

    # -- life ----------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to watch the machine's devices; after the first login, so that nothing of it
        stands in the way of the first paint."""
        if self._equipment is None:
            from kiosk.equipment import Equipment

            loop = asyncio.get_running_loop()
            deliver = self._app.deliver_scan
            self._equipment = Equipment(
                lambda text, garbage: _soon(loop, deliver, text, garbage),
                lambda: _soon(loop, self._changed),
            )
            self._equipment.start()
            self._app.set_interval(RETRY_SECONDS, self._retry)

    async def stop(self) -> None:
        """Let go of every device. A paper under way is asked about at the next start."""
        self._closed = True
        if self._equipment is not None:
            await asyncio.to_thread(self._equipment.stop)
        for press in self._presses.values():
            press.halt_all()
        for owner in self._owners.values():
            await asyncio.to_thread(owner.shutdown)
        for press in self._presses.values():
            await asyncio.to_thread(press.close)

    # -- printing ------------------------------------------------------------------------------

    def serve(self, desk: Desk) -> None:
        """Print what this desk queues, from now on."""
        loop = asyncio.get_running_loop()
        # The desk's thread does one thing after the other: what print_soon asks of it comes after
        # the act that queued the paper.
        desk.printing.spool.on_queued = lambda: _soon(loop, self.print_soon)

    def print_soon(self) -> None:
        """Begin to print what is queued, and go on at once."""
        if not self._closed:
            self._app.run_worker(self._print_all(), group="press")

    async def _retry(self) -> None:
        for desk in self._app.open_desks():
            if await self._app.ask(desk.printing.spool.in_states, "QUEUED"):
                self.print_soon()
                return

    async def _print_all(self) -> None:
        for desk in self._app.open_desks():
            if not await self._app.ask(desk.printing.spool.in_states, "QUEUED"):
                continue  # and nothing of printing need be loaded
            for line in await self._lines(desk):
                self._app.run_worker(self._print_on(line), group="press")

    async def _lines(self, desk: Desk) -> list[Line]:
        press = self.press(desk)
        return await asyncio.to_thread(press.lines)

    def press(self, desk: Desk) -> Press:
        """The printers of a desk."""
        from kiosk.press import Press

        code = desk.settings.code
        if code not in self._presses:
            self._presses[code] = Press(desk, self._app.asking)
        return self._presses[code]

    async def _print_on(self, line: Line) -> None:
        if line.busy.locked():
            self._again.add(line)
            return
        loop = asyncio.get_running_loop()
        if line not in self._owners:
            self._owners[line] = ThreadPoolExecutor(1, thread_name_prefix="printer")
        with line.busy:
            while True:
                self._again.discard(line)
                await loop.run_in_executor(self._owners[line], line.run)
                if line not in self._again or self._closed:
                    break
        if not self._closed:
            self._app.screen.post_message(DevicesChanged())
            await self._app.refresh_status()

    def halt(self, desk: Desk, job: int) -> None:
        """Send no more of this paper."""
        self.press(desk).halt(job)

    async def probe(self, desk: Desk, address: str, profile: Profile, baud: int) -> Abilities:
        """Ask a printer what it can do; it must not be printing. Raises DeviceTrouble."""
        from drivers.ports.addresses import open_port
        from drivers.printing.probe import probe

        def ask() -> Abilities:
            port = open_port(address, baud=baud)
            try:
                return probe(port, profile)
            finally:
                port.close()

        line = next((one for one in await self._lines(desk) if one.device.address == address), None)
        if line is None:
            return await asyncio.to_thread(ask)
        if line.busy.locked():
            raise DeviceTrouble(words("Printer ini sedang mencetak. Tunggu sampai selesai."))
        with line.busy:
            line.sender.close()
            return await asyncio.to_thread(ask)

    async def find_document_scanners(self) -> list[tuple[str, str]]:
        """The document scanners that can be found now: address and name. Takes some seconds.

        Raises DeviceTrouble.
        """
        from drivers.documents.sources import find_sources

        return [(one.address, one.label) for one in await asyncio.to_thread(find_sources)]

    # -- devices -------------------------------------------------------------------------------

    @property
    def equipment(self) -> Equipment | None:
        """What is plugged in; None before the first login."""
        return self._equipment

    def trouble(self, device: Device) -> str:
        """What is wrong with a device of the desk in use; empty when nothing is known."""
        if self._equipment is not None:
            says = self._equipment.trouble(device.address)
            if says:
                return says
        press = self._presses.get(self._app.door.settings.code)
        return press.trouble(device.address) if press else ""

    def printer_word(self, desk: Desk) -> PrinterWord:
        """The printers of a desk in a word; on the desk thread."""
        printing = desk.printing
        if printing.unanswered():
            return PrinterWord(say("tanya"), False)
        printers = desk.devices.now().of_kind("printer")
        if not printers:
            return PrinterWord(say("tidak ada"), False)
        if printing.paused() or any(self.trouble(one) for one in printers):
            return PrinterWord(say("lihat F9"), False)
        return PrinterWord(say("sibuk") if printing.pending() else say("siap"), True)

    def read_scanners(self) -> None:
        """Read the scanners of the desk in use from now on."""
        self._app.run_worker(self._read_scanners(), group="scanners")

    async def _read_scanners(self) -> None:
        if self._equipment is not None:
            devices = await self._app.ask(self._app.desk.devices.now)
            await asyncio.to_thread(self._equipment.read, devices.of_kind("barcode"))

    def _changed(self) -> None:
        self._app.run_worker(self._tell_changes(), group="devices")

    async def _tell_changes(self) -> None:
        equipment = self._equipment
        if equipment is None or not self._app.seated or self._closed:
            return
        devices = (await self._app.ask(self._app.desk.devices.now)).devices
        absent = {one.address for one in devices if not equipment.present(one.address)}
        # Kept at once: watch and reader tell of the same cable, and the officer hears it once.
        before, self._absent = self._absent, absent
        for device in devices:
            if device.address in absent - before:
                self._app.tell(
                    say("{nama} terlepas. Pasang lagi; pekerjaan aman.", nama=device.name),
                    "peringatan",
                )
                await self._let_go(device.address)
            elif device.address in before - absent:
                self._app.tell(say("{nama} tersambung lagi.", nama=device.name), "info")
        self._app.screen.post_message(DevicesChanged())
        self.print_soon()
        await self._app.refresh_status()

    async def _let_go(self, address: str) -> None:
        """Close an idle printer that is gone: its handle would fail at the next paper."""
        for line in await self._lines(self._app.desk):
            if line.device.address == address and not line.busy.locked():
                await asyncio.to_thread(line.sender.close)


def _soon(loop: asyncio.AbstractEventLoop, call: Callable[..., None], *values: object) -> None:
    with suppress(RuntimeError):  # the application has ended
        loop.call_soon_threadsafe(call, *values)
