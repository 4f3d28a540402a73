"""The roster of a kegiatan on the screen: the prison's list, many at once, the field day."""

from __future__ import annotations

import re

from textual import events

from tests.desk.field import EVENT, SPT, inmate, prison_list
from tests.screens.counter import Counter

AFTER_NIK = (
    *("Nomor KK", "Jenis kelamin", "Tempat lahir", "Tanggal lahir", "Blok/kamar"),
    *("Alamat menurut KK", "Daerah asal", "Lapas/Rutan"),
)


async def kegiatan(at: Counter, *ns: int) -> str:
    """A kegiatan taken in by the desk, with a list of made-up names if any are wanted."""
    desk = at.desk("DKP")
    (made,) = await at.do(desk.intake.submit, "mas-rapid", EVENT)
    if ns:
        importing = desk.roster.importing
        await at.do(importing.read_pasted, made.number, prison_list(ns))
        await at.do(importing.import_rows, made.number)
    return made.number


async def roster(at: Counter, number: str) -> str:
    """The roster from the kegiatan's case; the screen."""
    await at.open_case(number)
    await at.keys("d")
    return await at.see(f"Daftar nama {number}")


async def test_a_pasted_list_is_corrected_left_out_and_saved(counter):
    async with counter("dafa", codes=("DKP",)) as at:
        number = await kegiatan(at)
        await roster(at, number)
        await at.see("Tekan I untuk memasukkan daftar.")
        await at.keys("i")
        await at.see("Daftar nama dari mana?")
        await at.keys("1")
        await at.see("Tempel daftar dengan judul kolomnya")
        await at.keys("<f2>")
        await at.see("Daftar ini kosong.")
        text = prison_list([0, 1, 2]).replace(inmate(1)["NIK"], "1.4711E+15")
        text = text.replace(inmate(2)["NIK"], "99")
        at.app.screen.query_one("ChatText").text = text
        await at.keys("<f2>")
        screen = await at.see("tempelan: 1 nama siap disimpan.")
        assert "[Semua 3]  ditolak 2" in screen
        assert inmate(0)["NIK"] not in screen
        assert "1471**********01" in screen
        await at.keys("<down>", "<enter>")
        await at.at("NIK")
        assert "disingkat Excel" in at.flat
        await at.keys(inmate(1)["NIK"])
        for label in AFTER_NIK:
            await at.keys("<enter>")
            await at.at(label)
        await at.keys("<enter>")
        await at.see("tempelan: 2 nama siap disimpan.")
        await at.keys("<end>", "l")
        await at.see("1 baris tidak diterima. Apa sebabnya?")
        await at.keys("NIK salah", "<enter>")
        await at.see("ditinggal: NIK salah")
        await at.keys("s")
        await at.see("2 nama disimpan.")
        await at.keys("y")
        await at.see(f"Daftar nama {number}")
        screen = await at.see("[Semua: 2]")
        assert "Belum diperiksa 2" in screen
        assert "1471**********01" in screen


async def test_many_names_are_verified_by_a_few_keys(counter):
    async with counter("dafa", codes=("DKP",)) as at:
        number = await kegiatan(at, *range(5))
        await roster(at, number)
        await at.keys("a")
        await at.see("5 nama dipilih.")
        await at.keys("<end>", "<space>", "<enter>")
        await at.see("Hasil untuk 4 nama")
        await at.keys("1")
        await at.see("Tercatat: Lulus verifikasi (4 nama).")
        await at.keys("<right>")
        await at.see("[Belum diperiksa: 1]")
        await at.keys("<enter>")
        await at.see(f"Hasil untuk {inmate(4)['Nama']}")
        await at.keys("4")
        await at.at("Daerah asal")
        await at.keys("Kampar", "<enter>")
        await at.see("[Belum diperiksa: 0]")
        await at.keys("<right>")
        screen = await at.see("[Tertunda: 1]")
        assert "Penduduk luar daerah" in screen
        await at.keys("k")
        await at.see("MAS RAPID: satu nama")
        await at.keys("d")
        await at.see("[Semua: 5]")


async def test_a_choice_of_names_outlives_esc_and_is_not_offered_to_another_role(counter):
    async with counter("dafa", codes=("DKP",)) as at:
        number = await kegiatan(at, *range(3))
        await roster(at, number)
        await at.keys("a", "<enter>")
        await at.see("Hasil untuk 3 nama")
        await at.keys("6")
        await at.see("Berlaku untuk 3 nama.")
        await at.keys("<escape>")
        await at.see(f"Daftar nama {number}")
        await at.see(re.compile(r"(?m)^[> ]\*.*belum diperiksa"))
        await at.keys("<enter>", "1")
        await at.see("Tercatat: Lulus verifikasi (3 nama).")
        await at.keys("s")
        await at.see("Kegiatan ini masih berjalan.")
        await at.sit("rina")
        await roster(at, number)
        await at.keys("<enter>")
        await at.see("Langkah ini dicatat oleh: Sekretariat, Petugas Bidang Dafduk.")


