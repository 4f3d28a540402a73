"""F2: a birth from the first key to the printed papers, drafts, twins, likely duplicates."""

from __future__ import annotations

import asyncio
import re
import shutil

from kiosk.training import sample_birth
from tests.screens.counter import FORM, at_counter


def birth(at, n, **changes):
    return sample_birth(n, at.desk("RSA").intake.today()) | changes


async def begin(at):
    await at.begin()
    return await at.see("Nama bayi")


async def cases(at):
    return await at.do(at.desk("RSA").work.count, "semua")


async def wait_for_papers(at, *names):
    for _ in range(300):
        if set(names) <= set(at.papers("RSA")):
            return
        await asyncio.sleep(0.01)
    raise AssertionError(at.papers("RSA"))


async def test_one_birth_from_the_first_key_to_the_printed_papers(counter):
    async with counter("siti", codes=("RSA",)) as at:
        await begin(at)
        await at.fill_in(birth(at, 30))
        screen = await at.see("Permohonan tersimpan")
        found = re.search(r"Resi (RSA1-\d{6}-\d{4}-\w)   kode (\w{6})", screen)
        assert found
        assert "Tempelkan kartu kendali pada berkas" in screen
        await wait_for_papers(at, f"resi-{found[1]}", f"kartu-{found[1]}")
        await at.keys("<enter>")
        await at.see(found[1])
        state = await at.do(at.desk().core.known, found[1])
        assert state.values["ibu_nama"] == birth(at, 30)["ibu_nama"]
        assert await at.do(at.desk().intake.draft, "kelahiran") is None


async def test_what_is_carried_over_is_marked_and_said_so(counter):
    async with counter("siti", codes=("RSA",)) as at:
        screen = await begin(at)
        assert "Tanda < dari kasus sebelumnya." in screen
        assert re.search(r"(?m)^  Nama RS/bidan +< RSUD ARIFIN ACHMAD", screen)
        assert re.search(r"Tempat dilahirkan\* +< 1 RS/RB +\(dari kasus sebelumnya\)", screen)
        assert re.search(r"(?m)^  Nama bayi\* +<", screen) is None
        for field in FORM.fields[:5]:
            await at.answer(field, birth(at, 30)[field.key])
        await at.at("Nama RS/bidan")
        at.app.focused.typed = "BIDAN ANI"
        await at.keys("<enter>")
        await at.see(re.compile(r"(?m)^  Nama RS/bidan +BIDAN ANI"))


async def test_a_draft_survives_a_crash_with_its_values_and_its_field(counter):
    async with counter("siti", codes=("RSA",)) as at:
        home = at.home
        await begin(at)
        values = birth(at, 30)
        await at.fill_in(values, FORM.pages[0].fields)
        await at.at("Nama ibu")
        await at.answer(FORM.field("ibu_nama"), values["ibu_nama"])
        await at.at("Kewarganegaraan ibu")
    again = home.with_name(home.name + "-lagi")
    async with at_counter(home, again, officer="siti", codes=("RSA",)) as at:
        await at.begin()
        await at.see(f"Ada isian yang belum selesai: {values['anak_nama']}. Lanjutkan?")
        await at.keys("y")
        screen = await at.at("Nama ibu")
        assert values["ibu_nama"] in screen
        await at.keys("<pageup>")
        screen = await at.at("Nama bayi")
        assert values["anak_nama"] in screen
        assert re.search(r"Panjang \(cm\)\* +" + values["anak_panjang"], screen)
    shutil.rmtree(again)


async def test_a_draft_can_be_kept_thrown_away_or_left_for_later(counter):
    async with counter("siti", codes=("RSA",)) as at:
        await begin(at)
        await at.answer(FORM.field("anak_nama"), "CAHAYA ILAHI")
        await at.at("Jenis kelamin")
        await at.keys("<escape>")
        await at.see("Berhenti mengisi?")
        await at.keys("2")
        await at.see("[Menunggu saya:")
        await at.begin()
        await at.see("CAHAYA ILAHI. Lanjutkan?")
        await at.keys("<escape>")
        await at.see("[Menunggu saya:")
        await at.begin()
        await at.see("CAHAYA ILAHI. Lanjutkan?")
        await at.keys("y")
        await at.see(re.compile("(?m)^. Nama bayi.*CAHAYA ILAHI"))
        await at.keys("<escape>")
        await at.see("Berhenti mengisi?")
        await at.keys("3")
        await at.see("[Menunggu saya:")
        screen = await begin(at)
        assert "Lanjutkan?" not in screen
        await at.keys("<escape>")
        await at.see("[Menunggu saya:")


async def test_a_declined_draft_is_gone(counter):
    async with counter("siti", codes=("RSA",)) as at:
        await begin(at)
        await at.answer(FORM.field("anak_nama"), "CAHAYA ILAHI")
        await at.at("Jenis kelamin")
        await at.keys("<f5>")
        await at.see("[Menunggu saya:")
        await at.begin()
        await at.see("Lanjutkan?")
        await at.keys("t")
        await at.see_gone("CAHAYA")
        assert await at.do(at.desk().intake.draft, "kelahiran") is None


