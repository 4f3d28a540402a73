"""F5 and the case screen tell what is late, what is due, and who is waited for."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from kiosk.clock import Clock, day_of
from kiosk.screens.work import names_line
from kiosk.training import sample_birth


@dataclass
class Later:
    """A clock so much further on than another (milliseconds)."""

    clock: Clock
    by: int

    @property
    def boot(self) -> bytes:
        return self.clock.boot

    def now(self) -> int:
        return self.clock.now() + self.by

    def uptime(self) -> int:
        return self.clock.uptime()


WEEK = 7 * 24 * 3_600_000


async def test_f5_says_what_is_left_and_what_is_late(counter):
    async with counter("siti", codes=("RSA",)) as at:
        screen = await at.see("[Menunggu saya: 2]")
        assert re.search(r"Nomor +Nama +Lkh Waktu +Sejak +Pusat", screen)
        assert re.search(r"(?m)^> RSA1-\S+ \w.* 1 +sisa 2m ", screen)
        core = at.desk().core
        core.clock = core.ledger.clock = Later(core.clock, WEEK)
        await at.keys("<f3>", "<f5>")
        await at.see(re.compile(r"(?m)^> RSA1-\S+ \w.* 1 +LAMBAT \d[jh] +7 hari "))
        values = sample_birth(50, day_of(core.clock.now()))
        (made,) = await at.do(at.desk().intake.submit, "kado-camer", values)
        await at.keys("<f3>", "<f5>")
        screen = await at.see(made.number)
        late, new = screen.index("LAMBAT"), screen.index(made.number)
        assert late < new and len(re.findall(r"sisa|LAMBAT", screen)) == 3


async def test_left_and_right_go_through_the_lists_of_this_officer(counter, city):
    async with counter("yuni", codes=("U10",)) as at:
        screen = await at.see("[Menunggu saya: ")
        assert city.numbers[1] not in screen
        await at.keys("<right>")
        screen = await at.see("[Sudah dicetak, belum diambil: ")
        assert re.search(rf"{city.numbers[1]} .* 9 +menunggu pemohon ", screen)
        await at.keys("<right>")
        await at.see("[Sedang di luar: ")
        await at.keys("<right>")
        screen = await at.see("[Semua: ")
        assert re.search(r"Nomor +Nama +Lkh Berkas di +Waktu +Pusat", screen)
        assert re.search(rf"{city.numbers[1]} .* UPTD 14.71.10 +pemohon ", screen)
        await at.keys("<right>")
        await at.see("[Menunggu saya: ")
        await at.keys("<left>", "<left>", "<left>")
        await at.see("[Sudah dicetak, belum diambil: ")
        await at.keys("<enter>")
        screen = await at.see(re.compile(r"(?s)Kasus .*Yang dilakukan"))
        assert re.search(r"Waktu : menunggu pemohon .*, jam berhenti", screen)
    async with counter("rina", codes=("DKP",)) as at:
        await at.see("[Menunggu saya: ")
        await at.keys("<right>")
        await at.see("[Sedang di luar: ")


async def test_a_case_shows_used_of_standard_and_marks_what_took_too_long(counter, city):
    number = city.numbers[9]
    async with counter("andi", codes=("DKP",)) as at:
        screen = await at.open_case(number)
        assert re.search(r"Urusan: Kado Camer: Kerjasama Penerbitan", screen)
        assert re.search(r"Waktu : 0 menit dari 5 menit \(dinding \d+ menit\), batas \d\d-", screen)
        core = at.desk().core
        core.clock = core.ledger.clock = Later(core.clock, WEEK)
        await at.keys("<f5>")
        await at.open_case(number)
        await at.see(re.compile(r"Waktu : LAMBAT: \d.* dari 5 menit \(dinding 7 hari\)"))
        await at.keys("<f1>")
        screen = await at.see("Langkah ini")
        assert "Waktu baku: 5 menit, tiap permohonan" in screen
        assert "Waktu kasus: seluruhnya" in screen
        await at.keys("<escape>")
        await at.see_gone("Langkah ini")
        await at.keys("1")
        await at.at("Nomor di SIAK")
        await at.keys("S-1", "<enter>")
        await at.see(re.compile(r"! LAMBAT \d+/5 mnt: Lengkap"))
        screen = await at.see("Waktu : belum diterima sejak")
        assert all(len(line) == 80 for line in at.lines) and len(at.lines) == 25


async def test_t_opens_a_case_that_belongs_together(counter):
    async with counter("siti", codes=("RSA",)) as at:
        intake = at.desk("RSA").intake
        values = sample_birth(50, intake.today())
        twin = {"anak_nama": "BUNGA CEMPAKA", "anak_jk": "P"}
        one, other = await at.do(intake.submit, "kado-camer", values, [twin])
        screen = await at.open_case(one.number)
        assert f"Tautan: kembar {other.number} BUNGA CEMPAKA (T)" in screen
        await at.keys("t")
        await at.see("Buka kasus yang mana?")
        await at.keys("1")
        await at.see(f"Kasus {other.number}")
        await at.see(f"Tautan: kembar {one.number}")


async def test_f3_finds_closed_cases_and_groups_of_digits(counter, city):
    async with counter("yuni", codes=("U10",)) as at:
        values = (await at.do(at.desk().core.known, city.numbers[0])).values
        nik = values["ibu_nik"]
        await at.keys("<f3>")
        await at.see("Ketik nama, nomor")
        await at.keys(" ".join(nik[at : at + 4] for at in range(0, 16, 4)))
        screen = await at.see(re.compile(rf"(?m)^>.{city.numbers[0]} .* - +selesai "))
        assert nik not in screen


@pytest.mark.parametrize(
    ("at", "room", "line"),
    [
        (0, 60, "[Saya: 7]   Menunggu pemohon   Sedang di luar   Semua"),
        (0, 50, "[Saya: 7]   Menunggu pemohon   Sedang di luar >"),
        (2, 50, "< Menunggu pemohon   [Sedang di luar: 7]   Semua"),
        (1, 30, "< [Menunggu pemohon: 7] >"),
        (3, 10, "< [Semua: 7]"),
    ],
)
def test_the_names_of_the_lists_fit_their_line(at: int, room: int, line: str) -> None:
    names = ["Saya", "Menunggu pemohon", "Sedang di luar", "Semua"]
    assert names_line(names, at, 7, room) == line
