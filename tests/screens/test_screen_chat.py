"""An application from a chat: paste, F2, what is missing, F2 to the end; nothing gets lost."""

from __future__ import annotations

import re

from textual import events

from kiosk.screens.chat import ChatText
from kiosk.widgets.form_view import FormView
from tests.desk.kia import chat_of, kia
from tests.screens.counter import at_counter


def child(at, n=1, **changes):
    return kia(n, at.desk("DKP").intake.today(), **changes)


async def begin(at):
    await at.begin("1")
    await at.see("Tempel atau ketik obrolan, lalu F2.")


def paste(at, text):
    at.app.screen.query_one(ChatText).post_message(events.Paste(text))


async def test_a_pasted_chat_needs_only_what_it_does_not_say(counter):
    async with counter("mega", codes=("DKP",)) as at:
        values = child(at)
        await begin(at)
        paste(at, chat_of(values))
        await at.see("Ibu")
        await at.keys("<f2>")
        screen = await at.see("Yang terbaca dari obrolan")
        assert "Baris yang tidak dipakai:" in screen
        assert "Assalamualaikum, mau buat KIA" in screen
        await at.keys("<enter>")
        await at.at("Pernyataan pemohon")
        await at.keys("y", "<f2>")
        screen = await at.see("Permohonan tersimpan")
        number = re.search(r"Resi (\S+)", screen)[1]
        await at.keys("<enter>")
        screen = await at.see(re.compile(f"Kasus {number}"))
        state = await at.do(at.desk().core.known, number)
        assert state.values["anak_nik"] == values["anak_nik"]
        assert state.values["kelurahan"] == values["kelurahan"]
        assert await at.do(at.desk().intake.draft, "kia") is None


async def test_what_is_doubtful_is_marked_and_comes_first(counter):
    async with counter("mega", codes=("DKP",)) as at:
        values = child(at)
        chat = chat_of(values).replace("Kel. Rejosari", "Kel. Tangkerang")
        chat += "\nNama ibu: Orang Lain"
        await begin(at)
        paste(at, chat)
        await at.see("Orang Lain")
        await at.keys("<f2>")
        screen = await at.see("Perlu dilihat:")
        assert "Di obrolan ada dua:" in screen
        await at.keys("<enter>")
        screen = await at.at("Nama ibu")
        assert re.search(r"(?m)^> Nama ibu\* +!", screen)
        assert "Di obrolan ada dua:" in screen
        await at.keys("ibu sari", "<f2>")
        screen = await at.at("Kelurahan")
        assert "Kelurahan 'Tangkerang, kec. Tenayan Raya' tidak ada di daftar." in at.flat
        await at.keys("<up>")
        await at.see("Permohonan baru")


async def test_the_chat_can_be_looked_at_again_and_survives_a_crash(counter):
    async with counter("mega", codes=("DKP",)) as at:
        home = at.home
        await begin(at)
        paste(at, chat_of(child(at)))
        await at.see("Ibu")
        await at.keys("<f2>")
        await at.see("Yang terbaca dari obrolan")
        await at.keys("<enter>")
        await at.at("Pernyataan pemohon")
        await at.keys("<ctrl+o>")
        await at.see("Assalamualaikum, mau buat KIA")
        await at.keys("<escape>")
        await at.at("Pernyataan pemohon")
    again = home.with_name(home.name + "-lagi")
    async with at_counter(home, again, officer="mega", codes=("DKP",)) as at:
        await at.begin("1")
        await at.see("Ada isian yang belum selesai")
        await at.keys("y")
        await at.see("Isian dilanjutkan.")
        await at.keys("<ctrl+o>")
        await at.see("Assalamualaikum, mau buat KIA")


