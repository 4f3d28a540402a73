"""F9, Blanko: the ledger at the counter, by digits and short forms."""

from __future__ import annotations

import re

from kiosk.papers.model import Qr
from tests.screens.test_screen_every import faults, settle


async def open_blanko(at):
    await at.keys("<f9>")
    await at.see("Pengecualian")
    await at.keys("<down>", "<enter>")
    return await at.see("Opname: hitung rak")


async def fill(at, *pairs):
    """Answer field by field: the label that must be reached, and what is typed."""
    for label, value in pairs:
        await at.at(label)
        await at.keys(*([value] if value else []), "<enter>")


async def told(at, words):
    await at.see(words)
    await at.keys("<enter>")
    await at.see_gone("Tercatat")


async def receive(at, count="120"):
    await at.keys("1")
    await fill(
        at,
        ("Jenis blanko", ""),
        ("Jumlah keping", count),
        ("Dari", "Ditjen Dukcapil"),
        ("Nomor surat", "471/12"),
        ("Nomor seri pertama", "K1001"),
        ("Nomor seri terakhir", f"K{1000 + int(count)}"),
    )
    await told(at, f"{count} keping masuk ke buku.")


def row(at, kind, place):
    (line,) = [one for one in at.lines if re.match(rf"..{kind} +{place}", one)]
    return line.split()


async def test_what_comes_is_written_down_and_a_wrong_range_is_told(counter):
    async with counter("doni", codes=("DKP",)) as at:
        screen = await open_blanko(at)
        assert not faults(at, screen), screen
        await receive(at)
        await at.see("KIA")
        line = row(at, "KIA", "Dinas")
        assert "617" in line, "500 and 120 came, 3 were printed in the training city"
        # Something is wrong in a form: it says where, and nothing typed is lost.
        await at.keys("1")
        await fill(at, ("Jenis blanko", ""), ("Jumlah keping", "5"), ("Dari", "X"))
        await fill(at, ("Nomor surat", "9"), ("Nomor seri pertama", "K1"))
        await fill(at, ("Nomor seri terakhir", "K9"))
        await at.see("Nomor seri itu 9 keping, jumlahnya 5.")
        await at.at("Nomor seri terakhir")
        assert "Ditjen" not in at.text and " X" in at.text
        await at.keys("<escape>")
        await at.see("Buang?")
        await at.keys("y")
        await at.see("Opname: hitung rak")


async def test_spoiled_ones_are_destroyed_before_two_witnesses(counter):
    async with counter("doni", codes=("DKP",)) as at:
        await open_blanko(at)
        await at.keys("4")
        await fill(at, ("Jenis blanko", ""), ("Nomor seri", "K1003"), ("Jumlah keping", ""))
        await fill(at, ("Sebab rusak", "cacat pabrik"))
        await told(at, "Simpan terpisah sampai dimusnahkan")
        await at.keys("5")
        screen = await at.see("cacat pabrik")
        assert not faults(at, screen), screen
        await at.keys("<enter>")
        await fill(at, ("Jumlah dimusnahkan", "1"), ("Tempat", "Halaman"), ("Cara", ""))
        await fill(at, ("Nama saksi 1", "Amir"), ("Jabatan saksi 1", "Satpol PP"))
        await fill(at, ("Nama saksi 2", "Beni"), ("Jabatan saksi 2", "Inspektorat"))
        await told(at, "Minta tanda tangan kedua saksi")
        await at.see("Tidak ada blanko rusak yang menunggu pemusnahan")
        await at.keys("<escape>")
        await at.see("Opname: hitung rak")
        jobs = await at.do(at.desk().printing.jobs)
        assert "pemusnahan" in {job.paper for job in jobs}


