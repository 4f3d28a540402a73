"""KADO CAMER (SOP 060/Dukcapil-PDIP/1240/2021), a day through the real screens: every branch once.

Six families: one with nothing wrong but two slips of the pen at the dinas, one without papers
(SPTJM F-2.03 and F-2.04 with their witnesses) whose file goes back, one from another city, twins
whose cards are misprinted, and one whose card goes to the wrong kecamatan.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kiosk.training import sample_birth
from tests.days.walk import Day, branches_of

SLUG = "kado-camer"
MOTHER_NIK = "1471104506920001"
NO_KIOSK = "uptd:14.71.01"
"""A UPTD of the city at which no kiosk of the training city stands."""

ENTERED = "Lengkap, dientri di SIAK"
SIGNED = "Diparaf, diajukan TTE"
PRINTED = "KIA tercetak"


@dataclass
class Families:
    """The numbers of this day's cases, and of its batches."""

    plain: str = ""
    sworn: str = ""
    away: str = ""
    twins: list[str] = field(default_factory=list[str])
    astray: str = ""
    blanko: int = 0

    @property
    def all(self) -> list[str]:
        return [self.plain, self.sworn, self.away, *self.twins, self.astray]

    def serial(self) -> str:
        """The next card of the pile."""
        self.blanko += 1
        return f"K{self.blanko:06}"


async def taken_in(day: Day, who: Families) -> None:
    """Step 1: the ward takes the families in and the day's files leave with their list."""
    today = day.today
    (who.plain,) = await day.take_in("siti", SLUG, sample_birth(1, today))
    sworn = sample_birth(2, today) | {"bukti_lahir": "sptjm", "bukti_nikah": "sptjm"}
    (who.sworn,) = await day.take_in("siti", SLUG, sworn)
    away = sample_birth(3, today) | {"domisili": "luar", "kota_luar": "KAMPAR"}
    del away["kelurahan"]
    (who.away,) = await day.take_in("siti", SLUG, away)
    first = sample_birth(4, today) | {"anak_kembar": "2"}
    second = {"anak_nama": "SAUDARA KEMBAR", "anak_jk": "L"}
    second |= {"anak_berat": "2700", "anak_panjang": "47"}
    who.twins = await day.take_in("siti", SLUG, first, second)
    assert len(who.twins) == 2
    sukajadi = sample_birth(5, today) | {"kelurahan": "14.71.01.1002"}
    (who.astray,) = await day.take_in("siti", SLUG, sukajadi)
    batch = await day.hand_over("siti", "Daftar permohonan", "Dinas")
    await day.sync()
    await day.count_in("andi", batch)


async def without_papers(day: Day, who: Families) -> str:
    """Step 2 finds a file not complete: it will go back with a note. Gives the note."""
    for paper in ("sptjm-lahir", "sptjm-nikah"):
        said = await the_paper(day, "RSA", f"{paper}-{who.sworn}")
        assert "RAHMAT HIDAYAT" in said and "NURUL HUDA" in said, said
    note = "Nama saksi kedua lain dari KTP-el"
    await day.act("andi", who.sworn, "Tidak lengkap/bermasalah", catatan=note)
    return note


async def through_the_dinas(day: Day, numbers: list[str]) -> None:
    """Steps 2 to 6 for files with nothing wrong; the last of them has no e-mail that works."""
    for number in numbers:
        await day.act("andi", number, ENTERED, siak_ref=f"S-{number[-6:]}")
    for officer in ("rina", "hendra"):
        for number in numbers:
            await day.act(officer, number, SIGNED)
    for number in numbers:
        await day.act("andi", number, "Sudah TTE", tte_ref="1471-LU-1")
    for number in numbers[:-1]:
        await day.act("andi", number, "Terkirim ke email")
    await day.act("andi", numbers[-1], "Tidak terkirim", alasan="Alamat ditolak")


async def slips_of_the_pen(day: Day, number: str) -> None:
    """Steps 3 and 4 send a draft back, each to the one before, who mends it."""
    await day.act("andi", number, ENTERED, siak_ref="S-SALAH")
    await day.act("rina", number, "Salah entri, ke Operator", catatan="Nama ayah")
    await day.act("andi", number, ENTERED, siak_ref="S-BETUL")
    await day.act("rina", number, SIGNED)
    await day.act("hendra", number, "Salah entri, ke Kasi", catatan="Tanggal lahir")
    assert "Tanggal lahir" in await day.open_case("rina", number)
    await day.act("rina", number, SIGNED)
    await day.act("hendra", number, SIGNED)
    await day.act("andi", number, "Sudah TTE", tte_ref="1471-LU-2")
    await day.act("andi", number, "Terkirim ke email", email="latihan@contoh.id")


async def printed(day: Day, who: Families, numbers: list[str]) -> None:
    """Step 7, and the card taken over by distribution; the first card spoils a blanko."""
    await day.act(
        "doni",
        numbers[0],
        "Blanko rusak, cetak ulang",
        blanko=who.serial(),
        alasan="Tinta pudar",
    )
    for number in numbers:
        await day.act("doni", number, PRINTED, blanko=who.serial())
    for number in numbers:
        await day.take("wati", number)


async def a_misprint_at_distribution(day: Day, who: Families, number: str) -> None:
    """Step 8 sees a wrong name on a card: printed again, the card is spoiled."""
    last = f"K{who.blanko:06}"
    await day.act("wati", number, "Salah cetak, cetak ulang", blanko=last, catatan="Nama")
    await day.act("doni", number, PRINTED, blanko=who.serial())
    await day.take("wati", number)


