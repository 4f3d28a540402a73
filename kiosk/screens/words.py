"""The few words that several screens use for states, ages and places."""

from __future__ import annotations

from kiosk.desk.views import CaseRow
from kiosk.texts import say
from kiosk.widgets.bars import age


def status_word(status: str) -> str:
    """A case's status in the office's words."""
    return {
        "menunggu-data": say("menunggu data"),
        "berjalan": say("berjalan"),
        "dikembalikan": say("dikembalikan"),
        "tutup": say("selesai"),
    }.get(status, status)


def place_word(address: str) -> str:
    """A place as a list shows it."""
    kind, _, code = address.partition(":")
    return {
        "rs": say("RS {code}", code=code),
        "uptd": say("UPTD {code}", code=code),
        "dinas": say("Dinas"),
    }.get(kind, address)


def job_word(state: str) -> str:
    """A print job's state in the office's words."""
    return {
        "QUEUED": say("antre"),
        "SENDING": say("sedang dicetak"),
        "PRINTED": say("tercetak"),
        "UNKNOWN": say("BELUM PASTI"),
        "TROUBLE": say("GAGAL"),
        "CANCELLED": say("batal"),
    }.get(state, state)


def exception_word(kind: str) -> str:
    """A kind of exception in the office's words."""
    return {"selisih": say("selisih hitungan"), "ganda": say("penyerahan ganda")}.get(kind, kind)


def since_word(ms: int, now: int) -> str:
    """How long ago, short."""
    return age(max(0, now - ms) / 1000)


def row_cells(row: CaseRow, now: int) -> tuple[str, ...]:
    """A case as a line of a worklist: number, child, step, where, age, whether pusat has it."""
    where = status_word(row.status) if row.status == "tutup" else place_word(row.wait_place)
    return (
        row.number,
        row.child or say("(data belum tiba)"),
        row.step or "-",
        where,
        since_word(row.since, now),
        say("ya") if row.synced else say("belum"),
    )
