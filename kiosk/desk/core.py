"""What every part of the desk stands on: the opened folder, the rules, who is logged in."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from config.calendar import calendar_digest, calendar_files, load_calendar
from config.errors import ConfigError
from config.forms import Form, load_form
from config.lookups import LOOKUPS, Lookup, lookup
from config.procedures import FORMS, PROCEDURES, Procedure, Step, load_all
from kiosk.cases.engine import may_record
from kiosk.cases.resi import EPOCH_DIGITS, BadNumber, case_id, make_number, parse
from kiosk.cases.state import CaseState
from kiosk.cases.working_time import WorkingTime
from kiosk.clock import day_of
from kiosk.desk.front import DeskRefused, FrontDoor
from kiosk.desk.ledger import Hand, Ledger
from kiosk.desk.lives import IDENTITY, begin_life, copied
from kiosk.desk.views import Officer, Refusal
from kiosk.keys import DEVICE_KEY
from kiosk.store.marks import HighWater, identity
from kiosk.store.projection import Projection
from kiosk.store.rebuild import rebuild_tables
from kiosk.store.schema import REBUILD
from kiosk.texts import say
from sync.entry import EntryError
from sync.journal import Journal

if TYPE_CHECKING:
    from config.policy import CollectorPolicy
    from config.regions import Place, Regions

CENTRE = "dinas"
"""The address of the city's dinas: every case is addressed to it."""

TEAM = "tim"
"""The answer that holds a field team's address, such as lapangan:01."""

CALENDAR = "calendar"
"""The note (table ``meta``) of the calendar by which the cases' times were counted."""

YEARS = range(2000, 2100)
"""A number has two digits for its year (kiosk.cases.resi)."""


def _rules(folder: Path) -> Mapping[str, Procedure]:
    """The procedures that come with this software, and the office's own in the data folder; an
    own one stands for ours of the same name. Raises DeskRefused."""
    try:
        return {**load_all(), **load_all(folder / PROCEDURES.name)}
    except ConfigError as error:
        raise DeskRefused(str(error)) from error


