"""Standard times at the desk: what is due when, what is late first, and by whose calendar."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest

from config.calendar import CALENDAR_FILE, CALENDARS, HOLIDAY_FILE
from config.settings import load, save
from kiosk.cases.margins import margins
from kiosk.cases.resi import case_id
from kiosk.clock import WIB, day_of, stamp
from kiosk.desk.checkup import fingerprint, rebuild
from kiosk.desk.desk import Desk
from kiosk.desk.front import DeskRefused
from kiosk.desk.ledger import Act
from kiosk.desk.views import CaseRow
from tests.desk.world import World, birth


@dataclass
class WallClock:
    """A clock that stands where it is put: ``2026-11-23 08.00`` in WIB."""

    boot: bytes = bytes(8)
    at: int = 0

    def put(self, text: str) -> None:
        when = datetime.strptime(text, "%Y-%m-%d %H.%M").replace(tzinfo=WIB)
        self.at = int(when.timestamp()) * 1000

    def now(self) -> int:
        return self.at

    def uptime(self) -> int:
        return self.at % 10**9


@pytest.fixture
def clock(offline: World) -> WallClock:
    """The clock of the ward and of the dinas."""
    clock = WallClock()
    clock.put("2026-11-23 08.00")
    offline.clocks |= {"RSA": clock, "DKP": clock}
    return clock


def row(desk: Desk, number: str, view: str = "kerja") -> CaseRow:
    return next(one for one in desk.work.rows(view, 0, 50) if one.number == number)


def begun(desk: Desk, procedure: str, isi: dict[str, str] | None = None, induk: str = "") -> str:
    """A case of another procedure, as an intake writes it."""
    core = desk.core
    with core.ledger.transaction():
        (number,) = core.next_numbers(1)
        data = {"nomor": number, "prosedur": procedure, "isi": isi or {}, "induk": induk}
        first = core.procedures[procedure].first.id
        core.ledger.write(core.hand(), Act(case_id(number), "permohonan", first, data=data))
    return number


# -- by the calendar -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("taken_in", "due", "seen", "used", "wall", "left"),
    [
        # A Friday: work stops from 11.30 to 13.00.
        ("2026-11-27 11.29", "27-11-2026 13.01", "2026-11-27 13.05", 6, 96, -4),
        # The second Friday of Ramadan: work ends at 15.30, and begins at 08.00 on Monday.
        ("2026-02-27 15.29", "02-03-2026 08.01", "2026-03-02 08.00", 1, 3871, 1),
        # 24 and 25 December are cuti bersama and a holiday; then comes the weekend.
        ("2026-12-23 15.59", "28-12-2026 07.31", "2026-12-28 07.32", 3, 6693, -1),
    ],
)
def test_breaks_ramadan_and_holidays_do_not_count(
    offline: World,
    clock: WallClock,
    taken_in: str,
    due: str,
    seen: str,
    used: int,
    wall: int,
    left: int,
) -> None:
    clock.put(taken_in)
    ward = offline.sit("siti")
    (made,) = ward.intake.submit("kado-camer", birth(1, day_of(clock.at)))
    clock.put(seen)
    found = row(ward, made.number)
    assert (found.clock, stamp(found.due), found.left, found.sure) == ("jalan", due, left, True)
    time = ward.work.open(made.number).time
    assert time is not None
    assert (time.used, time.wall, time.due) == (used, wall, found.due)
    assert time.late == (used > 2)


def test_a_holiday_that_may_still_move_is_told(offline: World, clock: WallClock) -> None:
    clock.put("2027-01-04 15.59")  # the next day is Isra Mikraj by calculation only
    ward = offline.sit("siti")
    (made,) = ward.intake.submit("kado-camer", birth(1))
    found = row(ward, made.number)
    assert (stamp(found.due), found.sure) == ("06-01-2027 07.31", False)


def test_waiting_for_the_applicant_stops_the_clock(offline: World, clock: WallClock) -> None:
    admin = offline.sit("mega")
    number = begun(admin, "kia-whatsapp", {"anak_nama": "AISYAH"})
    assert stamp(row(admin, number).due) == "23-11-2026 09.00"
    clock.put("2026-11-23 08.50")
    why = {"masalah": "kabur", "catatan": "Foto KK buram"}
    admin.files.record(number, "bermasalah", why)
    assert [one.number for one in admin.work.rows("kerja", 0, 9)] == []
    clock.put("2026-11-25 09.00")
    waiting = row(admin, number, "langkah:Menunggu pemohon")
    assert (waiting.clock, waiting.due, waiting.since) == ("pemohon", 0, clock.at - 173_400_000)
    admin.files.record(number, "dilengkapi", {"catatan": "KK baru"})
    assert stamp(row(admin, number).due) == "25-11-2026 09.10"
    assert admin.work.rows("langkah:Menunggu pemohon", 0, 9) == []
    clock.put("2026-11-25 09.12")
    view = admin.work.open(number)
    assert view.time is not None and view.whole is not None
    assert (view.time.used, view.time.late, view.time.waited) == (62, True, 2890)
    assert (view.whole.used, view.whole.wall, view.whole.waited) == (62, 2952, 2890)


# -- what is late first ----------------------------------------------------------------------------


def test_what_is_late_stands_first_then_what_is_due_next(offline: World, clock: WallClock) -> None:
    ward = offline.sit("siti")
    numbers: list[str] = []
    for n, minute in enumerate(("08.00", "08.10", "08.11", "08.12"), 1):
        clock.put(f"2026-11-23 {minute}")
        numbers += [one.number for one in ward.intake.submit("kado-camer", birth(n))]
    # The second is being completed with the applicant: nobody's time runs.
    core = ward.core
    with core.ledger.transaction():
        for step, outcome in (("1", "diajukan"), ("2", "kembali"), ("K", "dikembalikan")):
            act = Act(case_id(numbers[1]), "hasil", step, data={"hasil": outcome})
            core.ledger.write(core.hand(), act)
    clock.put("2026-11-23 08.13")
    rows = ward.work.rows("kerja", 0, 9)
    assert [one.number for one in rows] == [numbers[at] for at in (0, 2, 3, 1)]
    assert [one.left for one in rows] == [-11, 0, 1, None]
    assert rows[-1].clock == "pemohon"  # without a list of its own it stays here
    assert [one.number for one in ward.work.rows("kerja", 1, 2)] == [numbers[2], numbers[3]]


def test_only_who_does_a_step_has_its_list(offline: World) -> None:
    def lists(officer: str) -> list[str]:
        views = offline.sit(officer).work.views()
        assert [views[0].key, views[-2].key, views[-1].key] == ["kerja", "keluar", "semua"]
        return [view.title for view in views[1:-2]]

    collected = "Sudah dicetak, belum diambil"
    assert lists("rina") == []
    assert "Menunggu pemohon" in lists("mega") and collected not in lists("mega")
    assert collected in lists("yuni") and collected in lists("eko")
    assert "Panggil balik" in lists("tari") and collected not in lists("tari")


def test_a_service_of_another_city_has_no_list(offline: World) -> None:
    folder = offline.folder("RSA")
    save(folder, replace(load(folder), training=False))
    titles = [view.title for view in offline.sit("siti").work.views()]
    assert "Menunggu pemohon" not in titles  # only Jambi's wards wait for the applicant
    assert "Sudah dicetak, belum diambil" in titles


def test_a_card_on_the_shelf_has_its_list_and_its_age(world: World) -> None:
    (number,) = world.take_in(1)
    world.to_uptd(number)
    uptd = world.sit("yuni")
    shelf = "langkah:Sudah dicetak, belum diambil"
    assert uptd.work.count("kerja") == 0 and uptd.work.count(shelf) == 1
    assert row(uptd, number, shelf).clock == "pemohon"
    world.collect("yuni", number)
    assert uptd.work.count(shelf) == 0


# -- marks on the card -----------------------------------------------------------------------------


def test_a_missing_paraf_and_a_late_step_are_marked(world: World) -> None:
    clock = WallClock()
    clock.put("2026-11-23 08.00")
    world.clocks |= {"RSA": clock, "DKP": clock}
    (number,) = world.take_in(1)
    clock.put("2026-11-23 08.30")
    world.to_dinas(number)
    clock.put("2026-11-23 08.40")
    world.do("andi", number, "dientri", siak_ref="S-1")
    desk = world.desk("DKP")

    def marks() -> list[str]:
        view = desk.work.open(number)
        assert view.state is not None
        return list(margins(view.state, view.times).values())

    assert marks() == ["LAMBAT 30/2 mnt", "LAMBAT 10/5 mnt"]
    supervisor = world.sit("bayu")
    supervisor.files.receive(number)
    supervisor.files.record(number, "diparaf", {})
    world.sit("hendra")
    desk.core.ledger.write_all(
        desk.core.hand(), [Act(case_id(number), "serah", "4", data={"ke": "dinas"})]
    )
    assert marks()[-1] == "BELUM PARAF terima"


# -- the office's own calendar ---------------------------------------------------------------------


@pytest.mark.usefixtures("clock")
def test_another_calendar_counts_anew_what_is_due(offline: World) -> None:
    ward = offline.sit("siti")
    (made,) = ward.intake.submit("kado-camer", birth(1))
    before = row(ward, made.number).due
    offline.shut("RSA")
    hours = (CALENDARS / CALENDAR_FILE).read_text("utf-8").replace("07.30-16.00", "09.00-16.00")
    (offline.folder("RSA") / CALENDAR_FILE).write_text(hours, "utf-8")
    later = row(offline.sit("siti"), made.number)
    assert (stamp(before), stamp(later.due)) == ("23-11-2026 08.02", "23-11-2026 09.02")
    ward = offline.desk("RSA")
    kept = fingerprint(ward)
    rebuild(ward)
    assert fingerprint(ward) == kept
    offline.shut("RSA")
    (offline.folder("RSA") / CALENDAR_FILE).unlink()
    assert row(offline.sit("siti"), made.number).due == before


@pytest.mark.usefixtures("clock")
def test_the_offices_own_holidays_do_without_its_own_hours(offline: World) -> None:
    own = "tanggal,jenis,nama,perkiraan,dasar\n2026-11-23,libur,Pilkada,tidak,surat edaran\n"
    (offline.folder("RSA") / HOLIDAY_FILE).write_text(own, "utf-8")
    ward = offline.sit("siti")
    (made,) = ward.intake.submit("kado-camer", birth(1))
    assert stamp(row(ward, made.number).due) == "24-11-2026 07.32"


@pytest.mark.parametrize("wrong", ["title = 1\n", "hours = [\n", ""])
def test_a_calendar_that_cannot_be_read_is_told_at_the_start(offline: World, wrong: str) -> None:
    path: Path = offline.folder("RSA") / CALENDAR_FILE
    path.write_text(wrong, "utf-8")
    with pytest.raises(DeskRefused, match=CALENDAR_FILE):
        offline.desk("RSA")
    path.unlink()
    assert offline.sit("siti").work.count("kerja") == 0


# -- belonging together ----------------------------------------------------------------------------


def test_a_case_names_those_it_belongs_to(offline: World) -> None:
    ward = offline.sit("siti")
    twins = ward.intake.submit("kado-camer", birth(1), [{"anak_nama": "BUNGA", "anak_jk": "P"}])
    one, other = (made.number for made in twins)
    (related,) = ward.work.open(one).related
    assert (related.number, related.kind, related.name) == (other, "kembar", "BUNGA")
    child = begun(ward, "mas-rapid-nama", {"nama": "JOKO"}, induk=one)
    assert [(r.number, r.kind) for r in ward.work.open(child).related] == [(one, "induk")]
    assert ward.work.open(child).related[0].name == birth(1)["anak_nama"]


@pytest.mark.usefixtures("clock")
def test_a_time_for_each_person_counts_the_names_of_the_activity(offline: World) -> None:
    desk = offline.sit("dafa")
    activity = begun(desk, "mas-rapid")
    alone = row(desk, activity).due
    for n in range(3):
        begun(desk, "mas-rapid-nama", {"nama": f"ORANG {n}"}, induk=activity)
    assert desk.core.projection.deadlines.persons(desk.core.known(activity)) == 3
    assert row(desk, activity).due == alone + 2 * 60_000
    kept = fingerprint(desk)
    rebuild(desk)
    assert fingerprint(desk) == kept
