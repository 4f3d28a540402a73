"""F9, Blanko: what a place does with its unprinted cards, and how they stand.

Every act is one line of the ledger (kiosk.cases.blanko). A place writes of its own shelf; a
transfer has two sides, like the hand-over of a file. Printing is no act of this part: the outcome
of a case's step takes the card (kiosk.desk.files).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from config.blanko import BLANKO
from kiosk.cases.blanko import AT_RECEIVER, AT_SENDER, ON_THE_WAY, Transfer
from kiosk.cases.blanko_moves import (
    COUNTED,
    COUNTED_IN,
    DESTROYED,
    DIFFERENCE,
    PARCEL,
    RECEIVED,
    RECORD,
    SENT,
    SETTLED,
    SPOILED,
    Move,
    move_of,
    normal_serial,
    serials,
)
from kiosk.cases.findings import Finding
from kiosk.cases.names import same_name
from kiosk.cases.places import place_word
from kiosk.cases.resi import case_id, parse
from kiosk.desk.blanko_book import BlankoBook
from kiosk.desk.blanko_checks import number_of_case
from kiosk.desk.core import CENTRE, Core
from kiosk.desk.ledger import Act
from kiosk.desk.printing import Printing
from kiosk.desk.views import FormRefused, Refusal
from kiosk.desk.worklist import exception_rows
from kiosk.papers.pemusnahan import Destruction, SpoiledRow
from kiosk.store.blanko import moves_of_serial, newest_moves
from kiosk.texts import said, say

MOST = 100_000
"""A count above this is a slip of the pen."""
WITNESSES = 2
"""SE Mendagri 470.13/11176/SJ wants witnesses, in the plural."""


class Blanko(BlankoBook):
    """The acts. Every one of a shelf is written down at the place where the shelf is."""

    def __init__(self, core: Core, printing: Printing):
        super().__init__(core)
        self._printing = printing

    # -- in and out ----------------------------------------------------------------------------

    def receive(
        self, kind: str, count: int, source: str, letter: str, first: str = "", last: str = ""
    ) -> None:
        """Terima: blanko came from pusat or a supplier with this letter. Raises FormRefused."""
        self._demand_keeper()
        source, letter = source.strip(), letter.strip()
        wrong = self._count(kind, count) + _range(count, first, last)
        wrong += _empty(dari=(source, say("Tulis dari mana blanko datang.")))
        wrong += _empty(surat=(letter, say("Tulis nomor surat pengantarnya.")))
        span = _span(first, last)
        for one in newest_moves(self._core.db, kind, self._core.settings.address, MOST):
            if (one.move, one.number, one.count, one.serial) == (RECEIVED, letter, count, span):
                says = say("Surat {nomor} dengan jumlah ini sudah dicatat.", nomor=letter)
                wrong.append(Finding("tolak", "surat", says))
                break
        _demand(wrong)
        data = {"jumlah": count, "nomor": letter, "lain": source, "seri": span}
        with self._core.ledger.transaction():
            self._write(RECEIVED, kind, data)

    def transfer(
        self, kind: str, target: str, count: int, first: str = "", last: str = "", note: str = ""
    ) -> str:
        """Kirim: blanko leave for another place with a letter; gives its number.

        More than the book has may leave: the shelf is right. Raises FormRefused.
        """
        self._demand_keeper()
        wrong = self._count(kind, count) + _range(count, first, last)
        if target not in dict(self.targets()):
            wrong.append(Finding("tolak", "ke", say("Pilih tempat tujuannya.")))
        _demand(wrong)
        core = self._core
        with core.ledger.transaction():
            number = core.next_numbers(1, PARCEL)[0]
            data = {"jumlah": count, "nomor": number, "lain": target}
            data |= {"seri": _span(first, last), "alasan": note.strip()}
            self._printing.queue_transfer(self._write(SENT, kind, data, number, target))
        return number

    def count_in(
        self, number: str, counted: int, kind: str = "", sent: int = 0, source: str = ""
    ) -> int:
        """Terima kiriman: what came is counted; gives what is missing (below zero: too many).

        ``kind``, ``sent`` and ``source`` are what the letter says, used when the news of the
        transfer has not arrived. A difference opens an exception at both places. Raises Refusal,
        FormRefused.
        """
        self._demand_keeper()
        core, here = self._core, self._core.settings.address
        number = core.number(number)
        if parse(number).kind != PARCEL:
            raise Refusal(say("{number} bukan nomor kiriman blanko.", number=number))
        known = self.book().transfers.get(number)
        if known is not None:
            kind, sent, source = known.kind, known.sent, known.source
            self._demand_open(known)
        wrong = self._count(kind, counted, least=0)
        if known is None and sent <= 0:
            wrong.append(Finding("tolak", "tertulis", say("Tulis jumlah menurut suratnya.")))
        if known is None and (not source or source == here):
            wrong.append(Finding("tolak", "dari", say("Pilih tempat yang mengirim.")))
        _demand(wrong)
        with core.ledger.transaction():
            data = {"jumlah": counted, "buku": sent, "nomor": number, "lain": source}
            self._write(COUNTED_IN, kind, data, number, source)
            if counted != sent:
                facts = {"batch": number, "di surat": sent, "terhitung": counted}
                self._except(kind, facts, number, number, source)
        return sent - counted

    def _demand_open(self, known: Transfer) -> None:
        if known.counted is not None:
            raise Refusal(say("Kiriman {number} sudah dihitung.", number=known.number))
        if known.target != self._core.settings.address:
            to = place_word(known.target)
            raise Refusal(
                say("Kiriman {number} dihitung di {target}.", number=known.number, target=to)
            )

    # -- the pile of spoiled ones --------------------------------------------------------------

    def spoil(self, kind: str, reason: str, serial: str = "", count: int = 1) -> None:
        """Rusak: found spoiled on the shelf, one with its serial or several without.

        Raises FormRefused: no reason, or what this serial was already written down for.
        """
        self._demand_keeper()
        serial = normal_serial(serial)
        wrong = self._count(kind, count)
        wrong += _empty(alasan=(reason.strip(), say("Tulis sebab rusaknya.")))
        if serial and count != 1:
            says = say("Satu nomor seri untuk satu keping. Kosongkan, atau catat satu per satu.")
            wrong.append(Finding("tolak", "seri", says))
        wrong += self._spoiled_before(kind, serial)
        _demand(wrong)
        data = {"jumlah": count, "seri": serial, "alasan": reason.strip()}
        with self._core.ledger.transaction():
            self._write(SPOILED, kind, data)

    def _spoiled_before(self, kind: str, serial: str) -> list[Finding]:
        """A card that a case has used goes bad with its case, which must be printed again."""
        for move in moves_of_serial(self._core.db, kind, serial) if serial else ():
            says = say("Blanko {seri} sudah dicatat rusak.", seri=serial)
            if move.move != SPOILED:
                case = number_of_case(self._core, move.case)
                says = say(
                    "Blanko {seri} dipakai untuk {nomor}. Catat salah cetak pada kasusnya.",
                    seri=serial,
                    nomor=case or place_word(move.place),
                )
            return [Finding("tolak", "seri", says)]
        return []

    def destroy(self, kind: str, refs: Sequence[str], counted: int, seen: Destruction) -> str:
        """Musnah: these of the pile are destroyed before witnesses; gives the number of the berita
        acara, which is printed. ``refs`` name one entry of each. Raises Refusal, FormRefused."""
        self._demand_keeper()
        chosen = [one for one in self.pile(kind) if not set(one.refs).isdisjoint(refs)]
        count = sum(one.count for one in chosen)
        if not chosen:
            raise Refusal(say("Pilih dahulu blanko rusak yang dimusnahkan (tombol spasi)."))
        wrong = _empty(
            tempat=(seen.where.strip(), say("Tulis di mana dimusnahkan.")),
            cara=(seen.way.strip(), say("Tulis bagaimana dimusnahkan.")),
        )
        named = [one for one in seen.witnesses if one.name.strip() and one.position.strip()]
        if len(named) < WITNESSES:
            says = say("Perlu dua saksi dengan nama dan jabatannya.")
            wrong.append(Finding("tolak", "saksi1", says))
        elif same_name(named[0].name, named[1].name):
            wrong.append(Finding("tolak", "saksi2", say("Saksi kedua harus orang lain.")))
        if counted != count:
            says = say(
                "Hitungan {counted}, terpilih {chosen}. Hitung lagi.", counted=counted, chosen=count
            )
            wrong.append(Finding("tolak", "jumlah", says))
        _demand(wrong)
        rows = [SpoiledRow(one.serial, one.count, one.reason, one.time) for one in chosen]
        core = self._core
        with core.ledger.transaction():
            number = core.next_numbers(1, RECORD)[0]
            about = [ref for one in chosen for ref in one.refs]
            data = {"jumlah": count, "nomor": number, "tentang": about, "alasan": seen.way.strip()}
            data |= {"tempat": seen.where.strip(), "saksi": [asdict(one) for one in named]}
            self._printing.queue_destruction(self._write(DESTROYED, kind, data), rows, seen)
        return number

    # -- counting the shelf --------------------------------------------------------------------

    def count(self, kind: str, counted: int) -> int:
        """Opname: the good ones on the shelf, counted by hand; gives what the count differs from
        the book (below zero: missing). A difference opens an exception. Raises FormRefused."""
        self._demand_keeper()
        _demand(self._count(kind, counted, least=0))
        with self._core.ledger.transaction():
            book = self.left(kind)
            move = self._write(COUNTED, kind, {"jumlah": counted, "buku": book})
            if counted != book:
                facts = {"di buku": book, "terhitung": counted}
                self._except(kind, facts, move.ref)
        return counted - book

    def settle(self, about: str, reason: str, way: str = "") -> None:
        """A supervisor's word on a difference: of a shelf, that the book follows the count; of a
        transfer, where it lay (``way``: pengirim, penerima, jalan). Raises Refusal."""
        core = self._core
        if "supervisor" not in core.acting().card.roles:
            raise Refusal(say("Selisih blanko diselesaikan oleh supervisor."))
        found = next((one for one in self.differences() if one.about == about), None)
        if found is None:
            raise Refusal(say("Selisih itu sudah diselesaikan."))
        if not reason.strip():
            raise Refusal(say("Tulis dahulu apa sebab selisihnya."))
        if found.source and way not in (AT_SENDER, AT_RECEIVER, ON_THE_WAY):
            raise Refusal(say("Pilih di mana selisihnya."))
        if way == ON_THE_WAY and found.now > 0:
            raise Refusal(say("Yang datang lebih banyak dari yang dikirim: tidak ada yang hilang."))
        case = about if found.source else f"BLANKO {found.place}"
        change = 0 if found.source else found.now
        data = {"tentang": [about], "alasan": reason.strip(), "lain": way, "jumlah": change}
        places = (found.place, found.source) if found.source else (found.place,)
        with core.ledger.transaction():
            self._write(SETTLED, found.kind, data, case, *places)
            for row in exception_rows(core, True, case_id(case)):
                if row.kind == DIFFERENCE and row.facts.get("tentang") == about:
                    self._act(
                        "selesai", {"tentang": row.ref, "catatan": reason.strip()}, case, *places
                    )

    # -- writing -------------------------------------------------------------------------------

    def _demand_keeper(self) -> None:
        if not self.may():
            raise Refusal(
                say("Blanko dicatat oleh petugas cetak, distribusi, UPTD atau supervisor.")
            )

    def _count(self, kind: str, count: int, least: int = 1) -> list[Finding]:
        found: list[Finding] = []
        if kind not in BLANKO:
            found.append(Finding("tolak", "jenis", say("Pilih jenis blanko.")))
        if not least <= count <= MOST:
            found.append(
                Finding("tolak", "jumlah", say("Jumlahnya tidak masuk akal. Hitung lagi."))
            )
        return found

    def _write(
        self, move: str, kind: str, data: Mapping[str, Any], case: str = "", *to: str
    ) -> Move:
        """One line of the ledger: of the own shelf, or of a transfer under its number. A transfer
        has a card of its own, so that a place gets its own transfers and not the dinas's shelf."""
        full = {"gerak": move, "jenis": kind, **data}
        placed = self._act("blanko", full, case, *to)
        written = move_of(placed)
        assert written is not None
        return written

    def _act(self, act: str, data: Mapping[str, Any], case: str = "", *to: str) -> Any:
        core = self._core
        here = core.settings.address
        addresses = tuple(dict.fromkeys((here, CENTRE, *to)))
        key = case_id(case or f"BLANKO {here}")
        return core.ledger.write(core.hand(), Act(key, act, to=addresses, data=data))

    def _except(
        self, kind: str, facts: Mapping[str, Any], about: str, case: str = "", *to: str
    ) -> None:
        told = {"blanko": said(BLANKO[kind]), **facts, "tentang": about}
        self._act("pengecualian", {"jenis": DIFFERENCE, "fakta": told}, case, *to)


def _demand(wrong: list[Finding]) -> None:
    if wrong:
        raise FormRefused(wrong)


def _empty(**texts: tuple[str, str]) -> list[Finding]:
    """A finding for each field that is empty."""
    return [Finding("tolak", key, says) for key, (text, says) in texts.items() if not text]


def _range(count: int, first: str, last: str) -> list[Finding]:
    """Whether a range of serials fits the count."""
    if not first.strip() and not last.strip():
        return []
    many = serials(first, last)
    if many is None:
        says = say("Tulis nomor seri pertama dan terakhir, dengan huruf depan yang sama.")
        return [Finding("tolak", "seri_akhir", says)]
    if many != count:
        says = say("Nomor seri itu {n} keping, jumlahnya {count}.", n=many, count=count)
        return [Finding("tolak", "seri_akhir", says)]
    return []


def _span(first: str, last: str) -> str:
    first, last = normal_serial(first), normal_serial(last)
    return first if first == last else f"{first}-{last}"
