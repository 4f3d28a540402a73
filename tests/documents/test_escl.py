"""Our eSCL driver, and Debian's sane-airscan, against the same server."""

from __future__ import annotations

import itertools
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from drivers.documents import escl, scanimage
from drivers.documents.escl import Escl
from drivers.documents.escl_words import read_abilities, read_status
from drivers.documents.job import ScanTrouble, ScanWish
from drivers.documents.scanimage import Scanimage
from tests.devices.escl_server import EsclServer, Faults, capabilities
from tests.documents.sane_world import Sane, Taken

FEEDER = ScanWish(75, feeder=True)
DRIVERS = ("escl", "airscan")
Opened = Callable[..., Escl | Scanimage]


@pytest.fixture
def opened(sane: Sane, monkeypatch: pytest.MonkeyPatch) -> Opened:
    monkeypatch.setattr(escl, "_RETRY", 0.02)
    steps = ((signal.SIGINT, 0.3), (signal.SIGTERM, 0.3), (signal.SIGKILL, 2.0))
    monkeypatch.setattr(scanimage, "_STEPS_TO_END", steps)

    def open_by(driver: str, server: EsclServer, patience: float = 10.0) -> Escl | Scanimage:
        if driver == "escl":
            return Escl(server.url, "Uji", patience=patience)
        sane.airscan(server.url)
        return Scanimage("airscan:e0:Uji", patience=patience)

    return open_by


@pytest.mark.parametrize("driver", DRIVERS)
def test_feeder_gives_its_ten_pages_in_order(driver: str, opened: Opened, tmp_path: Path) -> None:
    with EsclServer(10) as server:
        taken = Taken(opened(driver, server), ScanWish(75, "warna", True), tmp_path / "berkas")
    assert taken.reason is None
    assert server.refused == []
    assert [page.number for page in taken.pages] == list(range(1, 11))
    for page in taken.pages:
        with Image.open(page.path) as picture:
            assert (picture.mode, page.resolution) == ("RGB", 75)
            assert picture.size == (620, 877)
            row = picture.convert("L").crop((8, 12, 160, 13)).point(lambda grey: grey < 128)
            dark = row.tobytes()
        assert sum(a == 0 and b != 0 for a, b in itertools.pairwise(dark)) == page.number
    assert {page for page, percent in taken.progress if percent == 100} == set(range(1, 11))
    assert taken.progress == sorted(taken.progress)


@pytest.mark.parametrize("driver", DRIVERS)
def test_glass_gives_one_page(driver: str, opened: Opened, tmp_path: Path) -> None:
    with EsclServer(0) as server:
        taken = Taken(opened(driver, server), ScanWish(180), tmp_path / "berkas")
    assert (taken.reason, len(taken.pages), server.refused) == (None, 1, [])
    assert taken.pages[0].resolution == 200
    assert server.jobs[0].feeder is False
    assert server.job is None, "the unit is free again"


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize(("feeder", "height"), [(True, 330), (False, 297)])
def test_f4_is_as_long_as_the_inlet_takes(
    driver: str, feeder: bool, height: int, opened: Opened, tmp_path: Path
) -> None:
    with EsclServer(1) as server:
        taken = Taken(
            opened(driver, server), ScanWish(75, feeder=feeder, paper="f4"), tmp_path / "berkas"
        )
    with Image.open(taken.pages[0].path) as picture:
        assert abs(picture.height - height / 25.4 * 75) <= 1.5
        assert abs(picture.width - 215 / 25.4 * 75) <= 1.5


def test_black_and_white_is_asked_as_png(opened: Opened, tmp_path: Path) -> None:
    with EsclServer() as server:
        taken = Taken(opened("escl", server), ScanWish(75, "hitam-putih"), tmp_path / "berkas")
    assert taken.pages[0].path.suffix == ".png"
    with Image.open(taken.pages[0].path) as picture:
        assert picture.mode == "1"