async def test_twins_are_two_linked_cases_from_one_entry_each_with_its_resi(counter):
    async with counter("siti", codes=("RSA",)) as at:
        before = await cases(at)
        await begin(at)
        await at.fill_in(birth(at, 30, anak_kembar="2"))
        await at.see("Anak ke-2 dari kelahiran yang sama")
        fields = [f for f in FORM.fields if f.key in ("anak_nama", "anak_jk", "anak_pukul")]
        await at.answer(fields[0], "ZAHRA KEDUA")
        for field, value in zip(fields[1:], ("L", "0859"), strict=True):
            await at.answer(field, value)
        for key, value in (("anak_ke", "4"), ("anak_berat", "2500"), ("anak_panjang", "46")):
            await at.answer(FORM.field(key), value)
        screen = await at.see("Permohonan tersimpan")
        first, second = re.findall(r"Resi (RSA1-\S+)", screen)
        assert await cases(at) == before + 2
        one, two = [await at.do(at.desk().core.known, number) for number in (first, second)]
        assert one.linked == [second]
        assert two.linked == [first]
        assert two.values["anak_nama"] == "ZAHRA KEDUA"
        assert two.values["ibu_nik"] == one.values["ibu_nik"]
        await wait_for_papers(at, f"resi-{first}", f"resi-{second}")


async def test_the_draft_of_the_second_twin_is_offered_with_both(counter):
    async with counter("siti", codes=("RSA",)) as at:
        await begin(at)
        await at.fill_in(birth(at, 31, anak_kembar="2"))
        await at.see("Anak ke-2 dari kelahiran yang sama")
        await at.answer(FORM.field("anak_nama"), "ZAHRA KEDUA")
        await at.at("Jenis kelamin")
        before = await cases(at)
        await at.keys("<f5>")
        await at.see("[Menunggu saya:")
        await at.begin()
        await at.see("Lanjutkan?")
        await at.keys("y")
        await at.see(re.compile("(?m)^. Nama bayi.*ZAHRA KEDUA"))
        await at.see("Anak ke-2 dari kelahiran yang sama")
        await at.keys("<enter>")
        for field, value in (("anak_jk", "L"), ("anak_pukul", "0859"), ("anak_ke", "4")):
            await at.answer(FORM.field(field), value)
        for key, value in (("anak_berat", "2500"), ("anak_panjang", "46")):
            await at.answer(FORM.field(key), value)
        screen = await at.see("Permohonan tersimpan")
        assert len(re.findall(r"Resi (RSA1-\S+)", screen)) == 2
        assert "ZAHRA KEDUA" in screen
        assert await cases(at) == before + 2


async def test_a_birth_of_other_count_asks_how_many(counter):
    async with counter("siti", codes=("RSA",)) as at:
        await begin(at)
        await at.fill_in(birth(at, 32, anak_kembar="5"))
        await at.see("Berapa anak yang lahir?")
        await at.keys("1", "<enter>")
        await at.see("Permohonan tersimpan")


async def likely(at, **changes):
    """The form filled in with a birth that is here already, but for a letter."""
    await begin(at)
    values = birth(at, 11)
    await at.fill_in(values | changes)
    return values, await at.see("Mungkin sudah pernah diajukan")


async def test_a_likely_duplicate_is_shown_side_by_side_and_esc_makes_no_case(counter, city):
    async with counter("siti", codes=("RSA",)) as at:
        before, papers = await cases(at), at.papers("RSA")
        values, screen = await likely(at)
        assert city.numbers[11] in screen
        assert screen.count(values["ibu_nama"]) == 2
        assert "NIK ibu sama" in screen
        assert values["ibu_nik"] not in screen
        await at.keys("<enter>")
        await at.see("Mungkin sudah pernah diajukan")
        await at.keys("<escape>")
        await at.see("Belum disimpan. Perbaiki isian atau tekan Esc.")
        assert await cases(at) == before
        assert at.papers("RSA") == papers


async def test_a_duplicate_that_is_none_needs_a_reason_which_stands_on_the_case(counter, city):
    async with counter("siti", codes=("RSA",)) as at:
        await likely(at, anak_nama="ANAK LAIN")
        await at.keys("Saudara sepupu", "<enter>")
        screen = await at.see("Permohonan tersimpan")
        number = re.search(r"Resi (RSA1-\S+)", screen)[1]
        state = await at.do(at.desk().core.known, number)
        assert state.duplicates[0]["nomor"] == city.numbers[11]
        assert state.duplicates[0]["alasan"] == "Saudara sepupu"


async def test_a_refused_answer_brings_the_officer_back_to_its_field(counter):
    async with counter("siti", codes=("RSA",)) as at:
        before = await cases(at)
        await begin(at)
        await at.answer(FORM.field("anak_nama"), "BAYI NY 4NI")
        await at.see("Ditolak:")
        await at.at("Nama bayi")
        values = birth(at, 31, saksi1_nama=birth(at, 31)["ayah_nama"])
        values["saksi1_nik"] = values["ayah_nik"]
        at.app.focused.typed = values["anak_nama"]
        await at.fill_in(values, FORM.fields[: [f.key for f in FORM.fields].index("saksi1_nama")])
        await at.at("Nama saksi 1")
        at.app.focused.typed = values["saksi1_nama"]
        await at.keys("<enter>")
        await at.see("Ditolak:")
        await at.at("Nama saksi 1")
        assert at.level == "tolak"
        assert await cases(at) == before


async def test_an_officer_who_may_not_take_in_is_told_who_does(counter):
    async with counter("andi", codes=("DKP",)) as at:
        await at.keys("<f2>")
        await at.see("Permohonan baru di sini dibuat oleh: Admin WhatsApp")
