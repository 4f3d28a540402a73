"""Draws docs/pictures/*.svg from the real kiosk in training mode, at 80x25.

Run by ``make pictures``. The same code draws the same pictures: the clock ticks by itself while the
sample cases are walked and stands still while the screens are drawn. Keys are made anew each time,
but nothing of them is on these screens.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from itertools import count
from pathlib import Path
from unittest.mock import patch

from textual.pilot import Pilot

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from kiosk.app import KioskApp  # noqa: E402
from kiosk.clock import WIB  # noqa: E402
from kiosk.desk.front import FrontDoor  # noqa: E402
from kiosk.rehearsal import rehearse  # noqa: E402
from kiosk.training import found_places  # noqa: E402
from sync.central.admit import found as found_central  # noqa: E402
from sync.central.serve import run_in_thread  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
BEGIN = datetime(2026, 11, 23, 8, 0, tzinfo=WIB)
TICK = 5.0
"""Seconds that pass at every look at the clock while the sample cases are walked."""
PATIENCE = 400
"""How often a picture's words are looked for, 50 ms apart."""

CONSOLE = {
    "#292929": "#000000",
    "#4b4e55": "#000000",
    "#608ab1": "#0000aa",
    "#68a0b3": "#00aaaa",
    "#c5c8c6": "#aaaaaa",
}
"""Rich's 16 colours, as far as they occur -> those of the Linux console."""

BABY = ("NADIA SAFITRI", "P", "22112026", "0815", "", "", "", "", "2", "", "32")
"""What is typed into the first page of the form; an empty answer keeps what stands there."""


class TickingClock:
    """Stands in for ``time.time_ns``: moves at each call until it is stopped."""

    def __init__(self) -> None:
        self._steps = count()
        self._stopped: int | None = None

    def __call__(self) -> int:
        if self._stopped is not None:
            return self._stopped
        return int((BEGIN.timestamp() + next(self._steps) * TICK) * 1e9)

    def stop(self) -> None:
        """From now on it is always this moment."""
        self._stopped = self()


def shown(app: KioskApp) -> str:
    """The words on the screen."""
    # Textual has no public way to read a screen as text.
    strips = app.screen._compositor.render_strips()  # pyright: ignore[reportPrivateUsage]
    return "\n".join(strip.text for strip in strips)


async def wait_for(pilot: Pilot[int], words: str) -> None:
    """Until these words are on the screen. Raises RuntimeError when they do not come."""
    app = pilot.app
    assert isinstance(app, KioskApp)
    for _ in range(PATIENCE):
        await pilot.pause(0.05)
        if words in shown(app):
            return
    raise RuntimeError(f"{words!r} does not come:\n{shown(app)}")


async def type_in(pilot: Pilot[int], text: str) -> None:
    """An officer's keys."""
    names = {" ": "space"}
    await pilot.press(*(names.get(sign, sign) for sign in text))


async def log_in(pilot: Pilot[int], number: str, pin: str) -> None:
    """A seat by its number on the login screen."""
    await wait_for(pilot, "PIN 1111")
    await type_in(pilot, number)
    await pilot.press("enter")
    await type_in(pilot, pin)
    await pilot.press("enter")
    await wait_for(pilot, "Daftar kerja")


def keep(app: KioskApp, name: str) -> None:
    """Write the picture: the console's colours, and no font fetched from elsewhere."""
    drawn = app.export_screenshot(title="Loket Luring")
    drawn = re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)
    drawn = drawn.replace("Fira Code", "DejaVu Sans Mono")
    for rich, console in CONSOLE.items():
        drawn = drawn.replace(rich, console)
    drawn = "\n".join(line.rstrip() for line in drawn.splitlines()) + "\n"
    (PICTURES / f"{name}.svg").write_text(drawn, encoding="utf-8")


async def draw(app: KioskApp, number: str) -> None:
    """The three screens: who are you, a birth being taken in, a case at the Kepala Seksi."""
    app.hears_scans = False
    async with app.run_test(size=(80, 25)) as pilot:
        await wait_for(pilot, "PIN 1111")
        keep(app, "login")

        await log_in(pilot, "1", "1111")
        await pilot.press("f2")
        await wait_for(pilot, "Permohonan apa?")
        await pilot.press("1")
        await wait_for(pilot, "Nama bayi")
        for answer in BABY:
            await type_in(pilot, answer)
            if answer != BABY[-1]:
                await pilot.press("enter")
        await wait_for(pilot, "gram: 3,2 kg")
        keep(app, "intake")
        await pilot.press("escape")
        await wait_for(pilot, "Buang")
        await type_in(pilot, "3")
        await wait_for(pilot, "Daftar kerja")

        await pilot.press("f10")
        await log_in(pilot, "4", "3333")
        await pilot.press("f3")
        await wait_for(pilot, "Enter membuka")
        await type_in(pilot, number)
        await wait_for(pilot, f"> {number}")
        await pilot.press("enter")
        await wait_for(pilot, "Terima berkas")
        await type_in(pilot, "1")
        await wait_for(pilot, "Diparaf")
        await wait_for(pilot, "sudah di pusat")
        keep(app, "case")


@contextmanager
def training(folder: Path, clock: TickingClock) -> Generator[tuple[KioskApp, list[str]]]:
    """The training kiosks with their sample cases walked, and one screen for them."""
    with ExitStack() as stack:
        found_central(folder / "pusat")
        central = stack.enter_context(run_in_thread(folder / "pusat"))
        places = found_places(folder, f"http://127.0.0.1:{central.port}")
        numbers = rehearse(places)
        clock.stop()
        doors = [FrontDoor.open(place) for place in places]
        for door in doors:
            stack.callback(door.close)
        yield KioskApp(doors, exchange_seconds=0.5), numbers


def main() -> None:
    """Draw all pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    clock = TickingClock()
    with (
        patch("time.time_ns", clock),
        tempfile.TemporaryDirectory() as folder,
        training(Path(folder), clock) as (app, numbers),
    ):
        asyncio.run(draw(app, numbers[7]))
    for path in sorted(PICTURES.glob("*.svg")):
        print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
