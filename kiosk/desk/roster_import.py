"""Taking a prison's list in (MAS RAPID, SOP steps 1 and 2): read, looked through, all or nothing.

What was read stays as a draft of the officer until every row is taken, corrected or left out with
a reason: nothing of it is a case before it is imported, and then all accepted rows are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from config.forms import Form
from kiosk.cases.findings import Finding
from kiosk.cases.resi import case_id
from kiosk.cases.roster import (
    KnownName,
    Listing,
    RosterLine,
    compare,
    corrected,
    read_rows,
    read_text,
)
from kiosk.cases.roster_columns import score
from kiosk.cases.roster_result import EVENT, NAME
from kiosk.cases.state import CaseState
from kiosk.cases.tables import Row, decode
from kiosk.desk.core import CENTRE, Core
from kiosk.desk.intake import Intake
from kiosk.desk.ledger import Act
from kiosk.desk.printing import Printing
from kiosk.desk.roster_papers import RosterPapers
from kiosk.desk.sticks import FOLDERS
from kiosk.desk.views import FormRefused, Refusal
from kiosk.desk.workbook import is_workbook, read_workbook
from kiosk.papers.lembar_tutup import LeftOut
from kiosk.texts import said, say

ROLE = "petugas-dafduk"
OPEN_AT = ("2", "1P")
"""The steps of a kegiatan at which its list may still grow: before it goes to the Kepala Seksi."""

ENDINGS = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods")
_DEEP = ("*", "*/*", "*/*/*")
INBOX = "masuk"
"""Folder of the kiosk's data folder into which a list may be put by hand."""
MOST_BYTES = 8_000_000
_NO_SHEET: tuple[str, list[Row]] = ("", [])
MOST_FILES = 60


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that may be a list: where it is, its size in bytes, when it was changed (ms)."""

    path: Path
    size: int
    changed: int


@dataclass(frozen=True, slots=True)
class ImportDraft:
    """A list that was read and is not yet imported; ``source`` says where it came from."""

    source: str
    lines: tuple[RosterLine, ...]
    remarks: tuple[str, ...] = ()

    @property
    def taken(self) -> list[RosterLine]:
        """The rows that can be imported as they are."""
        return [line for line in self.lines if not line.refused and not line.left_out]

    @property
    def refused(self) -> list[RosterLine]:
        """The rows that must be corrected or left out."""
        return [line for line in self.lines if line.refused and not line.left_out]

    @property
    def left_out(self) -> list[RosterLine]:
        """The rows that are left out, each with its reason."""
        return [line for line in self.lines if line.left_out]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: names taken in, rows left out, rows that still wait for a correction."""

    taken: int
    left_out: int
    waiting: int


