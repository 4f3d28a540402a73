"""Bad input, bad folders, bad disks: one plain sentence, and nothing half-written."""

from __future__ import annotations

import json
import shutil
import sqlite3
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from config.errors import ConfigError
from config.procedures import load_all
from config.settings import Settings, load, save
from kiosk.desk.checkup import fingerprint, rebuild, verify
from kiosk.desk.desk import Desk
from kiosk.desk.front import DeskRefused
from kiosk.desk.setup import found
from kiosk.desk.views import FormRefused, Refusal
from sync.entry import Spot, seal_entry
from sync.push import PushHead, pack_push
from sync.wire import CONTENT_TYPE, PUSH_PATH
from tests.desk.world import World, birth

PROCEDURES = Path(__file__).parents[2] / "config" / "procedures"


def plain(error: BaseException) -> str:
    """What an officer reads: one line, no Python in it."""
    text = str(error)
    assert text and "\n" not in text and "Error" not in text and "Traceback" not in text
    return text


# -- forms -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("ibu_nik", "147110440692000"),
        ("ayah_nik", "14711044069200012"),
        ("no_kk", "1234"),
        ("anak_tgl_lahir", "2099-01-01"),
        ("anak_tgl_lahir", "31-02-2026"),
        ("anak_nama", ""),
        ("anak_jk", "X"),
        ("telepon", "12"),
        ("email", "bukan-email"),
        ("anak_berat", "berat"),
    ],
)
def test_a_form_names_the_field_that_is_wrong(offline: World, key: str, value: str) -> None:
    ward = offline.sit("siti")
    with pytest.raises(FormRefused) as refused:
        ward.intake.submit("kado-camer", birth(1, **{key: value}))
    assert key in [found.key for found in refused.value.findings]
    plain(refused.value)
    assert ward.work.count("semua") == 0


def test_a_note_that_cannot_be_written_down_is_refused(offline: World) -> None:
    offline.take_in(1)
    ward = offline.desk("RSA")
    (number,) = [row.number for row in ward.work.everything()]
    head = ward.core.journal.head()
    for reason in ("x" * 300_000, "\udc80 rusak"):
        with pytest.raises(Refusal) as refused:
            ward.printing.print_again("resi", number, reason)
        plain(refused.value)
    assert ward.core.journal.head() == head and not ward.core.db.in_transaction


# -- pusat -------------------------------------------------------------------------------------


