"""Accounts of the guest: what the kiosk's own user, who is not root, may do."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
KIOSK, STRANGER = "loket", "tamu"
"""The account that the kiosk was set up for, and one that nothing was done for."""


def environment(user: str, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """As on a console after a login."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": pwd.getpwnam(user).pw_dir,
        "USER": user,
        "LOGNAME": user,
        "LANG": "C.UTF-8",
        "TERM": "linux",
        "PYTHONDONTWRITEBYTECODE": "1",
        **(more or {}),
    }


def start_as(user: str, *arguments: str, **options: object) -> subprocess.Popen[str]:
    """This checkout's Python as ``user``, in the groups that he has by now."""
    account = pwd.getpwnam(user)
    return subprocess.Popen(
        [sys.executable, *arguments],
        **{  # pyright: ignore
            "stdin": subprocess.PIPE,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.STDOUT,
            "text": True,
            "env": environment(user),
            "cwd": ROOT,
            "user": account.pw_uid,
            "group": account.pw_gid,
            "extra_groups": os.getgrouplist(user, account.pw_gid),
            **options,
        },
    )


def run_as(user: str, *arguments: str, given: str = "", code: int | None = 0) -> str:
    """Runs it to its end, at most two minutes; what it wrote. ``code``: how it has to end."""
    process = start_as(user, *arguments)
    try:
        written, _ = process.communicate(given, 120)
    finally:
        process.kill()
    assert code in (None, process.returncode), f"{arguments} ended {process.returncode}:\n{written}"
    return written


def open_as(user: str, address: str) -> str:
    """Opens a printer as ``user``: "open" or the name of the trouble, and what it says."""
    return run_as(user, "-c", _OPEN, address).strip()


def hold_as(user: str, address: str) -> subprocess.Popen[str]:
    """Opens a printer as ``user`` and keeps it until it is killed; returns when it is held."""
    process = start_as(user, "-c", _HOLD, address)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "held"
    return process


def make_account(user: str) -> None:
    subprocess.run(["useradd", "--create-home", user], check=True, timeout=60)


_OPEN = """
import sys
from drivers.ports.addresses import open_port
from drivers.trouble import DeviceTrouble
try:
    open_port(sys.argv[1]).close()
    print("open")
except DeviceTrouble as trouble:
    print(type(trouble).__name__, trouble)
"""

_HOLD = """
import sys, time
from drivers.ports.addresses import open_port
port = open_port(sys.argv[1])
print("held", flush=True)
time.sleep(600)
"""
