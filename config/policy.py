"""Who may collect a child's card, and what must be shown.

Permendagri 2/2016 article 13 gives a KIA to the applicant or the parents; practice about others
differs from city to city, so it is the office's to decide in ``policies/pengambil.toml``.
"""

from __future__ import annotations

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
class CollectorPolicy:
    """The kinds of collector in their order of asking.

    When the collector's name is not the one on record, an officer of ``mismatch_role`` must
    agree and the reason is written down.
    """

    slug: str
    title: str
    relations: tuple[Relation, ...]
    mismatch_role: str

    @property
    def default(self) -> Relation:
        """The relation that is offered first."""
        return next((one for one in self.relations if one.default), self.relations[0])

    def get(self, key: str) -> Relation | None:
        """The relation of a key, None when there is none."""
        return next((one for one in self.relations if one.key == key), None)


def load_policy(path: Path | None = None) -> CollectorPolicy:
    """Read a policy of collecting. Raises ConfigError with file, key and line."""
    path = path or POLICIES / "pengambil.toml"
    document = open_toml(path).only("title", "mismatch_role", "relation")
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
