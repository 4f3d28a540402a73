"""Old closed cases lose their content and keep their line; nothing goes without a receipt."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from config.settings import load, save
from kiosk.cases.card import AttachedPage
from kiosk.cli import main
from kiosk.desk import purge as purging
from kiosk.desk.checkup import fingerprint, rebuild, verify
from kiosk.desk.core import Core
from kiosk.desk.purge import DAY_MS, purge
from kiosk.desk.views import Refusal
from kiosk.store.database import DATABASE
from tests.desk.world import World, birth, same_after_rebuild

CODES = ("RSA", "DKP", "U10")


def keep_for(world: World, days: int, *codes: str) -> None:
    for code in codes:
        folder = world.folder(code)
        world.shut(code)
        save(folder, replace(load(folder), retention_days=days))


@pytest.fixture
def old(world: World, monkeypatch: pytest.MonkeyPatch) -> tuple[World, str, str]:
    """A closed case of which pusat's receipts say that it is 400 days old; and one under way."""
    closed, new = world.take_in(1, 2)
    world.to_uptd(closed)
    world.collect("yuni", closed)
    world.meet()
    world.meet()
    assert all(state.status == "tutup" for state in world.states(closed))
    for code in CODES:
        keep_for(world, 365, code)
    monkeypatch.setattr(purging, "_signed_now", later)
    return world, closed, new


_SIGNED_NOW = purging._signed_now


def later(core: Core) -> int | None:
    """Pusat's clock cannot be moved, so what it signed is read as if it were 400 days later."""
    told = _SIGNED_NOW(core)
    return None if told is None else told + 400 * DAY_MS


def secrets(n: int) -> list[bytes]:
    values = birth(n)
    keys = ("ibu_nik", "ayah_nik", "no_kk", "anak_nama", "alamat")
    return [values[key].encode() for key in keys]


@pytest.mark.parametrize("code", ["RSA", "DKP", "U10"])
def test_the_content_goes_and_the_line_stays(old: tuple[World, str, str], code: str) -> None:
    world, closed, new = old
    desk = world.desk(code)
    before = {row.number: row for row in desk.work.everything()}
    (line,) = purge(desk)
    assert (line.number, len(line.hash)) == (closed, 32) and line.entries > 10
    assert purge(desk) == []
    desk.core.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    stored = (world.folder(code) / DATABASE).read_bytes()
    for secret in secrets(1):
        assert secret not in stored, secret
    rows = {row.number: row for row in desk.work.search(closed)}
    assert rows[closed].status == "dihapus" and not rows[closed].name
    assert rows[closed].created == before[closed].created
    after = {row.number: row for row in desk.work.everything()}
    assert {number for number in before if before[number] != after[number]} == {closed}
    assert new in after or code != "RSA"


def test_the_journal_still_proves_itself_and_tables_come_out_the_same(
    old: tuple[World, str, str],
) -> None:
    world, *_ = old
    for code in CODES:
        desk = world.desk(code)
        purge(desk)
        assert verify(desk).bad == ""
        assert same_after_rebuild(desk), code
        serial = desk.core.db.execute("SELECT max(last) FROM serials").fetchone()
        assert code != "RSA" or serial[0] is not None
        # A byte of a hash that is kept is still guarded by the chain.
        desk.core.db.execute(
            "UPDATE entries SET hash = zeroblob(32) WHERE kiosk = ? AND raw = x''", (code,)
        )
        assert verify(desk).bad != ""


def test_saved_reports_that_name_the_case_go_and_others_stay(old: tuple[World, str, str]) -> None:
    world, closed, new = old
    desk = world.desk("DKP")
    reports, day = desk.reports, desk.reports.today()
    named, counted = (
        reports.save(reports.make(reports.one("kado-camer", kind), day))
        for kind in ("registrasi", "waktu")
    )
    assert closed in named.read_text("utf-8-sig")
    purge(desk)
    assert not named.exists() and counted.exists()
    rows = reports.make(reports.one("kado-camer", "registrasi"), day).rows
    assert closed not in str(rows)
    assert new in str(rows) or not rows


def test_nothing_is_done_to_a_purged_case(old: tuple[World, str, str]) -> None:
    world, closed, _ = old
    purge(world.desk("RSA"))
    ward = world.sit("siti")
    view = ward.work.open(closed)
    assert not view.offers and "dihapus" in view.why_not
    with pytest.raises(Refusal):
        ward.printing.print_again("kartu", closed, "lagi")
    with pytest.raises(Refusal, match="dihapus"):
        ward.files.receive(closed)
    # What comes late is kept, and disturbs nothing.
    world.sit("yuni").printing.print_again("kartu", closed, "")
    world.meet("U10", "RSA")
    (row,) = world.desk("RSA").work.search(closed)
    assert row.status == "dihapus"
    before = fingerprint(world.desk("RSA"))
    rebuild(world.desk("RSA"))
    assert fingerprint(world.desk("RSA")) == before
    assert verify(world.desk("RSA")).bad == ""


def test_nothing_goes_without_retention_or_receipt(old: tuple[World, str, str]) -> None:
    world, _, _ = old
    keep_for(world, 0, "RSA")
    assert purge(world.desk("RSA")) == []
    keep_for(world, 401, "RSA")
    assert purge(world.desk("RSA")) == []
    keep_for(world, 365, "RSA")
    desk = world.desk("RSA")
    assert len(purge(desk, dry_run=True)) == 1
    first = desk.core.db.execute("SELECT min(rowid) FROM entries WHERE act='permohonan'")
    (row,) = first.fetchone()
    desk.core.db.execute("UPDATE entries SET arrived=NULL WHERE rowid=?", (row,))
    assert purge(desk) == [], "an entry of it is only here"
    desk.core.db.execute("UPDATE entries SET arrived=1 WHERE rowid=?", (row,))
    desk.core.db.execute("UPDATE receipts SET raw=zeroblob(9)")
    with pytest.raises(Refusal, match="bukan dari pusat"):
        purge(desk)
    desk.core.db.execute("DELETE FROM receipts")
    assert purge(desk) == []


def test_scans_of_the_case_go_but_not_those_another_case_has(
    old: tuple[World, str, str],
) -> None:
    world, closed, new = old
    ward = world.sit("siti")
    shelf = ward.attachments.shelf
    names = [shelf.put(text, "jpg") for text in (b"shared page", b"only here")]
    pages = [AttachedPage(name, "image/jpeg", 9, 1, 1) for name in names]
    ward.attachments.attach(new, "KK", pages[:1])
    ward.attachments.attach(closed, "KK", pages)
    world.meet("RSA")
    assert len(purge(ward)) == 1
    assert [shelf.has(name) for name in names] == [True, False]


def test_the_command_line(old: tuple[World, str, str], capsys: pytest.CaptureFixture[str]) -> None:
    world, closed, _ = old
    world.shut("RSA")
    folder: Path = world.folder("RSA")
    assert main(["purge", "--data", str(folder), "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert closed in said and "1 kasus dapat dihapus" in said
    assert main(["purge", "--data", str(folder), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["nomor"], len(told["hash"])) == (closed, 64)
    assert main(["purge", "--data", str(folder)]) == 0
    assert "Isi 0 kasus dihapus" in capsys.readouterr().out
    assert main(["cases", "--data", str(folder), "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["nomor"]: row["status"] for row in rows}[closed] == "dihapus"
