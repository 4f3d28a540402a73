"""0 on a case: correcting its answers, tying it to another, and what was done so far."""

from __future__ import annotations

import re

from kiosk.training import sample_birth
from kiosk.widgets.form_view import FormView


async def more(at, number, key):
    """The case, 0, and one of the four."""
    await at.open_case(number)
    await at.keys("0")
    await at.see("Lainnya")
    await at.keys(key)


async def to_the_end(at):
    """Through the pages to the last field, and Enter there."""
    for _ in range(6):
        await at.keys("<pagedown>")
    await at.see("Pernyataan pemohon")
    form = at.app.screen.query_one(FormView)
    await form.go_to("persetujuan")
    await at.at("Pernyataan pemohon")
    await at.keys("<enter>")


async def test_an_answer_is_corrected_with_its_reason_and_papers_are_offered(counter, city):
    number = city.numbers[9]
    async with counter("andi", codes=("DKP",)) as at:
        await more(at, number, "1")
        await at.at("Nama bayi")
        old = at.app.focused.typed
        at.app.focused.typed = "DIMAS BARU NAMA"
        await at.keys("<enter>")
        await to_the_end(at)
        screen = await at.see("Apa alasan ralat ini?")
        assert f"Nama bayi: {old} -> DIMAS BARU NAMA" in screen
        await at.keys("<enter>")
        await at.see("Apa alasan ralat ini?")
        await at.keys("Salah baca surat lahir", "<enter>")
        screen = await at.see("Ralat tercatat. Cetak ulang?")
        assert "1 Resi" in screen and "2 Kartu kendali" in screen
        await at.keys("1")
        await at.see_gone("1 Resi")
        await at.keys("2")
        screen = await at.see(re.compile(rf"(?s)Kasus {number}.*DIMAS BARU NAMA"))
        assert "Data diralat: Salah baca surat lahir" in screen
        state = await at.do(at.desk().core.known, number)
        assert state.lines[-1].note == "ralat: Salah baca surat lahir"
        await at.keys("0", "3")
        screen = await at.see("Ralat kasus ini")
        assert f"{old} -> DIMAS BARU NAMA" in at.flat
        assert "Andi Saputra: Salah baca surat lahir" in at.flat


async def test_nothing_typed_is_lost_when_it_is_refused_or_stopped(counter, city):
    number = city.numbers[9]
    async with counter("andi", codes=("DKP",)) as at:
        await more(at, number, "1")
        await at.at("Nama bayi")
        await to_the_end(at)
        await at.see("Tidak ada isian yang berubah.")
        form = at.app.screen.query_one(FormView)
        await form.put({"ibu_nik": "123"})
        await form.go_to("persetujuan")
        await at.keys("<enter>")
        await at.at("NIK ibu")
        await at.see("harus 16 angka")
        at.app.focused.typed = sample_birth(77, at.desk().intake.today())["ibu_nik"]
        await at.keys("<enter>")
        await form.go_to("persetujuan")
        await at.keys("<enter>")
        await at.see("Apa alasan ralat ini?")
        await at.keys("<escape>")
        await at.see("Belum diralat.")
        assert form.values["ibu_nik"].startswith("1471")
        await at.keys("<escape>")
        await at.see("Isian ini belum disimpan. Buang?")
        await at.keys("y")
        await at.see(f"Kasus {number}")
        assert (await at.do(at.desk().core.known, number)).corrections == ()


async def test_who_may_not_correct_is_told_why(counter, city):
    async with counter("siti", codes=("RSA",)) as at:
        await more(at, city.numbers[0], "1")
        await at.see("Kasus yang sudah selesai hanya diralat oleh supervisor.")
        await more(at, city.numbers[9], "1")
        await at.see("Berkas masih pada")


