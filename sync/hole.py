"""A hole (lubang): what a kiosk sends in place of an entry that central refuses for good.

A damaged entry must not keep away all that come after it. The hole says which hash stands there,
so that the chain goes on; the entry's own bytes may still come later and fill it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sync.entry import (
    EntryError,
    Sealed,
    Signer,
    Spot,
    dumps,
    kid_of,
    loads,
    members,
    sign1,
    unseal,
)

_CONTEXT = b"loket-luring hole 2"


@dataclass(frozen=True, slots=True)
class Hole:
    """The place of an entry and its hash (32 bytes); ``raw`` are the sealed bytes."""

    spot: Spot
    hash: bytes
    raw: bytes = field(default=b"", compare=False, repr=False)


def seal_hole(spot: Spot, digest: bytes, kid: bytes, signer: Signer) -> Hole:
    """A hole at ``spot``, a COSE_Sign1 by the kiosk's device key."""
    said = dumps([spot.kiosk, spot.epoch, spot.seq, digest])
    return Hole(spot, digest, sign1(said, kid, signer, _CONTEXT))


def read_hole(raw: bytes) -> Hole:
    """The hole in ``raw``, its seal not yet checked. Raises EntryError."""
    kiosk, epoch, seq, digest = members(loads(unseal(raw).payload), (str, int, int, bytes))
    if len(digest) != 32:
        raise EntryError("a hole names a hash")
    return Hole(Spot(kiosk, epoch, seq), digest, raw)


def hole_holds(hole: Hole, spot: Spot, device_public: bytes) -> bool:
    """Whether the device key (32 bytes) sealed this hole, and for this place."""
    sealed: Sealed = unseal(hole.raw)
    return (
        hole.spot == spot
        and sealed.kid == kid_of(device_public)
        and sealed.holds(device_public, _CONTEXT)
    )