@pytest.mark.parametrize("driver", DRIVERS)
def test_empty_feeder(driver: str, opened: Opened, tmp_path: Path) -> None:
    with EsclServer(0) as server:
        taken = Taken(opened(driver, server), FEEDER, tmp_path / "berkas")
    assert (taken.reason, taken.pages) == ("empty", [])
    assert "Masukkan berkasnya" in taken.says


@pytest.mark.parametrize("code", [404, 409, 503, 500])
def test_jam_in_page_3_keeps_two_pages(code: int, opened: Opened, tmp_path: Path) -> None:
    with EsclServer(10, Faults(jam_at=3, end_code=code)) as server:
        taken = Taken(opened("escl", server), FEEDER, tmp_path / "berkas")
    assert (taken.reason, len(taken.pages)) == ("jam", 2)
    assert "lagi mulai halaman 3." in taken.says


def test_jam_in_page_3_as_airscan_tells_it(opened: Opened, tmp_path: Path) -> None:
    with EsclServer(10, Faults(jam_at=3, end_code=409)) as server:
        taken = Taken(opened("airscan", server), FEEDER, tmp_path / "berkas")
    assert (taken.reason, len(taken.pages)) == ("jam", 2)
    assert "lagi mulai halaman 3." in taken.says


def test_open_hatch(opened: Opened, tmp_path: Path) -> None:
    with EsclServer(10, Faults(hatch_at=2)) as server:
        taken = Taken(opened("escl", server), FEEDER, tmp_path / "berkas")
    assert (taken.reason, len(taken.pages)) == ("cover", 1)


@pytest.mark.parametrize("location", ["absolute", "relative", "foreign"])
def test_every_form_of_location(location: str, opened: Opened, tmp_path: Path) -> None:
    with EsclServer(2, Faults(location=location, chunked=True)) as server:
        taken = Taken(opened("escl", server), FEEDER, tmp_path / "berkas")
    assert (taken.reason, len(taken.pages)) == (None, 2)


def test_a_busy_unit_is_asked_again(opened: Opened, tmp_path: Path) -> None:
    with EsclServer(2, Faults(busy_posts=2, busy_pages=2)) as server:
        taken = Taken(opened("escl", server), FEEDER, tmp_path / "berkas")
    assert (taken.reason, len(taken.pages)) == (None, 2)
    assert server.asked.count("POST ScanJobs") == 3


def test_a_unit_that_stays_busy_is_given_up(opened: Opened, tmp_path: Path) -> None:
    with EsclServer(2, Faults(busy_posts=10**6)) as server:
        taken = Taken(opened("escl", server, patience=0.3), FEEDER, tmp_path / "berkas")
    assert taken.reason == "busy"
    with EsclServer(2, Faults(busy_pages=10**6)) as server:
        taken = Taken(opened("escl", server, patience=0.3), FEEDER, tmp_path / "berkas2")
    assert taken.reason == "stalled"


