"""Akta kelahiran Jambi (SOP PD.06.00 / 62.17 / 2024), a day through the real screens: every branch.

Four families of one midwife: one whose entry is sent back by the verifier and once more after the
signature, one whose papers are sent back to the family and who ends at the Drive Thru, one who
gives up, and one whose email did not arrive although it was sent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kiosk.cases.state import CLOSED
from kiosk.training import sample_birth
from tests.days.walk import Day, branches_of

SLUG = "akta-jambi"
AT_INTAKE = {(SLUG, "1", "diserahkan")}
"""Step 1 is done by taking the case in (begins = "2"): the resi is its proof."""

SENT = "Terkirim di SIPADUKO"
MEETS = "Memenuhi syarat"
FAILS = "Tidak memenuhi syarat"
ENTERED = "Dientri, diajukan"
RIGHT = "Benar, diajukan TTE"
SIGNED = "Sudah TTE"
RECEIVED = "Diterima pemohon"
SIPADUKO = "SPDK-2026-00"


@dataclass
class Families:
    """The numbers of this day's cases."""

    mended: str = ""
    returned: str = ""
    given_up: str = ""
    no_mail: str = ""


async def taken_in(day: Day) -> Families:
    """Steps 1 and 2: the midwife's operator takes the papers and sends them in SIPADUKO."""
    numbers: list[str] = []
    for n in range(1, 5):
        born = sample_birth(n, day.today) | {"anak_tempat_lahir": "JAMBI"}
        numbers += await day.take_in("siti", SLUG, born)
        await day.act("siti", numbers[-1], SENT, sipaduko_ref=f"{SIPADUKO}{n}")
    assert [name for name in day.at.papers("RSA") if name.startswith("kartu-")] == []
    await day.sync()
    return Families(*numbers)


async def found_by_its_other_number(day: Day, number: str) -> None:
    """The resi is not the only number in a parent's hand: SIPADUKO gave one, too."""
    await day.keys("<f3>")
    await day.see("Ketik nama, nomor")
    await day.keys(f"{SIPADUKO}1")
    await day.see(re.compile(rf"(?m)^>.{number}"))


async def entered(day: Day, number: str) -> None:
    """Steps 4 and 5 with nothing wrong."""
    await day.act("pipit", number, ENTERED, siak_ref=f"S-{number[-6:-2]}")
    await day.act("vino", number, RIGHT)


async def signed(day: Day, number: str) -> None:
    """Step 6: the head of the office signs in SIAK, who sees it writes it down."""
    await day.act("pipit", number, SIGNED, akta_nomor="1571-LU-21112026-0001")


async def entries_are_mended(day: Day, number: str) -> None:
    """Step 5 sends a wrong entry back to 4, step 7 a wrong akta; then it goes out by email."""
    await day.act("pipit", number, MEETS)
    await day.act("pipit", number, ENTERED, siak_ref="S-SALAH")
    await day.act("vino", number, "Salah entri, ke Operator", catatan="Nama ayah terbalik")
    assert "Nama ayah terbalik" in await day.open_case("pipit", number)
    await entered(day, number)
    await signed(day, number)
    await day.act("pipit", number, "Akta salah, entri ulang", catatan="Tanggal lahir")
    await entered(day, number)
    await signed(day, number)
    await day.act("pipit", number, "Diberitahu, email terkirim", email="latihan@contoh.id")
    await day.act("pipit", number, RECEIVED, cara="email")


async def papers_go_back(day: Day, who: Families) -> None:
    """Step 3 sends papers back to the applicant; one family completes them, one gives up."""
    for number in (who.returned, who.given_up):
        await day.act("pipit", number, FAILS, catatan="KTP-el ibu tidak terbaca")
    await day.sync()
    await day.log_in("siti")
    await day.keys("<f5>")
    await day.see("Menunggu pemohon")
    assert "KTP-el ibu tidak terbaca" in await day.open_case("siti", who.returned)
    await day.act("siti", who.returned, "Sudah dilengkapi", catatan="Foto KTP-el baru")
    await day.act("siti", who.returned, SENT, sipaduko_ref=f"{SIPADUKO}9")
    await day.act("siti", who.given_up, "Dibatalkan pemohon", alasan="Diurus di Muaro Jambi")
    await day.sync()


async def fetched_at_the_drive_thru(day: Day, number: str) -> None:
    """Steps 8 and 9 of who got no email."""
    await day.log_in("pipit")
    await day.keys("<f5>")
    await day.see("Menunggu di Drive Thru")
    await day.act("pipit", number, "Datang, akta dicetak", penerima_nama="SITI AMINAH")
    await day.act("pipit", number, RECEIVED, cara="drive-thru")


async def test_every_branch_of_the_sop(begin_day):
    async with begin_day() as day:
        who = await taken_in(day)
        await found_by_its_other_number(day, who.mended)
        await entries_are_mended(day, who.mended)
        await papers_go_back(day, who)

        await day.act("pipit", who.returned, MEETS)
        await day.act("pipit", who.returned, ENTERED, siak_ref="S-0002")
        await day.act("vino", who.returned, "Persyaratan kurang", catatan="Buku nikah buram")
        await day.act("pipit", who.returned, MEETS)
        await entered(day, who.returned)
        await signed(day, who.returned)
        await day.act("pipit", who.returned, "Email tidak terkirim", alasan="Tidak punya email")
        await fetched_at_the_drive_thru(day, who.returned)

        await day.act("pipit", who.no_mail, MEETS)
        await entered(day, who.no_mail)
        await signed(day, who.no_mail)
        await day.act("pipit", who.no_mail, "Diberitahu, email terkirim", email="ada@contoh.id")
        await day.act("pipit", who.no_mail, "Tidak sampai di email", alasan="Kotak masuk kosong")
        await fetched_at_the_drive_thru(day, who.no_mail)

        await day.sync()
        for number in (who.mended, who.returned, who.given_up, who.no_mail):
            for code in ("RSA", "DKP"):
                state = await day.state(number, code)
                assert (state.status, state.flags) == (CLOSED, ()), number
                # No paper travels: no officer hands anything over, none receives anything.
                assert {line.act for line in state.lines} == {"permohonan", "hasil"}
        assert await day.branches_taken() == branches_of(SLUG) - AT_INTAKE
