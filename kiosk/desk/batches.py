"""Many files at once: counted out, counted in, a difference opened as an exception."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from config.procedures import Outcome, Step
from kiosk.cases.engine import may_record
from kiosk.cases.places import place_word
from kiosk.cases.resi import case_id
from kiosk.desk.core import CENTRE, Core
from kiosk.desk.files import Files
from kiosk.desk.ledger import Act
from kiosk.desk.printing import Printing
from kiosk.desk.views import BatchGroup, BatchItem, BatchRow, CaseRow, Refusal
from kiosk.desk.worklist import ROW_COLUMNS, case_row
from kiosk.texts import say

BATCH_KINDS = {"daftar": "D", "kembali": "B", "rekap": "R"}
"""Kind of batch -> the letter in its number."""


def batch_title(kind: str) -> str:
    """What the office calls a batch of this kind."""
    return {
        "daftar": say("Daftar permohonan"),
        "kembali": say("Pengembalian berkas"),
        "rekap": say("Rekap distribusi KIA"),
    }.get(kind, kind)


class Batches:
    """F4: serah and terima of many files."""

    def __init__(self, core: Core, files: Files, printing: Printing):
        self._core = core
        self._files = files
        self._printing = printing

    # -- out ---------------------------------------------------------------------------------

    def ready(self) -> list[BatchGroup]:
        """What this officer can hand over now, grouped by kind and place it goes to."""
        core = self._core
        officer = core.acting()
        rows = core.db.execute(
            f"SELECT {ROW_COLUMNS} FROM cases WHERE holder_place=? AND transit_to=''"
            " AND status <> 'tutup' AND wait_place=? ORDER BY created",
            (officer.place, officer.place),
        ).fetchall()
        groups: dict[tuple[str, str, str], list[CaseRow]] = defaultdict(list)
        for row in rows:
            case = case_row(row)
            step = self._batch_step(case.procedure, case.step)
            if step is None or not self._my_step(step[0]):
                continue
            state = core.state(case.number)
            # The very rule of hand_over: one file that lies with a colleague holds up no batch.
            if state is None or may_record(state, step[0], officer.card.roles, officer.place):
                continue
            following = core.procedures[case.procedure].step(step[1].to)
            try:
                target = core.address_for(following.place, state)
            except Refusal:  # where to is not known before the application arrives
                continue
            groups[step[1].batch, step[1].id, target].append(case)
        return [
            BatchGroup(kind, outcome, target, batch_title(kind), tuple(cases))
            for (kind, outcome, target), cases in groups.items()
        ]

    def _my_step(self, step: Step) -> bool:
        roles = self._core.acting().card.roles
        return "supervisor" in roles or bool({step.actor, *step.recorders} & set(roles))

    def _batch_step(self, procedure: str, step_id: str) -> tuple[Step, Outcome] | None:
        rules = self._core.procedures.get(procedure)
        step = rules.find(step_id) if rules else None
        for outcome in step.outcomes if step else ():
            if step and outcome.batch:
                return step, outcome
        return None

    def hand_over(self, kind: str, target: str, numbers: Sequence[str], counted: int) -> str:
        """Serah: these files leave together; gives the batch number. One transaction.

        ``counted`` is what the officer counted in his hands. Raises Refusal when it differs, or
        when a file is not his to hand over.
        """
        core = self._core
        if not numbers:
            raise Refusal(say("Pilih dahulu berkas yang diserahkan (tombol spasi)."))
        if counted != len(numbers):
            raise Refusal(
                say(
                    "Hitungan {counted}, terpilih {chosen}. Hitung lagi atau ubah pilihan.",
                    counted=counted,
                    chosen=len(numbers),
                )
            )
        hand = core.hand()
        with core.ledger.transaction():
            batch = core.next_numbers(1, BATCH_KINDS[kind])[0]
            core.ledger.write(
                hand,
                Act(
                    case_id(batch),
                    "batch",
                    to=tuple(dict.fromkeys((core.settings.address, CENTRE, target))),
                    data={
                        "nomor": batch,
                        "jenis": kind,
                        "dari": core.settings.address,
                        "ke": target,
                        "isi": list(numbers),
                        "jumlah": len(numbers),
                    },
                ),
            )
            for number in numbers:
                self._hand_one(kind, target, batch, number)
            self._printing.queue_batch(batch, kind, target, numbers)
        return batch

    def _hand_one(self, kind: str, target: str, batch: str, number: str) -> None:
        core = self._core
        state = core.known(number)
        procedure, step = core.step_of(state)
        core.demand_turn(state, step)
        outcome = next((o for o in step.outcomes if o.batch == kind), None)
        if outcome is None:
            raise Refusal(say("Berkas {number} belum bisa diserahkan.", number=number))
        following = procedure.step(outcome.to)
        if core.address_for(following.place, state) != target:
            raise Refusal(
                say(
                    "Berkas {number} bukan untuk {target}.",
                    number=number,
                    target=place_word(target),
                )
            )
        core.ledger.write(core.hand(), self._files.hasil(state, step, outcome, {}, target))
        core.ledger.write(core.hand(), self._files.serah(state, following, target, batch))

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
            """SELECT n.number, coalesce(c.child, ''), i.number IS NOT NULL,
                      r.number IS NOT NULL
               FROM (SELECT number FROM batch_items WHERE batch=?1
                     UNION SELECT number FROM batch_received WHERE batch=?1) n
               LEFT JOIN batch_items i ON i.batch=?1 AND i.number=n.number
               LEFT JOIN batch_received r ON r.batch=?1 AND r.number=n.number
               LEFT JOIN cases c ON c.number=n.number ORDER BY n.number""",
            (number,),
        ).fetchall()
        return [BatchItem(n, c, bool(e), bool(r)) for n, c, e, r in rows]

    def receive_rest(self, number: str, counted: int) -> None:
        """Terima all of a batch that is not yet received, when the whole count agrees.

        For cards, which bear no code of ours: the officer counts them in his hands.
        Raises Refusal when the count differs; then he marks those that are there one by one.
        """
        items = self.items(number)
        if counted != len(items):
            raise Refusal(
                say(
                    "Hitungan {counted}, di daftar {count}. Tandai satu per satu yang ada.",
                    counted=counted,
                    count=len(items),
                )
            )
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
        here = self._core.settings.address
        if row.closed is not None:
            raise Refusal(say("Batch {number} sudah dihitung.", number=number))
        if row.known and row.target != here:
            raise Refusal(
                say(
                    "Batch {number} dihitung di {target}.",
                    number=number,
                    target=place_word(row.target),
                )
            )
        if not row.known and not row.count:
            raise Refusal(
                say("Daftarnya belum tiba dan jumlah di kertas belum diketahui. Pindai QR daftar.")
            )
        return row

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
