"""Who may collect a child's card, and what must be shown.

Permendagri 2/2016 article 13 gives a KIA to the applicant or the parents; practice about others
differs from city to city, so it is the office's to decide in ``policies/pengambil.toml``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.document import Table, open_toml
from config.roles import ROLES

POLICIES = Path(__file__).parent / "policies"


@dataclass(frozen=True, slots=True)
class Relation:
    """A kind of collector. ``papers`` are what must be shown, ``default`` marks the usual one,
    ``needs_reason`` that the officer must write why this person collects."""

    key: str
    label: str
    papers: tuple[str, ...]
    default: bool = False
    needs_reason: bool = False


@dataclass(frozen=True, slots=True)
class Substitute:
    """What may be shown ``instead`` of a ``paper`` that is lost."""

    paper: str
    instead: str


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A ``paper`` that is withdrawn when the new card goes out, under the answers ``when``."""

    paper: str
    when: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def wanted(self, values: Mapping[str, str]) -> bool:
        """Whether a case with these answers has one to be withdrawn."""
        return all(values.get(key, "") in accepted for key, accepted in self.when)


@dataclass(frozen=True, slots=True)
class CollectorPolicy:
    """The kinds of collector in their order of asking.

    An officer of ``mismatch_role`` must agree, by his PIN, to whatever departs from the rule: a
    name that is not on record, a ``substitutes`` paper, one of ``taken_back`` that is not brought,
    a card that was printed before its data were corrected, or is asked for at another office than
    its own.
    """

    slug: str
    title: str
    relations: tuple[Relation, ...]
    mismatch_role: str
    substitutes: tuple[Substitute, ...] = ()
    taken_back: tuple[TakenBack, ...] = ()

    @property
    def default(self) -> Relation:
        """The relation that is offered first."""
        return next((one for one in self.relations if one.default), self.relations[0])

    def get(self, key: str) -> Relation | None:
        """The relation of a key, None when there is none."""
        return next((one for one in self.relations if one.key == key), None)

    def instead_of(self, paper: str) -> str:
        """What may be shown instead of a lost paper; empty when nothing may."""
        return next((one.instead for one in self.substitutes if one.paper == paper), "")

    def withdrawn(self, values: Mapping[str, str]) -> tuple[str, ...]:
        """What the collector gives back for a case with these answers."""
        return tuple(one.paper for one in self.taken_back if one.wanted(values))


def load_policy(path: Path | None = None) -> CollectorPolicy:
    """Read a policy of collecting. Raises ConfigError with file, key and line."""
    path = path or POLICIES / "pengambil.toml"
    document = open_toml(path).only(
        "title", "mismatch_role", "relation", "substitute", "taken_back"
    )
    relations: list[Relation] = []
    for table in document.tables("relation"):
        relation = _relation(table)
        if any(one.key == relation.key for one in relations):
            raise table.error("key", f"hubungan '{relation.key}' sudah ada lebih dahulu.")
        if relation.default and any(one.default for one in relations):
            raise table.error("default", "hanya satu hubungan boleh menjadi pilihan pertama.")
        relations.append(relation)
    if not relations:
        raise document.error("relation", "tulis paling sedikit satu hubungan pengambil.")
    return CollectorPolicy(
        slug=path.stem,
        title=document.filled("title"),
        relations=tuple(relations),
        mismatch_role=document.one_of("mismatch_role", ROLES),
        substitutes=tuple(_substitute(table, relations) for table in document.tables("substitute")),
        taken_back=tuple(map(_taken_back, document.tables("taken_back"))),
    )


def _relation(table: Table) -> Relation:
    table.only("key", "label", "papers", "default", "needs_reason")
    return Relation(
        key=table.filled("key"),
        label=table.filled("label"),
        papers=table.texts("papers"),
        default=table.flag("default", False),
        needs_reason=table.flag("needs_reason", False),
    )


def _substitute(table: Table, relations: Sequence[Relation]) -> Substitute:
    table.only("paper", "instead")
    asked = sorted({paper for relation in relations for paper in relation.papers})
    table.check("paper", table.filled("paper"), asked)
    return Substitute(table.filled("paper"), table.filled("instead"))


def _taken_back(table: Table) -> TakenBack:
    table.only("paper", "when")
    rules = table.table("when")
    when = tuple((key, rules.texts(key)) for key in rules.names())
    return TakenBack(table.filled("paper"), when)
