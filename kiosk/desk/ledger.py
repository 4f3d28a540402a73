"""One officer's act is one transaction: entries, read tables and print jobs, or nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from kiosk.cases.state import CaseState
from kiosk.clock import Clock
from kiosk.desk.views import Refusal
from kiosk.keys import SigningKey
from kiosk.store.marks import HighWater
from kiosk.store.projection import Projection
from kiosk.texts import say
from sync.entry import Entry, EntryError, Placed
from sync.journal import Journal

UNSEEN_LINES = 64
"""Lines left open on the card of a case whose data has not arrived: its paper already has some."""


@dataclass(frozen=True, slots=True)
class Act:
    """What an officer does to one case, before it is signed and numbered."""

    case: bytes
    act: str
    step: str = ""
    to: tuple[str, ...] = ()
    claim: str = ""
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Hand:
    """Whose paraf it is: the officer (or the kiosk itself) and his key."""

    officer: str
    place: str
    key: SigningKey


def _plain(error: sqlite3.DatabaseError) -> str:
    """What an officer is told of a disk that fails; empty for a fault of the program."""
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_FULL:
            return say("Disk penuh: yang ini belum tersimpan. Kosongkan ruang, lalu ulangi.")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return say("Basis data sedang dipakai program lain. Tunggu sebentar, lalu ulangi.")
        case sqlite3.SQLITE_IOERR | sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN:
            return say("Disk tidak dapat ditulis: yang ini belum tersimpan. Hubungi pengelola.")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return say("Basis data rusak. Jangan dihapus; hubungi pengelola.")
        case _:
            return ""


class Ledger:
    """Writes acts down. One connection, one thread."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        journal: Journal,
        projection: Projection,
        clock: Clock,
        high_water: HighWater | None = None,
    ):
        self.db = connection
        self.journal = journal
        self.projection = projection
        self.clock = clock
        self._high_water = high_water
        self._wrote = False
        self.on_written: list[Callable[[], None]] = []
        """Called after entries were committed, on the desk's thread."""
        self.version = self._version()
        """Changes when another process has written to this folder (``kiosk sync`` beside the
        screen): what was read into memory before is stale."""

    def _version(self) -> int:
        return int(self.db.execute("PRAGMA data_version").fetchone()[0])

    def renew(self) -> None:
        """Drop what was folded in memory when another process has written since."""
        version = self._version()
        if version != self.version:
            self.projection.forget()
            self.version = version

    @contextmanager
    def transaction(self) -> Generator[None]:
        """A durable transaction; what was folded in memory is dropped when it fails.

        Begun inside another it is part of that one. Raises Refusal, with everything undone, when
        the disk is full or does not answer.
        """
        if self.db.in_transaction:
            yield
            return
        try:
            with self._alone():
                yield
        except sqlite3.DatabaseError as error:
            says = _plain(error)
            if not says:
                raise
            raise Refusal(says) from error

    @contextmanager
    def _alone(self) -> Generator[None]:
        self.db.execute("BEGIN IMMEDIATE")
        try:
            self.renew()
            yield
            self.db.execute("COMMIT")
        except BaseException:
            if self.db.in_transaction:
                self.db.execute("ROLLBACK")
            self.projection.forget()
            self._wrote = False
            raise
        if self._wrote:
            self._wrote = False
            if self._high_water is not None:
                self._high_water.write(self.journal.head())
            for call in self.on_written:
                call()

    def write(self, hand: Hand, act: Act) -> Placed:
        """Sign one act, put it in the journal and the read tables. Inside a transaction.

        Raises Refusal when what the officer typed cannot be written down.
        """
        state = self.projection.state(act.case)
        if state is None and self.projection.is_purged(act.case):
            raise Refusal(say("Isi kasus ini sudah dihapus menurut masa simpan arsip."))
        entry = Entry(
            case=act.case,
            act=act.act,
            officer=hand.officer,
            place=hand.place,
            time=self.clock.now(),
            boot=self.clock.boot,
            uptime=self.clock.uptime(),
            line=self._line(act, state),
            step=act.step,
            to=act.to,
            claim=act.claim,
            data=act.data,
        )
        try:
            placed = self.journal.append(entry, hand.key.kid, hand.key.sign)
        except EntryError as error:
            raise Refusal(
                say("Isian ini terlalu panjang atau berisi huruf yang rusak. Ketik ulang.")
            ) from error
        self.projection.apply(placed)
        self._wrote = True
        return placed

    @staticmethod
    def _line(act: Act, state: CaseState | None) -> int:
        if state is not None:
            return state.last_line + 1
        return 1 if act.act in ("permohonan", "batch", "kunci") else UNSEEN_LINES + 1

    def write_all(
        self,
        hand: Hand,
        acts: Sequence[Act],
        inside: Callable[[list[Placed]], None] | None = None,
    ) -> list[Placed]:
        """Several acts as one transaction; ``inside`` runs in it, after them (print jobs)."""
        with self.transaction():
            placed = [self.write(hand, act) for act in acts]
            if inside is not None:
                inside(placed)
        return placed
