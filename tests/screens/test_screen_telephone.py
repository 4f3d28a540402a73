"""The telephone desk on its screen: ready at the first ring. AKAPELA steps 1, 2, 8."""

from __future__ import annotations

import re

import pytest

from config.forms import FORMS, load_form
from kiosk.screens.telephone import TelephoneScreen
from kiosk.widgets.fields import TextEntry
from tests.screens.counter import NotSeen, at_counter

FORM = load_form(FORMS / "pengaduan.toml")
CALL = {
    "telepon": "081255512345",
    "nama": "IBU RATNA",
    "jenis": "informasi",
    "isi": "KK belum berubah",
}
KNOWN = "Penelepon ini: 1 panggilan"


async def ready(at):
    """The desk as it is after the login: nothing was pressed."""
    await at.see("Ketik nomor penelepon")
    assert isinstance(at.app.screen, TelephoneScreen)


async def take(at, **changes):
    """A whole call, from its first digit; its number."""
    await ready(at)
    await at.fill_in(CALL | changes, FORM.fields)
    screen = await at.see(re.compile(r"(?s)Kasus PGD1.*Tercatat PGD1"))
    number = re.search(r"PGD1-\d{6}-\d{4}-\w", screen)[0]
    await at.keys("<escape>")
    await ready(at)
    return number


async def test_the_first_key_after_the_login_is_the_first_digit_of_the_number(counter):
    async with counter("tari", codes=("PGD",)) as at:
        await at.keys("0")
        await at.keys("8", "1255512345")
        assert isinstance(at.app.focused, TextEntry)
        assert at.app.focused.field.key == "telepon"
        assert at.app.focused.typed == "081255512345"
        await at.see(re.compile(r"(?m)^> Nomor telepon\* +081255512345"))


async def test_every_kind_of_complaint_can_be_read_at_once(counter):
    async with counter("tari", codes=("PGD",)) as at:
        await ready(at)
        await at.keys("081255512345", "<enter>", "RATNA", *["<enter>"] * 3)
        await at.see(re.compile(r"(?m)^  1 Informasi .* 5 Pengambilan *$"))


async def test_an_offices_own_form_of_a_call_is_asked(counter):
    async with counter("tari", codes=("PGD",)) as at:
        own = at.desk().front.folder / "forms" / "pengaduan.toml"
        own.parent.mkdir()
        text = (FORMS / own.name).read_text("utf-8")
        own.write_text(text.replace("Nama penelepon", "Nama warga"), "utf-8")
        await at.keys("<escape>", "<f2>")
        await at.see("Nama warga")


async def test_a_call_is_taken_in_and_the_desk_is_ready_for_the_next(counter):
    async with counter("tari", codes=("PGD",)) as at:
        number = await take(at)
        state = await at.do(at.desk().core.known, number)
        assert state.values["telepon"] == "6281255512345"
        await at.keys("0813")
        await at.see(re.compile(r"(?m)^> Nomor telepon\* +0813"))
        await at.see(re.compile(r"(?m)^  Nama penelepon\* *$"))


async def test_earlier_calls_appear_before_the_number_is_left_and_are_linked_by_enter(counter):
    async with counter("tari", codes=("PGD",)) as at:
        number = await take(at)
        await at.keys("081255512345")
        screen = await at.see(KNOWN)
        assert number in screen
        assert "081255512345" in screen
        await at.keys("<pagedown>")
        await at.see("Enter menautkan ke panggilan ini")
        await at.keys("<enter>")
        await at.see(f"Ditautkan dengan {number}.")
        await at.see(re.compile(rf"Nomor resi terkait +{number}"))
        await at.at("Nama penelepon")
        await at.fill_in({**CALL, "nama": "PAK BUDI", "jenis": "data"}, FORM.fields[1:6])
        await at.at("Nomor resi terkait")
        await at.keys("<enter>")
        await at.see(re.compile(r"(?s)Kasus PGD1.*Tercatat PGD1"))
        state = await at.do(at.desk().core.known, number)
        assert len(state.links) == 1


