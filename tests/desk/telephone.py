"""Made-up calls at the telephone desk, and what comes of them. Nobody in them exists."""

from __future__ import annotations

PHONE = "6281255512345"
NOW = 1_795_000_000_000


def call(kind="kebijakan", **changes):
    return {
        "telepon": "0812 5551 2345",
        "nama": "Ibu Ratna",
        "jenis": kind,
        "isi": "KK belum berubah sesudah pindah",
    } | changes


def ring(desk, kind="kebijakan", **changes):
    """A call from its first key to its number."""
    return desk.calls.take_in(call(kind, **changes), desk.calls.now()).number


def answered(world, number, *acts):
    """Officers at the dinas act on a complaint, which travels there and back."""
    world.meet("PGD", "DKP")
    for officer, outcome, values in acts:
        world.sit(officer).files.record(number, outcome, values)
    world.meet("DKP", "PGD")
    return world.sit("tari").core.known(number)


NOTE = {"catatan": "Sudah kami periksa"}
PATHS = {
    "kebijakan": ("kebijakan", {"tunggu": "menunggu"}, [("rina", "dijawab", NOTE)]),
    "ragu": (
        "kebijakan",
        {"tunggu": "kembali"},
        [("rina", "ragu", NOTE), ("hendra", "dijawab", NOTE)],
    ),
    "data": ("data", {}, [("edo", "diperbaiki", NOTE | {"dokumen_ref": "SIAK-77"})]),
    "belum-terbit": ("belum-terbit", {}, [("rina", "terbit", NOTE)]),
    "kabid": ("belum-terbit", {}, [("hendra", "terbit", NOTE)]),
    "pengambilan": ("pengambilan", {}, [("puja", "siap", NOTE)]),
}


def cut_off(desk):
    number = ring(desk, "informasi")
    desk.files.record(number, "terputus", {})
    return number


def in_vain(desk, number, again="16:30"):
    desk.files.record(number, "belum", {"sebab": "sibuk", "coba_lagi": again, "catatan": "nada"})
