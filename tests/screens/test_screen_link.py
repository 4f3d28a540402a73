"""F7: what waits, what goes on, what pusat will not take."""

from __future__ import annotations

import pytest

from kiosk.exchange import Progress
from kiosk.screens.link import LinkScreen


async def test_f7_sends_at_once_and_says_so(counter) -> None:
    async with counter("siti", central=True) as at:
        await at.keys("<f7>")
        await at.see("Selesai. Enter mencoba lagi")
        text = await at.see("Baris menunggu dikirim     : 0")
        assert "Kendala                    : -" in text
        assert "Perlu tindakan" not in text
        await at.see("berikutnya dalam")


async def test_f7_without_a_link_says_why_and_when_it_tries_again(counter) -> None:
    async with counter("siti") as at:
        await at.keys("<f7>")
        await at.see("Belum tersambung. Pekerjaan tetap aman")
        await at.see("Pusat tidak dapat dihubungi")
        await at.see("berikutnya dalam")
        first = at.app._line("RSA").schedule.failures
        await at.keys("<enter>")
        await at.see("Belum tersambung")
        for _ in range(100):
            await at.pilot.pause()
            if at.app._line("RSA").schedule.failures > first:
                break
        assert at.app._line("RSA").schedule.failures > first, "Enter tries at once"


async def test_f7_shows_how_far_a_long_catching_up_is(counter) -> None:
    async with counter("siti") as at:
        await at.keys("<f7>")
        await at.see("Belum tersambung")
        line = at.app._line("RSA")
        line.schedule.worked(moved=False)  # nothing by itself for a while
        line.progress = Progress(320, 2000, 48_000, 300_000)
        await at.see("mengirim 320 dari 2.000, 46 dari sekitar 292 KB")
        line.progress = Progress(received=75)
        await at.see("menerima 75")


async def test_f7_names_what_pusat_refuses(counter) -> None:
    async with counter("siti", central=True) as at:
        desk = at.desk()
        number = (await at.do(desk.work.rows, "semua", 0, 1))[0].number

        def damage() -> int:
            desk.printing.print_again("kartu", number, "")
            last = desk.core.journal.head().seq
            desk.core.db.execute(
                "UPDATE entries SET raw=x'00' WHERE kiosk='RSA' AND seq=?", (last,)
            )
            return last

        last = await at.do(damage)
        await at.keys("<f7>")
        await at.see("ada yang perlu tindakan")
        text = await at.see("Perlu tindakan")
        assert isinstance(at.app.screen, LinkScreen)
        await at.see(f"{number}: Isi entri ini rusak")
        await at.see(f"RSA/1/{last}")
        assert "Baris menunggu dikirim     : 1" in text


def test_a_long_trouble_goes_on_below_its_own_beginning():
    from kiosk.screens.link import LABEL, _beside

    text = "Pusat menjawab dengan sertifikat yang tidak dikenal. Periksa jam dan kabel jaringan."
    first, second = _beside(text).split("\n")
    assert second[:LABEL].isspace() and second[LABEL] != " "
    assert f"{first} {second.strip()}" == text
    assert _beside("") == "-"


@pytest.mark.parametrize(("officer", "code", "most"), [("tari", "PGD", 60), ("siti", "RSA", 300)])
async def test_where_a_caller_waits_a_quiet_kiosk_looks_each_minute(counter, officer, code, most):
    async with counter(officer=officer) as at:
        at.app._exchange_seconds = 20
        at.app._exchanges.clear()
        schedule = at.app._line(code).schedule
        for _ in range(10):
            schedule.worked(moved=False)
        assert most / 2 <= schedule.wait <= most
