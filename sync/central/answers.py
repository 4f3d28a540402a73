"""Everything central answers, as bytes: what the HTTP endpoints and nothing else stand on."""

from __future__ import annotations

from pathlib import Path

from sync.central.check import admitted, kiosk_named
from sync.central.database import Database
from sync.central.identity import read
from sync.central.limits import Guard, Limits
from sync.central.moment import now_ms
from sync.central.reception import Reception
from sync.central.refusal import absent, stranger
from sync.central.routing import Reader, page
from sync.central.store import chains_of, hash_at, head_of, kiosk_of, stored_in
from sync.central.tree import subtree_in, tree_now
from sync.entry import EntryError, Spot, dumps
from sync.merkle import growth_path, inclusion_path
from sync.wire import (
    NONCE_BYTES,
    Pull,
    PullPage,
    State,
    pack_page,
    pack_state,
    read_pull,
    request_hash,
)


class Central:
    """The central in ``folder``: its log, and the key for its answers.

    Raises NoCentral when there is none, DatabaseDown.
    """

    def __init__(self, folder: Path, database: str = "", limits: Limits | None = None) -> None:
        self.identity = read(folder)  # first: a folder without a central gets no database either
        self.database = Database(folder, database)
        self.guard = Guard(limits or Limits())

    def reception(self) -> Reception:
        """Takes in one push."""
        return Reception(self.database, self.identity, self.guard)

    def read_pull(self, body: bytes) -> Pull:
        """The pull in a body. Raises EntryError; SealError when the seal does not hold."""
        pull = read_pull(body, self._device_of)
        if len(pull.nonce) != NONCE_BYTES:
            raise EntryError("no nonce")
        return pull

    def _device_of(self, code: str) -> bytes | None:
        kiosk = kiosk_named(self.database, code)
        return kiosk.public if kiosk else None

    def pull(self, pull: Pull, body: bytes) -> bytes:
        """The sealed page for a pull. Raises Refusal, UnknownDictionary."""
        self.guard.kiosk(pull.kiosk)
        with self.database.read() as db:
            kiosk = admitted(db, pull.kiosk)
            self.guard.fresh(pull.kiosk, pull.nonce)
            reader = Reader(kiosk.code, kiosk.address)
            items, cursor, more = page(db, reader, pull.cursor, pull.room)
        said = PullPage(items, cursor, more, now_ms())
        me = self.identity
        return pack_page(said, request_hash(body), me.kid, me.sign, pull.dictionary)

    def state(self, kiosk: str, epoch: int, at: int, nonce: bytes) -> bytes:
        """What central has of a kiosk, sealed for that nonce. Raises Refusal."""
        with self.database.read() as db:
            if kiosk_of(db, kiosk) is None:
                raise stranger()
            head = head_of(db, kiosk, epoch)
            tree = tree_now(db)
            state = State(
                kiosk=kiosk,
                epoch=epoch,
                seq=head.seq,
                hash=head.hash,
                at=at,
                at_hash=hash_at(db, Spot(kiosk, epoch, at)) or b"" if at else b"",
                epochs=chains_of(db, kiosk),
                size=tree.size,
                root=tree.root(),
                time=now_ms(),
                wait=self.guard.wait_ms(),
            )
        return pack_state(state, nonce, self.identity.kid, self.identity.sign)

    def proof(self, spot: Spot, size: int) -> bytes:
        """CBOR ``[index, path]``: that an entry is in the log of that size. Raises Refusal."""
        with self.database.read() as db:
            found = stored_in(db, spot.kiosk, spot.epoch, spot.seq, spot.seq).get(spot.seq)
            if found is None or not found.index <= size <= tree_now(db).size:
                raise absent()
            index = found.index - 1  # leaves are counted from 0
            return dumps([index, inclusion_path(index, size, subtree_in(db))])

    def growth(self, first: int, second: int) -> bytes:
        """CBOR list of hashes: that the log of the second size begins with the first's.

        Raises Refusal.
        """
        with self.database.read() as db:
            if not first <= second <= tree_now(db).size:
                raise absent()
            return dumps(growth_path(first, second, subtree_in(db)) if first else [])

    def size(self) -> int:
        """How many entries the log has. Raises DatabaseDown."""
        with self.database.read() as db:
            return tree_now(db).size

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()
