"""Killed between the commit and the answer, central has the entries, once."""

from __future__ import annotations

import sqlite3
import subprocess
import sys

import pytest

from sync.central.admit import admit, found
from sync.central.serve import run_in_thread
from sync.courier import Courier, LinkDown

_KILLED_BEFORE_ANSWERING = """
import os, signal, socket, sys
from pathlib import Path
import uvicorn
from sync.central.app import create_app

app = create_app(Path(sys.argv[1]))

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


def test_central_killed_before_its_answer_doubles_nothing(tmp_path, new_desk):
    public = found(tmp_path)
    desk, rival = new_desk("RSA", "rs:RSA"), new_desk("RSB", "rs:RSB")
    for one in (desk, rival):
        admit(tmp_path, one.code, "RS Contoh", one.address, one.device.public)
        one.announce()
        one.write("hasil", case="KIA", claim="kia:1")

    def courier(one, port: int) -> Courier:
        return Courier(
            f"http://127.0.0.1:{port}", one.code, public, one.device.kid, one.device.sign
        )

    for one in (desk, rival):  # the rival's push also makes a verdict
        process = subprocess.Popen(
            [sys.executable, "-c", _KILLED_BEFORE_ANSWERING, str(tmp_path)],
            stdout=subprocess.PIPE,
            text=True,
        )
        with process:
            port = int(process.stdout.readline())
            with pytest.raises(LinkDown):
                courier(one, port).push(1, 1, one.raws)
            assert process.wait() == -9

    with run_in_thread(tmp_path) as running:
        for one in (desk, rival):
            receipt = courier(one, running.port).push(1, 1, one.raws)
            assert (receipt.seq, receipt.hash) == (2, one.prev)
    db = sqlite3.connect(tmp_path / "pusat.db")
    counts = dict(db.execute("SELECT kiosk, count(*) FROM entries GROUP BY kiosk"))
    assert counts == {"RSA": 2, "RSB": 2, "PUSAT": 3}  # two kiosks announced, one verdict
    (doubled,) = db.execute(
        "SELECT count(*) - count(DISTINCT address || '/' || idx) FROM deliveries"
    ).fetchone()
    assert doubled == 0
    assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