async def test_a_case_of_the_caller_is_looked_at_while_the_call_stays(counter):
    async with counter("tari", codes=("PGD",)) as at:
        number = await take(at)
        await at.keys("081255512345", "<enter>")
        await at.see(KNOWN)
        await at.keys("<pagedown>", "<space>")
        await at.see(f"Kasus {number}")
        await at.keys("<escape>")
        await at.see(re.compile(r"Nomor telepon\* +081255512345|Nomor telepon\* +6281255512345"))


async def test_f2_puts_a_call_on_hold_and_enter_takes_it_up_again(counter):
    async with counter("tari", codes=("PGD",)) as at:
        await ready(at)
        await at.keys("081211110000", "<enter>")
        await at.at("Nama penelepon")
        await at.keys("budi", "<f2>")
        await at.keys("0813")
        await at.see(re.compile(r"(?m)^> Nomor telepon\* +0813\s*$"))
        screen = await at.see("Tertahan: 1")
        assert "081211110000" not in screen
        await at.keys("<pagedown>")
        await at.see("Enter membuka, Esc ke isian.")
        await at.keys("<enter>")
        await at.see("Panggilan dilanjutkan.")
        screen = await at.at("Nama penelepon")
        assert "budi" in screen.casefold()
        await at.keys("<f2>")
        await at.see("Tertahan: 2")


async def test_what_was_typed_survives_a_crash_and_does_not_stand_in_the_way(counter):
    async with counter("tari", codes=("PGD",)) as at:
        home = at.home
        await ready(at)
        await at.keys("081211110000", "<enter>")
        await at.at("Nama penelepon")
        await at.keys("bud")
        await at.see("bud")
        for _ in range(200):
            held = await at.do(at.desk().calls.underway)
            if held and held[0].values.get("nama") == "bud":
                break
            await at.pilot.pause(0.01)
        else:
            raise NotSeen(held)
    again = home.with_name(home.name + "-lagi")
    async with at_counter(home, again, officer="tari", codes=("PGD",)) as at:
        await at.keys("0813")
        await at.see(re.compile(r"(?m)^> Nomor telepon\* +0813\s*$"))
        await at.see("Tertahan: 1")
        await at.keys("<pagedown>", "<enter>")
        await at.see("Panggilan dilanjutkan.")
        screen = await at.at("Nama penelepon")
        assert "bud" in screen


@pytest.mark.parametrize("way", ["<f5>", "<f3>", "<f10>"])
async def test_leaving_by_a_function_key_loses_nothing(counter, way):
    async with counter("tari", codes=("PGD",)) as at:
        await ready(at)
        await at.keys("081211110000", way)
        for _ in range(200):
            await at.pilot.pause(0.01)
            if not isinstance(at.app.screen, TelephoneScreen):
                break
        if way == "<f10>":
            await at.sit("tari")
        else:
            await at.keys("<f2>")
        await ready(at)
        await at.see("Tertahan: 1")


async def test_a_further_call_about_an_open_complaint_is_added_to_it(counter):
    async with counter("tari", codes=("PGD",)) as at:
        number = await take(at)
        await at.fill_in(CALL | {"isi": "Masih belum"}, FORM.fields)
        await at.see("sudah mengadukan hal sejenis")
        await at.keys("1")
        await at.see("Panggilan ditambahkan ke pengaduan ini.")
        await at.see(f"Kasus {number}")
        state = await at.do(at.desk().core.known, number)
        assert [line.act for line in state.lines] == ["permohonan", "panggilan"]
        await at.keys("<escape>")
        await ready(at)
        await at.keys("081255512345")
        await at.see("2x Informasi")