class RosterImport:
    """The list of one kegiatan, from the prison's file to cases."""

    def __init__(self, core: Core, intake: Intake, printing: Printing, papers: RosterPapers):
        self._core = core
        self._intake = intake
        self._printing = printing
        self._papers = papers

    # -- reading -----------------------------------------------------------------------------

    def found_files(self) -> list[FoundFile]:
        """Files on sticks and in the inbox that may be lists, the newest first."""
        roots = [self._core.front.folder / INBOX, *map(Path, FOLDERS)]
        found = [one for root in roots for one in _lists_below(root)]
        return sorted(found, key=lambda one: -one.changed)[:MOST_FILES]

    def read_file(self, parent: str, path: Path) -> ImportDraft:
        """Read a list from a file; it becomes the draft. Raises Refusal: no list, or not now."""
        self._open(parent)
        try:
            if path.stat().st_size > MOST_BYTES:
                raise Refusal(say("Berkas {nama} terlalu besar untuk daftar nama.", nama=path.name))
            raw = path.read_bytes()
        except OSError as error:
            raise Refusal(
                say("Berkas {nama} tidak dapat dibuka. Periksa USB-nya.", nama=path.name)
            ) from error
        if is_workbook(raw):
            return self._keep_read(parent, path.name, self._of_workbook(raw, parent))
        return self.read_pasted(parent, decode(raw), path.name)

    def read_pasted(self, parent: str, text: str, source: str = "") -> ImportDraft:
        """Read a list from text; it becomes the draft. Raises Refusal: no list, or not now."""
        state = self._open(parent)
        listing = read_text(text, self.form(), self._intake.today(), _given(state))
        return self._keep_read(parent, source or say("tempelan"), listing)

    def _of_workbook(self, raw: bytes, parent: str) -> Listing:
        """The sheet that looks most like a list."""
        sheets = read_workbook(raw)
        name, rows = max(sheets, key=lambda one: score(one[1]), default=_NO_SHEET)
        given = _given(self._core.known(parent))
        listing = read_rows(rows, self.form(), self._intake.today(), given)
        if len(sheets) < 2 or listing.problem:
            return listing
        remark = say("Dibaca lembar '{nama}' dari {n} lembar.", nama=name, n=len(sheets))
        return replace(listing, remarks=(remark, *listing.remarks))

    def _keep_read(self, parent: str, source: str, listing: Listing) -> ImportDraft:
        if listing.problem:
            raise Refusal(listing.problem)
        told, n = self._core.known(parent).values.get("jumlah", ""), len(listing.lines)
        remarks = listing.remarks
        if told and told != str(n):
            remarks = (
                say("Surat menyebut {surat} nama, daftar {n} baris.", surat=told, n=n),
                *remarks,
            )
        return self._save(parent, ImportDraft(source, listing.lines, remarks))

    def form(self) -> Form:
        """The form of one name."""
        return self._core.form(self._core.procedures[NAME].form)

    # -- the draft ---------------------------------------------------------------------------

    def draft(self, parent: str) -> ImportDraft | None:
        """The list this officer was looking through, None when there is none; its rows are
        compared anew with the names that stand on rosters by now."""
        draft = self._as_read(parent)
        if draft is None:
            return None
        return replace(draft, lines=tuple(compare(draft.lines, self._known_names(parent))))

    def waiting(self, parent: str) -> int:
        """How many rows of it were refused, and are neither corrected nor left out."""
        draft = self.draft(parent)
        return len(draft.refused) if draft else 0

    def correct(self, parent: str, at: int, values: Mapping[str, str]) -> ImportDraft:
        """Row ``at`` (as the sheet counts) says this now. Raises Refusal without a draft."""
        today, form = self._intake.today(), self.form()
        return self._change(parent, [at], lambda line: corrected(line, values, form, today))

    def leave_out(self, parent: str, rows: Sequence[int], reason: str) -> ImportDraft:
        """These rows are not taken, for this reason; an empty one takes them back. Raises
        Refusal without a draft."""
        why = " ".join(reason.split())[:200]
        return self._change(parent, rows, lambda line: replace(line, left_out=why))

    def drop(self, parent: str) -> None:
        """The officer does not want this list."""
        with self._core.ledger.transaction():
            self._core.db.execute(
                "DELETE FROM drafts WHERE officer=? AND form=?",
                (self._core.acting().id, _draft_key(parent)),
            )

    def _change(
        self, parent: str, rows: Sequence[int], change: Callable[[RosterLine], RosterLine]
    ) -> ImportDraft:
        draft = self._as_read(parent)
        if draft is None:
            raise Refusal(say("Tidak ada daftar yang sedang diperiksa. Baca berkasnya lagi."))
        wanted = set(rows)
        lines = tuple(change(one) if one.at in wanted else one for one in draft.lines)
        return self._save(parent, replace(draft, lines=lines))

    def _as_read(self, parent: str) -> ImportDraft | None:
        row = self._core.db.execute(
            "SELECT body FROM drafts WHERE officer=? AND form=?",
            (self._core.acting().id, _draft_key(parent)),
        ).fetchone()
        return _from_stored(json.loads(row[0])) if row else None

    def _save(self, parent: str, draft: ImportDraft) -> ImportDraft:
        """Keep the rows as they were read (what is beside them may change); give them compared."""
        core = self._core
        with core.ledger.transaction():
            core.db.execute(
                "INSERT OR REPLACE INTO drafts VALUES (?,?,?,?)",
                (
                    core.acting().id,
                    _draft_key(parent),
                    json.dumps(_to_stored(draft), ensure_ascii=False),
                    core.clock.now(),
                ),
            )
        return replace(draft, lines=tuple(compare(draft.lines, self._known_names(parent))))

    def _known_names(self, parent: str) -> list[KnownName]:
        rules = self._core.procedures[NAME]
        words = {outcome.id: outcome.label for step in rules.steps for outcome in step.outcomes}
        rows = self._core.db.execute(
            "SELECT number, name, nik, birth, parent, outcome FROM cases WHERE procedure=?", (NAME,)
        )
        return [
            KnownName(
                number,
                name,
                nik,
                birth,
                of == parent,
                said(words.get(outcome, "")) or say("belum diperiksa"),
            )
            for number, name, nik, birth, of, outcome in rows
        ]

    # -- the act -----------------------------------------------------------------------------

    def import_rows(self, parent: str) -> Imported:
        """Take in every row that can be taken: one transaction, all of them or none.

        Rows that are left out are printed with their reasons; rows that are refused stay in the
        draft. Raises Refusal: nothing to take, a row that cannot be taken after all.
        """
        core = self._core
        with core.ledger.transaction():
            self._open(parent)
            draft = self.draft(parent)
            if draft is None or not (draft.taken or draft.left_out):
                raise Refusal(say("Tidak ada baris yang dapat disimpan. Betulkan dahulu."))
            hand = core.hand()
            for line in draft.taken:
                try:
                    self._intake.take_in(hand, NAME, line.values, parent=parent)
                except FormRefused as error:
                    raise Refusal(say("Baris {n}: {sebab}", n=line.at, sebab=str(error))) from error
            self._tell_left_out(parent, draft.left_out)
            self.drop(parent)
            if draft.refused:
                self._save(parent, replace(draft, lines=tuple(draft.refused)))
        return Imported(len(draft.taken), len(draft.left_out), len(draft.refused))

    def _tell_left_out(self, parent: str, rows: Sequence[RosterLine]) -> None:
        """The list of what is not taken goes back to the prison, and stands on the card."""
        if not rows:
            return
        core = self._core
        paper = self._papers.left_out(
            parent,
            [
                LeftOut(
                    line.at,
                    line.values.get("nama", ""),
                    line.values.get("nik", ""),
                    line.left_out,
                )
                for line in rows
            ],
        )
        why = say("{n} baris tidak diterima", n=len(rows))
        to = (core.settings.address, CENTRE)
        data = {"kertas": paper.kind, "salinan": 0, "alasan": why}
        step = core.known(parent).step
        core.ledger.write(core.hand(), Act(case_id(parent), "cetak", step, to=to, data=data))
        self._printing.spool.add(paper)

    def _open(self, parent: str) -> CaseState:
        """The kegiatan, when this officer may add names to it now. Raises Refusal."""
        state = self._core.known(parent)
        officer = self._core.acting()
        if state.procedure != EVENT or state.step not in OPEN_AT:
            raise Refusal(say("Daftar nama kegiatan ini tidak dapat ditambah lagi."))
        if not {ROLE, "supervisor"} & set(officer.card.roles) or officer.place != CENTRE:
            raise Refusal(say("Daftar nama dimasukkan oleh Petugas Dafduk di Dinas."))
        return state


