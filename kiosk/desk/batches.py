"""Many files at once: counted out, counted in, a difference opened as an exception."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from config.procedures import Outcome, Procedure, Step
from kiosk.cases.engine import may_record
from kiosk.cases.places import place_word
from kiosk.cases.resi import case_id
from kiosk.cases.state import CaseState
from kiosk.desk.claims import already_out
from kiosk.desk.core import CENTRE, Core
from kiosk.desk.files import Files
from kiosk.desk.ledger import Act
from kiosk.desk.printing import Printing
from kiosk.desk.views import BatchGroup, BatchItem, BatchRow, CaseRow, Refusal
from kiosk.desk.worklist import ROW_COLUMNS, case_row
from kiosk.texts import say

BATCH_KINDS = {"daftar": "D", "kembali": "B", "rekap": "R", "bast": "S"}
"""Kind of batch -> the letter in its number."""


def batch_title(kind: str) -> str:
    """What the office calls a batch of this kind."""
    return {
        "daftar": say("Daftar permohonan"),
        "kembali": say("Pengembalian berkas"),
        "rekap": say("Rekap distribusi KIA"),
        "bast": say("Serah terima (BAST)"),
    }.get(kind, kind)


def counted_word(kind: str, count: int) -> str:
    """How many things a batch of this kind has: files, cards, or both."""
    if kind == "bast":
        return say("{n} barang", n=count)
    return say("{n} keping", n=count) if kind == "rekap" else say("{n} berkas", n=count)


@dataclass(frozen=True, slots=True)
class Way:
    """How one case leaves in a batch: with which outcome, on which kind of list, to whom.

    ``target`` is the address of a kiosk, or the name of an outside receiver when the case ends
    with him: then ``following`` is None. ``item`` is what is handed over (Step.item).
    """

    outcome: Outcome
    kind: str
    target: str
    item: str
    following: Step | None = None


class Batches:
    """F4: serah and terima of many files."""

    def __init__(self, core: Core, files: Files, printing: Printing):
        self._core = core
        self._files = files
        self._printing = printing

    # -- out ---------------------------------------------------------------------------------

    def ready(self) -> list[BatchGroup]:
        """What this officer can hand over now: one group for each kind of list and receiver.

        Files and cards for one receiver stand in one group, each with an outcome of its own.
        """
        core = self._core
        officer = core.acting()
        rows = core.db.execute(
            f"SELECT {ROW_COLUMNS} FROM cases WHERE holder_place=? AND transit_to=''"
            " AND status <> 'tutup' AND wait_place=? ORDER BY created",
            (officer.place, officer.place),
        ).fetchall()
        groups: dict[tuple[str, str], list[tuple[CaseRow, str]]] = defaultdict(list)
        for row in rows:
            case = case_row(row)
            procedure = core.procedures.get(case.procedure)
            step = procedure.find(case.step) if procedure else None
            if procedure is None or step is None or not self._my_batch_step(step):
                continue
            state = core.state(case.number)
            # The very rule of hand_over: one file that lies with a colleague holds up no batch.
            if state is None or may_record(state, step, officer.card.roles, officer.place):
                continue
            for way in self._open_ways(state, procedure, step):
                groups[way.kind, way.target].append((case, way.item))
        return [
            BatchGroup(
                kind,
                target,
                batch_title(kind),
                rows=tuple(case for case, _ in cases),
                items=tuple(item for _, item in cases),
            )
            for (kind, target), cases in groups.items()
        ]

    def _my_batch_step(self, step: Step) -> bool:
        roles = self._core.acting().card.roles
        mine = "supervisor" in roles or bool(set(step.roles) & set(roles))
        return mine and any(outcome.batch for outcome in step.outcomes)

    def _open_ways(self, state: CaseState, procedure: Procedure, step: Step) -> list[Way]:
        """Every way a case may leave now, one for each kind of list and receiver."""
        ways: dict[tuple[str, str], Way] = {}
        for outcome in step.outcomes:
            if not outcome.batch or not outcome.fits(state.values):
                continue
            try:
                way = self.way(state, procedure, step, outcome)
            except Refusal:  # where to is not known before the application arrives
                continue
            if way.kind and way.target != self._core.settings.address:
                ways.setdefault((way.kind, way.target), way)
        return list(ways.values())

    def way(self, state: CaseState, procedure: Procedure, step: Step, outcome: Outcome) -> Way:
        """How a case leaves with this outcome. Raises Refusal when the receiver is not known."""
        following = procedure.find(outcome.to)
        if following is None:
            return Way(outcome, outcome.batch_for(""), self._receiver(state, outcome), step.item)
        target = self._core.address_for(following.place, state)
        kind = outcome.batch_for(target.partition(":")[0])
        return Way(outcome, kind, target, following.item, following)

    def _receiver(self, state: CaseState, outcome: Outcome) -> str:
        """Who gets what leaves our offices for good, by the case or by the one it belongs to."""
        core = self._core
        above = core.state(state.parent) if state.parent else None
        for one in (state, above):
            name = str(one.values.get(outcome.receiver, "") or "") if one else ""
            if name:
                return name
        raise Refusal(say("Penerima untuk {number} belum diketahui.", number=state.number))

    def hand_over(self, kind: str, target: str, numbers: Sequence[str], counted: int) -> str:
        """Serah: these files leave together; gives the batch number. One transaction.

        ``counted`` is what the officer counted in his hands. A batch for an outside receiver is
        closed at once: he signs its paper, and no kiosk of ours counts it in. Raises Refusal when
        the count differs, when a file is not his to hand over, or when its card is out already.
        """
        core = self._core
        if not numbers:
            raise Refusal(say("Pilih dahulu berkas yang diserahkan (tombol spasi)."))
        if counted != len(set(numbers)):
            raise Refusal(
                say(
                    "Hitungan {counted}, terpilih {chosen}. Hitung lagi atau ubah pilihan.",
                    counted=counted,
                    chosen=len(set(numbers)),
                )
            )
        with core.ledger.transaction():
            batch = core.next_numbers(1, BATCH_KINDS[kind])[0]
            ways = {number: self._my_way(kind, target, number) for number in numbers}
            outside = any(way.following is None for way in ways.values())
            self._write_batch(batch, kind, target, ways, outside)
            for number, way in ways.items():
                self._hand_one(number, way, batch)
            things = {number: way.item for number, way in ways.items()}
            self._printing.queue_batch(batch, kind, target, things, outside)
        return batch

    def _write_batch(
        self, batch: str, kind: str, target: str, ways: Mapping[str, Way], outside: bool
    ) -> None:
        core, hand = self._core, self._core.hand()
        here = core.settings.address
        to = tuple(dict.fromkeys((here, CENTRE, *(() if outside else (target,)))))
        data = {
            "nomor": batch,
            "jenis": kind,
            "dari": here,
            "ke": target,
            "isi": list(ways),
            "barang": [way.item for way in ways.values()],
            "jumlah": len(ways),
        }
        core.ledger.write(hand, Act(case_id(batch), "batch", to=to, data=data))
        if outside:
            counts = {"nomor": batch, "terhitung": len(ways), "penerima": target}
            core.ledger.write(hand, Act(case_id(batch), "batch-terima", to=to, data=counts))

    def _my_way(self, kind: str, target: str, number: str) -> Way:
        """How this officer hands this case to this receiver. Raises Refusal."""
        core = self._core
        state = core.known(number)
        procedure, step = core.step_of(state)
        core.demand_turn(state, step)
        ways = [
            self.way(state, procedure, step, outcome)
            for outcome in step.outcomes
            if kind in outcome.batches and outcome.fits(state.values)
        ]
        ways = [way for way in ways if way.target != core.settings.address]
        if not ways:
            raise Refusal(say("Berkas {number} belum bisa diserahkan.", number=number))
        way = next((one for one in ways if (one.kind, one.target) == (kind, target)), None)
        if way is None:
            raise Refusal(
                say(
                    "Berkas {number} bukan untuk {target}.",
                    number=number,
                    target=place_word(target),
                )
            )
        if way.outcome.claim and (taken := already_out(core, number)):
            raise Refusal(taken)
        return way

    def _hand_one(self, number: str, way: Way, batch: str) -> None:
        core = self._core
        state = core.known(number)
        _, step = core.step_of(state)
        if way.following is None:
            filled = {"penerima": way.target, "batch": batch}
            core.ledger.write(core.hand(), self._files.hasil(state, step, way.outcome, filled))
            return
        hasil = self._files.hasil(state, step, way.outcome, {}, way.target)
        core.ledger.write(core.hand(), hasil)
        core.ledger.write(core.hand(), self._files.serah(state, way.following, way.target, batch))

    # -- in ----------------------------------------------------------------------------------

    _ROW = """SELECT b.number, kind, source, target, count, created,
        (SELECT count(*) FROM batch_received r WHERE r.batch = b.number), counted, closed
        FROM batches b"""

    def incoming(self) -> list[BatchRow]:
        """Batches on their way to this place and not yet counted in, oldest first."""
        rows = self._core.db.execute(
            self._ROW + " WHERE target=? AND closed IS NULL ORDER BY created",
            (self._core.settings.address,),
        ).fetchall()
        return [BatchRow(*row, known=True) for row in rows]

    def recent(self, limit: int = 200) -> list[BatchRow]:
        """The newest batches of this place, both ways."""
        place = self._core.settings.address
        rows = self._core.db.execute(
            self._ROW + " WHERE target=? OR source=? ORDER BY created DESC LIMIT ?",
            (place, place, limit),
        ).fetchall()
        return [BatchRow(*row, known=bool(row[1])) for row in rows]

    def one(self, number: str, count: int = 0) -> BatchRow:
        """A batch by number; before its data has arrived, what its paper says (``count``)."""
        row = self._core.db.execute(self._ROW + " WHERE b.number=?", (number,)).fetchone()
        if row is not None:
            return BatchRow(*row, known=bool(row[1]))
        received = self._core.db.execute(
            "SELECT count(*) FROM batch_received WHERE batch=?", (number,)
        ).fetchone()[0]
        return BatchRow(
            number, "", "", self._core.settings.address, count, 0, received, None, None, False
        )

    def items(self, number: str) -> list[BatchItem]:
        """The files of a batch: those its list names, and those received beside it."""
        rows = self._core.db.execute(
            """SELECT n.number, coalesce(c.name, ''), i.number IS NOT NULL,
                      r.number IS NOT NULL, coalesce(i.item, ''), coalesce(c.kelurahan, '')
               FROM (SELECT number FROM batch_items WHERE batch=?1
                     UNION SELECT number FROM batch_received WHERE batch=?1) n
               LEFT JOIN batch_items i ON i.batch=?1 AND i.number=n.number
               LEFT JOIN batch_received r ON r.batch=?1 AND r.number=n.number
               LEFT JOIN cases c ON c.number=n.number ORDER BY n.number""",
            (number,),
        ).fetchall()
        return [
            BatchItem(
                number, name, bool(expected), bool(received), item, self._astray(item, kelurahan)
            )
            for number, name, expected, received, item, kelurahan in rows
        ]

    def _astray(self, item: str, kelurahan: str) -> bool:
        """Whether a card lies at a UPTD that does not serve its family's kelurahan."""
        core = self._core
        if item == "berkas" or core.settings.profile != "uptd":
            return False
        uptd = core.regions.uptd_for(kelurahan)
        return uptd is not None and uptd.address != core.settings.address

    def receive_rest(self, number: str, counted: int) -> None:
        """Terima all of a batch that is not yet received, when the whole count agrees.

        For cards, which bear no code of ours: the officer counts them in his hands. One
        transaction. Raises Refusal when the batch goes elsewhere, when the count differs, or one of
        them cannot be received; then he marks those that are there one by one.
        """
        self._demand_here(self.one(number))
        items = self.items(number)
        if counted != len(items):
            raise Refusal(
                say(
                    "Hitungan {counted}, di daftar {count}. Tandai satu per satu yang ada.",
                    counted=counted,
                    count=len(items),
                )
            )
        with self._core.ledger.transaction():
            for item in items:
                if not item.received:
                    self._files.receive(item.number, number)

    def close(self, number: str, counted: int, expected: int = 0) -> int:
        """Finish counting a batch in; gives the difference (0 = all is there).

        ``expected`` is the count on the batch's paper, used when its data has not arrived.
        A difference opens an exception that both sides see. Raises Refusal when the batch is
        already closed, or when the officer's count is not what he has received.
        """
        with self._core.ledger.transaction():
            return self._close(self._closable(number, expected), counted)

    def _closable(self, number: str, expected: int) -> BatchRow:
        row = self.one(number, expected)
        if row.closed is not None:
            raise Refusal(say("Batch {number} sudah dihitung.", number=number))
        self._demand_here(row)
        if not row.known and not row.count:
            raise Refusal(
                say("Daftarnya belum tiba dan jumlah di kertas belum diketahui. Pindai QR daftar.")
            )
        return row

    def _demand_here(self, row: BatchRow) -> None:
        """That a batch is counted in where it goes. Raises Refusal."""
        if row.known and row.target != self._core.settings.address:
            raise Refusal(
                say(
                    "Batch {number} dihitung di {target}.",
                    number=row.number,
                    target=place_word(row.target),
                )
            )

    def _close(self, row: BatchRow, counted: int) -> int:
        core, number = self._core, row.number
        items = self.items(number)
        received = [item.number for item in items if item.received]
        if counted != len(received):
            raise Refusal(
                say(
                    "Hitungan {counted}, sudah diterima {received}. Pindai sisanya dahulu.",
                    counted=counted,
                    received=len(received),
                )
            )
        missing = [item.number for item in items if item.expected and not item.received]
        extra = [item.number for item in items if row.known and not item.expected]
        # Without the list only the counts can be compared.
        short = max(0, row.count - counted) if not row.known else len(missing)
        over = max(0, counted - row.count) if not row.known else len(extra)
        addresses = tuple(
            dict.fromkeys((core.settings.address, CENTRE, *((row.source,) if row.source else ())))
        )
        case, hand = case_id(number), core.hand()
        counts = {"nomor": number, "terhitung": counted, "kurang": missing, "lebih": extra}
        core.ledger.write(hand, Act(case, "batch-terima", to=addresses, data=counts))
        if short or over:
            facts = {
                "batch": number,
                "di daftar": row.count,
                "terhitung": counted,
                "kurang": missing or short,
                "lebih": extra or over,
            }
            data = {"jenis": "selisih", "fakta": facts}
            core.ledger.write(hand, Act(case, "pengecualian", to=addresses, data=data))
        return short + over
