"""Scans on a case: pages on the shelf first, then one line on the card that moves nothing."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.documents.page import StoredPage
from kiosk.cases.card import INCOMPLETE, describe
from kiosk.cases.resi import case_id
from kiosk.desk.checkup import fingerprint, rebuild, verify
from kiosk.desk.desk import Desk
from kiosk.desk.ledger import Act
from kiosk.desk.views import Refusal
from tests.desk.world import World

UNKNOWN = "RSA1-260101-0001-8"


def page(n: int, suffix: str = "avif") -> StoredPage:
    return StoredPage(b"gambar %d" % n * 40, suffix, 1654, 2339 + n)


def scanned(desk: Desk, number: str, label: str, *ns: int) -> None:
    desk.attachments.attach(number, label, desk.attachments.keep(*map(page, ns)))


def raw(folder: Path, n: int) -> Path:
    """A whole page as a scanner leaves it."""
    path = folder / f"halaman-{n:03d}.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes([n]) * 50 + b"\0\0\0\0IEND\xaeB`\x82")
    return path


# -- attaching -------------------------------------------------------------------------------------


def test_a_scan_is_a_line_with_a_paraf_and_moves_nothing(offline: World) -> None:
    (number,) = offline.take_in(1)
    ward = offline.sit("siti")
    before = ward.core.known(number)
    was = (before.step, before.status, before.holder_officer, before.updated, before.transit)
    scanned(ward, number, "  KTP-el   ibu ", 1, 2)
    state = ward.core.known(number)
    assert was == (
        state.step,
        state.status,
        state.holder_officer,
        state.updated,
        state.transit,
    )
    line = state.lines[-1]
    assert (describe(line), line.officer, line.flag) == (
        "Pindaian: KTP-el ibu, 2 halaman",
        "siti",
        "",
    )
    (attached,) = ward.attachments.of(number)
    assert (attached.label, attached.officer, attached.place) == ("KTP-el ibu", "siti", "rs:RSA")
    assert [(p.media, p.width, p.height) for p in attached.pages] == [
        ("image/avif", 1654, 2340),
        ("image/avif", 1654, 2341),
    ]
    assert ward.attachments.page(attached, attached.pages[1]) == page(2).data
    assert verify(ward).bad == ""
    tables = fingerprint(ward)
    rebuild(ward)
    assert fingerprint(ward) == tables


def test_a_case_whose_data_has_not_arrived_takes_a_scan_and_is_worked_on_as_before(
    world: World,
) -> None:
    (number,) = world.take_in(1)
    dinas = world.sit("andi")
    scanned(dinas, number, "KK", 3)
    state = dinas.core.state(number)
    assert state is not None and (state.number, state.status) == (number, "menunggu-data")
    assert [offer.kind for offer in dinas.work.open(number).offers] == ["terima"]
    world.send("siti", "daftar", [number])
    world.meet("RSA", "DKP")
    state = dinas.core.known(number)
    assert (state.status, state.step) == ("berjalan", "2")
    assert [one.label for one in state.attachments] == ["KK"]
    assert state.lines[0].act == "permohonan"
    world.do("andi", number, "dientri", siak_ref="S-1")
    assert dinas.core.known(number).step == "3"


def test_another_kiosk_sees_the_scan_and_says_where_its_picture_is(world: World) -> None:
    (number,) = world.take_in(1)
    ward = world.sit("siti")
    scanned(ward, number, "KK", 1)
    dinas = world.sit("andi")
    world.meet("RSA", "DKP")
    (attached,) = dinas.attachments.of(number)
    with pytest.raises(Refusal) as told:
        dinas.attachments.page(attached, attached.pages[0])
    assert "RSA" in str(told.value)


def test_a_closed_case_takes_a_scan_too(world: World) -> None:
    (number,) = world.take_in(1)
    world.to_uptd(number)
    world.collect("yuni", number)
    uptd = world.sit("yuni")
    scanned(uptd, number, "Surat kuasa", 1)
    state = uptd.core.known(number)
    assert state.status == "tutup" and len(state.attachments) == 1


def test_only_pages_that_are_on_the_shelf_are_attached(offline: World) -> None:
    (number,) = offline.take_in(1)
    ward = offline.sit("siti")
    kept = ward.attachments.keep(page(1), page(2))
    shutil.rmtree(ward.attachments.shelf.folder / kept[1].name[:2])
    head = ward.core.journal.head()
    for label, pages in (("KK", kept), ("KK", ()), ("   ", kept[:1])):
        with pytest.raises(Refusal):
            ward.attachments.attach(number, label, pages)
    assert ward.core.journal.head() == head
    assert ward.attachments.of(number) == ()


def test_a_page_that_rotted_is_said_in_words(offline: World) -> None:
    (number,) = offline.take_in(1)
    ward = offline.sit("siti")
    scanned(ward, number, "KK", 1)
    (attached,) = ward.attachments.of(number)
    name = attached.pages[0].name
    (ward.attachments.shelf.folder / name[:2] / name).write_bytes(b"busuk")
    with pytest.raises(Refusal) as told:
        ward.attachments.page(attached, attached.pages[0])
    assert "rusak" in str(told.value)


def test_a_locked_desk_attaches_nothing(offline: World) -> None:
    (number,) = offline.take_in(1)
    ward = offline.sit("siti")
    kept = ward.attachments.keep(page(1))
    ward.session.logout()
    for call in (
        lambda: ward.attachments.attach(number, "KK", kept),
        lambda: ward.attachments.draft(number),
        ward.attachments.unfinished,
    ):
        with pytest.raises(Refusal):
            call()


def test_papers_are_named_as_the_procedure_asks_for_them(offline: World) -> None:
    (number,) = offline.take_in(1)
    ward = offline.sit("siti")
    assert {"KTP-el", "KK"} <= set(ward.attachments.labels(number))
    assert {"KTP-el", "KK"} <= set(ward.attachments.labels(UNKNOWN))


# -- the fold --------------------------------------------------------------------------------------

PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63) + 1, 2**63 - 1),
    st.floats(allow_nan=True),
    st.text(max_size=90),
    st.binary(max_size=40),
)
PAGES = st.fixed_dictionaries(
    {},
    optional={
        "sha256": st.one_of(st.binary(min_size=32, max_size=32), PLAIN),
        "jenis": st.one_of(st.sampled_from(["image/avif", "image/jpeg", "text/html"]), PLAIN),
        "byte": PLAIN,
        "lebar": PLAIN,
        "tinggi": PLAIN,
    },
)
DATA = st.fixed_dictionaries(
    {},
    optional={
        "nama": st.one_of(st.text(max_size=300), PLAIN),
        "nomor": st.one_of(st.just(UNKNOWN), PLAIN),
        "halaman": st.one_of(PLAIN, PAGES, st.lists(st.one_of(PAGES, PLAIN), max_size=4)),
    },
)


def test_the_fold_takes_any_data_and_says_it_in_words(offline: World) -> None:
    ward = offline.sit("siti")

    @given(data=DATA)
    @settings(max_examples=60, deadline=None)
    def check(data) -> None:
        case = case_id(UNKNOWN)
        with ward.core.ledger.transaction():
            ward.core.ledger.write(ward.core.hand(), Act(case, "lampiran", data=data))
        state = ward.core.folded(case)
        assert state is not None and state.status == "menunggu-data" and state.step == ""
        line = state.lines[-1]
        assert describe(line).startswith("Pindaian: ")
        attached = [one for one in state.attachments if one.ref == line.ref]
        assert bool(attached) == (line.flag != INCOMPLETE)
        for one in attached:
            assert len(one.label) <= 80
            for part in one.pages:
                assert part.media in ("image/avif", "image/jpeg")
                assert not ward.attachments.shelf.has(part.name)
                assert part.size >= 0 <= part.width and part.height >= 0

    check()
    tables = fingerprint(ward)
    rebuild(ward)
    assert fingerprint(ward) == tables


# -- pages under way -------------------------------------------------------------------------------


def test_pages_under_way_outlive_a_locked_desk_and_a_switched_off_kiosk(offline: World) -> None:
    (number,) = offline.take_in(1)
    ward = offline.sit("siti")
    draft = ward.attachments.draft(number)
    for n in (1, 2, 10):
        raw(draft.folder, n)
    (draft.folder / "halaman-011.png").write_bytes(b"\x89PNG torn by a power cut")
    draft.accept(draft.waiting()[1], page(2))
    assert draft.folder.stat().st_mode & 0o077 == 0
    ward.session.logout()
    offline.shut("RSA")
    again = offline.sit("siti").attachments
    assert again.unfinished() == {number: 3}
    draft = again.draft(number)
    assert [path.name for path in draft.waiting()] == ["halaman-001.png", "halaman-010.png"]
    assert [(one.number, one.read()) for one in draft.ready()] == [(2, page(2))]
    assert offline.sit("murni").attachments.unfinished() == {}
    assert offline.sit("murni").attachments.draft(number).waiting() == []


def test_the_accepted_pages_become_one_paper_and_the_rest_stays(offline: World) -> None:
    (number,) = offline.take_in(1)
    ward = offline.sit("siti")
    draft = ward.attachments.draft(number)
    for n in (1, 2, 3):
        raw(draft.folder, n)
    for n, path in enumerate(draft.waiting()[:2], 1):
        draft.accept(path, page(n))
    assert ward.attachments.attach_draft(number, "KK") == 2
    assert [path.name for path in draft.waiting()] == ["halaman-003.png"]
    assert draft.ready() == []
    draft.accept(draft.waiting()[0], page(3, "jpg"))
    assert ward.attachments.attach_draft(number, "KTP-el") == 1
    assert not draft.folder.exists() and ward.attachments.unfinished() == {}
    attached = ward.attachments.of(number)
    assert [(one.label, len(one.pages)) for one in attached] == [("KK", 2), ("KTP-el", 1)]
    assert attached[1].pages[0].media == "image/jpeg"


STEPS = ("mkdir", "open", "fsync", "replace", "unlink", "rmdir")


def die_at(step: int) -> None:
    """This process is killed before its ``step``-th call to the disk."""
    left = step

    def counted(call):
        def wrapper(*args, **kwargs):
            nonlocal left
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left -= 1
            return call(*args, **kwargs)

        return wrapper

    for name in STEPS:
        setattr(os, name, counted(getattr(os, name)))


def test_killed_anywhere_while_attaching_each_page_is_under_way_or_attached_once(
    offline: World,
) -> None:
    (number,) = offline.take_in(1)
    for step in range(200):
        ward = offline.sit("siti")
        draft = ward.attachments.draft(number)
        for n in (1, 2):
            draft.accept(raw(draft.folder, n), page(100 * step + n))
        folder, seats = offline.folder("RSA"), ward.core.officer
        offline.shut("RSA")
        child = os.fork()
        if child == 0:
            try:
                desk = Desk.open(folder)
                desk.core.officer = seats
                die_at(step)
                desk.attachments.attach_draft(number, "KK")
            finally:
                os._exit(0)
        ended = os.waitpid(child, 0)[1]
        ward = offline.sit("siti")
        attached = [p.name for one in ward.attachments.of(number) for p in one.pages]
        draft = ward.attachments.draft(number)
        left = [f"{one.read().data!r}" for one in draft.ready()]
        mine = [repr(page(100 * step + n).data) for n in (1, 2)]
        done = sum(
            ward.attachments.shelf.get(name) in (page(100 * step + n).data for n in (1, 2))
            for name in attached
        )
        assert (done, left) in ((0, mine), (2, []))
        assert ward.attachments.shelf.verify() == []
        draft.clear()
        if not os.WIFSIGNALED(ended):
            break
    assert step > 10 and verify(ward).bad == ""


def test_a_full_disk_refuses_in_words_and_keeps_the_draft(offline: World) -> None:
    import resource

    (number,) = offline.take_in(1)
    ward = offline.sit("siti")
    draft = ward.attachments.draft(number)
    large = StoredPage(os.urandom(3_000_000), "avif", 1, 1)
    draft.accept(raw(draft.folder, 1), large)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, limits[1]))
    try:
        with pytest.raises(Refusal) as told:
            ward.attachments.attach_draft(number, "KK")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
    assert "Disk penuh" in str(told.value)
    assert ward.attachments.of(number) == () and len(draft.ready()) == 1
    assert ward.attachments.attach_draft(number, "KK") == 1
