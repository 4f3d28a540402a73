"""A case on the screen, and what a scan leads to from wherever it comes."""

from __future__ import annotations

import asyncio
import re

import pytest
from textual import events

from kiosk.training import sample_birth
from kiosk.widgets.form_view import FormView


async def paper(at, kind, number, code):
    """The QR of a paper that a kiosk of the city printed."""
    desk = await at.app.open_desk(next(d for d in at.app.doors if d.settings.code == code))
    return await at.do(desk.printing.qr_of, kind, number)


async def opened(at, number):
    return await at.see(re.compile(rf"(?s)Kasus {number}.*Yang dilakukan"))


async def test_terima_then_an_outcome_with_its_form_then_the_next_officer(counter, city):
    number = city.numbers[7]
    async with counter("rina", codes=("DKP",)) as at:
        screen = await at.open_case(number)
        assert "1  Terima berkas" in screen
        await at.keys("1")
        await at.see("Paraf terima tercatat.")
        await at.see("2  Salah entri, ke Operator")
        await at.keys("2")
        await at.at("Yang harus diperbaiki")
        await at.keys("<escape>")
        await opened(at, number)
        await at.see("Pilih dengan angka.")
        await at.keys("2")
        await at.at("Yang harus diperbaiki")
        await at.keys("<enter>")
        await at.see("Ditolak:")
        await at.keys("Nama ayah", "<enter>")
        await opened(at, number)
        screen = await at.see("Catatan: Nama ayah")
        assert "menuju Operator / FO (Dinas)" in screen
        assert at.message.startswith("Berkas menunggu diterima Operator / FO di sini")
        await at.sit("andi")
        await at.open_case(number)
        await at.keys("<enter>")
        await at.see("Paraf terima tercatat.")
        await at.keys("<enter>")
        await at.see("Apa yang dilakukan?")
        await at.keys("1")
        await at.at("Nomor di SIAK")
        await at.keys("SIAK-9", "<enter>")
        await at.see("menuju Kepala Seksi (Dinas)")
        assert "Nomor di SIAK SIAK-9" in at.text, "what was written down can be read again"


async def test_esc_on_a_form_asks_before_it_throws_away_and_no_key_leaves_it_silently(
    counter, city
):
    async with counter("andi", codes=("DKP",)) as at:
        await at.open_case(city.numbers[9])
        await at.keys("2")
        await at.at("Catatan pada berkas")
        await at.keys("<escape>")
        await opened(at, city.numbers[9])
        await at.keys("2")
        await at.at("Catatan pada berkas")
        await at.keys("KK tidak terbaca", "<f5>")
        await at.see("Isian ini belum disimpan.")
        await at.keys("<escape>")
        await at.see("Isian ini belum disimpan. Buang?")
        await at.keys("t")
        await at.see_gone("Buang?")
        assert "KK tidak terbaca" in at.text
        await at.keys("<escape>")
        await at.see("Buang?")
        await at.keys("y")
        await opened(at, city.numbers[9])
        assert (await at.do(at.desk().core.known, city.numbers[9])).step == "2"


async def test_f1_explains_the_step_and_f6_has_its_papers(counter, city):
    async with counter("andi", codes=("DKP",)) as at:
        await at.open_case(city.numbers[9])
        await at.keys("<f1>")
        screen = await at.see("Langkah ini")
        assert "langkah 2" in screen
        assert "Operator / FO" in screen
        assert "Surat keterangan lahir" in screen
        await at.keys("<escape>")
        await at.see_gone("Langkah ini")
        await at.keys("<f6>")
        await at.see("Kertas kasus ini")
        await at.keys("3")
        await at.see("KARTU KENDALI PELAYANAN")
        await at.keys("<escape>", "<f6>")
        await at.see("Kertas kasus ini")
        await at.keys("2")
        await at.see("Alasan cetak ulang resi")
        await at.keys("<enter>")
        await at.see("Alasan cetak ulang resi")
        await at.keys("Hilang di jalan", "<enter>")
        await at.see("Masuk antrean cetak.")
        for _ in range(300):
            if any(name.startswith("resi-" + city.numbers[9]) for name in at.papers("DKP")):
                return
            await asyncio.sleep(0.01)
        raise AssertionError(at.papers("DKP"))


