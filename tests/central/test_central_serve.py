"""Founding a central, admitting and shutting out kiosks, serving until told to stop."""

from __future__ import annotations

import datetime
import os
import signal
import socket
import ssl
import stat
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from sync.central.admit import AdmitError, admit, found, revoke
from sync.central.identity import NoCentral
from sync.central.serve import OneWorkerOnly, run_in_thread, serve
from sync.entry import read_entry
from tests.central.desks import Centre, Desk, Pen, Refused
from tests.central.test_central_http import half_a_push
from tests.central.test_central_race import serving

_SERVE = """
import logging, sys
from pathlib import Path
from sync.central.serve import serve
logging.basicConfig(level=logging.INFO)
serve(Path(sys.argv[1]), "127.0.0.1", 0, lambda port: print(port, flush=True))
print("stopped", flush=True)
"""


def test_founding_again_keeps_the_key_and_only_its_user_reads_it(tmp_path, database):
    folder = tmp_path / "deep" / "pusat"
    public = found(folder, database)
    assert found(folder, database) == public
    assert stat.S_IMODE((folder / "pusat.key").stat().st_mode) == 0o600
    assert not list(folder.glob(".pusat.key*"))
    assert (folder / "pusat.db").exists() == (database == "")


def test_a_folder_without_a_central_says_so(tmp_path):
    for use in (
        lambda: serve(tmp_path, "127.0.0.1", 0),
        lambda: run_in_thread(tmp_path),
        lambda: admit(tmp_path, "RSA", "RS A", "rs:RSA", Pen().public),
        lambda: revoke(tmp_path, "RSA"),
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


def test_several_workers_need_postgresql(tmp_path):
    found(tmp_path)
    with pytest.raises(OneWorkerOnly) as caught:
        serve(tmp_path, "127.0.0.1", 0, workers=2)
    assert "PostgreSQL" in str(caught.value)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_central_serves_until_it_is_told_to_stop_and_logs_no_one(tmp_path, number):
    public = found(tmp_path)
    desk = Desk("RSA", "rs:RSA")
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
        centre = Centre(tmp_path, "", public, int(process.stdout.readline()))
        line = centre.line(desk)
        assert line.push().seq == 2
        with pytest.raises(Refused):
            line.push(first=9, items=desk.raws)
        with pytest.raises(Refused):
            line.push(first=2, items=desk.raws)  # a fork is logged, by its place only
        centre.http.close()
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    if number is signal.SIGINT:
        assert "stopped" in out
    for personal in ("CONTOH", "1471000000000001", "Rahasia", "siti", "/v2/"):
        assert personal not in out + err
    assert "RSA/1/2" in err


def test_a_push_that_stalls_keeps_nobody_from_stopping(tmp_path, database, monkeypatch):
    monkeypatch.setattr("sync.central.serve.STOP_SECONDS", 0.3)
    public = found(tmp_path, database)
    with run_in_thread(tmp_path, database=database) as running:
        centre = Centre(tmp_path, database, public, running.port)
        desk = centre.desk()
        for n in range(20):
            desk.write(case=f"{n}")
        stalled = half_a_push(centre, centre.line(desk).body().body()[:-5])
        while centre.line(desk).probe().seq < 16:
            time.sleep(0.02)
        begun = time.monotonic()
    assert time.monotonic() - begun < 5
    stalled.close()
    with run_in_thread(tmp_path, database=database) as running:
        again = Centre(tmp_path, database, public, running.port)
        assert again.line(desk).probe().seq == 16


_KILLED_BEFORE_ANSWERING = """
import os, signal, socket, sys
from pathlib import Path
import uvicorn
from sync.central.app import create_app

app = create_app(Path(sys.argv[1]), database=sys.argv[2])

async def dying(scope, receive, send):
    async def last(message):
        if scope["type"] == "http":
            os.kill(os.getpid(), signal.SIGKILL)
        await send(message)
    await app(scope, receive, last)

listening = socket.create_server(("127.0.0.1", 0))
print(listening.getsockname()[1], flush=True)
uvicorn.Server(uvicorn.Config(dying, log_config=None)).run(sockets=[listening])
"""


def test_central_killed_before_its_answer_doubles_nothing(tmp_path, database):
    """Killed between the commit and the answer, central has the entries, once."""
    public = found(tmp_path, database)
    centre = Centre(tmp_path, database, public, 0)
    desks = [centre.desk("rs:RSA"), centre.desk("rs:RSB")]
    for desk in desks:  # the second's push also makes a verdict
        desk.write("hasil", case="KIA", claim="kia:1")
        words = [sys.executable, "-c", _KILLED_BEFORE_ANSWERING, str(tmp_path), database]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
            dying = Centre(tmp_path, database, public, int(process.stdout.readline()))
            with pytest.raises(httpx.TransportError):
                dying.line(desk).push()
            assert process.wait() == -9
    with run_in_thread(tmp_path, database=database) as running:
        again = Centre(tmp_path, database, public, running.port)
        for desk in desks:
            receipt = again.line(desk).push()
            assert (receipt.seq, receipt.hash) == (2, desk.prev)
        assert receipt.size == 2 * 2 + 3  # two kiosks announced, one verdict


def test_readmitting_renews_and_a_new_key_shuts_the_old_one_out(tmp_path, database):
    public = found(tmp_path, database)
    centre = Centre(tmp_path, database, public, 0)
    desk, watcher = Desk("RSA", "rs:RSA"), Desk("DIN", "dinas")
    for one in (desk, watcher, desk):
        centre.admit(one)
    old, new = desk.device, Pen()
    with pytest.raises(AdmitError):
        admit(tmp_path, "RSA", "Contoh", "rs:RSA", new.public, database=database)
    desk.device = new
    centre.admit(desk, replace=True)
    with run_in_thread(tmp_path, database=database) as running:
        centre = Centre(tmp_path, database, public, running.port)
        desk.device = old
        with pytest.raises(Refused) as caught:
            centre.line(desk).push([])
        assert caught.value.code == "kiosk-tidak-dikenal"
        desk.device = new
        assert centre.line(desk).push([]).seq == 0
        page = centre.line(watcher).pull()
    said = [read_entry(one.raw).data for one in page.items]
    assert [one["kunci"] for one in said if one["kiosk"] == "RSA"] == [old.public, new.public]


def test_a_revoked_kiosk_is_told_so_and_may_be_admitted_again(centre):
    desk = centre.desk()
    line = centre.line(desk)
    line.push()
    revoke(centre.folder, desk.code, database=centre.database)
    revoke(centre.folder, desk.code, database=centre.database)
    desk.write()
    for ask in (line.push, line.pull, lambda: line.push([])):
        with pytest.raises(Refused) as caught:
            ask()
        assert (caught.value.status, caught.value.code) == (403, "kiosk-dicabut")
    assert line.probe().seq == 1
    centre.admit(desk)
    assert line.push().seq == 2
    with pytest.raises(AdmitError):
        revoke(centre.folder, "NONE", database=centre.database)


@pytest.mark.parametrize(
    ("code", "name", "address", "public"),
    [
        ("PUSAT", "x", "dinas", bytes(32)),
        ("rsa", "x", "dinas", bytes(32)),
        ("", "x", "dinas", bytes(32)),
        ("RSA", " ", "dinas", bytes(32)),
        ("RSA", "x", "*", bytes(32)),
        ("RSA", "x", "", bytes(32)),
        ("RSA", "x\0", "dinas", bytes(32)),
        ("RSA", "x", "dinas", b"short"),
    ],
)
def test_who_cannot_be_admitted(tmp_path, code, name, address, public):
    found(tmp_path)
    with pytest.raises(AdmitError):
        admit(tmp_path, code, name, address, public)


def test_two_kiosks_never_share_a_key(tmp_path, database):
    found(tmp_path, database)
    public = Pen().public
    admit(tmp_path, "RSA", "A", "rs:RSA", public, database=database)
    with pytest.raises(AdmitError):
        admit(tmp_path, "RSB", "B", "rs:RSB", public, database=database)


def central(folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kiosk", "central", "--data", str(folder), *words],
        capture_output=True,
        text=True,
        env=os.environ | more,
        timeout=60,
        check=False,
    )


def test_the_command_finds_its_database_and_says_what_is_wrong(tmp_path, new_database):
    url = new_database("postgresql")
    key = central(tmp_path, "--key", KIOSK_CENTRAL_DATABASE=url).stdout.strip()
    assert len(key) == 64
    assert not (tmp_path / "pusat.db").exists()
    card = tmp_path / "kartu.json"
    pen = Pen()
    card.write_text(
        f'{{"kiosk": "RSA", "nama": "RS", "alamat": "rs:RSA", "kunci": "{pen.public.hex()}"}}'
    )
    assert central(tmp_path, "--admit", str(card), "--database", url).returncode == 0
    assert "dicabut" in central(tmp_path, "--revoke", "RSA", "--database", url).stderr
    wrong = {
        ("--database", "mysql://x"): "postgresql://",
        ("--database", "postgresql://127.0.0.1:1/x"): "Basis data",
        ("--workers", "2"): "PostgreSQL",
        ("--tls-cert", str(card)): "bersama",
        ("--tls-cert", str(card), "--tls-key", str(card)): "TLS",
        ("--revoke", "XYZ"): "tidak terdaftar",
        ("--admit", str(tmp_path / "none")): "bukan kartu",
    }
    for words, says in wrong.items():
        done = central(tmp_path, *words)
        assert done.returncode != 0
        assert says in done.stderr
        assert "Traceback" not in done.stderr


def own_ca(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that vouches for itself, and its key."""
    import ipaddress

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "pusat")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    cert, private = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return cert, private


@pytest.mark.parametrize("workers", [1, 2])
def test_central_speaks_tls_with_a_certificate_of_its_own(tmp_path, new_database, workers):
    url = new_database("postgresql") if workers > 1 else ""
    found(tmp_path, url)
    cert, key = own_ca(tmp_path)
    with serving(tmp_path, url, workers, more=("--tls-cert", str(cert), "--tls-key", str(key))) as (
        _,
        port,
    ):
        context = ssl.create_default_context(cafile=str(cert))
        answer = httpx.get(
            f"https://127.0.0.1:{port}/healthz", verify=context, trust_env=False, timeout=30
        )
        assert answer.json() == {"keadaan": "baik"}
