"""F8: batches, registers and reports, for any days, on the screen, on paper and as a file."""

from __future__ import annotations

import asyncio
import csv
import re

from kiosk.papers.stored import from_stored


async def open_report(at, title, service="Kado Camer"):
    """F8, and the line of this title; the report."""
    line = re.compile(rf"(?m)^>.{re.escape(title)} +{service}")
    await at.keys("<f8>")
    await at.see("Register atau laporan")
    for _ in range(60):
        if line.search(at.text):
            break
        await at.keys("<down>")
    await at.keys("<enter>")
    return await at.see(re.compile(r"\d+ baris"))


async def test_the_batches_have_both_counts_and_their_files(counter, city):
    async with counter("siti", codes=("RSA",)) as at:
        await at.keys("<f8>")
        await at.see("Daftar permohonan hari ini: 12 masuk, 2 belum diserahkan.")
        await at.keys("<enter>")
        await at.see(re.compile(r"Daftar permohonan +RS RSA +Dinas +10/10"))
        await at.keys("<enter>")
        assert city.numbers[9] in await at.see("Diserahkan ")


async def test_a_register_of_today_and_of_other_days(counter, city):
    async with counter("andi", codes=("DKP",)) as at:
        screen = await open_report(at, "Registrasi permohonan masyarakat")
        assert "Hari ini:" in screen and "12 baris" in screen
        assert city.numbers[9] in screen and "Siti Rahmawati" in screen
        assert not re.search(r"1471\d{12}|62\d{9,}", screen)
        await at.keys("<right>")
        await at.see("Tidak ada catatan dalam periode ini.")
        assert "Kemarin:" in at.text
        await at.keys("<right>", "<right>")
        await at.see("Bulan ini:")
        await at.see("12 baris")
        await at.keys("0")
        await at.at("Dari tanggal")
        await at.keys("<enter>", "<enter>")
        await at.see(re.compile(r"s\.d\. .*12 baris|-20\d\d +12 baris"))


async def test_a_row_in_full_has_its_numbers_masked(counter):
    async with counter("andi", codes=("DKP",)) as at:
        await open_report(at, "Registrasi permohonan masyarakat")
        await at.keys("<enter>")
        screen = await at.see("Telepon")
        assert re.search(r"NIK +: 1471\*{10}\d\d", screen)
        assert re.search(r"Telepon +: 62\d\d\*+\d{3}", screen)


async def test_the_last_day_before_the_first_is_refused_and_nothing_typed_is_lost(counter):
    async with counter("andi", codes=("DKP",)) as at:
        await open_report(at, "Laporan permohonan yang masuk")
        await at.keys("0")
        await at.at("Dari tanggal")
        at.app.focused.typed = "2026-11-03"
        await at.keys("<enter>")
        await at.at("Sampai tanggal")
        at.app.focused.typed = "2026-11-01"
        await at.keys("<enter>")
        await at.see("Tanggal akhir mendahului tanggal awal.")
        assert "03-11-2026" in at.text
        at.app.focused.typed = "2026-11-05"
        await at.keys("<enter>")
        await at.see("03-11-2026 s.d. 05-11-2026")


async def test_a_report_is_printed_and_saved(counter):
    async with counter("andi", codes=("DKP",)) as at:
        await open_report(at, "Laporan permohonan yang masuk")
        await at.keys("<f6>")
        await at.see("Cetak laporan ini")
        await at.keys("1")
        await at.see("Masuk antrean cetak.")
        for _ in range(300):
            if any(name.startswith("laporan-LAP-DKP") for name in at.papers("DKP")):
                break
            await asyncio.sleep(0.01)
        else:
            raise AssertionError(at.papers("DKP"))
        db = at.desk().core.db
        row = await at.do(
            lambda: db.execute("SELECT document FROM jobs WHERE paper='laporan'").fetchone()
        )
        assert from_stored(row[0]).title == "Laporan permohonan yang masuk"
        await at.keys("<f6>")
        await at.see("Cetak laporan ini")
        await at.keys("2")
        await at.see("Tersimpan: laporan/")
        (file,) = (at.home / "dkp" / "laporan").glob("*.csv")
        assert file.stat().st_mode & 0o077 == 0
        rows = list(csv.reader(file.read_text("utf-8-sig").splitlines()))
        assert rows[0][2] == "Masuk" and rows[-1][0] == "Jumlah"
