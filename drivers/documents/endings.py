"""The ways a scan can end early, each in words that tell the officer what to do next."""

from __future__ import annotations

import os
import pwd
import shutil
from pathlib import Path

from drivers.documents.job import ScanTrouble
from drivers.words import words

LEAST_SPACE = 64 * 1024 * 1024
"""Bytes: with less free, a failed write is told as a full disk."""


def busy() -> ScanTrouble:
    """Somebody else has the unit."""
    says = words(
        "Pemindai sedang dipakai komputer atau program lain. Tunggu sebentar, lalu coba lagi."
    )
    return ScanTrouble(says, "busy")


def jammed(page: int) -> ScanTrouble:
    """Paper is stuck while ``page`` was under way."""
    says = words(
        "Kertas macet di pemindai. Buka tutupnya, tarik kertasnya pelan-pelan, "
        "lalu pindai lagi mulai halaman {page}.",
        page=page,
    )
    return ScanTrouble(says, "jam")


def empty() -> ScanTrouble:
    """Nothing is in the feeder."""
    says = words("Tidak ada kertas di pengumpan. Masukkan berkasnya, lalu pindai lagi.")
    return ScanTrouble(says, "empty")


def cover_open() -> ScanTrouble:
    """A lid or the feeder's hatch is open."""
    return ScanTrouble(words("Tutup pemindai terbuka. Tutup dulu, lalu pindai lagi."), "cover")


def misfed(page: int) -> ScanTrouble:
    """The feeder took two sheets, none, or a crooked one."""
    says = words(
        "Pengumpan gagal menarik kertas di halaman {page}. Rapikan tumpukannya, "
        "lalu pindai lagi mulai halaman itu.",
        page=page,
    )
    return ScanTrouble(says, "jam")


def gone(name: str) -> ScanTrouble:
    """The unit is not there."""
    says = words(
        "Pemindai {name} tidak ditemukan. Periksa kabel dan sakelarnya, lalu coba lagi.", name=name
    )
    return ScanTrouble(says, "gone")


def cut_off(page: int) -> ScanTrouble:
    """The line to the unit broke."""
    says = words(
        "Hubungan dengan pemindai terputus di halaman {page}. Periksa kabelnya, "
        "lalu pindai lagi mulai halaman itu.",
        page=page,
    )
    return ScanTrouble(says, "broken")


def torn(page: int) -> ScanTrouble:
    """The unit ended before the page did."""
    says = words(
        "Pemindai berhenti sebelum halaman {page} selesai. Pindai lagi mulai halaman itu.",
        page=page,
    )
    return ScanTrouble(says, "broken")


def refused() -> ScanTrouble:
    """This user may not use the unit. Debian gives scanners to these groups."""
    says = words(
        "Komputer ini belum boleh memakai pemindai. Minta teknisi menjalankan: "
        "sudo usermod -aG scanner,lp {user}, lalu nyalakan ulang komputernya.",
        user=pwd.getpwuid(os.getuid()).pw_name,
    )
    return ScanTrouble(says, "refused")


def unsuited() -> ScanTrouble:
    """The unit does not take the settings."""
    says = words(
        "Pemindai menolak setelan ini. Coba resolusi 200 atau 300 dan warna abu, lalu pindai lagi."
    )
    return ScanTrouble(says, "refused")


def locked() -> ScanTrouble:
    """A network unit wants a password or knows which computers it serves."""
    says = words(
        "Pemindai ini tidak mengizinkan komputer ini. Minta teknisi membuka izin pemindaian "
        "(eSCL/AirPrint) di menu pemindainya."
    )
    return ScanTrouble(says, "refused")


def feederless() -> ScanTrouble:
    """The feeder was asked for and there is none."""
    says = words(
        "Pemindai ini tidak punya pengumpan kertas. Letakkan kertas satu per satu di kacanya."
    )
    return ScanTrouble(says, "refused")


def not_installed() -> ScanTrouble:
    """The program scanimage is missing."""
    says = words(
        "Program pemindai belum terpasang. Minta teknisi menjalankan: sudo apt install sane-utils"
    )
    return ScanTrouble(says, "missing")


def stalled(seconds: float) -> ScanTrouble:
    """Nothing came for too long."""
    says = words(
        "Pemindai tidak menjawab selama {seconds} detik. Matikan, nyalakan lagi, lalu coba lagi.",
        seconds=round(seconds),
    )
    return ScanTrouble(says, "stalled")


def stopped(pages: int) -> ScanTrouble:
    """The officer ended it."""
    says = words("Pemindaian dihentikan. Halaman yang sudah masuk: {pages}.", pages=pages)
    return ScanTrouble(says, "stopped")


def cancelled() -> ScanTrouble:
    """Ended on the unit itself."""
    says = words("Pemindaian dibatalkan dari pemindainya. Pindai lagi bila belum selesai.")
    return ScanTrouble(says, "stopped")


def out_of_memory() -> ScanTrouble:
    """The computer cannot hold the page."""
    says = words("Memori komputer tidak cukup untuk memindai. Pilih resolusi lebih rendah.")
    return ScanTrouble(says, "broken")


def crashed(signal: int) -> ScanTrouble:
    """The program died."""
    says = words(
        "Program pemindai berhenti mendadak (sinyal {number}). Coba lagi; "
        "bila terulang, cabut dan pasang lagi pemindainya.",
        number=signal,
    )
    return ScanTrouble(says, "broken")


def odd(code: int) -> ScanTrouble:
    """An ending that has no other name."""
    says = words(
        "Pemindai berhenti dengan kode {code}. Coba lagi; bila terulang, catat kodenya "
        "untuk teknisi.",
        code=code,
    )
    return ScanTrouble(says, "broken")


def not_understood() -> ScanTrouble:
    """The unit's answer makes no sense."""
    says = words(
        "Jawaban pemindai tidak bisa dibaca. Matikan, nyalakan lagi, lalu coba lagi; "
        "bila terulang, panggil teknisi."
    )
    return ScanTrouble(says, "broken")


def too_large(page: int) -> ScanTrouble:
    """More bytes came than any page has."""
    says = words(
        "Halaman {page} terlalu besar untuk disimpan. Pilih resolusi lebih rendah.", page=page
    )
    return ScanTrouble(says, "broken")


def disk_full() -> ScanTrouble:
    """A page cannot be written."""
    says = words("Halaman tidak bisa disimpan: penyimpanan komputer penuh. Panggil teknisi.")
    return ScanTrouble(says, "broken")


def unsaved(folder: Path) -> ScanTrouble:
    """A page cannot be written, for want of space or for another reason."""
    try:
        if shutil.disk_usage(folder).free < LEAST_SPACE:
            return disk_full()
    except OSError:
        pass
    says = words("Halaman tidak bisa disimpan di komputer ini. Panggil teknisi.")
    return ScanTrouble(says, "broken")