@pytest.mark.parametrize(
    ("faults", "reason", "word"),
    [
        (Faults(cut_at=3), "broken", "terputus di halaman 3"),
        (Faults(cut_at=3, chunked=True), "broken", "terputus di halaman 3"),
        (Faults(half_at=3), "broken", "sebelum halaman 3 selesai"),
        (Faults(code_at={3: 500}), "broken", "kode 500"),
        (Faults(code_at={3: 401}), "refused", "izin"),
        (Faults(endless_at=3), "broken", "Halaman 3 terlalu besar"),
        (Faults(silent_at=3), "stalled", "tidak menjawab"),
    ],
)
def test_a_fault_in_page_3_keeps_two_pages(
    faults: Faults,
    reason: str,
    word: str,
    opened: Opened,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(escl, "MOST_BYTES", 4_000_000)
    with EsclServer(10, faults) as server:
        unit = opened("escl", server, patience=0.5 if faults.silent_at else 10.0)
        taken = Taken(unit, FEEDER, tmp_path / "berkas")
        assert (taken.reason, len(taken.pages)) == (reason, 2)
        assert word in taken.says
        assert server.asked[-1] == "DELETE"


@pytest.mark.parametrize("fault", [Faults(cut_at=2), Faults(half_at=2)])
def test_airscan_gives_no_half_page_as_whole(fault: Faults, opened: Opened, tmp_path: Path) -> None:
    with EsclServer(3, fault) as server:
        taken = Taken(opened("airscan", server), FEEDER, tmp_path / "berkas")
    assert taken.reason is not None
    assert len(taken.pages) == 1


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_unit_that_never_answers_is_given_up(driver: str, opened: Opened, tmp_path: Path) -> None:
    with EsclServer(3, Faults(silent_at=2)) as server:
        taken = Taken(opened(driver, server, patience=1.0), FEEDER, tmp_path / "berkas")
    assert (taken.reason, len(taken.pages)) == ("stalled", 1)


@pytest.mark.parametrize("driver", DRIVERS)
def test_stop_while_the_unit_is_silent(driver: str, opened: Opened, tmp_path: Path) -> None:
    with EsclServer(3, Faults(silent_at=2)) as server:
        taken = Taken(opened(driver, server), FEEDER, tmp_path / "berkas", stop_at=(2, 0))
        assert (taken.reason, len(taken.pages)) == ("stopped", 1)
        assert server.job is None or driver == "airscan", "the job is deleted on the unit"


def test_a_slow_page_is_a_whole_page(opened: Opened, tmp_path: Path) -> None:
    with EsclServer(1, Faults(slow_at=1)) as server:
        taken = Taken(opened("escl", server, patience=0.8), FEEDER, tmp_path / "berkas")
    assert (taken.reason, len(taken.pages)) == (None, 1)
    assert len({percent for _, percent in taken.progress}) > 5


def test_what_the_bytes_are_counts_not_what_their_header_says(
    opened: Opened, tmp_path: Path
) -> None:
    with EsclServer(1, Faults(content_type="text/html")) as server:
        taken = Taken(opened("escl", server), FEEDER, tmp_path / "berkas")
    assert [page.path.suffix for page in taken.pages] == [".jpg"]
    page = b"<html>Login</html>"
    with EsclServer(1, Faults(bodies={"NextDocument": page})) as server:
        taken = Taken(opened("escl", server), FEEDER, tmp_path / "berkas2")
    assert (taken.reason, taken.pages) == ("broken", [])
    assert "tidak bisa dibaca" in taken.says


_BOMB = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><ScannerCapabilities>&c;</ScannerCapabilities>'
)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\x00garbage",
        b"<ScannerCapabilities>",
        b"<html><body>404</body></html>",
        b"<ScannerCapabilities/>",
        _BOMB,
        _BOMB.decode().encode("utf-16"),
        b'<?xml version="1.0" encoding="nix"?><ScannerCapabilities/>',
        b"<!-- -->" * 200_000 + b"<ScannerCapabilities/>",
        b"<a>" * 200_000,
    ],
)
@pytest.mark.parametrize("what", ["ScannerCapabilities", "ScannerStatus"])
def test_garbage_is_said_to_be_unreadable(
    what: str, body: bytes, opened: Opened, tmp_path: Path
) -> None:
    with EsclServer(1, Faults(bodies={what: body})) as server:
        taken = Taken(opened("escl", server), FEEDER, tmp_path / "berkas")
    assert (taken.reason, taken.pages) == ("broken", [])
    assert "tidak bisa dibaca" in taken.says


def test_endless_capabilities_are_cut_short(opened: Opened, tmp_path: Path) -> None:
    with EsclServer(1, Faults(endless_bodies=True)) as server:
        taken = Taken(opened("escl", server), FEEDER, tmp_path / "berkas")
    assert taken.reason == "broken"


