"""A kiosk from a backup: nothing is lost, no number is given twice, and it sorts itself out."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from kiosk.desk.checkup import verify
from kiosk.desk.lineage import GROWTH
from kiosk.desk.lives import RESTORED
from kiosk.exchange import Exchange
from kiosk.store.database import DATABASE
from kiosk.store.marks import HIGH_WATER
from sync.entry import BRANCH
from tests.desk.world import World, adopt, birth, same_after_rebuild


@pytest.fixture(autouse=True)
def next_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new epoch is the very next one, not one by chance."""
    monkeypatch.setattr("sync.epochs.leap", lambda: 1)


def numbers(world: World, code: str) -> list[str]:
    return sorted(row.number for row in world.desk(code).work.everything())


def backup(world: World, place: Path) -> Path:
    """The ward's folder as it is now, carried away."""
    world.shut("RSA")
    kept = place / "cadangan"
    shutil.copytree(world.folder("RSA"), kept)
    return kept


def restore(world: World, kept: Path) -> None:
    """The folder of the backup in the place of the ward's."""
    url = world.settings("RSA").central_url
    world.shut("RSA")
    shutil.rmtree(world.folder("RSA"))
    shutil.copytree(kept, world.folder("RSA"))
    assert world.settings("RSA").central_url == url


def restore_image(world: World, kept: Path) -> None:
    """As an image of the whole disk does it: nothing in the folder tells of it."""
    restore(world, kept)
    adopt(world.folder("RSA"))


def exceptions(world: World, code: str) -> list[str]:
    return sorted(row.kind for row in world.desk(code).cards.exceptions())


def everything_is_well(world: World, expected: list[str]) -> None:
    """All kiosks and pusat agree, nothing waits, every journal proves itself."""
    for _ in range(3):
        for done in world.meet("RSA", "DKP"):
            assert done.trouble == ""
    for code in ("RSA", "DKP"):
        desk = world.desk(code)
        assert numbers(world, code) == sorted(expected), code
        assert verify(desk).bad == "", verify(desk)
        assert desk.link.state().waiting == 0
        assert same_after_rebuild(desk)
    spots = [
        set(
            world.desk(code).core.db.execute(
                "SELECT kiosk, epoch, seq, hash FROM entries WHERE kiosk='RSA'"
            )
        )
        for code in ("RSA", "DKP")
    ]
    assert spots[1] <= spots[0]
    assert max(Counter(expected).values()) == 1


def test_a_restored_folder_goes_on_under_a_new_epoch_and_gets_back_what_it_lost(
    world: World, place: Path
) -> None:
    first = world.take_in(1)
    world.meet("RSA", "DKP")
    kept = backup(world, place)
    lost = world.take_in(2, 3)
    world.meet("RSA", "DKP")
    restore(world, kept)
    assert numbers(world, "RSA") == first
    offline = world.take_in(4, 5, 6)
    assert all(number.startswith("RSA2-") for number in offline)
    assert exceptions(world, "RSA") == [RESTORED]
    everything_is_well(world, first + lost + offline)
    assert exceptions(world, "RSA") == [RESTORED]
    assert world.desk("RSA").core.journal.epoch == 2
    # And it does not begin once more at the next start.
    world.shut("RSA")
    assert world.desk("RSA").core.journal.epoch == 2


def test_what_waited_in_the_backup_goes_too(world: World, place: Path) -> None:
    first = world.take_in(1)
    world.meet("RSA")
    waiting = world.take_in(2)
    kept = backup(world, place)
    lost = world.take_in(3)
    restore(world, kept)
    offline = world.take_in(4)
    everything_is_well(world, first + waiting + offline)
    assert lost[0] not in numbers(world, "DKP"), "it was never sent anywhere"


@pytest.mark.parametrize("sign", ["machine", "inode", "high water"])
def test_each_sign_alone_tells_a_copy(world: World, place: Path, sign: str) -> None:
    world.take_in(1)
    kept = backup(world, place)
    world.take_in(2)
    folder = world.folder("RSA")
    mark = (folder / HIGH_WATER).read_bytes()
    restore_image(world, kept)
    if sign == "high water":
        (folder / HIGH_WATER).write_bytes(mark)
    with sqlite3.connect(folder / DATABASE) as db:
        if sign == "machine":
            db.execute("UPDATE meta SET value='0123456789abcdef:' || substr(value, 18)"
                       " WHERE key='identity'")  # fmt: skip
        elif sign == "inode":
            db.execute("UPDATE meta SET value=value || '1' WHERE key='identity'")
    db.close()
    assert world.desk("RSA").core.journal.epoch == 2
    world.shut("RSA")
    assert world.desk("RSA").core.journal.epoch == 2