async def test_a_declined_draft_makes_room_for_another_chat(counter):
    async with counter("mega", codes=("DKP",)) as at:
        await at.begin("2")
        await at.at("Jenis permohonan")
        await at.keys("<enter>")
        await at.at("Nama anak")
        await at.keys("cahaya", "<enter>")
        await at.at("NIK anak")
        await at.keys("<f5>")
        await at.see("[Menunggu saya:")
        await at.begin("1")
        await at.see("CAHAYA. Lanjutkan?")
        await at.keys("t")
        await at.see("Tempel atau ketik obrolan, lalu F2.")
        assert await at.do(at.desk().intake.draft, "kia") is None


async def test_a_text_that_was_not_read_yet_is_a_draft_too(counter):
    async with counter("mega", codes=("DKP",)) as at:
        await begin(at)
        await at.keys("Nama anak: Budi Santoso", "<enter>", "JK: L")
        await at.see("JK: L")
        await at.keys("<f5>")
        await at.see("Isian ini belum disimpan.")
        await at.keys("<escape>")
        await at.see("Tinggalkan obrolan ini?")
        await at.keys("1")
        await at.see("[Menunggu saya:")
        await begin(at)
        await at.see("Nama anak: Budi Santoso")
        await at.keys("<escape>", "2")
        await at.see("[Menunggu saya:")
        await begin(at)
        await at.see_gone("Budi Santoso")


async def test_what_a_console_pastes_is_no_scan(counter):
    async with counter("mega", codes=("DKP",), scanner=True) as at:
        at.app.hears_scans = False
        await begin(at)
        at.app.hears_scans = True
        for line in ("Nama anak: Budi Santoso", "JK: L"):
            for sign in line:
                at.app.post_message(events.Key(" " if sign == " " else sign, sign))
            at.app.post_message(events.Key("enter", "\r"))
        await at.see("JK: L")
        assert at.app.screen.text == "Nama anak: Budi Santoso\nJK: L\n"


async def test_a_chat_comes_as_a_file(counter, tmp_path):
    path = tmp_path / "chat.txt"
    async with counter("mega", codes=("DKP",)) as at:
        path.write_text(chat_of(child(at)))
        await begin(at)
        await at.keys("<ctrl+o>")
        await at.see("Nama file dengan foldernya")
        await at.keys(str(tmp_path / "lain.txt"), "<enter>")
        await at.see("tidak dapat dibaca")
        await at.keys("<ctrl+o>")
        await at.see("Nama file dengan foldernya")
        await at.keys(str(path), "<enter>")
        await at.see("Isi file di layar. F2 membacanya ke formulir.")
        assert "No HP" in at.app.screen.text


async def test_an_empty_chat_is_told_so(counter):
    async with counter("mega", codes=("DKP",)) as at:
        await begin(at)
        await at.keys("<f2>")
        await at.see("Belum ada obrolan.")
        await at.keys("<escape>")
        await at.see("[Menunggu saya:")


async def test_f2_on_a_form_goes_to_what_is_still_wanted(counter):
    async with counter("mega", codes=("DKP",)) as at:
        await at.begin("2")
        await at.at("Jenis permohonan")
        await at.keys("<f2>")
        await at.at("Nama anak")
        await at.keys("budi santoso", "<f2>")
        await at.at("NIK anak")
        await at.keys("<f2>")
        await at.see("Ditolak:")
        await at.at("NIK anak")
        form = at.app.screen.query_one(FormView)
        await form.put(child(at, persetujuan=""))
        await at.keys("<f2>")
        await at.at("Pernyataan pemohon")
        await at.keys("y", "<f2>")
        await at.see("Permohonan tersimpan")


async def test_the_resi_is_saved_to_be_sent(counter):
    async with counter("mega", codes=("DKP",)) as at:
        made = await at.do(at.desk().intake.submit, "kia-whatsapp", child(at))
        number = made[0].number
        await at.open_case(number)
        await at.keys("<f6>")
        screen = await at.see("Kertas kasus ini")
        at_line = re.search(r"(\d) Simpan resi untuk WhatsApp", screen)[1]
        await at.keys(at_line)
        await at.see("Resi tersimpan")
        assert f"Kode permohonan untuk email: {made[0].code}" in at.flat
        assert (at.desk().front.folder / "kirim" / f"{number}.png").exists()
