"""Which declarations (SPTJM) the answers of a case call for, and what they cannot go without.

F-2.03 stands in for the letter of birth, F-2.04 for the proof of marriage (Permendagri 109/2019);
both want two witnesses.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Declaration = Literal["sptjm-lahir", "sptjm-nikah"]

SPTJM: Mapping[Declaration, str] = {"sptjm-lahir": "bukti_lahir", "sptjm-nikah": "bukti_nikah"}
"""Each declaration and the answer that calls for it by being "sptjm"."""

WITNESSES = ("saksi1", "saksi2")


def sworn(values: Mapping[str, str]) -> tuple[Declaration, ...]:
    """The declarations that a case's answers call for."""
    return tuple(kind for kind, key in SPTJM.items() if values.get(key) == "sptjm")


def lacking(kind: str, values: Mapping[str, str]) -> tuple[str, ...]:
    """The keys without whose answers a declaration cannot be signed: both witnesses, and for a
    marriage both parents."""
    wanted = [f"{who}_{what}" for who in WITNESSES for what in ("nama", "nik")]
    if kind == "sptjm-nikah":
        wanted += ["ibu_nama", "ayah_nama"]
    return tuple(key for key in wanted if not values.get(key))