class Core:
    """The folder, the ledger and the rules. Used by one thread."""

    def __init__(self, front: FrontDoor, procedures: Mapping[str, Procedure] | None = None):
        self.front = front
        self.settings = front.settings
        self.clock = front.clock
        self.db: sqlite3.Connection = front.connection
        self.procedures = _rules(front.folder) if procedures is None else procedures
        self.journal = Journal(self.db, front.settings.code)
        self.projection = Projection(
            self.db, self.journal, self.procedures, front.settings.code, lambda: self.working
        )
        self.high_water = HighWater(front.folder)
        self.ledger = Ledger(self.db, self.journal, self.projection, front.clock, self.high_water)
        self.officer: Officer | None = None
        self._check_device()
        self._bring_up()

    def _check_device(self) -> None:
        """That the kiosk's own key lies in its folder, and is the one it was founded with."""
        announced = self.front.meta("device")
        try:
            if self.front.keys.device().public.hex() == announced:
                return
        except (OSError, ValueError):
            pass
        raise DeskRefused(
            say(
                "Kunci kiosk {file} hilang atau bukan milik folder data ini. Hubungi pengelola.",
                file=self.front.folder / DEVICE_KEY,
            )
        )

    def _bring_up(self) -> None:
        """Make the read tables after a change of their shape; see to a copied or restored folder
        before anything is written in it."""
        if self.front.meta(REBUILD):
            with self.ledger.transaction():
                rebuild_tables(self.db, self.journal, self.projection)
                self.front.note(CALENDAR, "")
        self._follow_calendar()
        mark = self.high_water.read()  # before the head: it is written after it
        why = copied(self, mark)
        if why:
            with self.ledger.transaction():
                begin_life(self, why)
        elif not self.front.meta(IDENTITY):
            with self.ledger.transaction():
                self.front.note(IDENTITY, identity(self.front.folder))

    def _follow_calendar(self) -> None:
        """Count anew what is due when, after the office changed its hours or holidays."""
        try:
            digest = calendar_digest(self.front.folder)
            if digest != self.front.meta(CALENDAR):
                with self.ledger.transaction():
                    self.projection.deadlines.renew(self.projection.state)
                    self.front.note(CALENDAR, digest)
        except (ConfigError, OSError) as error:
            raise DeskRefused(str(error)) from error

    @cached_property
    def working(self) -> WorkingTime:
        """Working time by the office's calendar, read when first needed. Raises ConfigError."""
        return WorkingTime(load_calendar(*calendar_files(self.front.folder)))

    @cached_property
    def regions(self) -> Regions:
        """The region table, read when first needed."""
        from config.regions import Regions

        return Regions.load(city=self.settings.city)

    @cached_property
    def policy(self) -> CollectorPolicy:
        """Who may collect a card, with which papers."""
        from config.policy import load_policy

        return load_policy()

    def lookup(self, name: str) -> Lookup:
        """A code list by its name."""
        return lookup(name)

    def place_name(self, address: str) -> str:
        """A place's name, as pusat announced its kiosk; the address when it is not known."""
        row = self.db.execute(
            "SELECT name FROM trust WHERE place=? AND kind='kiosk' AND name <> ''", (address,)
        ).fetchone()
        return str(row[0]) if row else address

    def places(self, profile: str) -> tuple[str, ...]:
        """The addresses of the city's kiosks of a profile, as pusat announced them, in order."""
        rows = self.db.execute(
            "SELECT DISTINCT place FROM trust WHERE kind='kiosk' AND place LIKE ? || ':%'"
            " ORDER BY place",
            (profile,),
        )
        return tuple(place for (place,) in rows)

    def officer_name(self, officer: str) -> str:
        """An officer's name by id, as announced; the id when he is not known here."""
        row = self.db.execute(
            "SELECT name FROM trust WHERE owner=? AND kind='petugas'", (officer,)
        ).fetchone()
        return str(row[0]) if row else officer

    def officer_names(self) -> dict[str, str]:
        """The name of every officer that is known here, by id."""
        rows = self.db.execute("SELECT owner, name FROM trust WHERE kind='petugas'")
        return dict(rows.fetchall())

    def find_regions(self, text: str, limit: int) -> list[Place]:
        """Kelurahan by a fragment of their present or old name."""
        return self.regions.find(text, limit)

    @staticmethod
    def lookup_names() -> tuple[str, ...]:
        """The code lists there are."""
        return tuple(sorted(path.stem for path in LOOKUPS.glob("*.csv")))

    def form(self, slug: str) -> Form:
        """The form a procedure is taken in with: the office's own, or the one that comes with this
        software."""
        own = self.front.folder / FORMS.name / f"{slug}.toml"
        return load_form(own if own.exists() else FORMS / own.name)

    # -- who ---------------------------------------------------------------------------------

    def acting(self) -> Officer:
        """The officer at the desk. Raises Refusal when it is locked."""
        if self.officer is None:
            raise Refusal(say("Kiosk terkunci. Masuk dahulu dengan PIN."))
        return self.officer

    def hand(self) -> Hand:
        """The officer's paraf."""
        officer = self.acting()
        return Hand(officer.id, officer.place, officer.key)

    def device_hand(self) -> Hand:
        """The kiosk's own signature, for what no officer does."""
        key = self.front.keys.device()
        return Hand(f"kiosk:{self.settings.code}", self.settings.address, key)

    @staticmethod
    def case_key(number: str) -> bytes:
        """The key under which the journal files a number."""
        return case_id(number)

    # -- which case --------------------------------------------------------------------------

    def state(self, number: str) -> CaseState | None:
        """A case's state by its number, None when nothing of it is here.

        Raises Refusal when an entry of it is damaged.
        """
        return self.folded(case_id(number), number)

    def folded(self, case: bytes, shown: str = "") -> CaseState | None:
        """A case's state by its key, as ``state``; ``shown`` names it in a refusal."""
        self.ledger.renew()
        try:
            return self.projection.state(case)
        except EntryError as error:
            raise Refusal(
                say(
                    "Catatan {number} di jurnal rusak. Jalankan kiosk verify; hubungi pengelola.",
                    number=shown or case.hex(),
                )
            ) from error

    def known(self, number: str) -> CaseState:
        """A case that has data here. Raises Refusal."""
        state = self.state(number)
        if state is None:
            raise Refusal(say("Kasus {number} belum ada di kiosk ini.", number=number))
        return state

    def step_of(self, state: CaseState, seen: str = "") -> tuple[Procedure, Step]:
        """A case's procedure and its present step; ``seen`` is the step an officer reads off the
        paper card of a case whose data has not arrived. Raises Refusal."""
        procedure = self.procedures.get(state.procedure)
        step = procedure.find(state.step or seen) if procedure else None
        if procedure is None or step is None:
            raise Refusal(
                say("Data kasus {number} belum tiba. Terima berkasnya dahulu.", number=state.number)
            )
        return procedure, step

    def demand_turn(self, state: CaseState, step: Step) -> None:
        """That this officer may record this step here. Raises Refusal."""
        officer = self.acting()
        why = may_record(state, step, officer.card.roles, officer.place)
        if why:
            raise Refusal(why)

    def address_for(
        self, profile: str, state: CaseState, filled: Mapping[str, str] | None = None
    ) -> str:
        """Where a step of this profile is done for this case; ``filled`` is what the officer
        writes down with the outcome that leads there. Raises Refusal when unknown."""
        if profile == "dinas":
            return CENTRE
        here = self.settings.address if self.settings.profile == profile else ""
        match profile:
            case "uptd":
                target = self.card_goes_to(state)
            case "lapangan":
                told = (line.isi.get(TEAM, "") for line in reversed(state.lines))
                given = ((filled or {}).get(TEAM, ""), *told, state.values.get(TEAM, ""))
                target = next(filter(None, given), here)
            case _:
                began_there = state.origin.partition(":")[0] == profile
                target = state.origin if began_there else here or state.origin
        if not target:
            raise Refusal(
                say(
                    "Tujuan {number} belum diketahui: datanya belum tiba. Tekan F7, lalu ulangi.",
                    number=state.number,
                )
            )
        return target

    def card_goes_to(self, state: CaseState) -> str:
        """Where the child's card is collected: by kelurahan of domicile, never by NIK or by an
        old kecamatan's name; a family of another city collects at the facility (SOP step 7).
        Empty as long as the application has not arrived."""
        uptd = self.regions.uptd_for(str(state.values.get("kelurahan", "") or ""))
        return uptd.address if uptd else state.origin

    def next_numbers(self, count: int, kind: str = "") -> list[str]:
        """The next resi or batch numbers of today. Inside the transaction that uses them.

        Raises Refusal when the clock's year is none of ours, or the day's numbers are used up.
        """
        day = day_of(self.clock.now())
        if day.year not in YEARS:
            raise Refusal(
                say(
                    "Jam kiosk menunjuk {day}. Betulkan tanggal dan jam dahulu, lalu ulangi.",
                    day=f"{day:%d-%m-%Y}",
                )
            )
        row = self.db.execute(
            "SELECT last FROM serials WHERE day=? AND kind=?", (day.isoformat(), kind)
        ).fetchone()
        last = row[0] if row else 0
        # Serials of a day go on through all epochs, so a digit that comes round again is harmless.
        digit = self.journal.epoch % EPOCH_DIGITS
        try:
            return [
                make_number(self.settings.code, digit, day, last + n, kind)
                for n in range(1, count + 1)
            ]
        except ValueError as error:
            raise Refusal(say("Nomor untuk hari ini sudah habis. Hubungi pengelola.")) from error

    @staticmethod
    def number(text: str) -> str:
        """A typed number in its full form. Raises Refusal on a mistyped one."""
        try:
            return parse(text).text
        except BadNumber as error:
            raise Refusal(str(error)) from error

    @classmethod
    def case_number(cls, text: str) -> str:
        """A case's typed number in its full form. Raises Refusal, also on that of a list."""
        number = cls.number(text)
        if parse(number).kind:
            raise Refusal(say("{number} nomor daftar, bukan nomor kasus.", number=number))
        return number
