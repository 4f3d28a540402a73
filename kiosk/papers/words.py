"""Numbers in Indonesian words (terbilang), for lists whose count is signed for."""

from __future__ import annotations

_UNITS = (
    "",
    "satu",
    "dua",
    "tiga",
    "empat",
    "lima",
    "enam",
    "tujuh",
    "delapan",
    "sembilan",
    "sepuluh",
    "sebelas",
)
_LARGEST = 999_999


def terbilang(number: int) -> str:
    """``number`` (0..999,999) in Indonesian words. Raises ValueError outside that range.

    >>> terbilang(1_017)
    'seribu tujuh belas'
    """
    if not 0 <= number <= _LARGEST:
        raise ValueError(f"terbilang: {number} is outside 0..{_LARGEST}")
    return " ".join(_spoken(number)) or "nol"


def _spoken(number: int) -> list[str]:
    if number < 12:
        return [_UNITS[number]] if number else []
    if number < 20:
        return [_UNITS[number - 10], "belas"]
    if number < 100:
        return [_UNITS[number // 10], "puluh", *_spoken(number % 10)]
    if number < 200:
        return ["seratus", *_spoken(number - 100)]
    if number < 1000:
        return [_UNITS[number // 100], "ratus", *_spoken(number % 100)]
    if number < 2000:
        return ["seribu", *_spoken(number - 1000)]
    return [*_spoken(number // 1000), "ribu", *_spoken(number % 1000)]
