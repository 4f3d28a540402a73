"""What a check has to say of an answer, at one of three levels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["tolak", "peringatan", "info"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark on the field ``key``, in the officer's words.

    "tolak": the answer cannot be kept; "peringatan": the officer must confirm it; "info": good to
    know, nothing to do.
    """

    level: Level
    key: str
    says: str
