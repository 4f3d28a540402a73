"""What devices are called on the screen, and what can be done with one."""

from __future__ import annotations

from config.devices import PAPERS, Device
from kiosk.cases.card_words import paper_name
from kiosk.texts import said, say

BY_HAND = "tambah"
"""The row by which an address is typed in."""


def kind_word(kind: str) -> str:
    """What a kind of device is called."""
    return {
        "printer": say("printer"),
        "barcode": say("pemindai QR"),
        "document": say("pemindai dok"),
        "serial": say("kabel serial"),
        "keyboard": say("papan ketik"),
    }.get(kind, kind)


def papers_word(papers: list[str]) -> str:
    """Which papers come out at a printer, short."""
    if len(papers) > 3:
        return (
            say("semua kertas") if len(papers) == len(PAPERS) else say("{n} kertas", n=len(papers))
        )
    return ", ".join(paper_name(one).partition(" ")[0].lower() for one in papers) or "-"


def proof_word(proof: str) -> str:
    """How a printer tells that a paper is out."""
    return {
        "process": say("Printer ini melapor bila kertas selesai tercetak."),
        "status": say("Printer ini melapor bila kertas selesai tercetak."),
        "officer": say("Printer ini tidak bisa melapor; petugas ditanya sesudah mencetak."),
    }.get(proof, proof)


def detail_lines(device: Device, trouble: str) -> list[str]:
    """A device in a few lines, above what can be done with it."""
    lines = [device.address]
    if device.kind == "printer":
        from drivers.profiles import PROFILES

        profile = PROFILES.get(device.profile)
        lines += [said(profile.label) if profile else device.profile, proof_word(device.proof)]
    elif device.kind == "document":
        lines.append(say("Halaman disimpan sebagai {bentuk}.", bentuk=device.format.upper()))
    if device.tested:
        lines.append(say("Diuji {hari}.", hari=f"{device.tested:%d-%m-%Y}"))
    return [*lines, *([trouble] if trouble else [])]


def offers(device: Device) -> list[tuple[str, str]]:
    """What can be done with a device."""
    last = [("nama", say("Ganti nama")), ("lepas", say("Keluarkan dari daftar"))]
    if device.kind == "printer":
        return [
            ("kertas", say("Pilih kertas yang keluar di sini")),
            ("uji", say("Cetak halaman uji")),
            ("kenali", say("Tanya kemampuan printer")),
            ("profil", say("Ganti jenis printer")),
            *last,
        ]
    if device.kind == "barcode":
        return [("pindai", say("Uji pindai")), *last]
    return [("bentuk", say("Ganti bentuk simpan (AVIF atau JPEG)")), *last]
