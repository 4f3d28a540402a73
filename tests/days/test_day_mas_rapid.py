"""MAS RAPID, one day through the real screens: five kegiatan, two tables in the prison, offline."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from kiosk import training
from kiosk.widgets.form_view import FormView
from kiosk.widgets.record_list import RecordList
from tests.days.conftest import MEMORY
from tests.days.walk import Branch, Day, branches_of
from tests.desk.field import EVENT, SECOND_TEAM, SPT, inmate, prison_list
from tests.screens import counter
from tests.screens.counter import at_counter

EVENT_SLUG, NAME_SLUG = "mas-rapid", "mas-rapid-nama"
NOT_TAKEN: set[Branch] = {
    # The intake itself is this outcome: a kegiatan stands at step 2 once it is taken in.
    (EVENT_SLUG, "1", "diajukan"),
}
VERIFIED = "Diverifikasi, ke Kasi"
NAMES = 16


@pytest.fixture
def field_day(
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[[], AbstractAsyncContextManager[Day]]]:
    """A day of the city to which the team brings a second kiosk."""
    places = (*training.PLACES, SECOND_TEAM)
    monkeypatch.setattr(training, "PLACES", places)
    monkeypatch.setattr(counter, "PLACES", places)
    base = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="loket-hari-", dir=base) as name:
        founded = Path(name) / "asal"
        training.found_places(founded, "http://127.0.0.1:9")

        @asynccontextmanager
        async def begin() -> AsyncIterator[Day]:
            async with at_counter(founded, Path(name) / "kota", central=True) as at:
                yield Day(at)

        yield begin


# -- the roster's screens ------------------------------------------------------------------------


async def roster(day: Day, officer: str, parent: str) -> None:
    """The roster of a kegiatan, from its case."""
    await day.log_in(officer)
    await day.keys("<f5>")
    await day.see("[Menunggu saya:")
    await day.at.open_case(parent)
    await day.keys("d")
    await day.see(f"Daftar nama {parent}")


async def import_list(day: Day, parent: str, text: str, refused: int = 0) -> None:
    """A pasted list becomes names; rows that are refused are left out."""
    await roster(day, "dafa", parent)
    await day.keys("i")
    await day.see("Daftar nama dari mana?")
    await day.keys("1")
    await day.see("Tempel daftar dengan judul kolomnya")
    day.at.app.screen.query_one("ChatText").text = text
    await day.keys("<f2>")
    await day.see("siap disimpan.")
    if refused:
        await day.keys("<right>")
        await day.see(f"[ditolak {refused}]")
        for _ in range(refused):
            await day.keys("<space>")
        await day.keys("l")
        await day.see(f"{refused} baris tidak diterima. Apa sebabnya?")
        await day.keys("tidak terbaca", "<enter>")
        await day.see("Tekan S untuk menyimpan")
    await day.keys("s")
    await day.see("Simpan daftar ini?")
    await day.keys("y")
    await day.see(re.compile(r"\[Semua: \d+\]"))


async def outcome(
    day: Day, officer: str, parent: str, names: Sequence[str], label: str, **values: str
) -> None:
    """One outcome for these names by the roster's marks."""
    await roster(day, officer, parent)
    await day.see(re.compile(r"\[Semua: \d+\]"))
    records = await day.top(RecordList)
    await day.keys("<home>")
    for row in await records.source.rows(0, 500):
        await day.keys("<space>" if row.key in names else "<down>")
    await day.keys("<enter>")
    await day.see("Hasil untuk")
    await day.pick(label)
    if values:
        await day.fill(values, await day.top(FormView))
    await day.see(f"Daftar nama {parent}")
    desk = day.at.desk()
    wanted = {await last_label(day, number) for number in names}
    assert wanted == {label}, (desk.settings.code, wanted)


async def last_label(day: Day, number: str) -> str:
    state = await day.state(number)
    return next(line.text for line in reversed(state.lines) if line.act == "hasil")


async def record(day: Day, officer: str, parent: str, *told: tuple[str, int]) -> None:
    """The field day: a fragment, Enter, the digit of the outcome; each as (registration, digit)."""
    await roster(day, officer, parent)
    await day.keys("h")
    await day.see("Ketik nama, nomor registrasi")
    for fragment, digit in told:
        await day.keys(fragment, "<enter>", str(digit))
        name = inmate(int(fragment[3:7]) - 1)["Nama"]
        await day.see(re.compile(rf"{name}: .*Nama berikutnya\?"))


def reg(n: int) -> str:
    return inmate(n)["No Reg"]


async def names_of(day: Day, parent: str) -> list[str]:
    desk = day.at.desk("DKP")
    return [row.number for row in await day.at.do(desk.roster.names, parent)]


