"""The four lines around every screen, at 80 columns."""

from __future__ import annotations

from kiosk.widgets.bars import MessageLine, StatusFacts, StatusLine, age
from kiosk.widgets.record_list import Column, ListSource, RecordList, Row

# ASCII, Latin-1 letters, single and double box lines and the full block: what every console font
# with a Unicode table has.
SAFE = {chr(n) for n in (*range(32, 127), *range(0xC0, 0x100), *range(0x2500, 0x2570), 0x2588)}

SHORT = ("Bantu", "Baru", "Cari", "Serah", "Kerja", "Cetak", "Sinkr", "Lapor", "Kelola")


async def test_the_frame_fits_80_columns_and_uses_safe_glyphs_only(stage):
    rows = [Row(str(n), (f"baris {n}",)) for n in range(99)]
    async with stage(RecordList([Column("Nomor")], ListSource(rows))) as on:
        lines = on.lines()
        assert [len(line) for line in lines] == [80] * 25
        assert "Disdukcapil Kota Pekanbaru" in lines[0]
        assert "Uji [LATIHAN]" in lines[0]
        for n, word in enumerate(SHORT, 1):
            assert f"F{n}{word} " in lines[24]
        assert lines[24].rstrip().endswith("F10Kunci")
        assert set(on.text) - {"\n"} <= SAFE


async def test_the_status_line_shows_every_fact_at_80_columns(stage):
    facts = StatusFacts(
        officer="Muhammad Abdurrahman Harahap", printer="habis", printer_ok=False,
        receipt_age=3 * 3600, waiting=128, clock="benar", only_here=1432,
    )  # fmt: skip
    async with stage() as on:
        on.app.push_status(facts)
        await on.pilot.pause()
        line = on.lines()[23]
        for part in ("Muha", "!printer habis", "pusat 3 jam", "antre 128", "jam benar"):
            assert part in line
        assert line.rstrip().endswith("hanya di kiosk ini: 1432")


async def test_the_status_is_gathered_on_the_desk_thread(stage):
    import threading

    from kiosk.shell.base_app import ShellApp

    class Gathering(ShellApp):
        def status(self) -> StatusFacts:
            return StatusFacts(officer=threading.current_thread().name)

    async with stage(app=Gathering()) as on:
        await on.app.refresh_status()
        assert on.screen.query_one(StatusLine).facts.officer.startswith("desk")


async def test_a_long_message_takes_a_second_line_and_gives_it_back(stage):
    async with stage() as on:
        bar = on.screen.query_one(MessageLine)
        on.screen.say_next("Nomor resi ini sudah dipakai. " * 4, "peringatan")
        await on.pilot.pause()
        assert bar.size.height == 2
        assert on.lines()[21].startswith("! Peringatan: Nomor resi")
        on.screen.say_next("Pindai kartu.")
        await on.pilot.pause()
        assert bar.size.height == 1
        assert on.lines()[22].startswith("> Pindai kartu.")


def test_age_in_the_unit_that_fits():
    given = {5: "5 dtk", 61: "1 mnt", 7200: "2 jam", 47 * 3600: "47 jam", 72 * 3600: "3 hari"}
    assert {seconds: age(seconds) for seconds in given} == given
