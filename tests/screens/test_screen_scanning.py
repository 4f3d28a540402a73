"""Scanning a paper into a case: every page looked at, none lost, whatever comes between."""

from __future__ import annotations

import asyncio
import re

from PIL import Image

from drivers.documents.job import RawPage, ScanTrouble, next_number, page_name
from drivers.virtual.scanner import VirtualScanner
from drivers.words import words
from kiosk.screens.case import CaseScreen
from kiosk.screens.scanning import ScanScreen
from kiosk.widgets.picture import Picture
from tests.documents.sheets import sheet

KK = "KK"


class Unhurried:
    """A scanner of the test's own: gives ``pages`` pages, then ends as ``ending`` says, or waits
    to be told to stop."""

    name = "Pemindai uji"

    def __init__(self, pages: int, ending: ScanTrouble | None = None, *, waits: bool = False):
        self.pages, self.ending, self.waits = pages, ending, waits
        self.stopped = False

    def scan(self, wish, folder, progress, stop):
        del wish
        for _ in range(self.pages):
            number = next_number(folder)
            progress(number, 50)
            path = folder / page_name(number, "png")
            sheet(dpi=60, code="", seed=number).save(path)
            yield RawPage(number, path)
        if self.waits:
            progress(self.pages + 1, 10)
            self.stopped = stop.wait(20)
            raise ScanTrouble(words("Pemindaian dihentikan."), "stopped")
        if self.ending is not None:
            raise self.ending


JAM = ScanTrouble(words("Kertas macet. Buka tutupnya, tarik kertasnya, lalu pindai lagi."), "jam")


async def scanning(at, number, source):
    """The scan screen of a case, with a scanner of the test's own."""
    await at.open_case(number)
    at.app.show_above(ScanScreen(number, lambda _device: source))
    await at.see("Kaca: satu halaman A4")
    await at.keys("2")


async def attached(at, number):
    state = await at.do(at.desk().core.known, number)
    return [(one.label, len(one.pages), one.officer) for one in state.attachments]


async def test_from_the_case_to_the_line_on_its_card_with_the_virtual_scanner(counter, city):
    number = city.numbers[9]
    async with counter("andi", codes=("DKP",)) as at:
        await at.open_case(number)
        await at.keys("<f6>")
        await at.see("Pindai surat untuk kasus ini")
        await at.keys("5")
        await at.see("Pemindai latihan")
        await at.keys("1")
        await at.see("memindai hal. 1")
        await at.see("Enter terima")
        await at.see("menunggu dilihat 1")
        preview = at.desk().attachments.preview.path
        for _ in range(300):
            if preview.exists():
                break
            await asyncio.sleep(0.01)
        assert Image.open(preview).size[0] < Image.open(preview).size[1]
        await at.keys("<enter>")
        await at.see("Diterima 1 halaman, menunggu dilihat 0")
        await at.keys("<enter>")
        screen = await at.see("Surat apa ini? (1 halaman)")
        assert "KTP-el" in screen
        at_digit = re.search(rf"(\d) {KK}\b", screen)
        assert at_digit is not None
        await at.keys(at_digit[1])
        await at.see("Pindaian: KK, 1 halaman")
        await at.see("Terlampir: KK, 1 halaman.")
        assert await attached(at, number) == [(KK, 1, "andi")]
        assert not preview.exists()
        await at.keys("<f6>")
        await at.see("Lihat 1 pindaian")
        await at.keys("6")
        await at.see("KK: halaman 1 dari 1")
        await at.see("PgDn/PgUp")
        assert picture(at).count("█") + picture(at).count("▀") > 20
        await at.keys("<escape>")
        await at.see("Yang dilakukan")


def picture(at) -> str:
    region = at.app.screen.query_one(Picture).region
    return "\n".join(at.lines[region.y : region.bottom])


async def test_a_jam_at_page_three_keeps_the_two_before_it(counter, city):
    number = city.numbers[9]
    async with counter("andi", codes=("DKP",)) as at:
        await scanning(at, number, Unhurried(2, JAM))
        await at.see("Kertas macet.")
        assert at.level == "tolak"
        await at.see("menunggu dilihat 2")
        for n in (1, 2):
            await at.see("Enter terima")
            await at.keys("<enter>")
            await at.see(f"Diterima {n} halaman")
        await at.see("Semua halaman sudah dilihat.")
        await at.keys("<enter>")
        await at.see("Surat apa ini? (2 halaman)")
        at_other = re.search(r"(\d) Lainnya", at.text)
        assert at_other is not None
        await at.keys(at_other[1])
        await at.see("Nama surat ini")
        await at.keys("Surat kuasa", "<enter>")
        await at.see("Pindaian: Surat kuasa, 2 halaman")
        assert await attached(at, number) == [("Surat kuasa", 2, "andi")]


