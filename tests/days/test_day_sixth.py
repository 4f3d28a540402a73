"""The sixth procedure of docs/procedures.md at its screens: two TOML files, no code of its own."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from tests.days.walk import Day
from tests.desk.test_desk_sixth import PLACES, SLUG, put_files
from tests.screens.counter import at_counter

VALUES = {
    "nama": "RAHMAT HIDAYAT",
    "nik": "1471060506850007",
    "no_kk": "1471061001150009",
    "jenis": "tambah",
    "kelurahan": "14.71.10.1004",
    "telepon": "081370004321",
}


async def test_it_is_taken_in_handed_on_and_handed_over(founded: Path, tmp_path: Path):
    city = tmp_path / "kota"
    shutil.copytree(founded, city)
    for code in PLACES:
        put_files(city / code.lower())
    async with at_counter(city, tmp_path / "hari", central=True) as at:
        day = Day(at)
        (number,) = await day.take_in("yuni", SLUG, VALUES)
        daftar = await day.hand_over("yuni", "Daftar permohonan", "Dinas")
        await day.sync()
        await day.count_in("andi", daftar)
        await day.act("andi", number, "KK tercetak", siak_ref="KK-2026-77")
        bast = await day.hand_over("andi", "Serah terima (BAST)", "UPTD")
        await day.sync()
        await day.count_in("yuni", bast)
        await day.keys("<f5>")
        await day.see("KK belum diambil")
        await day.act("yuni", number, "Diserahkan ke pemohon", penerima_nama="RAHMAT HIDAYAT")
        await day.see(re.compile("Status: +selesai"))
        assert f"resi-{number}" in at.papers("U10")
