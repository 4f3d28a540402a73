"""Whose key is whose: what a kiosk or central believes about signatures.

Three kinds of keys. Central's is pinned when a kiosk is enrolled; central announces each kiosk's
device key (act ``kiosk``); a kiosk announces the keys of its officers, signed by its device key
(act ``kunci``). A key counts only for the chain of the kiosk it was announced for: the same
officer's key used on two kiosks is announced twice, and a kiosk that announces a stranger's key
gains nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, cast

from sync.entry import Entry, EntryError, Spot, kid_of

Kind = Literal["petugas", "kiosk", "pusat"]

CENTRAL = "PUSAT"
"""The kiosk code under which central writes its own chain."""
CENTRAL_OFFICER = "pusat"
EVERYONE = "*"
"""The address that every place reads."""
NO_CASE = bytes(16)
"""The case of an entry that belongs to no application: an announcement."""
KEY_ACT = "kunci"
KIOSK_ACT = "kiosk"
VERDICT_ACT = "putusan"
PUBLIC_BYTES = 32


class TrustError(EntryError):
    """An announcement of a key that is malformed or contradicts one already believed."""


@dataclass(frozen=True, slots=True)
class Key:
    """A public key (32 bytes, Ed25519) and who signs with it.

    ``owner`` is the officer, the kiosk's code or ``pusat``; ``kiosk`` is the chain it may sign.
    """

    kid: bytes
    public: bytes
    owner: str
    kind: Kind
    kiosk: str
    name: str = ""
    initials: str = ""
    roles: tuple[str, ...] = ()
    place: str = ""


def central_key(public: bytes) -> Key:
    """Central's own key, from its 32 pinned bytes."""
    return Key(
        kid_of(public), public, CENTRAL_OFFICER, "pusat", CENTRAL, name="Pusat", place="pusat"
    )


def device_key(public: bytes, kiosk: str, name: str = "", place: str = "") -> Key:
    """A kiosk's own key, from its 32 bytes."""
    return Key(kid_of(public), public, kiosk, "kiosk", kiosk, name=name, place=place)


class TrustList:
    """The keys that are believed, by kid and kiosk."""

    def __init__(self, keys: tuple[Key, ...] = ()) -> None:
        self._keys: dict[bytes, dict[str, Key]] = {}
        for key in keys:
            self.add(key)

    def add(self, key: Key) -> None:
        """Believe a key; announced again, its name, roles and place are renewed.

        Raises TrustError when the same kid already stands for somebody else on that kiosk.
        """
        if len(key.public) != PUBLIC_BYTES or key.kid != kid_of(key.public):
            raise TrustError("the kid does not name this key")
        known = self._keys.setdefault(key.kid, {})
        before = known.get(key.kiosk)
        if before and (before.public, before.owner, before.kind) != (
            key.public,
            key.owner,
            key.kind,
        ):
            raise TrustError("the key already belongs to somebody else")
        known[key.kiosk] = key

    def get(self, kid: bytes, kiosk: str = "") -> Key | None:
        """The key of that name: for one kiosk's chain, or as first announced anywhere."""
        known = self._keys.get(kid, {})
        return known.get(kiosk) if kiosk else next(iter(known.values()), None)

    def public_of(self, kid: bytes) -> bytes | None:
        """The 32 bytes of a key by its name, None when unknown."""
        key = self.get(kid)
        return key.public if key else None

    def of_officer(self, owner: str, kiosk: str = "") -> list[Key]:
        """The keys of an officer, on one kiosk or on all."""
        return [
            key
            for key in self
            if key.kind == "petugas" and key.owner == owner and kiosk in ("", key.kiosk)
        ]

    def of_kiosk(self, kiosk: str) -> list[Key]:
        """The device keys announced for a kiosk, oldest first."""
        return [key for key in self if key.kind == "kiosk" and key.kiosk == kiosk]

    def __iter__(self) -> Iterator[Key]:
        for known in self._keys.values():
            yield from known.values()

    def __len__(self) -> int:
        return sum(len(known) for known in self._keys.values())


def _text(data: dict[str, Any], name: str, needed: bool = False) -> str:
    value = data.get(name, "")
    if not isinstance(value, str) or (needed and not value):
        raise TrustError(f"{name} is missing or no text")
    return value


def _announced(entry: Entry, spot: Spot) -> Key:
    data = dict(entry.data)
    public = data.get("kunci")
    if not isinstance(public, bytes) or len(public) != PUBLIC_BYTES:
        raise TrustError("kunci is not 32 bytes")
    if entry.case != NO_CASE or EVERYONE not in entry.to:
        raise TrustError("an announcement belongs to no case and goes to everyone")
    if entry.act == KIOSK_ACT:
        code = _text(data, "kiosk", needed=True)
        if spot.kiosk != CENTRAL or code == CENTRAL:
            raise TrustError("only central announces kiosks")
        return device_key(public, code, _text(data, "nama"), _text(data, "alamat", needed=True))
    roles = data.get("peran", [])
    if not isinstance(roles, list | tuple) or not all(
        isinstance(role, str) for role in cast("list[object]", roles)
    ):
        raise TrustError("peran is no list of texts")
    if spot.kiosk == CENTRAL:
        raise TrustError("central has no officers")
    return Key(
        kid_of(public),
        public,
        _text(data, "petugas", needed=True),
        "petugas",
        spot.kiosk,
        _text(data, "nama"),
        _text(data, "inisial"),
        tuple(cast("list[str]", roles)),
        _text(data, "tempat"),
    )


def key_of_entry(entry: Entry, spot: Spot) -> Key | None:
    """The key that an entry announces; None when it announces none, or not well-formed."""
    if entry.act not in (KEY_ACT, KIOSK_ACT):
        return None
    try:
        return _announced(entry, spot)
    except TrustError:
        return None


def learn(trust: TrustList, entry: Entry, spot: Spot) -> Key | None:
    """Believe what a verified announcement says; None for every other entry.

    Raises TrustError on an announcement that is malformed or contradicts a known key. Whether the
    entry was signed by the one who may announce is for ``sync.chain.verify`` to say.
    """
    if entry.act not in (KEY_ACT, KIOSK_ACT):
        return None
    key = _announced(entry, spot)
    trust.add(key)
    return key
