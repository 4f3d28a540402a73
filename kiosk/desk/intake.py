"""Taking a case in: draft, likely duplicates, resi. The first step of every procedure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from config.forms import Form, visible
from config.lookups import REGIONS
from config.procedures import Procedure
from config.roles import OUTSIDERS, ROLES
from kiosk.cases.birth import named_as
from kiosk.cases.checks import Finding, check_field, check_form, normalise
from kiosk.cases.resi import case_id, kode_permohonan
from kiosk.cases.state import CaseState
from kiosk.cases.subject import subject_of
from kiosk.clock import day_of
from kiosk.desk.core import CENTRE, Core
from kiosk.desk.ledger import Act, Hand
from kiosk.desk.printing import Printing
from kiosk.desk.views import Draft, FormRefused, Submitted
from sync.entry import Placed

if TYPE_CHECKING:
    from kiosk.cases.chat import ChatReading
    from kiosk.cases.duplicates import Match

TWIN_FIELDS = ("anak_nama", "anak_jk", "anak_pukul", "anak_ke", "anak_berat", "anak_panjang")
"""What differs between the children of one birth; the rest is taken over."""

SAME_BIRTHS_WITHIN = timedelta(days=280)
"""One mother does not bear twice within nine months, twins apart (OpenCRVS rule #4441)."""

TWINS = "anak_kembar"
"""The form's question whose answer makes several cases of one birth."""

YEAR_MS = 365 * 24 * 3600 * 1000
CANDIDATE = "number, mother_nik, mother, birth, name, sex, nik, procedure, status = 'tutup'"


class Intake:
    """F2: a new application."""

    def __init__(self, core: Core, printing: Printing):
        self._core = core
        self._printing = printing

    def today(self) -> date:
        """The office's day, for checks of dates."""
        return day_of(self._core.clock.now())

    def form(self, procedure: str) -> Form:
        """The form of a procedure."""
        return self._core.form(self._core.procedures[procedure].form)

    def beginnable(self) -> list[Procedure]:
        """The procedures of which this officer may take a case in here, by their title; those of
        another city, which only training opens, come last.

        A procedure whose cases belong to another's case is not begun by itself.
        """
        core = self._core
        roles = {*core.acting().card.roles}
        settings = core.settings
        return sorted(
            (
                one
                for one in core.procedures.values()
                if not one.parent
                and one.first.place == settings.profile
                and ("supervisor" in roles or roles.intersection(one.first.roles))
                and one.open_in(settings.city, training=settings.training)
            ),
            key=lambda one: (not one.open_in(settings.city), one.title),
        )

    def beginners(self) -> list[str]:
        """The roles that may take cases in here, in the words of config."""
        settings = self._core.settings
        roles = [
            role
            for one in self._core.procedures.values()
            if not one.parent
            and one.first.place == settings.profile
            and one.open_in(settings.city, training=settings.training)
            for role in one.first.roles
            if role not in OUTSIDERS
        ]
        return [ROLES.get(role, role) for role in dict.fromkeys(roles)]

    # -- drafts ------------------------------------------------------------------------------

    def save_draft(
        self,
        form: str,
        values: Mapping[str, str],
        field: str,
        before: Sequence[Mapping[str, str]] = (),
        chat: str = "",
    ) -> None:
        """Keep what was typed so far; called at every field. ``before``, ``chat``: see Draft."""
        core = self._core
        kept = {"values": dict(values), "field": field, "before": [dict(one) for one in before]}
        body = json.dumps({**kept, "chat": chat} if chat else kept)
        with core.ledger.transaction():
            core.db.execute(
                "INSERT OR REPLACE INTO drafts VALUES (?,?,?,?)",
                (core.acting().id, form, body, core.clock.now()),
            )

    def draft(self, form: str) -> Draft | None:
        """What this officer had typed when the kiosk stopped, or None."""
        row = self._core.db.execute(
            "SELECT body, saved FROM drafts WHERE officer=? AND form=?",
            (self._core.acting().id, form),
        ).fetchone()
        if row is None:
            return None
        body = json.loads(row[0])
        before = tuple(body.get("before", ()))
        return Draft(body["values"], body["field"], row[1], before, body.get("chat", ""))

    def drop_draft(self, form: str) -> None:
        """The officer does not want to go on with the draft."""
        with self._core.ledger.transaction():
            self._core.db.execute(
                "DELETE FROM drafts WHERE officer=? AND form=?", (self._core.acting().id, form)
            )

    def carried(self, procedure: str) -> dict[str, str]:
        """What the next case usually shares with the last one this officer took in here."""
        row = self._core.db.execute(
            "SELECT case_id FROM cases WHERE procedure=? AND origin=? AND own"
            " ORDER BY created DESC LIMIT 1",
            (procedure, self._core.settings.address),
        ).fetchone()
        state = self._core.projection.state(row[0]) if row else None
        if state is None:
            return {}
        return {
            field.key: str(state.values[field.key])
            for field in self.form(procedure).fields
            if field.carry and state.values.get(field.key)
        }

    def read_chat(self, procedure: str, text: str) -> ChatReading:
        """What a pasted chat says for a procedure's form."""
        from kiosk.cases.chat import read_chat

        core, form = self._core, self.form(procedure)
        names = {field.lookup for field in form.fields if field.lookup} - {REGIONS}
        return read_chat(
            text,
            form,
            regions=core.regions,
            lookups={name: core.lookup(name) for name in names},
            today=self.today(),
        )

    # -- checks ------------------------------------------------------------------------------

    def check(self, form: Form, key: str, value: str, values: Mapping[str, str]) -> list[Finding]:
        """What is to say of one field when the officer leaves it."""
        return check_field(form.field(key), value, dict(values), self.today(), form.slug)

    def normalise(self, form: Form, key: str, value: str) -> str:
        """A field's value as it is stored."""
        return normalise(form.field(key), value)

    def duplicates(self, procedure: str, values: Mapping[str, str]) -> list[Match]:
        """Cases that may be this same application, likeliest first.

        Where the form asks the NIK of the person it is about: cases of that person. A birth has no
        NIK yet: cases of the same birth.
        """
        form = self.form(procedure)
        if form.has("anak_nik") or form.has("nik"):
            return self._same_person(procedure, values)
        return self._same_birth(values)

    def _same_birth(self, values: Mapping[str, str]) -> list[Match]:
        from kiosk.cases.duplicates import Candidate, likely

        birth = str(values.get("anak_tgl_lahir", ""))
        try:
            born = date.fromisoformat(birth)
        except ValueError:
            return []
        first, last = born - timedelta(days=3), born + timedelta(days=3)
        near = (born - SAME_BIRTHS_WITHIN).isoformat(), (born + SAME_BIRTHS_WITHIN).isoformat()
        rows = self._core.db.execute(
            f"SELECT {CANDIDATE} FROM cases WHERE birth BETWEEN ? AND ?"
            f" UNION SELECT {CANDIDATE} FROM cases"
            " WHERE mother_nik = ? AND mother_nik <> '' AND birth BETWEEN ? AND ?",
            (first.isoformat(), last.isoformat(), str(values.get("ibu_nik", "")), *near),
        ).fetchall()
        return likely(values, [Candidate(*row) for row in rows])

    def _same_person(self, procedure: str, values: Mapping[str, str]) -> list[Match]:
        """Open cases of this procedure for the person, those ended within a year, and births."""
        from kiosk.cases.duplicates import Candidate, same_person

        who = subject_of(values)
        births = [slug for slug, one in self._core.procedures.items() if self._asks_twins(one)]
        asked = [procedure, *births]
        rows = self._core.db.execute(
            f"SELECT {CANDIDATE} FROM cases"
            " WHERE ((nik = ? AND nik <> '') OR (birth = ? AND birth <> ''))"
            " AND (status <> 'tutup' OR updated >= ?)"
            f" AND procedure IN ({','.join('?' * len(asked))})",
            (who.nik, who.birth, self._core.clock.now() - YEAR_MS, *asked),
        ).fetchall()
        return same_person(who, [Candidate(*row) for row in rows])

    def _asks_twins(self, procedure: Procedure) -> bool:
        return self._core.form(procedure.form).has(TWINS)

    # -- the act -----------------------------------------------------------------------------

    def submit(
        self,
        procedure: str,
        values: Mapping[str, str],
        twins: Sequence[Mapping[str, str]] = (),
        decisions: Sequence[Mapping[str, str]] = (),
    ) -> list[Submitted]:
        """Take the case in: one transaction gives number, entry, resi and control card.

        ``twins`` are the values of the other children of the same birth; each becomes a linked
        case with a resi of its own. ``decisions`` are the officer's word on each likely
        duplicate: {"nomor", "keputusan", "alasan"}. Raises FormRefused.
        """
        core = self._core
        hand = core.hand()
        rules = core.procedures[procedure]
        form = core.form(rules.form)
        children = self._children(form, values, twins)
        made: list[Submitted] = []
        with core.ledger.transaction():
            numbers = core.next_numbers(len(children))
            for number, child in zip(numbers, children, strict=True):
                data: dict[str, Any] = {}
                if len(numbers) > 1:
                    data["kembar"] = [one for one in numbers if one != number]
                if decisions:
                    data["duplikat"] = [dict(one) for one in decisions]
                placed = self._write(hand, rules, number, child, data)
                self._printing.queue_intake(number, placed)
                name = subject_of(child).name
                made.append(Submitted(number, kode_permohonan(number), name))
            core.db.execute(
                "DELETE FROM drafts WHERE officer=? AND form=?", (hand.officer, form.slug)
            )
        return made

    def take_in(
        self,
        hand: Hand,
        procedure: str,
        values: Mapping[str, str],
        *,
        parent: str = "",
        data: Mapping[str, Any] | None = None,
    ) -> str:
        """Take one case in, without papers and without asking for duplicates; gives its number.

        Inside a transaction. ``parent`` is the number of the case it belongs to, ``data`` goes
        with the application as it is ("tautan", "duplikat"). Raises FormRefused.
        """
        rules = self._core.procedures[procedure]
        (child,) = self._children(self._core.form(rules.form), values, ())
        (number,) = self._core.next_numbers(1)
        more = {**(data or {}), **({"induk": parent} if parent else {})}
        self._write(hand, rules, number, child, more)
        return number

    def _write(
        self,
        hand: Hand,
        rules: Procedure,
        number: str,
        values: Mapping[str, str],
        more: Mapping[str, Any],
    ) -> Placed:
        """The entry by which a case begins; where no paper travels it says where the case is."""
        core = self._core
        here = core.settings.address
        data: dict[str, Any] = {
            "nomor": number,
            "prosedur": rules.slug,
            "isi": dict(values),
            "daftar": number.rsplit("-", 2)[0],
            **more,
        }
        to = [here, CENTRE]
        if values.get("telepon"):
            # Whoever calls about this case is known there by his number.
            to += core.places("pengaduan")
        if not rules.berkas:
            state = CaseState(number=number, procedure=rules.slug, values=values, origin=here)
            data["ke"] = core.address_for(rules.begin.place, state)
            to.append(data["ke"])
        addressed = tuple(dict.fromkeys(to))
        act = Act(case_id(number), "permohonan", rules.first.id, to=addressed, data=data)
        return core.ledger.write(hand, act)

    def _children(
        self, form: Form, values: Mapping[str, str], twins: Sequence[Mapping[str, str]]
    ) -> list[dict[str, str]]:
        base = {k: normalise(form.field(k), v) for k, v in values.items() if form.has(k) and v}
        children = [base]
        for twin in twins:
            own = {k: normalise(form.field(k), v) for k, v in twin.items() if k in TWIN_FIELDS}
            children.append({**base, **own})
        children = [
            {k: v for k, v in child.items() if visible(form.field(k), child)} for child in children
        ]
        for at, child in enumerate(children):
            refused = [f for f in check_form(form, child, self.today()) if f.level == "tolak"]
            if twin := named_as(child, children[:at]):
                refused.append(twin)
            if refused:
                raise FormRefused(refused)
        return children
