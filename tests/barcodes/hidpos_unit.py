"""The device side of a scanner in HID-POS mode: a text as reports."""

from __future__ import annotations


def reports(text: str, aim: bytes = b"]Q1") -> list[bytes]:
    """As most makers send them: 56 characters each, all but the last marked as continued."""
    data = text.encode()
    parts = [data[at : at + 56] for at in range(0, len(data), 56)] or [b""]
    return [
        b"\x02"
        + bytes([len(part)])
        + aim
        + part.ljust(56, b"\x00")
        + b"s\x00"
        + bytes([number < len(parts)])
        for number, part in enumerate(parts, 1)
    ]


def plain_reports(text: str, size: int = 64) -> list[bytes]:
    """Without number, count and flag; a unit that fills its last report adds CR."""
    data = text.encode()
    return [data[at : at + size].ljust(size, b"\x00") for at in range(0, len(data), size)]
