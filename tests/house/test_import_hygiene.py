"""What the first screen must not load: it paints on slow machines before anything heavy comes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from config.settings import Settings
from kiosk.desk.setup import found

HEAVY = (
    "cbor2",
    "httpx",
    "nacl",
    "PIL",
    "qrcode",
    "serial",
    "sqlite_utils",
    "starlette",
    "usb",
    "uvicorn",
)
BEGINS = {
    "the login screen": "import kiosk.cli, kiosk.app, kiosk.screens.login",
    "the whole desk": "import kiosk.desk.desk, kiosk.screens.work, kiosk.screens.case",
}
WITH_THE_DESK = ("httpx", "PIL", "qrcode", "serial", "sqlite_utils", "starlette", "usb", "uvicorn")


def loaded(statement: str) -> set[str]:
    """The top-level modules a statement loads in an interpreter of its own."""
    code = f"import sys; {statement}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("what", "forbidden"), [("the login screen", HEAVY), ("the whole desk", WITH_THE_DESK)]
)
def test_nothing_heavy_is_loaded_before_it_is_used(what: str, forbidden: tuple[str, ...]) -> None:
    """Each module is loaded by the first thing that needs it, never by a screen that may."""
    assert not loaded(BEGINS[what]) & set(forbidden)


def test_the_painted_login_screen_has_loaded_nothing_heavy(tmp_path: Path) -> None:
    """Not only its imports: a login screen that is up and waits for an officer."""
    found(tmp_path / "k", Settings(code="RSA", name="RSUD Uji", profile="rs", address="rs:RSA"))
    script = f"""
import asyncio
from pathlib import Path
from kiosk.app import KioskApp
from kiosk.desk.front import FrontDoor

async def show():
    app = KioskApp([FrontDoor.open(Path({str(tmp_path / "k")!r}))])
    async with app.run_test(size=(80, 25)) as pilot:
        await pilot.pause(0.3)

asyncio.run(show())
"""
    assert not loaded(f"exec({script!r})") & set(HEAVY)
