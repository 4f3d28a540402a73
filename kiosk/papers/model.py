"""A paper as a document: blocks that say what is written, never how wide the printer is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PaperKind = Literal[
    "resi",
    "kartu",
    "daftar",
    "kembali",
    "rekap",
    "bast",
    "uji",
    "laporan",
    "sptjm-lahir",
    "sptjm-nikah",
    "spt",
    "daftar-nama",
    "daftar-tolak",
    "lembar-tutup",
    "lembar-laporan",
    "pemusnahan",
    "kirim-blanko",
]


@dataclass(frozen=True, slots=True)
class Heading:
    """A centred, bold line; ``large`` is the number or word that must be seen across a desk."""

    text: str
    large: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph of running text."""

    text: str
    bold: bool = False
    center: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One point of a list; its text hangs to the right of its mark."""

    text: str
    mark: str = "-"


@dataclass(frozen=True, slots=True)
class Pair:
    """A label and its value; neighbouring pairs share one column for their colons."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Empty lines."""

    lines: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headers.

    ``widths`` are the fewest characters each column can live with; column ``stretch`` takes what
    is left of the line. On a paper too narrow for them each row is written as label and value.
    """

    headers: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    stretch: int = 1


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code and the words below it."""

    text: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class SignatureBox:
    """Room for one signature: who signs, and the name below if it is known."""

    title: str
    name: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Signatures:
    """Signature boxes, side by side where the paper is wide enough."""

    boxes: tuple[SignatureBox, ...]


Block = Heading | Line | Item | Pair | Rule | Gap | Table | Qr | Signatures


@dataclass(frozen=True, slots=True)
class Paper:
    """One printed paper. ``copy`` is 0 for the original, n for SALINAN n."""

    kind: PaperKind
    number: str
    title: str
    blocks: tuple[Block, ...]
    copy: int = 0
