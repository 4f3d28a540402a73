"""F9 Perangkat: a printer is added, tested and given its papers; what is wrong is said."""

from __future__ import annotations

import os
import re
import tty

from config.devices import DEVICES_FILE, Device
from tests.devices.printer_model import Skills
from tests.devices.tcp_printer import TcpPrinter


async def open_devices(at):
    await at.keys("<f9>")
    await at.see("Pengecualian")
    await at.keys("<end>", "<enter>")
    await at.see("Printer latihan")


async def add(at, address, profile):
    await at.keys("<end>", "<up>", "<enter>")
    await at.see("Alamat printer atau pemindai dokumen:")
    await at.keys(address, "<enter>")
    await at.see("Printer jenis apa")
    await at.keys(profile)


async def test_a_network_printer_is_added_asked_and_given_a_paper(counter):
    with TcpPrinter() as unit:
        async with counter("siti", codes=("RSA",)) as at:
            at.app.hears_scans = False
            await open_devices(at)
            await add(at, unit.address, "4")
            await at.see("Kertas apa keluar di")
            await at.keys("1")
            await at.see("1 Resi: di sini")
            await at.keys("<escape>")
            await at.see(re.compile(r"tcp:127.0.0.1:\d+ +printer +resi"))
            devices = at.desk().devices.now()
            device = devices.find(unit.address)
            assert device.profile == "80-epson" and device.proof == "process"
            assert devices.papers == {"resi": unit.address}
            await at.keys("<home>", "<down>", "<down>", "<enter>")
            await at.see("2 Cetak halaman uji")
            await at.keys("2")
            await at.see("Halaman uji dicetak.")
            for _ in range(200):
                if unit.papers:
                    break
                await at.pilot.pause(0.02)
            assert b"HALAMAN UJI" in unit.papers[0]
            at.app.deliver_scan("UJI-RSA", False)
            await at.see("Baik: printer mencetak QR yang benar")
            assert at.desk().devices.now().find(unit.address).tested is not None


async def test_a_printer_that_cannot_tell_is_answered_for_at_once(counter):
    skills = Skills(dle_eot=False, asb=False, gs_r=False, gs_h=False)
    with TcpPrinter(skills) as unit:
        async with counter("siti", codes=("RSA",)) as at:
            at.app.hears_scans = False
            desk = at.desk()
            await at.do(desk.devices.forget, "virtual")
            await at.do(
                desk.devices.keep, Device(unit.address, "printer", "Murah", "58-polos", "officer")
            )
            await at.do(desk.printing.queue_test, unit.address)
            await at.do(desk.printing.queue_test, unit.address)
            at.app.print_soon()
            await at.keys("<f6>")
            await at.see("LIHAT KERTAS")
            for _ in range(200):
                if len(unit.papers) == 2:
                    break
                await at.pilot.pause(0.02)
            await at.see("printer tanya")
            await at.keys("<enter>")
            await at.see("2 Semua yang LIHAT KERTAS sudah keluar utuh")
            await at.keys("2")
            await at.see("Tercatat")
            assert at.desk().printing.unanswered() == []


async def test_a_printer_without_paper_is_said_and_prints_by_itself_later(counter):
    with TcpPrinter() as unit:
        unit.set(paper_out=True)
        async with counter("siti", codes=("RSA",)) as at:
            at.app.hears_scans = False
            desk = at.desk()
            await at.do(desk.devices.forget, "virtual")
            await at.do(
                desk.devices.keep, Device(unit.address, "printer", "TM", "80-epson", "process")
            )
            await at.do(desk.printing.queue_test, unit.address)
            at.app.print_soon()
            await at.see("!printer lihat F9")
            await at.keys("<f9>")
            await at.see("periksa: TM")
            await at.keys("<end>", "<enter>")
            await at.see("Kertas habis.")
            await at.keys("<f6>")
            await at.see("antre")
            await at.keys("<enter>")
            await at.see("uji-UJI-RSA menunggu printer. Kertas habis.")
            await at.keys("<escape>")
            unit.set(paper_out=False)
            at.app.print_soon()
            await at.see("tercetak")
            await at.see("printer siap")
            assert len(unit.papers) == 1


async def test_a_wrong_file_of_devices_is_said_with_its_line(counter):
    async with counter("siti", codes=("RSA",)) as at:
        path = at.desk().front.folder / DEVICES_FILE
        path.write_text('[[device]]\naddress = "x"\nkind = "pencetak"\nname = "n"\n')
        await at.keys("<f9>", "<end>", "<enter>")
        await at.see("perangkat.toml:3")
        assert at.level == "tolak"


async def test_a_device_leaves_the_list_only_after_a_question(counter):
    async with counter("siti", codes=("RSA",)) as at:
        at.app.hears_scans = False
        await open_devices(at)
        await at.keys("<home>", "<enter>")
        await at.see("6 Keluarkan dari daftar")
        await at.keys("6")
        await at.see("Keluarkan Printer latihan dari daftar?")
        await at.keys("t")
        await at.see("Printer latihan")
        await at.keys("<enter>", "6")
        await at.see("Keluarkan Printer latihan dari daftar?")
        await at.keys("y")
        await at.see_gone("Printer latihan")
        await at.see("!printer tidak ada")


async def test_a_serial_scanner_opens_the_case_whatever_has_the_focus(counter, city):
    far, near = os.openpty()
    tty.setraw(near)
    scanner = Device(f"serial:{os.ttyname(near)}", "barcode", "Pemindai meja")
    try:
        async with counter("siti", codes=("RSA",)) as at:
            at.app.hears_scans = False
            desk = at.desk()
            text = await at.do(desk.printing.qr_of, "R", city.numbers[11])
            await at.do(desk.devices.keep, scanner)
            at.app.backroom.read_scanners()
            await at.keys("<f3>")
            await at.see("Ketik nama, nomor")
            await at.pilot.pause(0.3)
            os.write(far, text.encode() + b"\r")
            await at.see(f"Kasus {city.numbers[11]}")
            os.write(far, b"\x11\x1b[20~\x03" + b"F10\r")  # keys of bindings inside a barcode
            await at.see(re.compile("Hasil pindai tidak terbaca|Bukan resi"))
            assert at.app.seated and await at.see(f"Kasus {city.numbers[11]}")
    finally:
        os.close(far)
        os.close(near)
