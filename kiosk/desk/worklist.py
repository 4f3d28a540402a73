"""Finding cases: worklists, search, and what a scanned text is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from config.procedures import Step
from kiosk.cases.engine import SUPERVISOR, Offer
from kiosk.cases.resi import BadNumber, parse
from kiosk.cases.state import CLOSED, CaseState
from kiosk.cases.working_time import MINUTE
from kiosk.clock import WIB, day_of
from kiosk.desk.core import Core
from kiosk.desk.files import Files
from kiosk.desk.search import search
from kiosk.desk.timing import times_of
from kiosk.desk.views import CaseRow, CaseView, ExceptionRow, Related, ScanView, WorkView
from kiosk.texts import said, say
from sync.entry import loads

_listed = (
    "number code procedure step status name mother birth nik phone kelurahan parent outcome"
    " wait_place wait_roles since created clock due"
)
LISTED = tuple(_listed.split())
ROW_COLUMNS = f"{', '.join(LISTED)}, " + (
    "NOT EXISTS (SELECT 1 FROM entries AS e WHERE e.case_id = cases.case_id AND e.arrived IS NULL)"
)
"""What a list shows of a case: columns of its row, and whether pusat has all of it."""

LATE_FIRST = "due = 0, due, since, number"
"""What is late, then what is due next, then what has no time; of these what is oldest."""

STEP_LIST = "langkah:"
"""How the key of a worklist begins that shows one kind of step; its name follows."""


def case_row(row: tuple[Any, ...]) -> CaseRow:
    """A list row from the columns of ROW_COLUMNS."""
    facts = list(row)
    roles = LISTED.index("wait_roles")
    facts[roles] = tuple(role for role in str(facts[roles]).split("|") if role)
    facts[-1] = bool(facts[-1])
    return CaseRow(*facts)


def _at(steps: Sequence[tuple[str, Step]]) -> tuple[str, list[str]]:
    """By which a case is at one of these steps."""
    if not steps:
        return "0", []
    pairs = ", ".join("(?, ?)" for _ in steps)
    return f"(procedure, step) IN (VALUES {pairs})", [
        part for slug, step in steps for part in (slug, step.id)
    ]


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


class Worklist:
    """F3, F5 and every scan."""

    def __init__(self, core: Core, files: Files):
        self._core = core
        self._files = files

    # -- lists -------------------------------------------------------------------------------

    def views(self) -> list[WorkView]:
        """The worklists of this officer: what waits for him, a list for each kind of step that has
        one and that he may do, what is on its way elsewhere, everything."""
        titles = dict.fromkeys(step.list for _, step in self._listed())
        return [
            WorkView("kerja", say("Menunggu saya")),
            *(WorkView(f"{STEP_LIST}{title}", said(title)) for title in titles),
            WorkView("keluar", say("Sedang di luar")),
            WorkView("semua", say("Semua")),
        ]

    def _listed(self) -> list[tuple[str, Step]]:
        """The steps with a list of their own that this officer does, with their procedures."""
        settings = self._core.settings
        return [
            (procedure.slug, step)
            for procedure in self._core.procedures.values()
            if procedure.open_in(settings.city, training=settings.training)
            for step in procedure.steps
            if step.list and self._does(step)
        ]

    def _worked_from_a_list(self) -> list[tuple[str, Step]]:
        """Steps of cases that belong to another case's list and are worked from there (a prison's
        hundreds of names): it is that case that waits here."""
        below = (one for one in self._core.procedures.values() if one.parent)
        return [(one.slug, step) for one in below for step in one.steps if not step.list]

    def _does(self, step: Step) -> bool:
        roles = self._core.acting().card.roles
        if SUPERVISOR in roles:
            return step.place == self._core.settings.profile
        return bool(set(roles).intersection(step.roles))

    def _where(self, view: str) -> tuple[str, tuple[Any, ...], str]:
        place = self._core.settings.address
        if view == "semua":
            return "1", (), "created DESC, number DESC"
        below, below_steps = _at(self._worked_from_a_list())
        if view == "keluar":
            where = f"origin=? AND status <> 'tutup' AND wait_place <> ? AND NOT {below}"
            return where, (place, place, *below_steps), LATE_FIRST
        here = "wait_place=? AND status <> 'tutup'"
        if view.startswith(STEP_LIST):
            title = view.removeprefix(STEP_LIST)
            at, steps = _at([(slug, step) for slug, step in self._listed() if step.list == title])
            return f"{here} AND transit_to='' AND {at}", (place, *steps), LATE_FIRST
        mine, roles = self._mine()
        at, steps = _at(self._listed())
        # What waits for the applicant stands in the list of its step.
        where = f"{here} AND {mine} AND NOT (clock='pemohon' AND {at}) AND NOT {below}"
        return where, (place, *roles, *steps, *below_steps), LATE_FIRST

    def _mine(self) -> tuple[str, list[str]]:
        """By which a case's next act is this officer's."""
        roles = self._core.acting().card.roles
        if SUPERVISOR in roles:
            return "1", []
        mine = " OR ".join("instr(wait_roles, ?)" for _ in roles)
        return f"({mine})", [f"|{role}|" for role in roles]

    def count(self, view: str) -> int:
        """How many cases a worklist has."""
        where, args, _ = self._where(view)
        return int(
            self._core.db.execute(f"SELECT count(*) FROM cases WHERE {where}", args).fetchone()[0]
        )

    def rows(self, view: str, offset: int, limit: int) -> list[CaseRow]:
        """A window of a worklist; what is late first."""
        where, args, order = self._where(view)
        rows = self._core.db.execute(
            f"SELECT {ROW_COLUMNS} FROM cases WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?",
            (*args, limit, offset),
        ).fetchall()
        return [self._timed(case_row(row)) for row in rows]

    def _timed(self, row: CaseRow) -> CaseRow:
        """A row with the working time that is left until it is due."""
        if not row.due:
            return row
        now, working = self._core.clock.now(), self._core.working
        first, last = sorted((now, row.due))
        minutes = working.between(first, last) // MINUTE
        left = minutes if now < row.due else -minutes
        return replace(row, left=left, sure=working.is_sure(first, last))

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
        rows = search(self._core, text, ROW_COLUMNS, limit)
        return [self._timed(case_row(row)) for row in rows]

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
        times = times_of(core, state)
        return CaseView(
            number=number,
            state=state,
            offers=offers,
            why_not=why_not or ("" if offers else self._files.why_nothing(state)),
            synced=waiting == 0,
            waiting_entries=waiting,
            exceptions=tuple(exception_rows(core, True, core.case_key(number))),
            warning=warning,
            related=self._related(state) if state else (),
            times=times.steps,
            whole=times.whole,
        )

    def _related(self, state: CaseState) -> tuple[Related, ...]:
        """The case that this one belongs to, and those it is linked with."""
        pairs = [(state.parent, "induk")] if state.parent else []
        pairs += [(one.number, one.kind) for one in state.links]
        known = {number for number, _ in pairs}
        pairs += [(number, "kembar") for number in state.linked if number not in known]
        return tuple(Related(number, kind, self._name(number)) for number, kind in pairs)

    def _name(self, number: str) -> str:
        row = self._core.db.execute("SELECT name FROM cases WHERE number=?", (number,)).fetchone()
        return str(row[0]) if row else ""

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
        from kiosk.cases.qr import read as read_qr

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
