"""KIA through WhatsApp (SOP 060/Dukcapil-PDIP/1250/2021), a day through the real screens.

Seven children, every branch once: one whose mother's chat fills the form and whose resi goes back
to her as a picture, one with unreadable papers, a spoiled blanko and two misprints, one whose data
turn out wrong only at the printer, one who has moved to another kecamatan, and three that end
early. Step 1 is what the parents do in WhatsApp; saving the application is its record.
"""

from __future__ import annotations

from dataclasses import dataclass

import zxingcpp
from PIL import Image
from textual import events

from kiosk.screens.chat import ChatText
from kiosk.widgets.form_view import FormView
from tests.days.walk import NUMBER, Day, branches_of
from tests.desk.kia import chat_of, kia

SLUG = "kia-whatsapp"
MOTHER_NIK = "1471104506920001"
SUKAJADI = "14.71.01.1002"
NO_KIOSK = "14.71.01"
"""A UPTD of the city at which no kiosk of the training city stands."""

COMPLETE = "Lengkap, ke Operator Cetak"
TROUBLE = "Data bermasalah"
PRINTED = "KIA tercetak"
MATCHES = {"cocok_kk": "cocok", "cocok_akta": "ejaan"}

ON_THE_WAY = {(SLUG, "1", "diajukan")}
"""Step 1 has no officer: the intake itself is its record, so a case begins at step 2."""


@dataclass
class Children:
    """The numbers of this day's cases."""

    plain: str = ""
    spoiled: str = ""
    doubtful: str = ""
    moved: str = ""
    refused: str = ""
    withdrawn: str = ""
    silent: str = ""
    blanko: int = 0

    def serial(self) -> str:
        """The next card of the pile."""
        self.blanko += 1
        return f"B{self.blanko:06}"

    @property
    def last(self) -> str:
        """The card that came out last."""
        return f"B{self.blanko:06}"


async def from_a_chat(day: Day, n: int) -> str:
    """Steps 1 and 2: the chat is pasted, only the declaration is asked. Gives the number."""
    await day.log_in("mega")
    await day.keys("<f2>")
    await day.pick("Dari obrolan")
    text: ChatText = await day.top(ChatText)
    text.post_message(events.Paste(chat_of(kia(n, day.today))))
    await day.see("Hubungan")
    await day.keys("<f2>")
    await day.see("Yang terbaca dari obrolan")
    await day.keys("<enter>")
    await day.at.at("Pernyataan pemohon")
    await day.keys("y", "<f2>")
    found = NUMBER.search(await day.see("Permohonan tersimpan"))
    assert found
    await day.keys("<enter>")
    await day.see(f"Kasus {found[0]}")
    return found[0]


async def resi_to_send(day: Day, number: str) -> None:
    """F6: the resi as a picture; whoever scans it at the counter opens the case."""
    await day.keys("<f6>")
    await day.pick("Simpan resi untuk WhatsApp")
    await day.see("Resi tersimpan")
    await day.keys("<enter>")
    picture = day.at.desk("DKP").front.folder / "kirim" / f"{number}.png"
    found = zxingcpp.read_barcodes(Image.open(picture))
    assert len(found) == 1, [one.text for one in found]
    code = found[0]
    day.at.scan(code.text)
    await day.see("QR sah.")


async def taken_in(day: Day, who: Children) -> None:
    """The admin's morning: one chat, six forms; a second chat of the same child is no new case."""
    today = day.today
    who.plain = await from_a_chat(day, 1)
    await resi_to_send(day, who.plain)
    await day.keys("<f5>")
    await day.see("[Menunggu saya:")
    (who.spoiled,) = await day.take_in("mega", SLUG, kia(2, today))
    hilang = kia(3, today, jenis="hilang", bukti_hilang="SKET/12/XI/2026")
    (who.doubtful,) = await day.take_in("mega", SLUG, hilang)
    (who.moved,) = await day.take_in("mega", SLUG, kia(4, today, jenis="rusak") | OLD_CARD)
    (who.refused,) = await day.take_in("mega", SLUG, kia(5, today, bukti_foto="tidak"))
    (who.withdrawn,) = await day.take_in("mega", SLUG, kia(6, today))
    habis = kia(7, today, jenis="habis") | OLD_CARD
    (who.silent,) = await day.take_in("mega", SLUG, habis)
    again = "Kartu pertama hilang di jalan"
    (twice,) = await day.take_in("mega", SLUG, kia(6, today), another=again)
    assert (await day.state(twice, "DKP")).duplicates[0]["alasan"] == again
    await day.act("mega", twice, "Dibatalkan pemohon", alasan="Terkirim dua kali")


OLD_CARD = {"bukti_kartu_lama": "ya"}


