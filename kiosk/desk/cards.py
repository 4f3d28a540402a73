"""Handing a card to the one who collects it: once, to the right person, with papers seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from config.forms import Field
from config.policy import Relation
from config.roles import ROLES
from kiosk.cases.checks import check_field, normalise, same_name
from kiosk.cases.places import place_word
from kiosk.clock import day_of, stamp
from kiosk.desk.core import Core
from kiosk.desk.files import Files
from kiosk.desk.ledger import Act
from kiosk.desk.views import ExceptionRow, FormRefused, Refusal
from kiosk.desk.worklist import exception_rows
from kiosk.keys import OfficerCard
from kiosk.texts import said, say

COLLECTOR_NIK = Field("nik", "NIK pengambil", "nik")
"""Judged like every NIK; only its last digits are kept."""


class NeedsApproval(Refusal):
    """The act waits for the word of another officer, by his PIN."""


@dataclass(frozen=True, slots=True)
class Approval:
    """That an officer who may agree has agreed to one hand-over, by his PIN."""

    number: str
    officer: str


class Cards:
    """The collector check and the hand-over. SOP 001 step 5, Permendagri 2/2016 pasal 13."""

    def __init__(self, core: Core, files: Files):
        self._core = core
        self._files = files

    def relations(self) -> tuple[Relation, ...]:
        """Who may collect, and with which papers."""
        return self._core.policy.relations

    def parents(self, number: str) -> tuple[str, ...]:
        """The parents' names on the case, against which a parent is compared."""
        values = self._core.known(number).values
        names = (str(values.get(key, "") or "") for key in ("ibu_nama", "ayah_nama"))
        return tuple(name for name in names if name)

    def already(self, number: str) -> str:
        """Who took this card, in plain words; empty when it is still here."""
        row = self._core.db.execute(
            "SELECT officer, place, time FROM claims WHERE claim=? ORDER BY time LIMIT 1",
            (f"kia:{number}",),
        ).fetchone()
        if row is None:
            return ""
        officer, place, when = row
        return say(
            "KIA {number} sudah diserahkan {when} oleh {officer} ({place}). Jangan serahkan lagi.",
            number=number,
            when=stamp(when),
            officer=self.officer_name(officer),
            place=place_word(place),
        )

    def officer_name(self, officer: str) -> str:
        """An officer's name by id, as announced; the id when he is not known here."""
        row = self._core.db.execute(
            "SELECT name FROM trust WHERE owner=? AND kind='petugas'", (officer,)
        ).fetchone()
        return str(row[0]) if row else officer

    def initials(self) -> dict[str, str]:
        """The initials (paraf) of every officer known here, by id."""
        rows = self._core.db.execute("SELECT owner, initials FROM trust WHERE kind='petugas'")
        return dict(rows.fetchall())

    def name_differs(self, number: str, relation: Relation, name: str) -> bool:
        """Whether one who says he is a parent bears another name than the parents on the case."""
        if relation.key != self._core.policy.default.key:
            return False
        return not any(same_name(name, parent) for parent in self.parents(number))

    def hand_over(
        self,
        number: str,
        relation_key: str,
        collector: Mapping[str, str],
        papers: Sequence[str],
        approval: Approval | None = None,
    ) -> None:
        """The card goes out. ``collector``: nama, nik, telepon, alasan.

        Raises Refusal: already handed over, papers missing, a parent's name that differs without
        a reason and the word of the role that the policy names. What is kept: name, relation,
        papers shown and the last digits of the id.
        """
        core = self._core
        with core.ledger.transaction():
            taken = self.already(number)
            if taken:
                raise Refusal(taken)
            filled = self._checked(number, relation_key, collector, papers, approval)
            state = core.known(number)
            _, step = core.step_of(state)
            core.demand_turn(state, step)
            outcome = next((o for o in step.outcomes if o.claim), None)
            if outcome is None:
                raise Refusal(say("Kartu {number} belum siap diserahkan.", number=number))
            core.ledger.write(core.hand(), self._files.hasil(state, step, outcome, filled))

    def _checked(
        self,
        number: str,
        relation_key: str,
        collector: Mapping[str, str],
        papers: Sequence[str],
        approval: Approval | None,
    ) -> dict[str, Any]:
        """What is written down of a collector whom the policy lets have the card."""
        relation = next((r for r in self.relations() if r.key == relation_key), None)
        if relation is None:
            raise Refusal(say("Pilih hubungan pengambil dengan anak."))
        name = " ".join(collector.get("nama", "").upper().split())
        if not name:
            raise Refusal(say("Ketik nama pengambil."))
        missing = [paper for paper in relation.papers if paper not in papers]
        if missing:
            raise Refusal(
                say("Belum diperlihatkan: {papers}.", papers=", ".join(map(said, missing)))
            )
        reason = collector.get("alasan", "").strip()
        differs = self.name_differs(number, relation, name)
        if differs and not reason:
            raise Refusal(say("Nama pengambil berbeda dari nama orang tua. Tulis alasannya."))
        if relation.needs_reason and not reason:
            raise Refusal(say("Tulis alasan mengapa bukan orang tua yang mengambil."))
        if differs and (approval is None or approval.number != number):
            role = said(ROLES[self._core.policy.mismatch_role])
            raise NeedsApproval(say("Nama berbeda: perlu PIN {role}.", role=role))
        nik = normalise(COLLECTOR_NIK, collector.get("nik", ""))
        today = day_of(self._core.clock.now())
        wrong = [f for f in check_field(COLLECTOR_NIK, nik, {}, today) if f.level == "tolak"]
        if wrong:
            raise FormRefused(wrong)
        filled = {
            "nama": name,
            "hubungan": relation.key,
            "dokumen": "; ".join(papers),
            "identitas": next((paper for paper in papers if "KTP" in paper), ""),
            "nik_akhir": nik[-4:],
            "telepon": collector.get("telepon", ""),
            "alasan": reason,
            "disetujui": approval.officer if differs and approval else "",
        }
        return {key: value for key, value in filled.items() if value}

    def approvers(self) -> list[OfficerCard]:
        """Who may agree to a hand-over under another name."""
        role = self._core.policy.mismatch_role
        return [card for card in self._core.front.officers() if role in card.roles]

    def approve(self, number: str, officer: str, pin: str) -> Approval:
        """An approver's word on one card, given by his PIN. Raises WrongPin, Refusal."""
        if officer not in {card.officer for card in self.approvers()}:
            raise Refusal(say("Petugas ini tidak berhak menyetujui."))
        self._core.front.keys.unlock(officer, pin)
        return Approval(number, officer)

    # -- exceptions --------------------------------------------------------------------------

    def exceptions(self, open_only: bool = True) -> list[ExceptionRow]:
        """Pengecualian, newest first."""
        return exception_rows(self._core, open_only)

    def resolve(self, ref: str, note: str) -> None:
        """Close an exception with a note of how it was settled. Raises Refusal."""
        core = self._core
        if not note.strip():
            raise Refusal(say("Tulis dahulu bagaimana pengecualian ini diselesaikan."))
        with core.ledger.transaction():
            row = core.db.execute(
                "SELECT e.case_id, r.ref FROM exceptions e LEFT JOIN resolutions r USING (ref)"
                " WHERE ref=?",
                (ref,),
            ).fetchone()
            if row is None:
                raise Refusal(say("Pengecualian itu tidak ada."))
            case, settled = row
            if settled is not None:
                raise Refusal(say("Pengecualian itu sudah diselesaikan."))
            core.ledger.write(
                core.hand(),
                Act(
                    case,
                    "selesai",
                    to=self._files.addresses(core.folded(case)),
                    data={"tentang": ref, "catatan": note.strip()},
                ),
            )
