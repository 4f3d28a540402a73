"""Service procedures as data: one TOML per SOP under ``config/procedures``.

A step names who acts where and what may come of it; each outcome names the step it leads to, or
"tutup". The loader checks every key, every place and role, and every way on, so that a procedure
that loads can be walked to its end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Literal, cast

from config.blanko import BLANKO
from config.document import Table, nearest, open_toml
from config.errors import ConfigError
from config.forms import FORMS, Field, read_fields
from config.policy import POLICIES
from config.roles import PROFILES, ROLES

__all__ = [
    "CLOSED",
    "FORMS",
    "PROCEDURES",
    "Dates",
    "Outcome",
    "Procedure",
    "Step",
    "load_all",
    "load_procedure",
]

PROCEDURES = Path(__file__).parent / "procedures"

CLOSED = "tutup"
"""Where an outcome leads that ends the case."""

Kind = Literal["maju", "kembali", "ulang"]
Batch = Literal["", "daftar", "kembali", "rekap", "bast"]
Item = Literal["berkas", "kia", "ktp", "dokumen"]
Unit = Literal["menit", "jam", "hari"]
Per = Literal["berkas", "orang", "batch"]


BATCHES = ("daftar", "kembali", "rekap", "bast")
ITEMS = ("berkas", "kia", "ktp", "dokumen")
CARDS = tuple(BLANKO)
"""The cards of which one is handed out only once."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What may come of a step.

    ``to`` is the next step's id or CLOSED. ``when`` names the answers of the case under which it
    may come at all. ``batch`` names the list by which alone the file moves on, by the kind of
    place it goes to ("" stands for every other place; empty when the file moves by itself);
    ``receiver`` the field that names who gets it when that is no office of ours. ``claim`` is the
    exclusive right that is used up ("kia": one card is handed out once), ``uses`` and ``spoils``
    the kind of blanko of which one is gone, ``policy`` the rules of handing over, ``fields`` what
    the officer writes down. ``tries`` is how often the step must have been done again (``ulang``)
    before it may come.
    """

    id: str
    label: str
    to: str
    kind: Kind = "maju"
    fields: tuple[Field, ...] = ()
    batch: tuple[tuple[str, str], ...] = ()
    claim: str = ""
    policy: str = ""
    help: str = ""
    when: tuple[tuple[str, tuple[str, ...]], ...] = ()
    receiver: str = ""
    uses: str = ""
    spoils: str = ""
    tries: int = 0

    @property
    def batches(self) -> frozenset[str]:
        """All kinds of list by which it may go."""
        return frozenset(kind for _, kind in self.batch if kind)

    def batch_for(self, profile: str) -> str:
        """The kind of list by which it goes to a kind of place; empty when by none."""
        kinds = dict(self.batch)
        return kinds.get(profile, kinds.get("", ""))

    def fits(self, values: Mapping[str, str]) -> bool:
        """Whether the case's answers let this come."""
        return all(values.get(key, "") in accepted for key, accepted in self.when)


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the SOP's table, or one that the table leaves out.

    ``sop`` is the row's number as printed ("1250/4": row 4 of the SOP whose number ends so; ''
    when no SOP has it), ``activity`` what is done, ``actor`` the role that does it,
    ``recorders`` further roles that may write it down, ``place`` the kind of place, ``holder``
    the role that has the ``item`` on its table meanwhile. ``minutes`` is the standard time in
    working minutes (0: the SOP gives none) and ``unit`` how the SOP says it, counted ``per``
    file, person or batch; ``clock_stops`` when waiting for the applicant does not count. ``list``
    names the worklist of its own in which the cases at this step stand ('' for none).
    """

    id: str
    sop: str
    activity: str
    actor: str
    recorders: tuple[str, ...]
    place: str
    holder: str
    item: Item
    minutes: int
    unit: Unit
    per: Per
    clock_stops: bool
    output: str
    requires: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    list: str = ""

    @property
    def roles(self) -> tuple[str, ...]:
        """All roles that may record the step, the actor first."""
        return (self.actor, *self.recorders)

    def outcome(self, outcome_id: str) -> Outcome | None:
        """The outcome of an id, None when there is none."""
        return next((one for one in self.outcomes if one.id == outcome_id), None)


@dataclass(frozen=True, slots=True)
class Dates:
    """The days printed in the SOP's heading; None when it does not print one."""

    made: date | None = None
    revised: date | None = None
    approved: date | None = None
    effective: date | None = None


