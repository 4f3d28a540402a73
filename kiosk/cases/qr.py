"""The QR code on a resi, a kartu kendali or a list: small, signed, and free of personal data.

``LL1:`` and then Base45 (RFC 9285) of a COSE_Sign1 message (RFC 9052, Ed25519) whose payload is
the CBOR array ``[kind, number, procedure, days since 1970, office, count]`` and whose
external_aad is ``LL1:`` itself, so that no other signature of the same key can be passed off as
a QR code. Only signs of QR's alphanumeric mode occur. Letters are folded to capitals before
reading, since a keyboard-wedge scanner turns them round when Caps Lock is on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Literal, cast

from kiosk.cases.resi import BadNumber, parse

if TYPE_CHECKING:
    from sync.entry import Sealed, Signer

PREFIX = "LL1:"
LONGEST = 1000
"""A text with more signs than this is nothing of ours (ours have about 210)."""

BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {sign: value for value, sign in enumerate(BASE45)}
_EPOCH = date(1970, 1, 1)
_LAST_DAY = (date(2099, 12, 31) - _EPOCH).days

KINDS = ("R", "K", "D")

State = Literal["sah", "penerbit-belum-dikenal", "tidak-sah"]


@dataclass(frozen=True, slots=True)
class QrClaim:
    """What a QR code says. ``kind``: R resi, K kartu kendali, D list (with ``count`` items)."""

    kind: str
    number: str
    procedure: str
    day: date
    office: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class QrReading:
    """What a scan is worth; the claim of an issuer not yet known is shown, but proves nothing."""

    state: State
    claim: QrClaim | None = None
    kid: bytes = b""


_INVALID = QrReading("tidak-sah")


def encode(claim: QrClaim, kid: bytes, signer: Signer) -> str:
    """The text of a QR code, signed by the key named ``kid`` (8 bytes).

    Raises BadNumber when the claim's number is none, ValueError for an unknown kind.
    """
    from sync.entry import dumps, sign1

    if claim.kind not in KINDS:
        raise ValueError(f"QR kind {claim.kind!r} is none of {', '.join(KINDS)}")
    number = parse(claim.number).text.replace("-", "")
    days = (claim.day - _EPOCH).days
    payload = dumps([claim.kind, number, claim.procedure, days, claim.office, claim.count])
    return PREFIX + base45_encode(sign1(payload, kid, signer, PREFIX.encode()))


def read(text: str, key_of: Callable[[bytes], bytes | None]) -> QrReading:
    """Judge a scanned text. ``key_of`` gives the public key (32 bytes) that a kid names.

    Never raises, whatever was scanned and however long it is.
    """
    from sync.entry import unseal

    if len(text) > LONGEST or not text.isascii():
        return _INVALID
    folded = text.strip().upper()
    if not folded.startswith(PREFIX):
        return _INVALID
    try:
        raw = base45_decode(folded[len(PREFIX) :])
        sealed = unseal(raw)
        claim = _claim(sealed.payload)
    except ValueError:  # an EntryError is one
        return _INVALID
    if claim is None or not _canonical(raw, sealed):
        return _INVALID
    public = key_of(sealed.kid)
    if public is None:
        return QrReading("penerbit-belum-dikenal", claim, sealed.kid)
    if not sealed.holds(public, PREFIX.encode()):
        return _INVALID
    return QrReading("sah", claim, sealed.kid)


def _canonical(raw: bytes, sealed: Sealed) -> bool:
    """Whether the message has the one shape we write: no byte of it is free to be changed."""
    from cbor2 import CBORTag

    from sync.entry import COSE_SIGN1_TAG, dumps

    parts: list[Any] = [sealed.protected, {}, sealed.payload, sealed.signature]
    return dumps(CBORTag(COSE_SIGN1_TAG, parts)) == raw


def _claim(payload: bytes) -> QrClaim | None:
    from sync.entry import loads

    parts = loads(payload)
    if not isinstance(parts, list) or len(cast("list[Any]", parts)) != 6:
        return None
    kind, number, procedure, days, office, count = cast("list[Any]", parts)
    if kind not in KINDS or not all(isinstance(one, str) for one in (number, procedure, office)):
        return None
    if type(days) is not int or type(count) is not int:
        return None
    if not 0 <= days <= _LAST_DAY or count < 0:
        return None
    try:
        number = parse(number).text
    except BadNumber:
        return None
    return QrClaim(kind, number, procedure, _EPOCH + timedelta(days=days), office, count)


def base45_encode(raw: bytes) -> str:
    """Base45 (RFC 9285) of bytes."""
    signs: list[str] = []
    for at in range(0, len(raw) - 1, 2):
        rest, first = divmod(raw[at] << 8 | raw[at + 1], 45)
        third, second = divmod(rest, 45)
        signs += BASE45[first], BASE45[second], BASE45[third]
    if len(raw) % 2:
        second, first = divmod(raw[-1], 45)
        signs += BASE45[first], BASE45[second]
    return "".join(signs)


def base45_decode(text: str) -> bytes:
    """The bytes a Base45 text stands for. Raises ValueError on a foreign sign, length or value."""
    try:
        values = [_VALUES[sign] for sign in text]
    except KeyError as error:
        raise ValueError(f"{error.args[0]!r} is no Base45 sign") from None
    if len(values) % 3 == 1:
        raise ValueError("no Base45 text has this length")
    raw = bytearray()
    for at in range(0, len(values), 3):
        group = values[at : at + 3]
        size = len(group) - 1
        number = sum(value * 45**place for place, value in enumerate(group))
        if number >= 256**size:
            raise ValueError("a Base45 group is too large")
        raw += number.to_bytes(size, "big")
    return bytes(raw)
