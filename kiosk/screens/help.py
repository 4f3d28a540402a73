"""F1, and the lookups behind code fields."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from kiosk.texts import say
from kiosk.widgets.dialogs import TextPanel

if TYPE_CHECKING:
    from kiosk.app import KioskApp

Find = Callable[[str], Awaitable[Sequence[tuple[str, str]]]]
REGIONS = "regions"
FOUND_AT_MOST = 50


def open_help(kiosk: KioskApp) -> None:
    """On a case what its step wants; elsewhere what the keys do."""
    from kiosk.screens.case import CaseScreen

    if isinstance(kiosk.screen, CaseScreen):
        lines = kiosk.screen.step_help()
        if lines:
            kiosk.push_screen(TextPanel(say("Langkah ini"), lines))
            return
    training = kiosk.training
    lines = [
        say("F2 permohonan baru: mengisi data dan mencetak resi serta kartu kendali."),
        say("F3 cari: nama, nomor resi, kode permohonan, NIK, KK, atau telepon."),
        say("F4 serah/terima: menyerahkan berkas bersama, menghitung yang datang."),
        say("F5 daftar kerja: yang menunggu Anda, yang terlambat lebih dahulu."),
        say("F6 cetak: antrean printer, lihat kertas, cetak ulang."),
        say("F7 sinkron: bertukar data dengan pusat sekarang."),
        say("F8 laporan: register dan laporan tiap layanan, untuk hari mana pun; batch."),
        say("F9 kelola: pengecualian yang perlu diselesaikan."),
        say("F10 kunci: mengunci layar atau ganti petugas."),
        say("Esc kembali. Enter ke isian berikutnya; isian terakhir menyimpan."),
        say("Pindai QR kapan saja: kasusnya terbuka dengan pilihan yang boleh Anda lakukan."),
        *([say("F11 pemindai latihan: memindai kertas yang sudah dicetak.")] if training else []),
        say("Di isian kode (kelurahan, pekerjaan), tekan ? untuk melihat daftar."),
    ]
    kiosk.push_screen(TextPanel(say("Bantuan"), lines))


def form_lookups(kiosk: KioskApp) -> Mapping[str, Find]:
    """The finder of each code list that forms name; each gives (code, what it means)."""
    core = kiosk.desk.core

    async def regions(text: str) -> Sequence[tuple[str, str]]:
        known = await kiosk.ask(lambda: core.regions.get(text))
        places = [known] if known else await kiosk.ask(core.find_regions, text, FOUND_AT_MOST)
        return [
            (
                place.code,
                say("{kel}, kec. {kec}", kel=place.kelurahan, kec=place.kecamatan)
                + (f" ({place.was})" if place.was else ""),
            )
            for place in places
        ]

    def codes(name: str) -> Find:
        async def find(text: str) -> Sequence[tuple[str, str]]:
            table = await kiosk.ask(core.lookup, name)
            known = table.get(text)
            items = [known] if known else table.find(text, FOUND_AT_MOST)
            return [(item.code, item.name) for item in items]

        return find

    return {REGIONS: regions, **{name: codes(name) for name in core.lookup_names()}}
