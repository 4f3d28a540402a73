"""F4 and F9: counted out, counted in, and what does not agree."""

from __future__ import annotations

import re


async def card(at, number, code="DKP"):
    return await at.do(at.desk(code).printing.qr_of, "K", number)


async def hand_out(at, count):
    """The ward's daily list leaves; its number."""
    await at.keys("<f4>")
    await at.see(re.compile(r"(?m)^> SERAH +Daftar permohonan +Dinas +2 "))
    await at.keys("<enter>")
    await at.see(re.compile(r"(?m)^>\*"))
    await at.keys("<enter>")
    await at.see("berapa yang diserahkan?")
    await at.keys(str(count), "<enter>")


async def sent(at):
    await at.sit("siti")
    await hand_out(at, 2)
    batch = re.search(r"Batch (\S+): 2 berkas", await at.see("Daftarnya dicetak"))[1]
    await at.keys("<enter>")
    await at.see("Serah dan terima")
    await at.app.exchange()
    await at.sit("andi")
    await at.app.exchange()
    return batch


async def opened(at):
    """What was sent is about to be counted in at the dinas; gives the batch's number."""
    batch = await sent(at)
    await at.keys("<f4>")
    await at.see(batch)
    await at.keys("<end>", "<enter>")
    await at.see("0 dari 2 diterima")
    return batch


async def test_a_wrong_count_hands_nothing_over(counter, city):
    async with counter("siti", codes=("RSA",)) as at:
        await hand_out(at, 3)
        await at.see("Hitungan 3, terpilih 2. Hitung lagi atau ubah pilihan.")
        await at.keys("<home>", "<space>", "<enter>")
        await at.see("berapa yang diserahkan?")
        await at.keys("1", "<enter>")
        await at.see(re.compile(r"Batch \S+: 1 berkas"))
        states = [await at.do(at.desk().core.known, number) for number in city.numbers[10:]]
        assert [state.transit is None for state in states] == [True, False]


async def test_a_scan_marks_its_file_and_another_paper_is_told(counter, city):
    async with counter("siti", codes=("RSA",)) as at:
        await at.keys("<f4>")
        await at.see("SERAH")
        await at.keys("<enter>")
        await at.see(re.compile(r"(?m)^>\*"))
        await at.keys("<home>", "<space>")
        at.scan(await card(at, city.numbers[10], "RSA"))
        await at.see(f"{city.numbers[10]} dipilih.")
        at.scan(await card(at, city.numbers[3], "RSA"))
        await at.see(f"{city.numbers[3]} tidak ada di daftar ini.")
        at.scan("bukan apa-apa")
        await at.see("Bukan resi atau kartu kendali kita.")


async def test_a_batch_is_counted_in_by_scans(counter, city):
    async with counter(codes=("RSA", "DKP"), central=True) as at:
        batch = await sent(at)
        await at.keys("<f4>")
        await at.see(re.compile(rf"(?m)^.*TERIMA +Daftar permohonan {batch} .* 0/2 "))
        at.scan(await at.do(at.desk("RSA").printing.qr_of, "D", batch))
        await at.see("Daftar permohonan dari RS RSA: 0 dari 2 diterima")
        for at_now, number in enumerate(city.numbers[10:], 1):
            at.scan(await card(at, number))
            await at.see(f"{number} diterima. Pindai berikutnya; H bila semua sudah dihitung.")
            await at.see(f"{at_now} dari 2 diterima")
        await at.keys("h")
        await at.see("Jumlah cocok: 2.")
        await at.keys("<enter>", "<f9>")
        await at.see(re.compile("Pengecualian +tidak ada"))
        await at.keys("<enter>")
        await at.see("Tidak ada pengecualian.")


async def test_a_batch_is_counted_in_at_once_when_the_whole_count_agrees(counter):
    async with counter(codes=("RSA", "DKP"), central=True) as at:
        await opened(at)
        await at.keys("T")
        await at.see("berapa yang datang?")
        await at.keys("3", "<enter>")
        await at.see("Hitungan 3, di daftar 2. Tandai satu per satu yang ada.")
        await at.keys("t")
        await at.see("berapa yang datang?")
        await at.keys("2", "<enter>")
        await at.see("Jumlah cocok: 2.")


async def test_a_difference_opens_an_exception_that_a_note_settles(counter, city):
    async with counter(codes=("RSA", "DKP"), central=True) as at:
        batch = await opened(at)
        at.scan(await card(at, city.numbers[10]))
        await at.see("1 dari 2 diterima")
        await at.keys("h")
        await at.see("Di daftar 2, diterima 1. Tutup dengan selisih?")
        await at.keys("t")
        await at.see_gone("Tutup dengan selisih?")
        await at.keys("h")
        await at.see("Tutup dengan selisih?")
        await at.keys("y")
        await at.see("Selisih 1. Pengecualian dibuka; lihat F9.")
        await at.keys("<enter>", "<f5>")
        await at.see("! perlu tindakan: 1 (F9, F6)")
        await at.keys("<f9>")
        await at.see("1 menunggu keputusan")
        await at.keys("<enter>")
        await at.see(re.compile(rf"selisih hitungan +{batch}"))
        await at.keys("<enter>")
        screen = await at.see("Selesaikan dengan catatan")
        assert f"kurang: {city.numbers[11]}" in screen
        assert "di daftar: 2" in screen
        await at.keys("1")
        await at.see("Bagaimana diselesaikan?")
        await at.keys("<enter>")
        await at.see("Bagaimana diselesaikan?")
        await at.keys("Map tertinggal di RS, menyusul besok", "<enter>")
        await at.see("Tidak ada pengecualian.")
        await at.see("Selesai. Catatan tersimpan di kartu kendali.")


async def test_a_card_that_comes_alone_is_received_by_its_number(counter, city):
    async with counter("siti", codes=("RSA",)) as at:
        number = city.numbers[3]
        await at.keys("<f4>")
        await at.see("N: terima satu nomor")
        await at.keys("n")
        await at.see("Nomor resi yang ada di tangan Anda?")
        await at.keys("RSA1-000", "<enter>")
        await at.see("Ini bukan nomor resi.")
        await at.keys("n")
        await at.see("Nomor resi yang ada di tangan Anda?")
        await at.keys(number.lower(), "<enter>")
        await at.see(f"Kasus {number}")
        await at.see("Paraf terima tercatat.")
        state = await at.do(at.desk().core.known, number)
        assert (state.holder_place, state.holder_officer) == ("rs:RSA", "siti")


async def test_one_that_is_not_on_the_list_is_counted_in_by_its_number(counter, city):
    async with counter(codes=("RSA", "DKP"), central=True) as at:
        await opened(at)
        await at.keys("n")
        await at.see("Nomor resi yang ada di tangan Anda?")
        await at.keys(city.numbers[7], "<enter>")
        await at.see(f"{city.numbers[7]} diterima.")
        await at.see(re.compile(rf"{city.numbers[7]}.*diterima, tak di daftar"))
        await at.keys("h")
        await at.see("Di daftar 2, diterima 1. Tutup dengan selisih?")