@pytest.mark.parametrize(
    ("code", "reason"),
    [(400, "refused"), (403, "refused"), (409, "refused"), (500, "broken"), (404, "broken")],
)
def test_a_refused_job_has_words(code: int, reason: str, opened: Opened, tmp_path: Path) -> None:
    with EsclServer(1, Faults(post_code=code)) as server:
        taken = Taken(opened("escl", server), FEEDER, tmp_path / "berkas")
    assert (taken.reason, taken.pages) == (reason, [])
    assert taken.says


def test_a_job_without_location(opened: Opened, tmp_path: Path) -> None:
    with EsclServer(1, Faults(location="none")) as server:
        taken = Taken(opened("escl", server), FEEDER, tmp_path / "berkas")
    assert taken.reason == "broken"


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_unit_that_is_off(driver: str, opened: Opened, tmp_path: Path) -> None:
    with EsclServer() as server:
        pass
    taken = Taken(opened(driver, server), FEEDER, tmp_path / "berkas")
    assert taken.reason == "gone"
    assert "tidak ditemukan" in taken.says


@pytest.mark.parametrize(
    "url",
    ["http://pemindai.invalid/eSCL", "http://[::1/eSCL", "http://a b", "http://127.0.0.1:99999/e"],
)
def test_an_address_that_leads_nowhere(url: str, tmp_path: Path) -> None:
    taken = Taken(Escl(url, "Uji"), FEEDER, tmp_path / "berkas")
    assert taken.reason == "gone"


def test_what_the_unit_is_and_how_it_fares() -> None:
    with EsclServer(0) as server:
        unit = Escl(server.url)
        assert unit.abilities().model == "Uji eSCL"
        assert (unit.status().state, unit.status().feeder) == ("Idle", "ScannerAdfEmpty")
        assert unit.name == f"127.0.0.1:{server.server_address[1]}"


def test_an_unwritable_folder_is_said(opened: Opened, tmp_path: Path) -> None:
    with EsclServer(1) as server:
        pages = opened("escl", server).scan(
            FEEDER, tmp_path / "tidak-ada", lambda *_: None, threading.Event()
        )
        with pytest.raises(ScanTrouble, match="tidak bisa disimpan"):
            next(iter(pages))


def test_a_resolution_range_is_kept() -> None:
    body = capabilities().replace(b"<scan:DiscreteResolutions>", b"<scan:ResolutionRange><!--")
    body = body.replace(
        b"</scan:DiscreteResolutions>",
        b"--><scan:XResolutionRange><scan:Min>100</scan:Min><scan:Max>1200</scan:Max>"
        b"<scan:Normal>300</scan:Normal><scan:Step>50</scan:Step></scan:XResolutionRange>"
        b"</scan:ResolutionRange>",
    )
    glass = read_abilities(body).glass
    assert glass is not None
    assert [glass.nearest(dots) for dots in (50, 210, 230, 5000)] == [100, 200, 250, 1200]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_bytes_break_the_readers(data: st.DataObject) -> None:
    """Capabilities with a piece cut out or put in are read, or refused in words."""
    body = capabilities()
    start = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(start, min(len(body), start + 400)))
    body = body[:start] + data.draw(st.binary(max_size=20)) + body[end:]
    for read in (read_abilities, read_status):
        try:
            read(body)
        except ScanTrouble as trouble:
            assert trouble.reason == "broken"


def test_the_servers_own_answers_are_plain_http() -> None:
    """A third reader: httpx alone sees what the protocol promises."""
    with EsclServer(1) as server:
        answer = httpx.get(f"{server.url}/ScannerCapabilities", trust_env=False)
        assert answer.status_code == 200
        assert httpx.get(f"{server.url}/nix", trust_env=False).status_code == 404


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_feeder_that_never_ends_is_left_after_so_many_pages(
    driver: str, opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(escl, "MOST_PAGES", 3)
    monkeypatch.setattr(scanimage, "MOST_PAGES", 3)
    with EsclServer(10**6) as server:
        taken = Taken(opened(driver, server), FEEDER, tmp_path / "berkas")
        assert (taken.reason, len(taken.pages)) == (None, 3)
        assert server.job is None
