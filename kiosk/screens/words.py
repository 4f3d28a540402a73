"""The few words that several screens use for states, ages and places."""

from __future__ import annotations

from kiosk.cases.places import place_word
from kiosk.clock import stamp
from kiosk.desk.views import CaseRow
from kiosk.texts import say
from kiosk.widgets.bars import age

__all__ = [
    "exception_says",
    "exception_word",
    "job_word",
    "place_word",
    "row_cells",
    "short_stamp",
    "since_word",
    "status_word",
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


def exception_word(kind: str) -> str:
    """A kind of exception in the office's words."""
    return {
        "selisih": say("selisih hitungan"),
        "ganda": say("penyerahan ganda"),
        "nomor-ganda": say("nomor resi ganda"),
        "dipulihkan": say("kiosk dari salinan"),
        "pusat-mundur": say("pusat kehilangan entri"),
        "pusat-berubah": say("catatan pusat berubah"),
        "ralat-bentrok": say("ralat bertabrakan"),
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
        "pusat-mundur": say(
            "Pusat kehilangan entri yang pernah diterimanya; kiosk mengirimnya lagi. Beri tahu"
            " pengelola."
        ),
        "ralat-bentrok": say(
            "Dua petugas meralat isian yang sama. Periksa nilainya, ralat lagi bila perlu, lalu"
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


def since_word(ms: int, now: int) -> str:
    """How long ago, short."""
    return age(max(0, now - ms) / 1000)


def row_cells(row: CaseRow, now: int) -> tuple[str, ...]:
    """A case as a line of a worklist: number, child, step, where, age, whether pusat has it."""
    ended = row.status in ("tutup", "dihapus")
    where = status_word(row.status) if ended else place_word(row.wait_place)
    return (
        row.number,
        row.name or (status_word(row.status) if ended else say("(data belum tiba)")),
        row.step if row.step and not ended else "-",
        where,
        since_word(row.since, now),
        say("ya") if row.synced else say("belum"),
    )