@dataclass(frozen=True)
class Procedure:
    """One SOP. ``slug`` is its key and its file's name: two SOPs may share a ``number``.

    ``berkas`` says that a paper file travels with the case, so that only its holder acts; without
    one an outcome moves the case by itself. ``begins`` is the step at which a case stands once it
    is taken in. ``cities`` are the codes of the cities whose office works by it (none: all),
    ``chat`` that an application may begin from a pasted chat, ``parent`` the procedure to whose
    cases the cases of this one belong.
    """

    slug: str
    title: str
    number: str
    office: str
    dates: Dates
    control_card: bool
    form: str
    registers: tuple[str, ...]
    reports: tuple[str, ...]
    steps: tuple[Step, ...]
    berkas: bool = True
    begins: str = ""
    cities: tuple[str, ...] = ()
    chat: bool = False
    parent: str = ""

    @property
    def first(self) -> Step:
        """The step in which an application is taken in."""
        return self.steps[0]

    @property
    def begin(self) -> Step:
        """The step at which it stands then."""
        return self.step(self.begins) if self.begins else self.first

    def open_in(self, city: str, *, training: bool = False) -> bool:
        """Whether an office of this city works by it; in training all can be tried."""
        return training or not self.cities or city in self.cities

    @cached_property
    def _by_id(self) -> dict[str, Step]:
        return {step.id: step for step in self.steps}

    def find(self, step_id: str) -> Step | None:
        """The step of an id, None when there is none."""
        return self._by_id.get(step_id)

    def step(self, step_id: str) -> Step:
        """The step of an id. Raises KeyError."""
        return self._by_id[step_id]


def load_all(folder: Path | None = None) -> dict[str, Procedure]:
    """All procedures of a folder by their slug. Raises ConfigError for the first wrong file."""
    files = sorted((folder or PROCEDURES).glob("*.toml"))
    return {procedure.slug: procedure for procedure in map(load_procedure, files)}


def load_procedure(path: Path) -> Procedure:
    """Read a procedure. Raises ConfigError with file, key and line."""
    top = open_toml(path).only(
        *("slug", "title", "number", "office", "dates", "control_card", "form"),
        *("registers", "reports", "step", "berkas", "begins", "cities", "chat", "parent"),
    )
    slug = top.filled("slug")
    if slug != path.stem:
        raise top.error("slug", f"harus sama dengan nama berkas: '{path.stem}'.")
    tables = top.tables("step")
    steps = tuple(_step(table) for table in tables)
    if not steps:
        raise top.error("step", "prosedur ini belum punya langkah.")
    begins = top.text("begins", "")
    if begins:
        top.check("begins", begins, [step.id for step in steps])
    _check_ways(tables, steps, begins or steps[0].id)
    return Procedure(
        slug=slug,
        title=top.filled("title"),
        number=top.filled("number"),
        office=top.filled("office"),
        dates=_dates(top.table("dates")),
        control_card=top.flag("control_card"),
        form=_form(top),
        registers=top.texts("registers"),
        reports=top.texts("reports"),
        steps=steps,
        berkas=top.flag("berkas", True),
        begins=begins,
        cities=top.texts("cities"),
        chat=top.flag("chat", False),
        parent=top.one_of("parent", sorted(_stems(top.file.parent) | _stems(PROCEDURES)), ""),
    )


def _dates(table: Table) -> Dates:
    table.only("made", "revised", "approved", "effective")
    return Dates(*(table.day(key) for key in ("made", "revised", "approved", "effective")))


def _form(top: Table) -> str:
    slug = top.filled("form")
    known = _stems(top.file.parent.parent / "forms") | _stems(FORMS)
    top.check("form", slug, sorted(known))
    return slug


