"""Checks entries against the keys that are believed: one by one, or a whole chain."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass

from sync.entry import (
    BRANCH,
    GENESIS,
    Entry,
    EntryError,
    Spot,
    chain_aad,
    decode,
    entry_hash,
    signed_epoch,
    unseal,
)
from sync.trust import (
    CENTRAL,
    KEY_ACT,
    KIOSK_ACT,
    VERDICT_ACT,
    Key,
    TrustError,
    TrustList,
    learn,
)

Row = tuple[Spot, bytes, bytes, bytes]
"""Where an entry stands, the hash before it, its stored bytes (empty when its content was purged)
and its own hash as it was noted down."""

HashAt = Callable[[Spot], bytes | None]
"""The hash of the entry at a place, None when it is not known."""


class ChainError(EntryError):
    """An entry that cannot be believed. ``code`` for programs, ``says`` (Indonesian) for people."""

    def __init__(self, code: str, says: str) -> None:
        super().__init__(f"{code}: {says}")
        self.code = code
        self.says = says


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a kiosk's chain; seq 0 and GENESIS before the first."""

    epoch: int
    seq: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a chain, and the entry where it begins."""

    spot: Spot
    says: str


def verify(spot: Spot, prev: bytes, raw: bytes, trust: TrustList) -> Entry:
    """The entry in ``raw``, believed: its form, its signature at this spot, and who signed.

    Raises ChainError with code ``entri-rusak``, ``petugas-tidak-dikenal``,
    ``tanda-tangan-tidak-sah`` or ``petugas-tidak-cocok``.
    """
    try:
        sealed = unseal(raw)
        entry = decode(sealed.payload)
    except EntryError as error:
        raise ChainError("entri-rusak", "Isi entri tidak dapat dibaca.") from error
    key = trust.get(sealed.kid, spot.kiosk)
    if key is None:
        raise ChainError(
            "petugas-tidak-dikenal", "Kunci penanda tangan belum dikenal untuk kiosk ini."
        )
    if not sealed.holds(key.public, chain_aad(spot, prev)):
        raise ChainError(
            "tanda-tangan-tidak-sah",
            "Tanda tangan tidak cocok dengan isi entri atau tempatnya dalam rantai.",
        )
    if not _may_write(key, entry, spot):
        raise ChainError(
            "petugas-tidak-cocok", "Entri ditandatangani dengan kunci yang bukan haknya."
        )
    return entry


def _may_write(key: Key, entry: Entry, spot: Spot) -> bool:
    """An officer signs for himself; keys are announced by the kiosk, kiosks by central."""
    if entry.act in (KIOSK_ACT, VERDICT_ACT) or spot.kiosk == CENTRAL or key.kind == "pusat":
        return key.kind == "pusat" and spot.kiosk == CENTRAL
    if entry.act == KEY_ACT:
        return key.kind == "kiosk"
    return entry.officer == key.owner


def check_chain(
    rows: Iterable[Row],
    trust: TrustList,
    whole: Container[str] | None = None,
    hash_at: HashAt = lambda _: None,
) -> Iterator[Problem]:
    """The first bad entry of each chain (kiosk, epoch) among ``rows``.

    The chains of the kiosks in ``whole`` (None: of all) must be complete from seq 1 and in order;
    a branch from the entry of its chain that it begins after, which ``hash_at`` knows. Of the
    others only some entries are here: each is verified against the ``prev`` that came with it, in
    any order. Of a purged entry only its links are checked. Keys announced along the way are
    added to ``trust``, so rows come in the order in which they were written or arrived.
    """
    heads: dict[tuple[str, int], Head] = {}
    broken: set[tuple[str, int]] = set()
    for spot, prev, raw, noted in rows:
        chain = (spot.kiosk, spot.epoch)
        if chain in broken:
            continue
        before = heads.get(chain) or _beginning(spot, hash_at)
        says = ""
        if whole is None or spot.kiosk in whole:
            says = _follows(before, spot.seq, prev)
        elif spot.seq == before.seq + 1 and prev != before.hash:
            says = "Entri ini tidak menyambung ke entri sebelumnya."
        says = says or (_believe(spot, prev, raw, trust) if raw else "")
        if says:
            broken.add(chain)
            yield Problem(spot, says)
        heads[chain] = Head(spot.epoch, spot.seq, entry_hash(raw) if raw else noted)


def _beginning(spot: Spot, hash_at: HashAt) -> Head:
    """What the first entry of a chain follows: nothing, or for a branch the entry before it."""
    if spot.epoch < BRANCH or spot.seq == 1:
        return Head(spot.epoch, 0, GENESIS)
    fork = Spot(spot.kiosk, signed_epoch(spot.epoch), spot.seq - 1)
    return Head(spot.epoch, fork.seq, hash_at(fork) or b"")


def _follows(before: Head, seq: int, prev: bytes) -> str:
    if seq != before.seq + 1:
        return f"Rantai terputus: entri {before.seq + 1} tidak ada."
    if prev != before.hash:
        return "Entri ini tidak menyambung ke entri sebelumnya."
    return ""


def _believe(spot: Spot, prev: bytes, raw: bytes, trust: TrustList) -> str:
    try:
        learn(trust, verify(spot, prev, raw, trust), spot)
    except ChainError as error:
        return error.says
    except TrustError:
        return "Pengumuman kunci tidak dapat dipercaya."
    return ""