async def test_a_case_whose_data_has_not_arrived_can_be_tied_and_not_corrected(counter, city):
    number, other = city.numbers[10], city.numbers[9]
    async with counter("andi", codes=("DKP",)) as at:
        desk = at.desk()
        await at.do(desk.core.projection.forget)
        lost = "DELETE FROM entries WHERE act='permohonan' AND case_id=?"
        await at.do(desk.core.db.execute, lost, (desk.core.case_key(number),))
        await at.do(desk.files.receive, number)
        at.scan(number)
        await at.see(f"Kasus {number}")
        await at.keys("0", "1")
        await at.see("Data kasus ini belum tiba.")
        await at.keys("0", "2")
        await at.at("Nomor kasus lain")
        await at.keys(other, "<enter>", "3", "<enter>")
        await at.see(f"Ditautkan dengan {other}")


async def test_another_case_is_tied_by_its_number_typed_or_scanned(counter, city):
    one, other, third = city.numbers[9], city.numbers[8], city.numbers[7]
    async with counter("andi", codes=("DKP",)) as at:
        await more(at, one, "2")
        await at.at("Nomor kasus lain")
        await at.keys(one, "<enter>")
        await at.at("Hubungannya")
        await at.keys("2", "<enter>")
        await at.see("Itu nomor kasus ini sendiri.")
        assert at.app.focused.typed == one
        at.app.focused.typed = other
        await at.keys("<enter>")
        await at.at("Hubungannya")
        await at.keys("<enter>")
        await at.see(f"Ditautkan dengan {other}")
        await more(at, one, "2")
        await at.at("Nomor kasus lain")
        at.scan(third)
        await at.see(third)
        assert at.app.focused.typed == third
        await at.keys("<enter>", "3", "<enter>")
        await at.see(f"Ditautkan dengan {third}")
        await at.keys("0", "4")
        screen = await at.see("Buka kasus yang mana?")
        assert re.search(rf"keluarga +{other}", screen) and re.search(rf"terkait +{third}", screen)
        await at.keys("1")
        await at.see(re.compile(rf"(?s)Kasus {other}.*Ditautkan dengan {one}"))


async def test_one_familys_cases_are_offered_to_tie(counter, city):
    async with counter("siti", codes=("RSA",)) as at:
        today = at.desk().intake.today()
        first = await at.do(at.desk().core.known, city.numbers[10])
        values = {**sample_birth(55, today), "no_kk": first.values["no_kk"]}
        (made,) = await at.do(at.desk().intake.submit, "kado-camer", values)
        await more(at, city.numbers[10], "2")
        await at.see("Mungkin satu keluarga. Tautkan yang mana?")
        screen = await at.see(made.number)
        assert "nomor KK sama" in screen
        await at.keys("1")
        await at.at("Nomor kasus lain")
        assert at.app.focused.typed == made.number
        await at.keys("<enter>", "<enter>")
        await at.see(f"Ditautkan dengan {made.number}")


async def test_a_declaration_is_on_f6_where_the_answers_call_for_it(counter):
    async with counter("siti", codes=("RSA",)) as at:
        today = at.desk().intake.today()
        values = {**sample_birth(56, today), "bukti_lahir": "sptjm", "bukti_lahir_nomor": ""}
        (made,) = await at.do(at.desk().intake.submit, "kado-camer", values)
        await at.open_case(made.number)
        await at.keys("<f6>")
        screen = await at.see("Kertas kasus ini")
        assert "Cetak SPTJM kelahiran (F-2.03)" in screen and "F-2.04" not in screen
        await at.keys(re.search(r"(\d) Cetak SPTJM", screen)[1])
        await at.see("Masuk antrean cetak.")


async def test_a_card_with_old_data_is_explained_whole_in_f9(counter, city):
    number = city.numbers[1]
    async with counter("yuni", codes=("U10",)) as at:
        desk = at.desk()
        await at.do(desk.corrections.correct, number, {"alamat": "JL. BARU 7"}, "KK baru")
        await at.keys("<f9>", "<enter>")
        await at.see("kartu dengan data lama")
        await at.keys("<enter>")
        screen = " ".join((await at.see("Selesaikan dengan catatan")).split())
        assert "Isian: Alamat" in screen
        assert "bila perlu," in screen and "lalu selesaikan." in screen
