"""Correcting what an application says, and tying cases together. Nothing is overwritten: old value,
new value and reason stay on the card."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from config.forms import Field, Form, visible
from kiosk.cases.card import CLOSED, STALE_CARD, WAITING
from kiosk.cases.checks import check_form, normalise
from kiosk.cases.places import place_word
from kiosk.cases.plain import list_of, plain_map, text_of
from kiosk.cases.reporting import shown_answer
from kiosk.cases.resi import case_id
from kiosk.cases.state import CaseState
from kiosk.cases.sworn import lacking, sworn
from kiosk.clock import day_of
from kiosk.desk.composing import Composing
from kiosk.desk.core import CENTRE, Core
from kiosk.desk.files import Files
from kiosk.desk.ledger import Act
from kiosk.desk.views import FormRefused, Refusal
from kiosk.texts import said, say

EDITORS = ("operator", "operator-editor")
"""Who corrects entries at the dinas (AKAPELA step 5) and wherever the file lies."""

ON_CARD = (
    *("nama", "nik", "tempat_lahir", "tgl_lahir", "jk", "gol_darah", "agama", "no_kk"),
    *("alamat", "rt", "rw", "kelurahan"),
)
"""Answers that stand on a KIA or KTP-el; of a child their keys begin with ``anak_``."""

KINDS = ("kembar", "keluarga", "terkait", "ganti")
"""How two cases may belong together. "ganti": this case replaces the other one."""

REPLACED = "diganti"
"""What "ganti" is seen from the other side."""

MOST_RELATIVES = 20
NIK_DIGITS = 16
"""Of a NIK and of a KK number."""


class Change(NamedTuple):
    """One answer that a correction changes."""

    field: Field
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a correction did: ``again`` are the papers that say something else now, ``stale``
    whether a printed card no longer agrees with its case."""

    changes: tuple[Change, ...]
    again: tuple[str, ...]
    stale: bool


