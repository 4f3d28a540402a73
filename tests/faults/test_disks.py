"""A full disk, at central and at a kiosk: said plainly, nothing lost, and later all, once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.desk.views import Refusal
from tests.desk.world import World, birth
from tests.faults.books import all_agree, log_is_whole, numbers_once, receipts_hold, size_of
from tests.faults.conftest import CASES
from tests.faults.disks import Ballast, Bound, Full, may_mount, small_disk
from tests.faults.link import Line
from tests.faults.town import Pusat, lead, meet_until_done

KINDS = ("bound", "tmpfs") if may_mount() else ("bound",)


@pytest.fixture(params=KINDS)
def cramped(
    request: pytest.FixtureRequest, cut_off: World, place: Path
) -> Iterator[tuple[Pusat, Full]]:
    """A central whose disk can be filled."""
    home = cut_off.home / "pusat"
    if request.param == "bound":
        with Pusat(home) as pusat:
            lead(cut_off, pusat.port)
            yield pusat, Bound(pusat.pid, home / "pusat.db-wal")
        return
    with small_disk(place / "disk") as disk:
        shutil.move(home, disk / "pusat")
        home.symlink_to(disk / "pusat")
        with Pusat(home) as pusat:
            lead(cut_off, pusat.port)
            yield pusat, Ballast(disk)


@pytest.mark.parametrize("leave", [0, 60_000])
def test_a_full_disk_at_central(cut_off: World, cramped: tuple[Pusat, Full], leave: int) -> None:
    pusat, disk = cramped
    disk.fill(leave)
    for _ in range(3):
        done = cut_off.line("RSA").run()
        assert "Pusat sedang" in done.trouble, done
        assert cut_off.desk("RSA").link.state().trouble == done.trouble
        receipts_hold(cut_off.folder("RSA"), pusat.folder, log_is_whole(pusat.folder))
    assert cut_off.line("RSA").schedule.wait >= 5, "it asked to be left alone"
    waiting = cut_off.desk("RSA").link.state().waiting
    assert waiting == CASES + 2 - _acked(cut_off) > 0
    # The desk works on, and pusat still answers who only asks.
    cut_off.take_in(70)
    disk.make_room()
    meet_until_done(cut_off, "RSA", 2)
    meet_until_done(cut_off, "DKP", 2)
    assert size_of(pusat.folder, "RSA") == CASES + 3
    assert len(numbers_once(cut_off, "RSA", "DKP")) == CASES + 1
    all_agree(cut_off, "RSA", "DKP")


def _acked(world: World) -> int:
    row = world.desk("RSA").core.db.execute("SELECT max(acked) FROM receipts").fetchone()
    return row[0] or 0


def test_a_full_disk_at_the_kiosk_that_receives(busy: World, line: Line) -> None:
    meet_until_done(busy, "RSA")
    dinas = busy.desk("DKP")
    (pages,) = dinas.core.db.execute("PRAGMA page_count").fetchone()
    dinas.core.db.execute(f"PRAGMA max_page_count={pages + 12}")
    before = line.down
    for _ in range(3):
        done = busy.line("DKP").run()
        assert "Disk penuh" in done.trouble, done
        assert dinas.link.cursor() == 0
    assert line.down - before < 200_000
    dinas.core.db.execute("PRAGMA max_page_count=1000000")
    meet_until_done(busy, "DKP", 1)
    assert len(numbers_once(busy, "DKP")) == CASES
    all_agree(busy, "RSA", "DKP")


def test_a_full_disk_at_the_kiosk_that_sends(busy: World) -> None:
    """Not even its receipt can be kept: central has all, and the next time it is told so."""
    ward = busy.sit("siti")
    (pages,) = ward.core.db.execute("PRAGMA page_count").fetchone()
    ward.core.db.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(Refusal, match="Disk penuh"):
        for n in range(50, 60):
            ward.intake.submit("kado-camer", birth(n))
    done = busy.line("RSA").run()
    assert done.trouble == "" or "Disk penuh" in done.trouble
    ward.core.db.execute("PRAGMA max_page_count=1000000")
    meet_until_done(busy, "RSA", 1)
    assert size_of(busy.home / "pusat", "RSA") == ward.core.journal.head().seq
    numbers_once(busy, "RSA")
    all_agree(busy, "RSA")