async def test_the_field_day_records_finds_and_takes_back(counter):
    async with counter("dafa", codes=("DKP", "LAP"), central=True) as at:
        number = await kegiatan(at, *range(6))
        await send_out(at, number)
        await at.sit("riko")
        await roster(at, number)
        await at.keys("h")
        screen = await at.see("[Belum direkam]  Belum direkam 6")
        assert "!" not in screen.split("Keadaan")[1]
        for key, sign in (("a", "a"), ("enter", None), ("1", "1")):
            at.app.post_message(events.Key(key, sign))
        await at.see("6 nama cocok: pilih dengan panah")
        await at.keys("<escape>", "<escape>", "joko", "<enter>")
        await at.see(f"{inmate(1)['Nama']}: tekan angka hasilnya.")
        await at.keys("1")
        await at.see(f"{inmate(1)['Nama']}: Direkam. Nama berikutnya?")
        await at.see("Belum direkam 5")
        await at.keys("BI-0003", "<enter>", "c")
        await at.see("Catatan untuk hasil berikutnya")
        await at.keys("sidang", "<enter>")
        await at.see("Catatan: sidang.")
        await at.keys("4")
        await at.see("Tidak terekam 1")
        await at.keys("bi-0003")
        await at.see("Tidak hadir: sidang")
        await at.keys("<enter>", "x")
        await at.see("Tekan angka hasilnya, atau Esc untuk mencari lagi.")
        await at.keys("<escape>", "<escape>", "joko", "<enter>", "u")
        await at.see("ternyata belum direkam. Apa sebabnya?")
        await at.keys("salah tekan", "<enter>")
        await at.see("kembali ke daftar tim.")
        await at.see("Belum direkam 5")
        await at.keys("zzz", "<enter>")
        await at.see("Tidak ditemukan. Ketik potongan lain.")
        await at.keys("<escape>", "<tab>", "<tab>")
        await at.see("[Bentrok]")
        for nik in (inmate(n)["NIK"] for n in range(6)):
            assert nik not in at.text
        await at.keys("<escape>")
        await at.see(f"Daftar nama {number}")


async def test_a_day_that_is_done_says_what_comes_next(counter):
    async with counter("dafa", codes=("DKP", "LAP"), central=True) as at:
        number = await kegiatan(at, 0)
        await send_out(at, number)
        await at.sit("riko")
        await roster(at, number)
        await at.keys("h")
        await at.see("Belum direkam 1")
        await at.keys("budi", "<enter>", "1")
        await at.see("Semua nama sudah ada hasilnya.")
        await at.keys("zzz")
        await at.see("Tidak ditemukan.")


async def send_out(at: Counter, number: str) -> None:
    """The dinas's steps up to the SPT, then the exchange; the team receives the file."""
    desk = at.desk("DKP")
    names = [row.number for row in await at.do(desk.roster.names, number)]
    await at.do(desk.roster.record, names, "lulus", {})
    await at.do(desk.files.record, number, "diverifikasi", {})
    for officer, outcome, values in (
        ("rina", "diteruskan", {}),
        ("hendra", "disetujui", {"petugas": "RIKO"}),
        ("tuti", "spt", SPT),
    ):
        await at.sit(officer)
        await at.do(at.desk("DKP").files.receive, number)
        await at.do(at.desk("DKP").files.record, number, outcome, values)
    await at.sit("riko")
    for _ in range(2):
        assert not await at.app.exchange()
    await at.do(at.desk("LAP").files.receive, number)


async def test_no_roster_screen_is_wider_than_the_console_nor_without_a_next_step(counter):
    async with counter("dafa", codes=("DKP",)) as at:
        number = await kegiatan(at, *range(3))
        for key, seen in (("", "Daftar nama"), ("i", "Daftar nama dari mana?"), ("h", "Hari")):
            await roster(at, number)
            if key:
                await at.keys(key)
            text = await at.see(re.compile(seen))
            assert all(len(line) == 80 for line in text.split("\n"))
            assert len(text.split("\n")) == 25
            assert at.app.screen_stack[-1] is not None
            await at.keys("<escape>", "<escape>", "<f5>")
            await at.see("[Menunggu saya:")
