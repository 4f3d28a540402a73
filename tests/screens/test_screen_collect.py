"""The collector before the officer: who may take a card, with what, and only once."""

from __future__ import annotations

import re

NIK = "1471104506920001"


async def begin(at, number):
    await at.open_case(number)
    await at.keys("1")
    return await at.at("Pengambil adalah")


async def answers(at, *values):
    """What is typed line by line, Enter after each."""
    for value in values:
        await at.keys(value) if value else None
        await at.keys("<enter>")


async def mother(at, number):
    return (await at.do(at.desk().cards.parents, number))[0]


async def test_a_parent_with_every_paper_gets_the_card(counter, city):
    number = city.numbers[1]
    async with counter("yuni", codes=("U10",)) as at:
        screen = await begin(at, number)
        name = await mother(at, number)
        assert name in screen
        assert at.message
        await answers(at, "1", "1", "1", name, NIK, "", "")
        await at.see("Serahkan KIA kepada")
        await at.keys("t")
        await at.see_gone("Serahkan KIA kepada")
        assert (await at.do(at.desk().core.known, number)).status == "berjalan"
        await at.keys("<enter>")
        await at.see("Serahkan KIA kepada")
        await at.keys("y")
        await at.see("Penyerahan tercatat. Minta paraf pengambil di kartu kendali.")
        await at.keys("<enter>")
        await at.see("Status: selesai")
        assert NIK not in at.text


async def test_a_missing_paper_is_named(counter, city):
    async with counter("yuni", codes=("U10",)) as at:
        await begin(at, city.numbers[1])
        name = await mother(at, city.numbers[1])
        await answers(at, "1", "2", "2", "1", name, NIK, "", "")
        await at.see("Serahkan KIA kepada")
        await at.keys("y")
        await at.see("Belum diperlihatkan: Resi permohonan.")
        assert (await at.do(at.desk().core.known, city.numbers[1])).status == "berjalan"


async def test_a_lost_resi_needs_its_statement_and_a_supervisors_pin(counter, city):
    number = city.numbers[1]
    async with counter("yuni", codes=("U10",)) as at:
        await begin(at, number)
        name = await mother(at, number)
        await answers(at, "1", "2")
        await at.at("Surat pernyataan kehilangan resi")
        await answers(at, "1", "1", name, NIK, "0812 5550 7777", "")
        await at.see("Serahkan KIA kepada")
        await at.keys("y")
        await at.see("Resi permohonan diganti: perlu PIN Supervisor Kiosk.")
        await at.keys("1")
        await at.see("PIN:")
        await at.keys("8989", "<enter>")
        await at.see("Penyerahan tercatat.")
        isi = (await at.do(at.desk().core.known, number)).claims[0].isi
        assert isi["dokumen"] == "Surat pernyataan kehilangan resi; KTP-el pengambil"
        assert isi["penyimpangan"] == "Resi permohonan diganti"
        assert (isi["disetujui"], isi["telepon"]) == ("eko", "6281255507777")
        assert "alasan" not in isi


async def test_another_name_needs_a_reason_and_a_supervisors_pin(counter, city):
    number = city.numbers[1]
    async with counter("yuni", codes=("U10",)) as at:
        await begin(at, number)
        await answers(at, "1", "1", "1", "Orang Lain Sekali", NIK, "", "")
        await at.see("Serahkan KIA kepada")
        await at.keys("y")
        await at.see("Nama pengambil berbeda dari nama orang tua. Tulis alasannya.")
        await at.at("Alasan")
        await at.keys("Nama sebelum menikah", "<enter>")
        await at.see("Serahkan KIA kepada")
        await at.keys("y")
        await at.see("Nama berbeda: perlu PIN Supervisor Kiosk.")
        await at.see("1 Eko Kepala UPTD")
        await at.keys("1")
        await at.see("PIN:")
        await at.keys("0000", "<enter>")
        await at.see("PIN salah. Ketik lagi.")
        await at.see("PIN:")
        await at.keys("<escape>")
        await at.see("Kartu belum diserahkan.")
        await at.keys("<enter>")
        await at.see("Serahkan KIA kepada")
        await at.keys("y")
        await at.see("1 Eko Kepala UPTD")
        await at.keys("1")
        await at.see("PIN:")
        await at.keys("0000", "<enter>")
        await at.see("PIN salah. Ketik lagi.")
        # What is typed now is a PIN: it must not land in a field that all can read.
        await at.keys("8989", "<enter>")
        await at.see("Penyerahan tercatat.")
        line = (await at.do(at.desk().core.known, number)).claims[0]
        assert line.isi["disetujui"] == "eko"
        assert line.isi["alasan"] == "Nama sebelum menikah"
        assert line.officer == "yuni"


async def test_esc_does_not_throw_the_answers_away_unasked(counter, city):
    async with counter("yuni", codes=("U10",)) as at:
        await begin(at, city.numbers[1])
        await answers(at, "1", "1", "1", "Sari")
        await at.at("NIK pengambil")
        await at.keys("<escape>")
        await at.see("Isian ini belum disimpan. Buang?")
        await at.keys("<escape>")
        await at.see_gone("Buang?")
        assert "Sari" in at.text.title()
        await at.keys("<escape>")
        await at.see("Buang?")
        await at.keys("y")
        await at.see("Yang dilakukan")


async def test_a_second_hand_over_is_refused_with_who_and_when(counter, city):
    number = city.numbers[1]
    async with counter("yuni", codes=("U10",)) as at:
        await begin(at, number)
        name = await mother(at, number)
        await answers(at, "1", "1", "1", name, NIK, "", "")
        await at.see("Serahkan KIA kepada")
        policy = at.desk().core.policy.default
        collector = {"nama": name, "nik": NIK}
        await at.do(at.desk().cards.hand_over, number, policy.key, collector, policy.papers)
        await at.keys("y")
        await at.see("Jangan serahkan lagi.")
        assert re.search(r"sudah diserahkan \d\d-\d\d-\d{4} \d\d\.\d\d oleh Yuni Astuti", at.flat)
        assert len((await at.do(at.desk().core.known, number)).claims) == 1
