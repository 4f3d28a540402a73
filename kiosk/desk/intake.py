"""Taking a case in: draft, likely duplicates, resi. KADO CAMER step 1."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from config.forms import Form, visible
from kiosk.cases.checks import Finding, check_field, check_form, normalise
from kiosk.cases.duplicates import Candidate, Match, likely
from kiosk.cases.resi import case_id, kode_permohonan
from kiosk.clock import day_of
from kiosk.desk.core import CENTRE, Core
from kiosk.desk.ledger import Act
from kiosk.desk.printing import Printing
from kiosk.desk.views import Draft, FormRefused, Submitted

TWIN_FIELDS = ("anak_nama", "anak_jk", "anak_pukul", "anak_ke", "anak_berat", "anak_panjang")
"""What differs between the children of one birth; the rest is taken over."""

SAME_BIRTHS_WITHIN = timedelta(days=280)
"""One mother does not bear twice within nine months, twins apart (OpenCRVS rule #4441)."""


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

    # -- drafts ------------------------------------------------------------------------------

    def save_draft(
        self,
        form: str,
        values: Mapping[str, str],
        field: str,
        before: Sequence[Mapping[str, str]] = (),
    ) -> None:
        """Keep what was typed so far; called at every field. ``before``: see Draft."""
        core = self._core
        body = json.dumps(
            {"values": dict(values), "field": field, "before": [dict(one) for one in before]}
        )
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
        return Draft(body["values"], body["field"], row[1], tuple(body.get("before", ())))

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

    # -- checks ------------------------------------------------------------------------------

    def check(self, form: Form, key: str, value: str, values: Mapping[str, str]) -> list[Finding]:
        """What is to say of one field when the officer leaves it."""
        return check_field(form.field(key), value, dict(values), self.today())

    def normalise(self, form: Form, key: str, value: str) -> str:
        """A field's value as it is stored."""
        return normalise(form.field(key), value)

    def duplicates(self, values: Mapping[str, str]) -> list[Match]:
        """Cases that may be this same birth, likeliest first."""
        birth = str(values.get("anak_tgl_lahir", ""))
        try:
            born = date.fromisoformat(birth)
        except ValueError:
            return []
        first, last = born - timedelta(days=3), born + timedelta(days=3)
        near = (born - SAME_BIRTHS_WITHIN).isoformat(), (born + SAME_BIRTHS_WITHIN).isoformat()
        rows = self._core.db.execute(
            "SELECT number, mother_nik, mother, birth, child, sex FROM cases"
            " WHERE birth BETWEEN ? AND ?"
            " UNION SELECT number, mother_nik, mother, birth, child, sex FROM cases"
            " WHERE mother_nik = ? AND mother_nik <> '' AND birth BETWEEN ? AND ?",
            (first.isoformat(), last.isoformat(), str(values.get("ibu_nik", "")), *near),
        ).fetchall()
        return likely(values, [Candidate(*row) for row in rows])

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
                data: dict[str, Any] = {
                    "nomor": number,
                    "prosedur": procedure,
                    "isi": child,
                    "daftar": number.rsplit("-", 2)[0],
                }
                if len(numbers) > 1:
                    data["kembar"] = [one for one in numbers if one != number]
                if decisions:
                    data["duplikat"] = [dict(one) for one in decisions]
                placed = core.ledger.write(
                    hand,
                    Act(
                        case_id(number),
                        "permohonan",
                        rules.first.id,
                        to=tuple(dict.fromkeys((core.settings.address, CENTRE))),
                        data=data,
                    ),
                )
                self._printing.queue_intake(number, placed)
                made.append(Submitted(number, kode_permohonan(number), child["anak_nama"]))
            core.db.execute(
                "DELETE FROM drafts WHERE officer=? AND form=?", (hand.officer, form.slug)
            )
        return made

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
        for child in children:
            refused = [f for f in check_form(form, child, self.today()) if f.level == "tolak"]
            if refused:
                raise FormRefused(refused)
        return children