@pytest.mark.parametrize("where", ["<f3>", "<f4>", "<f5>", "<f6>", "<f7>", "<f8>", "<f9>"])
async def test_a_scan_opens_its_case_from_any_screen(counter, city, where):
    async with counter("andi", codes=("DKP",)) as at:
        await at.keys(where)
        await at.pilot.pause()
        at.scan(await paper(at, "K", city.numbers[9], "DKP"))
        screen = await opened(at, city.numbers[9])
        assert "QR sah." in screen
        assert "1  Lengkap, dientri di SIAK" in screen


async def test_a_scan_inside_a_field_opens_the_case_and_nothing_lands_in_the_field(counter, city):
    async with counter("siti", codes=("RSA",)) as at:
        await at.begin()
        await at.see("Nama bayi")
        await at.keys("AISYAH")
        code = await paper(at, "R", city.numbers[10], "RSA")
        at.app.hears_scans = True
        for sign in "\x02" + code:
            at.app.post_message(events.Key("ctrl+b" if sign == "\x02" else sign, sign))
        at.app.post_message(events.Key("enter", "\r"))
        await opened(at, city.numbers[10])
        at.app.hears_scans = False
        await at.keys("<escape>")
        await at.at("Nama bayi")
        assert at.app.focused.typed == "AISYAH"
        assert at.app.screen.query_one(FormView).values.get("anak_nama", "") in ("", "AISYAH")


async def test_garbage_of_three_thousand_characters_is_one_plain_sentence(counter):
    async with counter("siti", codes=("RSA",)) as at:
        at.scan("\x1b\x1d~" * 1_000, garbage=True)
        await at.see("Hasil pindai tidak terbaca. Pindai lagi QR resi atau kartu kendali.")
        at.scan("X" * 3_000)
        await at.see("Bukan resi atau kartu kendali kita.")
        assert len(at.app.screen_stack) == 2


async def test_a_tampered_qr_and_an_unknown_issuer_are_refused_in_plain_words(counter, city):
    async with counter("andi", codes=("DKP", "RSA")) as at:
        good = await paper(at, "R", city.numbers[9], "DKP")
        middle = len(good) // 2
        at.scan(good[:middle] + ("A" if good[middle] != "A" else "B") + good[middle + 1 :])
        await at.see("QR tidak sah. Jangan dilayani; periksa kertasnya.")
        resi = await paper(at, "R", city.numbers[9], "RSA")
        card = await paper(at, "K", city.numbers[9], "RSA")
        await at.do(at.desk().core.db.execute, "DELETE FROM trust WHERE kiosk='RSA'")
        at.scan(resi)
        await at.see("Penerbit QR belum dikenal kiosk ini. Tekan F7 lalu pindai lagi.")
        assert len(at.app.screen_stack) == 2
        # The file itself lies on the desk: its control card opens the case all the same.
        at.scan(card)
        await at.see("Penerbit QR belum dikenal kiosk ini.")
        assert len(at.app.screen_stack) == 3


async def test_a_scan_while_a_question_is_open_waits_for_its_answer(counter, city):
    async with counter("andi", codes=("DKP",)) as at:
        await at.open_case(city.numbers[9])
        await at.keys("<f6>")
        await at.see("Kertas kasus ini")
        at.scan(city.numbers[8])
        await at.see("Jawab dahulu pertanyaan di layar")
        assert "Kertas kasus ini" in at.text


async def new_at_the_ward(at):
    """A case that only the ward knows; its number and the QR of its control card."""
    await at.sit("siti")
    desk = at.desk("RSA")
    values = sample_birth(50, desk.intake.today())
    (made,) = await at.do(desk.intake.submit, "kado-camer", values)
    return made.number, await paper(at, "K", made.number, "RSA")


