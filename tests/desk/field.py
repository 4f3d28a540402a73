"""A prison's roster on kiosks of the field: a second one at the team's address, made-up inmates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from config.settings import load
from kiosk.cases.roster_result import result_of
from kiosk.desk.desk import Desk
from kiosk.desk.setup import found
from kiosk.keys import OfficerCard
from kiosk.training import Place
from sync.central.admit import admit
from tests.desk.world import DESK_OF, PINS, World

TEAM = "lapangan:01"
SECOND_TEAM = Place(
    "LA2",
    "lapangan",
    TEAM,
    "Tim Perekaman, meja 2 (latihan)",
    (OfficerCard("umar", "Umar Perekam", "UP", ("petugas-perekaman",), "4747"),),
)
"""A second kiosk that the team takes along: one roster, two tables."""

PINS |= {card.officer: card.hint for card in SECOND_TEAM.officers}
DESK_OF |= {card.officer: SECOND_TEAM.code for card in SECOND_TEAM.officers}

_NAMES = ("BUDI SANTOSO", "JOKO SUSILO", "SARI DEWI", "RUDI HARTONO", "AGUS SALIM", "HASAN BASRI")
_WORDS = ("ABADI", "BARU", "CAHYA", "DARMA", "EKA", "FAJAR", "GALIH", "HADI", "INDRA", "JAYA")


def add_second_team(world: World) -> None:
    """Found and admit the second field kiosk in a world; its officers have keys of their own in
    each world, so nobody sits there from another one."""
    place = SECOND_TEAM
    away = {card.officer for card in place.officers}
    world.seats = {who: seat for who, seat in (world.seats or {}).items() if who not in away}
    home = world.folder(place.code)
    found(home, replace(load(world.folder("LAP")), code=place.code, name=place.name))
    desk = Desk.open(home)
    public = desk.front.keys.device().public
    admit(world.home / "pusat", place.code, place.name, place.address, public)
    for card in place.officers:
        desk.session.enrol(card, card.hint)
    desk.close()


def inmate(n: int) -> dict[str, str]:
    """The n-th made-up inmate, in the columns of a prison's list. Nobody in it exists."""
    name = f"{_NAMES[n % 6]} {_WORDS[n // 6 % 10]} {_WORDS[n // 60 % 10]}"
    day, year = 1 + n % 28, 60 + n % 40
    return {
        "Nama": name,
        "NIK": f"147110{day:02}05{year:02}{n + 1:04}",
        "No KK": f"147110010118{n + 1:04}",
        "TTL": f"Pekanbaru, {day:02}-05-19{year}",
        "JK": "L",
        "Blok": f"{'ABCD'[n % 4]}-{n % 20 + 1}",
        "No Reg": f"BI-{n + 1:04}/2026",
    }


def prison_list(ns: Sequence[int], sign: str = ";") -> str:
    """A list of made-up inmates as text with a head."""
    rows = [inmate(n) for n in ns]
    head = sign.join(inmate(0))
    return "\n".join([head, *(sign.join(row.values()) for row in rows)]) + "\n"


EVENT = {
    "nama": "LAPAS KELAS IIA PEKANBARU",
    "alamat": "JL. PEMASYARAKATAN 19",
    "kontak_nama": "RAHMAT",
    "kontak_jabatan": "KASI BINADIK",
    "telepon": "081255501234",
    "diminta_oleh": "lapas",
    "surat_nomor": "W4.PAS.1-12/2026",
    "surat_tanggal": "2026-11-10",
    "jumlah": "6",
    "tgl_rencana": "2026-11-25",
    "tim": TEAM,
    "petugas": "RIKO, SARI",
}
SPT = {
    "spt_nomor": "SPT/77/2026",
    "spt_tanggal": "2026-11-20",
    "tgl_pelaksanaan": "2026-11-21",
    "petugas": "RIKO, SARI, UMAR",
    "tim": TEAM,
}


def plan(world: World) -> str:
    """The dinas takes a prison's request in; gives the kegiatan's number."""
    (made,) = world.sit("dafa").intake.submit("mas-rapid", EVENT)
    return made.number


def listed(world: World, *ns: int) -> tuple[str, list[str]]:
    """A kegiatan with its list imported; gives its number and the names' numbers."""
    parent = plan(world)
    desk = world.sit("dafa")
    desk.roster.importing.read_pasted(parent, prison_list(ns))
    desk.roster.importing.import_rows(parent)
    return parent, [row.number for row in desk.roster.names(parent)]


def sent_out(world: World, *ns: int) -> tuple[str, list[str]]:
    """A kegiatan whose names all passed, its SPT signed, its file in the team's hands."""
    parent, numbers = listed(world, *ns)
    world.sit("dafa").roster.record(numbers, "lulus", {})
    world.do("dafa", parent, "diverifikasi")
    world.do("rina", parent, "diteruskan")
    world.do("hendra", parent, "disetujui", petugas="RIKO, SARI, UMAR")
    world.do("tuti", parent, "spt", **SPT)
    if world.central is not None:
        world.meet("DKP", "LAP", "LA2")
        world.sit("riko").files.receive(parent)
    return parent, numbers


def papers(desk: Desk, kind: str) -> list[str]:
    """What the queued papers of a kind say."""
    return [desk.printing.preview(job.id) for job in desk.printing.jobs(500) if job.paper == kind]


def results(desk: Desk, parent: str) -> dict[str, str]:
    """What the closing sheet says of each name."""
    rules = desk.core.procedures["mas-rapid-nama"]
    return {state.number: result_of(state, rules).label for state in desk.roster.states(parent)}
