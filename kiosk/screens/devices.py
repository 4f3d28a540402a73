"""F9 Perangkat: what is plugged in, how it does, which paper goes to which printer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from config.devices import PAPERS, Device
from drivers.trouble import DeviceTrouble
from kiosk.backroom import DevicesChanged
from kiosk.cases.card_words import paper_name
from kiosk.screens.base import ListScreen
from kiosk.screens.device_words import (
    BY_HAND,
    detail_lines,
    kind_word,
    offers,
    papers_word,
    proof_word,
)
from kiosk.screens.reason import ReasonDialog
from kiosk.shell.base_app import Scanned
from kiosk.texts import said, said_words, say
from kiosk.widgets.dialogs import Ask, Choose
from kiosk.widgets.record_list import Column, ListSource, RecordChosen, RecordList, Row

if TYPE_CHECKING:
    from drivers.presence.found import Found


class DevicesScreen(ListScreen):
    """The devices in use, then those that are plugged in and not in use yet."""

    BINDINGS: list[BindingType] = [Binding("escape", "back", show=False)]

    def __init__(self) -> None:
        super().__init__(say("Perangkat"), say("Enter: atur atau uji perangkat ini."))
        self._devices: dict[str, Device] = {}
        self._new: dict[str, Found] = {}
        self._test = ""
        self._testing: Device | None = None

    def body(self) -> list[Widget]:
        """The list."""
        columns = [
            Column(say("Perangkat"), 26),
            Column(say("Jenis"), 12),
            Column(say("Untuk"), 16),
            Column(say("Keadaan")),
        ]
        return [RecordList(columns, ListSource([]), empty=say("Belum ada perangkat."))]

    async def on_devices_changed(self, changed: DevicesChanged) -> None:
        """Something came, went, or printed."""
        changed.stop()
        await self.reload()

    async def reload(self) -> None:
        """Read the list anew."""
        settings = self.desk.devices
        devices = await self.kiosk.ask(settings.now)
        if settings.trouble:
            self.say_next(settings.trouble, "tolak")
        backroom = self.kiosk.backroom
        self._devices = {one.address: one for one in devices.devices}
        found = backroom.equipment.found if backroom.equipment else frozenset[Found]()
        used = {name for one in found for name in (one.address, one.also) if name in self._devices}
        self._new = {
            one.address: one
            for one in sorted(found, key=lambda one: (one.kind, one.name))
            if not used & {one.address, one.also}
        }
        rows = [
            Row(
                one.address,
                (
                    one.name,
                    kind_word(one.kind),
                    papers_word(devices.papers_of(one.address)),
                    backroom.trouble(one) or say("siap"),
                ),
            )
            for one in devices.devices
        ]
        rows += [
            Row(one.address, (one.name, kind_word(one.kind), "-", say("belum dipakai")))
            for one in self._new.values()
        ]
        rows.append(Row(BY_HAND, (say("Tambah alamat ..."), "", "", say("printer jaringan, CUPS"))))
        rows.append(Row("cari", (say("Cari pemindai dokumen"), "", "", "")))
        await self.records.reload(ListSource(rows))

    # -- what the officer chooses ----------------------------------------------------------------

    @work
    async def on_record_chosen(self, chosen: RecordChosen) -> None:
        """Enter."""
        chosen.stop()
        with self.telling():
            if chosen.key in self._devices:
                await self._choose(self._devices[chosen.key])
            elif chosen.key in self._new:
                await self._take(self._new[chosen.key])
            elif chosen.key == BY_HAND:
                await self._by_hand()
            else:
                self._find_scanners()
        await self.reload()

    async def _choose(self, device: Device) -> None:
        trouble = self.kiosk.backroom.trouble(device)
        act = await self.kiosk.push_screen_wait(
            Choose(device.name, offers(device), detail_lines(device, trouble))
        )
        if act == "kertas":
            await self._give_papers(device)
        elif act == "uji":
            await self._print_test(device)
        elif act == "pindai":
            self._test = device.address
            self._testing = device
            self.say_next(say("Pindai satu QR atau barcode sekarang."))
        elif act == "kenali":
            await self._keep(await self._probed(device))
        elif act == "profil":
            await self._keep(await self._with_profile(device))
        elif act == "nama":
            name = await self.kiosk.push_screen_wait(ReasonDialog(say("Nama perangkat ini:")))
            await self._keep(_with(device, name=name) if name else None)
        elif act == "bentuk":
            other = "jpeg" if device.format == "avif" else "avif"
            await self._keep(_with(device, format=other))
        elif act == "lepas" and await self.kiosk.push_screen_wait(
            Ask(say("Keluarkan {nama} dari daftar?", nama=device.name))
        ):
            await self.kiosk.ask(self.desk.devices.forget, device.address)
            self.kiosk.backroom.read_scanners()

    async def _take(self, found: Found) -> None:
        """A device that was plugged in gets a place on the list."""
        kinds = {"printer": "printer", "barcode": "barcode", "keyboard": "barcode"}
        kind = kinds.get(found.kind, "")
        if not kind:
            options = [("printer", say("Printer")), ("barcode", say("Pemindai barcode/QR"))]
            kind = await self.kiosk.push_screen_wait(Choose(found.name, options)) or ""
        if found.trouble is not None:
            self.say_next(said_words(found.trouble), "peringatan")
            return
        if kind == "barcode":
            await self._keep(Device(found.address, "barcode", found.name))
        elif kind == "printer":
            await self._add_printer(Device(found.address, "printer", found.name))

    async def _by_hand(self) -> None:
        address = await self.kiosk.push_screen_wait(
            ReasonDialog(
                say("Alamat printer atau pemindai dokumen:"),
                ["tcp:10.0.0.5:9100", "cups:NAMA", "ipp://10.0.0.5/ipp/print", "escl:http://..."],
            )
        )
        if not address:
            return
        if address.startswith(("sane:", "escl:")):
            await self._keep(Device(address, "document", address))
        else:
            await self._add_printer(Device(address, "printer", address))

    async def _add_printer(self, device: Device) -> None:
        chosen = await self._with_profile(device)
        if chosen is not None:
            await self._keep(chosen)
            await self._give_papers(chosen)

    async def _with_profile(self, device: Device) -> Device | None:
        from drivers.profiles import PROFILES

        options = [(name, said(profile.label)) for name, profile in PROFILES.items()]
        name = await self.kiosk.push_screen_wait(
            Choose(say("Printer jenis apa {nama}?", nama=device.name), options)
        )
        if name is None:
            return None
        return await self._probed(_with(device, profile=name, baud=PROFILES[name].baud))

    async def _probed(self, device: Device) -> Device:
        """With the proof that this very unit can give. A unit that cannot be asked now keeps to
        the officer's word."""
        from drivers.profiles import PROFILES

        profile = PROFILES[device.profile]
        if profile.language != "escpos" or device.address.startswith("virtual"):
            return _with(device, proof="process" if device.address == "virtual" else "officer")
        self.say_next(say("Bertanya kepada printer ..."))
        try:
            found = await self.kiosk.backroom.probe(self.desk, device.address, profile, device.baud)
        except DeviceTrouble as trouble:
            self.say_next(said_words(trouble.says), "peringatan")
            return device
        if not found.sure:
            self.say_next(said_words(found.says), "peringatan")
            return device
        self.say_next(proof_word(found.proof))
        return _with(device, proof=found.proof)

    async def _give_papers(self, device: Device) -> None:
        """Which papers come out here; until Esc."""
        while True:
            devices = await self.kiosk.ask(self.desk.devices.now)
            here = devices.papers_of(device.address)
            options = [
                (paper, f"{paper_name(paper)}: {self._goes_to(devices.printer_of(paper), device)}")
                for paper in PAPERS
            ]
            paper = await self.kiosk.push_screen_wait(
                Choose(say("Kertas apa keluar di {nama}?", nama=device.name), options)
            )
            if paper is None:
                self.kiosk.print_soon()
                return
            if paper not in here or paper not in devices.papers:
                await self.kiosk.ask(self.desk.devices.send, paper, device.address)

    @staticmethod
    def _goes_to(printer: Device | None, here: Device) -> str:
        if printer is None:
            return say("belum ada printer")
        return say("di sini") if printer.address == here.address else printer.name

    async def _print_test(self, device: Device) -> None:
        self._test = await self.kiosk.ask(self.desk.printing.queue_test, device.address)
        self._testing = device
        self.say_next(say("Halaman uji dicetak. Lihat hurufnya, lalu pindai QR-nya di sini."))

    async def _keep(self, device: Device | None) -> None:
        if device is not None:
            await self.kiosk.ask(self.desk.devices.keep, device)
            self.kiosk.backroom.read_scanners()
            self.kiosk.print_soon()

    @work
    async def _find_scanners(self) -> None:
        self.say_next(say("Mencari pemindai dokumen, tunggu sebentar ..."))
        try:
            sources = await self.kiosk.backroom.find_document_scanners()
        except DeviceTrouble as trouble:
            self.say_next(said_words(trouble.says), "peringatan")
            return
        new = [(address, name) for address, name in sources if address not in self._devices]
        if not new:
            self.say_next(say("Tidak ada pemindai dokumen baru. Periksa kabel dan daya."))
            return
        address = await self.kiosk.push_screen_wait(Choose(say("Pakai yang mana?"), new))
        if address:
            with self.telling():
                await self._keep(Device(address, "document", dict(new)[address]))
            await self.reload()

    # -- a test scan -----------------------------------------------------------------------------

    async def on_scanned(self, scanned: Scanned) -> None:
        """While a device is tested the scan belongs to the test."""
        if not self._test:
            return
        scanned.stop()
        scanned.prevent_default()
        test, self._test = self._test, ""
        if scanned.garbage:
            self.say_next(say("Hasil pindai tidak terbaca. Bersihkan kaca, pindai lagi."), "tolak")
            self._test = test
        elif test == scanned.text and self._testing is not None:
            tested = _with(self._testing, tested=self.desk.intake.today())
            await self.kiosk.ask(self.desk.devices.keep, tested)
            self.say_next(say("Baik: printer mencetak QR yang benar dan pemindai membacanya."))
        else:
            self.say_next(say("Pemindai membaca: {teks}", teks=scanned.text[:60]))


def _with(device: Device, **changes: ...) -> Device:
    from dataclasses import replace

    return replace(device, **changes)
