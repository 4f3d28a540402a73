"""Drawing one line of text on a screen: exact width, no control character, no glyph by accident."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

if TYPE_CHECKING:
    from textual.app import App
    from textual.widget import Widget

# Typographic characters that the console's fonts lack and that text from elsewhere brings along.
_PLAIN = str.maketrans(
    {
        "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-",
        "\u2026": "..", "\u2022": "*", "\u2192": "->", "\u00a0": " ", "\t": " ", "\n": " ",
    }
)  # fmt: skip

BOLD = Style(bold=True)
PLAIN = Style.null()
REVERSE = Style(reverse=True)


def clean(text: str) -> str:
    """The text as it may be shown: control characters (an escape sequence in a name, a scanner's
    group separator) become ``?``, typographic ones their ASCII twin."""
    text = text.translate(_PLAIN)
    return text if text.isprintable() else "".join(c if c.isprintable() else "?" for c in text)


def fit(text: str, width: int, align: str = "left") -> str:
    """The text cleaned and made exactly `width` cells wide; what is cut off ends in ``..``."""
    text = clean(text)
    cells = cell_len(text)
    if cells > width:
        return set_cell_size(text, width) if width < 6 else set_cell_size(text, width - 2) + ".."
    blank = " " * (width - cells)
    return blank + text if align == "right" else text + blank


def strip_of(width: int, base: Style, *parts: tuple[str, Style]) -> Strip:
    """One line, `width` cells: the parts from left to right over the base style."""
    segments = [Segment(clean(text), base + style) for text, style in parts if text]
    return Strip(segments).adjust_cell_length(width, base)


def app_of(widget: Widget) -> App[object]:
    """The application of a widget, with a type that says no more than it knows."""
    return cast("App[object]", widget.app)  # pyright: ignore[reportUnknownMemberType]
