"""Personal numbers as lists and posters may show them (UU 27/2022 on personal data)."""

from __future__ import annotations


def mask_nik(text: str) -> str:
    """A NIK or KK number with its first four and last two signs only: ``1471**********34``."""
    return _masked(text, 4, 2)


def mask_phone(text: str) -> str:
    """A phone number with its first four and last three signs only: ``6281******789``."""
    return _masked(text, 4, 3)


def _masked(text: str, first: int, last: int) -> str:
    text = text.strip()
    hidden = len(text) - first - last
    # Of a text too short to hide anything in its middle nothing is shown.
    if hidden < 3:
        return "*" * len(text)
    return text[:first] + "*" * hidden + text[-last:]
