"""F3: a case by whatever the applicant has in his hand or says."""

from __future__ import annotations

import re
from typing import Any

from kiosk.cases.resi import BadNumber, parse
from kiosk.desk.core import Core

SHORTEST_FRAGMENT = 3
"""The trigram index finds fragments of at least three characters."""

_TELEPHONE = re.compile(r"(?:\+62[ .-]?|0)(8[0-9 .\-]{6,})")
"""A mobile number as an applicant says it: 0812..., +62 812..."""

_GROUPS = re.compile(r"[0-9]{2,8}(?:[ .\-][0-9]{2,8})+")
"""A long number copied with its groups: 1471 0845 0598 0034."""

_NIK = 16
_CODE = 6
_MISREAD = str.maketrans("OIL", "011")
"""Signs that a kode permohonan never has, and those they are taken for (Crockford base 32)."""


def search(core: Core, text: str, columns: str, limit: int) -> list[tuple[Any, ...]]:
    """Rows of ``columns`` of the cases that a text finds: by name, number, kode, NIK, KK, telephone
    or reference, or a fragment of any. Newest first; a whole number finds its case alone."""
    try:
        exact = parse(text).text
    except BadNumber:
        exact = ""
    if exact:
        rows = core.db.execute(f"SELECT {columns} FROM cases WHERE number=?", (exact,)).fetchall()
        if rows:
            return rows
    plain = "".join(sign if sign.isprintable() and sign != '"' else " " for sign in text)
    words = (_telephone(plain) or _joined(plain)).upper().split()
    if not words:
        return []
    query = " AND ".join(_either(word) for word in words if len(word) >= SHORTEST_FRAGMENT)
    if query:
        return core.db.execute(
            f"SELECT {columns} FROM case_words w JOIN cases ON cases.rowid = w.rowid"
            " WHERE case_words MATCH ? ORDER BY w.rowid DESC LIMIT ?",
            (query, limit),
        ).fetchall()
    return core.db.execute(
        f"SELECT {columns} FROM cases WHERE name LIKE ? || '%' ORDER BY created DESC LIMIT ?",
        (words[0], limit),
    ).fetchall()


def _telephone(text: str) -> str:
    """A telephone number as it is stored (62...), empty when the text is none."""
    match = _TELEPHONE.fullmatch(text.strip())
    return "62" + re.sub(r"[ .\-]", "", match[1]) if match else ""


def _joined(text: str) -> str:
    """A NIK or KK number without its gaps; any other text as it is."""
    whole = re.sub(r"[ .\-]", "", text)
    return whole if len(whole) == _NIK and _GROUPS.fullmatch(text.strip()) else text


def _either(word: str) -> str:
    """A word as the index is asked for it, or as it may have been meant."""
    meant = word
    if re.fullmatch(r"08[0-9]+", word):
        meant = f"62{word[1:]}"  # the beginning of a telephone number
    elif len(word) == _CODE and word.isalnum():
        meant = word.translate(_MISREAD)
    return f'"{word}"' if meant == word else f'("{word}" OR "{meant}")'
