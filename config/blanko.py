"""Kinds of blanko: unprinted cards that are counted from their arrival to their end.

Since Permendagri 109/2019 KK and akta are printed on plain paper; only KIA and KTP-el need one.
"""

from __future__ import annotations

BLANKO: dict[str, str] = {"kia": "KIA", "ktp": "KTP-el"}
"""Kind of blanko -> the name an officer reads. The same words name a claim on the printed card."""