async def one_bast(day: Day, who: Families, note: str) -> None:
    """Step 7 of the SOP: the bad file and the KIA go to the facility with one berita acara."""
    title = "Serah terima (BAST)"
    bast = await day.hand_over("wati", title, "RS RSA", only=[who.sworn, who.away])
    paper = await the_paper(day, "DKP", f"bast-{bast}")
    for words in ("PIHAK KESATU", "PIHAK KEDUA", "Berkas", "KIA", "2 (dua)", "Saksi 2", note):
        assert words in paper, words
    await day.sync()
    await day.count_in("siti", bast)
    assert note in await day.open_case("siti", who.sworn)
    await day.correct("siti", who.sworn, note, "sptjm-lahir", saksi2_nama="NURUL HUDA ASLI")
    assert "NURUL HUDA ASLI" in await the_paper(day, "RSA", f"sptjm-lahir-{who.sworn}")
    await day.act("siti", who.sworn, "Sudah dilengkapi", catatan="SPTJM baru ditandatangani")
    again = await day.hand_over("siti", "Daftar permohonan", "Dinas")
    await day.sync()
    await day.count_in("andi", again)


async def the_paper(day: Day, code: str, name: str) -> str:
    """What a paper says, its lines joined."""
    desk = day.at.desk(code)
    jobs = await day.at.do(desk.printing.jobs)
    found = [one for one in jobs if f"{one.paper}-{one.number}" == name]  # type: ignore[attr-defined]
    job = max(found, key=lambda one: one.id)
    return " ".join(str(await day.at.do(desk.printing.preview, job.id)).split())


async def a_card_gone_astray(day: Day, who: Families) -> None:
    """A card for Sukajadi comes with those of Tenayan Raya: taken by its number, sent on."""
    rekap = await day.hand_over("wati", "Rekap distribusi KIA", "14.71.10")
    lost = await day.hand_over("wati", "Rekap distribusi KIA", NO_KIOSK.partition(":")[2])
    assert rekap != lost
    await day.sync()
    await day.log_in("yuni")
    await day.custody(rf"TERIMA +.*{re.escape(rekap)}")
    await day.see(f"Terima {rekap}")
    await day.keys("n")
    await day.see("Nomor resi yang ada di tangan Anda?")
    await day.keys(who.astray, "<enter>")
    await day.see(f"{who.astray} diterima.")
    await day.see("tak di daftar")
    for number in (who.plain, *who.twins):
        await (await day.top_records()).move_to(number)
        await day.keys("<enter>")
        await day.see(f"{number} diterima.")
    await day.keys("h")
    await day.see("Tutup dengan selisih?")
    await day.keys("y")
    await day.see("Selisih 1")
    await day.keys("<enter>")
    await day.sync()
    screen = await day.open_case("yuni", who.astray)
    assert "Kartu ini untuk UPTD Disdukcapil Kecamatan Sukajadi." in day.at.flat
    assert "Teruskan ke UPTD lain" in screen
    await day.open_case("wati", who.astray)
    await day.see("Kartu ini ada di UPTD")
    assert "Teruskan ke UPTD lain" not in await day.open_case("yuni", who.plain)
    await day.hand_over("yuni", "Rekap distribusi KIA", NO_KIOSK.partition(":")[2])
    assert (await day.state(who.astray, "U10")).transit.to == NO_KIOSK  # type: ignore[union-attr]


async def a_misprint_at_the_counter(day: Day, who: Families, number: str) -> None:
    """Step 9: the mother sees a wrong name; the card goes back to the dinas and comes again."""
    await day.act("yuni", number, "Salah cetak, ke Dinas", blanko="K000005", catatan="Nama")
    back = await day.hand_over("yuni", "Serah terima (BAST)", "Dinas")
    await day.sync()
    await day.count_in("doni", back)
    await day.act("doni", number, PRINTED, blanko=who.serial())
    await day.take("wati", number)
    rekap = await day.hand_over("wati", "Rekap distribusi KIA", "14.71.10", only=[number])
    await day.sync()
    await day.count_in("yuni", rekap)


async def collected(day: Day, who: Families) -> None:
    """Step 9: a mother, an aunt with a power of attorney, a mother who lost her resi."""
    for number in (who.plain, who.twins[0]):
        mother = (await day.state(number, "U10")).values["ibu_nama"]
        await day.collect("yuni", number, {"nama": mother, "nik": MOTHER_NIK})
    aunt = {"hubungan": "kuasa", "nama": "Bibi Contoh", "nik": MOTHER_NIK, "alasan": "Ibu sakit"}
    await day.collect("yuni", who.twins[1], aunt)
    mother = (await day.state(who.away, "RSA")).values["ibu_nama"]
    lost = {"nama": mother, "nik": MOTHER_NIK, "surat0_orang_tua": "tidak"}
    await day.collect("siti", who.away, lost, approver="murni")


async def test_a_day_of_kado_camer(begin_day) -> None:
    who = Families()
    async with begin_day() as day:
        await taken_in(day, who)
        note = await without_papers(day, who)
        await slips_of_the_pen(day, who.plain)
        await through_the_dinas(day, [who.away, *who.twins, who.astray])
        await printed(day, who, [who.plain, who.away, *who.twins, who.astray])
        await a_misprint_at_distribution(day, who, who.astray)
        await one_bast(day, who, note)
        await a_card_gone_astray(day, who)
        await a_misprint_at_the_counter(day, who, who.twins[1])
        await collected(day, who)
        await day.sync()
        assert branches_of(SLUG) - await day.branches_taken() == set()
        for number in (who.plain, who.away, *who.twins):
            assert (await day.state(number, "DKP")).status == "tutup"