async def test_locked_in_the_middle_the_pages_are_there_again(counter, city):
    number = city.numbers[9]
    async with counter("andi", codes=("DKP",)) as at:
        source = Unhurried(2, waits=True)
        await scanning(at, number, source)
        await at.see("menunggu dilihat 2")
        await at.see("Enter terima")
        await at.keys("<enter>")
        await at.see("Diterima 1 halaman, menunggu dilihat 1")
        await at.sit("rina")
        for _ in range(300):
            if source.stopped:
                break
            await asyncio.sleep(0.01)
        assert source.stopped
        assert "belum dilampirkan" not in await at.open_case(number)
        await at.sit("andi")
        await at.open_case(number)
        await at.see("! 2 halaman pindaian belum dilampirkan (F6)")
        await at.keys("<f6>", "5")
        await at.see("2 halaman dari tadi belum dilampirkan.")
        await at.see("Diterima 1 halaman, menunggu dilihat 1")
        await at.see("Enter terima")


async def test_esc_stops_the_scanner_and_then_leaves(counter, city):
    number = city.numbers[9]
    async with counter("andi", codes=("DKP",)) as at:
        source = Unhurried(1, waits=True)
        await scanning(at, number, source)
        await at.see("memindai hal. 2: 10%")
        await at.keys("<escape>")
        await at.see("Pemindaian dihentikan.")
        assert source.stopped
        await at.see("menunggu dilihat 1")
        await at.keys("<escape>")
        await at.see("! 1 halaman pindaian belum dilampirkan (F6)")


async def test_a_page_is_turned_thrown_away_and_scanned_again(counter, city):
    number = city.numbers[9]
    async with counter("andi", codes=("DKP",)) as at:
        await scanning(at, number, Unhurried(1))
        await at.see("Enter terima")
        upright = picture(at)
        await at.keys("r")
        await turned(at, upright)
        assert picture(at) != upright
        await at.keys("l")
        for _ in range(300):
            await at.pilot.pause()
            if picture(at) == upright:
                break
            await asyncio.sleep(0.01)
        assert picture(at) == upright
        await at.keys("u")
        await at.see("Buang halaman ini dan pindai ulang?")
        await at.keys("y")
        await at.see("Pemindaian selesai.")
        await at.see("Enter terima")
        await at.keys("b")
        await at.see("Buang halaman ini?")
        await at.keys("t")
        await at.see_gone("Buang halaman ini?")
        await at.keys("b")
        await at.see("Buang halaman ini?")
        await at.keys("y")
        await at.see("Tidak ada halaman.")
        await at.keys("<escape>")
        await at.see("Yang dilakukan")
        assert await at.do(at.desk().attachments.unfinished) == {}
        assert isinstance(at.app.screen, CaseScreen)


async def turned(at, before):
    for _ in range(300):
        await at.pilot.pause()
        if picture(at) != before:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(before)


async def test_enlarged_and_moved_the_picture_shows_another_part(counter, city):
    number = city.numbers[9]
    async with counter("andi", codes=("DKP",)) as at:
        await scanning(at, number, Unhurried(1))
        await at.see("Enter terima")
        await at.see("seluruh halaman")
        seen = {picture(at)}
        for keys in ("+", "+", "<up>", "<left>", "<down>", "0"):
            before = picture(at)
            await at.keys(keys)
            await turned(at, before)
            seen.add(picture(at))
        await at.keys("+")
        await at.see("diperbesar 2 kali")
        await at.keys("-")
        await at.see("seluruh halaman")
        assert len(seen) == 6


async def test_a_page_that_is_no_picture_is_said_in_words_and_can_be_thrown_away(counter, city):
    number = city.numbers[9]

    class Broken(Unhurried):
        def scan(self, wish, folder, progress, stop):
            del wish, progress, stop
            path = folder / page_name(next_number(folder), "pnm")
            path.write_bytes(b"P5 this is no picture")
            yield RawPage(1, path)

    async with counter("andi", codes=("DKP",)) as at:
        await scanning(at, number, Broken(1))
        await at.see("B buang  U ulangi")
        await at.keys("<enter>", "r")
        await at.keys("b")
        await at.see("Buang halaman ini?")
        await at.keys("y")
        await at.see("Tidak ada halaman.")


async def test_without_a_scanner_it_says_where_to_set_one_up(counter, city):
    number = city.numbers[9]
    async with counter("andi", codes=("DKP",)) as at:
        devices = await at.do(at.desk().devices.now)
        for device in devices.of_kind("document"):
            await at.do(at.desk().devices.forget, device.address)
        await at.open_case(number)
        at.app.show_above(ScanScreen(number))
        await at.see("Belum ada pemindai dokumen.")


async def test_pages_of_a_feeder_are_turned_upright_and_taken_one_by_one(counter, city):
    """Full size pages: the virtual scanner lays the second one on its side."""
    number = city.numbers[9]
    async with counter("andi", codes=("DKP",)) as at:
        await scanning(at, number, VirtualScanner("Pemindai latihan", seconds_a_page=0.0))
        for n in (1, 2, 3):
            await at.see(f"Diterima {n - 1} halaman, menunggu dilihat {4 - n}")
            await at.see("Enter terima")
            await at.keys("<enter>")
        await at.see("Semua halaman sudah dilihat.")
        draft = await at.do(at.desk().attachments.draft, number)
        sizes = [(page.width, page.height) for page in draft.ready()]
        assert all(abs(w - 1654) < 20 and abs(h - 2339) < 20 for w, h in sizes), sizes