async def test_another_matter_of_the_same_caller_is_a_complaint_of_its_own(counter):
    async with counter("tari", codes=("PGD",)) as at:
        await take(at)
        before = await at.do(at.desk().work.count, "semua")
        await at.fill_in(CALL, FORM.fields)
        await at.see("sudah mengadukan hal sejenis")
        await at.keys("<escape>")
        await at.see("Belum dicatat.")
        await at.keys("<enter>")
        await at.see("sudah mengadukan hal sejenis")
        await at.keys("2")
        await at.see(re.compile(r"Tercatat PGD1"))
        assert await at.do(at.desk().work.count, "semua") == before + 1


async def test_a_mistyped_resi_brings_the_officer_back_to_it(counter):
    async with counter("tari", codes=("PGD",)) as at:
        await ready(at)
        await at.fill_in(CALL | {"resi_terkait": "RSA1-261121-0001-X"}, FORM.fields)
        await at.see("Ditolak:")
        await at.at("Nomor resi terkait")


async def test_a_call_back_shows_the_number_and_keeps_every_try(counter):
    async with counter("tari", codes=("PGD",)) as at:
        number = await take(at)
        desk = at.desk()
        await at.do(desk.files.record, number, "terputus", {})
        await at.keys("<f5>")
        await at.see("[Menunggu saya:")
        await at.keys("<f2>")
        await at.see("Panggil balik")
        assert "0812 5551 2345" not in at.text
        await at.keys("<pagedown>", "<enter>")
        screen = await at.see("0812 5551 2345")
        assert "IBU RATNA" in screen
        assert "Tidak tersampaikan" not in screen
        for n in range(1, 4):
            await at.keys("2")
            await at.see("Sebabnya")
            await at.keys("<enter>")
            await at.at("Coba lagi pukul")
            await at.keys("<enter>")
            await at.at("Catatan")
            await at.keys("<enter>")
            await at.see(f"Sudah dihubungi {n} kali")
        await at.see("Tidak tersampaikan")
        await at.keys("1")
        await at.see("Lewat")
        await at.keys("<enter>")
        await at.at("Catatan")
        await at.keys("<enter>")
        await at.see(f"Pengaduan {number} sudah selesai.")
        assert isinstance(at.app.screen, TelephoneScreen)


async def test_esc_asks_before_a_call_is_thrown_away(counter):
    async with counter("tari", codes=("PGD",)) as at:
        await ready(at)
        await at.keys("0812", "<escape>")
        await at.see("Berhenti mengisi?")
        await at.keys("3")
        await at.see(re.compile(r"(?m)^> Nomor telepon\*\s*$"))
        assert await at.do(at.desk().calls.underway) == []
        await at.keys("<escape>")
        await at.see("[Menunggu saya:")


async def test_an_answer_that_comes_in_stands_first_without_a_key(counter):
    async with counter("tari", codes=("PGD",)) as at:
        number = await take(at)
        await at.see("Menunggu saya: 1")
        desk = at.desk()
        await at.do(desk.files.record, number, "informasi", {})
        await at.do(desk.files.record, number, "dijawab", {"catatan": "Bawa KK lama"})
        at.app.tell_news()
        await at.see("Jawaban siap: 1")
        await at.keys("<pagedown>", "<enter>")
        await at.see("Bawa KK lama")
        await at.see("0812 5551 2345")


async def test_the_lembar_laporan_is_printed_with_f6(counter):
    async with counter("tari", codes=("PGD",)) as at:
        number = await take(at)
        await at.open_case(number)
        await at.keys("<f6>")
        screen = await at.see("Cetak Lembar Laporan")
        await at.keys(re.search(r"(\d) Cetak Lembar Laporan", screen)[1])
        await at.see("Masuk antrean cetak.")
        for _ in range(300):
            if f"lembar-laporan-{number}" in at.papers("PGD"):
                return
            await at.pilot.pause(0.01)
        raise NotSeen(at.papers("PGD"))