async def approved(day: Day, parent: str, ns: Sequence[int]) -> list[str]:
    """A kegiatan whose names all pass, up to the file in the team's hands."""
    await import_list(day, parent, prison_list(ns))
    names = await names_of(day, parent)
    await outcome(day, "dafa", parent, names, "Lulus verifikasi")
    await day.act("dafa", parent, VERIFIED)
    await day.act("rina", parent, "Lulus, ke Kepala Bidang")
    await day.act("hendra", parent, "Disetujui, buat SPT", petugas="RIKO")
    await day.act("tuti", parent, "SPT ditandatangani", **SPT)
    await day.sync()
    await day.take("riko", parent)
    return names


# -- the day -------------------------------------------------------------------------------------


async def test_a_day_of_mas_rapid_with_every_branch(field_day):
    async with field_day() as day:
        await day.log_in("dafa")
        await refused_kegiatan(day)
        await called_off(day)
        (parent,) = await day.take_in("dafa", EVENT_SLUG, EVENT | {"jumlah": str(NAMES)})
        names = await verification(day, parent)
        await paper_way(day, parent, names)
        await in_the_prison(day, parent, names)
        await cards_and_closing(day, parent, names)
        taken = await day.branches_taken()
        wanted = branches_of(EVENT_SLUG) | branches_of(NAME_SLUG)
        assert wanted - taken == NOT_TAKEN


async def refused_kegiatan(day: Day) -> None:
    """Kegiatan that end before their day: at the desk, at the prison's wish, by the Kabid."""
    first, second, third = [
        (await day.take_in("dafa", EVENT_SLUG, EVENT | {"nama": f"RUTAN {word}"}))[0]
        for word in ("SIAK", "DUMAI", "RENGAT")
    ]
    await day.act("dafa", first, "Permohonan ditolak", alasan="Bukan wilayah kota")
    await day.act("dafa", second, "Daftar kurang, ke Lapas", catatan="KK belum ada")
    await day.act("dafa", second, "Dibatalkan", alasan="Lapas menarik permohonannya")
    await import_list(day, third, prison_list(range(50, 52)))
    names = await names_of(day, third)
    await outcome(day, "dafa", third, names, "Lulus verifikasi")
    await day.act("dafa", third, VERIFIED)
    await day.act("rina", third, "Lulus, ke Kepala Bidang")
    await day.act("hendra", third, "Tidak disetujui", alasan="Tim sedang bertugas")
    await roster(day, "dafa", third)
    await day.keys("s")
    await day.see("Semua nama yang belum selesai diakhiri.")
    await day.keys("kegiatan tidak disetujui", "<enter>")
    await day.see("2 nama diakhiri.")


async def called_off(day: Day) -> None:
    """A field day that the prison calls off closes with that reason."""
    (parent,) = await day.take_in("dafa", EVENT_SLUG, EVENT | {"nama": "LPKA", "jumlah": "1"})
    await approved(day, parent, [60])
    await day.act("riko", parent, "Kegiatan batal", alasan="server tidak tersambung")
    await day.sync()
    await day.act("dafa", parent, "Semua nama ada hasilnya")


async def verification(day: Day, parent: str) -> list[str]:
    """SOP steps 1 to 3: the list in two parts, one row of it spoilt; each name looked up."""
    text = prison_list(range(NAMES + 1)).replace(inmate(NAMES)["NIK"], "1.4711E+15")
    await day.act("dafa", parent, "Daftar kurang, ke Lapas", catatan="nama tanpa NIK")
    await import_list(day, parent, text, refused=1)
    await day.act("dafa", parent, "Sudah dilengkapi", catatan="daftar baru")
    names = await names_of(day, parent)
    assert len(names) == NAMES
    await outcome(day, "dafa", parent, names[:11], "Lulus verifikasi")
    await outcome(day, "dafa", parent, names[11:12], "Sudah punya KTP-el", catatan="terbit 2019")
    await outcome(day, "dafa", parent, names[12:13], "Nama ganda di daftar", catatan="nomor 1")
    await outcome(day, "dafa", parent, names[13:14], "Penduduk luar daerah", catatan="Kampar")
    await outcome(day, "dafa", parent, names[14:15], "KK belum ada", catatan="keluarga diminta")
    await outcome(
        day, "dafa", parent, names[15:], "Tidak lulus, sebab lain", alasan="NIK tidak ada"
    )
    await outcome(day, "dafa", parent, names[13:14], "Data masuk, periksa lagi")
    await outcome(day, "dafa", parent, names[13:14], "Lulus verifikasi")
    await outcome(
        day, "dafa", parent, names[15:], "Tidak ikut kegiatan ini", alasan="NIK tidak ada"
    )
    return names


