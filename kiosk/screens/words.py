"""The few words that several screens use for states, ages and places."""

from __future__ import annotations

import re

from kiosk.cases.margins import short_work
from kiosk.cases.places import place_word
from kiosk.clock import stamp
from kiosk.desk.views import CaseRow
from kiosk.texts import said, say
from kiosk.widgets.bars import age

__all__ = [
    "exception_says",
    "job_word",
    "link_word",
    "own_cells",
    "place_word",
    "row_cells",
    "short_stamp",
    "short_title",
    "since_word",
    "spoken_title",
    "status_word",
    "time_word",
]


def status_word(status: str) -> str:
    """A case's status in the office's words."""
    return {
        "menunggu-data": say("menunggu data"),
        "berjalan": say("berjalan"),
        "dikembalikan": say("dikembalikan"),
        "tutup": say("selesai"),
        "dihapus": say("isi sudah dihapus"),
    }.get(status, status)


def job_word(state: str) -> str:
    """A print job's state in the office's words."""
    return {
        "QUEUED": say("antre"),
        "SENDING": say("sedang dicetak"),
        "PAUSED": say("TERTAHAN"),
        "SENT": say("sedang dicetak"),
        "LOOK": say("LIHAT KERTAS"),
        "PRINTED": say("tercetak"),
        "UNKNOWN": say("BELUM PASTI"),
        "TROUBLE": say("GAGAL"),
        "CANCELLED": say("batal"),
    }.get(state, state)


def link_word(kind: str) -> str:
    """How another case belongs to this one."""
    return {
        "induk": say("bagian dari"),
        "kembar": say("kembar"),
        "keluarga": say("keluarga"),
        "terkait": say("terkait"),
        "ganti": say("pengganti dari"),
        "diganti": say("diganti oleh"),
    }.get(kind, kind)


def exception_says(kind: str) -> str:
    """What an exception means, in one plain line; empty for one whose facts say it."""
    return {
        "nomor-ganda": say(
            "Satu nomor untuk dua permohonan. Daftarkan yang kedua dengan F2, beri resi baru kepada"
            " pemohonnya, lalu selesaikan pengecualian ini."
        ),
        "dipulihkan": say(
            "Folder kiosk ini salinan atau dipulihkan: nomor resi baru berbeda, yang hilang diambil"
            " dari pusat."
        ),
        "selisih-blanko": say("Hitungan blanko berbeda dari buku; diselesaikan lewat F9, Blanko."),
        "pusat-mundur": say(
            "Pusat kehilangan entri yang pernah diterimanya; kiosk mengirimnya lagi. Beri tahu"
            " pengelola."
        ),
        "ralat-bentrok": say(
            "Dua petugas meralat isian yang sama. Periksa nilainya, ralat lagi bila perlu, lalu"
            " selesaikan."
        ),
        "kartu-lama": say(
            "Data diralat sesudah kartunya dicetak. Tahan kartu itu, cetak ulang bila perlu, lalu"
            " selesaikan."
        ),
        "pusat-berubah": say(
            "Catatan pusat bukan lagi yang ditandatanganinya. Beri tahu pengelola."
        ),
    }.get(kind, "")


def short_stamp(ms: int) -> str:
    """``21-11 14.05``: a time in a narrow column; the whole date stands on the papers."""
    day, _, clock = stamp(ms).partition(" ")
    return f"{day[:5]} {clock}".strip()


def short_title(title: str) -> str:
    """What people call a service, in a narrow column: the name in brackets in its title, or the
    whole title."""
    spoken = said(title)
    called = re.search(r"\(([^()]+)\)", spoken)
    return called[1] if called else spoken


def spoken_title(title: str) -> str:
    """A service for a line that may be cut: what people call it, then its whole title."""
    short, whole = short_title(title), said(title)
    return whole if whole.startswith(short) else f"{short}: {whole}"


def since_word(ms: int, now: int) -> str:
    """How long ago, short."""
    return age(max(0, now - ms) / 1000)


def row_cells(row: CaseRow, now: int) -> tuple[str, ...]:
    """A case as a line of a list: number, name, step, where, how its time stands, pusat."""
    ended = row.status in ("tutup", "dihapus")
    where = status_word(row.status) if ended else place_word(row.wait_place)
    time = "" if ended else time_word(row, say("pemohon"))
    return (
        *_named(row),
        where,
        time or since_word(row.since, now),
        say("ya") if row.synced else say("belum"),
    )


def own_cells(row: CaseRow, now: int) -> tuple[str, ...]:
    """A case as a line of a list of this place: how its time stands, and how long it is here."""
    waiting = say("belum diterima") if row.clock in ("belum", "berhenti") else ""
    return (
        *_named(row),
        time_word(row, say("menunggu pemohon")) or waiting,
        since_word(row.since, now),
        say("ya") if row.synced else say("belum"),
    )


def _named(row: CaseRow) -> tuple[str, str, str]:
    """Number, name and step, which every list of cases begins with."""
    ended = row.status in ("tutup", "dihapus")
    name = row.name or (status_word(row.status) if ended else say("(data belum tiba)"))
    return row.number, name, row.step if row.step and not ended else "-"


def time_word(row: CaseRow, applicant: str) -> str:
    """How much of the standard time is left, in working time: "sisa 40m", "LAMBAT 2j"; ``~`` before
    it while a holiday may still move. ``applicant`` while the applicant is waited for; empty when
    the step has no standard or its time does not run."""
    if row.clock == "pemohon":
        return applicant
    if not row.due or row.left is None:
        return ""
    if row.clock != "jalan":
        return say("LAMBAT")
    length = ("" if row.sure else "~") + short_work(abs(row.left))
    return say("LAMBAT {n}", n=length) if row.left < 0 else say("sisa {n}", n=length)