async def verified(day: Day, who: Children) -> None:
    """Step 2: KK and akta are matched with SIAK; a note goes back through WhatsApp."""
    await day.act("mega", who.plain, COMPLETE, **MATCHES)
    await day.act("mega", who.spoiled, TROUBLE, masalah="kabur", catatan="Foto KK tidak terbaca")
    await day.open_case("mega", who.spoiled)
    await day.see("Foto KK tidak terbaca")
    await day.act("mega", who.spoiled, "Sudah dilengkapi", catatan="KK dikirim ulang")
    await day.act("mega", who.spoiled, COMPLETE, **MATCHES)
    for number in (who.doubtful, who.moved):
        await day.act("mega", number, COMPLETE, **MATCHES)
    await day.act("mega", who.refused, "Ditolak", alasan="KIA masih berlaku")
    await day.act("mega", who.withdrawn, "Dibatalkan pemohon", alasan="Sudah diurus di UPTD")
    await day.act("mega", who.silent, TROUBLE, masalah="kurang", catatan="Akta belum dikirim")
    await day.act("mega", who.silent, "Batal atau tanpa kabar", alasan="Tidak menjawab")


async def printed(day: Day, who: Children) -> None:
    """Step 3: the printing officer's queue, a spoiled blanko, data that SIAK contradicts."""
    await day.act("doni", who.plain, PRINTED, blanko=who.serial())
    spoiled = who.serial()
    await day.act(
        "doni", who.spoiled, "Blanko rusak, cetak ulang", blanko=spoiled, alasan="Kartu macet"
    )
    await day.act("doni", who.spoiled, PRINTED, blanko=who.serial())
    await day.act("doni", who.doubtful, TROUBLE, catatan="Nama di SIAK lain")
    await day.act("mega", who.doubtful, "Sudah dilengkapi", catatan="Akta terbaru dikirim")
    await day.act("mega", who.doubtful, COMPLETE, **MATCHES)
    await day.act("doni", who.doubtful, PRINTED, blanko=who.serial())
    await day.act("doni", who.moved, PRINTED, blanko=who.serial())


async def grouped(day: Day, who: Children) -> None:
    """Step 4: a misprint is seen, then all cards of one kecamatan leave with their rekap."""
    for number in (who.plain, who.doubtful, who.moved):
        await day.take("wati", number)
    wrong = {"blanko": "B000003", "catatan": "Tanggal lahir"}
    await day.act("wati", who.spoiled, "Salah cetak, cetak ulang", **wrong)
    await day.act("doni", who.spoiled, PRINTED, blanko=who.serial())
    await day.take("wati", who.spoiled)
    rekap = await day.hand_over("wati", "Rekap distribusi KIA", "14.71.10")
    await day.sync()
    await day.count_in("yuni", rekap)


async def a_misprint_at_the_counter(day: Day, who: Children) -> None:
    """Step 5: the mother sees a wrong name; the card goes back to the dinas and comes again."""
    wrong = {"blanko": who.last, "catatan": "Nama ibu"}
    await day.act("yuni", who.spoiled, "Salah cetak, ke Dinas", **wrong)
    back = await day.hand_over("yuni", "Serah terima (BAST)", "Dinas")
    await day.sync()
    await day.count_in("doni", back)
    await day.act("doni", who.spoiled, PRINTED, blanko=who.serial())
    await day.take("wati", who.spoiled)
    rekap = await day.hand_over("wati", "Rekap distribusi KIA", "14.71.10")
    await day.sync()
    await day.count_in("yuni", rekap)


async def a_family_that_moved(day: Day, who: Children) -> None:
    """Step 5: the kelurahan is corrected, and the card follows to that kecamatan's UPTD."""
    await day.open_case("yuni", who.moved)
    await day.keys("0")
    await day.pick("ralat")
    form: FormView = await day.top(FormView)
    await form.go_to("kelurahan")
    day.at.app.focused.typed = SUKAJADI  # type: ignore[union-attr]
    await day.keys("<enter>")
    await day.at.at("Alamat")
    await form.go_to("persetujuan")
    await day.keys("<enter>")
    await day.see("Apa alasan ralat ini?")
    await day.keys("KK baru: pindah ke Sukajadi", "<enter>")
    await day.see("Ralat tercatat.")
    await day.keys("<escape>")
    await day.see("Data diralat")
    await day.open_case("yuni", who.moved)
    await day.see("Teruskan ke UPTD lain")
    await day.keys("<f5>")
    await day.see("[Menunggu saya:")
    await day.hand_over("yuni", "Rekap distribusi KIA", NO_KIOSK)
    state = await day.state(who.moved, "U10")
    assert state.transit is not None and state.transit.to == f"uptd:{NO_KIOSK}"


async def collected(day: Day, who: Children) -> None:
    """Step 5: the mothers come, one with the resi on her telephone, one with the other."""
    for number in (who.plain, who.spoiled, who.doubtful):
        mother = (await day.state(number, "U10")).values["ibu_nama"]
        await day.collect("yuni", number, {"nama": mother, "nik": MOTHER_NIK})


async def test_a_day_of_kia_by_whatsapp(begin_day) -> None:
    who = Children()
    async with begin_day() as day:
        await taken_in(day, who)
        await verified(day, who)
        await printed(day, who)
        await grouped(day, who)
        await a_misprint_at_the_counter(day, who)
        await a_family_that_moved(day, who)
        await collected(day, who)
        await day.sync()
        assert branches_of(SLUG) - await day.branches_taken() == ON_THE_WAY
        for number in (who.plain, who.spoiled, who.doubtful):
            assert (await day.state(number, "DKP")).status == "tutup"
