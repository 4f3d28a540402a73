"""A paper set in lines of a given width.

Both renderers use it, so that the preview breaks its lines exactly where the printer will.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from drivers.letters import wrap
from kiosk.papers.model import (
    Block,
    Gap,
    Heading,
    Item,
    Line,
    Pair,
    Paper,
    PaperKind,
    Qr,
    Rule,
    SignatureBox,
    Signatures,
    Table,
)
from kiosk.texts import say

SIGNATURE_ROOM = 3
NARROWEST_BOX = 22
NARROWEST_VALUE = 18
"""A resi number or a masked NIK beside its label."""


@dataclass(frozen=True, slots=True)
class Strip:
    """One printed line, never longer than the width it was set for."""

    text: str = ""
    bold: bool = False
    center: bool = False
    tall: bool = False


@dataclass(frozen=True, slots=True)
class QrStrip:
    """A QR code in the middle of the paper."""

    text: str


def compose(paper: Paper, columns: int, fold: Callable[[str], str]) -> Iterator[Strip | QrStrip]:
    """Set a paper in ``columns`` characters.

    ``fold`` turns a text into characters that are one column wide each. The number and the end
    mark are the last lines, so that a paper torn before them is seen to be torn.
    """
    setter = _Setter(columns, fold)
    if paper.copy:
        yield from setter.large(say("SALINAN {n}", n=paper.copy))
    for kind, run in groupby(paper.blocks, type):
        if kind is Pair:
            yield from setter.pairs([block for block in run if isinstance(block, Pair)])
        else:
            for block in run:
                yield from setter.block(block)
    yield Strip("-" * columns)
    if paper.copy:
        yield from setter.centred(say("SALINAN {n}", n=paper.copy), bold=True)
    yield from setter.large(paper.number)
    mark = f"-- {end_words(paper.kind)}", f"{paper.number} --"
    whole = " ".join(mark)
    for one in (whole,) if len(whole) <= columns else mark:
        yield from setter.centred(one)


def end_words(kind: PaperKind) -> str:
    """The words that close a paper; without them it is not whole."""
    words: dict[PaperKind, str] = {
        "resi": say("AKHIR RESI"),
        "kartu": say("AKHIR KARTU KENDALI"),
        "daftar": say("AKHIR DAFTAR"),
        "kembali": say("AKHIR DAFTAR PENGEMBALIAN"),
        "rekap": say("AKHIR REKAP"),
        "bast": say("AKHIR BERITA ACARA"),
        "uji": say("AKHIR HALAMAN UJI"),
        "spt": say("AKHIR SPT"),
        "daftar-nama": say("AKHIR DAFTAR NAMA"),
        "daftar-tolak": say("AKHIR DAFTAR"),
        "lembar-tutup": say("AKHIR LEMBAR PENUTUP"),
        "lembar-laporan": say("AKHIR LEMBAR LAPORAN"),
        "laporan": say("AKHIR LAPORAN"),
        "pemusnahan": say("AKHIR BERITA ACARA"),
        "kirim-blanko": say("AKHIR SURAT KIRIM"),
        "sptjm-lahir": say("AKHIR SPTJM"),
        "sptjm-nikah": say("AKHIR SPTJM"),
    }
    return words[kind]


@dataclass(frozen=True, slots=True)
class _Setter:
    columns: int
    fold: Callable[[str], str]

    def block(self, block: Block) -> Iterator[Strip | QrStrip]:
        match block:
            case Heading(text, large):
                yield from self.large(text) if large else self.centred(text, bold=True)
            case Line(text, bold, center):
                for one in self.wrapped(text, self.columns):
                    yield Strip(one, bold=bold, center=center)
            case Item(text, mark):
                yield from self.hanging(text, f"{self.fold(mark)} ")
            case Pair():
                yield from self.pairs([block])
            case Rule():
                yield Strip("-" * self.columns)
            case Gap(lines):
                yield from [Strip()] * lines
            case Table():
                yield from self.table(block)
            case Qr(text, caption):
                yield QrStrip(text)
                if caption:
                    yield from self.centred(caption)
            case Signatures(boxes):
                yield from self.signatures(boxes)

    def wrapped(self, text: str, width: int) -> list[str]:
        return wrap(self.fold(text), width)

    def centred(self, text: str, *, bold: bool = False) -> Iterator[Strip]:
        for one in self.wrapped(text, self.columns):
            yield Strip(one, bold=bold, center=True)

    def large(self, text: str) -> Iterator[Strip]:
        for one in self.wrapped(text, self.columns):
            yield Strip(one, bold=True, center=True, tall=True)

    def hanging(self, text: str, mark: str) -> Iterator[Strip]:
        first, *rest = self.wrapped(text, self.columns - len(mark))
        yield Strip(mark + first)
        yield from (Strip(" " * len(mark) + one) for one in rest)

    def pairs(self, pairs: list[Pair]) -> Iterator[Strip]:
        """Labels and values with their colons below each other, values hanging on the right.

        A label too long for the column, or a number that would be broken, gets its own lines.
        """
        most = self.columns - 2 - NARROWEST_VALUE
        labels = [self.fold(pair.label).replace("\n", " ") for pair in pairs]
        margin = max((len(label) for label in labels if len(label) <= most), default=0)
        room = self.columns - margin - 2
        for label, pair in zip(labels, pairs, strict=True):
            longest = max((len(word) for word in self.fold(pair.value).split()), default=0)
            if len(label) <= margin and longest <= room:
                yield from self.hanging(pair.value, f"{label:<{margin}}: ")
            else:
                yield from (Strip(one) for one in wrap(f"{label}:", self.columns))
                yield from self.hanging(pair.value, "  ")

    def table(self, table: Table) -> Iterator[Strip]:
        spare = self.columns - sum(table.widths) - (len(table.widths) - 1)
        if spare < 0:
            yield from self.rows_apart(table)
            return
        widths = [
            width + (spare if at == table.stretch else 0) for at, width in enumerate(table.widths)
        ]
        yield from (Strip(one, bold=True) for one in self.across(table.headers, widths))
        yield Strip("+".join("-" * width for width in widths))
        for row in table.rows:
            yield from (Strip(one) for one in self.across(row, widths))

    def across(self, cells: Iterable[str], widths: list[int]) -> list[str]:
        """One row of a table: as many lines as its highest cell."""
        columns = [self.wrapped(cell, width) for cell, width in zip(cells, widths, strict=True)]
        height = max(len(column) for column in columns)
        return [
            "|".join(
                f"{column[at] if at < len(column) else '':<{width}}"
                for column, width in zip(columns, widths, strict=True)
            ).rstrip()
            for at in range(height)
        ]

    def rows_apart(self, table: Table) -> Iterator[Strip]:
        """The rows of a table on a paper too narrow for it: first two cells, then label: value."""
        for row in table.rows:
            for one in self.wrapped(" ".join(cell for cell in row[:2] if cell), self.columns):
                yield Strip(one, bold=True)
            yield from self.pairs(
                [
                    Pair(f"  {header}", cell.replace("\n", " "))
                    for header, cell in zip(table.headers[2:], row[2:], strict=True)
                    if cell
                ]
            )

    def signatures(self, boxes: tuple[SignatureBox, ...]) -> Iterator[Strip]:
        width = (self.columns - len(boxes) + 1) // max(1, len(boxes))
        if width < NARROWEST_BOX:
            for at, box in enumerate(boxes):
                yield from [Strip()] * (at > 0)
                yield from (Strip(line) for line in self.box(box, self.columns))
            return
        for lines in zip(*self.levelled(boxes, width), strict=True):
            yield Strip(" ".join(f"{line:<{width}}" for line in lines).rstrip())

    def levelled(self, boxes: tuple[SignatureBox, ...], width: int) -> list[list[str]]:
        """The boxes in lines of one height, their signatures below the longest title."""
        titles = max(len(self.wrapped(box.title, width)) for box in boxes)
        drawn = [self.box(box, width, titles) for box in boxes]
        height = max(len(lines) for lines in drawn)
        return [[*lines, *[""] * (height - len(lines))] for lines in drawn]

    def box(self, box: SignatureBox, width: int, titles: int = 0) -> list[str]:
        title = self.wrapped(box.title, width)
        name = (
            self.wrapped(f"({box.name})", width) if box.name else [f"({'.' * min(26, width - 2)})"]
        )
        return [
            *title,
            *[""] * (max(0, titles - len(title)) + SIGNATURE_ROOM),
            *name,
            *(self.wrapped(box.role, width) if box.role else []),
        ]
