"""A paper as it lies in the print queue: what it says, whichever printer will print it."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any, cast

from kiosk.papers.model import (
    Block,
    Gap,
    Heading,
    Item,
    Line,
    Pair,
    Paper,
    Qr,
    Rule,
    SignatureBox,
    Signatures,
    Table,
)

_BLOCKS: dict[str, type[Block]] = {
    kind.__name__: kind for kind in (Heading, Line, Item, Pair, Rule, Gap, Table, Qr, Signatures)
}


def to_stored(paper: Paper) -> str:
    """The paper as one text; ``from_stored`` gives the same paper back."""
    blocks = [[type(block).__name__, _values(block)] for block in paper.blocks]
    head = {"kind": paper.kind, "number": paper.number, "title": paper.title, "copy": paper.copy}
    return json.dumps({**head, "blocks": blocks}, ensure_ascii=False, separators=(",", ":"))


def _values(block: Block) -> list[object]:
    if isinstance(block, Signatures):
        return [[[box.title, box.name, box.role] for box in block.boxes]]
    return [getattr(block, one.name) for one in fields(block)]


def from_stored(text: str) -> Paper:
    """The paper of a stored text. Raises ValueError when it is none."""
    try:
        head = cast("dict[str, Any]", json.loads(text))
        blocks = tuple(_block(name, values) for name, values in head["blocks"])
        return Paper(head["kind"], head["number"], head["title"], blocks, head["copy"])
    except (KeyError, TypeError, IndexError) as error:
        raise ValueError("this text is no stored paper") from error


def _block(name: str, values: list[Any]) -> Block:
    if name == "Signatures":
        return Signatures(tuple(SignatureBox(*box) for box in values[0]))
    if name == "Table":
        headers, widths, rows, stretch = values
        return Table(tuple(headers), tuple(widths), tuple(map(tuple, rows)), stretch)
    return _BLOCKS[name](*values)
