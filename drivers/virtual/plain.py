"""A decoded paper as plain text, for the screen and for looking at it in a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from drivers.virtual.decode import Align, Cut, Element, Feed, Line, Qr, Raster, Style


@dataclass(frozen=True, slots=True)
class Cell:
    """One character as it stands on the paper."""

    character: str
    style: Style


def rows(line: Line, columns: int) -> list[list[Cell]]:
    """The line broken where a printer breaks it: hard, at the edge of the paper."""
    broken: list[list[Cell]] = [[]]
    used = 0
    for run in line.runs:
        for character in run.text:
            if used + run.style.wide > columns:
                broken.append([])
                used = 0
            broken[-1].append(Cell(character, run.style))
            used += run.style.wide
    return broken


def width(cells: Iterable[Cell]) -> int:
    """Columns that the cells take."""
    return sum(cell.style.wide for cell in cells)


def indent(align: Align, used: int, room: int) -> int:
    """Where something ``used`` wide begins in ``room``, in the same unit."""
    return {"left": 0, "center": (room - used) // 2, "right": room - used}[align]


def render_text(elements: Iterable[Element], columns: int) -> str:
    """The paper as text of at most ``columns``; a QR code stands as ``[QR] content``."""
    lines: list[str] = []
    for element in elements:
        match element:
            case Line():
                for cells in rows(element, columns):
                    shown = "".join(cell.character for cell in cells)
                    lines.append(" " * indent(element.align, width(cells), columns) + shown)
            case Feed(count):
                lines += [""] * count
            case Qr(text):
                lines.append(f"[QR] {text}")
            case Raster(wide, picture):
                lines.append(f"[gambar {wide * 8}x{len(picture)}]")
            case Cut():
                lines.append("- 8< ".ljust(columns, "-"))
    return "".join(line.rstrip() + "\n" for line in lines)