def test_pusat_names_an_entry_with_a_wrong_signature(world: World) -> None:
    """Two good entries, then one signed by a key that is nobody's: 422, and the two are kept."""
    ward = world.sit("siti")
    numbers = world.take_in(1, 2)
    journal, device = ward.core.journal, ward.front.keys.device()
    world.meet("RSA", rounds=1)
    acked = journal.receipts.acked(1)
    ward.printing.print_again("kartu", numbers[0], "")
    good = [one.raw for one in journal.outgoing.items(1, acked + 1, 10, 10_000)]
    placed = journal.get(Spot("RSA", 1, acked + 1))
    assert placed is not None
    forged = seal_entry(
        placed.entry, Spot("RSA", 1, acked + 2), placed.hash, device.kid, device.sign
    )
    head = PushHead("RSA", 1, acked + 1)
    assert world.central is not None
    request = urllib.request.Request(
        f"http://127.0.0.1:{world.central.port}{PUSH_PATH}",
        data=pack_push(head, [*good, forged], device.kid, device.sign),
        headers={"content-type": CONTENT_TYPE},
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    said = json.loads(refused.value.read())
    assert (refused.value.code, said["seq"], said["kode"]) == (
        422,
        acked + 2,
        "petugas-tidak-cocok",
    )
    assert world.meet("RSA", rounds=1)[0].trouble == ""
    assert ward.link.state().waiting == 0


def test_a_damaged_entry_is_passed_over_and_told(world: World) -> None:
    """What stands before and after it is at pusat; it itself stands under Perlu tindakan."""
    ward = world.sit("siti")
    (number, *_) = world.take_in(1, 2)
    last = ward.core.journal.head().seq
    ward.core.db.execute(
        "UPDATE entries SET raw=CAST(substr(raw,1,length(raw)-1)||x'ff' AS BLOB)"
        " WHERE kiosk='RSA' AND seq=?",
        (last,),
    )
    ward.printing.print_again("kartu", number, "")
    for _ in range(2):
        assert world.meet("RSA", rounds=1)[0].trouble == ""
        state = ward.link.state()
        assert state.waiting == 1 and state.attention == 1
        (stuck,) = state.stuck
        assert stuck.ref == f"RSA/1/{last}" and "rusak" in stuck.says and stuck.needs_action
    assert verify(ward).bad == f"RSA/1/{last}"
    # What others wrote still comes in.
    world.sit("andi").session.logout()
    world.meet("DKP")
    assert world.meet("RSA", rounds=1)[0].pulled > 0


def test_pusat_out_of_reach_is_told_and_work_goes_on(offline: World) -> None:
    (done,) = offline.meet("RSA", rounds=1)
    assert "tidak dapat dihubungi" in done.trouble
    offline.take_in(1)
    state = offline.desk("RSA").link.state()
    assert state.only_here == 1 and state.trouble == done.trouble


# -- folders -----------------------------------------------------------------------------------


def refuses(folder: Path, *words: str) -> None:
    with pytest.raises(DeskRefused) as refused:
        Desk.open(folder).close()
    for word in words:
        assert word in plain(refused.value)


def test_settings_of_one_kiosk_with_the_database_of_another(offline: World) -> None:
    shutil.copy(offline.folder("RSA") / "kiosk.toml", offline.folder("U10") / "kiosk.toml")
    refuses(offline.folder("U10"), "U10", "RSA")


def test_the_key_of_another_kiosk(offline: World) -> None:
    shutil.copy(offline.folder("RSA") / "device.key", offline.folder("U10") / "device.key")
    refuses(offline.folder("U10"), "device.key")
    (offline.folder("U10") / "device.key").write_bytes(b"short")
    refuses(offline.folder("U10"), "device.key")
    (offline.folder("U10") / "device.key").unlink()
    refuses(offline.folder("U10"), "device.key")


@pytest.mark.parametrize(
    ("was", "instead", "words"),
    [
        ("address =", "adress =", ("adress", "address", "kiosk.toml:")),
        ('profile = "rs"', 'profile = "rss"', ("profile", "kiosk.toml:")),
        ('language = "id"', 'language = "jv"', ("jv", "kiosk.toml:")),
        ('code = "RSA"', 'code = "RSA', ("kiosk.toml:",)),
        ("lock_minutes = 10", "lock_minutes = 'ten'", ("lock_minutes", "kiosk.toml:")),
    ],
)
def test_a_typo_in_the_settings(
    offline: World, was: str, instead: str, words: tuple[str, ...]
) -> None:
    path = offline.folder("RSA") / "kiosk.toml"
    text = path.read_text()
    assert was in text
    path.write_text(text.replace(was, instead, 1))
    refuses(offline.folder("RSA"), *words)


def test_a_typo_in_a_procedure_names_file_key_and_line(place: Path) -> None:
    folder = place / "procedures"
    shutil.copytree(PROCEDURES, folder)
    path = folder / "kado-camer.toml"
    lines = path.read_text().splitlines()
    at = next(n for n, line in enumerate(lines) if line == 'actor = "kepala-seksi"')
    lines[at] = 'aktor = "kepala-seksi"'
    path.write_text("\n".join(lines))
    with pytest.raises(ConfigError) as refused:
        load_all(folder)
    error = refused.value
    assert (Path(error.file).name, error.line) == ("kado-camer.toml", at + 1)
    assert "aktor" in error.key and "actor" in error.says


@pytest.mark.parametrize(
    "content", [b"", b"this is no database at all, " * 400, b"%PDF-1.7\n" + bytes(9000)]
)
def test_a_file_that_is_no_database_of_ours(offline: World, content: bytes) -> None:
    folder = offline.folder("RSA")
    (folder / "kiosk.db").write_bytes(content)
    refuses(folder)
    assert (folder / "kiosk.db").read_bytes()[: len(content)] == content or content == b""


def test_a_database_of_another_program_or_another_age(offline: World) -> None:
    folder = offline.folder("RSA")
    with sqlite3.connect(folder / "kiosk.db") as db:
        db.execute("PRAGMA user_version=99")
    db.close()
    refuses(folder, "kiosk.db")
    (folder / "kiosk.db").unlink()
    with sqlite3.connect(folder / "kiosk.db") as db:
        db.execute("CREATE TABLE songs (name)")
        db.execute("PRAGMA user_version=1")
    db.close()
    refuses(folder, "kiosk.db")


def test_no_folder_or_not_ours(place: Path) -> None:
    refuses(place / "tidak-ada", "kiosk init")
    (place / "berkas").write_text("x")
    refuses(place / "berkas", "kiosk init")


def test_a_kiosk_is_not_founded_over_another_nor_half(offline: World, place: Path) -> None:
    with pytest.raises(DeskRefused, match="sudah berisi"):
        found(offline.folder("RSA"), Settings("XYZ", "RS", "rs", "rs:XYZ"))
    assert load(offline.folder("RSA")).code == "RSA"
    for wrong in (
        Settings("xyz", "RS", "rs", "rs:xyz"),
        Settings("XYZ", "RS", "rs", "uptd:14.71.10"),
        Settings("XYZ", "RS", "rs", "rs:XYZ", central_key="abc"),
    ):
        with pytest.raises(ConfigError):
            found(place / "baru", wrong)
    # Nothing of the refused ones is in the way.
    card = found(place / "baru", Settings("XYZ", "RS", "rs", "rs:XYZ"))
    assert card["kiosk"] == "XYZ"
    desk = Desk.open(place / "baru")
    assert desk.work.count("semua") == 0
    desk.close()


# -- the disk ----------------------------------------------------------------------------------


def fill(desk: Desk) -> None:
    """No further page may be added to the database."""
    db = desk.core.db
    pages = db.execute("PRAGMA page_count").fetchone()[0]
    assert db.execute(f"PRAGMA max_page_count={pages}").fetchone()[0] == pages


def make_room(desk: Desk) -> None:
    desk.core.db.execute("PRAGMA max_page_count=1000000")


def until_refused(act: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as refused:
        for _ in range(200):
            act()
    return refused.value


def test_a_full_disk_refuses_the_act_whole_and_the_desk_goes_on(offline: World) -> None:
    ward = offline.sit("siti")
    offline.take_in(1)
    fill(ward)
    n = iter(range(2, 1000))
    counts: list[tuple[int, ...]] = []

    def act() -> None:
        counts.append(
            (
                ward.work.count("semua"),
                len(ward.printing.jobs(1000)),
                ward.core.journal.head().seq,
            )
        )
        ward.intake.submit("kado-camer", birth(next(n)))

    error = until_refused(act)
    assert "Disk penuh" in plain(error)
    assert not ward.core.db.in_transaction
    assert counts[-1] == (
        ward.work.count("semua"),
        len(ward.printing.jobs(1000)),
        ward.core.journal.head().seq,
    )
    assert verify(ward).bad == ""
    # What is there can be read; a draft is refused as plainly.
    assert ward.work.rows("kerja", 0, 5)
    big = birth(1, alamat="x" * 40_000)
    error = until_refused(lambda: ward.intake.save_draft("kelahiran", big, "alamat"))
    assert "Disk penuh" in plain(error)
    make_room(ward)
    (made,) = ward.intake.submit("kado-camer", birth(next(n)))
    numbers = [row.number for row in ward.work.everything()]
    assert made.number in numbers and len(set(numbers)) == len(numbers)
    serials = sorted(int(number.split("-")[2]) for number in numbers)
    assert serials == list(range(1, len(numbers) + 1))
    before = fingerprint(ward)
    rebuild(ward)
    assert fingerprint(ward) == before and verify(ward).bad == ""


def test_a_full_disk_stops_the_exchange_in_plain_words(world: World) -> None:
    world.take_in(*range(1, 12))
    world.send("siti", "daftar")
    world.meet("RSA", rounds=1)
    dinas = world.sit("andi")
    fill(dinas)
    (done,) = world.meet("DKP", rounds=1)
    assert "Disk penuh" in done.trouble
    assert dinas.work.count("semua") == 0
    make_room(dinas)
    (done,) = world.meet("DKP", rounds=1)
    assert done.trouble == "" and dinas.work.count("semua") == 11


def test_a_locked_database_is_told_in_plain_words(offline: World) -> None:
    ward = offline.sit("siti")
    ward.core.db.execute("PRAGMA busy_timeout=50")
    other = sqlite3.connect(offline.folder("RSA") / "kiosk.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Refusal, match="program lain") as refused:
        offline.take_in(1)
    plain(refused.value)
    other.execute("ROLLBACK")
    other.close()
    assert len(offline.take_in(1)) == 1


# -- beside the screen: another process on the same folder ----------------------------------------


def test_what_another_process_brought_in_is_seen_at_once(world: World) -> None:
    """``kiosk sync`` beside the screen: neither cases nor keys in memory are stale."""
    (number,) = world.take_in(1)
    batch = world.send("siti", "daftar")
    dinas = world.sit("andi")
    assert dinas.work.open(number).state is None
    world.meet("DKP", rounds=1)  # the screen has read the keys of that hour
    ward = world.desk("RSA")
    from kiosk.exchange import Exchange
    from kiosk.keys import OfficerCard

    ward.session.enrol(OfficerCard("baru", "Baru", "BR", ("operator-fasilitas",)), "2468")
    world.meet("RSA", rounds=1)
    beside = Desk.open(world.folder("DKP"))
    line = Exchange(beside)
    assert line.run().pulled > 0
    line.close()
    beside.close()
    state = dinas.work.open(number).state
    assert state is not None and state.transit is not None and state.transit.batch == batch
    assert dinas.files.receive(number, batch) == ""

    # What the new officer signs reaches the screen by its own exchange.
    ward.session.login("baru", "2468")
    (made,) = ward.intake.submit("kado-camer", birth(2))
    world.meet("RSA", "DKP", rounds=1)
    assert dinas.core.state(made.number) is not None
    assert dinas.core.db.execute("SELECT count(*) FROM strange").fetchone() == (0,)


def test_the_settings_of_a_test_are_settings(world: World) -> None:
    folder = world.folder("RSA")
    save(folder, replace(load(folder), lock_minutes=3))
    assert load(folder).lock_minutes == 3