async def test_a_case_whose_data_has_not_arrived_can_be_received_and_worked_on(counter):
    async with counter(codes=("RSA", "DKP")) as at:
        number, card = await new_at_the_ward(at)
        await at.sit("andi")
        at.scan(card)
        screen = await opened(at, number)
        assert "Data kasus ini belum tiba" in screen
        assert "QR sah." in screen
        await at.keys("<enter>")
        await at.see("Paraf terima tercatat.")
        screen = await at.see("(langkah 2)")
        assert re.search(r" 1  Lengkap, dientri di SIAK \(langkah 2\)", screen)
        await at.keys("1")
        await at.at("Nomor di SIAK")
        await at.keys("SIAK-1", "<enter>")
        await at.see("menuju Kepala Seksi (Dinas)")


async def test_a_file_that_should_be_elsewhere_can_be_received_when_its_card_is_scanned(
    counter, city
):
    number = city.numbers[10]
    async with counter("andi", codes=("DKP",)) as at:
        screen = await at.open_case(number)
        assert "Terima berkas" not in screen
        assert "Berkas masih pada Operator RS/RB/Puskesmas (RS RSA)" in screen
        await at.keys("<f5>")
        at.scan(await paper(at, "K", number, "DKP"))
        await at.see("1  Terima berkas (kertasnya di tangan)")
        await at.keys("1")
        await at.see(f"Paraf serah untuk {number} belum tercatat.")
        assert at.level == "peringatan"
        state = await at.do(at.desk().core.known, number)
        assert (state.holder_place, state.holder_officer) == ("dinas", "andi")
        at.scan(await paper(at, "K", number, "DKP"))
        await at.see("QR sah.")
        assert "kertasnya di tangan" not in at.text


async def test_a_resi_in_hand_is_no_file_in_hand(counter, city):
    async with counter("andi", codes=("DKP",)) as at:
        at.scan(await paper(at, "R", city.numbers[10], "DKP"))
        screen = await opened(at, city.numbers[10])
        assert "Terima berkas" not in screen


async def test_places_and_persons_are_said_in_words_and_masked(counter, city):
    async with counter("yuni", codes=("U10",)) as at:
        screen = await at.open_case(city.numbers[1])
        for raw in ("rs:", "uptd:", "dinas "):
            assert raw not in screen
        assert "pada Petugas UPTD (UPTD 14.71.10)" in screen
        values = (await at.do(at.desk().core.known, city.numbers[1])).values
        assert values["ibu_nik"] not in screen
        assert values["telepon"] not in screen


async def test_a_card_that_is_gone_says_who_gave_it_and_when(counter, city):
    async with counter("yuni", codes=("U10",)) as at:
        at.scan(await paper(at, "R", city.numbers[0], "U10"))
        screen = await opened(at, city.numbers[0])
        assert re.search(r"sudah diserahkan \d\d-\d\d-\d{4} \d\d\.\d\d oleh Yuni Astuti", at.flat)
        assert "Status: selesai" in screen


async def test_a_file_received_by_its_card_alone_goes_on_when_its_handing_over_arrives(
    counter, city
):
    number = city.numbers[10]
    async with counter("siti", codes=("RSA", "DKP"), central=True) as at:
        ward = at.desk("RSA")
        (group,) = await at.do(ward.batches.ready)
        numbers = [row.number for row in group.rows]
        await at.do(ward.batches.hand_over, group.kind, group.target, numbers, len(numbers))
        await at.sit("andi")
        at.scan(await paper(at, "K", number, "DKP"))
        await at.see("1  Terima berkas (kertasnya di tangan)")
        await at.keys("1")
        await at.see("belum tercatat.")
        await at.app.exchange()
        await at.app.exchange()
        # His paraf stands for the receiving of that batch; he need not receive it twice.
        await at.see("1  Lengkap, dientri di SIAK")
