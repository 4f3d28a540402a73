"""Founding a central, admitting kiosks, serving until told to stop."""

from __future__ import annotations

import signal
import socket
import stat
import subprocess
import sys

import httpx
import pytest

from sync.central.admit import AdmitError, admit, found
from sync.central.identity import NoCentral
from sync.central.serve import run_in_thread, serve
from sync.courier import Courier, Refused
from sync.entry import read_entry

_SERVE = """
import logging, sys
from pathlib import Path
from sync.central.serve import serve
logging.basicConfig(level=logging.INFO)
serve(Path(sys.argv[1]), "127.0.0.1", 0, lambda port: print(port, flush=True))
print("stopped", flush=True)
"""


def courier_of(desk, public: bytes, port: int) -> Courier:
    return Courier(f"http://127.0.0.1:{port}", desk.code, public, desk.device.kid, desk.device.sign)


def test_founding_again_keeps_the_key_and_only_its_user_reads_it(tmp_path):
    folder = tmp_path / "deep" / "pusat"
    public = found(folder)
    assert found(folder) == public
    assert stat.S_IMODE((folder / "pusat.key").stat().st_mode) == 0o600
    assert not list(folder.glob(".pusat.key*"))


def test_a_folder_without_a_central_says_so(tmp_path, new_pen):
    for use in (
        lambda: serve(tmp_path, "127.0.0.1", 0),
        lambda: run_in_thread(tmp_path),
        lambda: admit(tmp_path, "RSA", "RS A", "rs:RSA", new_pen().public),
    ):
        with pytest.raises(NoCentral):
            use()
    assert list(tmp_path.iterdir()) == []
    found(tmp_path)
    (tmp_path / "pusat.key").write_bytes(b"short")
    with pytest.raises(NoCentral):
        found(tmp_path)


def test_a_taken_port_is_an_error_at_once(tmp_path):
    found(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError):
        run_in_thread(tmp_path, "127.0.0.1", taken.getsockname()[1])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_central_serves_until_it_is_told_to_stop_and_logs_no_one(tmp_path, new_desk, number):
    public = found(tmp_path)
    desk = new_desk("RSA", "rs:RSA")
    admit(tmp_path, "RSA", "RS Rahasia", "rs:RSA", desk.device.public)
    desk.announce()
    desk.write(data={"isi": {"nama": "BAYI CONTOH", "nik": "1471000000000001"}})
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVE, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        port = int(process.stdout.readline())
        courier = courier_of(desk, public, port)
        assert courier.push(1, 1, desk.raws).seq == 2
        with pytest.raises(Refused):
            courier.push(1, 9, desk.raws)
        with pytest.raises(Refused):
            courier.push(1, 2, desk.raws)  # a fork is logged, by its place only
        assert httpx.get(f"http://127.0.0.1:{port}/healthz").json() == {"keadaan": "baik"}
        courier.close()
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    if number is signal.SIGINT:
        assert "stopped" in out
    for personal in ("CONTOH", "1471000000000001", "Rahasia", "siti", "/v1/"):
        assert personal not in out + err
    assert "RSA/1/2" in err


def test_readmitting_renews_and_a_new_key_shuts_the_old_one_out(tmp_path, new_desk, new_pen):
    public = found(tmp_path)
    desk, watcher = new_desk("RSA", "rs:RSA"), new_desk("DIN", "dinas")
    for one in (desk, watcher, desk):
        admit(tmp_path, one.code, "Contoh", one.address, one.device.public)
    old, new = desk.device, new_pen()
    with pytest.raises(AdmitError):
        admit(tmp_path, "RSA", "Contoh", "rs:RSA", new.public)
    admit(tmp_path, "RSA", "Contoh Baru", "rs:RSA", new.public, replace=True)
    with run_in_thread(tmp_path) as running:
        with pytest.raises(Refused) as caught:
            courier_of(desk, public, running.port).push(1, 1, [])
        assert caught.value.code == "kiosk-tidak-dikenal"
        desk.device = new
        assert courier_of(desk, public, running.port).push(1, 1, []).seq == 0
        page = courier_of(watcher, public, running.port).pull(0)
    said = [read_entry(one.raw).data for one in page.items]
    assert [one["kunci"] for one in said if one["kiosk"] == "RSA"] == [old.public, new.public]


@pytest.mark.parametrize(
    ("code", "name", "address", "public"),
    [
        ("PUSAT", "x", "dinas", bytes(32)),
        ("rsa", "x", "dinas", bytes(32)),
        ("", "x", "dinas", bytes(32)),
        ("RSA", " ", "dinas", bytes(32)),
        ("RSA", "x", "*", bytes(32)),
        ("RSA", "x", "", bytes(32)),
        ("RSA", "x", "dinas", b"short"),
    ],
)
def test_who_cannot_be_admitted(tmp_path, code, name, address, public):
    found(tmp_path)
    with pytest.raises(AdmitError):
        admit(tmp_path, code, name, address, public)


def test_two_kiosks_never_share_a_key(tmp_path, new_pen):
    found(tmp_path)
    public = new_pen().public
    admit(tmp_path, "RSA", "A", "rs:RSA", public)
    with pytest.raises(AdmitError):
        admit(tmp_path, "RSB", "B", "rs:RSB", public)