async def test_a_shelf_that_does_not_agree_waits_for_the_supervisor(counter):
    async with counter("doni", codes=("DKP",)) as at:
        await open_blanko(at)
        await receive(at)
        await at.keys("6")
        await fill(at, ("Jenis blanko", ""), ("Jumlah keping", "615"))
        await told(at, "Di buku 617, di rak 615.")
        await at.see("7 Selisih (1 menunggu supervisor)")
        await at.keys("<enter>")
        screen = await at.see("SISA DI RAK")
        assert "opname 615" in at.flat and "terpakai 1" in at.flat
        assert not faults(at, screen), screen
        await at.keys("<escape>", "7")
        await at.see("Selisih yang mana?")
        await at.keys("1")
        await at.see("Apa sebabnya?")
        await at.keys("terselip", "<enter>")
        await at.see("Selisih blanko diselesaikan oleh supervisor.")
        await at.sit("bayu")
        await at.keys("<f9>")
        await at.see("1 menunggu keputusan")
        await at.keys("<enter>")
        await at.see("selisih blanko")
        await at.keys("<enter>")
        await at.see("1 Buka Blanko")
        await at.keys("1")
        await at.see("Opname: hitung rak")
        await at.keys("7", "1")
        await at.see("Apa sebabnya?")
        await at.keys("terselip, tidak ditemukan", "<enter>")
        await at.see("Selesai. Buku sudah disesuaikan.")
        assert "615" in row(at, "KIA", "Dinas")


async def test_one_who_keeps_no_blanko_may_look_only(counter):
    async with counter("rina", codes=("DKP",)) as at:
        await open_blanko(at)
        await at.keys("1")
        await at.see("Blanko dicatat oleh petugas cetak, distribusi, UPTD atau supervisor.")


async def test_a_parcel_goes_out_and_its_letter_is_scanned_on_arrival(counter):
    async with counter("wati", codes=("DKP", "U10"), central=True) as at:
        await open_blanko(at)
        await receive(at)
        await at.keys("2")
        await at.see("Kirim ke mana?")
        screen = at.text
        assert not faults(at, screen), screen
        targets = await at.do(at.desk().blanko.targets)
        to = [place for place, _ in targets].index("uptd:14.71.10") + 1
        await at.keys(str(to))
        await fill(at, ("Jenis blanko", ""), ("Jumlah keping", "700"), ("Nomor seri pertama", ""))
        await fill(at, ("Nomor seri terakhir", ""), ("Catatan", ""))
        await at.see("Menurut buku hanya ada 617 keping. Tetap kirim?")
        await at.keys("t")
        await at.see_gone("Tetap kirim?")
        await at.keys("<up>", "<up>", "<up>")
        await at.at("Jumlah keping")
        entry = at.app.focused
        entry.typed = "60"
        await at.keys("<enter>", "<enter>", "<enter>", "<enter>")
        await told(at, "60 keping.")
        assert "60" in row(at, "KIA", "Dinas")
        desk = at.desk("DKP")
        (job,) = [one for one in await at.do(desk.printing.jobs) if one.paper == "kirim-blanko"]
        paper = await at.do(desk.printing.spool.document, job.id)
        (code,) = [block.text for block in paper.blocks if isinstance(block, Qr)]
        # The news has not come; the letter says all that is wanted.
        await at.sit("yuni")
        at.scan(code)
        await fill(at, ("Jumlah yang datang", "58"))
        await told(at, "Di surat 60, datang 58.")
        await at.see("7 Selisih (1 menunggu supervisor)")
        assert "58" in row(at, "KIA", "UPTD 14.71.10")
        await settle(at)
        assert not faults(at, at.text), at.text


async def test_a_serial_that_is_used_already_is_told_at_the_form(counter, city):
    number = city.numbers[3]
    async with counter("doni", codes=("DKP",)) as at:
        await at.do(at.desk().blanko.spoil, "kia", "basah", "", 497)
        await at.open_case(number)
        await at.keys("1")
        await at.see("Paraf terima tercatat.")
        await at.keys("1")
        screen = await at.at("Nomor blanko")
        assert "sudah habis. Hitung rak" in at.message, screen
        await at.keys("K0001", "<enter>")
        await at.see("Blanko K0001 sudah dipakai untuk")
        assert "K0001/2" in at.message
        await at.at("Nomor blanko")
        entry = at.app.focused
        entry.typed = ""
        await at.do(
            at.desk().core.db.execute, "UPDATE blanko_moves SET ref='DK2/1/1' WHERE serial='K0001'"
        )
        await at.keys("K0001", "<enter>")
        await at.see("Tetap dicatat?")
        await at.keys("y")
        await at.see("KIA tercetak")
        state = await at.do(at.desk().core.known, number)
        assert state.step == "8"
