"""What holds on every screen, and the screens behind F3, F6 and F7."""

from __future__ import annotations

import re
import threading
import time
import tomllib
from pathlib import Path

import kiosk
from kiosk.widgets.bars import MessageLine

GLYPHS = frozenset(map(chr, range(0x20, 0x7F))) | frozenset("┌┐└┘─│├┤┬┴┼")
KEYS = [f"<f{n}>" for n in (3, 4, 5, 6, 7, 8, 9)]
ENGLISH = Path(kiosk.__file__ or "").with_name("texts.en.toml")


async def settle(at):
    """Let what a key began come to its end."""
    for _ in range(4):
        await at.pilot.pause()
        await at.app.ask(int)
    await at.pilot.pause()


async def tour(at, number, *, intake=True):
    """Every screen that an officer of the ward or the dinas meets, one after the other."""
    yield "kerja", at.text
    for key in KEYS:
        await at.keys(key)
        await settle(at)
        yield key, at.text
    await at.keys("<f3>")
    await settle(at)
    await at.keys(number[-6:-2])
    await settle(at)
    yield "cari", at.text
    await at.keys("<f4>")
    await settle(at)
    await at.keys("<enter>")
    await settle(at)
    yield "serah", at.text
    at.scan(number)
    await settle(at)
    yield "kasus", at.text
    await at.keys("<f6>")
    await settle(at)
    yield "kertas", at.text
    await at.keys("<escape>", "<f1>")
    await settle(at)
    yield "langkah", at.text
    await at.keys("<escape>", "<f5>", "<f1>")
    await settle(at)
    yield "bantuan", at.text
    await at.keys("<escape>")
    if intake:
        await at.keys("<f2>")
        await settle(at)
        yield "permohonan apa", at.text
        await at.keys("1")
        await settle(at)
        for _ in range(5):
            yield "isian", at.text
            await at.keys("<pagedown>")
            await settle(at)
        await at.keys("<f5>")
        await settle(at)


def faults(at, text):
    """What is wrong with any screen, whatever it shows."""
    lines = text.split("\n")
    found = [f"wide: {line!r}" for line in lines if len(line) != 80]
    found += [f"glyph {sign!r}" for sign in sorted(set(text) - GLYPHS - {"\n"})]
    found += [
        f"number in clear: {hit}" for hit in re.findall(r"(?<!\d)(?:1471\d{12}|62\d{9,})", text)
    ]
    found += [f"raw address {hit}" for hit in re.findall(r"\b(?:rs|uptd):\S+", text)]
    messages = [line.text for line in at.app.screen.query(MessageLine)]
    found += ["no next step" for message in messages if not message.strip()]
    if len(lines) != 25:
        found.append(f"{len(lines)} lines")
    return found


async def test_every_screen_fits_masks_and_says_what_to_do_next(counter, city):
    async with counter("siti", codes=("RSA",)) as at:
        async for name, text in tour(at, city.numbers[10]):
            assert not faults(at, text), f"{name}:\n{text}"
    async with counter("andi", codes=("DKP",)) as at:
        async for name, text in tour(at, city.numbers[9], intake=False):
            assert not faults(at, text), f"{name}:\n{text}"


async def test_in_english_no_indonesian_screen_text_is_left(counter, city):
    texts = tomllib.loads(ENGLISH.read_text("utf-8"))["texts"]
    longer = {
        source
        for source, said in texts.items()
        if len(source) > 9 and " " in source and "{" not in source and source not in said
    }
    async with counter("siti", codes=("RSA",), language="en") as at:
        async for name, text in tour(at, city.numbers[10]):
            assert not faults(at, text), f"{name}:\n{text}"
            plain = " ".join(text.split())
            left = [source for source in longer if source in plain]
            assert not left, f"{name}: {left}\n{text}"


async def test_the_desk_is_asked_on_its_own_thread_only(counter, city):
    async with counter("siti", codes=("RSA",)) as at:
        asked: set[str] = set()
        for door in at.app.doors:
            door.connection.set_trace_callback(lambda _: asked.add(threading.current_thread().name))
        async for _ in tour(at, city.numbers[10]):
            pass
        at.app.doors[0].connection.set_trace_callback(None)
        assert len(asked) == 1
        assert next(iter(asked)).startswith("desk")
        assert threading.current_thread().name not in asked


