"""The lives of a kiosk's folder: a copied or restored one goes on under a new epoch by itself.

Nothing is lost by it and nothing doubled: the new chain has numbers of its own, what the copy does
not know comes back from pusat, and what pusat does not know is sent there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiosk.desk.ledger import Act, Hand
from kiosk.store.marks import identity
from sync.chain import Head
from sync.entry import Spot
from sync.trust import NO_CASE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kiosk.desk.core import Core

IDENTITY = "identity"
"""The note (table ``meta``) of the folder and machine that this database belongs to."""

RESTORED = "dipulihkan"
"""The exception that says that this folder began a new life."""


def copied(core: Core, mark: Head | None) -> str:
    """Why the folder is a copy or a restored one (``mesin``, ``berkas``, ``mundur``); empty when
    it is the one that was used last, or nothing was written in it yet."""
    head = core.journal.head()
    if (head.epoch, head.seq) == (1, 0):
        return ""
    if mark is not None:
        if (mark.epoch, mark.seq) > (head.epoch, head.seq):
            return "mundur"
        here = core.journal.hash_at(Spot(core.settings.code, mark.epoch, mark.seq))
        if mark.epoch == head.epoch and here != mark.hash:
            return "mundur"
    known = core.front.meta(IDENTITY)
    if not known:
        return ""
    machine, _, file = known.partition(":")
    machine_now, _, file_now = identity(core.front.folder).partition(":")
    if machine and machine_now and machine != machine_now:
        return "mesin"
    return "berkas" if file != file_now and "0" not in (file, file_now) else ""


def begin_life(core: Core, why: str, known: Iterable[int] = ()) -> int:
    """Begin a new epoch, above those here and in ``known``, and say so in an entry: by it pusat
    learns of the epoch, and the officer of what happened. Inside a transaction; gives the epoch."""
    epoch = core.journal.epochs.begin(known)
    core.front.note(IDENTITY, identity(core.front.folder))
    raise_alarm(core, RESTORED, {"kiosk": core.settings.code, "rantai": epoch, "sebab": why})
    return epoch


def raise_alarm(core: Core, kind: str, facts: Mapping[str, Any]) -> None:
    """Write an exception that belongs to no case. Inside a transaction."""
    to = tuple(sorted({core.settings.address, "dinas"}))
    code, address = core.settings.code, core.settings.address
    core.ledger.write(
        Hand(code, address, core.front.keys.device()),  # a device key signs for its kiosk
        Act(NO_CASE, "pengecualian", to=to, data={"jenis": kind, "fakta": dict(facts)}),
    )