def _step(table: Table) -> Step:
    table.only(
        *("id", "sop", "activity", "actor", "recorders", "place", "holder", "item", "minutes"),
        *("unit", "per", "clock_stops", "output", "requires", "outcome", "list"),
    )
    actor = table.one_of("actor", ROLES)
    recorders = table.texts("recorders")
    for role in recorders:
        table.check("recorders", role, ROLES)
    outcomes = tuple(_outcome(one) for one in table.tables("outcome"))
    if not outcomes:
        raise table.error("outcome", "langkah ini belum punya hasil; kasus akan berhenti di sini.")
    return Step(
        id=table.filled("id"),
        sop=table.text("sop", ""),
        activity=table.filled("activity"),
        actor=actor,
        recorders=tuple(role for role in dict.fromkeys(recorders) if role != actor),
        place=table.one_of("place", PROFILES),
        holder=table.one_of("holder", ROLES, actor),
        item=cast("Item", table.one_of("item", ITEMS, "berkas")),
        minutes=table.number("minutes", 0, high=60_000),
        unit=cast("Unit", table.one_of("unit", ("menit", "jam", "hari"), "menit")),
        per=cast("Per", table.one_of("per", ("berkas", "orang", "batch"), "berkas")),
        clock_stops=table.flag("clock_stops", False),
        output=table.text("output", ""),
        requires=table.texts("requires"),
        outcomes=outcomes,
        list=table.text("list", ""),
    )


def _outcome(table: Table) -> Outcome:
    table.only(
        *("id", "label", "to", "kind", "batch", "claim", "policy", "help", "field"),
        *("when", "receiver", "uses", "spoils", "tries"),
    )
    policies = sorted(_stems(POLICIES)) if table.has("policy") else []
    return Outcome(
        id=table.filled("id"),
        label=table.filled("label"),
        to=table.filled("to"),
        kind=cast("Kind", table.one_of("kind", ("maju", "kembali", "ulang"), "maju")),
        fields=read_fields(table),
        batch=_batch(table),
        claim=table.one_of("claim", CARDS, ""),
        policy=table.one_of("policy", policies, ""),
        help=table.text("help", ""),
        when=_when(table.table("when")),
        receiver=table.text("receiver", ""),
        uses=table.one_of("uses", BLANKO, ""),
        spoils=table.one_of("spoils", BLANKO, ""),
        tries=table.number("tries", 0, high=99),
    )


def _batch(table: Table) -> tuple[tuple[str, str], ...]:
    """``batch = "rekap"``, or by kind of place ``batch = { uptd = "rekap", rs = "bast" }``."""
    if not table.is_table("batch"):
        kind = table.one_of("batch", BATCHES, "")
        return (("", kind),) if kind else ()
    rules = table.table("batch").only(*PROFILES)
    return tuple((profile, rules.one_of(profile, BATCHES)) for profile in rules.names())


def _when(rules: Table) -> tuple[tuple[str, tuple[str, ...]], ...]:
    for key in rules.names():
        if not rules.texts(key):
            raise rules.error(key, "tulis jawaban yang diterima.")
    return tuple((key, rules.texts(key)) for key in rules.names())


def _check_ways(tables: Sequence[Table], steps: Sequence[Step], begins: str) -> None:
    """That ids are single, every way leads somewhere, and every step is on a way."""
    known: list[str] = []
    for table, step in zip(tables, steps, strict=True):
        if step.id in known or step.id == CLOSED:
            raise table.error("id", f"nama langkah '{step.id}' sudah dipakai.")
        known.append(step.id)
    reached = {steps[0].id, begins}
    for table, step in zip(tables, steps, strict=True):
        ids: set[str] = set()
        for below, outcome in zip(table.tables("outcome"), step.outcomes, strict=True):
            if outcome.id in ids:
                raise below.error("id", f"hasil '{outcome.id}' sudah ada di langkah ini.")
            ids.add(outcome.id)
            if outcome.to != CLOSED and outcome.to not in known:
                raise _dangling(below, outcome.to, known)
            reached.add(outcome.to)
    for table, step in zip(tables, steps, strict=True):
        if step.id not in reached:
            raise table.error("id", f"tidak ada hasil yang menuju langkah '{step.id}'.")


def _dangling(table: Table, to: str, known: list[str]) -> ConfigError:
    ways = ", ".join([*known, CLOSED])
    hint = nearest(to, [*known, CLOSED])
    return table.error("to", f"langkah '{to}' tidak ada;{hint} pilihannya: {ways}.")


def _stems(folder: Path) -> set[str]:
    return {path.stem for path in folder.glob("*.toml")}