async def test_a_fragment_finds_the_case_while_it_is_typed(counter, city):
    async with counter("siti", codes=("RSA",)) as at:
        await at.keys("<f3>")
        await at.see("Ketik nama, nomor")
        assert "Tidak ditemukan" not in at.text, "nothing was looked for"
        await at.keys("fajar nug")
        await at.see(city.numbers[11])
        assert city.numbers[10] not in at.text
        await at.keys("xyz")
        await at.see("Tidak ditemukan.")
        await at.keys(*["<backspace>"] * 3)
        await at.see(city.numbers[11])
        await at.keys("<enter>")
        await at.see(f"Kasus {city.numbers[11]}")


async def unknown(at, paper="resi"):
    """A paper of which nobody knows whether it came out: the newest one of its kind."""
    db = at.desk().core.db
    await at.do(
        db.execute,
        "UPDATE jobs SET state='UNKNOWN' WHERE id=(SELECT max(id) FROM jobs WHERE paper=?)",
        (paper,),
    )
    await at.keys("<f6>")
    await at.see("BELUM PASTI")
    await at.keys("<enter>")
    return await at.see("Apakah kertasnya keluar utuh?")


async def jobs(at):
    return {job.name: job.state for job in await at.do(at.desk().printing.jobs)}


async def test_a_paper_of_unknown_fate_came_out(counter, city):
    async with counter("siti", codes=("RSA",)) as at:
        assert f"resi-{city.numbers[11]}" in await unknown(at)
        await at.keys("1")
        await at.see("Tercatat: Sudah keluar utuh.")
        assert (await jobs(at))[f"resi-{city.numbers[11]}"] == "PRINTED"


async def test_a_paper_of_unknown_fate_is_printed_again_as_a_copy_with_its_reason(counter, city):
    async with counter("siti", codes=("RSA",)) as at:
        await unknown(at)
        await at.keys("2")
        await at.see("Cetakan kedua akan bertanda SALINAN. Apa alasannya?")
        await at.keys("Kertas macet", "<enter>")
        await at.see("Resi SALINAN 1")
        state = await at.do(at.desk().core.known, city.numbers[11])
        assert state.lines[-1].note == "Kertas macet"
        assert (await jobs(at))[f"resi-{city.numbers[11]}"] == "CANCELLED"


async def test_a_paper_of_unknown_fate_is_given_up(counter, city):
    async with counter("siti", codes=("RSA",)) as at:
        await unknown(at, "kartu")
        await at.keys("<escape>")
        await at.see_gone("Apakah kertasnya")
        assert (await jobs(at))[f"kartu-{city.numbers[11]}"] == "UNKNOWN"
        await at.keys("<enter>")
        await at.see("Apakah kertasnya")
        await at.keys("3")
        await at.see("batal")
        assert (await jobs(at))[f"kartu-{city.numbers[11]}"] == "CANCELLED"


async def test_without_pusat_the_screen_says_so_and_that_the_work_is_safe(counter):
    async with counter("siti", codes=("RSA",)) as at:
        await at.keys("<f7>")
        screen = await at.see("Pekerjaan tetap aman di kiosk ini.")
        assert "Belum tersambung." in screen
        assert re.search(r"Kendala +: Pusat tidak dapat dihubungi", screen)


async def test_with_pusat_the_exchange_is_told(counter):
    async with counter("siti", codes=("RSA",), central=True) as at:
        await at.keys("<f7>")
        screen = await at.see("Selesai. Enter mencoba lagi")
        assert re.search(r"Kendala +: -", screen)


async def test_enter_right_after_the_last_letter_opens_what_was_typed(counter, city, monkeypatch):
    """The list still shows what the letters before it had found."""
    first, second = city.numbers[0], city.numbers[1]
    async with counter(officer="siti") as at:
        await at.keys("<f3>")
        await at.see("Ketik nama, nomor")
        await at.keys(first)
        await at.see(re.compile(rf"(?m)^>.{first}"))
        quick = at.desk("RSA").work.search
        monkeypatch.setattr(
            at.desk("RSA").work, "search", lambda *given: (time.sleep(0.2), quick(*given))[1]
        )
        at.app.screen.query_one("#text").value = second
        await at.keys("<enter>")
        await at.see(f"Kasus {second}")
