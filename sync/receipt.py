"""Central's signed word that it holds a kiosk's chain up to one entry."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sync.entry import EntryError, Signer, dumps, kid_of, loads, members, sign1, unseal

_CONTEXT = b"loket-luring receipt 2"


@dataclass(frozen=True, slots=True)
class Receipt:
    """Central holds every entry of (kiosk, epoch) up to and including ``seq``.

    ``hash`` is that of entry ``seq``: as each entry names the hash before it, one head
    acknowledges all. ``seq`` 0 and 32 zero bytes: nothing yet. ``size`` counts all entries of all
    kiosks in central's log and ``root`` is the root of the tree over them (``sync.merkle``),
    ``time`` is central's clock (milliseconds since 1970 UTC), ``raw`` the sealed bytes, kept as
    the proof.
    """

    kiosk: str
    epoch: int
    seq: int
    hash: bytes
    size: int
    root: bytes
    time: int
    raw: bytes = field(default=b"", compare=False, repr=False)


def seal_receipt(receipt: Receipt, kid: bytes, signer: Signer) -> Receipt:
    """The same receipt with its sealed bytes (a COSE_Sign1 by central's key) in ``raw``."""
    said = [
        receipt.kiosk,
        receipt.epoch,
        receipt.seq,
        receipt.hash,
        receipt.size,
        receipt.root,
        receipt.time,
    ]
    return replace(receipt, raw=sign1(dumps(said), kid, signer, _CONTEXT))


def read_receipt(raw: bytes, central_public: bytes) -> Receipt:
    """The receipt in ``raw``. Raises EntryError when central's key (32 bytes) did not seal it."""
    sealed = unseal(raw)
    if sealed.kid != kid_of(central_public) or not sealed.holds(central_public, _CONTEXT):
        raise EntryError("not sealed by central")
    said = members(loads(sealed.payload), (str, int, int, bytes, int, bytes, int))
    return Receipt(*said, raw=raw)
