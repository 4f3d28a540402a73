"""What the office calls a place, from its address alone."""

from __future__ import annotations

from kiosk.texts import say


def place_word(address: str) -> str:
    """``rs:RSA`` as "RS RSA", ``uptd:14.71.10`` as "UPTD 14.71.10", ``dinas`` as "Dinas"; an
    address of another kind as it is."""
    kind, _, code = address.partition(":")
    if address == "dinas":
        return say("Dinas")
    if code and kind == "rs":
        return say("RS {code}", code=code)
    if code and kind == "uptd":
        return say("UPTD {code}", code=code)
    if code and kind == "lapangan":
        return say("Tim lapangan {code}", code=code)
    return address
