"""A paper as an A4 page: the same blocks, set by ReportLab. Imported when an A4 is printed.

The letters are embedded, so that a page looks the same on every printer. The same paper gives the
same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    HRFlowable,
    KeepTogether,
    PageTemplate,
    Paragraph,
    Spacer,
)
from reportlab.platypus import Table as Grid

from drivers.escpos import fold
from kiosk.papers.layout import end_words
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
from kiosk.texts import say

_LEFT, _RIGHT, _TOP, _BOTTOM = 25 * mm, 18 * mm, 20 * mm, 20 * mm
"""The left margin has room for the holes of a folder."""

_ROOM = A4[0] - _LEFT - _RIGHT
_PLAIN, _BOLD = "Vera", "VeraBd"
_LETTERS = "cp1252"
"""What the font holds."""

_THIN = 0.5
_QR_SIDE = 34 * mm
_QUIET_MODULES = 4
_SIGNATURE_ROOM = 18 * mm
_BOXES_ABREAST = 3
_CELL_PADDING = 4.0

_BODY = ParagraphStyle("body", fontName=_PLAIN, fontSize=9.5, leading=13)
_CELL = ParagraphStyle("cell", _BODY, fontSize=8.5, leading=11)
_HEAD = ParagraphStyle("head", _CELL, fontName=_BOLD)
_HEADING = ParagraphStyle(
    "heading", _BODY, fontName=_BOLD, fontSize=11, leading=15, alignment=TA_CENTER
)
_LARGE = ParagraphStyle("large", _HEADING, fontSize=18, leading=25)
_CENTRED = ParagraphStyle("centred", _BODY, alignment=TA_CENTER)

_FONT = ("FONT", (0, 0), (-1, -1), _PLAIN, _BODY.fontSize, _BODY.leading)
"""Without it a table names a font that is not in the file."""


def to_pdf(paper: Paper) -> bytes:
    """The PDF of a paper, A4 upright; number and end mark come last, the number on every page.

    Raises ValueError when a QR code cannot hold its text.
    """
    _fonts()
    pages = _build(paper, 0)[1]
    return _build(paper, pages)[0]


@cache
def _fonts() -> None:
    """Bitstream Vera, which comes with ReportLab; only the letters used go into the file."""
    for name in (_PLAIN, _BOLD):
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))  # pyright: ignore[reportUnknownMemberType]


def _build(paper: Paper, pages: int) -> tuple[bytes, int]:
    """The PDF that says it has ``pages``, and how many it has."""
    out = io.BytesIO()
    text = Frame(_LEFT, _BOTTOM, _ROOM, A4[1] - _TOP - _BOTTOM, 0, 0, 0, 0)
    around = _Around(paper, pages)
    document = BaseDocTemplate(
        out,
        pagesize=A4,
        pageTemplates=[PageTemplate(frames=[text], onPageEnd=around.draw)],
        title=_plain(f"{paper.title} {paper.number}"),
        initialFontName=_PLAIN,
        invariant=1,
    )
    document.build([*_story(paper)])
    return out.getvalue(), document.page


class _Around:
    """What stands around the text of every page: number, copy mark, page number."""

    def __init__(self, paper: Paper, pages: int) -> None:
        self._left = _plain(f"{paper.title} {paper.number}")
        self._copy = say("SALINAN {n}", n=paper.copy) if paper.copy else ""
        self._pages = pages

    def draw(self, canvas: Canvas, document: object) -> None:
        del document
        low, right = _BOTTOM - 7 * mm, A4[0] - _RIGHT
        canvas.setLineWidth(_THIN)
        canvas.line(_LEFT, low + 4 * mm, right, low + 4 * mm)
        canvas.setFont(_PLAIN, 8)
        canvas.drawString(_LEFT, low, self._left)
        canvas.drawRightString(right, low, f"{canvas.getPageNumber()}/{self._pages}")
        if self._copy:
            canvas.setFont(_BOLD, 11)
            canvas.drawRightString(right, A4[1] - _TOP + 4 * mm, self._copy)


def _story(paper: Paper) -> Iterator[Flowable]:
    for kind, run in groupby(paper.blocks, type):
        if kind is Pair:
            yield _pairs([block for block in run if isinstance(block, Pair)])
        else:
            for block in run:
                yield from _block(block)
    end: list[Flowable] = [_rule()]
    if paper.copy:
        end.append(_text(say("SALINAN {n}", n=paper.copy), _HEADING))
    end.append(_text(paper.number, _LARGE))
    end.append(_text(f"-- {end_words(paper.kind)} {paper.number} --", _CENTRED))
    yield KeepTogether(end)


def _block(block: Block) -> Iterator[Flowable]:
    match block:
        case Heading(text, large):
            yield _text(text, _LARGE if large else _HEADING)
        case Line(text, bold, center):
            yield _line(text, bold=bold, center=center)
        case Item(text, mark):
            yield _item(text, mark)
        case Pair():
            yield _pairs([block])
        case Rule():
            yield _rule()
        case Gap(lines):
            yield Spacer(1, lines * _BODY.leading / 2)
        case Table():
            yield _table(block)
            yield Spacer(1, 2 * mm)
        case Qr(text, caption):
            yield KeepTogether([_QrCode(text), _text(caption, _CENTRED)])
        case Signatures(boxes):
            for at in range(0, len(boxes), _BOXES_ABREAST):
                yield KeepTogether(_boxes(boxes[at : at + _BOXES_ABREAST]))


# -- words -------------------------------------------------------------------------------------


def _plain(text: str) -> str:
    return fold(text, _LETTERS).replace("\n", " ")


def _text(text: str, style: ParagraphStyle) -> Paragraph:
    words = escape(fold(text, _LETTERS)).replace("\n", "<br/>")
    return Paragraph(words, style)


def _line(text: str, *, bold: bool, center: bool) -> Paragraph:
    style = ParagraphStyle(
        "line",
        _CENTRED if center else _BODY,
        fontName=_BOLD if bold else _PLAIN,
        spaceBefore=3 if bold else 0,
    )
    return _text(text, style)


def _item(text: str, mark: str) -> Paragraph:
    mark = _plain(mark)
    hang = pdfmetrics.stringWidth(mark, _PLAIN, _BODY.fontSize) + 6
    style = ParagraphStyle(
        "item", _BODY, leftIndent=hang + 6, bulletIndent=6, bulletFontName=_PLAIN
    )
    return Paragraph(escape(fold(text, _LETTERS)).replace("\n", "<br/>"), style, bulletText=mark)


def _rule() -> HRFlowable:
    return HRFlowable("100%", _THIN, color="black", spaceBefore=5, spaceAfter=5)


# -- columns -----------------------------------------------------------------------------------


def _pairs(pairs: Sequence[Pair]) -> Grid:
    """Labels and values, their colons below each other."""
    widest = max(
        pdfmetrics.stringWidth(_plain(pair.label), _PLAIN, _BODY.fontSize) for pair in pairs
    )
    label = min(widest + 6, _ROOM / 3)
    rows = [[_text(pair.label, _BODY), ":", _text(pair.value, _BODY)] for pair in pairs]
    return Grid(
        rows,
        (label, 8, _ROOM - label - 8),
        splitInRow=1,
        style=[
            *_padding(0, 0, 0),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            _FONT,
        ],
    )


def _table(table: Table) -> Grid:
    """Rows under headers, which stand again on every page."""
    rows = [[_text(cell, _HEAD) for cell in table.headers]]
    rows += [[_text(cell, _CELL) for cell in row] for row in table.rows]
    return Grid(
        rows,
        _widths(table),
        repeatRows=1,
        splitInRow=1,
        style=[
            *_padding(_CELL_PADDING, 2, 3),
            _FONT,
            ("GRID", (0, 0), (-1, -1), _THIN, "black"),
            ("BACKGROUND", (0, 0), (-1, 0), (0.92, 0.92, 0.92)),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ],
    )


_Padding = tuple[str, tuple[int, int], tuple[int, int], float]


def _padding(sides: float, top: float, bottom: float) -> list[_Padding]:
    """Room around the words of every cell."""
    whole = ((0, 0), (-1, -1))
    return [
        ("LEFTPADDING", *whole, sides),
        ("RIGHTPADDING", *whole, sides),
        ("TOPPADDING", *whole, top),
        ("BOTTOMPADDING", *whole, bottom),
    ]


def _widths(table: Table) -> list[float]:
    """Each column as wide as its words, the stretching one takes what is left.

    Where that would leave it less than its share of the fewest characters, all columns get theirs.
    """
    share = [_ROOM * width / sum(table.widths) for width in table.widths]
    columns = zip(table.headers, *table.rows, strict=True)
    natural = [_natural(cells) for cells in columns]
    rest = _ROOM - sum(natural) + natural[table.stretch]
    if rest < share[table.stretch]:
        return share
    natural[table.stretch] = rest
    return natural


def _natural(cells: Sequence[str]) -> float:
    head, *rest = (_plain(cell) for cell in cells)
    return (
        max(
            pdfmetrics.stringWidth(head, _BOLD, _HEAD.fontSize),
            *(pdfmetrics.stringWidth(cell, _PLAIN, _CELL.fontSize) for cell in rest),
            0,
        )
        + 2 * _CELL_PADDING
        + 1
    )


def _boxes(boxes: Sequence[SignatureBox]) -> list[Flowable]:
    """Boxes side by side; who signs above, his name below the room for the signature."""
    dots = "." * 30
    names = [f"({box.name})" if box.name else f"({dots})" for box in boxes]
    rows = [
        [_text(box.title, _CENTRED) for box in boxes],
        [""] * len(boxes),
        [
            [_text(name, _CENTRED), *([_text(box.role, _CENTRED)] if box.role else [])]
            for box, name in zip(boxes, names, strict=True)
        ],
    ]
    grid = Grid(
        rows,
        [_ROOM / len(boxes)] * len(boxes),
        [None, _SIGNATURE_ROOM, None],
        style=[
            _FONT,
            ("BOX", (0, 0), (-1, -1), _THIN, "black"),
            ("LINEAFTER", (0, 0), (-2, -1), _THIN, "black"),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ],
    )
    return [Spacer(1, 3 * mm), grid]


# -- QR ----------------------------------------------------------------------------------------


class _QrCode(Flowable):
    """A QR code of level M in the middle of the page, drawn as areas, not as a picture."""

    def __init__(self, text: str) -> None:
        from qrcode.constants import ERROR_CORRECT_M
        from qrcode.main import QRCode

        super().__init__()
        code = QRCode(error_correction=ERROR_CORRECT_M, border=_QUIET_MODULES)
        code.add_data(text)
        code.make()
        self._rows = [[bool(dark) for dark in row] for row in code.get_matrix()]
        self.width, self.height = _ROOM, _QR_SIDE

    def draw(self) -> None:
        module = _QR_SIDE / len(self._rows)
        left = (_ROOM - _QR_SIDE) / 2
        for row, modules in enumerate(self._rows, 1):
            at = 0
            for dark, run in groupby(modules):
                count = len(list(run))
                if dark:
                    bottom = _QR_SIDE - row * module
                    self.canv.rect(left + at * module, bottom, count * module, module, 0, 1)
                at += count
