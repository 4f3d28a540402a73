"""Text made fit for a printer: only what it can print, in lines that fit on its paper."""

from __future__ import annotations

import textwrap
import unicodedata

_TYPOGRAPHIC = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u2032\u02bb\u02bc\u02be\u02bf\u00b4", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        **dict.fromkeys("\u2022\u00b7\u25cf", "*"),
        "\u2026": "...",
        "\u2192": "->",
        "\u00d7": "x",
        "\u00a0": " ",
    }
)

STRUCK = {"đ": "d", "Đ": "D", "ħ": "h", "Ħ": "H", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ı": "i"}
"""Letters that Unicode does not take apart, and the plain letter inside each."""

MARKS_ABOVE = "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u0309\u030a\u030b\u030c"
"""Grave, acute, circumflex, tilde, macron, breve, dot, diaeresis, hook, ring, double acute,
caron."""

MARKS_BELOW = "\u0323\u0326\u0327\u0328\u0331"
"""Dot, comma, cedilla, ogonek, macron."""


def drawable(character: str) -> bool:
    """Whether the letter can go out as a picture where the code page lacks it.

    True for Latin letters with the usual marks: those of transliterated Arabic, Turkish,
    Vietnamese and Slavic names, which is what a birth desk meets.
    """
    if character in STRUCK:
        return True
    base, *marks = unicodedata.normalize("NFD", character)
    return (
        bool(marks)
        and base.isascii()
        and base.isalpha()
        and all(mark in MARKS_ABOVE or mark in MARKS_BELOW for mark in marks)
    )


def fold(text: str, codepage: str = "ascii", *, drawn: bool = False) -> str:
    """Text with nothing in it that ``codepage`` lacks, line ends kept.

    Typographic signs become ASCII ones, letters outside the code page lose their accents, control
    characters become spaces, and what is left over becomes a question mark. With ``drawn`` the
    letters that are `drawable` stay.
    """
    plain = unicodedata.normalize("NFC", text).translate(_TYPOGRAPHIC)
    return "".join(_fold_character(character, codepage, drawn) for character in plain)


def _fold_character(character: str, codepage: str, drawn: bool) -> str:
    if character == "\n":
        return character
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    if category == "Cf":
        return ""
    if has(codepage, character) or (drawn and drawable(character)):
        return character
    parts = unicodedata.normalize("NFKD", STRUCK.get(character, character))
    base = "".join(part for part in parts if not unicodedata.combining(part))
    return "".join(part if part.isascii() and part.isprintable() else "?" for part in base)


def has(codepage: str, text: str) -> bool:
    """Whether ``codepage`` has all of ``text``."""
    try:
        text.encode(codepage)
    except UnicodeEncodeError:
        return False
    return True


def wrap(text: str, columns: int) -> list[str]:
    """The lines of ``text`` at most ``columns`` wide; a word is broken only if it is wider.

    A number with dashes is one word: a resi number is never split at a dash.
    """
    lines: list[str] = []
    for line in text.split("\n"):
        if len(line) <= columns:
            lines.append(line.rstrip())
        else:
            lines += textwrap.wrap(line, columns, break_on_hyphens=False) or [""]
    return lines


def at_both_edges(left: list[str], right: list[str], columns: int) -> list[str]:
    """Lines of ``left`` at the left edge and of ``right`` at the right one.

    Where they meet they share a line, if both fit with a space between.
    """
    if len(left[-1]) + 1 + len(right[0]) <= columns:
        shared = left[-1] + right[0].rjust(columns - len(left[-1]))
        left, right = [*left[:-1], shared], right[1:]
    return left + [line.rjust(columns) for line in right]