async def paper_way(day: Day, parent: str, names: Sequence[str]) -> None:
    """SOP steps 3 and 4: back and forth, then the SPT takes the names along."""
    await day.act("dafa", parent, VERIFIED)
    await day.act("rina", parent, "Periksa lagi, ke Petugas", catatan="nomor 14")
    await outcome(day, "dafa", parent, names[13:14], "Dicoret dari daftar", alasan="meragukan")
    await outcome(day, "dafa", parent, names[13:14], "Data masuk, periksa lagi")
    await outcome(day, "dafa", parent, names[13:14], "Lulus verifikasi")
    await day.act("dafa", parent, VERIFIED)
    await day.act("rina", parent, "Lulus, ke Kepala Bidang")
    await day.act("hendra", parent, "Kembalikan ke Kasi", catatan="urutkan menurut blok")
    await day.act("rina", parent, "Lulus, ke Kepala Bidang")
    await day.act("hendra", parent, "Disetujui, buat SPT", petugas="RIKO, SARI, UMAR")
    await day.act("tuti", parent, "SPT ditandatangani", **SPT)
    assert (await day.state(names[0])).holder_place == "lapangan:01"
    await day.sync()
    await day.take("riko", parent)


async def in_the_prison(day: Day, parent: str, names: Sequence[str]) -> None:
    """SOP step 5 at two tables that do not hear of each other, then they do."""
    await record(
        day, "riko", parent,
        (reg(0), 1), (reg(1), 2), (reg(2), 3), (reg(3), 4), (reg(4), 5), (reg(9), 1), (reg(13), 1),
    )  # fmt: skip
    await day.keys(reg(9), "<enter>", "u")
    await day.see("ternyata belum direkam. Apa sebabnya?")
    await day.keys("tertekan pada nama di bawahnya", "<enter>")
    await day.see("kembali ke daftar tim.")
    await day.act("riko", parent, "Dilanjutkan hari lain", tgl_lanjutan="2026-12-01", alasan="sore")
    await record(
        day, "umar", parent,
        (reg(3), 1), (reg(5), 6), (reg(6), 7), (reg(7), 8), (reg(8), 9), (reg(13), 1),
    )  # fmt: skip
    await day.sync()
    # Both tables recorded name 13: shown, and counted once.
    await roster(day, "riko", parent)
    await day.keys("h")
    await day.see("! 1 bentrok")
    await day.keys("<tab>", "<tab>")
    await day.see(re.compile(r"kiosk LA[P2] juga"))
    assert (await day.state(names[3])).step == "cetak"  # recorded wins over absent
    await record(day, "riko", parent, (reg(9), 1), (reg(10), 2))
    await day.act("riko", parent, "Perekaman selesai")
    await day.sync()
    await day.take("dafa", parent)


async def cards_and_closing(day: Day, parent: str, names: Sequence[str]) -> None:
    """Printing at the dinas, the cards to the prison by BAST, the closing sheet, late printing."""
    for n in (0, 3, 13):
        await day.act("doni", names[n], "KTP-el tercetak", blanko=f"E10{n:02}")
    await day.act("doni", names[1], "Belum siap cetak", status="pusat")
    await day.act("doni", names[9], "Rekaman ganda, tanpa kartu", catatan="nama lain")
    await day.act("doni", names[10], "Gagal di pusat, rekam lagi", catatan="enroll failure")
    await day.hand_over("doni", "Serah terima (BAST)", "LAPAS")
    await day.act("dafa", parent, "Semua nama ada hasilnya")
    assert (await day.state(parent)).status == "tutup"
    sheet = [
        job
        for job in await day.at.do(day.at.desk("DKP").printing.jobs)
        if job.paper == "lembar-tutup"
    ]
    text = " ".join((await day.at.do(day.at.desk("DKP").printing.preview, sheet[0].id)).split())
    assert "Direkam, belum siap cetak" in text
    assert "16 (enam belas) orang" in text
    # Late printing goes on: spoilt, printed, wrong, printed again, handed over.
    await day.act("doni", names[1], "Blanko rusak, cetak ulang", blanko="E2001", alasan="macet")
    await day.act("doni", names[1], "KTP-el tercetak", blanko="E2002")
    await day.act("doni", names[1], "Salah cetak, cetak ulang", blanko="E2002", catatan="nama")
    await day.act("doni", names[1], "KTP-el tercetak", blanko="E2003")
    await day.hand_over("doni", "Serah terima (BAST)", "LAPAS")
    assert (await day.state(names[1])).status == "tutup"