@dataclass(frozen=True, slots=True)
class CorrectedRow:
    """One answer that was corrected, as a list shows it; ``time`` in milliseconds."""

    label: str
    old: str
    new: str
    reason: str
    officer: str
    time: int


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A case that belongs to another, or may: ``kind`` how, ``why`` what speaks for it. Of one
    that is not here only the number is known."""

    number: str
    kind: str
    name: str = ""
    procedure: str = ""
    step: str = ""
    status: str = ""
    why: str = ""


class Corrections:
    """Ralat and tautan."""

    def __init__(self, core: Core, files: Files):
        self._core = core
        self._files = files
        self._composing = Composing(core)

    # -- ralat -------------------------------------------------------------------------------

    def form(self, number: str) -> Form:
        """The form by which a case was taken in. Raises Refusal before its data has arrived."""
        state = self._core.known(number)
        return self._core.form(self._composing.rules(state).form)

    def why_not(self, number: str) -> str:
        """Why this officer may not correct a case, in plain words; empty when he may.

        He may when its step is his to record; as an operator or operator editor also at the dinas
        and where the file lies; as a supervisor at every place that has the case. A closed case is
        corrected by a supervisor only.
        """
        state = self._core.known(number)
        if state.status == WAITING:
            return say("Data kasus ini belum tiba. Tekan F7, lalu ulangi.")
        roles = self._core.acting().card.roles
        if "supervisor" in roles:
            return ""
        if state.status == CLOSED:
            return say("Kasus yang sudah selesai hanya diralat oleh supervisor.")
        here = self._core.settings.address
        if here in (CENTRE, state.holder_place) and set(EDITORS) & set(roles):
            return ""
        if any(offer.kind != "terima" for offer in self._files.offers_for(state)):
            return ""
        return self._files.why_nothing(state) or say("Terima dahulu berkasnya, lalu ralat.")

    def changes(self, number: str, answers: Mapping[str, str]) -> list[Change]:
        """What differs between a case and these answers (some or all of its form's), each checked
        by the form's own rules. An answer that is no longer asked becomes empty.

        Raises FormRefused on the field, Refusal when nothing differs.
        """
        state, form = self._core.known(number), self.form(number)
        unknown = [key for key in answers if not form.has(key)]
        if unknown:
            raise Refusal(say("Isian {key} tidak ada di formulir ini.", key=unknown[0]))
        wanted = {**state.values, **answers}
        new: dict[str, str] = {}
        for field in form.fields:
            if visible(field, new):
                new[field.key] = normalise(field, wanted.get(field.key, ""))
        found = [
            Change(field, old, new.get(field.key, ""))
            for field in form.fields
            if (old := state.values.get(field.key, "")) != new.get(field.key, "")
        ]
        self._demand_sound(form, state.values, new, {one.field.key for one in found})
        if not found:
            raise Refusal(say("Tidak ada isian yang berubah."))
        return found

    def _demand_sound(
        self, form: Form, before: Mapping[str, str], new: Mapping[str, str], changed: set[str]
    ) -> None:
        """That the form's rules let these answers pass. What they say today of an answer that
        stays as it was (a child has turned 17 since) holds up no correction. Raises FormRefused."""
        today = day_of(self._core.clock.now())
        stood = {(one.key, one.says) for one in check_form(form, before, today)} if changed else ()
        refused = [
            one
            for one in check_form(form, new, today)
            if one.level == "tolak" and (one.key in changed or (one.key, one.says) not in stood)
        ]
        if refused:
            raise FormRefused(refused)

    def correct(self, number: str, answers: Mapping[str, str], reason: str) -> Corrected:
        """Write a correction down: old value, new value, reason. ``answers``: see ``changes``.

        Raises Refusal, also when the officer may not (``why_not``), FormRefused.
        """
        core = self._core
        if not reason.strip():
            raise Refusal(say("Tulis alasan ralat."))
        with core.ledger.transaction():
            why = self.why_not(number)
            if why:
                raise Refusal(why)
            before, changes = core.known(number), self.changes(number, answers)
            procedure = self._composing.rules(before)
            papers, told = self._papers(number), dict(before.values)
            card_to = core.card_goes_to(before)
            self._write(
                before,
                "ralat",
                {
                    "ubah": {one.field.key: [one.old, one.new] for one in changes},
                    "alasan": reason.strip(),
                },
            )
            after = core.known(number)
            stale = self._stale(after, changes, card_to)
            if stale:
                self._write(after, "pengecualian", {"jenis": STALE_CARD, "fakta": stale})
        again = [paper for paper, says in self._papers(number).items() if papers.get(paper) != says]
        again += [kind for kind in sworn(after.values) if kind not in sworn(told)]
        if procedure.control_card:
            again.append("kartu")
        return Corrected(tuple(changes), tuple(dict.fromkeys(again)), bool(stale))

    def _write(self, state: CaseState, act: str, data: Mapping[str, Any]) -> None:
        """One act on a case, told to all who have its paper or wait for it."""
        core = self._core
        at = state.transit.to if state.transit else state.holder_place
        goes_to = core.card_goes_to(state)
        more = tuple(one for one in (at, goes_to) if one)
        to = self._files.addresses(state, *more)
        core.ledger.write(
            core.hand(), Act(case_id(state.number), act, state.step, to=to, data=data)
        )

    def _papers(self, number: str) -> dict[str, object]:
        """What the papers that a family was given say now."""
        state = self._core.known(number)
        paraf = self._composing.intake_hash(number)
        says: dict[str, object] = {}
        if not self._composing.rules(state).parent:
            says["resi"] = self._composing.resi(number, paraf).blocks
        for kind in sworn(state.values):
            if not lacking(kind, state.values):
                says[kind] = self._composing.sptjm(kind, number).blocks
        return says

    def _stale(self, state: CaseState, changes: Iterable[Change], card_to: str) -> dict[str, Any]:
        """What is wrong with a card that was printed already; nothing when all is well."""
        procedure = self._composing.rules(state)
        printed = any(
            (step := procedure.find(at)) and (done := step.outcome(outcome)) and done.uses
            for at, outcome in state.outcomes.items()
        )
        keys = [one.field.key for one in changes]
        shown = [key for key in keys if key.removeprefix("anak_") in ON_CARD]
        if not printed or not shown:
            return {}
        facts: dict[str, Any] = {"isian": shown}
        goes_to = self._core.card_goes_to(state)
        if goes_to != card_to:
            facts |= {"tujuan lama": card_to, "tujuan": goes_to}
        return facts

    def history(self, number: str) -> list[CorrectedRow]:
        """What was corrected in a case, newest first; numbers of persons masked."""
        state = self._core.known(number)
        if not state.corrections:
            return []
        form, names = self.form(number), self._core.officer_names()
        rows = [
            CorrectedRow(
                said(form.field(one.key).label) if form.has(one.key) else one.key,
                self.shown(form, one.key, one.old),
                self.shown(form, one.key, one.new),
                one.reason,
                names.get(one.officer, one.officer),
                one.time,
            )
            for one in state.corrections
        ]
        return rows[::-1]

    def facts(self, number: str, facts: Mapping[str, Any]) -> list[str]:
        """What an exception opened by a correction is about, in words: numbers of persons masked.
        Raises Refusal."""
        form = self.form(number)
        keys = [text_of(key) for key in list_of(facts.get("isian"))]
        labels = {key: said(form.field(key).label) if form.has(key) else key for key in keys}
        now, wanted = plain_map(facts.get("sekarang")), plain_map(facts.get("ralat"))
        lines = [
            say(
                "{isian}: sekarang {sekarang}, ralat yang tidak diterima {ralat}",
                isian=labels[key],
                sekarang=self.shown(form, key, text_of(now.get(key))) or "-",
                ralat=self.shown(form, key, text_of(wanted.get(key))) or "-",
            )
            for key in keys
            if key in wanted
        ]
        if not lines:
            lines = [say("Isian: {isian}", isian=", ".join(labels.values()))]
        before, after = text_of(facts.get("tujuan lama")), text_of(facts.get("tujuan"))
        if after:
            words = say(
                "Kartu dahulu untuk {lama}, sekarang untuk {baru}.",
                lama=place_word(before) or "-",
                baru=place_word(after),
            )
            lines.append(words)
        return lines

    def shown(self, form: Form, key: str, value: str) -> str:
        """An answer in words, numbers of persons masked."""
        field = form.field(key) if form.has(key) else None
        if field is not None and field.lookup and value:
            return self._composing.named(field.lookup, value)
        return shown_answer(field, value, lambda code: code)

    # -- tautan ------------------------------------------------------------------------------

    def link(self, number: str, other: str, kind: str) -> None:
        """Tie two cases together, on the cards of both; ``other`` may be a case that is not here.

        Raises Refusal: an unknown kind, a number that is none, the same case, tied already.
        """
        core = self._core
        if kind not in KINDS:
            raise Refusal(say("Pilih jenis tautannya."))
        other = core.case_number(other)
        if other == number:
            raise Refusal(say("Itu nomor kasus ini sendiri. Ketik nomor kasus yang lain."))
        with core.ledger.transaction():
            state = core.known(number)
            if any((one.number, one.kind) == (other, kind) for one in state.links):
                raise Refusal(say("Kasus {number} sudah ditautkan.", number=other))
            self._tie(number, state, other, kind)
            self._tie(other, core.state(other), number, REPLACED if kind == "ganti" else kind)

    def _tie(self, number: str, state: CaseState | None, other: str, kind: str) -> None:
        core = self._core
        data = {"ke": other, "jenis": kind, "nomor": number}
        to = self._files.addresses(state)
        core.ledger.write(core.hand(), Act(case_id(number), "tautan", to=to, data=data))

    def linked(self, number: str) -> list[LinkRow]:
        """The cases tied to this one: its parent, the twins of one birth, and what was tied."""
        state = self._core.known(number)
        tied = [(state.parent, "induk")] if state.parent else []
        tied += [(twin, "kembar") for twin in state.linked]
        tied += [(one.number, one.kind) for one in state.links]
        return [self._row(other, kind) for other, kind in dict.fromkeys(tied)]

    def _row(self, number: str, kind: str, why: str = "") -> LinkRow:
        row = self._core.db.execute(
            "SELECT name, procedure, step, status FROM cases WHERE number=?", (number,)
        ).fetchone()
        name, procedure, step, status = row or ("", "", "", "")
        return LinkRow(number, kind, name, procedure, step, status, why)

    def family(self, number: str) -> list[LinkRow]:
        """Cases that may be of the same family: the same KK number, or a parent's NIK. Only a
        suggestion; an officer ties them."""
        core = self._core
        values = core.known(number).values
        tied = {number, *(one.number for one in self.linked(number))}
        asked = {
            value: why
            for key, why in _family_words().items()
            if (value := values.get(key, "")).isdigit() and len(value) == NIK_DIGITS
        }
        if not asked:
            return []
        query = " OR ".join(f'"{one}"' for one in asked)
        rows = core.db.execute(
            "SELECT cases.number FROM case_words w JOIN cases ON cases.rowid = w.rowid"
            " WHERE case_words MATCH ? ORDER BY w.rowid DESC LIMIT ?",
            (query, MOST_RELATIVES + len(tied)),
        ).fetchall()
        found = [self._relative(other, asked) for (other,) in rows if other not in tied]
        return found[:MOST_RELATIVES]

    def _relative(self, number: str, asked: Mapping[str, str]) -> LinkRow:
        state = self._core.state(number)
        values = set(state.values.values()) if state else set[str]()
        why = ", ".join(dict.fromkeys(why for one, why in asked.items() if one in values))
        return self._row(number, "keluarga", why)


def _family_words() -> dict[str, str]:
    """The answers that the cases of one family share, and how that is said."""
    return {
        "no_kk": say("nomor KK sama"),
        "ibu_nik": say("NIK ibu sama"),
        "ayah_nik": say("NIK ayah sama"),
        "nik": say("NIK sama"),
    }
