"""What stands on a kartu kendali: its lines, and the two-sided custody of the paper.

The warning box (peringatan) of the Pekanbaru SOPs: the card follows the file, and each officer
puts paraf and date at handing over (penyerahan) and at receiving (penerimaan), so that it can be
seen where a delay arose. A paraf that is missing is therefore never made up: it is a gap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from config.roles import ROLES
from kiosk.cases.card_words import SENT_PAPER, exception_word, paper_name
from kiosk.cases.places import place_word
from kiosk.texts import said, say

WAITING = "menunggu-data"
RUNNING = "berjalan"
RETURNED = "dikembalikan"
CLOSED = "tutup"
"""What a case's status may be; CLOSED is the step after the last one, too."""

OUT_OF_ORDER = "di luar urutan"
UNKNOWN = "tidak dikenal"
INCOMPLETE = "tidak lengkap"
NO_HANDING_OVER = "tanpa serah"
NO_RECEIVING = "tanpa terima"
SAME_NUMBER = "nomor-ganda"
"""Two applications under one number: a copy of a kiosk gave it a second time."""
CLASH = "bentrok"
"""A correction of a value that somebody else had corrected meanwhile."""
CLASHING = "ralat-bentrok"
"""The exception that such a correction opens."""
STALE_CARD = "kartu-lama"
"""The exception of a card that was printed before its case was corrected."""
DOUBLE = "ganda"
"""Why a line did not move the case, or what a supervisor should look at."""


class CardLine(NamedTuple):
    """One line of the card: one entry, and what became of it.

    ``text`` is the fact that the act names (the outcome's label, a paper, a number), ``outcome``
    the outcome's id, ``isi`` what the officer filled in, ``flag`` why the line did not move the
    case (empty when it did). ``serah_to`` and ``role`` say to whom a file was handed over;
    ``received_…`` are filled when that hand-over was received. Times are milliseconds since 1970
    UTC.
    """

    line: int
    time: int
    act: str
    step: str
    officer: str
    place: str
    ref: str
    text: str = ""
    note: str = ""
    isi: Mapping[str, str] = {}
    item: str = ""
    batch: str = ""
    serah_to: str = ""
    role: str = ""
    received_by: str = ""
    received_at: int = 0
    received_place: str = ""
    claim: str = ""
    flag: str = ""
    outcome: str = ""


class AttachedPage(NamedTuple):
    """One scanned page: by ``name`` it stands on the shelf (SHA-256 in hex, dot, suffix). ``size``
    is bytes, width and height are dots, 0 where unknown."""

    name: str
    media: str
    size: int
    width: int
    height: int


class Attachment(NamedTuple):
    """A paper scanned into the case: what it is, and its pages in order."""

    ref: str
    label: str
    pages: tuple[AttachedPage, ...]
    time: int
    officer: str
    place: str


class Transit(NamedTuple):
    """A file on its way: handed over (line ``ref``) and not yet received."""

    to: str
    role: str
    since: int
    batch: str
    item: str
    by: str
    ref: str


class ExceptionNote(NamedTuple):
    """Something an officer must settle; ``closed`` (ms) is 0 as long as nobody has."""

    ref: str
    kind: str
    facts: Mapping[str, Any]
    opened: int
    by: str
    place: str
    closed: int = 0
    closed_by: str = ""
    note: str = ""


class Correction(NamedTuple):
    """One answer that was corrected (ralat): what stood there, what stands there now, and why."""

    key: str
    old: str
    new: str
    reason: str
    officer: str
    time: int
    place: str


class CaseLink(NamedTuple):
    """Another case that belongs to this one. ``kind``: kembar, keluarga, terkait, ganti."""

    number: str
    kind: str


class Leg(NamedTuple):
    """One hand-over of the paper with both its sides; None where a paraf is missing."""

    step: str
    item: str
    given_by: str | None
    given_at: int | None
    given_place: str | None
    taken_by: str | None
    taken_at: int | None
    taken_place: str | None


def legs(lines: Iterable[CardLine]) -> list[Leg]:
    """The hand-overs among the lines of a card, in the card's order."""
    found: list[Leg] = []
    for line in lines:
        if line.act == "serah" and line.flag != INCOMPLETE:
            given = (line.officer, line.time, line.place)
            taken = (line.received_by, line.received_at, line.received_place)
            found.append(
                Leg(line.step, line.item, *given, *(taken if taken[0] else (None, None, None)))
            )
        elif line.act == "terima" and line.flag == NO_HANDING_OVER:
            taken = (line.officer, line.time, line.place)
            found.append(Leg(line.step, line.item, None, None, None, *taken))
    return found


def describe(line: CardLine, place: Callable[[str], str] = place_word) -> str:
    """A card line in plain words, without time and officer; ``place`` words an address."""
    if line.act in ("serah", "terima"):
        words = _handed(line, _receiver(line, place) if line.act == "serah" else line.text)
    elif line.act == "lampiran":
        pages = line.isi.get("halaman", "0")
        words = say("Pindaian: {nama}, {n} halaman", nama=said(line.text), n=pages)
    else:
        words = _words(line.act, line.text)
    if line.note:
        words = f"{words}: {line.note}"
    return f"{words} ({_flag(line.flag)})" if line.flag else words


def _words(act: str, text: str) -> str:
    words = {
        "permohonan": say("Permohonan diterima dari pemohon"),
        "hasil": said(text),
        "cetak": _printed(text),
        "ralat": say("Data diralat"),
        "tautan": say("Ditautkan dengan {nomor}", nomor=text),
        "panggilan": say("Menelepon lagi"),
        "pengecualian": say("Perlu tindakan: {jenis}", jenis=exception_word(text)),
        "putusan": say("Pusat menemukan penyerahan ganda"),
        "selesai": say("Masalah diselesaikan"),
    }
    return words.get(act) or say("Catatan lain: {jenis}", jenis=act)


def _printed(paper: str) -> str:
    if paper == SENT_PAPER:
        return say("{kertas} disimpan", kertas=paper_name(paper))
    return say("{kertas} dicetak", kertas=paper_name(paper))


def _receiver(line: CardLine, place: Callable[[str], str]) -> str:
    """To whom a file was handed over: within one office the role says it."""
    inside = line.serah_to == line.place and line.role
    return said(ROLES.get(line.role, line.role)) if inside else place(line.text)


def _handed(line: CardLine, to: str) -> str:
    match line.act:
        case "serah" if line.batch:
            return say("Diserahkan ke {tempat} dengan daftar {batch}", tempat=to, batch=line.batch)
        case "serah":
            return say("Diserahkan ke {tempat}", tempat=to)
        case _ if line.batch:
            return say("Diterima dengan daftar {batch}", batch=line.batch)
        case _:
            return say("Diterima")


def _flag(flag: str) -> str:
    match flag:
        case "di luar urutan":
            return say("di luar urutan, tidak mengubah langkah")
        case "tidak dikenal":
            return say("tidak dikenal oleh kiosk ini")
        case "tidak lengkap":
            return say("tidak lengkap")
        case "tanpa serah":
            return say("paraf penyerahan belum ada")
        case "bentrok":
            return say("nilai lama sudah berbeda, tidak mengubah data")
        case "tanpa terima":
            return say("paraf penerimaan sebelumnya belum ada")
        case _:
            return flag