def test_an_unused_folder_may_be_copied(offline: World, place: Path) -> None:
    shutil.move(offline.folder("RSA"), place / "asal")
    shutil.copytree(place / "asal", offline.folder("RSA"))
    with sqlite3.connect(offline.folder("RSA") / DATABASE) as db:
        db.execute("DELETE FROM entries")
        db.execute("DELETE FROM heads")
    db.close()
    assert offline.desk("RSA").core.journal.epoch == 1


def test_a_disk_image_with_nothing_new_is_found_out_at_contact(world: World, place: Path) -> None:
    first = world.take_in(1)
    world.meet("RSA", "DKP")
    kept = backup(world, place)
    lost = world.take_in(2)
    world.meet("RSA", "DKP")
    restore_image(world, kept)
    assert world.desk("RSA").core.journal.epoch == 1
    everything_is_well(world, first + lost)
    assert world.desk("RSA").core.journal.epoch == 2
    assert exceptions(world, "RSA") == [RESTORED]


def test_a_disk_image_that_wrote_offline_becomes_a_branch(world: World, place: Path) -> None:
    """Both continuations of the chain are kept, by everybody."""
    first = world.take_in(1, 2)
    world.meet("RSA", "DKP")
    kept = backup(world, place)
    world.sit("siti").printing.print_again("kartu", first[0], "")
    lost = world.take_in(3)
    world.meet("RSA", "DKP")
    restore_image(world, kept)
    ward = world.sit("siti")
    for number in first:
        ward.printing.print_again("kartu", number, "")
    after = ward.core.journal.head().seq - 2
    everything_is_well(world, first + lost)
    ward = world.sit("siti")
    journal = ward.core.journal
    assert journal.epoch == 2
    chains = {chain.epoch: (chain.first, chain.last) for chain in journal.epochs.chains()}
    assert chains[BRANCH + 1] == (after + 1, after + 2)
    for desk in (ward, world.desk("DKP")):
        (count,) = desk.core.db.execute(
            "SELECT count(*) FROM entries WHERE kiosk='RSA' AND epoch=?", (BRANCH + 1,)
        ).fetchone()
        assert count == 2
        assert desk.core.known(first[0]).prints["kartu"] == 2
    later = world.take_in(9)
    assert later[0].startswith("RSA2-")
    everything_is_well(world, first + lost + later)


def test_both_copies_live_on(world: World, place: Path) -> None:
    """The folder was copied, and both are used: each in its own epoch; pusat has all."""
    first = world.take_in(1)
    world.meet("RSA", "DKP")
    kept = backup(world, place)
    from kiosk.desk.desk import Desk

    twin = Desk.open(kept)
    line = Exchange(twin)
    try:
        twin.session.login("siti", "1111")
        here = world.take_in(2)
        (there,) = (one.number for one in twin.intake.submit("kado-camer", birth(3)))
        assert (here[0][:5], there[:5]) == ("RSA1-", "RSA2-")
        for _ in range(3):
            assert line.run().trouble == ""
            for done in world.meet("RSA", "DKP"):
                assert done.trouble == ""
        expected = sorted([*first, *here, there])
        assert numbers(world, "DKP") == expected
        assert set(numbers(world, "RSA")) >= {*first, *here}
        assert {row.number for row in twin.work.everything()} >= {*first, there}
        assert verify(twin).bad == verify(world.desk("RSA")).bad == ""
    finally:
        line.close()
        twin.close()


def test_two_images_of_one_disk_make_two_branches(world: World, place: Path) -> None:
    first = world.take_in(1, 2)
    world.meet("RSA", "DKP")
    kept = backup(world, place)
    world.sit("siti").printing.print_again("kartu", first[0], "satu")
    world.meet("RSA")
    for reason in ("dua", "tiga"):
        restore_image(world, kept)
        world.sit("siti").printing.print_again("kartu", first[0], reason)
        world.sit("siti").printing.print_again("resi", first[0], reason)
        assert world.meet("RSA", rounds=1)[0].trouble == ""
    everything_is_well(world, first)
    state = world.desk("DKP").core.known(first[0])
    assert (state.prints["kartu"], state.prints["resi"]) == (3, 2)


def test_pusat_from_an_old_backup_is_filled_again_and_told(world: World, place: Path) -> None:
    first = world.take_in(1)
    world.meet("RSA", "DKP")
    assert world.central is not None
    world.central.stop()
    shutil.copytree(world.home / "pusat", place / "pusat")
    world.start()
    for code in ("RSA", "DKP"):
        world.shut(code)
    second = world.take_in(2)
    world.meet("RSA", "DKP")
    world.central.stop()
    shutil.rmtree(world.home / "pusat")
    shutil.copytree(place / "pusat", world.home / "pusat")
    world.start()
    for code in ("RSA", "DKP"):
        world.shut(code)
        world.desk(code).front.note(GROWTH, "1")  # long ago
    third = world.take_in(3)
    everything_is_well(world, first + second + third)
    assert "pusat-mundur" in exceptions(world, "RSA")
