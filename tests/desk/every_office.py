"""All offices of the training city with a second field kiosk, and officers who do anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from config.forms import Field
from config.procedures import Outcome, Step
from config.settings import load, save
from kiosk.cases.engine import Offer
from kiosk.desk.desk import Desk
from kiosk.desk.views import Officer, Refusal
from tests.desk.field import EVENT, SECOND_TEAM, SPT, TEAM, add_second_team, prison_list
from tests.desk.kia import kia
from tests.desk.world import ALL, TODAY, World, adopt, birth, out_of_town

PLACES = (*ALL, SECOND_TEAM)
CODES = [place.code for place in PLACES]
WORKERS = [card.officer for place in PLACES for card in place.officers]
SUPERVISORS = [c.officer for place in PLACES for c in place.officers if "supervisor" in c.roles]
COMPLAINTS = ("informasi", "kebijakan", "data", "belum-terbit", "pengambilan")
CARD_KINDS = ("kia", "ktp")

seats: dict[str, Officer] = {}
"""Officers already seated once: all cities are copies of one, so their keys are the same."""


def city_template(template: Path, folder: Path) -> Path:
    """The founded city with the second field kiosk; to be copied, not used."""
    if not folder.exists():
        world = World.copy_of(template, folder)
        add_second_team(world)
        world.close()
    return folder


def open_city(template: Path, home: Path) -> World:
    """A copy of the city, every kiosk pointed at a pusat that answers."""
    world = World.copy_of(template, home)
    adopt(world.folder(SECOND_TEAM.code))
    running = world.start()
    folder = world.folder(SECOND_TEAM.code)
    save(folder, replace(load(folder), central_url=f"http://127.0.0.1:{running.port}"))
    world.seats = seats
    return world


def complaint(n: int, kind: str) -> dict[str, str]:
    """The n-th made-up call."""
    person = birth(n)
    return {
        "telepon": person["telepon"],
        "nama": person["ibu_nama"],
        "nik": person["ibu_nik"],
        "jenis": kind,
        "isi": "Kapan KIA anak saya selesai?",
    }


def jambi(n: int) -> dict[str, str]:
    """The n-th made-up birth of the integrated service: the same child on another form."""
    keys = (
        *("anak_nama", "anak_jk", "anak_tgl_lahir", "anak_pukul", "anak_fasilitas"),
        *("anak_tempat_lahir", "anak_kembar", "anak_ke", "ibu_nama", "ibu_nik", "ibu_tgl_lahir"),
        *("ayah_dicatat", "ayah_nama", "ayah_nik", "no_kk", "alamat", "pelapor_hubungan"),
        *("telepon", "email", "bukti_lahir", "bukti_nikah", "bukti_ktp", "bukti_kk"),
        "persetujuan",
    )
    values = birth(n)
    return {key: values[key] for key in keys}


class Hands:
    """What officers can do, each act as the desk lets it; what is refused changes nothing."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.numbers: list[str] = []
        self.batches: list[str] = []
        self.events: list[str] = []
        self.taken = 0
        self.cards = 0
        self.letters = 0

    # -- taking in ---------------------------------------------------------------------------

    def begin(self, kind: str, chance: Random) -> None:
        """An application of one of the procedures comes."""
        n, self.taken = self.taken, self.taken + 1
        world = self.world
        match kind:
            case "births" | "twins" | "out of town":
                values = out_of_town(n) if kind == "out of town" else birth(n)
                twins = [{"anak_nama": "ADIK KEMBAR"}] if kind == "twins" else []
                made = world.sit("siti").intake.submit("kado-camer", values, twins)
            case "kia":
                made = world.sit("mega").intake.submit("kia-whatsapp", kia(n, TODAY))
            case "jambi":
                made = world.sit("siti").intake.submit("akta-jambi", jambi(n))
            case "call":
                desk = world.sit("tari")
                values = complaint(n, chance.choice(COMPLAINTS))
                made = [desk.calls.take_in(values, desk.core.clock.now())]
            case _:
                made = world.sit("dafa").intake.submit("mas-rapid", EVENT)
                self.events.append(made[0].number)
        self.numbers += [one.number for one in made]

    def list_names(self, parent: str, chance: Random) -> None:
        """The dinas imports a prison's list."""
        desk = self.world.sit("dafa")
        first = chance.randint(0, 400)
        ns = range(first, first + chance.randint(1, 3))
        desk.roster.importing.read_pasted(parent, prison_list(ns))
        desk.roster.importing.import_rows(parent)
        names = [row.number for row in desk.roster.names(parent)]
        self.numbers += [number for number in names if number not in self.numbers]

    # -- one act -----------------------------------------------------------------------------

    def one_act(self, desk: Desk, number: str, chance: Random, forward: float = 0.7) -> None:
        """What the desk offers with a case; mostly forward: a good outcome stands first."""
        offers = [one for one in desk.work.open(number).offers if not _early(one, chance)]
        if offers:
            offer = offers[0] if chance.random() < forward else chance.choice(offers)
            quietly(self.take_up, desk, number, offer, chance)

    def take_up(self, desk: Desk, number: str, offer: Offer, chance: Random) -> None:
        """Do what is offered. Raises Refusal."""
        outcome = offer.outcome
        if offer.kind == "terima":
            desk.files.receive(number)
        elif offer.kind == "hasil" and outcome is not None and outcome.claim:
            self.hand_out(desk, number)
        elif offer.kind == "hasil" and outcome is not None:
            values = self.filled(outcome, chance)
            desk.files.record(number, outcome.id, values, seen=offer.step)

    def hand_out(self, desk: Desk, number: str) -> None:
        """A parent collects the card, with every paper. Raises Refusal."""
        policy = desk.core.policy
        relation, asked = policy.default, desk.cards.collection(number)
        name = next(iter(asked.parents), "SIAPA SAJA")
        collector = {"nama": name, "nik": "1471104506920001"}
        desk.cards.hand_over(number, relation.key, collector, (*relation.papers, *asked.withdrawn))

    def force(self, desk: Desk, number: str, step: Step, outcome: Outcome, chance: Random) -> None:
        """An outcome that nobody offered: refused with nothing written, or it is his turn."""
        head = desk.core.journal.head().seq
        try:
            desk.files.record(number, outcome.id, self.filled(outcome, chance), seen=step.id)
        except Refusal:
            assert desk.core.journal.head().seq == head

    def filled(self, outcome: Outcome, chance: Random) -> dict[str, str]:
        """An outcome's form; now and then a serial that somebody wrote down already."""
        values: dict[str, str] = {}
        for field in outcome.fields:
            values[field.key] = SPT.get(field.key, "") or self._answer(field, chance)
        return values

    def _answer(self, field: Field, chance: Random) -> str:
        if field.key == "tim":
            return TEAM
        if field.key == "blanko":
            self.cards += chance.random() < 0.9
            return f"{'AB'[self.cards % 2]}{self.cards:06}"
        if field.options:
            return chance.choice(field.options)[0]
        plain = {"date": TODAY.isoformat(), "time": "10:15", "email": "orang@contoh.id"}
        return plain.get(field.type, "ORANG YANG DATANG" if field.type == "name" else "catatan")

    # -- lists, blanko, papers, corrections -----------------------------------------------------

    def send(self, desk: Desk, chance: Random) -> None:
        """Some of what can leave in a batch leaves."""
        for group in desk.batches.ready():
            numbers = [row.number for row in group.rows]
            chosen = chance.sample(numbers, chance.randint(1, len(numbers)))
            self.batches.append(
                desk.batches.hand_over(group.kind, group.target, chosen, len(chosen))
            )

    def count_in(self, desk: Desk, chance: Random) -> None:
        """Whatever batch comes is counted in, rightly or not."""
        waiting = [row.number for row in desk.batches.incoming()]
        if chance.random() < 0.3:  # its paper came before its data
            waiting += self.batches[-3:]
        for batch in waiting:
            quietly(self._count_one, desk, batch, chance)

    @staticmethod
    def _count_one(desk: Desk, batch: str, chance: Random) -> None:
        items = desk.batches.items(batch)
        if chance.random() < 0.8:
            desk.batches.receive_rest(batch, len(items))
        received = sum(1 for item in desk.batches.items(batch) if item.received)
        desk.batches.close(batch, received, chance.randint(0, 3))

    def letter(self) -> str:
        """The number of the next letter with which blanko come."""
        self.letters += 1
        return f"S-{self.letters}"

    def blanko(self, desk: Desk, chance: Random) -> None:
        """Something happens on the shelf of unprinted cards."""
        ledger, kind = desk.blanko, chance.choice(CARD_KINDS)
        targets = ledger.targets()
        acts: list[Callable[[], object]] = [
            lambda: ledger.receive(kind, chance.randint(5, 90), "PUSAT", self.letter()),
            lambda: ledger.spoil(kind, "tergores", count=chance.randint(1, 3)),
            lambda: ledger.count(kind, max(0, ledger.left(kind) + chance.choice((0, 0, 0, -1, 2)))),
        ]
        if targets:
            to = chance.choice(targets)[0]
            acts.append(lambda: ledger.transfer(kind, to, chance.randint(1, 9)))
        for one in ledger.incoming():
            acts.append(
                lambda one=one: ledger.count_in(
                    one.number, max(0, one.sent - chance.choice((0, 0, 0, 1, -1)))
                )
            )
        quietly(chance.choice(acts))
        if "supervisor" in desk.core.acting().card.roles:
            for one in ledger.differences():
                way = chance.choice(("pengirim", "penerima", "jalan"))
                quietly(ledger.settle, one.about, "dihitung lagi", way)

    def correct(self, desk: Desk, number: str, chance: Random) -> None:
        """Somebody corrects one answer, or ties the case to another."""
        state = desk.core.state(number)
        if state is None or not state.values:
            return
        if chance.random() < 0.3:
            other = chance.choice(self.numbers)
            kind = chance.choice(("keluarga", "terkait", "ganti"))
            quietly(desk.corrections.link, number, other, kind)
            return
        changes: Mapping[str, str] = chance.choice(
            (
                {"telepon": f"0813{chance.randint(10**6, 10**7)}"},
                {"alamat": f"JL. RALAT {chance.randint(1, 99)}"},
                {"kelurahan": chance.choice(("14.71.10.1004", "14.71.08.1008"))},
            )
        )
        quietly(desk.corrections.correct, number, changes, "salah tulis")

    def roster(self, desk: Desk, chance: Random) -> None:
        """Somebody works on a prison's list: a slip is taken back, or an ended one dismissed."""
        if not self.events:
            return
        parent = chance.choice(self.events)
        if desk.core.state(parent) is None:
            return
        names = [row.number for row in desk.roster.names(parent)]
        if names and chance.random() < 0.7:
            quietly(desk.roster.take_back, chance.choice(names), "salah tekan")
        else:
            quietly(desk.roster.dismiss_rest, parent, "kegiatan batal")


def _early(offer: Offer, chance: Random) -> bool:
    """A name of a list mostly leaves with the SPT, hardly ever by itself."""
    leaves = offer.outcome is not None and offer.outcome.id == "berangkat"
    return leaves and chance.random() < 0.95


def quietly(act: Callable[..., Any], *args: Any) -> None:
    """Do it; what the desk refuses is not done."""
    with suppress(Refusal):
        act(*args)