def _given(state: CaseState) -> dict[str, str]:
    """What every name has from its kegiatan: the prison, which gets the cards."""
    return {"lapas": state.values.get("nama", "")}


def _draft_key(parent: str) -> str:
    return f"daftar-nama:{parent}"


def _lists_below(root: Path) -> Iterator[FoundFile]:
    """Files of a folder and two below it, as a stick is mounted; what cannot be read is not."""
    for depth in _DEEP:
        try:
            paths: Iterable[Path] = list(root.glob(depth))
        except OSError:
            continue
        for path in paths:
            if path.suffix.lower() not in ENDINGS or path.name.startswith((".", "~")):
                continue
            try:
                seen = path.stat()
            except OSError:
                continue
            yield FoundFile(path, seen.st_size, int(seen.st_mtime * 1000))


def _to_stored(draft: ImportDraft) -> dict[str, Any]:
    return {
        "source": draft.source,
        "remarks": draft.remarks,
        "lines": [
            {
                "at": line.at,
                "values": dict(line.values),
                "left_out": line.left_out,
                "findings": [(one.level, one.key, one.says) for one in line.findings],
            }
            for line in draft.lines
        ],
    }


def _from_stored(body: dict[str, Any]) -> ImportDraft:
    lines = tuple(
        RosterLine(
            line["at"],
            line["values"],
            tuple(Finding(*one) for one in line["findings"]),
            line["left_out"],
        )
        for line in body["lines"]
    )
    return ImportDraft(body["source"], lines, tuple(body["remarks"]))
