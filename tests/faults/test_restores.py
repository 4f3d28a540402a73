"""A kiosk restored from a backup, once or several times: nothing lost, no number given twice."""

from __future__ import annotations

import itertools
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from config.settings import load, save
from kiosk.cases.resi import case_id
from kiosk.desk.checkup import verify
from kiosk.desk.desk import Desk
from kiosk.exchange import Exchange
from kiosk.store.marks import HIGH_WATER
from sync.epochs import LEAP, leap
from tests.desk.world import World, adopt, birth
from tests.faults.books import all_agree, log_is_whole, log_of, numbers_once
from tests.faults.conftest import backup
from tests.faults.town import meet_until_done


@pytest.fixture
def chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lives that know nothing of each other choose different epochs: by chance nearly always, here
    always."""
    leaps = itertools.cycle(range(1, LEAP + 1))
    monkeypatch.setattr("sync.epochs.leap", lambda: next(leaps))


@pytest.fixture
def bad_luck(monkeypatch: pytest.MonkeyPatch) -> None:
    """They choose the same."""
    monkeypatch.setattr("sync.epochs.leap", lambda: 1)


def the_folder(folder: Path, copy: Path) -> None:
    """The whole data folder is put back."""
    shutil.rmtree(folder)
    shutil.copytree(copy, folder)


def the_database(folder: Path, copy: Path) -> None:
    """Only the database's file is overwritten, in place; the rest of the folder is today's."""
    for rest in folder.glob("kiosk.db-*"):
        rest.unlink()
    (folder / "kiosk.db").write_bytes((copy / "kiosk.db").read_bytes())


def without_a_trace(folder: Path, copy: Path) -> None:
    """As if by an image of the disk: nothing in the folder tells."""
    the_database(folder, copy)
    (folder / HIGH_WATER).unlink(missing_ok=True)


Restore = Callable[[Path, Path], None]


def taken(desk: Desk, seats: World, *ns: int) -> list[str]:
    """A desk takes births in."""
    desk.core.officer = (seats.seats or {}).get("siti") or desk.session.login("siti", "1111")
    made = [desk.intake.submit("kado-camer", birth(n)) for n in ns]
    return [one.number for several in made for one in several]


def test_lives_choose_their_epochs_by_chance() -> None:
    assert {leap() for _ in range(2000)} == set(range(1, LEAP + 1))


@pytest.mark.usefixtures("bad_luck")
def test_two_lives_that_chose_the_same_epoch_lose_no_entry(world: World, place: Path) -> None:
    folder = world.folder("RSA")
    world.take_in(1)
    world.meet("RSA", "DKP")
    world.shut("RSA")
    copy = backup(folder, place / "cadangan")
    written: set[bytes] = set()
    for n in (2, 3, 4):
        the_folder(folder, copy)
        taken(world.desk("RSA"), world, n)
        written |= {placed.hash for placed in world.desk("RSA").core.journal.all_placed()}
        meet_until_done(world, "RSA", 3)
        world.shut("RSA")
    meet_until_done(world, "DKP", 2)
    assert written <= {one.hash for one in log_of(world.home / "pusat")}
    all_agree(world, "RSA", "DKP")


@pytest.mark.parametrize("restore", [the_folder, the_database])
@pytest.mark.parametrize("offline", [True, False], ids=["works-first", "meets-first"])
def test_restored_from_a_backup(world: World, place: Path, restore: Restore, offline: bool) -> None:
    """Before the backup some was sent and some was not; after it, too; then the disk dies."""
    folder = world.folder("RSA")
    numbers = world.take_in(1, 2)
    world.meet("RSA", "DKP")
    numbers += world.take_in(3, 4)
    world.shut("RSA")
    copy = backup(folder, place / "cadangan")
    numbers += world.take_in(5, 6)
    meet_until_done(world, "RSA", 1)
    lost = world.take_in(7)  # of this nobody but the dead disk knew
    world.shut("RSA")
    restore(folder, copy)
    new: list[str] = []
    if offline:
        new += taken(world.desk("RSA"), world, 11, 12)
        assert not set(new) & {*numbers, *lost}, "a number was given a second time"
    for code in ("RSA", "DKP", "RSA", "U10"):
        meet_until_done(world, code, 2)
    new += taken(world.desk("RSA"), world, 21)
    for code in ("RSA", "DKP"):
        meet_until_done(world, code, 2)
    assert not set(new) & {*numbers, *lost}
    for code in ("RSA", "DKP"):
        assert numbers_once(world, code) == sorted({*numbers, *new})
    kinds = {one.kind for one in world.desk("DKP").cards.exceptions()}
    assert "dipulihkan" in kinds and "cabang" not in kinds
    all_agree(world, "RSA", "DKP")


@pytest.mark.usefixtures("chance")
def test_restored_twice_and_again_before_it_met_anybody(world: World, place: Path) -> None:
    folder = world.folder("RSA")
    numbers = world.take_in(1)
    world.meet("RSA", "DKP")
    world.shut("RSA")
    copy = backup(folder, place / "cadangan")
    for n in (2, 3, 4):
        numbers += taken(world.desk("RSA"), world, n)
        meet_until_done(world, "RSA", 2)
        world.shut("RSA")
        the_folder(folder, copy)
    for code in ("RSA", "DKP"):
        meet_until_done(world, code, 2)
    numbers += taken(world.desk("RSA"), world, 5)
    for code in ("RSA", "DKP", "RSA"):
        meet_until_done(world, code, 2)
    assert len(set(numbers)) == len(numbers)
    for code in ("RSA", "DKP"):
        assert numbers_once(world, code) == sorted(numbers)
    all_agree(world, "RSA", "DKP")


def test_nothing_in_the_folder_tells_that_it_was_restored(world: World, place: Path) -> None:
    """Only pusat can tell. Met before anything was written, nothing at all is doubled."""
    folder = world.folder("RSA")
    numbers = world.take_in(1)
    world.meet("RSA", "DKP")
    world.shut("RSA")
    copy = backup(folder, place / "cadangan")
    numbers += taken(world.desk("RSA"), world, 2)
    meet_until_done(world, "RSA", 1)
    world.shut("RSA")
    without_a_trace(folder, copy)
    adopt(folder)
    for code in ("RSA", "DKP"):
        meet_until_done(world, code, 2)
    numbers += taken(world.desk("RSA"), world, 3)
    for code in ("RSA", "DKP", "RSA"):
        meet_until_done(world, code, 2)
    assert len(set(numbers)) == len(numbers)
    for code in ("RSA", "DKP"):
        assert numbers_once(world, code) == sorted(numbers)
    all_agree(world, "RSA", "DKP")


def test_what_such_a_copy_wrote_before_it_met_pusat_becomes_a_branch(
    world: World, place: Path
) -> None:
    """Not one entry of either continuation is lost; the chains are whole on both sides."""
    folder = world.folder("RSA")
    world.take_in(1)
    world.meet("RSA", "DKP")
    world.shut("RSA")
    copy = backup(folder, place / "cadangan")
    for n in (2, 3):
        taken(world.desk("RSA"), world, n)
    meet_until_done(world, "RSA", 1)
    ours = {(one.spot, one.hash) for one in log_of(world.home / "pusat") if one.kiosk == "RSA"}
    world.shut("RSA")
    without_a_trace(folder, copy)
    adopt(folder)
    for n in (4, 5, 6):
        taken(world.desk("RSA"), world, n)
    written = {placed.hash for placed in world.desk("RSA").core.journal.all_placed()}
    for code in ("RSA", "DKP", "RSA"):
        meet_until_done(world, code, 3)
    log = log_of(world.home / "pusat")
    assert ours <= {(one.spot, one.hash) for one in log}
    assert written <= {one.hash for one in log}
    assert any(one.kiosk == "RSA" and one.epoch > 4096 for one in log)
    # Two births got one number each time: both are kept, and the card says that it is not right.
    dinas = world.desk("DKP")
    births = [one for one in dinas.core.journal.all_placed() if one.entry.act == "permohonan"]
    assert len(births) == 6
    twice = {case for case, count in Counter(one.entry.case for one in births).items() if count > 1}
    flagged = {
        case_id(row.number) for row in dinas.work.everything() if dinas.core.known(row.number).flags
    }
    assert len(twice) == 2 and flagged == twice
    all_agree(world, "RSA", "DKP")


@pytest.mark.usefixtures("chance")
@pytest.mark.parametrize("copies", [1, 2])
def test_copies_that_live_at_the_same_time(world: World, place: Path, copies: int) -> None:
    """A backup is tried out on another machine, and both work on."""
    world.take_in(1)
    world.meet("RSA", "DKP")
    world.shut("RSA")
    folders = [world.folder("RSA")]
    for n in range(copies):
        folders.append(backup(world.folder("RSA"), place / f"kembar{n}"))
    assert world.central is not None
    for folder in folders:
        save(folder, replace(load(folder), central_url=f"http://127.0.0.1:{world.central.port}"))
    desks = [Desk.open(folder) for folder in folders]
    lines = [Exchange(desk) for desk in desks]
    numbers = [row.number for row in desks[0].work.everything()]
    try:
        n = 10
        for _ in range(3):
            for desk, line in zip(desks, lines, strict=True):
                n += 1
                numbers += taken(desk, world, n)
                if n % 2:
                    done = line.run()
                    assert not done.trouble, done
        for _ in range(3):
            for line in lines:
                assert not line.run().trouble
        for desk in desks:
            assert verify(desk).bad == "", verify(desk)
            assert desk.link.state().waiting == 0
    finally:
        for line, desk in zip(lines, desks, strict=True):
            line.close()
            desk.close()
    log_is_whole(world.home / "pusat")
    assert len(set(numbers)) == len(numbers), "a number was given twice"
    meet_until_done(world, "DKP", 2)
    assert numbers_once(world, "DKP") == sorted(numbers)
