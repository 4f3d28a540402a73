"""Finding cases: worklists, search, and what a scanned text is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from kiosk.cases.engine import Offer
from kiosk.cases.qr import read as read_qr
from kiosk.cases.resi import BadNumber, parse
from kiosk.cases.state import CLOSED, CaseState
from kiosk.clock import WIB, day_of
from kiosk.desk.core import Core
from kiosk.desk.files import Files
from kiosk.desk.views import CaseRow, CaseView, ExceptionRow, ScanView
from kiosk.texts import say
from sync.entry import loads

ROW_COLUMNS = (
    "number, code, procedure, step, status, name, mother, birth, nik, phone, kelurahan, parent,"
    " outcome, wait_place, wait_roles, since, created, NOT EXISTS (SELECT 1 FROM entries AS e"
    " WHERE e.case_id = cases.case_id AND e.arrived IS NULL)"
)
SHORTEST_FRAGMENT = 3
"""The trigram index finds fragments of at least three characters."""

_TELEPHONE = re.compile(r"(?:\+62[ .-]?|0)(8[0-9 .\-]{6,})")
"""A mobile number as an applicant says it: 0812..., +62 812..."""

VIEWS = ("kerja", "keluar", "semua")
"""The worklists: what waits for this officer, what is on its way, everything."""


def case_row(row: tuple[Any, ...]) -> CaseRow:
    """A list row from the columns of ROW_COLUMNS."""
    *said, roles, since, created, synced = row
    waits_for = tuple(role for role in str(roles).split("|") if role)
    return CaseRow(*(*said, waits_for, since, created, bool(synced)))


def exception_rows(
    core: Core, open_only: bool = True, case: bytes | None = None
) -> list[ExceptionRow]:
    """Exceptions, newest first, of one case or of all."""
    rows = core.db.execute(
        "SELECT e.ref, coalesce(c.number, ''), e.kind, e.facts, e.opened, r.time, r.note,"
        " r.officer FROM exceptions e LEFT JOIN resolutions r USING (ref)"
        " LEFT JOIN cases c ON c.case_id = e.case_id"
        " WHERE (NOT ?1 OR r.ref IS NULL) AND (?2 IS NULL OR e.case_id = ?2)"
        " ORDER BY e.opened DESC LIMIT 500",
        (open_only, case),
    ).fetchall()
    out: list[ExceptionRow] = []
    for ref, number, kind, facts, opened, resolved, note, officer in rows:
        plain: dict[str, Any] = loads(facts)
        shown = number or str(
            plain.get("batch", "") or str(plain.get("claim", "")).partition(":")[2]
        )
        out.append(
            ExceptionRow(ref, shown, kind, plain, opened, resolved, note or "", officer or "")
        )
    return out


def _telephone(text: str) -> str:
    """A telephone number as it is stored (62...), empty when the text is none."""
    found = _TELEPHONE.fullmatch(text.strip())
    return "62" + re.sub(r"[ .\-]", "", found[1]) if found else ""


class Worklist:
    """F3, F5 and every scan."""

    def __init__(self, core: Core, files: Files):
        self._core = core
        self._files = files

    # -- lists -------------------------------------------------------------------------------

    def _where(self, view: str) -> tuple[str, tuple[Any, ...], str]:
        place = self._core.settings.address
        if view == "keluar":
            return (
                "origin=? AND status <> 'tutup' AND wait_place <> ?",
                (place, place),
                "since",
            )
        if view == "semua":
            return "1", (), "created DESC"
        roles = self._core.acting().card.roles
        if "supervisor" in roles:
            return "wait_place=? AND status <> 'tutup'", (place,), "since"
        mine = " OR ".join("instr(wait_roles, ?)" for _ in roles)
        return (
            f"wait_place=? AND status <> 'tutup' AND ({mine})",
            (place, *(f"|{role}|" for role in roles)),
            "since",
        )

    def count(self, view: str) -> int:
        """How many cases a worklist has."""
        where, args, _ = self._where(view)
        return int(
            self._core.db.execute(f"SELECT count(*) FROM cases WHERE {where}", args).fetchone()[0]
        )

    def rows(self, view: str, offset: int, limit: int) -> list[CaseRow]:
        """A window of a worklist; what has waited longest first."""
        where, args, order = self._where(view)
        rows = self._core.db.execute(
            f"SELECT {ROW_COLUMNS} FROM cases WHERE {where} ORDER BY {order}, number"
            " LIMIT ? OFFSET ?",
            (*args, limit, offset),
        ).fetchall()
        return [case_row(row) for row in rows]

    def today(self) -> tuple[int, int]:
        """Today's Daftar Permohonan of this place: taken in, and of these not yet handed over."""
        core = self._core
        day = day_of(core.clock.now())
        start = int(datetime(day.year, day.month, day.day, tzinfo=WIB).timestamp() * 1000)
        row = core.db.execute(
            "SELECT count(*), coalesce(sum(wait_place = origin AND step = '1'), 0) FROM cases"
            " WHERE created >= ? AND origin = ?",
            (start, core.settings.address),
        ).fetchone()
        return row[0], row[1]

    def everything(self) -> Iterator[CaseRow]:
        """Every case, oldest first."""
        for row in self._core.db.execute(
            f"SELECT {ROW_COLUMNS} FROM cases ORDER BY created, number"
        ):
            yield case_row(row)

    def search(self, text: str, limit: int = 50) -> list[CaseRow]:
        """Cases by any fragment: name, number, kode, NIK, KK, telephone. Newest first."""
        plain = "".join(sign if sign.isprintable() and sign != '"' else " " for sign in text)
        words = (_telephone(plain) or plain).upper().split()
        long = [word for word in words if len(word) >= SHORTEST_FRAGMENT]
        if not words:
            return []
        try:
            exact = parse(text).text
        except BadNumber:
            exact = ""
        core = self._core
        if exact:
            rows = core.db.execute(
                f"SELECT {ROW_COLUMNS} FROM cases WHERE number=?", (exact,)
            ).fetchall()
            if rows:
                return [case_row(row) for row in rows]
        if long:
            query = " ".join(f'"{word}"' for word in long)
            rows = core.db.execute(
                f"SELECT {ROW_COLUMNS} FROM case_words w JOIN cases ON cases.rowid = w.rowid"
                " WHERE case_words MATCH ? ORDER BY w.rowid DESC LIMIT ?",
                (query, limit),
            ).fetchall()
        else:
            rows = core.db.execute(
                f"SELECT {ROW_COLUMNS} FROM cases WHERE name LIKE ? || '%' ORDER BY created DESC"
                " LIMIT ?",
                (words[0], limit),
            ).fetchall()
        return [case_row(row) for row in rows]

    # -- one case ----------------------------------------------------------------------------

    def open(self, number: str, warning: str = "", *, paper_in_hand: bool = False) -> CaseView:
        """A case with what this officer may do. Also for a number whose data has not arrived.

        ``paper_in_hand``: its control card was scanned here. When by what is known the file is
        elsewhere, its handing over has not arrived yet, and it may be received all the same.
        """
        core = self._core
        state = core.state(number)
        waiting = core.journal.waiting_of(core.case_key(number))
        purged = state is None and core.projection.is_purged(core.case_key(number))
        offers = () if purged else self._files.offers_for(state)
        why_not = say("Isi kasus ini sudah dihapus menurut masa simpan arsip.") if purged else ""
        if not offers and paper_in_hand and state is not None and self._elsewhere(state):
            label = say("Terima berkas (kertasnya di tangan)")
            offers = (Offer("terima", None, label, state.step),)
        return CaseView(
            number=number,
            state=state,
            offers=offers,
            why_not=why_not or ("" if offers else self._files.why_nothing(state)),
            synced=waiting == 0,
            waiting_entries=waiting,
            exceptions=tuple(exception_rows(core, True, core.case_key(number))),
            warning=warning,
        )

    def _elsewhere(self, state: CaseState) -> bool:
        """Whether by what is known the file is at another place, or on its way to one."""
        here = self._core.settings.address
        place = state.transit.to if state.transit else state.holder_place
        return state.status != CLOSED and place != here

    # -- scans -------------------------------------------------------------------------------

    def scan(self, text: str) -> ScanView:
        """What a scanned text is: a resi, a control card, a batch's list, or none of ours."""
        core = self._core
        cleaned = text.strip()
        if not cleaned.upper().startswith("LL1:"):
            try:
                number = parse(cleaned).text
            except BadNumber:
                return ScanView("tidak-sah", say("Bukan resi atau kartu kendali kita."))
            return self._found(
                number, "", say("Nomor {number} dibaca tanpa tanda tangan.", number=number)
            )
        reading = read_qr(cleaned, self._kiosk_key)
        claim = reading.claim
        if reading.state == "tidak-sah" or claim is None:
            return ScanView("tidak-sah", say("QR tidak sah. Jangan dilayani; periksa kertasnya."))
        if reading.state == "penerbit-belum-dikenal":
            return ScanView(
                reading.state,
                say("Penerbit QR belum dikenal kiosk ini. Tekan F7 lalu pindai lagi."),
                claim.kind,
                claim.number,
                claim.procedure,
                claim.office,
                claim.count,
                known=core.state(claim.number) is not None,
            )
        found = self._found(claim.number, claim.kind, say("QR sah."))
        return ScanView(
            "sah",
            found.says,
            claim.kind,
            claim.number,
            claim.procedure,
            claim.office,
            claim.count,
            found.known,
            found.unsynced,
        )

    def _found(self, number: str, kind: str, says: str) -> ScanView:
        core = self._core
        row = core.db.execute("SELECT 1 FROM cases WHERE number=?", (number,)).fetchone()
        unsynced = row is not None and core.journal.waiting_of(core.case_key(number)) > 0
        if unsynced:
            says += " " + say("Belum tersinkron.")
        return ScanView("nomor", says, kind, number, known=row is not None, unsynced=unsynced)

    def _kiosk_key(self, kid: bytes) -> bytes | None:
        own = self._core.front.keys.device()
        if kid == own.kid:
            return own.public
        row = self._core.db.execute(
            "SELECT public FROM trust WHERE kid=? AND kind='kiosk'", (kid,)
        ).fetchone()
        return row[0] if row else None
